"""Plans: every row of the table, every reason not to trade, trends of two time frames, and what is open."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, log, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face
from barograph.risk.plans import (
    CARE,
    Horizon,
    HorizonPlan,
    Note,
    NoTradeReason,
    Plan,
    Situation,
    Trend,
    careful_face,
    frames_agree,
    frames_disagree,
    no_trade,
    plans,
    trend_of,
    trend_strength,
)
from barograph.risk.regime import Regime
from barograph.risk.rules_file import load_rules
from barograph.risk.scenarios import ANY, Scenario

RULES = load_context_rules().plans
LEVELS = load_rules().light.thresholds
_WATCH = Situation(
    face=Face.WATCH, ceiling=Face.WATCH, score=61.0, score_low=61.0, score_up=61.0, regime=Regime.NONE,
    worst_regime=Regime.NONE, scenario=Scenario.MIXED, possible=frozenset({Scenario.MIXED}), hour=Trend.UP,
    four_hours=Trend.UP, minutes_to_event=600.0, loss_budget_used=False, volatility_index=20.0,
)  # fmt: skip


def known(**changes: Any) -> Situation:  # noqa: ANN401 - the fields of a situation
    """A situation in which everything is known: nothing that is missing allows worse."""
    found = replace(_WATCH, **changes)
    score = found.score
    possible = found.possible if "possible" in changes else frozenset({found.scenario})
    return replace(found, ceiling=found.face, score_low=score, score_up=score, worst_regime=found.regime,
                   possible=possible)  # fmt: skip


WATCH = known()
CALM = known(face=Face.CALM, score=40.0)
RISK_OFF = known(face=Face.RISK_OFF, score=80.0)


def made(situation: Situation) -> tuple[HorizonPlan, ...]:
    return plans(situation, LEVELS, RULES)


def words(situation: Situation) -> list[str]:
    found = made(situation)
    assert [one.horizon for one in found] == list(Horizon)
    return ["+".join([one.plan.value, *one.notes]) for one in found]


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (CALM, ["normal", "normal", "rebalance_bands_only"]),
        (WATCH, ["normal", "reduce+plan_a_hedge", "wait+no_new_leverage"]),
        (replace(WATCH, hour=Trend.NONE), ["wait", "reduce+plan_a_hedge", "wait+no_new_leverage"]),
        (
            RISK_OFF,
            ["wait+planned_exits_only", "hedge_or_reduce+no_averaging_down", "hold_to_plan+hedge_only_above_limit"],
        ),
        (
            known(face=Face.RISK_OFF, score=80.0, regime=Regime.LIQUIDITY),
            ["no_trade", "reduce", "wait+reenter_later_in_thirds"],
        ),
        (
            known(
                face=Face.RISK_OFF,
                score=80.0,
                regime=Regime.LIQUIDITY,
                volatility_index=35.0,
                calm_scenario_sessions=5,
            ),
            ["no_trade", "reduce+hedge_is_dear", "wait+reenter_in_thirds"],
        ),
        (
            known(face=Face.RISK_OFF, score=80.0, regime=Regime.TREND),
            ["with_trend_only", "reduce+options_hedge_reasonable", "trim_leverage"],
        ),
        (
            known(face=Face.RISK_OFF, score=80.0, scenario=Scenario.NORMALISES),
            ["wait", "hold_reduced+add_back_on_downgrade_only", "wait"],
        ),
        (known(scenario=Scenario.NORMALISES), ["wait", "hold_reduced+add_back_on_downgrade_only", "wait"]),
        (known(face=Face.NO_DATA, score=None), ["wait+no_new_risk+keep_existing_stops"] * 3),
    ],
)
def test_the_table(situation: Situation, expected: list[str]) -> None:
    assert words(situation) == expected


def test_the_more_careful_row_holds() -> None:
    def both(regime: Regime) -> Situation:
        return known(face=Face.RISK_OFF, score=80.0, scenario=Scenario.NORMALISES, regime=regime)

    assert words(both(Regime.LIQUIDITY))[0] == "no_trade"
    assert words(both(Regime.TREND))[0] == "with_trend_only"
    # the trend break is a row of RISK-OFF only, and scenario A not one of CALM
    assert words(known(regime=Regime.TREND)) == words(WATCH)
    assert words(known(face=Face.CALM, score=40.0, scenario=Scenario.NORMALISES)) == words(CALM)


@pytest.mark.parametrize("face", [Face.CALM, Face.WATCH, Face.RISK_OFF])
def test_a_liquidity_shock_is_one_whatever_the_light_shows(face: Face) -> None:
    """It alone carried extra danger, more than RISK-OFF did: a calm light beside it contradicts it."""
    shock = known(face=face, score=40.0, regime=Regime.LIQUIDITY)
    assert words(shock) == ["no_trade", "reduce", "wait+reenter_later_in_thirds"]
    assert {one.size for one in made(shock)} == {0.3}
    assert careful_face(shock) is Face.RISK_OFF


def test_sizes_go_with_the_face() -> None:
    sizes = [{one.size for one in made(known(face=face))} for face in Face]
    assert sizes == [{1.0}, {0.6}, {0.3}, {0.0}]


# ------------------------------------------------------------------------------------------------ what is missing


def test_a_ceiling_worse_than_the_light_makes_the_plan() -> None:
    could_be = replace(CALM, ceiling=Face.WATCH)
    assert words(could_be) == words(WATCH)
    assert {one.size for one in made(could_be)} == {0.6}
    assert words(could_be.as_known()) == words(CALM)
    # a cell of each row, with the cautions of both
    assert words(replace(WATCH, ceiling=Face.RISK_OFF)) == [
        "wait+planned_exits_only",
        "reduce+plan_a_hedge+no_averaging_down",
        "wait+no_new_leverage+hedge_only_above_limit",
    ]
    assert words(replace(CALM, ceiling=Face.NO_DATA)) == ["wait+no_new_risk+keep_existing_stops"] * 3


def test_a_liquidity_shock_that_missing_data_allows_makes_the_plan() -> None:
    could_be = replace(CALM, worst_regime=Regime.LIQUIDITY)
    assert words(could_be) == ["no_trade", "reduce", "wait+reenter_later_in_thirds"]
    assert {one.size for one in made(could_be)} == {0.3}
    in_stress = replace(RISK_OFF, worst_regime=Regime.LIQUIDITY)
    assert words(in_stress)[0] == "no_trade+planned_exits_only"
    assert words(in_stress)[2] == "trim_leverage+hedge_only_above_limit+reenter_later_in_thirds"


def test_what_is_allowed_is_allowed_only_where_it_surely_is() -> None:
    trend = known(face=Face.RISK_OFF, score=80.0, regime=Regime.TREND)
    assert words(replace(trend, worst_regime=Regime.LIQUIDITY))[1] == "reduce"
    unsure = known(scenario=Scenario.NORMALISES, possible=frozenset({Scenario.NORMALISES, Scenario.MIXED}))
    assert words(unsure) == [
        "wait",
        "reduce+plan_a_hedge+add_back_on_downgrade_only",
        "wait+no_new_leverage",
    ]


def test_a_volatility_index_that_is_not_known_does_not_make_a_hedge_cheap() -> None:
    shock = known(face=Face.RISK_OFF, score=80.0, regime=Regime.LIQUIDITY, volatility_index=nan)
    assert words(shock)[1] == "reduce+hedge_is_dear"


@given(st.data())
def test_taking_away_what_is_known_never_makes_a_plan_more_generous(data: st.DataObject) -> None:
    """Whatever is the case, and whatever of it is not known: more care, no larger size, no permission more."""
    draw = data.draw
    case = known(
        face=draw(st.sampled_from(Face)),
        score=draw(st.sampled_from([40.0, 55.0, 62.0, 68.0, 80.0])),
        regime=draw(st.sampled_from(Regime)),
        scenario=draw(st.sampled_from(sorted(ANY))),
        hour=draw(st.sampled_from([Trend.UP, Trend.DOWN, Trend.NONE])),
        four_hours=draw(st.sampled_from([Trend.UP, Trend.DOWN, Trend.NONE])),
        volatility_index=draw(st.sampled_from([20.0, 40.0])),
        calm_scenario_sessions=draw(st.sampled_from([0, 5])),
    )
    assert case.score is not None
    lacking: dict[str, Any] = {
        "face": draw(st.sampled_from([each for each in Face if each.severity <= case.face.severity])),
        "score": case.score + draw(st.sampled_from([-15.0, 0.0, 15.0])),
        "score_low": case.score - 15, "score_up": case.score + 15,
        "regime": draw(st.sampled_from([each for each in Regime if each.severity <= case.regime.severity])),
        "scenario": draw(st.sampled_from(Scenario)), "possible": ANY, "calm_scenario_sessions": 0,
        "hour": Trend.UNKNOWN, "volatility_index": nan,
    }  # fmt: skip
    if draw(st.booleans()):  # some of it is known
        kept = draw(st.sets(st.sampled_from(["score", "scenario", "hour", "volatility_index"])))
        also = {"score": ("score_low", "score_up"), "scenario": ("possible", "calm_scenario_sessions")}
        for name in kept:
            for each in (name, *also.get(name, ())):
                lacking[each] = getattr(case, each)
    for full, less in zip(made(case), made(replace(case, **lacking)), strict=True):
        order = CARE[full.horizon].index
        assert order(less.plan) >= order(full.plan)
        assert less.size <= full.size
        assert not {Note.REENTER_IN_THIRDS, Note.HEDGE_IS_REASONABLE} & set(less.notes) - set(full.notes)


# ---------------------------------------------------------------------------------------------------- no trade


def test_no_trade_is_what_the_plan_says_while_a_reason_holds() -> None:
    undecided = known(face=Face.CALM, score=55.0)
    assert words(undecided) == ["no_trade", "no_trade", "rebalance_bands_only"]
    for change in ({"hour": Trend.DOWN}, {"minutes_to_event": 10.0}, {"loss_budget_used": True}):
        assert words(replace(CALM, **change)) == ["no_trade", "normal", "rebalance_bands_only"]
    broken = known(face=Face.RISK_OFF, score=80.0, regime=Regime.TREND)
    assert words(replace(broken, hour=Trend.DOWN))[0] == "no_trade"
    assert words(replace(RISK_OFF, hour=Trend.DOWN)) == ["no_trade+planned_exits_only", *words(RISK_OFF)[1:]]
    # who is to reduce is not told to hold instead
    assert words(known(score=55.0))[1] == words(WATCH)[1]


def test_no_trade_is_also_what_it_says_where_missing_data_leaves_that_open() -> None:
    """What no data here could tell, a report or the day's losses, stays a question beside the plan."""
    assert words(replace(CALM, hour=Trend.UNKNOWN)) == ["no_trade", "normal", "rebalance_bands_only"]
    for unknown in (
        known(face=Face.CALM, score=55.0, scenario=Scenario.UNKNOWN, possible=ANY),
        known(face=Face.CALM, score=None),
        replace(CALM, score_up=53.0),
    ):
        assert words(unknown) == ["no_trade", "no_trade", "rebalance_bands_only"]
        assert no_trade(unknown, LEVELS, RULES).open == (NoTradeReason.UNDECIDED,)
    nobody_says = replace(CALM, minutes_to_event=nan, loss_budget_used=None)
    assert words(nobody_says) == words(CALM)
    assert len(no_trade(nobody_says, LEVELS, RULES).open) == 2


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
    found = no_trade(known(**change), LEVELS, RULES)
    assert found.reasons == (reason,)
    assert found.open == ()
    assert found.advised


@pytest.mark.parametrize("change", [{"score": 51.9}, {"score": 60.0}, {"score": 72.0}, {"minutes_to_event": 30.1}])
def test_outside_the_limits_there_is_no_reason(change: dict[str, float]) -> None:
    assert not no_trade(known(**change), LEVELS, RULES).advised
    assert not no_trade(known(score=55.0, scenario=Scenario.TIGHTENS), LEVELS, RULES).advised


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"score": 55.0, "scenario": Scenario.UNKNOWN, "possible": ANY}, NoTradeReason.UNDECIDED),
        ({"hour": Trend.UNKNOWN}, NoTradeReason.FRAMES_DISAGREE),
        ({"minutes_to_event": nan}, NoTradeReason.EVENT),
        ({"loss_budget_used": None}, NoTradeReason.LOSS_BUDGET),
    ],
)
def test_what_cannot_be_judged_is_open(change: dict[str, object], reason: NoTradeReason) -> None:
    found = no_trade(known(**change), LEVELS, RULES)
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
        known(face=face, regime=regime, scenario=scenario, hour=hour)
        for face in Face
        for regime in Regime
        for scenario in Scenario
        for hour in (Trend.UP, Trend.DOWN)
    ]
    assert {one.plan for situation in situations for one in made(situation)} == set(Plan)
