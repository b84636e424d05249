"""The same work in two files is one report, told by the better file; the other one takes over when it has to."""

from itertools import combinations

import pytest

from tests.ingest.conftest import Ingesting, Note
from tests.ingest.forms import DOI, REPORT_ID, written

# Best first, with the name that each form goes by in these tests.
FORMS = {"jats": "a.xml", "html": "b.html", "docx": "c.docx", "markdown": "d.md", "pdf": "e.pdf", "text": "f.txt"}
PAIRS = list(combinations(FORMS, 2))


def put(ingest: Ingesting, form: str, words: str | None = None, name: str | None = None, digest: bool = False) -> None:
    (ingest.folder / (name or FORMS[form])).write_bytes(written(form, words or f"the {form} file", digest))


def told_by(ingest: Ingesting) -> str:
    """The one report's last words, after a look at what must hold in every case."""
    assert ingest.corpus.catalog.report_ids() == [REPORT_ID]
    assert ingest.corpus.check() == []
    return ingest.text(REPORT_ID).rpartition("it is ")[2].removesuffix(" that says so here.")


@pytest.mark.parametrize(("better", "worse"), PAIRS)
def test_the_better_form_tells_the_report_in_either_order_of_arrival(ingest: Ingesting, better: str, worse: str) -> None:
    put(ingest, worse)
    assert ingest.statuses() == {FORMS[worse]: "added"}
    put(ingest, better)
    assert ingest.statuses()[FORMS[better]] == "added"
    assert told_by(ingest) == f"the {better} file"
    (ingest.folder / FORMS[better]).unlink()
    assert ingest.statuses(prune=True) == {FORMS[better]: "removed", FORMS[worse]: "changed"}
    assert told_by(ingest) == f"the {worse} file"
    put(ingest, better)
    ingest()
    (ingest.folder / FORMS[worse]).unlink()
    assert ingest.statuses(prune=True) == {FORMS[better]: "unchanged", FORMS[worse]: "removed"}
    assert told_by(ingest) == f"the {better} file"


@pytest.mark.parametrize("reverse", [False, True])
def test_all_forms_in_one_run_are_one_report_told_by_the_best(ingest: Ingesting, reverse: bool) -> None:
    for number, form in enumerate(sorted(FORMS, reverse=reverse)):
        put(ingest, form, name=f"{number}-{FORMS[form]}")
    results = ingest()
    assert told_by(ingest) == "the jats file"
    assert {result.reports for result in results.values()} == {(REPORT_ID,)}
    before = ingest.snapshot()
    assert set(ingest.statuses().values()) == {"unchanged"}
    assert ingest.snapshot() == before


def test_the_source_that_lost_says_which_one_tells_the_report(ingest: Ingesting) -> None:
    put(ingest, "jats")
    put(ingest, "text")
    lost = ingest()["f.txt"]
    assert lost.status == "shadowed"
    assert lost.reason == f"{REPORT_ID} is already told by {ingest.folder / 'a.xml'}"


@pytest.mark.parametrize("digest_first", [False, True])
@pytest.mark.parametrize("form", ["jats", "pdf", "text"])
@pytest.mark.parametrize("at_once", [False, True])
def test_a_digest_loses_to_any_full_text(ingest: Ingesting, form: str, digest_first: bool, at_once: bool) -> None:
    first, second = ("0", "1") if digest_first else ("1", "0")
    put(ingest, "markdown", "the digest", f"{first}-digest.md", digest=True)
    if not at_once and digest_first:
        ingest()
    put(ingest, form, name=f"{second}-{FORMS[form]}")
    if not at_once and not digest_first:
        ingest()
    ingest()
    assert told_by(ingest) == f"the {form} file"


def test_of_two_equal_forms_the_one_that_came_first_stays(ingest: Ingesting) -> None:
    put(ingest, "markdown", "the first", "z.md")
    ingest()
    put(ingest, "markdown", "the second", "a.md")
    assert ingest.statuses() == {"a.md": "shadowed", "z.md": "unchanged"}
    assert told_by(ingest) == "the first"


def test_a_file_that_becomes_a_digest_hands_its_report_to_the_full_text(ingest: Ingesting) -> None:
    put(ingest, "text")
    put(ingest, "markdown")
    ingest()
    put(ingest, "markdown", "the digest", digest=True)
    ingest()
    assert told_by(ingest) == "the text file"


def test_a_better_file_that_takes_another_doi_gives_the_report_back(ingest: Ingesting, note: Note) -> None:
    put(ingest, "markdown")
    put(ingest, "text")
    ingest()
    note("d.md", "another work", doi="10.9999/other.1")
    assert ingest.statuses() == {"d.md": "changed", "f.txt": "changed"}
    assert ingest.corpus.catalog.report_ids() == [REPORT_ID, "doi:10.9999/other.1"]
    assert "the text file" in ingest.text(REPORT_ID)


def test_an_heir_that_nobody_named_is_read_too(ingest: Ingesting) -> None:
    put(ingest, "jats")
    put(ingest, "text")
    ingest()
    path = ingest.folder / "a.xml"
    path.write_bytes(written("jats", "the jats file").replace(DOI.encode(), b"10.9999/other.1"))
    assert ingest.statuses(path) == {"a.xml": "changed"}
    assert "the text file" in ingest.text(REPORT_ID)
    assert ingest.statuses() == {"a.xml": "unchanged", "f.txt": "unchanged"}


def test_an_heir_that_is_gone_as_well_lets_the_report_go_and_tells_it_once_it_is_back(ingest: Ingesting) -> None:
    put(ingest, "jats")
    put(ingest, "text")
    ingest()
    kept = (ingest.folder / "f.txt").read_bytes()
    (ingest.folder / "a.xml").unlink()
    (ingest.folder / "f.txt").unlink()
    ingest(prune=True)
    assert ingest.corpus.catalog.report_ids() == []
    (ingest.folder / "f.txt").write_bytes(kept)
    assert ingest.statuses() == {"f.txt": "added"}
    assert told_by(ingest) == "the text file"


def test_an_heir_that_vanished_unnoticed_tells_the_report_once_it_is_back(ingest: Ingesting) -> None:
    put(ingest, "jats")
    put(ingest, "text")
    ingest()
    kept = (ingest.folder / "f.txt").read_bytes()
    (ingest.folder / "f.txt").unlink()
    (ingest.folder / "a.xml").write_bytes(written("jats", "the jats file").replace(DOI.encode(), b"10.9999/other.1"))
    ingest()
    assert ingest.corpus.catalog.report_ids() == ["doi:10.9999/other.1"]
    (ingest.folder / "f.txt").write_bytes(kept)
    ingest()
    assert REPORT_ID in ingest.corpus.catalog.report_ids()


@pytest.mark.parametrize("prune", [False, True])
def test_a_renamed_file_keeps_its_report_and_nothing_is_embedded(ingest: Ingesting, prune: bool) -> None:
    put(ingest, "jats")
    ingest()
    (ingest.folder / "a.xml").rename(ingest.folder / "z.xml")
    assert ingest.statuses(prune=prune) == {"a.xml": "removed" if prune else "vanished", "z.xml": "added"}
    assert told_by(ingest) == "the jats file"
    assert ingest.embedded == []
    ingest(prune=True)
    assert told_by(ingest) == "the jats file"


def test_a_better_file_that_was_away_tells_the_report_when_it_comes_back(ingest: Ingesting) -> None:
    put(ingest, "jats")
    ingest()
    (ingest.folder / "a.xml").rename(ingest.folder.parent / "away.xml")
    put(ingest, "text")
    ingest()
    assert told_by(ingest) == "the text file"
    (ingest.folder.parent / "away.xml").rename(ingest.folder / "a.xml")
    ingest()
    assert told_by(ingest) == "the jats file"


def test_two_files_that_swap_their_dois_swap_their_reports(ingest: Ingesting, note: Note) -> None:
    one, other = "10.9999/one.1", "10.9999/other.1"
    note("a.md", "apples", doi=one)
    note("b.md", "pears", doi=other)
    ingest()
    note("a.md", "apples", doi=other)
    note("b.md", "pears", doi=one)
    ingest()
    assert "pears" in ingest.text(f"doi:{one}")
    assert "apples" in ingest.text(f"doi:{other}")
    assert ingest.corpus.check() == []
    assert set(ingest.statuses().values()) == {"unchanged"}
