"""From paths to the library: what is new is read, what changed is replaced, what vanished is named; each file fails alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from corpus.case import Case
from corpus.catalog import Entry
from corpus.errors import IngestError
from corpus.ledger import Ledger, LedgerLine
from corpus.report import Paragraph, Report, ReportId, paragraph_id
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from ingest.cases import EXTRACTOR_VERSION, read_case
from ingest.chunking import CHUNKER_VERSION, chunk
from ingest.parsers import FORMATS, PARSER_VERSION, ParsedReport, parse
from ingest.reference import report_id
from ingest.sources import Source, find_sources

Status = Literal["added", "changed", "unchanged", "removed", "vanished", "shadowed", "failed"]

# Reports are written in batches of about this many chunks: one index commit costs as much as embedding several chunks,
# and a batch is all that is held in memory and all that a crash can undo.
_BATCH_CHUNKS = 256


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What became of one source. ``reason`` says why it failed, or which source tells the same report better."""

    uri: str
    status: Status
    reports: tuple[ReportId, ...] = ()
    paragraphs: int = 0
    bytes: int = 0
    reason: str | None = None


@dataclass(slots=True)
class _Batch:
    """What is read but not yet written: entries, the ledger lines that vouch for them, and what they replace."""

    entries: dict[ReportId, Entry] = field(default_factory=dict)
    recased: list[tuple[Case, str]] = field(default_factory=list)
    lines: list[LedgerLine] = field(default_factory=list)
    gone: list[ReportId] = field(default_factory=list)
    heirs: list[str] = field(default_factory=list)
    results: list[SourceResult] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return sum(len(entry.chunks) for entry in self.entries.values()) >= _BATCH_CHUNKS


class Pipeline:
    """Ingests sources into one corpus. Running it twice changes nothing the second time."""

    def __init__(self, corpus: Corpus, settings: Settings, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._settings = settings
        self._vocabulary = vocabulary
        self._ledger = Ledger(corpus.catalog)
        self._recipe = f"{PARSER_VERSION}/{CHUNKER_VERSION}/{settings.chunk_chars}/{corpus.embedder.name}"
        self._lines: dict[str, LedgerLine] = {}
        self._fingerprints: dict[ReportId, tuple[str, str]] = {}

    def run(self, paths: Sequence[Path], *, prune: bool = False, dry_run: bool = False) -> Iterator[SourceResult]:
        """One result per source, yielded once it is safely written. ``dry_run`` parses and compares but writes nothing."""
        self._lines, self._fingerprints = self._ledger.lines(), self._corpus.catalog.fingerprints()
        found = list(find_sources(paths))
        yield from self._vanished(found, [Path(path).absolute() for path in paths], prune=prune, dry_run=dry_run)
        batch = _Batch()
        for source in found:
            self._take(source, batch)
            if batch.full:
                yield from self._flush(batch, dry_run)
                batch = _Batch()
        yield from self._flush(batch, dry_run)

    # -- one source ------------------------------------------------------------------------------

    def _take(self, source: Source | IngestError, batch: _Batch) -> None:
        if isinstance(source, IngestError):
            batch.results.append(SourceResult(source.uri, "failed", reason=source.reason))
            return
        try:
            self._read(source, batch)
        except IngestError as error:
            batch.results.append(SourceResult(source.uri, "failed", reason=error.reason))

    def _read(self, source: Source, batch: _Batch) -> None:
        data = source.read(self._settings.max_file_mb * 1_000_000)
        digest, line = sha256(data).hexdigest(), self._lines.get(source.uri)
        if line and (line.sha256, line.recipe) == (digest, self._recipe) and self._current(line):
            batch.results.append(SourceResult(source.uri, "unchanged", line.preferred + line.shadowed, bytes=len(data)))
            return
        form, parsed = parse(source.uri, source.path.name, data)
        reports = self._identified(source, parsed)
        taken, shadowed, reason = self._preferred(source, form, reports, batch)
        self._queue(batch, taken)
        line_now = LedgerLine(source.uri, str(source.root), digest, self._recipe, form, tuple(r.id for r in taken), tuple(shadowed))
        dropped = self._dropped(line, line_now)
        batch.gone += dropped
        batch.heirs += self._release(dropped)
        batch.lines.append(line_now)
        self._lines[source.uri] = line_now
        status: Status = "shadowed" if shadowed and not taken else "changed" if line else "added"
        size = sum(len(report.paragraphs) for report in taken)
        ids = tuple(report.id for report in reports)
        batch.results.append(SourceResult(source.uri, status, ids, size, len(data), reason))

    def _current(self, line: LedgerLine) -> bool:
        """Whether the library still holds what the ledger says, read by today's case extractor."""
        return all(self._fingerprints.get(report, ("", ""))[1] == EXTRACTOR_VERSION for report in line.preferred)

    def _identified(self, source: Source, parsed: Sequence[ParsedReport]) -> list[Report]:
        """Reports with their ids; the same id twice in one file is an error, never a silent overwrite."""
        reports: dict[ReportId, Report] = {}
        for one in parsed:
            name = report_id(one, fallback=self._path_id(source))
            if name in reports:
                raise IngestError(source.uri, f"holds two reports with the id {name!r}; give each its own id")
            reports[name] = _report(name, one)
        return list(reports.values())

    def _path_id(self, source: Source) -> ReportId:
        """``file:`` and the path below its root; a short digest keeps two roots with the same names apart."""
        name = f"file:{source.path.relative_to(source.root).as_posix()}"
        if (line := self._lines.get(source.uri)) and len(held := line.preferred + line.shadowed) == 1 and held[0].startswith("file:"):
            return held[0]
        taken = any(name in line.preferred for uri, line in self._lines.items() if uri != source.uri)
        return f"{name}~{sha256(source.uri.encode()).hexdigest()[:8]}" if taken else name

    def _preferred(
        self, source: Source, form: str, reports: Sequence[Report], batch: _Batch
    ) -> tuple[list[Report], list[ReportId], str | None]:
        """Which reports this source gives the text of, and which another source tells better."""
        holders = {held: line for uri, line in self._lines.items() if uri != source.uri for held in line.preferred}
        taken, shadowed, reason = [], [], None
        for report in reports:
            other = holders.get(report.id)
            if other is None or _rank(form, report.reference.digest) < _rank(other.format, self._is_digest(report.id)):
                taken.append(report)
                if other:
                    batch.lines.append(self._shadow(other, report.id))
            else:
                shadowed.append(report.id)
                reason = f"{report.id} is already told by {other.uri}"
        return taken, shadowed, reason

    def _is_digest(self, name: ReportId) -> bool:
        reference = self._corpus.catalog.references([name]).get(name)
        return bool(reference and reference.digest)

    def _shadow(self, line: LedgerLine, name: ReportId) -> LedgerLine:
        kept = tuple(held for held in line.preferred if held != name)
        self._lines[line.uri] = replace(line, preferred=kept, shadowed=(*line.shadowed, name))
        return self._lines[line.uri]

    def _dropped(self, before: LedgerLine | None, now: LedgerLine) -> list[ReportId]:
        """Reports that this source told before its edit and holds no more."""
        return [name for name in (before.preferred if before else ()) if name not in now.preferred + now.shadowed]

    def _release(self, names: Sequence[ReportId]) -> list[str]:
        """Take sources that another one shadowed back out of the ledger, so that they are read again; their uris."""
        heirs = [uri for uri, line in self._lines.items() if set(line.shadowed) & set(names)]
        for uri in heirs:
            del self._lines[uri]
        for name in names:
            self._fingerprints.pop(name, None)
        return heirs

    def _queue(self, batch: _Batch, reports: Iterable[Report]) -> None:
        for report in reports:
            fingerprint = _fingerprint(report, self._recipe)
            known, extractor = self._fingerprints.get(report.id, ("", ""))
            if known == fingerprint and extractor == EXTRACTOR_VERSION:
                continue
            case = read_case(report, self._vocabulary)
            if known == fingerprint:  # only the case reader is newer: nothing is embedded again
                batch.recased.append((case, EXTRACTOR_VERSION))
            else:
                chunks = chunk(report, self._settings.chunk_chars)
                batch.entries[report.id] = Entry(report, chunks, case, fingerprint, EXTRACTOR_VERSION)
            self._fingerprints[report.id] = (fingerprint, EXTRACTOR_VERSION)

    # -- writing -----------------------------------------------------------------------------------

    def _flush(self, batch: _Batch, dry_run: bool) -> Iterator[SourceResult]:
        if not dry_run:
            if batch.entries:
                self._corpus.put(list(batch.entries.values()))
            for case, extractor in batch.recased:
                self._corpus.catalog.put_case(case, extractor)
            self._corpus.remove(batch.gone)
            self._ledger.record(batch.lines)
            self._ledger.forget(batch.heirs)
        yield from batch.results

    def _vanished(
        self, found: Sequence[Source | IngestError], roots: Sequence[Path], *, prune: bool, dry_run: bool
    ) -> Iterator[SourceResult]:
        """Sources below the named paths that are no longer there; removed with their reports when pruning."""
        there = {source.uri for source in found}
        for uri, line in list(self._lines.items()):
            if uri in there or not any(Path(uri).is_relative_to(root) for root in roots):
                continue
            if prune:
                del self._lines[uri]
                if not dry_run:
                    self._forget(line)
            yield SourceResult(uri, "removed" if prune else "vanished", line.preferred)

    def _forget(self, line: LedgerLine) -> None:
        """Remove a source's reports; another source that holds one of them is read again, in this very run if it is named."""
        self._corpus.remove(line.preferred)
        self._ledger.forget([line.uri, *self._release(line.preferred)])


def _rank(form: str, digest: bool) -> tuple[bool, int]:
    """Full text before a digest, then the order of ``FORMATS``."""
    return digest, FORMATS.index(form)


def _report(name: ReportId, parsed: ParsedReport) -> Report:
    paragraphs = tuple(
        Paragraph(paragraph_id(name, number), one.text, one.section, one.page, one.kind)
        for number, one in enumerate(parsed.paragraphs, start=1)
    )
    return Report(name, parsed.reference, paragraphs)


def _fingerprint(report: Report, recipe: str) -> str:
    return sha256(f"{recipe}\x1f{report.reference!r}\x1f{report.paragraphs!r}".encode()).hexdigest()
