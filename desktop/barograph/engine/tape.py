"""The tape: what the engine holds of the market, filled from the feed as sessions and bars close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import isfinite, nan
from typing import Protocol

import numpy as np

from barograph.engine.daily_table import DailyTable, joined
from barograph.feeds.contract import BarsAnswer, Feed, FeedError, FeedErrorKind, FeedKind
from barograph.feeds.merging import changed, merged_fixings
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.calendars import Phase, TradingCalendar
from barograph.market.freshness import Freshness, daily_grace_s, judge, judge_daily, judge_fixing, price_limits
from barograph.market.instants import from_ns, to_ns
from barograph.market.instruments import AssetClass, Universe
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings
from barograph.market.wall_clock import NEW_YORK, wall_ns

Calendars = Callable[[str], TradingCalendar]
_FIXED_AT = time(16)
_FIRST_PRICES_S = 1_200.0
"""So long after an opening the first bar of a delayed feed may come: a quarter of an hour, and five minutes."""
_RECENT = timedelta(days=5)
"""How far back intraday bars are asked for when only the last price is wanted."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The last known value of an instrument: in its own unit, its own time (UTC), source and state; `base` and
    `base_5` are the closes one and five sessions before the session it belongs to, NaN where unknown.
    """

    value: float | None
    as_of: datetime | None
    source: str
    state: Freshness
    base: float = nan
    base_5: float = nan


NOTHING = Latest(None, None, "", Freshness.MISSING)


@dataclass(frozen=True, slots=True, eq=False)
class NewBars:
    """Closed bars just taken in, to be kept."""

    instrument: str
    interval: Interval
    bars: Bars
    source: str


class Archive(Protocol):
    """Bars kept from earlier runs of the same feed."""

    def load(self, instrument: str, interval: Interval) -> tuple[Bars, str]:
        """All bars kept, oldest first, and their source; no bars where there are none."""
        ...


class Tape:
    """Daily bars of all but single shares (the daily table has their closes), fixings, and errors by subject."""

    def __init__(self, feed: Feed, universe: Universe, calendars: Calendars, archive: Archive | None = None) -> None:
        """`calendars` gives the trading calendar of an id; with an `archive` only what it lacks is fetched."""
        self.feed = feed
        self._archive = archive
        self._new: list[NewBars] = []
        self.universe = universe
        self.calendars = calendars
        self.daily: dict[str, Bars] = {}
        self.fixings: dict[str, Fixings] = {}
        self.revised: dict[str, int] = {}
        """How often earlier fixings of a series were corrected or came late."""
        self.sources: dict[str, str] = {}
        self.errors: dict[str, FeedError] = {}
        self._closes: dict[str, IntArray] = {}
        self._due: dict[str, int] = {}
        self._last_label: dict[str, int] = {}
        self._given: dict[str, Bars] = {}
        self._fixings_due: int = 0
        self._live = feed.info.kind is FeedKind.LIVE

    def collect(self, now: datetime, table: DailyTable, *, again: bool = False) -> None:
        """Take in what has closed or been published since, and enter each piece in `table` at once: a fault that
        interrupts this must not leave bars that are held here and not there.

        `again`: a session is about to be judged, so a live feed is read anew although the newest bars are held:
        earlier ones may have been revised or have come late.
        """
        now_ns = to_ns(now)
        for name in self.feed.instruments():
            if now_ns < self._due.get(name, 0) and not (again and self._live):
                continue
            if Interval.DAY_1 not in self.feed.intervals(name):
                continue
            try:
                self._collect_daily(name, now, table)
            except FeedError as error:
                self.errors[name] = error
                continue
            self.errors.pop(name, None)
            if not self._live or self._has_last_session(name, now):
                self._due[name] = self._next_close(name, now_ns)
        self._collect_fixings(now, table)

    def _has_last_session(self, name: str, now: datetime) -> bool:
        """Whether the bar of the last session that closed is held: until then it may come at any time."""
        calendar = self.calendars(self.universe.instrument(name).calendar)
        return name in self._last_label and calendar.closed_since(self._last_label[name], now) == 0

    def _collect_daily(self, name: str, now: datetime, table: DailyTable) -> None:
        if self._archive is not None and name not in self._last_label:
            self._restore(name, now, table)
        # of a live feed all of it: it fills holes late, and after a split its whole past is another one
        held_until = None if self._live else self._last_label.get(name)
        answer = self.feed.fetch_bars(name, Interval.DAY_1, held_until, now)
        if self.sources.get(name, answer.source) != answer.source:
            answer = self._start_over(name, now, table)
        self.sources[name] = answer.source
        if len(answer.closed) and not (self._live and self._is_held(name, answer.closed)):
            self._take(name, answer.closed, table)
            self._given[name] = answer.closed
            if self._archive is not None:
                self._new.append(NewBars(name, Interval.DAY_1, answer.closed, answer.source))

    def _is_held(self, name: str, bars: Bars) -> bool:
        """Whether a live series is what was taken in last."""
        before = self._given.get(name)
        return before is not None and len(before) == len(bars) and not len(changed(before, bars))

    def _start_over(self, name: str, now: datetime, table: DailyTable) -> BarsAnswer:
        """Another source answers from now on: its whole series takes the place of what was held."""
        table.drop_bars(name)
        for held in (self.daily, self._last_label, self._given):
            held.pop(name, None)
        return self.feed.fetch_bars(name, Interval.DAY_1, None, now)

    def _restore(self, name: str, now: datetime, table: DailyTable) -> None:
        """Take in what the archive holds of an instrument and had closed by now."""
        if self._archive is None:
            return
        bars, source = self._archive.load(name, Interval.DAY_1)
        calendar = self.calendars(self.universe.instrument(name).calendar)
        closed = bars[: int(np.searchsorted(calendar.close_ns(bars.time), to_ns(now), side="right"))]
        if len(closed):
            self.sources[name] = source
            self._take(name, closed, table)

    def _take(self, name: str, bars: Bars, table: DailyTable) -> None:
        table.put_bars(name, bars)
        self._last_label[name] = int(bars.time[-1])
        if self.universe.instrument(name).asset_class is not AssetClass.SHARE:
            self.daily[name] = joined(self.daily.get(name, Bars.empty()), bars)

    def take_new(self) -> list[NewBars]:
        """The closed bars fetched since the last call, for the archive; empty without one."""
        new, self._new = self._new, []
        return new

    def _collect_fixings(self, now: datetime, table: DailyTable) -> None:
        now_ns = to_ns(now)
        if now_ns < self._fixings_due:
            return
        for name in self.feed.series():
            held = self.fixings.get(name, Fixings.empty())
            held_until = int(held.time[-1]) if len(held) and not self._live else None
            try:
                new = self.feed.fetch_fixings(name, held_until, now)
            except FeedError as error:
                self.errors[name] = error
                continue
            self.errors.pop(name, None)
            merged = merged_fixings(held, new) if len(new) else held
            if len(merged) != len(held) or not np.array_equal(merged.value, held.value):
                past = slice(0, len(held))
                same = np.array_equal(merged.time[past], held.time) and np.array_equal(merged.value[past], held.value)
                self.revised[name] = self.revised.get(name, 0) + (not same)
                self.fixings[name] = merged
                table.put_fixings(name, merged)
        if not self._live:
            self._fixings_due = now_ns - now_ns % _LOOK_NS + _LOOK_NS

    def _next_close(self, name: str, now_ns: int) -> int:
        """The first close of a session after now: before it there can be no new daily bar."""
        id_ = self.universe.instrument(name).calendar
        if id_ not in self._closes:
            calendar = self.calendars(id_)
            self._closes[id_] = calendar.close_ns(calendar.session_labels(calendar.start, calendar.end))
        closes = self._closes[id_]
        later = int(np.searchsorted(closes, now_ns, side="right"))
        return int(closes[later]) if later < len(closes) else now_ns + DAY_NS

    def latest(self, name: str, now: datetime) -> Latest:
        """The last price of an instrument: from the shortest bars that are fresh, for short ones may have been
        recorded for a part of the time only; else the newest there is, the last daily close among them; without any
        bar the fixing that serves it.
        """
        instrument = self.universe.instrument(name)
        newest = NOTHING
        since = now - _RECENT
        for interval in (each for each in self.feed.intervals(name) if each.intraday):
            found = self._last_bar(name, interval, since, now)
            if found is not None and found.as_of is not None:
                if found.state.usable:
                    return found
                newest, since = found, found.as_of
        close = self._last_close(name, now)
        if close is not None and (newest.as_of is None or (close.as_of is not None and close.as_of > newest.as_of)):
            return close
        if newest is not NOTHING:
            return newest
        if instrument.served_by is not None:
            return self.fixing(instrument.served_by, now)
        error = self.errors.get(name)
        return (
            NOTHING
            if error is None or error.kind is FeedErrorKind.EMPTY
            else Latest(None, None, error.source, Freshness.ERROR)
        )

    def close_state(self, name: str, label: int, now: datetime) -> tuple[datetime, Freshness]:
        """The instant of the daily close with that label, and its state when it is the newest there is."""
        instrument = self.universe.instrument(name)
        calendar = self.calendars(instrument.calendar)
        state = judge_daily(label, now, calendar, daily_grace_s(instrument.asset_class))
        if state is Freshness.LIVE:
            state = Freshness.CLOSED  # the newest close there is, but not the price of the running session
        return from_ns(int(calendar.close_ns(np.array([label]))[0])), state

    def _last_close(self, name: str, now: datetime) -> Latest | None:
        held = self.daily.get(name, Bars.empty())
        if not len(held):
            return None
        as_of, state = self.close_state(name, int(held.time[-1]), now)
        instrument = self.universe.instrument(name)
        calendar = self.calendars(instrument.calendar)
        if self._live and calendar.phase(now) is Phase.OPEN and any(i.intraday for i in self.feed.intervals(name)):
            # the market trades and its prices should be there: the close before it is not what is known of it now
            state = judge(as_of, now, calendar, price_limits(instrument.asset_class).widened(_FIRST_PRICES_S))
        base, base_5 = (_close_before(held, calendar, as_of, sessions) for sessions in (1, 5))
        return Latest(float(held.close[-1]), as_of, self.sources.get(name, ""), state, base, base_5)

    def fixing(self, series: str, now: datetime) -> Latest:
        """The newest fixing of a series, with those one and five observations before it as bases."""
        held = self.fixings.get(series)
        if held is None or not len(held):
            return NOTHING
        label = int(held.time[-1])
        state = judge_fixing(label, now)
        if state is Freshness.LIVE:
            state = Freshness.CLOSED  # the newest fixing there is
        source = f"{series} fixing"
        values = held.value
        return Latest(float(values[-1]), fixed_at(label), source, state, _back(values, 2), _back(values, 6))

    def _last_bar(self, name: str, interval: Interval, since: datetime, now: datetime) -> Latest | None:
        """The price of the newest bar of an interval that opened at or after `since`.

        A longer bar that opened before the last shorter one ended may be made of it and know nothing newer, and its
        own age limit is the wider one.
        """
        try:
            answer = self.feed.fetch_bars(name, interval, to_ns(since) - 1, now)
        except FeedError as error:
            self.errors[f"{name} {interval}"] = error
            return None
        self.errors.pop(f"{name} {interval}", None)
        instrument = self.universe.instrument(name)
        calendar = self.calendars(instrument.calendar)
        wider_s = interval.seconds + answer.delay_s
        if len(answer.forming) and answer.forming.time[-1] >= to_ns(since):
            value, as_of = float(answer.forming.close[-1]), now
            if answer.as_of is not None:  # the vendor tells how old the price is, so the bar's length does not matter
                as_of, wider_s = min(answer.as_of, now), answer.delay_s
        elif len(answer.closed):
            end = int(calendar.bar_end(int(answer.closed.time[-1]), interval))
            value, as_of = float(answer.closed.close[-1]), from_ns(min(end, to_ns(now)))
        else:
            return None
        base, base_5 = self._bases(name, interval, answer, as_of)
        state = judge(as_of, now, calendar, price_limits(instrument.asset_class).widened(wider_s))
        if state is Freshness.LIVE and answer.delay_s:
            state = Freshness.DELAYED
        return Latest(value, as_of, answer.source, state, base, base_5)

    def _bases(self, name: str, interval: Interval, answer: BarsAnswer, as_of: datetime) -> tuple[float, float]:
        """Closes one and five sessions before the session `as_of` lies in, of the answer's own source. The day before
        may not have been told yet: then the last bar of its session will do.
        """
        calendar = self.calendars(self.universe.instrument(name).calendar)
        held = self.daily.get(name, Bars.empty())
        if len(held) and self.sources.get(name) != answer.source:
            self._due[name] = 0  # another source has taken over: its days are taken in with the next turn
            held = Bars.empty()
        base, base_5 = (_close_before(held, calendar, as_of, sessions) for sessions in (1, 5))
        return base if isfinite(base) else _last_before_session(answer.closed, interval, calendar, as_of), base_5


def fixed_at(label: int) -> datetime:
    """The instant that the fixing of a date (`instants.label_ns`) is of: the afternoon in New York, for at midnight UTC
    a reader there would see the day before.
    """
    return from_ns(int(fixed_at_ns(np.array([label], np.int64))[0]))


def fixed_at_ns(labels: IntArray) -> IntArray:
    """The same for many dates, in ns UTC."""
    return wall_ns(labels, _FIXED_AT, NEW_YORK)


_LOOK_NS = 60_000_000_000
"""A recorded fixing is taken in with the first look at the light after it was published."""


def _close_before(held: Bars, calendar: TradingCalendar, as_of: datetime, sessions: int) -> float:
    """The daily close so many sessions before the one that `as_of` lies in; NaN where that day is not held: the change
    since an earlier one would be another number.
    """
    before = as_of - timedelta(microseconds=1)
    last = int(np.searchsorted(calendar.close_ns(held.time), to_ns(as_of), side="left"))
    for row in range(last - 1, -1, -1):
        later = calendar.closed_since(int(held.time[row]), before)
        if later >= sessions - 1:
            return float(held.close[row]) if later == sessions - 1 else nan
    return nan


def _last_before_session(bars: Bars, interval: Interval, calendar: TradingCalendar, as_of: datetime) -> float:
    """Where there are no daily bars: the last intraday close of the session before the one `as_of` lies in."""
    before = calendar.last_closed(as_of - timedelta(microseconds=1))
    if before is None or not len(bars):
        return nan
    ends = calendar.bar_ends(bars.time, interval)
    row = int(np.searchsorted(ends, to_ns(before.close), side="right")) - 1
    return float(bars.close[row]) if row >= 0 and ends[row] > to_ns(before.open) else nan


def _back(values: FloatArray, rows: int) -> float:
    return float(values[-rows]) if len(values) >= rows and isfinite(values[-rows]) else nan
