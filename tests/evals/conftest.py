"""A tiny evaluation set over the three reports of tests/library.py."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.settings import Settings, load_settings
from corpus.vocabulary import Vocabulary
from evals.runner import RunResult, run_folder
from tests.doubles import HashingEmbedder
from tests.library import REPORT_FILES

QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "id": "t1",
        "question": "Did methotrexate help calcinosis in anti-Mi2 dermatomyositis?",
        "answerable": True,
        "kind": "therapy_failed",
        "part": "dev",
        "gold": [[{"report_id": "doi:10.9999/orchard.1", "snippet": "Methotrexate failed and the calcinosis continued to grow"}]],
        "facts": [["methotrexate failed", "methotrexate"]],
        "forbidden": ["methotrexate resolved"],
    },
    {
        "id": "t2",
        "question": "What dose of intravenous immunoglobulin was given for calcinosis?",
        "answerable": True,
        "kind": "dose",
        "part": "test",
        "gold": [[{"report_id": "doi:10.9999/plum.2", "paragraph": 2}]],
        "facts": [["1 g/kg"]],
    },
    {
        "id": "t3",
        "question": "and what about diltiazem in systemic sclerosis?",
        "history": [
            {"role": "user", "text": "Did methotrexate help calcinosis?"},
            {"role": "assistant", "text": "Methotrexate failed and the calcinosis continued to grow."},
        ],
        "answerable": True,
        "kind": "followup",
        "part": "dev",
        "gold": [[{"report_id": "pmid:999999", "snippet": "Diltiazem 180 mg/day brought no benefit"}]],
        "facts": [["no benefit"]],
    },
    {
        "id": "t4",
        "question": "What is the best chemotherapy for glioblastoma?",
        "answerable": False,
        "kind": "unanswerable",
        "part": "dev",
        "premise": "nothing here is about tumours",
    },
    {"id": "t5", "question": "Did denosumab help?", "answerable": False, "kind": "unanswerable", "part": "test"},
    {
        "id": "t6",
        "question": "How old was the gardener with anti-Mi2 dermatomyositis?",
        "answerable": True,
        "kind": "value",
        "part": "dev",
        "gold": [[{"report_id": "doi:10.9999/orchard.1", "paragraph": "doi:10.9999/orchard.1#p1"}]],
        "facts": [["34"]],
    },
)


def write_questions(folder: Path, *questions: dict[str, Any]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(question) + "\n" for question in questions), encoding="utf-8")
    return path


@pytest.fixture
def tiny_set(report_files: Path) -> Path:
    """The folder that holds ``reports/``, with six questions about them."""
    write_questions(report_files.parent, *QUESTIONS)
    return report_files.parent


@pytest.fixture
def stored_run(tmp_path: Path) -> Callable[..., Path]:
    """Writes what is read back of a run: scores by question, and a summary, settings and versions."""

    def write(
        name: str,
        scores: dict[str, dict[str, float | None]],
        summary: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        versions: dict[str, str] | None = None,
    ) -> Path:
        (folder := tmp_path / name).mkdir()
        whole = {"set": "tiny", "part": None, "data": "d1", "questions": 1, "answerable": 1, "reports": 1, "metrics": {}} | (summary or {})
        for file, record in (("summary", whole), ("settings", settings or {}), ("versions", versions or {})):
            (folder / f"{file}.json").write_text(json.dumps(record), encoding="utf-8")
        lines = (json.dumps({"id": question, "scores": values}) + "\n" for question, values in scores.items())
        (folder / "scores.jsonl").write_text("".join(lines), encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="package", autouse=True)
def _one_vocabulary() -> Iterator[None]:
    """Reading the word lists takes most of a tiny run; they are read once."""
    vocabulary = Vocabulary.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Vocabulary, "load", lambda: vocabulary)
        yield


@pytest.fixture(scope="session")
def evaluation_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of the whole session, so that the tiny library is ingested once."""
    return load_settings(home=tmp_path_factory.getbasetemp() / "evaluation-home")


@pytest.fixture(scope="session")
def shared_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny set in a folder of the whole session; not to be written to."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "reports").mkdir()
    for name, text in REPORT_FILES.items():
        (folder / "reports" / name).write_text(text, encoding="utf-8")
    write_questions(folder, *QUESTIONS)
    return folder


@pytest.fixture(scope="session")
def run(shared_set: Path, evaluation_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """One whole run of the tiny set, made once."""
    return run_folder(shared_set, tmp_path_factory.mktemp("runs"), evaluation_settings, embedder=HashingEmbedder())
