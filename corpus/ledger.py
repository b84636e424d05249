"""The ledger: which sources were read, with which bytes and recipe, and which reports each of them holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from corpus.catalog import Catalog
from corpus.report import ReportId
from corpus.tables import source_reports, sources


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One source as it was last read. ``preferred`` are the reports whose text comes from this very source;
    ``shadowed`` are those that another source tells better (the same DOI in two files is one report)."""

    uri: str
    root: str
    sha256: str
    recipe: str
    format: str
    preferred: tuple[ReportId, ...] = ()
    shadowed: tuple[ReportId, ...] = ()


class Ledger:
    """Reads and writes ledger lines in the catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def lines(self) -> dict[str, LedgerLine]:
        """Every line by uri, in order."""
        with self._catalog.reading() as connection:
            found = connection.execute(select(sources).order_by(sources.c.uri)).mappings().all()
            links = connection.execute(select(source_reports).order_by(source_reports.c.report_id)).all()
        held: dict[tuple[str, bool], list[ReportId]] = {}
        for uri, report_id, preferred in links:
            held.setdefault((uri, preferred), []).append(report_id)
        return {
            row["uri"]: LedgerLine(
                **row, preferred=tuple(held.get((row["uri"], True), ())), shadowed=tuple(held.get((row["uri"], False), ()))
            )
            for row in found
        }

    def record(self, lines: Sequence[LedgerLine]) -> None:
        """Insert or replace lines."""
        with self._catalog.writing() as connection:
            write_lines(connection, lines, [])

    def forget(self, uris: Iterable[str]) -> None:
        with self._catalog.writing() as connection:
            write_lines(connection, [], list(uris))

    def sources_of(self, report_id: ReportId) -> list[str]:
        """Uris of the sources that hold a report, the one its text comes from first."""
        query = select(source_reports.c.uri).where(source_reports.c.report_id == report_id)
        with self._catalog.reading() as connection:
            return list(connection.execute(query.order_by(source_reports.c.preferred.desc(), source_reports.c.uri)).scalars())


def write_lines(connection: Connection, lines: Sequence[LedgerLine], forgotten: Sequence[str]) -> None:
    """Insert or replace lines and delete the forgotten ones, within a transaction that is already open."""
    for uri in (*forgotten, *(line.uri for line in lines)):
        connection.execute(delete(sources).where(sources.c.uri == uri))
    for line in lines:
        row = {"uri": line.uri, "root": line.root, "sha256": line.sha256, "recipe": line.recipe, "format": line.format}
        connection.execute(insert(sources).values(**row))
        links = [(report_id, True) for report_id in line.preferred] + [(report_id, False) for report_id in line.shadowed]
        if links:
            rows = [{"uri": line.uri, "report_id": report_id, "preferred": preferred} for report_id, preferred in links]
            connection.execute(insert(source_reports), rows)
