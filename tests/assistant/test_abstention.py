"""Not knowing is an answer: it says why, what was searched and what is nearest."""

from collections.abc import Callable

import pytest

from assistant.answer import Abstention, Answer
from assistant.chain import Assistant, build_assistant
from corpus.report import Filter
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.assistant.inventing import entry, report
from tests.library import REPORT_IDS


def abstention(answer: Answer) -> Abstention:
    assert answer.abstention, answer.text
    assert answer.statements == ()
    assert answer.text == answer.abstention.message
    return answer.abstention


@pytest.mark.parametrize("question", ["Did diltiazem help?", "Did denosumab help?", "What is the best chemotherapy for glioblastoma?"])
def test_an_empty_library_says_that_it_is_empty(corpus: Corpus, settings: Settings, vocabulary: Vocabulary, question: str) -> None:
    said = abstention(build_assistant(corpus, settings, vocabulary).answer(question))
    assert (said.reason, said.searched_reports, said.nearest) == ("empty_library", 0, ())
    assert "casebook ingest" in said.message


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Did denosumab help calcinosis?", ("denosumab",)),
        ("What dose of rituximab was given?", ("rituximab",)),
        ("What was the anti-MDA5 titre?", ("anti-MDA5",)),
        ("Which therapies failed for anti-NXP2 calcinosis?", ("anti-NXP2",)),
        ("Did tofacitinib help sarcoidosis?", ("tofacitinib", "sarcoidosis")),
    ],
)
def test_what_no_report_names_is_named_as_missing(assistant: Assistant, question: str, missing: tuple[str, ...]) -> None:
    said = abstention(assistant.answer(question))
    assert said.reason == "not_in_library"
    assert said.missing == missing
    assert all(name in said.message for name in missing)


def test_what_a_patient_of_ones_own_has_need_not_be_named(assistant: Assistant) -> None:
    told = assistant.answer("My patient has sarcoidosis and calcinosis. Did diltiazem help calcinosis?")
    assert not told.abstained, told.text
    assert abstention(assistant.answer("Did diltiazem help sarcoidosis?")).missing == ("sarcoidosis",)


def test_a_class_of_drugs_is_not_missing_where_one_of_its_drugs_is_there(assistant: Assistant) -> None:
    assert not assistant.answer("Did calcium channel blockers help calcinosis?").abstained
    assert not assistant.answer("Did corticosteroids improve muscle strength?").abstained


@pytest.mark.parametrize(
    "question", ["What is the best chemotherapy for glioblastoma?", "Who won the football world cup?", "How do I bake sourdough bread?"]
)
def test_a_question_of_another_field_is_abstained_from(assistant: Assistant, question: str) -> None:
    assert abstention(assistant.answer(question)).reason in ("not_answered", "not_in_library")


@pytest.mark.parametrize("question", ["Did denosumab help calcinosis?", "How do I bake sourdough bread?"])
def test_an_abstention_says_what_was_searched_and_what_is_nearest(assistant: Assistant, library: Corpus, question: str) -> None:
    said = abstention(assistant.answer(question))
    assert said.searched_reports == 3
    assert "3 reports" in said.message
    assert 1 <= len(said.nearest) <= 3
    assert len({near.report_id for near in said.nearest}) == len(said.nearest)
    for near in said.nearest:
        assert near.paragraph in library.catalog.report(near.report_id).paragraphs
        assert near.reference.title in said.message


def test_only_the_filtered_reports_count_as_searched(assistant: Assistant) -> None:
    said = abstention(assistant.answer("Did denosumab help?", filters=Filter(report_ids=(REPORT_IDS[0],))))
    assert said.searched_reports == 1
    assert "1 report." in said.message
    assert {near.report_id for near in said.nearest} == {REPORT_IDS[0]}


def test_a_filter_that_lets_nothing_through_is_not_an_empty_library(assistant: Assistant) -> None:
    said = abstention(assistant.answer("Did diltiazem help?", filters=Filter(year_from=2090)))
    assert said.reason == "not_in_library"
    assert "filters" in said.message


def test_a_filter_on_an_empty_library_is_still_an_empty_library(corpus: Corpus, settings: Settings, vocabulary: Vocabulary) -> None:
    built = build_assistant(corpus, settings, vocabulary)
    assert abstention(built.answer("Did diltiazem help?", filters=Filter(year_from=2000))).reason == "empty_library"


def test_a_drug_that_is_named_without_an_outcome_is_not_missing(over: Callable[..., Assistant]) -> None:
    built = over(entry(report("quince", "Denosumab was discussed for calcinosis at the conference.")))
    answer = built.answer("Did denosumab help calcinosis?")
    assert answer.abstention is None or answer.abstention.missing == ()


def test_an_abstention_is_no_exception_and_ends_with_its_times(assistant: Assistant) -> None:
    answer = assistant.answer("Did denosumab help?")
    assert answer.abstained
    assert set(answer.timings_ms) == {"retrieve", "read", "verify"}


@pytest.mark.parametrize("question", ["what about it?", "and then?", "Is that so?"])
def test_a_question_that_names_nothing_is_told_so(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question)
    assert answer.abstained
    assert "names nothing" in answer.text
