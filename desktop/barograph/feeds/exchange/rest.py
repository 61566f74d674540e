"""The requests to exchanges, page by page, through ccxt's client; what they answer is handed on as it came."""

from __future__ import annotations

from typing import Any

from barograph.feeds.exchange.client import Client
from barograph.feeds.exchange.dialects import DIALECTS, Dialect
from barograph.feeds.exchange.faults import BadRowsError
from barograph.feeds.exchange.markets import Market
from barograph.feeds.exchange.parse import MS_NS, instant_ns
from barograph.market.intervals import Interval

Rows = list[Any]
"""Rows as ccxt answers them: of milliseconds, open, high, low, close and volume, or of named fields."""
LATEST_BARS = 300
"""Bars that are asked for without a beginning: one page of every exchange."""


async def bars(client: Client, symbol: str, interval: Interval, start_ms: int | None, end_ms: int) -> Rows:
    """Bars that begin at or after `start_ms` (None: the newest page) and before `end_ms`, in any order."""
    step = interval.seconds * 1000
    first = _ceiling(end_ms - LATEST_BARS * step if start_ms is None else start_ms, step)
    last = (end_ms - 1) // step * step
    dialect = DIALECTS[client.id]
    pages = _backward if dialect.backward else _forward
    return await pages(client, symbol, interval, first, last) if first <= last else []


async def _forward(client: Client, symbol: str, interval: Interval, first: int, last: int) -> Rows:
    step = interval.seconds * 1000
    found: Rows = []
    while first <= last:
        limit = min(DIALECTS[client.id].bars_page, (last - first) // step + 1)
        page = await client.fetch_ohlcv(symbol, interval.value, first, limit, {"until": last})
        found += page
        following = _newest(page) + step
        if not page or following <= first:  # nothing after, or the same again
            break
        first = following
    return found


async def _backward(client: Client, symbol: str, interval: Interval, first: int, last: int) -> Rows:
    step = interval.seconds * 1000
    found: Rows = []
    while first <= last:
        limit, old = _page(DIALECTS[client.id], client.milliseconds(), last, step)
        begin = max(first, last - (limit - 1) * step)
        asked = (last - begin) // step + 1
        page = await client.fetch_ohlcv(symbol, interval.value, begin, asked, {"until": last + 1, **old})
        found += page
        if not page:  # before the first bar there is
            break
        last = begin - step
    return found


def _page(dialect: Dialect, now_ms: int, last: int, step: int) -> tuple[int, dict[str, str]]:
    """How many bars up to `last` one request may ask for, and the name of the place where they are (OKX has two)."""
    if not dialect.old_bars_page:
        return dialect.bars_page, {}
    reach = now_ms - dialect.recent_bars * step
    if last <= reach:
        return dialect.old_bars_page, {"type": "HistoryCandles"}
    return min(dialect.bars_page, max(1, (last - reach) // step)), {"type": "Candles"}


async def funding(client: Client, symbol: str, start_ms: int, end_ms: int) -> Rows:
    """Settled funding from `start_ms` to `end_ms`, as far back as the exchange has it."""
    dialect = DIALECTS[client.id]
    found: Rows = []
    if dialect.funding_backward:
        edge = end_ms
        while edge >= start_ms:
            key, shift = ("after", 1) if client.id == "okx" else ("until", 0)  # OKX leaves the edge itself out
            page = await client.fetch_funding_rate_history(symbol, None, dialect.funding_page, {key: edge + shift})
            found += page
            if len(page) < dialect.funding_page or _oldest(page) > edge:
                break
            edge = _oldest(page) - 1
        return found
    while start_ms <= end_ms:
        params = {"until": end_ms}
        page = await client.fetch_funding_rate_history(symbol, start_ms, dialect.funding_page, params)
        found += page
        if len(page) < dialect.funding_page or _newest(page) < start_ms:
            break
        start_ms = _newest(page) + 1
    return found


async def funding_hours(client: Client, market: Market) -> float | None:
    """The interval of funding that is in force, in hours; None when the exchange does not tell."""
    if client.id == "binanceusdm":  # lists the markets that differ from eight hours
        listed = await client.fapiPublicGetFundingInfo()
        own = [each for each in listed if isinstance(each, dict) and each.get("symbol") == market["id"]]
        return _hours(own[0].get("fundingIntervalHours"), 1.0) if own else 8.0
    if client.id == "bybit":
        return _hours((await bybit_ticker(client, market))[0].get("fundingIntervalHour"), 1.0)
    if client.id == "okx":
        rate = await client.fetch_funding_rate(market["symbol"])
        due, following = rate.get("fundingTimestamp"), rate.get("nextFundingTimestamp")
        return _hours(following - due, 1 / 3_600_000) if due and following else None
    return DIALECTS[client.id].funding_h


async def open_interest_history(client: Client, symbol: str, interval: Interval, start_ms: int, end_ms: int) -> Rows:
    """Open interest at the ends of intervals from `start_ms` to `end_ms`."""
    step, size = interval.seconds * 1000, DIALECTS[client.id].oi_page
    found: Rows = []
    first = _ceiling(start_ms, step)
    while first <= end_ms:
        last = min(end_ms, first + (size - 1) * step)
        params = {"until": last}
        found += await client.fetch_open_interest_history(symbol, interval.value, first, size, params)
        first = last // step * step + step
    return found


async def bybit_ticker(client: Client, market: Market) -> tuple[dict[str, Any], object]:
    """Bybit's ticker as it came, and its time in milliseconds, which ccxt does not hand on."""
    answer = await client.publicGetV5MarketTickers({"category": "linear", "symbol": market["id"]})
    listed = answer.get("result", {}).get("list") or [{}]
    return _dict(listed[0]), answer.get("time")


async def hyperliquid_context(client: Client, market: Market) -> dict[str, Any]:
    """What Hyperliquid says of one coin now; one request tells of all, without a time."""
    answer = await client.publicPostInfo({"type": "metaAndAssetCtxs"})
    if not isinstance(answer, list) or len(answer) < 2:
        raise BadRowsError("no list of coins")
    names = [_dict(each).get("name") for each in _dict(answer[0]).get("universe", [])]
    if market["baseName"] not in names:
        raise BadRowsError(f"no {market['baseName']} among the coins")
    return _dict(answer[1][names.index(market["baseName"])])


def _dict(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRowsError(f"{value!r:.60} for a row")
    return value


def _hours(value: object, scale: float) -> float | None:
    try:
        hours = float(str(value)) * scale
    except ValueError:
        return None
    return hours if 0 < hours <= 24 else None


def _ceiling(ms: int, step: int) -> int:
    return -(-ms // step) * step


def _times(page: Rows) -> list[int]:
    times = [row[0] if isinstance(row, (list, tuple)) and row else _dict(row).get("timestamp") for row in page]
    return [instant_ns(time) // MS_NS for time in times]


def _newest(page: Rows) -> int:
    return max(_times(page), default=0)


def _oldest(page: Rows) -> int:
    return min(_times(page), default=0)
