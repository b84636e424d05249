"""What is searched side by side: our retriever, its two halves, and BM25 without anything of ours around it."""

from collections.abc import Callable, Mapping

from assistant.chain import build_assistant
from assistant.question import Question
from assistant.retrieval import HybridRetriever
from corpus.report import Passage
from corpus.settings import Settings
from evals.library import Library

# A query and how many passages -> passages, best first.
Search = Callable[[str, int], list[Passage]]

HYBRID = "hybrid"


def systems(library: Library, settings: Settings) -> Mapping[str, Search]:
    """``hybrid`` as the settings fuse it, ``bm25`` and ``dense`` with the fusion's weight at its ends, and ``plain_bm25``.

    The first three read the question alike (synonyms, years as filters); ``plain_bm25`` sees its words only. No chat model is loaded.
    """
    return {
        HYBRID: _ours(library, settings, settings.dense_weight),
        "bm25": _ours(library, settings, 0.0),
        "dense": _ours(library, settings, 1.0),
        "plain_bm25": _plain(library, settings),
    }


def _ours(library: Library, settings: Settings, dense_weight: float) -> Search:
    changed = settings.model_copy(update={"chat_model": None, "dense_weight": dense_weight})
    assistant = build_assistant(library.corpus, changed, library.vocabulary)
    return lambda query, limit: assistant.search(query, k=limit)


def _plain(library: Library, settings: Settings) -> Search:
    retriever = HybridRetriever(library.corpus, settings.model_copy(update={"dense_weight": 0.0}), library.vocabulary)
    return lambda query, limit: retriever.search(Question(query, frozenset()), limit)
