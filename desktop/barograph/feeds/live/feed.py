"""The live feed: answers at once from the book, which its sources fill in threads of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from typing import TypeVar

import numpy as np

from barograph.feeds.book import PERPETUAL_TABLES, Book, Recording, table_of
from barograph.feeds.contract import (
    Advisory,
    BarsAnswer,
    FeedError,
    FeedErrorKind,
    FeedInfo,
    FeedKind,
    SourceHealth,
    derivatives_of,
    hours_of,
)
from barograph.feeds.live.longer import forming_of, grid_at, known_by, made_of
from barograph.feeds.source import Source
from barograph.market.aggregation import SessionGrid
from barograph.market.bars import Bars
from barograph.market.calendars import Phase, TradingCalendar
from barograph.market.instants import from_ns, to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Coverage, Fixings, Funding, Liquidations, OpenInterest

KEY = "live"
HOLE_AFTER = timedelta(hours=12)
"""A daily bar that the vendor did not have so long after its session's close is a hole; until then it may come."""
_FIXINGS_ASKED = timedelta(hours=2, minutes=50)
"""A series counts as complete for a session when it was asked for so shortly before the session is judged: after its
release at 16:15 New York, in winter too.
"""
_ALIVE = timedelta(days=10)
"""A symbol without a daily bar for longer is gone: its vendor may go on to answer for it, or say that it is unknown."""
_OFFER_EVERY = timedelta(hours=1)
_EVALUATED = timedelta(days=1, minutes=10)
_TABLES_ASKED = timedelta(hours=1, minutes=10)
"""Funding and open interest count as complete for a session when they were asked for so shortly before it is judged:
since the last hour of the coin's day began. No reading of then is older than the score takes.
"""
_HOURS = (Interval.MIN_5, Interval.HOUR_1)
_SETTLED = timedelta(seconds=90)
"""So long after its end, and the known delay, a bar should have been there."""
_MADE = {Interval.HOUR_4: Interval.HOUR_1}
"""What is made of what where a vendor does not give it."""
_COVERAGE_ORDER = (Coverage.ALL, Coverage.ONE_PER_SECOND, Coverage.SAMPLED, None)

Rows = TypeVar("Rows", Funding, OpenInterest, Liquidations)


class LiveFeed:
    """Used from the engine's thread; nothing here waits for the network. `start` sets the sources going."""

    def __init__(
        self,
        sources: Sequence[Source],
        book: Book,
        universe: Universe,
        calendars: Callable[[str], TradingCalendar],
        venues: Sequence[str],
        now: datetime,
        perpetuals: Sequence[str] = (),
    ) -> None:
        """`venues` in the order of preference; `perpetuals`: coins whose funding and open interest are asked for."""
        self.book = book
        self._sources = tuple(sources)
        self._venues = tuple(venues)
        self._perpetuals = tuple(perpetuals)
        self._universe, self._calendars = universe, calendars
        self._series = tuple(dict.fromkeys(name for source in sources for name in source.series()))
        self._offer(now)
        self._grids: dict[str, tuple[int, SessionGrid]] = {}

    @property
    def info(self) -> FeedInfo:
        """The market itself."""
        return FeedInfo(FeedKind.LIVE, KEY, "Live", simulated=False)

    def renew(self, now: datetime) -> None:
        """Offer what there is by now: with a month, a future expires and another one is listed."""
        if not timedelta() <= now - self._offered_at < _OFFER_EVERY:
            self._offer(now)

    def _offer(self, now: datetime) -> None:
        self._offered_at = now
        offered = {name: ivs for source in self._sources for name, ivs in source.instruments(now).items()}
        self._made = {(name, longer) for name, ivs in offered.items() for longer in _made_for(ivs)}
        self._intervals = {
            name: tuple(each for each in Interval if each in ivs or (name, each) in self._made)
            for name, ivs in sorted(offered.items())
        }
        named = {name: self._universe.instrument(name).calendar for name in self._intervals}
        self._calendar = {name: self._calendars(id_) for name, id_ in named.items()}

    def start(self) -> None:
        """Begin to ask."""
        for source in self._sources:
            source.start()

    def woke(self) -> None:
        """The machine slept, or its clock jumped."""
        for source in self._sources:
            source.woke()

    def take_new(self) -> Recording:
        """What was heard since the last call, for the store."""
        return self.book.take_new()

    def instruments(self) -> tuple[str, ...]:
        """Ids of the instruments with bars, in alphabetical order."""
        return tuple(self._intervals)

    def intervals(self, instrument_id: str) -> tuple[Interval, ...]:
        """What its source gives and what is made of that, shortest first."""
        return self._intervals.get(instrument_id, ())

    def series(self) -> tuple[str, ...]:
        """Ids of the fixing series."""
        return self._series

    def fetch_bars(self, instrument_id: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        """What is held, at once.

        Raises:
            FeedError: nothing is held yet (EMPTY) or the source has failed so far; UNSUPPORTED where no source has
                such bars.
        """
        offered = self.intervals(instrument_id)
        if interval not in offered:
            raise FeedError(FeedErrorKind.UNSUPPORTED, KEY, instrument_id, f"no source has {interval} bars of it")
        calendar, now_ns = self._calendar[instrument_id], to_ns(now)
        step = self._step(instrument_id, interval)
        if step is not None:
            shorter = self.book.bars(instrument_id, step, None)
            answer = replace(shorter, closed=made_of(shorter, step, interval, calendar, after_ns))
        else:
            answer = self.book.bars(instrument_id, interval, after_ns)
        closed = known_by(answer.closed, interval, calendar, now_ns)
        forming, as_of = answer.forming, answer.as_of
        if interval is not offered[0]:
            shortest = self._shortest(instrument_id, offered[0])
            forming = Bars.empty()
            if shortest is not None:
                forming = forming_of(shortest, offered[0], interval, self._grid(calendar, now_ns), now_ns)
                as_of = shortest.as_of
        if len(forming) and len(closed) and forming.time[0] <= closed.time[-1]:
            forming = Bars.empty()
        return replace(answer, closed=closed, forming=forming, as_of=as_of)

    def fetch_fixings(self, series_id: str, after_ns: int | None, now: datetime) -> Fixings:
        """Fixings that were public at `now`.

        Raises:
            FeedError: nothing is held yet (EMPTY) or the source has failed so far; UNSUPPORTED for another series.
        """
        if series_id not in self._series:
            raise FeedError(FeedErrorKind.UNSUPPORTED, KEY, series_id, f"no source has the series {series_id}")
        _, held = self.book.fixings(series_id)
        rows = held.known_at <= to_ns(now)
        if after_ns is not None:
            rows &= held.time > after_ns
        return Fixings(held.time[rows], held.value[rows], held.known_at[rows])

    def fixing_source(self, series_id: str) -> str:
        """Who published what is held of a series; empty where nothing is."""
        try:
            return self.book.fixings(series_id)[0]
        except FeedError:
            return ""

    def fetch_funding(self, instrument_id: str, after_ns: int | None, now: datetime) -> Funding:
        """Settled funding of the venue whose forced orders are answered, or of another where that one tells none."""
        found = self._of_venue(self.book.funding(instrument_id), instrument_id)
        return Funding.of([], [], []) if found is None else _between(found, after_ns, now)

    def fetch_open_interest(self, instrument_id: str, after_ns: int | None, now: datetime) -> OpenInterest:
        """Open interest of the venue whose forced orders are answered, so that one can be measured by the other; of
        another where that one tells none.
        """
        found = self._of_venue(self.book.open_interest(instrument_id), instrument_id)
        return OpenInterest.of([], [], []) if found is None else _between(found, after_ns, now)

    def fetch_liquidations(self, instrument_id: str, after_ns: int | None, now: datetime) -> Liquidations:
        """Forced orders of the venue that publishes most of them, at or later than `after_ns`."""
        best = self.book.liquidations(instrument_id).get(self._best_heard(instrument_id))
        if best is None:
            return Liquidations.of([], [], [], [], [])
        return _between(best, None if after_ns is None else after_ns - 1, now)

    def lacking(self, label_ns: int, now: datetime) -> tuple[str, ...]:
        """Instruments without the daily bar of that session that were not found to have a hole there, and series that
        were not asked since they were published; `hours_of` instruments whose last hours may still come, and
        `derivatives_of` coins.
        """
        names = [name for name in self._intervals if not self._settled(name, label_ns)]
        asked_by = from_ns(label_ns) + _EVALUATED - _FIXINGS_ASKED
        for name in self._series:
            answered = self.book.answered_at(name, None)
            if answered is None or answered < asked_by:
                names.append(name)
        hours = (name for name, offered in self._intervals.items() if Interval.HOUR_1 in offered)
        names += [hours_of(name) for name in hours if not self._hours_settled(name, label_ns)]
        names += [derivatives_of(name) for name in self._perpetuals if not self._tables_settled(name, label_ns)]
        return tuple(names)

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One entry for each host."""
        return tuple(line for source in self._sources for line in source.health(now))

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """What the sources have to say."""
        return tuple(dict.fromkeys(each for source in self._sources for each in source.advisories(now)))

    def close(self) -> None:
        """Stop the sources, all at the same time, each within its own bound."""
        stops = [Thread(target=source.stop, name="stopping a source") for source in self._sources]
        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join()

    # ------------------------------------------------------------------------------------------- private

    def _settled(self, name: str, label_ns: int) -> bool:
        if Interval.DAY_1 not in self._intervals[name]:
            return True
        if self.book.has_daily(name, label_ns):
            return True
        held = self.book.held_until(name, Interval.DAY_1, self.book.serving(name))
        gone = held is None or from_ns(label_ns) - from_ns(held) > _ALIVE
        error = self.book.error(name, Interval.DAY_1)
        if gone and error is not None and error.kind is FeedErrorKind.UNSUPPORTED:
            return True
        answered = self.book.answered_at(name, Interval.DAY_1)
        if answered is None:
            return False
        close = from_ns(int(self._calendar[name].close_ns(np.array([label_ns]))[0]))
        return answered >= close + (timedelta() if gone and held is not None else HOLE_AFTER)

    def _hours_settled(self, name: str, label_ns: int) -> bool:
        """Whether the bars of hours and of minutes reach to the last full hour of trading before the session is judged,
        or the vendor was asked when they should have.
        """
        calendar = self._calendar[name]
        judged = from_ns(label_ns) + _EVALUATED
        end = judged.replace(minute=0)
        if calendar.phase(end - timedelta(microseconds=1)) is not Phase.OPEN:
            last = calendar.last_closed(end)
            if last is None:
                return True
            end = last.close
        return all(self._reaches(name, interval, end) for interval in _HOURS if interval in self._intervals[name])

    def _reaches(self, name: str, interval: Interval, end: datetime) -> bool:
        error = self.book.error(name, interval)
        if error is not None and error.kind is FeedErrorKind.UNSUPPORTED:
            return True
        held = self._shortest(name, interval)
        if held is None:
            return False
        if len(held.closed) and self._calendar[name].bar_end(int(held.closed.time[-1]), interval) >= to_ns(end):
            return True
        answered = self.book.answered_at(name, interval)
        return answered is not None and answered >= end + timedelta(seconds=held.delay_s) + _SETTLED

    def _tables_settled(self, name: str, label_ns: int) -> bool:
        """Whether the venue whose tables are answered was asked for them, and for what was missed before, or cannot be
        asked.
        """
        venue = self._best_heard(name) or self.book.serving(name)
        if venue and venue not in self._venues:
            return True  # an earlier run asked it
        asked_by = from_ns(label_ns) + _EVALUATED - _TABLES_ASKED
        return all(self._table_settled(table_of(name, table, venue), asked_by) for table in PERPETUAL_TABLES)

    def _table_settled(self, subject: str, asked_by: datetime) -> bool:
        error, answered = self.book.error(subject, None), self.book.answered_at(subject, None)
        refused = error is not None and error.kind is FeedErrorKind.REFUSED
        return refused or (answered is not None and answered >= asked_by)

    def _step(self, name: str, interval: Interval) -> Interval | None:
        """The shorter interval that this one is made of; None where a source gives it."""
        return _MADE[interval] if (name, interval) in self._made else None

    def _shortest(self, name: str, interval: Interval) -> BarsAnswer | None:
        try:
            return self.book.bars(name, interval, None)
        except FeedError:
            return None

    def _grid(self, calendar: TradingCalendar, now_ns: int) -> SessionGrid:
        """The sessions around now; made anew once a day."""
        day = now_ns // DAY_NS
        held = self._grids.get(calendar.id)
        if held is None or held[0] != day:
            held = self._grids[calendar.id] = day, grid_at(calendar, now_ns)
        return held[1]

    def _best_heard(self, instrument_id: str) -> str:
        """The venue that publishes most of its forced orders; empty where none is heard."""
        held = self.book.liquidations(instrument_id).values()
        best = min(held, key=lambda rows: (_COVERAGE_ORDER.index(rows.coverage), rows.source), default=None)
        return "" if best is None else best.source

    def _of_venue(self, held: Mapping[str, Rows], instrument_id: str) -> Rows | None:
        order = (self._best_heard(instrument_id), self.book.serving(instrument_id), *self._venues)
        return next((held[venue] for venue in order if venue in held), None)


def _made_for(intervals: Sequence[Interval]) -> list[Interval]:
    return [longer for longer, step in _MADE.items() if longer not in intervals and step in intervals]


def _between(rows: Rows, after_ns: int | None, now: datetime) -> Rows:
    first = 0 if after_ns is None else int(np.searchsorted(rows.time, after_ns, side="right"))
    last = int(np.searchsorted(rows.time, to_ns(now), side="right"))
    return rows[first : max(first, last)]
