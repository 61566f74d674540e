"""Correlation of two return series, and what to think of its size (SIGNALS 3.2)."""

from __future__ import annotations

from math import atanh, log, nan, sqrt, tanh

import numpy as np

from barograph.market.bars import FloatArray

FAT_TAIL_INFLATION = 1.3
"""Widens the Fisher band for fat tails; found by simulation with Student-t returns (SIGNALS 3.2)."""
_Z_95 = 1.959963984540054


def complete_pairs(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both series restricted to the rows where both are known."""
    both = np.isfinite(x) & np.isfinite(y)
    return x[both], y[both]


def ewma_correlation(x: FloatArray, y: FloatArray, lam: float) -> float:
    """Exponentially weighted correlation of returns with zero mean, newest row last.

    S_t = lam S_{t-1} + (1-lam) r r'; rho = S_xy / sqrt(S_xx S_yy) (RiskMetrics 1996). Rows where either return
    is unknown are left out. NaN when either side does not move; the last bits never lead out of -1 to 1.
    """
    x, y = complete_pairs(x, y)
    weight = lam ** np.arange(len(x) - 1, -1, -1.0)
    xx, yy = float(np.sum(weight * x * x)), float(np.sum(weight * y * y))
    if xx <= 0 or yy <= 0:
        return nan
    return max(-1.0, min(1.0, float(np.sum(weight * x * y)) / sqrt(xx * yy)))


def downside_semicorrelation(x: FloatArray, y: FloatArray) -> float:
    """mean(min(x,0) min(y,0)) / sqrt(mean x^2 mean y^2) over rows where both are known."""
    x, y = complete_pairs(x, y)
    if not len(x):
        return nan
    scale = sqrt(float(np.mean(x * x)) * float(np.mean(y * y)))
    return min(1.0, float(np.mean(np.minimum(x, 0) * np.minimum(y, 0))) / scale) if scale > 0 else nan


def effective_sample(lam: float) -> float:
    """Effective number of observations of an EWMA: (1+lam)/(1-lam)."""
    return (1 + lam) / (1 - lam)


def decay_of_half_life(bars: float) -> float:
    """The lam whose weight halves in that many bars."""
    return float(0.5 ** (1 / bars))


def fisher_band(rho: float, n_effective: float, inflation: float = FAT_TAIL_INFLATION) -> tuple[float, float]:
    """95 % band of a correlation: tanh(atanh(rho) -/+ 1.96 inflation / sqrt(n-3)) (Fisher 1921).

    (NaN, NaN) when rho is unknown or n is not above 3; rho of exactly 1 or -1 has no width.
    """
    if not abs(rho) <= 1 or n_effective <= 3:
        return nan, nan
    if abs(rho) == 1:
        return rho, rho
    half = _Z_95 * inflation / sqrt(n_effective - 3)
    return tanh(atanh(rho) - half), tanh(atanh(rho) + half)


def log_change(values: FloatArray, rows: int) -> float:
    """ln(last / value `rows` rows before); NaN where either is unknown or there are too few rows."""
    if len(values) <= rows or not (values[-1] > 0 and values[-1 - rows] > 0):
        return nan
    return log(values[-1] / values[-1 - rows])
