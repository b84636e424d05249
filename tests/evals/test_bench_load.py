"""Many clients at once: errors and strangers' questions are counted, never overlooked."""

import json
from collections.abc import Generator, Mapping
from typing import Any

from evals.bench_figures import Figure
from evals.bench_load import load


class _Scripted:
    """A server of one conversation for all (``mixing``) or of one for each client; every tenth stream may break off."""

    def __init__(self, *, mixing: bool = False, breaking: bool = False) -> None:
        self.mixing, self.breaking, self.streams = mixing, breaking, 0
        self.turns: dict[str, list[str]] = {}

    def ask(self, question: str) -> float:
        assert question
        return 0.0

    def resident_bytes(self) -> int:
        return 1_000_000

    def get(self, path: str) -> Any:
        return {"turns": [{"question": one} for one in self.turns[path.rpartition("/")[2]]]}

    def text(self, path: str) -> str:
        assert path == "/metrics"
        return "# TYPE casebook_requests_open gauge\ncasebook_requests_open 1.0\n"

    def stream(self, path: str, body: Mapping[str, object]) -> Generator[str, None, None]:
        assert path == "/v1/chat/stream"
        self.streams += 1
        question = str(body["question"])
        name = "all" if self.mixing else question[question.rindex("(") :].strip("()").replace(" ", "-") if "(" in question else "nobody"
        yield "event: understood"
        if self.breaking and self.streams % 5 == 0:
            yield "event: error"
            yield 'data: {"error": {"message": "broken"}}'
            return
        self.turns.setdefault(name, []).append(question)
        yield "event: answer"
        yield f"data: {json.dumps({'conversation_id': name})}"


def _figures(server: _Scripted) -> dict[str, Figure]:
    return {one.name.partition(", ")[2]: one for one in load(server, ["a?", "b?"], 3, 0.2)}  # type: ignore[arg-type]


def test_a_server_that_keeps_its_word_meets_every_bar() -> None:
    found = _figures(_Scripted())
    assert found["errors"].n > 0
    assert all(one.met for one in found.values())
    assert "left in the middle" in found["errors"].note


def test_a_strangers_question_is_counted() -> None:
    assert not _figures(_Scripted(mixing=True))["questions in a stranger's conversation"].met


def test_a_stream_that_breaks_off_is_an_error_and_named() -> None:
    errors = _figures(_Scripted(breaking=True))["errors"]
    assert not errors.met
    assert "broken" in errors.note
