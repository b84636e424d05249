"""BEIR corpus lines: one JSON object per line, each one report under its own ``_id``."""

import json
from collections.abc import Iterator

from corpus.errors import ParseError
from corpus.report import Reference
from ingest.parsers.decoding import decode, tidy
from ingest.parsers.parsed import ParsedParagraph, ParsedReport
from ingest.reference import find_year, normalise_doi, normalise_pmcid, title_from


def parse(uri: str, _name: str, data: bytes) -> list[ParsedReport]:
    """One report per line. A line that cannot be read fails the file, by its number; an ``_id`` may come only once."""
    reports: list[ParsedReport] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(decode(uri, data).split("\n"), start=1):
        if line.strip():
            report = _report(uri, number, line)
            key = str(report.id)
            if key in seen:
                raise ParseError(uri, f"line {number}: _id {key!r} stands on line {seen[key]} already; ids must differ")
            seen[key] = number
            reports.append(report)
    return reports


def _report(uri: str, number: int, line: str) -> ParsedReport:
    try:
        record = json.loads(line)
        json.dumps(record, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ParseError(uri, f"line {number}: is nested deeper than any report; refused") from error
    except UnicodeEncodeError as error:
        raise ParseError(uri, f"line {number}: holds half a character (a surrogate by itself); write the file as UTF-8 again") from error
    except ValueError as error:
        raise ParseError(uri, f"line {number}: is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise ParseError(uri, f"line {number}: is not an object with `_id`, `title` and `text`")
    identity = _string(uri, number, record, "_id").strip()
    title = tidy(_string(uri, number, record, "title", default=""))
    text = _string(uri, number, record, "text")
    found = tuple(_paragraphs(text)) or (ParsedParagraph(title),)
    if not identity or not found[0].text:
        raise ParseError(uri, f"line {number}: `{'text' if identity else '_id'}` is empty")
    metadata = record.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise ParseError(uri, f"line {number}: `metadata` is not an object")
    return ParsedReport(_reference(title or title_from(identity), metadata), found, identity)


def _string(uri: str, number: int, record: dict[str, object], key: str, default: str | None = None) -> str:
    value = record.get(key, default)
    if isinstance(value, int) and key == "_id":
        return str(value)
    if not isinstance(value, str):
        raise ParseError(uri, f"line {number}: `{key}` is {'missing' if value is None else 'not a string'}")
    return value


def _paragraphs(text: str) -> Iterator[ParsedParagraph]:
    yield from (ParsedParagraph(bare) for part in text.split("\n\n") if (bare := tidy(part)))


def _reference(title: str, metadata: dict[str, object]) -> Reference:
    def named(*keys: str) -> str | None:
        value = next((metadata[key] for key in keys if metadata.get(key)), None)
        return tidy(str(value)) if value is not None else None

    authors = metadata.get("authors") or ()
    names = authors.split(";") if isinstance(authors, str) else authors if isinstance(authors, list) else ()
    return Reference(
        title=title,
        authors=tuple(tidy(str(name)) for name in names if str(name).strip()),
        journal=named("journal"),
        year=find_year(named("year", "date")),
        doi=normalise_doi(named("doi") or ""),
        pmid=named("pmid", "pubmed_id"),
        pmcid=normalise_pmcid(named("pmcid")),
        url=named("url"),
        licence=named("licence", "license"),
        publication_type=named("publication_type"),
    )
