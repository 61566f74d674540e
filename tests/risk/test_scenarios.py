"""Scenarios: each sign at its threshold, how one dominates, and what is not known."""

from __future__ import annotations

from dataclasses import fields, replace
from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.scenarios import ANY, Scenario, ScenarioInputs, judge_scenarios

RULES = load_context_rules().scenarios
NOTHING = ScenarioInputs(
    volatility_ratio=1.1, volatility_index_of_high=0.9, correlation_change=0.01, breadth_change=-0.01,
    crypto_of_low=1.01, real_yield_bp=0, dollar_z=0, repricing_bp=0, credit_month=0.0, credit_fortnight=0.0,
    equity_to_average=0.01, crypto_to_average=0.01, advance_decline=0.0,
)  # fmt: skip
A = {"volatility_ratio": 0.99, "volatility_index_of_high": 0.80, "correlation_change": -0.01, "breadth_change": 0.01,
     "crypto_of_low": 1.051}  # fmt: skip
B = {"real_yield_bp": 10.1, "dollar_z": 0.5, "repricing_bp": 15.0, "credit_month": -0.011, "equity_to_average": -0.01,
     "crypto_to_average": -0.01}  # fmt: skip
C = {
    "repricing_bp": -15.0,
    "dollar_z": -0.5,
    "real_yield_bp": -10.1,
    "credit_fortnight": 0.011,
    "advance_decline": 0.15,
}


def counts(inputs: ScenarioInputs) -> list[tuple[int, int]]:
    return [(one.met, one.known) for one in judge_scenarios(inputs, RULES).evidence]


def dominant(inputs: ScenarioInputs) -> str:
    return judge_scenarios(inputs, RULES).dominant.value


@pytest.mark.parametrize(("signs", "place", "name"), [(A, 0, "A"), (B, 1, "B"), (C, 2, "C")])
def test_every_sign_counts_at_its_threshold(signs: dict[str, float], place: int, name: str) -> None:
    found = replace(NOTHING, **signs)
    expected = [(0, 5)] * 3
    expected[place] = (5, 5)
    assert counts(found) == expected
    assert dominant(found) == name
    for key, value in signs.items():
        nudge = 0.2 if abs(value) > 10 else 0.02
        short = value - nudge if value > getattr(NOTHING, key) else value + nudge
        assert counts(replace(found, **{key: short}))[place] == (4, 5)


def test_nothing_is_mixed_and_so_is_too_little_or_too_short_a_lead() -> None:
    assert dominant(NOTHING) == "mixed"
    first = dict(list(A.items())[:2])
    assert dominant(replace(NOTHING, **first)) == "mixed"
    three = dict(list(A.items())[:3])
    assert dominant(replace(NOTHING, **three)) == "A"
    # three of five against two of five is a lead of exactly 0.2
    assert dominant(replace(NOTHING, **three, real_yield_bp=20, dollar_z=1)) == "A"
    assert dominant(replace(NOTHING, **three, real_yield_bp=20, dollar_z=1, repricing_bp=20)) == "mixed"


def test_shares_are_of_what_is_known() -> None:
    found = judge_scenarios(replace(NOTHING, **A, credit_month=nan, advance_decline=nan), RULES)
    assert [(one.met, one.known) for one in found.evidence] == [(5, 5), (0, 4), (0, 4)]
    assert found.dominant is Scenario.NORMALISES
    partly = judge_scenarios(replace(NOTHING, **{**A, "crypto_of_low": nan, "breadth_change": nan}), RULES)
    assert partly.evidence[0].share == 1
    assert partly.dominant is Scenario.NORMALISES


def test_what_turns_out_was_possible_while_signs_were_missing() -> None:
    """The three known signs of A make it dominant; with the two that are missing it may be mixed."""
    partly = {**A, "crypto_of_low": nan, "breadth_change": nan}
    sure = judge_scenarios(replace(NOTHING, **partly, dollar_z=1), RULES)
    assert (sure.dominant, sure.possible) == (Scenario.NORMALISES, frozenset({Scenario.NORMALISES}))
    two_of_b = {"real_yield_bp": 20.0, "dollar_z": 1.0, "credit_month": nan}
    unsure = judge_scenarios(replace(NOTHING, **{**partly, **two_of_b}), RULES)
    assert unsure.dominant is Scenario.NORMALISES
    assert unsure.possible == {Scenario.NORMALISES, Scenario.MIXED}
    assert judge_scenarios(replace(NOTHING, **A), RULES).possible == {Scenario.NORMALISES}
    empty = judge_scenarios(ScenarioInputs(*[nan] * len(fields(ScenarioInputs))), RULES)
    assert (empty.dominant, empty.possible) == (Scenario.UNKNOWN, ANY)


@given(st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=3), st.data())
def test_the_whole_truth_is_always_possible(stories: list[dict[str, float]], data: st.DataObject) -> None:
    names = [field.name for field in fields(ScenarioInputs)]
    signs = {name: value for story in stories for name, value in story.items() if data.draw(st.booleans())}
    truth = replace(NOTHING, **signs)
    gone = data.draw(st.sets(st.sampled_from(names)))
    partly = judge_scenarios(replace(truth, **dict.fromkeys(gone, nan)), RULES)
    assert judge_scenarios(truth, RULES).dominant in partly.possible
    assert partly.dominant in partly.possible | {Scenario.UNKNOWN}


def test_an_unknown_half_of_both_below_average_decides_only_when_the_other_is_met() -> None:
    assert counts(replace(NOTHING, crypto_to_average=nan))[1] == (0, 5)
    assert counts(replace(NOTHING, crypto_to_average=nan, equity_to_average=-0.1))[1] == (0, 4)


def test_a_scenario_of_which_two_signs_are_known_leaves_all_open() -> None:
    lost = {"volatility_ratio": nan, "volatility_index_of_high": nan, "correlation_change": nan}
    found = judge_scenarios(replace(NOTHING, **{**B, **lost}), RULES)
    assert found.dominant is Scenario.UNKNOWN
    assert isnan(found.evidence[0].share)
    assert found.evidence[1].met == 5


def test_nothing_known_is_unknown() -> None:
    empty = ScenarioInputs(*[nan] * len(fields(ScenarioInputs)))
    assert counts(empty) == [(0, 0)] * 3
    assert dominant(empty) == "unknown"
