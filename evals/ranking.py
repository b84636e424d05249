"""Retrieval scores by ir-measures (MacAvaney, Macdonald and Ounis 2022) over TREC runs and qrels, question by question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Protocol

from evals.datasets import Level
from evals.golds import Resolved, Unit

# Beside what ir-measures computes: the share of gold groups met in the first ten, where a group's alternatives count once.
MEASURES = ("nDCG@10", "R@10", "RR", "AP")
GROUPS = "groups@10"
_GROUPS_DEPTH = 10
# The same for everything that is read up to this many characters: systems that cut their passages longer or shorter compare by it.
GROUPS_IN_TEXT = "groups@4000c"
_TEXT_DEPTH = 4000


class Covers(Protocol):
    """What a retriever returns: a piece of a report and the paragraphs that it covers."""

    @property
    def report_id(self) -> str: ...

    @property
    def paragraph_ids(self) -> tuple[str, ...]: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """The units found for one question, best first, each once; ``read``: how many characters have been read when each is reached."""

    question_id: str
    units: tuple[Unit, ...]
    read: tuple[int, ...] = ()


def ranking(question_id: str, passages: Iterable[Covers], level: Level) -> Ranking:
    """From passages to units: a unit stands where the first passage that covers it stands, paragraphs of one passage in reading order.

    Where a retriever scores paragraphs they stand by their best score, which is no better than that of any passage returned before theirs;
    what has to be read until then is still whole passages.
    """
    units, read = dict[Unit, int](), 0
    scores, most = dict[Unit, float](), inf
    for passage in passages:
        read += len(passage.text)
        covered = (passage.report_id,) if level == "report" else passage.paragraph_ids
        for unit in covered:
            units.setdefault(unit, read)
        if level == "paragraph":
            told = _paragraph_scores(passage)
            most = min(most, max(told, default=most))
            for unit, score in zip(covered, told, strict=False):
                scores[unit] = max(min(score, most), scores.get(unit, -inf))
    best = sorted(units, key=lambda unit: -scores.get(unit, 0.0))
    return Ranking(question_id, tuple(best), tuple(units[unit] for unit in best))


def _paragraph_scores(passage: Covers) -> Sequence[float]:
    """Empty for a retriever that scores passages only."""
    return getattr(passage, "paragraph_scores", ())


def score_rankings(rankings: Sequence[Ranking], questions: Sequence[Resolved]) -> dict[str, dict[str, float]]:
    """Measure -> value by question id. Questions without gold are left out: nothing about their ranking can be right."""
    import ir_measures

    golds = {one.question.id: one for one in questions if one.groups}
    qrels = [ir_measures.Qrel(name, unit, 1) for name, one in golds.items() for unit in one.units]
    run = [ir_measures.ScoredDoc(one.question_id, unit, score) for one in rankings for unit, score in _scored(one.units)]
    scores: dict[str, dict[str, float]] = {name: dict.fromkeys(MEASURES, 0.0) for name in golds}
    if qrels:
        for found in ir_measures.iter_calc([ir_measures.parse_measure(name) for name in MEASURES], qrels, run):
            if found.query_id in scores:
                scores[found.query_id][str(found.measure)] = float(found.value)
    for one in rankings:
        if one.question_id in golds:
            groups = golds[one.question_id].groups
            scores[one.question_id][GROUPS] = groups_met(groups, one.units[:_GROUPS_DEPTH])
            if one.read:
                near = [unit for unit, read in zip(one.units, one.read, strict=True) if read <= _TEXT_DEPTH]
                scores[one.question_id][GROUPS_IN_TEXT] = groups_met(groups, near)
    return scores


def groups_met(groups: Sequence[frozenset[Unit]], units: Iterable[Unit]) -> float:
    """Share of gold groups with at least one unit among these; groups must not be empty."""
    there = set(units)
    return sum(bool(group & there) for group in groups) / len(groups)


def write_run(path: Path, rankings: Iterable[Ranking], tag: str) -> None:
    """A TREC run file. Its fields are parted by spaces, so a space in an id is written ``%20``."""
    lines = (
        f"{one.question_id} Q0 {_field(unit)} {rank} {score:g} {tag}\n"
        for one in rankings
        for rank, (unit, score) in enumerate(_scored(one.units), start=1)
    )
    path.write_text("".join(lines), encoding="utf-8")


def write_qrels(path: Path, questions: Iterable[Resolved]) -> None:
    lines = (f"{one.question.id} 0 {_field(unit)} 1\n" for one in questions for unit in sorted(one.units))
    path.write_text("".join(lines), encoding="utf-8")


def read_run(path: Path) -> Mapping[str, tuple[Unit, ...]]:
    """Units by question id, best first, as they stand in a TREC run file."""
    found: dict[str, list[Unit]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        question_id, _, unit, *_ = line.split(" ")
        found.setdefault(question_id, []).append(unit.replace("%20", " "))
    return {name: tuple(units) for name, units in found.items()}


def _scored(units: Sequence[Unit]) -> list[tuple[Unit, float]]:
    """Scores that fall by one a rank, so that no tool that sorts by score can reorder ties."""
    return [(unit, float(len(units) - position)) for position, unit in enumerate(units)]


def _field(unit: Unit) -> str:
    return unit.replace(" ", "%20")
