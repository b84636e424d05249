"""The reader without a model: nothing is said that is not printed, rows where therapy is asked for, quotes elsewhere."""

from collections.abc import Callable

import pytest

from assistant.answer import Support
from assistant.chain import Assistant
from tests.assistant.inventing import entry, report, row, woman
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


def test_which_therapies_failed_in_one_described_patient_is_told_from_the_rows(over: Callable[..., Assistant]) -> None:
    of = report("quince", "A woman with a belt-like calcinosis came.", "Colchicine did not help the calcinosis. Nor did warfarin help it.")
    rows = (
        row(of, "colchicine", "failed", "Colchicine did not help the calcinosis."),
        row(of, "warfarin", "failed", "Nor did warfarin help it."),
    )
    other = report("medlar", "A man with calcinosis came.", "Diltiazem did not help the calcinosis.")
    beside = row(other, "diltiazem", "failed", "Diltiazem did not help the calcinosis.", patient=None)
    ask = over(entry(of, patients=(woman(of),), rows=rows), entry(other, rows=(beside,)))
    text = ask.answer("Which therapies failed for calcinosis in the woman with the belt-like calcinosis?").text
    assert "colchicine and warfarin failed against calcinosis" in text
    assert "diltiazem" not in text.casefold()


def test_why_a_drug_was_not_given_is_answered_with_the_reason_and_not_with_what_others_took(over: Callable[..., Assistant]) -> None:
    of = report("quince", "The girl was given abatacept next.", "Hepatitis precluded methotrexate. Abatacept helped the girl.")
    helped = report("medlar", "Methotrexate helped the calcinosis of a woman.")
    ask = over(
        entry(of, rows=(row(of, "abatacept", "improved", "Abatacept helped the girl.", patient=None),)),
        entry(
            helped,
            patients=(woman(helped),),
            rows=(row(helped, "methotrexate", "improved", "Methotrexate helped the calcinosis of a woman."),),
        ),
    )
    answer = ask.answer("Why could methotrexate not be used in the girl given abatacept?")
    assert any(one.text == "Hepatitis precluded methotrexate." for one in answer.statements), answer.text
    assert not any("woman" in one.text for one in answer.statements)
