"""Finding the files that were asked for. Each one fails alone: what cannot be read is yielded as an error."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import IngestError, UnreadableSource
from ingest.manifest import NAME as MANIFEST
from ingest.sidecar import corrects

# What Casebook writes beside the files it fetches.
_OWN_FILES = frozenset({MANIFEST})


@dataclass(frozen=True, slots=True)
class Source:
    """One file on disk; ``root`` is the directory it was found under, or its own directory where it was named itself."""

    path: Path
    root: Path

    @property
    def uri(self) -> str:
        return str(self.path)

    def read(self, max_bytes: int) -> bytes:
        """The bytes, all of them. Raises UnreadableSource, also where there are more than ``max_bytes``."""
        try:
            with self.path.open("rb") as file:
                data = file.read(max_bytes + 1)
        except OSError as error:
            raise UnreadableSource(self.uri, _reason(error)) from error
        if len(data) > max_bytes:
            raise UnreadableSource(self.uri, f"is larger than {max_bytes / 1e6:g} MB; raise CASEBOOK_MAX_FILE_MB or split it")
        return data


def find_sources(paths: Sequence[Path]) -> Iterator[Source | IngestError]:
    """Every file named or found under a named directory, in a stable order, each once; hidden ones only where named."""
    seen: set[str] = set()
    for path in paths:
        for found in _found(Path(os.path.normpath(path.absolute()))):
            key = os.path.realpath(found.path) if isinstance(found, Source) else found.uri
            if key not in seen:
                seen.add(key)
                yield found


def _found(path: Path) -> Iterator[Source | IngestError]:
    if _is_directory(path):
        yield from _walk(path, root=path, above=frozenset())
    else:
        yield _file(path, root=path.parent)


def _walk(directory: Path, root: Path, above: frozenset[str]) -> Iterator[Source | IngestError]:
    """Depth first and sorted. ``above`` are the real directories on the way here: a link back to one of them is not followed."""
    here = os.path.realpath(directory)
    if here in above:
        return
    try:
        children = sorted(directory.iterdir())
    except OSError as error:
        yield UnreadableSource(str(directory), _reason(error))
        return
    for path in children:
        if not path.name.startswith(".") and path.name not in _OWN_FILES and not _is_sidecar(path):
            yield from _walk(path, root, above | {here}) if _is_directory(path) else (_file(path, root),)


def _is_sidecar(path: Path) -> bool:
    """Whether a file corrects another one that is there; it is read along with that one."""
    corrected = corrects(path)
    return corrected is not None and corrected.exists()


def _is_directory(path: Path) -> bool:
    """False also for what may not be looked at; ``_file`` then says why."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _file(path: Path, root: Path) -> Source | IngestError:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return UnreadableSource(str(path), _reason(error))
    if not stat.S_ISREG(mode):
        return UnreadableSource(str(path), "is not a regular file")
    if corrected := corrects(path):
        what = "ingest that file instead" if corrected.exists() else "which is not there; rename or remove it"
        return UnreadableSource(str(path), f"corrects the reference of {corrected.name}, {what}")
    return Source(path, root)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist; check the path"
    if isinstance(error, PermissionError):
        return "may not be read; check its permissions"
    return f"cannot be read: {error.strerror or error}"
