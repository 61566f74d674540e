"""Closed intraday bars of one instrument over the last days, from the shortest bars there are at each instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from math import nan

import numpy as np

from barograph.engine.context.last_trades import closed_bars
from barograph.engine.tape import Tape
from barograph.feeds.contract import FeedKind
from barograph.indicators.alignment import FRESH_NS, Prints
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.freshness import judge, price_limits
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval

USED = (Interval.MIN_5, Interval.MIN_15, Interval.MIN_30, Interval.HOUR_1)
KEPT_NS = 12 * DAY_NS
_AGAIN_NS = DAY_NS
"""How far back is read again each time, for what a vendor brings late."""

_BEFORE_NS = 2 * Interval.HOUR_1.ns
"""Whether something traded in a bar is told by the bar before it."""


@dataclass(frozen=True, slots=True)
class BarSoFar:
    """Open, high, low, close of a stretch of time, and when the last of it ended (ns).

    `begun`: its beginning is known, so that `open` is; `whole`: all of it is, so that `high` and `low` are. Where not,
    what is missing may have reached further.
    """

    open: float
    high: float
    low: float
    close: float
    end: int
    begun: bool = True
    whole: bool = True

    @property
    def columns(self) -> tuple[float, float, float, float]:
        """Open, high, low, close."""
        return self.open, self.high, self.low, self.close

    def scaled(self, factor: float) -> BarSoFar:
        """The same move at another level."""
        open_, high, low, close = (factor * price for price in self.columns)
        return replace(self, open=open_, high=high, low=low, close=close)

    def then(self, after: BarSoFar) -> BarSoFar:
        """With what came after it."""
        return BarSoFar(
            self.open,
            max(self.high, after.high),
            min(self.low, after.low),
            after.close,
            after.end,
            self.begun,
            self.whole and after.begun and after.whole,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Bars by `start` and `end`, open to close in four rows, and in which of them something was traded."""

    start: IntArray
    end: IntArray
    columns: FloatArray
    traded: np.ndarray

    def of(self, rows: slice | IntArray | np.ndarray) -> _Rows:
        """Some of them."""
        return _Rows(self.start[rows], self.end[rows], self.columns[:, rows], self.traded[rows])

    def and_then(self, more: _Rows) -> _Rows:
        """These and more."""
        return _Rows(
            np.concatenate((self.start, more.start)),
            np.concatenate((self.end, more.end)),
            np.concatenate((self.columns, more.columns), axis=1),
            np.concatenate((self.traded, more.traded)),
        )


_NO_TIMES: IntArray = np.empty(0, np.int64)
_NO_ROWS = _Rows(_NO_TIMES, _NO_TIMES, np.empty((4, 0)), np.empty(0, np.bool_))


class PriceLine:
    """The last days of one instrument. A bar in which nothing was traded makes no price newer.

    What is answered is what had been heard at the instant of `see`: a late vendor's bars are in a recording from their
    end on, but nobody knew them then.
    """

    def __init__(self, tape: Tape, name: str) -> None:
        """Nothing is asked yet."""
        self.name = name
        self.calendar = tape.calendars(tape.universe.instrument(name).calendar)
        self._tape = tape
        self._limits = price_limits(tape.universe.instrument(name).asset_class)
        self._intervals = tuple(interval for interval in USED if interval in tape.feed.intervals(name))
        self._delay_s = 0.0
        self._live = tape.feed.info.kind is FeedKind.LIVE
        self._all = _NO_ROWS
        self._show(_NO_ROWS)

    @property
    def delay_ns(self) -> int:
        """How far the vendor is known to be behind."""
        return round(self._delay_s * 1e9)

    @property
    def late_ns(self) -> int:
        """How long after its end a bar that is held was heard; 0 in a live feed, where none is held before."""
        return 0 if self._live else self.delay_ns

    def see(self, at_ns: int) -> None:
        """From now on answer with what had been heard at an instant."""
        if self.late_ns:
            last = int(np.searchsorted(self._all.end, at_ns - self.late_ns, side="right"))
            self._show(self._all.of(slice(0, last)))

    def _show(self, rows: _Rows) -> None:
        self._seen = rows
        traded = rows.of(rows.traded)
        self.start, self.end, self._close = traded.start, traded.end, traded.columns[3]
        self.prints = Prints(self.end, self._close)

    def __len__(self) -> int:
        """Number of bars in which something was traded."""
        return len(self.end)

    def update(self, now: datetime) -> None:
        """Take in what has closed, and drop what is older than `KEPT_NS`."""
        now_ns = to_ns(now)
        oldest, held = now_ns - KEPT_NS, self._all
        if len(held.end) and int(held.end[-1]) > now_ns:
            held = _NO_ROWS  # time was set back
        after = max(oldest, int(held.end[-1]) - _AGAIN_NS) if len(held.end) else oldest
        kept = slice(int(np.searchsorted(held.start, oldest)), int(np.searchsorted(held.start, after, side="right")))
        self._all = held.of(kept).and_then(self._fetched(after, now))
        self._show(self._all)

    def last(self, at_ns: int) -> tuple[float, int]:
        """The newest close at an instant and its end; (NaN, 0) without one."""
        row = int(np.searchsorted(self.end, at_ns, side="right")) - 1
        return (float(self._close[row]), int(self.end[row])) if row >= 0 else (nan, 0)

    def near(self, at_ns: int) -> float:
        """The newest close that is no older than its own bar is long; NaN without one."""
        row = int(np.searchsorted(self.end, at_ns, side="right")) - 1
        if row < 0:
            return nan
        age = at_ns - int(self.end[row])
        return float(self._close[row]) if age <= max(FRESH_NS, self.step(row)) else nan

    def usable(self, at_ns: int) -> bool:
        """Whether the newest close is young enough for its session (SIGNALS 6.3)."""
        row = int(np.searchsorted(self.end, at_ns, side="right")) - 1
        if row < 0:
            return False
        limits = self._limits.widened(self.step(row) / 1e9 + self._delay_s)
        return judge(from_ns(int(self.end[row])), from_ns(at_ns), self.calendar, limits).usable

    def step(self, row: int) -> int:
        """The length of a bar (ns)."""
        return int(self.end[row] - self.start[row])

    def so_far(self, since_ns: int, until_ns: int) -> BarSoFar | None:
        """What traded in bars that opened at or after `since_ns` and ended by `until_ns`; None where nothing did.

        The time by which the vendor is behind is no hole: what is known is taken for the present everywhere.
        """
        held = self._seen
        first = int(np.searchsorted(held.start, since_ns))
        last = int(np.searchsorted(held.end, until_ns, side="right"))
        if last <= first:
            return None
        open_, high, low, close = held.columns[:, first:last]
        start, end = held.start[first:last], held.end[first:last]
        after_ns = int(end[-1])
        apart = np.flatnonzero(start[1:] != end[:-1])
        holes = any(self._trades(int(end[row]), int(start[row + 1])) for row in apart.tolist())
        lags = self._trades(after_ns, until_ns) >= (after_ns - int(start[-1])) / 1e9 + self._delay_s
        begun = not self._trades(since_ns, int(start[0]))
        prices = float(open_[0]), float(high.max()), float(low.min()), float(close[-1])
        return BarSoFar(*prices, after_ns, begun, begun and not holes and not lags)

    def _trades(self, since_ns: int, until_ns: int) -> float:
        """Seconds in which the market trades between two instants."""
        return self.calendar.trading_s(from_ns(since_ns), from_ns(until_ns)) if since_ns < until_ns else 0.0

    def _fetched(self, after_ns: int, now: datetime) -> _Rows:
        """Bars later than an instant: a longer one only where no shorter one ended within it."""
        finer, found = _NO_TIMES, _NO_ROWS
        for interval in self._intervals:
            answer = closed_bars(self._tape.feed, self.name, interval, after_ns - _BEFORE_NS, now)
            if answer is None or not len(answer.closed):
                continue
            self._delay_s = answer.delay_s
            bars = answer.closed
            end = self.calendar.bar_ends(bars.time, interval)
            alone = np.searchsorted(finer, bars.time, side="right") == np.searchsorted(finer, end, side="right")
            rows = _Rows(bars.time, end, _known(bars), _traded(bars))
            found = found.and_then(rows.of(alone & (bars.time > after_ns)))
            finer = np.union1d(finer, end)
        return found.of(np.argsort(found.end, kind="stable"))


def _traded(bars: Bars) -> np.ndarray:
    """A bar without volume in which the price did not move holds no trade (as `alignment.Prints.of`)."""
    before = np.concatenate((bars.close[:1], bars.close[:-1]))
    moved = (bars.high != bars.low) | (bars.close != before)
    traded: np.ndarray = (bars.close > 0) & (moved | (bars.volume != 0))
    return traded


def _known(bars: Bars) -> FloatArray:
    """Where only the close is known, it is the bar."""
    columns = np.stack((bars.open, bars.high, bars.low, bars.close))
    return np.where(np.isnan(columns), columns[3], columns)
