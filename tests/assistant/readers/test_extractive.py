"""The reader without a model: nothing is said that is not printed, rows where therapy is asked for, quotes elsewhere."""

import pytest

from assistant.answer import Support
from assistant.chain import Assistant
from tests.library import REPORT_IDS

_ASKED = (
    "Which therapies failed for anti-Mi2 calcinosis?",
    "What helped calcinosis, and at what dose?",
    "Did diltiazem help?",
    "What dose of methotrexate was given?",
    "How old was the gardener with anti-Mi2 dermatomyositis?",
    "Where was the calcinosis of the woman with systemic sclerosis?",
    "Did prednisone improve her strength?",
    "What relieved her pain?",
)


@pytest.mark.parametrize("question", _ASKED)
def test_everything_that_is_said_is_cited_and_proved(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question)
    assert answer.statements
    for statement in answer.statements:
        assert statement.citations
        assert statement.support in (Support.SUPPORTED, Support.PARTIAL), statement.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which therapies failed for anti-Mi2 calcinosis?", ["methotrexate", "failed", "34-year-old woman", "Orchard 2021"]),
        (
            "What helped calcinosis, and at what dose?",
            ["intravenous immunoglobulin", "1 g/kg per day for 2 days", "52-year-old man", "Plum 2012"],
        ),
        ("What dose of methotrexate was given?", ["15 mg weekly"]),
        ("Did diltiazem help?", ["diltiazem", "failed", "61-year-old woman"]),
        ("How old was the gardener with anti-Mi2 dermatomyositis?", ["34-year-old"]),
    ],
)
def test_the_answer_is_there(assistant: Assistant, question: str, expected: list[str]) -> None:
    text = assistant.answer(question).text
    assert [words for words in expected if words.lower() not in text.lower()] == []


def test_the_success_of_another_report_is_not_told_as_a_failure(assistant: Assistant) -> None:
    answer = assistant.answer("Which therapies failed for calcinosis?")
    assert REPORT_IDS[1] not in {citation.report_id for statement in answer.statements for citation in statement.citations}
    assert "immunoglobulin" not in answer.text


def test_a_cited_paragraph_need_not_be_among_the_passages(assistant: Assistant) -> None:
    """Rows are read over the whole library: the top passage alone would not hold every failure."""
    answer = assistant.answer("Which therapies failed for calcinosis?", k=1)
    assert len(answer.passages) == 1
    assert len({citation.report_id for statement in answer.statements for citation in statement.citations}) == 2
