"""The benchmark with correlation weights: published numbers, their parts, and an independent answer."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.evaluation.ciss import LAMBDA, ciss, ciss_parts
from barograph.market.bars import FloatArray

STRESS, THIRDS = np.array([0.2, 0.2, 0.9]), np.full(3, 1 / 3)
SEEDS = st.integers(0, 2**32 - 1)


def equal_correlations(rho: float) -> FloatArray:
    return np.full((3, 3), rho) + (1 - rho) * np.eye(3)


@pytest.mark.parametrize(("rho", "square"), [(0.8, 0.17), (0.1, 0.10777777777777776), (1.0, 0.1877777777777778)])
def test_the_index_is_the_published_one(rho: float, square: float) -> None:
    assert ciss_parts(STRESS, THIRDS, equal_correlations(rho)).sum() == pytest.approx(sqrt(square), rel=1e-9)


def test_the_parts_are_the_published_ones() -> None:
    parts = ciss_parts(STRESS, THIRDS, equal_correlations(0.8))
    assert parts.tolist() == pytest.approx([0.05820855000871991, 0.05820855000871991, 0.2958934625443262], rel=1e-9)


@given(SEEDS)
def test_of_markets_that_are_one_it_is_the_plain_mean_and_of_others_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stress, weights = rng.random(3), rng.dirichlet(np.ones(3))
    assert ciss_parts(stress, weights, np.ones((3, 3))).sum() == pytest.approx(float(weights @ stress))
    assert ciss_parts(stress, weights, equal_correlations(0.4)).sum() < weights @ stress


def test_the_correlation_is_that_of_the_days_up_to_each() -> None:
    rng = np.random.default_rng(3)
    stress = np.clip(0.5 + np.cumsum(rng.normal(0, 0.03, (300, 3)), axis=0) / 2, 0, 1)
    index = ciss(stress, THIRDS)
    assert np.isnan(index[:29]).all()
    assert np.isfinite(index[29:]).all()
    gaps = pd.DataFrame(stress - 0.5)
    products = gaps.iloc[:, [0, 0, 0, 1, 1, 2]].to_numpy() * gaps.iloc[:, [0, 1, 2, 1, 2, 2]].to_numpy()
    xx, xy, xz, yy, yz, zz = pd.DataFrame(products).ewm(alpha=1 - LAMBDA, adjust=True).mean().iloc[-1]
    covariance = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    size = np.sqrt(np.diag(covariance))
    x = THIRDS * stress[-1]
    assert index[-1] == pytest.approx(float(sqrt(x @ (covariance / np.outer(size, size)) @ x)), rel=1e-9)
    assert np.array_equal(ciss(stress[:200], THIRDS), index[:200], equal_nan=True)


def test_what_is_unknown_has_no_index() -> None:
    stress = np.random.default_rng(4).random((60, 3))
    stress[50, 1] = np.nan
    index = ciss(stress, THIRDS)
    assert np.flatnonzero(np.isnan(index)).tolist() == [*range(29), 50]
    assert np.isnan(ciss_parts(np.zeros(3), THIRDS, np.eye(3))).all()
