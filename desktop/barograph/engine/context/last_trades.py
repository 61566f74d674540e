"""Last trades of an instrument from the shortest bars there are, with longer ones where those were not held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from barograph.feeds.contract import BarsAnswer, Feed, FeedError
from barograph.indicators.alignment import Prints
from barograph.market.bars import Bars, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.intervals import Interval

_USED = (Interval.MIN_5, Interval.MIN_15, Interval.MIN_30, Interval.HOUR_1)
"""Intervals whose closes can stand for a last trade at the full hour (Rule A) or at half past (Rule B)."""

BarCounts = tuple[tuple[str, int], ...]
"""Source and number of bars."""


def closed_bars(feed: Feed, name: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer | None:
    """What the feed answers; None where it has no such bars or has failed so far."""
    try:
        return feed.fetch_bars(name, interval, after_ns, now)
    except FeedError:
        return None


def has_hours(feed: Feed, name: str) -> bool:
    """Whether the feed offers bars of an hour or less of an instrument."""
    return any(interval in _USED for interval in feed.intervals(name))


def bars_before(feed: Feed, names: Sequence[str], until_ns: int, now: datetime) -> BarCounts:
    """Source and number of the closed bars before an instant, of each instrument and interval that are used here."""
    found = []
    for name in names:
        for interval in (each for each in _USED if each in feed.intervals(name)):
            answer = closed_bars(feed, name, interval, None, now)
            held = 0 if answer is None else int(np.searchsorted(answer.closed.time, until_ns))
            found.append(("" if answer is None else answer.source, held))
    return tuple(found)


def grew(before: BarCounts, now: BarCounts) -> bool:
    """Whether there are more bars than before, or those of another source; fewer are only let go for want of room."""
    return any(old[0] != new[0] or old[1] < new[1] for old, new in zip(before, now, strict=True))


def last_trades(
    feed: Feed, calendar: TradingCalendar, name: str, after_ns: int | None, now: datetime
) -> tuple[Prints, str]:
    """The trades that closed bars later than `after_ns` prove, and their source.

    A longer bar counts only where no shorter one ended within it: a shorter bar in which nothing was traded is
    proof that the longer one's close is older than it looks.
    """
    finer: IntArray = np.empty(0, np.int64)
    found: list[Prints] = []
    source = ""
    used = [each for each in _USED if each in feed.intervals(name)]
    for interval in used:
        answer = closed_bars(feed, name, interval, after_ns, now)
        if answer is None or not len(answer.closed):
            continue
        source = source or answer.source
        bars = answer.closed
        ends = calendar.bar_ends(bars.time, interval)
        alone = np.searchsorted(finer, bars.time, side="right") == np.searchsorted(finer, ends, side="right")
        if alone.any():
            found.append(Prints.of(_chosen(bars, alone), ends[alone]))
        if interval is not used[-1]:
            finer = np.sort(np.concatenate((finer, ends)), kind="stable")  # twice the same end does no harm
    if not found:
        return Prints(np.empty(0, np.int64), np.empty(0)), source
    end = np.concatenate([prints.end for prints in found])
    order = np.argsort(end, kind="stable")
    return Prints(end[order], np.concatenate([prints.price for prints in found])[order]), source


def _chosen(bars: Bars, rows: np.ndarray) -> Bars:
    if rows.all():
        return bars
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return Bars(*(column[rows] for column in columns))
