"""From paths to the library: what is new is read, what changed is replaced, what vanished is named; each file fails alone."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Literal

from corpus.case import Case
from corpus.catalog import Entry
from corpus.embedding import Vectors
from corpus.errors import CasebookError, IngestError, ModelUnavailable, ParseError
from corpus.heap import give_back
from corpus.ledger import Ledger, LedgerLine, write_lines
from corpus.report import Paragraph, Report, ReportId, paragraph_id
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from ingest.cases import EXTRACTOR_VERSION, read_case
from ingest.cases.model_reader import ModelCaseReader
from ingest.chunking import CHUNKER_VERSION, chunk
from ingest.parsers import PARSER_VERSION, ParsedReport, parse
from ingest.precedence import Standing, is_gone, with_identifier
from ingest.reading_ahead import ReadingAhead
from ingest.reference import report_id
from ingest.sidecar import Sidecar
from ingest.sources import Source, find_sources
from ingest.works import Works

Status = Literal["added", "changed", "unchanged", "removed", "vanished", "shadowed", "failed"]

# Reports are written in batches of about this many chunks: one index commit costs as much as embedding several chunks,
# and a batch is all that is held in memory and all that a crash can undo.
_BATCH_CHUNKS = 256
# Sources that need no embedding are cheap; their results are still not held back for longer than this many.
_BATCH_SOURCES = 128


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What became of one source. ``reason`` says why it failed, or which source tells the same report better; ``note`` what a case model
    said of it that its text does not prove, or why none was asked."""

    uri: str
    status: Status
    reports: tuple[ReportId, ...] = ()
    paragraphs: int = 0
    bytes: int = 0
    reason: str | None = None
    note: str | None = None


@dataclass(slots=True)
class _Batch:
    """What is read but not yet written, and what is to be said once it is."""

    entries: dict[ReportId, Entry] = field(default_factory=dict)
    results: list[SourceResult] = field(default_factory=list)

    @property
    def full(self) -> bool:
        chunks = sum(len(entry.chunks) for entry in self.entries.values())
        return chunks >= _BATCH_CHUNKS or len(self.results) >= _BATCH_SOURCES


class Pipeline:
    """Ingests sources into one corpus. Running it twice changes nothing the second time."""

    def __init__(self, corpus: Corpus, settings: Settings, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._settings = settings
        self._vocabulary = vocabulary
        self._recipe = f"{PARSER_VERSION}/{CHUNKER_VERSION}/{settings.chunk_chars}/{corpus.embedder.name}{'/ocr' if settings.ocr else ''}"
        self._standing = Standing({}, self._is_digest, Works(dict))
        self._fingerprints: dict[ReportId, tuple[str, str]] = {}
        self._case_model = ModelCaseReader(settings, vocabulary) if settings.case_model else None
        self._dry_run = False
        self._ahead = self._reading_ahead([])
        self._model_loading: list[Future[Vectors]] = []

    def run(self, paths: Sequence[Path], *, prune: bool = False, dry_run: bool = False) -> Iterator[SourceResult]:
        """One result per source, yielded once it is safely written. ``dry_run`` parses and compares but writes nothing.

        Raises LibraryError where the library cannot be written; what was yielded before stands, and a later run goes on from there.
        """
        self._standing = Standing(Ledger(self._corpus.catalog).lines(), self._is_digest, Works(self._corpus.catalog.references))
        self._fingerprints = self._corpus.catalog.fingerprints()
        self._dry_run = dry_run
        found = self._found(paths)
        missing = list(self._vanished(paths, found, prune=prune))
        with self._reading_ahead(found) as self._ahead, ThreadPoolExecutor(1) as aside:
            if self._ahead.active and not dry_run:
                # The model loads while the first files are parsed; where it cannot, the first text to embed says so in words.
                self._model_loading = [aside.submit(self._corpus.embedder.embed, [])]
            yield from self._run(found, missing, prune=prune, dry_run=dry_run)
        if not dry_run:
            self._corpus.mend()

    def _run(
        self, found: Sequence[Source | IngestError], missing: list[SourceResult], *, prune: bool, dry_run: bool
    ) -> Iterator[SourceResult]:
        batch = _Batch(results=[] if prune else missing)
        for source in found:
            batch.results.append(self._take(source, batch))
            if batch.full:
                yield from self._write(batch, dry_run)
                batch = _Batch()
                give_back()
        self._read_heirs(batch)
        yield from self._write(batch, dry_run)
        last = _Batch(results=missing if prune else [])
        yield from self._write(last, dry_run, self._standing.settle())

    def _reading_ahead(self, found: Sequence[Source | IngestError]) -> ReadingAhead:
        """The sources that are new to this library or to its recipe; whether another was edited only its bytes tell."""
        lines = self._standing.lines
        known = {uri for uri, line in lines.items() if line.sha256 and self._current(line)}
        unread = [source for source in found if isinstance(source, Source) and source.uri not in known]
        return ReadingAhead(unread, self._max_bytes, ocr=self._settings.ocr)

    def _found(self, paths: Sequence[Path]) -> list[Source | IngestError]:
        """Sources that hold a report of another one come last: by then it is known whether that one still tells it."""
        known = self._standing.lines
        there = [one for one in find_sources(paths) if isinstance(one, Source) or one.uri not in known or not is_gone(one.uri)]
        return sorted(there, key=lambda one: bool(one.uri in known and known[one.uri].shadowed))

    def _vanished(self, paths: Sequence[Path], found: Sequence[Source | IngestError], *, prune: bool) -> Iterator[SourceResult]:
        """Sources at or below the named paths that are no longer there; none below a folder that itself is missing or unreadable."""
        roots = {os.path.normpath(Path(path).absolute()) for path in paths}
        closed = {source.uri for source in found if isinstance(source, IngestError)}
        for uri, line in list(self._standing.lines.items()):
            above = {uri, *map(str, Path(uri).parents)}
            if not roots.isdisjoint(above) and closed.isdisjoint(above) and is_gone(uri):
                if prune:
                    self._standing.leave(uri)
                yield SourceResult(uri, "removed" if prune else "vanished", line.preferred)

    # -- one source ------------------------------------------------------------------------------

    def _take(self, source: Source | IngestError, batch: _Batch) -> SourceResult:
        if isinstance(source, IngestError):
            return SourceResult(source.uri, "failed", reason=source.reason)
        try:
            return self._read(source, batch)
        except IngestError as error:
            return SourceResult(source.uri, "failed", reason=error.reason)

    def _read(self, source: Source, batch: _Batch) -> SourceResult:
        """Everything that can fail comes before the first change of the standing or the batch."""
        _require_printable(source.uri)
        data = source.read(self._max_bytes)
        sidecar = Sidecar.beside(source.path)
        digest, before = _digest(data, sidecar), self._standing.lines.get(source.uri)
        if before and before.sha256 == digest and self._current(before):
            return SourceResult(source.uri, "unchanged", before.preferred + before.shadowed, bytes=len(data))
        with _blamed_on(source):
            ahead = self._ahead.parsed(source, data)
            form, parsed = ahead or parse(source.uri, source.path.name, data, ocr=self._settings.ocr)
            parsed = sidecar.corrected(source.uri, parsed) if sidecar else parsed
        reports, by_title = self._identified(source, parsed)
        rivals = {one.id: rival for one in reports if (rival := self._standing.rival(source.uri, form, one))}
        taken, notes = [one for one in reports if one.id not in rivals], list[str]()
        with _blamed_on(source):
            entries = [entry for one in taken if (entry := self._entry(one, notes))]
        told = (tuple(one.id for one in taken), tuple(rivals), by_title)
        line = LedgerLine(source.uri, str(source.root), digest, self._recipe, form, *told)
        self._standing.tell(line, taken)
        batch.entries |= {entry.report.id: entry for entry in entries}
        self._fingerprints |= {entry.report.id: (entry.fingerprint, entry.extractor) for entry in entries}
        status: Status = "shadowed" if rivals and not taken else "changed" if before else "added"
        size, ids = sum(len(one.paragraphs) for one in taken), tuple(one.id for one in reports)
        return SourceResult(source.uri, status, ids, size, len(data), _told_elsewhere(rivals), "; ".join(notes) or None)

    @property
    def _max_bytes(self) -> int:
        return self._settings.max_file_mb * 1_000_000

    def _current(self, line: LedgerLine) -> bool:
        """Whether the library still holds what the line says, made by today's recipe and case reader."""
        told = all(self._standing.teller(name) for name in line.shadowed)
        read = all(self._fingerprints.get(name, ("", ""))[1] == self._extractor for name in line.preferred)
        return line.recipe == self._recipe and told and read

    def _identified(self, source: Source, parsed: Sequence[ParsedReport]) -> tuple[list[Report], tuple[ReportId, ...]]:
        """Reports with their ids, and which of these ids are another source's; the same id twice in one file is an error."""
        own: dict[ReportId, ParsedReport] = {}
        for one in parsed:
            name = report_id(one, fallback=self._path_id(source))
            if name in own:
                raise IngestError(source.uri, f"holds two reports with the id {name!r}; give each its own id")
            own[name] = one
        named: dict[ReportId, Report] = {}
        for name, one in own.items():
            found = name if one.id else self._standing.identity(source.uri, name, one.reference)
            known = name if found in own or found in named else found
            reference = one.reference if known == name else with_identifier(one.reference, known)
            named[known] = _report(known, replace(one, reference=reference))
        return list(named.values()), tuple(name for name in named if name not in own)

    def _path_id(self, source: Source) -> ReportId:
        """``file:`` and the path below its root; a short digest keeps two roots with the same names apart."""
        line = self._standing.lines.get(source.uri)
        held = line.identified if line else ()
        if len(held) == 1 and held[0].startswith("file:"):
            return held[0]
        name = f"file:{source.path.relative_to(source.root).as_posix()}"
        taken = self._standing.teller(name) not in (None, source.uri)
        return f"{name}~{sha256(source.uri.encode()).hexdigest()[:8]}" if taken else name

    @property
    def _extractor(self) -> str:
        """What reads the cases: part of what a report is made with, apart from what its chunks are made with."""
        return f"{EXTRACTOR_VERSION}+{self._case_model.name}" if self._case_model else EXTRACTOR_VERSION

    def _entry(self, report: Report, notes: list[str]) -> Entry | None:
        """What the library is to hold of a report; None where it holds just that."""
        fingerprint = sha256(f"{self._recipe}\x1f{report.reference!r}\x1f{report.paragraphs!r}".encode()).hexdigest()
        if self._fingerprints.get(report.id) == (fingerprint, self._extractor):
            return None
        case, extractor = self._case(report, notes)
        return Entry(report, chunk(report, self._settings.chunk_chars), case, fingerprint, extractor)

    def _case(self, report: Report, notes: list[str]) -> tuple[Case, str]:
        """Where the model fails the rules' reading stands under their own version, so that the next run asks the model again."""
        case = read_case(report, self._vocabulary)
        if self._case_model is None or self._dry_run:
            return case, EXTRACTOR_VERSION
        try:
            reading = self._case_model.read(report, case)
        except ModelUnavailable as error:
            notes.append(f"{report.id}: cases read by rules alone, {error}")
            return case, EXTRACTOR_VERSION
        if reading.told:
            notes.append(f"{report.id}: {reading.told}")
        return reading.case, self._extractor

    def _is_digest(self, name: ReportId) -> bool:
        reference = self._corpus.catalog.references([name]).get(name)
        return bool(reference and reference.digest)

    def _read_heirs(self, batch: _Batch) -> None:
        """Let other sources tell what was given up in this run, also those that nobody named: nothing is lost by an edit elsewhere."""
        while heirs := self._standing.heirs():
            for uri in heirs:
                root = Path(self._standing.lines[uri].root)
                result = self._take(Source(Path(uri), root), batch)
                if result.status != "failed":  # what was said of it earlier in this run is no longer true
                    batch.results = [result if one.uri == uri else one for one in batch.results]

    # -- writing -----------------------------------------------------------------------------------

    def _write(self, batch: _Batch, dry_run: bool, gone: Sequence[ReportId] = ()) -> Iterator[SourceResult]:
        """Reports and the ledger lines that vouch for them become true in one moment."""
        lines, forgotten = self._standing.pending()
        if not dry_run and (batch.entries or gone or lines or forgotten):
            along = partial(write_lines, lines=lines, forgotten=forgotten)
            wait(self._model_loading)
            self._corpus.put(list(batch.entries.values()), gone=gone, along=along)
        yield from batch.results


@contextmanager
def _blamed_on(source: Source) -> Iterator[None]:
    """A fault of ours that one file brings to light fails that file, not the thousand after it."""
    try:
        yield
    except CasebookError:
        raise
    except Exception as error:
        raise ParseError(source.uri, f"cannot be read by this version ({type(error).__name__}: {error}); please report it") from error


def _digest(data: bytes, sidecar: Sidecar | None) -> str:
    """Of the file and what corrects it."""
    digest = sha256(data)
    if sidecar:
        digest.update(sha256(sidecar.data).digest())
    return digest.hexdigest()


def _require_printable(uri: str) -> None:
    try:
        uri.encode()
    except UnicodeEncodeError:
        raise IngestError(uri, "has a name that is not valid UTF-8; rename it") from None


def _told_elsewhere(rivals: dict[ReportId, str]) -> str | None:
    told = [f"{name} is already told by {uri}" for name, uri in rivals.items()]
    return told[-1] if told else None


def _report(name: ReportId, parsed: ParsedReport) -> Report:
    paragraphs = tuple(
        Paragraph(paragraph_id(name, number), one.text, one.section, one.page, one.kind, one.boxes)
        for number, one in enumerate(parsed.paragraphs, start=1)
    )
    return Report(name, parsed.reference, paragraphs)
