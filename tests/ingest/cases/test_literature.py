"""Laws of whose story a sentence tells."""

import pytest

from corpus.vocabulary import Vocabulary
from ingest.cases import read_case
from tests.ingest.cases.writing import case, own, report


@pytest.mark.parametrize(
    "statement",
    [
        "Colchicine relieves calcinosis in many patients 14 .",
        "Colchicine improved calcinosis [12].",
        "Colchicine improved calcinosis ( Doe et al ., 2012).",
        "One of the first reports was of a child whose calcinosis improved on colchicine.",
        "The patients of that study improved on colchicine.",
    ],
)
def test_what_is_cited_in_a_discussion_is_not_the_reports_own(vocabulary: Vocabulary, statement: str) -> None:
    assert own(case(vocabulary, statement, heading="Discussion")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "We believe that colchicine helps against calcinosis.",
        "This case highlights that colchicine improved calcinosis.",
        "Careful selection of the patient is key to successful colchicine treatment of calcinosis.",
    ],
)
def test_an_opinion_or_a_lesson_is_nobodys_row(vocabulary: Vocabulary, statement: str) -> None:
    assert case(vocabulary, statement, heading="Discussion").therapies == ()


def test_day_14_is_no_citation(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "In our patient the calcinosis improved on colchicine by day 14.", heading="Discussion"))


def test_a_heading_after_the_discussion_belongs_to_it(vocabulary: Vocabulary) -> None:
    found = read_case(
        report(("Case", "She was seen."), ("Discussion", "Little is known."), ("Management", "Colchicine is helpful against calcinosis.")),
        vocabulary,
    )
    assert own(found) == []


def test_what_a_laboratory_tried_on_a_germ_was_not_given(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary, "The isolate was resistant to ceftazidime and meropenem but sensitive to ciprofloxacin. Ciprofloxacin was started."
    )
    assert {row.therapy for row in found.therapies} == {"ciprofloxacin"}


@pytest.mark.parametrize(
    "denial",
    [
        "Azathioprine was precluded by a low enzyme activity.",
        "There was no history of trauma or azathioprine.",
        "The risks of azathioprine were explained.",
        "Azathioprine was considered as an option, and the role of azathioprine was discussed.",
    ],
)
def test_what_was_precluded_or_only_talked_about_is_no_row(vocabulary: Vocabulary, denial: str) -> None:
    assert case(vocabulary, f"She had calcinosis. {denial}").therapies == ()


def test_declining_is_done_by_people_not_by_values(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She took colchicine, and her lung function declined from 80% to 70%.")
    assert {row.status for row in found.therapies} == {"given"}


@pytest.mark.parametrize(
    "statement",
    [
        "He was managed with colchicine as per local guidelines.",
        "He met the criteria ( Doe et al ., 1996) and was given colchicine.",
    ],
)
def test_rules_that_were_followed_or_cited_leave_a_course_the_patients_own(vocabulary: Vocabulary, statement: str) -> None:
    assert [therapy for therapy, _, _ in own(case(vocabulary, statement, heading="Case report"))] == ["colchicine"]


@pytest.mark.parametrize(
    "told",
    [
        "Her son uses colchicine with good effect.",
        "His older brother had been treated with colchicine, which failed.",
        "The patient's mother died while taking colchicine.",
        "In a published series, colchicine did not improve calcinosis.",
        "In one control patient, colchicine failed.",
    ],
)
def test_what_a_relative_or_a_stranger_had_is_not_the_patients(vocabulary: Vocabulary, told: str) -> None:
    found = case(vocabulary, f"A 40-year-old woman had calcinosis. {told}")
    assert [row for row in found.therapies if row.subject == "own"] == []


def test_what_a_relative_saw_or_gave_is_about_the_patient(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary,
        "A 4-year-old boy had calcinosis and received colchicine. His mother noticed that the calcinosis improved on colchicine.",
    )
    assert [(row.therapy, row.outcome) for row in found.therapies if row.subject == "own"] == [("colchicine", "improved")]
