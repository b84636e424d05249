"""Faults planted on purpose in the system: the floors of a sound run must catch each of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.abstention import Abstainer
from assistant.answer import Answer, Citation, Statement
from assistant.chain import Assistant
from corpus.settings import Settings
from evals.gate import gate, pin
from evals.runner import RunResult, run_folder
from tests.doubles import HashingEmbedder

Caught = Callable[[], set[str]]


@pytest.fixture
def caught(run: RunResult, shared_set: Path, evaluation_settings: Settings, tmp_path: Path) -> Caught:
    """Runs the set as the system is now; the metrics that the floors of the sound run refuse."""
    floors = tmp_path / "floors.json"
    pin(run.folder, floors)

    def refused() -> set[str]:
        again = run_folder(shared_set, tmp_path / "runs", evaluation_settings, embedder=HashingEmbedder())
        return {breach.metric for breach in gate(again.folder, floors)}

    return refused


def _altered(monkeypatch: pytest.MonkeyPatch, alter: Callable[[Statement], Statement]) -> None:
    right = Assistant.answer

    def altered(self: Assistant, question: str, **options: object) -> Answer:
        answer = right(self, question, **options)  # type: ignore[arg-type]
        return replace(answer, statements=tuple(map(alter, answer.statements)))

    monkeypatch.setattr(Assistant, "answer", altered)


def test_a_sound_system_passes(caught: Caught) -> None:
    assert caught() == set()


def test_a_shuffled_retriever_is_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Assistant.search
    monkeypatch.setattr(Assistant, "search", lambda self, query, **options: right(self, query, **options)[::-1])
    assert "hybrid.nDCG@10" in caught()


def test_citations_shifted_by_one_paragraph_are_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    _altered(monkeypatch, lambda one: replace(one, citations=tuple(map(_shifted, one.citations))))
    assert caught() >= {"answer.gold_hit", "answer.citation_precision", "answer.quote_exactness"}


def _shifted(citation: Citation) -> Citation:
    report, _, number = citation.paragraph_id.rpartition("#p")
    return replace(citation, paragraph_id=f"{report}#p{int(number) + 1}")


def test_refusal_switched_off_is_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Assistant.answer
    monkeypatch.setattr(Abstainer, "before_reading", lambda *_: None)
    monkeypatch.setattr(Assistant, "answer", lambda self, question, **options: replace(right(self, question, **options), abstention=None))
    assert "refusal.balanced_accuracy" in caught()


def test_one_corrupted_number_in_one_answer_is_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    _altered(monkeypatch, lambda one: replace(one, text=one.text.replace("1 g/kg", "11 g/kg")))
    assert caught() >= {"answer.numbers_proved", "answer.facts_found"}


def test_one_corrupted_number_in_one_quote_is_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    def corrupted(citation: Citation) -> Citation:
        return replace(citation, quote=citation.quote.replace("1 g/kg", "7 g/kg"))

    _altered(monkeypatch, lambda one: replace(one, citations=tuple(map(corrupted, one.citations))))
    assert caught() == {"answer.quote_exactness"}
