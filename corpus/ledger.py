"""The ledger: which sources were read, with which bytes and recipe, and which reports each of them holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select

from corpus.catalog import Catalog
from corpus.report import ReportId
from corpus.tables import source_reports, sources


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One source as it was last read. ``preferred`` are the reports whose text comes from this very source;
    ``shadowed`` are those that another source tells better (the same DOI in two files is one report). ``by_title`` are those of
    both that the source does not identify itself: its title and first author say that it is the work that another source identifies."""

    uri: str
    root: str
    sha256: str
    recipe: str
    format: str
    preferred: tuple[ReportId, ...] = ()
    shadowed: tuple[ReportId, ...] = ()
    by_title: tuple[ReportId, ...] = ()

    @property
    def held(self) -> tuple[ReportId, ...]:
        return self.preferred + self.shadowed

    @property
    def identified(self) -> tuple[ReportId, ...]:
        """The reports whose ids this source vouches for."""
        return tuple(name for name in self.held if name not in self.by_title)


class Ledger:
    """Reads and writes ledger lines in the catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def lines(self) -> dict[str, LedgerLine]:
        """Every line by uri, in order."""
        with self._catalog.reading() as connection:
            found = connection.execute(select(sources).order_by(sources.c.uri)).mappings().all()
            links = connection.execute(select(source_reports).order_by(source_reports.c.report_id)).all()
        held: dict[str, list[tuple[ReportId, bool, bool]]] = {}
        for uri, *link in links:
            held.setdefault(uri, []).append((link[0], link[1], link[2]))
        return {row["uri"]: _line(row, held.get(row["uri"], ())) for row in found}

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


def _line(row: RowMapping, links: Sequence[tuple[ReportId, bool, bool]]) -> LedgerLine:
    return LedgerLine(
        **row,
        preferred=tuple(name for name, preferred, _ in links if preferred),
        shadowed=tuple(name for name, preferred, _ in links if not preferred),
        by_title=tuple(name for name, _, by_title in links if by_title),
    )


def write_lines(connection: Connection, lines: Sequence[LedgerLine], forgotten: Sequence[str]) -> None:
    """Insert or replace lines and delete the forgotten ones, within a transaction that is already open."""
    for uri in (*forgotten, *(line.uri for line in lines)):
        connection.execute(delete(sources).where(sources.c.uri == uri))
    for line in lines:
        row = {"uri": line.uri, "root": line.root, "sha256": line.sha256, "recipe": line.recipe, "format": line.format}
        connection.execute(insert(sources).values(**row))
        links = [
            {"uri": line.uri, "report_id": name, "preferred": name in line.preferred, "by_title": name in line.by_title}
            for name in line.held
        ]
        if links:
            connection.execute(insert(source_reports), links)
