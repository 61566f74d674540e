"""Rule files: what ships can be read, and every mistake is one sentence that names file and key."""

from __future__ import annotations

import tomllib
from importlib import resources
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.market.universe_file import load_universe
from barograph.risk.features import INDICATORS, OPTIONAL
from barograph.risk.rules import PillarRules, RuleSet, Window
from barograph.risk.rules_file import RulesError, load_rules, parse_rules

SHIPPED = (resources.files("barograph_resources") / "rules" / "v1.toml").read_text("utf-8")
NAME = "rules/mine.toml"


def changed(old: str, new: str) -> str:
    """The shipped file with the first occurrence of something replaced."""
    assert old in SHIPPED
    return SHIPPED.replace(old, new, 1)


def sentence(text: str) -> str:
    """What is said about a bad file; one line of a length that fits on a screen."""
    with pytest.raises(RulesError) as caught:
        parse_rules(text, NAME)
    said = str(caught.value)
    assert said.startswith(f"{NAME}: ")
    assert said.isprintable()
    assert len(said) < 300
    return said


# --------------------------------------------------------------------------------------------- what is shipped


def test_the_shipped_rules_are_those_of_the_specification() -> None:
    rules = load_rules()
    assert rules.id == "v1/balanced"
    assert (rules.window, rules.minimum, rules.coverage, rules.pillar_share) == (756, 252, 0.70, 0.5)
    levels = rules.light.thresholds
    assert (levels.watch_enter, levels.watch_exit) == (60, 52)
    assert (levels.risk_off_enter, levels.risk_off_exit) == (72, 64)
    assert (rules.light.downgrade_closes, rules.light.shock_hold, rules.light.shock_window) == (2, 3, 20)
    assert (rules.light.shock_equity_sigma, rules.light.shock_crypto_sigma) == (2.5, 2.0)
    between = rules.intraday
    assert (between.step_minutes, between.watch_minutes, between.risk_off_minutes) == (5, 30, 15)
    assert (between.shock_sigma, between.shock_half_life, between.shock_closes, between.crypto_sigma) == (3, 120, 3, 4)
    assert {pillar.name: pillar.weight for pillar in rules.pillars} == {
        "volatility": 0.25, "equity_leadership": 0.25, "co_movement": 0.20, "crypto": 0.20, "macro": 0.10,
    }  # fmt: skip
    assert tuple(name for name in rules.indicator_ids if name not in OPTIONAL) == INDICATORS
    assert rules.optional_ids == set(OPTIONAL)
    assert sum(pillar.weight for pillar in rules.pillars) == pytest.approx(1)
    assert all(set(pillar.required().values()) == {1} for pillar in rules.pillars)
    crypto, together = rules.pillars[3], rules.pillars[2]
    assert crypto.weights(crypto.indicators) == {"C1": 0.35, "C2": 0.25, "C3": 0.15, "C4": 0.10, "C5": 0.15}
    assert crypto.weights({"C1", "C2"}) == {"C1": 1, "C2": 1}
    assert crypto.weights({"C1", "C2", "C5"}) == {"C1": 0.35, "C2": 0.25, "C5": 0.15}
    assert together.weights({"X1", "X2"}) == {"X1": 1, "X2": 1}
    assert together.weights({"X1", "X1_1h", "X2"}) == {"X1": 1 / 2, "X1_1h": 1 / 2, "X2": 1}
    assert together.weights(together.indicators) == {"X1": 1 / 3, "X1_4h": 1 / 3, "X1_1h": 1 / 3, "X2": 1}
    windows = {name: rules.window_of(name) for name in rules.indicator_ids}
    assert windows.pop("C4") == Window(365, 90)
    assert windows.pop("C5") == Window(180, 60)
    assert set(windows.values()) == {Window(756, 252)}


def test_the_shipped_rules_name_what_the_universe_has() -> None:
    names, universe = load_rules().inputs, load_universe()
    for instrument in (
        names.equity_index,
        names.growth,
        names.volatility_index,
        names.crypto,
        names.dollar,
        names.equity_future,
    ):
        assert instrument in universe.instruments
    assert {names.yield_10y, names.yield_2y} <= set(universe.series)
    assert {names.leaders, names.breadth} <= set(universe.groups)
    # a share that is taken away is missed only where a group names it
    assert set(universe.groups[names.leaders]) <= set(universe.groups[names.breadth])


@pytest.mark.parametrize(
    ("preset", "levels"),
    [("sensitive", (58, 50, 70, 62)), ("balanced", (60, 52, 72, 64)), ("conservative", (62, 54, 75, 67))],
)
def test_every_preset_is_a_rule_set_of_its_own(preset: str, levels: tuple[float, ...]) -> None:
    rules = parse_rules(changed('preset = "balanced"', f'preset = "{preset}"'), NAME)
    assert rules.id == f"v1/{preset}"
    of = rules.light.thresholds
    assert (of.watch_enter, of.watch_exit, of.risk_off_enter, of.risk_off_exit) == levels


def test_whole_numbers_and_unequal_weights_are_fine() -> None:
    rules = parse_rules(changed('{ id = "V1", weight = 1 }', '{ id = "V1", weight = 2.5 }'), NAME)
    assert rules.pillars[0].indicators == {"V1": 2.5, "V2": 1, "V3": 1}
    fewer = parse_rules(changed('{ id = "V1", weight = 1 }, ', ""), NAME)
    assert fewer.indicator_ids == load_rules().indicator_ids[1:]


# ---------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        # missing and unknown keys
        ("coverage = 0.70", "", "coverage"),
        ("coverage = 0.70", "coverage = 0.70\ncovrage = 1", "covrage"),
        ("[inputs]", "[imputs]", "inputs"),
        ("shock_hold = 3", "", "light.shock_hold"),
        ("watch_enter = 58\n", "", "presets.sensitive.watch_enter"),
        ('dollar = "UUP"\n', "", "inputs.dollar"),
        ("coverage = 0.70", 'coverage = 0.70\n"a\\nb" = 1', "a\\nb"),
        # values of the wrong type
        ("window = 756", 'window = "756"', "window"),
        ("window = 756", "window = 756.5", "window"),
        ("window = 756", "window = true", "window"),
        ("window = 756", "window = 2020-01-01", "window"),
        ("downgrade_closes = 2", "downgrade_closes = true", "light.downgrade_closes"),
        ("coverage = 0.70", 'coverage = "all"', "coverage"),
        ("coverage = 0.70", "coverage = []", "coverage"),
        ('warm_up_pillars = ["volatility", ', 'warm_up_pillars = [1, "volatility", ', "warm_up_pillars.0"),
        # numbers that cannot be
        ("window = 756", "window = 30", "window"),
        ("minimum = 252", "minimum = 757", "minimum"),
        ("minimum = 252", "minimum = 0", "minimum"),
        ("coverage = 0.70", "coverage = 1.01", "coverage"),
        ("coverage = 0.70", "coverage = 0", "coverage"),
        ("pillar_share = 0.5", "pillar_share = nan", "pillar_share"),
        ("coverage = 0.70", "coverage = 1e999", "coverage"),
        ("shock_equity_sigma = 2.5", "shock_equity_sigma = inf", "light.shock_equity_sigma"),
        ("shock_equity_sigma = 2.5", "shock_equity_sigma = -1", "light.shock_equity_sigma"),
        ("downgrade_closes = 2", "downgrade_closes = 0", "light.downgrade_closes"),
        ("fixing_max_age_days = 6", "fixing_max_age_days = 0", "fixing_max_age_days"),
        ("watch_enter = 58", "watch_enter = 101", "presets.sensitive.watch_enter"),
        ('{ id = "V1", weight = 1 }', '{ id = "V1", weight = inf }', "pillar.0.indicators.0.weight"),
        ('{ id = "V1", weight = 1 }', '{ id = "V1", weight = 0 }', "pillar.0.indicators.0.weight"),
        ("weight = 0.25", "weight = nan", "pillar.0.weight"),
        # what has to fit together
        ("watch_exit = 52", "watch_exit = 60", "presets.balanced"),
        ("watch_enter = 60", "watch_enter = 72", "presets.balanced"),
        ("risk_off_exit = 64", "risk_off_exit = 52", "presets.balanced"),
        ("risk_off_exit = 64", "risk_off_exit = 72", "presets.balanced"),
        ("weight = 0.25", "weight = 0.2", "pillar.weight"),
        ("weight = 0.25", "weight = 0.2500001", "pillar.weight"),
        ('preset = "balanced"', 'preset = "bold"', "light.preset"),
        ('required_pillar = "volatility"', 'required_pillar = "vola"', "required_pillar"),
        ('warm_up_pillars = ["volatility", ', 'warm_up_pillars = ["vola", ', "warm_up_pillars"),
        ('either_pillar = ["equity_leadership", ', 'either_pillar = ["equities", ', "either_pillar"),
        ('either_pillar = ["equity_leadership", "co_movement"]', "either_pillar = []", "either_pillar"),
        ('name = "crypto"', 'name = "macro"', "pillar.name"),
        ('id = "V2"', 'id = "V1"', "pillar.indicators.id"),
        ('id = "E1"', 'id = "V1"', "pillar.indicators.id"),
        ('id = "V2"', 'id = "V9"', "pillar.indicators.id"),
        ('id = "V2"', 'id = "vix"', "pillar.0.indicators.1.id"),
        (
            'indicators = [{ id = "M1", weight = 1 }, { id = "M2", weight = 1 }]',
            "indicators = []",
            "pillar.4.indicators",
        ),
        # between two closes
        ("[intraday]", "[intraday_]", "intraday"),
        ("step_minutes = 5", "step_minutes = 7", "intraday"),
        ("step_minutes = 5", "step_minutes = 0", "intraday.step_minutes"),
        ("watch_minutes = 30", 'watch_minutes = "30"', "intraday.watch_minutes"),
        ("shock_sigma = 3.0", "shock_sigma = 0", "intraday.shock_sigma"),
        ("shock_closes = 3", "shock_closes = 0", "intraday.shock_closes"),
        ("crypto_sigma = 4.0", "", "intraday.crypto_sigma"),
        # optional indicators
        ('{ id = "C1", weight = 0.35, alone = 1 }', '{ id = "C1", weight = 0.35 }', "pillar.3"),
        ('{ id = "C1", weight = 0.35, alone = 1 }', '{ id = "C1", weight = 0.45, alone = 1 }', "pillar.3"),
        ("optional = true, window = 365", "window = 365, part_of = 'C1'", "pillar.3.indicators.3"),
        ("optional = true, window = 365", "optional = true, alone = 1, window = 365", "pillar.3.indicators.3"),
        ("window = 365, minimum = 90", "window = 365", "pillar.3.indicators.3"),
        ("window = 365, minimum = 90", "window = 365, minimum = 366", "pillar.3.indicators.3"),
        ("window = 365, minimum = 90", "window = 757, minimum = 90", "pillar.indicators.window"),
        ('optional = true, part_of = "X1"', 'optional = true, part_of = "C1"', "pillar.2"),
        ('id = "X1_4h"', 'id = "X1_40m"', "pillar.2.indicators.1.id"),
        # names that could be anything
        ('id = "v1"', 'id = "v 1"', "id"),
        ('id = "v1"', 'id = "v1\\u0000"', "id"),
        ('equity_index = "SPX"', 'equity_index = ""', "inputs.equity_index"),
        ('equity_index = "SPX"', 'equity_index = "S\\nX"', "inputs.equity_index"),
        ('equity_index = "SPX"', 'equity_index = "../SPX"', "inputs.equity_index"),
        ('name = "macro"', 'name = "<b>macro"', "pillar.4.name"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_and_key(old: str, new: str, key: str) -> None:
    assert sentence(changed(old, new)).startswith(f"{NAME}: {key}: ")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("coverage = 0.70", "coverage = ", "line 6"),
        ("coverage = 0.70", "coverage = 0.70\ncoverage = 0.70", "line 7"),
        ("coverage = 0.70", 'coverage = "0.7\n0"', "line 6"),
        ("coverage = 0.70", "coverage = " + 100_000 * "[", "TOML"),
        ("window = 756", "window = " + 5_000 * "9", "digits"),
        ("window = 756", "window = 0x" + 5_000 * "F", "digits"),
    ],
)
def test_what_is_no_toml_or_a_bomb_is_one_sentence_too(old: str, new: str, words: str) -> None:
    assert words in sentence(changed(old, new))


def test_a_value_that_is_refused_is_shown() -> None:
    assert "(found '756')" in sentence(changed("window = 756", 'window = "756"'))
    assert "0.95" in sentence(changed("weight = 0.25", "weight = 0.2"))
    assert "'bold'" in sentence(changed('preset = "balanced"', 'preset = "bold"'))


def assert_no_required_one_gains(pillar: PillarRules, use: set[str]) -> None:
    """With optional ones beside it a required indicator weighs no more than without: the ceiling rests on it."""
    alone, beside = pillar.required(), pillar.weights(use)
    for name, weight in alone.items():
        assert beside[name] / sum(beside.values()) <= weight / sum(alone.values()) + 1e-9


def refused_or_sound(text: str) -> RuleSet | None:
    """The rules of a text, or None where they were refused in one sentence."""
    try:
        return parse_rules(text, NAME)
    except RulesError:
        sentence(text)
        return None


LINES = SHIPPED.splitlines()
VALUES = st.sampled_from(
    [
        "",
        "0",
        "1",
        "-1",
        "nan",
        "inf",
        "1e-320",
        "1e308",
        "true",
        '"x"',
        '""',
        "[]",
        "[1]",
        "{}",
        "{ a = 1 }",
        "12:00:00",
    ]
)


@settings(max_examples=150)
@given(st.integers(0, len(LINES) - 1), VALUES)
def test_any_value_on_any_line_is_refused_or_makes_sound_rules(line: int, value: str) -> None:
    key, equals, _ = LINES[line].partition("=")
    edited = [*LINES[:line], f"{key}{equals}{value}", *LINES[line + 1 :]]
    rules = refused_or_sound("\n".join(edited))
    if rules is None:
        return
    levels = rules.light.thresholds
    assert 0 < levels.watch_exit < min(levels.watch_enter, levels.risk_off_exit)
    assert max(levels.watch_enter, levels.risk_off_exit) < levels.risk_off_enter < 100
    assert sum(pillar.weight for pillar in rules.pillars) == pytest.approx(1, abs=1e-9)
    assert set(rules.indicator_ids) <= {*INDICATORS, *OPTIONAL}
    for pillar in rules.pillars:
        assert pillar.required()
        for use in combinations(pillar.optional, 2):
            assert_no_required_one_gains(pillar, {*pillar.required(), *use})
    assert len(set(rules.indicator_ids)) == len(rules.indicator_ids)
    assert 20 <= rules.minimum <= rules.window


@given(st.text(max_size=60))
def test_any_text_is_refused_in_one_sentence(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assert "a TOML file was expected" in sentence(text)
    else:
        assert sentence(text)


@given(st.integers(0, len(SHIPPED) - 1), st.integers(0, 5), st.characters(exclude_categories=["Cs"]))
def test_a_slip_of_the_keyboard_never_raises_anything_else(at: int, length: int, typed: str) -> None:
    refused_or_sound(SHIPPED[:at] + typed + SHIPPED[at + length :])
