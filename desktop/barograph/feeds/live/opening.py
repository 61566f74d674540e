"""Puts the live feed together: one book, and the sources that fill it."""

from __future__ import annotations

from collections.abc import Callable

from barograph.feeds.book import Book
from barograph.feeds.exchange.source import ExchangeSource
from barograph.feeds.fred.source import FixingsSource
from barograph.feeds.live.feed import LiveFeed
from barograph.feeds.options import LiveOptions
from barograph.feeds.pace import Pace
from barograph.feeds.yahoo.source import YahooSource
from barograph.market.calendars import TradingCalendar
from barograph.market.instruments import Universe


def open_live(
    options: LiveOptions, universe: Universe, calendars: Callable[[str], TradingCalendar], pace: Pace
) -> LiveFeed:
    """A live feed with an empty book, whose sources have not begun to ask."""
    book = Book()
    exchanges = ExchangeSource(book, options, universe, calendars, pace)
    sources = (
        YahooSource(book, options, universe, calendars, pace),
        exchanges,
        FixingsSource(book, options, universe, pace),
    )
    now = pace.now()
    return LiveFeed(sources, book, universe, calendars, options.venues, now, tuple(exchanges.instruments(now)))
