"""What to ask Yahoo next: a task for each instrument and interval, each with its rank and the instant it is due.

Knows nothing of the network: it is told how each request went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.options import Refresh
from barograph.feeds.yahoo.client import YahooBars
from barograph.feeds.yahoo.hours import Hours
from barograph.feeds.yahoo.symbols import Role, YahooSymbol
from barograph.market.calendars import CalendarError, TradingCalendar
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval

_AGAIN_S = (120.0, 300.0, 600.0, 1_200.0, 1_800.0, 1_800.0, 1_800.0, 1_800.0, 3_600.0, 7_200.0)
"""Pauses until a daily bar that should be there is asked for again."""
_RUNNING_DAY_S = 1_800.0
"""Seconds between two looks at the day's unfinished bar, where it is charted."""
_OPENED_DAY_S = 120.0
_FAULT_S = 60.0
_LONGEST_FAULT_S = {Role.QUOTED: 300.0, Role.CHARTED: 900.0, Role.DAILY: 1_800.0, Role.POLICY: 1_800.0}
_UNKNOWN_AGAIN = timedelta(days=1)
_UNKNOWN_FOR_ONCE = timedelta(hours=2)
"""A symbol that brought bars before: the vendor errs, or it was delisted."""
_AFTER_END_S = 15.0
_JITTER = 0.1

_RANK_OF_SHORT = {Role.QUOTED: 1, Role.CHARTED: 3}
_RANK_OF_LONG = {Role.QUOTED: 5, Role.CHARTED: 6, Role.POLICY: 8}


@dataclass(slots=True, eq=False)
class Task:
    """One instrument and interval. `tries`: requests since it last brought what was wanted; `known`: it ever did."""

    symbol: YahooSymbol
    interval: Interval
    rank: int
    due: datetime
    tries: int = 0
    known: bool = False


def rank(symbol: YahooSymbol, interval: Interval) -> int:
    """Lower goes first: what the light is judged by, prices on screen and the hours of their charts, leaders and
    breadth, other charts, the rest.
    """
    if interval is Interval.DAY_1:
        if symbol.judged:
            return 2 if symbol.role is Role.DAILY else 0
        return {Role.DAILY: 6, Role.POLICY: 7}.get(symbol.role, 4)
    if interval is Interval.MIN_5:
        return _RANK_OF_SHORT[symbol.role]
    if interval is Interval.HOUR_1 and symbol.role is Role.QUOTED:
        return _RANK_OF_SHORT[symbol.role]  # an empty grid of charts would be the first thing a new user sees
    return _RANK_OF_LONG[symbol.role]


class Schedule:
    """Used from one thread. Every instant is UTC."""

    def __init__(self, calendar_of: Callable[[str], TradingCalendar], refresh: Refresh, random: Random) -> None:
        """`calendar_of` gives the calendar of an instrument; `random` spreads the instants."""
        self._calendar_of = calendar_of
        self._refresh = refresh
        self._random = random
        self._tasks: dict[tuple[str, Interval], Task] = {}

    def update(self, symbols: Iterable[YahooSymbol], now: datetime) -> None:
        """From now on these are asked for: new ones are due at once, others are dropped."""
        wanted = {(symbol.id, interval): symbol for symbol in symbols for interval in symbol.intervals}
        self._tasks = {key: task for key, task in self._tasks.items() if key in wanted}
        for key, symbol in wanted.items():
            if key not in self._tasks:
                self._tasks[key] = Task(symbol, key[1], rank(symbol, key[1]), now)

    def tasks(self) -> tuple[Task, ...]:
        """All tasks."""
        return tuple(self._tasks.values())

    def next(self, now: datetime) -> Task | None:
        """The most important task that is due."""
        due = [task for task in self._tasks.values() if task.due <= now]
        return min(due, key=lambda task: (task.rank, task.due), default=None)

    def next_due(self) -> datetime | None:
        """The earliest instant at which a task is due."""
        return min((task.due for task in self._tasks.values()), default=None)

    def all_due(self, now: datetime) -> None:
        """Everything is asked for again: nobody knows what was missed."""
        for task in self._tasks.values():
            task.due, task.tries = now, 0

    def answered(self, task: Task, bars: YahooBars | None, now: datetime) -> None:
        """The request went well; None: without a bar."""
        task.known = task.known or bars is not None
        hours = Hours(self._calendar_of(task.symbol.id), task.symbol.delay_s)
        if task.interval is Interval.DAY_1:
            task.due = self._day_due(task, bars, hours, now)
        elif task.interval is Interval.MIN_5:
            task.tries = 0
            task.due = self._price_due(task.symbol.role, hours, now)
        else:
            task.due = self._bar_due(task, bars, hours, now)

    def failed(self, task: Task, kind: FeedErrorKind, now: datetime) -> None:
        """The request failed. How long the host rests is the budget's business; this is the one symbol's pause."""
        if kind is FeedErrorKind.UNSUPPORTED:
            task.due, task.tries = now + (_UNKNOWN_FOR_ONCE if task.known else _UNKNOWN_AGAIN), 0
            return
        longest = _LONGEST_FAULT_S[task.symbol.role]
        task.due = now + self._about(min(longest, _FAULT_S * 2.0 ** min(task.tries, 10)))
        task.tries += 1

    # --------------------------------------------------------------------------------------------- private

    def _price_due(self, role: Role, hours: Hours, now: datetime) -> datetime:
        """While the market trades: after the refresh period, and once more when its last bars are whole."""
        settles = hours.settles(now)
        if now >= settles:
            return hours.opens(now) + self._about(_AFTER_END_S)
        period_s = self._refresh.quotes_s if role is Role.QUOTED else self._refresh.others_s
        due = now + self._about(period_s)
        return settles if due >= settles and hours.opens(now) > settles else due

    def _bar_due(self, task: Task, bars: YahooBars | None, hours: Hours, now: datetime) -> datetime:
        """After the end of the bar that is running, or comes next."""
        late = timedelta(seconds=task.symbol.delay_s + _AFTER_END_S)
        length = timedelta(seconds=task.interval.seconds)
        if now >= hours.settles(now):
            task.tries = 0
            return hours.opens(now) + length + late + self._about(_AFTER_END_S)
        due = self._end_to_come(task, bars) + late + self._about(_AFTER_END_S / 2) if bars is not None else now
        if due > now:
            task.tries = 0
            return due
        task.tries += 1
        return now + self._about(min(self._refresh.others_s * task.tries, task.interval.seconds))

    def _end_to_come(self, task: Task, bars: YahooBars) -> datetime:
        calendar = self._calendar_of(task.symbol.id)
        if len(bars.forming):
            return _end(bars.forming.time[0], task.interval, calendar)
        return _end(bars.closed.time[-1], task.interval, calendar) + timedelta(seconds=task.interval.seconds)

    def _day_due(self, task: Task, bars: YahooBars | None, hours: Hours, now: datetime) -> datetime:
        """After the next close, or soon when the last one's bar is not there yet."""
        wanted = hours.newest_day(now)
        held = int(bars.closed.time[-1]) if bars is not None and len(bars.closed) else None
        if wanted is not None and (held is None or held < wanted):
            pause_s = _AGAIN_S[min(task.tries, len(_AGAIN_S) - 1)]
            task.tries += 1
            return now + self._about(pause_s)
        task.tries = 0
        due = hours.next_day(now) + self._about(_AFTER_END_S)
        if task.symbol.judged and now < hours.final(now):
            due = min(due, hours.final(now) + self._about(_AFTER_END_S))  # closes are corrected for an hour or two
        if task.symbol.role in (Role.QUOTED, Role.CHARTED):
            running = now < hours.settles(now)
            # soon after the opening as well: only this tells that the closes before it count in other units, a split
            look = now + self._about(_RUNNING_DAY_S) if running else hours.opens(now) + self._about(_OPENED_DAY_S)
            due = min(due, look)
        return due

    def _about(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds * (1 + _JITTER * self._random.random()))


def _end(time_ns: int, interval: Interval, calendar: TradingCalendar) -> datetime:
    try:
        return from_ns(calendar.bar_end(int(time_ns), interval))
    except CalendarError:
        return from_ns(int(time_ns) + interval.ns)
