"""PDF: columns put in reading order, running heads dropped, broken words and paragraphs healed, headings by their print."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from corpus.report import Reference
from corpus.text import normalise, sentences
from ingest.names import authors_in, is_affiliation
from ingest.parsers.decoding import tidy
from ingest.parsers.furniture import is_cited_work, is_furniture, is_keyword_list
from ingest.parsers.headings import heading_depth, heading_kind, is_title_like, is_upper_heading
from ingest.parsers.outline import Block, paragraphs, split_label
from ingest.parsers.parsed import ParsedReport
from ingest.parsers.pdf_page import SOFT_HYPHEN, Line, read_lines
from ingest.reference import read_reference, title_from

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# The engine is not safe in several threads at once.
_ENGINE = Lock()
# Fewer characters than this on a page that shows a picture: the page is a scan.
_SCANNED_CHARS = 30
_SCANNED_SHARE = 0.25
# Prefixes whose hyphen is their own, not the line break's.
_HYPHENATED = re.compile(
    r"(?:^|[\s(\[/-])(?:non|anti|self|well|high|low|long|short|follow|cross|double|single|half|multi|post|pre|co|ex|mid|all|over|under|full|age|sex|dose|case"
    r"|evidence|[A-Za-z]|\w*\d\w*|[A-Z]{2,})$"
)
_BULLET = re.compile(r"^[•▶►▪◦‣●■–]\s*(?=\S)")
_TERMINAL = re.compile(r"[.!?:][)\]”\"'’]*[⁰¹²³⁴-⁹,–-]*$")
_RUNNING_DOI = re.compile(r"\bdoi(?:\.org/|:?\s?)10\.\d{4}", re.IGNORECASE)
# Above the first heading only a paragraph this long is taken for the abstract.
_LONG = 220
_ORCID = re.compile(r"(?<=[a-zà-ÿ])ID(?=[\d\s,*¹²³⁰-⁹]|$)")


@dataclass(frozen=True, slots=True)
class _Print:
    """How this document is set: the size of its running text and the words it uses."""

    size: float
    leading: float
    words: frozenset[str]


def parse(uri: str, name: str, data: bytes) -> list[ParsedReport]:
    """One report. Raises ParseError for an encrypted, damaged or scanned file, saying what to do."""
    with _ENGINE:
        pages, properties = _read(uri, data)
    lines = [line for page in _without_running(pages) for line in page]
    heads = [line.text for page in pages for line in page if line not in set(lines)]
    style = _print(lines)
    title = _title(lines, properties)
    start = _start(lines)
    reference = _reference(lines, heads, title or tidy(properties.get("Title", "")), name)
    if not reference.authors:
        reference = replace(reference, authors=tuple(authors_in(unescape(properties.get("Author", "")).replace(";", ","))))
    found = paragraphs([*_abstract(lines[:start], style, reference.title), *_blocks(lines[start:], style)])
    if not found:
        raise ParseError(uri, "holds no paragraph, only headings or a list of references")
    return [ParsedReport(reference, found)]


def _read(uri: str, data: bytes) -> tuple[list[list[Line]], dict[str, str]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or "security" in str(error).lower()
        what = "is encrypted; save a copy without a password" if encrypted else "is damaged or cut short; download it again"
        raise ParseError(uri, f"{what} ({error})") from error
    try:
        pages = [read_lines(document[index], index + 1) for index in range(len(document))]
        _refuse_scans(uri, document, pages)
        return pages, document.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        raise ParseError(uri, f"is damaged ({error}); download it again") from error
    finally:
        document.close()


def _refuse_scans(uri: str, document: "PdfDocument", pages: Sequence[Sequence[Line]]) -> None:
    """Pages that are pictures would be lost without a word."""
    scanned = [number for number, page in enumerate(pages, start=1) if sum(len(line.text) for line in page) < _SCANNED_CHARS]
    scanned = [number for number in scanned if any(True for _ in document[number - 1].get_objects(filter=[3]))]
    written = len(pages) - len(scanned)
    if not pages or not any(pages) or len(scanned) > _SCANNED_SHARE * len(pages):
        which = f" on pages {', '.join(map(str, scanned))}" if written and scanned else ""
        raise ParseError(uri, f"has no text layer{which}; run text recognition (OCR) on it first")


def _without_running(pages: Sequence[Sequence[Line]]) -> Iterator[list[Line]]:
    """Pages without the lines that come back at their top or foot: journal heads, page numbers, download notes."""
    counts = Counter(mask for page in pages for mask in {_masked(line.text) for line in _edges(page)})
    for page in pages:
        edges = set(_edges(page))
        yield [line for line in page if not (line in edges and _is_running(line, counts, len(pages)))]


def _edges(page: Sequence[Line]) -> list[Line]:
    """The lines in the uppermost and lowest tenth of what is printed."""
    if not page:
        return []
    top, foot = max(line.y for line in page), min(line.y for line in page)
    reach = 0.1 * (top - foot)
    return [line for line in page if line.y > top - reach or line.y < foot + reach]


def _is_running(line: Line, counts: Counter[str], pages: int) -> bool:
    mask = _masked(line.text)
    often = counts[mask] >= max(2, 0.3 * pages) and len(line.text) < 200
    return often or bool(re.fullmatch(r"\W*(?:page\s*)?\d{1,5}(?:\s*(?:of|/)\s*\d{1,4})?\W*", line.text, re.IGNORECASE))


def _masked(text: str) -> str:
    return re.sub(r"\d+", "0", tidy(text)).lower()


def _print(lines: Sequence[Line]) -> _Print:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    body = [line for line in lines if abs(line.size - size) < 0.3]
    steps = [above.y - line.y for above, line in pairwise(body) if above.page == line.page and 0 < above.y - line.y < 3 * size]
    words = frozenset(re.findall(r"[a-zà-ÿ]+(?:-[a-zà-ÿ]+)*", " ".join(line.text for line in lines).lower()))
    return _Print(size, median(steps) if steps else 1.2 * size, words)


def _title(lines: Sequence[Line], properties: dict[str, str]) -> str | None:
    """The largest print on the first page that reads like a title; the file's own title where the page shows it too."""
    first = [line for line in lines if line.page == 1]
    named = tidy(properties.get("Title", ""))
    if len(named) > 20 and _letters(named) in _letters("".join(line.text for line in first)):
        return named
    for size in sorted({line.size for line in first}, reverse=True):
        run = [line for line in first if abs(line.size - size) < 0.3]
        text = _joined([line.text for line in run[:6]], frozenset())
        if len(text.split()) >= 4 and len(text) >= 20 and not is_furniture(text):
            return text.rstrip("*†‡⁎")
    return None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", normalise(text))


def _start(lines: Sequence[Line]) -> int:
    """Where the text begins: at the first section's heading, else at the first long run of prose."""
    headed = next((index for index in range(min(200, len(lines))) if _is_opening(lines, index)), None)
    if headed is not None:
        return headed
    return next((index for index in range(min(80, len(lines))) if _runs_on(lines[index : index + 4])), 0)


def _reference(lines: Sequence[Line], heads: Sequence[str], title: str, name: str) -> Reference:
    above = [line.text for line in lines if line.page == 1]
    after = next((index for index, text in enumerate(above) if _letters(text) and _letters(title).endswith(_letters(text))), -1)
    names = ", ".join(_names(above[after + 1 :])) if title else ""
    header = [(text,) for text in (title, names) if text]
    reference = read_reference(header, [*dict.fromkeys(heads), *above], name)
    return replace(reference, title=title or title_from(name))


def _names(lines: Sequence[str]) -> list[str]:
    """The people named under the title: the run of lines that gives the most names."""
    best: list[str] = []
    for start in range(min(4, len(lines))):
        for stop in range(start + 1, min(start + 14, len(lines)) + 1):
            for glue in (" ", ", "):
                names = authors_in(_ORCID.sub("", glue.join(line.strip(" ,") if glue == ", " else line for line in lines[start:stop])))
                if len(names) > len(best) and all(len(name.split()) <= 5 for name in names):
                    best = names
    return best


def _abstract(lines: Sequence[Line], style: _Print, title: str) -> Iterator[Block]:
    """An abstract that is set above the first heading, without one or with its name on the same line."""
    for group in _grouped(lines, style):
        text = _joined([line.text for line in group], style.words)
        lead = re.match(r"(?:abstract|summary)\b\W*", text, re.IGNORECASE)
        long = len(text) >= _LONG and len(sentences(text)) >= 2 and _letters(title) not in _letters(text)
        if long and not (is_furniture(text) or is_affiliation(text[:160]) or is_cited_work(text) or _RUNNING_DOI.search(text)):
            if lead:
                yield Block("heading", "Abstract", page=group[0].page)
            yield Block("text", text[lead.end() :] if lead else text, page=group[0].page)


def _is_opening(lines: Sequence[Line], index: int) -> bool:
    """A section's heading with prose below it, or with a heading and prose (``Abstract``, ``Background``, ...)."""
    if heading_kind(lines[index].text) != "content":
        return False
    below = index + 2 if index + 1 < len(lines) and heading_kind(lines[index + 1].text) == "content" else index + 1
    return _runs_on(lines[below : below + 5])


def _runs_on(lines: Sequence[Line]) -> bool:
    """Three or more lines of prose in a row."""
    return sum(len(line.text) > 30 and line.text[-1] != "@" and len(line.text.split()) > 4 for line in lines) >= 3


def _blocks(lines: Sequence[Line], style: _Print) -> Iterator[Block]:
    majors = {_look(line) for line in lines if heading_kind(line.text) == "content" and not _is_plain(line, style)}
    groups = list(_grouped(lines, style))
    label: str | None = None
    for number, group in enumerate(groups):
        text = _joined([line.text for line in group], style.words)
        level = _heading_level(text, group[0], groups[number + 1 : number + 3], style, majors) if len(group) <= 3 else None
        if level:
            yield Block("heading", text, level=level, page=group[0].page)
            label = None
            continue
        for block in _paragraph(text, group, style, label):
            label = block.label if block.kind == "caption" else label
            yield block


def _paragraph(text: str, group: Sequence[Line], style: _Print, label: str | None) -> Iterator[Block]:
    labelled = split_label(text)
    page, size = group[0].page, group[0].size
    if labelled and labelled[1]:
        yield Block("caption", labelled[1], page=page, label=labelled[0])
    elif labelled or is_furniture(text) or is_cited_work(text) or (len(text) < 200 and _RUNNING_DOI.search(text)):
        return
    elif size < 0.95 * style.size and not (len(text) >= _LONG or _TERMINAL.search(text)):
        # Small print without a sentence is a table's cells or the letters on a drawing.
        if label and label.lower().startswith("table") and len(text) > 12 and re.search(r"[A-Za-z]{3}", text):
            yield Block("table", text, page=page, label=label)
    elif _BULLET.match(text):
        yield Block("list", _BULLET.sub("", text), page=page)
    elif not (_is_scrap(text) or (page == 1 and size < 0.95 * style.size and is_affiliation(text))):
        yield Block("text", text, page=page)


def _is_scrap(text: str) -> bool:
    """Letters on a drawing, a lone figure of a table: nothing that reads as language."""
    words = re.findall(r"[A-Za-zÀ-ÿ]{2,}", text)
    return len(words) < 4 or sum(map(len, words)) < 0.4 * len(text) or is_keyword_list((text,))


def _grouped(lines: Sequence[Line], style: _Print) -> Iterator[list[Line]]:
    """Lines that make one paragraph or one heading."""
    group: list[Line] = []
    for line in lines:
        if group and _begins(group, line, style):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _begins(group: Sequence[Line], line: Line, style: _Print) -> bool:
    """Whether a line begins something new: other print, a gap, an indent, or a full stop short of the column's end."""
    last, first = group[-1], group[0]
    if abs(line.size - last.size) > 0.08 * max(line.size, last.size) or line.bold != last.bold:
        return not _is_run_in(group, line)
    if heading_kind(line.text) or heading_kind(last.text) or _BULLET.match(line.text) or split_label(line.text):
        return True
    step = last.y - line.y
    if last.page != line.page or step < -0.5 * line.size:  # the next column or page
        return bool(_TERMINAL.search(last.text)) and not line.text[:1].islower()
    if step > 1.45 * style.leading or step > 2.2 * line.size:
        return True
    if step < 0.3 * line.size:  # another cell on the same line
        return True
    left = min(other.left for other in group[1:]) if len(group) > 1 else first.left
    indented = 0.6 * line.size < line.left - left < 5 * line.size and last.left - left < 0.6 * line.size
    width = max(other.right for other in group) - min(other.left for other in group)
    short = last.right < max(other.right for other in group) - 0.12 * width and bool(_TERMINAL.search(last.text))
    return (indented and bool(_TERMINAL.search(last.text))) or (short and len(group) > 1)


def _is_run_in(group: Sequence[Line], line: Line) -> bool:
    """A bold or small piece within a sentence: the line goes on at the same height or in small letters."""
    last = group[-1]
    same_height = abs(last.y - line.y) < 0.5 * line.size and line.left >= last.right - 1
    return same_height or (line.text[:1].islower() and not _TERMINAL.search(last.text) and abs(line.size - last.size) < 1.5)


def _heading_level(
    text: str, first: Line, below: Sequence[Sequence[Line]], style: _Print, majors: set[tuple[float, bool, bool]]
) -> int | None:
    """A standard section's name, or a line in a heading's print with running text (or a heading) below it."""
    kind = heading_kind(text)
    if kind and not (majors and _is_plain(first, style) and kind == "content"):
        return heading_depth(text) or (1 if not majors or _look(first) in majors or kind != "content" else 2)
    if len(text) > 140 or split_label(text) or is_furniture(text) or _is_plain(first, style) or first.size < 0.97 * style.size:
        return None
    followed = any(abs(group[0].size - style.size) < 0.3 and len(group) > 1 for group in below)
    if not followed or not (is_title_like(text) or is_upper_heading(text) or heading_depth(text)):
        return None
    return heading_depth(text) or (1 if _look(first) in majors else 2)


def _is_plain(line: Line, style: _Print) -> bool:
    return not line.bold and line.size < style.size * 1.08 and not is_upper_heading(line.text)


def _look(line: Line) -> tuple[float, bool, bool]:
    return (round(line.size * 2) / 2, line.bold, line.text.isupper())


def _joined(lines: Sequence[str], words: frozenset[str]) -> str:
    """One text of several lines; a hyphen at a line's end goes unless it is the word's own."""
    text = lines[0] if lines else ""
    for line in lines[1:]:
        broken = text.endswith(SOFT_HYPHEN) or (bool(re.search(r"[a-zà-ÿ]-$", text)) and line[:1].islower())
        text = _healed(text.rstrip(f"{SOFT_HYPHEN}-"), line, words) if broken else f"{text} {line}"
    return tidy(text.replace(SOFT_HYPHEN, ""))


def _healed(text: str, line: str, words: frozenset[str]) -> str:
    first = (re.search(r"[\w-]+$", text) or [""])[0].lower()
    rest = (re.match(r"[\w-]+", line) or [""])[0].lower()
    whole, hyphenated = first + rest in words, f"{first}-{rest}" in words
    keeps = not whole and (hyphenated or bool(_HYPHENATED.search(text)) or not rest[:1].islower())
    return f"{text}-{line}" if keeps else text + line
