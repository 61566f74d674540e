"""Hourly and four-hourly returns of a stock future and a coin over the same instants, for their correlation and their
usual size (SIGNALS 2 rule A and 3.2).

Whatever is asked of an instant is a function of a fixed number of rows before it: the same bytes whenever one looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite, nan

import numpy as np

from barograph.engine.context.last_trades import BarCounts, bars_before, grew, has_hours, last_trades
from barograph.engine.context.shared_grid import returns
from barograph.engine.tape import Tape
from barograph.feeds.contract import FeedKind
from barograph.indicators.alignment import HALT_NS, Prints
from barograph.indicators.correlation import decay_of_half_life, ewma_correlation
from barograph.market.bars import FloatArray, IntArray
from barograph.market.grids import intraday_grid
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval

_AGAIN = 80
"""Ends that are sampled again each time: three and a half futures days, for what a vendor brings late."""
_MARGIN_NS = 2 * Interval.HOUR_1.ns


@dataclass(frozen=True, slots=True)
class Estimator:
    """How returns of one interval are correlated: decay, grid rows looked back on (weights beyond are below 1e-10),
    shared returns needed, and the hours of trading after which the newest of them is too old (judgement).
    """

    interval: Interval
    lam: float
    rows: int
    minimum: int
    stale_h: int


ESTIMATORS = {
    "X1_4h": Estimator(Interval.HOUR_4, decay_of_half_life(15), 700, 30, 12),
    "X1_1h": Estimator(Interval.HOUR_1, decay_of_half_life(24), 1_100, 46, 4),
}
"""By the input that they make."""


class HourReturns:
    """Prices of both at the ends of the future's hours, from the first that the feed has of both."""

    def __init__(self, tape: Tape, stock: str, crypto: str) -> None:
        """Nothing is asked yet."""
        self._tape = tape
        self._names = stock, crypto
        self._calendars = [tape.calendars(tape.universe.instrument(name).calendar) for name in self._names]
        self._offered = all(has_hours(tape.feed, name) for name in self._names)
        self._live = tape.feed.info.kind is FeedKind.LIVE
        self._forget()

    def _forget(self) -> None:
        self._past: tuple[int, BarCounts] | None = None
        """Of a live feed: what was held until an instant before which nothing is sampled again. Months may still come
        late, and a week in which the program did not run; then all of it is made anew.
        """
        self._end: IntArray = np.empty(0, np.int64)
        self._date: IntArray = np.empty(0, np.int64)
        self._four: np.ndarray = np.empty(0, np.bool_)
        self._price: FloatArray = np.empty((0, 2))

    def update(self, now: datetime) -> None:
        """Take in the hours that have ended."""
        if not self._offered:
            return
        if self._past is not None and grew(self._past[1], self._held_until(self._past[0], now)[1]):
            self._forget()
        begun = len(self._end)
        first = max(0, begun - _AGAIN)
        trades = self._trades(int(self._end[first]) - _MARGIN_NS if begun else None, now)
        if begun:
            self._extend(int(self._end[-1]), to_ns(now))
        elif all(len(each.end) for each in trades):
            self._extend(max(int(each.end[0]) for each in trades) - Interval.HOUR_1.ns, to_ns(now))
        ends = self._end[first:]
        halted = np.isnan(trades[0].at(ends, HALT_NS)) & np.isfinite(trades[1].at(ends, HALT_NS))
        self._price[first:, 0] = np.where(halted, nan, trades[0].at(ends))
        self._price[first:, 1] = trades[1].at(ends)
        if self._live and len(self._end):
            self._past = self._held_until(int(self._end[max(0, len(self._end) - _AGAIN)]), now)

    def correlations(self, at_ns: int) -> dict[str, float]:
        """X1_4h and X1_1h as known at an instant, those that are known."""
        values = {name: self._correlation(estimator, at_ns) for name, estimator in ESTIMATORS.items()}
        return {name: value for name, value in values.items() if isfinite(value)}

    def before(self, at_ns: int, rows: int) -> FloatArray:
        """Hourly returns that ended at or before an instant, of the last `rows` ends: (n, 2), per square root of an
        hour. Both are NaN where one is unknown; where a trade date begins there is no row.
        """
        last = int(np.searchsorted(self._end, at_ns, side="right"))
        chosen = np.arange(max(0, last - rows), last)
        moves = self._returns(chosen)
        moves[~np.isfinite(moves).all(axis=1)] = nan
        inside: FloatArray = moves[1:][self._date[chosen[1:]] == self._date[chosen[:-1]]]
        return inside

    # --------------------------------------------------------------------------------------------- private

    def _correlation(self, estimator: Estimator, at_ns: int) -> float:
        last = int(np.searchsorted(self._end, at_ns, side="right"))
        if estimator.interval is Interval.HOUR_1:
            rows = np.arange(max(0, last - estimator.rows), last)
        else:
            rows = np.flatnonzero(self._four[:last])[-estimator.rows :]
        moves = self._returns(rows)
        shared = np.flatnonzero(np.isfinite(moves).all(axis=1))
        if len(shared) < estimator.minimum:
            return nan
        newest = from_ns(int(self._end[rows[shared[-1]]]))
        if self._calendars[0].trading_s(newest, from_ns(at_ns)) > 3_600 * estimator.stale_h:
            return nan
        return ewma_correlation(moves[:, 0], moves[:, 1], estimator.lam)

    def _returns(self, rows: IntArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            return returns(self._price[rows], self._end[rows], self._date[rows])

    def _held_until(self, until_ns: int, now: datetime) -> tuple[int, BarCounts]:
        """Source and number of the bars before an instant, of each instrument and interval."""
        return until_ns, bars_before(self._tape.feed, self._names, until_ns, now)

    def _trades(self, after_ns: int | None, now: datetime) -> list[Prints]:
        return [
            last_trades(self._tape.feed, calendar, name, after_ns, now)[0]
            for name, calendar in zip(self._names, self._calendars, strict=True)
        ]

    def _extend(self, after_ns: int, now_ns: int) -> None:
        """Rows for the hourly ends later than `after_ns` up to now, still without prices."""
        calendar = self._calendars[0]
        start = max(from_ns(after_ns).date() - timedelta(days=1), calendar.start)
        last = min(from_ns(now_ns + DAY_NS).date(), calendar.end)
        hours = intraday_grid(calendar, start, last, Interval.HOUR_1)
        new = (hours.end > after_ns) & (hours.end <= now_ns)
        if not new.any():
            return
        fours = intraday_grid(calendar, start, last, Interval.HOUR_4).end
        self._end = np.concatenate((self._end, hours.end[new]))
        self._date = np.concatenate((self._date, hours.trade_date[new]))
        self._four = np.concatenate((self._four, np.isin(hours.end[new], fours)))
        self._price = np.concatenate((self._price, np.full((int(new.sum()), 2), nan)))
