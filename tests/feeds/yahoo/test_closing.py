"""When a bar of Yahoo's is over: by a later one, or by the clock and the vendor's own last trade together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.feeds.yahoo.closing import as_of, last_is_closed
from barograph.feeds.yahoo.parse import Meta
from barograph.feeds.yahoo.symbols import Role, YahooSymbol
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import Interval

PROMPT = YahooSymbol("QQQ", "QQQ", Role.CHARTED)
LATE = YahooSymbol("SPX", "^GSPC", Role.QUOTED, delay_s=900)
THIN = YahooSymbol("RARE", "RARE", Role.DAILY, thin=True)
BEGUN = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
LAST = datetime(2026, 11, 18, 20, 55, tzinfo=UTC)
CLOSE = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
M5 = timedelta(minutes=5)


def _short(begun: datetime) -> Bars:
    return Bars.of([to_ns(begun)], *[[100.0]] * 5)


def _day() -> Bars:
    return Bars.of([label_ns(CLOSE.date())], *[[100.0]] * 5)


def _closed(bars: Bars, symbol: YahooSymbol, told: datetime | None, now: datetime, end: datetime | None = None) -> bool:
    interval = Interval.DAY_1 if bars.time[0] % (86_400 * 10**9) == 0 else Interval.MIN_5
    return last_is_closed(bars, interval, symbol, Meta(told, end), calendar("XNYS"), now)


@pytest.mark.parametrize(
    ("symbol", "told", "now", "closed"),
    [
        (PROMPT, BEGUN + M5, BEGUN + M5, False),  # it may still change for some seconds
        (PROMPT, BEGUN + M5, BEGUN + M5 + timedelta(seconds=5), True),
        (PROMPT, BEGUN + timedelta(minutes=3), BEGUN + timedelta(minutes=8), False),  # the vendor lags
        (PROMPT, BEGUN + timedelta(minutes=3), BEGUN + timedelta(hours=5), False),  # the vendor froze
        (PROMPT, None, BEGUN + timedelta(minutes=6), True),
        (PROMPT, BEGUN + timedelta(days=1), BEGUN + timedelta(minutes=6), True),  # a told instant in the future is none
        (LATE, BEGUN + M5, BEGUN + timedelta(minutes=19), False),
        (LATE, BEGUN + M5, BEGUN + timedelta(minutes=21), True),
        (THIN, BEGUN - timedelta(hours=1), BEGUN + timedelta(minutes=6), True),
    ],
)
def test_short_bar(symbol: YahooSymbol, told: datetime | None, now: datetime, *, closed: bool) -> None:
    assert _closed(_short(BEGUN), symbol, told, now) is closed


@pytest.mark.parametrize(
    ("before_close", "after_close", "closed"),
    [
        (timedelta(seconds=30), timedelta(minutes=1), True),  # the last trade before a close comes seconds before it
        (timedelta(minutes=3), timedelta(minutes=1), False),
        (timedelta(minutes=3), timedelta(hours=2), True),  # and no other will come
    ],
)
def test_last_short_bar_of_a_session(before_close: timedelta, after_close: timedelta, *, closed: bool) -> None:
    assert _closed(_short(LAST), PROMPT, CLOSE - before_close, CLOSE + after_close) is closed


@pytest.mark.parametrize(
    ("told", "now", "end", "closed"),
    [
        (CLOSE + timedelta(seconds=1), CLOSE + timedelta(minutes=9), None, False),
        (CLOSE + timedelta(seconds=1), CLOSE + timedelta(minutes=10), None, True),
        (CLOSE - timedelta(minutes=10), CLOSE + timedelta(minutes=10), None, True),
        (CLOSE - timedelta(hours=3), CLOSE + timedelta(hours=10), None, False),  # frozen during the day
        (CLOSE - timedelta(hours=3), CLOSE + timedelta(minutes=10), CLOSE - timedelta(hours=3), True),  # closed early
        (CLOSE - timedelta(hours=30), CLOSE + timedelta(minutes=10), None, False),  # nothing traded in it, they say
    ],
)
def test_day(told: datetime, now: datetime, end: datetime | None, *, closed: bool) -> None:
    assert _closed(_day(), PROMPT, told, now, end) is closed


def test_age_is_that_of_the_last_trade_but_never_later_than_the_bars() -> None:
    hours = calendar("XNYS")
    told = BEGUN + timedelta(minutes=4)
    assert as_of(_short(BEGUN), Interval.MIN_5, Meta(told), hours, told) == told
    later = Meta(BEGUN + timedelta(minutes=30))
    assert as_of(_short(BEGUN), Interval.MIN_5, later, hours, BEGUN + timedelta(hours=1)) == BEGUN + M5


def test_bar_that_no_calendar_covers_is_not_called_closed() -> None:
    far = Bars.of([label_ns(datetime(2050, 1, 3, tzinfo=UTC).date())], *[[1.0]] * 5)
    now = datetime(2050, 6, 1, tzinfo=UTC)
    assert not last_is_closed(far, Interval.DAY_1, PROMPT, Meta(), calendar("XNYS"), now)
    assert np.isfinite(far.close).all()
