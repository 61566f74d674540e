"""The state of the intraday light to and from JSON text, for the store."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from barograph.engine.evaluation_codec import inputs_text
from barograph.risk.faces import Face
from barograph.risk.intraday import Dwell, Hold, IntradayEvaluation, IntradayState
from barograph.risk.light import MachineState
from barograph.store.intraday import StoredLook


def stored_look(feed_key: str, look: IntradayEvaluation, explanation: str = "") -> StoredLook:
    """A look as it is kept."""
    shown = look.evaluation
    lit = shown.face is not Face.NO_DATA
    return StoredLook(
        feed_key=feed_key,
        rule_set=shown.rule_set,
        at=shown.at,
        session=shown.session,
        face=shown.face,
        ceiling=shown.ceiling,
        reason=shown.reason,
        score=shown.score.value if lit else None,
        score_low=shown.score.low,
        score_up=shown.score.high,
        coverage=shown.score.coverage,
        state=_state_text(look),
        inputs=inputs_text(shown),
        explanation=explanation,
    )


def _state_text(look: IntradayEvaluation) -> str:
    state, reading = look.state, look.reading
    return json.dumps(
        {
            "session": state.session.isoformat(),
            "base": [state.base.face.value, state.base.closes_below, state.base.hold_left],
            "at": state.at.isoformat(),
            "light": _dwell_text(state.light),
            "worst": _dwell_text(state.worst),
            "hold": [state.hold.fired, state.hold.possible],
            "pending": [look.pending[0].value, look.pending[1]] if look.pending else None,
            "stocks_closed": reading.stocks_closed,
            "shock": [reading.shock.fired, reading.shock.possible],
            "crypto_shock": reading.crypto_shock,
            "times": {name: at.isoformat() for name, at in reading.times.items()},
        },
        separators=(",", ":"),
        allow_nan=False,
    )


def _dwell_text(state: Dwell) -> list[Any]:
    return [state.face.value, state.watch, state.risk_off]


def state_of(text: str) -> IntradayState:
    """The state of a stored look.

    Raises:
        ValueError: the text is not what a stored look has.
    """
    try:
        found = json.loads(text)
        face, closes_below, hold_left = found["base"]
        return IntradayState(
            session=date.fromisoformat(found["session"]),
            base=MachineState(Face(face), int(closes_below), int(hold_left)),
            at=datetime.fromisoformat(found["at"]),
            light=_dwell(found["light"]),
            worst=_dwell(found["worst"]),
            hold=Hold(*map(int, found["hold"])),
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"a stored look is not one: {error}") from error


def _dwell(entry: list[Any]) -> Dwell:
    face, watch, risk_off = entry
    return Dwell(Face(face), watch, risk_off)
