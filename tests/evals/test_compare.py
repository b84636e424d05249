"""Comparing two stored runs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import UsageError
from evals.compare import compare

Stored = Callable[..., Path]


def test_differences_are_paired_over_the_questions_that_define_both(stored_run: Stored) -> None:
    before = stored_run("a", {"q1": {"m": 0.0}, "q2": {"m": 0.5}, "q3": {"m": None}})
    after = stored_run("b", {"q1": {"m": 1.0}, "q2": {"m": 0.5}, "q3": {"m": 1.0}})
    (found,) = compare(before, after).differences
    assert (found.before, found.after, found.n) == (0.25, 0.75, 2)
    assert found.change == 0.5
    assert found.p == 1  # one difference of two: its sign alone decides


def test_a_change_that_all_questions_share_is_significant(stored_run: Stored) -> None:
    names = [f"q{number}" for number in range(30)]
    before = stored_run("a", {name: {"m": 0.2} for name in names})
    after = stored_run("b", {name: {"m": 0.4} for name in names})
    (found,) = compare(before, after).differences
    assert (found.p or 1) < 0.001
    assert "| m | 0.200 | 0.400 | +0.200 |" in compare(before, after).text


def test_questions_that_moved_are_listed_furthest_first(stored_run: Stored) -> None:
    before = stored_run("a", {"q1": {"answer.gold_hit": 1.0}, "q2": {"answer.gold_hit": 1.0}, "q3": {"answer.gold_hit": 1.0}})
    after = stored_run("b", {"q1": {"answer.gold_hit": 0.5}, "q2": {"answer.gold_hit": 0.0}, "q3": {"answer.gold_hit": 1.0}})
    assert [one.question_id for one in compare(before, after).moved] == ["q2", "q1"]


def test_changed_settings_and_versions_are_listed_but_not_where_the_library_lay(stored_run: Stored) -> None:
    before = stored_run("a", {"q": {"m": 1.0}}, settings={"home": "/one", "dense_weight": 0.4}, versions={"torch": "1"})
    after = stored_run("b", {"q": {"m": 1.0}}, settings={"home": "/two", "dense_weight": 0.6}, versions={"torch": "2"})
    assert compare(before, after).changed == (("settings.dense_weight", "0.4", "0.6"), ("versions.torch", "1", "2"))


@pytest.mark.parametrize("other", [{"data": "other"}, {"part": "test"}])
def test_runs_of_other_questions_are_not_compared(stored_run: Stored, other: dict[str, Any]) -> None:
    before, after = stored_run("a", {"q": {"m": 1.0}}), stored_run("b", {"q": {"m": 1.0}}, summary=other)
    with pytest.raises(UsageError, match="different data or parts"):
        compare(before, after)


def test_an_unfinished_or_damaged_run_is_refused(stored_run: Stored, tmp_path: Path) -> None:
    whole = stored_run("a", {"q": {"m": 1.0}})
    with pytest.raises(UsageError, match="is not a finished run"):
        compare(whole, tmp_path)
    (whole / "scores.jsonl").write_text(json.dumps({"name": "q"}))
    with pytest.raises(UsageError, match="is damaged"):
        compare(whole, whole)
