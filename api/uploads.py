"""Reports that arrive over HTTP: kept as files of the library's own folder, ingested from there, and removed again."""

import re
import shutil
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from api.callers import Caller
from api.chat import Step
from api.report_schemas import ReceivedOut, UploadOut, UploadResults
from api.services import Services
from corpus.errors import LibraryError, NotFound, TooLarge
from corpus.ledger import Ledger, LedgerLine
from corpus.report import ReportId

# Longer names fail on common file systems (255 bytes), and a report's id may hold the name.
_MAX_NAME_BYTES = 200
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as a client sent it; ``size`` in bytes."""

    name: str
    size: int
    file: BinaryIO


@dataclass(frozen=True, slots=True)
class _Kept:
    """An upload in its place, and the file that it replaced, kept until the ingest is known to have worked."""

    name: str
    path: Path
    before: Path | None


def ingesting(services: Services, uploads: Sequence[Upload], caller: Caller) -> Generator[Step, None, None]:
    """Keep and ingest files, each alone: ``received`` for every one, ``outcome`` for every one in the same order, then ``results``.

    A file that fails leaves what was there before. Raises TooLarge before any is kept. Whoever stops listening changes nothing: the rest is
    ingested all the same.
    """
    limit = services.settings.max_file_mb
    for upload in uploads:
        if upload.size > limit * 1_000_000:
            raise TooLarge(f"{upload.name!r} is larger than {limit} MB; raise CASEBOOK_MAX_FILE_MB or split it")
    named = list(zip(_names(uploads), uploads, strict=True))
    outcomes = _outcomes(services, named, caller)
    results = list[UploadOut]()
    try:
        for name, upload in named:
            yield "received", ReceivedOut(name=name, bytes=upload.size)
        for outcome in outcomes:
            results.append(outcome)
            yield "outcome", outcome
    except GeneratorExit:
        for _ in outcomes:
            pass
        raise
    yield "results", UploadResults(results=results)


def ingest_uploads(services: Services, uploads: Sequence[Upload], caller: Caller) -> UploadResults:
    """The same, at once."""
    *_, (_name, results) = ingesting(services, uploads, caller)
    if not isinstance(results, UploadResults):
        raise TypeError(f"the last step of an upload is {_name!r}")
    return results


def _outcomes(services: Services, named: Sequence[tuple[str, Upload]], caller: Caller) -> Iterator[UploadOut]:
    """One ingest at a time, but none waits for a whole upload of another, or for its listener."""
    for name, upload in named:
        with services.writing:
            outcome = _ingest_one(services, _keep(_folder(services), name, upload))
        services.audit.write("upload", caller, file=outcome.name, outcome=outcome.status, reports=outcome.reports)
        yield outcome


def remove_report(services: Services, report_id: ReportId) -> None:
    """Remove a report, what the ledger says of it, and the uploaded file it came from. Raises NotFound."""
    with services.writing:
        catalog, ledger = services.corpus.catalog, Ledger(services.corpus.catalog)
        if report_id not in catalog.references([report_id]):
            raise NotFound(f"no report {report_id!r} in this library")
        lines = ledger.lines()
        services.corpus.remove([report_id])
        for uri in ledger.sources_of(report_id):
            _drop(services, ledger, lines[uri], report_id)


def safe_name(name: str) -> str:
    """The last part of a client's file name, fit to be a file name of ours; never a path, never hidden."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(char for char in last if unicodedata.category(char) not in _INVISIBLE)
    stem, dot, extension = _UNSAFE.sub("_", visible).strip(" .").rpartition(".")
    if not dot:
        stem, extension = extension, ""
    tail = f".{extension}" if dot and len(extension) <= 20 else ""
    body = stem if tail else stem + dot + extension
    return (_cut(body, _MAX_NAME_BYTES - len(tail.encode())) or "report") + tail


def _cut(text: str, size: int) -> str:
    return text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore").strip()


def _names(uploads: Sequence[Upload]) -> Iterator[str]:
    """A name for each; two of one request never overwrite each other."""
    taken: set[str] = set()
    for upload in uploads:
        name = safe_name(upload.name)
        path, number = Path(name), 2
        while name.casefold() in taken:
            name, number = f"{path.stem} ({number}){path.suffix}", number + 1
        taken.add(name.casefold())
        yield name


def _folder(services: Services) -> Path:
    folder = services.settings.home / "uploads"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"{folder}: cannot be made ({error.strerror}); uploads are kept there") from error
    return folder


def _keep(folder: Path, name: str, upload: Upload) -> _Kept:
    """Write an upload beside its place, then move it there; hidden files are never taken for reports."""
    path, arriving, before = folder / name, folder / ".arriving", folder / ".before"
    before.unlink(missing_ok=True)
    try:
        with arriving.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        if path.exists():
            path.replace(before)
        arriving.replace(path)
    except OSError as error:
        raise LibraryError(f"{path}: cannot be written ({error.strerror}); is the disk full?") from error
    return _Kept(name, path, before if before.exists() else None)


def _ingest_one(services: Services, kept: _Kept) -> UploadOut:
    from ingest.pipeline import Pipeline

    worked = False
    try:
        pipeline = Pipeline(services.corpus, services.settings, services.vocabulary)
        (result,) = pipeline.run([kept.path])
        worked = result.status != "failed"
    finally:
        _settle(kept, worked)
    return UploadOut(
        name=kept.name,
        status=result.status,
        reports=list(result.reports),
        paragraphs=result.paragraphs,
        reason=result.reason or result.note,
    )


def _settle(kept: _Kept, worked: bool) -> None:
    """Forget the replaced file, or put it back: after a failed upload the folder is as the library knows it."""
    if worked:
        if kept.before:
            kept.before.unlink()
    elif kept.before:
        kept.before.replace(kept.path)
    else:
        kept.path.unlink(missing_ok=True)


def _drop(services: Services, ledger: Ledger, line: LedgerLine, report_id: ReportId) -> None:
    """Take a report out of one source's line. The line of a source that holds others stays, and is read again next time."""
    preferred = tuple(held for held in line.preferred if held != report_id)
    shadowed = tuple(held for held in line.shadowed if held != report_id)
    if preferred or shadowed:
        ledger.record([replace(line, sha256="", preferred=preferred, shadowed=shadowed)])
        return
    ledger.forget([line.uri])
    if Path(line.uri).parent == services.settings.home / "uploads":
        Path(line.uri).unlink(missing_ok=True)
