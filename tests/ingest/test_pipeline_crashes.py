"""A run may end at any moment, by a kill or a full disk; the next one brings the library to where an undisturbed one is."""

import errno
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.catalog import Catalog
from corpus.errors import LibraryError, NotFound
from corpus.lexical import LexicalIndex
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.text import tokens
from corpus.vectors import VectorIndex
from corpus.vocabulary import Vocabulary
from ingest.pipeline import Pipeline
from tests.doubles import HashingEmbedder
from tests.ingest.conftest import Ingesting, Note
from tests.ingest.snapshot import snapshot

ROOT = Path(__file__).parents[2]
# Twelve kills take seconds, and are what every run of the suite pays for. On purpose: KILLS=50 KILL_REPORTS=200, and READ_AHEAD=1 to let
# another process parse meanwhile.
REPORTS = int(os.environ.get("KILL_REPORTS", "60"))
KILLS = int(os.environ.get("KILLS", "12"))
Killable = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    """Orders an ingest in a process of its own: killed after so many seconds, or on a disk that is full."""
    command = [sys.executable, "-m", "tests.ingest.killable"]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"

        def order(home: Path, folder: Path, after: float | None = None, max_file_bytes: int | None = None) -> dict[str, Any]:
            assert process.stdin
            assert process.stdout
            wish = {"home": str(home), "folder": str(folder), "after": after, "max_file_bytes": max_file_bytes}
            process.stdin.write(json.dumps(wish) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return answer

        yield order
        process.stdin.close()


def write_reports(folder: Path) -> None:
    folder.mkdir()
    for number in range(REPORTS):
        write_report(folder / f"{number:02}.md", number, "methotrexate 15 mg weekly")


def write_report(path: Path, number: int, therapy: str, doi: str | None = None) -> None:
    front = f"---\ntitle: Report {number}\ndoi: {doi or f'10.9999/kill.{number}'}\n---\n\n"
    sections = ("Case presentation", "Treatment") if number % 3 else ("Case",)
    text = "".join(f"## {name}\n\nPatient {number} had calcinosis number{number} and received {therapy}.\n\n" for name in sections)
    path.write_text(front + text)


def edit_reports(folder: Path) -> None:
    """A morning's work: edits, deletions, a renaming, a corrected DOI, a better file for the same work, new files."""
    for number in range(0, REPORTS, 3):
        write_report(folder / f"{number:02}.md", number, "colchicine 1 mg daily")
    for number in range(1, REPORTS, 9):
        (folder / f"{number:02}.md").unlink()
    for number in range(2, REPORTS, 9):
        (folder / f"{number:02}.md").rename(folder / f"renamed-{number:02}.md")
    for number in range(5, REPORTS, 9):
        write_report(folder / f"{number:02}.md", number, "methotrexate 15 mg weekly", f"10.9999/corrected.{number}")
    for number in range(8, REPORTS, 9):
        text = f"<p>Patient {number} had calcinosis and received rituximab.</p>"
        head = f'<article-id pub-id-type="doi">10.9999/kill.{number}</article-id>'
        article = f"<article><front><article-meta>{head}</article-meta></front><body>{text}</body></article>"
        (folder / f"{number:02}.xml").write_text(article)
    for number in range(REPORTS, REPORTS + 6):
        write_report(folder / f"{number:02}.md", number, "diltiazem 180 mg daily")


def ingested(home: Path, folder: Path, vocabulary: Vocabulary) -> dict[str, Any]:
    """One undisturbed run, and what the library then holds."""
    with Corpus.open(settings := load_settings(home=home), HashingEmbedder()) as corpus:
        assert "failed" not in {result.status for result in Pipeline(corpus, settings, vocabulary).run([folder], prune=True)}
        return snapshot(corpus)


def test_after_a_kill_at_any_moment_one_more_run_makes_the_library_whole(
    killable: Killable, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """Half of the kills fall into a first ingest, half into one that edits, renames and prunes."""
    folder, first, killed = tmp_path / "files", tmp_path / "first", tmp_path / "killed"
    write_reports(folder)
    lasted = [killable(first, folder)["seconds"]]
    fresh = ingested(first, folder, vocabulary)
    shutil.copytree(first, tmp_path / "before")
    chance, outcomes = random.Random(4), []
    for _ in range(KILLS // 2):
        shutil.rmtree(killed, ignore_errors=True)
        outcomes.append(killable(killed, folder, after=chance.uniform(0, lasted[0]))["said"])
        assert ingested(killed, folder, vocabulary) == fresh
    edit_reports(folder)
    lasted.append(killable(first, folder)["seconds"])
    edited = ingested(first, folder, vocabulary)
    assert edited != fresh
    for _ in range(KILLS // 2):
        shutil.rmtree(killed)
        shutil.copytree(tmp_path / "before", killed)
        outcomes.append(killable(killed, folder, after=chance.uniform(0, lasted[1]))["said"])
        assert ingested(killed, folder, vocabulary) == edited
    assert fresh["problems"] == edited["problems"] == []
    assert outcomes.count("killed") > KILLS / 2


@pytest.mark.parametrize("size", [20_000, 70_000, 200_000, 330_000])
def test_a_disk_that_is_full_is_named_and_the_next_run_makes_the_library_whole(
    killable: Killable, tmp_path: Path, vocabulary: Vocabulary, size: int
) -> None:
    folder, home = tmp_path / "files", tmp_path / "home"
    write_reports(folder)
    said = killable(home, folder, max_file_bytes=size)["said"]
    assert re.match(r"failed: Library(Error|Damaged): .*cannot be (written|opened).*make room", said)
    assert ingested(home, folder, vocabulary) == ingested(tmp_path / "undisturbed", folder, vocabulary)


class Crash(BaseException):
    """A death in the middle of things, as a test can stage it."""


STEPS = {
    "vectors written": (VectorIndex, "add"),
    "words written": (LexicalIndex, "add"),
    "catalogue written": (Catalog, "put"),
    "vectors removed": (VectorIndex, "remove"),
    "words removed": (LexicalIndex, "remove"),
}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("time", [1, 2, 3])
def test_after_a_crash_around_any_step_one_more_run_makes_the_library_whole(
    ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch, step: str, time: int, moment: str
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH_CHUNKS", 1)
    for name in ("a", "b", "c", "d"):
        note(f"{name}.md", f"fruit {name}", doi=f"10.9999/{name}")
    ingest()
    note("a.md", "fruit a and more", doi="10.9999/a")
    note("b.md", "fruit b", doi="10.9999/corrected")
    (ingest.folder / "c.md").unlink()
    (ingest.folder / "d.md").rename(ingest.folder / "e.md")
    with monkeypatch.context() as patched:
        crash_at(patched, *STEPS[step], time, moment)
        try:
            ingest(prune=True)
            crashed = False
        except Crash:
            crashed = True
    assert crashed or time > 1
    ingest(prune=True)
    whole = ingest.snapshot()
    assert whole["problems"] == []
    assert ingest.corpus.catalog.report_ids() == ["doi:10.9999/a", "doi:10.9999/corrected", "doi:10.9999/d"]
    assert set(ingest.statuses(prune=True).values()) == {"unchanged"}
    assert ingest.snapshot() == whole
    assert not (ingest.settings.home / "unfinished").exists()


def crash_at(patched: pytest.MonkeyPatch, owner: type, name: str, time: int, moment: str) -> None:
    plain, calls = getattr(owner, name), []

    def crashing(*args: Any) -> Any:
        calls.append(args)
        if len(calls) != time:
            return plain(*args)
        if moment == "after":
            plain(*args)
        raise Crash

    patched.setattr(owner, name, crashing)


@pytest.mark.parametrize("step", STEPS)
def test_a_refused_write_is_told_in_words_and_nothing_half_written_is_shown(
    ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    note("a.md", "apples", doi="10.9999/a")
    ingest()
    note("a.md", "pears", doi="10.9999/b")
    note("b.md", "plums")
    with monkeypatch.context() as patched:
        patched.setattr(*STEPS[step], refuse)
        with pytest.raises(LibraryError, match=r"cannot be written \(No space left on device\); make room") as refused:
            ingest()
    assert str(ingest.settings.home) in str(refused.value)
    if "removed" not in step:
        assert found_by_words(ingest, "plums") == []
        with pytest.raises(NotFound):
            ingest.text("file:b.md")
        assert "apples" in ingest.text("doi:10.9999/a")
    assert set(ingest.statuses().values()) <= {"added", "changed", "unchanged"}
    assert ingest.corpus.catalog.report_ids() == ["doi:10.9999/b", "file:b.md"]
    assert ingest.corpus.check() == []


def refuse(*_anything: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def found_by_words(ingest: Ingesting, words: str) -> list[str]:
    hits = ingest.corpus.lexical.search(dict.fromkeys(tokens(words), 1.0), 10)
    return list(ingest.corpus.catalog.chunks(hit.chunk_id for hit in hits))


def test_a_second_ingest_at_the_same_time_is_refused_in_words_and_harms_nothing(
    killable: Killable, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    folder, home = tmp_path / "files", tmp_path / "home"
    write_reports(folder)
    with Corpus.open(settings := load_settings(home=home), HashingEmbedder()) as corpus:
        running = Pipeline(corpus, settings, vocabulary).run([folder])
        assert next(running).status == "added"
        said = killable(home, folder)["said"]
        assert said.startswith(f"failed: LibraryLocked: the library {home} is in use by process {os.getpid()} ")
        assert {result.status for result in running} == {"added"}
        assert corpus.check() == []
        assert corpus.catalog.count() == REPORTS
