"""What each exchange can be asked over requests, and in which pages; its own file says how.

A dialect sends through ccxt's client (its addresses, its pace, its errors) but reads the exchange's own answer: ccxt's
rows leave out the time of Bybit's ticker, count OKX's open interest in contracts, and drop a row without a time, or
the oldest of a page in which one is repeated, so that nobody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from barograph.feeds.exchange.client import Client
from barograph.feeds.exchange.markets import Market
from barograph.market.intervals import Interval

COMMON_INTERVALS = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)
"""The intervals that every exchange here serves, shortest first."""

Row = tuple[object, ...]
"""Values as they came: a number, its text, or None."""
BarRows = tuple[list[Row], object]
"""Rows of bars, and the time of the answer as it came; None where the answer holds none."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How much the exchange answers at once, and from where.

    `bars`: bars in one answer. `backward`: pages of bars are walked from the newest to the oldest. `funding`,
    `funding_backward`: likewise. `open_interest`: readings in one answer, 0 where there is no history of them;
    `open_interest_reach_s` and `open_interest_reach`: the seconds and the number of readings that it goes back.
    """

    bars: int
    funding: int
    backward: bool = False
    funding_backward: bool = False
    open_interest: int = 0
    open_interest_reach_s: float = 0.0
    open_interest_reach: int = 0


class Dialect(Protocol):
    """One exchange. Instants are milliseconds since 1970 UTC; both ends of a window count; rows in any order.

    Every call is one request. An answer without what was asked for is None or no rows.

    Raises:
        BadRowsError: the answer is built otherwise than it should be.
        Exception: whatever ccxt raises.
    """

    quote: str
    pages: Pages

    def bars_page(self, now_ms: int, last_ms: int, step_ms: int) -> int:
        """Bars up to `last_ms` that one request may ask for."""
        ...

    async def bars(
        self, client: Client, market: Market, interval: Interval, window: tuple[int, int], limit: int
    ) -> BarRows:
        """Time, open, high, low, close and coins of the bars that begin in the window: `limit` of them at most; and the
        time of the answer, None where it holds none.
        """
        ...

    async def funding(self, client: Client, market: Market, first_ms: int, last_ms: int) -> list[Row]:
        """Time and rate of settlements in the window: the first page of it, or the last where pages go backward."""
        ...

    async def funding_hours(self, client: Client, market: Market) -> float | None:
        """The interval of funding that is in force, in hours; None when it is not told."""
        ...

    async def open_interest(self, client: Client, market: Market) -> Row | None:
        """Time (None where it is not told), coins and USD (None where they are not told) of now."""
        ...

    async def open_interest_history(
        self, client: Client, market: Market, interval: Interval, first_ms: int, last_ms: int
    ) -> list[Row]:
        """The same at the ends of intervals in the window, of one page."""
        ...

    async def ticker(self, client: Client, market: Market) -> Row | None:
        """Time (None where it is not told) and price of now."""
        ...
