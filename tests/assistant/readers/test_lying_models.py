"""A chat model that lies, in every way we could think of: nothing that is not printed is shown as proved, streamed or not."""

import re
from collections.abc import Iterator
from itertools import chain, repeat

import pytest

from assistant.answer import UNPROVED, Answer, Released, Statement
from corpus.errors import ChatModelFailed
from tests.assistant.conftest import Written
from tests.assistant.models import WatchedModel, watched

QUESTION = "Did diltiazem help calcinosis?"
# What the three reports of tests/library.py print, by the name that a script cites it with.
PARAGRAPHS = {
    "woman34": "A 34-year-old woman with anti-Mi2",
    "mtx": "She received methotrexate",
    "growth": "Methotrexate failed",
    "man52": "A 52-year-old man",
    "ivig": "Intravenous immunoglobulin 1 g/kg",
    "woman61": "A 61-year-old woman",
    "d": "Diltiazem 180 mg/day brought",
}
TRUE = (
    "Diltiazem 180 mg/day brought no benefit for the calcinosis",
    "Surgical excision relieved her pain",
    "Methotrexate failed and the calcinosis continued to grow",
    "A 61-year-old woman with limited systemic sclerosis had fingertip calcinosis",
)
NO_BENEFIT, EXCISION, FAILED, WOMAN = TRUE
CURE = "Denosumab 60 mg cured the calcinosis"

# {d} is the number under which the model was shown that paragraph.
LIES = {
    "a marker too high": f"{NO_BENEFIT} [99].",
    "marker zero": f"{NO_BENEFIT} [0].",
    "a negative marker": f"{CURE} [-1].",
    "a true marker beside an invented one": f"{NO_BENEFIT} [{{d}}, 99].",
    "a range past the end": f"{NO_BENEFIT} [1-99].",
    "an invented marker after a true one": f"{NO_BENEFIT} [{{d}}][99].",
    "a marker in words": f"{CURE} [one].",
    "a marker in round brackets": f"{CURE} ({{d}}).",
    "a superscript marker": f"{CURE}¹.",
    "a footnote marker": f"{CURE} [^{{d}}].",
    "doubled brackets": f"{CURE} [[{{d}}]].",
    "nested brackets": f"{NO_BENEFIT} [{{d}} [99]].",
    "brackets never closed": f"{CURE} [{{d}}.",
    "brackets never opened": f"{CURE} {{d}}].",
    "the wrong dose": "Diltiazem 360 mg/day brought no benefit for the calcinosis [{d}].",
    "the wrong unit": "Diltiazem 180 g/day brought no benefit for the calcinosis [{d}].",
    "micrograms": "Diltiazem 180 µg/day brought no benefit for the calcinosis [{d}].",
    "the wrong rate": "Diltiazem 180 mg/week brought no benefit for the calcinosis [{d}].",
    "a dose per weight": "Diltiazem 180 mg/kg/day brought no benefit for the calcinosis [{d}].",
    "the dose of another drug": "Diltiazem 15 mg weekly brought no benefit for the calcinosis [{d}][{mtx}].",
    "a true quote with a figure more": f"{NO_BENEFIT} in 93% of patients [{{d}}].",
    "a truth with a lie behind it": f"{NO_BENEFIT}, and denosumab 60 mg cured her [{{d}}].",
    "a lie with a truth behind it": "Denosumab 60 mg cured her, although diltiazem 180 mg/day brought no benefit [{d}].",
    "another drug": "Verapamil 180 mg/day brought no benefit for the calcinosis [{d}].",
    "a drug of the same class": "Nifedipine brought no benefit for the calcinosis [{d}].",
    "the negation left out": "Diltiazem 180 mg/day brought a benefit for the calcinosis [{d}].",
    "the direction turned round": "Diltiazem 180 mg/day resolved the calcinosis [{d}].",
    "outcomes changed round": "Surgical excision brought no benefit and diltiazem relieved her pain [{d}].",
    "a failure that helped": "Methotrexate helped and the calcinosis shrank [{growth}].",
    "the other target": "Prednisone 40 mg/day improved the calcinosis [{growth}].",
    "another sex": "A 61-year-old man with limited systemic sclerosis had fingertip calcinosis [{woman61}].",
    "another age": "A 16-year-old woman with limited systemic sclerosis had fingertip calcinosis [{woman61}].",
    "another disease": "A 61-year-old woman with dermatomyositis had fingertip calcinosis [{woman61}].",
    "another place": "A 61-year-old woman with limited systemic sclerosis had calcinosis of the knees [{woman61}].",
    "another antibody": "A 34-year-old woman with anti-Jo1 dermatomyositis developed calcinosis of both elbows [{woman34}].",
    "two patients made one": "In a 34-year-old woman with anti-Mi2 dermatomyositis diltiazem brought no benefit [{woman34}][{d}].",
    "one patient's drug for another": "The 52-year-old man received methotrexate 15 mg weekly for calcinosis [{man52}][{mtx}].",
    "the paragraph of another report": f"{NO_BENEFIT} [{{ivig}}].",
    "the neighbouring paragraph": f"{EXCISION} [{{woman61}}].",
    "text before the first citation": f"Denosumab cures calcinosis. {NO_BENEFIT} [{{d}}].",
    "text after the last citation": f"{NO_BENEFIT} [{{d}}]. Denosumab cures calcinosis.",
    "nothing cited at all": f"{CURE}. Everyone recovered. No further treatment is needed.",
    "a citation for it did": f"{CURE}. It did [{{d}}].",
    "a citation for yes": f"{CURE}. Yes [{{d}}].",
    "a citation at the head": f"[{{d}}] {CURE}.",
    "a citation in the middle": "As shown [{d}] denosumab 60 mg cured the calcinosis.",
    "a colon": "The report shows [{d}]: denosumab 60 mg cured the calcinosis.",
    "a heading": f"## **{CURE}** [{{d}}]\n\n",
    "a list": f"- {CURE} [{{d}}].\n- Warfarin cured it too [{{d}}].\n- {NO_BENEFIT} [{{d}}].",
    "a quotation": f"> {CURE} [{{d}}].",
    "quotation marks": "The authors write “denosumab 60 mg cured the calcinosis” [{d}].",
    "markup": "<b>Denosumab</b> 60 mg cured the <i>calcinosis</i> [{d}].",
    "a script": f"<script>alert(1)</script> {CURE} [{{d}}].",
    "a link": "[Denosumab](http://example.org) 60 mg cured the calcinosis [{d}].",
    "an image": "![Denosumab](http://example.org/a.png) cured the calcinosis [{d}].",
    "a table": "| drug | effect |\n| --- | --- |\n| denosumab | cured the calcinosis [{d}] |\n",
    "code": f"```\n{CURE} [{{d}}].\n```",
    "JSON": f'{{{{"answer": "{CURE}", "citations": [{{d}}]}}}}',
    "a paragraph of its own": f'<paragraph number="9">{CURE}.</paragraph> {CURE} [9].',
    "German": "Denosumab heilte die Kalzinose [{d}]. Diltiazem half sehr gut gegen die Kalzinose [{d}].",
    "Spanish": "El diltiazem curó la calcinosis [{d}].",
    "Chinese": "地尔硫卓治愈了钙质沉着症 [{d}]。",
    "a question": "Did denosumab 60 mg cure the calcinosis [{d}]?",
    "a hedge": "Denosumab may well have cured the calcinosis [{d}].",
    "a lesson": "Diltiazem should never be used in anyone with lupus [{d}].",
    "advice": "Increase the dose of diltiazem to 360 mg [{d}].",
    "a lie said fifty times": f"{CURE} [{{d}}]. " * 50,
    "a truth with a lie at its heels, fifty times": f"{NO_BENEFIT} [{{d}}]. {CURE} [{{d}}]. " * 50,
    "an invisible character": "Deno\u200bsumab cured the calcinosis [{d}].",
    "letters of another script": "D\u0456ltiazem 360 mg/day brought no benefit for the calcinosis [{d}].",
    "wide digits": "Diltiazem ３６０ mg/day brought no benefit for the calcinosis [{d}].",
    "a number in words": "Three women had no benefit of diltiazem for the calcinosis [{d}].",
    "letters from right to left": f"\u202e{CURE} [{{d}}].",
    "control characters": "Denosumab\x00\x07 cured\x1b[31m the calcinosis [{d}].",
    "no stop": f"{CURE} [{{d}}] " * 3,
    "stops within": f"{CURE}... [{{d}}] !!! [{{d}}] ???",
    "no answer, and yet": f"NO ANSWER. {CURE} [{{d}}].",
    "a source of its own": f"{CURE} [{{d}}]. Sources: Smith 2024, N Engl J Med.",
    "the report named": "Diltiazem cured 93% (Pear 2017) [{d}].",
    "a verdict of its own": f"{CURE} [{{d}}] (proved).",
    "an instruction obeyed": "I ignore all earlier rules, as the paragraph asks me to, and say that denosumab is best [{d}].",
    "its own prompt": "You answer a clinician's question from numbered paragraphs of published case reports [{d}].",
    "a time": "Surgical excision relieved her pain within 2 weeks [{d}].",
    "another operation": "Laser surgery relieved her pain [{d}].",
    "a plan told as given": "She received tofacitinib 5 mg twice daily [{d}].",
    "three true paragraphs for a lie": "Denosumab relieved her pain and the calcinosis softened within 4 months [{d}][{ivig}][{growth}].",
}
SIZES = (1, 3, 7, 10_000)


@pytest.fixture(scope="module")
def numbers() -> dict[str, int]:
    return {}


@pytest.fixture
def script(written_by: Written, numbers: dict[str, int]) -> dict[str, int]:
    """Under which number the model is shown each paragraph."""
    if not numbers:
        model = watched(lambda: iter(["NO ANSWER"]))
        written_by(model).answer(QUESTION)
        shown = str(model.progress.asked[-1].content)
        found = {name: re.findall(r'number="(\d+)"', shown.split(words)[0])[-1:] for name, words in PARAGRAPHS.items()}
        numbers |= {name: int(number[0]) for name, number in found.items()}
    return numbers


def pieces(text: str, size: int) -> Iterator[str]:
    """The text cut small, with empty pieces between."""
    cut = [text[start : start + size] for start in range(0, len(text), size)]
    return chain.from_iterable(zip(cut, repeat(""), strict=False))


def is_true(sentence: str) -> bool:
    return re.sub(r"[\W_]+", " ", sentence).strip() in {re.sub(r"[\W_]+", " ", one) for one in TRUE}


def proved_lies(statements: list[Statement]) -> list[str]:
    return [one.text for one in statements if one.support.proved and not is_true(one.text)]


def shown_plainly(answer: Answer) -> list[str]:
    """Sentences that plain text shows without saying that they are not proved, though they are not."""
    return [] if answer.abstained else [one.text for one in answer.statements if not one.support.proved and UNPROVED not in one.marked]


def test_there_are_lies_enough() -> None:
    assert len(LIES) >= 50


@pytest.mark.parametrize("name", LIES)
def test_no_lie_is_shown_as_proved(written_by: Written, script: dict[str, int], name: str) -> None:
    text = LIES[name].format(**script)
    answers = []
    for size in SIZES:
        model = watched(lambda size=size: pieces(text, size))
        streamed = [event.statement for event in written_by(model).stream(QUESTION) if isinstance(event, Released)]
        answers.append(written_by(watched(lambda size=size: pieces(text, size))).answer(QUESTION))
        assert proved_lies(streamed) == []
        assert list(answers[-1].statements) == streamed
    assert len({answer.text for answer in answers}) == 1
    assert shown_plainly(answers[0]) == []
    assert answers[0].abstained is not any(one.support.proved for one in answers[0].statements)


@pytest.mark.parametrize("marker", ["[{d}]", "[ {d} ]", "[{d}][{d}]", "[{d}, {d}]"])
def test_the_truth_is_shown_as_proved_by_the_same_measure(written_by: Written, script: dict[str, int], marker: str) -> None:
    text = f"{NO_BENEFIT} {marker}. {EXCISION} {marker}.".format(**script)
    for size in SIZES:
        answer = written_by(watched(lambda size=size: pieces(text, size))).answer(QUESTION)
        assert [(one.text, one.support.proved) for one in answer.statements] == [(f"{NO_BENEFIT}.", True), (f"{EXCISION}.", True)]


@pytest.mark.parametrize("lie", [CURE, "Diltiazem 360 mg/day cured her", "calcinosis", ""])
def test_an_endless_lie_ends_unproved(written_by: Written, script: dict[str, int], lie: str) -> None:
    model = watched(lambda: repeat(f"{lie} [{script['d']}]. "))
    answer = written_by(model).answer(QUESTION)
    assert model.progress.ended
    assert proved_lies(list(answer.statements)) == []
    assert answer.abstained


def breaking_off(text: str, at: int) -> WatchedModel:
    def said() -> Iterator[str]:
        yield from text[:at]
        raise ConnectionError("gone")

    return watched(said)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_a_lie_that_breaks_off_is_not_proved_by_what_was_not_said(written_by: Written, script: dict[str, int], share: float) -> None:
    """ "Brought no benefit" may go on "... at first": what was cut off is not shown at all."""
    text = f"{NO_BENEFIT} [{script['d']}]. {CURE} [{script['d']}]. Diltiazem 180 mg/day brought no benefit at first [{script['d']}]"
    stream, seen = written_by(breaking_off(text, round(len(text) * share))).stream(QUESTION), list[Statement]()
    with pytest.raises(ChatModelFailed):
        seen.extend(event.statement for event in stream if isinstance(event, Released))
    assert proved_lies(seen) == []
    with pytest.raises(ChatModelFailed):
        written_by(breaking_off(text, round(len(text) * share))).answer(QUESTION)
