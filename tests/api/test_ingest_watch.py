"""Laws of ``casebook ingest --watch``, on the real command in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
from filelock import FileLock

from api.ingest_watch import _is_named
from corpus.catalog import Catalog
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]


class Watching:
    """The command and what it says, line by line."""

    def __init__(self, home: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "api.cli", "ingest", "--watch", *arguments]
        environment = os.environ | {"CASEBOOK_HOME": str(home), "HF_HUB_OFFLINE": "1"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self._lines: Queue[str] = Queue()
        self._said: list[str] = []
        self._reading = Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line.rstrip("\n"))

    def hears(self, pattern: str) -> str:
        while not (self._said and re.search(pattern, self._said[-1])):
            try:
                self._said.append(self._lines.get(timeout=PATIENCE_S))
            except Empty:
                pytest.fail(f"never said {pattern!r}, but {self._said}")
        return self._said[-1]

    def ends(self, number: signal.Signals = signal.SIGTERM) -> int:
        self._process.send_signal(number)
        code = self._process.wait(timeout=PATIENCE_S)
        self._reading.join()
        return code

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reading.join()
        if self._process.stdout:
            self._process.stdout.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    write(folder / "one.md", "apples")
    return folder


@pytest.fixture
def watching(home: Path, folder: Path) -> Iterator[Watching]:
    started = Watching(home, str(folder))
    yield started
    started.close()


def write(path: Path, words: str) -> None:
    path.write_text(f"# Note\n\nThis patient had calcinosis and {words}.\n")


def held(home: Path) -> list[str]:
    catalog = Catalog.open(home / "catalog.sqlite3")
    try:
        return catalog.report_ids()
    finally:
        catalog.close()


def test_what_is_added_edited_and_removed_is_told_and_the_command_ends_when_it_is_told_to(
    watching: Watching, home: Path, folder: Path
) -> None:
    watching.hears(r"^watching .*reports; Ctrl-C ends$")
    assert held(home) == ["file:one.md"]
    write(folder / "two.md", "pears")
    watching.hears(rf"^added: {folder}/two\.md$")
    watching.hears("^unchanged 1")
    write(folder / "one.md", "plums")
    watching.hears(rf"^changed: {folder}/one\.md$")
    (folder / "two.md").unlink()
    watching.hears(rf"^vanished: {folder}/two\.md$")
    watching.hears("^vanished 1")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    watching.hears(rf"^failed: {folder}/broken\.pdf: ")
    watching.hears("^failed 1")
    assert watching.ends() == 0
    assert watching.hears("ended") == "watch ended"
    assert held(home) == ["file:one.md", "file:two.md"]


def test_with_prune_a_removed_file_takes_its_report_along(home: Path, folder: Path) -> None:
    write(folder / "two.md", "pears")
    watching = Watching(home, "--prune", str(folder))
    try:
        watching.hears("^watching")
        (folder / "two.md").unlink()
        watching.hears(rf"^removed: {folder}/two\.md$")
        watching.hears("^removed 1")
        assert watching.ends(signal.SIGINT) == 0
    finally:
        watching.close()
    assert held(home) == ["file:one.md"]


def test_a_library_in_use_is_told_and_tried_again(home: Path, folder: Path) -> None:
    home.mkdir(exist_ok=True)
    lock = FileLock(home / "lock")
    lock.acquire()
    watching = Watching(home, str(folder))
    try:
        watching.hears(r"is in use by .*; trying again in 5 seconds$")
        lock.release()
        watching.hears("^added 1")
        assert watching.ends() == 0
    finally:
        watching.close()


def test_a_folder_that_is_not_there_is_refused(home: Path, tmp_path: Path) -> None:
    watching = Watching(home, str(tmp_path / "nowhere" / "else"))
    try:
        watching.hears("nowhere: does not exist, so it cannot be watched; check the path$")
    finally:
        watching.close()


def test_only_what_was_named_is_watched_and_nothing_hidden() -> None:
    named = [Path("/reports"), Path("/other/one.md")]
    assert _is_named(Path("/reports/deep/two.md"), named)
    assert _is_named(Path("/other/one.md"), named)
    assert not _is_named(Path("/other/two.md"), named)
    assert not _is_named(Path("/reports/.git/index"), named)
    assert not _is_named(Path("/reports/.two.md.swp"), named)
