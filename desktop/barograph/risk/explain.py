"""What moved the score and what would change the light (SIGNALS 4.3 and 10)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from barograph.risk.faces import Face
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.judge import Evaluation
from barograph.risk.rules import PillarRules, RuleSet

HIGH_PERCENTILE = 0.95
LOW_PERCENTILE = 0.05
COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the light that lies ahead: `face` at score `threshold`, `points` away (negative: already past),
    after `closes` consecutive closes. `alone` names the pillars that could do it by themselves at their 95th
    (towards worse) or 5th percentile.
    """

    face: Face
    threshold: float
    points: float
    closes: int
    alone: tuple[str, ...]


def fired_rule(now: Evaluation, before: Evaluation | None, rules: RuleSet) -> str:
    """Which rule of the light decided this evaluation, as a fixed id.

    ``no_data`` (and why), ``shock``, ``shock_hold``, ``entered`` (the score is at or above the face's entry level),
    ``entry_restrained`` (it is, but not on the inputs that were there before), ``held`` (above the exit level),
    ``waiting`` (below it, for too few closes yet), ``left`` (for enough), ``below`` (CALM, and nothing asked for more).
    """
    if now.face is Face.NO_DATA or now.score.value is None:
        return f"no_data: {now.reason}"
    value, levels, face = now.score.value, rules.light.thresholds, now.light.face
    if now.shock.fired:
        return "shock"
    if before is not None and before.light.hold_left > 0:
        return "shock_hold"
    was = before.light.face if before is not None else Face.CALM
    if face.severity < was.severity:
        return "left"
    enter = {Face.WATCH: levels.watch_enter, Face.RISK_OFF: levels.risk_off_enter}
    above = max((level.severity for level in enter if value >= enter[level]), default=0)
    if above > face.severity:
        return "entry_restrained"
    if now.light.closes_below:
        return "waiting"
    if face is Face.CALM:
        return "below"
    return "entered" if value >= enter[face] else "held"


def fired_look_rule(look: IntradayEvaluation, rules: RuleSet) -> str:
    """Which rule of the light between two closes decided this look, as a fixed id.

    ``no_data`` (and why), ``shock``, ``shock_hold``, ``entered`` (the score has been at or above the face's entry level
    for long enough), ``risen`` (it had been since the close, and nothing gets calmer before the next), ``rising`` (as
    at the close, and on the way up), ``stocks_closed`` (as at the close: nothing counts towards RISK-OFF by night),
    ``entry_restrained`` (as at the close: above the level, but not on the inputs that were there before), ``close``.
    """
    one, state = look.evaluation, look.state
    if one.face is Face.NO_DATA or one.score.value is None:
        return f"no_data: {one.reason}"
    if look.reading.shock.fired:
        return "shock"
    if state.hold.fired:
        return "shock_hold"
    face, levels, waits = state.light.face, rules.light.thresholds, rules.intraday
    if face is not state.base.face:
        if face is Face.WATCH:
            minutes, needed = state.light.watch, waits.watch_minutes
        else:
            minutes, needed = state.light.risk_off, waits.risk_off_minutes
        return "entered" if minutes is not None and minutes >= needed else "risen"
    if look.pending is not None:
        return "rising"
    level = {Face.CALM: levels.watch_enter, Face.WATCH: levels.risk_off_enter}.get(face)
    if level is None or one.score.value < level:
        return "close"
    return "stocks_closed" if face is Face.WATCH and look.reading.stocks_closed else "entry_restrained"


def movers(now: Evaluation, before: Evaluation | None) -> tuple[tuple[str, float], ...]:
    """What moved the score since the previous evaluation: (indicator id, points), largest first.

    Where the available set changed, the remainder stands as ``coverage``, so that all parts add up to the
    change of the score. Empty when either evaluation has no score.
    """
    if before is None or now.score.value is None or before.score.value is None:
        return ()
    new, old = now.score.contributions, before.score.contributions
    parts = {name: new[name] - old[name] for name in new if name in old}
    if set(new) != set(old):
        parts[COVERAGE] = now.score.value - before.score.value - sum(parts.values())
    return tuple(sorted(parts.items(), key=lambda part: (-abs(part[1]), part[0])))


def nearest_changes(evaluation: Evaluation, rules: RuleSet) -> tuple[Change | None, Change | None]:
    """The next change towards worse and towards calmer; (None, None) when there is no score."""
    value = evaluation.score.value
    if evaluation.face is Face.NO_DATA or value is None:
        return None, None
    levels, face = rules.light.thresholds, evaluation.light.face
    worse = calmer = None
    if face is not Face.RISK_OFF:
        target, threshold = (
            (Face.WATCH, levels.watch_enter) if face is Face.CALM else (Face.RISK_OFF, levels.risk_off_enter)
        )
        alone = _alone(evaluation, rules, threshold, HIGH_PERCENTILE)
        worse = Change(target, threshold, threshold - value, 1, alone)
    if face is not Face.CALM:
        target, threshold = (Face.CALM, levels.watch_exit) if face is Face.WATCH else (Face.WATCH, levels.risk_off_exit)
        closes = rules.light.downgrade_closes - evaluation.light.closes_below + evaluation.light.hold_left
        alone = _alone(evaluation, rules, threshold, LOW_PERCENTILE)
        calmer = Change(target, threshold, value - threshold, closes, alone)
    return worse, calmer


def nearest_look_changes(look: IntradayEvaluation, rules: RuleSet) -> tuple[Change | None, Change | None]:
    """The same between two closes. Worse comes after minutes, so `closes` is 0. Calmer comes at a close only; a face
    that has risen since the last one is withdrawn by the next that does not confirm it, one of a shock by the last of
    its hold.
    """
    one, state = look.evaluation, look.state
    worse, calmer = nearest_changes(one, rules)
    if worse is not None:
        worse = replace(worse, closes=0)
    value, face = one.score.value, state.light.face
    if calmer is None or value is None or face is state.base.face:
        return worse, calmer
    levels = rules.light.thresholds
    target, threshold = (Face.CALM, levels.watch_enter) if face is Face.WATCH else (Face.WATCH, levels.risk_off_enter)
    alone = _alone(one, rules, threshold, LOW_PERCENTILE)
    return worse, Change(target, threshold, value - threshold, max(1, state.hold.fired), alone)


def _alone(evaluation: Evaluation, rules: RuleSet, threshold: float, percentile: float) -> tuple[str, ...]:
    score = evaluation.score
    able: list[str] = []
    for pillar in rules.pillars:
        if pillar.name not in score.pillars or score.value is None:
            continue
        moved = score.value + _shift(pillar, score.pillars[pillar.name], percentile, score.coverage)
        reaches = moved >= threshold if percentile > HIGH_PERCENTILE / 2 else moved < threshold
        if reaches:
            able.append(pillar.name)
    return tuple(able)


def _shift(pillar: PillarRules, value: float, percentile: float, coverage: float) -> float:
    return 100 * pillar.weight * (percentile - value) / coverage
