"""The points that one chart holds: appended to, bounded in memory, read by instant or by visible range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np

from barograph.engine.messages import SeriesUpdate
from barograph.market.bars import FloatArray
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval

HELD_MOST = 20_000
"""Bars kept for one chart; the oldest go first."""
_FIRST_CAPACITY = 512
_STEP_POINTS = 64
_NS = 1e9
_TIME, _OPEN, _HIGH, _LOW, _CLOSE = range(5)


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What an update says of its series beside the points."""

    line: bool = False
    forming: bool = False
    unit: str = ""
    decimals: int = 2
    source: str = ""
    state: Freshness = Freshness.MISSING
    empty_reason: str = ""
    thresholds: tuple[tuple[float, str], ...] = ()
    band: bool = False
    steps: bool = False

    @classmethod
    def of(cls, update: SeriesUpdate) -> Self:
        """The facts of an update."""
        return cls(*(getattr(update, name) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: seconds since 1970 (UTC) and prices in the series' unit, NaN where unknown."""

    start_s: float
    end_s: float
    open: float
    high: float
    low: float
    close: float

    @property
    def middle_s(self) -> float:
        """Where the bar stands on the axis."""
        return (self.start_s + self.end_s) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Bars of a range, oldest first, equal lengths; `start` and `end` are seconds since 1970 (UTC).

    Every close is finite; where open, high or low is unknown it stands at the close.
    """

    start: FloatArray
    end: FloatArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray

    def __len__(self) -> int:
        """Number of bars."""
        return len(self.start)


class SeriesBuffer:
    """One series at one interval, in growing arrays: what an update costs depends on what is new."""

    def __init__(self, interval: Interval) -> None:
        """An empty buffer, which waits for its first update (`loaded` is False).

        `closed_version` is another number whenever the closed bars are others.
        """
        self.interval = interval
        self.loaded = False
        self.facts = SeriesFacts()
        self.as_of: datetime | None = None
        self.closed_version = 0
        self._count = 0
        self._rows: FloatArray = np.empty((5, _FIRST_CAPACITY))

    def __len__(self) -> int:
        """Number of bars held."""
        return self._count

    @property
    def time_s(self) -> FloatArray:
        """Bar times in seconds since 1970 (UTC); the label's midnight for daily bars."""
        return self._rows[_TIME, : self._count]

    @property
    def end_s(self) -> float | None:
        """Nominal end of the last bar, in seconds since 1970."""
        return float(self._rows[_TIME, self._count - 1]) + self.interval.seconds if self._count else None

    @property
    def step_s(self) -> float:
        """How long a point stands: its interval, or of a sparser line the usual time to the next point."""
        if not self.facts.line or self._count < 3:
            return float(self.interval.seconds)
        return max(float(self.interval.seconds), float(np.median(np.diff(self.time_s[-_STEP_POINTS:]))))

    @property
    def _closed_count(self) -> int:
        return self._count - (self.facts.forming and self._count > 0)

    def apply(self, update: SeriesUpdate) -> bool:
        """Take an update; True if anything that is drawn has changed.

        Rows held at or after the first new row's time are replaced by the new ones.
        """
        facts, closed_before = SeriesFacts.of(update), self._closed_count
        changed = not self.loaded or facts != self.facts
        self.loaded, self.facts, self.as_of = True, facts, update.as_of
        rows: FloatArray = np.array(
            [update.time / _NS, update.open, update.high, update.low, update.close], dtype=np.float64
        )[:, -HELD_MOST:]
        new = rows.shape[1]
        if not new and not update.replace:
            return changed
        keep = 0 if update.replace else int(np.searchsorted(self.time_s, rows[_TIME, 0]))
        if keep + new == self._count and np.array_equal(self._rows[:, keep : self._count], rows, equal_nan=True):
            return changed
        if keep < closed_before or keep + new - facts.forming != closed_before:
            self.closed_version += 1
        self._count = keep
        self._make_room(new)
        self._rows[:, self._count : self._count + new] = rows
        self._count += new
        return True

    def _make_room(self, new: int) -> None:
        if self._count + new <= self._rows.shape[1]:
            return
        kept = self._count
        if kept + new > HELD_MOST:  # a quarter is dropped at a time, so that moving the rest is rare
            kept = min(HELD_MOST * 3 // 4, HELD_MOST - new)
        grown = np.empty((5, min(HELD_MOST, 2 * (kept + new))))
        grown[:, :kept] = self._rows[:, self._count - kept : self._count]
        self._rows, self._count = grown, kept

    def at(self, instant_s: float) -> Bar | None:
        """The bar that covers an instant (seconds since 1970), or the value that holds; None where there is none."""
        row = int(np.searchsorted(self.time_s, instant_s, side="right")) - 1
        if row < 0 or (not self.facts.steps and instant_s >= self.time_s[row] + self.step_s):
            return None
        return self._bar(row)

    def span(self, start_s: float, end_s: float, most: int) -> Span:
        """Closed bars that touch a range, and one more on either side; at most about `most` of them.

        More are merged in groups of a power of two, counted from the first bar held, so that groups stay put
        while the range moves.
        """
        first, last = self._touching(start_s, end_s, self._closed_count)
        group = 1
        while last - first > most * group:
            group *= 2
        first -= first % group
        span = self._span(first, last)
        if group == 1 or not len(span):
            return span
        # Bars of unknown close have dropped out of the span: count by time, not by place.
        place = np.searchsorted(self.time_s, span.start) // group
        heads = np.flatnonzero(np.diff(place, prepend=-1))
        tails = np.append(heads[1:], len(span)) - 1
        return Span(
            span.start[heads],
            span.end[tails],
            span.open[heads],
            np.maximum.reduceat(span.high, heads),
            np.minimum.reduceat(span.low, heads),
            span.close[tails],
        )

    def held(self, start_s: float, end_s: float) -> tuple[FloatArray, FloatArray]:
        """Instants (seconds since 1970) and values of steps that touch a range, with that which holds at its start."""
        first, last = self._touching(start_s, end_s, self._count)
        return self._rows[_TIME, first:last], self._rows[_CLOSE, first:last]

    def extent(self, start_s: float, end_s: float, *, closes: bool) -> tuple[float, float] | None:
        """Lowest and highest price of the bars that touch a range, by closes alone or by lows and highs too.

        None where there is none.
        """
        first, last = self._touching(start_s, end_s, self._count)
        rows = self._rows[(_CLOSE if closes else _OPEN) :, first:last]
        if not rows.size:
            return None
        low, high = float(np.fmin.reduce(rows, axis=None)), float(np.fmax.reduce(rows, axis=None))
        return None if math.isnan(low) else (low, high)

    def has_bars(self, start_s: float, end_s: float) -> bool:
        """Whether a bar lies in a range, at least in part, or a value holds in it."""
        row = int(np.searchsorted(self.time_s, end_s)) - 1
        return row >= 0 and (self.facts.steps or bool(self.time_s[row] + self.interval.seconds > start_s))

    def _touching(self, start_s: float, end_s: float, count: int) -> tuple[int, int]:
        """First and one past the last of the first `count` rows that touch a range, and one more either side."""
        time = self._rows[_TIME, :count]
        first = max(0, int(np.searchsorted(time, start_s - self.interval.seconds, side="right")) - 1)
        return first, max(first, min(count, int(np.searchsorted(time, end_s)) + 1))

    def forming(self) -> Bar | None:
        """The forming bar, None where there is none or its close is unknown."""
        return self.last() if self.facts.forming else None

    def last(self) -> Bar | None:
        """The last bar, closed or forming; None where there is none or its close is unknown."""
        bar = self._bar(self._count - 1) if self._count else None
        return None if bar is None or math.isnan(bar.close) else bar

    def before_last(self) -> Bar | None:
        """The bar before the last one; None where there is none or its close is unknown."""
        bar = self._bar(self._count - 2) if self._count > 1 else None
        return None if bar is None or math.isnan(bar.close) else bar

    def _bar(self, row: int) -> Bar:
        start_s, *prices = self._rows[:, row].tolist()
        return Bar(start_s, start_s + self.interval.seconds, *prices)

    def _span(self, first: int, last: int) -> Span:
        rows = self._rows[:, first:last]
        unknown = np.isnan(rows)
        if unknown.any():
            rows = rows[:, ~unknown[_CLOSE]]
            rows = np.where(np.isnan(rows), rows[_CLOSE], rows)
        time, open_, high, low, close = rows
        return Span(time, time + self.interval.seconds, open_, high, low, close)
