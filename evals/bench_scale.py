"""Cost against size: one library grown step by step, asked the same real questions at each.

The first passages are the bundled library. Where real text ends, synthetic passages go on: words drawn by Zipf's law (the real words by
their rank, made-up ones behind them, so that the vocabulary grows as it does in text), vectors near real ones (two mixed, with noise, so
that the vector index meets the crowding of real meaning and not the emptiness of random directions). They go through the same write path as
any report, only that nobody computes their embedding: what is measured is the library, not the model.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar
from zlib import crc32

import numpy as np
import numpy.typing as npt

from assistant.chain import build_assistant
from assistant.question import understand
from assistant.retrieval import HybridRetriever
from corpus.case import Case
from corpus.catalog import Entry
from corpus.embedding import Embedder, Vectors
from corpus.report import Chunk, Paragraph, Reference, Report, paragraph_id
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.text import words
from corpus.vocabulary import Vocabulary
from evals.bench_figures import Figure
from evals.bench_process import resident_bytes
from evals.progress import Progress, tell
from evals.svg import Series, lines, standalone
from ingest.chunking import chunk
from ingest.pipeline import Pipeline

STEPS = (1_000, 10_000, 100_000, 1_000_000)
_MARK = "Synthetic report"
# As many words as a real chunk of 1,000 characters has, and as many chunks as a short case report.
_WORDS, _PARAGRAPHS = 150, 20
# One write; a larger one costs memory, a smaller one commits more often.
_REPORTS = 100
# Ranks and exponent of the Zipf law: English is close to 1 (Zipf 1949), and a large library has some hundred thousand distinct words.
_RANKS, _EXPONENT = 300_000, 1.07
_NOISE = 0.03

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Point:
    """What the library costs at one size; sizes in bytes."""

    passages: int
    search: "Times"
    answer: "Times"
    bm25: "Times"
    dense: "Times"
    memory: int
    disk: dict[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds: median and p99 on the clock, and the mean of processor time, which a busy machine does not stretch."""

    p50: float
    p99: float
    cpu: float

    @classmethod
    def of(cls, work: Callable[[Asked], object], asked: Sequence[Asked]) -> "Times":
        """Each is done once."""
        found, spent = list[float](), time.process_time()
        for one in asked:
            started = time.perf_counter()
            work(one)
            found.append(1000 * (time.perf_counter() - started))
        cpu = 1000 * (time.process_time() - spent) / len(asked)
        return cls(median(found), quantiles(found, n=100, method="inclusive")[98], cpu)


class SyntheticEmbedder:
    """The real embedder for real text; synthetic text gets a vector near those of the real passages, the same for the same batch."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self._pool: Vectors | None = None

    @property
    def name(self) -> str:
        return self._real.name

    def learn(self, texts: Sequence[str]) -> None:
        """Take these texts' meanings as the ones that there are."""
        self._pool = self._real.embed(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self._pool is None or not texts or not texts[0].startswith(_MARK):
            return self._real.embed(texts)
        draw = np.random.default_rng(crc32(texts[0].encode()))
        one, other = (self._pool[draw.integers(0, len(self._pool), len(texts))] for _ in range(2))
        mixed = 0.7 * one + 0.3 * other + draw.normal(0, _NOISE, one.shape)
        found: Vectors = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
        return found


class SyntheticReports:
    """Reports of Zipf words: the n-th is always the same."""

    def __init__(self, texts: Sequence[str]) -> None:
        common = Counter(word for text in texts for word in words(text))
        self._words = [word for word, _ in common.most_common()]
        shares = np.arange(1, _RANKS + 1, dtype=float) ** -_EXPONENT
        self._cumulative: npt.NDArray[np.float64] = np.cumsum(shares / shares.sum())

    def entry(self, number: int) -> Entry:
        draw = np.random.default_rng(number)
        ranks = np.searchsorted(self._cumulative, draw.random(_PARAGRAPHS * _WORDS)).reshape(_PARAGRAPHS, _WORDS)
        name = f"synthetic:{number}"
        paragraphs = tuple(Paragraph(paragraph_id(name, place), self._text(row)) for place, row in enumerate(ranks, start=1))
        report = Report(name, Reference(f"{_MARK} {number}", year=1990 + number % 35), paragraphs)
        return Entry(report, _chunks(report), Case(name), f"synthetic {number}", "none")

    def _text(self, ranks: npt.NDArray[np.int64]) -> str:
        known = len(self._words)
        return f"{' '.join(self._words[rank] if rank < known else f'w{rank}' for rank in ranks.tolist())}."


def _chunks(report: Report) -> tuple[Chunk, ...]:
    """One chunk a paragraph: each is about as long as a chunk aims to be."""
    return tuple(
        Chunk(f"{report.id}#c{place}", report.id, (one.id,), report.reference.title, (), one.text)
        for place, one in enumerate(report.paragraphs, start=1)
    )


def grow(settings: Settings, reports: Path, questions: Sequence[str], most: int) -> Iterator[Point]:
    """One point a step, from the same library as it grows to ``most`` passages."""
    from corpus.embedding import load_embedder

    embedder, vocabulary = SyntheticEmbedder(load_embedder(settings)), Vocabulary.load()
    with Corpus.open(settings, embedder) as corpus:
        real = _real(corpus, embedder, settings, vocabulary, reports)
        source, made = SyntheticReports(real), 0
        for size in [*(step for step in STEPS if step < most), most]:
            started, before = time.perf_counter(), len(real) + made * _PARAGRAPHS
            made = _fill(corpus, source, made, max(0, -(-(size - len(real)) // _PARAGRAPHS)))
            seconds, held = time.perf_counter() - started, len(real) + made * _PARAGRAPHS
            yield _measured(corpus, settings, vocabulary, questions, held, seconds / max(1, held - before))


def grown(corpus: Corpus, embedder: "SyntheticEmbedder", settings: Settings, reports: Path, size: int) -> int:
    """Fill a new library to ``size`` passages; how many it holds then."""
    real = _real(corpus, embedder, settings, Vocabulary.load(), reports)
    return len(real) + _PARAGRAPHS * _fill(corpus, SyntheticReports(real), 0, max(0, -(-(size - len(real)) // _PARAGRAPHS)))


def _real(corpus: Corpus, embedder: "SyntheticEmbedder", settings: Settings, vocabulary: Vocabulary, reports: Path) -> list[str]:
    """Ingest the real reports; their passages, which the embedder has learned from."""
    for _ in Pipeline(corpus, settings, vocabulary).run([reports]):
        pass
    real = [one.text for name in corpus.catalog.report_ids() for one in chunk(corpus.catalog.report(name), settings.chunk_chars)]
    embedder.learn(real)
    return real


def _fill(corpus: Corpus, source: SyntheticReports, made: int, wanted: int) -> int:
    """Write reports until so many are made."""
    progress = Progress(
        f"bench scale: to {wanted * _PARAGRAPHS} passages, writes of {_REPORTS * _PARAGRAPHS}", -(-(wanted - made) // _REPORTS)
    )
    for start in range(made, wanted, _REPORTS):
        corpus.put([source.entry(number) for number in range(start, min(start + _REPORTS, wanted))])
        progress.step()
    return max(made, wanted)


def _measured(corpus: Corpus, settings: Settings, vocabulary: Vocabulary, questions: Sequence[str], held: int, seconds: float) -> Point:
    tell(f"bench scale: {held} passages, {len(questions)} questions")
    assistant = build_assistant(corpus, settings, vocabulary)
    retriever = HybridRetriever(corpus, settings, vocabulary)
    asked = [understand(question, vocabulary, None) for question in questions]
    weights, vectors = [retriever.weights(one) for one in asked], corpus.embedder.embed(questions)
    return Point(
        held,
        _times(assistant.search, questions),
        _times(assistant.answer, questions),
        _times(lambda one: corpus.lexical.search(one, settings.candidates), weights),
        _times(lambda one: corpus.vectors.search(one, settings.candidates), list(vectors)),
        resident_bytes() or 0,
        {name: _size(settings.home / name) for name in ("catalog.sqlite3", "vectors", "bm25")},
        seconds,
    )


def _times(work: Callable[[Asked], object], asked: Sequence[Asked]) -> Times:
    """Each done once before to warm."""
    found, spent = list[float](), 0.0
    for one in asked:
        work(one)
        started, cpu = time.perf_counter(), time.process_time()
        work(one)
        found.append(1000 * (time.perf_counter() - started))
        spent += 1000 * (time.process_time() - cpu)
    return Times(median(found), quantiles(found, n=100, method="inclusive")[98], spent / len(asked))


def _size(path: Path) -> int:
    """Bytes of a folder's files, or of a file with what SQLite keeps beside it."""
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return sum(one.stat().st_size for one in files if one.is_file())


def figures(points: Sequence[Point], asked: int) -> Iterator[Figure]:
    """Every cost at every size; the smallest size is the baseline of the others."""
    first = points[0]
    for one in points:
        label = f"scale {one.passages:,}"
        for name in ("search", "answer", "bm25", "dense"):
            times, base = getattr(one, name), getattr(first, name)
            yield Figure(f"{label}, {name}, p50", times.p50, "ms", asked, baseline=base.p50)
            yield Figure(f"{label}, {name}, p99", times.p99, "ms", asked)
            yield Figure(f"{label}, {name}, processor", times.cpu, "ms", asked, baseline=base.cpu, note="mean")
        yield Figure(f"{label}, memory (RSS)", one.memory / 1e6, "MB", 1, baseline=first.memory / 1e6, note="model included")
        for name, size in one.disk.items():
            yield Figure(f"{label}, disk, {name}", size / 1e6, "MB", 1)
        yield Figure(f"{label}, written", 1 / one.seconds, "passages/s", one.passages, note="without computing embeddings")


def plots(points: Sequence[Point]) -> dict[str, str]:
    """Two SVG files: time against size, and memory and disk against size."""
    drawn = (("answer", "p50"), ("search", "p50"), ("dense", "p50"), ("bm25", "p50"))
    times = [
        Series(f"{name} {which}", tuple((one.passages, getattr(getattr(one, name), which)) for one in points)) for name, which in drawn
    ]
    sizes = [
        Series("memory", tuple((one.passages, one.memory / 1e6) for one in points)),
        Series("disk", tuple((one.passages, sum(one.disk.values()) / 1e6) for one in points)),
    ]
    return {
        "scale-time.svg": standalone(lines(times, "Time against size", "passages", "milliseconds")),
        "scale-size.svg": standalone(lines(sizes, "Memory and disk against size", "passages", "megabytes")),
    }
