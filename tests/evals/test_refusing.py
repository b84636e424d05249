"""The signs of a near miss are weighed by what the training questions show, and held to what our own sets allow."""

from pathlib import Path

import pytest

from assistant.wording import NEAR_MISS, Wording
from evals.refusing import Weighed, balance, fit, read, write

DENIED, PLAIN = Wording(denied=1.0), Wording()


def weighed(answerable: bool, wording: Wording, count: int, source: str = "public", split: str = "train") -> list[Weighed]:
    return [Weighed(source, split, answerable, 1.0, wording)] * count  # type: ignore[arg-type]


TELLING = [*weighed(False, DENIED, 40), *weighed(True, DENIED, 2), *weighed(True, PLAIN, 60), *weighed(False, PLAIN, 30)]


def test_a_sign_that_tells_near_misses_gets_weight_and_finds_them() -> None:
    found = fit([*TELLING, *weighed(True, PLAIN, 50, "own")], frozenset({"own"}))
    assert found.of.denied > 1
    assert found.found(DENIED, 1.0)
    assert not found.found(PLAIN, 1.0)


def test_a_sign_that_tells_nothing_or_the_contrary_gets_no_weight() -> None:
    assert fit([*TELLING, *weighed(True, Wording(lacks=1.0), 30)], frozenset()).of.lacks == 0


def test_the_threshold_refuses_no_more_of_our_own_answered_questions_than_is_allowed() -> None:
    own = [*weighed(True, DENIED, 10, "own"), *weighed(True, PLAIN, 90, "own")]
    found = fit([*TELLING, *own], frozenset({"own"}), may_refuse=0.05)
    assert sum(found.found(one.wording, one.closeness) for one in own) <= 5


def test_held_back_questions_are_never_learned_from() -> None:
    other = [*weighed(True, DENIED, 500, split="held")]
    assert fit(TELLING, frozenset()) == fit([*TELLING, *other], frozenset())


def test_always_answering_is_half_right() -> None:
    some = [*weighed(True, PLAIN, 10), *weighed(False, PLAIN, 10)]
    assert (balance(NEAR_MISS, some).balanced, balance(NEAR_MISS, some).wrong) == (0.5, 0.0)


def test_the_balance_is_the_mean_of_both_shares() -> None:
    some = [*weighed(True, PLAIN, 10), *weighed(False, DENIED, 5), *weighed(False, PLAIN, 5)]
    found = balance(NEAR_MISS, some)
    assert found.balanced == pytest.approx(0.75)
    assert found.low <= found.balanced <= found.high


def test_what_was_gathered_reads_back(tmp_path: Path) -> None:
    write(tmp_path / "one.jsonl", TELLING)
    assert read(tmp_path) == TELLING
