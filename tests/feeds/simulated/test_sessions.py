"""Simulated bars stand in the sessions of their calendars, and coarser bars are the sum of finer ones."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from barograph.feeds.simulated.feed import SimulatedFeed
from barograph.feeds.simulated.generator import FINE_START_NS, START
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import label_date, label_ns, to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval

END = START + timedelta(days=13)
ONE_OF_EACH = ("SPX", "ES", "US10Y", "VIX", "DXY", "BTC")


def sums(fine: Bars, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Open, high, low, close, volume of finer bars within each [start, end)."""
    made = []
    for start, end in zip(starts, ends, strict=True):
        part = fine[slice(*np.searchsorted(fine.time, (start, end)))]
        made.append([part.open[0], part.high.max(), part.low.min(), part.close[-1], part.volume.sum()])
    return np.array(made).T


@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.parametrize("interval", [Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4])
def test_coarser_bars_are_the_sum_of_five_minute_bars(
    feed: SimulatedFeed, universe: Universe, name: str, interval: Interval
) -> None:
    fine = feed.fetch_bars(name, Interval.MIN_5, None, END).closed
    coarse = feed.fetch_bars(name, interval, None, END).closed.after(int(fine.time[0]) - 1)
    ends = calendar(universe.instrument(name).calendar).bar_ends(coarse.time, interval)
    expected = sums(fine, coarse.time, ends)
    found = np.stack([coarse.open, coarse.high, coarse.low, coarse.close, coarse.volume])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_daily_bar_is_the_sum_of_its_session(feed: SimulatedFeed, universe: Universe, name: str) -> None:
    hourly = feed.fetch_bars(name, Interval.HOUR_1, None, END).closed
    daily = feed.fetch_bars(name, Interval.DAY_1, None, END).closed
    days = daily.after(FINE_START_NS - 1)
    sessions = calendar(universe.instrument(name).calendar).sessions(
        label_date(int(days.time[0])), label_date(int(days.time[-1]))
    )
    own = [session for session in sessions if not session.holiday]
    np.testing.assert_array_equal(days.time, [label_ns(session.date) for session in own])
    starts, ends = ([to_ns(instant) for instant in row] for row in zip(*((s.open, s.close) for s in own), strict=True))
    expected = sums(hourly, np.array(starts), np.array(ends))
    found = np.stack([days.open, days.high, days.low, days.close, days.volume])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_every_five_minutes_of_trading_has_a_bar_and_no_others_have(
    feed: SimulatedFeed, universe: Universe, name: str
) -> None:
    bars = feed.fetch_bars(name, Interval.MIN_5, None, END).closed
    hours = calendar(universe.instrument(name).calendar)
    expected: list[int] = []
    for session in hours.sessions(date(2025, 12, 22), date(2026, 1, 23)):
        instants = np.arange(to_ns(session.open), to_ns(session.close), Interval.MIN_5.ns)
        for start, end in session.breaks:
            instants = instants[(instants < to_ns(start)) | (instants >= to_ns(end))]
        expected.extend(instants.tolist())
    wanted = [t for t in expected if int(bars.time[0]) <= t and t + Interval.MIN_5.ns <= to_ns(END)]
    np.testing.assert_array_equal(bars.time, wanted)


def test_stocks_rest_on_holidays_and_weekends_and_coins_do_not(feed: SimulatedFeed) -> None:
    closed = {label_ns(date(2026, 1, 17)), label_ns(date(2026, 1, 18)), label_ns(date(2026, 1, 19))}
    now = START + timedelta(days=20)
    for name in ("SPX", "ES", "NVDA", "US10Y", "VIX", "DXY"):
        assert not closed & set(feed.fetch_bars(name, Interval.DAY_1, None, now).closed.time.tolist())
    assert closed <= set(feed.fetch_bars("BTC", Interval.DAY_1, None, now).closed.time.tolist())


def test_cash_hours_open_at_half_past_and_the_futures_day_ends_with_a_stub(feed: SimulatedFeed) -> None:
    hours = feed.fetch_bars("SPX", Interval.HOUR_1, None, END).closed.time
    assert set(hours % Interval.HOUR_1.ns // 60_000_000_000) == {30}
    four = feed.fetch_bars("ES", Interval.HOUR_4, label_ns(date(2026, 1, 13)) - 4 * Interval.HOUR_1.ns, END).closed
    opened = (four.time[:6] - label_ns(date(2026, 1, 13))) // Interval.HOUR_1.ns
    assert opened.tolist() == [-1, 3, 7, 11, 15, 19]  # 18:00 New York of the eve, then every four hours
    assert four.time[6] - four.time[5] == Interval.HOUR_4.ns  # 14:00 to 17:00, then the halt


def test_daily_bars_of_the_long_past_are_those_of_the_sessions(feed: SimulatedFeed, universe: Universe) -> None:
    first, last = date(2021, 1, 4), date(2025, 10, 31)
    stock_days = calendar("XNYS").session_labels(first, last)
    for name in ("SPX", "ES", "US10Y", "VIX", "DXY", "NVDA", "TLT"):
        time = feed.fetch_bars(name, Interval.DAY_1, None, START).closed.time
        held = time[(time >= label_ns(first)) & (time <= label_ns(last))]
        np.testing.assert_array_equal(held, stock_days)
    time = feed.fetch_bars("BTC", Interval.DAY_1, None, START).closed.time
    assert set(np.diff(time)) == {86_400_000_000_000}
