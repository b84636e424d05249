"""Laws of counting patients."""

from dataclasses import replace
from typing import get_args

from assistant.board import BUCKETS, board, bucket
from corpus.case import Outcome
from corpus.therapy_outlines import TherapyOutline


def rows(*told: tuple[str, str | None, Outcome]) -> list[TherapyOutline]:
    """Rows of (therapy, patient id, outcome), all of one report."""
    return [TherapyOutline("r", number, who, therapy, None, None, outcome, "given") for number, (therapy, who, outcome) in enumerate(told)]


def test_a_patient_is_counted_once_however_often_a_report_tells_of_it() -> None:
    counted = board(rows(("x", "p1", "failed"), ("x", "p1", "worsened"), ("x", "p2", "failed"), ("x", "p1", "improved")))
    (line,) = counted.lines
    assert (line.counts.patients, line.counts.cells["failed"], line.counts.cells["worked"]) == (2, 2, 1)
    assert counted.total.patients == 2


def test_patients_that_are_not_told_apart_are_not_counted_up() -> None:
    assert board(rows(("x", None, "failed"), ("x", None, "failed"))).total.patients == 1


def test_what_was_only_planned_is_in_the_rows_and_not_in_the_counts() -> None:
    (given,) = rows(("x", "p1", "failed"))
    counted = board([given, replace(given, status="planned")])
    assert counted.total.cells["failed"] == 1
    assert board([replace(given, status="planned")]).lines == ()


def test_every_outcome_has_its_bucket() -> None:
    assert {bucket(outcome) for outcome in get_args(Outcome)} == set(BUCKETS)
