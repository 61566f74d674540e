"""Why a look between two closes shows what it does, and what would change that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from barograph.risk.explain import Change, fired_look_rule, nearest_look_changes
from barograph.risk.faces import Face
from barograph.risk.features import INDICATORS, MISSING, exact
from barograph.risk.intraday import IntradayEvaluation
from tests.risk.test_intraday import SMALL, STRUCK, Desk, reading

QUIET, UPPER, HIGH = 10.0, 26.0, 38.0
"""Levels whose scores lie below WATCH, between WATCH and RISK-OFF, and above RISK-OFF."""


def rules_of(desk: Desk, *levels: float) -> list[str]:
    return [fired_look_rule(desk.look(level), SMALL) for level in levels]


def changes(look: IntradayEvaluation) -> tuple[Change | None, Change | None]:
    return nearest_look_changes(look, SMALL)


def test_a_face_that_rises_says_how() -> None:
    desk = Desk()
    assert rules_of(desk, QUIET, *[UPPER] * 6) == ["close", *["rising"] * 6]
    assert rules_of(desk, UPPER, QUIET) == ["entered", "risen"]  # nothing gets calmer before the close
    assert rules_of(desk, *[HIGH] * 4) == ["risen"] * 3 + ["entered"]


def test_a_shock_and_its_hold_come_before_the_score() -> None:
    desk = Desk()
    assert fired_look_rule(desk.look(QUIET, STRUCK), SMALL) == "shock"
    assert rules_of(desk, QUIET, HIGH) == ["shock_hold"] * 2
    desk.close(QUIET)
    assert rules_of(desk, QUIET) == ["shock_hold"]


def test_without_a_light_the_reason_is_told_and_no_change() -> None:
    look = Desk().look(QUIET, critical=False)
    assert fired_look_rule(look, SMALL) == "no_data: critical_stale"
    assert changes(look) == (None, None)


def test_what_does_not_count_towards_a_face_is_told() -> None:
    desk = Desk()
    desk.close(UPPER)
    night = replace(reading(HIGH), stocks_closed=True)
    look = desk.intraday.look(desk.judge, night, desk.at.date(), desk.at, 1)
    assert look.evaluation.face is Face.WATCH
    assert fired_look_rule(look, SMALL) == "stocks_closed"
    desk, gone = Desk(), ("M1", "M2", "C1", "C2")
    desk.look({name: MISSING if name in gone else exact(21.5) for name in INDICATORS})
    back = {name: exact(38.0 if name in gone else 21.5) for name in INDICATORS}
    assert [fired_look_rule(desk.look(back), SMALL) for _ in range(2)] == ["entry_restrained", "rising"]


def test_worse_comes_after_minutes_and_calmer_at_a_close() -> None:
    desk, levels = Desk(), SMALL.light.thresholds
    look = desk.look(QUIET)
    worse, calmer = changes(look)
    assert worse is not None
    assert (worse.face, worse.threshold, worse.closes) == (Face.WATCH, levels.watch_enter, 0)
    assert calmer is None
    while (look := desk.look(UPPER)).evaluation.face is not Face.WATCH:
        pass
    value = look.evaluation.score.value
    assert value is not None
    worse, calmer = changes(look)
    assert worse is not None
    assert (worse.face, worse.closes) == (Face.RISK_OFF, 0)
    assert calmer is not None
    assert (calmer.face, calmer.threshold, calmer.closes) == (Face.CALM, levels.watch_enter, 1)
    assert calmer.points == pytest.approx(value - levels.watch_enter)


@pytest.mark.parametrize("level", [QUIET, UPPER, HIGH])
def test_the_close_does_what_was_told_of_a_face_that_had_risen(level: float) -> None:
    """Below the level told the next close withdraws it, at or above it confirms it."""
    desk = Desk()
    while desk.look(UPPER).evaluation.face is not Face.WATCH:
        pass
    look = desk.look(level)
    value, calmer = look.evaluation.score.value, changes(look)[1]
    assert value is not None
    assert calmer is not None
    assert (desk.close(level) is Face.CALM) == (calmer.points < 0) == (value < calmer.threshold)


def test_a_shock_lasts_until_the_last_close_of_its_hold() -> None:
    desk = Desk()
    look = desk.look(QUIET, STRUCK)
    calmer = changes(look)[1]
    assert calmer is not None
    assert calmer.closes == SMALL.intraday.shock_closes
    for close in range(calmer.closes):
        assert desk.look(QUIET).evaluation.face is Face.RISK_OFF, close
        desk.close(QUIET)
    assert desk.look(QUIET).evaluation.face is Face.CALM


def test_a_face_that_the_close_had_goes_the_daily_way() -> None:
    desk = Desk()
    assert desk.close(UPPER) is Face.WATCH
    look = desk.look(QUIET)
    calmer = changes(look)[1]
    assert fired_look_rule(look, SMALL) == "close"
    assert calmer is not None
    assert (calmer.threshold, calmer.closes) == (SMALL.light.thresholds.watch_exit, SMALL.light.downgrade_closes)


def test_windows_are_those_of_the_ranks() -> None:
    """Forty sessions have closed; the value of the look is one more, where it is there."""
    desk = Desk()
    held = desk.judge.last
    assert held is not None
    length = SMALL.window
    look = desk.look({**reading(UPPER).raw, "V3": MISSING}).evaluation
    assert look.windows["V1"] == min(41, length)
    assert look.windows["V3"] == min(40, length - 1)
    assert held.windows["V1"] == min(40, length)
    assert look.at - held.at > timedelta(0)
