"""Web pages: an article as a publisher's site shows it, saved from the browser."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from ingest.parsers.decoding import decode, tidy
from ingest.parsers.furniture import is_furniture, is_keyword_list
from ingest.parsers.html_page import article_root, drop_furniture, own_tag, page_reference
from ingest.parsers.marks import mark_for, raised, without_marks
from ingest.parsers.outline import MARKED_UP, Block, paragraphs, split_label
from ingest.parsers.parsed import ParsedParagraph, ParsedReport
from ingest.parsers.tables import Cell, readable_rows, span, spread
from ingest.reference import title_from

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    """address article blockquote caption center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr li main ol p pre
    section summary table tbody td th thead tr ul""".split()
)
_SILENT = frozenset("script style noscript svg math-alt button img picture video audio input select template".split())
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"<meta[^>]{0,80}charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
# Fragments that lead to a cited work (#ref-3, #CR12, #bib4, #R1), not to a figure or a section.
_WORK = re.compile(r"#(?:.*[-_/])?(?:refs?|cit(?:e|ation)?|cr|bibr?|b|r|fn|en|note|c|xref|footnote|lit)[-_.]?[a-z]{0,6}\d+", re.IGNORECASE)
# A page that gives less than this was built by scripts or has no article elements: the fallback may find more.
_THIN = 400
# With this many links to cited works the page tells its reference marks apart; a single one may lead to a note.
_MARKED = 3


def parse(uri: str, name: str, data: bytes) -> list[ParsedReport]:
    """One report. Buttons, navigation, advertisements and the list of references are left out."""
    from lxml import html

    text = _DECLARATION.sub("", _decoded(uri, data))
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        page = html.document_fromstring(text, parser=parser)
    except (ValueError, html.etree.ParserError) as error:
        raise ParseError(uri, f"cannot be read as HTML: {error}") from error
    reference = page_reference(page, title_from(name))
    drop_furniture(page)
    root = article_root(page)
    links = sum(1 for link in root.iter("a") if _WORK.search(link.get("href", "")))
    marked = links >= _MARKED
    found = paragraphs(_without_title(_blocks(root), reference.title), left_out=MARKED_UP, marked=marked)
    if not found or (own_tag(root) == "body" and _length(found) < _THIN):
        found = max(found, _fallback(text), key=_length)
    if not found:
        raise ParseError(uri, "holds no article text; the page may need a browser to show it: save it as PDF or complete HTML")
    return [ParsedReport(reference, found)]


def _length(found: tuple[ParsedParagraph, ...]) -> int:
    return sum(len(paragraph.text) for paragraph in found)


def _decoded(uri: str, data: bytes) -> str:
    """As UTF-8, else as the page says itself, else as it looks."""
    declared = _CHARSET.search(data[:4096])
    if declared:
        try:
            return data.decode(declared.group(1).decode())
        except (LookupError, UnicodeDecodeError):
            pass  # the page is wrong about itself; decode() looks at the bytes
    return decode(uri, data)


def _fallback(text: str) -> tuple[ParsedParagraph, ...]:
    import trafilatura

    from ingest.parsers.markdown import markdown_blocks

    extracted = trafilatura.extract(text, include_comments=False, include_tables=True, output_format="markdown")
    return paragraphs(block for block in markdown_blocks(extracted or "") if not is_furniture(block.text))


def _without_title(blocks: Iterator[Block], title: str) -> Iterator[Block]:
    for block in blocks:
        if block.kind != "heading" or tidy(block.text).lower() != tidy(title).lower():
            yield block


def _blocks(element: "HtmlElement") -> Iterator[Block]:
    """The element's blocks in order; runs of text between block children are paragraphs of their own."""
    run = [element.text or ""]
    for child in element:
        if _is_block(child):
            yield from _texts("".join(run))
            yield from _block(child)
            run = []
        else:
            run.append(_inline(child))
        run.append(child.tail or "")
    yield from _texts("".join(run))


def _block(element: "HtmlElement") -> Iterator[Block]:
    kind = own_tag(element)
    if re.fullmatch("h[1-6]", kind):
        yield Block("heading", _text(element), level=int(kind[1]))
    elif kind == "figure" or (kind == "div" and _is_figure(element)):
        yield from _figure(element)
    elif kind in {"ul", "ol"}:
        yield from _list(element)
    elif kind == "table":
        yield from _table(element, None)
    else:
        yield from _blocks(element)


def _texts(run: str) -> Iterator[Block]:
    """Paragraphs of a run; two line breaks in a row end one."""
    for part in re.split(r"\x0b\s*\x0b[\s\x0b]*", run):
        text = tidy(without_marks(part))
        labelled = split_label(text)
        if labelled and labelled[1]:
            yield Block("caption", labelled[1], label=labelled[0])
        elif not labelled and not is_furniture(text):
            yield Block("text", text)


def _list(element: "HtmlElement") -> Iterator[Block]:
    items = [item for item in element if own_tag(item) == "li"]
    texts = tuple(_text(item) for item in items)
    if all(_is_link(item) for item in items) and is_keyword_list(texts):
        return  # a menu or a list of subject terms
    for item in items:
        for block in _blocks(item):
            yield Block("list", block.text) if block.kind == "text" else block


def _figure(element: "HtmlElement") -> Iterator[Block]:
    captions = [part for part in element.iter() if own_tag(part) == "figcaption" or _has_class(part, r"\bcaption\b|fig-?caption|legend")]
    text = _text(captions[0]) if captions else ""
    label, caption = split_label(text) or (None, text)
    if label is None:
        heads = (found[0] for part in element.iter() if own_tag(part) not in _SILENT and (found := split_label(tidy(_text(part)))))
        label = next(heads, None)
    tables = [part for part in element.iter() if own_tag(part) == "table"]
    yield Block("caption", caption, label=label)
    for table in tables:
        yield from _table(table, label)


def _table(element: "HtmlElement", label: str | None) -> Iterator[Block]:
    for caption in element.iterfind("caption"):
        head, text = split_label(_text(caption)) or (label, _text(caption))
        label = head
        yield Block("caption", text, label=label)
    rows = [row for row in element.iter() if own_tag(row) == "tr"]
    cells = spread([[_cell(cell) for cell in row if own_tag(cell) in {"td", "th"}] for row in rows])
    heads = sum(1 for row in rows if row.getparent() is not None and own_tag(row.getparent()) == "thead")
    if not heads and rows and all(own_tag(cell) == "th" for cell in rows[0]):
        heads = 1
    yield from (Block("table", row, label=label) for row in readable_rows(cells[:heads], cells[heads:]))


def _cell(cell: "HtmlElement") -> Cell:
    return Cell(_text(cell), span(cell.get("colspan")), span(cell.get("rowspan")))


def _text(element: "HtmlElement") -> str:
    return tidy(without_marks(_inline(element, inside=True)).replace("\x0b", " "))


def _inline(element: "HtmlElement", inside: bool = False) -> str:
    """The characters of an element within a line."""
    kind = own_tag(element)
    if kind == "br":
        return "\x0b"
    if not kind or kind in _SILENT:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [_inline(child), child.tail or ""]
    text = "".join(parts)
    if kind == "a" and not inside and _WORK.search(element.get("href", "")):
        return mark_for(text)
    if kind == "sup":
        return raised(text)
    return f" {text} " if kind in _BLOCKS else text


def _is_block(element: "HtmlElement") -> bool:
    return own_tag(element) in _BLOCKS or any(own_tag(part) in _BLOCKS for part in element.iterdescendants())


def _is_figure(element: "HtmlElement") -> bool:
    return _has_class(element, r"(?:^|\s|[-_])(?:fig|figure|table-?wrap|tw)(?:$|\s|[-_](?:inline|wrap))") and any(
        own_tag(part) == "figcaption" or _has_class(part, r"\bcaption\b|fig-?caption") for part in element.iterdescendants()
    )


def _has_class(element: "HtmlElement", pattern: str) -> bool:
    return bool(re.search(pattern, element.get("class", ""), re.IGNORECASE)) if own_tag(element) else False


def _is_link(item: "HtmlElement") -> bool:
    links = "".join(_text(link) for link in item.iter("a"))
    return len(links) >= 0.8 * len(_text(item))
