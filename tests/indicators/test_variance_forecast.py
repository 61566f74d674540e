"""Forecasts of variance: a published number, recovery of known coefficients, the filter, and the fallback."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pandas as pd
import pytest

from barograph.indicators.variance_forecast import (
    HarModel,
    Method,
    VarianceForecast,
    ewma_variance,
    fit_har,
    forecast_variance,
    har_value,
)
from barograph.indicators.volatility import annualised
from barograph.market.bars import FloatArray

PUBLISHED = (2e-5, 0.35, 0.35, 0.2)


def simulated(days: int, seed: int = 1, noise: float = 0.3) -> FloatArray:
    """Daily variances made by the published coefficients, with multiplied noise."""
    rng = np.random.default_rng(seed)
    variance = np.full(days, 2e-4)
    for day in range(22, days):
        past = variance[:day]
        mean = har_value(PUBLISHED, past[-1], past[-5:].mean(), past[-22:].mean())
        variance[day] = mean * np.exp(rng.normal(-(noise**2) / 2, noise))
    return variance


def test_the_published_forecast() -> None:
    value = har_value(PUBLISHED, 4e-4, 2.5e-4, 1.5e-4)
    assert value == pytest.approx(0.00027749999999999997, rel=1e-9)
    assert annualised(value, 252) == pytest.approx(0.26444281045246815, rel=1e-9)


def test_coefficients_that_made_the_past_are_found_again() -> None:
    model = fit_har(simulated(60_000))
    assert model is not None
    assert model.coefficients == pytest.approx(PUBLISHED, rel=0.15)
    assert model.n == 60_000 - 22


def test_a_forecast_is_the_regression_on_day_week_and_month() -> None:
    variance = simulated(900)
    model = fit_har(variance)
    assert model is not None
    means = [variance[-days:].mean() for days in (1, 5, 22)]
    assert model.forecast(variance) == pytest.approx(har_value(model.coefficients, *means))
    assert forecast_variance(variance, model) == VarianceForecast(model.forecast(variance), Method.HAR)


def test_nothing_is_forecast_that_was_never_seen() -> None:
    wild = HarModel((0.0, 50.0, 0.0, 0.0), low=1e-5, high=9e-4, n=600)
    negative = HarModel((-1.0, 0.0, 0.0, 0.0), low=1e-5, high=9e-4, n=600)
    variance = np.full(22, 2e-4)
    assert wild.forecast(variance) == 9e-4
    assert negative.forecast(variance) == 1e-5


def test_the_model_needs_500_days_and_whole_inputs() -> None:
    variance = simulated(522)
    assert fit_har(variance) is not None
    assert fit_har(variance[1:]) is None
    holed = variance.copy()
    holed[250] = nan
    assert fit_har(holed) is None  # one hole costs 23 rows
    assert fit_har(variance[:5]) is None
    model = fit_har(variance)
    assert model is not None
    holed = variance.copy()
    holed[-22] = nan
    assert isnan(model.forecast(holed))
    assert isnan(model.forecast(variance[-21:]))
    assert forecast_variance(holed, model) == VarianceForecast(ewma_variance(holed), Method.EWMA)
    assert forecast_variance(variance, None).method is Method.EWMA


def test_the_fallback_is_that_of_pandas_over_known_days() -> None:
    variance = simulated(100)
    variance[7] = nan
    expected = pd.Series(variance).dropna().ewm(alpha=0.06, adjust=True).mean().iloc[-1]
    assert ewma_variance(variance) == pytest.approx(expected, rel=1e-9)
    assert isnan(ewma_variance(variance[:20]))
    assert not isnan(ewma_variance(variance[:21]))


def test_what_comes_later_changes_no_fit() -> None:
    variance = simulated(800)
    assert fit_har(variance[:700]) == fit_har(variance[:700].copy())
    assert fit_har(variance[:700]) != fit_har(variance)
