"""Means, intervals and the permutation test."""

import numpy as np
import pytest

from evals.intervals import PERMUTATIONS, Estimate, mean_estimate, permutation_p, statistic_estimate, wilson


def test_a_mean_leaves_out_what_is_undefined_and_says_how_many_are_left() -> None:
    found = mean_estimate([1.0, None, 0.0, 0.5])
    assert (found.value, found.n) == (0.5, 3)


def test_a_mean_of_nothing_is_none_and_one_question_has_no_interval() -> None:
    assert mean_estimate([None, None]) == Estimate(None, None, None, 0)
    assert mean_estimate([None, 0.25]) == Estimate(0.25, None, None, 1)


def test_the_interval_is_seeded_and_close_to_the_normal_one() -> None:
    values = [float(number % 2) for number in range(400)]
    found = mean_estimate(values)
    assert found == mean_estimate(values)
    assert found != mean_estimate(values, seed=1)
    # Standard error of 400 coin flips: 0.5 / 20 = 0.025; 1.96 of them either side.
    assert found.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert found.high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)


def test_equal_values_have_an_interval_of_no_width() -> None:
    assert mean_estimate([1.0] * 10) == Estimate(1.0, 1.0, 1.0, 10)


def test_resamples_on_which_a_statistic_is_undefined_are_left_out() -> None:
    def share(flags: np.ndarray) -> np.ndarray:
        counted = flags.sum(axis=-1).astype(float)
        return np.where(counted > 0, counted / flags.shape[-1], np.nan)

    found = statistic_estimate(share, np.array([True, False, False]))
    assert found.value == pytest.approx(1 / 3)
    assert found.low == pytest.approx(1 / 3)
    assert statistic_estimate(share, np.array([False])) == Estimate(None, None, None, 1)


def test_equal_runs_cannot_be_told_apart() -> None:
    assert permutation_p([0.5] * 8, [0.5] * 8) == 1
    assert permutation_p([], []) is None


def test_p_is_near_the_exact_one() -> None:
    # All ten differences are +1: of 2**10 sign patterns two are as far out, 2/1024 = 0.00195.
    assert permutation_p([0.0] * 10, [1.0] * 10) == pytest.approx(2 / 1024, abs=0.0015)
    assert (permutation_p([0.0] * 40, [1.0] * 40) or 0) == 1 / (PERMUTATIONS + 1)
    # One of three differences: +1, 0, 0 is met by either sign.
    assert permutation_p([0.0, 1.0, 1.0], [1.0, 1.0, 1.0]) == 1


def test_a_share_of_all_or_none_has_a_width_by_wilson() -> None:
    assert wilson(0, 0) is None
    low, high = wilson(10, 10) or (0.0, 0.0)
    assert (round(low, 3), round(high, 3)) == (0.722, 1.0)
    low, high = wilson(0, 10) or (1.0, 1.0)
    assert (round(low, 3), round(high, 3)) == (0.0, 0.278)
