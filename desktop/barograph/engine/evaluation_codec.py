"""Evaluations to and from JSON text, exact to the last bit, for the store."""

from __future__ import annotations

import json
from datetime import date, datetime
from math import inf, isinf, isnan, nan
from typing import Any

from barograph.risk.faces import Face
from barograph.risk.features import MISSING, OPTIONAL, RawInput, Shock
from barograph.risk.judge import Evaluation
from barograph.risk.light import MachineState
from barograph.risk.score import Availability, Percentile, Score

_ABSENT = Percentile(Availability.ABSENT, None, 0.0, 1.0)


def _number(value: float) -> float | str | None:
    if isnan(value):
        return None
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def _float(value: float | str | None) -> float:
    if value is None:
        return nan
    return {"inf": inf, "-inf": -inf}[value] if isinstance(value, str) else float(value)


def _machine(state: MachineState) -> list[Any]:
    return [state.face.value, state.closes_below, state.hold_left]


def inputs_text(evaluation: Evaluation) -> str:
    """Every input: raw value and range, availability, percentile and range, contribution in points.

    Optional inputs that were never there are left out, as they were before there were any.
    """
    return json.dumps(
        {
            name: {
                "x": [_number(raw.x), _number(raw.low), _number(raw.high)],
                "state": entry.availability.value,
                "u": [entry.u, entry.low, entry.high],
                "contribution": evaluation.score.contributions.get(name),
            }
            for name, raw in evaluation.raw.items()
            for entry in (evaluation.percentiles[name],)
            if entry.availability is not Availability.ABSENT
        },
        separators=(",", ":"),
        allow_nan=False,
    )


def state_text(evaluation: Evaluation) -> str:
    """Everything else: score, pillars, both state machines, shock, what the next evaluation goes on from."""
    return json.dumps(
        {
            "at": evaluation.at.isoformat(),
            "score": [evaluation.score.value, evaluation.score.low, evaluation.score.high],
            "coverage": evaluation.score.coverage,
            "pillars": dict(evaluation.score.pillars),
            "score_reason": evaluation.score.reason,
            "face": evaluation.face.value,
            "ceiling": evaluation.ceiling.value,
            "light": _machine(evaluation.light),
            "worst": _machine(evaluation.worst),
            "shock": [evaluation.shock.fired, evaluation.shock.possible],
            "reason": evaluation.reason,
            "warm_up_left": evaluation.warm_up_left,
            "steady": sorted(evaluation.steady),
            "scored_with": None if evaluation.scored_with is None else sorted(evaluation.scored_with),
            "since": evaluation.since.isoformat(),
            "sessions_in_state": evaluation.sessions_in_state,
        },
        separators=(",", ":"),
        allow_nan=False,
    )


def evaluation_of(session: date, rule_set: str, state: str, inputs: str) -> Evaluation:
    """The evaluation of stored texts.

    Raises:
        ValueError: the texts are not what `state_text` and `inputs_text` write.
    """
    try:
        return _evaluation(session, rule_set, json.loads(state), json.loads(inputs))
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"the stored evaluation of {session} is not one: {error}") from error


def _evaluation(session: date, rule_set: str, rest: dict[str, Any], entries: dict[str, Any]) -> Evaluation:
    value, low, high = rest["score"]
    absent = [name for name in OPTIONAL if name not in entries]
    percentiles = {name: Percentile(Availability(entry["state"]), *entry["u"]) for name, entry in entries.items()}
    return Evaluation(
        session=session,
        at=datetime.fromisoformat(rest["at"]),
        rule_set=rule_set,
        raw={name: RawInput(*map(_float, entry["x"])) for name, entry in entries.items()}
        | dict.fromkeys(absent, MISSING),
        percentiles=percentiles | dict.fromkeys(absent, _ABSENT),
        score=Score(
            value,
            low,
            high,
            rest["coverage"],
            rest["pillars"],
            {n: e["contribution"] for n, e in entries.items() if e["contribution"] is not None},
            rest["score_reason"],
        ),
        face=Face(rest["face"]),
        ceiling=Face(rest["ceiling"]),
        light=_machine_of(rest["light"]),
        worst=_machine_of(rest["worst"]),
        shock=Shock(*rest["shock"]),
        reason=rest["reason"],
        warm_up_left=rest["warm_up_left"],
        steady=frozenset(rest["steady"]),
        scored_with=None if rest["scored_with"] is None else frozenset(rest["scored_with"]),
        since=datetime.fromisoformat(rest["since"]),
        sessions_in_state=rest["sessions_in_state"],
    )


def _machine_of(entry: list[Any]) -> MachineState:
    return MachineState(Face(entry[0]), int(entry[1]), int(entry[2]))
