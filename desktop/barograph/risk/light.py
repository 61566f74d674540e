"""The light's state machine: hysteresis, downgrades after two closes, shock override (SIGNALS 5).

It is monotone: a higher score, or a possible shock, never makes a calmer state. The ceiling rests on that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from barograph.risk.faces import Face
from barograph.risk.rules import LightRules, Thresholds

_DOWN = {Face.RISK_OFF: Face.WATCH, Face.WATCH: Face.CALM, Face.CALM: Face.CALM}


@dataclass(frozen=True, slots=True)
class MachineState:
    """`face` is CALM, WATCH or RISK_OFF; `closes_below` consecutive closes asked for a calmer one; `hold_left`
    further closes are held at RISK-OFF by a shock.
    """

    face: Face = Face.CALM
    closes_below: int = 0
    hold_left: int = 0


def wanted(face: Face, enter: float, hold: float, thresholds: Thresholds) -> Face:
    """The face the score asks for: entry levels against `enter`, exit levels against `hold`."""
    if enter >= thresholds.risk_off_enter or (face is Face.RISK_OFF and hold >= thresholds.risk_off_exit):
        return Face.RISK_OFF
    if enter >= thresholds.watch_enter or (face is not Face.CALM and hold >= thresholds.watch_exit):
        return Face.WATCH
    return Face.CALM


def step(state: MachineState, enter: float, hold: float, *, shock: bool, rules: LightRules) -> MachineState:
    """One closed evaluation.

    `enter` is the score held against the entry levels and `hold` against the exit levels; they differ only
    when the available set changed. An upgrade is immediate and may skip a face; a downgrade is one step after
    `downgrade_closes` consecutive evaluations that ask for it.
    """
    hold_left = rules.shock_hold if shock else state.hold_left
    want = Face.RISK_OFF if hold_left > 0 else wanted(state.face, enter, hold, rules.thresholds)
    hold_left = max(0, hold_left - 1)
    if want.severity > state.face.severity:
        return MachineState(want, 0, hold_left)
    if want is state.face:
        return replace(state, closes_below=0, hold_left=hold_left)
    below = state.closes_below + 1
    if below >= rules.downgrade_closes:
        return MachineState(_DOWN[state.face], 0, hold_left)
    return replace(state, closes_below=below, hold_left=hold_left)


def step_without_light(state: MachineState, enter: float, *, shock: bool, rules: LightRules) -> MachineState:
    """One evaluation that shows NO DATA, for the ceiling: it may get worse, and the count towards better restarts.

    What is missing might have held the light where it is, so no exit level is asked.
    """
    after = step(state, enter, inf, shock=shock, rules=rules)
    return MachineState(after.face, 0, max(state.hold_left, rules.shock_hold if shock else 0))
