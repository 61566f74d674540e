"""What a feed tells of a coin's perpetual: nothing heard, nothing forced and nothing answered are three things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.context.coin_hours import coin_record, columns_at, reach_ns, whole_hours
from barograph.engine.derivatives import derivatives
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.live.feed import LiveFeed
from barograph.market.calendars import calendar
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage, Funding, Liquidations
from tests.engine.hand_made import folder, intraday
from tests.engine.runs import UNIVERSE, feed_of
from tests.feeds.live.scripted import live_feed

HOUR = timedelta(hours=1)
NOW = datetime(2024, 6, 14, 15, tzinfo=UTC)


def quiet_feed() -> LiveFeed:
    """One whose stream of forced orders was heard for six hours in which there was none."""
    hours = intraday(NOW - 48 * HOUR, Interval.HOUR_1, [60_000.0] * 48)
    feed, source = live_feed(feed_of(folder(None, {"BTC": {Interval.HOUR_1: hours}})), UNIVERSE, NOW)
    source.answer(NOW)
    source.book.heard_liquidations("BTC", "bybit", Coverage.ALL, NOW - 6 * HOUR, NOW)
    return feed


def test_a_stream_without_a_forced_order_was_heard_all_the_same() -> None:
    told = derivatives(quiet_feed(), "BTC", to_ns(NOW - 24 * HOUR), NOW).liquidations
    assert len(told) == 0
    assert (told.source, told.coverage, told.until_ns) == ("bybit", Coverage.ALL, to_ns(NOW))


def test_its_quiet_hours_are_nothing_and_those_before_are_unknown() -> None:
    feed, last = quiet_feed(), to_ns(NOW)
    ends = whole_hours(to_ns(NOW - 9 * HOUR), last, Interval.HOUR_1.ns)
    columns = columns_at(coin_record(feed, calendar("CRYPTO"), "BTC", reach_ns(int(ends[0])), NOW), ends)
    assert np.array_equal(columns.long_usd, [np.nan] * 4 + [0.0] * 6, equal_nan=True)


def test_what_fails_is_empty_and_the_rest_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> Liquidations:
        raise FeedError(FeedErrorKind.UNREACHABLE, "bybit", "BTC", "Bybit cannot be reached")

    feed = quiet_feed()
    feed.book.put_funding("BTC", Funding.of([to_ns(NOW - HOUR)], [0.0001], [8.0], "bybit"))
    monkeypatch.setattr(feed, "fetch_liquidations", failing)
    told = derivatives(feed, "BTC", to_ns(NOW - 24 * HOUR), NOW)
    assert (len(told.funding), len(told.open_interest), len(told.liquidations)) == (1, 0, 0)
    assert told.liquidations.until_ns is None
