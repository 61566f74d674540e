"""Standardised changes of rates and the dollar."""

from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.indicators.rates import lagged_standardised_change, standardised_change

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(20, 600))
def test_it_is_the_sum_of_the_last_over_its_usual_size(seed: int, count: int) -> None:
    changes = np.random.default_rng(seed).normal(0.001, 0.05, count)
    z = standardised_change(changes, 20)
    if count < 152:  # 60 % of 252
        assert isnan(z)
    else:
        assert z == pytest.approx(changes[-20:].sum() / (np.std(changes[-252:], ddof=1) * sqrt(20)))


@given(SEEDS)
def test_what_lies_before_the_window_does_not_matter(seed: int) -> None:
    changes = np.random.default_rng(seed).normal(0, 0.05, 400)
    assert standardised_change(changes, 20) == standardised_change(changes[-252:], 20)


def test_holes_count_only_where_they_are() -> None:
    changes = np.random.default_rng(3).normal(0, 0.05, 252)
    holed = changes.copy()
    holed[:100] = nan
    assert standardised_change(holed, 20) == standardised_change(changes[100:], 20)
    holed[100] = nan  # 151 are left
    assert isnan(standardised_change(holed, 20))
    for row in (-1, -20):
        recent = changes.copy()
        recent[row] = nan
        assert isnan(standardised_change(recent, 20))
    before = changes.copy()
    before[-21] = nan
    assert np.isfinite(standardised_change(before, 20))


def test_what_does_not_move_has_no_usual_size() -> None:
    assert isnan(standardised_change(np.zeros(252), 20))
    assert isnan(standardised_change(np.zeros(5), 20))


@given(SEEDS, st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(seed: int, times: float) -> None:
    changes = np.random.default_rng(seed).normal(0, 0.05, 252)
    assert standardised_change(changes * times, 20) == pytest.approx(standardised_change(changes, 20))
    assert standardised_change(-changes, 20) == pytest.approx(-standardised_change(changes, 20))


@given(SEEDS, st.integers(5, 600))
def test_the_yardstick_of_a_lagged_change_ends_before_the_move(seed: int, count: int) -> None:
    changes = np.random.default_rng(seed).normal(0.001, 0.05, count)
    z = lagged_standardised_change(changes, 5)
    if count - 5 < 152:  # 60 % of 252
        assert isnan(z)
    else:
        assert z == pytest.approx(changes[-5:].sum() / (np.std(changes[:-5][-252:], ddof=1) * sqrt(5)))


def test_a_great_move_does_not_hide_in_its_own_yardstick() -> None:
    changes = np.random.default_rng(1).normal(0, 0.01, 300)
    changes[-5:] = -0.05
    assert lagged_standardised_change(changes, 5) < standardised_change(changes, 5)
    assert isnan(lagged_standardised_change(np.append(changes, nan), 5))
    assert isnan(lagged_standardised_change(np.append(np.zeros(300), np.ones(5)), 5))
    assert isnan(lagged_standardised_change(np.ones(3), 5))
