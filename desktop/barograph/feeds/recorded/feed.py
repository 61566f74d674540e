"""The replay feed: a history folder's observations, each answered only from when it was known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from barograph.feeds.contract import (
    Advisory,
    BarsAnswer,
    FeedError,
    FeedErrorKind,
    FeedInfo,
    FeedKind,
    SourceHealth,
)
from barograph.feeds.recorded.folder import HistoryFolder, Recorded
from barograph.feeds.recorded.timeline import Rows, Timeline
from barograph.market.aggregation import SessionGrid, aggregate
from barograph.market.bars import Bars, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest

ALL_VENUES = "aggregate"
"""The venue name of a sum over venues: answered only where no single venue was recorded."""
_LIVE_FOR_NS = 4 * DAY_NS
"""The longest closure of the exchange that a calendar foresees: recorded data older than that has a hole."""
_NEVER = int(np.iinfo(np.int64).max)
_NO_BARS = Bars.empty()
_NO_INSTANTS = np.empty(0, np.int64)
_NO_SESSIONS = SessionGrid(_NO_INSTANTS, _NO_INSTANTS, _NO_INSTANTS)
_NO_NUMBERS = np.empty(0, np.float64)
_NO_FUNDING = Funding(_NO_INSTANTS, _NO_NUMBERS, _NO_NUMBERS)
_NO_OPEN_INTEREST = OpenInterest(_NO_INSTANTS, _NO_NUMBERS, _NO_NUMBERS)
_NO_LIQUIDATIONS = Liquidations(_NO_INSTANTS, _NO_INSTANTS, _NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS)


@dataclass(frozen=True, slots=True, eq=False)
class _RecordedBars:
    """Bars of one instrument and interval, and the word for where they come from."""

    timeline: Timeline[Bars]
    source: str


class RecordedFeed:
    """Answers from a folder that is wholly in memory; it never fails for a subject that it has.

    A daily bar is closed when its session is, on the instrument's calendar; a bar on a date without a session at
    the hour at which one would have closed. Outside the years that a calendar covers a daily bar is closed at
    the end of its UTC day. Intraday intervals that were not recorded are made of the longest shorter one that
    was. A forming bar is made of the shortest closed bars of the running session; daily bars alone have none.
    """

    def __init__(self, folder: HistoryFolder, universe: Universe, calendars: Callable[[str], TradingCalendar]) -> None:
        """`calendars` gives the calendar of an id, as `barograph.market.calendars.calendar` does."""
        self._name = folder.path.name
        self._calendar = {name: calendars(universe.instrument(name).calendar) for name in folder.bars}
        self._grid = self._session_grids(folder)
        self._bars = {
            name: _all_intervals(recorded, self._calendar[name], self._grid[name], folder.description.name)
            for name, recorded in folder.bars.items()
        }
        self._series = {name: Timeline(fixings, fixings.known_at) for name, fixings in folder.series.items()}
        self._funding = _one_venue(folder.funding, folder.serving)
        self._open_interest = _one_venue(folder.open_interest, folder.serving)
        self._liquidations = _one_venue(folder.liquidations, folder.serving)
        self._heard = folder.heard
        self._delay_s = folder.delay_s
        self._known = self._known_instants()
        self._info = self._describe(folder)

    @property
    def info(self) -> FeedInfo:
        """What was recorded, under a key that changes with its content."""
        return self._info

    def instruments(self) -> tuple[str, ...]:
        """Ids of the instruments with a file of bars, in alphabetical order."""
        return tuple(sorted(self._bars))

    def intervals(self, instrument_id: str) -> tuple[Interval, ...]:
        """Recorded intervals and those made of shorter ones, shortest first; none for an unknown instrument."""
        return tuple(self._bars.get(instrument_id, ()))

    def series(self) -> tuple[str, ...]:
        """Ids of the recorded series, in alphabetical order."""
        return tuple(sorted(self._series))

    def fetch_bars(self, instrument_id: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        """Bars later than `after_ns` that were closed at `now`, and the forming one where it can be made. Where the
        vendor was late, it told of them that much later: the answer says by how much.

        Raises:
            FeedError: UNSUPPORTED, the folder has no such bars.
        """
        held = self._bars.get(instrument_id, {}).get(interval)
        if held is None:
            raise self._unsupported(instrument_id, f"{interval} bars of {instrument_id}")
        now_ns = to_ns(now)
        return BarsAnswer(
            held.timeline.as_known(after_ns, now_ns),
            self._forming(instrument_id, interval, now_ns),
            held.source,
            delay_s=self._delay_s.get(instrument_id, 0.0),
        )

    def fetch_fixings(self, series_id: str, after_ns: int | None, now: datetime) -> Fixings:
        """Fixings later than `after_ns` that were public at `now`.

        Raises:
            FeedError: UNSUPPORTED, the folder has no such series.
        """
        held = self._series.get(series_id)
        if held is None:
            raise self._unsupported(series_id, f"series {series_id}")
        return held.as_known(after_ns, to_ns(now))

    def fetch_funding(self, instrument_id: str, after_ns: int | None, now: datetime) -> Funding:
        """Funding later than `after_ns` that was settled at `now`."""
        held = self._funding.get(instrument_id)
        return held.as_known(after_ns, to_ns(now)) if held else _NO_FUNDING

    def fetch_open_interest(self, instrument_id: str, after_ns: int | None, now: datetime) -> OpenInterest:
        """Open interest later than `after_ns` that was known at `now`."""
        held = self._open_interest.get(instrument_id)
        return held.as_known(after_ns, to_ns(now)) if held else _NO_OPEN_INTEREST

    def fetch_liquidations(self, instrument_id: str, after_ns: int | None, now: datetime) -> Liquidations:
        """Liquidations at or later than `after_ns` that were known at `now`; an hour's sum when it is over. Where a
        stream was recorded they say from when to when it had been heard by then.
        """
        held = self._liquidations.get(instrument_id)
        if held is None:
            return _NO_LIQUIDATIONS
        now_ns = to_ns(now)
        rows = held.as_known(None if after_ns is None else after_ns - 1, now_ns)
        spans = self._heard.get(instrument_id, {}).get(rows.source)
        begun = 0 if spans is None else int(np.searchsorted(spans[:, 0], now_ns, side="right"))
        if spans is None or not begun:
            return rows
        since_ns, until_ns = spans[begun - 1].tolist()
        return replace(rows, since_ns=since_ns, until_ns=min(until_ns, now_ns))

    def lacking(self, label_ns: int, now: datetime) -> tuple[str, ...]:
        """Nothing: all that will ever be there is."""
        return ()

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """None."""
        return ()

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One entry for each kind of table in the folder; reading from memory succeeds at any `now`."""
        return tuple(self._health(kind, known, now) for kind, known in self._known.items())

    def close(self) -> None:
        """Nothing is held open."""

    # --------------------------------------------------------------------------------------------- private

    def _describe(self, folder: HistoryFolder) -> FeedInfo:
        ends = self._known.get("bars", _NO_INSTANTS)
        starts = [
            _opening(self._calendar[name], interval, int(held.timeline.time[0]))
            for name, intervals in self._bars.items()
            for interval, held in intervals.items()
            if len(held.timeline.time)
        ]
        return FeedInfo(
            kind=FeedKind.REPLAY,
            key=f"{FeedKind.REPLAY}:{self._name}:{folder.digest}",
            label=folder.description.name,
            simulated=folder.description.simulated,
            start=from_ns(min(starts)) if starts else None,
            end=from_ns(int(ends[-1])) if len(ends) else None,
        )

    def _known_instants(self) -> dict[str, IntArray]:
        """For each kind of table that was recorded, all instants at which something became known, in order."""
        bars = [held.timeline for intervals in self._bars.values() for held in intervals.values()]
        kinds: dict[str, list[IntArray]] = {
            "bars": [timeline.known_at for timeline in bars],
            "series": [timeline.known_at for timeline in self._series.values()],
            "funding": [timeline.known_at for timeline in self._funding.values()],
            "open interest": [timeline.known_at for timeline in self._open_interest.values()],
            "liquidations": [timeline.known_at for timeline in self._liquidations.values()],
        }
        return {kind: np.unique(np.concatenate(known)) for kind, known in kinds.items() if known}

    def _health(self, kind: str, known: IntArray, now: datetime) -> SourceHealth:
        now_ns = to_ns(now)
        row = int(known.searchsorted(now_ns, side="right")) - 1
        source = f"{self._name}: {kind}"
        if row < 0:
            return SourceHealth(source, Freshness.MISSING, last_success=now, newest=None)
        newest_ns = int(known[row])
        state = Freshness.LIVE if now_ns - newest_ns <= _LIVE_FOR_NS else Freshness.STALE
        return SourceHealth(source, state, last_success=now, newest=from_ns(newest_ns))

    def _forming(self, instrument_id: str, interval: Interval, now_ns: int) -> Bars:
        """The bar in the making, from the shortest bars that were recorded since before it began."""
        held_intervals = self._bars[instrument_id]
        shortest = next(iter(held_intervals))
        running = None if shortest is interval else self._grid[instrument_id].running(now_ns, interval)
        if running is None:
            return _NO_BARS
        time, begun_ns = running
        for shorter, held in held_intervals.items():
            if shorter.ns >= interval.ns:
                break
            first = int(held.timeline.known_at.searchsorted(begun_ns, side="right"))
            bars = held.timeline.as_known(None, now_ns)[first:]
            if first and len(bars):
                return aggregate(bars, np.full(len(bars), time))
        return _NO_BARS

    def _session_grids(self, folder: HistoryFolder) -> dict[str, SessionGrid]:
        """For each instrument the grid of its calendar, over the extent of the folder's intraday bars."""
        times = [
            bars.time
            for recorded in folder.bars.values()
            for interval, bars in recorded.items()
            if interval.intraday and len(bars)
        ]
        if not times:
            return dict.fromkeys(self._calendar, _NO_SESSIONS)
        first, last = min(int(time[0]) for time in times), max(int(time[-1]) for time in times)
        calendars = {calendar.id: calendar for calendar in self._calendar.values()}
        grids = {name: SessionGrid.of(calendar, first, last) for name, calendar in calendars.items()}
        return {name: grids[calendar.id] for name, calendar in self._calendar.items()}

    def _unsupported(self, subject: str, what: str) -> FeedError:
        return FeedError(
            FeedErrorKind.UNSUPPORTED, self._name, subject, f"the history folder {self._name} has no {what}"
        )


def _all_intervals(
    recorded: Mapping[Interval, Bars], calendar: TradingCalendar, grid: SessionGrid, label: str
) -> dict[Interval, _RecordedBars]:
    """The recorded intervals of one instrument and those that can be made of them, shortest first."""
    found: dict[Interval, _RecordedBars] = {}
    for interval in Interval:
        bars = recorded.get(interval)
        if bars is not None:
            timeline, source = Timeline(bars, closings(bars.time, interval, calendar)), label
        else:
            shorter = [each for each in recorded if interval.intraday and each.ns < interval.ns]
            if not shorter:
                continue
            longest = max(shorter, key=lambda each: each.ns)
            timeline = _made_of(recorded[longest], longest, interval, calendar, grid)
            source = f"{label}, made of {longest}"
        found[interval] = _RecordedBars(timeline, source)
    return found


def _made_of(
    shorter: Bars, step: Interval, interval: Interval, calendar: TradingCalendar, grid: SessionGrid
) -> Timeline[Bars]:
    """Bars made of shorter ones. One that lacks its end is known to be over with the next shorter bar only, and where
    none follows it is no bar: what was recorded breaks off within it.
    """
    bars = aggregate(shorter, grid.periods(calendar.bar_ends(shorter.time, step), interval))
    ends, known_at = closings(shorter.time, step, calendar), closings(bars.time, interval, calendar)
    following = np.searchsorted(ends, known_at, side="right")
    lacking = known_at - ends[following - 1] >= step.ns
    known_at = np.where(lacking, np.append(ends, _NEVER)[following], known_at)
    whole = slice(int(np.count_nonzero(known_at < _NEVER)))
    return Timeline(bars[whole], known_at[whole])


def closings(time: IntArray, interval: Interval, calendar: TradingCalendar) -> IntArray:
    """When bars with these times are closed (int64 ns UTC), never before the bar before is."""
    if interval.intraday:
        ends = calendar.bar_ends(time, interval)
    else:
        ends = time + DAY_NS
        covered = (time >= label_ns(calendar.start)) & (time <= label_ns(calendar.end))
        ends[covered] = calendar.close_ns(time[covered])
    return np.maximum.accumulate(ends)


def _opening(calendar: TradingCalendar, interval: Interval, time: int) -> int:
    """When the bar of that time opened (int64 ns UTC); a day without a known session opens at its midnight UTC."""
    day = label_date(time)
    if interval.intraday or not calendar.start <= day <= calendar.end:
        return time
    sessions = calendar.sessions(day, day)
    return to_ns(sessions[0].open) if sessions else time


def _one_venue(
    recorded: Mapping[str, Mapping[str, Recorded[Rows]]], serving: Mapping[str, str]
) -> dict[str, Timeline[Rows]]:
    """One venue for each instrument, never a mixture: the serving one, then the first by name, a sum last."""
    found: dict[str, Timeline[Rows]] = {}
    for instrument_id, venues in recorded.items():
        first = serving.get(instrument_id)
        venue = min(venues, key=lambda venue: (venue != first, venue == ALL_VENUES, venue))
        chosen = venues[venue]
        found[instrument_id] = Timeline(replace(chosen.rows, source=venue), chosen.known_at)
    return found
