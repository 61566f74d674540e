"""All pairs at once: the same answers as one pair at a time, holes and still windows included."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.indicators.correlation import ewma_correlation, pearson
from barograph.indicators.correlation_matrix import CorrelationMatrix, ewma_matrix, pearson_matrix
from barograph.market.bars import FloatArray

SEEDS = st.integers(0, 2**32 - 1)


def holed(seed: int, rows: int = 80, columns: int = 6) -> FloatArray:
    """Returns with holes, some columns sharing theirs, and one column that does not move."""
    rng = np.random.default_rng(seed)
    returns = rng.normal(0, 0.01, (rows, columns)) + rng.normal(0, 0.01, (rows, 1))
    closed = rng.random(rows) < 0.3
    returns[closed, :2] = nan
    returns[rng.random(rows) < 0.1, 2] = nan
    returns[:, -1] = 0
    return returns


def same(found: CorrelationMatrix, expected: list[list[float]]) -> bool:
    return bool(np.allclose(found.rho, np.array(expected), rtol=1e-9, atol=1e-12, equal_nan=True))


@given(SEEDS, st.floats(0.8, 0.99))
def test_every_pair_is_that_of_the_function_for_one_pair(seed: int, lam: float) -> None:
    returns = holed(seed)
    columns = list(returns.T)
    weighted = ewma_matrix(returns, lam, minimum=1)
    off_diagonal = [[ewma_correlation(x, y, lam) for x in columns] for y in columns]
    assert same(weighted, off_diagonal)
    assert same(pearson_matrix(returns), [[pearson(x, y) for x in columns] for y in columns])
    shared = np.isfinite(returns).astype(int)
    assert (weighted.n == shared.T @ shared).all()


@given(SEEDS)
def test_pearson_is_that_of_pandas(seed: int) -> None:
    returns = holed(seed)
    expected = pd.DataFrame(returns).corr(min_periods=2).to_numpy(copy=True)
    expected[:, -1] = expected[-1] = nan  # what does not move is undefined
    assert np.allclose(pearson_matrix(returns).rho, expected, rtol=1e-9, atol=1e-12, equal_nan=True)


def test_too_few_shared_rows_are_unknown_and_counted() -> None:
    returns = np.random.default_rng(1).normal(0, 0.01, (60, 2))
    returns[:31, 1] = nan
    matrix = ewma_matrix(returns, 0.94)
    assert matrix.n.tolist() == [[60, 29], [29, 29]]
    assert matrix.rho[0, 0] == 1
    assert isnan(matrix.rho[0, 1])
    assert isnan(matrix.rho[1, 1])
    assert pearson_matrix(np.empty((0, 3))).n.tolist() == [[0, 0, 0]] * 3
    assert ewma_matrix(np.empty((40, 0)), 0.94).rho.shape == (0, 0)


def test_a_window_that_does_not_move_is_undefined_whatever_its_level() -> None:
    level = np.random.default_rng(2).normal(0, 1, (90, 3))
    level[:, 1] = 0.1  # its mean of 90 is not exactly 0.1
    level[:, 2] = 1e5 / 3
    rho = pearson_matrix(level).rho
    assert rho[0, 0] == 1
    assert np.isnan(rho[1]).all()
    assert np.isnan(rho[:, 2]).all()


def test_a_million_rows_of_a_price_of_100000_lose_nothing() -> None:
    rng = np.random.default_rng(3)
    steps = rng.normal(0, 1, (1_000_000, 2)) @ np.array([[1, 0.5], [0, 1]])
    prices = 1e5 + np.cumsum(steps, axis=0) / 100
    latest = prices[-250:]
    exact = np.corrcoef((latest - latest[0]).T.astype(np.longdouble).astype(float))
    assert pearson_matrix(latest).rho == pytest.approx(exact, abs=1e-9)


@given(SEEDS)
def test_matrices_are_symmetric_bounded_and_blind_to_units_and_order(seed: int) -> None:
    returns = holed(seed)
    rho = ewma_matrix(returns, 0.94, minimum=1).rho
    assert np.array_equal(rho, rho.T, equal_nan=True)
    assert np.nanmax(np.abs(rho)) <= 1
    order = np.random.default_rng(seed).permutation(returns.shape[1])
    scaled = ewma_matrix(returns[:, order] * 7, 0.94, minimum=1).rho
    assert np.allclose(scaled, rho[np.ix_(order, order)], equal_nan=True)
