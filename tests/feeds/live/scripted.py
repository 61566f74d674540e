"""A source without a thread or a network: it puts into the book what a test tells it to, from recorded history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from barograph.feeds.book import PERPETUAL_TABLES, BarsPiece, Book, table_of
from barograph.feeds.contract import Advisory, Feed, FeedError, FeedErrorKind, SourceHealth
from barograph.feeds.live.feed import LiveFeed
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval

NAME = "Scripted"
VENUE = "bybit"


class ScriptedSource:
    """Keeps the contract of a source; `asks` what a vendor would have answered of a recorded feed."""

    def __init__(
        self,
        book: Book,
        recorded: Feed,
        offered: Mapping[str, tuple[Interval, ...]] | None = None,
        coins: Sequence[str] = (),
    ) -> None:
        """`offered`: instruments with their intervals; all that was recorded where nothing is said. `coins`: those
        whose funding and open interest `VENUE` is asked for.
        """
        self.book = book
        self.recorded = recorded
        self.offered = offered or {name: recorded.intervals(name) for name in recorded.instruments()}
        self.coins = tuple(coins)
        self.calls: list[str] = []
        self.told: tuple[Advisory, ...] = ()

    def instruments(self, now: datetime) -> Mapping[str, tuple[Interval, ...]]:
        return self.offered

    def series(self) -> tuple[str, ...]:
        return self.recorded.series()

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def woke(self) -> None:
        self.calls.append("woke")

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        return (SourceHealth(NAME, Freshness.LIVE, now, now),)

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        return self.told

    def answer(
        self, now: datetime, names: Iterable[str] | None = None, intervals: Iterable[Interval] = Interval
    ) -> None:
        """The vendor answers for these instruments (all) as of `now`."""
        wanted = set(intervals)
        for name in self.recorded.instruments() if names is None else names:
            for interval in self.recorded.intervals(name):
                if interval in wanted:
                    found = self.recorded.fetch_bars(name, interval, None, now)
                    self.book.put_bars(BarsPiece(name, interval, NAME, found.closed))
                    self.book.answered(name, interval, now)

    def publish(self, now: datetime) -> None:
        """All series as of `now`."""
        for name in self.recorded.series():
            self.book.put_fixings(name, NAME, self.recorded.fetch_fixings(name, None, now))
            self.book.answered(name, None, now)

    def hold_positions(self, now: datetime) -> None:
        """All that the venue told of its coins up to `now`, forced orders among it, is held."""
        for coin in self.coins:
            self.book.put_funding(coin, replace(self.recorded.fetch_funding(coin, None, now), source=VENUE))
            self.book.put_open_interest(coin, replace(self.recorded.fetch_open_interest(coin, None, now), source=VENUE))
            held = self.book.liquidations(coin).get(VENUE)
            after_ns = None if held is None else int(held.time[-1]) + 1
            self.book.put_liquidations(
                coin, replace(self.recorded.fetch_liquidations(coin, after_ns, now), source=VENUE)
            )

    def told_positions(self, now: datetime) -> None:
        """The venue was asked at `now` for all of that, and for what was missed before."""
        for coin in self.coins:
            for table in PERPETUAL_TABLES:
                self.book.answered(table_of(coin, table, VENUE), None, now)

    def fail(self, names: Iterable[str], kind: FeedErrorKind = FeedErrorKind.UNREACHABLE) -> None:
        """The vendor fails for these instruments."""
        for name in names:
            for interval in self.recorded.intervals(name):
                self.book.failed(name, interval, FeedError(kind, NAME, name, f"{name} cannot be reached"))


def live_feed(
    recorded: Feed,
    universe: Universe,
    now: datetime,
    offered: Mapping[str, tuple[Interval, ...]] | None = None,
    coins: Sequence[str] = (),
) -> tuple[LiveFeed, ScriptedSource]:
    """A live feed with one scripted source, its book empty."""
    book = Book()
    source = ScriptedSource(book, recorded, offered, coins)
    return LiveFeed((source,), book, universe, calendar, (VENUE,), now, coins), source
