"""``casebook ingest --watch``: the folders are ingested, and again whenever something in them has changed."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from types import FrameType

import click
from watchfiles import watch

from api.ingest_terminal import print_ingest
from api.terminal import plain
from corpus.embedding import Embedder, load_embedder
from corpus.errors import LibraryError, UsageError
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from ingest.pipeline import Pipeline, SourceResult

# A copy of many files is one change: they are read once nothing has moved for a moment, or after a while at the latest.
_QUIET_MS, _LATEST_MS = 300, 3000
# How often the watch looks up to see whether it is to end, or to try again where another process had the library.
_TICK_MS, _RETRY_S = 500, 5.0


@dataclass(slots=True)
class _Watch:
    """The ingest that is run over and over. The library is open only while it runs: between two changes others may have it."""

    settings: Settings
    paths: Sequence[Path]
    prune: bool
    ended: Event
    embedder: Embedder
    vocabulary: Vocabulary
    again_at: float = 0.0

    @property
    def due(self) -> bool:
        return monotonic() >= self.again_at

    def run(self, told: Callable[[SourceResult], None] | None = None) -> None:
        """One ingest. What keeps it from the library (another process, a full disk) is said, and it is tried again."""
        try:
            with Corpus.open(self.settings, self.embedder) as corpus:
                results = self._until_ended(Pipeline(corpus, self.settings, self.vocabulary).run(self.paths, prune=self.prune))
                print_ingest(results if told is None else _telling(results, told), self.paths)
            self.again_at = float("inf")
        except LibraryError as error:
            click.echo(f"casebook: {error}; trying again in {_RETRY_S:.0f} seconds", err=True)
            self.again_at = monotonic() + _RETRY_S

    def _until_ended(self, results: Iterator[SourceResult]) -> Iterator[SourceResult]:
        for result in results:
            yield result
            if self.ended.is_set():
                return


def watch_paths(settings: Settings, paths: Sequence[Path], *, prune: bool) -> None:
    """Ingest and go on until the process is told to end (Ctrl-C, SIGTERM). Raises UsageError where a path cannot be watched."""
    with _ending() as ended:
        running = _Watch(settings, paths, prune, ended, load_embedder(settings), Vocabulary.load())
        changes = _changes(paths, ended)
        next(changes)  # the watch stands before the first ingest: what changes meanwhile is seen
        running.run()
        click.echo(f"watching {', '.join(map(str, paths))}; Ctrl-C ends", err=True)
        for changed in changes:
            if changed or running.due:
                running.run(_tell)
    click.echo("watch ended", err=True)


def _changes(paths: Sequence[Path], ended: Event) -> Iterator[bool]:
    """Whether something that was named has changed, at every tick. A file is watched in its folder: editors put a new one in its place."""
    named = [Path(os.path.normpath(path.absolute())) for path in paths]
    folders = {path if path.is_dir() else path.parent for path in named}
    if missing := sorted(str(folder) for folder in folders if not folder.is_dir()):
        raise UsageError(f"{missing[0]}: does not exist, so it cannot be watched; check the path")
    seen = watch(
        *folders,
        recursive=any(path.is_dir() for path in named),
        watch_filter=lambda _change, path: _is_named(Path(path), named),
        debounce=_LATEST_MS,
        step=_QUIET_MS,
        stop_event=ended,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for changes in seen:
        yield bool(changes)


def _is_named(path: Path, named: Sequence[Path]) -> bool:
    """Below a folder that was named, or the very file; hidden files are never reports."""
    for one in named:
        if path.is_relative_to(one):
            return not any(part.startswith(".") for part in path.relative_to(one).parts)
    return False


def _telling(results: Iterator[SourceResult], told: Callable[[SourceResult], None]) -> Iterator[SourceResult]:
    for result in results:
        told(result)
        yield result


def _tell(result: SourceResult) -> None:
    """One line for each source that is not as it was; failures are told with their reason at the end."""
    if result.status not in ("unchanged", "failed"):
        click.echo(plain(f"{result.status}: {result.uri}"))


@contextmanager
def _ending() -> Iterator[Event]:
    """Set by the first Ctrl-C or SIGTERM, which lets the batch under way be written; the second one ends at once."""
    ended = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        if ended.is_set():
            raise KeyboardInterrupt
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
