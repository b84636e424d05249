"""What failed is not answered by what helped, nor what helped muscle by what helped the skin."""

from collections.abc import Callable

import pytest

from assistant.asked_outcome import AskedOutcome, asked_way
from assistant.chain import Assistant
from assistant.clauses import ClauseReader
from assistant.question import understand
from corpus.case import Proof
from corpus.vocabulary import Vocabulary
from tests.assistant.inventing import entry, report, row, woman

Over = Callable[..., Assistant]

_FAILURES = (
    "Which therapies failed for {0}?",
    "what failed for {0}?",
    "What did not work for {0}?",
    "What didn't help {0}?",
    "which drugs didnt work for {0}",
    "Which treatments did nothing for {0}?",
    "Which drugs were ineffective against {0}?",
    "Which medicines were useless for {0}?",
    "List the drugs that failed for {0}.",
    "Name the treatments which were of no benefit for {0}",
    "Which therapy was unsuccessful for {0}?",
    "What was without effect on {0}?",
    "Which drug brought no improvement of {0}?",
    "Which agents showed no response for {0}?",
    "What flopped for {0}?",
    "Which treatment failed to help {0}?",
    "{0}: which drugs failed?",
    "Which drugs worsened {0}?",
)
_SUCCESSES = (
    "What worked for {0}?",
    "Which therapies helped {0}?",
    "which drugs improved {0}?",
    "What was effective for {0}?",
    "What has been successful against {0}?",
    "Which treatment made {0} better?",
    "What relieved {0}?",
    "Which drugs benefited {0}?",
    "List treatments that helped {0}.",
    "Which medicines resolved {0}?",
    "What controls {0}?",
    "{0}: what helped?",
    "Which therapies are beneficial for {0}?",
    "What eased {0}?",
)
_NEITHER = (
    "Did rituximab fail for calcinosis?",
    "Does diltiazem help?",
    "Was warfarin ineffective?",
    "What was given after methotrexate failed?",
    "Which drug was started when rituximab did not work?",
    "What was the dose in the patient who responded to IVIG?",
    "Where were the nodules of the woman whose calcinosis improved?",
    "What helped and what failed for calcinosis?",
    "Which therapies worked and which did not help?",
    "Who responded to diltiazem and who did not?",
    "How old was the patient in whom surgery failed?",
    "What was her creatine kinase?",
    "Which therapies were planned?",
    "What was given for refractory calcinosis?",
    "and for how long?",
    "What dose of rituximab was used?",
    "And the inhibitor after that (calcinosis, which failed)?",
)


@pytest.mark.parametrize("question", _FAILURES)
def test_a_question_for_failures_is_known_as_one(question: str) -> None:
    assert asked_way(question.format("muscle")) == "worse"


@pytest.mark.parametrize("question", _SUCCESSES)
def test_a_question_for_successes_is_known_as_one(question: str) -> None:
    assert asked_way(question.format("muscle")) == "better"


@pytest.mark.parametrize("question", _NEITHER)
def test_a_question_for_both_or_for_something_else_asks_for_no_direction(question: str) -> None:
    assert asked_way(question) is None


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("Which drugs failed for muscle?", "Her strength did not improve on methotrexate.", True),
        ("Which drugs failed for muscle?", "Her strength improved, but the calcinosis progressed.", False),
        ("Which drugs failed for calcinosis?", "Her strength improved, but the calcinosis progressed.", True),
        ("What helped muscle?", "Her strength improved, but the calcinosis progressed.", True),
        ("What helped calcinosis?", "Her strength improved, but the calcinosis progressed.", False),
        ("What helped the rash?", "The rash cleared on tofacitinib.", True),
        ("What helped the rash?", "The rash was refractory to tofacitinib.", False),
        ("Which drugs failed for the rash?", "She had a refractory rash and took tofacitinib.", False),
        ("What failed for the lung?", "Respiratory failure improved on tofacitinib.", False),
        ("What helped the lung?", "Respiratory failure improved on tofacitinib.", True),
        ("Why did rituximab fail for calcinosis?", "The calcinosis did not respond to diltiazem.", False),
        ("Why did rituximab fail for calcinosis?", "The calcinosis did not respond to rituximab.", True),
        ("Which drugs failed for pain?", "Neither drug made the deposits smaller.", False),
        ("What failed for calcinosis in patients with muscle weakness?", "Her weakness did not improve.", False),
        ("Did methotrexate help muscle?", "The calcinosis progressed.", True),
    ],
)
def test_a_sentence_must_say_that_direction_of_that_target(vocabulary: Vocabulary, question: str, sentence: str, told: bool) -> None:
    asked = AskedOutcome(understand(question, vocabulary), ClauseReader(vocabulary))
    assert asked.told_in(sentence, Proof("p", 0, len(sentence), sentence)) is told


def test_a_sentence_without_a_target_goes_on_with_the_one_before(vocabulary: Vocabulary) -> None:
    text = "The calcinosis was treated. Diltiazem failed."
    quote = Proof("p", text.index("Dil"), len(text), "Diltiazem failed.")
    reader = ClauseReader(vocabulary)
    assert AskedOutcome(understand("Which drugs failed for calcinosis?", vocabulary), reader).told_in(text, quote)
    assert not AskedOutcome(understand("Which drugs failed for muscle?", vocabulary), reader).told_in(text, quote)


# -- whole answers -------------------------------------------------------------------------------------

_MUSCLE = "Her muscle strength improved on methotrexate."
_CALCINOSIS = "The calcinosis did not respond to methotrexate and went on to grow."


@pytest.fixture
def told_in_words(over: Over) -> Assistant:
    """A library without any therapy row: everything is quoted."""
    others = [entry(report(f"other{number}", f"A sailor number {number} had a swollen knee.")) for number in range(4)]
    return over(entry(report("quince", f"A 34-year-old woman had dermatomyositis. {_MUSCLE} {_CALCINOSIS}")), *others)


@pytest.fixture
def told_in_rows(over: Over) -> Assistant:
    of = report("quince", f"A 34-year-old woman had dermatomyositis. {_MUSCLE} {_CALCINOSIS}")
    rows = [row(of, "methotrexate", "improved", _MUSCLE, target="muscle"), row(of, "methotrexate", "failed", _CALCINOSIS)]
    return over(entry(of, [woman(of, age="34")], rows))


@pytest.mark.parametrize("library", ["told_in_words", "told_in_rows"])
def test_a_success_is_never_shown_for_a_failure(request: pytest.FixtureRequest, library: str) -> None:
    assistant: Assistant = request.getfixturevalue(library)
    for question in _FAILURES:
        for target in ("muscle", "muscle weakness", "the muscle disease"):
            answer = assistant.answer(question.format(target))
            assert answer.abstained, f"{answer.question} {answer.text}"


@pytest.mark.parametrize("library", ["told_in_words", "told_in_rows"])
def test_a_failure_is_never_shown_for_a_success(request: pytest.FixtureRequest, library: str) -> None:
    assistant: Assistant = request.getfixturevalue(library)
    for question in _SUCCESSES:
        for target in ("calcinosis", "the calcium deposits"):
            answer = assistant.answer(question.format(target))
            assert answer.abstained, f"{answer.question} {answer.text}"


def test_what_did_fail_and_what_did_help_are_still_told(told_in_words: Assistant) -> None:
    assert _CALCINOSIS in [one.text for one in told_in_words.answer("Which therapies failed for calcinosis?").statements]
    assert _MUSCLE in [one.text for one in told_in_words.answer("What helped muscle strength?").statements]


def test_the_rows_of_the_asked_target_are_still_told(told_in_rows: Assistant) -> None:
    assert "methotrexate failed against calcinosis" in told_in_rows.answer("Which therapies failed for calcinosis?").text
    assert "the muscle disease improved with methotrexate" in told_in_rows.answer("What worked for muscle?").text
