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


def of_another() -> Entry:
    of = report("medlar", "A man with ulcers took warfarin. Warfarin healed the ulcers.")
    return entry(of, rows=(row(of, "warfarin", "improved", "Warfarin healed the ulcers.", target="ulcer", patient=None),))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Was warfarin ever given to the woman with the belt-like plaque over the sacrum?", "not_answered"),
        ("Why was warfarin stopped in the woman with the belt-like plaque over the sacrum?", "false_premise"),
        ("What dose of warfarin did the woman with the belt-like plaque over the sacrum take?", "false_premise"),
    ],
)
def test_a_drug_that_the_described_patients_report_does_not_name_is_answered_by_no_other_report(
    over: Callable[..., Assistant], question: str, reason: str
) -> None:
    abstention = over(told(), of_another()).answer(question).abstention
    assert abstention
    assert abstention.reason == reason
    assert "does not say that warfarin was given; it tells of colchicine, rituximab" in abstention.message
    assert ("takes for granted" in abstention.message) is (reason == "false_premise")
    assert abstention.nearest[0].report_id == "quince"


@pytest.mark.parametrize(
    "question",
    [
        "Did warfarin heal ulcers?",
        "Was warfarin given to the man with ulcers?",
        "Which patient with a belt-like plaque over the sacrum was given warfarin?",
        "Was rituximab given to the woman with the belt-like plaque over the sacrum?",
        "Why was warfarin not given to the woman with the belt-like plaque over the sacrum?",
        "What other than warfarin was given to the woman with the belt-like plaque over the sacrum?",
        "Which dose of warfarin for a belt-like plaque over the sacrum?",
        "Why was warfarin started in the woman with a plaque over the sacrum?",
        "When will warfarin start in the woman with the belt-like plaque over the sacrum?",
        "When was the plaque over the sacrum belt-like in the warfarin patient?",
    ],
)
def test_a_drug_is_only_missed_in_a_report_that_the_question_describes(over: Callable[..., Assistant], question: str) -> None:
    assert "does not say" not in over(told(), of_another()).answer(question).text


def test_a_therapy_that_was_only_planned_is_not_said_to_have_been_given(over: Callable[..., Assistant]) -> None:
    of = report("sorb", "A woman with a collar of calcinosis was seen.", "Tofacitinib was planned next.")
    ask = over(
        entry(of, patients=(woman(of),), rows=(row(of, "tofacitinib", "not_reported", "Tofacitinib was planned next.", status="planned"),))
    )
    answer = ask.answer("Why was tofacitinib stopped in the woman with the collar of calcinosis?")
    assert _is_objected_to(answer)
    assert "tofacitinib was planned, not given: “Tofacitinib was planned next.”" in answer.text
    assert not _is_objected_to(ask.answer("Why was tofacitinib planned in the woman with the collar of calcinosis?"))


def test_patients_described_by_their_antibody_alone_are_held_against_their_own_rows(over: Callable[..., Assistant]) -> None:
    denied = report("quince", "A woman with anti-Mi2 antibodies and calcinosis took rituximab. Rituximab did not help the calcinosis.")
    helped = report("medlar", "A woman with calcinosis took rituximab. Rituximab made the calcinosis shrink.")
    ask = over(
        entry(
            denied,
            patients=(woman(denied, antibody="anti-Mi2"),),
            rows=(row(denied, "rituximab", "failed", "Rituximab did not help the calcinosis."),),
        ),
        entry(helped, patients=(woman(helped),), rows=(row(helped, "rituximab", "improved", "Rituximab made the calcinosis shrink."),)),
    )
    answer = ask.answer("Why did rituximab cure the anti-Mi2 calcinosis?")
    assert _is_objected_to(answer)
    assert answer.abstention
    assert answer.abstention.nearest[0].report_id == "quince"
    assert "Rituximab did not help the calcinosis." in answer.text
    assert not _is_objected_to(ask.answer("Why did rituximab cure calcinosis?"))


def test_a_failing_organ_is_no_failing_drug(over: Callable[..., Assistant]) -> None:
    of = report("sorb", "A woman with a girdle of calcinosis took rituximab.", "On rituximab her respiratory failure improved from day 28.")
    helped = row(of, "rituximab", "improved", "On rituximab her respiratory failure improved from day 28.", target=None)
    ask = over(entry(of, patients=(woman(of),), rows=(helped,)))
    assert not _is_objected_to(ask.answer("When did respiratory failure improve on rituximab in the woman with the girdle of calcinosis?"))
    assert _is_objected_to(ask.answer("When did rituximab fail in the woman with the girdle of calcinosis?"))


def test_a_report_that_holds_little_of_the_question_is_not_held_against_it(ask: Callable[[str], Answer]) -> None:
    assert not _is_objected_to(ask("How did colchicine clear the tender nodules of both wrists and the plaque?"))


def test_how_many_it_helped_takes_nothing_for_granted(over: Callable[..., Assistant]) -> None:
    assert not _is_objected_to(over(told()).answer("In how many patients did colchicine clear the belt-like plaque over the sacrum?"))
