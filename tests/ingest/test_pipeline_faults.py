"""One bad file among good ones fails alone, with a reason, and costs the library nothing."""

import os
from pathlib import Path

import pytest

from corpus.errors import ModelUnavailable, NotFound
from corpus.ledger import Ledger
from ingest.parsers import ParsedReport, parse
from ingest.precedence import is_gone
from tests.ingest.conftest import Ingesting, Note
from tests.ingest.forms import CORPUS_LINES, set_of_articles


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
@pytest.mark.parametrize("mode", [0o000, 0o400, 0o100])
def test_what_lies_in_an_unreadable_folder_is_not_pruned(ingest: Ingesting, note: Note, mode: int) -> None:
    note("closed/one.md")
    ingest()
    (ingest.folder / "closed").chmod(mode)
    try:
        assert set(ingest.statuses(prune=True).values()) == {"failed"}
    finally:
        (ingest.folder / "closed").chmod(0o700)
    assert ingest.corpus.catalog.count() == 1


def test_a_file_that_may_not_be_looked_at_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    assert is_gone(str(tmp_path / "nothing"))
    monkeypatch.setattr(Path, "lstat", refuse)
    assert not is_gone(str(tmp_path / "nothing"))


def test_a_file_that_may_not_be_looked_at_fails_alone(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a folder without the right to enter it does to each of its files, also where the superuser runs the tests."""
    plain = Path.stat

    def refuse(path: Path, **options: bool) -> os.stat_result:
        if path.name == "closed.md":
            raise PermissionError(13, "Permission denied")
        return plain(path, **options)

    note("closed.md")
    note("open.md")
    monkeypatch.setattr(Path, "stat", refuse)
    results = ingest()
    assert (results["closed.md"].status, results["closed.md"].reason) == ("failed", "may not be read; check its permissions")
    assert results["open.md"].status == "added"


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
    "lines.jsonl": ("\n".join([*CORPUS_LINES, "{not json"]).encode(), "line 4: is not JSON"),
    "twice.jsonl": ("\n".join([*CORPUS_LINES, CORPUS_LINES[1]]).encode(), "stands on line 2 already"),
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

    def parse_and_unlink(uri: str, name: str, data: bytes, *, ocr: bool) -> tuple[str, list[ParsedReport]]:
        doomed.unlink()
        return parse(uri, name, data, ocr=ocr)

    monkeypatch.setattr("ingest.pipeline.parse", parse_and_unlink)
    assert ingest.statuses() == {"a.md": "added", "b.md": "failed"}


def test_a_fault_in_a_parser_fails_the_file_that_showed_it_and_no_other(
    ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(uri: str, name: str, data: bytes, *, ocr: bool) -> object:
        return parse(uri, name, data, ocr=ocr) if name != "b.md" else [][0]

    for name in ("a.md", "b.md", "c.md"):
        note(name, name)
    monkeypatch.setattr("ingest.pipeline.parse", faulty)
    results = ingest()
    assert {name: result.status for name, result in results.items()} == {"a.md": "added", "b.md": "failed", "c.md": "added"}
    assert "IndexError" in str(results["b.md"].reason)


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


def test_a_model_that_cannot_be_loaded_stops_the_run_in_words(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(_texts: object) -> None:
        raise ModelUnavailable("embedder 'x' cannot be loaded")

    note("one.md")
    monkeypatch.setattr(ingest.corpus.embedder, "embed", unavailable)
    with pytest.raises(ModelUnavailable):
        ingest()
    with pytest.raises(NotFound):
        ingest.text("file:one.md")
