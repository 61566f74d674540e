"""The Yahoo source: one thread, one request at a time, one budget for all of Yahoo's hosts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import numpy as np

from barograph.feeds.book import Book
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import Advisory, FeedError, FeedErrorKind, SourceHealth
from barograph.feeds.options import LiveOptions
from barograph.feeds.pace import Pace
from barograph.feeds.yahoo.client import YahooBars, YahooClient
from barograph.feeds.yahoo.faults import bad_data, of_another, with_retry
from barograph.feeds.yahoo.health import Condition, state_of
from barograph.feeds.yahoo.holes import Hole
from barograph.feeds.yahoo.past import Past
from barograph.feeds.yahoo.schedule import Schedule, Task
from barograph.feeds.yahoo.session import SessionClass, Stopped, watched_session
from barograph.feeds.yahoo.symbols import SOURCE, YahooSymbols, load_symbols
from barograph.market.bars import BarError, Bars
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import from_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval

PER_HOUR = 1_800
"""HTTP requests that may go to Yahoo in any hour."""
_COST = 8
"""Requests that one call may take when it goes wrong; a symbol that is asked for the first time may take more."""
_FIRST_COST = 24
_SPACING_S = 1.0
_LONGEST_WAIT_S = 30.0
_AFTER_BUG_S = 30.0
_REREAD = timedelta(days=17)
"""At least the last ten daily bars are read again with each look at a day, after Christmas and New Year too."""
_RESCALED = 0.005
"""By how much of its price a day long past has to differ before the whole past is taken for another one: a split."""
_SYMBOLS_EVERY = timedelta(hours=1)
_STOP_S = 15.0
_OF_THE_HOST = frozenset({FeedErrorKind.RATE_LIMITED, FeedErrorKind.UNREACHABLE})
"""Faults that are the whole host's at once; a refusal or bad data only when a second symbol in a row meets it."""

_log = logging.getLogger(__name__)


def symbols_for(universe: Universe, options: LiveOptions) -> YahooSymbols:
    """What Yahoo is asked for: the table that ships with the program, and the members of the groups."""
    leaders = options.leaders or universe.groups.get("leaders", ())
    return load_symbols((name, True) for name in dict.fromkeys((*leaders, *universe.groups.get("breadth", ()))))


def open_client(
    options: LiveOptions,
    universe: Universe,
    calendars: Callable[[str], TradingCalendar],
    budget: HostBudget,
    session_class: Callable[[], SessionClass] = watched_session,
    symbols: YahooSymbols | None = None,
) -> YahooClient:
    """A client as the source has it; nothing is imported or asked yet. One in a process at a time."""
    return YahooClient(
        options.access,
        options.cache_dir / "yahoo",
        budget,
        symbols or symbols_for(universe, options),
        universe,
        calendars,
        session_class,
    )


class YahooSource:
    """See the Protocol in feeds/source.py. `step` is one turn of the thread."""

    def __init__(
        self,
        book: Book,
        options: LiveOptions,
        universe: Universe,
        calendars: Callable[[str], TradingCalendar],
        pace: Pace,
        random: Random | None = None,
        session_class: Callable[[], SessionClass] = watched_session,
        symbols: YahooSymbols | None = None,
    ) -> None:
        """`random` spreads requests; `session_class` answers the class of the HTTP session; `symbols` take the place
        of those that `symbols_for` answers.
        """
        self._book = book
        self._universe = universe
        self._calendars = calendars
        self._pace = pace
        self._random = random or Random()
        self._symbols = symbols or symbols_for(universe, options)
        self._refresh = options.refresh
        self.budget = HostBudget(SOURCE, PER_HOUR, self._random)
        self.client = open_client(options, universe, calendars, self.budget, session_class, self._symbols)
        self._schedule = Schedule(self._calendar_of, options.refresh, self._random)
        self._symbols_at: datetime | None = None
        self._heard: set[str] = set()
        self._anew: set[tuple[str, Interval]] = set()
        """What is asked for from the beginning: its prices are counted in other units than what is held."""
        self._past = Past()
        self._suspect: tuple[FeedErrorKind, str] | None = None
        self._holes: dict[tuple[str, Interval], tuple[Hole, ...]] = {}
        self._condition = Condition()
        self._woken = False
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._bugs: set[str] = set()

    # ---------------------------------------------------------------------------------------- the Protocol

    def instruments(self, now: datetime) -> Mapping[str, tuple[Interval, ...]]:
        """Ids of the instruments with the intervals that are asked for."""
        return {symbol.id: symbol.intervals for symbol in self._symbols.at(now)}

    def series(self) -> tuple[str, ...]:
        """None."""
        return ()

    def start(self) -> None:
        """Begin to ask. Returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="yahoo", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End; waits for the request that is under way. Idempotent."""
        self._stop.set()
        self.client.interrupt()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)

    def woke(self) -> None:
        """The machine slept: ask for everything again, over new connections."""
        self._woken = True
        self._wake.set()

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One line for Yahoo."""
        view = self.budget.view(now)
        condition = self._condition
        return (
            SourceHealth(
                source=SOURCE,
                state=state_of(self._book, self._symbols.at(now), self._universe, self._calendars, self._refresh, now),
                last_success=condition.last_success,
                newest=self._book.newest(SOURCE),
                last_error=condition.last_error or condition.notice,
                requests_used=view.used,
                requests_allowed=view.allowed,
                next_refresh=condition.next_refresh,
                error_kind=condition.error_kind,
                waits_until=view.waits_until or condition.held_until,
            ),
        )

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """None: what is wrong is in the health."""
        return ()

    def holes(self) -> Mapping[tuple[str, Interval], tuple[Hole, ...]]:
        """Where bars are absent that the calendar expects, as far as they have been asked for; from any thread."""
        return dict(self._holes)

    # ------------------------------------------------------------------------------------------ the thread

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                wait_s = self._step_safely()
                self._wake.wait(max(0.001, self._pace.real_s(wait_s)))
                if not self._stop.is_set():
                    self._wake.clear()
        finally:
            self.client.close()

    def _step_safely(self) -> float:
        try:
            return self.step(self._pace.now())
        except Stopped:
            return 0.0
        except Exception as error:  # noqa: BLE001 - the thread lives on, and the mistake is reported
            if repr(error) not in self._bugs:
                self._bugs.add(repr(error))
                _log.exception("the Yahoo source met a mistake of its own and goes on")
            words = f"a mistake in this program: {type(error).__name__}"
            self._condition = replace(self._condition, last_error=words, error_kind=FeedErrorKind.BAD_DATA)
            return _AFTER_BUG_S

    def step(self, now: datetime) -> float:
        """At most one request. Answers in how many seconds the next turn is to come.

        Raises:
            Stopped: `stop` was called.
        """
        if self._woken:
            self._woken = False
            self.budget.woke(now)
            self.client.reconnect()
            self._schedule.all_due(now)
        if self._symbols_at is None or not timedelta() <= now - self._symbols_at < _SYMBOLS_EVERY:
            self._symbols_at = now
            self._schedule.update(self._symbols.at(now), now)
        task = self._schedule.next(now)
        free = now if task is None else self.budget.earliest(now, self._cost(task))
        if task is None or free > now:
            held_until = free if free > now else None
            due = held_until or self._schedule.next_due() or now + _SYMBOLS_EVERY
            self._condition = replace(self._condition, next_refresh=due, held_until=held_until)
            return min(_LONGEST_WAIT_S, max(0.0, (due - now).total_seconds()))
        self._condition = replace(self._condition, next_refresh=now, held_until=None)
        self._do(task, now)
        return _SPACING_S * (0.5 + self._random.random())

    def _cost(self, task: Task) -> int:
        return _COST if task.symbol.id in self._heard else _FIRST_COST

    def _do(self, task: Task, now: datetime) -> None:
        name, interval = task.symbol.id, task.interval
        held = None if (name, interval) in self._anew else self._book.held_until(name, interval, SOURCE)
        start = self._start(name, interval, held, now)
        if start is None:
            self._past.asks(name, interval, now)
        try:
            bars = self.client.bars(name, interval, start, now)
            if held is not None and self._rescaled(bars):
                self._begin_anew(task, now)
                return
            self._take(bars, held)
            if start is None:
                self._past.answered(name, interval, self._book.closed(name, interval, SOURCE), bars.listed)
        except BarError:
            self._failed(task, bad_data(name), now)
        except FeedError as error:
            self._failed(task, error, now)
        except Stopped:
            raise
        except Exception:
            self._schedule.failed(task, FeedErrorKind.BAD_DATA, now)  # the others are not to wait behind it
            raise
        else:
            self._answered(task, bars, now)

    def _start(self, name: str, interval: Interval, held: int | None, now: datetime) -> datetime | None:
        """From when to ask on; None: from the beginning."""
        if held is None or self._past.is_short(name, interval, self._book.closed(name, interval, SOURCE), now):
            return None
        return from_ns(held) - (timedelta() if interval.intraday else _REREAD)

    def _rescaled(self, bars: YahooBars) -> bool:
        """Whether these days do not go on from those that are held: a split changes all prices before it, and years of
        them are not in a short answer. The oldest day tells; the newer ones may have been revised for other reasons.
        """
        if bars.interval.intraday or not len(bars.closed):
            return False
        held = self._book.closed(bars.instrument, bars.interval, SOURCE)
        _, ours, theirs = np.intersect1d(held.time, bars.closed.time, assume_unique=True, return_indices=True)
        if len(ours) < 2:  # the newest one by itself may just not have been final
            return False
        before, now = float(held.close[ours[0]]), float(bars.closed.close[theirs[0]])
        return abs(now - before) > _RESCALED * before

    def _begin_anew(self, task: Task, now: datetime) -> None:
        """Nothing of the answer is taken in: beside what is held it would be a leap that never was."""
        name = task.symbol.id
        _log.info("%s: its past is quoted at other prices than before, so all of it is asked for again", name)
        self._heard.add(name)
        self.budget.succeeded()
        self._anew.update((name, interval) for interval in task.symbol.intervals)
        for each in self._schedule.tasks():
            if each.symbol.id == name:
                each.due, each.tries = now, 0

    def _take(self, bars: YahooBars, held: int | None) -> None:
        """Into the book; a bar that was over once is not forming again, whatever an older copy of it says."""
        if held is not None and len(bars.forming) and bars.forming.time[0] <= held:
            bars = replace(bars, forming=Bars.empty())
        self._book.put_bars(bars)

    def _answered(self, task: Task, bars: YahooBars | None, now: datetime) -> None:
        name, interval = task.symbol.id, task.interval
        self._heard.add(name)
        self._suspect = None
        self.budget.succeeded()
        if self.client.limited or self.client.retry_after_s is not None:
            words = "Yahoo asks for a pause: too many requests"
            error = FeedError(FeedErrorKind.RATE_LIMITED, SOURCE, name, words)
            self.budget.failed(error, now, self.client.retry_after_s)
        self._book.answered(name, interval, now)
        self._schedule.answered(task, bars, now)
        if bars is not None:
            self._anew.discard((name, interval))
            self._note_holes(bars)
        notice = self._notice()
        self._condition = replace(self._condition, last_success=now, last_error="", error_kind=None, notice=notice)

    def _failed(self, task: Task, error: FeedError, now: datetime) -> None:
        name, interval = task.symbol.id, task.interval
        if error.kind is FeedErrorKind.EMPTY:
            self._answered(task, None, now)
            if self._book.held_until(name, interval, SOURCE) is None:
                self._book.failed(name, interval, with_retry(error, task.due))
            return
        until = now
        of_the_host = error.kind in _OF_THE_HOST or self.client.retry_after_s is not None or self._second(error)
        if of_the_host:
            until = self.budget.failed(error, now, self.client.retry_after_s)
        self._schedule.failed(task, error.kind, now)
        self._book.failed(name, interval, with_retry(error, max(until, task.due)))
        if of_the_host:
            self._tell_those_who_wait(task, error, until)
        if error.kind is not FeedErrorKind.UNSUPPORTED:
            self._condition = replace(self._condition, last_error=error.message, error_kind=error.kind)

    def _tell_those_who_wait(self, failed: Task, error: FeedError, until: datetime) -> None:
        """What the whole host refuses is also why the others bring nothing until then."""
        for task in self._schedule.tasks():
            if task is not failed and task.due <= until:
                self._book.failed(task.symbol.id, task.interval, of_another(error, task.symbol.id, until))

    def _second(self, error: FeedError) -> bool:
        """Whether another symbol met the same just before: then it is not the symbol's fault."""
        before, self._suspect = self._suspect, (error.kind, error.subject)
        return before is not None and before[0] is error.kind and before[1] != error.subject

    def _note_holes(self, bars: YahooBars) -> None:
        key = (bars.instrument, bars.interval)
        span = bars.closed if len(bars.closed) else bars.forming
        first = int(span.time[0])
        kept = tuple(hole for hole in self._holes.get(key, ()) if hole.before_ns <= first)
        found = (*kept, *bars.holes)
        new = len(set(found) - set(self._holes.get(key, ())))
        if new:
            _log.info("%s %s: %d gaps in the bars that Yahoo gave", *key, new)
        self._holes[key] = found

    def _notice(self) -> str:
        """The newest daily bar that is absent, of what the light is judged by."""
        judged = (symbol.id for symbol in self._symbols.at(self._symbols_at or self._pace.now()) if symbol.judged)
        recent = [(name, holes[-1]) for name in judged if (holes := self._holes.get((name, Interval.DAY_1)))]
        near = [(name, hole) for name, hole in recent if self._is_recent(hole)]
        if not near:
            return ""
        name, hole = max(near, key=lambda each: each[1].before_ns)
        return f"{name} lacks a daily bar before {from_ns(hole.before_ns).date()}"

    def _is_recent(self, hole: Hole) -> bool:
        return self._symbols_at is not None and self._symbols_at - from_ns(hole.before_ns) < _REREAD

    def _calendar_of(self, instrument: str) -> TradingCalendar:
        return self._calendars(self._universe.instrument(instrument).calendar)
