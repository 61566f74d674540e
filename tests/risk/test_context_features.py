"""What is read off daily data: by definition on made-up markets, nothing from later, nothing filled."""

from __future__ import annotations

from dataclasses import fields, replace
from math import isnan, log, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.market.bars import FloatArray
from barograph.risk.context_features import (
    ROWS,
    ContextWindow,
    CryptoReadings,
    cascade_inputs,
    day_sigmas,
    leaders_lag,
    precursor_inputs,
    regime_inputs,
    scenario_inputs,
    to_average,
    volatility_ratio,
)
from barograph.risk.deleveraging import Stage
from barograph.risk.features import Ohlc

SEEDS = st.integers(0, 2**32 - 1)
CLOSES = ("equity", "crypto", "credit", "gold", "bonds", "dollar", "volatility_index")
NO_CRYPTO = CryptoReadings()


def walk(rng: np.random.Generator, rows: int, members: int | None = None) -> FloatArray:
    shape = (rows,) if members is None else (rows, members)
    path: FloatArray = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, shape), axis=0))
    return path


def made_up(seed: int, rows: int = 320) -> ContextWindow:
    rng = np.random.default_rng(seed)
    close = walk(rng, rows)
    open_ = close * np.exp(rng.normal(0, 0.004, rows))
    high, low = np.maximum(open_, close) * 1.004, np.minimum(open_, close) * 0.996
    rates = {name: 4 + np.cumsum(rng.normal(0, 0.03, rows)) for name in ("real_yield", "yield_10y", "yield_2y")}
    return ContextWindow(
        closes={name: walk(rng, rows) for name in CLOSES},
        crypto_days=walk(rng, rows),
        growth=Ohlc(open_, high, low, close),
        leaders=walk(rng, rows, 16),
        breadth=walk(rng, rows, 40),
        leaders_absent=0,
        breadth_absent=0,
        rates=rates,
    )


def cut(window: ContextWindow, rows: slice) -> ContextWindow:
    bars = window.growth
    return replace(
        window,
        closes={name: values[rows] for name, values in window.closes.items()},
        crypto_days=window.crypto_days[rows],
        growth=Ohlc(bars.open[rows], bars.high[rows], bars.low[rows], bars.close[rows]),
        leaders=window.leaders[rows],
        breadth=window.breadth[rows],
        rates={name: values[rows] for name, values in window.rates.items()},
    )


def without(window: ContextWindow, name: str) -> ContextWindow:
    values = window.closes[name].copy()
    values[-1] = nan
    return replace(window, closes={**window.closes, name: values})


def everything(window: ContextWindow) -> list[float]:
    """All values that the evaluation has, NaN where unknown."""
    made = (
        regime_inputs(window, NO_CRYPTO),
        scenario_inputs(window),
        precursor_inputs(window, NO_CRYPTO),
        cascade_inputs(
            window,
            scenario_inputs(window),
            precursor_inputs(window, NO_CRYPTO),
            deleveraging=None,
            stocks_closed=False,
            crypto_hour_sigmas=0.0,
        ),
    )
    values = (getattr(one, entry.name) for one in made for entry in fields(one))
    return [value for value in values if value is not None]


def test_values_are_what_they_are_called() -> None:
    window = made_up(1)
    closes, regime, scenario = window.closes, regime_inputs(window, NO_CRYPTO), scenario_inputs(window)
    returns = np.diff(np.log(closes["equity"]))
    assert regime.equity_z == pytest.approx(returns[-5:].sum() / (returns[-257:-5].std(ddof=1) * 5**0.5))
    assert regime.gold == pytest.approx(log(closes["gold"][-1] / closes["gold"][-6]))
    assert regime.crypto_worst_day == pytest.approx(min(window.crypto_days[-2:] / window.crypto_days[-3:-1] - 1))
    vix = closes["volatility_index"]
    assert (regime.volatility_index, regime.volatility_index_change) == (vix[-1], vix[-1] - vix[-6])
    assert regime.equity_to_average == pytest.approx(closes["equity"][-1] / closes["equity"][-50:].mean() - 1)
    above = (window.breadth[-1] > window.breadth[-50:].mean(axis=0)).mean()
    before = (window.breadth[-6] > window.breadth[-55:-5].mean(axis=0)).mean()
    assert regime.breadth == pytest.approx(above)
    assert scenario.breadth_change == pytest.approx(above - before)
    assert scenario.volatility_index_of_high == pytest.approx(vix[-1] / vix[-20:].max())
    assert scenario.crypto_of_low == pytest.approx(closes["crypto"][-1] / closes["crypto"][-10:].min())
    assert scenario.real_yield_bp == pytest.approx(100 * np.diff(window.rates["real_yield"][[-21, -1]])[0])
    assert scenario.repricing_bp == pytest.approx(100 * np.diff(window.rates["yield_2y"][[-11, -1]])[0])
    week = precursor_inputs(window, CryptoReadings(open_interest_week=0.03))
    assert week.crypto_week == pytest.approx(log(window.crypto_days[-1] / window.crypto_days[-8]))
    assert week.open_interest_week == 0.03
    assert week.volatility_ratio == regime.volatility_ratio == volatility_ratio(window.growth, 60)


def weighted_correlation(x: FloatArray, y: FloatArray) -> float:
    sums = pd.DataFrame({"xy": x * y, "xx": x * x, "yy": y * y}).ewm(alpha=0.06, adjust=True).mean().to_numpy()[-1]
    return float(sums[0] / np.sqrt(sums[1] * sums[2]))


@pytest.mark.parametrize("seed", range(8))
def test_every_sign_of_a_scenario_has_the_window_that_it_is_named_for(seed: int) -> None:
    """On several markets: a highest of 20 sessions is often the same as one of 25."""
    window = made_up(seed)
    closes, found = window.closes, scenario_inputs(window)
    moves = {name: np.diff(np.log(closes[name])) for name in ("equity", "crypto", "dollar")}
    steps = np.sign(np.diff(window.breadth[-11:], axis=0))
    expected = {
        "volatility_ratio": volatility_ratio(window.growth, 20),
        "volatility_index_of_high": closes["volatility_index"][-1] / closes["volatility_index"][-20:].max(),
        "correlation_change": weighted_correlation(moves["equity"], moves["crypto"])
        - weighted_correlation(moves["equity"][:-5], moves["crypto"][:-5]),
        "crypto_of_low": closes["crypto"][-1] / closes["crypto"][-10:].min(),
        "dollar_z": moves["dollar"][-20:].sum() / (moves["dollar"][-252:].std(ddof=1) * 20**0.5),
        "credit_month": log(closes["credit"][-1] / closes["credit"][-21]),
        "credit_fortnight": log(closes["credit"][-1] / closes["credit"][-11]),
        "equity_to_average": closes["equity"][-1] / closes["equity"][-50:].mean() - 1,
        "crypto_to_average": closes["crypto"][-1] / closes["crypto"][-50:].mean() - 1,
        "advance_decline": np.mean([step.sum() / np.abs(step).sum() for step in steps]),
    }
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_every_input_of_a_regime_has_the_window_that_it_is_named_for(seed: int) -> None:
    window = made_up(seed)
    closes, found = window.closes, regime_inputs(window, NO_CRYPTO)

    def z(name: str) -> float:
        moves = np.diff(np.log(closes[name]))
        return float(moves[-5:].sum() / (moves[-257:-5].std(ddof=1) * 5**0.5))

    expected = {
        "equity_z": z("equity"),
        "crypto_z": z("crypto"),
        "credit_z": z("credit"),
        "dollar_z": z("dollar"),
        "gold": log(closes["gold"][-1] / closes["gold"][-6]),
        "bonds": log(closes["bonds"][-1] / closes["bonds"][-6]),
        "crypto_worst_day": min(window.crypto_days[-2:] / window.crypto_days[-3:-1] - 1),
        "volatility_index_change": closes["volatility_index"][-1] - closes["volatility_index"][-6],
        "volatility_ratio": volatility_ratio(window.growth, 60),
        "crypto_to_average": closes["crypto"][-1] / closes["crypto"][-50:].mean() - 1,
    }
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, rel=1e-9)


def test_the_cascade_reads_days_in_their_own_usual_size() -> None:
    window = made_up(1)
    inputs = cascade_inputs(
        window,
        scenario_inputs(window),
        precursor_inputs(window, NO_CRYPTO),
        deleveraging=Stage.FORCED,
        stocks_closed=True,
        crypto_hour_sigmas=-4.0,
        term_ratio=1.1,
    )
    assert inputs.equity_day_sigmas == day_sigmas(window.closes["equity"])
    assert inputs.growth_day_sigmas == day_sigmas(window.growth.close)
    assert inputs.crypto_day_sigmas == day_sigmas(window.crypto_days)
    ratio = (window.leaders[-1] / window.leaders[-21]).mean()
    index = window.closes["equity"]
    assert inputs.leaders_lag == pytest.approx(log(ratio) - log(index[-1] / index[-21]))
    given_ = (inputs.deleveraging, inputs.stocks_closed, inputs.crypto_hour_sigmas, inputs.term_ratio)
    assert given_ == (Stage.FORCED, True, -4.0, 1.1)


def test_futures_outrank_the_two_year_yield_while_they_are_there() -> None:
    window = made_up(2)
    path = np.full(320, 3.0)
    path[-1] = 3.2
    futures = replace(window, rates={**window.rates, "policy_path": path})
    assert scenario_inputs(futures).repricing_bp == pytest.approx(20)
    path = path.copy()
    path[-1] = nan
    broken = replace(window, rates={**window.rates, "policy_path": path})
    assert scenario_inputs(broken).repricing_bp == scenario_inputs(window).repricing_bp


def test_what_the_evaluation_does_not_have_is_none_and_not_unknown() -> None:
    inputs = regime_inputs(made_up(3), NO_CRYPTO)
    assert (inputs.open_interest_day, inputs.liquidation_rank, inputs.term_ratio) == (None, None, None)
    given_ = regime_inputs(made_up(3), CryptoReadings(-1.0, -0.02, 0.1, nan), 0.9)
    assert (given_.crypto_day_sigmas, given_.open_interest_day, given_.term_ratio) == (-1.0, -0.02, 0.9)
    assert given_.liquidation_rank is not None
    assert isnan(given_.liquidation_rank)


@pytest.mark.parametrize("name", CLOSES)
def test_a_missing_close_makes_unknown_what_needs_it_and_nothing_else(name: str) -> None:
    window = made_up(4)
    whole, holed = everything(window), everything(without(window, name))
    changed = [new for old, new in zip(whole, holed, strict=True) if new != old]
    assert changed
    assert all(isnan(value) for value in changed)


def test_members_that_are_missing_leave_breadth_unknown() -> None:
    window = replace(made_up(5), breadth_absent=11, leaders_absent=5)
    assert isnan(regime_inputs(window, NO_CRYPTO).breadth)
    assert isnan(precursor_inputs(window, NO_CRYPTO).leaders_above)
    assert isnan(leaders_lag(window))
    assert not isnan(leaders_lag(made_up(5)))


@settings(max_examples=20)  # each makes and reads three whole markets
@given(SEEDS)
def test_nothing_comes_from_later_rows_or_from_before_the_window(seed: int) -> None:
    window = made_up(seed, ROWS + 40)
    now = ROWS + 20
    past = cut(window, slice(0, now))
    assert everything(cut(window, slice(now - ROWS, now))) == pytest.approx(
        everything(past), rel=1e-9, abs=1e-9, nan_ok=True
    )
    scaled = replace(past, closes={**past.closes, "equity": past.closes["equity"] * 7})
    assert everything(scaled) == pytest.approx(everything(past), rel=1e-9, abs=1e-9, nan_ok=True)


def test_short_and_empty_histories_are_unknown() -> None:
    for rows in (0, 1, 3, 30):
        values = everything(cut(made_up(6), slice(0, rows)))
        assert any(isnan(value) for value in values)


def test_a_day_is_measured_by_the_days_before_it() -> None:
    closes = walk(np.random.default_rng(7), 40)
    returns = np.diff(np.log(closes))
    assert day_sigmas(closes) == pytest.approx(returns[-1] / returns[-21:-1].std(ddof=1))
    assert isnan(day_sigmas(closes[:5]))
    assert isnan(day_sigmas(np.append(closes, nan)))
    assert isnan(day_sigmas(np.append(np.full(30, 5.0), 6.0)))
    assert isnan(to_average(closes[:49], 50))
