"""The therapy board: patients by therapy and outcome. Only what was given counts; planned and declined therapies stand in the rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.case import FAILED, Outcome
from corpus.therapy_outlines import TherapyOutline

Bucket = Literal["failed", "partial", "worked", "adverse", "not_reported"]
BUCKETS: tuple[Bucket, ...] = ("failed", "partial", "worked", "adverse", "not_reported")


@dataclass(frozen=True, slots=True)
class Counts:
    """Patients, each counted once in a bucket; one whose muscle improved and whose calcinosis did not stands in two buckets."""

    patients: int
    cells: Mapping[Bucket, int]


@dataclass(frozen=True, slots=True)
class BoardLine:
    """The counts of one therapy."""

    therapy: str
    therapy_class: str | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Board:
    """The therapy of most patients first."""

    lines: tuple[BoardLine, ...]
    total: Counts


def board(rows: Sequence[TherapyOutline]) -> Board:
    """Count what was given."""
    given = [row for row in rows if row.status == "given"]
    groups: defaultdict[str, list[TherapyOutline]] = defaultdict(list)
    for row in given:
        groups[row.therapy].append(row)
    lines = [BoardLine(name, group[0].therapy_class, counted(group)) for name, group in groups.items()]
    return Board(tuple(sorted(lines, key=lambda line: (-line.counts.patients, line.therapy))), counted(given))


def counted(rows: Sequence[TherapyOutline]) -> Counts:
    who: defaultdict[Bucket, set[str]] = defaultdict(set)
    for row in rows:
        # Patients that a report does not tell apart are one: who cannot be counted is not counted up.
        who[bucket(row.outcome)].add(row.patient_id or row.report_id)
    return Counts(len(set().union(*who.values())), {name: len(who[name]) for name in BUCKETS})


def bucket(outcome: Outcome) -> Bucket:
    """The column of an outcome."""
    if outcome in FAILED:
        return "failed"
    if outcome == "partial" or outcome == "not_reported":
        return outcome
    return "adverse" if outcome == "adverse_effect" else "worked"
