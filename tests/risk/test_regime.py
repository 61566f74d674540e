"""The regime: each condition at its threshold, persistence, what is unknown, and the worst that it allows."""

from __future__ import annotations

from dataclasses import fields, replace
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.regime import Regime, RegimeInputs, RegimeReading, RegimeState, step

RULES = load_context_rules().regime
CALM = RegimeInputs(
    equity_z=0.5, crypto_z=0.5, credit_z=0.1, dollar_z=0.0, gold=0.01, bonds=0.0, crypto_worst_day=-0.01,
    volatility_index=15, volatility_index_change=0, volatility_ratio=1.0, equity_to_average=0.02,
    crypto_to_average=0.05, breadth=0.6,
)  # fmt: skip
BROKEN = replace(CALM, equity_to_average=-0.01, crypto_to_average=-0.01, breadth=0.45)
SHOCK = replace(CALM, equity_z=-2.0, credit_z=-2.0, dollar_z=1.5)
NAMES = [entry.name for entry in fields(RegimeInputs)]


def read(*days: RegimeInputs) -> list[RegimeReading]:
    state, readings = RegimeState(), []
    for day in days:
        state, reading = step(state, day, RULES)
        readings.append(reading)
    return readings


def regimes(*days: RegimeInputs) -> list[str]:
    return [reading.regime.value for reading in read(*days)]


def test_a_calm_day_is_none() -> None:
    assert regimes(CALM) == ["none"]


@pytest.mark.parametrize("jump", [{"volatility_ratio": 1.5}, {"volatility_index_change": 5}])
def test_volatility_that_jumps_is_an_event(jump: dict[str, float]) -> None:
    assert regimes(replace(CALM, **jump)) == ["volatility"]
    assert regimes(replace(CALM, **{name: value - 0.01 for name, value in jump.items()})) == ["none"]


def test_a_trend_breaks_in_the_fifth_session_in_a_row() -> None:
    assert regimes(*[BROKEN] * 6) == ["none"] * 4 + ["trend"] * 2
    assert regimes(*[BROKEN] * 4, CALM, BROKEN) == ["none"] * 6
    for one in ({"equity_to_average": 0.0}, {"crypto_to_average": 0.0}, {"breadth": 0.451}):
        assert regimes(*[replace(BROKEN, **one)] * 5) == ["none"] * 5


def test_the_more_severe_regime_wins() -> None:
    both = replace(BROKEN, volatility_ratio=2)
    assert regimes(*[both] * 5) == ["volatility"] * 4 + ["trend"]
    assert regimes(*[BROKEN] * 5, replace(BROKEN, equity_z=-2, credit_z=-2, dollar_z=2))[-1] == "liquidity"


# ------------------------------------------------------------------------------------------- liquidity shocks


@pytest.mark.parametrize(
    "change",
    [{"equity_z": -1.99}, {"credit_z": -1.99}, {"dollar_z": 1.49}],
)
def test_a_shock_needs_a_far_fall_and_two_legs(change: dict[str, float]) -> None:
    assert regimes(SHOCK) == ["liquidity"]
    assert regimes(replace(SHOCK, **change)) == ["none"]


@pytest.mark.parametrize(
    "opening",
    [{"equity_z": -2.0}, {"crypto_z": -2.5}, {"crypto_day_sigmas": -4.0}],
)
@pytest.mark.parametrize(
    "legs",
    [
        {"credit_z": -2.0, "volatility_index": 35.0},
        {"credit_z": -2.0, "term_ratio": 1.05},
        {"credit_z": -2.0, "crypto_worst_day": -0.10},
        {"open_interest_day": -0.10, "liquidation_rank": 0.99},
        {"open_interest_day": -0.10, "dollar_z": 1.5},
    ],
)
def test_every_way_into_a_shock(opening: dict[str, float], legs: dict[str, float]) -> None:
    assert regimes(replace(CALM, **opening, **legs)) == ["liquidity"]


def test_havens_fail_only_while_stocks_fall() -> None:
    fails = replace(CALM, crypto_z=-3, credit_z=-2, gold=0.0, bonds=0.0, equity_z=-1.0)
    assert regimes(fails) == ["liquidity"]
    for one in ({"equity_z": -0.99}, {"gold": 0.001}, {"bonds": 0.001}):
        assert regimes(replace(fails, **one)) == ["none"]


def test_the_daily_stand_in_counts_once_and_only_alone() -> None:
    day = replace(CALM, crypto_z=-3.0, crypto_worst_day=-0.2)
    assert regimes(day) == ["none"]
    assert regimes(replace(day, dollar_z=2)) == ["liquidity"]
    assert regimes(replace(day, dollar_z=2, open_interest_day=-0.01)) == ["none"]  # measured, and it was not there


def test_a_shock_persists_five_sessions() -> None:
    found = read(SHOCK, *[CALM] * 6)
    assert [one.regime.value for one in found] == ["liquidity"] * 5 + ["none"] * 2
    assert [one.persists for one in found] == [False, *[True] * 4, False, False]
    assert regimes(SHOCK, CALM, SHOCK, *[CALM] * 5) == ["liquidity"] * 7 + ["none"]


def test_a_shock_of_crypto_with_calm_credit_says_so() -> None:
    led = replace(CALM, crypto_z=-4, open_interest_day=-0.2, liquidation_rank=1.0)
    found = read(led, CALM, replace(led, credit_z=-3))
    assert [one.crypto_led for one in found] == [True, True, False]
    assert not read(replace(led, credit_z=nan))[0].crypto_led
    assert not read(SHOCK)[0].crypto_led


def test_between_closes_a_shock_is_kept_and_no_session_is_counted() -> None:
    state, reading = step(RegimeState(), SHOCK, RULES, closed=False)
    assert reading.regime is Regime.LIQUIDITY
    for _ in range(20):
        state, reading = step(state, CALM, RULES, closed=False)
    assert reading.regime is Regime.LIQUIDITY
    state = RegimeState(trend_run=4)
    state, reading = step(state, BROKEN, RULES, closed=False)
    assert reading.regime is Regime.TREND  # what it would be if the session closed now
    assert state.trend_run == 4


# ------------------------------------------------------------------------------------------------ the unknown


def test_what_is_unknown_fires_nothing_and_leaves_the_worst_open() -> None:
    reading = read(replace(SHOCK, credit_z=nan))[0]
    assert (reading.regime, reading.worst) == (Regime.NONE, Regime.LIQUIDITY)
    assert next(sign for sign in reading.signs if sign.id == "credit").met is None
    assert read(replace(CALM, credit_z=nan))[0].worst is Regime.NONE  # it could not matter
    assert read(replace(CALM, volatility_ratio=nan))[0].worst is Regime.VOLATILITY
    assert [one.worst.value for one in read(*[replace(BROKEN, breadth=nan)] * 5)] == ["none"] * 4 + ["trend"]


DAYS = st.builds(
    RegimeInputs,
    *[st.sampled_from([-5.0, -2.0, -1.0, 0.0, 1.0, 2.0])] * 4,
    *[st.sampled_from([-0.2, 0.0, 0.1])] * 3,
    st.sampled_from([15.0, 40.0]),
    st.sampled_from([0.0, 6.0]),
    st.sampled_from([1.0, 1.6]),
    *[st.sampled_from([-0.1, 0.1])] * 2,
    st.sampled_from([0.3, 0.6]),
    *[st.sampled_from([None, -5.0, 0.0, 1.1])] * 4,
)


@given(st.lists(DAYS, min_size=1, max_size=12), st.data())
def test_taking_inputs_away_never_makes_the_worst_regime_calmer(days: list[RegimeInputs], data: st.DataObject) -> None:
    poorer = []
    for day in days:
        lost = data.draw(st.sets(st.sampled_from(NAMES), max_size=4))
        poorer.append(replace(day, **{name: nan for name in lost if getattr(day, name) is not None}))
    for whole, partial in zip(read(*days), read(*poorer), strict=True):
        assert partial.worst.severity >= whole.worst.severity >= whole.regime.severity
        assert partial.worst.severity >= partial.regime.severity
        if whole.regime is whole.worst:
            assert partial.worst.severity >= whole.regime.severity
