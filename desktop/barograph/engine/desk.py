"""The desk: one feed, its clock, its store and its monitor, and what the window may ask of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from barograph.checklist.sheet import Sheet
from barograph.engine.chart_series import ChartBoard
from barograph.engine.clock import SimulatedClock, WallClock, live_clock, wall_now
from barograph.engine.context.chart_lines import ChartLines
from barograph.engine.light_record import left_at, stored_evaluations, to_store
from barograph.engine.live_watch import LiveWatch
from barograph.engine.look_codec import stored_look
from barograph.engine.messages import (
    Acknowledged,
    Decide,
    EngineConfig,
    LightHistory,
    Seek,
    SeriesUpdate,
    SetPaused,
    SetSpeed,
    StepForward,
    TickStep,
    Upstream,
    WatchSeries,
    WriteNote,
)
from barograph.engine.monitor import Monitor
from barograph.engine.opening import UnusableInputError, default_speed, open_feed, opening_instant, rules_for
from barograph.engine.snapshot import ClockView, Snapshot
from barograph.engine.tape import NewBars
from barograph.feeds.contract import Feed, FeedKind
from barograph.feeds.live.feed import LiveFeed
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import iso_z
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet
from barograph.risk.rules_file import RulesError
from barograph.store.connection import Store, open_store
from barograph.store.errors import StoredOtherwiseError, StoreError
from barograph.store.evaluations import StoredEvaluation
from barograph.store.folder import FolderLock, lock_folder

Progress = Callable[[], None]
_TOLD_OTHERWISE = 3
"""Stored evaluations with another content that are told one by one; there may be years of them."""


class Desk:
    """Everything of one running engine. Used from one thread."""

    def __init__(
        self,
        feed: Feed,
        universe: Universe,
        rules: RuleSet,
        store: Store,
        clock: SimulatedClock | WallClock,
        lock: FolderLock | None = None,
    ) -> None:
        """Owns what it is given; `close` lets go of all of it."""
        self.feed = feed
        self.clock = clock
        self._universe = universe
        self._rules = rules
        self._store = store
        self._lock = lock
        self._watched: WatchSeries = WatchSeries(())
        self._notices = list(store.notices)
        self._store_notice = ""
        self._otherwise: list[str] = []
        self._closed = False
        self._unsaved: list[NewBars] = []
        self._live = LiveWatch(feed, store) if isinstance(feed, LiveFeed) else None
        self._looks: list[IntradayEvaluation] = []
        self._monitor = self._new_monitor(stored_evaluations(store, feed.info.key, rules.id, clock.now()))
        self._saved = len(self._monitor.evaluations)
        self._board = self._new_board()

    def _new_monitor(self, past: list[Evaluation]) -> Monitor:
        kept = _StoredBars(self._store, self.feed.info.key) if self.feed.info.kind is FeedKind.DEMO else None
        key, now = self.feed.info.key, self.clock.now()
        left = left_at(self._store, key, self._rules.id, now) if self._live is not None else None
        return Monitor(self.feed, self._universe, self._rules, calendar, past, self._sheet, kept, left)

    def _new_board(self) -> ChartBoard:
        monitor = self._monitor
        return ChartBoard(monitor.tape, self._rules, ChartLines(monitor.around, monitor.tape))

    def _sheet(self, day: date) -> Sheet:
        return self._store.load_sheet(self.feed.info.key, day)

    def refresh(self, progress: Progress = lambda: None) -> tuple[Snapshot, list[SeriesUpdate], LightHistory | None]:
        """One refresh as of the clock: the snapshot, what is new in the watched series, and in the light's past."""
        now = self.clock.now()
        if self._live is not None and self._live.follow(now):
            self._monitor.woke()
        made = self._monitor.refresh(now, progress)
        fetched = self._monitor.tape.take_new()
        self._unsaved += fetched
        self._looks += self._monitor.intraday.take_changes()
        if made or fetched or self._looks or (self._live is not None and self._live.due(now)):
            self._save(now)
        latest = self._monitor.latest(now)
        series = self._board.updates(now, latest, self._monitor.evaluations)
        snapshot = self._monitor.snapshot(now, self._clock_view(now), self._all_notices(), latest)
        history = self._board.light_history(self._monitor.evaluations, snapshot.light)
        if self._live is not None:
            self._live.show(snapshot, now)
        return snapshot, series, history

    def _all_notices(self) -> list[str]:
        lost = self._live.notice if self._live is not None else ""
        told = self._otherwise[:_TOLD_OTHERWISE]
        if len(self._otherwise) > len(told):
            told.append(f"{len(self._otherwise) - len(told)} more stored evaluations have another content.")
        return [*self._notices, *told, *(notice for notice in (self._store_notice, lost) if notice)]

    def _clock_view(self, now: datetime) -> ClockView:
        clock = self.clock
        at_end = isinstance(clock, SimulatedClock) and clock.at_end
        return ClockView(now, clock.speed, clock.paused, at_end)

    def _save(self, now: datetime) -> None:
        """Keep what refreshes brought, in one transaction; the light goes on when the disk does not, and says so.

        What could not be saved is saved with what comes next: a record with a hole could not be gone on from.
        """
        key, monitor = self.feed.info.key, self._monitor
        try:
            with self._store.transaction():
                for new in self._unsaved:
                    self._store.save_bars(key, new.instrument, new.interval, new.bars, new.source)
                if self._live is not None:
                    self._live.save(now)
                for made in range(self._saved, len(monitor.evaluations)):
                    self._save_evaluation(to_store(key, monitor.evaluations[made], monitor.explanation(made)))
                self._store.save_looks(stored_look(key, look, monitor.look_explanation(look)) for look in self._looks)
        except StoreError as error:
            self._store_notice = str(error)
        else:
            self._store_notice = ""
            self._unsaved, self._looks, self._saved = [], [], len(monitor.evaluations)
            if self._live is not None:
                self._live.saved()

    def _save_evaluation(self, made: StoredEvaluation) -> None:
        """Save one; where the store has another for that session, that one stands, and the trader is told."""
        try:
            self._store.save_evaluations((made,))
        except StoredOtherwiseError as error:
            if str(error) not in self._otherwise:
                self._otherwise.append(str(error))

    def apply(self, command: Upstream) -> Acknowledged | None:
        """Carry out a command; the answer to one that changes the store is given after the commit."""
        match command:
            case TickStep() | WriteNote() | Decide():
                try:
                    self._write(command)
                except StoreError as error:
                    return Acknowledged(command.command_id, str(error))
                return Acknowledged(command.command_id)
            case WatchSeries():
                self._watched = command
                self._board.watch(command.keys)
            case SetSpeed() | SetPaused() | Seek() | StepForward() if isinstance(self.clock, SimulatedClock):
                self._move(command, self.clock)
            case _:
                pass
        return None

    def _write(self, command: TickStep | WriteNote | Decide) -> None:
        now, key, store = self.clock.now(), self.feed.info.key, self._store
        match command:
            case TickStep(command_id, day, step, ticked, elapsed_s):
                evidence = self._monitor.frozen(step, now) if ticked else None
                store.tick(command_id, key, day, step, ticked, elapsed_s, evidence, now)
            case WriteNote(command_id, day, step, text):
                store.write_note(command_id, key, day, step, text, now)
            case Decide(command_id, day, action, horizon, reason, wrong_if):
                store.decide(command_id, key, day, action, horizon, reason, wrong_if, now)

    def _move(self, command: SetSpeed | SetPaused | Seek | StepForward, clock: SimulatedClock) -> None:
        match command:
            case SetSpeed(speed):
                clock.set_speed(speed)
            case SetPaused(paused):
                clock.set_paused(paused=paused)
            case StepForward():
                clock.set_paused(paused=True)
                clock.jump(self._next_instant(clock.now()))
            case Seek(to):
                self._seek(to, clock)

    def _next_instant(self, now: datetime) -> datetime:
        """Just past the next close: of the shown intraday interval, or the next daily evaluation."""
        shown = next((key.interval for key in self._watched.keys), Interval.DAY_1)
        if not shown.intraday:
            return self._monitor.next_evaluation(now) or now
        ahead = shown.seconds - int(now.timestamp()) % shown.seconds
        return now.replace(microsecond=0) + timedelta(seconds=ahead)

    def _seek(self, to: datetime, clock: SimulatedClock) -> None:
        """Jump. Going back, evaluations made before `to` stand and the later ones are made again."""
        info = self.feed.info
        if info.kind is not FeedKind.REPLAY or info.start is None:
            return
        back = to < clock.now()
        clock.jump(max(to, info.start))
        if back:
            now = clock.now()
            self._monitor = self._new_monitor([e for e in self._monitor.evaluations if e.at <= now])
            self._saved = min(self._saved, len(self._monitor.evaluations))
            self._board = self._new_board()
            self._board.watch(self._watched.keys)

    def begin(self) -> None:
        """Start what runs beside the engine: the sources of a live feed.

        Raises:
            StoreError: what earlier runs recorded cannot be read.
        """
        if self._live is not None:
            self._live.begin(self.clock.now())

    def close(self) -> None:
        """Let go of feed, store and data folder; idempotent."""
        if self._live is not None and not self._closed:
            with suppress(StoreError):  # the disk is full or gone: what is saved is saved
                self._live.end(self.clock.now())
        self._closed = True
        self.feed.close()
        self._store.close()
        if self._lock is not None:
            self._lock.release()


class _StoredBars:
    """The bars of one feed in the store, as the tape's archive."""

    def __init__(self, store: Store, feed_key: str) -> None:
        self._store = store
        self._key = feed_key

    def load(self, instrument: str, interval: Interval) -> tuple[Bars, str]:
        """All bars kept, and their source."""
        source = self._store.bar_source(self._key, instrument, interval)
        return self._store.load_bars(self._key, instrument, interval), source or ""


def open_desk(config: EngineConfig) -> Desk:
    """A desk as configured, with the data folder locked.

    Raises:
        UnusableInputError: the feed, the data folder, the store or the instant to start at cannot be used.
    """
    folder = Path(config.data_dir)
    try:
        live = config.live if config.feed == FeedKind.LIVE else None
        own_clock = live_clock(live) if live else None
        feed, universe = open_feed(config.feed, config.seed, (live, own_clock) if live and own_clock else None)
        rules = rules_for(live)
        clock = own_clock or _clock(feed, config)
        lock, store = lock_folder(folder), None
        try:
            store = open_store(folder, wall_now(), set_aside=True)
            desk = Desk(feed, universe, rules, store, clock, lock)
            desk.begin()
            return desk
        except BaseException:
            if store is not None:
                store.close()
            lock.release()
            raise
    except (StoreError, RulesError) as error:
        raise UnusableInputError(str(error)) from error


def _clock(feed: Feed, config: EngineConfig) -> SimulatedClock:
    speed = config.speed or default_speed(feed)
    return SimulatedClock(_start(feed, config.at), speed, _end(feed))


def _start(feed: Feed, at: datetime | None) -> datetime:
    """Where the clock starts; an instant before the first bar of a recorded folder is refused."""
    info = feed.info
    if at is not None and info.kind is FeedKind.REPLAY and info.start is not None and at < info.start:
        raise UnusableInputError(
            f"{info.label}: {iso_z(at)} is before its first bar; an instant from {iso_z(info.start)} on was expected"
        )
    return at or opening_instant(feed)


def _end(feed: Feed) -> datetime | None:
    """Where a replay's clock stops: when the last recorded session has been judged."""
    info = feed.info
    return info.end + timedelta(days=1) if info.kind is FeedKind.REPLAY and info.end is not None else None
