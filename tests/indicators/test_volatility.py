"""Realised volatility: published numbers, what a bad bar does, how many bars are enough."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.indicators.volatility import (
    annualised,
    close_close_variance,
    crypto_volatility,
    garman_klass_variance,
    log_returns,
    minimum_bars,
    parkinson_variance,
    rogers_satchell_variance,
    session_volatility,
    term_ratio,
    usable_bars,
    yang_zhang_variance,
)
from barograph.market.bars import FloatArray

OPEN = np.array([100.0, 101, 103, 102, 99, 101])
HIGH = np.array([102.0, 104, 104, 103, 102, 103])
LOW = np.array([99.0, 100, 101, 98, 98, 100])
CLOSE = np.array([101.0, 103, 102, 99, 101, 102])

Columns = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
Volatility = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, int], float]
BOTH = pytest.mark.parametrize("volatility", [session_volatility, crypto_volatility])


def golden(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


def walk(bars: int, seed: int = 1) -> Columns:
    """Open, high, low and close of a random walk with gaps."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, bars)))
    open_ = np.concatenate(([100.0], close[:-1])) * np.exp(rng.normal(0, 0.004, bars))
    high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, 0.005, bars)))
    low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, 0.005, bars)))
    return open_, high, low, close


def rows(columns: Columns, first: int) -> Columns:
    """The bars from one on."""
    open_, high, low, close = (column[first:] for column in columns)
    return open_, high, low, close


def with_value(columns: Columns, column: int, row: int, value: float) -> Columns:
    changed = [array.copy() for array in columns]
    changed[column][row] = value
    open_, high, low, close = changed
    return open_, high, low, close


def test_variances_per_bar_are_the_published_ones() -> None:
    # bars 2-6; the first only gives the previous close
    later = (OPEN[1:], HIGH[1:], LOW[1:], CLOSE[1:])
    assert parkinson_variance(HIGH[1:], LOW[1:]) == golden(0.0005298569515509324)
    assert garman_klass_variance(*later) == golden(0.0005902205318348483)
    assert rogers_satchell_variance(*later) == golden(0.0005477812264799792)
    assert yang_zhang_variance(OPEN, HIGH, LOW, CLOSE) == golden(0.0005375282651205933)
    assert close_close_variance(CLOSE) == golden(0.00037359378449636086)
    assert parkinson_variance(np.array([102.0]), np.array([99.0])) == golden(0.000321432241885585)


def test_annualised_volatilities_are_the_published_ones() -> None:
    assert annualised(0.0005375282651205933, 252) == golden(0.36804500106697485)
    assert annualised(0.0005902205318348483, 365) == golden(0.46414490638131495)
    assert session_volatility(OPEN, HIGH, LOW, CLOSE, 5) == golden(0.36804500106697485)
    assert crypto_volatility(OPEN, HIGH, LOW, CLOSE, 5) == golden(0.46414490638131495)


def test_yang_zhang_is_its_three_parts() -> None:
    n, k = 5, 0.11971830985915495
    assert pytest.approx(k, rel=1e-9) == 0.34 / (1.34 + (n + 1) / (n - 1))
    overnight, inside = np.log(OPEN[1:] / CLOSE[:-1]), np.log(CLOSE[1:] / OPEN[1:])
    parts = np.var(overnight, ddof=1) + k * np.var(inside, ddof=1)
    parts += (1 - k) * rogers_satchell_variance(OPEN[1:], HIGH[1:], LOW[1:], CLOSE[1:])
    assert yang_zhang_variance(OPEN, HIGH, LOW, CLOSE) == golden(float(parts))


def test_without_enough_bars_there_is_no_variance() -> None:
    none = np.array([])
    assert isnan(close_close_variance(CLOSE[:1]))
    assert isnan(parkinson_variance(none, none))
    assert isnan(garman_klass_variance(none, none, none, none))
    assert isnan(rogers_satchell_variance(none, none, none, none))
    assert isnan(yang_zhang_variance(OPEN[:2], HIGH[:2], LOW[:2], CLOSE[:2]))
    assert isnan(annualised(nan, 252))
    assert isnan(annualised(-1e-9, 252))


@pytest.mark.parametrize(("window", "minimum"), [(5, 5), (20, 15), (60, 45), (10, 6), (2, 2)])
def test_how_many_bars_of_a_window_are_enough(window: int, minimum: int) -> None:
    assert minimum_bars(window) == minimum


@BOTH
@pytest.mark.parametrize(("window", "holes_allowed"), [(5, 0), (20, 5), (60, 15)])
def test_a_window_stands_with_its_minimum_of_usable_bars(
    volatility: Volatility, window: int, holes_allowed: int
) -> None:
    columns = walk(window + 1)
    highs = columns[1].copy()
    for hole in range(holes_allowed):
        highs[1 + 2 * hole] = nan  # a missing high spoils its own bar only
    columns = (columns[0], highs, columns[2], columns[3])
    assert np.isfinite(volatility(*columns, window))
    assert isnan(volatility(*with_value(columns, 1, window, nan), window))


@BOTH
def test_a_window_needs_the_close_before_it(volatility: Volatility) -> None:
    columns = walk(21)
    assert np.isfinite(volatility(*columns, 20))
    assert isnan(volatility(*rows(columns, 1), 20))


@BOTH
def test_what_came_before_the_window_changes_nothing(volatility: Volatility) -> None:
    columns = walk(90)
    for window in (5, 20, 60):
        assert volatility(*columns, window) == volatility(*rows(columns, -window - 1), window)


@pytest.mark.parametrize(
    ("column", "value", "spoilt"),
    [
        (0, nan, [3]),
        (1, nan, [3]),
        (2, nan, [3]),
        (3, nan, [3, 4]),  # the next return is unknown as well
        (1, 101.0, [3]),  # high below the open of 102
        (2, 100.0, [3]),  # low above the close of 99
        (2, 0.0, [3]),
        (3, 230.0, [3, 4]),  # a return beyond half is a bad print, and so is the way back
    ],
)
def test_a_bad_bar_is_left_out(column: int, value: float, spoilt: list[int]) -> None:
    bars = with_value((OPEN, HIGH, LOW, CLOSE), column, 3, value)
    expected = [bar not in spoilt for bar in range(1, 6)]
    assert usable_bars(*bars).tolist() == expected
    used = yang_zhang_variance(*bars, usable_bars(*bars))
    assert used == golden(yang_zhang_variance(OPEN, HIGH, LOW, CLOSE, np.array(expected)))


def test_rounding_of_adjusted_prices_does_not_spoil_a_bar() -> None:
    assert usable_bars(OPEN, np.maximum(OPEN, CLOSE) * (1 - 1e-7), LOW, CLOSE).all()
    assert not usable_bars(OPEN, np.maximum(OPEN, CLOSE) * (1 - 1e-5), LOW, CLOSE).any()


def test_a_bad_print_does_not_reach_the_close_close_variance() -> None:
    close = np.array([100.0, 101, 300, 101, 102])
    assert close_close_variance(close) == golden((log(1.01) ** 2 + log(102 / 101) ** 2) / 2)


def test_log_returns_are_unknown_beside_an_unknown_close() -> None:
    returns = log_returns(np.array([1.0, 2, nan, 4, 8]))
    assert np.isnan(returns).tolist() == [False, True, True, False]
    assert returns[[0, 3]] == pytest.approx(log(2))


@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
def test_the_price_level_does_not_matter(seed: int, scale: float) -> None:
    columns = walk(61, seed)
    open_, high, low, close = (column * scale for column in columns)
    for volatility in (session_volatility, crypto_volatility):
        assert volatility(open_, high, low, close, 60) == pytest.approx(volatility(*columns, 60), rel=1e-9)


def test_estimators_find_the_volatility_they_are_given() -> None:
    """2,000 days of 390 steps of 20 % a year, a tenth of the variance overnight."""
    rng = np.random.default_rng(5)
    step = 0.2 / sqrt(252 * 390)
    paths = np.cumsum(rng.normal(0, step * sqrt(0.9), (2000, 390)), axis=1)
    gaps = rng.normal(0, 0.2 / sqrt(252) * sqrt(0.1), 2000)
    begin = np.cumsum(gaps + np.concatenate(([0.0], paths[:-1, -1])))
    high = np.maximum(paths.max(axis=1), 0)
    low = np.minimum(paths.min(axis=1), 0)
    open_, high, low, close = (100 * np.exp(begin + part) for part in (0.0, high, low, paths[:, -1]))
    # the ranges miss the extremes between the steps, hence 6 %
    assert annualised(yang_zhang_variance(open_, high, low, close), 252) == pytest.approx(0.2, rel=0.06)
    # neither of the next two sees the gap
    inside = 0.2 * sqrt(0.9)
    assert annualised(garman_klass_variance(open_, high, low, close), 252) == pytest.approx(inside, rel=0.06)
    assert annualised(rogers_satchell_variance(open_, high, low, close), 252) == pytest.approx(inside, rel=0.06)
    assert annualised(close_close_variance(close), 252) == pytest.approx(0.2, rel=0.05)


# ------------------------------------------------------------------------------------ term structure


def test_a_near_horizon_above_a_far_one_is_inverted() -> None:
    assert term_ratio(30, 25) == pytest.approx(1.2)
    assert isnan(term_ratio(30, 0))
    assert isnan(term_ratio(nan, 25))
