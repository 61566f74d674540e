"""Leverage of crypto derivatives: funding on one scale, open interest in coins, liquidations (SIGNALS 3.3).

Rates are fractions, not percent. What no venue publishes in full is never shown as a total: a magnitude comes only
from feeds that publish every liquidation, a sampled feed gives a rate of busy seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log, nan

import numpy as np

from barograph.market.bars import FloatArray, IntArray
from barograph.market.intervals import HOUR_NS
from barograph.market.observations import Funding, OpenInterest

HOURS_PER_YEAR = 24 * 365
_COVERED_SHARE = 0.6
"""Share of a span that settlements must cover for their mean to stand, as for other windows (SIGNALS 3.1)."""
_BASIS_POINTS = 1e4

# ------------------------------------------------------------------------------------------------------- funding


def funding_apr(rate: float, interval_h: float) -> float:
    """A funding rate for `interval_h` hours as a simple rate a year: rate * (24 / interval) * 365."""
    return rate * HOURS_PER_YEAR / interval_h if interval_h > 0 else nan


def funding_8h(rate: float, interval_h: float) -> float:
    """A funding rate for `interval_h` hours on the scale of eight hours: rate * 8 / interval."""
    return rate * 8 / interval_h if interval_h > 0 else nan


def weighted_mean(values: FloatArray, weights: FloatArray) -> float:
    """Mean over venues weighted by open interest in USD; a venue with an unknown or no weight is left out."""
    with np.errstate(invalid="ignore"):
        known = np.isfinite(values) & np.isfinite(weights) & (weights > 0)
    if not known.any():
        return nan
    return float(np.sum(values[known] * weights[known]) / np.sum(weights[known]))


def mean_funding_apr(funding: Funding, start_ns: int, end_ns: int) -> float:
    """Mean rate a year of one venue's settlements in (start, end], each weighing the hours it stands for.

    The interval is each settlement's own. NaN where the settlements cover less than 60 % of the span.
    """
    rows = slice(*np.searchsorted(funding.time, [start_ns, end_ns], side="right").tolist())
    rate, hours = funding.rate[rows], funding.interval_h[rows]
    known = np.isfinite(rate) & (hours > 0)
    covered = float(np.sum(hours[known]))
    if covered <= 0 or covered < _COVERED_SHARE * (end_ns - start_ns) / HOUR_NS:
        return nan
    return float(np.sum(rate[known])) / covered * HOURS_PER_YEAR


def interval_shortened(interval_h: FloatArray) -> bool:
    """Whether the newest settlement's interval is shorter than that before it: a cap was hit, itself a stress flag."""
    return len(interval_h) > 1 and bool(interval_h[-1] < interval_h[-2])


# ------------------------------------------------------------------------------------------------- open interest


@dataclass(frozen=True, slots=True)
class OpenInterestChange:
    """Log changes over one span; `usd` = `coin` + `price`, always."""

    coin: float
    price: float

    @property
    def usd(self) -> float:
        """Log change of open interest in USD."""
        return self.coin + self.price

    @property
    def divergence(self) -> float:
        """OI_div: the change in coins while the price fell, else 0 (positions are opened into a falling market)."""
        if not (isfinite(self.coin) and isfinite(self.price)):
            return nan
        return self.coin if self.price < 0 else 0.0


def coins_at(open_interest: OpenInterest, at_ns: int, within_ns: int) -> float:
    """The newest known reading in coins with time in (at - within, at]; NaN where there is none.

    Expansion is always tested in coins: in USD the price hides it.
    """
    return _newest(open_interest.time, open_interest.coin, at_ns, within_ns)


def usd_at(open_interest: OpenInterest, at_ns: int, within_ns: int) -> float:
    """As `coins_at`, in USD."""
    return _newest(open_interest.time, open_interest.usd, at_ns, within_ns)


def _newest(time: IntArray, column: FloatArray, at_ns: int, within_ns: int) -> float:
    first, last = np.searchsorted(time, [at_ns - within_ns, at_ns], side="right").tolist()
    known = np.flatnonzero(np.isfinite(column[first:last]))
    return float(column[first + known[-1]]) if known.size else nan


def open_interest_change(coin_before: float, coin: float, price_before: float, price: float) -> OpenInterestChange:
    """Log changes of coins and of price between two instants; NaN where one is unknown."""
    return OpenInterestChange(_log_ratio(coin, coin_before), _log_ratio(price, price_before))


def flushed(coin_before: float, coin: float, threshold: float = -0.10) -> bool | None:
    """Whether open interest in coins fell by the threshold (a simple change over 24 hours); None when unknown."""
    if not (coin_before > 0 and isfinite(coin)):
        return None
    return bool(coin <= coin_before * (1 + threshold))


def _log_ratio(now: float, before: float) -> float:
    return log(now / before) if now > 0 and before > 0 and isfinite(now) and isfinite(before) else nan


# -------------------------------------------------------------------------------------------------- liquidations


def intensity_bp(long_usd: float, open_interest_usd: float) -> float:
    """1e4 * liquidated USD / open interest in USD."""
    return _BASIS_POINTS * long_usd / open_interest_usd if open_interest_usd > 0 else nan


def hawkes_intensity(events: FloatArray, now: float, *, base: float, jump: float, half_life: float) -> float:
    """Events per unit of time: mu + sum of alpha e^(-beta (now - event)) over those up to `now`.

    `base` is mu, `jump` alpha, and beta = ln 2 / `half_life` (Hawkes 1971).
    """
    past = events[events <= now]
    return base + jump * float(np.sum(0.5 ** ((now - past) / half_life)))


def window_counts(times: IntArray, end_ns: int, window_ns: int, windows: int) -> IntArray:
    """Events in each of the `windows` windows that end at `end_ns`, oldest first; a window includes its start."""
    edges = end_ns - window_ns * np.arange(windows, -1, -1, dtype=np.int64)
    counts: IntArray = np.diff(np.searchsorted(times, edges))
    return counts


def branching_ratio(counts: FloatArray | IntArray, minimum: int = 20) -> float:
    """Share of events that earlier ones set off: max(0, 1 - 1 / sqrt(variance / mean)) of counts in long windows.

    Hardiman and Bouchaud 2014; windows must be long against the memory (30 minutes over 24 hours against ten). For
    display only, and not for venues that publish one event a second, whose silence lowers the variance. NaN with
    fewer than `minimum` events.
    """
    total = float(np.sum(counts))
    if len(counts) < 2 or total < minimum:
        return nan
    ratio = float(np.var(counts, ddof=1)) / (total / len(counts))
    return max(0.0, 1 - 1 / ratio**0.5) if ratio > 0 else 0.0
