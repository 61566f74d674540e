"""Regime, precursors and scenarios on six recorded years against the shares and labels that were published.

Published for 2018-12 to 2026-08; what is recorded ends with 2024.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from math import nan
from pathlib import Path

import numpy as np
import pytest

from barograph.market.bars import FloatArray
from barograph.risk.cascade import START as NO_CASCADE
from barograph.risk.cascade import Cascade
from barograph.risk.cascade import step as cascade_step
from barograph.risk.context_features import (
    CryptoReadings,
    cascade_inputs,
    precursor_inputs,
    regime_inputs,
    scenario_inputs,
)
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face
from barograph.risk.precursors import lamps
from barograph.risk.regime import Regime, RegimeReading, RegimeState, step
from barograph.risk.scenarios import ScenarioReading, judge_scenarios
from tests.risk.recorded_days import RecordedDays, recorded_days, recorded_faces

RULES = load_context_rules()
START, END = date(2018, 12, 1), date(2024, 12, 31)


@pytest.fixture(scope="module")
def days(history_folder: Path) -> RecordedDays:
    return recorded_days(history_folder)


@pytest.fixture(scope="module")
def regimes(days: RecordedDays) -> Mapping[date, RegimeReading]:
    state, readings = RegimeState(), {}
    for day, window in days.windows(START, END):
        state, readings[day] = step(state, regime_inputs(window, CryptoReadings()), RULES.regime)
    return readings


def joint_falls(days: RecordedDays, of: list[date], rows: int, equity_fall: float, crypto_fall: float) -> FloatArray:
    """1 where both fell so far within so many sessions, 0 where not, NaN at the end of the record."""
    equity, crypto = days.closes["equity"], days.closes["crypto"]
    first = days.row(of[0])
    found = np.full(len(of), np.nan)
    for place, row in enumerate(range(first, first + len(of))):
        ahead = slice(row + 1, row + 1 + rows)
        if row + rows < len(equity):
            fell = np.min(equity[ahead] / equity[row] - 1) <= -equity_fall
            found[place] = fell and np.min(crypto[ahead] / crypto[row] - 1) <= -crypto_fall
    return found


def test_regimes_take_their_published_shares(regimes: Mapping[date, RegimeReading]) -> None:
    counts = Counter(reading.regime for reading in regimes.values())
    shares = {regime: 100 * counts[regime] / len(regimes) for regime in Regime}
    published = {Regime.NONE: 83, Regime.VOLATILITY: 7, Regime.TREND: 6, Regime.LIQUIDITY: 4}
    assert shares == pytest.approx(published, abs=1.0)
    assert all(reading.worst is reading.regime for reading in regimes.values())  # nothing is missing there


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        ("2020-02-28", "liquidity"),
        ("2020-03-09", "liquidity"),
        ("2020-03-12", "liquidity"),
        ("2022-01-24", "trend"),
        ("2022-05-10", "trend"),
        ("2022-06-13", "liquidity"),
        ("2022-06-14", "liquidity"),
        ("2024-08-02", "volatility"),
        ("2024-08-05", "volatility"),
    ],
)
def test_known_days_have_their_published_regime(regimes: Mapping[date, RegimeReading], day: str, regime: str) -> None:
    assert regimes[date.fromisoformat(day)].regime.value == regime


def test_only_liquidity_shocks_carried_more_danger(days: RecordedDays, regimes: Mapping[date, RegimeReading]) -> None:
    labels = np.array([reading.regime.value for reading in regimes.values()])
    fell = joint_falls(days, list(regimes), 10, 0.04, 0.12)
    base = float(np.nanmean(fell))
    rates = {regime.value: float(np.nanmean(fell[labels == regime.value])) for regime in Regime}
    assert base == pytest.approx(0.052, abs=0.01)
    assert rates["liquidity"] > 3 * base  # published: 17.4 %; these years: 27 %
    assert all(rates[name] < 2 * base for name in ("none", "volatility", "trend"))


def test_precursors_have_their_published_lift(days: RecordedDays) -> None:
    found = {
        day: lamps(precursor_inputs(window, CryptoReadings()), RULES.precursors, RULES.measured)
        for day, window in days.windows(START, END)
    }
    within = {
        "J5": joint_falls(days, list(found), 5, 0.02, 0.06),
        "J10": joint_falls(days, list(found), 10, 0.04, 0.12),
    }
    for place, lamp_id in enumerate(("P1", "P1_leaders", "P2")):
        on = np.array([one[place].state.value == "on" for one in found.values()])
        for lift in (lift for lift in RULES.measured if lift.lamp == lamp_id):
            fell = within[lift.event]
            measured = float(np.nanmean(fell[on]) / np.nanmean(fell))
            if lift.low is not None and lift.high is not None:
                assert lift.low <= measured <= lift.high
            else:
                assert measured == pytest.approx(lift.lift, abs=0.2)
            if lift.share_on is not None:
                assert on.mean() == pytest.approx(lift.share_on, abs=0.02)


def test_scenarios_of_known_days_are_the_published_ones(days: RecordedDays) -> None:
    for day, scenario in (
        ("2022-01-21", "B"),
        ("2022-06-13", "B"),
        ("2020-04-09", "A"),
        ("2020-03-12", "mixed"),
    ):
        window = days.window(days.row(date.fromisoformat(day)))
        assert judge_scenarios(scenario_inputs(window), RULES.scenarios).dominant.value == scenario


def as_published(reading: ScenarioReading) -> str:
    """The dominant scenario with shares compared as floating point numbers, in which 0.6 - 0.4 is less than 0.2."""
    top, second, _ = sorted(reading.evidence, key=lambda one: -one.share)
    return top.scenario.value if top.share >= 0.6 and top.share - second.share >= 0.2 else "mixed"


def test_scenarios_take_their_published_shares_while_the_light_is_not_calm(
    days: RecordedDays, history_folder: Path
) -> None:
    """The published shares call a lead of three signs over two mixed, which is by rounding only. As the rule is
    written (a lead of 20 points or more) fewer days are mixed: 30, 39, 27 and 4 %.
    """
    faces = recorded_faces(history_folder)
    readings = [
        judge_scenarios(scenario_inputs(window), RULES.scenarios)
        for day, window in days.windows(START, END)
        if faces[day] in (Face.WATCH, Face.RISK_OFF)
    ]
    for names, published in (
        ([as_published(reading) for reading in readings], {"mixed": 48, "A": 31, "B": 19, "C": 2}),
        ([reading.dominant.value for reading in readings], {"mixed": 30, "A": 39, "B": 27, "C": 4}),
    ):
        shares = {name: 100 * count / len(names) for name, count in Counter(names).items()}
        assert shares == pytest.approx(published, abs=5)


def test_the_cascade_of_summer_2024_is_in_the_order_in_which_it_was_told(days: RecordedDays) -> None:
    """Daily stages only: the turn away from the leaders in July, a second jolt on 24 July, and 5 August."""
    cascade: Cascade = NO_CASCADE
    seen: dict[date, Cascade] = {}
    for day, window in days.windows(date(2024, 7, 8), date(2024, 8, 20)):
        at = datetime(day.year, day.month, day.day, 21, tzinfo=UTC)
        others = scenario_inputs(window), precursor_inputs(window, CryptoReadings())
        inputs = cascade_inputs(window, *others, deleveraging=None, stocks_closed=False, crypto_hour_sigmas=nan)
        cascade = cascade_step(cascade, at, inputs, RULES.cascade)
        seen[day] = cascade
    july, august = seen[date(2024, 7, 24)], seen[date(2024, 8, 5)]
    assert [mark.status.value for mark in july[:4]] == ["on"] * 4
    assert [mark.status.value for mark in august[:4]] == ["on"] * 4
    begun = [mark.since.date() for mark in july[:4] if mark.since is not None]
    assert begun == [date(2024, 7, 11), date(2024, 7, 12), date(2024, 7, 17), date(2024, 7, 17)]
    assert august[4].status.value == "unknown"  # no crypto stage was given
    assert [mark.status.value for mark in seen[date(2024, 8, 19)][:1]] == ["not_yet"]
