"""The whole past of an exponentially weighted correlation at once: for its own median, and for charts (SIGNALS 3.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.indicators.correlation import FAT_TAIL_INFLATION, effective_sample
from barograph.market.bars import FloatArray, IntArray

_BLOCK = 128
"""Rows taken together: lam^-128 stays small enough that no digit is lost (0.94^-128 is 3e3)."""
_Z_95 = 1.959963984540054
_MINIMUM_EFFECTIVE = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class RollingCorrelation:
    """One value for each row of the returns; NaN in rows where either return is unknown and while there are too few.

    `variance` is the exponentially weighted mean square of the first column, `count` the shared returns up to each
    row.
    """

    rho: FloatArray
    variance: FloatArray
    count: IntArray


def rolling_ewma(x: FloatArray, y: FloatArray, lam: float, minimum: int = 30) -> RollingCorrelation:
    """`correlation.ewma_correlation` of all rows up to each row, in one pass over the rows.

    The sums decay, so errors of rounding do too; nothing is ever subtracted.
    """
    both = np.isfinite(x) & np.isfinite(y)
    a, b = x[both], y[both]
    sums = _decaying_sums(np.stack((a * a, b * b, a * b)), lam)
    count = np.arange(1, len(a) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = np.clip(sums[2] / np.sqrt(sums[0] * sums[1]), -1.0, 1.0)
        variance = sums[0] * (1 - lam) / -np.expm1(count * np.log(lam))
    rho[(count < minimum) | (sums[0] <= 0) | (sums[1] <= 0)] = np.nan
    variance[count < minimum] = np.nan
    whole = RollingCorrelation(np.full(len(x), np.nan), np.full(len(x), np.nan), np.cumsum(both))
    whole.rho[both], whole.variance[both] = rho, variance
    return whole


def rolling_band(
    rho: FloatArray, count: IntArray, lam: float, inflation: float = FAT_TAIL_INFLATION
) -> tuple[FloatArray, FloatArray]:
    """`correlation.fisher_band` of each value with the effective number of returns behind it."""
    effective = np.minimum(effective_sample(lam), count.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = _Z_95 * inflation / np.sqrt(effective - 3)
        middle = np.arctanh(rho)
        low, high = np.tanh(middle - half), np.tanh(middle + half)
    known = (effective >= _MINIMUM_EFFECTIVE) & np.isfinite(rho)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _decaying_sums(products: FloatArray, lam: float) -> FloatArray:
    """S_t = lam S_{t-1} + p_t along the rows of each line."""
    sums = np.empty_like(products)
    grow, fall = lam ** -np.arange(_BLOCK, dtype=np.float64), lam ** np.arange(_BLOCK, dtype=np.float64)
    carried = np.zeros(len(products))
    for start in range(0, products.shape[1], _BLOCK):
        block = products[:, start : start + _BLOCK]
        size = block.shape[1]
        inner = np.cumsum(block * grow[:size], axis=1)
        sums[:, start : start + size] = fall[:size] * (lam * carried[:, None] + inner)
        carried = sums[:, start + size - 1]
    return sums
