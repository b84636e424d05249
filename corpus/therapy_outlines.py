"""Cases as the catalogue's columns hold them: enough to choose therapy rows by and to count them, without reading what proves them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import func, literal_column, select

from corpus.case import Outcome, PatientOutline, Status
from corpus.catalog import Catalog
from corpus.report import ReportId
from corpus.tables import patient_terms, patients, therapies


@dataclass(frozen=True, slots=True)
class TherapyOutline:
    """One row about a report's own patient: what was tried, against what, and what happened. ``number`` is its place in its report."""

    report_id: ReportId
    number: int
    patient_id: str | None
    therapy: str
    therapy_class: str | None
    target: str | None
    outcome: Outcome
    status: Status


@dataclass(frozen=True, slots=True)
class Outlines:
    """Every row about the reports' own patients, in order of the reports, and every patient by id."""

    rows: tuple[TherapyOutline, ...] = ()
    patients: Mapping[str, PatientOutline] = field(default_factory=dict)


class CachedOutlines:
    """The outlines of one catalogue, read again only after a report was written or removed, by whichever process."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._reading = Lock()
        self._held: tuple[int, Outlines] | None = None

    def read(self) -> Outlines:
        with self._reading:
            generation = self._catalog.generation()
            if self._held is None or self._held[0] != generation:
                self._held = generation, outlines(self._catalog)
            return self._held[1]


def outlines(catalog: Catalog) -> Outlines:
    columns = [therapies.c[name] for name in TherapyOutline.__dataclass_fields__]
    rows = select(*columns).where(therapies.c.subject == "own").order_by(therapies.c.report_id, therapies.c.number)
    told = select(patients.c.id, *(func.json_extract(patients.c.facts, path) for path in ("$.label", "$.age.value", "$.sex.value")))
    named = select(patient_terms.c.patient_id, patient_terms.c.field, patient_terms.c.value).order_by(literal_column("rowid"))
    terms: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    with catalog.reading() as connection:
        for patient, kind, value in connection.execute(named):
            terms[patient, kind].append(value)
        people = {
            patient: PatientOutline(*known, *(tuple(terms.get((patient, kind), ())) for kind in ("diagnosis", "antibody", "finding")))
            for patient, *known in connection.execute(told)
        }
        return Outlines(tuple(TherapyOutline(*row) for row in connection.execute(rows)), people)
