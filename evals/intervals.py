"""Means with a bootstrap interval (Efron 1979), the paired permutation test (Fisher 1935), both seeded; shares by Wilson's score (1927)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# 2,000 resamples put the ends of a 95 % interval on 50 of them each; the seed makes the same scores give the same interval.
RESAMPLES = 2000
PERMUTATIONS = 10_000
SEED = 20
_TIE = 1e-12
_Z95 = 1.959964

# Takes columns whose last axis is the questions and gives one figure for what is left; undefined is NaN there.
Statistic = Callable[..., npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over ``n`` questions with its 95 % interval; the figure is None where no question defines it."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def mean_estimate(values: Sequence[float | None], seed: int = SEED) -> Estimate:
    """The mean of what is defined, with a percentile interval over resampled questions; one question alone has no interval."""
    defined = np.array([value for value in values if value is not None], dtype=float)
    if not defined.size:
        return Estimate(None, None, None, 0)
    if defined.size == 1:
        return Estimate(float(defined[0]), None, None, 1)
    draws = np.random.default_rng(seed).integers(0, defined.size, (RESAMPLES, defined.size))
    low, high = np.percentile(defined[draws].mean(axis=1), [2.5, 97.5])
    return Estimate(float(defined.mean()), float(low), float(high), int(defined.size))


def statistic_estimate(statistic: Statistic, *columns: npt.NDArray[np.bool_] | npt.NDArray[np.float64], seed: int = SEED) -> Estimate:
    """Any figure of a whole set, e.g. balanced accuracy; resamples on which it is undefined are left out of the interval."""
    size = len(columns[0])
    value = statistic(*columns) if size else np.array(np.nan)
    if np.isnan(value):
        return Estimate(None, None, None, size)
    draws = np.random.default_rng(seed).integers(0, size, (RESAMPLES, size))
    low, high = np.nanpercentile(statistic(*(column[draws] for column in columns)), [2.5, 97.5])
    return Estimate(float(value), float(low), float(high), size)


def wilson(right: int, n: int) -> tuple[float, float] | None:
    """The 95 % score interval of a share (Wilson 1927): unlike resampling it has a width where all or none are right; None without any."""
    if not n:
        return None
    share, square = right / n, _Z95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z95 / (1 + square / n) * (share * (1 - share) / n + square / (4 * n * n)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def permutation_p(first: Sequence[float], second: Sequence[float], seed: int = SEED) -> float | None:
    """Two-sided p that paired scores differ by chance: signs of the differences are flipped; None without a pair."""
    differences = np.array(second, dtype=float) - np.array(first, dtype=float)
    if not differences.size:
        return None
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), (PERMUTATIONS, differences.size))
    as_far = np.abs(signs @ differences) >= abs(differences.sum()) - _TIE
    return float((1 + as_far.sum()) / (1 + PERMUTATIONS))
