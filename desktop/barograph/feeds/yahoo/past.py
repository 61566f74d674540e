"""How far back a series is held: where that is less than there is, all of it is asked for again on another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from barograph.feeds.yahoo import limits
from barograph.market.bars import Bars
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval

ENOUGH_DAYS = 3
"""On so many days the same past was answered: then there is no more."""
_SPARE = timedelta(days=5)
"""So much later than it could a series may begin: the longest closure of an exchange, and a day."""


@dataclass(slots=True)
class _Asked:
    """When all was last asked for (a UTC date), where what is held began after that (ns UTC), on how many days it
    began there, and when the instrument was listed; None where unknown.
    """

    on: date | None = None
    first_ns: int | None = None
    days: int = 0
    listed: datetime | None = None


class Past:
    """Of the series of one source, by instrument and interval. Used from one thread; a new run asks again."""

    def __init__(self) -> None:
        """Nothing was asked."""
        self._asked: dict[tuple[str, Interval], _Asked] = {}

    def is_short(self, name: str, interval: Interval, held: Bars, now: datetime) -> bool:
        """Whether all of a series, of which there are bars, is to be asked for at `now` (UTC), for what is held begins
        later than it could; at most once a day.
        """
        asked = self._asked.get((name, interval), _Asked())
        if asked.on == now.date() or asked.days >= ENOUGH_DAYS:
            return False
        begun = limits.start_of(interval, None, now)
        if asked.listed is not None:
            begun = max(begun, asked.listed)
        return from_ns(int(held.time[0])) > begun + _SPARE

    def asks(self, name: str, interval: Interval, now: datetime) -> None:
        """All of it is asked for, whatever comes of it."""
        self._asked.setdefault((name, interval), _Asked()).on = now.date()

    def answered(self, name: str, interval: Interval, held: Bars, listed: datetime | None) -> None:
        """The answer is taken in: `held` is what there is now."""
        asked = self._asked[name, interval]
        first_ns = int(held.time[0]) if len(held) else None
        asked.days = asked.days + 1 if first_ns == asked.first_ns else 1
        asked.first_ns, asked.listed = first_ns, listed
