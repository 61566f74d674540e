"""Grids of instants at which two markets are compared: where the bars of a market's sessions end (SIGNALS 2).

Everything comes from a trading calendar, so half days, holidays and the change of the clocks are the calendar's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from barograph.market.bars import FloatArray, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import HOUR_NS, Interval


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Ends of bars, oldest first: `end` int64 ns UTC, `trade_date` the label of the session each belongs to, and
    `hours` the length of the bar that ends there. The last bar of a session may be a stub and has its own length.
    """

    end: IntArray
    trade_date: IntArray
    hours: FloatArray

    def __len__(self) -> int:
        """Number of ends."""
        return len(self.end)

    def until(self, now_ns: int) -> Self:
        """The ends that have passed at `now_ns`."""
        passed = slice(0, int(np.searchsorted(self.end, now_ns, side="right")))
        return type(self)(self.end[passed], self.trade_date[passed], self.hours[passed])


def intraday_grid(calendar: TradingCalendar, start: date, end: date, interval: Interval) -> Grid:
    """The ends of a market's intraday bars in the sessions dated `start` to `end`, both included.

    Futures (Rule A): hourly 19:00 .. 17:00 New York, 23 ends, and four-hourly 22:00, 02:00, 06:00, 10:00, 14:00 and
    17:00, the last a stub of three hours. The cash market (Rule B): hourly 10:30 .. 15:30 and 16:00, the last a stub
    of half an hour. An early close makes an earlier, shorter stub.

    Raises:
        CalendarError: a date that the calendar does not cover, or a daily interval.
    """
    ends, dates, hours = [], [], []
    for session in calendar.sessions(start, end):
        grid = calendar.bar_grid(session.date, interval)
        ends.append(grid)
        dates.append(np.full(len(grid), label_ns(session.date), np.int64))
        hours.append(np.diff(grid, prepend=np.int64(to_ns(session.open))) / HOUR_NS)
    if not ends:
        return Grid(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))
    return Grid(np.concatenate(ends), np.concatenate(dates), np.concatenate(hours))
