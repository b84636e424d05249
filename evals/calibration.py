"""Whether the chance that an answer gives itself is kept: of the answers that say 0.8, eight in ten should be right.

- Brier score: mean of (chance - right)^2, 0 is best (Brier 1950).
- Expected calibration error: answers in ten bands of equal size by chance; the mean distance of a band's mean chance from its share
  that is right, weighted by size (Naeini, Cooper and Hauskrecht 2015, here with equal-mass bands as Nguyen and O'Connor 2015 use).

Right is an answer that cites a gold paragraph; an answer to an unanswerable question is wrong. Refusals and answers without a chance
(told from therapy rows, or by a chat model) are not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from evals.asking import Asked
from evals.intervals import Estimate, statistic_estimate
from evals.metrics import Scores

BANDS = 10

Values = npt.NDArray[np.float64]


def chances(asked: Iterable[Asked], scores: Mapping[str, Scores]) -> list[tuple[float, bool]]:
    """The chance of each answer that gives one, and whether it was right."""
    given = [(one.gold.question, one.answer) for one in asked if one.answer and not one.answer.abstained]
    known = [(question, answer.chance, scores[question.id].get("answer.gold_hit")) for question, answer in given]
    return [(chance, bool(hit)) for question, chance, hit in known if chance is not None and (hit is not None or not question.answerable)]


def calibration_estimates(given: Sequence[tuple[float, bool]]) -> dict[str, Estimate]:
    """``brier`` and ``ece`` with intervals; empty where no answer gives a chance."""
    if not given:
        return {}
    told, right = (np.array(column, dtype=float) for column in zip(*given, strict=True))
    return {name: replace(statistic_estimate(one, told, right), n=len(given)) for name, one in _MEASURES.items()}


def brier(told: Values, right: Values) -> Values:
    """Over the last axis."""
    found: Values = ((told - right) ** 2).mean(axis=-1)
    return found


def expected_calibration_error(told: Values, right: Values) -> Values:
    """Over the last axis; bands of equal size, the first ones larger by one where it does not come out even."""
    order = np.argsort(told, axis=-1, kind="stable")
    sorted_told, sorted_right = np.take_along_axis(told, order, axis=-1), np.take_along_axis(right, order, axis=-1)
    gaps = (sorted_told - sorted_right).T
    # |sum of a band's gaps| is its size times the distance of its two means.
    bands = [np.abs(band.sum(axis=0)) for band in np.array_split(gaps, min(BANDS, len(gaps)))]
    found: Values = np.sum(bands, axis=0) / len(gaps)
    return found


_MEASURES = MappingProxyType({"brier": brier, "ece": expected_calibration_error})
