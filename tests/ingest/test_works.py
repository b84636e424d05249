"""The same work in two files is one report also where they print no common identifier; what may be another work stays apart."""

from contextlib import suppress
from itertools import permutations
from pathlib import Path

import pytest

from corpus.report import Reference
from ingest.precedence import with_identifier
from ingest.works import Works
from tests.ingest.conftest import Ingesting
from tests.ingest.forms import CORPUS_LINES
from tests.ingest.test_pipeline_crashes import STEPS, Crash, crash_at

TITLE = "Quiet calcinosis in a retired beekeeper"
AUTHOR = "Ada Pear"
DOI = "10.9999/hive.7"


def put(ingest: Ingesting, name: str, *, title: str = TITLE, author: str = AUTHOR, year: int | None = None, doi: str = "") -> Path:
    """A report whose text says which file it came from; an .html file is a better form than an .md file."""
    path = ingest.folder / name
    words = f"The forearm of this patient had calcinosis for three years, and it is {path.stem} that says so in this file."
    if path.suffix == ".md":
        lines = [f'title: "{title}"', f"authors: [{author}]", *([f"year: {year}"] if year else []), *([f"doi: {doi}"] if doi else [])]
        path.write_text("---\n" + "\n".join(lines) + f"\n---\n\n## Case\n\n{words}\n")
    else:
        named = {"citation_title": title, "citation_author": author, "citation_year": year or "", "citation_doi": doi}
        metas = "".join(f'<meta name="{key}" content="{value}">' for key, value in named.items() if value)
        body = f"<article><h1>{title}</h1><h2>Case</h2><p>{words}</p><p>{words}</p></article>"
        path.write_text(f"<!DOCTYPE html><html><head>{metas}</head><body>{body}</body></html>")
    return path


def told(ingest: Ingesting) -> dict[str, str]:
    """The file that tells each report, after a look at what must hold in every case."""
    assert ingest.corpus.check() == []
    texts = {name: ingest.text(name) for name in ingest.corpus.catalog.report_ids()}
    return {name: text.split("it is ")[1].split(" that")[0] for name, text in texts.items()}


def settled(ingest: Ingesting) -> None:
    before = ingest.snapshot()
    assert set(ingest.statuses().values()) <= {"unchanged", "vanished"}
    assert ingest.snapshot() == before


def test_two_files_without_an_identifier_are_one_report_told_by_the_better(ingest: Ingesting) -> None:
    put(ingest, "a.md")
    assert ingest.statuses() == {"a.md": "added"}
    put(ingest, "b.html", title=f"{TITLE}.".upper(), author="Pear A")
    ingest()
    assert told(ingest) == {"file:a.md": "b"}
    settled(ingest)


@pytest.mark.parametrize("order", list(permutations(["a.md", "b.html", "c.md"])))
def test_whichever_file_comes_first_the_report_goes_by_the_identifier_that_any_of_them_prints(
    ingest: Ingesting, order: tuple[str, ...]
) -> None:
    for name in order:
        put(ingest, name, doi=DOI if name == "c.md" else "", year=2012 if name == "b.html" else 2013)
        ingest()
    assert told(ingest) == {f"doi:{DOI}": "b"}
    assert ingest.corpus.catalog.references()[f"doi:{DOI}"].doi == DOI
    settled(ingest)


def test_in_one_run_every_file_says_what_became_of_it_in_the_end(ingest: Ingesting) -> None:
    put(ingest, "a.md")
    put(ingest, "b.html", doi=DOI)
    results = ingest()
    assert [(name, one.status, one.reports) for name, one in results.items()] == [
        ("a.md", "shadowed", (f"doi:{DOI}",)),
        ("b.html", "added", (f"doi:{DOI}",)),
    ]
    assert told(ingest) == {f"doi:{DOI}": "b"}
    settled(ingest)


def test_a_file_that_prints_a_pmid_joins_the_report_with_the_doi(ingest: Ingesting) -> None:
    path = put(ingest, "a.md")
    path.write_text(path.read_text().replace("title:", "pmid: 12345678\ntitle:", 1))
    ingest()
    assert told(ingest) == {"pmid:12345678": "a"}
    put(ingest, "b.html", doi=DOI)
    ingest()
    assert told(ingest) == {f"doi:{DOI}": "b"}
    settled(ingest)


@pytest.mark.parametrize("edited", [False, True])
def test_when_no_file_prints_the_identifier_any_more_the_report_goes_back_to_its_own_name(ingest: Ingesting, edited: bool) -> None:
    put(ingest, "a.html")
    ingest()
    alone = ingest.snapshot()
    put(ingest, "b.md", doi=DOI)
    ingest()
    assert told(ingest) == {f"doi:{DOI}": "a"}
    if edited:
        put(ingest, "b.md", doi="10.9999/other.1", title="Loud calcinosis of a working bricklayer")
        ingest()
        assert told(ingest) == {"doi:10.9999/other.1": "b", "file:a.html": "a"}
    else:
        (ingest.folder / "b.md").unlink()
        ingest(prune=True)
        assert ingest.snapshot() == alone
    settled(ingest)


def test_a_file_whose_title_is_corrected_leaves_the_report_that_it_had_joined(ingest: Ingesting) -> None:
    put(ingest, "a.md", doi=DOI)
    put(ingest, "b.html")
    ingest()
    put(ingest, "b.html", title="Loud calcinosis of a working bricklayer")
    ingest()
    assert told(ingest) == {f"doi:{DOI}": "a", "file:b.html": "b"}
    settled(ingest)


OTHERS = {
    "another first author": {"author": "Berta Plum"},
    "another year": {"year": 2015},
    "another identifier": {"doi": "10.9999/other.1"},
    "another title": {"title": f"{TITLE}: a second look"},
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_may_be_another_work_stays_apart(ingest: Ingesting, what: str) -> None:
    put(ingest, "a.md", year=2012, doi=DOI)
    put(ingest, "b.md", **({"year": 2012} | OTHERS[what]))  # type: ignore[arg-type]
    ingest()
    assert sorted(told(ingest).values()) == ["a", "b"]


@pytest.mark.parametrize("title", ["Case report", "A case report and review of the literature", "Calcinosis universalis", "2012.pdf"])
def test_a_title_that_many_works_have_joins_nothing(ingest: Ingesting, title: str) -> None:
    put(ingest, "a.md", title=title)
    put(ingest, "b.md", title=title)
    ingest()
    assert len(told(ingest)) == 2


def test_files_without_an_author_stay_apart(ingest: Ingesting) -> None:
    put(ingest, "a.md", author="")
    put(ingest, "b.md", author="")
    ingest()
    assert len(told(ingest)) == 2


def test_a_file_that_could_be_either_of_two_works_is_neither(ingest: Ingesting) -> None:
    put(ingest, "a.md", doi=DOI)
    put(ingest, "b.md", doi="10.9999/other.1")
    put(ingest, "c.md")
    ingest()
    assert told(ingest) == {f"doi:{DOI}": "a", "doi:10.9999/other.1": "b", "file:c.md": "c"}
    settled(ingest)


def test_two_works_of_one_file_and_lines_of_a_corpus_keep_their_ids(ingest: Ingesting) -> None:
    put(ingest, "a.md", doi=DOI)
    lines = [
        f'{{"_id": "{name}", "title": "{TITLE}", "text": "it is {name} that.", "metadata": {{"authors": "{AUTHOR}"}}}}' for name in "xy"
    ]
    (ingest.folder / "b.jsonl").write_text("\n".join((*lines, CORPUS_LINES[1].replace("Calcinosis", "it is b that"))))
    ingest()
    assert sorted(told(ingest)) == ["b", f"doi:{DOI}", "x", "y"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("time", [1, 2, 3])
def test_after_a_crash_while_two_works_become_one_the_next_run_makes_them_one(
    ingest: Ingesting, monkeypatch: pytest.MonkeyPatch, step: str, time: int, moment: str
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH_CHUNKS", 1)
    put(ingest, "a.html")
    put(ingest, "b.md", title="Loud calcinosis of a working bricklayer", doi=DOI)
    ingest()
    put(ingest, "b.md", doi=DOI)
    put(ingest, "c.md", title="Loud calcinosis of a working bricklayer")
    with monkeypatch.context() as patched:
        crash_at(patched, *STEPS[step], time, moment)
        with suppress(Crash):
            ingest()
    ingest()
    assert told(ingest) == {f"doi:{DOI}": "a", "file:c.md": "c"}
    settled(ingest)


def test_accents_and_initials_do_not_tell_authors_apart() -> None:
    works = Works(lambda: {"x": Reference("Slow stones of seven young gardeners", ("José Liñán-Barroso",))})
    assert works.same(Reference("Slow stones of seven young gardeners", ("Linan-Barroso JM",))) == ["x"]
    works.note("x", Reference("Another title of seven young gardeners", ("José Liñán-Barroso",)))
    assert works.same(Reference("Slow stones of seven young gardeners", ("Linan-Barroso JM",))) == []


def test_an_identifier_that_the_source_prints_is_never_replaced() -> None:
    printed = Reference("t", doi="10.1/a")
    assert with_identifier(printed, "doi:10.1/b") == printed
    assert with_identifier(printed, "pmid:7") == Reference("t", doi="10.1/a", pmid="7")
    assert with_identifier(printed, "file:x") == with_identifier(printed, "named") == printed
