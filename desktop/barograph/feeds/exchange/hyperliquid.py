"""Hyperliquid's perpetuals over requests."""

from __future__ import annotations

from barograph.feeds.exchange.client import Client, Json
from barograph.feeds.exchange.dialects import BarRows, Pages, Row
from barograph.feeds.exchange.faults import BadRowsError
from barograph.feeds.exchange.json_rows import fields, listed
from barograph.feeds.exchange.markets import Market
from barograph.market.intervals import Interval


class Hyperliquid:
    """Oldest first, from the beginning of the window on. Funding is settled every hour."""

    quote = "USDC"
    pages = Pages(bars=5000, funding=500)

    def bars_page(self, now_ms: int, last_ms: int, step_ms: int) -> int:
        """Bars that one request may ask for."""
        return self.pages.bars

    async def bars(
        self, client: Client, market: Market, interval: Interval, window: tuple[int, int], limit: int
    ) -> BarRows:
        """Candles, of the newest 5,000 that there are; the volume is in coins."""
        wanted = {"coin": market["baseName"], "interval": interval.value, "startTime": window[0], "endTime": window[1]}
        answer = await client.publicPostInfo({"type": "candleSnapshot", "req": wanted})
        return [tuple(fields(row).get(name) for name in ("t", "o", "h", "l", "c", "v")) for row in listed(answer)], None

    async def funding(self, client: Client, market: Market, first_ms: int, last_ms: int) -> list[Row]:
        """Settled rates."""
        answer = await client.publicPostInfo(
            {"type": "fundingHistory", "coin": market["baseName"], "startTime": first_ms, "endTime": last_ms}
        )
        return [(fields(row).get("time"), row.get("fundingRate")) for row in listed(answer)]

    async def funding_hours(self, client: Client, market: Market) -> float | None:
        """Always one."""
        return 1.0

    async def open_interest(self, client: Client, market: Market) -> Row | None:
        """In coins, without a time."""
        return None, (await self._context(client, market)).get("openInterest"), None

    async def open_interest_history(
        self, client: Client, market: Market, interval: Interval, first_ms: int, last_ms: int
    ) -> list[Row]:
        """It keeps none."""
        return []

    async def ticker(self, client: Client, market: Market) -> Row | None:
        """The middle of the best bid and offer, without a time; the last trade is not told."""
        return None, (await self._context(client, market)).get("midPx")

    async def _context(self, client: Client, market: Market) -> dict[str, Json]:
        """What it says of one coin now; one answer tells of all."""
        answer = listed(await client.publicPostInfo({"type": "metaAndAssetCtxs"}))
        if len(answer) < 2:
            raise BadRowsError("half a list of coins")
        names = [fields(each).get("name") for each in listed(answer[0], "universe")]
        contexts = listed(answer[1])
        row = names.index(market["baseName"]) if market["baseName"] in names else len(contexts)
        if row >= len(contexts):
            raise BadRowsError(f"no {market['baseName']} among the coins")
        return fields(contexts[row])
