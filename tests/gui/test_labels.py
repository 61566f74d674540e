"""Every fixed id has words."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Callable
from typing import TypeVar

import pytest

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.steps import Step
from barograph.engine.context_evidence import context_rows
from barograph.engine.context_view import SignView
from barograph.gui import context_labels, indicator_labels, labels, sign_labels
from barograph.market.freshness import Freshness
from barograph.market.observations import Coverage
from barograph.risk import cascade, deleveraging, plans, precursors, regime, scenarios
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face
from tests.gui.contexts import make_context
from tests.gui.snapshots import DEMO, LIVE, NOW, REPLAY

T = TypeVar("T")
INDICATORS = ["V1", "V2", "V3", "E1", "E2", "E3", "X1", "X2", "C1", "C2", "M1", "M2"]
PILLARS = ["volatility", "equity_leadership", "co_movement", "crypto", "macro"]
EVIDENCE = [
    "us10y",
    "us2y",
    "real10y",
    "dxy",
    "policy_gap",
    "vix",
    "vix_term",
    "semis_spx",
    "software_spx",
    "leaders_spx",
    "equal_weight_spx",
    "leaders_above_20",
    "leaders_above_50",
    "breadth_above_20",
    "breadth_above_50",
    "breadth_flag",
    "btc",
    "eth",
    "funding_8h",
    "oi_coin",
    "liq_long",
    "liq_short",
    "corr_daily",
    "corr_low",
    "corr_high",
    "semicorr_60d",
    *(row.id for rows in context_rows(make_context(Face.RISK_OFF)).values() for row in rows),
    *("policy_path12", "repricing_10d", "fomc_move"),
]


def test_faces_are_called_by_their_names() -> None:
    assert [labels.face_word(face) for face in Face] == ["CALM", "WATCH", "RISK-OFF", "NO DATA"]


def test_every_member_has_its_own_word() -> None:
    for words in (
        [labels.state_word(state) for state in Freshness],
        [labels.state_explanation(state) for state in Freshness],
        [labels.step_name(step) for step in Step],
        [labels.action_word(action) for action in Action],
        [labels.horizon_word(horizon) for horizon in Horizon],
    ):
        assert all(words)
        assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("ids", "name", "formula"),
    [
        (INDICATORS, indicator_labels.indicator_name, indicator_labels.indicator_formula),
        (PILLARS, indicator_labels.pillar_name, indicator_labels.pillar_meaning),
        (EVIDENCE, indicator_labels.evidence_name, indicator_labels.evidence_formula),
    ],
    ids=["indicators", "pillars", "evidence"],
)
def test_every_id_has_a_name_and_a_formula(
    ids: list[str], name: Callable[[str], str], formula: Callable[[str], str]
) -> None:
    names = [name(entry) for entry in ids]
    assert not set(names) & set(ids)
    # leverage is told by the indicator, the sign and the evidence alike
    assert len(set(names)) == len(set(ids))
    assert all(formula(entry).endswith(".") for entry in ids)
    assert name("not-known") == "not-known"
    assert formula("not-known") == ""


def every_sign() -> dict[str, set[str]]:
    """The ids of all signs that the rules know, by the group that may give them another meaning."""
    rules = load_context_rules()

    def unknown(kind: type[T], **known: object) -> T:
        return kind(**{name: known.get(name, math.nan) for name in inspect.signature(kind).parameters})

    measured = unknown(regime.RegimeInputs)
    daily = dataclasses.replace(measured, open_interest_day=None, liquidation_rank=None)
    regimes = [regime.step(regime.RegimeState(), inputs, rules.regime)[1] for inputs in (measured, daily)]
    leverage = deleveraging.step(
        deleveraging.DeleveragingState(), unknown(deleveraging.DeleveragingInputs), 1.0, rules.deleveraging
    )[1]
    stages = cascade.step(
        cascade.START, NOW, unknown(cascade.CascadeInputs, deleveraging=None, stocks_closed=True), rules.cascade
    )
    ways = scenarios.judge_scenarios(unknown(scenarios.ScenarioInputs), rules.scenarios)
    lit = precursors.lamps(unknown(precursors.PrecursorInputs), rules.precursors, rules.measured)
    return {
        "regime": {sign.id for reading in regimes for sign in reading.signs},
        "lamp": {sign.id for lamp in lit for sign in lamp.signs},
        "": {
            sign.id
            for signs in (
                *(mark.signs for mark in stages),
                *(way.signs for way in ways.evidence),
                leverage.forced_signs,
                leverage.building_signs,
            )
            for sign in signs
        },
    }


def test_every_sign_of_the_rules_has_a_name_and_a_unit() -> None:
    for group, ids in every_sign().items():
        assert len(ids) > 4
        for name in ids:
            assert sign_labels.sign_name(name, group) != name.replace("_", " "), name
            sign = SignView(name, 0.5, 0.25, met=True)
            alone = name in ("forced_selling", "havens_fail", "dollar_or_volatility", "both_below_average")
            assert bool(sign_labels.sign_threshold(sign, group)) is not alone, name
            assert sign_labels.sign_sentence(sign, group).endswith(": met")


@pytest.mark.parametrize(
    ("sign", "group", "words"),
    [
        (SignView("equity_day", -2.13, -1.5, met=True), "", "S&P day −2.1 sd (≤ −1.5 sd): met"),
        (SignView("yield_not_lower", 0.08, 0.0, met=True), "lamp", "US 10Y 20 d 8 bp (≥ 0 bp): met"),
        (SignView("crypto_off_low", 1.012, 1.05, met=False), "", "BTC of its 10 d low 101% (> 105%): not met"),
        (SignView("funding_dear", None, 0.9, met=None), "", "Funding 7 d, pctl – (≥ 90): not known"),
        (SignView("some_new_sign", 1.0, 2.0, met=False), "", "some new sign: not met"),
    ],
)
def test_a_sign_is_a_sentence(sign: SignView, group: str, words: str) -> None:
    assert sign_labels.sign_sentence(sign, group) == words


def test_every_member_of_the_context_has_its_own_word() -> None:
    for words in (
        [context_labels.cascade_name(stage) for stage in cascade.CascadeStage],
        [context_labels.cascade_meaning(stage) for stage in cascade.CascadeStage],
        [context_labels.status_word(status) for status in cascade.Status],
        [context_labels.stage_name(stage) for stage in deleveraging.Stage],
        [context_labels.stage_meaning(stage) for stage in deleveraging.Stage],
        [context_labels.regime_name(kind) for kind in regime.Regime],
        [context_labels.regime_meaning(kind) for kind in regime.Regime],
        [context_labels.scenario_name(scenario) for scenario in scenarios.Scenario],
        [context_labels.lamp_word(state) for state in precursors.LampState],
        [context_labels.plan_word(plan) for plan in plans.Plan],
        [context_labels.plan_note(note) for note in plans.Note],
        [context_labels.plan_horizon(horizon) for horizon in plans.Horizon],
        [context_labels.no_trade_reason(reason) for reason in plans.NoTradeReason],
        [context_labels.not_judged(reason) for reason in plans.NoTradeReason],
        [context_labels.trend_word(trend) for trend in plans.Trend],
        [context_labels.trend_arrow(trend) for trend in plans.Trend],
        [context_labels.coverage_words(coverage) for coverage in (*Coverage, "none")],
        [context_labels.lamp_name(lamp) for lamp in ("P1", "P1_leaders", "P2", "P3")],
        [context_labels.event_meaning(event) for event in ("J5", "J10", "VS5")],
        [context_labels.rule_words(rule) for rule in ("A", "B", "D")],
    ):
        assert all(words)
        assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "text"),
    [
        ("V1", 0.1522, "ratio", "15.2%"),
        ("V2", 1.62, "ratio", "1.62"),
        ("C2", 0.5406, "ratio", "54.1%"),
        ("E3", -0.0389, "log", "\N{MINUS SIGN}3.89%"),
        ("M2", 0.28, "pp", "28.0 bp"),
        ("X1", 0.3013, "corr", "0.301"),
        ("V3", None, "points", "–"),
    ],
)
def test_an_indicators_value_is_written_as_traders_say_it(
    indicator: str, value: float | None, unit: str, text: str
) -> None:
    assert indicator_labels.indicator_value(indicator, value, unit) == text


@pytest.mark.parametrize(
    "reason",
    [
        *("warm_up", "coverage", "critical_stale", "no_volatility", "no_equity_and_comovement"),
        *("clock_off", "engine", "starting"),
    ],
)
def test_every_reason_is_a_sentence(reason: str) -> None:
    sentence = labels.no_data_reason(reason, 17)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert ("17" in sentence) == (reason == "warm_up")


@pytest.mark.parametrize("reason", ["died", "silent", "fatal"])
def test_what_happened_to_the_engine_is_a_sentence(reason: str) -> None:
    assert labels.engine_down_reason(reason).endswith(".")


def test_an_id_without_words_is_shown_as_it_is() -> None:
    assert labels.no_data_reason("something new", 0) == "something new"
    assert labels.no_data_reason("", 0) == ""
    assert labels.engine_down_reason("something new") == "something new"
    assert labels.note_text("some_new_note") == "some new note"


def test_only_the_live_market_goes_without_a_word() -> None:
    assert [labels.feed_word(feed) for feed in (LIVE, DEMO, REPLAY)] == ["", "SIMULATED", "REPLAY"]
