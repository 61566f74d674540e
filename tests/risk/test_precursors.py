"""Precursor lamps: on, off, unknown, and what they were worth."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from barograph.risk.context_rules import LAMPS
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.precursors import PrecursorInputs, lamps

RULES = load_context_rules()
ALL_ON = PrecursorInputs(
    volatility_ratio=1.25,
    leaders_above=0.39,
    dollar_z=0.01,
    yield_change=0.0,
    open_interest_week=0.021,
    crypto_week=-0.021,
)


def states(inputs: PrecursorInputs) -> list[str]:
    return [lamp.state.value for lamp in lamps(inputs, RULES.precursors, RULES.measured)]


def test_lamps_go_on_at_their_thresholds() -> None:
    assert states(ALL_ON) == ["on"] * 4
    assert [lamp.id for lamp in lamps(ALL_ON, RULES.precursors, RULES.measured)] == list(LAMPS)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"volatility_ratio": 1.24}, ["off", "off", "on", "on"]),
        ({"leaders_above": 0.40}, ["on", "off", "on", "on"]),
        ({"dollar_z": 0.0}, ["on", "on", "off", "on"]),
        ({"yield_change": -0.01}, ["on", "on", "off", "on"]),
        ({"open_interest_week": 0.02}, ["on", "on", "on", "off"]),
        ({"crypto_week": -0.02}, ["on", "on", "on", "off"]),
        ({"leaders_above": nan}, ["on", "unknown", "on", "on"]),
        ({"leaders_above": nan, "volatility_ratio": 1.0}, ["off", "off", "on", "on"]),
        ({"open_interest_week": nan}, ["on", "on", "on", "unknown"]),
        ({"open_interest_week": nan, "crypto_week": 0.1}, ["on", "on", "on", "off"]),
    ],
)
def test_a_lamp_is_off_only_when_that_is_known(change: dict[str, float], expected: list[str]) -> None:
    assert states(replace(ALL_ON, **change)) == expected


def test_every_lamp_carries_what_was_measured_also_where_it_is_nothing() -> None:
    found = {lamp.id: lamp for lamp in lamps(ALL_ON, RULES.precursors, RULES.measured)}
    assert all(lamp.measured for lamp in found.values())
    assert {name: lamp.proven for name, lamp in found.items()} == {
        "P1": True, "P1_leaders": True, "P2": False, "P3": False,
    }  # fmt: skip
    assert found["P3"].measured[0].lift == 1.05
