"""Laws of an ingest: what is new is read, what changed is replaced, what vanished is named, and each file fails alone."""

import os
from pathlib import Path

import pytest

import ingest.pipeline
from corpus.errors import CasebookError, LibraryError, LibraryLocked, ModelUnavailable, NotFound
from corpus.ledger import Ledger
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.text import tokens
from ingest.pipeline import Pipeline
from ingest.precedence import is_gone
from tests.doubles import HashingEmbedder
from tests.ingest.conftest import CountingEmbedder, Ingesting, Note

BEIR = [
    '{"_id": "a", "title": "Anemone", "text": "Calcinosis of the knee softened with colchicine."}',
    '{"_id": "b", "title": "Bluebell", "text": "Calcinosis of the hip stayed as it was."}',
    '{"_id": "c", "title": "Clover", "text": "Calcinosis of the hand was cut out."}',
]


def set_of_articles(*dois: str) -> bytes:
    articles = "".join(
        f'<article><front><article-meta><article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>Work {number}'
        f"</article-title></title-group></article-meta></front><body><p>The calcinosis of patient {number} grew.</p></body></article>"
        for number, doi in enumerate(dois)
    )
    return f"<pmc-articleset>{articles}</pmc-articleset>".encode()


def test_a_second_ingest_changes_nothing_and_embeds_nothing(ingest: Ingesting, note: Note) -> None:
    note("one.md", "apples", doi="10.9999/one.1")
    note("deep/two.md", "pears")
    (ingest.folder / "lines.jsonl").write_text("\n".join(BEIR))
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
    note("two.md").unlink()
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
    note("one.md").unlink()
    note("two.md")
    note("one.md")
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


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_lies_in_an_unreadable_folder_is_not_pruned(ingest: Ingesting, note: Note) -> None:
    note("closed/one.md")
    ingest()
    (ingest.folder / "closed").chmod(0)
    try:
        assert ingest.statuses(prune=True) == {"closed": "failed"}
    finally:
        (ingest.folder / "closed").chmod(0o700)
    assert ingest.corpus.catalog.count() == 1


def test_a_file_that_may_not_be_looked_at_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    assert is_gone(str(tmp_path / "nothing"))
    monkeypatch.setattr(Path, "lstat", refuse)
    assert not is_gone(str(tmp_path / "nothing"))


def test_a_hidden_file_that_was_named_once_is_not_pruned_with_its_folder(ingest: Ingesting, note: Note) -> None:
    hidden = note(".draft.md")
    ingest(hidden)
    assert ingest.statuses(prune=True) == {}
    assert ingest.corpus.catalog.count() == 1


def test_a_broken_edit_keeps_the_old_report_and_says_why(ingest: Ingesting, note: Note) -> None:
    path = note("one.md", "apples", doi="10.9999/one.1")
    ingest()
    before = ingest.snapshot()
    path.write_text("---\ntitle: [never closed\n---\n\nText.\n")
    for _ in range(2):
        result = ingest(prune=True)["one.md"]
        assert result.status == "failed"
        assert "front matter is not YAML" in str(result.reason)
    assert ingest.snapshot() == before
    note("one.md", "plums", doi="10.9999/one.1")
    assert ingest.statuses() == {"one.md": "changed"}


BAD = {
    "empty.md": (b"", "is empty"),
    "blank.txt": (b" \n\t\r\n", "is empty"),
    "binary.txt": (bytes(range(256)) * 20, "binary"),
    "program.py": (b"import os\nprint('calcinosis')\n", ".py file"),
    "sheet.csv": (b"patient,outcome\n1,failed\n", ".csv file"),
    "cut.pdf": (b"%PDF-1.7\n1 0 obj\n<</Type", ""),
    "cut.xml": (b'<article article-type="case-report"><front><article-meta>', ""),
    "cut.docx": (b"PK\x03\x04 and then nothing", ""),
    "other.zip": (b"PK\x05\x06" + bytes(18), ""),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "save it as .docx"),
    "picture.md": (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture"),
    "lines.jsonl": ("\n".join([*BEIR, "{not json"]).encode(), "line 4: is not JSON"),
    "twice.jsonl": ("\n".join([*BEIR, BEIR[1]]).encode(), "stands on line 2 already"),
    "set.xml": (set_of_articles("10.9999/same.1", "10.9999/same.1"), "two reports with the id 'doi:10.9999/same.1'"),
    "front.md": (b"---\ntitle: Only a title\n---\n", "no paragraph"),
    "bomb.xml": (b'<!DOCTYPE a [<!ENTITY x "yyyy">]><article><front/><body><p>&x;</p></body></article>', ""),
}


def test_every_bad_file_fails_alone_with_its_own_reason(ingest: Ingesting, note: Note) -> None:
    good = {note(f"{name}-good.md", name).name for name in "amz"}
    for name, (data, _) in BAD.items():
        (ingest.folder / name).write_bytes(data)
    (ingest.folder / "nowhere.md").symlink_to(ingest.folder / "nothing")
    os.mkfifo(ingest.folder / "pipe.txt")
    results = ingest()
    assert {name for name, result in results.items() if result.status == "added"} == good
    for name, (_, reason) in BAD.items():
        assert results[name].status == "failed", name
        assert reason in str(results[name].reason), name
    assert results["nowhere.md"].reason == "does not exist; check the path"
    assert results["pipe.txt"].reason == "is not a regular file"
    assert len({result.reason for result in results.values() if result.status == "failed"}) >= len(BAD) - 3
    assert ingest.corpus.catalog.count() == len(good)
    assert len(Ledger(ingest.corpus.catalog).lines()) == len(good)
    assert ingest.corpus.check() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_fails_alone(ingest: Ingesting, note: Note) -> None:
    note("closed.md").chmod(0)
    note("open.md")
    results = ingest()
    assert (results["closed.md"].status, results["closed.md"].reason) == ("failed", "may not be read; check its permissions")
    assert results["open.md"].status == "added"


def test_a_file_that_vanishes_while_others_are_read_fails_alone(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    note("a.md")
    doomed = note("b.md")
    plain = ingest.corpus.catalog.fingerprints
    monkeypatch.setattr(ingest.corpus.catalog, "fingerprints", plain)
    monkeypatch.setattr("ingest.pipeline.parse", _then(doomed.unlink))
    assert ingest.statuses() == {"a.md": "added", "b.md": "failed"}


def _then(act: "os.PathLike[str] | object") -> object:
    from ingest.parsers import parse

    def parse_then_act(*args: object) -> object:
        found = parse(*args)  # type: ignore[arg-type]
        act()  # type: ignore[operator]
        return found

    return parse_then_act


def test_a_fault_in_a_parser_fails_the_file_that_showed_it_and_no_other(
    ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.parsers import parse

    def faulty(uri: str, name: str, data: bytes) -> object:
        return parse(uri, name, data) if name != "b.md" else [][0]

    for name in ("a.md", "b.md", "c.md"):
        note(name, name)
    monkeypatch.setattr("ingest.pipeline.parse", faulty)
    results = ingest()
    assert {name: result.status for name, result in results.items()} == {"a.md": "added", "b.md": "failed", "c.md": "added"}
    assert "IndexError" in str(results["b.md"].reason)


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
    monkeypatch.setattr("ingest.pipeline.read_case", lambda report, _vocabulary: ingest_case(report.id))
    ingest()
    assert ingest.corpus.catalog.cases(["file:one.md"]) == [ingest_case("file:one.md")]


def ingest_case(report_id: str) -> object:
    from corpus.case import Case, Patient

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
    path.write_text("\n".join(BEIR))
    assert ingest()["lines.jsonl"].reports == ("a", "b", "c")
    path.write_text("\n".join(BEIR).replace("stayed as it was", "melted away"))
    ingest()
    assert len(ingest.embedded) == 1
    assert "melted away" in ingest.embedded[0]


def test_a_line_taken_out_of_a_corpus_takes_its_report_along(ingest: Ingesting) -> None:
    path = ingest.folder / "lines.jsonl"
    path.write_text("\n".join(BEIR[::2]))
    ingest()
    before = ingest.snapshot()
    path.write_text("\n".join(BEIR))
    ingest()
    path.write_text("\n".join(BEIR[::2]))
    assert ingest()["lines.jsonl"].status == "changed"
    assert ingest.embedded == []
    assert ingest.snapshot() == before


def test_a_set_of_articles_is_one_source_of_several_reports(ingest: Ingesting) -> None:
    (ingest.folder / "set.xml").write_bytes(set_of_articles("10.9999/one.1", "10.9999/two.2"))
    assert ingest()["set.xml"].reports == ("doi:10.9999/one.1", "doi:10.9999/two.2")


ODD_NAMES = [
    "with space.md",
    "Ärzte – Übersicht.md",
    "日本語.md",
    "line\nbreak.md",
    "quote'\".md",
    "100%.md",
    "a#p1.md",
    "😀.md",
    "$(x).md",
]


def test_odd_names_are_names_like_any_other(ingest: Ingesting, note: Note) -> None:
    for name in ODD_NAMES:
        note(name, f"apples of {ODD_NAMES.index(name)}")
    assert ingest.statuses() == dict.fromkeys(ODD_NAMES, "added")
    assert ingest.corpus.catalog.report_ids() == sorted(f"file:{name}" for name in ODD_NAMES)
    assert ingest.statuses() == dict.fromkeys(ODD_NAMES, "unchanged")
    assert ingest.corpus.check() == []
    (ingest.folder / ODD_NAMES[3]).unlink()
    assert ingest.statuses(prune=True)[ODD_NAMES[3]] == "removed"


def test_a_name_that_is_not_utf_8_fails_alone(ingest: Ingesting, note: Note) -> None:
    note("good.md")
    try:
        (ingest.folder / os.fsdecode(b"bad\xff.md")).write_text("## Case\n\nCalcinosis.\n")
    except OSError:
        pytest.skip("this file system allows no such name")
    results = ingest()
    assert results["good.md"].status == "added"
    assert [result.reason for result in results.values() if result.status == "failed"] == ["has a name that is not valid UTF-8; rename it"]


def test_loops_of_links_end_and_double_nothing(ingest: Ingesting, note: Note) -> None:
    note("sub/one.md", "apples")
    (ingest.folder / "sub" / "up").symlink_to(ingest.folder)
    (ingest.folder / "sub" / "self.md").symlink_to("self.md")
    (ingest.folder / "ping").symlink_to("pong")
    (ingest.folder / "pong").symlink_to("ping")
    (ingest.folder / "twin.md").symlink_to(ingest.folder / "sub" / "one.md")
    assert sorted(ingest.statuses().values()) == ["added", "failed", "failed", "failed"]
    assert ingest.corpus.catalog.count() == 1
    assert sorted(ingest.statuses(prune=True).values()) == ["failed", "failed", "failed", "unchanged"]


def test_a_second_ingest_of_an_open_library_is_refused_in_words(ingest: Ingesting) -> None:
    with pytest.raises(LibraryLocked, match="is in use by process"):
        Corpus.open(load_settings(home=ingest.settings.home), HashingEmbedder())


def test_a_model_that_cannot_be_loaded_stops_the_run_in_words(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(_texts: object) -> None:
        raise ModelUnavailable("embedder 'x' cannot be loaded")

    note("one.md")
    monkeypatch.setattr(ingest.corpus.embedder, "embed", unavailable)
    with pytest.raises(ModelUnavailable):
        ingest()
    with pytest.raises(NotFound):
        ingest.text("file:one.md")
    assert issubclass(LibraryError, CasebookError)
