"""OKX's linear swaps over requests. What it calls open interest and volume is in contracts; coins stand beside."""

from __future__ import annotations

from barograph.feeds.exchange.client import Client, Json
from barograph.feeds.exchange.dialects import BarRows, Pages, Row
from barograph.feeds.exchange.json_rows import fields, hours, listed, places
from barograph.feeds.exchange.markets import Market
from barograph.market.intervals import Interval

# without "utc" a day begins at midnight in Hong Kong
_BARS = {Interval.HOUR_1: "1H", Interval.HOUR_4: "4H", Interval.DAY_1: "1Dutc"}
_PERIODS = {Interval.HOUR_1: "1H", Interval.HOUR_4: "4H", Interval.DAY_1: "1D"}
_RECENT = 1_400
"""Bars that the place of the newest ones is sure to have (it has 1,440); older ones are at another."""
_OLD_PAGE = 100
"""That place was long held to a hundred bars in an answer, and more are not promised everywhere."""


class Okx:
    """Newest first, up to the end of the window; it leaves the borders that it is told out."""

    quote = "USDT"
    pages = Pages(
        bars=300, backward=True, funding=100, funding_backward=True, open_interest=100, open_interest_reach=1_400
    )

    def bars_page(self, now_ms: int, last_ms: int, step_ms: int) -> int:
        """No page reaches from one of the two places into the other."""
        recent = _recent(now_ms, last_ms, step_ms)
        return min(self.pages.bars, recent) if recent > 0 else _OLD_PAGE

    async def bars(
        self, client: Client, market: Market, interval: Interval, window: tuple[int, int], limit: int
    ) -> BarRows:
        """Candles; the volume is the one in coins."""
        asked = {
            "instId": market["id"],
            "bar": _BARS.get(interval, interval.value),
            "before": window[0] - 1,
            "after": window[1] + 1,
            "limit": limit,
        }
        recent = _recent(client.milliseconds(), window[1], interval.seconds * 1000)
        ask = client.publicGetMarketCandles if recent > 0 else client.publicGetMarketHistoryCandles
        return [places(row, 0, 1, 2, 3, 4, 6) for row in listed(await ask(asked), "data")], None

    async def funding(self, client: Client, market: Market, first_ms: int, last_ms: int) -> list[Row]:
        """Realised rates (its `fundingRate` is the forecast) up to `last_ms`, of three months."""
        answer = await client.publicGetPublicFundingRateHistory(
            {"instId": market["id"], "after": last_ms + 1, "limit": self.pages.funding}
        )
        return [(fields(row).get("fundingTime"), row.get("realizedRate")) for row in listed(answer, "data")]

    async def funding_hours(self, client: Client, market: Market) -> float | None:
        """From the next two settlements."""
        row = _first(await client.publicGetPublicFundingRate({"instId": market["id"]}))
        if row is None:
            return None
        try:
            due, following = float(row["fundingTime"]), float(row["nextFundingTime"])
        except (KeyError, TypeError, ValueError):
            return None  # the second is not always told
        return hours((following - due) / 3_600_000)

    async def open_interest(self, client: Client, market: Market) -> Row | None:
        """In coins and USD."""
        row = _first(await client.publicGetPublicOpenInterest({"instType": "SWAP", "instId": market["id"]}))
        return None if row is None else (row.get("ts"), row.get("oiCcy"), row.get("oiUsd"))

    async def open_interest_history(
        self, client: Client, market: Market, interval: Interval, first_ms: int, last_ms: int
    ) -> list[Row]:
        """In coins and USD."""
        answer = await client.publicGetRubikStatContractsOpenInterestHistory(
            {
                "instId": market["id"],
                "period": _PERIODS.get(interval, interval.value),
                "begin": first_ms - 1,
                "end": last_ms + 1,
                "limit": self.pages.open_interest,
            }
        )
        return [places(row, 0, 2, 3) for row in listed(answer, "data")]

    async def ticker(self, client: Client, market: Market) -> Row | None:
        """The last trade's price."""
        row = _first(await client.publicGetMarketTicker({"instId": market["id"]}))
        return None if row is None else (row.get("ts"), row.get("last"))


def _recent(now_ms: int, last_ms: int, step_ms: int) -> int:
    """How many bars up to `last_ms` the place of the newest ones has; none or less: they are at the other."""
    return (last_ms - now_ms) // step_ms + _RECENT


def _first(answer: Json) -> dict[str, Json] | None:
    rows = listed(answer, "data")
    return fields(rows[0]) if rows else None
