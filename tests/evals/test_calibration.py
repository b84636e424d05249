"""Calibration, computed by hand."""

from dataclasses import replace

import numpy as np
import pytest

from assistant.answer import Abstention, Answer
from evals.asking import Asked
from evals.calibration import brier, calibration_estimates, chances, expected_calibration_error
from evals.datasets import GoldQuestion
from evals.golds import Resolved


def _asked(name: str, chance: float | None, *, answerable: bool = True, refused: bool = False) -> Asked:
    abstention = Abstention("not_answered", "Nothing.", 1) if refused else None
    answer = Answer("?", "?", "test", abstention=abstention, chance=chance)
    return Asked(Resolved(GoldQuestion(name, "?", (), answerable, "any", "dev"), ()), answer, 0.0)


def test_the_brier_score_is_the_mean_squared_distance() -> None:
    assert brier(np.array([0.9, 0.5]), np.array([1.0, 0.0])) == pytest.approx((0.01 + 0.25) / 2)


def test_bands_of_one_answer_each_make_the_error_the_mean_distance() -> None:
    # Fewer answers than bands: |0.9 - 1|, |0.5 - 0|.
    assert expected_calibration_error(np.array([0.9, 0.5]), np.array([1.0, 0.0])) == pytest.approx(0.3)


def test_within_a_band_what_is_too_high_evens_out_what_is_too_low() -> None:
    # Twenty answers, ten bands of two: each says 0.5 and 0.5, one right and one wrong.
    told, right = np.full(20, 0.5), np.tile([1.0, 0.0], 10)
    assert expected_calibration_error(told, right) == pytest.approx(0)
    assert expected_calibration_error(told + 0.2, right) == pytest.approx(0.2)


def test_the_order_of_answers_does_not_matter_and_resamples_are_scored_one_by_one() -> None:
    told, right = np.array([0.1, 0.9, 0.4, 0.7]), np.array([0.0, 1.0, 1.0, 0.0])
    turned = np.array([told, told[::-1]]), np.array([right, right[::-1]])
    one, other = expected_calibration_error(*turned)
    assert one == pytest.approx(other) == pytest.approx((0.1 + 0.1 + 0.6 + 0.7) / 4)


def test_refusals_and_answers_without_a_chance_do_not_count_and_answering_the_unanswerable_is_wrong() -> None:
    asked = [_asked("a", 0.9), _asked("b", 0.6), _asked("c", None), _asked("d", 0.7, refused=True), _asked("e", 0.8, answerable=False)]
    asked.append(replace(asked[0], answer=None))
    scores = {
        "a": {"answer.gold_hit": 0.5},
        "b": {"answer.gold_hit": 0.0},
        "c": {"answer.gold_hit": 1.0},
        "d": {"answer.gold_hit": 0.0},
        "e": {},
    }
    assert chances(asked, scores) == [(0.9, True), (0.6, False), (0.8, False)]


def test_nothing_to_count_has_no_figure() -> None:
    assert calibration_estimates([]) == {}
    found = calibration_estimates([(0.5, True), (0.5, False)])
    assert found["brier"].value == pytest.approx(0.25)
    assert found["brier"].n == 2
