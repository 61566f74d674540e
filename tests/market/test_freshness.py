"""Freshness: live, delayed, closed, break, stale and error, each by its instrument's own session."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.market import freshness
from barograph.market.calendars import Phase, calendar
from barograph.market.freshness import (
    OPEN_INTEREST_LIMITS,
    POLICY_PATH_LIMITS,
    AgeLimits,
    Freshness,
    daily_grace_s,
    funding_limits,
    judge,
    judge_age,
    judge_daily,
    judge_fixing,
    price_limits,
)
from barograph.market.instants import label_ns
from barograph.market.instruments import AssetClass
from barograph.market.universe_file import load_universe

LIVE, DELAYED, CLOSED = Freshness.LIVE, Freshness.DELAYED, Freshness.CLOSED
BREAK, STALE, ERROR, MISSING = Freshness.BREAK, Freshness.STALE, Freshness.ERROR, Freshness.MISSING
SPY = ("XNYS", AssetClass.ETF)
ES = ("GLOBEX", AssetClass.INDEX_FUTURE)
BTC = ("CRYPTO", AssetClass.CRYPTO)
VIX = ("CBOE_VIX", AssetClass.VOLATILITY_INDEX)
INSTANTS = st.datetimes(datetime(2013, 1, 1), datetime(2040, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds must be naive


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def state(instrument: tuple[str, AssetClass], as_of: str, now: str) -> Freshness:
    calendar_id, asset_class = instrument
    return judge(utc(as_of), utc(now), calendar(calendar_id), price_limits(asset_class))


@pytest.mark.parametrize(
    ("instrument", "as_of", "now", "expected"),
    [
        # in session, at and past each limit
        (SPY, "2024-01-10T15:00:00", "2024-01-10T15:03:00", LIVE),
        (SPY, "2024-01-10T15:00:00", "2024-01-10T15:03:01", DELAYED),
        (SPY, "2024-01-10T15:00:00", "2024-01-10T15:10:00", DELAYED),
        (SPY, "2024-01-10T15:00:00", "2024-01-10T15:10:01", STALE),
        (BTC, "2024-01-13T12:00:00", "2024-01-13T12:05:00", DELAYED),
        (BTC, "2024-01-13T12:00:00", "2024-01-13T12:10:01", STALE),
        (VIX, "2024-01-10T16:00:00", "2024-01-10T16:30:00", LIVE),
        (VIX, "2024-01-10T16:00:00", "2024-01-10T16:31:00", DELAYED),
        (VIX, "2024-01-10T16:00:00", "2024-01-10T17:00:01", STALE),
        # three hours after the close is closed, not stale; a feed that fell silent before it is stale
        (SPY, "2024-01-10T21:00:00", "2024-01-11T00:00:00", CLOSED),
        (SPY, "2024-01-10T20:51:00", "2024-01-11T00:00:00", CLOSED),
        (SPY, "2024-01-10T20:49:00", "2024-01-11T00:00:00", STALE),
        (SPY, "2024-01-09T21:00:00", "2024-01-11T00:00:00", STALE),
        # weekend, and a Monday holiday after it
        (SPY, "2024-01-12T21:00:00", "2024-01-15T18:00:00", CLOSED),
        (SPY, "2024-01-11T21:00:00", "2024-01-13T18:00:00", STALE),
        # half day: the close is at 13:00 New York
        (SPY, "2024-11-29T18:00:00", "2024-11-29T20:30:00", CLOSED),
        (SPY, "2024-07-03T17:00:00", "2024-07-03T19:00:00", CLOSED),
        # yesterday's close once the session runs: delayed at first, then stale
        (SPY, "2024-01-10T21:00:00", "2024-01-11T14:30:00", DELAYED),
        (SPY, "2024-01-10T21:00:00", "2024-01-11T14:40:00", DELAYED),
        (SPY, "2024-01-10T21:00:00", "2024-01-11T14:40:01", STALE),
        (SPY, "2024-01-11T14:30:00", "2024-01-11T14:31:00", LIVE),
        # an evening trade makes nothing wrong
        (SPY, "2024-01-10T22:30:00", "2024-01-10T23:00:00", CLOSED),
        # changes of clocks: 09:45 New York is 13:45 UTC in summer, 14:45 in winter
        (SPY, "2024-03-08T21:00:00", "2024-03-11T13:29:00", CLOSED),
        (SPY, "2024-03-08T21:00:00", "2024-03-11T13:45:00", STALE),
        (SPY, "2024-11-01T20:00:00", "2024-11-04T13:45:00", CLOSED),
        (SPY, "2024-11-01T20:00:00", "2024-11-04T14:45:00", STALE),
        (ES, "2026-03-06T22:00:00", "2026-03-08T21:59:00", CLOSED),
        (ES, "2026-03-06T22:00:00", "2026-03-08T22:11:00", STALE),
        (ES, "2026-10-30T21:00:00", "2026-11-01T22:11:00", CLOSED),
        # futures: the daily break, the weekend, the afternoon of a holiday
        (ES, "2024-01-10T22:00:00", "2024-01-10T22:30:00", BREAK),
        (ES, "2024-01-10T21:40:00", "2024-01-10T22:30:00", STALE),
        (ES, "2024-01-10T22:00:00", "2024-01-10T23:01:00", DELAYED),
        (ES, "2024-01-12T22:00:00", "2024-01-14T12:00:00", CLOSED),
        (ES, "2024-06-19T17:00:00", "2024-06-19T19:00:00", CLOSED),
        # the morning pause of the VIX
        (VIX, "2024-01-10T14:24:00", "2024-01-10T14:27:00", BREAK),
        (VIX, "2024-01-10T14:24:00", "2024-01-10T14:31:00", DELAYED),
        # round the clock, midnight is nothing special
        (BTC, "2024-01-13T23:58:00", "2024-01-14T00:00:30", LIVE),
        # clocks differ by seconds, not by more
        (BTC, "2024-01-13T12:00:05", "2024-01-13T12:00:00", LIVE),
        (BTC, "2024-01-13T12:00:06", "2024-01-13T12:00:00", ERROR),
        (SPY, "2024-01-13T12:00:06", "2024-01-13T12:00:00", ERROR),
    ],
)
def test_price(instrument: tuple[str, AssetClass], as_of: str, now: str, expected: Freshness) -> None:
    assert state(instrument, as_of, now) is expected


def test_no_value_is_missing() -> None:
    now = utc("2024-01-10T15:00:00")
    assert judge(None, now, calendar("XNYS"), AgeLimits(1, 2)) is MISSING
    assert judge_age(None, now, AgeLimits(1, 2)) is MISSING
    assert judge_daily(None, now, calendar("XNYS"), 7_200) is MISSING
    assert judge_fixing(None, now) is MISSING


def test_an_hourly_bar_is_given_its_hour() -> None:
    limits = price_limits(AssetClass.ETF).widened(3_600)
    nyse = calendar("XNYS")
    assert judge(utc("2024-01-10T15:30:00"), utc("2024-01-10T16:32:00"), nyse, limits) is LIVE
    assert judge(utc("2024-01-10T15:30:00"), utc("2024-01-10T16:40:01"), nyse, limits) is STALE


def test_every_asset_class_has_limits() -> None:
    for asset_class in AssetClass:
        limits = price_limits(asset_class)
        assert 0 < limits.warn_s < limits.stale_s


@given(INSTANTS, st.sampled_from(sorted(load_universe().instruments)), st.timedeltas(timedelta(0), timedelta(days=5)))
def test_a_value_that_grows_older_never_looks_fresher(now: datetime, instrument_id: str, age: timedelta) -> None:
    instrument = load_universe().instruments[instrument_id]
    it, limits = calendar(instrument.calendar), price_limits(instrument.asset_class)
    order = [LIVE, CLOSED, BREAK, DELAYED, STALE]
    newer, older = judge(now - age / 2, now, it, limits), judge(now - age, now, it, limits)
    assert order.index(newer) <= order.index(older)
    phase = it.phase(now)
    assert (newer is BREAK) <= (phase is Phase.BREAK)
    assert (newer is CLOSED) <= (phase is Phase.CLOSED)
    assert (newer in (LIVE, DELAYED)) <= (phase is Phase.OPEN)


# ---------------------------------------------------------------------------------------- without a session


@pytest.mark.parametrize(("minutes", "expected"), [(15, LIVE), (16, DELAYED), (60, DELAYED), (61, STALE), (-1, ERROR)])
def test_open_interest(minutes: int, expected: Freshness) -> None:
    now = utc("2024-01-10T15:00:00")
    assert judge_age(now - timedelta(minutes=minutes), now, OPEN_INTEREST_LIMITS) is expected


@pytest.mark.parametrize(
    ("interval_h", "minutes", "expected"),
    [(8, 490, LIVE), (8, 491, DELAYED), (8, 960, DELAYED), (8, 961, STALE), (1, 70, LIVE), (1, 121, STALE)],
)
def test_funding(interval_h: float, minutes: int, expected: Freshness) -> None:
    now = utc("2024-01-10T15:00:00")
    assert judge_age(now - timedelta(minutes=minutes), now, funding_limits(interval_h)) is expected


@pytest.mark.parametrize(
    ("observed", "now", "expected"),
    [
        (date(2024, 1, 9), "2024-01-10T21:00:00", LIVE),
        (date(2024, 2, 1), "2024-02-05T21:00:00", LIVE),  # Thursday's, on Monday before the next is out
        (date(2024, 1, 11), "2024-01-16T20:00:00", DELAYED),  # after a long weekend
        (date(2024, 1, 9), "2024-01-16T00:00:01", STALE),
        (date(2024, 1, 10), "2024-01-10T12:00:00", LIVE),
        (date(2024, 1, 11), "2024-01-10T12:00:00", ERROR),
    ],
)
def test_fixing(observed: date, now: str, expected: Freshness) -> None:
    assert judge_fixing(label_ns(observed), utc(now)) is expected


# ----------------------------------------------------------------------------------------------- daily bars


@pytest.mark.parametrize(
    ("instrument", "last", "now", "expected"),
    [
        # the last close is there: as fresh as a daily bar can be
        (SPY, date(2024, 1, 10), "2024-01-11T00:10:00", CLOSED),
        (SPY, date(2024, 1, 12), "2024-01-15T18:00:00", CLOSED),
        (SPY, date(2024, 1, 12), "2024-01-16T15:00:00", LIVE),
        (SPY, date(2024, 1, 10), "2024-01-11T15:00:00", LIVE),
        (ES, date(2024, 1, 10), "2024-01-10T22:30:00", BREAK),
        (BTC, date(2024, 1, 10), "2024-01-11T00:10:00", LIVE),
        # the last close is not there: delayed within the grace, stale after it, and at 00:10 UTC in any case
        (SPY, date(2024, 1, 9), "2024-01-10T22:59:59", DELAYED),
        (SPY, date(2024, 1, 9), "2024-01-10T23:00:00", STALE),
        (SPY, date(2024, 1, 9), "2024-01-11T00:10:00", STALE),
        (ES, date(2024, 1, 9), "2024-01-11T00:10:00", STALE),
        (VIX, date(2024, 1, 9), "2024-01-11T00:10:00", STALE),
        (BTC, date(2024, 1, 9), "2024-01-11T00:05:00", DELAYED),
        (BTC, date(2024, 1, 9), "2024-01-11T00:10:00", STALE),
        (SPY, date(2024, 1, 5), "2024-01-10T16:00:00", STALE),
        # a half day and the holiday before it
        (SPY, date(2024, 11, 27), "2024-11-29T19:59:59", DELAYED),
        (SPY, date(2024, 11, 27), "2024-11-29T20:00:00", STALE),
        (SPY, date(2018, 12, 4), "2018-12-05T23:30:00", CLOSED),
        # futures owe no bar of a holiday's short session; where a vendor has one, it is as good
        (ES, date(2024, 1, 12), "2024-01-16T20:00:00", LIVE),
        (ES, date(2024, 1, 15), "2024-01-16T20:00:00", LIVE),
        # a bar of a session that still runs, and one from the future
        (SPY, date(2024, 1, 10), "2024-01-10T20:59:54", ERROR),
        (SPY, date(2024, 1, 10), "2024-01-10T20:59:55", LIVE),
        (SPY, date(2024, 1, 12), "2024-01-10T23:00:00", ERROR),
        (SPY, date(1999, 1, 4), "2024-01-10T23:00:00", STALE),
    ],
)
def test_daily(instrument: tuple[str, AssetClass], last: date, now: str, expected: Freshness) -> None:
    calendar_id, asset_class = instrument
    found = judge_daily(label_ns(last), utc(now), calendar(calendar_id), daily_grace_s(asset_class))
    assert found is expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (date(2024, 1, 10), CLOSED),
        (date(2024, 1, 9), CLOSED),
        (date(2024, 1, 8), DELAYED),
        (date(2024, 1, 5), DELAYED),
        (date(2024, 1, 4), STALE),
    ],
)
def test_policy_path_may_miss_sessions(last: date, expected: Freshness) -> None:
    now = utc("2024-01-11T00:10:00")
    assert judge_daily(label_ns(last), now, calendar("XNYS"), 7_200, POLICY_PATH_LIMITS) is expected


def test_what_may_enter_the_score() -> None:
    assert {state for state in Freshness if state.usable} == {LIVE, DELAYED, CLOSED, BREAK}


def test_clock_tolerance_is_that_of_the_rule() -> None:
    assert timedelta(seconds=5) == freshness.CLOCK_TOLERANCE
