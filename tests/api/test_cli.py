"""Laws of the command line: what it prints, and with which code it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from api import services
from api.cli import main
from corpus import store
from corpus.errors import ChatModelFailed
from corpus.settings import Settings
from corpus.store import Corpus
from tests.doubles import HashingEmbedder
from tests.library import REPORT_FILES, REPORT_IDS
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "chromadb", "fastapi", "langchain", "langchain_core", "pydantic", "rich", "numpy", "sqlalchemy", "yaml", "tantivy")
# A process of its own that loads no model: everything else of the command line is the real thing.
PROCESS = """
import signal
# A shell's background job starts with interrupts ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from corpus import store
from tests.doubles import HashingEmbedder
store.load_embedder = lambda settings: HashingEmbedder()
from api.cli import main
main()
"""

Run = Callable[..., Result]


@pytest.fixture
def casebook(monkeypatch: pytest.MonkeyPatch, home: Path) -> Run:
    """Runs the command in this process, on a library without a model."""
    monkeypatch.setattr(store, "load_embedder", lambda _settings: HashingEmbedder())
    monkeypatch.setenv("CASEBOOK_HOME", str(home))

    def run(*args: str | Path, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)
        assert "Traceback" not in result.output
        return result

    return run


def process(home: Path, args: Sequence[str], **environment: str) -> "subprocess.Popen[str]":
    """The command in a process of its own."""
    chosen = os.environ | {"CASEBOOK_HOME": str(home), "CASEBOOK_SCORER": "off", "PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, "-c", PROCESS, *args]
    return subprocess.Popen(command, cwd=ROOT, env=chosen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_help_names_every_command_and_imports_nothing_of_weight() -> None:
    code = "import sys\nfrom api.cli import main\ntry:\n    main(['--help'])\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    for command in (
        "ingest",
        "ask",
        "chat",
        "serve",
        "mcp",
        "slack",
        "keys",
        "backup",
        "restore",
        "reports",
        "check",
        "export",
        "eval",
        "bench",
    ):
        assert f"\n  {command} " in done.stdout
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def test_the_version_is_the_distributions(casebook: Run) -> None:
    assert casebook("--version").output == f"casebook, version {version('casebook')}\n"


@pytest.mark.parametrize(
    "args",
    [
        ("frobnicate",),
        ("ask",),
        ("ask", ""),
        ("ask", "  "),
        ("ask", "q", "--k", "0"),
        ("ask", "q", "--year-from", "2013", "--year-to", "2012"),
        ("ask", "why " * 2000),
        ("ingest",),
        ("ingest", "--watch", "--dry-run", "."),
        ("serve", "--port", "99999"),
        ("serve", "--host", "0.0.0.0"),
        ("eval", "run", "/nonexistent"),
        (),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(casebook: Run, args: tuple[str, ...]) -> None:
    result = casebook(*args)
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert result.stdout == ""


@pytest.mark.parametrize(("name", "value"), [("CASEBOOK_PASSAGES", "many"), ("CASEBOOK_NO_SUCH_SETTING", "1")])
def test_a_wrong_setting_ends_with_2_and_names_it(casebook: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    result = casebook("ask", "q")
    assert result.exit_code == 2
    assert name in result.stderr


# -- ingest ------------------------------------------------------------------------------------------------


def test_ingest_counts_what_it_did_and_a_second_time_changes_nothing(casebook: Run, report_files: Path) -> None:
    first, second = casebook("ingest", report_files), casebook("ingest", report_files)
    assert (first.exit_code, first.stdout) == (0, "added 3 (7 paragraphs)\n")
    assert (second.exit_code, second.stdout) == (0, "unchanged 3\n")


def test_a_failed_file_is_named_with_its_reason_and_ends_with_1(casebook: Run, report_files: Path) -> None:
    (report_files / "noise.bin").write_bytes(bytes(range(256)) * 40)
    result = casebook("ingest", report_files, report_files / "missing.md")
    assert result.exit_code == 1
    assert "added 3" in result.stdout
    assert "failed 2" in result.stdout
    lines = result.stderr.strip().splitlines()
    assert any(line.startswith("failed: ") and "noise.bin" in line and "binary" in line for line in lines)
    assert any("missing.md" in line and "does not exist" in line for line in lines)


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(casebook: Run, report_files: Path) -> None:
    result = casebook("ingest", "--dry-run", report_files)
    assert result.exit_code == 0
    assert "added 3" in result.stdout
    assert "nothing was written" in result.stdout
    assert casebook("reports").stdout.endswith("0 reports\n")


def test_prune_removes_what_vanished_and_without_it_only_names_it(casebook: Run, report_files: Path) -> None:
    casebook("ingest", report_files)
    (report_files / "pear.md").unlink()
    assert "vanished 1" in casebook("ingest", report_files).stdout
    assert "3 reports" in casebook("reports").stdout
    assert "removed 1" in casebook("ingest", "--prune", report_files).stdout
    assert "2 reports" in casebook("reports").stdout
    assert casebook("check").exit_code == 0


def test_one_report_is_counted_in_the_singular(casebook: Run, report_files: Path) -> None:
    casebook("ingest", next(report_files.glob("*.md")))
    assert casebook("reports").stdout.endswith("\n1 report\n")


def test_an_empty_folder_is_nothing_to_ingest(casebook: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = casebook("ingest", tmp_path / "empty")
    assert (result.exit_code, result.stdout) == (0, "nothing to ingest\n")


def test_the_bundled_library_is_found(casebook: Run) -> None:
    result = casebook("ingest", "--bundled", "--dry-run")
    assert result.exit_code == 0
    assert int(result.stdout.split()[1]) >= 30


# -- ask and chat ------------------------------------------------------------------------------------------


def test_ask_prints_the_answer_its_numbered_sources_and_the_therapies(casebook: Run, report_files: Path) -> None:
    casebook("ingest", report_files)
    result = casebook("ask", "Which therapies failed for calcinosis?")
    assert result.exit_code == 0
    answer, _, rest = result.stdout.partition("\nSources\n")
    sources, _, therapies = rest.partition("\nTherapies")
    assert "methotrexate" in answer.lower()
    assert "[1]" in answer
    assert "[1] Orchard 2021, Outcome and follow-up" in sources
    assert '"Methotrexate failed and the calcinosis continued to grow."' in sources
    assert "methotrexate" in therapies
    assert "failed" in therapies


def test_a_digest_is_called_one(casebook: Run, report_files: Path) -> None:
    casebook("ingest", report_files)
    assert "Plum 2012 (digest)" in casebook("ask", "What dose of immunoglobulin was given?").stdout
    assert "Plum 2012 (digest)" in casebook("reports").stdout


def test_ask_on_an_empty_library_abstains_and_ends_with_0(casebook: Run) -> None:
    result = casebook("ask", "Which therapies failed for calcinosis?")
    assert result.exit_code == 0
    assert "empty" in result.stdout.lower()
    assert "Sources" not in result.stdout


def test_ask_as_json_is_what_http_returns(casebook: Run, report_files: Path) -> None:
    casebook("ingest", report_files)
    answer = json.loads(casebook("ask", "Which therapies failed for calcinosis?", "--json", "--year-to", "2018", "--k", "3").stdout)
    assert answer["conversation_id"] is None
    assert len(answer["passages"]) == 3
    assert {passage["report_id"] for passage in answer["passages"]} <= set(REPORT_IDS[1:])
    assert answer["statements"][0]["citations"][0]["marker"] == 1


def test_chat_keeps_its_history_until_quit(casebook: Run, report_files: Path) -> None:
    casebook("ingest", report_files)
    result = casebook("chat", stdin="What dose of diltiazem was given?\n\nDid it help?\n/quit\nDid denosumab help?\n")
    assert result.exit_code == 0
    assert "180 mg/day" in result.stdout
    assert "Searched as: " in result.stdout
    assert "diltiazem" in result.stdout.partition("Searched as: ")[2].splitlines()[0].lower()
    assert "denosumab" not in result.stdout


def test_a_failed_answer_does_not_end_a_chat(casebook: Run, report_files: Path) -> None:
    casebook("ingest", report_files)
    result = casebook("chat", stdin="why " * 2000 + "\nWhat dose of diltiazem was given?\n")
    assert result.exit_code == 0
    assert result.stderr.startswith("casebook: ")
    assert "180 mg/day" in result.stdout


def test_text_of_a_report_cannot_steer_the_terminal(casebook: Run, report_files: Path) -> None:
    hostile = REPORT_FILES["pear.md"].replace("Diltiazem 180", "Diltiazem \x1b]0;owned\x07\u202e[bold red]180")
    (report_files / "pear.md").write_text(hostile)
    casebook("ingest", report_files)
    printed = casebook("ask", "What dose of diltiazem was given?").stdout + casebook("reports").stdout
    assert "\x1b" not in printed
    assert "\x07" not in printed
    assert "\u202e" not in printed


def test_a_model_that_fails_ends_with_1_in_words(casebook: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ChatModelFailed("the model hung up; ask again")

    monkeypatch.setattr(services, "open_services", broken)
    result = casebook("ask", "q")
    assert (result.exit_code, result.stderr) == (1, "casebook: the model hung up; ask again\n")


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, EOFError])
def test_an_interrupt_ends_with_130_and_no_traceback(
    casebook: Run, monkeypatch: pytest.MonkeyPatch, interrupt: type[BaseException]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise interrupt

    monkeypatch.setattr(services, "open_services", interrupted)
    result = casebook("ask", "q")
    assert result.exit_code == 130
    assert result.stderr.strip() == ""


# -- reports, export, check --------------------------------------------------------------------------------


def test_reports_and_export_say_where_no_library_is(casebook: Run, home: Path) -> None:
    for args in (("reports",), ("export", "-")):
        result = casebook(*args)
        assert result.exit_code == 1
        assert str(home) in result.stderr
    assert not home.exists()


def test_reports_as_json_is_the_whole_list(casebook: Run, report_files: Path) -> None:
    casebook("ingest", report_files)
    listed = json.loads(casebook("reports", "--json").stdout)
    assert listed["total"] == 3
    assert [report["id"] for report in listed["reports"]] == sorted(REPORT_IDS)


def test_export_writes_one_line_a_report_with_its_case(casebook: Run, report_files: Path, tmp_path: Path) -> None:
    casebook("ingest", report_files)
    assert casebook("export", tmp_path / "all.jsonl").exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == sorted(REPORT_IDS)
    assert lines[0]["case"]["therapies"]
    assert casebook("export", "-").stdout == (tmp_path / "all.jsonl").read_text()


def test_export_to_where_nothing_can_be_written_ends_in_words(casebook: Run, report_files: Path, tmp_path: Path) -> None:
    casebook("ingest", report_files)
    result = casebook("export", tmp_path / "missing" / "all.jsonl")
    assert result.exit_code in (1, 2)
    assert "all.jsonl" in result.stderr


def test_reports_and_export_work_while_another_process_has_the_library(casebook: Run, library: Corpus) -> None:
    assert library
    assert "3 reports" in casebook("reports").stdout
    assert len(casebook("export", "-").stdout.splitlines()) == 3


def test_check_names_what_is_wrong_and_repair_mends_it(casebook: Run, report_files: Path, settings: Settings) -> None:
    casebook("ingest", report_files)
    assert casebook("check").stdout.startswith("sound: 3 reports")
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        corpus.lexical.remove(list(corpus.catalog.all_chunk_ids())[:1])
    result = casebook("check")
    assert result.exit_code == 1
    assert "bm25" in result.stdout
    assert "--repair" in result.stderr
    assert casebook("check", "--repair").exit_code == 0
    assert casebook("check").exit_code == 0


# -- processes ---------------------------------------------------------------------------------------------


def test_a_second_process_on_a_library_in_use_ends_with_1_in_words(corpus: Corpus, home: Path) -> None:
    assert corpus
    for args in (["ask", "q"], ["ingest", "--bundled"], ["check"], ["serve", "--port", "0"]):
        second = process(home, args)
        out, err = second.communicate(timeout=PATIENCE_S)
        assert second.returncode == 1
        assert out == ""
        assert f"is in use by process {os.getpid()}" in err
        assert "Traceback" not in err


def test_a_reader_that_leaves_early_is_no_error(library: Corpus, home: Path) -> None:
    assert library
    for args in (["export", "-"], ["reports"], ["reports", "--json"]):
        running = process(home, args)
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == ""
        running.wait(timeout=PATIENCE_S)
        running.stderr.close()


def test_serve_answers_until_interrupted(home: Path, report_files: Path) -> None:
    assert process(home, ["ingest", str(report_files)]).communicate(timeout=PATIENCE_S)[0] == "added 3 (7 paragraphs)\n"
    server = process(home, ["serve", "--port", "0"])
    assert server.stderr
    line = next(line for line in server.stderr if "answers at" in line)
    address = next(word for word in line.split() if word.startswith("http://"))
    assert httpx.get(f"{address}/ready", timeout=PATIENCE_S).json()["reports"] == 3
    assert httpx.get(address, timeout=PATIENCE_S).status_code == 200
    taken = process(home.parent / "other", ["serve", "--port", address.rpartition(":")[2]])
    _, err = taken.communicate(timeout=PATIENCE_S)
    assert taken.returncode == 1
    assert "--port" in err
    server.send_signal(signal.SIGINT)
    _, err = server.communicate(timeout=PATIENCE_S)
    assert server.returncode == 130
    assert "Traceback" not in err
