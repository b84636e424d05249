"""Markdown, with the reference in YAML front matter where it has one."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from corpus.report import Reference
from ingest.parsers.decoding import decode, tidy
from ingest.parsers.given import one_line, read_values, reference_fields
from ingest.parsers.outline import MARKED_UP, Block, paragraphs, split_label
from ingest.parsers.parsed import ParsedReport
from ingest.parsers.tables import readable_rows
from ingest.reference import title_from

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_KEYS = frozenset("id title authors journal year doi pmid pmcid url licence publication_type notice digest".split())
_CHOICES = {"true": True, "yes": True, "false": False, "no": False}


def parse(uri: str, name: str, data: bytes) -> list[ParsedReport]:
    """One report. The title is the front matter's, else the first heading of the first level, else the file's name."""
    text = decode(uri, data).replace("\r\n", "\n")
    values, body, offset = _front_matter(uri, text)
    blocks = list(markdown_blocks(body))
    first = next((block for block in blocks if block.kind == "heading"), None)
    titled = first is not None and first.level == 1 and sum(block.kind == "heading" and block.level == 1 for block in blocks) == 1
    if titled and first is not None and (not values.get("title") or tidy(str(values["title"])) == tidy(first.text)):
        blocks.remove(first)
    heading = tidy(first.text) if titled and first is not None else ""
    found = paragraphs(blocks, left_out=MARKED_UP)
    if not found:
        raise ParseError(uri, "holds no paragraph below its front matter" if offset else "holds no paragraph")
    reference = _reference(uri, values, heading or title_from(name))
    return [ParsedReport(reference, found, name=one_line(uri, "front matter: id", values.get("id")))]


def _front_matter(uri: str, text: str) -> tuple[dict[str, object], str, int]:
    """The values of the front matter, the text below it, and how many lines it takes."""
    found = _FRONT_MATTER.match(text)
    if not found:
        if re.match(r"\ufeff?---[ \t]*\n[\w-]+:", text):
            raise ParseError(uri, "line 1: front matter is opened with --- and never closed; add a line --- below it")
        return {}, text, 0
    values = read_values(uri, "front matter", found.group("yaml"), _KEYS, above=1)
    return values, text[found.end() :], text[: found.end()].count("\n")


def _reference(uri: str, values: dict[str, object], title: str) -> Reference:
    fields = reference_fields(uri, "front matter", values)
    fields["title"] = fields.get("title") or title
    notice = one_line(uri, "front matter: notice", values.get("notice"))
    return Reference(**fields, notice=notice, digest=_choice(uri, values.get("digest")))


def _choice(uri: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    if str(value).lower() not in _CHOICES:
        raise ParseError(uri, f"front matter: digest {value!r} is neither true nor false")
    return _CHOICES[str(value).lower()]


def markdown_blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text in order."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    position, depth = 0, 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "table_open":
            end = next(index for index in range(position, len(tokens)) if tokens[index].type == "table_close")
            yield from (Block("table", row) for row in _rows(tokens[position:end]))
            position = end
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "inline":
            yield from _inline(token, tokens[position - 1], depth)
        elif token.type in {"fence", "code_block"}:
            yield Block("text", token.content)
        position += 1


def _inline(token: "Token", opened: "Token", depth: int) -> Iterator[Block]:
    text = _plain(token)
    if opened.type == "heading_open":
        yield Block("heading", text, level=int(opened.tag[1]))
    elif labelled := split_label(tidy(text)):
        yield Block("caption", labelled[1], label=labelled[0])
    else:
        yield Block("list" if depth else "text", text)


def _plain(token: "Token") -> str:
    """The characters a reader sees: no marks, a link's words without its address."""
    parts = []
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type in {"text", "code_inline"}:
            parts.append(child.content)
    return "".join(parts)


def _rows(tokens: Sequence["Token"]) -> Iterator[str]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token))
    yield from readable_rows(rows[:1], rows[1:])
