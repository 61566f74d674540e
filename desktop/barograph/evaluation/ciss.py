"""Percentiles weighted by their correlation, as the ECB's CISS does it: a benchmark, not the score (SIGNALS 4.3)."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from barograph.indicators.rolling_correlation import rolling_ewma
from barograph.market.bars import FloatArray

LAMBDA = 0.97
_NEUTRAL = 0.5


def ciss_parts(stress: FloatArray, weights: FloatArray, rho: FloatArray) -> FloatArray:
    """What each of `stress` (0-1, n) adds to sqrt(x' R x), x being weight times stress (Hollo, Kremer, Lo Duca 2012).

    The root is homogeneous, so its Euler parts x_i (R x)_i / sqrt(x' R x) add up to it. `rho` is (n, n). NaN where
    something is unknown or R is not one of correlations with an x of any size.
    """
    x = weights * stress
    covered = rho @ x
    square = float(x @ covered)
    parts: FloatArray = x * covered / np.sqrt(square) if square > 0 else np.full(len(x), np.nan)
    return parts


def ciss(stress: FloatArray, weights: FloatArray, lam: float = LAMBDA) -> FloatArray:
    """The index, day by day: 0 to 1, lower where the columns of `stress` (days, n) do not move together.

    The correlations are exponentially weighted ones of the distances from 0.5, up to each day. NaN where a column is
    unknown, and while a pair has too few days.
    """
    days, count = stress.shape
    rho = np.broadcast_to(np.eye(count), (days, count, count)).copy()
    for a, b in combinations(range(count), 2):
        rho[:, a, b] = rho[:, b, a] = rolling_ewma(stress[:, a] - _NEUTRAL, stress[:, b] - _NEUTRAL, lam).rho
    index: FloatArray = np.array([ciss_parts(stress[day], weights, rho[day]).sum() for day in range(days)])
    return index
