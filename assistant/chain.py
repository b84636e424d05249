"""The assistant: a question in, a stream of checked statements out. ``answer`` is the fold of ``stream``."""

import time
from collections.abc import Iterator, Sequence

from assistant.abstention import Abstainer
from assistant.answer import (
    Abstained,
    Answer,
    Citation,
    Event,
    EvidenceFound,
    EvidenceRow,
    Exchange,
    Finished,
    Found,
    Released,
    Understood,
    fold,
)
from assistant.citations import CitedParagraph, Draft, Verifier
from assistant.conversation import Standalone, standalone
from assistant.evidence import EvidenceFinder
from assistant.named_reports import NamedReports
from assistant.premises import Premises
from assistant.question import Question, check_question, understand
from assistant.readers import Reader
from assistant.retrieval import HybridRetriever
from assistant.scoring import Scorer, load_scorer, load_second
from assistant.spelling import Spelling
from corpus.report import Filter, ParagraphId, Passage, ReportId, report_of
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary

_FOCUS_PASSAGES = 5


class Assistant:
    """Answers questions from one corpus. Safe to share between threads; holds no conversation."""

    def __init__(self, corpus: Corpus, settings: Settings, vocabulary: Vocabulary, reader: Reader, scorer: Scorer | None = None) -> None:
        self._corpus = corpus
        self._settings = settings
        self._vocabulary = vocabulary
        self._reader = reader
        self._retriever = HybridRetriever(corpus, settings, vocabulary, scorer)
        self._evidence = EvidenceFinder(corpus, vocabulary)
        self._named = NamedReports(corpus.catalog)
        self._spelling = Spelling(corpus.lexical, vocabulary)
        self._abstainer = Abstainer(corpus, vocabulary)
        self._premises = Premises(corpus, vocabulary, self._evidence)

    @property
    def reader(self) -> str:
        """Which reader writes the answers."""
        return self._reader.name

    def search(self, query: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None) -> list[Passage]:
        """Passages for a query, best first, as an answer would find them.

        Raises UsageError for an empty query, TooLarge for one over the limit.
        """
        complete = self._completed(check_question(query, self._settings.max_question_chars), history)
        asked, filters = self._understood(complete, filters)
        return self._found(complete, asked, filters, k or self._settings.passages)

    def answer(self, question: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None) -> Answer:
        """The whole answer at once."""
        return fold(self.stream(question, history=history, filters=filters, k=k))

    def stream(
        self, question: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None
    ) -> Iterator[Event]:
        """Events in order, a statement only after its citations were checked.

        Raises UsageError or TooLarge before the first event, ChatModelFailed where a chat model breaks down in the middle.
        """
        text = check_question(question, self._settings.max_question_chars)
        return self._events(text, self._completed(text, history), filters, k or self._settings.passages)

    def _events(self, question: str, complete: Standalone, filters: Filter | None, k: int) -> Iterator[Event]:
        clock = _Clock()
        asked, filters = self._understood(complete, filters)
        yield Understood(question, complete.text, self._reader.name)
        passages = self._found(complete, asked, filters, k)
        yield Found(tuple(passages))
        rows = self._evidence.rows(asked)
        clock.lap("retrieve")
        if abstention := self._abstainer.before_reading(asked, passages, rows):
            yield Abstained(abstention)
        elif objection := self._premises.objection(asked, passages):
            yield Abstained(self._abstainer.objecting(asked, passages, objection))
        else:
            yield EvidenceFound(tuple(rows))
            yield from self._read(asked, passages, rows, clock)
        yield Finished(clock.laps)

    def _completed(self, text: str, history: Sequence[Exchange]) -> Standalone:
        return standalone(self._spelling.corrected(text), self._spelling.corrected_talk(history), self._vocabulary)

    def _understood(self, complete: Standalone, filters: Filter | None) -> tuple[Question, Filter | None]:
        """What is asked, and of which reports; those called by their authors are searched alone."""
        text, filters = self._named.narrowed(complete.text, filters)
        return understand(text, self._vocabulary, filters), filters

    def _found(self, complete: Standalone, asked: Question, filters: Filter | None, k: int) -> list[Passage]:
        return self._retriever.search(asked, k, self._focus(complete, filters), complete.talk)

    def _focus(self, complete: Standalone, filters: Filter | None) -> list[ReportId]:
        """The reports that a follow-up is about: those that the talk before it finds."""
        if complete.about is None:
            return []
        found = self._retriever.near(understand(complete.about, self._vocabulary, filters), _FOCUS_PASSAGES)
        return list(dict.fromkeys(passage.report_id for passage in found))

    def _read(self, asked: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow], clock: "_Clock") -> Iterator[Event]:
        verifier = Verifier(self._vocabulary, _Sources(self._corpus, passages).find)
        released: dict[str, bool] = {}
        untold: tuple[Citation, ...] = ()
        for draft in self._drafts(asked, passages, rows, clock):
            statements = [one for one in verifier.settle(draft) if not draft.instead or one.text not in released]
            clock.lap("verify")
            if draft.untold:
                untold += tuple(citation for one in statements if one.support.proved for citation in one.citations)
                continue
            for statement in statements:
                released[statement.text] = statement.support.proved
                yield Released(statement, draft.chance)
        if not any(released.values()):
            yield Abstained(self._abstainer.after_reading(asked, passages, untold, unproved=bool(released)))

    def _drafts(self, asked: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow], clock: "_Clock") -> Iterator[Draft]:
        for draft in self._reader.read(asked, passages, rows):
            clock.lap("read")
            yield draft


class _Sources:
    """The paragraphs that may be cited: those of the passages, and any other of the library when a row points there."""

    def __init__(self, corpus: Corpus, passages: Sequence[Passage]) -> None:
        self._corpus = corpus
        self._known: dict[ParagraphId, CitedParagraph | None] = {
            paragraph.id: CitedParagraph(passage.report_id, passage.reference, paragraph)
            for passage in passages
            for paragraph in passage.paragraphs
        }

    def find(self, name: ParagraphId) -> CitedParagraph | None:
        if name not in self._known:
            self._load(report_of(name))
        return self._known.setdefault(name, None)

    def _load(self, report_id: ReportId) -> None:
        # A marker may point anywhere; one that points at no report proves nothing.
        for report in self._corpus.reports([report_id]).values():
            self._known |= {one.id: CitedParagraph(report_id, report.reference, one) for one in report.paragraphs}


class _Clock:
    """Milliseconds spent per step; a step that is taken many times adds up."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {"retrieve": 0.0, "read": 0.0, "verify": 0.0}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step] = round(self.laps[step] + (now - self._last) * 1000, 3)
        self._last = now


def build_assistant(corpus: Corpus, settings: Settings, vocabulary: Vocabulary) -> Assistant:
    """The assistant that the settings ask for. Raises ModelUnavailable where the chat model cannot be loaded."""
    scorer = load_scorer(settings)
    return Assistant(corpus, settings, vocabulary, _reader(corpus, settings, vocabulary, scorer), scorer)


def _reader(corpus: Corpus, settings: Settings, vocabulary: Vocabulary, scorer: Scorer | None) -> Reader:
    if settings.chat_model is None:
        from assistant.readers.extractive import ExtractiveReader

        return ExtractiveReader(corpus, vocabulary, scorer, load_second(settings))
    from assistant.readers.generative import GenerativeReader
    from corpus.chat_models import load_chat_model

    return GenerativeReader(load_chat_model(settings), settings.chat_model)
