"""Measures of many markets at once: published numbers and independent answers."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import distance

from barograph.indicators.commonality import (
    absorption_ratio,
    absorption_shift,
    average_pairwise,
    eigen_share,
    mahalanobis,
    turbulence,
)
from barograph.market.bars import FloatArray

SEEDS = st.integers(0, 2**32 - 1)
THREE_ASSETS = np.array(
    [
        [0.015, 0.031, 0.007, 0.034, 0.014, 0.011],
        [0.012, 0.063, 0.027, 0.023, 0.073, 0.055],
        [0.072, 0.043, 0.097, 0.078, 0.036, 0.083],
    ]
).T


def equal_correlations(count: int, rho: float) -> FloatArray:
    return np.full((count, count), rho) + (1 - rho) * np.eye(count)


@pytest.mark.parametrize(("count", "rho", "share"), [(4, 0.5, 0.625), (6, 0.7, 0.75)])
def test_the_eigen_share_is_the_published_one(count: int, rho: float, share: float) -> None:
    matrix = equal_correlations(count, rho)
    assert eigen_share(matrix) == pytest.approx(share, rel=1e-9)
    assert average_pairwise(matrix) == pytest.approx(rho, rel=1e-9)


def test_the_absorption_ratio_is_the_published_one() -> None:
    assert absorption_ratio(THREE_ASSETS) == pytest.approx(0.7746543307660261, rel=1e-9)
    assert absorption_ratio(THREE_ASSETS, 0.5) == pytest.approx(0.9434931256390524, rel=1e-9)


@given(SEEDS, st.integers(3, 40), st.integers(1, 40), st.floats(0.05, 1))
def test_the_dual_matrix_gives_what_the_covariance_gives(seed: int, days: int, count: int, share: float) -> None:
    returns = np.random.default_rng(seed).normal(0, 0.01, (days, count))
    values = np.sort(np.linalg.eigvalsh(np.atleast_2d(np.cov(returns, rowvar=False))))[::-1]
    top = max(1, int(np.floor(share * count + 0.5)))
    assert absorption_ratio(returns, share) == pytest.approx(values[:top].sum() / values.sum(), rel=1e-8)


def test_turbulence_is_the_published_one() -> None:
    covariance = np.array([[1e-4, 1.2e-4], [1.2e-4, 9e-4]])
    zero = np.zeros(2)
    assert mahalanobis(np.array([-0.02, -0.06]), zero, covariance) == pytest.approx(2.8571428571428568, rel=1e-9)
    assert mahalanobis(np.array([-0.02, 0.06]), zero, covariance) == pytest.approx(6.666666666666665, rel=1e-9)


@given(SEEDS)
def test_turbulence_is_the_distance_of_scipy_over_the_number_of_assets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    past, day = rng.normal(0, 0.01, (300, 4)), rng.normal(0, 0.03, 4)
    inverse = np.linalg.inv(np.cov(past, rowvar=False))
    expected = distance.mahalanobis(day, past.mean(axis=0), inverse) ** 2 / 4
    assert turbulence(past, day) == pytest.approx(expected, rel=1e-8)
    # what is unknown in a day of the past costs that day only
    holed = np.concatenate((past, np.full((20, 4), nan)))
    assert turbulence(holed, day) == turbulence(past, day)


def test_turbulence_needs_a_past_and_a_whole_day() -> None:
    past = np.random.default_rng(1).normal(0, 0.01, (252, 3))
    assert isnan(turbulence(past[1:], past[0]))
    assert not isnan(turbulence(past, past[0]))
    assert isnan(turbulence(past, np.array([0.0, nan, 0.0])))
    assert isnan(turbulence(past[:, [0, 1, 0]], past[0]))  # two assets that are one


def test_the_shift_compares_fifteen_days_with_a_year() -> None:
    ratios = np.concatenate((np.full(100, 9.0), np.full(237, 0.5), np.full(15, 0.8)))
    year = ratios[-252:]
    expected = (0.8 - year.mean()) / year.std(ddof=1)
    assert absorption_shift(ratios) == pytest.approx(expected)
    assert isnan(absorption_shift(ratios[-251:]))
    assert isnan(absorption_shift(np.full(252, 0.5)))
    year[3] = nan
    assert isnan(absorption_shift(year))


def test_what_is_unknown_or_still_has_no_measure() -> None:
    assert isnan(average_pairwise(np.ones((1, 1))))
    assert isnan(average_pairwise(np.array([[1, nan], [nan, 1]])))
    assert isnan(eigen_share(np.array([[1, nan], [nan, 1]])))
    assert isnan(absorption_ratio(np.zeros((10, 3))))
    assert isnan(absorption_ratio(np.full((10, 3), nan)))
    assert isnan(absorption_ratio(THREE_ASSETS[:1]))
