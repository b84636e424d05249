"""Reports called by their authors: "Xu 2025", "Linan-Barroso's patient", "reported by Toplak et al."."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from corpus.catalog import Catalog
from corpus.report import Filter, Reference, ReportId
from corpus.word_forms import fold

_PARTICLES = r"(?:(?:van|von|de|del|della|der|den|di|da|dos|du|la|le|el|al|ter)\s){0,3}"
_NAME = rf"(?P<name>{_PARTICLES}[^\W\d_][\w'’-]{{0,40}}[^\W\d_])"
_CAPITAL = rf"(?P<name>{_PARTICLES}(?-i:[A-ZÀ-ÖØ-Þ])[\w'’-]{{0,40}}?[^\W\d_])"
_OTHERS = r"(?:\s(?:et\sal\b\.?|and\scolleagues|and\sco-?workers|(?:and|&)\s[^\W\d_][\w'’-]+))?"
_WORKS = r"(?:reports?|papers?|articles?|stud(?:y|ies)|series|cases?|cohorts?|trials?|reviews?|patients?|girl|boy|woman|man|child(?:ren)?)"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# What calls a report by a name, and what is searched in its place.
_CALLED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b{_NAME}{_OTHERS},?\s\(?(?P<year>(?:19|20)\d\d)\b\)?(?:['’]s\b)?", re.I), "this report"),
    (re.compile(rf"\b{_NAME}\s(?:et\sal\b\.?|and\scolleagues|and\sco-?workers)(?:['’]s?\b)?", re.I), "this report"),
    (re.compile(rf"\b{_CAPITAL}(?:['’]s|['’])(?=\s(?:[\w-]+\s){{0,2}}{_WORKS}\b)", re.I), "the"),
    (re.compile(rf"\bthe\s{_CAPITAL}(?=\s{_WORKS}\b)", re.I), "the"),
    (
        re.compile(rf"\b(?:(?:reported|described|published|written|treated|seen)\sby|authors?\s(?:is|was)?)\s{_CAPITAL}\b{_OTHERS}", re.I),
        "in this report",
    ),
    (re.compile(rf"\bdid\s{_CAPITAL}{_OTHERS}(?=\s(?:use|give|try|report|find|describe|see|conclude|treat)\b)", re.I), "did this report"),
    (re.compile(rf"\b(?:in|by|of|from)\s{_CAPITAL}{_OTHERS}(?=[\s?.!]*$)", re.I), "in this report"),
)


class NamedReports:
    """Knows the authors of a catalogue, read again when it changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._authors: tuple[int, Mapping[str, Mapping[ReportId, Reference]]] = (-1, {})

    def narrowed(self, text: str, filters: Filter | None) -> tuple[str, Filter | None]:
        """The question without the name of a report, and what it is asked of: the reports of that author, and year where one is told.

        A name that no author bears, or none of that year, is left as it stands. Chosen reports win over named ones.
        """
        if filters and filters.report_ids:
            return text, filters
        found = set[ReportId]()

        def called(match: re.Match[str], instead: str) -> str:
            reports = self._reports_of(match["name"], match.groupdict().get("year"))
            found.update(reports)
            return instead if reports else match[0]

        for pattern, instead in _CALLED:
            text = pattern.sub(_with(called, instead), text)
        return (text, replace(filters or Filter(), report_ids=tuple(sorted(found)))) if found else (text, filters)

    def _reports_of(self, name: str, year: str | None) -> list[ReportId]:
        """First authors win over the others; a report without a year may be of any."""
        known = self._known().get(_folded(name), {})
        dated = {report: one for report, one in known.items() if year is None or one.year in (None, int(year))}
        first = [report for report, one in dated.items() if _folded(name) in _names(one.authors[:1])]
        return first or list(dated)

    def _known(self) -> Mapping[str, Mapping[ReportId, Reference]]:
        generation = self._catalog.generation()
        if self._authors[0] != generation:
            found: dict[str, dict[ReportId, Reference]] = {}
            for report, one in self._catalog.references().items():
                for name in _names(one.authors):
                    found.setdefault(name, {})[report] = one
            self._authors = generation, found
        return self._authors[1]


def _with(called: Callable[[re.Match[str], str], str], instead: str) -> Callable[[re.Match[str]], str]:
    return lambda match: called(match, instead)


def _names(authors: Iterable[str]) -> set[str]:
    """What authors are called by: family names, printed first ("Conde, K"; "Tani U") or last ("Lili Xu"), with particles and without."""
    found = set[str]()
    for author in (spelled for one in authors for spelled in {one, one.translate(_UMLAUTS)}):
        family, comma, _ = author.partition(",")
        words = [word for word in family.split() if comma or not re.fullmatch(r"(?:[A-ZÀ-ÖØ-Þ]\.?-?){1,3}", word)]
        found |= {_folded(" ".join(words[start:])) for start in range(len(words))} if words else set()
    return found


def _folded(name: str) -> str:
    return " ".join(fold(word) for word in name.replace("’", "'").split())
