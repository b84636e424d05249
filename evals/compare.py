"""Two runs of the same set side by side: paired differences with a permutation test, and everything else that changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import UsageError
from evals.intervals import permutation_p
from evals.run_folder import StoredRun, read_run_folder

# So many questions are listed for each metric, those that moved furthest first.
_LISTED = 5
# The scores whose questions are worth reading when they move.
_READ = ("hybrid.nDCG@10", "answer.gold_hit", "answer.facts_found", "answer.decision_right")


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric over the questions that define it in both runs; ``p`` says how easily chance gives such a difference."""

    metric: str
    before: float
    after: float
    n: int
    p: float | None

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Moved:
    """A question whose score changed."""

    question_id: str
    metric: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs. ``changed`` holds settings and versions as (name, before, after)."""

    differences: tuple[Difference, ...]
    moved: tuple[Moved, ...]
    changed: tuple[tuple[str, str, str], ...]

    @property
    def text(self) -> str:
        return _markdown(self)


def compare(first: Path, second: Path) -> Comparison:
    """Raises UsageError where the runs are not of the same questions over the same reports."""
    before, after = read_run_folder(first), read_run_folder(second)
    if (before.data, before.summary["part"]) != (after.data, after.summary["part"]):
        raise UsageError(f"{first} and {second} are runs of different data or parts; only runs of the same questions can be paired")
    metrics = dict.fromkeys(name for scores in (*before.scores.values(), *after.scores.values()) for name in scores)
    differences = [found for metric in metrics if (found := _difference(metric, before, after))]
    moved = [one for metric in _READ for one in _moved(metric, before, after)]
    changed = _changed("settings.", before.settings, after.settings) + _changed("versions.", before.versions, after.versions)
    return Comparison(tuple(differences), tuple(moved), tuple(changed))


def _pairs(metric: str, before: StoredRun, after: StoredRun) -> dict[str, tuple[float, float]]:
    found = {name: (scores.get(metric), after.scores.get(name, {}).get(metric)) for name, scores in before.scores.items()}
    return {name: (one, two) for name, (one, two) in found.items() if one is not None and two is not None}


def _difference(metric: str, before: StoredRun, after: StoredRun) -> Difference | None:
    pairs = list(_pairs(metric, before, after).values())
    if not pairs:
        return None
    first, second = [one for one, _ in pairs], [two for _, two in pairs]
    return Difference(metric, sum(first) / len(pairs), sum(second) / len(pairs), len(pairs), permutation_p(first, second))


def _moved(metric: str, before: StoredRun, after: StoredRun) -> list[Moved]:
    found = [Moved(name, metric, one, two) for name, (one, two) in _pairs(metric, before, after).items() if one != two]
    return sorted(found, key=lambda one: (-abs(one.after - one.before), one.question_id))[:_LISTED]


def _changed(prefix: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """``home`` says where, not what, and differs freely."""
    names = [name for name in dict.fromkeys((*before, *after)) if name != "home" and before.get(name) != after.get(name)]
    return [(prefix + name, str(before.get(name)), str(after.get(name))) for name in names]


def _markdown(found: Comparison) -> str:
    lines = ["| metric | before | after | change | p | n |", "| --- | --- | --- | --- | --- | --- |"]
    for one in found.differences:
        p = "-" if one.p is None else f"{one.p:.4f}"
        lines.append(f"| {one.metric} | {one.before:.3f} | {one.after:.3f} | {one.change:+.3f} | {p} | {one.n} |")
    if found.moved:
        lines += ["", "Questions that moved furthest:", ""]
        lines += [f"- {one.question_id} {one.metric}: {one.before:.3f} -> {one.after:.3f}" for one in found.moved]
    lines += ["", "Changed: " + ("; ".join(f"{name} {one[:16]} -> {two[:16]}" for name, one, two in found.changed) or "nothing") + "."]
    lines += ["p: two-sided paired permutation test (10,000 sign flips), not corrected for the number of metrics."]
    return "\n".join(lines) + "\n"
