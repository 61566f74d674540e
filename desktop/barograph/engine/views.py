"""Turns an evaluation into the views of the Snapshot: light, pillars, readings, movers, flip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from math import isfinite

import numpy as np

from barograph.engine.snapshot import (
    Flip,
    FlipSide,
    LightView,
    Mover,
    Pending,
    PillarView,
    Reading,
)
from barograph.engine.tape import Tape, fixed_at
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.risk.explain import Change, movers, nearest_changes, nearest_look_changes
from barograph.risk.faces import Face
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.judge import Evaluation
from barograph.risk.rules import InputNames, PillarRules, RuleSet
from barograph.risk.score import Availability, largest_remainder

_UNITS = {
    "V1": "ratio", "V2": "ratio", "V3": "points", "E1": "share", "E2": "share", "E3": "log",
    "X1": "corr", "X1_4h": "corr", "X1_1h": "corr", "X2": "corr",
    "C1": "log", "C2": "ratio", "C3": "log", "C4": "share", "C5": "bp", "M1": "sigma", "M2": "pp",
}  # fmt: skip


def inputs_of(names: InputNames) -> dict[str, tuple[str, ...]]:
    """Which instruments, series or groups each indicator is made of."""
    return {
        "V1": (names.growth,),
        "V2": (names.growth,),
        "V3": (names.volatility_index,),
        "E1": (names.leaders,),
        "E2": (names.breadth,),
        "E3": (names.leaders, names.equity_index),
        "X1": (names.equity_index, names.crypto),
        "X1_4h": (names.equity_future, names.crypto),
        "X1_1h": (names.equity_future, names.crypto),
        "X2": (names.equity_index, names.crypto),
        "C1": (names.crypto,),
        "C2": (names.crypto,),
        "C3": (names.crypto,),
        "C4": (names.crypto,),
        "C5": (names.crypto,),
        "M1": (names.dollar, names.yield_10y),
        "M2": (names.yield_2y,),
    }


def light(evaluation: Evaluation | None, rules: RuleSet, next_evaluation: datetime | None) -> LightView:
    """The light as last judged; NO DATA before the first evaluation."""
    if evaluation is None:
        return LightView(
            Face.NO_DATA, Face.NO_DATA, None, None, None, None, 0.0, 0, _required(rules), (), None, 0, None,
            shock=False, as_of=None, session=None, next_evaluation=next_evaluation, reason="starting",
        )  # fmt: skip
    expected = [name for name, entry in evaluation.percentiles.items() if entry.availability.expected]
    no_light = evaluation.face is Face.NO_DATA
    pending = None
    if not no_light and evaluation.light.closes_below:
        _, calmer = nearest_changes(evaluation, rules)
        if calmer is not None:
            pending = Pending(calmer.face, calmer.threshold, calmer.closes)
    return LightView(
        face=evaluation.face,
        ceiling=evaluation.ceiling,
        underlying=evaluation.light.face if no_light and evaluation.scored_with is not None else None,
        score=None if no_light else evaluation.score.value,
        score_low=None if no_light else evaluation.score.low,
        score_up=None if no_light else evaluation.score.high,
        coverage=evaluation.score.coverage,
        fresh=len(expected) - len(evaluation.missing),
        expected=len(expected),
        missing=evaluation.missing,
        since=evaluation.since,
        sessions_in_state=evaluation.sessions_in_state,
        pending=pending,
        shock=evaluation.light.hold_left > 0 or evaluation.shock.fired,
        as_of=evaluation.at,
        session=evaluation.session,
        next_evaluation=next_evaluation,
        reason=evaluation.reason,
        warm_up_left=evaluation.warm_up_left,
    )


def intraday_light(look: IntradayEvaluation, rules: RuleSet, next_evaluation: datetime | None) -> LightView:
    """The light as last looked at while its session runs."""
    shown = light(look.evaluation, rules, next_evaluation)
    pending = shown.pending
    if look.pending is not None:
        face, minutes = look.pending
        levels = rules.light.thresholds
        threshold = levels.risk_off_enter if face is Face.RISK_OFF else levels.watch_enter
        pending = Pending(face, threshold, 0, float(minutes))
    return replace(
        shown,
        pending=pending,
        provisional=True,
        stocks_closed=look.reading.stocks_closed,
        crypto_shock=look.reading.crypto_shock,
        shock=shown.shock or look.state.hold.fired > 0,
    )


def pillars(evaluation: Evaluation | None, before: Evaluation | None, rules: RuleSet) -> tuple[PillarView, ...]:
    """The pillars in display order; their integers add up to the shown score."""
    shown = evaluation is not None and evaluation.face is not Face.NO_DATA
    parts = (
        {p.name: evaluation.score.pillar_contribution(p) for p in rules.pillars if p.name in evaluation.score.pillars}
        if evaluation is not None and shown
        else {}
    )
    points = largest_remainder(parts, evaluation.score.value) if evaluation is not None and parts else {}
    return tuple(
        PillarView(
            pillar.name,
            pillar.weight,
            evaluation.score.pillars.get(pillar.name) if evaluation is not None and shown else None,
            parts.get(pillar.name),
            points.get(pillar.name),
            before.score.pillar_contribution(pillar) if before and before.score.contributions else None,
        )
        for pillar in rules.pillars
    )


def readings(
    evaluation: Evaluation | None, rules: RuleSet, tape: Tape, times: Mapping[str, datetime] | None = None
) -> tuple[Reading, ...]:
    """Every indicator with value, percentile, contribution and provenance; optional ones where the feed has them.

    `times`: when the newest value of each was observed, where that is not the session's close.
    """
    sources = inputs_of(rules.inputs)
    result: list[Reading] = []
    for pillar in rules.pillars:
        for name, weight in _weights(pillar, evaluation).items():
            if evaluation is None:
                empty = (None, _UNITS[name], None, None, weight, None, None, "", Freshness.MISSING, sources[name])
                result.append(Reading(name, pillar.name, *empty))
                continue
            entry, raw = evaluation.percentiles[name], evaluation.raw[name]
            known = entry.availability is not Availability.MISSING and isfinite(raw.x)
            as_of = _as_of(name, sources[name], evaluation, tape, times or {}) if known else None
            shown = evaluation.face is not Face.NO_DATA
            result.append(
                Reading(
                    id=name,
                    pillar=pillar.name,
                    value=raw.x if isfinite(raw.x) else None,
                    unit=_UNITS[name],
                    percentile=entry.u,
                    contribution=evaluation.score.contributions.get(name) if shown else None,
                    weight=weight,
                    as_of=as_of,
                    known_at=evaluation.at if known else None,
                    source=_source(sources[name], tape),
                    state=_state(entry.availability),
                    inputs=sources[name],
                )
            )
    return tuple(result)


def _required(rules: RuleSet) -> int:
    return sum(len(pillar.required()) for pillar in rules.pillars)


def _weights(pillar: PillarRules, evaluation: Evaluation | None) -> dict[str, float]:
    """Weights of the indicators that are shown: those of what is expected, and of what is learning as if it were."""
    if evaluation is None:
        return pillar.required()
    found = {name: entry.availability for name, entry in evaluation.percentiles.items()}
    shown = [name for name in pillar.indicators if found[name] is not Availability.ABSENT]
    expected = pillar.weights({name for name in shown if found[name].expected or name not in pillar.optional})
    with_learning = pillar.weights(shown)
    return {name: expected.get(name, with_learning[name]) for name in shown}


def _state(availability: Availability) -> Freshness:
    if availability is Availability.MISSING:
        return Freshness.MISSING
    if availability is Availability.LEARNING:
        return Freshness.LEARNING
    return Freshness.CLOSED


def _as_of(
    name: str, inputs: tuple[str, ...], evaluation: Evaluation, tape: Tape, times: Mapping[str, datetime]
) -> datetime:
    return times[name] if name in times else _oldest(inputs, evaluation, tape)


def _oldest(inputs: tuple[str, ...], evaluation: Evaluation, tape: Tape) -> datetime:
    """The own time of the oldest input: the session's close for bars, the observation date for fixings."""
    label = label_ns(evaluation.session)
    times: list[int] = []
    for name in inputs:
        held = tape.fixings.get(name)
        if held is not None:
            known = held.time[held.known_at <= to_ns(evaluation.at)]
            times.append(to_ns(fixed_at(int(known[-1]))) if len(known) else label)
        else:
            calendar = tape.calendars(tape.universe.instrument(name).calendar)
            times.append(int(calendar.close_ns(np.array([label]))[0]))
    return from_ns(min(times))


def _source(inputs: tuple[str, ...], tape: Tape) -> str:
    words = [tape.sources.get(name) or (f"{name} fixing" if name in tape.fixings else name) for name in inputs]
    return ", ".join(dict.fromkeys(words))


def movers_of(evaluation: Evaluation | None, before: Evaluation | None) -> tuple[Mover, ...]:
    """What moved the score since the previous evaluation with one."""
    if evaluation is None or evaluation.face is Face.NO_DATA:
        return ()
    return tuple(Mover(name, points) for name, points in movers(evaluation, before))


def flip(evaluation: Evaluation | None, rules: RuleSet, look: IntradayEvaluation | None = None) -> Flip | None:
    """What would change the light; None without one. `look`: where `evaluation` is what one showed."""
    if evaluation is None or evaluation.face is Face.NO_DATA:
        return None
    if look is None:
        worse, calmer = nearest_changes(evaluation, rules)
    else:
        worse, calmer = nearest_look_changes(replace(look, evaluation=evaluation), rules)
    return Flip(_side(worse), _side(calmer))


def _side(change: Change | None) -> FlipSide | None:
    if change is None:
        return None
    return FlipSide(change.face, change.threshold, change.points, max(1, change.closes), change.alone)
