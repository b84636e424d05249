"""The record of what was fetched into a folder: one JSON line per file, with its licence and where it came from."""

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Self

from corpus.errors import UnreadableSource

NAME = "manifest.jsonl"


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """One fetched file."""

    pmcid: str
    file: str
    sha256: str
    bytes: int
    title: str
    licence: str | None
    doi: str | None
    pmid: str | None
    url: str
    query: str
    fetched_at: str


class Manifest:
    """The lines of one folder; a file counts as held while it is the very file that its line vouches for."""

    def __init__(self, folder: Path, lines: dict[str, ManifestLine]) -> None:
        self.folder = folder
        self._lines = lines

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Reads what is there. The torn last line of an interrupted run is taken out; any other broken line is an error."""
        path = folder / NAME
        lines: dict[str, ManifestLine] = {}
        raw = path.read_bytes() if path.exists() else b""
        whole, torn = raw[: raw.rfind(b"\n") + 1], raw[raw.rfind(b"\n") + 1 :]
        if torn:
            path.write_bytes(whole)
        for number, text in enumerate(whole.splitlines(), start=1):
            line = _line(path, number, text)
            lines[line.pmcid] = line
        return cls(folder, lines)

    def held(self, pmcid: str) -> ManifestLine | None:
        line = self._lines.get(pmcid)
        path = self.folder / line.file if line else None
        if line and path and path.is_file() and sha256(path.read_bytes()).hexdigest() == line.sha256:
            return line
        return None

    def save(self, line: ManifestLine, data: bytes) -> Path:
        """Writes the file whole, then its line: a crash between the two fetches it once more and loses nothing."""
        path, part = self.folder / line.file, self.folder / f".{line.file}.part"
        part.write_bytes(data)
        part.replace(path)
        with (self.folder / NAME).open("a", encoding="utf-8") as manifest:
            manifest.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
        self._lines[line.pmcid] = line
        return path


def _line(path: Path, number: int, text: bytes) -> ManifestLine:
    try:
        values = json.loads(text)
        return ManifestLine(**{field.name: values[field.name] for field in fields(ManifestLine)})
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableSource(str(path), f"line {number} is broken ({type(error).__name__}); remove the line or the file") from error
