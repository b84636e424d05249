"""Laws of an ingest: what is new is read, what changed is replaced, what vanished is named, and nothing is doubled."""

import os
from pathlib import Path

import pytest

from corpus.case import Case, Patient
from corpus.ledger import Ledger
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.text import tokens
from ingest.pipeline import Pipeline
from tests.ingest.conftest import CountingEmbedder, Ingesting, Note
from tests.ingest.forms import CORPUS_LINES, set_of_articles


def test_a_second_ingest_changes_nothing_and_embeds_nothing(ingest: Ingesting, note: Note) -> None:
    note("one.md", "apples", doi="10.9999/one.1")
    note("deep/two.md", "pears")
    (ingest.folder / "lines.jsonl").write_text("\n".join(CORPUS_LINES))
    assert set(ingest.statuses().values()) == {"added"}
    assert ingest.embedded
    before = ingest.snapshot()
    assert set(ingest.statuses().values()) == {"unchanged"}
    assert ingest.embedded == []
    assert ingest.snapshot() == before
    assert before["problems"] == []


def test_a_touched_file_with_the_same_bytes_is_unchanged(ingest: Ingesting, note: Note) -> None:
    path = note("one.md")
    ingest()
    os.utime(path, (0, 0))
    assert ingest.statuses() == {"one.md": "unchanged"}


def test_editing_one_file_changes_only_its_report(ingest: Ingesting, note: Note) -> None:
    note("one.md", "apples")
    note("two.md", "pears")
    ingest()
    before = ingest.snapshot()
    note("two.md", "plums")
    assert ingest.statuses() == {"one.md": "unchanged", "two.md": "changed"}
    assert all("plums" in text for text in ingest.embedded)
    after = ingest.snapshot()
    of_one = {name: vector for name, vector in before["vectors"].items() if "one.md" in name}
    assert of_one == {name: vector for name, vector in after["vectors"].items() if "one.md" in name}
    assert {row for row in before["paragraphs"] if "one.md" in row} == {row for row in after["paragraphs"] if "one.md" in row}
    assert "plums" in ingest.text("file:two.md")
    assert ingest.corpus.lexical.search({tokens("pears")[0]: 1.0}, 5) == []


def test_a_file_whose_doi_changes_replaces_its_old_report(ingest: Ingesting, note: Note) -> None:
    note("one.md", "apples", doi="10.9999/old.1")
    ingest()
    note("one.md", "apples", doi="10.9999/new.1")
    assert ingest.statuses() == {"one.md": "changed"}
    assert ingest.corpus.catalog.report_ids() == ["doi:10.9999/new.1"]
    assert ingest.corpus.check() == []


def test_a_vanished_file_is_named_at_every_run_and_its_report_stays(ingest: Ingesting, note: Note) -> None:
    note("one.md")
    note("two.md")
    ingest()
    before = ingest.snapshot()
    (ingest.folder / "two.md").unlink()
    for _ in range(2):
        result = ingest()["two.md"]
        assert (result.status, result.reports) == ("vanished", ("file:two.md",))
    assert ingest.snapshot() == before


def test_a_pruned_file_is_gone_without_a_trace(ingest: Ingesting, note: Note) -> None:
    note("one.md", "apples")
    ingest()
    before = ingest.snapshot()
    path = note("two.md", "pears")
    ingest()
    path.unlink()
    assert ingest.statuses(prune=True) == {"one.md": "unchanged", "two.md": "removed"}
    assert ingest.snapshot() == before
    assert ingest.statuses(prune=True) == {"one.md": "unchanged"}


def test_a_file_that_was_named_itself_is_pruned_by_its_name(ingest: Ingesting, note: Note) -> None:
    path = note("one.md")
    ingest(path)
    path.unlink()
    assert ingest.statuses(path) == {"one.md": "vanished"}
    assert ingest.statuses(path, prune=True) == {"one.md": "removed"}
    assert ingest.corpus.catalog.count() == 0


def test_a_folder_is_known_again_however_its_path_is_written(ingest: Ingesting, note: Note) -> None:
    note("one.md")
    note("two.md")
    ingest()
    (ingest.folder / "one.md").unlink()
    assert ingest.statuses(ingest.folder / "sub" / "..") == {"one.md": "vanished", "two.md": "unchanged"}


def test_pruning_one_folder_leaves_the_reports_of_another(ingest: Ingesting, note: Note) -> None:
    note("left/one.md")
    note("right/two.md")
    ingest()
    for path in (ingest.folder / "left" / "one.md", ingest.folder / "right" / "two.md"):
        path.unlink()
    assert ingest.statuses(ingest.folder / "left", prune=True) == {"left/one.md": "removed"}
    assert ingest.corpus.catalog.report_ids() == ["file:right/two.md"]


def test_a_named_folder_that_is_missing_prunes_nothing(ingest: Ingesting, note: Note) -> None:
    """A disk that is not mounted or a mistyped path must not cost a library."""
    note("disk/one.md")
    ingest()
    (ingest.folder / "disk").rename(ingest.folder / "elsewhere")
    (result,) = ingest(ingest.folder / "disk", prune=True).values()
    assert (result.status, result.reason) == ("failed", "does not exist; check the path")
    assert ingest.corpus.catalog.count() == 1


def test_a_hidden_file_that_was_named_once_is_not_pruned_with_its_folder(ingest: Ingesting, note: Note) -> None:
    hidden = note(".draft.md")
    ingest(hidden)
    assert ingest.statuses(prune=True) == {}
    assert ingest.corpus.catalog.count() == 1


def test_a_dry_run_tells_what_would_happen_and_writes_nothing(ingest: Ingesting, note: Note) -> None:
    for name in ("edited.md", "gone.md", "same.md"):
        note(name, name)
    ingest()
    before = ingest.snapshot()
    note("edited.md", "another text")
    (ingest.folder / "gone.md").unlink()
    note("new.md", "apples", doi="10.9999/new.1")
    (ingest.folder / "bad.md").write_bytes(b"")
    planned = ingest(dry_run=True, prune=True)
    assert ingest.embedded == []
    assert ingest.snapshot() == before
    assert {name: result.status for name, result in planned.items()} == {
        "bad.md": "failed", "edited.md": "changed", "gone.md": "removed", "new.md": "added", "same.md": "unchanged"
    }  # fmt: skip
    assert ingest(prune=True) == planned


def test_a_dry_run_leaves_an_empty_library_empty(ingest: Ingesting, note: Note) -> None:
    note("one.md")
    before = ingest.snapshot()
    assert ingest.statuses(dry_run=True) == {"one.md": "added"}
    assert ingest.snapshot() == before
    assert Ledger(ingest.corpus.catalog).lines() == {}


def test_a_newer_case_reader_reads_the_cases_again_and_embeds_nothing(
    ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    note("one.md", "nothing helped")
    ingest()
    before = ingest.snapshot()
    monkeypatch.setattr("ingest.pipeline.EXTRACTOR_VERSION", "rules-newer")
    assert ingest.statuses() == {"one.md": "changed"}
    assert ingest.embedded == []
    assert ingest.corpus.catalog.fingerprints()["file:one.md"][1] == "rules-newer"
    after = ingest.snapshot()
    assert {name for name in after if after[name] != before[name]} == {"reports"}
    assert ingest.statuses() == {"one.md": "unchanged"}


def test_a_newer_case_reader_replaces_what_the_older_one_read(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    note("one.md", "methotrexate 15 mg weekly failed")
    ingest()
    monkeypatch.setattr("ingest.pipeline.EXTRACTOR_VERSION", "rules-newer")
    monkeypatch.setattr("ingest.pipeline.read_case", lambda report, _vocabulary: another_case(report.id))
    ingest()
    assert ingest.corpus.catalog.cases(["file:one.md"]) == [another_case("file:one.md")]


def another_case(report_id: str) -> Case:
    return Case(report_id, (Patient(f"{report_id}#patient1", "patient 1"),))


def test_another_chunk_size_cuts_every_report_anew(ingest: Ingesting) -> None:
    sentences = [f"On day {day} the calcinosis of the patient had grown by {day} millimetres in all." for day in range(30)]
    (ingest.folder / "long.md").write_text("## Case\n\n" + " ".join(sentences) + "\n")
    ingest()
    before = len(ingest.snapshot()["vectors"])
    small = ingest.settings.model_copy(update={"chunk_chars": 300})
    assert ingest.run([ingest.folder], small)["long.md"].status == "changed"
    after = ingest.snapshot()
    assert len(after["vectors"]) > 2 * before
    assert after["problems"] == []
    assert ingest.run([ingest.folder], small)["long.md"].status == "unchanged"


def test_another_embedder_embeds_every_report_anew(ingest: Ingesting, note: Note) -> None:
    note("one.md", "apples")
    ingest()
    settings, vocabulary = ingest.settings, ingest.vocabulary
    ingest.corpus.close()
    other = CountingEmbedder()
    other.name = "another"
    with Corpus.open(settings, other) as corpus:
        assert [result.status for result in Pipeline(corpus, settings, vocabulary).run([ingest.folder])] == ["changed"]
        assert len(other.texts) == 1
        assert corpus.check() == []


def test_back_with_the_first_embedder_the_library_is_whole(ingest: Ingesting, note: Note, tmp_path: Path) -> None:
    """A report whose file is gone has only the catalogue to be embedded from."""
    home = load_settings(home=tmp_path / "other home")
    for name in ("edited.md", "gone.md", "removed.md"):
        note(name, f"apples of {name}")
    for round_, name in enumerate(("one", "another", "one", "another")):
        embedder = CountingEmbedder()
        embedder.name = name
        with Corpus.open(home, embedder) as corpus:
            results = list(Pipeline(corpus, home, ingest.vocabulary).run([ingest.folder]))
            assert {result.status for result in results} <= {"added", "changed", "vanished"}
            assert corpus.check() == []
            assert corpus.catalog.count() == 3
        (ingest.folder / "gone.md").unlink(missing_ok=True)
        note("edited.md", f"pears of round {round_}")


def test_two_folders_with_the_same_names_stay_two_reports(ingest: Ingesting, note: Note) -> None:
    note("left/case.md", "apples")
    note("right/case.md", "pears")
    roots = (ingest.folder / "left", ingest.folder / "right")
    ingest(*roots)
    ids = ingest.corpus.catalog.report_ids()
    assert len(ids) == 2
    assert ids[0] == "file:case.md"
    assert ["apples" in ingest.text(name) for name in ids] == [True, False]
    for again in (roots, roots[::-1], roots[1:]):
        assert set(ingest.statuses(*again).values()) == {"unchanged"}
    note("right/case.md", "plums")
    ingest(roots[1])
    assert ingest.corpus.catalog.report_ids() == ids


def test_a_file_named_itself_stays_the_report_that_its_folder_made_it(ingest: Ingesting, note: Note) -> None:
    path = note("deep/one.md", "apples")
    ingest()
    assert ingest.statuses(path) == {"deep/one.md": "unchanged"}
    note("deep/one.md", "pears")
    assert ingest.statuses(path) == {"deep/one.md": "changed"}
    assert ingest.corpus.catalog.report_ids() == ["file:deep/one.md"]


def test_a_file_ingested_by_its_own_path_stays_one_report_in_its_folder(ingest: Ingesting, note: Note) -> None:
    path = note("deep/one.md", "apples")
    ingest(path)
    ingest()
    note("deep/one.md", "pears")
    ingest()
    assert ingest.corpus.catalog.report_ids() == ["file:one.md"]


def test_an_edited_line_of_a_corpus_embeds_one_report(ingest: Ingesting) -> None:
    path = ingest.folder / "lines.jsonl"
    path.write_text("\n".join(CORPUS_LINES))
    assert ingest()["lines.jsonl"].reports == ("a", "b", "c")
    path.write_text("\n".join(CORPUS_LINES).replace("stayed as it was", "melted away"))
    ingest()
    assert len(ingest.embedded) == 1
    assert "melted away" in ingest.embedded[0]


def test_a_line_taken_out_of_a_corpus_takes_its_report_along(ingest: Ingesting) -> None:
    path = ingest.folder / "lines.jsonl"
    path.write_text("\n".join(CORPUS_LINES[::2]))
    ingest()
    before = ingest.snapshot()
    path.write_text("\n".join(CORPUS_LINES))
    ingest()
    path.write_text("\n".join(CORPUS_LINES[::2]))
    assert ingest()["lines.jsonl"].status == "changed"
    assert ingest.embedded == []
    assert ingest.snapshot() == before


def test_a_set_of_articles_is_one_source_of_several_reports(ingest: Ingesting) -> None:
    (ingest.folder / "set.xml").write_bytes(set_of_articles("10.9999/one.1", "10.9999/two.2"))
    assert ingest()["set.xml"].reports == ("doi:10.9999/one.1", "doi:10.9999/two.2")
