"""What the scorer is worth: the same searches, without and with it, in one run.

The fusion's first passages are read once for each question; ranking with any scorer and share is then arithmetic over them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.chain import build_assistant
from assistant.conversation import standalone
from assistant.retrieval import RESCORED, rescored_with
from assistant.scoring import Floats, Scorer, scored_text
from corpus.report import Passage
from corpus.settings import Settings
from evals.adapters import evaluation_set
from evals.datasets import Level
from evals.golds import Resolved, resolve
from evals.intervals import RESAMPLES, SEED
from evals.library import open_library
from evals.progress import Progress
from evals.ranking import ranking, score_rankings
from evals.runner import DEPTH

MEASURE = "nDCG@10"


@dataclass(frozen=True, slots=True)
class Searched:
    """One question with the fusion's passages, best first, and what was asked in full where it is a follow-up."""

    one: Resolved
    asked: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """Mean of a measure without and with, and the mean difference with its 95 % bootstrap interval."""

    questions: int
    without: float
    with_it: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        return self.with_it - self.without


def search_all(source: str, settings: Settings, wanted: Callable[[Resolved], bool] = lambda _: True) -> tuple[list[Searched], Level]:
    """Every question with gold that is wanted, searched by fusion alone; and the level at which the set is judged."""
    plain = settings.model_copy(update={"chat_model": None, "scorer": "off"})
    chosen = evaluation_set(source, settings.home / "evals" / "sets")
    with open_library(chosen, plain) as library:
        assistant = build_assistant(library.corpus, plain, library.vocabulary)
        questions = [one for one in resolve(chosen, library.corpus.catalog).questions if wanted(one)]
        progress, found = Progress(f"search {chosen.name}", len(questions)), list[Searched]()
        for one in questions:
            passages = assistant.search(one.question.text, history=one.question.history, k=DEPTH[chosen.level])
            asked = standalone(one.question.text, one.question.history, library.vocabulary).text
            found.append(Searched(one, asked, tuple(passages)))
            progress.step()
    return found, chosen.level


def read_all(searched: Sequence[Searched], scorer: Scorer) -> list[Floats]:
    """The scorer's log-odds for the first passages of each question."""
    progress, found = Progress("read", len(searched)), list[Floats]()
    for one in searched:
        found.append(scorer.relevance(one.asked, [scored_text(passage) for passage in one.passages[:RESCORED]]))
        progress.step()
    return found


def gain(searched: Sequence[Searched], read: Sequence[Floats], level: Level, share: float) -> Gain | None:
    """Ranking without and with the scorer at a share, over the questions that have gold; None where there are none."""
    judged = [(one, logits) for one, logits in zip(searched, read, strict=True) if one.one.groups]
    if not judged:
        return None
    resolved = [one.one for one, _ in judged]
    before = score_rankings([ranking(one.one.question.id, one.passages, level) for one, _ in judged], resolved)
    mixed = [ranking(one.one.question.id, rescored_with(logits, one.passages, share), level) for one, logits in judged]
    after = score_rankings(mixed, resolved)
    old, new = (np.array([values[one.question.id][MEASURE] for one in resolved]) for values in (before, after))
    draws = np.random.default_rng(SEED).integers(0, len(old), (RESAMPLES, len(old)))
    low, high = np.percentile((new - old)[draws].mean(axis=1), [2.5, 97.5])
    return Gain(len(old), float(old.mean()), float(new.mean()), float(low), float(high))
