"""The catalogue alone, without any index."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, select, text

from corpus import catalog as module
from corpus.case import Case
from corpus.catalog import IN_LIMIT, Catalog
from corpus.errors import LibraryDamaged, LibraryError, NotFound
from corpus.report import Box, Filter
from corpus.tables import metadata
from tests.library import REPORT_IDS, entries


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(tmp_path / "catalog.sqlite3")
    opened.put(entries())
    yield opened
    opened.close()


def rows(catalog: Catalog) -> dict[str, list[str]]:
    with catalog.reading() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata.sorted_tables}


def test_a_report_is_read_back_equal_with_its_chunks_and_its_case(catalog: Catalog) -> None:
    for entry in entries():
        assert catalog.report(entry.report.id) == entry.report
        assert tuple(catalog.chunks_of([entry.report.id])) == entry.chunks
        assert catalog.cases([entry.report.id]) == [entry.case]
        assert catalog.fingerprints()[entry.report.id] == (entry.fingerprint, entry.extractor)


def test_where_a_paragraph_is_printed_comes_back_as_it_was_written(catalog: Catalog) -> None:
    entry = entries()[0]
    printed = replace(entry.report.paragraphs[0], page=3, boxes=(Box(3, 60.0, 70.5, 290.1, 300.0), Box(4, 310.0, 70.5, 540.0, 90.2)))
    report = replace(entry.report, paragraphs=(printed, *entry.report.paragraphs[1:]))
    catalog.put([replace(entry, report=report)])
    assert catalog.report(report.id) == report
    assert catalog.paragraphs([printed.id]) == {printed.id: printed}


def test_a_replaced_report_leaves_no_row_of_its_older_self(catalog: Catalog) -> None:
    entry = entries()[0]
    shorter = replace(
        entry, report=replace(entry.report, paragraphs=entry.report.paragraphs[:1]), chunks=entry.chunks[:1], case=Case(entry.report.id)
    )
    catalog.put([shorter])
    catalog.put(entries()[1:])
    fresh = rows(catalog)
    catalog.remove(REPORT_IDS)
    catalog.put([shorter, *entries()[1:]])
    assert rows(catalog) == fresh


def test_a_removed_report_leaves_no_row_in_any_table(catalog: Catalog) -> None:
    catalog.remove(REPORT_IDS)
    catalog.remove(["doi:10.9999/unknown"])
    assert {name: held for name, held in rows(catalog).items() if held} == {}


def test_what_goes_along_with_a_put_becomes_true_with_it_or_not_at_all(catalog: Catalog) -> None:
    before = rows(catalog)

    def fail(_connection: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catalog.put([replace(entries()[0], fingerprint="newer")], gone=[REPORT_IDS[1]], along=fail)
    assert rows(catalog) == before


def test_one_put_inserts_and_removes(catalog: Catalog) -> None:
    catalog.put([replace(entries()[0], fingerprint="newer")], gone=[REPORT_IDS[1]])
    assert catalog.report_ids() == [REPORT_IDS[0], REPORT_IDS[2]]
    assert catalog.fingerprints()[REPORT_IDS[0]][0] == "newer"


def test_paragraphs_are_counted_for_the_reports_asked_for(catalog: Catalog) -> None:
    assert catalog.paragraph_counts(REPORT_IDS) == dict(zip(REPORT_IDS, (3, 2, 2), strict=True))
    assert catalog.paragraph_counts([REPORT_IDS[1], "doi:10.9999/unknown"]) == {REPORT_IDS[1]: 2}
    assert catalog.paragraph_counts([]) == {}


def test_an_unknown_report_is_named_and_unknown_parts_are_left_out(catalog: Catalog) -> None:
    with pytest.raises(NotFound, match=r"'doi:10\.9999/unknown'"):
        catalog.report("doi:10.9999/unknown")
    assert catalog.references(["doi:10.9999/unknown"]) == {}
    assert catalog.paragraphs(["doi:10.9999/unknown#p1"]) == {}
    assert catalog.chunks(["doi:10.9999/unknown#c1"]) == {}
    assert catalog.cases(["doi:10.9999/unknown"]) == [Case("doi:10.9999/unknown")]


def test_references_are_ordered_and_may_be_asked_for_in_part(catalog: Catalog) -> None:
    assert list(catalog.references()) == sorted(REPORT_IDS)
    assert catalog.references([REPORT_IDS[1]])[REPORT_IDS[1]].digest is True
    assert catalog.references([]) == {}


@pytest.mark.parametrize(
    ("chosen", "places"),
    [
        (Filter(), [0, 1, 2]),
        (Filter(year_from=2017), [0, 2]),
        (Filter(year_to=2017), [1, 2]),
        (Filter(2013, 2020), [2]),
        (Filter(2022, 2023), []),
        (Filter(journals=("invented reports",)), [0, 1]),
        (Filter(report_ids=(REPORT_IDS[2], "doi:10.9999/unknown")), [2]),
        (Filter(year_to=2012, journals=("Journal of Made-up Medicine",)), []),
    ],
)
def test_a_filter_chooses_reports(catalog: Catalog, chosen: Filter, places: list[int]) -> None:
    assert catalog.report_ids(chosen) == [REPORT_IDS[place] for place in places]


def test_therapy_rows_are_read_by_report_and_number(catalog: Catalog) -> None:
    rows = {(case.report_id, number): row for case in catalog.cases(REPORT_IDS) for number, row in enumerate(case.therapies, start=1)}
    assert catalog.therapies([*rows, ("unknown", 1), (REPORT_IDS[0], 99)]) == rows


def test_every_change_of_reports_is_counted_and_nothing_else_is(catalog: Catalog) -> None:
    before = catalog.generation()
    catalog.references()
    assert catalog.generation() == before
    catalog.remove([REPORT_IDS[0]])
    assert catalog.generation() == before + 1


def test_patients_are_found_by_what_they_carry(catalog: Catalog) -> None:
    assert catalog.patients_with("antibody", ["anti-Mi2"]) == [f"{REPORT_IDS[0]}#patient1"]
    assert catalog.patients_with("antibody_negative", ["anti-Mi2"]) == []
    assert catalog.patients_with("diagnosis", ["dermatomyositis"]) == [f"{name}#patient1" for name in REPORT_IDS[:2]]


def test_more_ids_than_a_statement_may_hold_are_asked_for_in_turns(catalog: Catalog) -> None:
    known = [chunk.id for entry in entries() for chunk in entry.chunks]
    many = [*known[:3], *(f"unknown#c{number}" for number in range(2 * IN_LIMIT + 7)), *known[3:]]
    assert set(catalog.chunks(many)) == set(known)
    assert sum(catalog.paragraph_counts([*many, *REPORT_IDS]).values()) == 7


def test_a_full_disk_is_told_in_words_and_the_catalogue_stays_as_it_was(catalog: Catalog) -> None:
    before = rows(catalog)
    big = replace(entries()[0].report.paragraphs[0], text="calcinosis " * 200_000)
    entry = replace(entries()[0], report=replace(entries()[0].report, paragraphs=(big,)))
    event.listen(catalog.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=60"))
    with pytest.raises(LibraryError, match=r"the catalogue cannot be written \(database or disk is full\); make room"):
        catalog.put([entry])
    assert rows(catalog) == before


def test_a_migration_cut_short_at_any_statement_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in itertools.count(1):
        path = tmp_path / f"{number}.sqlite3"
        with monkeypatch.context() as patched:
            patched.setattr(module, "create_engine", crashing_engine(number))
            try:
                Catalog.open(path).close()
                break
            except KeyboardInterrupt:
                pass
        reopened = Catalog.open(path)
        assert reopened.count() == 0
        reopened.close()
    assert number > 20


def crashing_engine(number: int) -> Any:
    """An engine that dies at its ``number``-th statement."""

    def make(*args: Any, **options: Any) -> Any:
        engine, statements = create_engine(*args, **options), itertools.count(1)

        def count(*_anything: object) -> None:
            if next(statements) == number:
                raise KeyboardInterrupt

        event.listen(engine, "before_cursor_execute", count)
        return engine

    return make


def test_a_catalogue_of_a_newer_casebook_is_refused_with_what_to_do(catalog: Catalog, tmp_path: Path) -> None:
    with catalog.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(LibraryDamaged, match="install the newer Casebook"):
        Catalog.open(tmp_path / "catalog.sqlite3")


def test_a_catalogue_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"cannot be written \(unable to open database file\)"):
        Catalog.open(tmp_path / "no such folder" / "catalog.sqlite3")
