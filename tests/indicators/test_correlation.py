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
    distinguishable,
    downside_semicorrelation,
    driven_by_a_few_days,
    effective_sample,
    ewma_correlation,
    ewma_estimate,
    fisher_band,
    forbes_rigobon,
    log_change,
    pearson,
    spearman,
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


# ------------------------------------------------------------------------------- with its band, beside others


def test_an_estimate_is_the_correlation_with_its_number_and_band() -> None:
    x, y = np.random.default_rng(4).normal(0, 0.01, (2, 80))
    x[0] = nan
    found = ewma_estimate(x, y, 0.94)
    assert found.rho == ewma_correlation(x, y, 0.94)
    assert found.n == 79
    assert found.n_effective == golden(32.33333333333331)
    assert (found.low, found.high) == fisher_band(found.rho, found.n_effective)


def test_an_estimate_never_claims_more_observations_than_there_are() -> None:
    x, y = np.random.default_rng(5).normal(0, 0.01, (2, 30))
    found = ewma_estimate(x, y, 0.94)
    assert found.n_effective == 30
    assert (found.low, found.high) == fisher_band(found.rho, 30)
    few = ewma_estimate(x[1:], y[1:], 0.94)
    assert (few.n, isnan(few.rho), isnan(few.low)) == (29, True, True)
    fewer = ewma_estimate(x[:9], y[:9], 0.94, minimum=5)
    assert (isnan(fewer.rho), isnan(fewer.low)) == (False, True)  # no band below ten effective observations


def test_elevated_is_said_only_when_the_lower_band_is_above_normal() -> None:
    assert distinguishable(0.41, 0.40) is True
    assert distinguishable(0.40, 0.40) is False
    assert distinguishable(nan, 0.40) is None
    assert distinguishable(0.5, nan) is None


def test_spearman_and_pearson_are_the_published_ones() -> None:
    assert pearson(X, Y) == golden(PEARSON)
    assert spearman(X, Y) == golden(0.9761904761904763)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=40))
def test_spearman_is_that_of_scipy_with_equal_values(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=float).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert isnan(spearman(x, y))
    else:
        assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-9)


@given(SEEDS)
def test_ranks_do_not_care_for_the_size_of_a_move_nor_for_unknown_rows(seed: int) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, 50))
    assert spearman(np.exp(3 * x), y**3) == pytest.approx(spearman(x, y))
    holed = np.append(x, nan)
    assert spearman(holed, np.append(y, 5.0)) == pytest.approx(spearman(x, y))


def test_a_few_days_drive_a_correlation_that_its_ranks_do_not_show() -> None:
    x, y = np.random.default_rng(6).normal(0, 0.01, (2, 60))
    x[-1] = y[-1] = -0.3
    assert pearson(x, y) > 0.8
    assert driven_by_a_few_days(pearson(x, y), spearman(x, y))
    assert not driven_by_a_few_days(0.5, 0.31)
    assert not driven_by_a_few_days(nan, 0.31)


def test_forbes_and_rigobon_are_the_published_ones() -> None:
    assert forbes_rigobon(0.8, 4, 1) == golden(0.5547001962252291)
    assert forbes_rigobon(0.5, 9, 1) == golden(0.1889822365046136)
    assert forbes_rigobon(0.5293, 11.21, 1) == pytest.approx(0.183176, abs=5e-5)


@given(st.floats(-1, 1), st.floats(0, 100), st.floats(0.01, 100))
def test_higher_variance_explains_part_of_a_correlation_and_lower_none(rho: float, now: float, calm: float) -> None:
    adjusted = forbes_rigobon(rho, now, calm)
    assert abs(adjusted) <= abs(rho)
    assert adjusted * rho >= 0
    if now <= calm:
        assert adjusted == rho


def test_an_unknown_variance_leaves_no_adjusted_correlation() -> None:
    for rho, now, calm in ((nan, 1.0, 1.0), (0.5, nan, 1.0), (0.5, 1.0, nan), (0.5, 1.0, 0.0)):
        assert isnan(forbes_rigobon(rho, now, calm))
