"""The laws of an answer: one stream, proofs that stand, markers in order, clean refusals, nothing left running."""

from collections.abc import Iterator

import pytest

from assistant.answer import Abstained, Answer, Event, EvidenceFound, Exchange, Finished, Found, Released, Support, Understood, fold
from assistant.chain import Assistant, build_assistant
from assistant.readers.generative import GenerativeReader
from corpus.errors import ModelUnavailable, TooLarge, UsageError
from corpus.report import Filter
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.assistant.conftest import Written
from tests.assistant.models import by_words, watched
from tests.library import REPORT_IDS

QUESTIONS = (
    "Which therapies failed for anti-Mi2 calcinosis?",
    "What helped calcinosis, and at what dose?",
    "What dose of rituximab was given?",
    "What was her creatine kinase after treatment?",
    "Did diltiazem help calcinosis in systemic sclerosis?",
    "Did intravenous immunoglobulin work?",
    "How long was immunoglobulin given?",
    "Was tofacitinib given or only planned?",
    "Which therapies were planned?",
    "What failed in juvenile dermatomyositis?",
    "What worked in children?",
    "Does sodium thiosulfate help?",
    "What dose of sodium thiosulfate was used?",
    "Which side effects did pamidronate have?",
    "Did surgery relieve the pain?",
    "Which treatments were tried in lupus?",
    "Does warfarin help calcinosis?",
    "Is minocycline effective?",
    "What happened with colchicine?",
    "Did bisphosphonates help?",
    "What is known about laser therapy?",
    "Which antibodies did the patients have?",
    "Where was the calcinosis?",
    "What did the biopsy show?",
    "What did the radiographs show?",
    "How old was the patient who got stem cells?",
    "What happened to the ulcers?",
    "Which therapies failed in reports since 2015?",
    "What helped in papers published before 2010?",
    "What helped women with systemic sclerosis?",
    "Did infliximab help a boy with juvenile dermatomyositis?",
    "What about anti-NXP2?",
    "Which therapies helped muscle but not calcinosis?",
    "Was shock wave therapy tried?",
    "How was panniculitis treated?",
    "What was the outcome of excision at the elbow?",
    "Did denosumab help?",
    "What was the anti-MDA5 titre?",
    "Best chemotherapy for glioblastoma?",
    "Who won the world cup?",
    "and for how long?",
)
HONEST = "Methotrexate failed and the calcinosis continued to grow [{growth}]. Diltiazem 180 mg/day brought no benefit [{diltiazem}]."
LYING = (
    "Methotrexate 500 mg cured the calcinosis [1]. Denosumab 60 mg was given [2]. The calcinosis resolved in 93% of patients [3]. "
    "Everyone recovered. Her strength improved with prednisone 40 g/day [1][2][3]. As told elsewhere [77]."
)


@pytest.fixture(scope="module")
def asked_bundled(bundled: tuple[Corpus, Settings], vocabulary: Vocabulary) -> list[Answer]:
    """Every question asked of the bundled library, once."""
    built = build_assistant(*bundled, vocabulary)
    return [built.answer(question) for question in QUESTIONS]


def stands(corpus: Corpus, answer: Answer) -> bool:
    """Whether every citation and every evidence proof is verbatim in the catalogue."""
    places = [(one.paragraph_id, one.start, one.end, one.quote) for statement in answer.statements for one in statement.citations]
    places += [(one.paragraph_id, one.start, one.end, one.quote) for found in answer.evidence for one in found.row.proofs]
    texts = corpus.catalog.paragraphs(place[0] for place in places)
    return all(quote and texts[name].text[start:end] == quote for name, start, end, quote in places)


def in_order_of_first_use(answer: Answer) -> bool:
    uses = [(one.marker, one.paragraph_id) for statement in answer.statements for one in statement.citations]
    first = list(dict.fromkeys(uses))
    return [marker for marker, _ in first] == list(range(1, len({name for _, name in uses}) + 1))


def test_every_citation_of_every_answer_is_verbatim(bundled: tuple[Corpus, Settings], asked_bundled: list[Answer]) -> None:
    assert [answer.question for answer in asked_bundled if not stands(bundled[0], answer)] == []
    assert sum(len(statement.citations) for answer in asked_bundled for statement in answer.statements) > len(QUESTIONS)


def test_markers_count_paragraphs_from_one_in_every_answer(asked_bundled: list[Answer]) -> None:
    assert [answer.question for answer in asked_bundled if not in_order_of_first_use(answer)] == []


def test_an_answer_holds_a_proved_statement_or_an_abstention(asked_bundled: list[Answer]) -> None:
    for answer in asked_bundled:
        proved = any(statement.support in (Support.SUPPORTED, Support.PARTIAL) for statement in answer.statements)
        assert proved != answer.abstained, answer.question


def test_what_the_extractive_reader_says_is_cited(asked_bundled: list[Answer]) -> None:
    verdicts = {statement.support for answer in asked_bundled for statement in answer.statements}
    assert verdicts & {Support.UNKNOWN_MARKER, Support.UNCITED} == set()


def test_the_evidence_keeps_to_the_reports_own_patients(asked_bundled: list[Answer]) -> None:
    assert {found.row.subject for answer in asked_bundled for found in answer.evidence} == {"own"}


@pytest.mark.parametrize("question", QUESTIONS[::8])
def test_asking_twice_gives_the_same_answer(bundled: tuple[Corpus, Settings], vocabulary: Vocabulary, question: str) -> None:
    built = build_assistant(*bundled, vocabulary)
    first, second = built.answer(question), built.answer(question)
    assert (first.statements, first.evidence, first.passages) == (second.statements, second.evidence, second.passages)


@pytest.mark.parametrize("text", [HONEST.format(growth=1, diltiazem=2), LYING], ids=["honest", "lying"])
@pytest.mark.parametrize("question", QUESTIONS[:12])
def test_every_citation_of_a_written_answer_is_verbatim(
    bundled: tuple[Corpus, Settings], vocabulary: Vocabulary, question: str, text: str
) -> None:
    corpus, settings = bundled
    answer = Assistant(corpus, settings, vocabulary, GenerativeReader(by_words(text), "fake:model")).answer(question)
    assert stands(corpus, answer)
    assert in_order_of_first_use(answer)


@pytest.mark.parametrize("question", QUESTIONS[:8])
def test_nothing_a_lying_model_says_is_supported(bundled: tuple[Corpus, Settings], vocabulary: Vocabulary, question: str) -> None:
    corpus, settings = bundled
    answer = Assistant(corpus, settings, vocabulary, GenerativeReader(by_words(LYING), "fake:model")).answer(question)
    assert [statement.text for statement in answer.statements if statement.support is Support.SUPPORTED] == []


# -- one path ---------------------------------------------------------------------------------------


def without_times(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, Finished)]


@pytest.mark.parametrize("question", ["Did diltiazem help?", "Did denosumab help?", "How old was the gardener?"])
def test_the_folded_stream_is_the_answer(assistant: Assistant, question: str) -> None:
    folded, answer = fold(assistant.stream(question)), assistant.answer(question)
    assert {name: getattr(folded, name) for name in Answer.__slots__ if name != "timings_ms"} == {
        name: getattr(answer, name) for name in Answer.__slots__ if name != "timings_ms"
    }


def test_the_folded_stream_is_the_answer_of_a_chat_model_too(written_by: Written) -> None:
    text = "Diltiazem brought no benefit [1]. Nobody knows why. Methotrexate failed [99]."
    folded = fold(written_by(by_words(text)).stream("Did diltiazem help?"))
    answer = written_by(by_words(text)).answer("Did diltiazem help?")
    assert (folded.statements, folded.abstention, folded.reader) == (answer.statements, answer.abstention, "fake:model")
    assert len(answer.statements) == 3


def test_events_come_in_order(assistant: Assistant) -> None:
    kinds = [type(event) for event in assistant.stream("Did diltiazem help?")]
    assert kinds[:3] == [Understood, Found, EvidenceFound]
    assert kinds[3:-1] == [Released] * (len(kinds) - 4)
    assert kinds[-1] is Finished


def test_an_abstention_comes_before_the_end_and_without_statements(assistant: Assistant) -> None:
    events = list(assistant.stream("Did denosumab help?"))
    assert isinstance(events[-2], Abstained)
    assert not any(isinstance(event, Released) for event in events)


def test_the_time_of_every_step_is_told(assistant: Assistant) -> None:
    timings = assistant.answer("Did diltiazem help?").timings_ms
    assert set(timings) == {"retrieve", "read", "verify"}
    assert all(spent >= 0 for spent in timings.values())
    assert timings["retrieve"] > 0


def test_the_text_of_an_answer_is_its_marked_statements(assistant: Assistant) -> None:
    answer = assistant.answer("Did diltiazem help?")
    assert answer.text == " ".join(statement.marked for statement in answer.statements)
    assert "[1]" in answer.text


# -- what is refused, and when ------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?!", "\x00"])
def test_an_empty_question_is_refused_before_the_first_event(assistant: Assistant, question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        assistant.stream(question)
    with pytest.raises(UsageError, match="empty"):
        assistant.search(question)


def test_a_question_over_the_limit_is_refused_before_the_first_event(assistant: Assistant) -> None:
    with pytest.raises(TooLarge, match="4,000"):
        assistant.stream("calcinosis " * 1000)
    with pytest.raises(TooLarge, match="4,000"):
        assistant.search("a" * 1_000_000)
    assert assistant.answer("calcinosis ".ljust(4000, "a")).question


def test_an_odd_question_is_answered_or_abstained_from(assistant: Assistant) -> None:
    for question in (
        "'; DROP TABLE reports; --",
        "[1][2]",
        "dose AND OR NOT (",
        "calcinosis*~^:",
        "µ 💊 カルシノーシス",
        '+-&|!(){}[]^"~*?:\\/ x',
    ):
        answer = assistant.answer(question)
        assert answer.statements or answer.abstained


def test_k_limits_the_passages(assistant: Assistant) -> None:
    assert len(assistant.answer("calcinosis", k=1).passages) == 1
    assert len(assistant.search("calcinosis", k=2)) == 2


# -- filters -------------------------------------------------------------------------------------------


def reports_of(answer: Answer) -> set[str]:
    cited = {one.report_id for statement in answer.statements for one in statement.citations}
    return cited | {passage.report_id for passage in answer.passages} | {found.report_id for found in answer.evidence}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filter(year_from=2018), {REPORT_IDS[0]}),
        (Filter(year_to=2012), {REPORT_IDS[1]}),
        (Filter(year_from=2013, year_to=2020), {REPORT_IDS[2]}),
        (Filter(report_ids=(REPORT_IDS[1],)), {REPORT_IDS[1]}),
        (Filter(journals=("Journal of Made-up Medicine",)), {REPORT_IDS[2]}),
    ],
)
def test_a_filter_limits_everything_an_answer_shows(assistant: Assistant, filters: Filter, expected: set[str]) -> None:
    assert reports_of(assistant.answer("Which therapies were tried for calcinosis?", filters=filters)) == expected


def test_a_year_in_the_question_limits_the_answer(assistant: Assistant) -> None:
    assert reports_of(assistant.answer("Which therapies failed for calcinosis in reports published since 2018?")) == {REPORT_IDS[0]}
    assert reports_of(assistant.answer("Which therapies failed for calcinosis in papers before 2018?")) <= {REPORT_IDS[1], REPORT_IDS[2]}


def test_a_filter_that_lets_nothing_through_abstains_and_says_so(assistant: Assistant) -> None:
    answer = assistant.answer("Did diltiazem help?", filters=Filter(year_from=2030))
    assert answer.abstention
    assert answer.abstention.reason == "not_in_library"
    assert "filter" in answer.abstention.message
    assert answer.passages == ()


# -- closing early -------------------------------------------------------------------------------------


def endless() -> Iterator[str]:
    while True:
        yield from ("Diltiazem ", "brought ", "no ", "benefit ", "[1]. ")


def test_a_stream_that_is_closed_early_stops_the_model(written_by: Written) -> None:
    model = watched(endless)
    stream = written_by(model).stream("Did diltiazem help?")
    assert next(event for event in stream if isinstance(event, Released)).statement.text == "Diltiazem brought no benefit."
    assert not model.progress.ended
    stream.close()  # type: ignore[attr-defined]
    assert model.progress.ended
    assert model.progress.said < 20


def test_a_stream_that_is_never_started_asks_no_model(written_by: Written) -> None:
    model = watched(endless)
    written_by(model).stream("Did diltiazem help?")
    assert model.progress.asked == []


# -- building ------------------------------------------------------------------------------------------


def test_without_a_chat_model_the_reader_is_extractive(assistant: Assistant) -> None:
    assert assistant.reader == assistant.answer("Did diltiazem help?").reader == "extractive"


def test_a_chat_model_that_cannot_be_loaded_is_named_when_the_assistant_is_built(library: Corpus, vocabulary: Vocabulary) -> None:
    with pytest.raises(ModelUnavailable, match="nosuch:thing"):
        build_assistant(library, load_settings(chat_model="nosuch:thing"), vocabulary)


def test_history_of_an_earlier_answer_changes_no_answer_to_a_complete_question(
    assistant: Assistant,
) -> None:
    question = "Did diltiazem help calcinosis in systemic sclerosis?"
    talk = [Exchange("user", "Did methotrexate help?"), Exchange("assistant", "Methotrexate failed.")]
    assert assistant.answer(question, history=talk).statements == assistant.answer(question).statements
