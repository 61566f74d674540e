"""Tomorrow's variance for the risk budget: HAR, and an exponential mean where its past is too short (SIGNALS 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, nan

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from barograph.market.bars import FloatArray

MINIMUM_DAYS = 500
"""Days with a complete regression row before the model stands."""
REFIT_DAYS = 5
"""The coefficients are fitted anew once a week."""
RISKMETRICS_LAMBDA = 0.94
_WEEK, _MONTH = 5, 22
_MINIMUM_EWMA = 20


class Method(StrEnum):
    """What made a forecast."""

    HAR = "har"
    EWMA = "ewma"


@dataclass(frozen=True, slots=True)
class HarModel:
    """RV' = b0 + b_d RV + b_w mean of 5 + b_m mean of 22 (Corsi 2009), variance per day.

    `low` and `high` are the least and the greatest RV it was fitted on, `n` the days.
    """

    coefficients: tuple[float, float, float, float]
    low: float
    high: float
    n: int

    def forecast(self, variance: FloatArray) -> float:
        """The next day's variance from those up to now, newest last, held to the range of the fit.

        The limit is the "insanity filter": a regression may not say what was never seen. NaN where one of the last
        22 is unknown.
        """
        recent = variance[-_MONTH:]
        if len(recent) < _MONTH or not np.isfinite(recent).all():
            return nan
        row = np.array([1, recent[-1], recent[-_WEEK:].mean(), recent.mean()])
        return float(np.clip(row @ np.array(self.coefficients), self.low, self.high))


@dataclass(frozen=True, slots=True)
class VarianceForecast:
    """The next day's variance, and how it was made."""

    variance: float
    method: Method


def har_value(coefficients: tuple[float, float, float, float], day: float, week: float, month: float) -> float:
    """b0 + b_d day + b_w week + b_m month, without the filter."""
    constant, of_day, of_week, of_month = coefficients
    return constant + of_day * day + of_week * week + of_month * month


def fit_har(variance: FloatArray) -> HarModel | None:
    """Least squares over all days with their 22 before and the one after known; None with fewer than 500 of them.

    `variance` is realised variance per day, oldest first, NaN where unknown. To be fitted anew once a week.
    """
    if len(variance) <= _MONTH:
        return None
    months = sliding_window_view(variance[:-1], _MONTH)
    target = variance[_MONTH:]
    known = np.isfinite(months).all(axis=1) & np.isfinite(target)
    if int(known.sum()) < MINIMUM_DAYS:
        return None
    months, target = months[known], target[known]
    table = np.column_stack((np.ones(len(target)), months[:, -1], months[:, -_WEEK:].mean(axis=1), months.mean(axis=1)))
    constant, of_day, of_week, of_month = np.linalg.lstsq(table, target, rcond=None)[0].tolist()
    seen = variance[np.isfinite(variance)]
    return HarModel((constant, of_day, of_week, of_month), float(seen.min()), float(seen.max()), len(target))


def ewma_variance(variance: FloatArray, lam: float = RISKMETRICS_LAMBDA) -> float:
    """Exponentially weighted mean of the known daily variances, newest last (RiskMetrics 1996); NaN below 20."""
    known = variance[np.isfinite(variance)]
    if len(known) < _MINIMUM_EWMA:
        return nan
    weight = lam ** np.arange(len(known) - 1, -1, -1.0)
    return float(np.sum(weight * known) / np.sum(weight))


def forecast_variance(variance: FloatArray, model: HarModel | None) -> VarianceForecast:
    """The model's forecast, or the exponential mean where there is no model or one of its inputs is unknown."""
    if model is not None:
        value = model.forecast(variance)
        if isfinite(value):
            return VarianceForecast(value, Method.HAR)
    return VarianceForecast(ewma_variance(variance), Method.EWMA)
