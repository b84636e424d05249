"""Does our citation verifier agree with experts? Claims with the evidence that was cited for them, and an expert's word on each.

The verifier's verdict is ordered (supported 1, partial 1/2, all else 0) and compared with "complete" against the expert's other two words.
Beside it stands the plain share of the claim's words that the evidence holds: a verifier must do better than that.

- ``auc``: chance that a fully supported claim is put above one that is not, ties half (Hanley and McNeil 1982); 0.5 is guessing.
- ``precision`` and ``recall`` of the verdict "supported" against the expert's "complete".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.answer import Support
from corpus.settings import Settings
from corpus.text import tokens
from corpus.vocabulary import Vocabulary
from evals.adapters.expertqa import CREDIT, JudgedClaim, claims
from evals.datasets import data_digest
from evals.intervals import RESAMPLES, SEED, Estimate
from evals.judging import VerifierJudge
from evals.progress import Progress
from evals.run_folder import Run, new_run_folder, write_run_folder
from evals.summary import Kind, Summary

NAME = "expertqa"
_WORTH = {Support.SUPPORTED: 1.0, Support.PARTIAL: 0.5}

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim with what the verifier and the plain words say of it."""

    claim: JudgedClaim
    verifier: float
    words: float


def verify_folder(source: Path, out: Path | None, settings: Settings) -> tuple[Path, Summary]:
    """Judge every claim and write a run folder; its summary is like any other's."""
    verdicts = judged(claims(source), Vocabulary.load())
    summary = _summary(source, verdicts)
    folder = new_run_folder(out or settings.home / "evals" / "runs", NAME, None)
    scores = {one.claim.id: {"verifier.supported": one.verifier, "words.share": one.words} for one in verdicts}
    write_run_folder(folder, Run(summary, (), {}, {}, scores), settings, markdown(summary))
    return folder, summary


def judged(found: Sequence[JudgedClaim], vocabulary: Vocabulary) -> list[Verdict]:
    judge, progress, verdicts = VerifierJudge(vocabulary), Progress("verify", len(found)), list[Verdict]()
    for claim in found:
        said = judge.verdict(claim.evidence, claim.text)
        verdicts.append(Verdict(claim, _WORTH.get(said, 0.0), _share(claim)))
        progress.step()
    return verdicts


def _share(claim: JudgedClaim) -> float:
    own, there = set(tokens(claim.text)), set(tokens(" ".join(claim.evidence)))
    return len(own & there) / len(own) if own else 0.0


def auc(scores: Figures, positive: npt.NDArray[np.bool_]) -> float | None:
    """Area under the ROC curve by counting pairs; None where a side is empty."""
    if positive.all() or not positive.any():
        return None
    values, places = np.unique(scores, return_inverse=True)
    above, below = (np.bincount(places[side], minlength=len(values)) for side in (positive, ~positive))
    pairs = above * (np.cumsum(below) - below / 2)
    return float(pairs.sum() / (above.sum() * below.sum()))


def _summary(source: Path, verdicts: Sequence[Verdict]) -> Summary:
    complete = np.array([one.claim.verdict == "Complete" for one in verdicts])
    verifier, share = (np.array([getattr(one, name) for one in verdicts]) for name in ("verifier", "words"))
    said = verifier == 1
    metrics = {
        "verifier.auc": _estimate(lambda at: auc(verifier[at], complete[at]), len(verdicts)),
        "words.auc": _estimate(lambda at: auc(share[at], complete[at]), len(verdicts)),
        "verifier.precision": _estimate(lambda at: _ratio(said[at] & complete[at], said[at]), len(verdicts)),
        "verifier.recall": _estimate(lambda at: _ratio(said[at] & complete[at], complete[at]), len(verdicts)),
        "verifier.accuracy": _estimate(lambda at: float((said[at] == complete[at]).mean()), len(verdicts)),
        "expert.complete": _estimate(lambda at: float(complete[at].mean()), len(verdicts)),
    }
    return Summary(
        set=NAME, part=None, system="citation verifier", level="claim", data=data_digest((source,)), reports=0, failed_sources=0,
        questions=len(verdicts), answerable=int(complete.sum()), skipped_golds=0, skipped_questions=0, credit=CREDIT, metrics=metrics,
        kinds=_kinds(verdicts),
    )  # fmt: skip


def _kinds(verdicts: Sequence[Verdict]) -> Mapping[str, Kind]:
    groups = {name: [one for one in verdicts if one.claim.verdict == name] for name in ("Complete", "Partial", "Incomplete")}
    return {name: Kind(len(group), _means(group)) for name, group in groups.items() if group}


def _means(group: Sequence[Verdict]) -> Mapping[str, float]:
    return {"verifier.supported": _mean([one.verifier for one in group]), "words.share": _mean([one.words for one in group])}


def _estimate(figure: Callable[[npt.NDArray[np.int64]], float | None], size: int) -> Estimate:
    """A figure of all claims with its interval over resampled claims."""
    value = figure(np.arange(size))
    draws = np.random.default_rng(SEED).integers(0, size, (RESAMPLES, size))
    found = [one for one in map(figure, draws) if one is not None]
    if value is None or not found:
        return Estimate(None, None, None, size)
    low, high = np.percentile(found, [2.5, 97.5])
    return Estimate(value, float(low), float(high), size)


def _ratio(part: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> float | None:
    return float(part.sum() / whole.sum()) if whole.any() else None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def markdown(summary: Summary) -> str:
    from evals.report import shown

    lines = [
        f"# {summary.set}: {summary.questions} claims with evidence, {summary.answerable} of them fully supported in an expert's word",
        "",
    ]
    lines += ["| measure | figure | n |", "| --- | --- | --- |"]
    lines += [f"| {name} | {shown(found)} | {found.n} |" for name, found in summary.metrics.items()]
    lines += ["", "| expert says | n | mean verdict | mean share of words |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {one.questions} | {' | '.join(f'{value:.3f}' for value in one.means.values())} |"
        for name, one in summary.kinds.items()
    ]
    return "\n".join([*lines, "", f"Brackets are 95 % bootstrap intervals over claims. {summary.credit}"]) + "\n"
