"""Whether what an answer shows of itself says how right it is: the chance it gives itself, its verdicts, how far down its proof was found.

These are the shares behind each mark that a reader sees; evals/calibration.py has the one figure over all chances.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evals.intervals import Estimate, mean_estimate
from evals.ranking import read_run
from evals.run_folder import StoredRun
from evals.systems import HYBRID

_RANKS = ((1, "first"), (3, "second or third"), (10, "4th to 10th"), (20, "11th to 20th"))
_NOT_FOUND = "not found"

# A refusal threshold below the first edge leaves the first band nearly empty; equal steps read more easily than equal sizes.
_EDGES = (0.4, 0.6, 0.8, 0.9, 1.0)

CHANCE = "Answers that cite gold, by the chance that they give themselves"
VERDICT, RANK = "Statements that cite gold, by their verdict", "Answers that cite gold, by where the first gold paragraph was found"


@dataclass(frozen=True, slots=True)
class Band:
    """One mark, and the share of those that bear it that are right."""

    label: str
    share: Estimate


def reliability(run: StoredRun) -> dict[str, list[Band]]:
    """Bands by heading; a heading without answers is left out."""
    questions, answers = run.records("questions"), run.records("answers")
    asked = [(questions[name], answer) for name, answer in answers.items() if name in questions and questions[name]["gold"]]
    answered = [(question, answer) for question, answer in asked if not answer["abstained"]]
    found = {CHANCE: _by_chance(run, questions, answers), VERDICT: _by_verdict(answered), RANK: _by_rank(run, answered)}
    return {heading: bands for heading, bands in found.items() if bands}


def _by_chance(run: StoredRun, questions: Mapping[str, dict[str, Any]], answers: Mapping[str, dict[str, Any]]) -> list[Band]:
    """Unanswerable questions that were answered count as wrong."""
    marks: dict[float, list[float]] = {edge: [] for edge in _EDGES}
    for name, answer in answers.items():
        hit, chance = run.scores[name].get("answer.gold_hit"), answer.get("chance")
        if chance is not None and not answer["abstained"] and (hit is not None or not questions[name]["answerable"]):
            marks[next(edge for edge in _EDGES if chance <= edge)].append(float(bool(hit)))
    return [Band(f"up to {edge:g}", mean_estimate(values)) for edge, values in marks.items() if values]


def _by_verdict(answered: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[Band]:
    marks: dict[str, list[float]] = {}
    for question, answer in answered:
        units = gold_units(question)
        for statement in answer["statements"]:
            if statement["citations"]:
                marks.setdefault(statement["support"], []).append(float(any(_on(units, it) for it in statement["citations"])))
    return [Band(label, mean_estimate(values)) for label, values in sorted(marks.items(), key=lambda one: -len(one[1]))]


def _by_rank(run: StoredRun, answered: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[Band]:
    path = run.folder / f"run.{HYBRID}.trec"
    rankings = read_run(path) if path.exists() else {}
    marks: dict[str, list[float]] = {label: [] for label in (*(label for _, label in _RANKS), _NOT_FOUND)}
    for question, _ in answered:
        hit, units = run.scores[question["id"]].get("answer.gold_hit"), gold_units(question)
        if hit is not None and question["id"] in rankings:
            first = next((rank for rank, unit in enumerate(rankings[question["id"]], start=1) if unit in units), None)
            marks[_band(first)].append(float(hit > 0))
    return [Band(label, mean_estimate(values)) for label, values in marks.items() if values]


def _band(rank: int | None) -> str:
    return next((label for last, label in _RANKS if rank is not None and rank <= last), _NOT_FOUND)


def gold_units(question: Mapping[str, Any]) -> set[str]:
    """Every unit of a stored question's golds."""
    return {one["unit"] for group in question["gold"] for one in group}


def _on(units: set[str], citation: Mapping[str, Any]) -> bool:
    return citation["paragraph_id"] in units or citation["report_id"] in units
