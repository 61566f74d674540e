"""Longer bars made of shorter ones, on the grid that the sessions of a calendar give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

import numpy as np

from barograph.market.bars import Bars, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.market.intervals import Interval

OUTSIDE = int(np.iinfo(np.int64).min)
"""The period of a bar that belongs to no session."""


@dataclass(frozen=True, slots=True, eq=False)
class SessionGrid:
    """The sessions of a calendar as columns (int64 ns UTC), cut into the periods of any interval.

    Periods are counted from the opening of the session: four hours of futures from 18:00 New York, an hour of
    the cash index from 09:30, of crypto from midnight UTC. The time of a daily period is the session's label. A
    shorter bar belongs where it ends, so that a period never holds what came after it.
    """

    label: IntArray
    open: IntArray
    close: IntArray

    @classmethod
    def of(cls, calendar: TradingCalendar, first_ns: int, last_ns: int) -> Self:
        """The sessions around the instants `first_ns` to `last_ns`, as far as the calendar reaches."""
        start = max(calendar.start, from_ns(first_ns).date() - timedelta(days=2))
        end = min(calendar.end, from_ns(last_ns).date() + timedelta(days=2))
        sessions = calendar.sessions(start, end) if start <= end else ()
        return cls(
            np.array([label_ns(session.date) for session in sessions], np.int64),
            np.array([to_ns(session.open) for session in sessions], np.int64),
            np.array([to_ns(session.close) for session in sessions], np.int64),
        )

    def periods(self, end: IntArray, interval: Interval) -> IntArray:
        """For shorter bars that end at `end`, the time of the period each belongs to, or `OUTSIDE`."""
        found = np.full(len(end), OUTSIDE, np.int64)
        row = np.searchsorted(self.open, end) - 1
        inside = row >= 0
        inside[inside] = end[inside] <= self.close[row[inside]]
        row = row[inside]
        if interval.intraday:
            found[inside] = self.open[row] + (end[inside] - 1 - self.open[row]) // interval.ns * interval.ns
        else:
            found[inside] = self.label[row]
        return found

    def running(self, now_ns: int, interval: Interval) -> tuple[int, int] | None:
        """The time and the beginning of the period that is running at `now_ns`; None outside sessions."""
        row = int(self.open.searchsorted(now_ns, side="right")) - 1
        if row < 0 or now_ns >= self.close[row]:
            return None
        opened = int(self.open[row])
        if not interval.intraday:
            return int(self.label[row]), opened
        begun = opened + (now_ns - opened) // interval.ns * interval.ns
        return begun, begun


def aggregate(bars: Bars, period: IntArray) -> Bars:
    """One bar for each period (a time, or `OUTSIDE`, for each bar), from the shorter bars there are in it.

    What is unknown in any of the shorter bars is unknown in the longer one.
    """
    rows = np.flatnonzero(period != OUTSIDE)
    if not rows.size:
        return Bars.empty()
    time, first = np.unique(period[rows], return_index=True)
    return Bars(
        time=time,
        open=bars.open[rows[first]],
        high=np.maximum.reduceat(bars.high[rows], first),
        low=np.minimum.reduceat(bars.low[rows], first),
        close=bars.close[rows[np.append(first[1:], len(rows)) - 1]],
        volume=np.add.reduceat(bars.volume[rows], first),
    )
