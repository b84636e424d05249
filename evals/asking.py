"""Putting the questions of a set to the assistant."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.chain import Assistant
from evals.golds import Resolved
from evals.progress import Progress


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was answered."""

    gold: Resolved
    answer: Answer
    seconds: float


def ask(questions: Sequence[Resolved], assistant: Assistant) -> list[Asked]:
    """Every question answered with its history; a first search is made before the clock runs."""
    assistant.search("warm up", k=1)
    progress, asked = Progress("ask", len(questions)), list[Asked]()
    for gold in questions:
        started = time.perf_counter()
        answer = assistant.answer(gold.question.text, history=gold.question.history)
        asked.append(Asked(gold, answer, time.perf_counter() - started))
        progress.step()
    return asked
