"""Realised volatility from bars: variance per bar, annualised on request.

Formulas: Parkinson 1980; Garman and Klass 1980; Rogers and Satchell 1991; Yang and Zhang 2000 (SIGNALS 3.1).
All functions take float64 arrays, oldest first, and answer NaN where too few bars are usable.
"""

from __future__ import annotations

from math import isfinite, log, nan, sqrt

import numpy as np

from barograph.market.bars import FloatArray

SESSIONS_PER_YEAR = 252
CRYPTO_DAYS_PER_YEAR = 365
MAX_RETURN = 0.5
"""A close-to-close log return beyond this is taken for a bad print and the bar is left out."""
_MIN_SHARE = 0.6
_MIN_USABLE = {5: 5, 20: 15, 60: 45}


def minimum_bars(window: int) -> int:
    """Usable bars needed for a window: 5 of 5, 15 of 20, 45 of 60, otherwise 60 %."""
    return _MIN_USABLE.get(window, max(2, int(np.ceil(_MIN_SHARE * window))))


def log_returns(close: FloatArray) -> FloatArray:
    """Log returns of a close series, one shorter; NaN where either close is unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        returns: FloatArray = np.diff(np.log(close))
    return returns


def usable_bars(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> np.ndarray:
    """Mask of bars 1..n (the first bar only gives the previous close) that an estimator may use.

    Left out: unknown prices, high below open or close, low above them, or a return beyond `MAX_RETURN`. A
    relative slack of 1e-6 allows for the rounding of adjusted prices.
    """
    slack = 1e-6
    with np.errstate(invalid="ignore"):
        ordered = (high * (1 + slack) >= np.maximum(open_, close)) & (low * (1 - slack) <= np.minimum(open_, close))
        known = np.isfinite(open_) & np.isfinite(high) & np.isfinite(low) & np.isfinite(close) & (low > 0)
        steady = np.abs(log_returns(close)) <= MAX_RETURN
    mask: np.ndarray = (ordered & known)[1:] & steady
    return mask


def close_close_variance(close: FloatArray) -> float:
    """Mean squared log return, zero mean, per bar. The first close only gives the first return."""
    returns = log_returns(close)
    returns = returns[np.abs(returns) <= MAX_RETURN]
    return float(np.mean(returns**2)) if returns.size else nan


def parkinson_variance(high: FloatArray, low: FloatArray) -> float:
    """Parkinson variance per bar from ranges: mean of ln(H/L)^2 / (4 ln 2)."""
    spread = np.log(high / low)
    return float(np.mean(spread**2) / (4 * log(2))) if spread.size else nan


def garman_klass_variance(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> float:
    """Garman-Klass variance per bar: for markets that never close (no gap, small drift)."""
    spread, change = np.log(high / low), np.log(close / open_)
    return float(np.mean(0.5 * spread**2 - (2 * log(2) - 1) * change**2)) if spread.size else nan


def rogers_satchell_variance(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> float:
    """Rogers-Satchell variance per bar: no gap, any drift."""
    u, d, c = np.log(high / open_), np.log(low / open_), np.log(close / open_)
    return float(np.mean(u * (u - c) + d * (d - c))) if u.size else nan


def yang_zhang_variance(
    open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray, mask: np.ndarray | None = None
) -> float:
    """Yang-Zhang variance per bar, for markets with an overnight gap.

    Args:
        open_: n+1 opens; the first bar only gives the previous close.
        high: n+1 highs.
        low: n+1 lows.
        close: n+1 closes.
        mask: which of bars 1..n count; all where None.

    Returns:
        var(o) + k var(c) + (1-k) RS with k = 0.34 / (1.34 + (n+1)/(n-1)); NaN with fewer than two bars.
    """
    overnight = np.log(open_[1:] / close[:-1])
    inside = np.log(close[1:] / open_[1:])
    rows = np.ones(len(overnight), dtype=bool) if mask is None else mask
    n = int(rows.sum())
    if n < 2:
        return nan
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    rs = rogers_satchell_variance(open_[1:][rows], high[1:][rows], low[1:][rows], close[1:][rows])
    return float(np.var(overnight[rows], ddof=1) + k * np.var(inside[rows], ddof=1) + (1 - k) * rs)


def annualised(variance: float, periods_per_year: float) -> float:
    """Annualised volatility as a decimal (0.16 is 16 %); NaN for an unknown or negative variance."""
    return sqrt(variance * periods_per_year) if isfinite(variance) and variance >= 0 else nan


def session_volatility(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray, window: int) -> float:
    """Annualised Yang-Zhang volatility of the last `window` sessions (252 a year); needs window+1 bars given."""
    if len(close) < window + 1:
        return nan
    o, h, lo, c = (column[-window - 1 :] for column in (open_, high, low, close))
    mask = usable_bars(o, h, lo, c)
    if int(mask.sum()) < minimum_bars(window):
        return nan
    return annualised(yang_zhang_variance(o, h, lo, c, mask), SESSIONS_PER_YEAR)


def crypto_volatility(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray, window: int) -> float:
    """Annualised Garman-Klass volatility of the last `window` UTC days (365 a year); needs window+1 bars given."""
    if len(close) < window + 1:
        return nan
    o, h, lo, c = (column[-window - 1 :] for column in (open_, high, low, close))
    mask = usable_bars(o, h, lo, c)
    if int(mask.sum()) < minimum_bars(window):
        return nan
    variance = garman_klass_variance(o[1:][mask], h[1:][mask], lo[1:][mask], c[1:][mask])
    return annualised(variance, CRYPTO_DAYS_PER_YEAR)


def term_ratio(near: float, far: float) -> float:
    """A volatility index over that of a longer horizon (VIX / VIX3M); above 1 the term structure is inverted."""
    return near / far if near > 0 and far > 0 else nan
