"""Plain text: a page copied from a publisher's site, the text of a PDF, or somebody's own notes."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.errors import ParseError
from corpus.text import sentences
from ingest.names import authors_in, is_affiliation
from ingest.parsers.decoding import decode, tidy
from ingest.parsers.furniture import is_cited_work, is_furniture, is_keyword_list
from ingest.parsers.headings import heading_depth, heading_kind, is_title_like, is_upper_heading
from ingest.parsers.outline import Block, joined, paragraphs, split_label
from ingest.parsers.parsed import ParsedReport
from ingest.reference import read_reference

_BULLET = re.compile(r"^\s*(?:[•▶►▪◦‣●○■□✓➢·*–-]\s*)+\s(?=\S)|^\s*[•▶►▪◦‣●■➢](?=\S)")
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|\([a-z]\)|[a-z]\))\s+(?=\S)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_ANGLED = re.compile(r"<((?:https?://|mailto:)[^>\s]+)>")
_TERMINAL = re.compile(r"[.!?:;][)\]”\"'’]*[\d\s,–-]*[¹²³⁰-⁹]*$")
_RUNNING_DOI = re.compile(r"\bdoi:?\s?10\.\d{4}", re.IGNORECASE)
# Enough of a line's end to hold its stop, closing quotes and reference marks.
_LINE_END = 40
# A line longer than this was not wrapped by a typesetter: it is a paragraph of its own.
_WIDEST_COLUMN = 130
# A header line this long that holds sentences is an abstract without a heading.
_LONG = 220
_KEYWORD_SECTIONS = {"abstract", "summary", ""}


@dataclass(frozen=True, slots=True)
class _Stanza:
    """Lines between two blank lines, with the page they stand on where the text marks its pages."""

    lines: tuple[str, ...]
    page: int | None


def parse(uri: str, name: str, data: bytes) -> list[ParsedReport]:
    """One report. Title, authors, journal and year are what the text prints above its first section or in its cite-as line."""
    stanzas = list(_stanzas(_unmarked(decode(uri, data))))
    start = _body_start(stanzas)
    header, body = stanzas[:start], stanzas[start:]
    reference = read_reference([stanza.lines for stanza in header], _other_lines(body), name)
    opening = [Block("text", text, page=stanza.page) for stanza in header if (text := _unheaded_abstract(stanza, reference.title))]
    found = paragraphs([*opening, *_Body().blocks(body)])
    if not found:
        raise ParseError(uri, "holds no paragraph: only headings, buttons or a list of references")
    return [ParsedReport(reference, found)]


def _unmarked(text: str) -> str:
    """Without bold and italic marks and angle brackets round addresses."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ANGLED.sub(r"\1", _ITALIC.sub(r"\1", _BOLD.sub(r"\2", lines)))


def _stanzas(text: str) -> Iterator[_Stanza]:
    pages = text.split("\f")
    running = _running_heads(pages)
    for number, page in enumerate(pages, start=1):
        lines = [line.rstrip() for line in page.split("\n")]
        kept = "\n".join("" if _masked(line) in running else line for line in lines)
        for stanza in re.split(r"\n[ \t\u00a0]*(?:\n[ \t\u00a0]*)+", kept.strip("\n")):
            if stanza.strip():
                yield _Stanza(tuple(line for line in stanza.split("\n") if line.strip()), number if len(pages) > 1 else None)


def _running_heads(pages: Sequence[str]) -> set[str]:
    """Short lines that come back at least three times, page numbers apart: journal heads, page feet."""
    counts = Counter(_masked(line) for page in pages for line in page.split("\n") if 3 < len(line.strip()) < 120)
    return {line for line, count in counts.items() if count >= 3 and _may_run(line)}


def _may_run(line: str) -> bool:
    if not any(char.isalpha() for char in line) or line[-1] in ".!?:;," or _BULLET.match(line):
        return False
    return not heading_kind(line) and not split_label(line)


def _masked(line: str) -> str:
    """Numbers are masked in long lines only: ``Day 1`` and ``Day 2`` are two headings, not one running head."""
    bare = tidy(line)
    return re.sub(r"\d+", "0", bare) if len(bare) > 25 else bare


def _body_start(stanzas: Sequence[_Stanza]) -> int:
    """Where the header ends: at the first section's heading, else at the first paragraph of sentences."""
    headed = next((index for index, stanza in enumerate(stanzas) if _opens_section(stanza, stanzas[index + 1 :])), None)
    if headed is not None:
        return headed
    return next((index for index, stanza in enumerate(stanzas) if _is_prose(" ".join(stanza.lines))), min(1, len(stanzas) - 1))


def _opens_section(stanza: _Stanza, following: Sequence[_Stanza]) -> bool:
    """A heading that text follows: ``Abstract`` in a row of buttons is none, ``Case report`` above a title is a kind of article."""
    if heading_kind(stanza.lines[0]) != "content" or is_furniture(stanza.lines[0]):
        return False
    after = [" ".join(part) for part in (stanza.lines[1:], *(other.lines for other in following[:2])) if part]
    return bool(after) and (_is_prose(after[0]) or (heading_kind(after[0]) == "content" and len(after) > 1 and _is_prose(after[1])))


def _is_prose(text: str) -> bool:
    bare = tidy(text)
    sentence = len(bare.split()) >= 8 and re.search(r"[a-z]{2,}[.!?:)](?:\s|\d|$)", bare)
    return bool(sentence) and not is_affiliation(bare[:120]) and not authors_in(bare)


def _unheaded_abstract(stanza: _Stanza, title: str) -> str | None:
    text = tidy(" ".join(stanza.lines))
    prose = len(text) >= _LONG and len(sentences(text)) >= 2 and not is_furniture(text) and title not in text
    return text if prose and not is_affiliation(text) and not is_cited_work(text) else None


def _other_lines(body: Sequence[_Stanza]) -> list[str]:
    """Lines outside the running text that may print the reference: cite-as and copyright lines, a bare DOI."""
    found: list[str] = []
    cited = False
    for line in (line for stanza in body for line in stanza.lines):
        kind = heading_kind(line)
        cited = kind == "references" or (cited and kind is None)
        # An entry of the reference list has a number; a work without one after the list is the report's own citation.
        if len(line) > 400 or (cited and re.match(r"\s*\[?\d{1,3}[\].)]", line)):
            continue
        if is_furniture(line) or _RUNNING_DOI.search(line) or _after_cite(found):
            found.append(tidy(line).replace("*", ""))
    return found


def _after_cite(found: Sequence[str]) -> bool:
    return bool(found) and bool(re.search(r"\bcite\b.*\b(?:as|article|paper|case)\b", found[-1], re.IGNORECASE))


class _Body:
    """Reads the stanzas below the header into blocks; remembers the section it is in and a label waiting for its caption."""

    def __init__(self) -> None:
        self.section = ""
        self.dropping = False
        self.label: str | None = None

    def blocks(self, stanzas: Sequence[_Stanza]) -> Iterator[Block]:
        for number, stanza in enumerate(stanzas):
            following = stanzas[number + 1].lines if number + 1 < len(stanzas) else ()
            for part in _parts(stanza.lines):
                yield from self._part(part, stanza.page, bool(following) or part != stanza.lines)

    def _part(self, lines: Sequence[str], page: int | None, followed: bool) -> Iterator[Block]:
        if _BULLET.match(lines[0]) or (len(lines) > 1 and _NUMBERED.match(lines[0]) and _NUMBERED.match(lines[-1])):
            yield from self._list(lines, page)
            return
        if len(lines) == 1 and (heading := self._heading(tidy(lines[0]), followed)):
            yield heading
            return
        for text in _unwrapped(lines):
            yield from self._paragraph(tidy(text), page)

    def _heading(self, line: str, followed: bool) -> Block | None:
        kind = heading_kind(line)
        if kind:
            self.section, self.dropping, self.label = line, kind != "content", None
            return Block("heading", line, level=heading_depth(line) or 1)
        labelled = split_label(line) or is_furniture(line) or _BULLET.match(line)
        if labelled or self.dropping or not followed or self.label or is_cited_work(line):
            return None
        if is_upper_heading(line):
            return Block("heading", line, level=heading_depth(line) or 1)
        return Block("heading", line, level=heading_depth(line) or 2) if is_title_like(line) else None

    def _list(self, lines: Sequence[str], page: int | None) -> Iterator[Block]:
        items = tuple(_items(lines))
        if self.section.lower() in _KEYWORD_SECTIONS and is_keyword_list(items):
            return
        yield from (Block("list", item, page=page) for item in items if not is_furniture(item) and not is_cited_work(item))

    def _paragraph(self, text: str, page: int | None) -> Iterator[Block]:
        labelled = split_label(text)
        if labelled and not labelled[1]:
            self.label = labelled[0]
        elif labelled or self.label:
            label, caption = labelled or (self.label, text)
            self.label = None
            yield Block("caption", caption, page=page, label=label)
        elif not (is_furniture(text) or is_cited_work(text) or (len(text) < 200 and _RUNNING_DOI.search(text))):
            yield Block("text", text, page=page)


def _parts(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """A stanza split at the headings that stand in it without a blank line, and where a list begins or ends."""
    part: list[str] = []
    for number, line in enumerate(lines):
        alone = heading_kind(line) is not None and (number == 0 or not part or bool(_TERMINAL.search(part[-1])))
        new_list = bool(_BULLET.match(line)) and bool(part) and not _BULLET.match(part[0])
        if (alone or new_list) and part:
            yield tuple(part)
            part = []
        part.append(line)
        if alone:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _items(lines: Iterable[str]) -> Iterator[str]:
    """List items without their bullets; a line without a bullet continues the item above."""
    item = ""
    for line in lines:
        start = _BULLET.match(line) or _NUMBERED.match(line)
        if start and item:
            yield item
            item = ""
        bare = tidy(line[start.end() :] if start else line)
        item = joined(item, bare) if item else bare
    if item:
        yield item


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs of a stanza: lines a typesetter broke are joined, lines that end short of the column end a paragraph."""
    width = sorted(map(len, lines))[int(0.9 * (len(lines) - 1))]
    part = [lines[0].strip()]
    for last, line in pairwise(lines):
        if _ends_paragraph(last.strip(), width):
            yield joined(*part)
            part = []
        part.append(line.strip())
    yield joined(*part)


def _ends_paragraph(line: str, width: int) -> bool:
    if not _TERMINAL.search(line[-_LINE_END:]):
        return False
    return width > _WIDEST_COLUMN or len(line) < 0.75 * width
