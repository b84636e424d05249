"""The catalogue: the one truth about reports, paragraphs, chunks and cases (SQLite in WAL mode, portable SQL)."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, create_engine, delete, event, func, insert, select, tuple_
from sqlalchemy.exc import DatabaseError, OperationalError

from corpus import migrations
from corpus.case import Case, TherapyOutcome
from corpus.case_records import case_from_records, patient_record, patient_terms, therapy_of, therapy_record
from corpus.errors import LibraryDamaged, NotFound, unwritable
from corpus.report import Box, Chunk, ChunkId, Filter, Paragraph, ParagraphId, Reference, Report, ReportId
from corpus.tables import chunks, paragraphs, patients, reports, therapies
from corpus.tables import patient_terms as patient_terms_table

# SQLite's default bound is 32,766 variables a statement; PostgreSQL's 65,535.
IN_LIMIT = 10_000
_REFERENCE_FIELDS = tuple(field.name for field in fields(Reference))


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything the library keeps of one report. ``fingerprint`` is of bytes and recipe, ``extractor`` the case reader's version."""

    report: Report
    chunks: tuple[Chunk, ...]
    case: Case
    fingerprint: str
    extractor: str


class Catalog:
    """Reads and writes the catalogue. Every method is one transaction; connections are per thread and short."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, path: Path) -> "Catalog":
        """Open or create the catalogue at a file and migrate it. Raises LibraryDamaged where the file is no catalogue, LibraryError
        where the disk refuses it."""
        engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": 30})
        event.listen(engine, "connect", _set_pragmas)
        try:
            with engine.begin() as connection:
                migrations.upgrade(connection)
        except OperationalError as error:
            raise unwritable(str(path), error.orig) from error
        except DatabaseError as error:
            raise LibraryDamaged(
                f"{path}: not a usable catalogue ({error.orig}); restore a backup, or move it away and ingest again"
            ) from error
        return cls(engine)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction. Raises LibraryError where the disk refuses it."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise unwritable("the catalogue", error.orig) from error

    # -- reports ---------------------------------------------------------------------------------

    def put(self, entries: Sequence[Entry], gone: Sequence[ReportId] = (), along: Callable[[Connection], None] | None = None) -> None:
        """Insert or replace whole reports and remove those ``gone``, in one transaction: the moment of truth of an ingest.

        ``along`` writes what must become true at the same moment.
        """
        with self.writing() as connection:
            _delete_reports(connection, [*(entry.report.id for entry in entries), *gone])
            for entry in entries:
                _insert_entry(connection, entry)
            if along:
                along(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {1 + _generation(connection)}")

    def generation(self) -> int:
        """A number that grows with every change of the reports, by whichever process."""
        with self.reading() as connection:
            return _generation(connection)

    def remove(self, report_ids: Sequence[ReportId]) -> None:
        self.put([], report_ids)

    def report(self, report_id: ReportId) -> Report:
        """Raises NotFound."""
        found = self.whole_reports([report_id]).get(report_id)
        if found is None:
            raise NotFound(f"no report {report_id!r} in this library; `casebook reports` lists what is there")
        return found

    def whole_reports(self, report_ids: Iterable[ReportId]) -> dict[ReportId, Report]:
        """The reports that exist, by id."""
        wanted = list(report_ids)
        query = select(paragraphs).order_by(paragraphs.c.number)
        with self.reading() as connection:
            references = {row["id"]: _reference(row) for row in _in_batches(connection, select(reports), reports.c.id, wanted)}
            told = _grouped(_in_batches(connection, query, paragraphs.c.report_id, references))
        return {name: Report(name, one, tuple(_paragraph(row) for row in told.get(name, ()))) for name, one in references.items()}

    def references(self, report_ids: Iterable[ReportId] | None = None) -> dict[ReportId, Reference]:
        """Reference by report id, ordered by id; all reports where no ids are given."""
        query = select(reports).order_by(reports.c.id)
        with self.reading() as connection:
            if report_ids is None:
                rows: Iterable[RowMapping] = connection.execute(query).mappings().all()
            else:
                rows = _in_batches(connection, query, reports.c.id, report_ids)
            return {row["id"]: _reference(row) for row in rows}

    def report_ids(self, chosen: Filter | None = None) -> list[ReportId]:
        """Ids of the reports that pass a filter, in order."""
        with self.reading() as connection:
            return list(connection.execute(_filtered(select(reports.c.id), chosen or Filter()).order_by(reports.c.id)).scalars())

    def count(self, chosen: Filter | None = None) -> int:
        """How many reports pass a filter; all of them where none is given."""
        with self.reading() as connection:
            return int(connection.execute(_filtered(select(func.count()).select_from(reports), chosen or Filter())).scalar_one())

    def fingerprints(self) -> dict[ReportId, tuple[str, str]]:
        """(fingerprint, extractor version) by report id."""
        with self.reading() as connection:
            rows = connection.execute(select(reports.c.id, reports.c.fingerprint, reports.c.extractor)).all()
        return {report_id: (fingerprint, extractor) for report_id, fingerprint, extractor in rows}

    # -- paragraphs and chunks -------------------------------------------------------------------

    def paragraphs(self, ids: Iterable[ParagraphId]) -> dict[ParagraphId, Paragraph]:
        """The paragraphs that exist, by id."""
        with self.reading() as connection:
            return {row["id"]: _paragraph(row) for row in _in_batches(connection, select(paragraphs), paragraphs.c.id, ids)}

    def paragraph_counts(self, report_ids: Iterable[ReportId]) -> dict[ReportId, int]:
        """How many paragraphs each report has; an unknown id is left out."""
        query = select(paragraphs.c.report_id, func.count().label("count")).group_by(paragraphs.c.report_id)
        with self.reading() as connection:
            return {row["report_id"]: row["count"] for row in _in_batches(connection, query, paragraphs.c.report_id, report_ids)}

    def chunks(self, ids: Iterable[ChunkId]) -> dict[ChunkId, Chunk]:
        """The chunks that exist, by id; what an index holds and the catalogue does not know is simply absent."""
        with self.reading() as connection:
            return {row["id"]: _chunk(row) for row in _in_batches(connection, select(chunks), chunks.c.id, ids)}

    def chunks_of(self, report_ids: Iterable[ReportId]) -> list[Chunk]:
        query = select(chunks).order_by(chunks.c.report_id, chunks.c.number)
        with self.reading() as connection:
            return [_chunk(row) for row in _in_batches(connection, query, chunks.c.report_id, report_ids)]

    def all_chunk_ids(self) -> set[ChunkId]:
        with self.reading() as connection:
            return set(connection.execute(select(chunks.c.id)).scalars())

    # -- cases -----------------------------------------------------------------------------------

    def cases(self, report_ids: Iterable[ReportId]) -> list[Case]:
        """What was read out of each report, in the order of the ids; an unknown id is skipped."""
        wanted = list(dict.fromkeys(report_ids))
        with self.reading() as connection:
            who = _grouped(_in_batches(connection, select(patients).order_by(patients.c.number), patients.c.report_id, wanted))
            what = _grouped(_in_batches(connection, select(therapies).order_by(therapies.c.number), therapies.c.report_id, wanted))
        return [case_from_records(report_id, who.get(report_id, []), what.get(report_id, [])) for report_id in wanted]

    def therapies(self, rows: Iterable[tuple[ReportId, int]]) -> dict[tuple[ReportId, int], TherapyOutcome]:
        """Therapy rows with their proofs by report and number; an unknown one is left out."""
        wanted, found = list(dict.fromkeys(rows)), dict[tuple[ReportId, int], TherapyOutcome]()
        with self.reading() as connection:
            for start in range(0, len(wanted), IN_LIMIT // 2):
                key = tuple_(therapies.c.report_id, therapies.c.number)
                query = select(therapies.c.report_id, therapies.c.number, therapies.c.facts).where(
                    key.in_(wanted[start : start + IN_LIMIT // 2])
                )
                found |= {(report, number): therapy_of(facts) for report, number, facts in connection.execute(query)}
        return found

    def patients_with(self, field: str, values: Sequence[str]) -> list[str]:
        """Ids of patients that carry one of the values in a field (``diagnosis``, ``antibody``, ``antibody_negative``, ``finding``)."""
        table = patient_terms_table
        query = select(table.c.patient_id).distinct().where(table.c.field == field, table.c.value.in_(values)).order_by(table.c.patient_id)
        with self.reading() as connection:
            return list(connection.execute(query).scalars())


def _generation(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _in_batches(connection: Connection, query: Select[Any], column: Any, ids: Iterable[str]) -> Iterator[RowMapping]:
    wanted = list(dict.fromkeys(ids))
    for position in range(0, len(wanted), IN_LIMIT):
        yield from connection.execute(query.where(column.in_(wanted[position : position + IN_LIMIT]))).mappings()


def _grouped(rows: Iterable[RowMapping]) -> dict[ReportId, list[RowMapping]]:
    groups: dict[ReportId, list[RowMapping]] = {}
    for row in rows:
        groups.setdefault(row["report_id"], []).append(row)
    return groups


def _filtered(query: Select[Any], chosen: Filter) -> Select[Any]:
    if chosen.year_from is not None:
        query = query.where(reports.c.year >= chosen.year_from)
    if chosen.year_to is not None:
        query = query.where(reports.c.year <= chosen.year_to)
    if chosen.journals:
        query = query.where(func.lower(reports.c.journal).in_([journal.lower() for journal in chosen.journals]))
    if chosen.report_ids:
        query = query.where(reports.c.id.in_(chosen.report_ids))
    return query


def _delete_reports(connection: Connection, report_ids: Sequence[ReportId]) -> None:
    for position in range(0, len(report_ids), IN_LIMIT):
        batch = report_ids[position : position + IN_LIMIT]
        connection.execute(delete(reports).where(reports.c.id.in_(batch)))


def _insert_entry(connection: Connection, entry: Entry) -> None:
    report = entry.report
    row = {name: getattr(report.reference, name) for name in _REFERENCE_FIELDS} | {"authors": list(report.reference.authors)}
    connection.execute(insert(reports).values(id=report.id, fingerprint=entry.fingerprint, extractor=entry.extractor, **row))
    if report.paragraphs:
        connection.execute(insert(paragraphs), [_paragraph_row(report.id, n, item) for n, item in enumerate(report.paragraphs, start=1)])
    if entry.chunks:
        connection.execute(insert(chunks), [asdict(chunk) | {"number": n} for n, chunk in enumerate(entry.chunks, start=1)])
    _insert_case(connection, entry.case)


def _insert_case(connection: Connection, case: Case) -> None:
    if case.patients:
        connection.execute(insert(patients), [patient_record(case.report_id, n, who) for n, who in enumerate(case.patients, start=1)])
    terms = [term for who in case.patients for term in patient_terms(who)]
    if terms:
        connection.execute(insert(patient_terms_table), terms)
    if case.therapies:
        connection.execute(insert(therapies), [therapy_record(case.report_id, n, row) for n, row in enumerate(case.therapies, start=1)])


def _reference(row: RowMapping) -> Reference:
    return Reference(**{name: row[name] for name in _REFERENCE_FIELDS} | {"authors": tuple(row["authors"])})


def _paragraph_row(report_id: ReportId, number: int, item: Paragraph) -> dict[str, Any]:
    return asdict(item) | {"report_id": report_id, "number": number, "boxes": [astuple(box) for box in item.boxes]}


def _paragraph(row: RowMapping) -> Paragraph:
    boxes = tuple(Box(*box) for box in row["boxes"])
    return Paragraph(row["id"], row["text"], tuple(row["section"]), row["page"], row["kind"], boxes)


def _chunk(row: RowMapping) -> Chunk:
    return Chunk(row["id"], row["report_id"], tuple(row["paragraph_ids"]), row["title"], tuple(row["section"]), row["text"])
