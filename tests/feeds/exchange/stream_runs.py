"""Runs the streams of one exchange, through the unmodified client, against the server on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from barograph.feeds.budget import HostBudget
from barograph.feeds.exchange.candles import Candle, Step
from barograph.feeds.exchange.liquidations import ForcedOrder
from barograph.feeds.exchange.streams import StreamFault, VenueStreams, close_sockets
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.exchange.watchdog import StreamLimits
from barograph.feeds.options import VENUES, Access
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from tests.loopback.exchange_dialects import Bar
from tests.loopback.exchange_streams import StreamHub, StreamServer

START = datetime(2026, 3, 4, 12, 2, 10, tzinfo=UTC)
BOUND_S = 10.0
PUBLISHING = ("binanceusdm", "bybit", "okx")
"""Those with a stream of forced orders."""


class FastPace:
    """A clock that runs `speed` times as fast as the real one, and can be set."""

    def __init__(self, speed: float = 1.0, start: datetime = START) -> None:
        self.speed = speed
        self._start = start
        self._real = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._real) * self.speed)

    def real_s(self, seconds: float) -> float:
        return seconds / self.speed

    def jump(self, seconds: float) -> None:
        self._start += timedelta(seconds=seconds)

    def ms(self) -> int:
        return to_ns(self.now()) // 1_000_000


class Heard:
    """Remembers what the streams told."""

    def __init__(self) -> None:
        self.steps: list[tuple[Step, Candle, datetime]] = []
        self.orders: list[ForcedOrder] = []
        self.spans: list[tuple[datetime, datetime]] = []

    def candle(self, step: Step, last: Candle, as_of: datetime) -> None:
        self.steps.append((step, last, as_of))

    def forced(self, orders: Sequence[ForcedOrder]) -> None:
        self.orders += orders

    def listened(self, since: datetime, until: datetime) -> None:
        self.spans.append((since, until))


class Listening:
    """Streams that run, with all that a test looks at."""

    def __init__(self, hub: StreamHub, pace: FastPace, venue: Venue, streams: VenueStreams, heard: Heard) -> None:
        self.hub, self.pace, self.venue, self.streams, self.heard = hub, pace, venue, streams, heard
        self.id = venue.id
        self.running = asyncio.create_task(streams.run((Interval.MIN_5,), 86_400.0))

    async def subscribed(self) -> None:
        """Until all that is wanted is subscribed to and acknowledged."""
        wanted = 2 + (2 if self.id in PUBLISHING else 0) + (2 if self.id == "okx" else 0)
        await until(lambda: len(self.hub.topics(self.id)) == wanted or self.running.done())
        assert not self.running.done(), self.running.result()
        self.hub.candle(self.id, self.bar())
        await until(lambda: bool(self.heard.steps))

    async def fault(self) -> StreamFault:
        """How the streams end."""
        return await asyncio.wait_for(asyncio.shield(self.running), BOUND_S)

    def bar(self, coin: str = "BTC", bars_ahead: int = 0, **changes: float) -> Bar:
        """A state of the bar that forms now, or of a later one."""
        now = self.pace.ms()
        begin = now - now % 300_000 + bars_ahead * 300_000
        bar = Bar(coin, "5m", begin, begin + 300_000, 100.0, 110.0, 90.0, 105.0, 12.5, False, now)
        return replace(bar, **changes)  # type: ignore[arg-type]


async def until(condition: Callable[[], bool], bound_s: float = BOUND_S) -> None:
    """Wait for a condition in the client's own loop; fails after a bound."""
    end = time.monotonic() + bound_s
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        await asyncio.sleep(0.002)


@asynccontextmanager
async def listening(
    venue_id: str,
    server: StreamServer,
    folder: Path,
    pace: FastPace | None = None,
    limits: StreamLimits | None = None,
    prepare: Callable[[Venue], None] = lambda _: None,
) -> AsyncIterator[Listening]:
    """Streams of a venue, closed again at the end."""
    pace = pace or FastPace()
    venue = Venue(
        venue_id, Access(exchange_base=server.base), HostBudget(venue_id, 3_000, Random(1)), pace, folder / venue_id
    )
    await venue.open()
    venue.client.timeout_on_exit = 0  # a quarter of a second that only TLS needs
    heard = Heard()
    symbols = {coin: venue.symbol(coin) for coin in ("BTC", "ETH")}
    streams = VenueStreams(venue_id, venue.client, symbols, heard, pace, limits or StreamLimits())
    prepare(venue)
    found = Listening(server.hub, pace, venue, streams, heard)
    try:
        yield found
    finally:
        found.running.cancel()
        await asyncio.gather(found.running, return_exceptions=True)
        await close_sockets(venue.client)
        await venue.close()


@contextmanager
def serving() -> Iterator[StreamServer]:
    """A server of streams."""
    with StreamServer(StreamHub()) as server:
        yield server


ALL = VENUES
