"""Runs the program's client of one exchange against the server on loopback, in an event loop of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.options import VENUES, Access
from barograph.market.instants import to_ns
from tests.loopback.exchange import ExchangeServer

Result = TypeVar("Result")
NOW = datetime(2026, 11, 18, 14, 32, 10, tzinfo=UTC)
"""A Wednesday; no bar of any interval begins or ends then."""
NOW_MS = to_ns(NOW) // 1_000_000
MIN_5_MS, HOUR_MS, DAY_MS = 300_000, 3_600_000, 86_400_000
ALL_VENUES = VENUES


class HandPace:
    """A clock that stands until it is set; nothing that waits by it comes to an end."""

    def __init__(self, time: datetime = NOW) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time

    def real_s(self, seconds: float) -> float:
        return 3_600.0

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Running:
    """A server, its clock and an open client of one exchange."""

    def __init__(self, server: ExchangeServer, pace: HandPace, venue: Venue) -> None:
        self.server, self.pace, self.venue = server, pace, venue

    @property
    def now(self) -> datetime:
        return self.pace.now()


def run(
    venue_id: str,
    tmp_path: Path,
    work: Callable[[Running], Awaitable[Result]],
    *,
    access: Callable[[str], Access] = lambda base: Access(exchange_base=base),
    per_hour: int = 10_000,
) -> Result:
    """What `work` answers. `access` makes the way out from the server's address."""
    pace = HandPace()
    with ExchangeServer(pace.now) as server:

        async def main() -> Result:
            budget = HostBudget(venue_id, per_hour, Random(1))
            venue = Venue(venue_id, access(server.base), budget, pace, tmp_path / "cache")
            await venue.open()
            venue.client.timeout_on_exit = 1  # a quarter of a second, for sockets with TLS
            assert venue.client.enableRateLimit
            venue.client.enableRateLimit = False  # it counts real time
            try:
                return await work(Running(server, pace, venue))
            finally:
                await venue.close()

        return asyncio.run(main())


async def fault_of(asked: Awaitable[object]) -> FeedError | None:
    """The fault that a request ends with; None when it goes well."""
    try:
        await asked
    except FeedError as error:
        return error
    return None


async def kind_of(asked: Awaitable[object]) -> FeedErrorKind | None:
    """The kind of that fault."""
    fault = await fault_of(asked)
    return None if fault is None else fault.kind
