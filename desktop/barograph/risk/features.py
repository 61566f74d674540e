"""Raw indicators of one session from the bars and fixings known at its evaluation (SIGNALS 4.1, daily form).

Every value is a function of the last `ROWS` sessions only: the same bytes whatever came before, and nothing after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, isnan, nan

import numpy as np

from barograph.indicators.breadth import BasketCount, above_average, basket_growth
from barograph.indicators.correlation import downside_semicorrelation, ewma_correlation, log_change
from barograph.indicators.rates import standardised_change
from barograph.indicators.volatility import crypto_volatility, log_returns, session_volatility
from barograph.market.bars import FloatArray
from barograph.risk.rules import RuleSet

INDICATORS = ("V1", "V2", "V3", "E1", "E2", "E3", "X1", "X2", "C1", "C2", "M1", "M2")
"""What `raw_inputs` answers for every feed."""
OPTIONAL = ("X1_4h", "X1_1h", "C3", "C4", "C5")
"""What needs intraday prices or crypto derivatives, which not every feed has. A rule set weighs these and those above,
and knows no others.
"""
ROWS = 400
"""Sessions given to the indicators; 0.94^400 is 2e-11, so the truncated EWMA is the whole one."""
DAILY_LAMBDA = 0.94
"""RiskMetrics decay for daily returns."""
_MONTH = 20
_SEMICORR_ROWS = 60
_SEMICORR_MINIMUM = 40
_EWMA_MINIMUM = 30
_TREND_ROWS = 50
_Volatility = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, int], float]


@dataclass(frozen=True, slots=True)
class Ohlc:
    """Columns of one instrument, float64, oldest first, NaN where there is no bar."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class DailyWindow:
    """What was known at one session's evaluation; every array ends with that session.

    `bars` are the named single instruments on session rows; `crypto_days` is the crypto instrument on its own
    UTC days, ending with the session's date; `leaders` and `breadth` are closes, (sessions, members);
    `leaders_absent` and `breadth_absent` count members of the universe that are listed but that the feed does
    not have; `fixings` are series as known at each session's own evaluation, NaN where too old. `optional` are values
    of `OPTIONAL` where the feed has them.
    """

    bars: Mapping[str, Ohlc]
    crypto_days: Ohlc
    leaders: FloatArray
    breadth: FloatArray
    leaders_absent: int
    breadth_absent: int
    fixings: Mapping[str, FloatArray]
    optional: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawInput:
    """An indicator's raw value, larger meaning more stress, and the range that missing data leaves open.

    `x` is NaN when missing, and then the range is (-inf, inf).
    """

    x: float
    low: float
    high: float


MISSING = RawInput(nan, -inf, inf)


@dataclass(frozen=True, slots=True)
class Shock:
    """The shock override: whether it fired, and whether it could have, given what is missing."""

    fired: bool
    possible: bool


def exact(x: float) -> RawInput:
    """A raw value without a range; MISSING when it is not a finite number."""
    return RawInput(x, x, x) if isfinite(x) else MISSING


def raw_inputs(window: DailyWindow, rules: RuleSet) -> dict[str, RawInput]:
    """Every one of `INDICATORS`, and what the window has of `OPTIONAL`, for the window's last session."""
    names = rules.inputs
    index = window.bars[names.equity_index].close
    crypto = window.bars[names.crypto].close
    return {
        **volatility_inputs(window.bars[names.growth], window.bars[names.volatility_index].close),
        **_leadership_inputs(window, index),
        **co_movement_inputs(index, crypto),
        **crypto_inputs(crypto, window.crypto_days),
        **macro_inputs(
            window.bars[names.dollar].close, window.fixings[names.yield_10y], window.fixings[names.yield_2y]
        ),
        **{name: exact(value) for name, value in window.optional.items()},
    }


def shock(window: DailyWindow, rules: RuleSet) -> Shock:
    """Equity day return <= -2.5 sigma and crypto <= -2 sigma, sigma over the 20 returns before (SIGNALS 5 rule 4)."""
    light, names = rules.light, rules.inputs
    legs = (
        _fell(window.bars[names.equity_index].close, light.shock_equity_sigma, light.shock_window),
        _fell(window.bars[names.crypto].close, light.shock_crypto_sigma, light.shock_window),
    )
    return Shock(fired=all(leg is True for leg in legs), possible=all(leg is not False for leg in legs))


def _fell(close: FloatArray, sigmas: float, window: int) -> bool | None:
    returns = log_returns(close[-window - 2 :])
    if len(returns) < window + 1:
        return None
    prior = returns[:-1]
    prior = prior[np.isfinite(prior)]
    if isnan(returns[-1]) or len(prior) < 0.75 * window:
        return None
    return bool(returns[-1] <= -sigmas * float(np.std(prior, ddof=1)))


def _volatility(bars: Ohlc, window: int, estimator: _Volatility) -> float:
    if not len(bars.close) or isnan(bars.close[-1]):
        return nan
    return estimator(bars.open, bars.high, bars.low, bars.close, window)


def volatility_inputs(growth: Ohlc, volatility_index: FloatArray) -> dict[str, RawInput]:
    """V1 to V3 of columns that end now."""
    short, month, long = (_volatility(growth, window, session_volatility) for window in (5, 20, 60))
    return {
        "V1": exact(month),
        "V2": exact(short / long if long > 0 else nan),
        "V3": exact(float(volatility_index[-1]) if len(volatility_index) else nan),
    }


def _leadership_inputs(window: DailyWindow, index: FloatArray) -> dict[str, RawInput]:
    leaders = above_average(window.leaders, _TREND_ROWS)
    breadth = above_average(window.breadth, _TREND_ROWS)
    growth = basket_growth(window.leaders, _MONTH)
    index_change = log_change(index, _MONTH)
    lag = index_change - growth.log_change
    furthest = index_change - growth.lowest_log_change(window.leaders_absent)
    whole = not growth.stale and not window.leaders_absent
    if not growth.enough(window.leaders_absent) or not isfinite(lag):
        relative = MISSING
    else:
        relative = exact(lag) if whole else RawInput(lag, -inf, furthest)
    return {
        "E1": _share(leaders, window.leaders_absent),
        "E2": _share(breadth, window.breadth_absent),
        "E3": relative,
    }


def _share(count: BasketCount, absent: int) -> RawInput:
    """An absent member is no fresher than a stale one: whoever lacks it must not know more than others do."""
    return RawInput(count.share_below, *count.share_below_range(absent)) if count.enough(absent) else MISSING


def co_movement_inputs(index: FloatArray, crypto: FloatArray) -> dict[str, RawInput]:
    """X1 (daily) and X2 of closes on the same rows that end now."""
    x, y = log_returns(index), log_returns(crypto)
    if not len(x) or isnan(x[-1]) or isnan(y[-1]):
        return {"X1": MISSING, "X2": MISSING}
    both = np.isfinite(x) & np.isfinite(y)
    enough = int(both.sum()) >= _EWMA_MINIMUM
    month = slice(-_SEMICORR_ROWS, None)
    enough_down = int(both[month].sum()) >= _SEMICORR_MINIMUM
    return {
        "X1": exact(ewma_correlation(x, y, DAILY_LAMBDA) if enough else nan),
        "X2": exact(downside_semicorrelation(x[month], y[month]) if enough_down else nan),
    }


def crypto_inputs(crypto: FloatArray, days: Ohlc) -> dict[str, RawInput]:
    """C1 of closes on session rows and C2 of its own days, both ending now."""
    return {
        "C1": exact(-log_change(crypto, _MONTH)),
        "C2": exact(_volatility(days, _MONTH, crypto_volatility)),
    }


def macro_inputs(dollar: FloatArray, yield_10y: FloatArray, yield_2y: FloatArray) -> dict[str, RawInput]:
    """M1 and M2 of columns that end now."""
    z_dollar = standardised_change(log_returns(dollar), _MONTH)
    z_yield = standardised_change(np.diff(yield_10y), _MONTH)
    two_year = yield_2y[-1] - yield_2y[-1 - _MONTH] if len(yield_2y) > _MONTH else nan
    return {
        "M1": exact(min(z_dollar, z_yield) if isfinite(z_dollar + z_yield) else nan),
        "M2": exact(float(two_year)),
    }
