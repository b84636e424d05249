"""Many clients for a minute, each in a conversation of its own, some of them leaving in the middle of an answer.

What must hold: no error, no question of one client in the conversation of another, memory that stays, and nothing left running for those
who left.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median

import httpx

from evals.bench_figures import Figure
from evals.bench_process import Server
from evals.progress import tell

SECONDS = 60.0
# Every so many questions a client leaves after the first event.
_LEAVES = 10
_FREED_S = 1.0
_OPEN = re.compile(r"^casebook_requests_open (\d+)", re.MULTILINE)


@dataclass(slots=True)
class _Client:
    """What one client saw."""

    answered: int = 0
    left: int = 0
    errors: list[str] = field(default_factory=list)
    mixed: int = 0


def load(server: Server, questions: Sequence[str], clients: int, seconds: float = SECONDS) -> Iterator[Figure]:
    """Figures of one run; errors, mixed conversations and what is left open have a bar of nothing."""
    for question in questions:
        server.ask(question)
    before = server.resident_bytes() or 0
    tell(f"bench load: {clients} clients for {seconds:.0f} s")
    until, middle = time.monotonic() + seconds, list[int]()
    with ThreadPoolExecutor(clients) as pool:
        work = [pool.submit(_run, server, questions, number, until) for number in range(clients)]
        while time.monotonic() < until:
            time.sleep(min(5.0, seconds / 4))
            middle.append(server.resident_bytes() or 0)
        seen = [one.result() for one in work]
    answered, left = sum(one.answered for one in seen), sum(one.left for one in seen)
    note = f"{clients} clients, {answered} answers, {left} left in the middle"
    yield Figure(
        "load, errors", len([error for one in seen for error in one.errors]), "", answered, bar=0.5, note=_first_error(seen) or note
    )
    yield Figure("load, questions in a stranger's conversation", sum(one.mixed for one in seen), "", answered, bar=0.5)
    yield Figure("load, answers a second", answered / seconds, "/s", answered)
    yield Figure(
        "load, memory at the end", (server.resident_bytes() or 0) / 1e6, "MB", 1, baseline=before / 1e6, note="baseline: warm, before"
    )
    yield Figure("load, memory in between", median(middle) / 1e6, "MB", len(middle), baseline=before / 1e6)
    yield Figure("load, work left by one who leaves is free after", _freed(server, questions[0]), "s", 1, bar=_FREED_S)


def _run(server: Server, questions: Sequence[str], number: int, until: float) -> _Client:
    """Ask and follow up until the time is over, then look whose questions the conversation holds."""
    seen, conversation, mark = _Client(), None, f"(client {number})"
    asked = 0
    while time.monotonic() < until:
        question = f"{questions[(number + asked) % len(questions)]} {mark}"
        asked += 1
        try:
            if asked % _LEAVES == 0:
                _leave(server, question)
                seen.left += 1
            else:
                conversation = _ask(server, question, conversation)
                seen.answered += 1
        except (httpx.HTTPError, ValueError) as error:
            seen.errors.append(f"{type(error).__name__}: {error}")
    if conversation:
        turns = server.get(f"/v1/conversations/{conversation}")["turns"]
        seen.mixed = sum(mark not in turn["question"] for turn in turns)
    return seen


def _ask(server: Server, question: str, conversation: str | None) -> str | None:
    """The conversation that the answer belongs to. Raises ValueError for a stream that ends in anything but an answer."""
    name, answer = "", None
    for line in server.stream("/v1/chat/stream", {"question": question, "conversation_id": conversation}):
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:") and name in ("answer", "error"):
            answer = json.loads(line.removeprefix("data:"))
    if name != "answer" or answer is None:
        raise ValueError(f"a stream ended with {name!r}: {answer}")
    found: str | None = answer["conversation_id"]
    return found


def _leave(server: Server, question: str) -> None:
    """Read the first line, then hang up."""
    lines = server.stream("/v1/chat/stream", {"question": question, "history": []})
    next(lines)
    lines.close()


def _freed(server: Server, question: str) -> float:
    """Seconds until nothing but the request that asks is open after one has left."""
    _leave(server, question)
    started = time.perf_counter()
    while time.perf_counter() - started < 30 * _FREED_S:
        found = _OPEN.search(server.text("/metrics"))
        if found and int(found.group(1)) <= 1:
            break
        time.sleep(0.02)
    return time.perf_counter() - started


def _first_error(seen: Sequence[_Client]) -> str:
    return next((error for one in seen for error in one.errors), "")
