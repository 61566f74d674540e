"""The exchanges' streams on 127.0.0.1: whoever subscribes gets what the test pushes, or a market that a clock drives.

`StreamHub` holds the sockets and is driven from any thread; `StreamServer` serves it alone. Whatever can go wrong on
a socket is a method of the hub.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from tests.loopback.exchange import ExchangeServer
from tests.loopback.exchange_dialects import COINS, DIALECTS, Bar, Dialect, Forced, Topic
from tests.loopback.exchange_world import price as market_price

BOUND_S = 10.0
"""No call of a test waits longer than this."""
_INTERVAL_MS = {"5m": 300_000, "15m": 900_000, "1h": 3_600_000, "4h": 14_400_000, "1d": 86_400_000}


@dataclass(slots=True, eq=False)
class Socket:
    """A client's open socket and what it subscribed to."""

    venue: str
    path: str
    answer: web.WebSocketResponse
    transport: asyncio.Transport
    topics: set[Topic] = field(default_factory=set)


@dataclass(slots=True)
class Manners:
    """How a venue's sockets behave. `frozen`: open, pings are answered, and nothing else comes. `refuse`: the status
    with which a dial is turned away. `mute`: no acknowledgements. `stubborn`, set before the dial: neither pings of the
    protocol nor the end of a connection are answered.
    """

    frozen: bool = False
    stubborn: bool = False
    refuse: int | None = None
    mute: bool = False


class StreamHub:
    """All open sockets of all venues (ccxt's ids). Its methods may be called from any thread but its loop's."""

    def __init__(self) -> None:
        """Nothing is open; `attach` gives it the loop it lives in."""
        self.manners = {venue: Manners() for venue in DIALECTS}
        self.dials: Counter[str] = Counter()
        self.said: list[tuple[str, str]] = []
        """Every message of a client: venue, text."""
        self._sockets: set[Socket] = set()
        self._changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._markets: dict[str, _Market] = {}
        self._playing: asyncio.Task[None] | None = None

    # -------------------------------------------------------------------------------------- serving

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop of the server."""
        self._loop = loop

    def forget(self) -> None:
        """The server was closed, and all that ran in its loop with it."""
        self._sockets.clear()
        self._playing = None

    def join(self, server: ExchangeServer) -> None:
        """Serve the streams of a server that plays the exchanges' requests."""
        self.attach(server.loop)
        for venue, dialect in DIALECTS.items():
            for path in dialect.paths:
                server.websocket(dialect.host + path, partial(self._dialled, venue))

    async def _dialled(self, venue: str, request: web.Request, address: str) -> web.StreamResponse:
        return await self.serve(venue, request, address)

    async def serve(self, venue: str, request: web.Request, path: str) -> web.StreamResponse:
        """One dial of a client."""
        self.dials[venue] += 1
        manners = self.manners[venue]
        if manners.refuse is not None:
            self._tell()
            return web.Response(status=manners.refuse, text="<html>no</html>")
        polite = not manners.stubborn
        answer = web.WebSocketResponse(autoclose=polite, autoping=polite, timeout=0.2)
        try:
            await answer.prepare(request)
        except ConnectionError:  # who dialled is gone already
            return web.Response()
        assert isinstance(request.transport, asyncio.Transport)
        opened = Socket(venue, path, answer, request.transport)
        self._sockets.add(opened)
        self._tell()
        try:
            await self._listen(opened)
            while not polite and not opened.transport.is_closing():
                await asyncio.sleep(0.01)
        finally:
            self._sockets.discard(opened)
            self._tell()
        return answer

    async def _listen(self, opened: Socket) -> None:
        async for message in opened.answer:
            if message.type is not WSMsgType.TEXT:
                continue
            self.said.append((opened.venue, message.data))
            topics, answers = DIALECTS[opened.venue].hear(message.data)
            opened.topics.update(topics)
            for text in () if self.manners[opened.venue].mute and topics else answers:
                with suppress(ConnectionError, RuntimeError):  # it is closing
                    await opened.answer.send_str(text)
            self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    # -------------------------------------------------------------------------------------- watching

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something that the hub knows is so; fails after `BOUND_S`."""
        with self._changed:
            assert self._changed.wait_for(condition, BOUND_S), "the client did not do what was waited for"

    def topics(self, venue: str) -> set[Topic]:
        """All that is subscribed to at a venue."""
        return {topic for opened in tuple(self._sockets) if opened.venue == venue for topic in opened.topics}

    def open(self, venue: str) -> int:
        """Number of open sockets of a venue."""
        return sum(opened.venue == venue for opened in tuple(self._sockets))

    # -------------------------------------------------------------------------------------- pushing

    def candle(self, venue: str, bar: Bar) -> None:
        """Push one state of a candle to whoever subscribed."""
        topic, frame = DIALECTS[venue].candle(bar)
        self._run(self._send(venue, topic, json.dumps(frame)))

    def forced(self, venue: str, orders: Sequence[Forced]) -> None:
        """Push forced orders."""
        for topic, frame in DIALECTS[venue].forced(orders):
            self._run(self._send(venue, topic, json.dumps(frame)))

    def ticker(self, venue: str, coin: str, price: float, told_ms: int) -> None:
        """Push a ticker, where the venue has them."""
        said = DIALECTS[venue].ticker(coin, price, told_ms)
        if said is not None:
            self._run(self._send(venue, said[0], json.dumps(said[1])))

    def text(self, venue: str, text: str, path: str = "") -> None:
        """Push any text to every socket of a venue whose path contains `path`."""
        self._run(self._send_all(venue, text, path))

    async def _send(self, venue: str, topic: Topic, text: str) -> None:
        for opened in tuple(self._sockets):
            if opened.venue == venue and topic in opened.topics and not self.manners[venue].frozen:
                with suppress(ConnectionError, RuntimeError):  # it is closing
                    await opened.answer.send_str(text)

    async def _send_all(self, venue: str, text: str, path: str) -> None:
        for opened in tuple(self._sockets):
            if opened.venue == venue and path in opened.path:
                await opened.answer.send_str(text)

    # --------------------------------------------------------------------------------------- faults

    def close(self, venue: str, code: int = 1001) -> None:
        """Close all sockets of a venue in the proper way."""
        self._run(self._close(venue, code))

    def reset(self, venue: str) -> None:
        """Cut all sockets of a venue off with a reset (RST)."""
        self._run(self._cut(venue, b""))

    def half_frame(self, venue: str) -> None:
        """Send the beginning of a frame and cut the socket off."""
        self._run(self._cut(venue, b"\x81\x7e\x04\x00" + b'{"e":"kline","E":17'))

    async def _close(self, venue: str, code: int) -> None:
        for opened in tuple(self._sockets):
            if opened.venue == venue:
                await opened.answer.close(code=code)

    async def _cut(self, venue: str, rest: bytes) -> None:
        for opened in tuple(self._sockets):
            if opened.venue != venue:
                continue
            if rest:
                opened.transport.write(rest)
            raw = opened.transport.get_extra_info("socket")
            if not rest:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                opened.transport.abort()
            else:
                opened.transport.close()

    # ---------------------------------------------------------------------------------------- a market

    def play(
        self,
        now: Callable[[], datetime],
        every_real_s: float = 0.02,
        price: Callable[[str, int], float] | None = None,
        skew_ms: int = 0,
    ) -> None:
        """Push prices of all coins to all venues from now on, as the clock `now` says; `price` is a function of the
        coin and the instant (ms), `skew_ms` by how much the exchanges' clocks are ahead.
        """
        self._run(self._play(now, every_real_s, price or market_price, skew_ms))

    def pause(self) -> None:
        """Push no more prices."""
        self._run(self._stop())

    async def _play(
        self, now: Callable[[], datetime], every_s: float, price: Callable[[str, int], float], skew_ms: int
    ) -> None:
        await self._stop()
        self._playing = asyncio.create_task(self._ticks(now, every_s, price, skew_ms))

    async def _stop(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            with suppress(asyncio.CancelledError):
                await self._playing
            self._playing = None

    async def _ticks(
        self, now: Callable[[], datetime], every_s: float, price: Callable[[str, int], float], skew_ms: int
    ) -> None:
        while True:
            at_ms = round(now().timestamp() * 1_000) + skew_ms
            for venue, dialect in DIALECTS.items():
                market = self._markets.setdefault(venue, _Market())
                await self._tick(venue, dialect, market, at_ms, price)
            await asyncio.sleep(every_s)

    async def _tick(
        self, venue: str, dialect: Dialect, market: _Market, at_ms: int, price: Callable[[str, int], float]
    ) -> None:
        wanted = self.topics(venue)
        for coin in COINS:
            value = price(coin, at_ms)
            said = dialect.ticker(coin, value, at_ms)
            if said is not None and said[0] in wanted:
                await self._send(venue, said[0], json.dumps(said[1]))
        for kind, coin, interval in sorted(wanted):
            for bar in market.tick(coin, interval, at_ms, price(coin, at_ms)) if kind == "candles" else ():
                topic, frame = dialect.candle(bar)
                await self._send(venue, topic, json.dumps(frame))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(BOUND_S)

    async def shut(self) -> None:
        """End everything; in its loop."""
        await self._stop()
        for opened in tuple(self._sockets):
            opened.transport.abort()


class _Market:
    """The bars of a venue as they form."""

    def __init__(self) -> None:
        self._bars: dict[tuple[str, str], Bar] = {}

    def tick(self, coin: str, interval: str, at_ms: int, price: float) -> list[Bar]:
        """A trade: the frames that follow from it, the closing one of the bar before included."""
        length = _INTERVAL_MS[interval]
        time_ms = at_ms - at_ms % length
        held = self._bars.get((coin, interval))
        said: list[Bar] = []
        if held is not None and held.time_ms < time_ms:
            said.append(replace(held, closed=True, told_ms=held.end_ms))
            held = None
        if held is None:
            new = Bar(coin, interval, time_ms, time_ms + length, price, price, price, price, 1.0, False, at_ms)
        else:
            new = replace(
                held,
                high=max(held.high, price),
                low=min(held.low, price),
                close=price,
                volume=held.volume + 1.0,
                told_ms=at_ms,
            )
        self._bars[(coin, interval)] = new
        return [*said, new]


class StreamServer:
    """Serves a hub alone, in a thread of its own; a context manager. `base` is what a host's name is appended to."""

    def __init__(self, hub: StreamHub, port: int = 0) -> None:
        """`port` 0: a free one. A server can be closed and another opened on the same port."""
        self.hub = hub
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="loopback streams")
        self._thread.start()
        assert self._ready.wait(BOUND_S)

    @property
    def base(self) -> str:
        """The address that a host's name is appended to."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop; sockets that are open are cut off."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = self._loop.run_until_complete(self._open())
        self._ready.set()
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self.hub.shut())
            self._loop.run_until_complete(runner.cleanup())
        finally:
            self._loop.close()

    async def _open(self) -> web.AppRunner:
        self.hub.attach(asyncio.get_running_loop())
        app = web.Application()
        app.router.add_get("/{host}/{path:.*}", self._dial)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        return runner

    async def _dial(self, request: web.Request) -> web.StreamResponse:
        venue = venue_of(request.match_info["host"], "/" + request.match_info["path"])
        if venue is None:
            return web.Response(status=404)
        return await self.hub.serve(venue, request, request.path)


def venue_of(host: str, path: str) -> str | None:
    """Whose stream is at that address (ccxt's id); None for none."""
    for venue, dialect in DIALECTS.items():
        if dialect.host == host and any(path.startswith(known) for known in dialect.paths):
            return venue
    return None
