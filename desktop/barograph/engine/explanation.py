"""What an evaluation rests on, in full, as JSON for the store: for reading, never to go on from (SIGNALS 10)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

import numpy as np

from barograph.engine.tape import Tape
from barograph.engine.views import inputs_of
from barograph.market.instants import from_ns, iso_z, label_ns, to_ns
from barograph.risk.explain import Change, fired_look_rule, fired_rule, movers, nearest_changes, nearest_look_changes
from barograph.risk.faces import Face
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.judge import Evaluation
from barograph.risk.rules import PillarRules, RuleSet
from barograph.risk.score import Availability

FORMAT = 1


@dataclass(frozen=True, slots=True)
class _Provenance:
    """Of what an input was made: own time of the oldest part, when the last of them was public, and the sources."""

    event_time: datetime
    known_at: datetime
    source: str


def explanation_text(evaluation: Evaluation, before: Evaluation | None, rules: RuleSet, tape: Tape) -> str:
    """Inputs with their provenance, percentiles, weights and contributions; the score and its bounds; the rule that
    decided; the thresholds in force; what moved the score, and what would change the light.
    """
    return _text(_values(evaluation, before, rules, tape, {}))


def look_explanation_text(look: IntradayEvaluation, close: Evaluation | None, rules: RuleSet, tape: Tape) -> str:
    """The same of a look between two closes, each input with its own time; `close` is the evaluation that it goes on
    from. `look` is what the daily one does not have: the face at the close, how long the score has been above the
    levels, for how many closes a shock holds, and the change on its way.
    """
    state, reading = look.state, look.reading
    values = _values(look.evaluation, close, rules, tape, reading.times)
    worse, calmer = nearest_look_changes(look, rules)
    waits = {Face.WATCH: rules.intraday.watch_minutes, Face.RISK_OFF: rules.intraday.risk_off_minutes}
    values["rule"] = fired_look_rule(look, rules)
    values["would_change"] = {
        "worse": {**(_change(worse) or {}), "minutes": waits[worse.face]} if worse is not None else None,
        "calmer": _change(calmer),
    }
    values["look"] = {
        "close": state.session.isoformat(),
        "at_close": state.base.face.value,
        "minutes_above": {"watch": state.light.watch, "risk_off": state.light.risk_off},
        "shock_hold": state.hold.fired,
        "shock_hold_possible": state.hold.possible,
        "stocks_closed": reading.stocks_closed,
        "crypto_shock": reading.crypto_shock,
        "pending": {"light": look.pending[0].value, "minutes": look.pending[1]} if look.pending else None,
    }
    return _text(values)


def _text(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), allow_nan=False)


def _values(
    evaluation: Evaluation,
    before: Evaluation | None,
    rules: RuleSet,
    tape: Tape,
    times: Mapping[str, datetime],
) -> dict[str, Any]:
    score, light = evaluation.score, evaluation.light
    worse, calmer = nearest_changes(evaluation, rules)
    return {
        "format": FORMAT,
        "rule_set": evaluation.rule_set,
        "thresholds": {name: getattr(rules.light.thresholds, name) for name in type(rules.light.thresholds).__slots__},
        "session": evaluation.session.isoformat(),
        "evaluated_at": iso_z(evaluation.at),
        "inputs": dict(each for pillar in rules.pillars for each in _inputs(evaluation, pillar, rules, tape, times)),
        "pillars": {
            pillar.name: {
                "weight": pillar.weight,
                "value": score.pillars.get(pillar.name),
                "contribution": score.pillar_contribution(pillar) if pillar.name in score.pillars else None,
            }
            for pillar in rules.pillars
        },
        "score": score.value,
        "score_low": score.low,
        "score_up": score.high,
        "coverage": score.coverage,
        "state": {
            "face": evaluation.face.value,
            "ceiling": evaluation.ceiling.value,
            "kept": light.face.value,
            "closes_below": light.closes_below,
            "hold_left": light.hold_left,
        },
        "rule": fired_rule(evaluation, before, rules),
        "shock": evaluation.shock.fired,
        "moved": dict(movers(evaluation, before)),
        "would_change": {"worse": _change(worse), "calmer": _change(calmer)},
    }


def _inputs(
    evaluation: Evaluation, pillar: PillarRules, rules: RuleSet, tape: Tape, times: Mapping[str, datetime]
) -> list[tuple[str, dict[str, Any]]]:
    """Each indicator of a pillar that the feed has ever had."""
    available = {n for n, e in evaluation.percentiles.items() if e.availability is Availability.AVAILABLE}
    weights, found = pillar.weights(available), []
    whole = sum(weights.values())
    for name in pillar.indicators:
        entry, raw = evaluation.percentiles[name], evaluation.raw[name]
        if entry.availability is Availability.ABSENT:
            continue
        instruments = inputs_of(rules.inputs)[name]
        known = _provenance(instruments, evaluation, tape, times.get(name)) if isfinite(raw.x) else None
        found.append(
            (
                name,
                {
                    "state": entry.availability.value,
                    "x": raw.x if isfinite(raw.x) else None,
                    "u": entry.u,
                    "u_range": [entry.low, entry.high],
                    "window": evaluation.windows.get(name),
                    "weight": weights[name] / whole if name in weights else None,
                    "contribution": evaluation.score.contributions.get(name),
                    "made_of": list(instruments),
                    "source": known.source if known else None,
                    "event_time": iso_z(known.event_time) if known else None,
                    "known_at": iso_z(known.known_at) if known else None,
                    "age_s": (evaluation.at - known.event_time).total_seconds() if known else None,
                },
            )
        )
    return found


def _provenance(names: tuple[str, ...], evaluation: Evaluation, tape: Tape, newest: datetime | None) -> _Provenance:
    """Bars are as of their session's close, or of `newest` where that is given, and public then; a fixing is of its
    date, and public when published.
    """
    label, at_ns = label_ns(evaluation.session), to_ns(evaluation.at)
    events, public = [], []
    for name in names:
        fixings = tape.fixings.get(name)
        if fixings is not None:
            rows = np.flatnonzero(fixings.known_at <= at_ns)
            if rows.size:
                events.append(int(fixings.time[rows[-1]]))
                public.append(int(fixings.known_at[rows[-1]]))
            continue
        if newest is not None:
            events.append(min(to_ns(newest), at_ns))
            public.append(events[-1])
            continue
        instrument = tape.universe.instruments.get(name)
        calendar = tape.calendars(instrument.calendar if instrument is not None else "XNYS")
        close = min(int(calendar.close_ns(np.array([label]))[0]), at_ns)
        events.append(close)
        public.append(close)
    words = [tape.sources.get(name) or (f"{name} fixing" if name in tape.fixings else name) for name in names]
    times = from_ns(min(events, default=at_ns)), from_ns(max(public, default=at_ns))
    return _Provenance(*times, ", ".join(dict.fromkeys(words)))


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "light": change.face.value,
        "threshold": change.threshold,
        "points": change.points,
        "closes": change.closes,
        "pillars_alone": list(change.alone),
    }
