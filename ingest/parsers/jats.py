"""JATS and its ancestors (NLM archiving), as PMC and publishers give it; alone, in an OAI-PMH answer or in an article set."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from ingest.parsers.decoding import tidy
from ingest.parsers.jats_front import read_front
from ingest.parsers.jats_text import running_text, tag
from ingest.parsers.markup import xml_root
from ingest.parsers.outline import MARKED_UP, Block, paragraphs
from ingest.parsers.parsed import ParsedReport
from ingest.parsers.pubmed import read_record
from ingest.parsers.tables import Cell, readable_rows, span, spread
from ingest.reference import title_from

if TYPE_CHECKING:
    from lxml.etree import _Element

# Blocks that may stand inside a paragraph and end it.
_BLOCKS = frozenset(
    """list def-list table-wrap table-wrap-group fig fig-group boxed-text disp-quote speech verse-group p sec array
    supplementary-material media""".split()
)
# Parts that are about the paper or stand for a picture: nothing in them is the report's text.
_SKIPPED = frozenset(
    """ref-list ack fn-group glossary notes bio ref supplementary-material media graphic sub-article response object-id permissions
    inline-supplementary-material sec-meta kwd-group related-article alt-text long-desc attrib""".split()
)
_SKIPPED_ABSTRACTS = frozenset("graphical teaser toc precis web-summary key-image".split())


def parse(uri: str, name: str, data: bytes) -> list[ParsedReport]:
    """One report per article (reviews and answers within an article are not reports)."""
    root = xml_root(uri, data)
    records = [element for element in root.iter() if tag(element) == "PubmedArticle"]
    if records:
        return [read_record(uri, record) for record in records]
    articles = [element for element in root.iter() if tag(element) == "article"]
    if not articles:
        raise ParseError(uri, "holds no <article>; a harvesting answer without a record, or another kind of XML")
    return [_read_article(uri, name, article) for article in articles]


def _read_article(uri: str, name: str, article: "_Element") -> ParsedReport:
    reference = read_front(article, title_from(name))
    marked = any(tag(element) == "xref" and element.get("ref-type") == "bibr" for element in article.iter())
    found = paragraphs(_article_blocks(article), left_out=MARKED_UP, marked=marked)
    if not found:
        raise ParseError(uri, f"the article {reference.doi or reference.title!r} holds neither abstract nor body")
    return ParsedReport(reference, found)


def _article_blocks(article: "_Element") -> Iterator[Block]:
    for abstract in article.iterfind("{*}front/{*}article-meta/{*}abstract"):
        if abstract.get("abstract-type") not in _SKIPPED_ABSTRACTS:
            yield from _headed(abstract, 1, "Abstract")
    for body in article.iterfind("{*}body"):
        yield from _children(body, 1)
    for part in article.iterfind("{*}back/*"):
        if tag(part) in {"app-group", "app", "sec"}:
            yield from _block(part, 1)
    for floats in article.iterfind("{*}floats-group"):
        yield from _children(floats, 1)


def _headed(element: "_Element", level: int, otherwise: str = "") -> Iterator[Block]:
    """A section's heading and what stands under it."""
    title = element.find("{*}title")
    heading = running_text(title) if title is not None else ""
    if heading or otherwise:
        yield Block("heading", heading or otherwise, level=level)
    yield from _children(element, level + 1 if heading or otherwise else level)
    if heading or otherwise:
        yield Block("heading", "", level=level)


def _children(element: "_Element", level: int) -> Iterator[Block]:
    for child in element:
        yield from _block(child, level)


def _block(element: "_Element", level: int) -> Iterator[Block]:
    kind = tag(element)
    if kind in _SKIPPED or kind in {"title", "label", "caption"}:
        return
    if kind in {"sec", "app", "boxed-text"}:
        yield from _headed(element, level)
    elif kind in {"list", "def-list"}:
        yield from _list(element, level)
    elif kind in {"fig", "table-wrap"}:
        yield from _float(element)
    elif kind == "p":
        yield from _paragraph(element, level, "text")
    elif kind in {"disp-formula", "disp-formula-group", "preformat", "code", "verse-line"}:
        yield Block("text", running_text(element))
    else:
        yield from _children(element, level)


def _paragraph(element: "_Element", level: int, kind: str) -> Iterator[Block]:
    """A paragraph, cut where a list, a table or a box stands in it; a formula stays in its sentence."""
    inner = [child for child in element if tag(child) in _BLOCKS]
    if not inner:
        yield Block("list" if kind == "list" else "text", running_text(element))
        return
    for piece in _pieces(element):
        if isinstance(piece, str):
            yield Block("list" if kind == "list" else "text", piece)
        else:
            yield from _block(piece, level)


def _pieces(element: "_Element") -> "Iterator[str | _Element]":
    from copy import deepcopy

    run = element.makeelement("run", None, None)
    run.text = element.text
    for child in element:
        if tag(child) in _BLOCKS:
            yield running_text(run)
            yield child
            run = element.makeelement("run", None, None)
            run.text = child.tail
        else:
            run.append(deepcopy(child))
    yield running_text(run)


def _list(element: "_Element", level: int) -> Iterator[Block]:
    for item in element:
        kind = tag(item)
        if kind == "def-item":
            parts = [running_text(part) for part in item if tag(part) in {"term", "def"}]
            yield Block("list", ": ".join(part for part in parts if part))
        elif kind == "title":
            yield Block("text", running_text(item))
        elif kind == "list-item":
            for child in item:
                yield from _paragraph(child, level, "list") if tag(child) == "p" else _block(child, level)


def _float(element: "_Element") -> Iterator[Block]:
    """A figure's or table's caption, the table row by row, and its notes."""
    label = tidy(" ".join(running_text(child) for child in element.iterfind("{*}label"))).rstrip(".:") or None
    parts = [running_text(part) for part in element.iterfind("{*}caption/*")]
    caption = " ".join(part if part.endswith((".", "?", "!", ":")) else f"{part}." for part in parts if part)
    if caption:
        yield Block("caption", caption, label=label)
    for table in (part for part in element.iter() if tag(part) == "table"):
        yield from (Block("table", row, label=label) for row in _rows(table))
    for foot in element.iterfind("{*}table-wrap-foot"):
        notes = [running_text(part) for part in foot.iter() if tag(part) in {"p", "attrib"}]
        yield Block("caption", " ".join(note for note in notes if note), label=label)


def _rows(table: "_Element") -> Iterator[str]:
    rows = [row for row in table.iter() if tag(row) == "tr"]
    cells = spread([[_cell(cell) for cell in row if tag(cell) in {"td", "th"}] for row in rows])
    heads = sum(1 for row in rows if (above := row.getparent()) is not None and tag(above) == "thead")
    if not heads and rows and all(tag(cell) == "th" for cell in rows[0]):
        heads = 1
    yield from readable_rows(cells[:heads], cells[heads:])


def _cell(cell: "_Element") -> Cell:
    return Cell(running_text(cell), span(cell.get("colspan")), span(cell.get("rowspan")))
