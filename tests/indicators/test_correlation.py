"""Correlation of returns: published numbers, independent answers, and what unknown values do."""

from __future__ import annotations

from math import inf, isnan, log, nan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from barograph.indicators.correlation import (
    complete_pairs,
    decay_of_half_life,
    downside_semicorrelation,
    effective_sample,
    ewma_correlation,
    fisher_band,
    log_change,
)

X = np.array([0.01, -0.02, 0.015, -0.03, 0.005, -0.01, 0.02, -0.04])
Y = np.array([0.02, -0.05, 0.01, -0.06, -0.01, -0.02, 0.05, -0.09])
PEARSON = 0.973269172150968

SEEDS = st.integers(0, 2**32 - 1)


def golden(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


def test_ewma_correlation_is_the_published_one() -> None:
    assert ewma_correlation(X, Y, 0.94) == golden(0.9731546722040679)
    assert ewma_correlation(X[:2], Y[:2], 0.9) == golden(0.996783753238739)


def test_downside_semicorrelation_is_the_published_one() -> None:
    assert downside_semicorrelation(X, Y) == golden(0.8101056637505246)


def test_effective_samples_are_the_published_ones() -> None:
    assert effective_sample(0.94) == golden(32.33333333333331)
    assert decay_of_half_life(24) == golden(0.9715319411536059)
    assert effective_sample(decay_of_half_life(24)) == golden(69.25417541784121)
    assert decay_of_half_life(15) == golden(0.9548416039104165)
    assert effective_sample(decay_of_half_life(15)) == golden(43.28855258792798)


def test_bands_are_the_published_ones() -> None:
    daily, hourly = effective_sample(0.94), effective_sample(decay_of_half_life(24))
    assert fisher_band(PEARSON, 8, inflation=1) == golden_pair(0.8549567039068705, 0.9953172579897924)
    assert fisher_band(0.7, daily, inflation=1) == golden_pair(0.46636759963332036, 0.8423421431166053)
    assert fisher_band(0.7, daily) == golden_pair(0.37725347600944037, 0.8711301762492456)
    assert fisher_band(0.5, hourly) == golden_pair(0.23197612197146927, 0.6974589328009498)


def golden_pair(low: float, high: float) -> object:
    return pytest.approx((low, high), rel=1e-9)


def test_the_band_is_that_of_scipy() -> None:
    whole = stats.pearsonr(X, Y)
    assert whole.statistic == golden(PEARSON)
    band = whole.confidence_interval(0.95)
    assert fisher_band(whole.statistic, len(X), inflation=1) == golden_pair(band.low, band.high)


@given(SEEDS, st.integers(2, 400), st.floats(0.5, 0.99))
def test_ewma_correlation_is_that_of_pandas(seed: int, count: int, lam: float) -> None:
    x, y = np.random.default_rng(seed).standard_t(4, (2, count)) * 0.01
    x[0] = y[0] = 0.01  # so that both move
    products = pd.DataFrame({"xx": x * x, "yy": y * y, "xy": x * y})
    last = products.ewm(alpha=1 - lam, adjust=True).mean().iloc[-1]
    expected = float(last["xy"] / sqrt(last["xx"] * last["yy"]))
    assert ewma_correlation(x, y, lam) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(SEEDS, st.integers(1, 60))
def test_rows_with_an_unknown_side_count_for_nothing(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, count))
    x[rng.random(count) < 0.2] = nan
    y[rng.random(count) < 0.2] = nan
    both = np.isfinite(x) & np.isfinite(y)
    assert [one.tolist() for one in complete_pairs(x, y)] == [x[both].tolist(), y[both].tolist()]
    for answer in (lambda a, b: ewma_correlation(a, b, 0.94), downside_semicorrelation):
        assert answer(x, y) == pytest.approx(answer(x[both], y[both]), nan_ok=True)


@given(SEEDS, st.integers(1, 60), st.floats(0.01, 100))
def test_correlations_stay_between_minus_one_and_one(seed: int, count: int, times: float) -> None:
    x, y = np.random.default_rng(seed).normal(0, 0.01, (2, count))
    for other in (y, x * times, -x * times):
        assert -1 <= ewma_correlation(x, other, 0.94) <= 1
        assert -1 <= downside_semicorrelation(x, other) <= 1
    assert ewma_correlation(x, x * times, 0.94) == pytest.approx(1)
    assert ewma_correlation(x, -x * times, 0.94) == pytest.approx(-1)


def test_returns_that_fall_and_rise_apart_have_no_downside_in_common() -> None:
    assert downside_semicorrelation(np.array([0.01, -0.01]), np.array([-0.02, 0.02])) == 0
    assert downside_semicorrelation(-np.abs(X), -np.abs(X) * 3) == pytest.approx(1)


def test_what_does_not_move_has_no_correlation() -> None:
    still, none = np.zeros(8), np.array([])
    for x, y in ((X, still), (still, Y), (none, none), (X, np.full(8, nan))):
        assert isnan(ewma_correlation(x, y, 0.94))
        assert isnan(downside_semicorrelation(x, y))


@given(st.floats(-0.9999, 0.9999), st.floats(3.1, 1e4))
def test_a_band_holds_its_correlation_and_is_wider_for_fat_tails(rho: float, n: float) -> None:
    low, high = fisher_band(rho, n)
    plain_low, plain_high = fisher_band(rho, n, inflation=1)
    assert -1 <= low <= plain_low <= rho <= plain_high <= high <= 1
    assert fisher_band(-rho, n) == (-high, -low)


def test_a_band_needs_a_correlation_and_more_than_three_observations() -> None:
    for rho, n in ((nan, 30.0), (1.1, 30.0), (-inf, 30.0), (0.5, 3.0), (0.5, 2.0)):
        assert all(isnan(end) for end in fisher_band(rho, n))
    assert fisher_band(1, 30) == (1, 1)
    assert fisher_band(-1, 30) == (-1, -1)


def test_log_change_needs_both_ends_only() -> None:
    assert log_change(np.array([5.0, nan, 10.0]), 2) == pytest.approx(log(2))
    for values in ([5.0, 10.0], [nan, 7.0, 10.0], [5.0, 7.0, nan], [0.0, 7.0, 10.0], [5.0, 7.0, -1.0]):
        assert isnan(log_change(np.array(values), 2))
