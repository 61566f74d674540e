"""Trades of two markets at the same instants, although one of them never closes (SIGNALS 2, rules A to C).

Correlating hourly bars that end half an hour apart halves the correlation (Epps 1979). So returns run between instants
just before which both markets have traded, or go to the estimator that needs no such instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.intervals import SECOND_NS

FRESH_NS = 300 * SECOND_NS
"""The last trade before a grid end counts when it is younger than this (Rule A 2)."""
HALT_NS = 180 * SECOND_NS
"""A future that neither moved nor traded for so long while crypto traded is halted or locked at a limit (Rule A 5)."""


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """Last trades of one market: `end` of the bar each closes (int64 ns UTC, increasing) and its price.

    A bar of five minutes or less proves that the trade was that young; of a longer bar its close is taken to be.
    Bars in which nothing was traded are not in here.
    """

    end: IntArray
    price: FloatArray

    @classmethod
    def of(cls, bars: Bars, ends: IntArray) -> Self:
        """The trades of bars that end at `ends` (`TradingCalendar.bar_ends`).

        A bar without volume in which the price did not move holds no trade. An unknown volume does not prove that
        there was none, so such a bar counts; so does a vendor's bar without volume whose price moved.
        """
        before = np.concatenate((bars.close[:1], bars.close[:-1]))
        moved = (bars.high != bars.low) | (bars.close != before)
        traded = (bars.close > 0) & (moved | (bars.volume != 0))
        end, price = ends[traded], bars.close[traded]
        last = np.append(end[1:] > end[:-1], True)[: len(end)]  # of two bars cut at one close the later one
        return cls(end[last], price[last])

    def at(self, instants: IntArray, within_ns: int = FRESH_NS) -> FloatArray:
        """The last price with time in (instant - `within_ns`, instant]; NaN where there is none."""
        if not len(self.end):
            return np.full(len(instants), nan)
        row = np.searchsorted(self.end, instants, side="right") - 1
        newest = np.maximum(row, 0)
        fresh = (row >= 0) & (self.end[newest] > instants - within_ns)
        return np.where(fresh, self.price[newest], nan)


@dataclass(frozen=True, slots=True)
class Covariation:
    """Sums of products of returns of two markets over one clock span; those of several spans can be added."""

    xy: float
    xx: float
    yy: float

    def __add__(self, other: Covariation) -> Covariation:
        """The sums over both spans."""
        return Covariation(self.xy + other.xy, self.xx + other.xx, self.yy + other.yy)

    @property
    def rho(self) -> float:
        """The correlation xy / sqrt(xx yy); may lie beyond -1 or 1 on small samples, NaN where a side does not move."""
        return self.xy / sqrt(self.xx * self.yy) if self.xx > 0 and self.yy > 0 else nan

    @property
    def shown_rho(self) -> float:
        """`rho` cut to -1 .. 1 for the screen."""
        return float(np.clip(self.rho, -1.0, 1.0))


def hayashi_yoshida(
    time_x: NDArray[np.number], price_x: FloatArray, time_y: NDArray[np.number], price_y: FloatArray
) -> Covariation:
    """Covariation of two price series observed at different instants (Hayashi and Yoshida 2005; Rule C).

    The sum of r_i r_j over all pairs of overlapping intervals; both series are first cut to their common span, so
    that the variances are of the same time. Times increase, in any one unit; prices are positive.
    """
    if not len(time_x) or not len(time_y):
        return Covariation(0.0, 0.0, 0.0)
    start, end = max(time_x[0], time_y[0]), min(time_x[-1], time_y[-1])
    in_x, in_y = ((time >= start) & (time <= end) for time in (time_x, time_y))
    tx, ty = time_x[in_x], time_y[in_y]
    if len(tx) < 2 or len(ty) < 2:
        return Covariation(0.0, 0.0, 0.0)
    lx, ly = np.log(price_x[in_x]), np.log(price_y[in_y])
    # The y intervals that overlap (tx[i-1], tx[i]] are neighbours, so their returns add up to one difference.
    first = np.maximum(np.searchsorted(ty, tx[:-1], side="right") - 1, 0)
    last = np.minimum(np.searchsorted(ty, tx[1:], side="left"), len(ty) - 1)
    across = np.where(last > first, ly[last] - ly[first], 0.0)
    rx, ry = np.diff(lx), np.diff(ly)
    return Covariation(float(np.sum(rx * across)), float(np.sum(rx * rx)), float(np.sum(ry * ry)))
