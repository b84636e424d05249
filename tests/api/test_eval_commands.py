"""The doors to evaluation: what is printed, what is written, and how each ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.doubles import HashingEmbedder

Run = Callable[..., Result]

QUESTIONS = (
    {
        "id": "e1",
        "question": "Did methotrexate help calcinosis in anti-Mi2 dermatomyositis?",
        "answerable": True,
        "kind": "therapy_failed",
        "gold": [[{"report_id": "doi:10.9999/orchard.1", "snippet": "Methotrexate failed"}]],
    },
    {"id": "e2", "question": "What is the best chemotherapy for glioblastoma?", "answerable": False, "kind": "unanswerable"},
)


@pytest.fixture
def casebook(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CASEBOOK_HOME", str(home))
    monkeypatch.setattr("corpus.store.load_embedder", lambda _: HashingEmbedder())
    return lambda *args: CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def small_set(report_files: Path) -> Path:
    lines = (json.dumps(question) + "\n" for question in QUESTIONS)
    (report_files.parent / "questions.jsonl").write_text("".join(lines), encoding="utf-8")
    return report_files.parent


def _runs(out: Path) -> list[Path]:
    return sorted(out.iterdir())


def test_a_set_is_run_compared_reported_pinned_and_held(casebook: Run, small_set: Path, tmp_path: Path) -> None:
    out, floors = tmp_path / "runs", tmp_path / "floors.json"
    first = casebook("eval", "run", small_set, "--out", out)
    assert first.exit_code == 0, first.output
    assert "| hybrid |" in first.stdout
    (run,) = _runs(out)

    assert casebook("eval", "gate", run, floors).exit_code == 2  # nothing is pinned yet
    pinned = casebook("eval", "gate", run, floors, "--pin")
    assert (pinned.exit_code, "hybrid.nDCG@10: " in pinned.stdout) == (0, True)
    held = casebook("eval", "gate", run, floors)
    assert (held.exit_code, "every figure holds its floor" in held.stderr) == (0, True)

    compared = casebook("eval", "compare", run, run)
    assert (compared.exit_code, "| +0.000 | 1.0000 |" in compared.stdout) == (0, True)
    reported = casebook("eval", "report", run, "--out", tmp_path / "page.html")
    assert (reported.exit_code, (tmp_path / "page.html").exists()) == (0, True)


def test_a_run_below_its_floor_ends_with_1_and_says_which(casebook: Run, small_set: Path, tmp_path: Path) -> None:
    out, floors = tmp_path / "runs", tmp_path / "floors.json"
    assert casebook("eval", "run", small_set, "--out", out).exit_code == 0
    assert casebook("eval", "gate", _runs(out)[0], floors, "--pin").exit_code == 0
    raised = json.loads(floors.read_text())
    raised["floors"]["answer.citation_precision"] = 1.5
    floors.write_text(json.dumps(raised))
    again = casebook("eval", "run", small_set, "--out", out, "--gate", floors)
    assert again.exit_code == 1
    assert "gate: answer.citation_precision:" in again.stderr
    assert "| hybrid |" in again.stdout


@pytest.mark.parametrize(
    "args",
    [
        ("eval", "run"),
        ("eval", "run", "/nonexistent"),
        ("eval", "run", "nosuch:/tmp"),
        ("eval", "run", ".", "--part", "training"),
        ("eval", "compare", "/nonexistent", "/nonexistent"),
        ("eval", "gate", "/nonexistent", "floors.json"),
        ("eval", "report", "."),
        ("bench", "speed"),
        ("bench", "serve", "--clients", "0"),
        ("bench", "growth"),
        ("bench", "ingest", "--files", "no/such/file"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(casebook: Run, args: tuple[str, ...]) -> None:
    result = casebook(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.strip()


def test_a_server_that_is_not_there_ends_with_1(casebook: Run, small_set: Path) -> None:
    result = casebook("eval", "run", small_set, "--url", "http://127.0.0.1:9/v1")
    assert result.exit_code == 1
    assert "cannot be reached" in result.stderr


def test_a_benchmark_is_printed_and_written(casebook: Run, tmp_path: Path) -> None:
    result = casebook("bench", "start", "--out", tmp_path / "bench")
    assert result.exit_code == 0
    assert "| casebook --help |" in result.stdout
    written = json.loads((tmp_path / "bench" / "bench.json").read_text())
    assert [one["name"] for one in written["figures"]] == ["casebook --help"]
    assert "cpu" in written["environment"]
