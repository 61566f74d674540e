"""A server on 127.0.0.1 that plays the exchanges: ``http://127.0.0.1:PORT/HOST/PATH``, and streams below ``ws://``.

It runs in a thread and an event loop of its own. Faults are switched on and off by name while it runs.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from barograph.market.instants import to_ns
from tests.loopback import exchange_binance, exchange_bybit, exchange_hyperliquid, exchange_okx
from tests.loopback.exchange_asked import BINANCE, BYBIT, HOST_OF, HYPERLIQUID, OKX, Asked, Json, RefusedError
from tests.loopback.exchange_faults import Spoiled, spoiled
from tests.loopback.exchange_world import World

Result = TypeVar("Result")
StreamHandler = Callable[[web.Request, str], Awaitable[web.StreamResponse]]
"""Answers one dial of a stream (the request, ``HOST/PATH``) in the server's loop; the stream ends when it returns."""
ENDING_S = 5.0
_ANSWERS = {
    BINANCE: exchange_binance.answer,
    BYBIT: exchange_bybit.answer,
    OKX: exchange_okx.answer,
    HYPERLIQUID: exchange_hyperliquid.answer,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that arrived; `body` is its JSON, None without one."""

    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json


class ExchangeServer:
    """Serves from construction to `close`; a context manager.

    `world` is what is true at every exchange and may be changed while it runs; `requests` are all that arrived, in
    order, `refused` those that nobody plays, as ``HOST/PATH``. `headers` are sent with each answer of a host. `loop`
    is the server's event loop.
    """

    def __init__(self, clock: Callable[[], datetime], world: World | None = None) -> None:
        """`clock` (UTC) is every exchange's clock; it is called from the server's thread."""
        self.clock = clock
        self.world = world or World()
        self.requests: list[Seen] = []
        self.refused: list[str] = []
        self.headers: dict[str, dict[str, str]] = {}
        self._streams: dict[str, StreamHandler] = {}
        self._faults: dict[str, tuple[str, Spoiled]] = {}
        self._port = 0
        self._open()

    def _open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._released = asyncio.Event()
        self._ending = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="loopback exchanges")
        self._started = threading.Event()
        self._thread.start()
        if not self._started.wait(ENDING_S):
            raise RuntimeError("the loopback server did not start")

    # ------------------------------------------------------------------------------ for tests, any thread

    @property
    def base(self) -> str:
        """The address that ``/HOST/PATH`` is appended to."""
        return f"http://127.0.0.1:{self._port}"

    def fault(self, venue: str, name: str, path: str = "") -> None:
        """From now on a host goes wrong in that way; `venue` is ccxt's id, `path` a part of the paths it is for."""
        host = HOST_OF[venue]
        self._faults[host] = (path, spoiled(host, name))

    def heal(self, venue: str) -> None:
        """From now on it answers well; what was held back is sent."""
        self._faults.pop(HOST_OF[venue], None)
        self.release()

    def release(self) -> None:
        """Send what is held back."""
        self.loop.call_soon_threadsafe(self._released.set)

    def count(self, venue: str, path: str = "") -> int:
        """Requests that arrived at a host whose path holds `path`."""
        return sum(1 for each in tuple(self.requests) if each.host == HOST_OF[venue] and path in each.path)

    def counts(self) -> Counter[str]:
        """Requests by ``HOST/PATH``."""
        return Counter(each.host + each.path for each in tuple(self.requests))

    def websocket(self, prefix: str, handler: StreamHandler) -> None:
        """Serve streams whose ``host/path`` begins with `prefix`; the longest prefix counts."""
        self._streams[prefix] = handler

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the server's loop and wait for it, a bounded time."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(ENDING_S)

    def restart(self, down_s: float) -> None:
        """All hosts go down, nobody listens for so many real seconds, and they come back at the same address; `loop` is
        another one then.
        """
        self.close()
        threading.Event().wait(down_s)
        self._open()

    def close(self) -> None:
        """End all connections and the thread."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._ending.set)
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---------------------------------------------------------------------------------- the server's loop

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{host}/{path:.*}", self._handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._port = runner.addresses[0][1]
        self._started.set()
        await self._ending.wait()
        self._released.set()
        transports = [each.transport for each in runner.server.connections] if runner.server is not None else []
        await runner.cleanup()
        for transport in transports:
            if transport is not None:
                transport.abort()  # one with something left to send would outlive the loop
        for _ in range(3):  # what was closed says goodbye in the loop's next turns
            await asyncio.sleep(0)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        host, path = request.match_info["host"], "/" + request.match_info["path"]
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._stream(request, host + path)
        seen = Seen(host, path, dict(request.query), dict(request.headers), await _json(request))
        self.requests.append(seen)
        if host not in _ANSWERS:
            self.refused.append(host + path)
            return web.Response(status=403, text="nobody plays this host")
        part, fault = self._faults.get(host, ("", Spoiled()))
        if part not in path:
            fault = Spoiled()
        if fault.hold:
            self._released.clear()
            await self._released.wait()
        if fault.drop:
            return self._drop(request)
        return await self._respond(request, seen, fault)

    async def _respond(self, request: web.Request, seen: Seen, fault: Spoiled) -> web.StreamResponse:
        at = self.clock() + fault.ahead
        headers = {"Date": format_datetime(at, usegmt=True), **self.headers.get(seen.host, {}), **fault.headers}
        status, body = fault.status, fault.body
        if body is None:
            status, body = self._data(seen, fault, at)
        content = body if isinstance(body, bytes) else body.encode()
        sent = content[: int(len(content) * fault.cut)]
        if not fault.announced:
            return web.Response(status=status, body=sent, content_type=fault.content_type, headers=headers)
        response = web.StreamResponse(status=status, headers={**headers, "Content-Type": fault.content_type})
        response.content_length = len(content)
        await response.prepare(request)
        await response.write(sent)
        return self._drop(request, response)

    def _data(self, seen: Seen, fault: Spoiled, at: datetime) -> tuple[int, str]:
        asked = Asked(seen.path, seen.query, seen.body, to_ns(at) // 1_000_000, self.world, fault.rows)
        try:
            return 200, _text(_ANSWERS[seen.host](asked))
        except RefusedError as error:
            return error.status, _text(error.body)
        except KeyError:
            self.refused.append(seen.host + seen.path)
            return 404, "{}"

    def _drop(self, request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return response or web.Response()

    async def _stream(self, request: web.Request, address: str) -> web.StreamResponse:
        prefixes = [prefix for prefix in self._streams if address.startswith(prefix)]
        if not prefixes:
            self.refused.append(address)
            return web.Response(status=403, text="nobody plays this stream")
        return await self._streams[max(prefixes, key=len)](request, address)


async def _json(request: web.Request) -> Json:
    text = await request.text()
    return json.loads(text) if text else None


def _text(content: Json) -> str:
    return json.dumps(content)
