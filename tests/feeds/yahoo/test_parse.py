"""Rows are checked at the edge: whatever a vendor may send comes out as bars that keep the contract, or not at all."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.yahoo.parse import Meta, denoised, meta_of, rows_of, tidy
from barograph.feeds.yahoo.symbols import Role, YahooSymbol
from barograph.market.bars import Bars, check_bars
from barograph.market.calendars import calendar
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval

NOW = datetime(2026, 11, 18, 17, 3, 27, tzinfo=UTC)
SHARE = YahooSymbol("NVDA", "NVDA", Role.DAILY)
FROM = to_ns(datetime(2026, 11, 18, 14, 30, tzinfo=UTC))
M5 = Interval.MIN_5.ns
_price = st.one_of(st.floats(1e-6, 1e6), st.sampled_from([0.0, -1.0, float("nan"), float("inf"), -float("inf"), 1e308]))
_row = st.tuples(st.integers(-3, 40), st.sampled_from([0, 0, 0, 7, 97]), *[_price] * 5)


def _tidy(rows: Bars, symbol: YahooSymbol = SHARE, interval: Interval = Interval.MIN_5) -> Bars:
    return tidy(rows, symbol, interval, Meta(), calendar("XNYS"), NOW).bars


@given(st.lists(_row, min_size=1, max_size=12, unique_by=lambda row: (row[0], row[1])))
@settings(max_examples=200)
def test_whatever_comes_the_contract_is_kept_or_nothing_is_taken(rows: list[tuple[float, ...]]) -> None:
    rows = sorted(rows)
    times = [FROM + int(row[0]) * M5 + int(row[1]) * 10**9 for row in rows]
    raw = Bars.of(times, *np.array([row[2:] for row in rows]).T)
    with suppress(FeedError):
        found = _tidy(raw)
        check_bars(found)
        assert len(found)
        on_grid = found.time % M5 == 0
        assert on_grid.all()
        came = raw.close[np.isfinite(raw.close)]
        nearest = np.abs(found.close[:, None] - came).min(axis=1)
        assert (nearest <= 1e-7 * found.close).all(), "no price is made up"


def test_rows_off_the_grid_are_refused_unless_they_are_the_newest_price() -> None:
    times = [FROM, FROM + M5 + 3 * 10**9, FROM + 2 * M5, FROM + 3 * M5 + 41 * 10**9]
    found = _tidy(Bars.of(times, *[[1.0, 2.0, 3.0, 4.0]] * 5))
    assert found.time.tolist() == [FROM, FROM + 2 * M5, FROM + 3 * M5]
    assert found.close.tolist() == [1.0, 3.0, 4.0]
    assert np.isnan(found.open[-1])


def test_a_thin_markets_leap_without_a_trade_is_refused_until_it_is_repeated() -> None:
    """A far month of fed funds: a slip of one day goes, a level that stays is taken from the second day on."""
    month = YahooSymbol("ZQX27", "ZQX27.CBT", Role.POLICY, thin=True, quiet_step=0.25)
    days = [to_ns(datetime(2026, 11, day, tzinfo=UTC)) for day in (9, 10, 11, 12, 13, 16, 17)]
    close = [96.40, 69.40, 96.42, 96.42, 96.80, 96.81, 97.10]
    volume = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0]
    found = _tidy(Bars.of(days, close, close, close, close, volume), month, Interval.DAY_1)
    assert found.close.tolist() == [96.40, 96.42, 96.81, 97.10], "the return from the slip is a leap as well"
    share = _tidy(Bars.of(days, close, close, close, close, volume), SHARE, Interval.DAY_1)
    assert share.close.tolist() == close


def test_days_on_a_weekend_are_refused() -> None:
    days = [to_ns(datetime(2026, 11, day, tzinfo=UTC)) for day in (12, 13, 14, 16)]
    found = _tidy(Bars.of(days, *[[1.0, 2.0, 3.0, 4.0]] * 5), interval=Interval.DAY_1)
    assert found.close.tolist() == [1.0, 2.0, 4.0]


def test_open_of_nothing_is_unknown_and_costs_no_close() -> None:
    found = _tidy(Bars.of([FROM, FROM + M5], [0.0, 1.0], [2.0, 2.0], [0.0, 1.0], [1.5, 1.5], [0.0, 5.0]))
    assert np.isnan(found.open[0])
    assert np.isnan(found.low[0])
    assert found.close.tolist() == [1.5, 1.5]
    assert np.isnan(found.volume[0])


def test_mostly_impossible_is_bad_data_and_nothing_priced_is_empty() -> None:
    nine = [9.0] * 3
    for close, kind in (([-1.0, -1.0, 5.0], FeedErrorKind.BAD_DATA), ([np.nan] * 3, FeedErrorKind.EMPTY)):
        with pytest.raises(FeedError) as caught:
            _tidy(Bars.of([FROM, FROM + M5, FROM + 2 * M5], nine, nine, nine, close, nine))
        assert caught.value.kind is kind


@given(st.floats(0.01, 1e5), st.integers(2, 4))
def test_a_price_that_went_through_32_bits_is_the_one_that_was_meant(price: float, digits: int) -> None:
    meant = np.round(np.array([price]), digits)
    sent = meant.astype(np.float32).astype(np.float64)
    if meant[0] * 1.2e-7 < 0.5 * 10.0**-digits:  # 32 bits tell the digits apart
        assert denoised(sent, digits).tolist() == meant.tolist()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_index_of_any_resolution(unit: str) -> None:
    zone = "America/New_York"
    index = pd.DatetimeIndex(["2026-11-17 00:00", "2026-11-18 00:00"]).tz_localize(zone).as_unit(unit)  # type: ignore[arg-type]
    columns = {name: [1.0, 2.0] for name in ("Open", "High", "Low", "Close", "Volume")}
    daily = rows_of(pd.DataFrame(columns, index=index), Interval.DAY_1)
    assert daily.time.tolist() == [to_ns(datetime(2026, 11, day, tzinfo=UTC)) for day in (17, 18)]
    short = rows_of(pd.DataFrame(columns, index=index), Interval.MIN_5)
    assert short.time.tolist() == [to_ns(datetime(2026, 11, day, 5, tzinfo=UTC)) for day in (17, 18)]


def test_what_is_told_beside_the_bars_may_be_anything() -> None:
    for told in ({}, {"regularMarketTime": "now", "priceHint": "x", "currentTradingPeriod": 3}, {"priceHint": -4}):
        assert meta_of(told) == Meta()
    stamp = pd.Timestamp("2026-11-18 12:00", tz="America/New_York")
    told = {"regularMarketTime": stamp, "priceHint": 4, "currentTradingPeriod": {"regular": {"end": stamp}}}
    noon = datetime(2026, 11, 18, 17, tzinfo=UTC)
    assert meta_of(told) == Meta(noon, noon, 4)
    assert meta_of({"regularMarketTime": pd.NaT}).market_time is None


def test_bar_that_begins_after_now_is_refused_by_its_session() -> None:
    tomorrow = to_ns(datetime(2026, 11, 19, tzinfo=UTC))
    today = to_ns(datetime(2026, 11, 18, tzinfo=UTC))
    raw = Bars.of([today, tomorrow], *[[1.0, 2.0]] * 5)
    assert _tidy(raw, interval=Interval.DAY_1).time.tolist() == [today]
    evening = tidy(raw, SHARE, Interval.DAY_1, Meta(), calendar("GLOBEX"), NOW + timedelta(hours=7)).bars
    assert evening.time.tolist() == [today, tomorrow], "the next day of futures has begun"
