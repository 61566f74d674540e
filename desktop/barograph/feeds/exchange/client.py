"""Makes ccxt's client of one exchange: unmodified, but with every request through the gate, and small."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from barograph.feeds.exchange.faults import BadRowsError
from barograph.feeds.exchange.gate import Gate
from barograph.feeds.exchange.markets import Market
from barograph.feeds.options import Access
from barograph.feeds.pace import Pace
from barograph.market.instants import to_ns

Client: TypeAlias = Any
"""A client of ccxt: generated code whose own types say next to nothing."""
Json: TypeAlias = Any
"""What came as JSON, or goes into it."""
TIMEOUT_MS = 10_000
LARGEST_BODY = 16 << 20
"""Bytes of one answer once it is decompressed; a list of all markets is a megabyte or two."""
_MARKET_TYPES = {"binanceusdm": ["linear"], "bybit": ["linear"], "okx": ["swap"], "hyperliquid": ["swap"]}
_HOSTS = {
    "binanceusdm": "fapi.binance.com",
    "bybit": "api.bybit.com",
    "okx": "www.okx.com",
    "hyperliquid": "api.hyperliquid.xyz",
}
_KEPT = {"tradesLimit": 100, "OHLCVLimit": 100, "liquidationsLimit": 200}
_BINANCE_KEEP_ALIVE_MS = 20_000
"""ccxt's own is three minutes: a peer that is gone would be noticed after nine."""


def make_client(venue: str, access: Access, gate: Gate, pace: Pace, markets: Sequence[Market]) -> Client:
    """A client bound to the running event loop, with its markets, that has sent nothing yet.

    `venue` is ccxt's id of an exchange with streams. Takes half a second the first time: ccxt is imported.
    """
    config: dict[str, Any] = {
        "enableRateLimit": True,
        "newUpdates": True,
        "timeout": TIMEOUT_MS,
        "asyncio_loop": asyncio.get_running_loop(),
        "options": {
            "fetchMarkets": {"types": _MARKET_TYPES[venue]},
            "defaultType": "swap",
            "maxRetriesOnFailure": 0,
            **_KEPT,
        },
    }
    if (bundle := access.ca_file or _bundle()) is not None:
        config["cafile"] = str(bundle)
    if (proxy := access.proxy or _proxy_of_environment(venue, access)) is not None:
        config |= {"httpsProxy": proxy, "wssProxy": proxy}
    client = _client_class(venue)(config)
    client.gate, client.pace = gate, pace
    if venue == "binanceusdm":
        client.streaming = {**client.streaming, "keepAlive": _BINANCE_KEEP_ALIVE_MS}
    if access.exchange_base is not None:
        client.urls["api"] = _rebased(client.urls["api"], access.exchange_base.rstrip("/"))
    client.set_markets([dict(market) for market in markets])
    return client


def _proxy_of_environment(venue: str, access: Access) -> str | None:
    """The proxy that this machine's environment names, unless it excepts the exchange.

    Not aiohttp's own look at the environment: that one also sends the password that a .netrc file holds for all hosts.
    """
    if access.exchange_base is not None or proxy_bypass(_HOSTS[venue]):
        return None
    named = getproxies_environment()
    return named.get("https") or named.get("all") or None


def _bundle() -> str | None:
    """The certificates that this machine's environment names, in the spellings of the other clients."""
    named = (os.environ.get(name) for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    return next((path for path in named if path and Path(path).is_file()), None)


@cache
def _bounded_response() -> type[Any]:
    from aiohttp import ClientResponse

    class BoundedResponse(ClientResponse):
        """An answer that is not read on once it is larger than any that is asked for."""

        async def read(self) -> bytes:
            """The body, decompressed.

            Raises:
                BadRowsError: it is larger than `LARGEST_BODY`.
            """
            if self._body is None:
                body = bytearray()
                while piece := await self.content.readany():
                    body += piece
                    if len(body) > LARGEST_BODY:
                        self.close()
                        raise BadRowsError("far more of them than there can be")
                self._body = bytes(body)
            return self._body

    return BoundedResponse


@cache
def _client_class(venue: str) -> Client:
    import ccxt.pro
    from ccxt.base.errors import BadResponse

    parent: Any = getattr(ccxt.pro, venue)

    class GatedClient(parent):  # type: ignore[misc] # ccxt's classes are chosen by name
        """ccxt's client; four of its own hooks are used and nothing else is changed."""

        gate: Gate
        pace: Pace

        def open(self, lazy: bool = False) -> None:
            """Opens the session, whose answers are bounded from then on: nobody has a say in its making."""
            super().open(lazy)
            self.session._response_class = _bounded_response()

        async def fetch(self, url: str, method: str = "GET", headers: Json = None, body: Json = None) -> Json:
            """One HTTP request. All that we ask for is JSON; ccxt hands text through and then sees no rows in it."""
            self.gate.go()
            answer = await super().fetch(url, method, headers, body)
            if not isinstance(answer, (dict, list)):
                raise BadResponse(f"{self.id} {method} {url} answered what is no JSON")
            return answer

        def on_rest_response(
            self, code: int, reason: str, url: str, method: str, headers: Json, body: str, *sent: Json
        ) -> str:
            """The hook for each answer: its status and headers would be lost with the next request."""
            self.gate.heard(code, headers, body)
            kept: str = super().on_rest_response(code, reason, url, method, headers, body, *sent)
            return kept

        def milliseconds(self) -> int:
            """The client's clock, which decides what it asks for where we do not say."""
            return to_ns(self.pace.now()) // 1_000_000

    return GatedClient


def _rebased(urls: Json, base: str) -> Json:
    """The same tree of addresses with ``scheme://HOST/PATH`` under `base`, streams with the scheme for streams."""
    if isinstance(urls, dict):
        return {key: _rebased(value, base) for key, value in urls.items()}
    if isinstance(urls, list):
        return [_rebased(value, base) for value in urls]
    if not isinstance(urls, str) or "://" not in urls:
        return urls
    scheme, rest = urls.split("://", 1)
    parts = urlsplit(base)
    stream = scheme in ("ws", "wss")
    ours = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme) if stream else parts.scheme
    return f"{ours}://{parts.netloc}{parts.path}/{rest}"
