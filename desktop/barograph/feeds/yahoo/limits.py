"""How far back Yahoo serves each interval, and how a long range is cut into requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from barograph.market.intervals import Interval

REACH = {
    Interval.MIN_5: timedelta(days=60),
    Interval.MIN_15: timedelta(days=60),
    Interval.HOUR_1: timedelta(days=730),
}
"""Yahoo refuses (422) a range that begins earlier than this before its present; daily bars have no limit."""
DAILY_BACK = timedelta(days=5 * 365 + 40)
"""How far back daily bars are asked for when nobody says from when: the light needs three years and more."""
_SPARE = timedelta(hours=1)
_PIECE = {
    Interval.MIN_5: timedelta(days=30),
    Interval.MIN_15: timedelta(days=60),
    Interval.HOUR_1: timedelta(days=365),
    Interval.DAY_1: timedelta(days=10 * 365),
}


def earliest(interval: Interval, now: datetime) -> datetime | None:
    """The earliest instant (UTC) from which Yahoo serves bars of an interval, a little inside; None: no limit."""
    reach = REACH.get(interval)
    return None if reach is None else now - reach + _SPARE


def start_of(interval: Interval, start: datetime | None, now: datetime) -> datetime:
    """From when to ask: `start` as far as Yahoo reaches back; None stands for all that is wanted."""
    limit = earliest(interval, now)
    if limit is None:
        return start or now - DAILY_BACK
    return limit if start is None else max(start, limit)


def pieces(
    interval: Interval, start: datetime | None, end: datetime, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The requests, oldest first, that together bring the bars from `start` to `end` (UTC) as far as there are any."""
    at = start_of(interval, start, now)
    while at < end:
        following = min(end, at + _PIECE[interval])
        yield at, following
        at = following
