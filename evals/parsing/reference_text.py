"""The reference text of an Evidence Inference article, and which of its characters a reader would call running text.

The text was made by flattening the article's JATS file: headings in capitals, cells of tables glued together, labels and citation numbers
in the sentences. What each character was is found by walking the JATS file beside it; the parser that is measured is not asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.errors import UsageError

if TYPE_CHECKING:
    from lxml.etree import _Element

Part = Literal["text", "mark", "table", "label", "statement"]

_HEADING = re.compile(r"(?:TITLE|ABSTRACT|BODY)(?:\.[^\n]*?)?: *\r?$", re.MULTILINE)
_TITLE = re.compile(r"\ATITLE: *\r?\n[^\n]*")
# Statements about the paper, which a library of findings leaves out on purpose.
_STATEMENT = re.compile(
    r"(?:competing|conflicts? of|conflicting|declaration of).{0,14}interests?.*|.*author.{0,3} contributions?|authorship.*"
    r"|acknowledge?ments?.*|.*funding.*|.*(?:financial|grant) (?:support|disclosures?).*|disclosures?.*|pre-?publication history"
    r"|abbreviations?.*|(?:electronic )?supplementa(?:ry|l) .*|supporting information.*|additional files?.*|publisher.?s note|contributors?"
    r"|availability of (?:data|supporting).*|source of support",
    re.IGNORECASE,
)
_PARTS: dict[str, Part] = {
    "table": "table", "object-id": "label", "label": "label", "supplementary-material": "label", "inline-supplementary-material": "label",
    "media": "label", "alt-text": "label", "title": "label", "fn-group": "statement", "ack": "statement", "glossary": "statement",
    "ref-list": "statement", "permissions": "label", "tex-math": "label",
}  # fmt: skip
# One sentence that leads a reader to the article, which says it again.
_ADVERTISING = frozenset({"toc", "teaser", "graphical"})
# A piece this long is found by itself; a shorter one must stand where the last one ended.
_SURE = 24
_REACH = 6000
_NEAR: dict[Part, int] = {"text": 3, "mark": 3, "table": 200, "label": 60, "statement": 3}


@dataclass(frozen=True, slots=True)
class ReferenceText:
    """A reference text with the part that each of its characters belongs to."""

    text: str
    parts: tuple[Part, ...]

    def body(self) -> str:
        """The running text alone; a citation mark leaves nothing behind, anything else a space."""
        return "".join("" if part == "mark" else char if part == "text" else " " for char, part in zip(self.text, self.parts, strict=True))

    def count(self, part: Part) -> int:
        """How many characters other than spaces belong to a part."""
        return sum(one == part and not char.isspace() for char, one in zip(self.text, self.parts, strict=True))

    def running(self, start: int, end: int) -> str:
        """A span without its marks and labels."""
        span = zip(self.text[start:end], self.parts[start:end], strict=True)
        return "".join(char for char, part in span if part not in {"mark", "label"})

    def is_table(self, start: int, end: int) -> bool:
        """Whether any of the characters stands in a table's cell."""
        return "table" in self.parts[start:end]


def read_reference_text(path: Path) -> ReferenceText:
    """The text of ``path`` (read with newline='') with its parts by the JATS file of the same name."""
    from lxml import etree

    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        root = etree.parse(path.with_suffix(".nxml"), parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise UsageError(f"{path}: cannot be read beside its .nxml ({error})") from error
    places = [place for place, char in enumerate(text) if not char.isspace()]
    squeezed = "".join(text[place] for place in places)
    parts: list[Part] = ["text"] * len(text)
    for start, end, part in _aligned(squeezed, _pieces(root, "text")):
        for index in range(start, end):
            parts[places[index]] = part
    for heading in (*_HEADING.finditer(text), *_TITLE.finditer(text)):
        parts[heading.start() : heading.end()] = ["label"] * (heading.end() - heading.start())
    return ReferenceText(text, tuple(parts))


def _aligned(squeezed: str, pieces: Iterator[tuple[str, Part]]) -> Iterator[tuple[int, int, Part]]:
    """Where in the text each piece of the JATS file stands; what floats may stand anywhere."""
    cursor = 0
    for text, part in pieces:
        piece = "".join(text.split())
        start, end = _place(squeezed, piece, part, cursor) if piece else (-1, -1)
        if start >= 0:
            cursor = end if cursor <= start <= cursor + _REACH else cursor
            yield start, end, part


def _place(squeezed: str, piece: str, part: Part, cursor: int) -> tuple[int, int]:
    reach = _REACH if len(piece) >= _SURE else _NEAR[part]
    start = squeezed.find(piece, cursor, cursor + len(piece) + reach)
    if start < 0 and len(piece) >= 2 * _SURE:
        start = squeezed.find(piece)
    if start < 0 and part == "table" and len(piece) >= 4 * _SURE:  # a cell that was flattened otherwise: from its head to its tail
        start = squeezed.find(piece[: 2 * _SURE])
        end = squeezed.find(piece[-2 * _SURE :], start) + 2 * _SURE
        return (start, end) if 0 <= start < end < start + 1.2 * len(piece) else (-1, -1)
    return start, start + len(piece)


def _pieces(element: "_Element", part: Part) -> Iterator[tuple[str, Part]]:
    part = _part(element, part)
    if part == "table":  # one piece: its own pieces are too short to be found
        yield "".join(map(str, element.itertext())), part
        return
    if element.text:
        yield element.text, part
    for child in element:
        yield from _pieces(child, part)
        if child.tail:
            yield child.tail, part


def _part(element: "_Element", above: Part) -> Part:
    kind = element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
    if above == "statement":
        return above
    if kind == "xref" and element.get("ref-type") == "bibr":
        return "mark"
    if kind in {"sec", "notes", "app", "fn"}:
        title = next((" ".join("".join(map(str, child.itertext())).split()) for child in element if str(child.tag).endswith("title")), "")
        return "statement" if _STATEMENT.fullmatch(re.sub(r"^[\d.]+\s*", "", title).rstrip(" .:")) else above
    if kind == "abstract" and element.get("abstract-type") in _ADVERTISING:
        return "label"
    return _PARTS.get(kind, above)
