"""Putting the questions of a set to whatever answers them: our assistant, or a server by its address."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Answer, Exchange
from evals.golds import Resolved
from evals.progress import Progress, tell


class Unreadable(Exception):
    """What came back for one question is no answer; the run goes on and counts it."""


class Answers(Protocol):
    """What is asked. The assistant is one; evals/remote.py has the others."""

    def answer(self, question: str, *, history: Sequence[Exchange] = ()) -> Answer:
        """Raises Unreadable where what came back is no answer."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was answered; ``answer`` is None where what came back could not be read as one."""

    gold: Resolved
    answer: Answer | None
    seconds: float


def ask(questions: Sequence[Resolved], answers: Answers) -> list[Asked]:
    """Every question answered with its history."""
    progress, asked = Progress("ask", len(questions)), list[Asked]()
    for gold in questions:
        started = time.perf_counter()
        answer = _answered(gold, answers)
        asked.append(Asked(gold, answer, time.perf_counter() - started))
        progress.step()
    return asked


def _answered(gold: Resolved, answers: Answers) -> Answer | None:
    try:
        return answers.answer(gold.question.text, history=gold.question.history)
    except Unreadable as error:
        tell(f"{gold.question.id}: no answer: {error}")
        return None
