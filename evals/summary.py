"""From scores per question to the figures of a run: means with n and interval, for the whole set and for each kind of question."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles

from evals.asking import Asked
from evals.calibration import calibration_estimates, chances
from evals.datasets import EvaluationSet
from evals.golds import Resolution
from evals.intervals import Estimate, mean_estimate
from evals.metrics import Scores, refusal_estimates

# Follow-ups in their own words and as people rewrote them tell what rewriting gains; they are no systems of their own.
_NOT_SHOWN = ("raw.", "human.")


@dataclass(frozen=True, slots=True)
class Kind:
    """The questions of one kind: how many, and the mean of each score that any of them defines."""

    questions: int
    means: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run. ``metrics`` holds an estimate by ``system.measure``, ``answer.measure`` and ``refusal.measure``."""

    set: str
    part: str | None
    system: str
    level: str
    data: str
    reports: int
    failed_sources: int
    questions: int
    answerable: int
    skipped_golds: int
    skipped_questions: int
    credit: str | None
    metrics: Mapping[str, Estimate]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    answer_ms: Mapping[str, float] = field(default_factory=dict)

    def record(self) -> dict[str, object]:
        """As ``summary.json`` holds it."""
        return asdict(self)


def summarise(
    chosen: EvaluationSet,
    part: str | None,
    system: str,
    resolution: Resolution,
    scores: Mapping[str, Scores],
    asked: Sequence[Asked],
    reports: int,
    failed_sources: int,
) -> Summary:
    answers = [(one.gold.question.answerable, one.answer.abstained) for one in asked if one.answer]
    refusing = {f"refusal.{name}": found for name, found in refusal_estimates(answers).items()} if answers else {}
    calibrated = {f"calibration.{name}": found for name, found in calibration_estimates(chances(asked, scores)).items()}
    return Summary(
        set=chosen.name,
        part=part,
        system=system,
        level=chosen.level,
        data=chosen.digest,
        reports=reports,
        failed_sources=failed_sources,
        questions=len(resolution.questions),
        answerable=sum(one.question.answerable for one in resolution.questions),
        skipped_golds=resolution.skipped_pointers,
        skipped_questions=resolution.skipped_questions,
        credit=chosen.credit,
        metrics=estimates(list(scores.values())) | refusing | calibrated,
        kinds=_kinds(resolution, scores),
        answer_ms=_times([1000 * one.seconds for one in asked]),
    )


def estimates(scores: Sequence[Scores]) -> dict[str, Estimate]:
    """The mean of every score that occurs, in the order in which it first does."""
    names = dict.fromkeys(name for one in scores for name in one if not name.startswith(_NOT_SHOWN))
    return {name: mean_estimate([one.get(name) for one in scores]) for name in names}


def _kinds(resolution: Resolution, scores: Mapping[str, Scores]) -> dict[str, Kind]:
    groups: dict[str, list[Scores]] = {}
    for one in resolution.questions:
        groups.setdefault(one.question.kind, []).append(scores[one.question.id])
    return {kind: Kind(len(group), _means(group)) for kind, group in sorted(groups.items())}


def _means(group: Sequence[Scores]) -> dict[str, float]:
    names = dict.fromkeys(name for one in group for name in one if not name.startswith(_NOT_SHOWN))
    values = {name: [value for one in group if (value := one.get(name)) is not None] for name in names}
    return {name: sum(found) / len(found) for name, found in values.items() if found}


def _times(milliseconds: Sequence[float]) -> dict[str, float]:
    if not milliseconds:
        return {}
    p95 = quantiles(milliseconds, n=20, method="inclusive")[-1] if len(milliseconds) > 1 else milliseconds[0]
    return {"median": median(milliseconds), "p95": p95, "max": max(milliseconds)}
