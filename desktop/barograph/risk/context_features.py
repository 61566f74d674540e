"""What regime, scenarios, precursors and cascade read off daily data as it was known at one session's evaluation.

Every value is a function of the last rows only. What is unknown is NaN; nothing is filled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from barograph.indicators.breadth import above_average, advance_decline, basket_growth
from barograph.indicators.correlation import ewma_estimate, log_change
from barograph.indicators.policy import repricing_bp
from barograph.indicators.rates import lagged_standardised_change, standardised_change
from barograph.indicators.volatility import log_returns, session_volatility
from barograph.market.bars import FloatArray
from barograph.risk.cascade import CascadeInputs
from barograph.risk.deleveraging import Stage
from barograph.risk.features import DAILY_LAMBDA, Ohlc
from barograph.risk.precursors import PrecursorInputs
from barograph.risk.regime import RegimeInputs
from barograph.risk.scenarios import ScenarioInputs

ROWS = 400
"""Sessions that are enough for every value here."""
_WEEK, _FORTNIGHT, _MONTH, _TREND = 5, 10, 20, 50
_DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class ContextWindow:
    """Columns that end with one session, oldest first, NaN where unknown.

    `closes`: of ``equity``, ``crypto``, ``credit``, ``gold``, ``bonds``, ``dollar`` and ``volatility_index``, on
    session rows. `crypto_days`: closes of crypto on its own UTC days, the last one the session's date (none where that
    day has no bar). `growth`: bars of the growth index. `leaders`, `breadth`: closes, (sessions, members), with the
    numbers of listed members that the feed does not have. `rates`: ``real_yield``, ``yield_10y``, ``yield_2y`` and,
    where futures give it, ``policy_path``, in percent as known at each session's own evaluation.
    """

    closes: Mapping[str, FloatArray]
    crypto_days: FloatArray
    growth: Ohlc
    leaders: FloatArray
    breadth: FloatArray
    leaders_absent: int
    breadth_absent: int
    rates: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class CryptoReadings:
    """What a feed of perpetuals adds; None where there is none. See `RegimeInputs` and `PrecursorInputs`."""

    day_sigmas: float | None = None
    open_interest_day: float | None = None
    open_interest_week: float | None = None
    liquidation_rank: float | None = None


def regime_inputs(window: ContextWindow, crypto: CryptoReadings, term_ratio: float | None = None) -> RegimeInputs:
    """Inputs of `regime.step` for the window's last session."""
    closes = window.closes
    z = {name: lagged_standardised_change(log_returns(values), _WEEK) for name, values in closes.items()}
    volatility_index = closes["volatility_index"]
    days = np.expm1(log_returns(window.crypto_days[-3:]))
    return RegimeInputs(
        equity_z=z["equity"],
        crypto_z=z["crypto"],
        credit_z=z["credit"],
        dollar_z=z["dollar"],
        gold=log_change(closes["gold"], _WEEK),
        bonds=log_change(closes["bonds"], _WEEK),
        crypto_worst_day=float(np.min(days)) if len(days) == 2 else nan,
        volatility_index=_last(volatility_index),
        volatility_index_change=_change(volatility_index, _WEEK),
        volatility_ratio=volatility_ratio(window.growth, 60),
        equity_to_average=to_average(closes["equity"], _TREND),
        crypto_to_average=to_average(closes["crypto"], _TREND),
        breadth=1 - _share_below(window.breadth, window.breadth_absent),
        crypto_day_sigmas=crypto.day_sigmas,
        open_interest_day=crypto.open_interest_day,
        liquidation_rank=crypto.liquidation_rank,
        term_ratio=term_ratio,
    )


def scenario_inputs(window: ContextWindow) -> ScenarioInputs:
    """Inputs of `scenarios.judge_scenarios` for the window's last session."""
    closes, rates = window.closes, window.rates
    equity, crypto = log_returns(closes["equity"]), log_returns(closes["crypto"])
    before = slice(None, -_WEEK)
    policy = rates.get("policy_path", np.empty(0))
    repricing = repricing_bp(policy, _FORTNIGHT)
    volatility_index = closes["volatility_index"]
    return ScenarioInputs(
        volatility_ratio=volatility_ratio(window.growth, _MONTH),
        volatility_index_of_high=_last(volatility_index) / _extreme(volatility_index, _MONTH, max),
        correlation_change=_correlation(equity, crypto) - _correlation(equity[before], crypto[before]),
        breadth_change=_share_below(window.breadth[before], window.breadth_absent)
        - _share_below(window.breadth, window.breadth_absent),
        crypto_of_low=_last(closes["crypto"]) / _extreme(closes["crypto"], _FORTNIGHT, min),
        real_yield_bp=repricing_bp(rates["real_yield"], _MONTH),
        dollar_z=standardised_change(log_returns(closes["dollar"]), _MONTH),
        repricing_bp=repricing if isfinite(repricing) else repricing_bp(rates["yield_2y"], _FORTNIGHT),
        credit_month=log_change(closes["credit"], _MONTH),
        credit_fortnight=log_change(closes["credit"], _FORTNIGHT),
        equity_to_average=to_average(closes["equity"], _TREND),
        crypto_to_average=to_average(closes["crypto"], _TREND),
        advance_decline=advance_decline(window.breadth, _FORTNIGHT),
    )


def precursor_inputs(window: ContextWindow, crypto: CryptoReadings) -> PrecursorInputs:
    """Inputs of `precursors.lamps` for the window's last session."""
    return PrecursorInputs(
        volatility_ratio=volatility_ratio(window.growth, 60),
        leaders_above=1 - _share_below(window.leaders, window.leaders_absent),
        dollar_z=standardised_change(log_returns(window.closes["dollar"]), _MONTH),
        yield_change=_change(window.rates["yield_10y"], _MONTH),
        open_interest_week=nan if crypto.open_interest_week is None else crypto.open_interest_week,
        crypto_week=log_change(window.crypto_days, _DAYS_OF_A_WEEK),
    )


def cascade_inputs(
    window: ContextWindow,
    scenario: ScenarioInputs,
    precursor: PrecursorInputs,
    *,
    deleveraging: Stage | None,
    stocks_closed: bool,
    crypto_hour_sigmas: float,
    term_ratio: float | None = None,
) -> CascadeInputs:
    """Inputs of `cascade.step` for the window's last session, whose other inputs are given, with what hours add."""
    return CascadeInputs(
        equity_day_sigmas=day_sigmas(window.closes["equity"]),
        growth_day_sigmas=day_sigmas(window.growth.close),
        crypto_day_sigmas=day_sigmas(window.crypto_days),
        repricing_bp=scenario.repricing_bp,
        dollar_z=scenario.dollar_z,
        real_yield_bp=scenario.real_yield_bp,
        leaders_above=precursor.leaders_above,
        leaders_lag=leaders_lag(window),
        volatility_ratio=precursor.volatility_ratio,
        volatility_index_change=_change(window.closes["volatility_index"], _WEEK),
        term_ratio=term_ratio,
        deleveraging=deleveraging,
        stocks_closed=stocks_closed,
        crypto_hour_sigmas=crypto_hour_sigmas,
    )


def leaders_lag(window: ContextWindow) -> float:
    """Log change of the equally weighted leaders less that of the index over 20 sessions."""
    growth = basket_growth(window.leaders, _MONTH)
    if not growth.enough(window.leaders_absent):
        return nan
    return growth.log_change - log_change(window.closes["equity"], _MONTH)


def day_sigmas(closes: FloatArray, window: int = _MONTH) -> float:
    """The last return in standard deviations of the `window` before it; NaN where it is unknown or 60 % of them
    are not known.
    """
    returns = log_returns(closes[-window - 2 :])
    if not len(returns) or not isfinite(returns[-1]):
        return nan
    prior = returns[:-1][np.isfinite(returns[:-1])]
    sd = float(np.std(prior, ddof=1)) if len(prior) >= max(2, 0.6 * window) else nan
    return float(returns[-1]) / sd if sd > 0 else nan


def volatility_ratio(bars: Ohlc, longer: int) -> float:
    """Yang-Zhang volatility of 5 sessions over that of `longer`; NaN where the last session has no bar."""
    if not len(bars.close) or not isfinite(bars.close[-1]):
        return nan
    columns = (bars.open, bars.high, bars.low, bars.close)
    short, long = session_volatility(*columns, _WEEK), session_volatility(*columns, longer)
    return short / long if long > 0 else nan


def to_average(closes: FloatArray, window: int) -> float:
    """Last close over the mean of the last `window`, less 1; all of them must be known."""
    recent = closes[-window:]
    if len(recent) < window or not np.isfinite(recent).all():
        return nan
    return float(recent[-1] / np.mean(recent) - 1)


def _share_below(closes: FloatArray, absent: int) -> float:
    count = above_average(closes, _TREND)
    return count.share_below if count.enough(absent) else nan


def _correlation(x: FloatArray, y: FloatArray) -> float:
    return ewma_estimate(x, y, DAILY_LAMBDA).rho if len(x) and isfinite(x[-1]) and isfinite(y[-1]) else nan


def _last(values: FloatArray) -> float:
    return float(values[-1]) if len(values) else nan


def _change(values: FloatArray, rows: int) -> float:
    return float(values[-1] - values[-1 - rows]) if len(values) > rows else nan


def _extreme(values: FloatArray, rows: int, pick: Callable[[list[float]], float]) -> float:
    """Highest or lowest of the last rows, of which 60 % must be known."""
    recent = values[-rows:]
    known = recent[np.isfinite(recent)]
    if len(known) < 0.6 * rows:
        return nan
    return pick(known.tolist())
