"""Returns of two markets over the same instants, although one of them never closes (SIGNALS 2, rules A to D).

Correlating hourly bars that end half an hour apart halves the correlation (Epps 1979), so a return here always runs
between two instants of one grid, and both markets must have traded just before each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.grids import Grid
from barograph.market.intervals import DAY_NS, HOUR_NS, SECOND_NS

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


@dataclass(frozen=True, slots=True, eq=False)
class PairedReturns:
    """Log returns of two markets between the same two instants, oldest first.

    `start` and `end` in ns UTC; `x` and `y` per square root of an hour where made by `intraday_returns`, plain
    otherwise; `hours` is the time between the two instants.
    """

    start: IntArray
    end: IntArray
    x: FloatArray
    y: FloatArray
    hours: FloatArray

    def __len__(self) -> int:
        """Number of shared returns: the n of their correlation."""
        return len(self.end)


def prices_at(first: Prints, second: Prints, grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Both markets' last trades at the ends of a grid; both NaN where the end is invalid (Rule A 2 and 5).

    `first` is the market with sessions: an end at which it has not traded for `HALT_NS` while `second` has is
    invalid, because its price may be held by a halt or a limit.
    """
    x, y = first.at(grid.end), second.at(grid.end)
    halted = np.isnan(first.at(grid.end, HALT_NS)) & np.isfinite(second.at(grid.end, HALT_NS))
    invalid = np.isnan(x) | np.isnan(y) | halted
    return np.where(invalid, nan, x), np.where(invalid, nan, y)


def intraday_returns(first: Prints, second: Prints, grid: Grid) -> PairedReturns:
    """Returns per square root of an hour between neighbouring ends of one trade date, both valid (Rules A and B).

    Nothing is bridged: an invalid end costs the return before it and the one after. Dividing by sqrt(hours) lets
    the stub at the end of a session stand beside the others. On the cash grid crypto bars that end on the hour
    never meet the ends at half past, so they give no return at all, as Rule B wants.
    """
    x, y = prices_at(first, second, grid)
    rows = np.flatnonzero(np.isfinite(x[1:]) & np.isfinite(x[:-1]) & (grid.trade_date[1:] == grid.trade_date[:-1]))
    return _between(x, y, grid, rows, rows + 1, per_hour=True)


def gap_returns(first: Prints, second: Prints, grid: Grid) -> PairedReturns:
    """Plain log returns from the last valid end of a trade date to the first valid one of the next (Rule A 4).

    They cover the daily halt, weekends and holidays, and never enter an intraday correlation.
    """
    x, y = prices_at(first, second, grid)
    valid = np.flatnonzero(np.isfinite(x))
    crossing = grid.trade_date[valid[1:]] != grid.trade_date[valid[:-1]]
    return _between(x, y, grid, valid[:-1][crossing], valid[1:][crossing], per_hour=False)


def daily_returns(first: Prints, second: Prints, grid: Grid) -> PairedReturns:
    """Plain log returns between the closes of neighbouring sessions, both markets at those instants (Rule D)."""
    x, y = prices_at(first, second, grid)
    rows = np.flatnonzero(np.isfinite(x[1:]) & np.isfinite(x[:-1]))
    return _between(x, y, grid, rows, rows + 1, per_hour=False)


def utc_day_closes(days: IntArray, closes: FloatArray, labels: IntArray, decided_at: IntArray) -> FloatArray:
    """Closes of UTC days for sessions with these labels; NaN where the day was not over when it was decided.

    A vendor's crypto day ends at 00:00 UTC, hours after the session; Rule D allows it only for a decision made then
    or later. `days` and `labels` are midnights UTC, `decided_at` instants, all int64 ns.
    """
    if not len(days):
        return np.full(len(labels), nan)
    row = np.minimum(np.searchsorted(days, labels), len(days) - 1)
    usable = (days[row] == labels) & (decided_at >= labels + DAY_NS)
    return np.where(usable, closes[row], nan)


def move_since(prints: Prints, since_ns: int, now_ns: int) -> float:
    """Simple return from the last trade at or before `since_ns` to the newest one at `now_ns`, both at most five
    minutes old: what crypto did while stocks were closed. NaN where either is unknown.
    """
    before, now = prints.at(np.array([since_ns, now_ns], np.int64)).tolist()
    return float(now / before - 1)


def _between(
    x: FloatArray, y: FloatArray, grid: Grid, rows: IntArray, until: IntArray, *, per_hour: bool
) -> PairedReturns:
    hours = (grid.end[until] - grid.end[rows]) / HOUR_NS
    scale = np.sqrt(hours) if per_hour else np.ones(len(hours))
    return PairedReturns(
        grid.end[rows],
        grid.end[until],
        np.log(x[until] / x[rows]) / scale,
        np.log(y[until] / y[rows]) / scale,
        hours,
    )


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
