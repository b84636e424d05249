"""BEIR corpus lines: one JSON object per line, each one report under its own ``_id``."""

import json
from collections.abc import Iterator, Sequence

from corpus.errors import ParseError
from corpus.report import Reference
from ingest.parsers.decoding import decode, tidy
from ingest.parsers.parsed import ParsedParagraph, ParsedReport
from ingest.reference import find_year, normalise_doi, normalise_pmcid, title_from

# How many bad lines are told one by one; a file of another kind has thousands.
_NAMED = 10


def parse(uri: str, _name: str, data: bytes) -> list[ParsedReport]:
    """One report per line; an ``_id`` may come only once. A corpus with a bad line is refused whole, with all its bad lines by number.

    Taking the good lines alone would drop the reports of lines that were good before, and say so only once.
    """
    reports: dict[str, ParsedReport] = {}
    lines: dict[str, int] = {}
    bad: list[str] = []
    for number, line in enumerate(decode(uri, data).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            report = _report(line)
            key = str(report.id)
            if key in reports:
                raise _BadLine(f"_id {key!r} stands on line {lines[key]} already; ids must differ")
            reports[key], lines[key] = report, number
        except _BadLine as error:
            bad.append(f"line {number}: {error}")
    if bad:
        raise ParseError(uri, _summary(bad))
    return list(reports.values())


class _BadLine(Exception):
    """What is wrong with one line."""


def _summary(bad: Sequence[str]) -> str:
    more = f"; and {len(bad) - _NAMED} more bad lines" if len(bad) > _NAMED else ""
    return "; ".join(bad[:_NAMED]) + more


def _report(line: str) -> ParsedReport:
    record = _record(line)
    identity = _string(record, "_id").strip()
    title = tidy(_string(record, "title", default=""))
    found = tuple(_paragraphs(_string(record, "text"))) or (ParsedParagraph(title),)
    if not identity or not found[0].text:
        raise _BadLine(f"`{'text' if identity else '_id'}` is empty")
    metadata = record.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise _BadLine("`metadata` is not an object")
    return ParsedReport(_reference(title or title_from(identity), metadata), found, identity)


def _record(line: str) -> dict[str, object]:
    try:
        record = json.loads(line)
        json.dumps(record, ensure_ascii=False).encode()
    except RecursionError as error:
        raise _BadLine("is nested deeper than any report; refused") from error
    except UnicodeEncodeError as error:
        raise _BadLine("holds half a character (a surrogate by itself); write the file as UTF-8 again") from error
    except json.JSONDecodeError as error:
        raise _BadLine(f"is not JSON ({error.msg}, at character {error.pos + 1})") from error
    except ValueError as error:
        raise _BadLine(f"is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise _BadLine("is not an object with `_id`, `title` and `text`")
    return record


def _string(record: dict[str, object], key: str, default: str | None = None) -> str:
    value = record.get(key, default)
    if isinstance(value, int) and key == "_id":
        return str(value)
    if not isinstance(value, str):
        raise _BadLine(f"`{key}` is {'missing' if value is None else 'not a string'}")
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
