"""Bybit's linear perpetuals over requests."""

from __future__ import annotations

from barograph.feeds.exchange.client import Client, Json
from barograph.feeds.exchange.dialects import BarRows, Pages, Row
from barograph.feeds.exchange.json_rows import fields, hours, listed, places
from barograph.feeds.exchange.markets import Market
from barograph.market.intervals import Interval

_INTERVALS = {
    Interval.MIN_5: "5",
    Interval.MIN_15: "15",
    Interval.HOUR_1: "60",
    Interval.HOUR_4: "240",
    Interval.DAY_1: "D",
}
_OI_INTERVALS = {Interval.MIN_5: "5min", Interval.MIN_15: "15min"}


class Bybit:
    """Newest first, up to the end of the window; what names only a beginning is refused, or answered otherwise."""

    quote = "USDT"
    pages = Pages(bars=1000, backward=True, funding=200, funding_backward=True, open_interest=200)

    def bars_page(self, now_ms: int, last_ms: int, step_ms: int) -> int:
        """Bars that one request may ask for."""
        return self.pages.bars

    async def bars(
        self, client: Client, market: Market, interval: Interval, window: tuple[int, int], limit: int
    ) -> BarRows:
        """Klines; the volume is in coins."""
        answer = await client.publicGetV5MarketKline(
            {
                "category": "linear",
                "symbol": market["id"],
                "interval": _INTERVALS[interval],
                "start": window[0],
                "end": window[1],
                "limit": limit,
            }
        )
        return [places(row, 0, 1, 2, 3, 4, 5) for row in listed(answer, "result", "list")], answer.get("time")

    async def funding(self, client: Client, market: Market, first_ms: int, last_ms: int) -> list[Row]:
        """Settled rates up to `last_ms`."""
        answer = await client.publicGetV5MarketFundingHistory(
            {"category": "linear", "symbol": market["id"], "endTime": last_ms, "limit": self.pages.funding}
        )
        rows = listed(answer, "result", "list")
        return [(fields(row).get("fundingRateTimestamp"), row.get("fundingRate")) for row in rows]

    async def funding_hours(self, client: Client, market: Market) -> float | None:
        """As its ticker tells it."""
        row, _ = await self._ticker(client, market)
        return None if row is None else hours(row.get("fundingIntervalHour"))

    async def open_interest(self, client: Client, market: Market) -> Row | None:
        """In coins and USD, from the ticker: what is named open interest is of the border of an interval gone by."""
        row, time = await self._ticker(client, market)
        return None if row is None else (time, row.get("openInterest"), row.get("openInterestValue"))

    async def open_interest_history(
        self, client: Client, market: Market, interval: Interval, first_ms: int, last_ms: int
    ) -> list[Row]:
        """In coins."""
        answer = await client.publicGetV5MarketOpenInterest(
            {
                "category": "linear",
                "symbol": market["id"],
                "intervalTime": _OI_INTERVALS.get(interval, interval.value),
                "startTime": first_ms,
                "endTime": last_ms,
                "limit": self.pages.open_interest,
            }
        )
        rows = listed(answer, "result", "list")
        return [(fields(row).get("timestamp"), row.get("openInterest"), None) for row in rows]

    async def ticker(self, client: Client, market: Market) -> Row | None:
        """The last trade's price, at the time of the answer."""
        row, time = await self._ticker(client, market)
        return None if row is None else (time, row.get("lastPrice"))

    async def _ticker(self, client: Client, market: Market) -> tuple[dict[str, Json] | None, Json]:
        answer = await client.publicGetV5MarketTickers({"category": "linear", "symbol": market["id"]})
        rows = listed(answer, "result", "list")
        return (fields(rows[0]) if rows else None), answer.get("time")
