"""The streams of one instance of an exchange's client: candles and forced orders as they come, until the first fault.

The client is unmodified. On its instance the handlers of candles and forced orders are replaced by ones that read the
raw frame, so that nothing of a burst is lost and the venue's own instant is known; and the handler of every frame is
guarded, because an exception in it ends the client's receive loop with the socket still open.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.candles import Candle, CandleTrack, Step, read_candles
from barograph.feeds.exchange.faults import NAMES, feed_error
from barograph.feeds.exchange.frames import instant_ns
from barograph.feeds.exchange.liquidations import ForcedOrder, read_forced_orders
from barograph.feeds.exchange.subscriptions import (
    CANDLES,
    FORCED,
    TICKERS,
    Subscription,
    acknowledged,
    contracts_of,
    prepare,
    subscriptions,
)
from barograph.feeds.exchange.watchdog import StreamLimits, Watchdog
from barograph.feeds.pace import Pace
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval

_LOG = logging.getLogger(__name__)
_SHORTEST_WAIT_S = 0.01
_POLITE_S = 0.5


class Listener(Protocol):
    """Who is told what the streams bring; called in the event loop."""

    def candle(self, step: Step, last: Candle, as_of: datetime) -> None:
        """A candle came: what it closed, what is forming. `as_of` (UTC) is the venue's own instant where it tells
        one, else that of the arrival; never later than the end of the bar.
        """
        ...

    def forced(self, orders: Sequence[ForcedOrder]) -> None:
        """Forced orders came: all of one frame."""
        ...

    def listened(self, since: datetime, until: datetime) -> None:
        """Forced orders were listened to without a gap from `since` to `until`, whether or not there were any."""
        ...


@dataclass(frozen=True, slots=True)
class StreamFault:
    """Why the streams ended. `never_began`: connected, and no candle ever came. `aged`: no fault, they are old."""

    error: FeedError
    never_began: bool = False
    aged: bool = False


class VenueStreams:
    """The streams of a venue over one life of its client. Used once, in the event loop of that client."""

    def __init__(
        self,
        venue: str,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        symbols: Mapping[str, str],
        listener: Listener,
        pace: Pace,
        limits: StreamLimits,
    ) -> None:
        """`venue` is ccxt's id, `exchange` its client with the markets in it, `symbols` ccxt's names by coin."""
        self._venue = venue
        self._exchange = exchange
        self._symbols = symbols
        self._contracts = contracts_of(venue, symbols, exchange.markets)
        self._listener = listener
        self._pace = pace
        self._limits = limits
        self._watchdog = Watchdog(limits)
        self._tracks: dict[tuple[str, Interval], CandleTrack] = {}
        self._intervals: tuple[Interval, ...] = ()
        self._told: dict[str, datetime] = {}
        self._wanted: Counter[str] = Counter()
        self._listening: tuple[str, datetime] | None = None
        """The socket of the forced orders, and since when nothing of them was missed."""
        self._subscribed = False
        self._fault: asyncio.Future[StreamFault] | None = None
        self.bad_frames = 0
        self.bad_rows = 0

    @property
    def backward(self) -> int:
        """Candles that were older than one before them."""
        return sum(track.backward for track in self._tracks.values())

    @property
    def heard_candles(self) -> bool:
        """Whether any candle came."""
        return bool(self._tracks)

    def forming(self, coin: str, interval: Interval) -> Candle | None:
        """The bar that is forming, as last heard."""
        track = self._tracks.get((coin, interval))
        return None if track is None else track.forming

    async def run(self, intervals: Sequence[Interval], life_s: float) -> StreamFault:
        """Subscribe and listen until the first fault, or until the streams are `life_s` old; answers which it was.

        `intervals` of candles, shortest first.

        The sockets are still open then: they are the client's, and closed with it. Cancelling it is harmless.
        """
        self._fault = asyncio.get_running_loop().create_future()
        self._intervals = tuple(intervals)
        self._attach()
        wanted = subscriptions(self._venue, self._exchange, list(self._symbols.values()), intervals)
        self._wanted = Counter(each.kind for each in wanted)
        tasks = [asyncio.create_task(self._watch(each)) for each in wanted]
        tasks.append(asyncio.create_task(self._check(life_s)))
        try:
            waited: list[asyncio.Future[Any]] = [self._fault, *tasks]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            return self._fault.result() if self._fault.done() else self._lost(tasks)
        finally:
            self._tell_listened()
            self._fault.cancel()
            self._fault = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------------------------------------- tasks

    async def _watch(self, subscription: Subscription) -> None:
        """Stay subscribed: nothing resolves the client's future, so it ends when the connection does."""
        while True:
            await subscription.watch()

    async def _check(self, life_s: float) -> None:
        begun, real_begun = self._pace.now(), time.monotonic()
        while True:
            await asyncio.sleep(max(_SHORTEST_WAIT_S, self._pace.real_s(1.0)))
            now = self._pace.now()
            self._tell_listened()
            if not self._subscribed and time.monotonic() - real_begun > self._limits.connect_real_s:
                self._end(f"The streams of {self._name} could not be opened", never_began=True)
            elif (stall := self._watchdog.stalled(now)) is not None:
                words = f"{self._name} has sent no {stall.stream} for {stall.age_s:.0f} seconds"
                self._end(words, never_began=not self.heard_candles)
            elif (now - begun).total_seconds() > life_s:
                self._end(f"The streams of {self._name} are opened anew once a day", aged=True)

    @property
    def _name(self) -> str:
        return NAMES.get(self._venue, self._venue)

    def _end(
        self,
        message: str,
        kind: FeedErrorKind = FeedErrorKind.UNREACHABLE,
        *,
        never_began: bool = False,
        aged: bool = False,
    ) -> None:
        if self._fault is not None and not self._fault.done():
            error = FeedError(kind, self._venue, "streams", message)
            self._fault.set_result(StreamFault(error, never_began, aged))

    def _lost(self, tasks: Sequence[asyncio.Task[None]]) -> StreamFault:
        """A watching task ended: the connection did, or the venue refused the subscription."""
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                told = feed_error(error, self._venue, "streams", self._pace.now())
                return StreamFault(told)
        message = f"The streams of {self._name} were closed"
        return StreamFault(FeedError(FeedErrorKind.UNREACHABLE, self._venue, "streams", message))

    # ------------------------------------------------------------------------------------------ attaching

    def _attach(self) -> None:
        exchange = self._exchange
        prepare(self._venue, exchange, list(self._symbols.values()), self._limits.keep_alive_real_s)
        make = exchange.client

        def guarded_client(url: str) -> Any:  # noqa: ANN401 - ccxt has no types
            client = make(url)
            if getattr(client.handle_message, "guarded_by", None) is not self:
                self._guard(client)
            return client

        exchange.client = guarded_client
        exchange.handle_ohlcv = self._candles
        exchange.handle_liquidation = self._forced
        if self._venue == "okx":
            exchange.handle_ticker = self._tickers
        name = "handle_subscription_response" if self._venue == "hyperliquid" else "handle_subscription_status"
        setattr(exchange, name, self._acknowledged)

    def _guard(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        handle = client.handle_message

        def guarded(message: Any) -> None:  # noqa: ANN401 - ccxt has no types
            pong = client.lastPong
            try:
                handle(message)
            except Exception as error:  # noqa: BLE001 - whatever a frame does, the receive loop has to live
                self._bad_frame(client.url, error)
            if client.lastPong != pong:
                # ccxt compares it with real time; what an exchange's own clock says may be another
                client.lastPong = client.last_message_at

        guarded.guarded_by = self  # type: ignore[attr-defined]
        client.handle_message = guarded

    # ------------------------------------------------------------------------------------------- hearing

    def _bad_frame(self, socket: str, error: Exception) -> None:
        self.bad_frames += 1
        _LOG.warning("%s: a frame could not be read (%s): %.200s", self._name, type(error).__name__, error)
        self._missed(socket)
        if self._watchdog.bad_frame(self._pace.now()):
            self._end(f"{self._name} sends frames that cannot be read", FeedErrorKind.BAD_DATA)

    def _missed(self, socket: str) -> None:
        """Something that could not be read may have been a forced order: they are heard without a gap from now on."""
        self._tell_listened()
        if self._listening is not None and self._listening[0] == socket:
            self._listening = (socket, self._pace.now())

    def _acknowledged(self, client: Any, message: Any, *_: object) -> Any:  # noqa: ANN401 - ccxt has no types
        kind = acknowledged(self._venue, client.subscriptions, message)
        if kind is not None:
            self._wanted[kind] -= 1
            if self._wanted[kind] == 0 or kind == CANDLES:
                self._expect(kind, client.url)
        return message

    def _expect(self, kind: str, socket: str) -> None:
        now = self._pace.now()
        if kind == FORCED:
            self._watchdog.expect(FORCED, socket, now, None, may_be_silent=True)
            if self._listening is None:
                self._listening = (socket, now)
            return
        if kind == TICKERS:
            for coin in self._symbols:
                self._watchdog.expect(f"{coin} {TICKERS}", socket, now, self._limits.tickers_s)
            return
        self._subscribed = True
        for coin in self._symbols:
            for interval in self._intervals:
                shortest = interval is self._intervals[0]
                limit_s = self._limits.candles_s if shortest else self._limits.longer_candles_s
                self._watchdog.expect(_stream(coin, interval), socket, now, limit_s)

    def _tell_listened(self) -> None:
        """As far as something was heard on the socket of the forced orders, and no further."""
        if self._listening is not None:
            socket, since = self._listening
            until = self._watchdog.socket_heard(socket)
            if until is not None and until > since:
                self._listener.listened(since, until)

    def _candles(self, client: Any, message: Any, *_: object) -> None:  # noqa: ANN401 - ccxt has no types
        reading = read_candles(self._venue, message, self._contracts)
        self._bad_rows(client.url, reading.bad)
        now = self._pace.now()
        for candle in reading.rows:
            track = self._tracks.setdefault((candle.coin, candle.interval), CandleTrack())
            self._expect(CANDLES, client.url)
            step = track.take(candle)
            if step is None:
                continue  # a stream that goes round and round in the past brings nothing
            self._watchdog.heard(_stream(candle.coin, candle.interval), client.url, now)
            self._listener.candle(step, candle, self._as_of(candle, now))

    def _as_of(self, candle: Candle, now: datetime) -> datetime:
        if candle.told_ns is not None:
            told = from_ns(candle.told_ns)
        else:
            told = max(self._told.get(candle.coin, now), from_ns(candle.time_ns))
        return min(told, from_ns(candle.end_ns))

    def _forced(self, client: Any, message: Any, *_: object) -> None:  # noqa: ANN401 - ccxt has no types
        reading = read_forced_orders(self._venue, message, self._contracts)
        self._watchdog.heard(FORCED, client.url, self._pace.now())
        if reading.bad:
            self._bad_rows(client.url, reading.bad)
            self._missed(client.url)
        if reading.rows:
            self._listener.forced(reading.rows)

    def _tickers(self, client: Any, message: Any, *_: object) -> None:  # noqa: ANN401 - ccxt has no types
        for row in message["data"]:
            contract = self._contracts.get(row["instId"])
            if contract is None:
                continue
            told = from_ns(instant_ns(row["ts"]))
            self._told[contract.coin] = max(told, self._told.get(contract.coin, told))
            self._watchdog.heard(f"{contract.coin} {TICKERS}", client.url, self._pace.now())

    def _bad_rows(self, socket: str, count: int) -> None:
        if count:
            self.bad_rows += count
            _LOG.warning("%s: %d rows of a frame could not be read, on %s", self._name, count, socket)


def _stream(coin: str, interval: Interval) -> str:
    return f"{coin} {CANDLES} of {interval.value}"


async def close_sockets(exchange: Any, polite_s: float = _POLITE_S) -> None:  # noqa: ANN401 - ccxt has no types
    """Close the sockets of a client before the client itself. A peer that does not answer the closing handshake is
    waited for `polite_s` real seconds, then its socket is shut.
    """
    clients = list(exchange.clients.values())  # a client that closes takes itself out of there
    tasks = [asyncio.ensure_future(client.aiohttp_close()) for client in clients]
    if not tasks:
        return
    _, pending = await asyncio.wait(tasks, timeout=polite_s)
    if pending:
        for client in clients:
            _shut(client)
        _, pending = await asyncio.wait(pending, timeout=polite_s)
    for task in pending:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _shut(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    import socket

    connection = client.connection
    opened = None if connection is None else connection.get_extra_info("socket")
    if opened is not None:
        try:
            opened.shutdown(socket.SHUT_RDWR)
        except OSError:
            _LOG.debug("the socket was closed already")
