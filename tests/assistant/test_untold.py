"""What a report does not tell is told as that, and is no answer."""

from collections.abc import Callable

import pytest

from assistant.chain import Assistant
from assistant.untold import asks_of_telling, says_untold, told_part
from tests.assistant.inventing import entry, report

Over = Callable[..., Assistant]


@pytest.mark.parametrize(
    "sentence",
    [
        "Antibody results are not reported.",
        "Follow-up is likewise not reported.",
        "Neither dose nor duration is reported, and the record does not describe how the lung fibrosis evolved.",
        "The record does not name the joints, nor the time at which the swelling began.",
        "The dose per cycle is not reported, and neither are side effects.",
        "The interval was not documented.",
    ],
)
def test_a_sentence_that_only_tells_of_silence_tells_nothing(sentence: str) -> None:
    assert says_untold(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Prednisone was not given.",
        "After radical excision no recurrence was reported.",
        "The patient did not report pain.",
        "The drug did not help, and the swelling grew.",
        "She was known to have asthma.",
    ],
)
def test_a_finding_in_the_negative_is_a_finding(sentence: str) -> None:
    assert told_part(sentence) == sentence


def test_what_is_told_beside_the_silence_is_left() -> None:
    assert told_part("Methotrexate was added in 23 of 35; its dose is not reported.") == "Methotrexate was added in 23 of 35"
    assert told_part("Tadalafil was started, whose dose is not reported.") == "Tadalafil was started"


@pytest.mark.parametrize(
    ("question", "of_telling"),
    [
        ("Does the report say which antibody she had?", True),
        ("Is the dose mentioned anywhere?", True),
        ("Which cardiac abnormalities were present in the reported case?", False),
        ("Which antibody did she have?", False),
    ],
)
def test_only_a_question_about_the_report_is_answered_by_its_silence(question: str, of_telling: bool) -> None:
    assert asks_of_telling(question) is of_telling


@pytest.fixture
def quince(over: Over) -> Assistant:
    told = (
        "A 41-year-old beekeeper had a belt-like plaque over the sacrum.",
        "The antibodies of the beekeeper are not reported. Colchicine 1 mg daily softened the plaque.",
    )
    others = [entry(report(f"other{number}", f"A sailor number {number} had a swollen knee and a cough.")) for number in range(5)]
    return over(entry(report("quince", *told, heading="Case")), *others)


def test_an_answer_that_is_not_reported_is_an_abstention_with_the_sentence_that_says_so(quince: Assistant) -> None:
    answer = quince.answer("Which antibodies did the beekeeper with the belt-like plaque have?")
    assert answer.abstention, answer.text
    assert answer.abstention.reason == "not_answered"
    assert "“The antibodies of the beekeeper are not reported.”" in answer.text
    assert "antibodies of the beekeeper" in answer.abstention.nearest[0].paragraph.text


def test_silence_about_one_thing_does_not_hide_another(quince: Assistant) -> None:
    answer = quince.answer("What dose of colchicine did the beekeeper with the belt-like plaque take?")
    assert "1 mg daily" in answer.text
    assert "not reported" not in answer.text


def test_whether_a_report_tells_it_is_answered(quince: Assistant) -> None:
    answer = quince.answer("Does the report on the beekeeper with the belt-like plaque mention antibodies?")
    assert not answer.abstained
    assert "not reported" in answer.text
