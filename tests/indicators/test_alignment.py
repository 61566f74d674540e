"""Alignment of a market with sessions and one without: rules A to C on made-up trades, and their properties."""

from __future__ import annotations

from datetime import date
from math import isnan, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.indicators.alignment import (
    Covariation,
    Prints,
    hayashi_yoshida,
)
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.calendars import calendar
from barograph.market.grids import Grid, intraday_grid
from barograph.market.intervals import SECOND_NS, Interval
from tests.oracles import PairedReturns, intraday_returns, prices_at

SEEDS = st.integers(0, 2**32 - 1)
MINUTE = 60 * SECOND_NS
HOUR = 60 * MINUTE
GLOBEX, STOCKS = calendar("GLOBEX"), calendar("XNYS")
FRIDAY, MONDAY = date(2024, 8, 2), date(2024, 8, 5)


def futures_grid(interval: Interval = Interval.HOUR_1) -> Grid:
    return intraday_grid(GLOBEX, FRIDAY, MONDAY, interval)


def at(ends: IntArray, seed: int, start: float = 100.0) -> Prints:
    steps = np.random.default_rng(seed).normal(0, 0.01, len(ends))
    return Prints(ends, start * np.exp(np.cumsum(steps)))


def without(prints: Prints, *rows: int) -> Prints:
    return Prints(np.delete(prints.end, rows), np.delete(prints.price, rows))


def flat_bars(closes: list[float], volumes: list[float], spread: float = 0.0) -> Bars:
    close = np.array(closes)
    return Bars.of(np.arange(len(closes)) * MINUTE, close, close + spread, close, close, volumes)


def as_lists(pairs: PairedReturns) -> list[list[float]]:
    return [column.tolist() for column in (pairs.start, pairs.end, pairs.x, pairs.y, pairs.hours)]


# ------------------------------------------------------------------------------------------------ last trades


def test_a_price_is_the_last_trade_of_the_five_minutes_before() -> None:
    prints = Prints(np.array([10, 20]) * MINUTE, np.array([1.0, 2.0]))
    instants = np.array([9, 10, 14, 15, 19, 20, 24, 25]) * MINUTE
    assert prints.at(instants).tolist() == pytest.approx([nan, 1, 1, nan, nan, 2, 2, nan], nan_ok=True)
    assert np.isnan(Prints(np.empty(0, np.int64), np.empty(0)).at(instants)).all()


def test_bars_without_a_trade_hold_none() -> None:
    ends = np.arange(1, 6) * MINUTE
    still = flat_bars([5, 5, 5, 5, 6], [10, 0, nan, 0, 0])
    # unknown volume proves nothing, and a price that moved was traded whatever the volume says
    assert Prints.of(still, ends).end.tolist() == [1 * MINUTE, 3 * MINUTE, 5 * MINUTE]
    assert len(Prints.of(flat_bars([5, 5], [0, 0], spread=1), ends[:2]).end) == 2
    assert len(Prints.of(Bars.empty(), np.empty(0, np.int64)).end) == 0


def test_of_two_bars_that_end_together_the_later_counts() -> None:
    cut = Prints.of(flat_bars([5, 6, 7], [1, 1, 1]), np.array([1, 2, 2]) * MINUTE)
    assert cut.end.tolist() == [MINUTE, 2 * MINUTE]
    assert cut.price.tolist() == [5, 7]


# --------------------------------------------------------------------------------------------- rules A and B


def test_hourly_returns_stay_within_their_trade_date() -> None:
    grid = futures_grid()
    x, y = at(grid.end, 1), at(grid.end, 2)
    pairs = intraday_returns(x, y, grid)
    assert len(pairs) == 2 * 22
    assert (pairs.hours == 1).all()
    assert pairs.x[0] == pytest.approx(log(x.price[1] / x.price[0]))
    assert set(grid.end[[0, 23]].tolist()).isdisjoint(pairs.end.tolist())


def test_the_stub_is_divided_by_the_root_of_its_hours() -> None:
    grid = futures_grid(Interval.HOUR_4)
    x, y = at(grid.end, 1), at(grid.end, 2)
    pairs = intraday_returns(x, y, grid)
    assert pairs.hours.tolist() == [4, 4, 4, 4, 3] * 2
    assert pairs.x[4] == pytest.approx(log(x.price[5] / x.price[4]) / sqrt(3))
    assert pairs.y[0] == pytest.approx(log(y.price[1] / y.price[0]) / 2)


def test_an_end_without_a_trade_on_either_side_costs_both_its_returns() -> None:
    grid = futures_grid()
    x, y = at(grid.end, 1), at(grid.end, 2)
    whole = set(intraday_returns(x, y, grid).end.tolist())
    for pair in ((without(x, 5), y), (x, without(y, 5))):
        left = intraday_returns(*pair, grid)
        assert whole - set(left.end.tolist()) == set(grid.end[[5, 6]].tolist())
        assert (left.hours == 1).all()


def test_a_halted_future_makes_no_end() -> None:
    grid = futures_grid()
    end = int(grid.end[5])
    x = Prints(np.array([end - 4 * MINUTE]), np.array([100.0]))
    one = Grid(grid.end[5:6], grid.trade_date[5:6], grid.hours[5:6])
    # nobody trades for four minutes: thin; only the future does not: halted
    thin = Prints(np.array([end - 4 * MINUTE]), np.array([6e4]))
    assert np.isfinite(prices_at(x, thin, one)[0]).all()
    trading = Prints(np.array([end]), np.array([6e4]))
    assert np.isnan(prices_at(x, trading, one)).all()
    assert np.isfinite(prices_at(Prints(np.array([end]), np.array([1.0])), trading, one)).all()


def test_crypto_bars_of_full_hours_give_no_cash_return() -> None:
    grid = intraday_grid(STOCKS, FRIDAY, MONDAY, Interval.HOUR_1)
    x = at(grid.end, 1)
    full_hours = np.arange(grid.end[0] // HOUR, grid.end[-1] // HOUR + 1) * HOUR
    assert len(intraday_returns(x, at(full_hours, 2), grid)) == 0
    half_hours = np.arange(grid.end[0] // HOUR * 2, grid.end[-1] // HOUR * 2 + 1) * HOUR // 2
    pairs = intraday_returns(x, at(half_hours, 2), grid)
    assert pairs.hours.tolist() == [1, 1, 1, 1, 1, 0.5] * 2


# ------------------------------------------------------------------------------------------------------ rule C


def test_hayashi_yoshida_is_the_published_one() -> None:
    found = hayashi_yoshida(
        np.array([0, 60, 120, 180]),
        np.array([100, 101, 100.5, 102]),
        np.array([0, 30, 90, 150, 180]),
        np.array([50, 50.2, 50.9, 50.4, 51.2]),
    )
    assert found.xy == pytest.approx(0.00024484275985912175, rel=1e-9)
    assert found.rho == pytest.approx(0.5619977551646376, rel=1e-9)


def overlap_by_definition(tx: IntArray, px: FloatArray, ty: IntArray, py: FloatArray) -> float:
    total = 0.0
    for i in range(1, len(tx)):
        for j in range(1, len(ty)):
            if max(tx[i - 1], ty[j - 1]) < min(tx[i], ty[j]):
                total += log(px[i] / px[i - 1]) * log(py[j] / py[j - 1])
    return total


@given(SEEDS, st.integers(2, 25), st.integers(2, 25))
def test_hayashi_yoshida_is_the_sum_over_overlapping_intervals(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    tx, ty = (np.sort(rng.choice(np.arange(1, 60), count, replace=False)) for count in (n, m))
    tx, ty = np.concatenate(([0], tx, [60])), np.concatenate(([0], ty, [60]))
    px, py = (np.exp(rng.normal(0, 0.1, len(t))) for t in (tx, ty))
    found = hayashi_yoshida(tx, px, ty, py)
    assert found.xy == pytest.approx(overlap_by_definition(tx, px, ty, py), rel=1e-9, abs=1e-12)
    assert found.xx == pytest.approx(float(np.sum(np.diff(np.log(px)) ** 2)))
    assert -1 <= found.shown_rho <= 1
    mirrored = hayashi_yoshida(ty, py, tx, px)
    assert mirrored.xy == pytest.approx(found.xy, rel=1e-9, abs=1e-12)


def test_only_the_common_span_counts_and_spans_add_up() -> None:
    t, p = np.arange(6), np.array([1.0, 2, 3, 2, 5, 4])
    assert hayashi_yoshida(t, p, t[1:4], p[1:4]) == hayashi_yoshida(t[1:4], p[1:4], t[1:4], p[1:4])
    empty = Covariation(0.0, 0.0, 0.0)
    assert hayashi_yoshida(t[:0], p[:0], t, p) == empty
    assert hayashi_yoshida(t[:1], p[:1], t, p) == empty
    assert isnan(empty.rho)
    assert (Covariation(1, 2, 3) + Covariation(1, 1, 1)) == Covariation(2, 3, 4)
    assert Covariation(3, 2, 2).rho == 1.5
    assert Covariation(3, 2, 2).shown_rho == 1


# -------------------------------------------------------------------------------------------------- properties


@given(SEEDS, st.integers(0, 45))
def test_what_comes_later_changes_nothing_before(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    grid = futures_grid()
    x, y = (without(at(grid.end, seed + k), *np.flatnonzero(rng.random(46) < 0.2).tolist()) for k in (1, 2))
    now = int(grid.end[cut])
    whole = intraday_returns(x, y, grid)
    seen = [Prints(one.end[one.end <= now], one.price[one.end <= now]) for one in (x, y)]
    before = intraday_returns(seen[0], seen[1], grid.until(now))
    assert as_lists(before) == [column[: len(before)] for column in as_lists(whole)]
    assert not np.any(whole.end[len(before) :] <= now)


@given(SEEDS, st.floats(0.01, 100))
def test_the_unit_of_a_price_does_not_matter(seed: int, times: float) -> None:
    grid = futures_grid(Interval.HOUR_4)
    x, y = at(grid.end, seed), at(grid.end, seed + 1)
    scaled = intraday_returns(Prints(x.end, x.price * times), y, grid)
    assert scaled.x == pytest.approx(intraday_returns(x, y, grid).x, abs=1e-12)
