"""Two published measures made of the covariance of many assets: absorption ratio and turbulence (SIGNALS 3.2).

Benchmarks only; the light does not use them.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from barograph.market.bars import FloatArray

ABSORPTION_ROWS = 60
SHIFT_ROWS = 252
_RECENT_ROWS = 15
TURBULENCE_ROWS = 504
TURBULENCE_MINIMUM = 252


def absorption_ratio(returns: FloatArray, vectors: int) -> float:
    """The share of the total variance in the largest `vectors` principal directions (Kritzman and others 2011).

    `returns` is (days, assets).
    """
    return float(_absorbed(returns.T[None], vectors)[0])


def _absorbed(windows: FloatArray, vectors: int) -> FloatArray:
    """For windows (n, assets, days)."""
    centred = windows - windows.mean(axis=2, keepdims=True)
    values = np.linalg.eigvalsh(centred @ centred.transpose(0, 2, 1))
    total = values.sum(axis=1)
    share: FloatArray = values[:, -vectors:].sum(axis=1)
    return np.where(total > 0, share / np.where(total > 0, total, 1.0), np.nan)


def absorption_shift(returns: FloatArray) -> FloatArray:
    """How far the mean ratio of 15 days lies above that of 252, in standard deviations of the 252.

    The ratio is that of 60 days and round(assets / 5) directions. `returns` is (days, assets) and known throughout;
    NaN on the first days.
    """
    days, assets = returns.shape
    shift = np.full(days, np.nan)
    if days < ABSORPTION_ROWS + SHIFT_ROWS - 1:
        return shift
    ratio = _absorbed(sliding_window_view(returns, ABSORPTION_ROWS, axis=0), max(1, round(assets / 5)))
    year = sliding_window_view(ratio, SHIFT_ROWS)
    deviation = year.std(axis=1, ddof=1)
    moved = year[:, -_RECENT_ROWS:].mean(axis=1) - year.mean(axis=1)
    shift[-len(year) :] = np.divide(moved, deviation, out=np.full(len(year), np.nan), where=deviation > 0)
    return shift


def mahalanobis(day: FloatArray, mean: FloatArray, covariance: FloatArray) -> float:
    """The squared distance of a day's returns from their mean, a number of assets of them counting one."""
    gap = day - mean
    return float(gap @ np.linalg.solve(covariance, gap)) / len(day)


def turbulence(returns: FloatArray) -> FloatArray:
    """How unusual each day was among the 504 before it, 252 at least (Kritzman and Li 2010, without their look-ahead).

    `returns` is (days, assets) and known throughout; NaN on the first days and where the past has no full rank.
    """
    days = len(returns)
    unusual = np.full(days, np.nan)
    for row in range(TURBULENCE_MINIMUM, days):
        past = returns[max(0, row - TURBULENCE_ROWS) : row]
        covariance = np.atleast_2d(np.cov(past, rowvar=False))
        try:
            unusual[row] = mahalanobis(returns[row], past.mean(axis=0), covariance)
        except np.linalg.LinAlgError:  # two assets that are one
            continue
    return unusual
