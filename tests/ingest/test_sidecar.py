"""A file's reference can be corrected by a file beside it, and only by a true one."""

from pathlib import Path

import pytest

from corpus.errors import ParseError, UnreadableSource
from corpus.report import Reference
from ingest.parsers.parsed import ParsedParagraph, ParsedReport
from ingest.sidecar import SUFFIX, Sidecar, corrects
from tests.ingest.conftest import Ingesting, Note
from tests.ingest.forms import CORPUS_LINES, written

WHOLE = """
title: Slow stones of a young gardener
authors: [Ada Pear, "Plum, Berta"]
journal: Letters of the Orchard
year: 2011
doi: https://doi.org/10.9999/Slow.1
pmid: 12345678
pmcid: 4711912
url: https://example.org/slow
licence: CC BY 4.0
publication_type: case report
"""


def corrected(text: str, reports: int = 1) -> Reference:
    report = ParsedReport(Reference("Printed title", ("Carl Quince",), "A journal", 1999, "10.9999/printed"), (ParsedParagraph("x"),))
    found = Sidecar("a.pdf.casebook.yaml", text.encode()).corrected("a.pdf", [report] * reports)
    return found[0].reference


def beside(path: Path, text: str) -> Path:
    side = path.with_name(path.name + SUFFIX)
    side.write_text(text)
    return side


def test_every_key_replaces_what_is_printed_and_the_others_stay() -> None:
    assert corrected(WHOLE) == Reference(
        "Slow stones of a young gardener", ("Ada Pear", "Berta Plum"), "Letters of the Orchard", 2011, "10.9999/slow.1", "12345678",
        "PMC4711912", "https://example.org/slow", "CC BY 4.0", "case report",
    )  # fmt: skip
    assert corrected("year: 2011") == Reference("Printed title", ("Carl Quince",), "A journal", 2011, "10.9999/printed")
    assert corrected("authors: Ada Pear; Berta Plum").authors == ("Ada Pear", "Berta Plum")


def test_a_key_without_a_value_takes_away_what_was_printed_wrongly() -> None:
    assert corrected("doi:\nauthors: []") == Reference("Printed title", (), "A journal", 1999)


WRONG = {
    "tittle: x": "a.pdf.casebook.yaml has an unknown key 'tittle'; known are authors, doi",
    "digest: true": "unknown key 'digest'",
    "year: soon": "a.pdf.casebook.yaml: year 'soon' is not a year",
    "year: 2012-00-00": "is not YAML",
    "year: [2012]": "year is a list",
    "doi: nonsense": "doi 'nonsense' is not a DOI",
    "pmid: PMC123": "pmid 'PMC123' is not a PMID",
    "pmcid: what": "pmcid 'what' is not a PMCID",
    "title:": "title is empty",
    "title: {a: b}": "title is a list",
    "authors: [[Ada]]": "authors is a list",
    "title: a: b": "line 1: a.pdf.casebook.yaml is not YAML",
    "- title": "key: value",
    "": "corrects nothing",
    "[" * 5000: "is not YAML",
    "journal: !!python/name:os.system": "is not YAML",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_bad_sidecar_says_which_key_is_wrong(text: str) -> None:
    with pytest.raises(ParseError) as refused:
        corrected(text)
    assert refused.value.uri == "a.pdf"
    assert WRONG[text] in refused.value.reason


def test_a_sidecar_cannot_correct_several_reports_at_once() -> None:
    with pytest.raises(ParseError, match="of one report, and this one holds 2"):
        corrected("year: 2011", reports=2)


def test_a_sidecar_that_cannot_be_read_or_is_huge_fails_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    beside(path, "x" * 200_000)
    with pytest.raises(UnreadableSource, match="larger than 100 kB"):
        Sidecar.beside(path)
    (tmp_path / f"b.pdf{SUFFIX}").mkdir()
    with pytest.raises(UnreadableSource, match=r"b\.pdf\.casebook\.yaml beside it cannot be read"):
        Sidecar.beside(tmp_path / "b.pdf")


def test_a_name_that_leaves_no_room_for_a_sidecar_has_none(tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 250}.md"
    path.write_text("x")
    assert Sidecar.beside(path) is None
    assert corrects(Path(SUFFIX)) is None


def test_a_sidecar_changes_its_report_and_its_removal_restores_it(ingest: Ingesting, note: Note) -> None:
    path = note("a.md", "apples", doi="10.9999/a.1")
    note("b.md", "pears")
    ingest()
    before = ingest.snapshot()
    side = beside(path, "year: 2011\ntitle: Apples after all")
    assert ingest.statuses() == {"a.md": "changed", "b.md": "unchanged"}
    reference = ingest.corpus.catalog.report("doi:10.9999/a.1").reference
    assert (reference.title, reference.year, reference.doi) == ("Apples after all", 2011, "10.9999/a.1")
    assert set(ingest.statuses().values()) == {"unchanged"}
    side.write_text("year: 2012")
    assert ingest.statuses()["a.md"] == "changed"
    side.unlink()
    assert ingest.statuses() == {"a.md": "changed", "b.md": "unchanged"}
    assert ingest.snapshot() == before


def test_a_bad_sidecar_fails_its_file_and_leaves_the_library_as_it_was(ingest: Ingesting, note: Note) -> None:
    path = note("a.md", "apples", doi="10.9999/a.1")
    ingest()
    before = ingest.snapshot()
    side = beside(path, "yeer: 2011")
    note("b.md", "pears")
    results = ingest()
    assert results["b.md"].status == "added"
    assert results["a.md"].status == "failed"
    assert "unknown key 'yeer'" in (results["a.md"].reason or "")
    (ingest.folder / "b.md").unlink()
    side.unlink()
    assert ingest.statuses(prune=True) == {"a.md": "unchanged", "b.md": "removed"}
    assert ingest.snapshot() == before


def test_a_corrected_doi_makes_two_files_one_report(ingest: Ingesting, note: Note) -> None:
    (ingest.folder / "a.xml").write_bytes(written("jats", "the jats file"))
    path = note("b.md", "apples")
    ingest()
    assert ingest.corpus.catalog.count() == 2
    beside(path, "doi: 10.9999/hive.7")
    assert ingest.statuses() == {"a.xml": "unchanged", "b.md": "shadowed"}
    assert ingest.corpus.catalog.report_ids() == ["doi:10.9999/hive.7"]


def test_a_sidecar_is_no_report_and_one_without_its_file_is_named(ingest: Ingesting, note: Note) -> None:
    side = beside(note("a.md", "apples"), "year: 2011")
    lost = beside(ingest.folder / "away.pdf", "year: 2011")
    results = ingest()
    assert {name: result.status for name, result in results.items()} == {"a.md": "added", lost.name: "failed"}
    assert results[lost.name].reason == "corrects the reference of away.pdf, which is not there; rename or remove it"
    (result,) = ingest(side).values()
    assert (result.status, result.reason) == ("failed", "corrects the reference of a.md, ingest that file instead")


def test_a_corpus_of_lines_takes_no_sidecar(ingest: Ingesting) -> None:
    path = ingest.folder / "lines.jsonl"
    path.write_text("\n".join(CORPUS_LINES))
    beside(path, "year: 2011")
    (result,) = ingest().values()
    assert result.status == "failed"
    assert "holds 3; remove it" in (result.reason or "")
