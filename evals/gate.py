"""A gate: floors pinned to the data they were measured on. A run below one fails; a floor is raised by pinning, never lowered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import UsageError
from evals.run_folder import read_run_folder

# Metrics of which less is better have a ceiling, which is a floor under their negative.
_LESS_IS_BETTER = frozenset({"answer.forbidden_said", "answer.wrong_refusal", "answer.false_answer"})
# Scores are counts over questions; rounding to four places must not fail a run that is equal.
_ROUNDING = 5e-5
# Proofs are exact on every machine. The rest moves a little with the arithmetic of another processor; a floors file says how far it may.
EXACT = frozenset({"answer.quote_exactness", "answer.numbers_proved", "answer.forbidden_said"})
PINNED = (
    "hybrid.nDCG@10", "hybrid.R@10", "answer.gold_hit", "answer.citation_precision", "answer.quote_exactness", "answer.numbers_proved",
    "answer.facts_found", "answer.forbidden_said", "refusal.precision", "refusal.balanced_accuracy", "rewriting.rewritten",
)  # fmt: skip


class Floors(BaseModel):
    """``floors.json``: which data, which part, and the value that each metric must keep (a ceiling where less is better).

    ``tolerance`` is how far a figure that is not exact may fall short; it is written by hand, for pinning leaves it as it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: str
    part: str | None = None
    data: str
    tolerance: float = Field(default=0.0, ge=0, le=0.05)
    floors: Mapping[str, float]

    def slack(self, metric: str) -> float:
        return _ROUNDING if metric in EXACT else self.tolerance + _ROUNDING


@dataclass(frozen=True, slots=True)
class Breach:
    """One reason why the gate stays shut."""

    metric: str
    floor: float | None
    value: float | None
    reason: str

    def __str__(self) -> str:
        return f"{self.metric}: {self.reason}"


def gate(run: Path, floors: Path) -> tuple[Breach, ...]:
    """Every breach; empty where the run passes. A metric that has become undefined, or other data, is a breach."""
    stored, pinned = read_run_folder(run), read_floors(floors)
    if (stored.data, stored.summary["part"]) != (pinned.data, pinned.part):
        said = f"the run is of other data or another part than {floors} was pinned on; pin anew in a file of its own"
        return (Breach("data", None, None, said),)
    figures = stored.figures
    held = ((metric, floor, figures.get(metric), pinned.slack(metric)) for metric, floor in pinned.floors.items())
    return tuple(breach for one in held if (breach := _breach(*one)))


def pin(run: Path, floors: Path, metrics: tuple[str, ...] = PINNED) -> Floors:
    """Write the run's figures as floors. Where the file exists, each floor keeps the stricter of both.

    Raises UsageError where the run is of other data than the file.
    """
    stored = read_run_folder(run)
    old = read_floors(floors) if floors.exists() else None
    if old and (old.data, old.part) != (stored.data, stored.summary["part"]):
        raise UsageError(f"{floors}: was pinned on other data or another part; pin this run in a file of its own")
    found = {name: round(value, 4) for name in metrics if (value := stored.figures.get(name)) is not None}
    kept = dict(old.floors) if old else {}
    merged = {name: _stricter(name, kept.get(name), found.get(name)) for name in (*kept, *(name for name in found if name not in kept))}
    tolerance = old.tolerance if old else 0.0
    pinned = Floors(set=stored.summary["set"], part=stored.summary["part"], data=stored.data, tolerance=tolerance, floors=merged)
    floors.write_text(json.dumps(pinned.model_dump(), indent=2) + "\n", encoding="utf-8")
    return pinned


def read_floors(path: Path) -> Floors:
    try:
        return Floors.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); pin a run to make it") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{path}: `{'.'.join(map(str, first['loc']))}`: {first['msg']}") from None


def _breach(metric: str, floor: float, value: float | None, slack: float) -> Breach | None:
    if value is None:
        return Breach(metric, floor, None, "is undefined in this run, but a floor is pinned")
    if _worth(metric, value) + slack >= _worth(metric, floor):
        return None
    side = "above its ceiling" if metric in _LESS_IS_BETTER else "below its floor"
    return Breach(metric, floor, value, f"{value:.4f} is {side} {floor:.4f}")


def _worth(metric: str, value: float) -> float:
    return -value if metric in _LESS_IS_BETTER else value


def _stricter(metric: str, old: float | None, new: float | None) -> float:
    known = [value for value in (old, new) if value is not None]
    return max(known, key=lambda value: _worth(metric, value))
