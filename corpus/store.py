"""The library as a whole: the catalogue and its two indexes, written in an order that survives a crash at any line."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from corpus.catalog import Catalog, Entry
from corpus.embedding import Embedder, load_embedder
from corpus.errors import LibraryError, LibraryLocked, unwritable
from corpus.lexical import LexicalIndex
from corpus.recent_reports import RecentReports
from corpus.report import Chunk, ChunkId, Report, ReportId
from corpus.settings import Settings
from corpus.therapy_outlines import CachedOutlines, Outlines
from corpus.vectors import VectorIndex

_REPAIR_BATCH = 512
# Longer than any one write takes; only processes that share a Chroma server ever wait for each other.
_WRITE_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """Chunks on which an index and the catalogue disagree."""

    index: Literal["vectors", "bm25"]
    kind: Literal["missing", "stale"]
    chunk_ids: tuple[ChunkId, ...]

    def __str__(self) -> str:
        what = "in the catalogue but not in the index" if self.kind == "missing" else "in the index but not in the catalogue"
        return f"{self.index}: {len(self.chunk_ids)} chunks {what}, e.g. {self.chunk_ids[0]}"


class Corpus:
    """One open library. Text is read from ``catalog`` only; ``lexical`` and ``vectors`` return ids."""

    def __init__(
        self,
        home: Path,
        catalog: Catalog,
        lexical: LexicalIndex,
        vectors: Callable[[], VectorIndex],
        embedder: Embedder,
        lock: FileLock | None,
    ) -> None:
        self._home = home
        self.catalog = catalog
        self.lexical = lexical
        self.embedder = embedder
        self._open_vectors = vectors
        self._opening = Lock()
        self._vectors: VectorIndex | None = None
        self._lock = lock
        self._outlines = CachedOutlines(catalog)
        self._recent = RecentReports(catalog)

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder | None = None) -> "Corpus":
        """Open or create the library at ``settings.home``. Raises LibraryLocked, LibraryDamaged, LibraryError.

        Embedded vectors and the embedder wait for their first use; a server is asked at once whether it answers.
        """
        home = settings.home
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"{home}: cannot be made ({error.strerror}); set CASEBOOK_HOME to a folder you may write to") from error
        # An embedded Chroma belongs to one process; with a server, SQLite and tantivy arbitrate between processes themselves.
        lock = None if settings.chroma_url else _locked(home)
        try:
            chosen = embedder or load_embedder(settings)
            vectors = partial(VectorIndex.open, home / "vectors", settings.chroma_url, chosen.name)
            corpus = cls(home, Catalog.open(home / "catalog.sqlite3"), LexicalIndex(home / "bm25"), vectors, chosen, lock)
            if settings.chroma_url:
                corpus.vectors.count()
            return corpus
        except BaseException:
            if lock:
                lock.release()
            raise

    @property
    def vectors(self) -> VectorIndex:
        """The vector index. Raises LibraryDamaged where it cannot be opened."""
        with self._opening:
            self._vectors = self._vectors or self._open_vectors()
            return self._vectors

    def outlines(self) -> Outlines:
        """What the library's patients are and were given, by name; kept until the library changes."""
        return self._outlines.read()

    def reports(self, report_ids: Iterable[ReportId]) -> dict[ReportId, Report]:
        """Whole reports that exist, by id; those read lately are kept until the library changes."""
        return self._recent.read(report_ids)

    def close(self) -> None:
        if self._vectors:
            self._vectors.close()
        self.catalog.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> "Corpus":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def put(self, entries: Sequence[Entry], *, gone: Sequence[ReportId] = (), along: Callable[[Connection], None] | None = None) -> None:
        """Insert or replace reports and remove those ``gone``; only chunks that are new are embedded. Raises LibraryError.

        Indexes first, catalogue second (with what ``along`` writes, in one transaction), clean-up last: a crash leaves at worst
        chunks in an index that the catalogue does not know, which every read ignores, ``check`` names and ``mend`` deletes.
        """
        with self._writing():
            old = {chunk.id: chunk for chunk in self.catalog.chunks_of([*(entry.report.id for entry in entries), *gone])}
            wanted = [chunk for entry in entries for chunk in entry.chunks]
            self._index(self._unindexed(wanted, old))
            self.catalog.put(entries, gone, along)
            self._forget(set(old) - {chunk.id for chunk in wanted})

    def remove(self, report_ids: Iterable[ReportId]) -> None:
        """Remove reports without a trace; unknown ids are ignored."""
        self.put([], gone=list(report_ids))

    def mend(self) -> None:
        """Where a write was cut short, or another embedder was chosen, make the indexes agree with the catalogue again."""
        if self._unfinished.exists():
            with self._writing():
                self.repair(self.check())
                self._embedded_by.write_text(self.embedder.name, encoding="utf-8")
            self._unfinished.unlink(missing_ok=True)

    def check(self) -> list[Problem]:
        """Where the indexes and the catalogue disagree; an empty list is a sound library."""
        known = self.catalog.all_chunk_ids()
        problems = []
        for name, held in (("vectors", self.vectors.ids()), ("bm25", self.lexical.ids())):
            for kind, ids in (("missing", known - held), ("stale", held - known)):
                if ids:
                    problems.append(Problem(name, kind, tuple(sorted(ids))))  # type: ignore[arg-type]
        return problems

    def repair(self, problems: Iterable[Problem]) -> None:
        """Rebuild what an index lacks from the catalogue and delete what the catalogue does not know."""
        for problem in problems:
            for start in range(0, len(problem.chunk_ids), _REPAIR_BATCH):
                self._repair(problem, problem.chunk_ids[start : start + _REPAIR_BATCH])

    def _repair(self, problem: Problem, chunk_ids: Sequence[ChunkId]) -> None:
        index = self.vectors if problem.index == "vectors" else self.lexical
        if problem.kind == "stale":
            index.remove(chunk_ids)
            return
        chunks = list(self.catalog.chunks(chunk_ids).values())
        if isinstance(index, VectorIndex):
            index.add(chunks, self.embedder.embed([chunk.index_text for chunk in chunks]))
        else:
            index.add(chunks)

    @property
    def _unfinished(self) -> Path:
        """A mark on disk: it is there while a write goes on, and stays where one was cut short."""
        return self._home / "unfinished"

    @property
    def _embedded_by(self) -> Path:
        """The name of the embedder that every chunk was last seen to have a vector of."""
        return self._home / "embedder"

    def _is_of_this_embedder(self) -> bool:
        return self._embedded_by.exists() and self._embedded_by.read_text(encoding="utf-8") == self.embedder.name

    def _is_empty(self) -> bool:
        """A library that holds nothing anywhere is whole: its first ingest need not be compared chunk by chunk at the end."""
        return not (self.catalog.count() or self.vectors.count() or self.lexical.count())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One write at a time, marked until it is whole. A mark left by an earlier one stays: only ``mend`` may take it away."""
        try:
            with only_writer(self._home):
                whole_before = not self._unfinished.exists() and (self._is_of_this_embedder() or self._is_empty())
                self._unfinished.touch()
                yield
                if whole_before:
                    self._embedded_by.write_text(self.embedder.name, encoding="utf-8")
                    self._unfinished.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(f"the library {self._home}", error.strerror or error) from error

    def _unindexed(self, wanted: Sequence[Chunk], old: Mapping[ChunkId, Chunk]) -> list[Chunk]:
        """Chunks that the catalogue does not know as they are, or that have no vector yet: another embedder starts with none."""
        same = [chunk.id for chunk in wanted if chunk.id in old and old[chunk.id].title == chunk.title]
        held = self.vectors.holds(same) if same else set()
        return [chunk for chunk in wanted if chunk.id not in held]

    def _index(self, chunks: Sequence[Chunk]) -> None:
        if chunks:
            self.vectors.add(chunks, self.embedder.embed([chunk.index_text for chunk in chunks]))
            self.lexical.add(chunks)

    def _forget(self, chunk_ids: Iterable[ChunkId]) -> None:
        stale = list(chunk_ids)
        if stale:
            self.vectors.remove(stale)
            self.lexical.remove(stale)


@contextmanager
def only_writer(home: Path) -> Iterator[None]:
    """Hold off every other write to a library. Raises LibraryLocked where one goes on for too long."""
    try:
        with FileLock(home / "writing", timeout=_WRITE_TIMEOUT_S):
            yield
    except Timeout:
        raise LibraryLocked(f"the library {home} is being written to by another process; try again later") from None


def _locked(home: Path) -> FileLock:
    """Hold the library for this process, and say who does where another one has it."""
    lock, owner = FileLock(home / "lock", thread_local=False), home / "lock-owner.json"
    try:
        lock.acquire(timeout=0)
        owner.write_text(json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv)[:200]}), encoding="utf-8")
    except Timeout:
        raise LibraryLocked(
            f"the library {home} is in use by {_owner(owner)}; stop it, ask it over HTTP, "
            "or share one Chroma server between processes (`chroma run`, then CASEBOOK_CHROMA_URL)"
        ) from None
    except OSError as error:
        lock.release()
        raise unwritable(f"the library {home}", error.strerror or error) from error
    return lock


def _owner(path: Path) -> str:
    try:
        who = json.loads(path.read_text(encoding="utf-8"))
        return f"process {who['pid']} ({who['command']})"
    except (OSError, ValueError, KeyError):  # the owner may be starting or stopping at this very moment
        return "another process"
