"""The same work in two sources that print no common identifier: told by title, first author and year."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from corpus.report import Reference, ReportId
from corpus.text import normalise

# Words that any title may have. Among 5,183 abstracts of SciFact no two share a title of more than two words; what many case reports
# share ("A case report and review of the literature") has none of the words that count.
_COMMON = frozenset(
    (
        "a an the of in on at to by for from with without and or after during as is are its case cases report reports reported series "
        "study review reviews literature patient patients presentation presenting rare unusual image images clinical new novel letter reply"
    ).split()
)
_LEAST_WORDS = 4
# Online first in December, in print in January.
_YEARS_APART = 1


@dataclass(frozen=True, slots=True)
class _Work:
    """What a reference says about which work it is."""

    title: str
    author: frozenset[str]
    year: int | None
    identifiers: tuple[str | None, str | None, str | None]

    def is_same(self, other: "_Work") -> bool:
        """The same title and first author, and neither year nor any identifier against it."""
        if self.title != other.title or self.author.isdisjoint(other.author):
            return False
        differ = any(one and another and one != another for one, another in zip(self.identifiers, other.identifiers, strict=True))
        return not differ and (not self.year or not other.year or abs(self.year - other.year) <= _YEARS_APART)


@dataclass(slots=True)
class Works:
    """The works that the library holds, by report; ``references`` are read when they are first asked for."""

    references: Callable[[], Mapping[ReportId, Reference]]
    _works: dict[ReportId, _Work] | None = None
    _titles: dict[str, set[ReportId]] = field(default_factory=dict)

    def same(self, reference: Reference) -> list[ReportId]:
        """Reports that are the work of a reference, in order of their ids."""
        works, work = self._known(), _work(reference)
        return sorted(name for name in self._titles.get(work.title, ()) if works[name].is_same(work)) if work else []

    def note(self, name: ReportId, reference: Reference) -> None:
        """A report now has this reference."""
        works, work = self._known(), _work(reference)
        if before := works.pop(name, None):
            self._titles[before.title].discard(name)
        if work:
            works[name] = work
            self._titles.setdefault(work.title, set()).add(name)

    def _known(self) -> dict[ReportId, _Work]:
        if self._works is None:
            self._works = {}
            for name, reference in self.references().items():
                self.note(name, reference)
        return self._works


def _work(reference: Reference) -> _Work | None:
    """None where the title is too common or no author is known: then nothing tells the work apart from another one."""
    words = re.findall(r"[^\W_]+", _plain(reference.title))
    author = frozenset(re.findall(r"[^\W\d_]{2,}", _plain(reference.authors[0]))) if reference.authors else frozenset()
    if not author or len(set(words) - _COMMON) < _LEAST_WORDS:
        return None
    return _Work("".join(words), author, reference.year, (reference.doi, reference.pmid, reference.pmcid))


def _plain(text: str) -> str:
    """Without accents, which one source prints and another one loses."""
    return "".join(char for char in unicodedata.normalize("NFD", normalise(text)) if not unicodedata.combining(char))
