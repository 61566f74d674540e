"""The judge: warm-up, NO DATA, the common-set rule, percentiles over long runs, and going on from the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.market.bars import FloatArray
from barograph.risk.faces import Face
from barograph.risk.features import INDICATORS, MISSING, OPTIONAL, RawInput, Shock, exact
from barograph.risk.judge import Evaluation, Judge
from barograph.risk.rules import PillarRules, RuleSet, Thresholds, Window
from barograph.risk.score import Availability
from tests.risk.samples import NO_SHOCK, RULES, Dictation
from tests.risk.worlds import Judged, Roughness, canonical, instant, judged, observed, random_world

SMALL = replace(RULES, window=12, minimum=4)
LETTER = {Face.CALM: "G", Face.WATCH: "A", Face.RISK_OFF: "R", Face.NO_DATA: "-"}
SEEDS = st.integers(0, 2**32 - 1)

Raws = Mapping[str, RawInput]


def sessions(
    raws: Iterable[Raws], shocks: Mapping[int, Shock] | None = None, blind: Iterable[int] = ()
) -> list[Judged]:
    """What the judge is given when the raw inputs are these; `blind` sessions lack a critical price."""
    without = set(blind)
    return [
        Judged(instant(row).date(), instant(row), raw, (shocks or {}).get(row, NO_SHOCK), row not in without)
        for row, raw in enumerate(raws)
    ]


def walks(rng: np.random.Generator, rows: int, hole: float = 0.0, births: int = 0) -> list[dict[str, RawInput]]:
    """Exact raw inputs that wander together, with ties, holes, and beginnings on different rows."""
    together = np.cumsum(rng.normal(0, 1, rows))
    columns: dict[str, FloatArray] = {}
    for name in INDICATORS:
        columns[name] = np.round(together * 2 + np.cumsum(rng.normal(0, 1, rows)))
        columns[name][rng.random(rows) < hole] = np.nan
        columns[name][: int(rng.integers(0, births + 1))] = np.nan
    return [{name: exact(float(column[row])) for name, column in columns.items()} for row in range(rows)]


def faces(evaluations: Iterable[Evaluation]) -> str:
    return "".join(LETTER[one.face] for one in evaluations)


# ---------------------------------------------------------------------------------------------------- golden


def test_the_published_sequences_come_out_of_the_judge_as_well() -> None:
    desk = Dictation()
    scores = [50, 59.9, 60, 58, 53, 51, 52, 51, 51, 72, 71, 65, 63, 63, 61, 60, 51, 51, 51]
    assert faces(desk.score(points) for points in [50, 50, 50, 50, *scores])[4:] == "GGAAAAAAGRRRRAAAAGG"


def test_the_published_shock_comes_out_of_the_judge_as_well() -> None:
    desk = Dictation()
    fired = Shock(fired=True, possible=True)
    scores = [40, 45, 44, 43, 42, 41, 40, 40, 40]
    run = [desk.score(points, fired if row == 1 else NO_SHOCK) for row, points in enumerate([*[40] * 4, *scores])]
    assert run[1].face is Face.RISK_OFF
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    run = [desk.score(points, fired if row == 1 else NO_SHOCK) for row, points in enumerate(scores)]
    assert faces(run) == "GRRRRAAGG"


def test_the_published_grey_days_keep_the_state_and_count_for_nothing() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    run = [desk.score(points) for points in (65, None, None, 51, 51, 50)]
    assert faces(run) == "A--AGG"
    assert [one.light.face for one in run[:4]] == [Face.WATCH] * 4
    assert [one.light.closes_below for one in run] == [0, 0, 0, 1, 0, 0]
    assert [one.reason for one in run] == ["", "no_volatility", "no_volatility", "", "", ""]
    assert [one.score.value is None for one in run] == [False, True, True, False, False, False]


def test_a_grey_day_between_two_calmer_closes_neither_counts_nor_starts_the_count_again() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    assert faces(desk.score(points) for points in (65, 51, None, 51)) == "AA-G"


def test_without_a_critical_price_there_is_no_light_whatever_the_score() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    run = [desk.score(65), desk.score(90, critical=False), desk.score(40, critical=False), desk.score(55)]
    assert faces(run) == "A--A"
    assert [one.reason for one in run] == ["", "critical_stale", "critical_stale", ""]
    assert run[1].score.value == pytest.approx(90, abs=0.5)
    assert run[1].ceiling is Face.NO_DATA
    # the score of that day might have been the light: the ceiling has seen it
    assert [one.worst.face for one in run] == [Face.WATCH, Face.RISK_OFF, Face.RISK_OFF, Face.RISK_OFF]
    assert run[3].ceiling is Face.RISK_OFF


def test_a_shock_on_a_day_without_a_light_is_in_the_ceiling_afterwards() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    run = [desk.score(None, Shock(fired=False, possible=True)), *(desk.score(40) for _ in range(8))]
    assert faces(run) == "-GGGGGGGG"
    # three closes held, two and two more for the way down
    assert "".join(LETTER[one.ceiling] for one in run) == "-RRRRAAGG"


def test_a_shock_that_cannot_be_ruled_out_is_in_the_ceiling_of_a_day_with_a_light() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    run = [desk.score(40, Shock(fired=False, possible=True)), *(desk.score(40) for _ in range(7))]
    assert faces(run) == "GGGGGGGG"
    assert "".join(LETTER[one.ceiling] for one in run) == "RRRRAAGG"


def test_since_and_the_count_of_sessions_begin_with_the_face_that_is_shown() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    run = [desk.score(points) for points in (65, 66, None, None, 66, 40, 40, 40)]
    assert faces(run) == "AA--AAGG"
    assert [one.sessions_in_state for one in run] == [1, 2, 1, 2, 1, 2, 1, 2]
    firsts = [run[row] for row in (0, 0, 2, 2, 4, 4, 6, 6)]
    assert [one.since for one in run] == [one.at for one in firsts]


# --------------------------------------------------------------------------------------------------- warm-up


def test_the_warm_up_is_counted_down_and_named() -> None:
    run = judged(sessions(walks(np.random.default_rng(1), 8)), SMALL)
    assert [one.warm_up_left for one in run] == [3, 2, 1, 0, 0, 0, 0, 0]
    assert [one.reason for one in run] == ["warm_up"] * 3 + [""] * 5
    assert faces(run)[:3] == "---"
    assert "-" not in faces(run)[3:]
    assert {run[2].percentiles[name].availability for name in INDICATORS} == {Availability.LEARNING}
    assert {run[3].percentiles[name].availability for name in INDICATORS} == {Availability.AVAILABLE}
    assert {run[3].percentiles[name].availability for name in OPTIONAL} == {Availability.ABSENT}
    assert run[0].missing == ()


def test_the_warm_up_waits_for_half_of_each_pillar() -> None:
    births = {"V1": 3, "V2": 6, "V3": 0, "E1": 5, "E2": 5, "E3": 2, "X1": 4, "X2": 9, "C1": 15, "C2": 15}
    raws = [
        {name: exact(float(row)) if row >= births.get(name, 0) else MISSING for name in INDICATORS} for row in range(20)
    ]
    run = judged(sessions(raws), SMALL)
    # the second of volatility at 3, of leadership at 5, the first of co-movement at 4: the last of these decides
    assert [one.warm_up_left for one in run][:4] == [4, 4, 4, 4]
    assert [one.warm_up_left for one in run][4:10] == [4, 3, 2, 1, 0, 0]
    assert run[8].reason == ""
    assert run[8].percentiles["V2"].availability is Availability.LEARNING
    assert run[8].percentiles["X2"].availability is Availability.MISSING
    assert run[8].missing == ("X2", "C1", "C2")
    assert run[-1].missing == ()


def test_a_pillar_that_was_never_seen_keeps_the_warm_up_going() -> None:
    raws = [{**raw, "X1": MISSING, "X2": MISSING} for raw in walks(np.random.default_rng(2), 30)]
    run = judged(sessions(raws), SMALL)
    assert {one.warm_up_left for one in run[3:]} == {4}
    assert set(faces(run)) == {"-"}


def test_an_input_learns_only_while_all_of_it_is_there() -> None:
    """Part of it missing, it might be older than it looks: then it is missing, and the bounds know it."""
    whole = [
        {**raw, "E1": MISSING if row < 6 else raw["E1"]} for row, raw in enumerate(walks(np.random.default_rng(3), 12))
    ]
    partly = [
        {**raw, "E1": MISSING if row < 6 else RawInput(raw["E1"].x, raw["E1"].x - 1, raw["E1"].x)}
        for row, raw in enumerate(whole)
    ]
    one, two = (judged(sessions(raws), SMALL)[7] for raws in (whole, partly))
    assert one.percentiles["E1"].availability is Availability.LEARNING
    assert one.missing == ()
    assert two.percentiles["E1"].availability is Availability.MISSING
    assert two.missing == ("E1",)
    assert two.score.value == one.score.value
    assert two.score.high > one.score.high


def test_too_few_known_values_in_the_window_are_missing_not_learning() -> None:
    raws = walks(np.random.default_rng(4), 30)
    for row in (*range(8, 18), 19):
        raws[row]["V3"] = MISSING
    run = judged(sessions(raws), SMALL)
    states = [one.percentiles["V3"].availability for one in run]
    assert states[7] is Availability.AVAILABLE
    assert set(states[8:18]) == {Availability.MISSING}
    # the window of 12 that ends with row 18 holds one known value before it
    known = [sum(raws[r]["V3"] is not MISSING for r in range(row - 11, row + 1)) for row in range(18, 24)]
    assert known == [2, 1, 2, 3, 4, 5]
    assert [state is Availability.AVAILABLE for state in states[18:24]] == [False, False, False, False, True, True]


# ----------------------------------------------------------------------------------------------- percentiles


def naive_percentile(raws: Sequence[Raws], row: int, name: str, rules: RuleSet) -> float | None:
    """SIGNALS 4.2 read literally: the mid-rank among the known values of the window, from first sight on."""
    column = [raw[name].x for raw in raws[: row + 1]]
    seen = [at for at, x in enumerate(column) if not isnan(x)]
    if isnan(column[row]) or row - seen[0] + 1 < rules.minimum:
        return None
    known = [x for x in column[max(0, row - rules.window + 1) :] if not isnan(x)]
    if len(known) < rules.minimum:
        return None
    return sum((x < column[row]) + 0.5 * (x == column[row]) for x in known) / len(known)


@pytest.mark.parametrize("window", [4, 5, 7, 12])
def test_percentiles_over_a_long_run_are_those_of_the_window(window: int) -> None:
    """Far beyond the buffer's size, at every row."""
    rules = replace(RULES, window=window, minimum=4)
    raws = walks(np.random.default_rng(window), 9 * window, hole=0.1, births=5)
    for row, one in enumerate(judged(sessions(raws), rules)):
        for name in INDICATORS:
            entry = one.percentiles[name]
            assert entry.u == naive_percentile(raws, row, name, rules), (row, name)
            if entry.u is not None:
                known = [raw[name].x for raw in raws[max(0, row - window + 1) : row + 1]]
                if not any(isnan(x) for x in known):
                    assert entry.low == entry.u == entry.high
                assert entry.low <= entry.u <= entry.high


@settings(max_examples=30)
@given(SEEDS)
def test_the_range_of_a_percentile_holds_what_the_missing_values_would_have_made_of_it(seed: int) -> None:
    """Run twice over the same sessions: whole, and with values missing or known as ranges."""
    rng = np.random.default_rng(seed)
    whole = walks(rng, 40)
    part = [
        {
            name: MISSING
            if (lot := rng.random()) < 0.1 and row  # who comes first in a later session counts as younger
            else RawInput(raw.x, raw.x - rng.integers(0, 3), raw.x + rng.integers(0, 3))
            if lot < 0.3
            else raw
            for name, raw in raws.items()
        }
        for row, raws in enumerate(whole)
    ]
    for one, two in zip(judged(sessions(whole), SMALL), judged(sessions(part), SMALL), strict=True):
        for name, entry in one.percentiles.items():
            other = two.percentiles[name]
            if entry.u is not None and other.availability is not Availability.LEARNING:
                assert other.low <= entry.u <= other.high


def test_an_input_that_looks_younger_for_want_of_a_part_ranks_as_high_as_it_could_with_its_whole_past() -> None:
    rows = [dict.fromkeys(INDICATORS, exact(float(x))) for x in range(9)]
    part = [{**raw, "E1": MISSING if x < 3 else RawInput(float(x), x - 1.0, float(x))} for x, raw in enumerate(rows)]
    one, two = (judged(sessions(raws), SMALL)[-1].percentiles["E1"] for raws in (rows, part))
    assert one.u == 8.5 / 9
    assert two.low <= one.u <= two.high


# -------------------------------------------------------------------------------------------- optional inputs


OWN_WINDOW = replace(RULES, window=12, minimum=4, windows={"C4": Window(6, 3)})


def with_optional(rows: int, **columns: Sequence[float]) -> list[dict[str, RawInput]]:
    """Walks, and optional inputs as given; NaN where unknown."""
    raws = walks(np.random.default_rng(11), rows)
    return [{**raw, **{name: exact(values[row]) for name, values in columns.items()}} for row, raw in enumerate(raws)]


def test_an_optional_input_is_absent_then_learning_then_available_and_missed_when_it_goes() -> None:
    column = [nan, nan, nan, 1.0, nan, 2.0, 3.0, nan, nan, 5.0, 4.0]
    run = judged(sessions(with_optional(11, C4=column)), OWN_WINDOW)
    states = [one.percentiles["C4"].availability.value for one in run]
    assert states == [
        *("absent", "absent", "absent", "learning", "learning"),
        # by now whoever has all of it has its percentile; here two values are known, then three
        *("missing", "available", "missing", "missing", "available", "available"),
    ]
    assert run[6].percentiles["C4"].u == 2.5 / 3
    assert run[10].percentiles["C4"].u == 2.5 / 4  # of the last six: 2, 3, unknown, unknown, 5, 4
    assert [one.missing for one in run[5:9]] == [("C4",), (), ("C4",), ("C4",)]
    for one in run[3:5]:
        assert one.score.low == one.score.high
    for one in run[5:]:  # while a hole lies in the window the place is known as a range only
        assert one.score.low < one.score.high


def test_a_feed_that_never_had_the_optional_inputs_is_judged_as_if_there_were_none() -> None:
    raws = walks(np.random.default_rng(12), 60)
    bare = replace(
        RULES,
        window=12,
        minimum=4,
        pillars=tuple(PillarRules(p.name, p.weight, p.required()) for p in RULES.pillars),
    )
    one, two = judged(sessions(raws), SMALL), judged(sessions(raws), bare)
    assert [each.score for each in one] == [each.score for each in two]
    assert [(each.face, each.ceiling, each.steady) for each in one] == [
        (each.face, each.ceiling, each.steady) for each in two
    ]


def test_an_optional_input_that_begins_to_count_does_not_change_the_light_by_itself() -> None:
    """All stands still; the newcomer lifts the score over the level, and the light waits for one more close."""
    levels = Thresholds(watch_enter=58, watch_exit=50, risk_off_enter=72, risk_off_exit=64)
    rules = replace(RULES, window=101, minimum=10, windows={}, light=replace(RULES.light, thresholds=levels))
    raws = [{name: exact(float(9 - row // 10) if row < 100 else 5.0) for name in INDICATORS} for row in range(107)]
    for row, raw in enumerate(raws):
        raw.update({name: exact(row - 200.0) if row >= 95 else MISSING for name in ("C3", "C4", "C5")})
    run = judged(sessions(raws), rules)
    before, begins, after = run[103:106]
    assert before.percentiles["C3"].availability is Availability.LEARNING
    assert begins.percentiles["C3"].availability is Availability.AVAILABLE
    assert before.score.value is not None
    assert begins.score.value is not None
    assert before.score.value < levels.watch_enter <= begins.score.value
    assert [one.face for one in (before, begins, after)] == [Face.CALM, Face.CALM, Face.WATCH]
    assert begins.ceiling is Face.CALM


# --------------------------------------------------------------------------------------------- the light again


@settings(max_examples=40)
@given(SEEDS, st.sampled_from([0.0, 0.03, 0.15]))
def test_what_must_hold_at_every_evaluation(seed: int, hole: float) -> None:
    rng = np.random.default_rng(seed)
    shocks = {row: Shock(fired=row % 2 == 0, possible=True) for row in range(60) if rng.random() < 0.05}
    run = judged(sessions(walks(rng, 60, hole, births=6), shocks, blind=np.flatnonzero(rng.random(60) < 0.03)), SMALL)
    last = Face.CALM  # the last face with a light
    for one in run:
        assert (one.face is Face.NO_DATA) == bool(one.reason)
        assert (one.ceiling is Face.NO_DATA) == bool(one.reason)
        assert one.ceiling.severity >= one.face.severity
        assert one.worst.face.severity >= one.light.face.severity
        if one.reason:
            assert one.light.face is last
            continue
        assert one.face.severity >= last.severity - 1
        last = one.face


@settings(max_examples=60)
@given(SEEDS, st.sampled_from(INDICATORS), st.floats(0, 20))
def test_a_higher_value_of_any_input_never_gives_a_lower_score_nor_a_calmer_face(
    seed: int, name: str, more: float
) -> None:
    """Ranked in its own window, in which it stands itself."""
    given_sessions = sessions(walks(np.random.default_rng(seed), 20))
    last = given_sessions[-1]
    higher = replace(last, raw={**last.raw, name: exact(last.raw[name].x + more)})
    one, two = (judged([*given_sessions[:-1], end], SMALL)[-1] for end in (last, higher))
    assert one.score.value is not None
    assert two.score.value is not None
    assert two.score.value >= one.score.value
    assert two.face.severity >= one.face.severity


@settings(max_examples=40)
@given(SEEDS)
def test_with_nothing_missing_the_ceiling_is_the_light(seed: int) -> None:
    """However different the ages of the inputs: a light on complete data is never qualified."""
    rng = np.random.default_rng(seed)
    rules = replace(RULES, window=30, minimum=10)
    for one in judged(sessions(walks(rng, 60, births=9)), rules):
        assert one.ceiling is one.face
        assert one.reason or one.score.low == one.score.value == one.score.high


def common_points(one: Evaluation, names: frozenset[str]) -> float:
    """The score on some inputs, by hand: half of a pillar is enough, weights are made whole again."""
    total = weight = 0.0
    for pillar in RULES.pillars:
        us = [entry.u for name in pillar.indicators if name in names and (entry := one.percentiles[name]).u is not None]
        if len(us) >= len(pillar.required()) / 2:
            total += pillar.weight * sum(us) / len(us)
            weight += pillar.weight
    return 100 * total / weight


def test_a_changed_set_moves_the_light_only_where_the_common_set_asks_for_it() -> None:
    """Over many random runs with holes; both kinds of restraint have to happen."""
    restrained = {"upgrade": 0, "downgrade": 0}
    for seed in range(20):
        rng = np.random.default_rng(seed)
        run = judged(sessions(walks(rng, 80, hole=0.08)), SMALL)
        lit = [one for one in run if not one.reason]
        for before, now in pairwise(lit):
            assert now.scored_with is not None
            assert before.scored_with is not None
            if now.scored_with == before.scored_with or now.score.value is None:
                continue
            common = common_points(now, now.scored_with & before.scored_with)
            levels = RULES.light.thresholds
            entry = {Face.WATCH: levels.watch_enter, Face.RISK_OFF: levels.risk_off_enter}
            leave = {Face.WATCH: levels.watch_exit, Face.RISK_OFF: levels.risk_off_exit}
            for face, level in entry.items():
                if before.light.face.severity < face.severity <= now.light.face.severity:
                    assert min(common, now.score.value) >= level - 1e-9
                if before.light.face.severity < face.severity and common < level - 1e-9 <= now.score.value:
                    assert now.light.face.severity < face.severity
                    restrained["upgrade"] += 1
            if before.light.face in leave:
                level = leave[before.light.face]
                if now.light.face.severity < before.light.face.severity:
                    assert max(common, now.score.value) < level + 1e-9
                if now.score.value < level - 1e-9 and common > level + 1e-9:
                    assert now.light.closes_below == 0
                    restrained["downgrade"] += 1
    assert min(restrained.values()) > 3


def test_an_input_that_comes_back_does_not_change_the_light_by_itself() -> None:
    """Everything else stays where it was; the score leaps over the level, and the light waits for one more close."""
    rules = replace(RULES, window=101, minimum=10)
    raws = [{name: exact(float(9 - row // 10) if row < 100 else 5.0) for name in INDICATORS} for row in range(107)]
    for row in range(100, 107):
        for name in ("C1", "C2"):
            raws[row][name] = MISSING if row < 105 else exact(99.0)
    run = judged(sessions(raws), rules)
    before, back, after = run[104:]
    assert before.score.value == pytest.approx(57, abs=1)
    assert back.score.value == pytest.approx(66, abs=1)
    assert before.face is Face.CALM
    assert back.face is Face.CALM
    assert after.face is Face.WATCH


# ------------------------------------------------------------------------------------- going on from the past


def rough_sessions(seed: int, rows: int = 60) -> list[Judged]:
    rng = np.random.default_rng(seed)
    raws = [
        {
            name: RawInput(raw.x, raw.x - 1, raw.x) if rng.random() < 0.1 and not isnan(raw.x) else raw
            for name, raw in one.items()
        }
        for one in walks(rng, rows, hole=0.06, births=6)
    ]
    shocks = {row: Shock(fired=True, possible=True) for row in range(rows) if rng.random() < 0.03}
    return sessions(raws, shocks, blind=np.flatnonzero(rng.random(rows) < 0.04))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_going_on_from_the_past_gives_the_same_to_the_last_bit(seed: int) -> None:
    """Whatever the session at which it was interrupted, before, in and after the warm-up."""
    given_sessions = rough_sessions(seed)
    whole = judged(given_sessions, SMALL)
    wanted = [canonical(one) for one in whole]
    assert len(set(faces(whole))) == 4
    for split in range(len(given_sessions)):
        resumed = judged(given_sessions[split : split + 8], SMALL, past=whole[:split])
        assert [canonical(one) for one in resumed] == wanted[split : split + 8]


def test_the_future_changes_nothing() -> None:
    given_sessions = rough_sessions(9)
    whole = [canonical(one) for one in judged(given_sessions, SMALL)]
    for end in (5, 20, 41):
        assert [canonical(one) for one in judged(given_sessions[:end], SMALL)] == whole[:end]


def test_a_market_cut_off_after_any_session_is_judged_the_same() -> None:
    """From prices to faces, with holes and late beginnings, to the last bit."""
    rough = Roughness(hole=0.02, member_hole=0.003, fixing_hole=0.03, late_member=0.4, late_single=0.3, shock=0.03)
    world = random_world(np.random.default_rng(21), 130, rough)
    rules = replace(RULES, window=30, minimum=10)
    whole = [canonical(one) for one in judged(observed(world, rules), rules)]
    table = world.table(rules)
    for row in (60, 101):
        cut = replace(world.until(int(table.evaluated_at[row])), labels=world.labels[: row + 1])
        assert [canonical(one) for one in judged(observed(cut, rules), rules)] == whole[: row + 1]


def test_the_judge_keeps_what_it_was_given_and_nothing_of_the_callers() -> None:
    raws = walks(np.random.default_rng(5), 6)
    judge = Judge(SMALL)
    for one in sessions(raws):
        judge.evaluate(one.session, one.at, one.raw, one.shock, critical=one.critical)
    last = judge.last
    assert last is not None
    kept = last.raw["V1"]
    raws[5]["V1"] = MISSING
    assert last.raw["V1"] == kept
    assert last.rule_set == SMALL.id
