"""What is subscribed to at each venue, and which subscription an acknowledgement is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from barograph.feeds.exchange.frames import Contract
from barograph.feeds.exchange.liquidations import COVERAGE
from barograph.market.intervals import Interval

CANDLES, TICKERS, FORCED = "candles", "tickers", "forced orders"
"""The kinds of streams."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A kind of stream, and the call of the client that subscribes to it: it ends when the connection does."""

    kind: str
    watch: Callable[[], Awaitable[object]]


def contracts_of(venue: str, symbols: Mapping[str, str], markets: Mapping[str, Any]) -> dict[str, Contract]:
    """The contracts by the name that the venue's frames have for them; `symbols` are ccxt's, by coin."""
    found: dict[str, Contract] = {}
    for coin, symbol in symbols.items():
        market = markets[symbol]
        if venue == "hyperliquid":  # its frames name the coin, its ids are numbers
            found[str(market["baseName"])] = Contract(coin)
        else:
            # sizes are in contracts at OKX only
            found[str(market["id"])] = Contract(coin, float(market["contractSize"]) if venue == "okx" else 1.0)
    return found


def subscriptions(
    venue: str,
    exchange: Any,  # noqa: ANN401 - ccxt has no types
    symbols: Sequence[str],
    intervals: Sequence[Interval],
) -> tuple[Subscription, ...]:
    """What to watch at a venue: candles everywhere, forced orders where it publishes them."""
    if venue == "hyperliquid":
        return tuple(
            Subscription(CANDLES, partial(exchange.watch_ohlcv, symbol, interval.value))
            for symbol in symbols
            for interval in intervals
        )
    pairs = [[symbol, _timeframe(venue, interval)] for symbol in symbols for interval in intervals]
    chosen = [Subscription(CANDLES, partial(exchange.watch_ohlcv_for_symbols, pairs))]
    if venue == "bybit":
        chosen += [Subscription(FORCED, partial(exchange.watch_liquidations, symbol)) for symbol in symbols]
    elif venue in COVERAGE:
        chosen.append(Subscription(FORCED, partial(exchange.watch_liquidations_for_symbols, list(symbols))))
    if venue == "okx":
        # Forced orders come on another socket than candles: something has to be heard there that never rests. And
        # tickers tell the venue's instant, which its candles do not.
        chosen.append(Subscription(TICKERS, partial(exchange.watch_tickers, list(symbols))))
    return tuple(chosen)


def prepare(
    venue: str,
    exchange: Any,  # noqa: ANN401 - ccxt has no types
    symbols: Sequence[str],
    keep_alive_real_s: float,
) -> None:
    """Settings of the client before its first connection."""
    if venue == "binanceusdm":
        # Its own default finds a dead peer after nine minutes.
        exchange.streaming = {**exchange.streaming, "keepAlive": round(1_000 * keep_alive_real_s)}
        # Each kind would get a socket of its own, and then nothing would tell a quiet stream of forced orders from a
        # dead one. On one socket the candles do.
        by_hash = exchange.options.setdefault("streamBySubscriptionsHash", {})
        by_hash["multipleOHLCV"] = "0"
        by_hash["liquidations::" + ",".join(symbols)] = "0"
        for symbol in symbols:  # the name in its streams, which tables of markets that were cut down lack
            exchange.markets[symbol]["lowercaseId"] = exchange.markets[symbol]["id"].lower()


def acknowledged(
    venue: str,
    subscribed: Mapping[str, Any],
    message: Mapping[str, Any],
) -> str | None:
    """The kind of stream that the venue says is subscribed to now; None when it says nothing of the kind.

    `subscribed` are the client's own notes: an id for each subscription.
    """
    if venue == "okx":
        channel = str((message.get("arg") or {}).get("channel"))
        return CANDLES if channel.startswith("candle") else _OKX_KINDS.get(channel)
    if venue == "hyperliquid":
        return CANDLES if message["data"]["subscription"]["type"] == "candle" else None
    said = message.get("id") if venue == "binanceusdm" else message.get("req_id")
    for name, note in subscribed.items():
        if said is not None and isinstance(note, Mapping) and str(note.get("id")) == str(said):
            return CANDLES if name.startswith("ohlcv") else FORCED
    return None


_OKX_KINDS = {"liquidation-orders": FORCED, "tickers": TICKERS}


def _timeframe(venue: str, interval: Interval) -> str:
    """The name that ccxt has. OKX's plain day begins at midnight in Hong Kong; ccxt minds that in requests only."""
    return "1Dutc" if venue == "okx" and interval is Interval.DAY_1 else interval.value
