"""A library as one file, and back again.

A backup holds the truth (catalogue, uploaded files, audit log, channels' filters), the two indexes made from it, and a manifest with the
hash of each. A server may go on answering while it is backed up; a write waits until it is done.
"""

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from api.backup_indexes import (
    BM25,
    VECTORS,
    copy_bm25,
    copy_database,
    copy_vectors,
    embedder_of,
    is_readable,
    put_vectors_back,
    tokens_digest,
)
from corpus.catalog import Catalog
from corpus.errors import LibraryDamaged, LibraryError, NotFound, UsageError, unwritable
from corpus.ledger import Ledger
from corpus.settings import Settings
from corpus.store import Corpus, only_writer

# The first format held no indexes; they are built again from it.
FORMAT, _FIRST_FORMAT = "casebook-backup/2", "casebook-backup/1"
_CATALOG, _MANIFEST, _UPLOADS = "catalog.sqlite3", "manifest.json", "uploads"
_KEPT = ("audit.jsonl", "slack-filters.json")
# The store's own mark of a write that was cut short: until the vectors are back, the next ingest would mend what lacks.
_UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a backup holds or a restore brought back."""

    reports: int
    files: int


def back_up(settings: Settings, target: Path) -> Counted:
    """Write the library at ``settings.home`` into one file. Raises NotFound where there is none, LibraryError where the disk refuses."""
    home = settings.home
    if not (home / _CATALOG).exists():
        raise NotFound(f"there is no library at {home} to back up; CASEBOOK_HOME names another")
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".casebook-backup-") as folder:
            staged, embedder = Path(folder), embedder_of(home)
            with only_writer(home):
                copies = list(_staged(settings, embedder, staged))
            kept = {name: home / name for name in _kept_files(home)}
            files = {path.relative_to(staged).as_posix(): path for path in copies} | kept
            reports = _count(staged / _CATALOG)
            manifest = {
                "format": FORMAT, "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "casebook": version("casebook"),
                "home": str(home), "reports": reports, "embedder": embedder, "tokens": tokens_digest(staged / _CATALOG),
                "sha256": {name: _sha256(path) for name, path in files.items()},
            }  # fmt: skip
            (staged / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
            _pack(staged / "backup", {_MANIFEST: staged / _MANIFEST} | files)
            (staged / "backup").replace(target)
    except OSError as error:
        raise unwritable(f"the backup {target}", error.strerror or error) from error
    return Counted(reports, len(kept))


def _staged(settings: Settings, embedder: str | None, folder: Path) -> Iterator[Path]:
    """Copies of the catalogue and of both indexes, all of one moment."""
    yield _copy_catalog(settings.home / _CATALOG, folder / _CATALOG)
    yield from copy_bm25(settings.home, folder)
    if embedder:
        yield from copy_vectors(settings, embedder, folder)


def restore(source: Path, settings: Settings) -> Counted:
    """Bring a backup back as the library at ``settings.home``, with its indexes as far as they still fit.

    Raises UsageError where a library is there already, LibraryDamaged where the file is no backup or was changed.
    """
    home = settings.home
    if (home / _CATALOG).exists():
        raise UsageError(f"there is a library at {home} already; restore into an empty folder (CASEBOOK_HOME), or move that one away first")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=".casebook-restore-") as folder:
            staged = Path(folder)
            manifest = _unpack(source, staged)
            _move_uploads(staged / _CATALOG, Path(manifest["home"]) / _UPLOADS, home / _UPLOADS)
            if manifest.get("tokens") != tokens_digest(staged / _CATALOG) or not is_readable(staged / BM25):
                shutil.rmtree(staged / BM25, ignore_errors=True)
            home.mkdir(exist_ok=True)
            (home / _UNFINISHED).touch()
            # The catalogue comes last: a restore that was cut short has left no library, and can be done again.
            for name in (_UPLOADS, *_KEPT, BM25, _CATALOG):
                if (staged / name).exists():
                    _settle(staged / name, home / name)
            with Corpus.open(settings) as corpus:
                if manifest.get("embedder") == corpus.embedder.name:
                    put_vectors_back(staged / VECTORS, corpus)
                corpus.mend()
                return Counted(corpus.catalog.count(), sum(_is_kept(name) for name in manifest["sha256"]))
    except OSError as error:
        raise unwritable(f"the library {home}", error.strerror or error) from error


def _copy_catalog(source: Path, target: Path) -> Path:
    try:
        copy_database(source, target)
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(f"{source}: not a usable catalogue ({error}); `casebook check` says more") from error
    return target


def _kept_files(home: Path) -> Iterator[str]:
    yield from (name for name in _KEPT if (home / name).exists())
    for path in sorted((home / _UPLOADS).glob("*")):
        # Hidden ones are uploads that are just arriving.
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield f"{_UPLOADS}/{path.name}"


def _count(catalog: Path) -> int:
    with closing(sqlite3.connect(catalog)) as connection:
        return int(connection.execute("select count(*) from reports").fetchone()[0])


def _pack(target: Path, files: dict[str, Path]) -> None:
    """Only the owner may read it: it holds what was asked, and the hashes of the keys."""
    target.touch(mode=0o600)
    with tarfile.open(target, "w:gz") as archive:
        for name, path in files.items():
            archive.add(path, name, recursive=False)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                if not (member.isreg() and _is_ours(member.name)):
                    raise LibraryDamaged(f"{source}: holds {member.name!r}, which no backup of Casebook does; nothing was restored")
                archive.extract(member, folder, filter="data")
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] not in (FORMAT, _FIRST_FORMAT):
            raise LibraryDamaged(f"{source}: is a {manifest['format']}, this Casebook reads {FORMAT}")
        _check(source, folder, manifest["sha256"])
    except FileNotFoundError as error:
        raise NotFound(f"{source}: there is no such file, or it is no backup of Casebook") from error
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, OSError) as error:
        raise LibraryDamaged(f"{source}: cannot be read as a backup of Casebook ({error}); nothing was restored") from error
    return dict(manifest)


def _is_ours(name: str) -> bool:
    return name in (_CATALOG, _MANIFEST) or _is_kept(name) or _is_in(name, BM25, VECTORS)


def _is_kept(name: str) -> bool:
    return name in _KEPT or _is_in(name, _UPLOADS)


def _is_in(name: str, *folders: str) -> bool:
    parts = PurePosixPath(name).parts
    return len(parts) == 2 and parts[0] in folders and parts[1] not in (".", "..")


def _check(source: Path, folder: Path, expected: dict[str, str]) -> None:
    found = {path.relative_to(folder).as_posix(): _sha256(path) for path in folder.rglob("*") if path.is_file() and path.name != _MANIFEST}
    if _CATALOG not in expected or found != expected:
        raise LibraryDamaged(f"{source}: is not what was backed up (a file is missing, added or changed); nothing was restored")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move_uploads(catalog: Path, before: Path, after: Path) -> None:
    """Uploaded files now lie in another home: the ledger must know them there, or they would be read again as new ones."""
    with closing(Catalog.open(catalog)) as opened:
        ledger = Ledger(opened)
        moved = [line for line in ledger.lines().values() if Path(line.uri).parent == before]
        ledger.forget(line.uri for line in moved)
        ledger.record([replace(line, uri=str(after / Path(line.uri).name), root=_moved_root(line.root, before, after)) for line in moved])
        with opened.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _moved_root(root: str, before: Path, after: Path) -> str:
    return str(after / Path(root).relative_to(before)) if Path(root).is_relative_to(before) else root


def _settle(staged: Path, place: Path) -> None:
    if place.exists() and any(place.iterdir() if place.is_dir() else [place]):
        raise LibraryError(f"{place} is there already; restore into an empty folder (CASEBOOK_HOME)")
    if place.is_dir():
        place.rmdir()
    shutil.move(staged, place)
