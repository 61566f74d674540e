"""One venue, life after life: its client is made, streams and requests run until a fault, everything is closed, and
after a pause it begins anew. Caches, sockets and rate limits of the client live and end with it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from barograph.feeds.book import PERPETUAL_TABLES, BarsPiece, Book, table_of
from barograph.feeds.contract import FeedError, FeedErrorKind, SourceHealth
from barograph.feeds.exchange.candles import Candle, Step, as_bars
from barograph.feeds.exchange.errands import Errands
from barograph.feeds.exchange.forced_orders import ForcedOrderLog
from barograph.feeds.exchange.liquidations import ForcedOrder
from barograph.feeds.exchange.our_time import AHEAD_NS
from barograph.feeds.exchange.standing import Standing
from barograph.feeds.exchange.streams import VenueStreams, close_sockets
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.exchange.watchdog import Rebuilds, StreamLimits
from barograph.feeds.options import LiveOptions
from barograph.feeds.pace import Pace
from barograph.market.bars import Bars
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval

_LOG = logging.getLogger(__name__)

STREAMED = (Interval.MIN_5,)
"""Longer bars that are forming are made of these."""
REFUSED_S = 4 * 3_600.0
"""A venue that does not serve this place is asked again after hours."""
_PROBED_FOR = timedelta(minutes=10)
_BROKEN_S = 30.0
_LONGEST_WAIT_S = 60.0
_MISSED_BARS = 24
_TOLD = 100


class VenueWorker:
    """Lives in the event loop from `run` to its cancellation; `standing`, `health` and `name` may be read anywhere."""

    def __init__(
        self,
        venue: Venue,
        book: Book,
        options: LiveOptions,
        coins: Sequence[str],
        pace: Pace,
        random: Random,
        limits: StreamLimits,
    ) -> None:
        """`venue` is not open yet."""
        self.venue = venue
        self.standing = Standing()
        self.lives = 0
        self._book = book
        self._coins = tuple(coins)
        self._pace = pace
        self._random = random
        self._limits = limits
        self._rebuilds = Rebuilds(random)
        self._errands = Errands(venue, book, coins, options.refresh, self.standing, pace, random)
        self._errands.forming = self._forming
        self._errands.broke = self._broke
        self._forced = ForcedOrderLog(book, venue.id, coins)
        self._streams: VenueStreams | None = None
        self._as_of: dict[str, datetime] = {}
        self._put_at: dict[str, datetime] = {}
        self._probed: datetime | None = None
        self._woken = asyncio.Event()
        self._told: set[str] = set()

    @property
    def name(self) -> str:
        """The venue's name on screen."""
        return self.venue.name

    def serve(self, *, serving: bool) -> None:
        """From now on this venue's bars go into the book, or no more. In the event loop."""
        if serving != self._errands.serving:
            self._errands.serve(serving=serving)

    def wake(self) -> None:
        """The machine slept: begin a new life. In the event loop."""
        self._rebuilds.woke()
        self.standing.woke(self._pace.now())
        self._probed = None
        self._woken.set()

    def health(self, now: datetime) -> SourceHealth:
        """One line of the Feeds panel."""
        return self.standing.health(self.name, self.venue.budget.view(now), now)

    async def run(self) -> None:
        """Life after life, until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self._life()
            except FeedError as error:
                self._ended(error)
                await self._wait_until(self._again_at(error))
            except asyncio.CancelledError:
                if _is_cancelled():
                    raise
                # the client cancels what waits on a connection that it gives up: the venue is to live on
                message = f"{self.name} was left in the middle of a question"
                self._ended(FeedError(FeedErrorKind.UNREACHABLE, self.venue.id, "", message))
                await self._wait_until(self._pace.now() + timedelta(seconds=_BROKEN_S))
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the venue in silence
                self._broke(error)
                await self._wait_until(self._pace.now() + timedelta(seconds=_BROKEN_S))

    # --------------------------------------------------------------------------------------------- a life

    async def _life(self) -> None:
        self.lives += 1
        await self.venue.open()
        tasks: list[asyncio.Task[object]] = []
        try:
            await self._probe()
            self._errands.begin_bars()
            tasks = [
                asyncio.create_task(self._listen(), name=f"{self.venue.id} streams"),
                asyncio.create_task(self._errands.run(), name=f"{self.venue.id} requests"),
                asyncio.create_task(self._woken.wait(), name=f"{self.venue.id} wake"),
            ]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._streams = None
            await close_sockets(self.venue.client)
            await self.venue.close()

    async def _probe(self) -> None:
        """Whether it answers at all, before streams are dialled; not for each life of a venue that does."""
        now = self._pace.now()
        if self._probed is None or self.standing.request_error is not None or now - self._probed > _PROBED_FOR:
            self._probed = now  # before the wait: a wake meanwhile wants to know again
            await self._errands.check_clock()

    async def _listen(self) -> None:
        """Streams until they fault, and the pause after that: requests go on meanwhile."""
        symbols = {coin: self.venue.symbol(coin) for coin in self._coins}
        self._streams = VenueStreams(self.venue.id, self.venue.client, symbols, self, self._pace, self._limits)
        self._forced.connected()
        self.standing.stream_opening()
        begun = self._pace.now()
        fault = await self._streams.run(STREAMED, self._rebuilds.life_s(self._limits))
        now = self._pace.now()
        if fault.aged:
            return
        _LOG.info("%s: the streams ended: %s", self.name, fault.error.message)
        self.standing.stream_ended(fault.error, now, never_began=fault.never_began)
        self._errands.kick()
        self._streams = None
        await close_sockets(self.venue.client)
        pause_s = self._rebuilds.pause_s(fault.error.kind, (now - begun).total_seconds())
        await self._wait_until(now + timedelta(seconds=pause_s))

    async def _wait_until(self, instant: datetime) -> None:
        while not self._woken.is_set() and (left_s := (instant - self._pace.now()).total_seconds()) > 0:
            try:
                await asyncio.wait_for(self._woken.wait(), self._pace.real_s(min(left_s, _LONGEST_WAIT_S)))
            except TimeoutError:
                continue

    def _ended(self, error: FeedError) -> None:
        now = self._pace.now()
        self.standing.failed(error, now)
        self.standing.stream_opening()
        if error.kind is FeedErrorKind.REFUSED:
            self.standing.refused_until = now + timedelta(seconds=REFUSED_S * (1 + 0.25 * self._random.random()))
        for coin in self._coins:
            if self._errands.serving:
                self._book.failed(coin, Interval.MIN_5, error)
            for table in PERPETUAL_TABLES:
                self._book.failed(table_of(coin, table, self.venue.id), None, error)

    def _again_at(self, error: FeedError) -> datetime:
        now = self._pace.now()
        named = [self.standing.refused_until, error.retry_at, self.venue.budget.earliest(now)]
        return max((each for each in named if each is not None), default=now)

    def _broke(self, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"
        if words not in self._told and len(self._told) < _TOLD:
            self._told.add(words)
            _LOG.exception("%s: a mistake of this program", self.name, exc_info=error)
        message = f"{self.name} is paused because of a mistake of this program: {words}"
        now = self._pace.now()
        told = FeedError(FeedErrorKind.BAD_DATA, self.venue.id, "", message)
        self.standing.failed(told, now)
        if self._errands.serving:
            self.standing.bars_failed(told, now)

    # ------------------------------------------------------------------------------- what the streams say

    def candle(self, step: Step, last: Candle, as_of: datetime) -> None:
        """Into the book, while this venue serves; forming bars once in a while."""
        now, coin = self._pace.now(), last.coin
        self.standing.streamed(now, as_of)
        self._as_of[coin] = as_of
        if not self._errands.serving or last.time_ns > to_ns(now) + AHEAD_NS:
            return
        if step.hole:
            self._errands.missed((coin, last.interval), last.time_ns - _MISSED_BARS * last.interval.ns)
        put_at = self._put_at.get(coin)
        if not step.closed and put_at is not None:
            age_s = (now - put_at).total_seconds()
            if 0 <= age_s < self._limits.candle_every_s:
                return
        self._put_at[coin] = now
        forming = Bars.empty() if step.forming is None else as_bars((step.forming,))
        self._book.put_bars(
            BarsPiece(coin, last.interval, self.venue.id, as_bars(step.closed), forming, as_of),
        )

    def forced(self, orders: Sequence[ForcedOrder]) -> None:
        """Into the book."""
        self._forced.take(orders)

    def listened(self, since: datetime, until: datetime) -> None:
        """Into the book."""
        self._forced.listened(since, until)

    def _forming(self, coin: str) -> tuple[Candle, datetime] | None:
        candle = None if self._streams is None else self._streams.forming(coin, STREAMED[0])
        return None if candle is None or not self.standing.streaming else (candle, self._as_of[coin])


def _is_cancelled() -> bool:
    """Whether somebody wants the running task to end, and not only something that it waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
