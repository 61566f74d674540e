"""Finds where bars are absent that the calendar expects; nothing is ever put in their place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.market.bars import IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import from_ns, label_date, label_ns
from barograph.market.intervals import DAY_NS, Interval


@dataclass(frozen=True, slots=True)
class Hole:
    """`bars` bars are absent between the bars with the times `after_ns` and `before_ns` (as in `Bars.time`)."""

    after_ns: int
    before_ns: int
    bars: int


def find_holes(times: IntArray, interval: Interval, calendar: TradingCalendar) -> tuple[Hole, ...]:
    """The holes between bars with these times, oldest first.

    Daily: sessions with a bar of their own. Intraday: stretches in which the market traded for at least one interval
    without a bar, so that it does not matter on which minute a vendor begins its bars. Of days that the calendar does
    not cover nothing is known.
    """
    step = interval.ns if interval.intraday else DAY_NS
    times = times[(times >= label_ns(calendar.start)) & (times < label_ns(calendar.end))]
    rows = np.flatnonzero(np.diff(times) > step)
    ends = calendar.bar_ends(times[rows], interval) if rows.size else times[:0]
    found = []
    for row, end in zip(rows.tolist(), ends.tolist(), strict=True):
        after, before = int(times[row]), int(times[row + 1])
        missing = missing_between(after, end, before, interval, calendar)
        if missing:
            found.append(Hole(after, before, missing))
    return tuple(found)


def missing_between(after_ns: int, end_ns: int, before_ns: int, interval: Interval, calendar: TradingCalendar) -> int:
    """How many bars are absent between one that begins at `after_ns` and ends at `end_ns` and one at `before_ns`."""
    if not (label_ns(calendar.start) <= after_ns and before_ns < label_ns(calendar.end)):
        return 0
    if interval.intraday:
        return int(calendar.trading_s(from_ns(end_ns), from_ns(before_ns)) // interval.seconds)
    dates = label_date(after_ns + DAY_NS), label_date(before_ns - DAY_NS)
    if dates[0] > dates[1]:
        return 0
    return sum(not session.holiday for session in calendar.sessions(*dates))
