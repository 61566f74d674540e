"""The light's state machine: published sequences, hysteresis, shock, and that more stress is never calmer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.faces import Face
from barograph.risk.light import MachineState, step, step_without_light, wanted
from tests.risk.samples import RULES

LIGHT = RULES.light
CALM, WATCH, RISK_OFF = Face.CALM, Face.WATCH, Face.RISK_OFF
LETTER = {CALM: "G", WATCH: "A", RISK_OFF: "R"}
POINTS = st.one_of(st.floats(0, 100), st.sampled_from([51.9, 52.0, 59.9, 60.0, 63.9, 64.0, 71.9, 72.0]))
"""Scores, those at and just below the thresholds more often."""


def run(scores: Sequence[float], shocks: Sequence[int] = ()) -> str:
    """The faces of consecutive closes, one letter each."""
    state, faces = MachineState(), ""
    for row, score in enumerate(scores):
        state = step(state, score, score, shock=row in shocks, rules=LIGHT)
        faces += LETTER[state.face]
    return faces


# ---------------------------------------------------------------------------------------------------- golden


def test_hysteresis_gives_the_published_sequence() -> None:
    scores = [50, 59.9, 60, 58, 53, 51, 52, 51, 51, 72, 71, 65, 63, 63, 61, 60, 51, 51, 51]
    assert run(scores) == "GGAAAAAAGRRRRAAAAGG"


def test_a_shock_gives_the_published_sequence() -> None:
    assert run([40, 45, 44, 43, 42, 41, 40, 40, 40], shocks=[1]) == "GRRRRAAGG"


def test_days_without_a_score_keep_the_state_of_the_published_sequence() -> None:
    # 65, unknown, unknown, 51, 51, 50: the machine does not see the two days in between
    assert run([65, 51, 51, 50]) == "AAGG"


# ----------------------------------------------------------------------------------------------- what it does


def test_an_upgrade_is_at_once_and_may_skip_a_face() -> None:
    assert run([59.99, 60, 72]) == "GAR"
    assert run([0, 100]) == "GR"


def test_a_downgrade_is_one_step_after_two_closes_in_a_row() -> None:
    assert run([100, 0, 0, 0, 0, 0]) == "RRAAGG"
    assert run([100, 0, 64, 0, 63, 0]) == "RRRRAA"
    assert run([60, 51, 52, 51, 51]) == "AAAAG"


def test_a_second_shock_starts_the_hold_again() -> None:
    assert run([0] * 8, shocks=[0, 2]) == "RRRRRRAA"
    assert run([0] * 5, shocks=[0]) == "RRRRA"


def test_a_score_round_a_threshold_changes_the_light_once() -> None:
    assert run([59, 61] * 20) == "G" + "A" * 39
    assert run([71, 73] * 20) == "A" + "R" * 39


def test_the_number_of_closes_and_of_the_hold_are_the_rules() -> None:
    slow = replace(LIGHT, downgrade_closes=4, shock_hold=1)
    state = step(MachineState(), 50, 50, shock=True, rules=slow)
    faces = [state.face]
    for _ in range(8):
        state = step(state, 50, 50, shock=False, rules=slow)
        faces.append(state.face)
    assert "".join(LETTER[face] for face in faces) == "RRRRAAAAG"


def test_entry_is_asked_of_one_score_and_exit_of_the_other() -> None:
    assert wanted(CALM, 59, 100, LIGHT.thresholds) is CALM
    assert wanted(WATCH, 71, 100, LIGHT.thresholds) is WATCH
    assert wanted(WATCH, 0, 52, LIGHT.thresholds) is WATCH
    assert wanted(RISK_OFF, 0, 64, LIGHT.thresholds) is RISK_OFF
    assert wanted(RISK_OFF, 60, 63, LIGHT.thresholds) is WATCH
    assert wanted(RISK_OFF, 0, 51, LIGHT.thresholds) is CALM


@given(st.lists(st.tuples(POINTS, st.integers(0, 9)), max_size=40))
def test_one_change_at_most_in_one_evaluation_and_one_step_towards_calmer(closes: list[tuple[float, int]]) -> None:
    state = MachineState()
    for score, lot in closes:
        shock = lot == 0
        after = step(state, score, score, shock=shock, rules=LIGHT)
        assert after.face.severity >= state.face.severity - 1
        if after.face is not state.face:
            assert after.closes_below == 0
        if after.face.severity > state.face.severity:
            assert shock or score >= (72 if after.face is RISK_OFF else 60)
        state = after


# ---------------------------------------------------------------------------------------------- it is monotone


def not_calmer(one: MachineState, other: MachineState) -> bool:
    """Whether `one` is at least as far from calm as `other`, counts and holds included."""
    if one.hold_left < other.hold_left:
        return False
    if one.face is other.face:
        return one.closes_below <= other.closes_below
    return one.face.severity > other.face.severity


@dataclass(frozen=True)
class Close:
    """What the light's machine sees of a close, and what the ceiling's does: nowhere less, maybe without a light.

    `seen` False: neither has a light. `shown` False: only the ceiling's has none.
    """

    enter: float
    hold: float
    shock: bool
    more_enter: float
    more_hold: float
    possible: bool
    seen: bool
    shown: bool


@st.composite
def closes(draw: st.DrawFn) -> Close:
    enter, hold = draw(POINTS), draw(POINTS)
    more = st.one_of(st.just(0.0), st.floats(0, 40))
    shock = draw(st.integers(0, 9)) == 0
    seen = draw(st.integers(0, 5)) > 0
    return Close(
        enter=enter,
        hold=hold,
        shock=shock,
        more_enter=enter + draw(more),
        more_hold=hold + draw(more),
        possible=shock or draw(st.integers(0, 9)) == 0,
        seen=seen,
        shown=seen and draw(st.integers(0, 5)) > 0,
    )


@given(st.lists(closes(), max_size=40), st.integers(1, 4), st.integers(1, 4))
def test_more_stress_never_gives_a_calmer_state(sequence: list[Close], downgrade_closes: int, shock_hold: int) -> None:
    """Over whole sequences, with days without a light, and entry and exit asked of different scores."""
    rules = replace(LIGHT, downgrade_closes=downgrade_closes, shock_hold=shock_hold)
    state = more = MachineState()
    for close in sequence:
        if close.seen:
            state = step(state, close.enter, close.hold, shock=close.shock, rules=rules)
        if close.shown:
            more = step(more, close.more_enter, close.more_hold, shock=close.possible, rules=rules)
        else:
            more = step_without_light(more, close.more_enter, shock=close.possible, rules=rules)
        assert not_calmer(more, state)


@given(closes(), st.sampled_from([CALM, WATCH, RISK_OFF]), st.integers(0, 1), st.integers(0, 2))
def test_without_a_light_nothing_gets_calmer_and_nothing_counts(
    close: Close, face: Face, closes_below: int, hold_left: int
) -> None:
    state = MachineState(face, closes_below, hold_left)
    after = step_without_light(state, close.enter, shock=close.possible, rules=LIGHT)
    assert not_calmer(after, replace(state, closes_below=after.closes_below))
    assert after.closes_below == 0
    if close.possible:
        assert after == MachineState(RISK_OFF, 0, LIGHT.shock_hold)
    elif hold_left == 0:
        assert after.face is wanted(face, close.enter, 100, LIGHT.thresholds)


@given(st.lists(POINTS, min_size=1, max_size=40))
def test_the_state_never_rests_below_what_the_score_asks_for(scores: list[float]) -> None:
    faces = run(scores)
    for score, face in zip(scores, faces, strict=True):
        assert face == "R" or score < 72
        assert face != "G" or score < 60
    for (before, now), (last, this) in zip(pairwise(faces), pairwise(scores), strict=True):
        if (before, now) == ("A", "G"):
            assert max(last, this) < 52
        if before == "R" != now:
            assert now == "A"
            assert max(last, this) < 64


@pytest.mark.parametrize("preset", ["sensitive", "balanced", "conservative"])
def test_dead_bands_are_eight_points_wide(preset: str) -> None:
    from importlib import resources

    from barograph.risk.rules_file import parse_rules

    shipped = (resources.files("barograph_resources") / "rules" / "v1.toml").read_text("utf-8")
    levels = parse_rules(shipped.replace('preset = "balanced"', f'preset = "{preset}"'), "v1").light.thresholds
    assert levels.watch_enter - levels.watch_exit == 8
    assert levels.risk_off_enter - levels.risk_off_exit == 8
