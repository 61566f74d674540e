"""The rules file around the light: what ships is the specification, and every mistake is one sentence."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.context_rules import LAMPS, SECTIONS
from barograph.risk.context_rules_file import load_context_rules, parse_context_rules
from barograph.risk.rules_file import RulesError

SHIPPED = (resources.files("barograph_resources") / "rules" / "context_v1.toml").read_text("utf-8")
NAME = "rules/mine.toml"


def changed(old: str, new: str) -> str:
    assert old in SHIPPED
    return SHIPPED.replace(old, new, 1)


def sentence(text: str) -> str:
    with pytest.raises(RulesError) as caught:
        parse_context_rules(text, NAME)
    said = str(caught.value)
    assert said.startswith(f"{NAME}: ")
    assert said.isprintable()
    assert len(said) < 300
    return said


def test_what_ships_is_the_specification() -> None:
    rules = load_context_rules()
    regime, scenarios = rules.regime, rules.scenarios
    assert rules.id == "context-v1"
    assert (regime.shock_equity_z, regime.shock_crypto_z, regime.shock_crypto_day_sigmas) == (-2, -2.5, -4)
    assert (regime.legs_needed, regime.persist_sessions, regime.trend_sessions, regime.trend_breadth) == (2, 5, 5, 0.45)
    assert (regime.volatility_ratio, regime.volatility_index_rise) == (1.5, 5)
    assert (scenarios.known_needed, scenarios.dominant_share, scenarios.dominant_lead) == (3, 0.6, 0.2)
    plans = rules.plans
    assert (plans.multiplier_calm, plans.multiplier_watch, plans.multiplier_risk_off) == (1, 0.6, 0.3)
    assert (rules.budget.crowded_rho, rules.analogues.nearest, rules.analogues.apart_sessions) == (0.8, 5, 60)


def test_the_measured_lifts_are_the_published_ones_also_where_they_are_nothing() -> None:
    lifts = {(one.lamp, one.event): one for one in load_context_rules().measured}
    assert {lamp for lamp, _ in lifts} == set(LAMPS)
    assert (lifts["P1", "J5"].lift, lifts["P1", "J5"].low, lifts["P1", "J5"].high) == (1.7, 1.2, 2.3)
    assert lifts["P1_leaders", "J10"].lift == 3.1
    assert [key for key, one in lifts.items() if not one.significant] == [("P2", "J5"), ("P2", "J10"), ("P3", "J5")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "context-v1"', 'id = "Context v1"', "id: 'Context v1' was found"),
        ("legs_needed = 2 ", "legs_needed = 2.5 ", "regime.legs_needed: 2.5 was found; a whole number from 1 to 5"),
        ("legs_needed = 2 ", "legs_needed = true ", "regime.legs_needed: True was found"),
        ("legs_needed = 2 ", 'legs_needed = "2" ', "regime.legs_needed: '2' was found"),
        ("legs_needed = 2 ", "legs_needed = 6 ", "from 1 to 5 was expected"),
        ("credit_z = -2.0", "credit_z = nan", "regime.credit_z: nan was found; a number from -10 to 0"),
        ("credit_z = -2.0", "credit_z = 2.0", "regime.credit_z: 2.0 was found"),
        ("credit_z = -2.0", "credit = -2.0", "regime.credit: is not a key"),
        ("credit_z = -2.0\n", "", "regime.credit_z: None was found"),
        ("[budget]", "[money]", "money: is not a key"),
        ('lamp = "P1"', 'lamp = "P9"', "measured.0.lamp: 'P9' was found; one of P1,"),
        ('event = "J5"', 'event = "J6"', "measured.0.event: 'J6' was found"),
        ("low = 1.2", "low = 1.9", "low <= lift <= high"),
        ("low = 1.2\n", "", "low <= lift <= high"),
        ('event = "J10"', 'event = "J5"', "measured.2: P1_leaders and J5 are there twice"),
        ("share_on = 0.17", "share_on = 17", "measured.0.share_on: 17 was found; a number from 0 to 1"),
        ("crowded_rho = 0.8", f"crowded_rho = {'9' * 4_500}", "mine.toml: "),
        ("[budget]", "[budget", "a TOML file was expected"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, said: str) -> None:
    assert said in sentence(changed(old, new))


def test_a_missing_table_is_named() -> None:
    table = SHIPPED[: SHIPPED.index("[analogues]")]
    assert sentence(table).endswith("analogues: a table was expected")
    start, end = SHIPPED.index("[[measured]]"), SHIPPED.index("# All judgement.")
    assert sentence(SHIPPED[:start] + SHIPPED[end:]).endswith("measured: one table or more was expected")
    assert "measured.0.lamp" in sentence(SHIPPED[:start] + "[[measured]]\n" + SHIPPED[end:])


@given(st.sampled_from(sorted(SECTIONS)), st.sampled_from(["-1e9", "1e9", "[]", "{}", '"x"', "inf"]), st.data())
def test_every_number_has_its_limits(section: str, value: str, data: st.DataObject) -> None:
    keys = list(tomllib.loads(SHIPPED)[section])
    key = data.draw(st.sampled_from(keys))
    start = SHIPPED.index(f"[{section}]")
    line = SHIPPED.index(f"\n{key} = ", start) + 1
    end = SHIPPED.index("\n", line)
    said = sentence(SHIPPED[:line] + f"{key} = {value}" + SHIPPED[end:])
    assert f"{section}.{key}" in said
