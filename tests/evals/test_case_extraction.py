"""Laws of counting therapy rows: what is right, what is missed, and whose rows they are."""

from typing import Any

import pytest

from corpus.case import Outcome, Proof, TherapyOutcome
from corpus.vocabulary import Vocabulary
from evals.case_extraction import Tally, direction, score, summary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


def _record(*therapies: tuple[str, str, str], label: str = "index patient") -> dict[str, Any]:
    told = [{"name": name, "target": target, "outcome": outcome} for name, target, outcome in therapies]
    return {"id": "r", "patients": [{"label": label, "therapies": told}]}


def _row(therapy: str, target: str | None, outcome: Outcome, patient: int = 1) -> TherapyOutcome:
    return TherapyOutcome(f"r#patient{patient}", therapy, None, outcome, Proof("r#p1", 0, 1, "x"), target)


def _tally(vocabulary: Vocabulary, record: dict[str, Any], *rows: TherapyOutcome) -> Tally:
    tally = Tally()
    score(record, list(rows), vocabulary, tally)
    return tally


def test_a_row_is_right_when_patient_therapy_target_and_outcome_are(vocabulary: Vocabulary) -> None:
    record = _record(("colchicine", "calcinosis", "failed"))
    right = _tally(vocabulary, record, _row("colchicine", "calcinosis", "failed"))
    assert (right.gold_right, right.rows_right) == (1, 1)
    for wrong in (
        _row("diltiazem", "calcinosis", "failed"),
        _row("colchicine", "muscle", "failed"),
        _row("colchicine", "calcinosis", "improved"),
        _row("colchicine", "calcinosis", "failed", patient=2),
    ):
        assert _tally(vocabulary, record, wrong).rows_right == 0


def test_an_outcome_of_the_same_direction_counts_for_the_direction_only(vocabulary: Vocabulary) -> None:
    tally = _tally(vocabulary, _record(("colchicine", "calcinosis", "improved")), _row("colchicine", "calcinosis", "partial"))
    assert (tally.gold_right, tally.gold_direction) == (0, 1)
    assert direction("worsened") == "failed"


def test_what_a_review_sums_up_is_counted_apart(vocabulary: Vocabulary) -> None:
    record = _record(("colchicine", "calcinosis", "failed"), label="30 studies, 288 patients")
    tally = _tally(vocabulary, record, _row("colchicine", "calcinosis", "failed"))
    assert (tally.gold, tally.rows, tally.reviewed, tally.reviewed_right) == (0, 0, 1, 1)


def test_a_row_the_facts_do_not_know_costs_precision(vocabulary: Vocabulary) -> None:
    tally = _tally(vocabulary, _record(("colchicine", "calcinosis", "failed")), _row("diltiazem", "calcinosis", "failed"))
    assert "precision 0.000" in summary(tally)
    assert tally.kinds["wrong: therapy not in the facts"] == 1
