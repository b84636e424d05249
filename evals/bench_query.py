"""A question to a library of a size: answers without and with the scorer, beside the plain vector search over as many vectors."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.chain import build_assistant
from corpus.heap import settle
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vectors import VectorIndex
from corpus.vocabulary import Vocabulary
from evals.bench_baseline import plain_collection
from evals.bench_figures import Figure
from evals.bench_scale import SyntheticEmbedder, Times, grown
from evals.progress import tell

# For a warm answer over 100,000 passages without a scorer.
_MEDIAN_BAR, _P99_BAR = 40.0, 150.0
_PASSAGES = 8
# What a scorer reads is the same at every size: fewer questions tell what it costs.
_WITH_SCORER = 20


def figures(settings: Settings, reports: Path, questions: Sequence[str], passages: int) -> Iterator[Figure]:
    """Every question is asked once to warm and then once more, after all the others; ``first asked`` is its first time."""
    from corpus.embedding import load_embedder

    embedder = SyntheticEmbedder(load_embedder(settings))
    with Corpus.open(settings, embedder) as corpus:
        held = grown(corpus, embedder, settings, reports, passages)
        plain = plain_search(corpus.vectors, embedder, held)
        vocabulary = Vocabulary.load()
        off = build_assistant(corpus, settings.model_copy(update={"scorer": "off"}), vocabulary)
        tell(f"bench query: {held} passages, {len(questions)} questions")
        for question in ("warm up", "Did warming up help?"):
            off.answer(question)
        settle()  # as a server does once it is warm
        first = Times.of(off.answer, questions)
        answer, search = Times.of(off.answer, questions), Times.of(off.search, questions)
        for question in questions:
            plain(question)
        base = Times.of(plain, questions)
        on = build_assistant(corpus, settings, vocabulary)
        few = questions[:_WITH_SCORER]
        on.answer(few[0])
        scored = Times.of(on.answer, few)
    label, asked = f"{held:,} passages", len(questions)
    note = f"warm, without the scorer; baseline: vector search alone over {held:,} vectors"
    yield Figure(f"answer over {label}, median", answer.p50, "ms", asked, bar=_MEDIAN_BAR, baseline=base.p50, note=note)
    yield Figure(f"answer over {label}, p99", answer.p99, "ms", asked, bar=_P99_BAR, baseline=base.p99)
    yield Figure(f"answer over {label}, processor", answer.cpu, "ms", asked, baseline=base.cpu, note="mean a question")
    yield Figure(f"answer over {label}, first asked, median", first.p50, "ms", asked, note="nothing of the question was seen before")
    yield Figure(f"answer over {label}, first asked, processor", first.cpu, "ms", asked, note="mean a question")
    yield Figure(f"search over {label}, median", search.p50, "ms", asked, baseline=base.p50)
    yield Figure(f"answer over {label}, with the scorer, median", scored.p50, "ms", len(few), note=f"processor {scored.cpu:.0f} ms")


def plain_search(index: VectorIndex, embedder: SyntheticEmbedder, held: int) -> Callable[[str], object]:
    """What a quickstart does: embed the question, ask one plain Chroma collection of the same vectors for the nearest texts."""
    add, search = plain_collection(f"query{held}", embedder)
    for ids, vectors in index.pages():
        add(ids, vectors, ids)
    return lambda question: search(question, _PASSAGES)
