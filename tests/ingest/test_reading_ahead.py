"""Laws of reading ahead: another process parses, and nothing but time depends on it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import ingest.reading_ahead
from corpus.errors import ParseError
from ingest.parsers import parse
from ingest.reading_ahead import ReadingAhead
from ingest.sources import Source
from tests.ingest.conftest import Ingesting, Note
from tests.patience import PATIENCE_S


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a few small files are worth a process."""
    monkeypatch.setattr("ingest.reading_ahead._WORTH_BYTES", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def ahead(sources: Sequence[Source], max_bytes: int = 1_000_000) -> ReadingAhead:
    return ReadingAhead(sources, max_bytes, ocr=False)


def files(folder: Path, count: int) -> list[Source]:
    paths = [folder / f"{number}.md" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"# Note {number}\n\nPatient {number} had calcinosis.\n")
    return [Source(path, folder) for path in paths]


@pytest.mark.usefixtures("eager")
def test_every_file_is_read_as_the_parser_reads_it_in_any_number(tmp_path: Path) -> None:
    sources = files(tmp_path, 2 * ingest.reading_ahead._FILES + 3)
    with ahead(sources) as reader:
        for source in sources:
            data = source.path.read_bytes()
            assert reader.parsed(source, data) == parse(source.uri, source.path.name, data)


@pytest.mark.usefixtures("eager")
def test_a_file_that_is_passed_over_is_forgotten_and_does_not_stop_the_next(tmp_path: Path) -> None:
    sources = files(tmp_path, 3 * ingest.reading_ahead._FILES)
    with ahead(sources) as reader:
        for source in sources[:: ingest.reading_ahead._FILES]:
            assert reader.parsed(source, source.path.read_bytes())
        assert reader.parsed(sources[0], sources[0].path.read_bytes()) is None


@pytest.mark.usefixtures("eager")
def test_what_was_read_of_other_bytes_is_not_taken(tmp_path: Path) -> None:
    first, second = files(tmp_path, 2)
    with ahead([first, second]) as reader:
        assert reader.parsed(first, b"# Another text\n\nThat was there before.") is None
        assert reader.parsed(second, second.path.read_bytes())


@pytest.mark.usefixtures("eager")
def test_a_refusal_comes_over_in_its_class_and_words(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 and no more")
    with ahead([Source(path, tmp_path)]) as reader, pytest.raises(ParseError) as refused:
        reader.parsed(Source(path, tmp_path), path.read_bytes())
    with pytest.raises(ParseError) as here:
        parse(str(path), path.name, path.read_bytes())
    assert str(refused.value) == str(here.value)


@pytest.mark.usefixtures("eager")
def test_a_process_that_dies_leaves_the_reading_to_the_pipeline(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        note(f"{number}.md", f"fruit {number}")
    plain = ReadingAhead.parsed

    def dying(self: ReadingAhead, *asked: Any) -> Any:
        assert self._process
        self._process.kill()
        return plain(self, *asked)

    monkeypatch.setattr(ReadingAhead, "parsed", dying)
    assert set(ingest.statuses().values()) == {"added"}
    assert ingest.corpus.catalog.count() == 6


def test_a_library_is_the_same_whoever_parsed(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    def snapshot() -> dict[str, Any]:
        note("good.md", "apples", doi="10.9999/good")
        note("also.md", "pears", doi="10.9999/good")
        (ingest.folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
        results = ingest()
        held = ingest.snapshot() | {"said": sorted((name, one.status, one.reason) for name, one in results.items())}
        for path in ingest.folder.iterdir():
            path.unlink()
        ingest(prune=True)
        return held

    alone = snapshot()
    monkeypatch.setattr("ingest.reading_ahead._WORTH_BYTES", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert snapshot() == alone
    assert {status for _, status, _ in alone["said"]} == {"added", "shadowed", "failed"}


def test_a_run_of_little_to_read_starts_no_process(tmp_path: Path) -> None:
    with ahead(files(tmp_path, 3)) as reader:
        assert not reader.active


@pytest.mark.usefixtures("eager")
def test_an_unchanged_library_starts_no_process(ingest: Ingesting, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    note("one.md")
    ingest()
    monkeypatch.setattr("ingest.reading_ahead._start", lambda: pytest.fail("a process was started"))
    assert ingest.statuses() == {"one.md": "unchanged"}


def test_the_process_ends_where_the_ingest_is_killed(tmp_path: Path) -> None:
    """Nobody is left to tell it to: it notices that its input has ended."""
    files(tmp_path, 1)
    program = (
        "import time\nfrom pathlib import Path\nimport ingest.reading_ahead as ahead\nfrom ingest.sources import Source\n"
        "ahead._WORTH_BYTES = 1\nahead.os.cpu_count = lambda: 2\n"
        f"source = Source(Path({str(tmp_path / '0.md')!r}), Path({str(tmp_path)!r}))\n"
        "with ahead.ReadingAhead([source], 1000, ocr=False) as reader:\n"
        "    reader.parsed(source, b'')\n    print(reader._process.pid, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as running:
        assert running.stdout
        reader = int(running.stdout.readline())
        running.send_signal(signal.SIGKILL)
    until = time.monotonic() + PATIENCE_S
    while alive(reader) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(reader)


def alive(pid: int) -> bool:
    """Whether it still runs; a zombie that nobody has collected does not."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
