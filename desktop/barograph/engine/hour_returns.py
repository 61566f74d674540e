"""Hourly and four-hourly returns of a stock future and a coin over the same instants, for their correlation and their
usual size (SIGNALS 2 rule A and 3.2).

Whatever is asked of an instant is a function of a fixed number of rows before it: the same bytes whenever one looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite, nan

import numpy as np

from barograph.engine.context.last_trades import has_hours
from barograph.engine.context.shared_grid import SharedGrid, returns
from barograph.engine.tape import Tape
from barograph.indicators.correlation import decay_of_half_life, ewma_correlation
from barograph.market.bars import FloatArray, IntArray
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval


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
    """Returns of both between the ends of the future's hours, from the first that the feed has of both."""

    def __init__(self, tape: Tape, stock: str, crypto: str) -> None:
        """Nothing is asked yet."""
        self._grid = SharedGrid(tape.feed, tape.universe, tape.calendars, (stock,), (crypto,), whole=True)
        self._offered = all(has_hours(tape.feed, name) for name in (stock, crypto))

    def update(self, now: datetime) -> None:
        """Take in the hours that have ended."""
        if self._offered:
            self._grid.advance(now)

    def correlations(self, at_ns: int, late_ns: int = 0) -> dict[str, float]:
        """X1_4h and X1_1h as known at an instant, those that are known. `late_ns`: how long after its end a bar of the
        future was heard that is held from its end on.
        """
        values = {name: self._correlation(estimator, at_ns, late_ns) for name, estimator in ESTIMATORS.items()}
        return {name: value for name, value in values.items() if isfinite(value)}

    def before(self, at_ns: int, rows: int) -> FloatArray:
        """Hourly returns that ended at or before an instant, of the last `rows` ends: (n, 2), per square root of an
        hour. Both are NaN where one is unknown; where a trade date begins there is no row.
        """
        last = int(np.searchsorted(self._grid.end, at_ns, side="right"))
        chosen = np.arange(max(0, last - rows), last)
        moves = self._returns(chosen)
        moves[~np.isfinite(moves).all(axis=1)] = nan
        date = self._grid.trade_date[chosen]
        inside: FloatArray = moves[1:][date[1:] == date[:-1]]
        return inside

    # --------------------------------------------------------------------------------------------- private

    def _correlation(self, estimator: Estimator, at_ns: int, late_ns: int) -> float:
        grid = self._grid
        last = int(np.searchsorted(grid.end, at_ns, side="right"))
        if estimator.interval is Interval.HOUR_1:
            rows = np.arange(max(0, last - estimator.rows), last)
        else:
            rows = np.flatnonzero(grid.four[:last])[-estimator.rows :]
        moves = self._returns(rows)
        moves[grid.end[rows] > at_ns - late_ns] = nan
        shared = np.flatnonzero(np.isfinite(moves).all(axis=1))
        if len(shared) < estimator.minimum:
            return nan
        newest = from_ns(int(grid.end[rows[shared[-1]]]))
        if grid.calendar.trading_s(newest, from_ns(at_ns)) > 3_600 * estimator.stale_h:
            return nan
        return ewma_correlation(moves[:, 0], moves[:, 1], estimator.lam)

    def _returns(self, rows: IntArray) -> FloatArray:
        return returns(self._grid.price[rows], self._grid.end[rows], self._grid.trade_date[rows])
