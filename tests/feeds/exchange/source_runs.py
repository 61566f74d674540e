"""Runs the exchanges' source, in its own thread, against the exchanges of the loopback server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import enumerate as all_threads
from unittest.mock import patch

import numpy as np

from barograph.feeds.book import Book
from barograph.feeds.contract import FeedError, SourceHealth
from barograph.feeds.exchange.bar_plan import DEPTH_DAYS
from barograph.feeds.exchange.serving import ElectionLimits
from barograph.feeds.exchange.source import ExchangeSource
from barograph.feeds.exchange.watchdog import StreamLimits
from barograph.feeds.options import VENUES, Access, LiveOptions
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.intervals import Interval
from barograph.market.observations import Liquidations
from barograph.market.universe_file import load_universe
from tests.feeds.exchange.stream_runs import START, FastPace
from tests.loopback.exchange import ExchangeServer
from tests.loopback.exchange_streams import StreamHub
from tests.loopback.exchange_world import World

BOUND_S = 20.0
SPEED = 60.0
HISTORY = timedelta(days=2)
UNIVERSE = load_universe()
INTERVALS = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)


class SourceRun:
    """A source with all that it talks to."""

    def __init__(
        self, server: ExchangeServer, hub: StreamHub, pace: FastPace, book: Book, source: ExchangeSource
    ) -> None:
        self.server, self.hub, self.pace, self.book, self.source = server, hub, pace, book, source

    def health(self, name: str) -> SourceHealth:
        """A venue's line of the Feeds panel."""
        return next(line for line in self.source.health(self.pace.now()) if line.source == name)

    def advisories(self) -> dict[str, tuple[str, ...]]:
        """What the trader is told, by id."""
        return {each.id: each.values for each in self.source.advisories(self.pace.now())}

    def bars(self, coin: str = "BTC", interval: Interval = Interval.MIN_5) -> Bars:
        """The closed bars that are served; none before there are any."""
        try:
            return self.book.bars(coin, interval, None).closed
        except FeedError:
            return Bars.empty()

    def filled(self, venue: str) -> bool:
        """Whether that venue serves both coins, with all intervals up to now."""
        for coin in ("BTC", "ETH"):
            if self.book.serving(coin) != venue:
                return False
            for interval in INTERVALS:
                if self.book.held_until(coin, interval, venue) is None:
                    return False
        return self.source.serving == venue

    def forced(self, venue: str) -> Liquidations:
        """Forced orders of BTC at a venue."""
        return self.book.liquidations("BTC").get(venue, Liquidations.of([], [], [], [], []))

    def holes(self, coin: str = "BTC") -> int:
        """Bars of five minutes that are missing between the first and the last."""
        times = self.bars(coin).time
        return int((np.diff(times) != Interval.MIN_5.ns).sum())

    def take_down(self, venue: str, fault: str = "drop") -> None:
        """Neither requests nor streams of a venue work any more."""
        self.server.fault(venue, fault)
        self.hub.manners[venue].refuse = 503
        self.hub.reset(venue)

    def bring_up(self, venue: str) -> None:
        """They work again."""
        self.server.heal(venue)
        self.hub.manners[venue].refuse = None

    def tasks(self) -> int:
        """Tasks in the source's loop."""
        loop = self.source._loop
        assert loop is not None

        async def count() -> int:
            return len(asyncio.all_tasks())

        return asyncio.run_coroutine_threadsafe(count(), loop).result(BOUND_S)


def wait(condition: Callable[[], bool], what: str, bound_s: float = BOUND_S) -> None:
    """Wait for a condition; fails after a bound, with the words for what did not come."""
    end = time.monotonic() + bound_s
    while not condition():
        assert time.monotonic() < end, f"this did not come: {what}"
        time.sleep(0.005)  # a condition is waited for, not time


@contextmanager
def running(
    folder: Path,
    *,
    venues: tuple[str, ...] = VENUES,
    speed: float = SPEED,
    limits: StreamLimits | None = None,
    election: ElectionLimits | None = None,
    before: Callable[[SourceRun], None] = lambda _: None,
    start: bool = True,
) -> Iterator[SourceRun]:
    """A source that was started and is stopped again; nothing of it may be left."""
    pace = FastPace(speed, START + timedelta(seconds=90))  # soon a bar closes
    listed_ms = pace.ms() - int(HISTORY.total_seconds() * 1_000)
    hub = StreamHub()
    depth = dict.fromkeys(DEPTH_DAYS, HISTORY.days)  # the client waits between requests: few are made here
    with patch.dict(DEPTH_DAYS, depth), ExchangeServer(pace.now, World(listed_ms=listed_ms)) as server:
        hub.join(server)
        hub.play(pace.now)
        book = Book()
        options = LiveOptions(folder, Access(exchange_base=server.base), venues=venues)
        source = ExchangeSource(book, options, UNIVERSE, calendar, pace, limits, election, Random(1))
        run = SourceRun(server, hub, pace, book, source)
        before(run)
        try:
            if start:
                source.start()
            yield run
        finally:
            begun = time.monotonic()
            source.stop()
            took_s = time.monotonic() - begun
            hub.pause()
    assert took_s < 5.0
    assert not [thread for thread in all_threads() if thread.name == "exchanges"]
    assert server.refused == []
