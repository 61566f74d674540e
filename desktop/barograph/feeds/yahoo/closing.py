"""Decides which of Yahoo's bars are over and which one is still forming, and how old its newest price is."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from barograph.feeds.yahoo.parse import Meta
from barograph.feeds.yahoo.symbols import YahooSymbol
from barograph.market.bars import Bars
from barograph.market.calendars import CalendarError, TradingCalendar
from barograph.market.instants import from_ns
from barograph.market.intervals import SECOND_NS, Interval

MARGIN_S = 5.0
"""How long after its end, and the known delay, an intraday bar may still change."""
DAILY_MARGIN_S = 600.0
"""The same for a daily bar: closing auctions and official closes come some minutes after the close."""
_LAST_TRADE = timedelta(seconds=60)
_LAST_TRADE_OF_DAY = timedelta(minutes=15)
"""A last trade so shortly before the end makes the bar complete."""
_PATIENCE = timedelta(hours=1)
"""After this, the last bar of a session is taken for complete although its last trade was earlier."""
_CLOCK_TOLERANCE = timedelta(seconds=60)


def last_is_closed(
    bars: Bars, interval: Interval, symbol: YahooSymbol, meta: Meta, calendar: TradingCalendar, now: datetime
) -> bool:
    """Whether the last row is complete; all before it are, for a later one is there.

    Time alone does not do: a vendor that lags or has frozen shows an unfinished bar long after its end. So the
    vendor's own last trade has to reach the end, where it can be trusted.
    """
    begun = int(bars.time[-1])
    try:
        end = from_ns(int(calendar.bar_end(begun, interval)))
    except CalendarError:
        return False
    margin_s = MARGIN_S if interval.intraday else DAILY_MARGIN_S
    certain = end + timedelta(seconds=symbol.delay_s + margin_s)
    if now < certain:
        return False
    traded = trusted_time(meta, now)
    if traded is None or symbol.thin or traded >= end:
        return True
    if not interval.intraday:
        return traded >= _own_end(end, meta) - _LAST_TRADE_OF_DAY
    if not _ends_session(end, begun, interval, calendar):
        return False
    return traded >= end - _LAST_TRADE or now >= certain + _PATIENCE


def as_of(bars: Bars, interval: Interval, meta: Meta, calendar: TradingCalendar, now: datetime) -> datetime | None:
    """The instant of the newest price in these bars: the vendor's last trade, but not later than the last bar's end,
    for the newest rows may have been null. Where it is not told, an intraday price is at least as new as its bar's
    opening; None for a daily one.
    """
    begun = int(bars.time[-1])
    traded = trusted_time(meta, now)
    if traded is None:
        return from_ns(begun) if interval.intraday else None
    try:
        return min(traded, from_ns(int(calendar.bar_end(begun, interval))))
    except CalendarError:
        return traded


def trusted_time(meta: Meta, now: datetime) -> datetime | None:
    """The vendor's last trade, unless it lies in the future."""
    told = meta.market_time
    return told if told is not None and told <= now + _CLOCK_TOLERANCE else None


def _own_end(close: datetime, meta: Meta) -> datetime:
    """The close, or the end of the vendor's own trading period where that is earlier on the same day: an early close
    that our calendar does not know.
    """
    told = meta.period_end
    return told if told is not None and close - timedelta(hours=8) < told < close else close


def _ends_session(end: datetime, begun: int, interval: Interval, calendar: TradingCalendar) -> bool:
    """Whether no bar of the same session follows."""
    following = end + timedelta(seconds=interval.seconds)
    try:
        return calendar.trading_s(end, following) == 0 or _stub(end, begun, interval)
    except CalendarError:
        return False


def _stub(end: datetime, begun: int, interval: Interval) -> bool:
    """Whether a bar was cut short by its session's close."""
    return bool(np.int64((end - from_ns(begun)).total_seconds() * SECOND_NS) < interval.ns)
