"""The story that a new user sees: its phases, what breaks in which, and what the light makes of it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from barograph.engine.monitor import Monitor
from barograph.engine.opening import with_breadth_of
from barograph.feeds.simulated import story
from barograph.feeds.simulated.feed import SimulatedFeed
from barograph.feeds.simulated.generator import START
from barograph.feeds.simulated.story import CYCLE_DAYS, STORY_DAYS, Phase
from barograph.indicators.correlation import log_change
from barograph.market.bars import FloatArray
from barograph.market.calendars import calendar
from barograph.market.instants import to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import DAY_NS, Interval
from barograph.risk.faces import Face
from barograph.risk.rules_file import load_rules

END = START + timedelta(days=45)


def at(day: float) -> int:
    return to_ns(START) + int(day * DAY_NS)


def hourly_correlation(feed: SimulatedFeed, first_day: float, last_day: float) -> float:
    """Correlation of S&P futures and bitcoin over consecutive hours in which both trade."""
    stocks = feed.fetch_bars("ES", Interval.HOUR_1, None, END).closed
    coins = feed.fetch_bars("BTC", Interval.HOUR_1, None, END).closed
    time, here, there = np.intersect1d(stocks.time, coins.time, return_indices=True)
    moves = np.diff(np.log(np.stack([stocks.close[here], coins.close[there]])))
    rows = (np.diff(time) == Interval.HOUR_1.ns) & (time[1:] >= at(first_day)) & (time[1:] < at(last_day))
    return float(np.corrcoef(moves[:, rows])[0, 1])


def change(feed: SimulatedFeed, name: str, first_day: float, last_day: float) -> float:
    """Log change of a price between two days of the story (percentage points for a yield)."""
    bars = feed.fetch_bars(name, Interval.HOUR_1, None, END).closed
    rows = np.searchsorted(bars.time, (at(first_day), at(last_day))) - 1
    if name == "US10Y":
        return float(bars.close[rows[1]] - bars.close[rows[0]])
    return log_change(bars.close[rows], 1)


def test_the_seven_phases_come_in_order_and_again() -> None:
    days = np.arange(0, CYCLE_DAYS, 0.25)
    told = [story.phase_at(at(0), at(day)) for day in days]
    order = [phase for phase, before in zip(told, [None, *told], strict=False) if phase is not before]
    assert order == [*Phase, Phase.CALM]
    assert told[int(STORY_DAYS * 4)] is Phase.CALM
    assert story.phase_at(at(0), at(CYCLE_DAYS + 21)) is Phase.CASCADE
    assert story.phase_at(at(0), at(-3)) is Phase.CALM


def test_both_tables_are_of_the_same_days_and_begin_and_end_calm() -> None:
    paths, market = story._table(story._PATHS), story._table(story._CONDITIONS)
    np.testing.assert_array_equal(paths[:, 0], market[:, 0])
    assert (np.diff(paths[:, 0]) > 0).all()
    assert not paths[[0, -1], 1:].any()
    np.testing.assert_array_equal(market[0, 1:], market[-1, 1:])
    assert paths[-1, 0] < CYCLE_DAYS


def test_correlation_is_low_in_the_calm_and_compresses_under_stress(feed: SimulatedFeed) -> None:
    assert 0.1 < hourly_correlation(feed, -60, 6) < 0.45
    assert 0.7 < hourly_correlation(feed, 18, 22) < 0.95
    assert hourly_correlation(feed, 30, 45) < 0.6


def test_each_phase_does_what_its_name_says(feed: SimulatedFeed) -> None:
    assert change(feed, "US10Y", 7, 12.5) > 0.1
    assert change(feed, "DXY", 7, 12.5) > 0.005
    assert change(feed, "TLT", 7, 12.5) < 0
    leaders = (change(feed, name, 12.5, 17.5) for name in ("SMH", "IGV"))
    assert all(leader < change(feed, "RSP", 12.5, 17.5) - 0.01 for leader in leaders)
    assert change(feed, "HYG", 12.5, 22) < -0.01
    volatility = feed.fetch_bars("VIX", Interval.HOUR_1, None, END).closed
    calm = volatility.close[(volatility.time > at(-20)) & (volatility.time < at(6))]
    stress = volatility.high[(volatility.time > at(17.5)) & (volatility.time < at(22.5))]
    assert np.median(calm) < 17
    assert stress.max() > 27
    assert change(feed, "SPX", 6, 22) < -0.05
    assert change(feed, "SPX", 22, 31) > 0.04


def test_leverage_builds_in_the_calm_and_is_flushed_in_the_cascade(feed: SimulatedFeed) -> None:
    interest = feed.fetch_open_interest("BTC", None, END)

    def held(day: float) -> float:
        return float(interest.coin[np.searchsorted(interest.time, at(day)) - 1])

    before = held(17)
    assert before > 1.03 * held(0)
    assert min(held(day) for day in np.arange(20.5, 24, 0.25)) < 0.7 * before
    forced = feed.fetch_liquidations("BTC", at(-60), END)

    def worst_hour(first: float, last: float, side: int) -> float:
        rows = (forced.time >= at(first)) & (forced.time < at(last)) & (forced.side == side)
        hours = (forced.time[rows] - at(first)) // Interval.HOUR_1.ns
        return float(np.bincount(hours, forced.usd[rows]).max())

    assert worst_hour(20.5, 22.5, 1) > 1.5 * worst_hour(-60, 6, 1)
    funding = feed.fetch_funding("BTC", at(-60), END)
    assert np.median(funding.rate[funding.time < at(6)]) > 0
    assert funding.rate[(funding.time > at(20.5)) & (funding.time < at(25))].min() < 0


def test_liquidations_are_within_the_coins_bars(feed: SimulatedFeed) -> None:
    for coin in ("BTC", "ETH"):
        bars = feed.fetch_bars(coin, Interval.MIN_5, None, END).closed
        forced = feed.fetch_liquidations(coin, int(bars.time[0]), END)
        rows = np.searchsorted(bars.time, forced.time, side="right") - 1
        inside = forced.time < bars.time[-1]
        tick = 0.1
        assert len(forced.time) > 20
        assert (forced.price[inside] <= bars.high[rows][inside] + tick).all()
        assert (forced.price[inside] >= bars.low[rows][inside] - tick).all()
        np.testing.assert_allclose(forced.usd, forced.price * forced.coin)
        interest = feed.fetch_open_interest(coin, int(bars.time[0]), END)
        shared, here, there = np.intersect1d(interest.time, bars.time + Interval.MIN_5.ns, return_indices=True)
        assert len(shared) > 1_000
        np.testing.assert_allclose(interest.usd[here], interest.coin[here] * bars.close[there], rtol=1e-5)


def test_the_past_is_varied_enough_for_percentiles(feed: SimulatedFeed) -> None:
    index = feed.fetch_bars("SPX", Interval.DAY_1, None, START).closed.close
    volatility = feed.fetch_bars("VIX", Interval.DAY_1, None, START).closed.close[-756:]
    moves = np.diff(np.log(index))

    def realised(window: int) -> FloatArray:
        spread: FloatArray = np.lib.stride_tricks.sliding_window_view(moves, window).std(axis=1)
        return spread

    month = realised(20)[-756:]
    assert np.percentile(month, 95) > 1.5 * np.median(month)
    assert np.mean(month < month[-1]) < 0.8  # calm is no extreme of its own past
    assert np.mean(volatility < volatility[-1]) < 0.7
    assert 11 < np.median(volatility) < 18
    assert volatility.max() > 25
    assert np.corrcoef(np.abs(moves[1:]), np.abs(moves[:-1]))[0, 1] > 0.05  # volatility clusters


@pytest.fixture(scope="module")
def faces(feed: SimulatedFeed, universe: Universe) -> list[tuple[float, Face, float]]:
    """Day of the story, light and score of each evaluation."""
    monitor = Monitor(feed, with_breadth_of(universe, feed), load_rules(), calendar)
    monitor.refresh(END)
    return [
        ((to_ns(made.at) - at(0)) / DAY_NS, made.face, made.score.value or 0.0)
        for made in monitor.evaluations
        if to_ns(made.at) > at(-1)
    ]


def test_the_light_goes_from_calm_through_watch_to_risk_off_and_back(faces: list[tuple[float, Face, float]]) -> None:
    shown = [face for face, before in zip([f for _, f, _ in faces], [None, *(f for _, f, _ in faces)], strict=False)
             if face is not before]  # fmt: skip
    assert shown == [Face.CALM, Face.WATCH, Face.RISK_OFF, Face.WATCH, Face.CALM]
    risk_off = [day for day, face, _ in faces if face is Face.RISK_OFF]
    assert 17.5 <= risk_off[0] <= 22.5
    assert risk_off[-1] <= STORY_DAYS + 1
    assert max(score for day, _, score in faces if 20.5 <= day <= 23) > 80
    assert faces[0][2] < 45
