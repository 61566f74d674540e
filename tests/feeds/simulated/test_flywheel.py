"""The flywheel's book-keeping: positions, forced orders, price impact, open interest and funding agree."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.feeds.simulated.flywheel import FUNDING_CAP, FUNDING_NS, Flywheel, FlywheelPath, Pressure, funding_rate
from barograph.feeds.simulated.positions import LEVERAGE, MAINTENANCE_MARGIN, PositionBook, liquidation_price
from barograph.feeds.simulated.steps import STEP_NS

BASE = 100_000.0
PRICE = 90_000.0


def pressure(fair: np.ndarray, *, depth: float = 5_000.0, bias: float = 0.05, swing: float = 0.0) -> Pressure:
    """Five-minute steps of a path of log prices without forced orders, from midnight."""
    n = len(fair)
    start = np.concatenate([[log(PRICE)], fair[:-1]])
    flat = np.ones(n)
    return Pressure(
        time=STEP_NS * np.arange(n, dtype=np.int64),
        fair=fair,
        low=np.minimum(start, fair) - swing,
        high=np.maximum(start, fair) + swing,
        hours=flat / 12,
        depth=depth * flat,
        appetite=flat,
        bias=bias * flat,
        stress=0 * flat,
        noise=flat,
        kick=0 * flat,
    )


def run(fair: np.ndarray, **changes: float) -> tuple[Flywheel, FlywheelPath]:
    market = Flywheel(log(PRICE), BASE)
    given_ = pressure(fair, **changes)
    return market, market.run(given_, int(given_.time[-1]) + STEP_NS)


def walk(seed: int, steps: int, sd: float) -> np.ndarray:
    return log(PRICE) + np.cumsum(np.random.default_rng(seed).normal(0, sd, steps))


@pytest.mark.parametrize("leverage", LEVERAGE)
@pytest.mark.parametrize("side", [1, -1])
def test_at_the_liquidation_price_equity_is_the_maintenance_margin(leverage: float, side: int) -> None:
    price = liquidation_price(PRICE, leverage, side)
    equity = PRICE / leverage + side * (price - PRICE)
    assert equity == pytest.approx(MAINTENANCE_MARGIN * price)
    assert side * price < side * PRICE


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), sd=st.sampled_from([0.001, 0.004, 0.012]), depth=st.sampled_from([800.0, 8_000.0]))
def test_the_books_always_balance(seed: int, sd: float, depth: float) -> None:
    market, path = run(walk(seed, 600, sd), depth=depth, swing=sd)
    held = sum(float(side.coin.sum()) for side in (market.book.long, market.book.short))
    assert path.open_interest[-1] == pytest.approx(held, rel=1e-9)
    assert (path.open_interest >= 0).all()
    assert (np.abs(path.imbalance) <= 1).all()
    before = np.concatenate([[BASE], path.open_interest[:-1]])
    fell = before - path.open_interest
    assert (fell[path.forced_coin > 0] >= path.forced_coin[path.forced_coin > 0] - 1e-6 * BASE).all()
    assert sum(order.coin for order in path.liquidations) == pytest.approx(path.forced_coin.sum())


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), sd=st.sampled_from([0.002, 0.008]), depth=st.sampled_from([800.0, 8_000.0]))
def test_every_liquidation_is_at_or_beyond_its_price_and_within_the_bar(seed: int, sd: float, depth: float) -> None:
    market, path = run(walk(seed, 600, sd), depth=depth, swing=sd)
    previous = 0
    for order in path.liquidations:
        assert order.side * order.price <= order.side * order.level * (1 + 1e-12)
        assert order.coin > 0
        step = order.time // STEP_NS
        assert path.low[step] - 1e-12 <= log(order.price) <= path.high[step] + 1e-12
        assert previous <= order.time
        previous = order.time
    assert (path.low <= np.minimum(path.open, path.close) + 1e-12).all()
    assert (path.high >= np.maximum(path.open, path.close) - 1e-12).all()
    np.testing.assert_array_equal(path.open[1:], path.close[:-1])
    assert market.log_price == path.close[-1]


def test_a_fall_forces_longs_out_and_forced_selling_deepens_it() -> None:
    fair = log(PRICE) - 0.08 * np.minimum(np.arange(400) / 200, 1)
    _, thick = run(fair, depth=1e12)
    _, thin = run(fair, depth=1_500.0)
    assert {order.side for order in thick.liquidations} == {1}
    assert thick.close.min() == pytest.approx(fair.min(), abs=1e-6)
    assert thin.low.min() < fair.min() - 0.02
    assert thin.forced_coin.sum() > 1.2 * thick.forced_coin.sum()
    assert thin.open_interest.min() < 0.85 * BASE
    healed = exp(thin.close[-1] - fair[-1])
    assert exp(thin.displacement.min()) < healed < 1


def test_a_rise_forces_shorts_out_and_lifts_the_price() -> None:
    fair = log(PRICE) + 0.12 * np.minimum(np.arange(200) / 150, 1)
    _, path = run(fair, depth=1_500.0)
    assert {order.side for order in path.liquidations} == {-1}
    assert path.high.max() > fair.max() + 0.02


def test_without_moves_nobody_is_forced_and_open_interest_rests_at_its_base() -> None:
    _, path = run(np.full(2_000, log(PRICE)))
    assert not path.liquidations
    assert path.open_interest[-1] == pytest.approx(BASE, rel=0.05)


def test_open_interest_builds_with_appetite() -> None:
    fair = np.full(3_000, log(PRICE))
    market = Flywheel(log(PRICE), BASE)
    eager = replace(pressure(fair), appetite=np.full(len(fair), 1.3))
    path = market.run(eager, int(eager.time[-1]) + STEP_NS)
    assert path.open_interest[-1] > 1.15 * BASE


def test_funding_is_settled_every_eight_hours_with_the_sign_of_the_imbalance() -> None:
    for bias in (0.2, -0.2):
        _, path = run(walk(3, 2_000, 0.0002), bias=bias)
        times = [time for time, _ in path.funding]
        assert times == list(range(FUNDING_NS, FUNDING_NS * (len(times) + 1), FUNDING_NS))
        last = path.funding[-1][0]
        steps = slice((last - FUNDING_NS) // STEP_NS, last // STEP_NS)
        mean = path.imbalance[steps].mean()
        assert np.sign(path.funding[-1][1]) == np.sign(mean) == np.sign(bias)
        assert path.funding[-1][1] == pytest.approx(funding_rate(mean))


@given(st.floats(-1, 1))
def test_the_funding_rate_is_odd_rising_and_capped(imbalance: float) -> None:
    rate = funding_rate(imbalance)
    assert abs(rate) <= FUNDING_CAP
    assert funding_rate(-imbalance) == -rate
    assert funding_rate(min(1.0, imbalance + 0.01)) >= rate


def test_what_outlives_its_group_is_closed_and_leaves_the_total() -> None:
    book = PositionBook(BASE, log(PRICE))
    for hour in range(5_000):
        book.new_hour()
        for group in range(len(LEVERAGE)):
            book.long.trade(group, log(PRICE) + 1e-6 * hour, 1.0, 1.0, 1.0)
    assert book.long.held == pytest.approx(float(book.long.coin.sum()), rel=1e-9)
    assert book.long.held == pytest.approx(BASE / 2, rel=0.03)
    assert np.isfinite(book.long.level).sum() < 1_500 * len(LEVERAGE)
    assert book.short.held == 0


def test_an_empty_side_is_never_reached() -> None:
    book = PositionBook(BASE, log(PRICE))
    lots = book.long.liquidate(-100.0)
    assert sum(coin for coin, _ in lots) == pytest.approx(BASE / 2)
    assert book.long.held == 0
    assert book.long.nearest == -inf
    assert not book.long.liquidate(-200.0)
