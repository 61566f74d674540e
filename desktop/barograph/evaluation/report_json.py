"""A track record as the JSON that `barograph evaluate --json` prints; its schema lies in the resources, schemas/."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from barograph.market.bars import FloatArray
from barograph.risk.faces import Face
from barograph.risk.track_record import EventRecord, TrackRecord


def report_json(record: TrackRecord) -> str:
    """Indented JSON text in ASCII; unknown numbers are null. The tables, not the prices."""
    return json.dumps(report_values(record), indent=2, allow_nan=False)


def report_values(record: TrackRecord) -> dict[str, Any]:
    """The values of the JSON object."""
    return {
        "label": record.label,
        "marked": record.word,
        "rule_set": record.rule_set,
        "first_session": record.sessions[0].isoformat(),
        "last_session": record.sessions[-1].isoformat(),
        "sessions": len(record.sessions),
        "no_data": sum(face is Face.NO_DATA for face in record.faces),
        "stock": record.stock,
        "coin": record.coin,
        "draws": record.draws,
        "mean_block": record.mean_block,
        "seed": record.seed,
        "rules_chosen_on_these_sessions": record.seen,
        "absent": list(record.absent),
        "changes_a_year": record.changes_a_year,
        "markets": [asdict(each) for each in record.markets],
        "events": [_event(each) for each in record.events],
        "timeline": [
            {
                "session": session.isoformat(),
                "light": face.value,
                "score": score,
                "events": {id_: _whole(days[row]) for id_, days in record.event_days.items()},
            }
            for row, (session, face, score) in enumerate(
                zip(record.sessions, record.faces, _numbers(record.score), strict=True)
            )
        ],
    }


def _event(event: EventRecord) -> dict[str, Any]:
    values = asdict(event)
    values["block_sensitivity"] = {str(key): value for key, value in values["block_sensitivity"].items()}
    for ranking in (*values["rankings"], *values["from_calm"]):
        advantage = ranking["advantage"]
        ranking["distinguishable"] = None if advantage is None else _excludes_zero(advantage)
    return values


def _excludes_zero(estimate: dict[str, float | None]) -> bool | None:
    low, high = estimate["low"], estimate["high"]
    return None if low is None or high is None else low > 0 or high < 0


def _numbers(values: FloatArray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _whole(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None
