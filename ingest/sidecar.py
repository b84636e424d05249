"""Corrections of a file's reference, written down beside it: ``report.pdf.casebook.yaml`` corrects ``report.pdf``."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from corpus.errors import ParseError, UnreadableSource
from ingest.parsers.decoding import decode
from ingest.parsers.given import read_values, reference_fields
from ingest.parsers.parsed import ParsedReport

SUFFIX = ".casebook.yaml"
_KEYS = frozenset("title authors journal year doi pmid pmcid url licence publication_type".split())
# A reference takes less than this; what is larger was not written by hand.
_MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The corrections as bytes, which count as part of the file they stand beside."""

    name: str
    data: bytes

    @classmethod
    def beside(cls, path: Path) -> Self | None:
        """The sidecar of a file, None where it has none. Raises UnreadableSource, which blames the file."""
        side = path.with_name(path.name + SUFFIX)
        try:
            with side.open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return None
            raise UnreadableSource(str(path), f"{side.name} beside it cannot be read ({error.strerror}); mend or remove it") from error
        if len(data) > _MAX_BYTES:
            raise UnreadableSource(str(path), f"{side.name} beside it is larger than {_MAX_BYTES // 1000} kB; it takes a few lines")
        return cls(side.name, data)

    def corrected(self, uri: str, reports: Sequence[ParsedReport]) -> list[ParsedReport]:
        """The reports of the file with the corrected reference. Raises ParseError, which names the key that is wrong."""
        fields = self._fields(uri)
        if len(reports) != 1:
            raise ParseError(uri, f"{self.name} can correct a file of one report, and this one holds {len(reports)}; remove it")
        return [replace(report, reference=replace(report.reference, **fields)) for report in reports]

    def _fields(self, uri: str) -> dict[str, Any]:
        values = read_values(uri, self.name, decode(uri, self.data), _KEYS)
        fields = reference_fields(uri, self.name, values)
        if not fields:
            raise ParseError(uri, f"{self.name} corrects nothing; write lines like `year: 2012`, or remove it")
        if not fields.get("title", "there"):
            raise ParseError(uri, f"{self.name}: title is empty; a report needs one")
        return fields


def corrects(path: Path) -> Path | None:
    """The file that a path would correct; None where it is no sidecar."""
    bare = path.name.removesuffix(SUFFIX)
    return path.with_name(bare) if bare and bare != path.name else None
