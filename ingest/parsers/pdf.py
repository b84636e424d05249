"""PDF: columns put in reading order, running heads dropped, broken words and paragraphs healed, headings by their print."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from threading import Lock
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from corpus.report import Reference
from corpus.text import sentences
from ingest.names import authors_in, is_affiliation
from ingest.parsers.decoding import tidy
from ingest.parsers.furniture import is_cited_work, is_furniture
from ingest.parsers.headings import bare_heading, heading_kind
from ingest.parsers.ocr import HOW_TO_RECOGNISE, Unrecognised, is_available, recognise
from ingest.parsers.outline import Block, paragraphs
from ingest.parsers.parsed import ParsedReport
from ingest.parsers.pdf_outline import RUNNING_DOI, PdfOutline
from ingest.parsers.pdf_page import Line, read_lines
from ingest.parsers.pdf_print import Print, boxes, grouped, joined, letters, print_of
from ingest.reference import read_reference, title_from

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# The engine is not safe in several threads at once.
_ENGINE = Lock()
# Fewer characters than this on a page that shows a picture: the page is a scan.
_SCANNED_CHARS = 30
_SCANNED_SHARE = 0.25
# Bookmarks below this depth name figures and paragraphs.
_DEEPEST = 4
# A piece of a running head of this length is told from text that happens to say the same.
_HEAD_CHARS = 8
# Above the first heading only a paragraph this long is taken for the abstract.
_LONG = 220
# ... and after that one a shorter one in the print of the running text.
_LATER = 100
_ORCID = re.compile(r"(?<=[a-zà-ÿ])ID(?=[\d\s,*¹²³⁰-⁹]|$)")


def parse(uri: str, name: str, data: bytes, *, ocr: bool = False) -> list[ParsedReport]:
    """One report. Raises ParseError for an encrypted, damaged or scanned file, saying what to do; ``ocr`` reads scanned pages."""
    with _ENGINE:
        pages, properties, bookmarks = _read(uri, data, ocr)
    lines = [line for page in _without_running(pages) for line in page]
    kept = set(lines)
    heads = [line.text for page in pages for line in page if line not in kept]
    title = _title(lines, properties)
    style = print_of(lines, _levels(bookmarks, title or ""))
    start = _start(lines)
    reference = _reference(lines, heads, title or tidy(properties.get("Title", "")), name)
    if not reference.authors:
        reference = replace(reference, authors=tuple(authors_in(unescape(properties.get("Author", "")).replace(";", ","))))
    found = paragraphs(PdfOutline(lines[start:], style).blocks(before=_abstract(lines[:start], style, reference.title)))
    if not found:
        raise ParseError(uri, "holds no paragraph, only headings or a list of references")
    return [ParsedReport(reference, found)]


def _read(uri: str, data: bytes, ocr: bool = False) -> tuple[list[list[Line]], dict[str, str], list[tuple[int, str]]]:
    """Lines by page, the file's properties and its bookmarks with their levels."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or "security" in str(error).lower()
        what = "is encrypted; save a copy without a password" if encrypted else "is damaged or cut short; download it again"
        raise ParseError(uri, f"{what} ({error})") from error
    try:
        pages = [read_lines(document[index], index + 1) for index in range(len(document))]
        if ocr:
            pages = _recognised(uri, document, pages)
        _refuse_scans(uri, document, pages)
        bookmarks = [(mark.level, mark.get_title()) for mark in document.get_toc(max_depth=_DEEPEST)]
        return pages, document.get_metadata_dict(), bookmarks
    except pypdfium2.PdfiumError as error:
        raise ParseError(uri, f"is damaged ({error}); download it again") from error
    finally:
        document.close()


def _levels(bookmarks: Sequence[tuple[int, str]], title: str) -> dict[str, int]:
    """Headings named by bookmarks, as letters, with their depth from 1; the article's own title is none."""
    named = [(level, letters(bare_heading(text)), text) for level, text in bookmarks]
    top = min((level for level, _, text in named if heading_kind(text) == "content"), default=None)
    levels: dict[str, int] = {}
    for level, name, _ in named if top is not None else ():
        if name and name != letters(title) and level >= (top or 0):
            levels[name] = min(level - (top or 0) + 1, levels.get(name, _DEEPEST))
    return levels


def _scanned(document: "PdfDocument", pages: Sequence[Sequence[Line]]) -> list[int]:
    """Numbers of the pages that are pictures."""
    bare = [number for number, page in enumerate(pages, start=1) if sum(len(line.text) for line in page) < _SCANNED_CHARS]
    return [number for number in bare if any(True for _ in document[number - 1].get_objects(filter=[3]))]


def _refuse_scans(uri: str, document: "PdfDocument", pages: Sequence[Sequence[Line]]) -> None:
    """Pages that are pictures would be lost without a word."""
    scanned = _scanned(document, pages)
    written = len(pages) - len(scanned)
    if not pages or not any(pages) or len(scanned) > _SCANNED_SHARE * len(pages):
        which = f" on pages {', '.join(map(str, scanned[:20]))}" if written and scanned else ""
        raise ParseError(uri, f"has no text layer{which}; {HOW_TO_RECOGNISE}")


def _recognised(uri: str, document: "PdfDocument", pages: list[list[Line]]) -> list[list[Line]]:
    """The pages, those that are pictures read by text recognition."""
    scanned = set(_scanned(document, pages))
    if scanned and not is_available():
        raise ParseError(
            uri, "has pages that are pictures, and text recognition is switched on but not installed: it needs pytesseract and Tesseract"
        )
    try:
        return [recognise(document[number - 1], number) if number in scanned else page for number, page in enumerate(pages, start=1)]
    except Unrecognised as error:
        raise ParseError(uri, str(error)) from error


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
    often = len(line.text) < 200 and any(
        times >= max(2, 0.3 * pages) and (mask == other or (len(mask) >= _HEAD_CHARS and mask in other)) for other, times in counts.items()
    )
    return often or bool(re.fullmatch(r"\W*(?:page\s*)?\d{1,5}(?:\s*(?:of|/)\s*\d{1,4})?\W*", line.text, re.IGNORECASE))


def _masked(text: str) -> str:
    return re.sub(r"\d+", "0", tidy(text)).lower()


def _title(lines: Sequence[Line], properties: dict[str, str]) -> str | None:
    """The largest print on the first page that reads like a title; the file's own title where the page shows it too."""
    first = [line for line in lines if line.page == 1]
    named = tidy(properties.get("Title", ""))
    if len(named) > 20 and letters(named) in letters("".join(line.text for line in first)):
        return named
    for size in sorted({line.size for line in first}, reverse=True):
        run = [line for line in first if abs(line.size - size) < 0.3]
        text = joined([line.text for line in run[:6]], frozenset())
        if len(text.split()) >= 4 and len(text) >= 20 and not is_furniture(text):
            return text.rstrip("*†‡⁎")
    return None


def _start(lines: Sequence[Line]) -> int:
    """Where the text begins: at the first section's heading, else at the first long run of prose."""
    headed = next((index for index in range(min(200, len(lines))) if _is_opening(lines, index)), None)
    if headed is not None:
        return headed
    return next((index for index in range(min(80, len(lines))) if _runs_on(lines[index : index + 4])), 0)


def _reference(lines: Sequence[Line], heads: Sequence[str], title: str, name: str) -> Reference:
    above = [line.text for line in lines if line.page == 1]
    after = next((index for index, text in enumerate(above) if letters(text) and letters(title).endswith(letters(text))), -1)
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


def _abstract(lines: Sequence[Line], style: Print, title: str) -> Iterator[tuple[Block, float]]:
    """An abstract (and a beginning) set above the first heading, without one or with its name on the same line; with the size of print."""
    begun = False
    for group in grouped(lines, style):
        first, text = group[0], joined([line.text for line in group], style.words)
        lead = re.match(r"(?:abstract|summary)\b\W*", text, re.IGNORECASE)
        long = len(text) >= _LONG and len(sentences(text)) >= 2
        if not (long or (begun and first.face == style.face and len(text) >= _LATER)) or letters(title) in letters(text):
            continue
        if is_furniture(text) or is_affiliation(text[:160]) or is_cited_work(text) or RUNNING_DOI.search(text) or len(authors_in(text)) > 2:
            continue
        if lead:
            yield Block("heading", "Abstract", page=first.page), first.size
        begun = True
        yield Block("text", text[lead.end() :] if lead else text, page=first.page, boxes=boxes(group)), first.size


def _is_opening(lines: Sequence[Line], index: int) -> bool:
    """A section's heading with prose below it, or with a heading and prose (``Abstract``, ``Background``, ...)."""
    if heading_kind(lines[index].text) != "content":
        return False
    below = index + 2 if index + 1 < len(lines) and heading_kind(lines[index + 1].text) == "content" else index + 1
    return _runs_on(lines[below : below + 5])


def _runs_on(lines: Sequence[Line]) -> bool:
    """Three or more lines of prose in a row."""
    return sum(len(line.text) > 30 and line.text[-1] != "@" and len(line.text.split()) > 4 for line in lines) >= 3
