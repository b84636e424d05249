"""Laws of what an ingest shows while it runs."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from api import ingest_terminal
from api.ingest_terminal import Tally, _print_summary, _watched
from ingest.pipeline import SourceResult


def terminal() -> Console:
    return Console(file=StringIO(), force_terminal=True, width=160, color_system=None, legacy_windows=False)


def written(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def results(folder: Path) -> Iterator[SourceResult]:
    for path in sorted(folder.iterdir()):
        bad = "pear" in path.name
        yield SourceResult(str(path), "failed" if bad else "added", () if bad else (path.name,), bytes=path.stat().st_size)


def test_on_a_terminal_a_bar_counts_files_bytes_and_reports_a_second_to_their_end(
    monkeypatch: pytest.MonkeyPatch, report_files: Path
) -> None:
    screen, seconds = terminal(), iter((0.0, 1.0, 2.0, 4.0))
    monkeypatch.setattr(ingest_terminal, "console", lambda **_: screen)
    monkeypatch.setattr(ingest_terminal, "monotonic", lambda: next(seconds))
    assert list(_watched(results(report_files), [report_files])) == list(results(report_files))
    size = sum(path.stat().st_size for path in report_files.iterdir())
    assert "3/3 files" in written(screen)
    assert "0.5 reports/s" in written(screen)  # two good ones in four seconds
    assert "0:00:00" in written(screen)
    assert f"{size / 1000:.1f}/{size / 1000:.1f} kB" in written(screen)


def test_the_bar_lets_every_result_through_where_nobody_looks(monkeypatch: pytest.MonkeyPatch, report_files: Path) -> None:
    screen = Console(file=StringIO())
    monkeypatch.setattr(ingest_terminal, "console", lambda **_: screen)
    assert list(_watched(results(report_files), [report_files])) == list(results(report_files))
    assert written(screen) == ""


def test_on_a_terminal_the_summary_is_a_table_by_status() -> None:
    screen = terminal()
    done = [SourceResult("a", "added", paragraphs=4), SourceResult("b", "added", paragraphs=3), SourceResult("c", "failed", reason="no")]
    tally = Tally()
    for result in done:
        tally.add(result)
    _print_summary(screen, tally, dry_run=True)
    rows = [line.replace("\u2502", " ").split() for line in written(screen).splitlines()]
    assert ["added", "2", "7"] in rows
    assert ["failed", "1"] in rows
    assert "nothing was written" in written(screen)
