"""How much many markets are one: mean correlation, largest eigenvalue, absorption ratio, turbulence (SIGNALS 3.2).

Context and benchmarks; the light does not use them.
"""

from __future__ import annotations

from math import floor, isfinite, nan

import numpy as np

from barograph.market.bars import FloatArray

ABSORPTION_SHARE = 0.2
"""Share of the eigenvectors whose variance the absorption ratio counts (Kritzman et al. 2011)."""
SHIFT_ROWS = 252
SHIFT_RECENT = 15
TURBULENCE_MINIMUM = 252


def average_pairwise(rho: FloatArray) -> float:
    """Mean of the off-diagonal correlations; NaN where one is unknown or there is no pair."""
    count = len(rho)
    return float((np.sum(rho) - np.trace(rho)) / (count * (count - 1))) if count > 1 else nan


def eigen_share(rho: FloatArray) -> float:
    """Largest eigenvalue of a correlation matrix over its size: (1 + (n-1) rho) / n where all are rho; NaN where
    one is unknown.
    """
    if not len(rho) or not np.isfinite(rho).all():
        return nan
    return float(np.linalg.eigvalsh(rho)[-1]) / len(rho)


def absorption_ratio(returns: FloatArray, share: float = ABSORPTION_SHARE) -> float:
    """Share of the variance in the top round(`share` n) eigenvectors of the covariance (Kritzman et al. 2011).

    `returns` is (days, n), all known. The eigenvalues are those of the smaller of the covariance and the dual Gram
    matrix of the days, which has the same ones. NaN where something is unknown or nothing moves.
    """
    days, count = returns.shape
    if days < 2 or not count or not np.isfinite(returns).all():
        return nan
    centred = returns - returns.mean(axis=0)
    gram = centred @ centred.T if days < count else centred.T @ centred
    values = np.maximum(np.linalg.eigvalsh(gram)[::-1], 0.0)
    total = float(np.sum(values))
    top = max(1, floor(share * count + 0.5))
    return float(np.sum(values[:top])) / total if total > 0 else nan


def absorption_shift(ratios: FloatArray) -> float:
    """(mean of the last 15 - mean of the last 252) / sd of the last 252 absorption ratios, newest last.

    Above 1 is a spike (Kritzman et al. 2011). NaN with fewer than 252 or an unknown one among them.
    """
    year = ratios[-SHIFT_ROWS:]
    if len(year) < SHIFT_ROWS or not np.isfinite(year).all():
        return nan
    sd = float(np.std(year, ddof=1))
    return float(np.mean(year[-SHIFT_RECENT:]) - np.mean(year)) / sd if sd > 0 else nan


def mahalanobis(day: FloatArray, mean: FloatArray, covariance: FloatArray) -> float:
    """(1/n) (r - mean)' covariance^-1 (r - mean); NaN where something is unknown or the covariance has no inverse."""
    gap = day - mean
    if not (np.isfinite(gap).all() and np.isfinite(covariance).all()):
        return nan
    if np.linalg.matrix_rank(covariance, hermitian=True) < len(gap):
        return nan
    distance = float(gap @ np.linalg.solve(covariance, gap)) / len(gap)
    return distance if isfinite(distance) else nan


def turbulence(past: FloatArray, day: FloatArray) -> float:
    """How unusual a day's returns are, given those of days before it (Kritzman and Li 2010).

    `past` is (days, n) without the day itself: the paper's moments of the whole sample would look ahead. NaN with
    fewer than 252 complete days.
    """
    complete = past[np.isfinite(past).all(axis=1)]
    if len(complete) < TURBULENCE_MINIMUM:
        return nan
    return mahalanobis(day, complete.mean(axis=0), np.atleast_2d(np.cov(complete, rowvar=False)))
