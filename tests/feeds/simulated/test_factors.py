"""The factor model's arithmetic: recursions, extremes, correlations and a week's variance."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from barograph.feeds.simulated.assets import bridge_extremes
from barograph.feeds.simulated.factors import Conditions, Factor, FactorState, decayed_sum, evolve
from barograph.feeds.simulated.implied import ImpliedState, implied_volatility
from barograph.feeds.simulated.steps import coarse_days, fine_day
from barograph.feeds.simulated.story import conditions
from barograph.market.bars import FloatArray
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS

MONDAY = to_ns(datetime(2025, 11, 3, tzinfo=UTC))


def calm(n: int, **changes: float) -> Conditions:
    base = conditions([], np.arange(n, dtype=np.int64))
    made = {name: getattr(base, name) for name in Conditions.__slots__}
    made["pull"] = np.zeros(n)
    made.update({name: np.full(n, value) for name, value in changes.items()})
    return Conditions(**made)


def test_decayed_sum_is_the_recursion_also_where_the_product_underflows() -> None:
    rng = np.random.default_rng(1)
    keep, shocks = rng.uniform(0.2, 0.9, 2_000), rng.standard_normal((2_000, 3))
    state, expected = np.array([1.0, -2.0, 0.5]), []
    for factor, shock in zip(keep, shocks, strict=True):
        state = factor * state + shock
        expected.append(state)
    np.testing.assert_allclose(decayed_sum(np.array([1.0, -2.0, 0.5]), keep, shocks), expected, rtol=1e-9, atol=1e-9)


def test_the_extremes_of_a_bridge_hold_its_ends_and_have_the_range_of_a_random_walk() -> None:
    rng = np.random.default_rng(2)
    start = np.zeros(200_000)
    end = rng.standard_normal(200_000)
    high, low = bridge_extremes(start, end, np.ones(200_000), rng)
    assert (high >= np.maximum(start, end)).all()
    assert (low <= np.minimum(start, end)).all()
    assert high.mean() == pytest.approx(np.sqrt(2 / np.pi), rel=0.01)  # expected maximum of a Brownian path


def test_a_week_of_steps_has_the_variance_of_its_trading_days_fine_or_coarse() -> None:
    fine = [fine_day(MONDAY + day * DAY_NS, quiet=False) for day in range(7)]
    coarse = coarse_days(MONDAY, 7, np.zeros(7, np.bool_))
    for name, days in (("equity", 5), ("macro", 5), ("crypto", 7)):
        total = sum(getattr(steps, name).sum() for steps in fine)
        assert total == pytest.approx(days, rel=1e-9)
        assert getattr(coarse, name).sum() == pytest.approx(days, rel=1e-9)
    assert sum(steps.hours.sum() for steps in fine) == coarse.hours.sum() == 7 * 24


def test_new_york_hours_follow_daylight_saving() -> None:
    winter = fine_day(to_ns(datetime(2026, 1, 14, tzinfo=UTC)), quiet=False)
    summer = fine_day(to_ns(datetime(2026, 7, 15, tzinfo=UTC)), quiet=False)
    assert winter.equity.argmax() - summer.equity.argmax() == 12  # one hour of five-minute steps
    assert winter.equity.argmax() == 14.5 * 12


def test_stocks_and_coins_move_together_as_the_coupling_says() -> None:
    steps = coarse_days(MONDAY, 7_000, np.zeros(7_000, np.bool_))
    for coupling in (0.2, 0.85):
        state = FactorState.at_rest()
        now = calm(len(steps), coupling=coupling, pull=1.0)
        level = evolve(state, steps, now, np.zeros(len(steps)), np.random.default_rng(3)).level
        moves = np.diff(level[:, [Factor.SPX, Factor.COIN]], axis=0)
        busy = steps.equity[1:] > 0.05
        found = np.corrcoef(moves[busy, 0], moves[busy, 1])[0, 1]
        assert found == pytest.approx(coupling, abs=0.06)


def test_the_pull_keeps_prices_near_the_story() -> None:
    steps = coarse_days(MONDAY, 400, np.zeros(400, np.bool_))
    spread = []
    for pull in (0.0, 1.0):
        now = calm(len(steps), pull=pull)
        ends = [
            evolve(FactorState.at_rest(), steps, now, np.zeros(len(steps)), np.random.default_rng(seed)).level[-1, 0]
            for seed in range(40)
        ]
        spread.append(np.std(ends))
    assert spread[1] < 0.5 * spread[0]


def test_implied_volatility_rises_with_volatility_and_jumps_with_falls() -> None:
    steps = fine_day(MONDAY, quiet=False)
    n = len(steps)
    flat, fall = np.zeros(n), np.zeros(n)
    fall[150] = -0.04

    def last(daily_vol: float, moves: FloatArray) -> list[float]:
        rng = np.random.default_rng(4)
        logs, _ = implied_volatility(ImpliedState.at_rest(), steps, np.full(n, daily_vol), moves, rng)
        return [float(level) for level in np.exp(logs[-1])]

    calm_, stressed, after_fall = last(0.007, flat), last(0.02, flat), last(0.007, fall)
    assert 11 < calm_[0] < calm_[1] < 19  # upward term structure
    assert stressed[0] > 25
    assert stressed[0] > stressed[1]  # inverted
    assert after_fall[0] > 1.1 * calm_[0]
