"""Many clients at a time: the levels, and that a stream without an answer is no measurement."""

from collections.abc import Iterator, Mapping

import pytest

from corpus.errors import LibraryError
from evals.bench_serve import ASKED, levels, streaming


class _Scripted:
    """A server that plays the same lines to everybody."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        self.asked: list[str] = []

    def ask(self, question: str) -> float:
        self.asked.append(question)
        return 0.0

    def stream(self, path: str, body: Mapping[str, object]) -> Iterator[str]:
        assert path == "/v1/chat/stream"
        self.asked.append(str(body["question"]))
        yield from self.lines


def test_levels_double_up_to_the_most() -> None:
    assert [levels(most) for most in (1, 2, 6, 8)] == [[1], [1, 2], [1, 2, 4, 6], [1, 2, 4, 8]]


def test_every_client_asks_its_share_and_one_client_is_the_baseline() -> None:
    server = _Scripted("event: understood", "data: {}", "event: statement", "data: {}", "event: answer", "data: {}")
    found = list(streaming(server, ["a", "b", "c"], 2))  # type: ignore[arg-type]
    assert [one.n for one in found] == [ASKED] * 4 + [2 * ASKED] * 4
    assert len(server.asked) == 3 + 3 * ASKED
    assert {"a", "b", "c"} == set(server.asked)
    assert found[0].ratio == 1
    assert found[7].baseline == found[3].value


@pytest.mark.parametrize(
    ("lines", "said"),
    [(("event: error", 'data: {"error": {}}'), "ended in an error"), (("event: statement", "data: {}"), "instead of an answer")],
)
def test_a_stream_without_an_answer_is_not_timed(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(LibraryError, match=said):
        list(streaming(_Scripted(*lines), ["a"], 1))  # type: ignore[arg-type]
