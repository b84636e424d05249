"""The parts of the benchmark that need no model: figures, the plain baseline, processes measured from outside."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.errors import LibraryError, UsageError
from corpus.settings import Settings
from evals.bench import run_bench
from evals.bench_baseline import naive_search, split
from evals.bench_figures import Figure
from evals.bench_process import Server, environment, wall_times
from tests.doubles import HashingEmbedder


def test_a_figure_knows_its_ratio_and_whether_its_bar_is_met() -> None:
    assert Figure("x", 30, "ms", 9, bar=60, baseline=20).ratio == 1.5
    assert Figure("x", 30, "ms", 9, bar=60).met
    assert not Figure("x", 60, "ms", 9, bar=60).met
    assert Figure("x", 30, "ms", 9).ratio is None


def test_the_start_is_measured_and_printed_with_its_environment(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_bench(settings, ["start"])
    (figure,) = result.figures
    assert (figure.name, figure.unit, figure.bar) == ("casebook --help", "s", 0.6)
    assert figure.value > 0
    printed = capsys.readouterr().out
    assert "| casebook --help |" in printed
    assert "python" in environment()


def test_an_unknown_measure_is_refused(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no measure is called 'speed'"):
        run_bench(settings, ["speed"])


def test_a_command_that_fails_is_not_timed() -> None:
    assert len(wall_times([sys.executable, "-c", "pass"], 2)) == 2
    with pytest.raises(Exception, match="non-zero exit status 3"):
        wall_times([sys.executable, "-c", "raise SystemExit(3)"], 1)


def test_splits_cover_the_text_and_overlap_by_two_hundred() -> None:
    text = " ".join(f"word{number}" for number in range(700))
    pieces = split(text)
    assert all(len(piece) <= 1000 for piece in pieces)
    assert all(after.startswith(before[-200:]) for before, after in pairwise(pieces))
    assert pieces[0] + "".join(piece[200:] for piece in pieces[1:]) == text
    assert split("short") == ["short"]


def test_the_baseline_finds_by_vectors_alone(report_files: Path) -> None:
    search = naive_search(report_files, HashingEmbedder())
    (found,) = search("fingertip calcinosis in limited systemic sclerosis diltiazem", 1)
    assert "Diltiazem 180 mg/day" in found


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    home.mkdir()
    with FileLock(home / "lock"), pytest.raises(LibraryError, match=r"ended before it was ready: (?s:.)*is in use by"), Server(home):
        pass
