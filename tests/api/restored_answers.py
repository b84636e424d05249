"""The own evaluation set, answered before a backup and after its restore: ``python -m tests.api.restored_answers [FOLDER]``.

It ingests the bundled reports into a library of its own, so it takes a minute; the laws of the backup itself are in the tests beside it.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

import corpus as corpus_package
from api.app import create_app
from api.backup import back_up, restore
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.datasets import GoldQuestion, read_set
from ingest.pipeline import Pipeline

SET = Path(__file__).parents[2] / "evals" / "data" / "bundled"
# What may differ between two answers to one question.
_TIMES = ("timings_ms", "conversation_id")


def main(folder: Path) -> int:
    questions = read_set(SET).questions
    before, after = (load_settings(home=folder / name) for name in ("before", "after"))
    _ingest(before)
    first = list(_answers(before, questions))
    back_up(before, folder / "casebook.tgz")
    restore(folder / "casebook.tgz", after)
    second = list(_answers(after, questions))
    different = [one.id for one, *two in zip(questions, first, second, strict=True) if two[0] != two[1]]
    print(f"{len(questions) - len(different)} of {len(questions)} answers are the same to the byte", *different)
    return 1 if different else 0


def _ingest(settings: Settings) -> None:
    reports = Path(next(iter(corpus_package.__path__))) / "reports"
    with Corpus.open(settings) as corpus:
        failed = [one for one in Pipeline(corpus, settings, Vocabulary.load()).run([reports]) if one.status == "failed"]
    assert not failed, failed


def _answers(settings: Settings, questions: tuple[GoldQuestion, ...]) -> Iterator[str]:
    """Each answer whole: statements, quotes, passages with their scores, rows, abstention."""
    with TestClient(create_app(settings)) as client:
        for one in questions:
            history = [{"role": told.role, "text": told.text} for told in one.history]
            answer: dict[str, Any] = client.post("/v1/chat", json={"question": one.text, "history": history}).raise_for_status().json()
            yield json.dumps({name: value for name, value in answer.items() if name not in _TIMES}, sort_keys=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else made)))
