"""One exchange: its client, its market table, and what can be asked of it, each answer checked."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from barograph.feeds.book import BarsPiece
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange import funding as funding_intervals
from barograph.feeds.exchange import parse, rest
from barograph.feeds.exchange.binance import Binance
from barograph.feeds.exchange.bybit import Bybit
from barograph.feeds.exchange.client import Client, make_client
from barograph.feeds.exchange.dialects import COMMON_INTERVALS, Dialect
from barograph.feeds.exchange.faults import NAMES, feed_error
from barograph.feeds.exchange.gate import Gate
from barograph.feeds.exchange.hyperliquid import Hyperliquid
from barograph.feeds.exchange.markets import COINS, Market, MarketError, MarketTable, cached, keep, perpetuals, shipped
from barograph.feeds.exchange.okx import Okx
from barograph.feeds.options import Access
from barograph.feeds.pace import Pace
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Funding, OpenInterest

Result = TypeVar("Result")
_DIALECTS: dict[str, Callable[[], Dialect]] = {
    "binanceusdm": Binance,
    "bybit": Bybit,
    "okx": Okx,
    "hyperliquid": Hyperliquid,
}
CLOSE_S = 3.0
"""Real seconds that closing may take."""
MARKETS_AGE = timedelta(days=1)
_MARKETS_RETRY_S = 3_600.0
_MARKETS_FIRST_S = 300.0


@dataclass(frozen=True, slots=True)
class Ticker:
    """A price and the instant of it (UTC) by the exchange's clock. Hyperliquid tells no last trade: the middle of its
    best bid and offer.
    """

    price: float
    time: datetime


class Venue:
    """One exchange, in one event loop: everything but the constructor is called there.

    One request at a time. Faults are told as FeedError, and the budget of the host has been told already; when the
    budget does not let a request go out, RATE_LIMITED with `retry_at`. Cancelling is passed on.
    """

    def __init__(self, id: str, access: Access, budget: HostBudget, pace: Pace, cache_dir: Path) -> None:  # noqa: A002
        """`id` is ccxt's; `cache_dir` a folder for market tables, made when needed."""
        self.id = id
        self.name = NAMES.get(id, id)
        self.budget = budget
        self._access = access
        self._pace = pace
        self._folder = cache_dir / "markets"
        self._dialect = _DIALECTS[id]()
        self._gate = Gate(id, budget, pace)
        self._lock = asyncio.Lock()
        self._table = MarketTable(())
        self._client: Client = None
        self._refreshing: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------------------------------ lifetime

    async def open(self) -> None:
        """Make the client. Nothing is sent; half a second the first time in a process, because ccxt is imported."""
        if self._client is not None:
            return
        quote = self._dialect.quote
        self._table = cached(self._folder, self.id, quote) or shipped(self.id, quote)
        self._client = make_client(self.id, self._access, self._gate, self._pace, self._table.markets)
        self._refreshing = asyncio.create_task(self._keep_markets_fresh(), name=f"{self.id} markets")

    async def close(self) -> None:
        """Let go of sockets and tasks, within `CLOSE_S`; idempotent. Tasks that watch streams are ended before."""
        client, self._client = self._client, None
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)
            self._refreshing = None
        if client is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(client.close(), CLOSE_S)

    @property
    def client(self) -> Client:
        """The client of ccxt itself, for streams. Its requests go through the budget as well."""
        if self._client is None:
            raise RuntimeError(f"{self.id} is not open")
        return self._client

    @property
    def clock_offset_s(self) -> float | None:
        """The exchange's clock minus ours in seconds, as its last answer told it; None before one."""
        return self._gate.clock_offset_s

    def symbol(self, coin: str) -> str:
        """The name that ccxt has for a coin's perpetual.

        Raises:
            FeedError: UNSUPPORTED: no such coin.
        """
        if coin not in COINS:
            message = f"{self.name} is not asked for {coin}"
            raise FeedError(FeedErrorKind.UNSUPPORTED, self.id, coin, message)
        return f"{coin}/{self._dialect.quote}:{self._dialect.quote}"

    def market(self, coin: str) -> Market:
        """The market table's entry of a coin's perpetual, with `contractSize` in coins and `precision`."""
        symbol = self.symbol(coin)
        return next(market for market in self._table.markets if market["symbol"] == symbol)

    # ------------------------------------------------------------------------------------------ requests

    async def bars(
        self, coin: str, interval: Interval, start_ns: int | None, now: datetime, until_ns: int | None = None
    ) -> BarsPiece:
        """Bars that begin at or after `start_ns` (None: the newest 300) and before `until_ns`, if that is given.

        All pages up to `now`; volume in coins. The forming bar is told apart by the exchange's clock. `as_of` is the
        time of the answer by that clock, None where the exchange does not tell it.

        Raises:
            FeedError: EMPTY when there are none.
        """
        market = self.market(coin)
        if interval not in COMMON_INTERVALS:
            message = f"{self.name} is not asked for bars of {interval.value}"
            raise FeedError(FeedErrorKind.UNSUPPORTED, self.id, coin, message)
        start_ms = None if start_ns is None else -(-start_ns // parse.MS_NS)
        end_ms = self._exchange_ms(now)
        if until_ns is not None:
            end_ms = min(end_ms, (until_ns - 1) // parse.MS_NS)

        async def ask() -> BarsPiece:
            rows, told = await rest.bars(self._dialect, self.client, market, interval, (start_ms, end_ms))
            if not rows:
                raise self._empty(coin, f"bars of {interval.value}")
            closed, forming = parse.closed_and_forming(rows, interval, start_ns, self._gate.exchange_ns())
            return BarsPiece(coin, interval, self.id, closed, forming, self._told_at(told))

        return await self._ask(coin, ask)

    async def funding(self, coin: str, start_ns: int, now: datetime) -> Funding:
        """Settled funding at or after `start_ns`, each with the interval it was for.

        Raises:
            FeedError: EMPTY when the exchange has no settlement at all around then.
        """
        market = self.market(coin)
        begin_ms = (start_ns - DAY_NS) // parse.MS_NS  # one before is needed to tell the interval of the first

        async def ask() -> Funding:
            rows = await rest.funding(self._dialect, self.client, market, begin_ms, self._exchange_ms(now))
            found = parse.settlements(rows, self._gate.exchange_ns())
            if not found:
                raise self._empty(coin, "funding")
            doubtful = funding_intervals.doubtful(found)
            hours = await self._dialect.funding_hours(self.client, market) if doubtful else None
            return funding_intervals.with_intervals(found, start_ns, hours, self.id)

        return await self._ask(coin, ask)

    async def open_interest(self, coin: str, now: datetime) -> OpenInterest:
        """The open interest of now, one row: in coins, in USD where the exchange tells it."""
        market = self.market(coin)

        async def ask() -> OpenInterest:
            row = await self._dialect.open_interest(self.client, market)
            if row is None:
                raise self._empty(coin, "open interest")
            return parse.open_interest([row], self._gate.exchange_ns(), self.id)

        return await self._ask(coin, ask)

    async def open_interest_history(
        self, coin: str, start_ns: int, now: datetime, interval: Interval = Interval.MIN_5
    ) -> OpenInterest:
        """Open interest at the ends of intervals (5m, 1h or 1d) from `start_ns`, as far back as the exchange has it.

        Raises:
            FeedError: UNSUPPORTED where the exchange keeps none; EMPTY.
        """
        market = self.market(coin)
        if not self._dialect.pages.open_interest:
            message = f"{self.name} keeps no history of open interest"
            raise FeedError(FeedErrorKind.UNSUPPORTED, self.id, coin, message)
        window = (start_ns // parse.MS_NS, self._exchange_ms(now))

        async def ask() -> OpenInterest:
            rows = await rest.open_interest_history(self._dialect, self.client, market, interval, window)
            if not rows:
                raise self._empty(coin, "open interest")
            return parse.open_interest(rows, self._gate.exchange_ns(), self.id)

        return await self._ask(coin, ask)

    async def ticker(self, coin: str, now: datetime) -> Ticker:
        """The price of now."""
        market = self.market(coin)

        async def ask() -> Ticker:
            row = await self._dialect.ticker(self.client, market)
            if row is None:
                raise self._empty(coin, "price")
            time_ns = self._gate.exchange_ns() if row[0] is None else parse.instant_ns(row[0])
            return Ticker(parse.positive(row[1], "a price"), from_ns(time_ns))

        return await self._ask(coin, ask)

    async def server_time_offset_s(self, now: datetime) -> float:
        """The exchange's clock minus ours in seconds, by one request for its time; the way there counts half."""

        async def ask() -> float:
            before = to_ns(self._pace.now())
            told_ns = parse.instant_ns(await self.client.fetch_time())
            return (told_ns - (before + to_ns(self._pace.now())) / 2) / 1e9

        return await self._ask("time", ask)

    async def refresh_markets(self, now: datetime) -> None:
        """Ask for the markets anew (one request, two at Bybit), and keep them when they can be right.

        Raises:
            FeedError: they could not be had; the table that was there goes on serving.
        """

        async def ask() -> tuple[Market, ...]:
            return perpetuals(self.id, self._dialect.quote, await self.client.fetch_markets())

        markets = await self._ask("markets", ask)
        self._table = MarketTable(markets, now)
        self.client.set_markets([dict(market) for market in markets])
        keep(self._folder, self.id, self._table)

    # ------------------------------------------------------------------------------------------- private

    async def _ask(self, subject: str, ask: Callable[[], Awaitable[Result]]) -> Result:
        async with self._lock:
            self._gate.subject = subject
            try:
                result = await ask()
            except FeedError as error:
                if error.kind is FeedErrorKind.EMPTY:
                    self._gate.succeeded()
                raise
            except MarketError as error:
                bad = FeedError(FeedErrorKind.BAD_DATA, self.id, subject, f"{self.name} lists odd markets: {error}")
                raise self._gate.failed(bad) from error
            except Exception as error:
                now = self._pace.now()
                raise self._gate.failed(feed_error(error, self.id, subject, now, self._gate.answer)) from error
            self._gate.succeeded()
            return result

    def _empty(self, coin: str, what: str) -> FeedError:
        return FeedError(FeedErrorKind.EMPTY, self.id, coin, f"{self.name} answered no {what} of {coin}")

    def _told_at(self, stamp: object) -> datetime | None:
        """The time of an answer: as its body has it, else its header, to the second."""
        if stamp is not None:
            return from_ns(parse.instant_ns(stamp))
        return None if self._gate.answer is None else self._gate.answer.date()

    def _exchange_ms(self, now: datetime) -> int:
        """The exchange's time at `now`, as far as it is known, rounded up."""
        offset_s = self._gate.clock_offset_s or 0.0
        return math.ceil(to_ns(now) / parse.MS_NS + offset_s * 1000)

    async def _keep_markets_fresh(self) -> None:
        """Once a day; contract sizes and ticks change, seldom. A refusal is tried again in an hour."""
        wait_s = _MARKETS_FIRST_S
        while True:
            await asyncio.sleep(self._pace.real_s(wait_s))
            now = self._pace.now()
            known_at = self._table.known_at
            if known_at is not None and timedelta(0) <= now - known_at < MARKETS_AGE:
                wait_s = (known_at + MARKETS_AGE - now).total_seconds()
                continue
            wait_s = MARKETS_AGE.total_seconds()
            try:
                await self.refresh_markets(now)
            except FeedError:
                wait_s = _MARKETS_RETRY_S
