"""What is asked and searched: our assistant with its halves side by side, or a server by its address (evals/remote.py)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.answer import Exchange
from assistant.chain import build_assistant
from assistant.conversation import standalone
from assistant.question import Question
from assistant.retrieval import HybridRetriever
from corpus.settings import Settings
from evals.asking import Answers
from evals.library import Library
from evals.ranking import Covers

# A query, how many passages, and the conversation before it -> passages, best first.
Search = Callable[[str, int, Sequence[Exchange]], Sequence[Covers]]

HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class System:
    """What a run measures. ``searches`` holds its own retriever as ``hybrid``; one that prints no citations is not scored on them."""

    name: str
    answers: Answers
    searches: Mapping[str, Search] = field(default_factory=dict)
    cites: bool = True


def in_process(library: Library, settings: Settings) -> System:
    """The assistant that the settings ask for; it has made one search, so that no clock runs while a model is loaded."""
    assistant = build_assistant(library.corpus, settings, library.vocabulary)
    assistant.search("warm up", k=1)
    return System(f"casebook, {assistant.reader} reader", assistant, systems(library, settings))


def systems(library: Library, settings: Settings) -> Mapping[str, Search]:
    """``hybrid`` as the settings find; without its scorer: ``fusion``, ``bm25`` and ``dense`` (its ends), and ``plain_bm25``.

    All but the last read the question and its conversation alike (synonyms, years as filters); ``plain_bm25`` sees the words of the
    completed question only. No chat model is loaded.
    """
    unread = settings.model_copy(update={"scorer": "off"})
    fusion = {"fusion": _ours(library, unread, settings.dense_weight)} if settings.scorer != "off" else {}
    return {
        HYBRID: _ours(library, settings, settings.dense_weight),
        **fusion,
        "bm25": _ours(library, unread, 0.0),
        "dense": _ours(library, unread, 1.0),
        "plain_bm25": _plain(library, settings),
    }


def _ours(library: Library, settings: Settings, dense_weight: float) -> Search:
    changed = settings.model_copy(update={"chat_model": None, "dense_weight": dense_weight})
    assistant = build_assistant(library.corpus, changed, library.vocabulary)
    return lambda query, limit, history: assistant.search(query, history=history, k=limit)


def _plain(library: Library, settings: Settings) -> Search:
    retriever = HybridRetriever(library.corpus, settings.model_copy(update={"dense_weight": 0.0}), library.vocabulary)
    return lambda query, limit, history: retriever.search(Question(standalone(query, history, library.vocabulary).text, frozenset()), limit)
