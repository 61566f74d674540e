"""How Yahoo is doing, for one line of the Feeds panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from barograph.feeds.book import Book
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.options import Refresh
from barograph.feeds.yahoo.symbols import Role, YahooSymbol
from barograph.market.calendars import CalendarError, Phase, TradingCalendar
from barograph.market.freshness import AgeLimits, Freshness, judge, price_limits
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval

_BEST_FIRST = (
    Freshness.LIVE,
    Freshness.DELAYED,
    Freshness.BREAK,
    Freshness.CLOSED,
    Freshness.STALE,
    Freshness.ERROR,
    Freshness.MISSING,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What the worker last met; replaced as a whole, so that any thread may read it. Instants are UTC."""

    last_success: datetime | None = None
    last_error: str = ""
    error_kind: FeedErrorKind | None = None
    notice: str = ""
    next_refresh: datetime | None = None
    held_until: datetime | None = None
    """Until when the budget of the hour has no room for a whole call, which may take several requests."""


def state_of(
    book: Book,
    symbols: Iterable[YahooSymbol],
    universe: Universe,
    calendars: Callable[[str], TradingCalendar],
    refresh: Refresh,
    now: datetime,
) -> Freshness:
    """The state of the freshest price on screen whose market is open (of all, where none is): whether Yahoo answers.

    Each is judged in its own session. MISSING before anything came; ERROR when faults are all there was.
    """
    quoted = [symbol for symbol in symbols if symbol.role is Role.QUOTED]
    calendar = {symbol.id: calendars(universe.instrument(symbol.id).calendar) for symbol in quoted}
    trading = [symbol for symbol in quoted if _open(calendar[symbol.id], now)]
    found = set()
    for symbol in trading or quoted:
        limits = price_limits(universe.instrument(symbol.id).asset_class)
        found.add(_state(book, symbol, calendar[symbol.id], limits.widened(symbol.delay_s + refresh.quotes_s), now))
    return next((state for state in _BEST_FIRST if state in found), Freshness.MISSING)


def _open(calendar: TradingCalendar, now: datetime) -> bool:
    try:
        return calendar.phase(now) is Phase.OPEN
    except CalendarError:
        return False


def _state(book: Book, symbol: YahooSymbol, calendar: TradingCalendar, limits: AgeLimits, now: datetime) -> Freshness:
    try:
        answer = book.bars(symbol.id, Interval.MIN_5, None)
    except FeedError as error:
        return Freshness.MISSING if error.kind is FeedErrorKind.EMPTY else Freshness.ERROR
    try:
        state = judge(answer.as_of, now, calendar, limits)
    except CalendarError:
        return Freshness.STALE
    return Freshness.DELAYED if state is Freshness.LIVE and symbol.delay_s else state
