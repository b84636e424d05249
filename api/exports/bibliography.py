"""References as RIS and BibTeX, for Zotero, EndNote, Mendeley, JabRef and LaTeX."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, count

from api.exports.exported import Exported
from api.schemas import ReferenceOut

_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_DIGEST = "Casebook answered from a digest in its own words, not from the original."


def as_ris(exported: Exported) -> str:
    return "\r\n".join(line for reference in exported.references.values() for line in _ris(reference)) + "\r\n"


def as_bibtex(exported: Exported) -> str:
    references = list(exported.references.values())
    return "\n\n".join(_bibtex(key, reference) for key, reference in zip(_keys(references), references, strict=True)) + "\n"


def _ris(reference: ReferenceOut) -> Iterator[str]:
    yield "TY  - JOUR"
    fields: list[tuple[str, str | None]] = [("AU", _family_first(author)) for author in reference.authors]
    fields += [
        ("TI", reference.title),
        ("JO", reference.journal),
        ("PY", str(reference.year) if reference.year else None),
        ("DO", reference.doi),
        ("AN", reference.pmid),
        ("C2", reference.pmcid),
        ("UR", reference.link),
        ("N1", reference.notice),
        ("N1", _DIGEST if reference.digest else None),
    ]
    yield from (f"{tag}  - {_line(value)}" for tag, value in fields if value)
    yield "ER  - "


def _bibtex(key: str, reference: ReferenceOut) -> str:
    fields = {
        "author": " and ".join(_family_first(author) for author in reference.authors),
        "title": reference.title,
        "journal": reference.journal,
        "year": str(reference.year or ""),
        "doi": reference.doi,
        "pmid": reference.pmid,
        "url": reference.link,
        "note": " ".join(part for part in (reference.notice, _DIGEST if reference.digest else None) if part),
    }
    # Titles keep their capitals in a second pair of braces: "anti-Mi2" is not "anti-mi2".
    lines = [f"  {name} = {{{f'{{{_tex(value)}}}' if name == 'title' else _tex(value)}}}" for name, value in fields.items() if value]
    return f"@article{{{key},\n" + ",\n".join(lines) + "\n}"


def _keys(references: Iterable[ReferenceOut]) -> Iterator[str]:
    """``shahani2012``, and ``shahani2012b`` for the next one of that name."""
    taken: set[str] = set()
    for reference in references:
        plain = unicodedata.normalize("NFKD", reference.label).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]", "", plain) or "report"
        key = next(name for suffix in chain([""], _suffixes()) if (name := stem + suffix) not in taken)
        taken.add(key)
        yield key


def _suffixes() -> Iterator[str]:
    yield from "bcdefghijklmnopqrstuvwxyz"
    yield from (f"x{number}" for number in count(1))


def _family_first(author: str) -> str:
    given, _, family = " ".join(author.split()).rpartition(" ")
    return author if "," in author or not given else f"{family}, {given}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _tex(text: str) -> str:
    return "".join(_BIBTEX.get(char, char) for char in _line(text))
