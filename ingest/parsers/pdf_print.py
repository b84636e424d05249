"""How a PDF is set: the print of its running text, and which lines make one paragraph."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.report import Box
from corpus.text import normalise
from ingest.parsers.decoding import tidy
from ingest.parsers.headings import bare_heading, heading_kind, is_upper_heading
from ingest.parsers.outline import split_label
from ingest.parsers.pdf_page import SOFT_HYPHEN, Line

BULLET = re.compile(r"^(?:[•▶►▪◦‣●■]\s*(?=\S)|–\s+(?=[A-Z]))")
TERMINAL = re.compile(r"[.!?:…][)\]”\"'’]*(?:[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹,–-]*)?$")
# An accent that was printed by itself after the line it belongs to.
_STRAY = re.compile(r"(?<![^\W\d_])[\u0300-\u036f]+")
# Prefixes whose hyphen is their own, not the line break's.
_HYPHENATED = re.compile(
    r"(?:^|[\s(\[/-])(?:non|anti|self|well|high|low|long|short|follow|cross|double|single|half|multi|post|pre|co|ex|mid|all|over|under|full"
    r"|age|sex|dose|case|evidence|[A-Za-z]|\w*\d\w*|[A-Z]{2,})$"
)


@dataclass(frozen=True, slots=True)
class Print:
    """How a document is set: size, font and leading of its running text, the words it uses, and the headings that its bookmarks name."""

    size: float
    face: str
    leading: float
    words: frozenset[str]
    bookmarks: Mapping[str, int]

    def is_plain(self, line: Line) -> bool:
        """Whether a line looks like running text, not like a heading."""
        return line.face == self.face and line.size < self.size * 1.08 and not is_upper_heading(line.text)

    def bookmarked(self, text: str) -> int | None:
        """The level at which a bookmark names this very text."""
        return self.bookmarks.get(letters(bare_heading(text))) if self.bookmarks else None


def letters(text: str) -> str:
    """Letters and figures alone, for telling whether two prints say the same."""
    return re.sub(r"[\W_]+", "", normalise(text))


def print_of(lines: Sequence[Line], bookmarks: Mapping[str, int]) -> Print:
    """The print of most of the text above the list of references."""
    looks: Counter[tuple[float, str]] = Counter()
    cited = next((index for index, line in enumerate(lines) if heading_kind(line.text) == "references"), len(lines))
    lines = lines[:cited] if cited > len(lines) // 3 else lines
    for line in lines:
        looks[line.size, line.face] += len(line.text)
    size, face = looks.most_common(1)[0][0] if looks else (10.0, "")
    body = [line for line in lines if abs(line.size - size) < 0.3 and line.face == face]
    steps = [above.y - line.y for above, line in pairwise(body) if above.page == line.page and 0 < above.y - line.y < 3 * size]
    words = frozenset(re.findall(r"[a-zà-ÿ]+(?:-[a-zà-ÿ]+)*", " ".join(line.text for line in lines).lower()))
    return Print(size, face, median(steps) if steps else 1.2 * size, words, bookmarks)


def grouped(lines: Sequence[Line], style: Print) -> Iterator[list[Line]]:
    """Lines that make one paragraph, one heading or one row of a table."""
    group: list[Line] = []
    for line in lines:
        if group and _begins(group, line, style):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _begins(group: Sequence[Line], line: Line, style: Print) -> bool:
    """Whether a line begins something new: other print, a gap, an indent, or a full stop short of the column's end."""
    last, first = group[-1], group[0]
    if line.cells > 1 or last.cells > 1:  # each row of a table by itself
        return True
    if abs(line.size - last.size) > 0.08 * max(line.size, last.size) or line.face != last.face:
        return not _is_run_in(group, line, style)
    step = last.y - line.y
    if heading_kind(line.text) or heading_kind(last.text) or BULLET.match(line.text):
        return True
    if style.bookmarked(line.text) or style.bookmarked(last.text):
        return True
    if split_label(line.text) and (TERMINAL.search(last.text) or not 0 < step < 1.3 * style.leading):
        return True
    if last.page != line.page or step < -0.5 * line.size:  # the next column or page
        return bool(TERMINAL.search(last.text)) and not line.text[:1].islower()
    if step > 1.45 * style.leading or step > 2.2 * line.size:
        return True
    left = min(other.left for other in group[1:]) if len(group) > 1 else first.left
    indented = 0.6 * line.size < line.left - left < 5 * line.size and last.left - left < 0.6 * line.size
    width = max(other.right for other in group) - min(other.left for other in group)
    short = last.right < max(other.right for other in group) - 0.12 * width and bool(TERMINAL.search(last.text))
    return (indented and bool(TERMINAL.search(last.text))) or (short and len(group) > 1)


def _is_run_in(group: Sequence[Line], line: Line, style: Print) -> bool:
    """A bold, slanted or small piece within a sentence: the sentence is open, and the line goes on where it should."""
    last = group[-1]
    if abs(last.y - line.y) < 0.5 * line.size and line.left >= last.right - 1:
        return True
    if abs(line.size - last.size) >= 1.5 or TERMINAL.search(last.text) or heading_kind(line.text) or split_label(line.text):
        return False
    full = last.right > max(line.right, *(other.right for other in group)) - 0.12 * line.width
    below = last.page == line.page and 0 < last.y - line.y < 1.45 * style.leading
    open_text = group[0].face == style.face and (len(group) > 1 or full)
    alike = abs(line.size - last.size) < 0.08 * line.size
    return (line.text[:1].islower() and full and (alike or below)) or (open_text and below and alike)


def boxes(lines: Sequence[Line]) -> tuple[Box, ...]:
    """Where lines in reading order are printed: one rectangle for each column or page that they run over."""
    pieces: list[list[Line]] = []
    for line in lines:
        if pieces and _is_below(pieces[-1], line):
            pieces[-1].append(line)
        else:
            pieces.append([line])
    return tuple(_box(piece) for piece in pieces)


def _is_below(piece: Sequence[Line], line: Line) -> bool:
    """Whether a line stands under the lines of a piece, or beside the last one on its baseline."""
    step = piece[-1].y - line.y
    if line.page != piece[-1].page or step < -0.5 * line.size:
        return False
    beside = line.left > max(other.right for other in piece) or line.right < min(other.left for other in piece)
    return not beside or step < 0.5 * line.size


def _box(piece: Sequence[Line]) -> Box:
    """Rounded to tenths of a point, which is finer than a screen shows."""
    left, bottom = min(line.left for line in piece), min(line.bottom for line in piece)
    right, top = max(line.right for line in piece), max(line.top for line in piece)
    return Box(piece[0].page, *(round(edge, 1) for edge in (left, bottom, right, top)))


def joined(lines: Sequence[str], words: frozenset[str]) -> str:
    """One text of several lines; a hyphen at a line's end goes unless it is the word's own. A word that is still broken stays marked."""
    text = lines[0] if lines else ""
    for line in lines[1:]:
        broken = text.endswith(SOFT_HYPHEN) or (bool(re.search(r"[a-zà-ÿ]-$", text)) and line[:1].islower())
        text = _healed(text.rstrip(f"{SOFT_HYPHEN}-"), line, words) if broken else f"{text} {line}"
    return _STRAY.sub("", tidy(text.replace(SOFT_HYPHEN, ""))) + (SOFT_HYPHEN if text.endswith(SOFT_HYPHEN) else "")


def _healed(text: str, line: str, words: frozenset[str]) -> str:
    first = (re.search(r"[\w-]+$", text) or [""])[0].lower()
    rest = (re.match(r"[\w-]+", line) or [""])[0].lower()
    whole, hyphenated = first + rest in words, f"{first}-{rest}" in words
    keeps = not whole and (hyphenated or bool(_HYPHENATED.search(text)) or not rest[:1].islower())
    return f"{text}-{line}" if keeps else text + line
