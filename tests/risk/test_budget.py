"""The budget: published sizes, one book while the light is not calm, and what an unknown number costs."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.budget import (
    Book,
    RiskBudget,
    average_true_range,
    correlation_to_use,
    multiplier,
    position_units,
    risk_budget,
)
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face

RULES = load_context_rules()
BOTH = (RULES.plans, RULES.budget)
BOOK = Book(0.6, 0.16, 0.4, 0.60)
SHARES = st.floats(0, 1)
RHOS = st.floats(-1, 1)


def golden(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


def budget(face: Face, rho: float = 0.3, upper: float = 0.5) -> RiskBudget:
    return risk_budget(face, BOOK, rho, upper, 0.12, BOTH)


def test_the_books_volatility_is_the_published_one() -> None:
    assert BOOK.volatility(0.3) == golden(0.2839718295887816)
    assert BOOK.volatility(0.8) == golden(0.3219937887599697)


def test_the_scale_is_the_published_one() -> None:
    red = budget(Face.RISK_OFF)
    assert red.scale == golden(0.37267799624996495)
    assert red.exposure == golden(0.11180339887498948)
    assert (red.rho, red.assumed) == (0.8, True)
    assert red.diversification_lost == golden(0.3219937887599697 - 0.2839718295887816)


def test_units_by_true_range_are_the_published_ones() -> None:
    assert position_units(250_000, 0.005, 2, 1_800, 1.0) == golden(0.3472222222222222)
    assert position_units(250_000, 0.005, 2, 1_800, 0.3) == golden(0.3472222222222222 * 0.3)
    for stop, true_range in ((2.0, 0.0), (2.0, nan), (0.0, 5.0)):
        assert isnan(position_units(250_000, 0.005, stop, true_range, 1.0))


def test_faces_have_their_multipliers() -> None:
    assert [multiplier(face, RULES.plans) for face in Face] == [1.0, 0.6, 0.3, 0.0]


def test_while_calm_the_measured_correlation_counts_and_otherwise_its_upper_end() -> None:
    assert correlation_to_use(Face.CALM, 0.3, 0.95, RULES.budget) == (0.3, False)
    assert correlation_to_use(Face.WATCH, 0.3, 0.95, RULES.budget) == (0.95, False)
    assert correlation_to_use(Face.WATCH, 0.3, 0.6, RULES.budget) == (0.8, True)
    assert budget(Face.CALM).scale == golden(0.12 / 0.2839718295887816)
    assert budget(Face.WATCH).exposure == golden(0.6 * 0.12 / 0.3219937887599697)


def test_an_unknown_correlation_is_taken_for_one() -> None:
    for face, rho, upper in ((Face.CALM, nan, nan), (Face.RISK_OFF, 0.3, nan)):
        found = budget(face, rho, upper)
        assert (found.rho, found.assumed) == (1.0, True)
        assert found.volatility == golden(0.6 * 0.16 + 0.4 * 0.6)


def test_without_data_no_new_risk_is_taken() -> None:
    assert budget(Face.NO_DATA).exposure == 0
    blind = risk_budget(Face.NO_DATA, Book(0.6, nan, 0.4, 0.6), nan, nan, 0.12, BOTH)
    assert blind.exposure == 0


def test_an_unknown_volatility_leaves_the_exposure_unknown() -> None:
    found = risk_budget(Face.CALM, Book(0.6, nan, 0.4, 0.6), 0.3, 0.5, 0.12, BOTH)
    assert isnan(found.volatility)
    assert isnan(found.exposure)


def test_a_book_without_risk_is_not_scaled() -> None:
    assert risk_budget(Face.CALM, Book(0, 0.16, 0, 0.6), 0.3, 0.5, 0.12, BOTH).exposure == 1


@given(SHARES, SHARES, RHOS, RHOS, st.floats(0.01, 1))
def test_a_worse_face_never_allows_more(equity: float, crypto: float, rho: float, upper: float, target: float) -> None:
    book, upper = Book(equity, 0.16, crypto, 0.6), max(rho, upper)
    exposures = [risk_budget(face, book, rho, upper, target, BOTH).exposure for face in Face]
    assert exposures == sorted(exposures, reverse=True)
    assert all(0 <= one <= 1 for one in exposures)
    whole = risk_budget(Face.CALM, book, rho, upper, target, BOTH)
    assert whole.scale * whole.volatility <= target * (1 + 1e-9) or whole.scale == 1
    unknown = risk_budget(Face.CALM, book, nan, nan, target, BOTH)
    assert unknown.exposure <= whole.exposure + 1e-12


def test_true_range_counts_gaps() -> None:
    high, low, close = np.array([10.0, 12, 9]), np.array([9.0, 11, 8]), np.array([9.5, 11.5, 8.5])
    assert average_true_range(high, low, close, 2) == pytest.approx((12 - 9.5 + 11.5 - 8) / 2)
    assert isnan(average_true_range(high, low, close, 3))
    close[0] = nan
    assert isnan(average_true_range(high, low, close, 2))
