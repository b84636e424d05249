"""How fast and how large: queries over HTTP, the command's start, ingest and its second run, memory; beside a named baseline.

Everything runs on the bundled library in a home of its own. The server is the real one, in a process and on a port of its own.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from types import MappingProxyType

from corpus.errors import LibraryError, UsageError
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.bench_baseline import naive_search
from evals.bench_figures import BenchResult, Figure, Sizes
from evals.bench_process import Server, environment, wall_times
from evals.bench_serve import streaming
from evals.datasets import bundled_reports, read_questions
from evals.progress import tell
from ingest.pipeline import Pipeline

REQUESTS = 200
QUESTIONS = 40
# A p99 wants a hundred questions and more.
SCALE_QUESTIONS = 120
SCALE_PASSAGES = 100_000
STARTS = 10
_PASSAGES = 8
_OWN_SET = Path(__file__).parent / "data" / "bundled" / "questions.jsonl"


def run_bench(settings: Settings, measures: Sequence[str] = (), *, out: Path | None = None, sizes: Sizes | None = None) -> BenchResult:
    """Measure the named (``USUAL`` where none is) and print a table and one line of JSON; write both and the plots below ``out``."""
    if unknown := [name for name in measures if name not in MEASURES]:
        raise UsageError(f"no measure is called {unknown[0]!r}; there are {', '.join(MEASURES)}")
    chosen = [MEASURES[name] for name in measures or USUAL]
    figures = list[Figure]()
    with tempfile.TemporaryDirectory(prefix="casebook-bench-") as folder:
        asked = settings.model_copy(update={"home": Path(folder) / "home", "chat_model": None, "chroma_url": None})
        bench = Bench(asked, sizes or Sizes())
        for measured in dict.fromkeys(chosen):
            figures.extend(measured(bench))
    result = BenchResult(tuple(figures), environment(), bench.plots)
    print(result.text)
    print(json.dumps(result.record))
    for path in result.write(out) if out else ():
        tell(f"written to {path}")
    return result


class Bench:
    """The measures over one home; the library is ingested once, when the first measure needs it."""

    def __init__(self, settings: Settings, sizes: Sizes) -> None:
        self._settings = settings
        self._sizes = sizes
        self.plots: dict[str, str] = {}
        self._ingest_seconds: tuple[float, float] | None = None

    def start(self) -> Iterator[Figure]:
        tell("bench start: casebook --help")
        times = wall_times([sys.executable, "-m", "api.cli", "--help"], STARTS)
        yield Figure("casebook --help", median(times), "s", STARTS, bar=0.6, note="median")

    def ingest(self) -> Iterator[Figure]:
        """Named files as whole processes; else the bundled library in this one."""
        if self._sizes.files:
            from evals.bench_ingest import figures

            yield from figures(self._sizes.files, self._sizes.peer, self._folder("files"))
            return
        first, second = self._ingested()
        reports = len(list(bundled_reports().glob("*.md")))
        yield Figure("ingest, first", first, "s", reports, note="bundled library, model loaded before")
        yield Figure("ingest, second", second, "s", reports, bar=0.05 * first, baseline=first, note="bar: 5 % of the first")

    def served(self) -> Iterator[Figure]:
        """Latency over HTTP and the server's memory: of one server without the scorer, which the bar is for, and of one with it."""
        self._ingested()
        questions = self._questions()
        for scorer, told, bar in (("off", "without the scorer", 60), ("packaged", "with the scorer", None)):
            tell(f"bench query: {REQUESTS} requests {told}")
            with Server(self._settings.home, scorer) as server:
                for question in questions:
                    server.ask(question)
                times = [1000 * server.ask(questions[number % len(questions)]) for number in range(REQUESTS)]
                memory = server.resident_bytes()
            note = f"{told}, {len(questions)} questions, warm, one at a time"
            yield Figure("POST /v1/chat, median", median(times), "ms", REQUESTS, bar=bar, note=note)
            yield Figure("POST /v1/chat, p99", quantiles(times, n=100, method="inclusive")[98], "ms", REQUESTS, note=told)
            if memory is not None:
                note = f"{told}, after {REQUESTS + len(questions)} requests"
                yield Figure("server memory (RSS)", memory / 1e6, "MB", 1, bar=1200, note=note)
        yield from self._against_baseline(questions)
        if self._sizes.passages:
            yield from self._grown(self._sizes.passages)

    def _grown(self, passages: int) -> Iterator[Figure]:
        """The same in this process over a library grown to so many passages, in a home of its own."""
        from evals.bench_query import figures

        apart = self._settings.model_copy(update={"home": self._settings.home.parent / "query"})
        yield from figures(apart, bundled_reports(), self._questions(SCALE_QUESTIONS), passages)

    def serve(self) -> Iterator[Figure]:
        """Clients that stream at the same time."""
        self._ingested()
        with Server(self._settings.home) as server:
            yield from streaming(server, self._questions(), self._sizes.clients)

    def load(self) -> Iterator[Figure]:
        """Conversations of many clients for a minute."""
        from evals.bench_load import load

        self._ingested()
        with Server(self._settings.home) as server:
            yield from load(server, self._questions(), self._sizes.clients)

    def scale(self) -> Iterator[Figure]:
        """The same questions to a library that grows, in a home of its own."""
        from evals.bench_scale import figures, grow, plots

        apart = self._settings.model_copy(update={"home": self._settings.home.parent / "scale"})
        questions = self._questions(SCALE_QUESTIONS)
        points = list(grow(apart, bundled_reports(), questions, self._sizes.passages or SCALE_PASSAGES))
        self.plots |= plots(points)
        yield from figures(points, len(questions))

    def board(self) -> Iterator[Figure]:
        """The therapy board over many cases."""
        from evals.bench_board import figures

        yield from figures(self._settings.model_copy(update={"home": self._settings.home.parent / "board"}), bundled_reports())

    def growth(self) -> Iterator[Figure]:
        """Memory of an ingest against the number of its reports."""
        from evals.bench_ingest import growth

        if not self._sizes.files:
            raise UsageError("`growth` copies JATS articles; name their folder with --files")
        yield from growth(self._sizes.files, self._folder("growth"))

    def _folder(self, name: str) -> Path:
        folder = self._settings.home.parent / name
        folder.mkdir()
        return folder

    def _against_baseline(self, questions: Sequence[str]) -> Iterator[Figure]:
        """Search and answer in this process against the plain vector search that a quickstart chain makes."""
        from assistant.chain import build_assistant

        tell("bench query: in process, against the baseline")
        with Corpus.open(self._settings) as corpus:
            assistant = build_assistant(corpus, self._settings, Vocabulary.load())
            baseline = naive_search(bundled_reports(), corpus.embedder)
            plain = _median_ms(lambda question: baseline(question, _PASSAGES), questions)
            search = _median_ms(lambda question: assistant.search(question, k=_PASSAGES), questions)
            answer = _median_ms(assistant.answer, questions)
        note = "baseline: 1000/200 character splits, same embedder, Chroma similarity search"
        yield Figure("search, in process, median", search, "ms", len(questions), baseline=plain, note=note)
        yield Figure(
            "answer, in process, median", answer, "ms", len(questions), baseline=plain, note="baseline: the same search, no answer"
        )

    def _ingested(self) -> tuple[float, float]:
        if self._ingest_seconds is None:
            tell("bench ingest: the bundled library, twice")
            with Corpus.open(self._settings) as corpus:
                corpus.embedder.embed(["warm up"])
                vocabulary = Vocabulary.load()
                first = _seconds(lambda: self._ingest(corpus, vocabulary, "added"))
                second = _seconds(lambda: self._ingest(corpus, vocabulary, "unchanged"))
            self._ingest_seconds = first, second
        return self._ingest_seconds

    def _ingest(self, corpus: Corpus, vocabulary: Vocabulary, expected: str) -> None:
        """A time means nothing where the work was another: every source must come out as expected."""
        for result in Pipeline(corpus, self._settings, vocabulary).run([bundled_reports()]):
            if result.status != expected:
                raise LibraryError(f"{result.uri}: came out {result.status} instead of {expected} ({result.reason}); nothing was measured")

    def _questions(self, wanted: int = QUESTIONS) -> list[str]:
        """Answerable questions of the own set, those without a history, spread over its kinds."""
        asked = [one for one in read_questions(_OWN_SET) if one.answerable and not one.history]
        step = max(1, len(asked) // wanted)
        return [one.text for one in asked[::step]][:wanted]


MEASURES: Mapping[str, Callable[[Bench], Iterator[Figure]]] = MappingProxyType(
    {
        "start": Bench.start,
        "ingest": Bench.ingest,
        "query": Bench.served,
        "memory": Bench.served,
        "serve": Bench.serve,
        "load": Bench.load,
        "scale": Bench.scale,
        "board": Bench.board,
        "growth": Bench.growth,
    }
)
# What is measured where nothing is named; the others take minutes to hours.
USUAL = ("start", "ingest", "query", "memory")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _median_ms(work: Callable[[str], object], questions: Sequence[str]) -> float:
    """Each question once to warm, then timed once."""
    for question in questions:
        work(question)
    return median(1000 * _seconds(lambda: work(question)) for question in questions)  # noqa: B023 - called before the next question
