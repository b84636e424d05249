"""Outlines say by name what the cases say with their proofs, and never lag behind the library."""

from corpus.case import TherapyOutcome
from corpus.catalog import Catalog
from corpus.store import Corpus
from corpus.therapy_outlines import outlines
from tests.library import REPORT_IDS


def test_outlines_are_the_cases_without_their_proofs(library: Corpus) -> None:
    told = outlines(library.catalog)
    cases = library.catalog.cases(sorted(REPORT_IDS))
    assert told.patients == {who.id: who.outline for case in cases for who in case.patients}
    rows: list[TherapyOutcome] = [row for case in cases for row in case.therapies if row.subject == "own"]
    kept = ("patient_id", "therapy", "therapy_class", "target", "outcome", "status")
    assert [[getattr(one, name) for name in kept] for one in told.rows] == [[getattr(row, name) for name in kept] for row in rows]
    assert rows == list(library.catalog.therapies((one.report_id, one.number) for one in told.rows).values())


def test_what_is_kept_is_read_again_after_a_change(library: Corpus) -> None:
    before = library.outlines()
    assert library.outlines() is before
    library.remove([REPORT_IDS[0]])
    assert {row.report_id for row in library.outlines().rows} == {row.report_id for row in before.rows} - {REPORT_IDS[0]}


def test_a_change_by_another_process_is_seen(library: Corpus) -> None:
    before = library.outlines()
    other = Catalog(library.catalog.engine)
    other.remove([REPORT_IDS[1]])
    assert library.outlines() != before
