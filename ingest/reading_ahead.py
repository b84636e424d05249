"""Parsing in a process of its own while this one embeds: Python runs on one core at a time, and the embedder seldom needs it.

The process is given the files of a run in their order and is always a few ahead. It gives way to the embedder (``nice``),
and it ends with its input: also where this process was killed. What it did not read is read here; nothing but time depends on it.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import IO, Self

from corpus.errors import IngestError
from ingest.parsers import ParsedReport, parse
from ingest.sources import Source

# Parsed and waiting, or about to be: as much as one batch of the pipeline holds, so that the embedder never waits for a parser. This is all
# the memory that reading ahead may take; one larger file goes alone.
_FILES, _BYTES = 32, 16_000_000
# Starting the process costs about a second of processor time, and so does parsing a megabyte (12 PDFs and 60 texts: 10 s for 13 MB).
_WORTH_BYTES = 1_000_000
# The embedder comes first, but on a busy machine it must not wait long either: at 19 the parser would hardly run there.
_GENTLE = 5

Parsed = tuple[str, list[ParsedReport]]


@dataclass(frozen=True, slots=True)
class _Order:
    path: Path
    max_bytes: int
    ocr: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of one file: ``sha256`` tells whose bytes they were; neither parsed nor refused where the file could not be read."""

    path: Path
    sha256: str = ""
    parsed: Parsed | None = None
    refused: tuple[type[IngestError], str] | None = None


class ReadingAhead:
    """The other process; as a context it is gone at the end. Where the files are too few to be worth it, none is started."""

    def __init__(self, sources: Sequence[Source], max_bytes: int, *, ocr: bool) -> None:
        self._waiting = deque((source, _size(source)) for source in sources)
        self._asked: deque[tuple[Path, int]] = deque()
        self._answers: dict[Path, _Answer] = {}
        self._changed = Condition()
        self._ended = False
        self._max_bytes, self._ocr = max_bytes, ocr
        worth = sum(size for _, size in self._waiting) >= _WORTH_BYTES and (os.cpu_count() or 1) > 1
        self._process = _start() if worth else None
        self._listening = Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        if self._process:
            self._listening.start()
            self._ask()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._listening.join()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()

    @property
    def active(self) -> bool:
        return self._process is not None

    def parsed(self, source: Source, data: bytes) -> Parsed | None:
        """What was read of these very bytes, waited for where it is under way; None where nobody read them. Raises IngestError."""
        answer = self._answer(source.path)
        self._ask()
        if answer is None or answer.sha256 != sha256(data).hexdigest():
            return None
        if answer.refused:
            kind, reason = answer.refused
            raise kind(source.uri, reason)
        return answer.parsed

    def _answer(self, path: Path) -> _Answer | None:
        """Files come in the order they were asked for: what was asked for before this one is not wanted any more."""
        if not any(asked == path for asked, _ in self._asked):
            return None
        with self._changed:
            while self._asked.popleft()[0] != path:
                pass
            self._changed.wait_for(lambda: path in self._answers or self._ended)
            for passed in self._answers.keys() - {path} - {asked for asked, _ in self._asked}:
                del self._answers[passed]
            return self._answers.pop(path, None)

    def _ask(self) -> None:
        while self._process and self._waiting and self._has_room(self._waiting[0][1]):
            source, size = self._waiting.popleft()
            try:
                _send(self._process.stdin, _Order(source.path, self._max_bytes, self._ocr))
            except OSError:  # it has ended: the rest is read here
                self._waiting.clear()
                return
            self._asked.append((source.path, size))

    def _has_room(self, size: int) -> bool:
        return not self._asked or (len(self._asked) < _FILES and size + sum(held for _, held in self._asked) <= _BYTES)

    def _listen(self) -> None:
        """Takes in what is answered, so that the process never waits for us to do so."""
        try:
            while self._process and self._process.stdout and (answer := _receive(self._process.stdout)):
                with self._changed:
                    self._answers[answer.path] = answer
                    self._changed.notify_all()
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()


def _size(source: Source) -> int:
    try:
        return source.path.stat().st_size
    except OSError:  # it has gone since it was found; whoever reads it says so
        return 0


def _start() -> "subprocess.Popen[bytes]":
    where = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-m", "ingest.reading_ahead"]
    # In a session of its own Ctrl-C does not reach it; it ends when its input does.
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": where}, start_new_session=True
    )


def _send(pipe: IO[bytes] | None, what: _Order | _Answer) -> None:
    if pipe:
        pickle.dump(what, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        pipe.flush()


def _receive(pipe: IO[bytes]) -> _Answer | None:
    """The next answer; None at the end, also where the process ended in the middle of one."""
    try:
        answer: _Answer = pickle.load(pipe)
    except (EOFError, pickle.UnpicklingError, OSError, ValueError):
        return None
    return answer


def _read(order: _Order) -> _Answer:
    """A fault that is no plain refusal is left to the pipeline to meet and to tell."""
    try:
        data = Source(order.path, order.path.parent).read(order.max_bytes)
    except IngestError:
        return _Answer(order.path)
    digest = sha256(data).hexdigest()
    try:
        return _Answer(order.path, digest, parse(str(order.path), order.path.name, data, ocr=order.ocr))
    except IngestError as error:
        return _Answer(order.path, digest, refused=(type(error), error.reason))
    except Exception:
        return _Answer(order.path)


def _serve() -> None:
    """Orders from standard input, answers to standard output; whatever a parser prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.nice(_GENTLE)
    # The end of the input, or nobody there to take an answer: the ingest is over.
    with suppress(EOFError, BrokenPipeError):
        while True:
            order: _Order = pickle.load(sys.stdin.buffer)
            _send(answers, _read(order))


if __name__ == "__main__":
    from ingest import reading_ahead

    # Under its real name: what is sent must be known by the same name on both sides.
    reading_ahead._serve()
