"""Binance's USD-M futures over requests."""

from __future__ import annotations

from barograph.feeds.exchange.client import Client
from barograph.feeds.exchange.dialects import BarRows, Pages, Row
from barograph.feeds.exchange.json_rows import fields, hours, listed, places
from barograph.feeds.exchange.markets import Market
from barograph.market.intervals import Interval

_USUAL_H = 8.0


class Binance:
    """Oldest first, from the beginning of the window on."""

    quote = "USDT"
    # a page of a thousand costs five of the 2,400 a minute, one of 1,500 ten; history of open interest is of a month
    pages = Pages(bars=1000, funding=1000, open_interest=500, open_interest_reach_s=29.5 * 86_400)

    def bars_page(self, now_ms: int, last_ms: int, step_ms: int) -> int:
        """Bars that one request may ask for."""
        return self.pages.bars

    async def bars(
        self, client: Client, market: Market, interval: Interval, window: tuple[int, int], limit: int
    ) -> BarRows:
        """Klines; the volume is in coins."""
        answer = await client.fapiPublicGetKlines(
            {
                "symbol": market["id"],
                "interval": interval.value,
                "startTime": window[0],
                "endTime": window[1],
                "limit": limit,
            }
        )
        return [places(row, 0, 1, 2, 3, 4, 5) for row in listed(answer)], None

    async def funding(self, client: Client, market: Market, first_ms: int, last_ms: int) -> list[Row]:
        """Settled rates."""
        answer = await client.fapiPublicGetFundingRate(
            {"symbol": market["id"], "startTime": first_ms, "endTime": last_ms, "limit": self.pages.funding}
        )
        return [(fields(row).get("fundingTime"), row.get("fundingRate")) for row in listed(answer)]

    async def funding_hours(self, client: Client, market: Market) -> float | None:
        """From the list of the markets that differ from eight hours."""
        for row in listed(await client.fapiPublicGetFundingInfo()):
            if fields(row).get("symbol") == market["id"]:
                return hours(row.get("fundingIntervalHours"))
        return _USUAL_H

    async def open_interest(self, client: Client, market: Market) -> Row | None:
        """In coins; USD are told in the history only."""
        answer = fields(await client.fapiPublicGetOpenInterest({"symbol": market["id"]}))
        return answer.get("time"), answer.get("openInterest"), None

    async def open_interest_history(
        self, client: Client, market: Market, interval: Interval, first_ms: int, last_ms: int
    ) -> list[Row]:
        """In coins and USD."""
        answer = await client.fapiDataGetOpenInterestHist(
            {
                "symbol": market["id"],
                "period": interval.value,
                "startTime": first_ms,
                "endTime": last_ms,
                "limit": self.pages.open_interest,
            }
        )
        return [
            (fields(row).get("timestamp"), row.get("sumOpenInterest"), row.get("sumOpenInterestValue"))
            for row in listed(answer)
        ]

    async def ticker(self, client: Client, market: Market) -> Row | None:
        """The last trade's price."""
        answer = fields(await client.fapiPublicGetTicker24hr({"symbol": market["id"]}))
        return answer.get("closeTime"), answer.get("lastPrice")
