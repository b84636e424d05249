"""Word documents: heading styles (or short bold lines) make sections; lists and tables are kept."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from corpus.report import Reference
from ingest.names import authors_in
from ingest.parsers.decoding import tidy
from ingest.parsers.furniture import is_cited_work, is_furniture
from ingest.parsers.headings import heading_depth, heading_kind, is_title_like, is_upper_heading
from ingest.parsers.marks import raised
from ingest.parsers.outline import MARKED_UP, Block, paragraphs, split_label
from ingest.parsers.parsed import ParsedReport
from ingest.parsers.tables import readable_rows
from ingest.reference import is_title_candidate, read_reference, title_from

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_OLE = b"\xd0\xcf\x11\xe0"
# Word's own documents stay far below both: 200 MB of text is 30,000 pages, and text packs at most about 30 to 1.
_MAX_UNPACKED = 200_000_000
_MAX_RATIO = 200
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LIST = re.compile(r"list (?:bullet|number|paragraph|continue)|^list\b", re.IGNORECASE)
_BULLET = re.compile(r"^[•▶►▪◦‣●–-]\s+")


def parse(uri: str, name: str, data: bytes) -> list[ParsedReport]:
    """One report. The reference is what the first page prints, then the document's properties."""
    document = _opened(uri, data)
    blocks = list(_blocks(document))
    start = next((index for index, block in enumerate(blocks) if block.kind == "heading" and heading_kind(block.text) == "content"), None)
    if start is None:
        start = next((index for index, block in enumerate(blocks) if block.kind == "text" and len(block.text) > 200), 0)
    header = [(block.text,) for block in blocks[:start] if block.kind in {"heading", "text", "list"}]
    reference = _reference(document, header, blocks, name)
    found = paragraphs(_body(blocks, start), left_out=MARKED_UP)
    if not found:
        raise ParseError(uri, "holds no paragraph; if its pages are pictures, run text recognition on it first")
    return [ParsedReport(reference, found)]


def _opened(uri: str, data: bytes) -> "Document":
    import docx

    if data.startswith(_OLE):
        raise ParseError(uri, "is encrypted with a password, or an old .doc; save it as .docx without a password")
    try:
        _refuse_bomb(uri, data)
        return docx.Document(BytesIO(data))
    except ParseError:
        raise
    except Exception as error:  # python-docx lets zip, XML and key errors of every kind through
        raise ParseError(uri, f"is damaged or not a Word document ({type(error).__name__}: {error}); open and save it in Word") from error


def _refuse_bomb(uri: str, data: bytes) -> None:
    unpacked = sum(member.file_size for member in zipfile.ZipFile(BytesIO(data)).infolist())
    if unpacked > _MAX_UNPACKED or (unpacked > 10_000_000 and unpacked > _MAX_RATIO * len(data)):
        raise ParseError(uri, f"unpacks to {unpacked / 1e6:.0f} MB from {len(data) / 1e6:.1f}, which no report does; refused")


def _blocks(document: "Document") -> Iterator[Block]:
    from docx.table import Table

    label: str | None = None
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from (Block("table", row, label=label) for row in _rows(part))
            label = None
        elif block := _block(part):
            label = block.label if block.kind == "caption" else label
            yield block


def _block(part: "Paragraph") -> Block | None:
    text = _text(part)
    style = (part.style.name or "") if part.style is not None else ""
    if not text:
        return None
    heading = _HEADING.match(style)
    if heading or style.lower() == "title":
        return Block("heading", text, level=int(heading.group(1)) if heading else 1)
    if labelled := split_label(text):
        return Block("caption", labelled[1], label=labelled[0])
    if _LIST.search(style) or _is_numbered(part) or _BULLET.match(text):
        return Block("list", _BULLET.sub("", text))
    if _is_heading_line(part, text):
        return Block("heading", text, level=_level(text))
    return Block("text", text)


def _level(text: str) -> int:
    return heading_depth(text) or (1 if heading_kind(text) or is_upper_heading(text) else 2)


def _is_heading_line(part: "Paragraph", text: str) -> bool:
    """Authors who do not use styles set a short line bold, or write a section's usual name on a line of its own."""
    if heading_kind(text):
        return True
    runs = [run for run in part.runs if run.text.strip()]
    bold = bool(runs) and all(run.bold for run in runs)
    return (bold and is_title_like(text)) or (bold and is_upper_heading(text))


def _is_numbered(part: "Paragraph") -> bool:
    properties = part._p.pPr
    return properties is not None and properties.numPr is not None


def _text(part: "Paragraph") -> str:
    """The paragraph's text, links included; raised figures stay raised."""
    from docx.text.hyperlink import Hyperlink

    pieces = []
    for piece in part.iter_inner_content():
        if isinstance(piece, Hyperlink):
            pieces.append(piece.text)
        else:
            pieces.append(raised(piece.text) if piece.font.superscript else piece.text)
    return tidy("".join(pieces))


def _rows(table: "Table") -> Iterator[str]:
    rows = [[tidy(cell.text) for cell in row.cells] for row in table.rows]
    if len(rows) > 1:
        yield from readable_rows(rows[:1], rows[1:])
    else:
        yield from readable_rows([], rows)


def _reference(document: "Document", header: Sequence[Sequence[str]], blocks: Sequence[Block], name: str) -> Reference:
    """Printed things first; the properties, which Word fills in unasked, only for what is missing."""
    others = [block.text for block in blocks if len(block.text) < 400 and is_furniture(block.text)]
    printed = read_reference(header, others, name)
    properties = document.core_properties
    if printed.title == title_from(name):
        titled = next((block.text for block in blocks if block.kind == "heading" and is_title_candidate(block.text)), None)
        printed = replace(printed, title=tidy(properties.title or "") or titled or printed.title)
    if not printed.authors:
        named = tidy(properties.author or "")
        printed = replace(printed, authors=tuple(authors_in(named.replace(";", ","))))
    return printed


def _body(blocks: Sequence[Block], start: int) -> Iterator[Block]:
    for block in blocks[start:]:
        if block.kind in {"heading", "table", "caption"} or not (is_furniture(block.text) or is_cited_work(block.text)):
            yield block
