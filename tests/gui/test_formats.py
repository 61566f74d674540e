"""How numbers, ages and instants are written."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from barograph.gui.formats import (
    UNKNOWN,
    age,
    clock,
    day,
    day_with_year,
    decimals_for,
    duration,
    moment,
    number,
    percentile,
    plain_tip,
    quantity,
)
from tests.gui.snapshots import NOW


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (64_182.0, 0, False, "64,182"),
        (-4.05, 1, False, "\N{MINUS SIGN}4.0"),
        (4.1, 1, True, "+4.1"),
        (-0.04, 1, True, "0.0"),
        (0.04, 1, True, "0.0"),
        (None, 2, False, UNKNOWN),
        (math.nan, 2, False, UNKNOWN),
        (math.inf, 2, True, UNKNOWN),
        (1e308, 0, False, f"{1e308:,.0f}"),
    ],
)
def test_a_number(value: float | None, decimals: int, signed: bool, text: str) -> None:
    assert number(value, decimals, signed=signed) == text


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("%", "4.21%"),
        ("bp", "4.21 bp"),
        ("points", "4.21 pts"),
        ("index", "4.21"),
        ("M USD", "4.21 M USD"),
        ("corr", "4.21"),
        ("sigma", "4.21 sd"),
    ],
)
def test_a_number_comes_with_its_unit(unit: str, text: str) -> None:
    assert quantity(4.214, unit, 2) == text
    assert quantity(None, unit, 2) == UNKNOWN


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.765, "share", "76.5%"),
        (-0.0483, "log", "\N{MINUS SIGN}4.8%"),
        (0.28, "pp", "28.0 bp"),
        (0.0144, "% per 8h", "0.0%"),
        (1.0, "flag", "yes"),
        (0.0, "flag", "no"),
        (None, "flag", UNKNOWN),
        (math.nan, "share", UNKNOWN),
    ],
)
def test_inner_units_are_not_those_on_screen(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit, 1) == text


@pytest.mark.parametrize(
    ("value", "decimals"), [(31.4, 1), (312.0, 0), (3.2, 2), (0.64, 3), (0.0001, 3), (0.0, 2), (None, 2)]
)
def test_three_figures_are_shown(value: float | None, decimals: int) -> None:
    assert decimals_for(value) == decimals


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"), (172_800, "2 d")],
)
def test_an_age(seconds: float, text: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == text


def test_an_unknown_age_is_not_young() -> None:
    assert age(None, NOW) == UNKNOWN
    assert moment(None, NOW) == UNKNOWN
    assert percentile(None) == UNKNOWN


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (108, "1:48"), (700, "11:40"), (3_700, "1:01:40")])
def test_a_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_times_are_new_yorks_on_both_sides_of_a_change_of_clocks() -> None:
    assert clock(datetime(2026, 3, 7, 15, 0, tzinfo=UTC)) == "10:00"
    assert clock(datetime(2026, 3, 9, 15, 0, tzinfo=UTC)) == "11:00"
    assert clock(datetime(2026, 11, 1, 5, 30, tzinfo=UTC)) == "01:30"
    assert clock(datetime(2026, 11, 1, 6, 30, tzinfo=UTC)) == "01:30"


def test_a_moment_names_its_day_unless_it_is_today() -> None:
    assert moment(NOW - timedelta(hours=14), NOW) == "00:32"
    assert moment(NOW - timedelta(hours=15), NOW) == "Wed 4 Feb 23:32"
    assert moment(NOW - timedelta(days=400), NOW) == "Wed 1 Jan 2025 14:32"


def test_days() -> None:
    assert day(date(2026, 2, 5)) == "Thu 5 Feb"
    assert day_with_year(date(2026, 2, 5)) == "Thu 5 Feb 2026"


def test_a_tool_tip_is_never_markup() -> None:
    tip = plain_tip("<img src=x> & <b>bold</b>\nsecond")
    assert "<img" not in tip
    assert "<b>" not in tip
    assert "&lt;b&gt;" in tip
