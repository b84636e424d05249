"""Laws of backup and restore."""

import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from starlette.testclient import TestClient

from api.app import create_app
from api.backup import back_up, restore
from api.keys import Keys
from corpus import store
from corpus.errors import LibraryDamaged, NotFound, UsageError
from corpus.ledger import Ledger
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from tests.api.test_cli import casebook
from tests.doubles import HashingEmbedder
from tests.library import REPORT_FILES

__all__ = ["casebook"]

FAILED = "Which therapies failed for calcinosis?"
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "load_embedder", lambda _settings: HashingEmbedder())


@pytest.fixture
def packed(client: TestClient, settings: Settings, tmp_path: Path) -> Path:
    """A backup of a library with an upload, a conversation and a key, made while it is open."""
    client.post("/v1/reports", files={"files": ("plum note.md", REPORT_FILES["plum.md"].replace("plum.2", "plum.9").encode())})
    client.post("/v1/chat", json={"question": FAILED})
    target = tmp_path / "casebook.tgz"
    assert back_up(settings, target).reports == 4
    return target


def elsewhere(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "another" / "home")


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("timings_ms", "conversation_id")}


def test_a_restored_library_answers_as_the_first_one_did(client: TestClient, packed: Path, tmp_path: Path) -> None:
    settings = elsewhere(tmp_path)
    assert restore(packed, settings).reports == 4
    with TestClient(create_app(settings)) as other:
        for question in (FAILED, "What helped calcinosis?", "Did denosumab help?"):
            asked = {"question": question, "history": []}
            assert without_times(other.post("/v1/chat", json=asked).json()) == without_times(client.post("/v1/chat", json=asked).json())
        (conversation,) = other.get("/v1/conversations").json()
        assert conversation["title"] == FAILED
    with Corpus.open(settings) as corpus:
        assert corpus.check() == []


def test_an_uploaded_file_is_known_in_its_new_place(packed: Path, tmp_path: Path, home: Path) -> None:
    settings = elsewhere(tmp_path)
    restore(packed, settings)
    place = settings.home / "uploads" / "plum note.md"
    assert place.read_bytes() == (home / "uploads" / "plum note.md").read_bytes()
    with Corpus.open(settings) as corpus:
        assert str(place) in Ledger(corpus.catalog).lines()
    with TestClient(create_app(settings)) as other:
        again = other.post("/v1/reports", files={"files": ("plum note.md", place.read_bytes())}).json()
        assert again["results"][0]["status"] == "unchanged"
        other.delete("/v1/reports/doi:10.9999/plum.9")
    assert not place.exists()


def test_keys_audit_log_and_channel_filters_come_along_and_nobody_else_reads_the_file(
    settings: Settings, library: Corpus, tmp_path: Path
) -> None:
    _, sent = Keys(library.catalog).add("ward")
    (settings.home / "audit.jsonl").write_text('{"event":"question"}\n')
    (settings.home / "slack-filters.json").write_text('{"C1": {"year_from": 2016}}')
    target = tmp_path / "casebook.tgz"
    assert back_up(settings, target).files == 2
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    there = elsewhere(tmp_path)
    assert restore(target, there).files == 2
    assert (there.home / "audit.jsonl").read_text() == '{"event":"question"}\n'
    assert (there.home / "slack-filters.json").read_text() == '{"C1": {"year_from": 2016}}'
    with Corpus.open(there) as corpus:
        key = Keys(corpus.catalog).recognised(sent)
    assert key is not None
    assert key.name == "ward"


def test_a_library_is_never_restored_over_another(packed: Path, settings: Settings, library: Corpus) -> None:
    with pytest.raises(UsageError, match="already"):
        restore(packed, settings)
    assert library.catalog.count() == 4


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes] | None], *more: tuple[str, bytes]) -> Path:
    """The backup with some members changed, left out (None) or added."""
    with tarfile.open(source) as before, tarfile.open(target, "w:gz") as after:
        members = [(member.name, before.extractfile(member).read()) for member in before]  # type: ignore[union-attr]
        for name, content in [*filter(None, (change(*member) for member in members)), *more]:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            after.addfile(info, io.BytesIO(content))
    return target


@pytest.mark.parametrize(
    ("change", "more"),
    [
        (lambda name, content: (name, content + b"x" if name.startswith("uploads/") else content), ()),
        (lambda name, content: None if name.startswith("uploads/") else (name, content), ()),
        (lambda name, content: None if name == "catalog.sqlite3" else (name, content), ()),
        (lambda name, content: (name, b"{}" if name == "manifest.json" else content), ()),
        (lambda name, content: (name, b"not json" if name == "manifest.json" else content), ()),
        (lambda name, content: (name, content), [("uploads/new.md", b"x")]),
        (lambda name, content: (name, content), [("../evil", b"x")]),
        (lambda name, content: (name, content), [("/etc/evil", b"x")]),
        (lambda name, content: (name, content), [("uploads/../../evil", b"x")]),
        (lambda name, content: (name, content), [("bm25/evil", b"x")]),
    ],
)
def test_a_backup_that_was_changed_restores_nothing(packed: Path, tmp_path: Path, change: Any, more: Any) -> None:
    settings = elsewhere(tmp_path)
    with pytest.raises((LibraryDamaged, NotFound)):
        restore(rewritten(packed, tmp_path / "changed.tgz", change, *more), settings)
    assert not settings.home.exists()
    assert not list(tmp_path.rglob("*evil*"))


def test_a_link_in_a_backup_is_refused(packed: Path, tmp_path: Path) -> None:
    target = rewritten(packed, tmp_path / "linked.tgz", lambda name, content: (name, content))
    with tarfile.open(tmp_path / "with link.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("uploads/link.md")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    assert target
    with pytest.raises(LibraryDamaged, match=r"link\.md"):
        restore(tmp_path / "with link.tgz", elsewhere(tmp_path))


@pytest.mark.parametrize("content", [b"", b"not a tar file", b"\x1f\x8b broken"])
def test_what_is_no_backup_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tgz").write_bytes(content)
    with pytest.raises(LibraryDamaged, match="nothing was restored"):
        restore(tmp_path / "x.tgz", elsewhere(tmp_path))


def test_the_commands_tell_what_they_did(
    casebook: Run, home: Path, tmp_path: Path, report_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b.tgz"
    assert casebook("backup", target).exit_code == 1
    casebook("ingest", report_files)
    before = json.loads(casebook("ask", FAILED, "--json").stdout)
    assert "3 reports" in casebook("backup", target).output
    assert casebook("restore", target).exit_code == 2
    monkeypatch.setenv("CASEBOOK_HOME", str(tmp_path / "new"))
    assert "restored 3 reports" in casebook("restore", target).output
    assert without_times(json.loads(casebook("ask", FAILED, "--json").stdout)) == without_times(before)
    assert casebook("restore", tmp_path / "none.tgz").exit_code == 2
    with sqlite3.connect(home / "catalog.sqlite3") as connection:
        assert connection.execute("select count(*) from reports").fetchone() == (3,)
    connection.close()
