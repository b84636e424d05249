"""Markdown, with the reference in YAML front matter where it has one."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from corpus.report import Reference
from ingest.names import family_first_turned
from ingest.parsers.decoding import decode, tidy
from ingest.parsers.outline import MARKED_UP, Block, paragraphs, split_label
from ingest.parsers.parsed import ParsedReport
from ingest.parsers.tables import readable_rows
from ingest.reference import find_year, normalise_doi, normalise_pmcid, title_from

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
    return [ParsedReport(_reference(uri, values, heading or title_from(name)), found, name=_text(values, "id"))]


def _front_matter(uri: str, text: str) -> tuple[dict[str, object], str, int]:
    """The values of the front matter, the text below it, and how many lines it takes."""
    found = _FRONT_MATTER.match(text)
    if not found:
        if re.match(r"\ufeff?---[ \t]*\n[\w-]+:", text):
            raise ParseError(uri, "line 1: front matter is opened with --- and never closed; add a line --- below it")
        return {}, text, 0
    values = _yaml(uri, found.group("yaml"))
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise ParseError(uri, f"front matter has an unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    return values, text[found.end() :], text[: found.end()].count("\n")


def _yaml(uri: str, text: str) -> dict[str, object]:
    import yaml

    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}: " if mark else ""
        raise ParseError(uri, f"{where}front matter is not YAML: {getattr(error, 'problem', None) or error}; quote the value") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ParseError(uri, "line 2: front matter is not a list of `key: value` lines")
    return {str(key): value for key, value in values.items()}


def _reference(uri: str, values: dict[str, object], title: str) -> Reference:
    doi = _text(values, "doi")
    if doi and not normalise_doi(doi):
        raise ParseError(uri, f"front matter: doi {doi!r} is not a DOI; it should read like 10.1136/bcr-2012-006629")
    return Reference(
        title=_text(values, "title") or title,
        authors=_authors(values.get("authors")),
        journal=_text(values, "journal"),
        year=_year(uri, values.get("year")),
        doi=normalise_doi(doi) if doi else None,
        pmid=_text(values, "pmid"),
        pmcid=normalise_pmcid(_text(values, "pmcid")),
        url=_text(values, "url"),
        licence=_text(values, "licence"),
        publication_type=_text(values, "publication_type"),
        notice=_text(values, "notice"),
        digest=_choice(uri, values.get("digest")),
    )


def _text(values: dict[str, object], key: str) -> str | None:
    value = values.get(key)
    return tidy(str(value)) or None if value is not None else None


def _authors(value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else re.split(r";|,\s(?![A-Z]\.?(?:[A-Z ]|$))|\sand\s", str(value)) if value else []
    return tuple(family_first_turned(tidy(str(name))) for name in names if str(name).strip())


def _year(uri: str, value: object) -> int | None:
    if value is None:
        return None
    year = find_year(value)
    if year is None:
        raise ParseError(uri, f"front matter: year {value!r} is not a year")
    return year


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
