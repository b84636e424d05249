"""Golds resolved against the ingested library: a pointer that points nowhere is an error, because a gold set must be true."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.catalog import Catalog
from corpus.errors import NotFound, UsageError
from corpus.report import Report, ReportId
from corpus.text import words
from evals.datasets import EvaluationSet, GoldQuestion, Pointer

# What is judged: the id of a paragraph, or of a report where a set is judged at report level.
Unit = str

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Resolved:
    """One question with its golds as units; a group is met by any of its units."""

    question: GoldQuestion
    groups: tuple[frozenset[Unit], ...]

    @property
    def units(self) -> frozenset[Unit]:
        return frozenset().union(*self.groups)


@dataclass(frozen=True, slots=True)
class Resolution:
    """All questions that can be judged; ``skipped`` counts what a lenient set lost, by pointers and by whole questions."""

    questions: tuple[Resolved, ...]
    skipped_pointers: int = 0
    skipped_questions: int = 0


def resolve(chosen: EvaluationSet, catalog: Catalog) -> Resolution:
    """Raises UsageError listing every question whose gold does not resolve, unless the set is lenient."""
    library = _Library(catalog)
    found, faults, lost, dropped = list[Resolved](), list[str](), 0, 0
    for question in chosen.questions:
        groups, unmet = _groups(question, library)
        lost += len(unmet)
        faults += [f"{question.id}: {fault}" for fault in unmet]
        if question.answerable and not groups:
            dropped += 1
        else:
            found.append(Resolved(question, groups))
    if faults and not chosen.lenient:
        raise UsageError(_told(chosen.name, faults))
    return Resolution(tuple(found), lost, dropped)


class _Library:
    """Reports of a catalogue, each read once; their paragraphs as words, so that only print may differ from a snippet."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._aliases = _aliases(catalog)
        self._reports: dict[ReportId, dict[str, str] | None] = {}

    def paragraphs(self, report_id: ReportId) -> dict[str, str] | None:
        """Paragraph id -> its words, or None where there is no such report."""
        if report_id not in self._reports:
            report = self._report(report_id)
            self._reports[report_id] = {one.id: _padded(one.text) for one in report.paragraphs} if report else None
        return self._reports[report_id]

    def known(self, report_id: ReportId) -> ReportId:
        """The id under which the library holds a report that was named by any of its numbers."""
        return self._aliases.get(report_id, report_id)

    def _report(self, report_id: ReportId) -> Report | None:
        try:
            return self._catalog.report(self.known(report_id))
        except NotFound:
            return None


def _groups(question: GoldQuestion, library: _Library) -> tuple[tuple[frozenset[Unit], ...], list[str]]:
    """The groups with at least one unit, and what is wrong with each pointer that found none."""
    groups, faults = [], []
    for group in question.gold:
        units: set[Unit] = set()
        for pointer in group:
            found = _units(pointer, library)
            if isinstance(found, str):
                faults.append(found)
            else:
                units |= found
        if units:
            groups.append(frozenset(units))
    return tuple(groups), faults


def _units(pointer: Pointer, library: _Library) -> frozenset[Unit] | str:
    """Every paragraph that holds the snippet, or the fault in words."""
    paragraphs = library.paragraphs(pointer.report_id)
    if paragraphs is None:
        return f"no report {pointer.report_id!r} in the library"
    if pointer.snippet is not None:
        wanted = _padded(pointer.snippet)
        holders = frozenset(name for name, there in paragraphs.items() if wanted in there)
        return holders or f"no paragraph of {pointer.report_id} holds {pointer.snippet!r}"
    if pointer.paragraph is not None:
        return frozenset({pointer.paragraph}) if pointer.paragraph in paragraphs else f"no paragraph {pointer.paragraph!r} in the library"
    return frozenset({library.known(pointer.report_id)})


def _aliases(catalog: Catalog) -> dict[str, ReportId]:
    """A gold may name a report by any of its numbers, though its id is made of the first it has."""
    found: dict[str, ReportId] = {}
    for name, reference in catalog.references().items():
        for kind, value in (("doi", reference.doi), ("pmcid", reference.pmcid), ("pmid", reference.pmid)):
            if value:
                found.setdefault(f"{kind}:{value}", name)
        found[name] = name
    return found


def _padded(text: str) -> str:
    return f" {' '.join(words(text))} "


def _told(name: str, faults: Sequence[str]) -> str:
    more = f"\n  ... and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    listed = "\n  ".join(faults[:_SHOWN])
    return f"evaluation set {name}: {len(faults)} golds do not resolve; correct questions.jsonl:\n  {listed}{more}"
