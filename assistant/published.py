"""The years of publication that a question names: "reports since 2015"."""

import re
from dataclasses import replace

from corpus.report import Filter

# Only years of publication choose reports: "since 2015 she had ..." does not.
_YEAR = r"((?:19|20)\d{2})"
_PUBLISHED = r"\b(?:published|reported|reports?|papers?|cases?|literature)\b[^.?]*?"
_BETWEEN = re.compile(rf"{_PUBLISHED}\b(?:between|from) {_YEAR} (?:and|to|until|-) {_YEAR}\b")
_SINCE = re.compile(rf"{_PUBLISHED}\b(?:since|after|from) {_YEAR}\b")
_BEFORE = re.compile(rf"{_PUBLISHED}\b(?:before|until|up to) {_YEAR}\b")
_IN = re.compile(rf"{_PUBLISHED}\bin {_YEAR}\b")
PUBLISHED = (_BETWEEN, _SINCE, _BEFORE, _IN)


def with_years(filters: Filter, text: str) -> Filter:
    """The filters with the years of publication that a question (lower-cased) names; explicit years win."""
    if filters.year_from is not None or filters.year_to is not None:
        return filters
    if found := _BETWEEN.search(text):
        return replace(filters, year_from=int(found[1]), year_to=int(found[2]))
    if found := _IN.search(text):
        return replace(filters, year_from=int(found[1]), year_to=int(found[1]))
    since, before = _SINCE.search(text), _BEFORE.search(text)
    return replace(
        filters,
        year_from=int(since[1]) if since else None,
        year_to=int(before[1]) - 1 if before else None,
    )
