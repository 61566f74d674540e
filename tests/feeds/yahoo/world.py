"""A world with a Yahoo in it: its server on loopback, a clock, and the unmodified yfinance pointed at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest

from barograph.feeds.book import Book
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError
from barograph.feeds.options import Access, LiveOptions, Refresh
from barograph.feeds.yahoo.client import YahooClient
from barograph.feeds.yahoo.session import SessionClass, watched_session
from barograph.feeds.yahoo.source import YahooSource
from barograph.feeds.yahoo.symbols import load_symbols, parse_symbols
from barograph.market.calendars import calendar
from barograph.market.instruments import Universe
from tests.loopback.http import HttpServer, Request
from tests.loopback.yahoo import YahooHost

OPEN = datetime(2026, 11, 18, 17, 3, 27, tzinfo=UTC)
"""A Wednesday, two and a half hours after the opening in New York."""
WEEKEND = datetime(2026, 11, 21, 15, tzinfo=UTC)
TABLE = """
version = "few"
symbol = [
    { id = "SPX", symbol = "^GSPC", role = "quoted", delay_s = 900, judged = true },
    { id = "VIX", symbol = "^VIX", role = "quoted", delay_s = 900, judged = true },
    { id = "QQQ", symbol = "QQQ", role = "charted", judged = true },
    { id = "ES", symbol = "ES=F", role = "quoted", delay_s = 900 },
    { id = "RSP", symbol = "RSP", role = "quoted" },
]
[fed_funds]
months = 1
suffix = ".CBT"
"""


@dataclass(slots=True)
class World:
    """The server's clock is the pace of the source as well; `at` is moved by the tests."""

    host: YahooHost
    server: HttpServer
    folder: Path
    universe: Universe
    at: datetime = OPEN
    budget: HostBudget = field(default_factory=lambda: HostBudget("Yahoo", 1_800, Random(1)))
    opened: list[YahooClient] = field(default_factory=list)
    timeout_s: float = 5.0

    def now(self) -> datetime:
        """The present instant."""
        return self.at

    def real_s(self, seconds: float) -> float:
        """No test waits long."""
        return min(seconds, 0.01)

    def client(self, shares: tuple[str, ...] = ("NVDA",), access: Access | None = None) -> YahooClient:
        """A new client, as after a start of the program."""
        symbols = load_symbols((name, True) for name in shares)
        made = YahooClient(
            access or Access(), self.folder, self.budget, symbols, self.universe, calendar, self.session_class
        )
        self.opened.append(made)
        return made

    def source(self, book: Book, refresh: Refresh | None = None, table: str = TABLE) -> YahooSource:
        """A new source that writes into `book`; it has few symbols, and two shares."""
        options = LiveOptions(self.folder, refresh=refresh or Refresh())
        symbols = parse_symbols(table, "table", [("NVDA", True), ("AAPL", True)])
        made = YahooSource(book, options, self.universe, calendar, self, Random(1), self.session_class, symbols)
        self.opened.append(made.client)
        return made

    def session_class(self) -> SessionClass:
        """The session of the program, with every host on loopback and no other host at all."""
        base: Any = watched_session()
        address, timeout_s = self.server.base, self.timeout_s

        class OnLoopback(base):  # type: ignore[misc]
            def request(self, method: str, url: str, *args: object, **kwargs: object) -> object:
                parts = urlsplit(url)
                if not (parts.hostname or "").endswith(".yahoo.com"):
                    raise AssertionError(f"{url} was asked for")
                kwargs["timeout"] = timeout_s
                query = f"?{parts.query}" if parts.query else ""
                return super().request(method, f"{address}/{parts.hostname}{parts.path}{query}", *args, **kwargs)

        return OnLoopback

    @property
    def requests(self) -> list[Request]:
        """All that arrived at the server."""
        return self.server.requests


def fault_of(ask: Callable[[], object]) -> FeedError:
    """The fault that a request meets."""
    with pytest.raises(FeedError) as caught:
        ask()
    return caught.value
