"""The house rules that a machine can check."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What a package may import of ours; an import only goes down.
BELOW = {
    "corpus": set(),
    "ingest": {"corpus"},
    "assistant": {"corpus"},
    "api": {"assistant", "ingest", "corpus", "evals"},
    "evals": {"assistant", "ingest", "corpus"},
}
MAX_LINES = 400
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}


def _files() -> list[Path]:
    return [path for package in (*BELOW, "tests") for path in sorted((ROOT / package).rglob("*.py"))]


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", BELOW)
def test_an_import_only_goes_down(package: str) -> None:
    upward = {
        str(path.relative_to(ROOT)): sorted(_imported(path) & (set(BELOW) - BELOW[package] - {package}))
        for path in sorted((ROOT / package).rglob("*.py"))
    }
    assert {path: names for path, names in upward.items() if names} == {}


def test_no_file_is_longer_than_400_lines() -> None:
    assert [str(path) for path in _files() if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES] == []


def test_no_module_is_a_drawer() -> None:
    assert [str(path) for path in _files() if path.stem in FORBIDDEN_NAMES] == []


def test_no_top_level_import_in_the_command_line_is_heavy() -> None:
    heavy = {"torch", "chromadb", "langchain", "fastapi", "sentence_transformers", "sqlalchemy", "rich", "pydantic"}
    tree = ast.parse((ROOT / "api" / "cli.py").read_text(encoding="utf-8"))
    names = {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    names |= {(node.module or "").split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert names & heavy == set()
