"""A reference as people write it down: ``key: value`` lines in YAML, above a Markdown text or beside a file."""

import re
from typing import Any

from corpus.errors import ParseError
from ingest.names import family_first_turned
from ingest.parsers.decoding import tidy
from ingest.reference import find_year, normalise_doi, normalise_pmcid


def read_values(uri: str, what: str, text: str, known: frozenset[str], above: int = 0) -> dict[str, object]:
    """The values by key. ``what`` names the text in messages, ``above`` says how many lines of the file stand before it."""
    import yaml

    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date such as 2012-00-00 is a ValueError
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1 + above}: " if mark else ""
        raise ParseError(uri, f"{where}{what} is not YAML: {getattr(error, 'problem', None) or error}; quote the value") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ParseError(uri, f"line {1 + above}: {what} is not a list of `key: value` lines")
    unknown = sorted({str(key) for key in values} - known)
    if unknown:
        raise ParseError(uri, f"{what} has an unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return {str(key): value for key, value in values.items()}


def reference_fields(uri: str, what: str, values: dict[str, object]) -> dict[str, Any]:
    """The fields of a ``Reference`` that the values name, checked; a key without a value says that there is none."""
    return {key: _READERS[key](uri, f"{what}: {key}", values[key]) for key in _READERS if key in values}


def one_line(uri: str, what: str, value: object) -> str | None:
    """Text on one line; a list or a mapping is an error."""
    if isinstance(value, list | dict):
        raise ParseError(uri, f"{what} is a list; write one value")
    return tidy(str(value)) or None if value is not None else None


def _names(uri: str, what: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        names = [one_line(uri, what, name) or "" for name in value]
    else:
        names = re.split(r";|,\s(?![A-Z]\.?(?:[A-Z ]|$))|\sand\s", one_line(uri, what, value) or "")
    return tuple(family_first_turned(tidy(name)) for name in names if name.strip())


def _year(uri: str, what: str, value: object) -> int | None:
    text = one_line(uri, what, value)
    if text and find_year(text) is None:
        raise ParseError(uri, f"{what} {text!r} is not a year")
    return find_year(text)


def _doi(uri: str, what: str, value: object) -> str | None:
    text = one_line(uri, what, value)
    if text and not normalise_doi(text):
        raise ParseError(uri, f"{what} {text!r} is not a DOI; it should read like 10.1136/bcr-2012-006629")
    return normalise_doi(text) if text else None


def _pmcid(uri: str, what: str, value: object) -> str | None:
    text = one_line(uri, what, value)
    if text and not normalise_pmcid(text):
        raise ParseError(uri, f"{what} {text!r} is not a PMCID; it should read like PMC4711912")
    return normalise_pmcid(text)


def _pmid(uri: str, what: str, value: object) -> str | None:
    text = one_line(uri, what, value)
    if text and not re.fullmatch(r"[1-9]\d{0,8}", text):
        raise ParseError(uri, f"{what} {text!r} is not a PMID; it should be figures alone, like 22891020")
    return text


_READERS = {
    "title": one_line,
    "authors": _names,
    "journal": one_line,
    "year": _year,
    "doi": _doi,
    "pmid": _pmid,
    "pmcid": _pmcid,
    "url": one_line,
    "licence": one_line,
    "publication_type": one_line,
}
