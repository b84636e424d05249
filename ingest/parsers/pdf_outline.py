"""From a PDF's lines to headings, paragraphs, captions and rows of tables."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ingest.names import authors_in, is_affiliation
from ingest.parsers.furniture import is_cited_work, is_furniture, is_keyword_list
from ingest.parsers.headings import bare_heading, heading_depth, heading_kind, is_title_like, is_upper_heading
from ingest.parsers.outline import Block, BlockKind, split_label
from ingest.parsers.pdf_page import Line
from ingest.parsers.pdf_print import BULLET, TERMINAL, Print, boxes, grouped, joined

RUNNING_DOI = re.compile(r"\bdoi(?:\.org/|:?\s?)10\.\d{4}", re.IGNORECASE)
_CLOSED = re.compile(r"[.!?…][)\]”\"'’]*(?:[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹,–-]*)?$")
_QUOTED = re.compile(r"[“\"«].{40,400}[”\"»]?")
# Main sections; among the headings that say one of these the largest print is that of the first level.
_MAIN = re.compile(
    r"(?:introduction|background|(?:materials?|patients?|subjects?) and methods?|methods?(?: and materials?)?|results?(?: and discussion)?"
    r"|discussions?(?: and conclusions?)?|conclusions?|case (?:reports?|presentations?|descriptions?|history|series)|comments?)",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"[=≈∑∫√≤≥¼½]|\bexp\b")
# Print below this share of the running text's size is a note, a legend or a drawing's lettering.
_SMALL = 0.92
# A paragraph of this length set small, outside a figure or table, is a section set small (methods, in some journals).
_LONG = 220
# A shorter piece of text is not one that a page broke.
_BREAKABLE = 40

_Look = tuple[float, str, bool]


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that belong together, as one text."""

    text: str
    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def is_row(self) -> bool:
        return self.first.cells > 1

    def block(self, kind: BlockKind, text: str, label: str | None = None) -> Block:
        return Block(kind, text, page=self.first.page, label=label, boxes=boxes(self.lines))


class PdfOutline:
    """Reads groups of lines one after the other; remembers the float it is in and how text is set in this section."""

    def __init__(self, lines: Sequence[Line], style: Print) -> None:
        self._style = style
        self._groups = [_Group(joined([line.text for line in group], style.words), tuple(group)) for group in grouped(lines, style)]
        self._majors = _majors(lines, style)
        self._label: str | None = None
        self._small_text = False
        self._quoted: _Look | None = None

    def blocks(self, before: Iterable[tuple[Block, float]] = ()) -> Iterator[Block]:
        """Headings, paragraphs, captions and rows in reading order; what was read ``before`` may go on in them."""
        return _rejoined(chain(before, self._all()), self._style.words)

    def _all(self) -> Iterator[tuple[Block, float]]:
        """Blocks with the size of their print."""
        for number, group in enumerate(self._groups):
            level = self._heading_level(group, self._groups[number + 1 : number + 3])
            if level:
                self._label = None
                yield Block("heading", group.text, level=level, page=group.first.page), group.first.size
            else:
                beside = self._groups[max(0, number - 1) : number + 2]
                for block in self._block(group, any(other.is_row for other in beside)):
                    yield block, group.first.size

    def _block(self, group: _Group, beside_rows: bool) -> Iterator[Block]:
        text, labelled = group.text, split_label(group.text)
        if labelled:
            self._label = labelled[0]
            if labelled[1]:
                yield group.block("caption", labelled[1], labelled[0])
        elif is_furniture(text) or is_cited_work(text) or (len(text) < 200 and RUNNING_DOI.search(text)) or self._is_quoted_out(group):
            return
        elif self._label and (group.is_row or self._is_small(group) or (beside_rows and not TERMINAL.search(text))):
            yield from self._float_part(group)
        elif BULLET.match(text) and not group.is_row:
            yield group.block("list", BULLET.sub("", text))
        elif not (group.is_row or _is_scrap(text) or self._is_lettering(group) or _is_formula(text)):
            self._label = None
            self._small_text = group.first.size < _SMALL * self._style.size
            yield group.block("text", text)

    def _float_part(self, group: _Group) -> Iterator[Block]:
        """A row of the table, or a note below a figure or table; a drawing's lettering is nothing."""
        text = group.text
        if self._label and self._label.lower().startswith("table") and (group.is_row or not _CLOSED.search(text)):
            if re.search(r"[A-Za-z]{2}", text):
                yield group.block("table", text, self._label)
        elif _CLOSED.search(text) and not _is_scrap(text) and not group.is_row:
            yield group.block("caption", text, self._label)

    def _is_small(self, group: _Group) -> bool:
        return group.first.size < _SMALL * self._style.size and not self._small_text

    def _is_quoted_out(self, group: _Group) -> bool:
        """A sentence of the article set apart in other print, which the reader has read or will read in its place."""
        look = _look(group.first)
        goes_on = look == self._quoted and group.text[:1].islower()
        quoted = not self._style.is_plain(group.first) and (goes_on or bool(_QUOTED.fullmatch(group.text)))
        self._quoted = look if quoted else None
        return quoted

    def _is_lettering(self, group: _Group) -> bool:
        """Small print outside a float that is no sentence, and the addresses below a title."""
        if group.first.size >= _SMALL * self._style.size:
            return False
        return not (len(group.text) >= _LONG or _CLOSED.search(group.text)) or (group.first.page == 1 and is_affiliation(group.text))

    def _heading_level(self, group: _Group, below: Sequence[_Group]) -> int | None:
        """A standard section's name, or a line in a heading's print with running text (or a heading) below it."""
        text, first, style, majors = group.text, group.first, self._style, self._majors
        if len(group.lines) > 3 or group.is_row or (self._label and self._is_small(group)):
            return None
        if level := style.bookmarked(text):
            return level
        kind = heading_kind(text)
        if kind and not (majors and style.is_plain(first) and kind == "content"):
            return heading_depth(text) or (1 if not majors or _look(first) in majors or kind != "content" else 2)
        if len(text) > 140 or split_label(text) or is_furniture(text) or style.is_plain(first) or first.size < 0.97 * style.size:
            return None
        if _FORMULA.search(text) or (first.page == 1 and authors_in(text)) or (below and (split_label(below[0].text) or below[0].is_row)):
            return None
        followed = any(_is_text(other, style) for other in below)
        larger = first.size >= 1.08 * style.size and text[:1].isupper() and not text.endswith((".", ",", ";"))
        if not followed or not (larger or is_title_like(text) or is_upper_heading(text) or heading_depth(text)):
            return None
        return heading_depth(text) or (1 if _look(first) in majors else 2)


def _is_text(group: _Group, style: Print) -> bool:
    """Whether a group is running text of this document, also where a section is set small."""
    if len(group.lines) < 2 or group.is_row or split_label(group.text):
        return False
    return abs(group.first.size - style.size) < 0.3 or len(group.text) >= _LONG


def _majors(lines: Sequence[Line], style: Print) -> set[_Look]:
    """The looks of first-level headings."""
    known = [line for line in lines if heading_kind(line.text) == "content" and not style.is_plain(line)]
    main = [line for line in known if _MAIN.fullmatch(bare_heading(line.text))] or known
    largest = max((line.size for line in main), default=0.0)
    return {_look(line) for line in main if line.size > largest - 0.3}


def _look(line: Line) -> _Look:
    return (round(line.size * 2) / 2, line.face, line.text.isupper())


def _is_scrap(text: str) -> bool:
    """Letters on a drawing, a lone figure of a table: nothing that reads as language."""
    words = set(re.findall(r"[a-zà-ÿ]{3,}", text.lower()))
    letters = sum(map(len, re.findall(r"[A-Za-zÀ-ÿ]{2,}", text)))
    return len(words) < 4 or letters < 0.4 * len(text) or is_keyword_list((text,))


def _is_formula(text: str) -> bool:
    """A line of symbols that is no sentence."""
    return len(text) < 120 and not _CLOSED.search(text) and len(re.findall(r"[a-z]{3,}", text)) < 5 and bool(_FORMULA.search(text))


def _rejoined(blocks: Iterable[tuple[Block, float]], words: frozenset[str]) -> Iterator[Block]:
    """Paragraphs that a page, a column, a float, a note beside them or a formula cut are whole again; what stood in the cut follows."""
    waiting: list[Block] = []
    size = 0.0
    for block, set_in in blocks:
        alike = abs(set_in - size) < (1 - _SMALL) * max(size, set_in)
        if waiting and alike and _continues(waiting[0], block):
            whole = joined((waiting[0].text, block.text), words)
            waiting[0] = replace(waiting[0], text=whole, boxes=waiting[0].boxes + block.boxes)
        elif block.kind in {"caption", "table"} or (waiting and set_in < size and _is_open(waiting[0]) and block.kind == "text"):
            waiting.append(block)
        else:
            yield from waiting
            waiting, size = [block], set_in
    yield from waiting


def _is_open(block: Block) -> bool:
    return block.kind == "text" and len(block.text) >= _BREAKABLE and not _CLOSED.search(block.text)


def _continues(block: Block, rest: Block) -> bool:
    """An open sentence goes on in the next running text; after a colon, or in a list, it goes on in small letters."""
    if block.kind not in {"text", "list"} or rest.kind != "text" or len(block.text) < _BREAKABLE or _CLOSED.search(block.text):
        return False
    return rest.text[:1].islower() or not (block.text.endswith(":") or block.kind == "list")
