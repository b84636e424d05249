"""Many clients at a time, each reading its answers as they stream."""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from statistics import median, quantiles

from corpus.errors import LibraryError
from evals.bench_figures import Figure
from evals.bench_process import Server
from evals.progress import tell

# Each client asks so many questions one after another; a level's percentiles are over clients x questions.
ASKED = 25
# What a person sees first: a sentence of the answer, or that there is none.
_FIRST = ("statement", "abstention")


@dataclass(frozen=True, slots=True)
class Streamed:
    """Seconds until the first sentence and until the end of one answer."""

    first: float
    whole: float


def streaming(server: Server, questions: Sequence[str], most: int) -> Iterator[Figure]:
    """Levels of 1, 2, 4 ... clients; one client alone is the baseline of the others."""
    for question in questions:
        server.ask(question)
    alone: tuple[float, float, float] | None = None
    for clients in levels(most):
        tell(f"bench serve: {clients} clients")
        started = time.perf_counter()
        found = _level(server, questions, clients)
        seconds = time.perf_counter() - started
        whole = [1000 * one.whole for one in found]
        first, middle, rate = 1000 * median(one.first for one in found), median(whole), len(found) / seconds
        alone = alone or (first, middle, rate)
        said = "client" if clients == 1 else "clients"
        yield Figure(f"serve, {clients} {said}, first sentence, median", first, "ms", len(found), baseline=alone[0])
        yield Figure(f"serve, {clients} {said}, whole answer, median", middle, "ms", len(found), baseline=alone[1])
        yield Figure(f"serve, {clients} {said}, whole answer, p99", quantiles(whole, n=100, method="inclusive")[98], "ms", len(found))
        yield Figure(f"serve, {clients} {said}, answers a second", rate, "/s", len(found), baseline=alone[2], note="baseline: one client")


def levels(most: int) -> list[int]:
    """Powers of two up to the most, and the most itself."""
    powers = [2**power for power in range(most.bit_length()) if 2**power < most]
    return [*powers, most]


def _level(server: Server, questions: Sequence[str], clients: int) -> list[Streamed]:
    with ThreadPoolExecutor(clients) as pool:
        work = [pool.submit(_client, server, questions, number) for number in range(clients)]
        return [one for done in work for one in done.result()]


def _client(server: Server, questions: Sequence[str], number: int) -> list[Streamed]:
    """One client's answers; each starts elsewhere in the list, so that they do not ask the same at the same time."""
    start = number * len(questions) // 7 % len(questions)
    chosen = [*questions[start:], *questions[:start]]
    return [_streamed(server, question) for question in islice(chosen * (ASKED // len(chosen) + 1), ASKED)]


def _streamed(server: Server, question: str) -> Streamed:
    """Raises LibraryError where the stream ends without an answer: its time would mean nothing."""
    started, first, name = time.perf_counter(), None, ""
    for line in server.stream("/v1/chat/stream", {"question": question, "history": []}):
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
            if first is None and name in _FIRST:
                first = time.perf_counter() - started
        elif name == "error" and line.startswith("data:"):
            raise LibraryError(f"a stream ended in an error: {json.loads(line.removeprefix('data:'))}")
    whole = time.perf_counter() - started
    if name != "answer":
        raise LibraryError(f"a stream ended with {name!r} instead of an answer")
    return Streamed(whole if first is None else first, whole)
