"""The questions of a run that went wrong, with everything that is needed to read why. The test part is counted, never shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evals.ranking import read_run
from evals.reliability import gold_units
from evals.run_folder import StoredRun
from evals.systems import HYBRID

Record = Mapping[str, Any]

# So many of each reason are shown; the rest is counted.
SHOWN = 12
_DEPTH = 10

# Reason -> what it means, worst first; a question is listed under the first that fits.
REASONS: Mapping[str, str] = {
    "unreadable": "What came back was no answer.",
    "forbidden": "The answer says what a confused one would say.",
    "corrupted": "A quote does not stand where the citation says, or a number is not in the cited paragraphs.",
    "false_answer": "Nothing in the library answers this, yet it was answered.",
    "wrong_refusal": "The library answers this, yet it was refused.",
    "not_retrieved": f"No gold paragraph is among the first {_DEPTH} found.",
    "not_cited": "A gold paragraph was found but none is cited.",
    "fact_missing": "The gold is cited, but a required fact is not said.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One question with what it asked for and what came back."""

    reason: str
    question: Record
    answer: Record | None
    scores: Mapping[str, float | None]


def failures(run: StoredRun) -> dict[str, list[Failure]]:
    """Failures by reason in the order of ``REASONS``, each reason's in the order of the set."""
    questions, answers, missed = run.records("questions"), run.records("answers"), _missed(run)
    found = [_failure(questions[name], answers.get(name), scores, missed) for name, scores in run.scores.items() if name in questions]
    listed = [one for one in found if one]
    return {reason: group for reason in REASONS if (group := [one for one in listed if one.reason == reason])}


def to_read(group: list[Failure]) -> list[Failure]:
    """Those that may be read: tuning must not see the test part."""
    return [one for one in group if one.question.get("part") != "test"][:SHOWN]


def _missed(run: StoredRun) -> frozenset[str]:
    """Questions with no gold unit among the first ten found; without a stored ranking none is known to be missed."""
    path = run.folder / f"run.{HYBRID}.trec"
    if not path.exists():
        return frozenset()
    rankings = read_run(path)
    golds = {name: gold_units(record) for name, record in run.records("questions").items()}
    return frozenset(name for name, units in golds.items() if units and not units & set(rankings.get(name, ())[:_DEPTH]))


def _failure(question: Record, answer: Record | None, scores: Mapping[str, float | None], missed: frozenset[str]) -> Failure | None:
    reason = next(_reasons(question, scores, missed), None)
    return Failure(reason, question, answer, scores) if reason else None


def _reasons(question: Record, scores: Mapping[str, float | None], missed: frozenset[str]) -> Iterator[str]:
    """Every reason that fits, worst first."""
    got = {name.removeprefix("answer."): value for name, value in scores.items() if name.startswith("answer.")}
    fits = {
        "unreadable": got.get("unreadable") == 1,
        "forbidden": got.get("forbidden_said") == 1,
        "corrupted": _below(got.get("quote_exactness")) or _below(got.get("numbers_proved")),
        "false_answer": got.get("false_answer") == 1,
        "wrong_refusal": got.get("wrong_refusal") == 1,
        "not_retrieved": question["id"] in missed,
        "not_cited": got.get("gold_hit") == 0,
        "fact_missing": _below(got.get("facts_found")),
    }
    yield from (reason for reason in REASONS if fits[reason])


def _below(value: float | None) -> bool:
    return value is not None and value < 1
