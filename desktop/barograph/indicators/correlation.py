"""Correlation of two return series, and what to think of its size (SIGNALS 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, isfinite, log, nan, sqrt, tanh

import numpy as np

from barograph.market.bars import FloatArray

FAT_TAIL_INFLATION = 1.3
"""Widens the Fisher band for fat tails; found by simulation with Student-t returns (SIGNALS 3.2)."""
_Z_95 = 1.959963984540054
_MINIMUM_EFFECTIVE = 10.0


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


@dataclass(frozen=True, slots=True)
class CorrelationEstimate:
    """A correlation with what is needed to judge it: `n` shared returns, the effective number of them behind an
    exponentially weighted value, and the 95 % band. NaN where there are too few.
    """

    rho: float
    n: int
    n_effective: float
    low: float
    high: float


def ewma_estimate(
    x: FloatArray, y: FloatArray, lam: float, minimum: int = 30, *, inflation: float = FAT_TAIL_INFLATION
) -> CorrelationEstimate:
    """`ewma_correlation` with its band; unknown with fewer than `minimum` shared returns (SIGNALS 3.2).

    The effective number is (1+lam)/(1-lam), and never more than there are.
    """
    x, y = complete_pairs(x, y)
    n, rho = len(x), ewma_correlation(x, y, lam) if len(x) >= minimum else nan
    n_effective = min(effective_sample(lam), float(n))
    low, high = fisher_band(rho, n_effective, inflation) if n_effective >= _MINIMUM_EFFECTIVE else (nan, nan)
    return CorrelationEstimate(rho, n, n_effective, low, high)


def distinguishable(low: float, median: float) -> bool | None:
    """Whether a correlation may be called elevated: its lower band lies above the median of its own three years.

    None where either is unknown; "not distinguishable from normal" is said only for False.
    """
    return bool(low > median) if isfinite(low) and isfinite(median) else None


def pearson(x: FloatArray, y: FloatArray) -> float:
    """Product-moment correlation over rows where both are known, means taken off first.

    NaN where a side does not move.
    """
    x, y = complete_pairs(x, y)
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return nan
    x, y = x - x.mean(), y - y.mean()
    scale = sqrt(float(x @ x)) * sqrt(float(y @ y))
    return max(-1.0, min(1.0, float(x @ y) / scale)) if scale > 0 else nan


def spearman(x: FloatArray, y: FloatArray) -> float:
    """Correlation of ranks over rows where both are known, equal values sharing their mean rank (Spearman 1904)."""
    x, y = complete_pairs(x, y)
    return pearson(_mean_ranks(x), _mean_ranks(y))


def driven_by_a_few_days(linear: float, ranked: float, difference: float = 0.2) -> bool:
    """Whether Pearson and Spearman lie so far apart that a few days make the correlation (SIGNALS 3.2)."""
    return bool(abs(linear - ranked) > difference)


def forbes_rigobon(rho: float, variance_now: float, variance_calm: float) -> float:
    """The correlation with the mechanical effect of higher variance taken out (Forbes and Rigobon 2002).

    rho / sqrt(1 + delta (1 - rho^2)), delta = variance now / variance in calm - 1, both of the market from which
    the shock comes and in the same unit. Unchanged where the variance is not higher; NaN where one is unknown.
    """
    if not (variance_now >= 0 and variance_calm > 0 and abs(rho) <= 1):
        return nan
    delta = variance_now / variance_calm - 1
    return rho / sqrt(1 + delta * (1 - rho * rho)) if delta > 0 else rho


def _mean_ranks(values: FloatArray) -> FloatArray:
    ordered = np.sort(values)
    first, last = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    ranks: FloatArray = (first + last + 1) / 2
    return ranks
