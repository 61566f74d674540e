"""Plans: every row of the table, every reason not to trade, trends of two time frames, and what is open."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face
from barograph.risk.plans import (
    Horizon,
    NoTradeReason,
    Plan,
    Situation,
    Trend,
    frames_agree,
    frames_disagree,
    no_trade,
    plans,
    trend_of,
    trend_strength,
)
from barograph.risk.regime import Regime
from barograph.risk.rules_file import load_rules
from barograph.risk.scenarios import Scenario

RULES = load_context_rules().plans
LEVELS = load_rules().light.thresholds
WATCH = Situation(
    face=Face.WATCH, score=61.0, regime=Regime.NONE, scenario=Scenario.MIXED, hour=Trend.UP, four_hours=Trend.UP,
    minutes_to_event=600.0, loss_budget_used=False, volatility_index=20.0,
)  # fmt: skip
RISK_OFF = replace(WATCH, face=Face.RISK_OFF, score=80.0)


def words(situation: Situation) -> list[str]:
    found = plans(situation, RULES)
    assert [one.horizon for one in found] == list(Horizon)
    return ["+".join([one.plan.value, *one.notes]) for one in found]


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (replace(WATCH, face=Face.CALM, score=40), ["normal", "normal", "rebalance_bands_only"]),
        (WATCH, ["normal", "reduce+plan_a_hedge", "wait+no_new_leverage"]),
        (replace(WATCH, hour=Trend.DOWN), ["wait", "reduce+plan_a_hedge", "wait+no_new_leverage"]),
        (
            RISK_OFF,
            ["wait+planned_exits_only", "hedge_or_reduce+no_averaging_down", "hold_to_plan+hedge_only_above_limit"],
        ),
        (replace(RISK_OFF, regime=Regime.LIQUIDITY), ["no_trade", "reduce", "wait"]),
        (
            replace(RISK_OFF, regime=Regime.LIQUIDITY, volatility_index=35.0, calm_scenario_sessions=5),
            ["no_trade", "reduce+hedge_is_dear", "wait+reenter_in_thirds"],
        ),
        (
            replace(RISK_OFF, regime=Regime.TREND),
            ["with_trend_only", "reduce+options_hedge_reasonable", "trim_leverage"],
        ),
        (replace(RISK_OFF, scenario=Scenario.NORMALISES), ["wait", "hold_reduced+add_back_on_downgrade_only", "wait"]),
        (replace(WATCH, scenario=Scenario.NORMALISES), ["wait", "hold_reduced+add_back_on_downgrade_only", "wait"]),
        (replace(RISK_OFF, face=Face.NO_DATA, score=None), ["wait+no_new_risk+keep_existing_stops"] * 3),
    ],
)
def test_the_table(situation: Situation, expected: list[str]) -> None:
    assert words(situation) == expected


def test_the_more_careful_row_holds() -> None:
    both = replace(RISK_OFF, scenario=Scenario.NORMALISES)
    assert words(replace(both, regime=Regime.LIQUIDITY))[0] == "no_trade"
    assert words(replace(both, regime=Regime.TREND))[0] == "with_trend_only"
    # the regimes are rows of RISK-OFF only
    assert words(replace(WATCH, regime=Regime.LIQUIDITY)) == words(WATCH)
    assert words(replace(WATCH, face=Face.CALM, scenario=Scenario.NORMALISES))[0] == "normal"


def test_sizes_go_with_the_face() -> None:
    sizes = [{one.size for one in plans(replace(WATCH, face=face), RULES)} for face in Face]
    assert sizes == [{1.0}, {0.6}, {0.3}, {0.0}]


# ---------------------------------------------------------------------------------------------------- no trade


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"face": Face.NO_DATA, "score": None}, NoTradeReason.NO_DATA),
        ({"score": 52.0}, NoTradeReason.UNDECIDED),
        ({"score": 59.9}, NoTradeReason.UNDECIDED),
        ({"score": 64.0}, NoTradeReason.UNDECIDED),
        ({"score": 71.9}, NoTradeReason.UNDECIDED),
        ({"hour": Trend.DOWN}, NoTradeReason.FRAMES_DISAGREE),
        ({"minutes_to_event": 30.0}, NoTradeReason.EVENT),
        ({"minutes_to_event": -30.0}, NoTradeReason.EVENT),
        ({"loss_budget_used": True}, NoTradeReason.LOSS_BUDGET),
    ],
)
def test_every_reason_not_to_trade(change: dict[str, object], reason: NoTradeReason) -> None:
    assert not no_trade(WATCH, LEVELS, RULES).advised
    found = no_trade(replace(WATCH, **change), LEVELS, RULES)  # type: ignore[arg-type]
    assert found.reasons == (reason,)
    assert found.open == ()
    assert found.advised


@pytest.mark.parametrize("change", [{"score": 51.9}, {"score": 60.0}, {"score": 72.0}, {"minutes_to_event": 30.1}])
def test_outside_the_limits_there_is_no_reason(change: dict[str, float]) -> None:
    assert not no_trade(replace(WATCH, **change), LEVELS, RULES).advised  # type: ignore[arg-type]
    assert not no_trade(replace(WATCH, score=55.0, scenario=Scenario.TIGHTENS), LEVELS, RULES).advised


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"score": 55.0, "scenario": Scenario.UNKNOWN}, NoTradeReason.UNDECIDED),
        ({"hour": Trend.UNKNOWN}, NoTradeReason.FRAMES_DISAGREE),
        ({"minutes_to_event": nan}, NoTradeReason.EVENT),
        ({"loss_budget_used": None}, NoTradeReason.LOSS_BUDGET),
    ],
)
def test_what_cannot_be_judged_is_open(change: dict[str, object], reason: NoTradeReason) -> None:
    found = no_trade(replace(WATCH, **change), LEVELS, RULES)  # type: ignore[arg-type]
    assert (found.reasons, found.open) == ((), (reason,))


# ------------------------------------------------------------------------------------------------------- trend


def test_a_trend_is_a_move_larger_than_usual() -> None:
    closes = np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, 101)))
    returns = np.diff(np.log(closes))
    expected = log(closes[-1] / closes[-21]) / (returns.std(ddof=1) * sqrt(20))
    assert trend_strength(closes, 20, 100) == pytest.approx(expected)
    assert [trend_of(value, RULES) for value in (1.0, -1.0, 0.99, -0.99, nan)] == [
        Trend.UP, Trend.DOWN, Trend.NONE, Trend.NONE, Trend.UNKNOWN,
    ]  # fmt: skip


def test_a_trend_needs_its_ends_and_most_of_its_bars() -> None:
    closes = np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.01, 101)))
    assert isnan(trend_strength(closes[-60:], 20, 100))
    assert not isnan(trend_strength(closes[-61:], 20, 100))
    for row in (-1, -21):
        holed = closes.copy()
        holed[row] = nan
        assert isnan(trend_strength(holed, 20, 100))
    assert isnan(trend_strength(np.full(101, 5.0), 20, 100))
    assert isnan(trend_strength(closes[:0], 20, 100))


@given(st.sampled_from(Trend), st.sampled_from(Trend))
def test_two_frames_agree_disagree_or_neither(first: Trend, second: Trend) -> None:
    disagree = frames_disagree(first, second)
    assert disagree == frames_disagree(second, first)
    assert not (disagree and frames_agree(first, second))
    assert (disagree is None) == (Trend.UNKNOWN in (first, second))
    if Trend.NONE in (first, second):
        assert not disagree
        assert not frames_agree(first, second)


def test_words_of_the_table_are_all_used() -> None:
    situations = [
        replace(WATCH, face=face, regime=regime, scenario=scenario, hour=hour)
        for face in Face
        for regime in Regime
        for scenario in Scenario
        for hour in (Trend.UP, Trend.DOWN)
    ]
    assert {one.plan for situation in situations for one in plans(situation, RULES)} == set(Plan)
