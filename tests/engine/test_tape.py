"""The last price of an instrument, its own time, its state, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pytest

from barograph.engine.daily_table import joined
from barograph.engine.tape import NOTHING, Latest
from barograph.feeds.contract import BarsAnswer, FeedError, FeedErrorKind
from barograph.market.bars import Bars
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from tests.engine import hand_made as made
from tests.engine.hand_made import LAST, at, closes
from tests.engine.runs import feed_of, new_monitor

YESTERDAY = LAST - timedelta(days=1)


def latest(
    name: str,
    now: datetime,
    daily: Mapping[str, Bars] | None = None,
    intraday: Mapping[Interval, Bars] | None = None,
    ten_year: float | None = None,
) -> Latest:
    series = {} if ten_year is None else {"DGS10": made.fixings(made.sessions(30), closes(30, ten_year))}
    recorded = made.folder(daily, {name: intraday} if intraday else {}, series)
    monitor = new_monitor(feed_of(recorded))
    monitor.refresh(now)
    return monitor.tape.latest(name, now)


def daily_btc() -> dict[str, Bars]:
    """Up to and with 13 June: 60,000; the day before 50,000, five days before 48,000."""
    labels = made.days(30, YESTERDAY)
    return {"BTC": made.bars(labels, closes(30, 40_000.0, {-6: 48_000.0, -5: 49_000.0, -2: 50_000.0, -1: 60_000.0}))}


def test_daily_closes_alone() -> None:
    found = latest("BTC", at(14, 15), daily_btc())
    assert (found.value, found.as_of, found.state) == (60_000.0, at(14, 0), Freshness.CLOSED)
    assert (found.base, found.base_5) == (50_000.0, 48_000.0)
    assert found.source == "Hand-made"


def test_a_daily_close_that_is_overdue_is_stale() -> None:
    assert latest("BTC", at(15, 0, 5), daily_btc()).state is Freshness.DELAYED
    assert latest("BTC", at(15, 0, 11), daily_btc()).state is Freshness.STALE


def test_a_fresh_bar_is_compared_with_the_closes_before_its_session() -> None:
    hours = made.intraday(at(14, 10), Interval.HOUR_1, [61_000.0, 62_000.0, 63_000.0])
    found = latest("BTC", at(14, 13, 20), daily_btc(), {Interval.HOUR_1: hours})
    assert (found.value, found.as_of, found.state) == (63_000.0, at(14, 13), Freshness.LIVE)
    assert (found.base, found.base_5) == (60_000.0, 49_000.0)


def test_at_the_close_itself_the_day_is_not_compared_with_itself() -> None:
    hours = made.intraday(at(13, 22), Interval.HOUR_1, [59_000.0, 60_000.0])
    found = latest("BTC", at(14, 0), daily_btc(), {Interval.HOUR_1: hours})
    assert (found.value, found.as_of) == (60_000.0, at(14, 0))
    assert (found.base, found.base_5) == (50_000.0, 48_000.0)


def test_a_bar_cut_short_by_the_close_ends_with_it() -> None:
    hours = made.intraday(at(14, 13, 30), Interval.HOUR_1, [100.0] * 6 + [101.0])
    found = latest("SPX", at(14, 22), None, {Interval.HOUR_1: hours})
    assert (found.value, found.as_of, found.state) == (101.0, at(14, 20), Freshness.CLOSED)


def test_without_daily_bars_the_session_before_is_taken_from_the_shorter_ones() -> None:
    hours = made.intraday(at(13, 19), Interval.HOUR_1, [5_000.0, 5_010.0])  # to the close at 17:00 New York
    evening = made.intraday(at(13, 22), Interval.HOUR_1, [5_020.0, 5_030.0])
    found = latest("ES", at(14, 0), None, {Interval.HOUR_1: joined(hours, evening)})
    assert (found.value, found.as_of) == (5_030.0, at(14, 0))
    assert found.base == 5_010.0
    assert np.isnan(found.base_5)


SHORT = made.intraday(at(12, 0), Interval.MIN_1, [64_000.0] * 60)
"""An hour of minutes on the 12th."""
LONG = made.intraday(at(11, 0), Interval.HOUR_1, [61_000.0 + hour for hour in range(84)])
"""Hours up to noon of the 14th."""


@pytest.mark.parametrize(
    ("now", "value", "as_of", "state"),
    [
        (at(11, 12, 30), 61_011.0, at(11, 12), Freshness.LIVE),  # before the minutes begin
        (at(12, 0, 30), 64_000.0, at(12, 0, 30), Freshness.LIVE),  # while they run
        (at(12, 3, 30), 61_026.0, at(12, 3), Freshness.LIVE),  # hours after they ended
        (at(14, 11, 30), 61_082.0, at(14, 11), Freshness.LIVE),  # days after
        (at(14, 12, 30), 61_083.0, at(14, 12), Freshness.LIVE),
        (at(14, 13, 30), 61_083.0, at(14, 12), Freshness.STALE),  # all have ended; bars of four hours know no more
        (at(14, 16, 0), 61_083.0, at(14, 12), Freshness.STALE),
    ],
)
def test_short_bars_of_a_part_of_the_time_do_not_hide_longer_ones(
    now: datetime, value: float, as_of: datetime, state: Freshness
) -> None:
    found = latest("BTC", now, None, {Interval.MIN_1: SHORT, Interval.HOUR_1: LONG})
    assert (found.value, found.as_of, found.state) == (value, as_of, state)


def test_a_newer_daily_close_replaces_bars_that_ended() -> None:
    hours = made.intraday(at(12, 0), Interval.HOUR_1, [64_000.0])
    found = latest("BTC", at(14, 0, 30), daily_btc(), {Interval.HOUR_1: hours})
    assert (found.value, found.as_of, found.state) == (60_000.0, at(14, 0), Freshness.CLOSED)


def test_an_older_daily_close_does_not_hide_that_the_price_is_stale() -> None:
    hours = made.intraday(at(14, 2), Interval.HOUR_1, [64_000.0])
    found = latest("BTC", at(14, 20), daily_btc(), {Interval.HOUR_1: hours})
    assert (found.value, found.as_of, found.state) == (64_000.0, at(14, 3), Freshness.STALE)


def test_bars_of_last_week_are_no_price() -> None:
    assert latest("BTC", at(20, 0), None, {Interval.MIN_1: SHORT}) == NOTHING


def test_a_fixing_serves_where_there_are_no_bars() -> None:
    found = latest("US10Y", at(14, 21), ten_year=4.25)
    assert (found.value, found.source, found.as_of) == (4.25, "DGS10 fixing", at(13, 20))
    own = {"US10Y": made.bars(made.sessions(10), closes(10, 4.22))}
    assert latest("US10Y", at(15, 0), own, ten_year=4.25).value == 4.22


def test_what_nobody_has_is_missing() -> None:
    assert latest("ETH", at(14, 12), daily_btc()) == NOTHING


def test_a_feed_that_fails_is_an_error_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = feed_of(made.folder(daily_btc()))
    answers = feed.fetch_bars
    monitor = new_monitor(feed)

    def fails(name: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        raise FeedError(FeedErrorKind.UNREACHABLE, "exchange", name, "the exchange does not answer")

    monkeypatch.setattr(feed, "fetch_bars", fails)
    monitor.refresh(at(14, 12))
    found = monitor.tape.latest("BTC", at(14, 12))
    assert (found.value, found.state, found.source) == (None, Freshness.ERROR, "exchange")
    monkeypatch.setattr(feed, "fetch_bars", answers)
    monitor.refresh(at(14, 12, 1))  # the failure did not count as an answer: it is asked again at once
    assert monitor.tape.latest("BTC", at(14, 12, 1)).value == 60_000.0
    assert monitor.tape.errors == {}


def test_last_values_stay_with_their_age_when_the_feed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = feed_of(made.folder(daily_btc()))
    monitor = new_monitor(feed)
    monitor.refresh(at(13, 12))

    def fails(name: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        raise FeedError(FeedErrorKind.UNREACHABLE, "exchange", name, "the exchange does not answer")

    monkeypatch.setattr(feed, "fetch_bars", fails)
    monitor.refresh(at(14, 12))
    found = monitor.tape.latest("BTC", at(14, 12))
    assert (found.value, found.as_of, found.state) == (50_000.0, at(13, 0), Freshness.STALE)


def test_nothing_is_fetched_again_before_it_can_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = feed_of(made.folder(daily_btc()))
    answers = feed.fetch_bars
    asked: list[int | None] = []

    def counts(name: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        asked.append(after_ns)
        return answers(name, interval, after_ns, now)

    monkeypatch.setattr(feed, "fetch_bars", counts)
    monitor = new_monitor(feed)
    for now in (at(13, 0, 5), at(13, 12), at(13, 23, 59), at(14, 0)):
        monitor.refresh(now)
    assert asked == [None, int(made.days(2, YESTERDAY)[0])]
    assert np.array_equal(monitor.tape.daily["BTC"].time, made.days(30, YESTERDAY))


def test_a_change_is_over_one_session_or_unknown() -> None:
    """The vendor left a day out: what is held before it is no close of yesterday."""
    labels = made.sessions(30)
    whole = made.bars(labels, closes(30, 100.0, {-1: 130.0, -2: 120.0, -3: 110.0, -6: 90.0, -7: 80.0}))
    holed = {"SMH": made.picked(whole, np.delete(np.arange(30), -2))}
    found = latest("SMH", at(14, 22), holed)
    assert (found.value, np.isnan(found.base), found.base_5) == (130.0, True, 90.0)
    morning = made.intraday(at(17, 13, 30), Interval.HOUR_1, [140.0, 141.0])
    found = latest("SMH", at(17, 15, 35), holed, {Interval.HOUR_1: morning})
    assert (found.value, found.base, np.isnan(found.base_5)) == (141.0, 130.0, False)
    gone = {"SMH": made.picked(whole, np.arange(29))}
    found = latest("SMH", at(17, 15, 35), gone, {Interval.HOUR_1: morning})
    assert (found.value, np.isnan(found.base)) == (141.0, True)
    friday = made.intraday(at(14, 13, 30), Interval.HOUR_1, [101.0] * 6 + [129.0])
    found = latest("SMH", at(17, 15, 35), gone, {Interval.HOUR_1: joined(friday, morning)})
    assert (found.value, found.base) == (141.0, 129.0)


def test_a_fixing_is_of_the_afternoon_of_its_day() -> None:
    """At midnight UTC it would be the evening before in New York."""
    found = latest("US10Y", at(14, 22), ten_year=4.2)
    assert found.as_of == at(13, 20)
