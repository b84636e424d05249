"""Laws of the row: one for each patient, therapy and target, with all that was said of it."""

import pytest

from corpus.report import Paragraph, Reference, Report, paragraph_id
from corpus.vocabulary import Vocabulary
from ingest.cases import read_case
from tests.ingest.cases.writing import case, own, report, row_of


def _table(*rows: str) -> Report:
    paragraphs = tuple(
        Paragraph(paragraph_id("r", number), text, ("Treatment",), None, "table") for number, text in enumerate(rows, start=1)
    )
    return Report("r", Reference("Calcinosis in a patient"), paragraphs)


def test_the_rows_of_a_table_are_read(vocabulary: Vocabulary) -> None:
    found = read_case(
        _table(
            "Drug: colchicine; Dose: 1 mg/day; Duration: 6 months; Response: none",
            "Drug: rituximab; Dose: 1 g; Response: partial",
            "Drug: warfarin",
        ),
        vocabulary,
    )
    assert [(row.therapy, row.outcome) for row in found.therapies] == [
        ("colchicine", "failed"), ("rituximab", "partial"), ("warfarin", "not_reported"),
    ]  # fmt: skip
    row = row_of(found, "colchicine")
    assert row.dose is not None
    assert row.duration is not None
    assert (row.dose.value, row.duration.value) == ("1 mg/day", "6 months")


def test_a_drug_stopped_because_it_did_nothing_failed_and_says_why_it_was_stopped(vocabulary: Vocabulary) -> None:
    row = row_of(case(vocabulary, "She had calcinosis. Colchicine was discontinued because of lack of efficacy."), "colchicine")
    assert row.outcome == "failed"
    assert row.reason_stopped is not None
    assert row.reason_stopped.value == "discontinued because of lack of efficacy"


def test_a_harm_that_did_not_stop_the_drug_is_an_adverse_effect_without_a_reason(vocabulary: Vocabulary) -> None:
    row = row_of(case(vocabulary, "Colchicine caused severe nausea."), "colchicine")
    assert (row.outcome, row.reason_stopped) == ("adverse_effect", None)


@pytest.mark.parametrize(
    "told", ["caused no side effects", "caused no specific side effects", "caused hardly any nausea", "caused few adverse events"]
)
def test_a_harm_that_did_not_happen_is_none(vocabulary: Vocabulary, told: str) -> None:
    found = case(vocabulary, f"She took colchicine for calcinosis. Colchicine {told}.")
    assert row_of(found, "colchicine").outcome == "not_reported"


def test_the_line_of_therapy_is_kept(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "Colchicine was given as second-line therapy. Rituximab was started.")
    assert (row_of(found, "colchicine").line, row_of(found, "rituximab").line) == (2, None)


def test_an_outcome_only_the_abstract_words_otherwise_is_no_second_row(vocabulary: Vocabulary) -> None:
    found = read_case(
        report(
            ("Abstract", "A 30-year-old woman had calcinosis; her skin disease improved on colchicine."),
            ("Case", "The calcinosis regressed on colchicine."),
        ),
        vocabulary,
    )
    assert own(found) == [("colchicine", "calcinosis", "improved")]


def test_what_worked_first_and_failed_later_worked_in_part(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "The calcinosis regressed on colchicine. Two years later the calcinosis progressed despite colchicine.")
    assert own(found) == [("colchicine", "calcinosis", "partial")]


def test_an_oral_class_is_not_its_topical_member(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "Topical corticosteroids did not help the rash. Oral corticosteroids cleared the rash.")
    assert own(found) == [("topical corticosteroid", "skin", "failed"), ("corticosteroid", "skin", "resolved")]


def test_the_way_in_is_no_operation_of_its_own(vocabulary: Vocabulary) -> None:
    assert [row[0] for row in own(case(vocabulary, "She underwent laparotomy and splenectomy."))] == ["splenectomy"]


def test_a_therapy_without_a_stated_aim_is_given_against_what_its_class_is_given_against(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "He had calcinosis and a pulmonary embolism. He was given enoxaparin. He also took colchicine.")
    assert {(row.therapy, row.target) for row in found.therapies} == {("enoxaparin", "lung"), ("colchicine", None)}


def test_what_stands_in_brackets_is_the_aim_of_the_last_drug_only(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She was given colchicine, prednisone and azathioprine (for arthritis).")
    assert {(row.therapy, row.target) for row in found.therapies} == {
        ("colchicine", None),
        ("prednisone", None),
        ("azathioprine", "joints"),
    }
