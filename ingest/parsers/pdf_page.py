"""One page of a PDF as lines in the order a reader takes them."""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Self

from ingest.parsers.marks import raised

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

# The engine writes this where a word is broken at a line's end.
SOFT_HYPHEN = "\x02"
# Stands between the cells of one line.
CELL_BREAK = "; "
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|[-,.](?:b|bd|bi)$|AdvP?TimesB|\.B\+?", re.IGNORECASE)
# Characters that lean further are a strip along the margin or an axis of a drawing, not text.
_UPRIGHT = 0.95
# Pieces of one line that are further apart than this, in sizes of print, are cells; justified lines open up to about 1.3.
_CELL_GAP = 1.5
# A piece of this length is a line of prose, not a cell.
_PROSE_CHARS = 45
# Shorter lines may well say the same twice.
_TWIN_CHARS = 25
_CITED = re.compile(r"(?:references|literature cited|bibliography)", re.IGNORECASE)
# A gutter may be crossed by headings, captions and tables, but not by more than this share of the characters.
_CROSSED = 0.45
# Less than this share of a page's characters beside the gutter is a margin note or a page number, not a column.
_COLUMN_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character, its box and baseline in points."""

    char: str
    left: float
    bottom: float
    right: float
    baseline: float
    size: float
    face: str
    bold: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Characters that stand on one baseline and belong together; ``y`` is the baseline, upwards from the page's foot.

    ``face`` is the font of most of it; ``cells`` are the pieces set apart on that baseline, more than one in a table's row or an equation.
    ``bottom`` and ``top`` leave room for what hangs below and stands above the letters.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    y: float
    size: float
    face: str
    bold: bool
    page: int
    cells: int = 1

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How a page is shown: the visible part of its own space, turned clockwise by quarters."""

    left: float
    bottom: float
    right: float
    top: float
    quarters: int

    @classmethod
    def of(cls, page: "PdfPage") -> Self:
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, page.get_rotation() // 90)

    @property
    def turn(self) -> float:
        """How far the page is turned clockwise, as the engine counts the angles of characters the other way."""
        return self.quarters * math.pi / 2

    def shown(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page's own space, from the lower left corner of the page as it is shown."""
        if self.quarters == 0:
            return x - self.left, y - self.bottom
        if self.quarters == 1:
            return y - self.bottom, self.right - x
        if self.quarters == 2:
            return self.right - x, self.top - y
        return self.top - y, x - self.left


def read_lines(page: "PdfPage", number: int) -> list[Line]:
    """The page's lines in reading order: top to bottom, column by column between what spans the columns."""
    width, height = page.get_size()
    text = page.get_textpage()
    try:
        lines = [line for run in _runs(_seen(list(_glyphs(text, _Sheet.of(page))))) if (line := _line(run, number))]
    finally:
        text.close()
    inside = [line for line in lines if line.left < width and line.right > 0 and 0 < line.y < height]
    return list(_ordered(_once(_upright(inside))))


def _glyphs(text: "PdfTextPage", sheet: _Sheet) -> Iterator[Glyph | None]:
    """The characters in the order of the page's stream; None where the engine ends a line."""
    import pypdfium2.raw as pdfium

    box, x, y, flags = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double(), ctypes.c_int()
    name = ctypes.create_string_buffer(96)
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in (10, 13):
            yield None
        elif (code > 31 or code == 2) and math.cos(pdfium.FPDFText_GetCharAngle(text, index) + sheet.turn) > _UPRIGHT:
            pdfium.FPDFText_GetLooseCharBox(text, index, box)
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            pdfium.FPDFText_GetFontInfo(text, index, name, 96, flags)
            face = name.value.decode("latin-1")
            bold = pdfium.FPDFText_GetFontWeight(text, index) >= 600 or bool(_BOLD.search(face))
            mode = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text, index))
            hidden = mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            char = chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"
            (left, bottom), (right, top) = sheet.shown(box.left, box.bottom), sheet.shown(box.right, box.top)
            baseline = sheet.shown(x.value, y.value)[1]
            if sheet.quarters:
                left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
            yield Glyph(char, left, bottom, right, baseline, abs(top - bottom), face, bold, hidden)


def _seen(glyphs: Sequence[Glyph | None]) -> Iterator[Glyph | None]:
    """Without what is there but not to be seen (an editor's queries), unless it is all there is: the text layer of a scan."""
    printed = [glyph for glyph in glyphs if glyph and not glyph.char.isspace()]
    if sum(glyph.hidden for glyph in printed) > 0.5 * len(printed):
        yield from glyphs
        return
    last: Glyph | None = None
    passed = False
    for glyph in glyphs:
        if glyph and glyph.hidden:
            passed = True
            continue
        if glyph and last and passed and glyph.left - last.right > 0.12 * glyph.size and abs(glyph.baseline - last.baseline) < 1:
            yield replace(last, char=" ")
        yield glyph
        last, passed = (glyph, False) if glyph else (last, passed)


def _runs(glyphs: Iterator[Glyph | None]) -> Iterator[list[Glyph]]:
    """Characters of one line. A broken word ends its line; so does a jump back to the left and down."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and (glyph is None or _is_elsewhere(run, glyph)):
            yield run
            run = []
        if glyph is None:
            continue
        run.append(glyph)
        if glyph.char == SOFT_HYPHEN:
            yield run
            run = []
    if run:
        yield run


def _is_elsewhere(run: Sequence[Glyph], glyph: Glyph) -> bool:
    if glyph.char.isspace() or glyph.char == SOFT_HYPHEN:
        return False
    last = next((other for other in reversed(run) if not other.char.isspace()), run[-1])
    size = max(last.size, glyph.size, 1)
    return abs(glyph.baseline - last.baseline) > 0.9 * size or glyph.left < last.left - 3 * size or glyph.left > last.right + 6 * size


def _line(run: Sequence[Glyph], page: int) -> Line | None:
    printed = [glyph for glyph in run if not glyph.char.isspace() and glyph.char != SOFT_HYPHEN]
    if not printed:
        return None
    size = Counter(round(glyph.size, 1) for glyph in printed).most_common(1)[0][0]
    baseline = median(glyph.baseline for glyph in printed if round(glyph.size, 1) == size)
    bold = sum(glyph.bold for glyph in printed) > 0.7 * len(printed)
    face = Counter(glyph.face for glyph in printed).most_common(1)[0][0]
    left, right = min(glyph.left for glyph in printed), max(glyph.right for glyph in printed)
    bottom, top = min(glyph.bottom for glyph in printed), max(glyph.bottom + glyph.size for glyph in printed)
    return Line(_with_raised(run, size, baseline), left, bottom, right, top, baseline, size, face, bold, page)


def _with_raised(run: Sequence[Glyph], size: float, baseline: float) -> str:
    """The line's text; small figures above the baseline become raised characters."""
    parts: list[str] = []
    high = ""
    for glyph in run:
        is_high = glyph.size < 0.85 * size and glyph.baseline > baseline + 0.15 * size and not glyph.char.isspace()
        if high and not is_high:
            parts.append(raised(high))
            high = ""
        if is_high:
            high += glyph.char
        else:
            parts.append(glyph.char)
    return "".join((*parts, raised(high) if high else "")).strip(" \t\u00a0")


def _upright(lines: Sequence[Line]) -> list[Line]:
    """Without what is printed sideways (a journal's strip along the margin): single characters stacked up."""
    return [line for line in lines if len(line.text) > 2 or line.width > 0.2 * line.size * len(line.text)]


def _once(lines: Sequence[Line]) -> list[Line]:
    """Without lines that are printed twice on one place: a drawing that brought the text round it along."""
    kept: list[Line] = []
    for line in lines:
        letters = re.sub(r"\W", "", line.text)
        twin = any(abs(other.y - line.y) < 2 * line.size and letters in re.sub(r"\W", "", other.text) for other in kept)
        if len(letters) < _TWIN_CHARS or not twin:
            kept.append(line)
    return kept


def _ordered(lines: Sequence[Line]) -> Iterator[Line]:
    gutter = _gutter(lines)
    if gutter is None:
        yield from _rows(lines)
        return
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.y):
        if (line.left < gutter - 2 and line.right > gutter + 2) or _closes_columns(line, lines, gutter):
            yield from _columns(band, gutter)
            band = []
            yield line
        else:
            band.append(line)
    yield from _columns(band, gutter)


def _closes_columns(line: Line, lines: Sequence[Line], gutter: float) -> bool:
    """Whether the list of references begins below both columns of text: nothing stands beside its heading, and text on both sides of it."""
    if not _CITED.fullmatch(line.text.strip(" .:")) or line.left > gutter:
        return False
    beside = [other for other in lines if other is not line and abs(other.y - line.y) < 1.2 * line.size]
    right = [other.y for other in lines if other.left > gutter - 2]
    return not beside and bool(right) and min(right) < line.y < max(right)


def _columns(band: Sequence[Line], gutter: float) -> Iterator[Line]:
    left = [line for line in band if line.right <= gutter + 2]
    yield from _ordered(left) if len(left) < len(band) else _rows(left)
    right = [line for line in band if line.right > gutter + 2]
    yield from _ordered(right) if left else _rows(right)


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Top to bottom, left to right where lines share a baseline."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.y):
        if rows and abs(rows[-1][0].y - line.y) < 0.4 * max(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    edge = sorted(line.right for line in lines)[int(0.9 * len(lines))] if lines else 0.0
    for row in rows:
        yield from _joined_row(sorted(row, key=lambda line: line.left), edge)


def _joined_row(row: Sequence[Line], edge: float) -> Iterator[Line]:
    """Pieces of one printed line as one line, those far apart marked as cells; beside prose or in the margin they stay apart."""
    line = row[0]
    for piece in row[1:]:
        gap = piece.left - line.right
        apart = gap > _CELL_GAP * max(line.size, piece.size)
        if apart and (piece.left > edge or len(line.text) > _PROSE_CHARS or len(piece.text) > _PROSE_CHARS):
            yield line
            line = piece
            continue
        glue = CELL_BREAK if apart else " " if gap > 0.12 * line.size else ""
        larger = piece if len(piece.text) > len(line.text) else line
        bottom, right, top = min(line.bottom, piece.bottom), max(line.right, piece.right), max(line.top, piece.top)
        text = f"{line.text}{glue}{piece.text}"
        line = replace(larger, text=text, left=line.left, bottom=bottom, right=right, top=top, cells=line.cells + apart)
    yield line


def _gutter(lines: Sequence[Line]) -> float | None:
    """The upright strip that the fewest characters cross, if text stands on both sides of it."""
    if len(lines) < 6:
        return None
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    total = sum(len(line.text) for line in lines)
    best: tuple[float, float] | None = None
    for step in range(15, 86):
        x = left + (right - left) * step / 100
        crossed = sum(len(line.text) for line in lines if line.left < x - 2 and line.right > x + 2)
        before = sum(len(line.text) for line in lines if line.right <= x + 2)
        sides = min(before, total - before - crossed)
        if crossed <= _CROSSED * total and sides >= _COLUMN_SHARE * total and (best is None or crossed - 0.2 * sides < best[0]):
            best = (crossed - 0.2 * sides, x)
    return best[1] if best and _has_columns(lines, best[1]) else None


def _has_columns(lines: Sequence[Line], x: float) -> bool:
    """Lines of prose on both sides, most of them beginning at the same place: cells of a table and short lines do not."""
    sides = [line for line in lines if line.right <= x + 2], [line for line in lines if line.left >= x - 2]
    if min(map(len, sides)) < 3:
        return False
    starts = [Counter(round(line.left / 4) for line in side).most_common(1)[0][1] / len(side) for side in sides]
    return min(starts) > 0.25
