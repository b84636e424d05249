"""What a question takes for granted must stand in the report that it describes; where it does not, that is said with its proof."""

from collections.abc import Callable

import pytest

from assistant.answer import Answer
from assistant.chain import Assistant
from corpus.catalog import Entry
from tests.assistant.inventing import entry, report, row, woman

TEXTS = (
    "A woman with a belt-like plaque of calcinosis over the sacrum was given colchicine and rituximab.",
    "Colchicine did not help the plaque. Rituximab made the calcinosis shrink.",
    "One year later there was no recurrence of the plaque and no infection.",
)


def told() -> Entry:
    of = report("quince", *TEXTS)
    rows = (
        row(of, "colchicine", "failed", "Colchicine did not help the plaque."),
        row(of, "rituximab", "improved", "Rituximab made the calcinosis shrink."),
    )
    return entry(of, patients=(woman(of),), rows=rows)


@pytest.fixture
def ask(over: Callable[..., Assistant]) -> Callable[[str], Answer]:
    return over(told()).answer


def _is_objected_to(answer: Answer) -> bool:
    return answer.abstention is not None and answer.abstention.reason == "false_premise"


@pytest.mark.parametrize(
    "question",
    [
        "Why did rituximab cause whistling in the woman with the belt-like plaque over the sacrum?",
        "Which whistling forced her to stop rituximab in the woman with the belt-like plaque over the sacrum?",
        "Why was colchicine withdrawn for whistling in the woman with the belt-like plaque over the sacrum?",
    ],
)
def test_an_event_that_no_near_report_has_a_word_of_is_objected_to(ask: Callable[[str], Answer], question: str) -> None:
    answer = ask(question)
    assert _is_objected_to(answer)
    assert "whistling" in answer.text


def test_an_event_that_the_report_denies_is_objected_to_with_the_paragraph_that_denies_it(ask: Callable[[str], Answer]) -> None:
    answer = ask("How was the recurrence of the belt-like plaque over the sacrum treated?")
    assert _is_objected_to(answer)
    assert answer.abstention
    assert answer.abstention.nearest[0].paragraph.text == TEXTS[2]


@pytest.mark.parametrize(
    ("question", "proof"),
    [
        ("How did colchicine clear the belt-like plaque over the sacrum?", "Colchicine did not help the plaque."),
        ("Why did rituximab fail against the belt-like calcinosis over the sacrum?", "Rituximab made the calcinosis shrink."),
    ],
)
def test_an_outcome_that_went_the_other_way_is_objected_to_in_the_reports_own_words(
    ask: Callable[[str], Answer], question: str, proof: str
) -> None:
    answer = ask(question)
    assert _is_objected_to(answer)
    assert proof in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Did colchicine clear the belt-like plaque over the sacrum?",
        "How did rituximab shrink the belt-like calcinosis over the sacrum?",
        "Why did colchicine fail against the belt-like plaque over the sacrum?",
        "How was the belt-like plaque over the sacrum treated?",
        "Which drugs failed against calcinosis?",
    ],
)
def test_what_stands_or_is_only_asked_is_not_objected_to(ask: Callable[[str], Answer], question: str) -> None:
    assert not _is_objected_to(ask(question))


def test_an_outcome_of_another_target_is_no_objection(over: Callable[..., Assistant]) -> None:
    of = report("medlar", "A woman with a collar of calcinosis took rituximab. Rituximab improved her muscle strength.")
    helped = row(of, "rituximab", "improved", "Rituximab improved her muscle strength.", target="muscle")
    answer = over(entry(of, patients=(woman(of),), rows=(helped,))).answer("Why did rituximab fail against her collar of calcinosis?")
    assert not _is_objected_to(answer)
