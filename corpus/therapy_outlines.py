"""Therapy rows as the catalogue's columns hold them: enough to choose by, without reading what proves them."""

from dataclasses import dataclass

from sqlalchemy import select

from corpus.case import Outcome, Status
from corpus.catalog import Catalog
from corpus.report import ReportId
from corpus.tables import therapies


@dataclass(frozen=True, slots=True)
class TherapyOutline:
    """One row about a report's own patient: what was tried, against what, and what happened."""

    report_id: ReportId
    therapy: str
    therapy_class: str | None
    target: str | None
    outcome: Outcome
    status: Status


def own_outlines(catalog: Catalog) -> list[TherapyOutline]:
    """Every row about the reports' own patients, in order of the reports."""
    columns = [therapies.c[name] for name in ("report_id", "therapy", "therapy_class", "target", "outcome", "status")]
    query = select(*columns).where(therapies.c.subject == "own").order_by(therapies.c.report_id, therapies.c.number)
    with catalog.reading() as connection:
        return [TherapyOutline(*row) for row in connection.execute(query)]
