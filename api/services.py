"""One open library with all that answers from it; made once, handed to every door."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from api.audit import AuditLog
from api.callers import Caller
from api.observability import Metrics
from api.tracing import Traces
from assistant.answer import Answer, Event, Exchange
from corpus.conversations import Conversations
from corpus.embedding import Embedder
from corpus.heap import settle
from corpus.report import Filter, Passage
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary


class Answering(Protocol):
    """What the doors need of the assistant."""

    @property
    def reader(self) -> str: ...

    def stream(
        self, question: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None
    ) -> Iterator[Event]: ...

    def answer(self, question: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None) -> Answer: ...

    def search(
        self, query: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None
    ) -> list[Passage]: ...


@dataclass(frozen=True, slots=True)
class Services:
    """``writing`` lets one ingest or removal run at a time: two pipelines would each trust a ledger that the other is changing."""

    settings: Settings
    corpus: Corpus
    assistant: Answering
    vocabulary: Vocabulary
    writing: Lock = field(default_factory=Lock)
    metrics: Metrics = field(default_factory=Metrics)
    traces: Traces = field(default_factory=Traces)

    @property
    def audit(self) -> AuditLog:
        return AuditLog(self.settings.home / "audit.jsonl")

    def conversations(self, caller: Caller) -> Conversations:
        """Those that the caller may see."""
        return Conversations(self.corpus.catalog, caller.owner, only_own=not caller.sees_all)

    def warm(self) -> None:
        """Read models, indexes and therapy outlines from disk, so that the first user does not wait for them; then settle the heap."""
        self.assistant.search("warm up", k=1)
        self.corpus.outlines()
        settle()


@contextmanager
def open_services(settings: Settings, *, embedder: Embedder | None = None, metrics: Metrics | None = None) -> Iterator[Services]:
    """Open the library and build the assistant; closed again at the end. Raises LibraryError and ModelUnavailable."""
    with Corpus.open(settings, embedder) as corpus, closing(Traces.from_environment()) as traces:
        yield build_services(settings, corpus, metrics=metrics, traces=traces)


def build_services(
    settings: Settings,
    corpus: Corpus,
    assistant: Answering | None = None,
    *,
    metrics: Metrics | None = None,
    traces: Traces | None = None,
) -> Services:
    """The services of a library that is open already."""
    from assistant.chain import build_assistant

    vocabulary = Vocabulary.load()
    answering = assistant or build_assistant(corpus, settings, vocabulary)
    return Services(settings, corpus, answering, vocabulary, metrics=metrics or Metrics(), traces=traces or Traces())


def closed_after_use(events: Iterator[Event]) -> Generator[Event, None, None]:
    """The same events; the generator behind them is closed when this one is, however that comes about."""
    try:
        yield from events
    finally:
        if isinstance(events, Generator):
            events.close()
