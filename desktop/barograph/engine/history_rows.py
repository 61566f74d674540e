"""Puts the answers for one file together: the rows that lie in its range, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import numpy as np

from barograph.engine.history_folder import Held
from barograph.engine.history_plan import Job
from barograph.market.bars import Bars, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Funding, OpenInterest

Rows = TypeVar("Rows", Bars, Funding, OpenInterest)

_BARS = ("time", "open", "high", "low", "close", "volume")


def joined_bars(parts: Sequence[Bars]) -> Bars:
    """One after the other; no bars where there are no parts."""
    return Bars(*(_column(parts, name) for name in _BARS)) if parts else Bars.empty()


def joined_open_interest(parts: Sequence[OpenInterest], source: str) -> OpenInterest:
    """One after the other."""
    if not parts:
        return OpenInterest.of([], [], [], source)
    return OpenInterest(_column(parts, "time"), _column(parts, "coin"), _column(parts, "usd"), source)


def ended_by(bars: Bars, interval: Interval, calendar: TradingCalendar, until: datetime) -> Bars:
    """The bars that had ended by `until` (UTC): those are known in the range, and no others. A day that the calendar
    does not cover ends with its UTC day.
    """
    if interval.intraday:
        ends = calendar.bar_ends(bars.time, interval)
    else:
        ends = bars.time + DAY_NS
        covered = (bars.time >= label_ns(calendar.start)) & (bars.time <= label_ns(calendar.end))
        ends[covered] = calendar.close_ns(bars.time[covered])
    return bars[: int(np.count_nonzero(np.maximum.accumulate(ends) <= to_ns(until)))] if len(bars) else bars


def between(rows: Rows, start: datetime, until: datetime) -> Rows:
    """The rows with a time from `start` to `until` (UTC), both included."""
    first, last = rows.time.searchsorted([to_ns(start), to_ns(until) + 1]).tolist()
    return rows[first:last]


def held(job: Job, source: str, day: datetime, time: IntArray, absent: int = 0, note: str = "") -> Held:
    """What is noted of a file with rows of these times; `day` is the instant at which they were had."""
    if not len(time):
        return Held(source=source, day=day.date(), note=note)
    first, last = from_ns(int(time[0])), from_ns(int(time[-1]))
    return Held(
        source=source,
        day=day.date(),
        rows=len(time),
        first=first,
        last=last,
        absent=absent,
        note=note or _begins_late(job, first),
    )


def _begins_late(job: Job, first: datetime) -> str:
    return f"begins {first:%Y-%m-%d}, nothing earlier is served" if first > job.pieces[0][0] + job.slack else ""


def _column(parts: Sequence[Any], name: str) -> Any:  # noqa: ANN401 - an array of either kind
    return np.concatenate([getattr(part, name) for part in parts])
