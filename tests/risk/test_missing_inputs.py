"""Taking any input away never makes the ceiling calmer than the light was with it (SIGNALS 4.5).

Twice: markets from prices to faces with one instrument or series taken out, and raw inputs with anything taken out
that can be missing. Both runs have the same holes, late beginnings, stale fixings and shocks of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isnan

import numpy as np
import pytest

from barograph.market.bars import FloatArray
from barograph.risk.faces import Face
from barograph.risk.features import INDICATORS, MISSING, OPTIONAL, RawInput, Shock, exact
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet, Thresholds, Window
from tests.risk.samples import NO_SHOCK, RULES
from tests.risk.worlds import Judged, Roughness, instant, judged, observed, random_world

ROUGHNESS = (
    Roughness(),
    Roughness(hole=0.03, member_hole=0.001, fixing_hole=0.01),
    Roughness(hole=0.01, member_hole=0.004, fixing_hole=0.02, late_member=0.4, late_single=0.2, shock=0.03),
    Roughness(hole=0.1, fixing_hole=0.05, late_single=0.3),
    Roughness(member_hole=0.01, late_member=0.5),
)


def assert_never_calmer(whole: Sequence[Evaluation], part: Sequence[Evaluation]) -> None:
    """Session by session: `part` was judged on less of what `whole` was judged on."""
    for one, two in zip(whole, part, strict=True):
        assert two.ceiling.severity >= one.face.severity, f"{one.session}: {one.face}, but at worst {two.ceiling}"
        if two.face is two.ceiling is Face.CALM:
            assert one.face is Face.CALM, f"{one.session}: an unqualified calm, but it was {one.face}"
        if not two.reason:
            assert one.score.value is not None
            assert two.score.low <= one.score.value <= two.score.high, f"{one.session}: outside the bounds"


# -------------------------------------------------------------------------------------- from prices to faces


@pytest.mark.parametrize("seed", range(6))
def test_a_market_without_one_instrument_or_series(seed: int) -> None:
    rng = np.random.default_rng(seed)
    window = int(rng.integers(8, 60))
    rules = replace(RULES, window=window, minimum=int(rng.integers(4, min(window, 20) + 1)))
    world = random_world(rng, 165, ROUGHNESS[seed % len(ROUGHNESS)], members=int(rng.integers(2, 7)))
    whole = judged(observed(world, rules), rules)
    assert len({one.face for one in whole}) == 4
    names = [name for name in (*world.bars, *world.fixings) if name not in ("SPX", "BTC")]
    for name in rng.choice(names, 2, replace=False):
        assert_never_calmer(whole, judged(observed(world.without(str(name)), rules), rules))


@pytest.mark.parametrize("name", ["SPX", "BTC"])
def test_without_the_index_or_the_coin_there_is_no_light(name: str) -> None:
    rules = replace(RULES, window=20, minimum=5)
    world = random_world(np.random.default_rng(3), 90, Roughness()).without(name)
    assert {one.face for one in judged(observed(world, rules), rules)} == {Face.NO_DATA}


# -------------------------------------------------------------------------------------- from raw inputs to faces

INSTRUMENTS = {"QQQ": ("V1", "V2"), "VIX": ("V3",), "UUP": ("M1",), "DGS2": ("M2",), "leaders": ("E1", "E3")}
"""What goes where an instrument, a series or a whole basket is taken away."""
BASKETS = ("E1", "E2", "E3")

Rows = list[dict[str, RawInput]]


def random_rules(rng: np.random.Generator) -> RuleSet:
    """Small windows, and any thresholds, closes, holds, weights and shares."""
    window = int(rng.integers(3, 16))
    levels = sorted(float(level) for level in rng.choice(np.arange(30, 90, 2.5), 4, replace=False))
    weights = rng.dirichlet(np.full(len(RULES.pillars), 3.0))
    pillars = tuple(
        replace(p, weight=float(weight), indicators=dict(zip(p.indicators, rng.choice([0.5, 1, 2], 9), strict=False)))
        for p, weight in zip((replace(p, alone={}) for p in RULES.pillars), weights, strict=True)
    )
    light = replace(
        RULES.light,
        thresholds=Thresholds(levels[1], levels[0], levels[3], levels[2])
        if rng.random() < 0.5
        else RULES.light.thresholds,
        downgrade_closes=int(rng.integers(1, 5)),
        shock_hold=int(rng.integers(1, 5)),
    )
    return replace(
        RULES,
        window=window,
        minimum=int(rng.integers(1, min(window, 8) + 1)),
        windows={"C4": Window(int(rng.integers(3, 16)), 3), "C5": Window(4, 2)} if rng.random() < 0.5 else {},
        light=light,
        coverage=float(rng.choice([0.5, 0.7, 0.9])),
        pillar_share=float(rng.choice([0.3, 0.5, 0.8])),
        pillars=pillars if rng.random() < 0.5 else RULES.pillars,
    )


def random_rows(rng: np.random.Generator, count: int) -> Rows:
    """Raw inputs that wander together, in steps so that there are ties, with holes and different beginnings."""
    together = np.cumsum(rng.normal(0, 1, count)) * 2
    hole = float(rng.choice([0, 0, 0.02, 0.1, 0.25]))
    latest = int(rng.choice([0, 0, 10]))
    columns: dict[str, FloatArray] = {}
    there = [name for name in OPTIONAL if rng.random() < 0.7]
    for name in (*INDICATORS, *there):
        column = np.round(together + np.cumsum(rng.normal(0, 1, count)), int(rng.choice([0, 3])))
        column[rng.random(count) < hole] = np.nan
        column[: int(rng.integers(0, latest + 1 if name in INDICATORS else count // 2))] = np.nan
        columns[name] = column
    return [{name: exact(float(column[row])) for name, column in columns.items()} for row in range(count)]


def without_all_of(rows: Rows, names: Sequence[str]) -> Rows:
    return [{**row, **dict.fromkeys(names, MISSING)} for row in rows]


def without_a_member(rows: Rows, name: str, rng: np.random.Generator) -> Rows:
    """Known as a range only, from the first row on, and on some days not at all."""
    absent = float(rng.choice([0, 0.1, 0.5]))
    changed: Rows = []
    for row in rows:
        raw = row[name]
        if isnan(raw.x) or rng.random() < absent:
            changed.append({**row, name: MISSING})
            continue
        low, high = raw.low - float(rng.integers(0, 4)), raw.high + float(rng.integers(1, 4))
        x = float(rng.uniform(max(low, raw.x - 3), high))
        changed.append({**row, name: RawInput(x, -inf if name == "E3" else low, high)})
    return changed


def without_some_days(rows: Rows, name: str, rng: np.random.Generator) -> Rows:
    """An input that is there on its first day and then has more holes than the other run; an optional one may go for
    good.
    """
    seen = for_good = False
    changed: Rows = []
    for row in rows:
        gone = seen and (rng.random() < 0.2 or for_good)
        for_good = for_good or (gone and name in OPTIONAL and rng.random() < 0.1)
        seen = seen or not isnan(row[name].x)
        changed.append({**row, name: MISSING} if gone else row)
    return changed


def with_less(rows: Rows, rng: np.random.Generator) -> Rows:
    """One to three things taken away."""
    for _ in range(int(rng.integers(1, 4))):
        lot = rng.random()
        if lot < 0.4:
            rows = without_all_of(rows, INSTRUMENTS[str(rng.choice(list(INSTRUMENTS)))])
        elif lot < 0.8:
            rows = without_a_member(rows, str(rng.choice(BASKETS)), rng)
        else:
            names = ["V1", "V3", "X2", "C1", "M2", *(name for name in OPTIONAL if name in rows[0])]
            rows = without_some_days(rows, str(rng.choice(names)), rng)
    return rows


def with_shocks(rows: Rows, shocks: Sequence[Shock], critical: Sequence[bool]) -> list[Judged]:
    return [Judged(instant(row).date(), instant(row), raw, shocks[row], critical[row]) for row, raw in enumerate(rows)]


@pytest.mark.parametrize("seed", range(50))
def test_raw_inputs_with_anything_taken_away(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rules = random_rules(rng)
    count = int(rng.integers(25, 60))
    rows = random_rows(rng, count)
    fired, possible = rng.random((2, count)) < 0.03
    shocks = [Shock(bool(one), bool(one or two)) for one, two in zip(fired, possible, strict=True)]
    critical = [bool(lot > 0.03) for lot in rng.random(count)]
    whole = judged(with_shocks(rows, shocks, critical), rules)
    part = judged(with_shocks(with_less(rows, rng), shocks, critical), rules)
    assert_never_calmer(whole, part)


# ------------------------------------------------------------------------------------- cases that were once wrong


def test_a_light_that_begins_later_for_want_of_an_input_begins_with_the_worst_it_could_have_been() -> None:
    """With VIX the light is RISK-OFF from its first day on and held there; without it the first day comes later."""
    rules = replace(RULES, window=12, minimum=4)
    rows: Rows = [dict.fromkeys(INDICATORS, exact(x)) for x in (0.0, 1.0, 2.0, 3.0, 2.5, 2.5, 2.5)]
    for row in rows[:2]:
        row["V2"] = MISSING
    critical, shocks = [True] * len(rows), [NO_SHOCK] * len(rows)
    whole = judged(with_shocks(rows, shocks, critical), rules)
    part = judged(with_shocks(without_all_of(rows, ["V3"]), shocks, critical), rules)
    assert [one.face for one in whole[3:6]] == [Face.RISK_OFF] * 3
    assert [one.face for one in part[3:6]] == [Face.NO_DATA, Face.NO_DATA, Face.WATCH]
    assert part[5].ceiling is Face.RISK_OFF


def test_what_was_missing_on_any_day_without_a_light_is_not_trusted_on_the_first_day_with_one() -> None:
    """With the macro inputs, the coin's holes change the common set, and that holds the light up."""
    rules = replace(RULES, window=200, minimum=10, coverage=0.75)
    rows: Rows = [dict.fromkeys(INDICATORS, exact(float(row % 10 if row < 100 else 6))) for row in range(106)]
    for row in range(101, 106):
        for name in ("C1", "C2"):
            rows[row][name] = MISSING if row == 101 else exact(-1.0)
    critical, shocks = [row != 102 for row in range(106)], [NO_SHOCK] * 106
    whole = judged(with_shocks(rows, shocks, critical), rules)[100:]
    part = judged(with_shocks(without_all_of(rows, ["M1", "M2"]), shocks, critical), rules)[100:]
    risk_off, no_data = Face.RISK_OFF, Face.NO_DATA
    assert [one.face for one in whole] == [risk_off, risk_off, no_data, risk_off, risk_off, Face.WATCH]
    assert [one.face for one in part][1:3] == [no_data, no_data]
    assert_never_calmer(whole, part)
    assert part[4].ceiling is risk_off


def test_the_first_light_on_complete_data_is_not_qualified() -> None:
    rules = replace(RULES, window=12, minimum=4)
    rows: Rows = [dict.fromkeys(INDICATORS, exact(float(x))) for x in (4, 3, 2, 1, 0, 0)]
    run = judged(with_shocks(rows, [NO_SHOCK] * 6, [True] * 6), rules)
    assert [(one.face, one.ceiling) for one in run[3:]] == [(Face.CALM, Face.CALM)] * 3
