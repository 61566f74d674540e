"""Frozen evidence as JSON text and back: explicit, exact, and never more than data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from barograph.checklist.evidence import EvidenceRow, FrozenEvidence
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face

VERSION = 1

_EVIDENCE_KEYS = {"version", *(field.name for field in fields(FrozenEvidence))}
_ROW_KEYS = {field.name for field in fields(EvidenceRow)}


class EvidenceError(ValueError):
    """A text is not evidence of this version."""


def encode_evidence(evidence: FrozenEvidence) -> str:
    """JSON in ASCII. Floats are written so that they read back to the bit; instants in UTC.

    Raises:
        ValueError: an instant has no time zone.
    """
    return json.dumps(
        {
            "version": VERSION,
            "rows": [_row_to_json(row) for row in evidence.rows],
            "face": evidence.face.value,
            "ceiling": evidence.ceiling.value,
            "score": _number_to_json(evidence.score),
            "rule_set": evidence.rule_set,
            "feed": evidence.feed,
            "taken_at": _instant_to_json(evidence.taken_at),
        },
        allow_nan=False,
        separators=(",", ":"),
    )


def decode_evidence(text: str) -> FrozenEvidence:
    """The evidence of a text made by `encode_evidence`.

    Raises:
        EvidenceError: it is not such a text: of another version, with a key too many or too few, or damaged.
    """
    try:
        found = json.loads(text)
        if found["version"] != VERSION:
            raise EvidenceError(f"version {found['version']!r}; expected {VERSION}")
        _require_keys(found, _EVIDENCE_KEYS)
        return FrozenEvidence(
            rows=tuple(_row_from_json(row) for row in found["rows"]),
            face=Face(found["face"]),
            ceiling=Face(found["ceiling"]),
            score=_number_from_json(found["score"]),
            rule_set=found["rule_set"],
            feed=found["feed"],
            taken_at=datetime.fromisoformat(found["taken_at"]),
        )
    except (TypeError, KeyError, ValueError, RecursionError) as error:
        raise (error if isinstance(error, EvidenceError) else EvidenceError(f"not evidence: {error}")) from error


def _row_to_json(row: EvidenceRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "value": _number_to_json(row.value),
        "unit": row.unit,
        "decimals": row.decimals,
        "state": row.state.value,
        "source": row.source,
        "as_of": None if row.as_of is None else _instant_to_json(row.as_of),
        "changes": [[span, _number_to_json(change)] for span, change in row.changes],
        "change_unit": row.change_unit,
        "material": _number_to_json(row.material),
        "note": row.note,
    }


def _row_from_json(found: Mapping[str, Any]) -> EvidenceRow:
    _require_keys(found, _ROW_KEYS)
    return EvidenceRow(
        id=found["id"],
        value=_number_from_json(found["value"]),
        unit=found["unit"],
        decimals=found["decimals"],
        state=Freshness(found["state"]),
        source=found["source"],
        as_of=None if found["as_of"] is None else datetime.fromisoformat(found["as_of"]),
        changes=tuple((span, _number_from_json(change)) for span, change in found["changes"]),
        change_unit=found["change_unit"],
        material=_number_from_json(found["material"]),
        note=found["note"],
    )


def _require_keys(found: Mapping[str, Any], expected: set[str]) -> None:
    """An unknown key would be evidence that nobody sees: refuse it rather than leave it out."""
    if set(found) != expected:
        raise EvidenceError(f"keys {sorted(set(found) ^ expected)} are unknown or missing")


def _number_to_json(number: float | None) -> float | str | None:
    """JSON has no NaN and no infinity; they are written as text, so that no value can stop a tick."""
    if number is None or math.isfinite(number):
        return None if number is None else float(number)
    return repr(float(number))


def _number_from_json(number: float | str | None) -> float | None:
    return None if number is None else float(number)


def _instant_to_json(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; an aware instant was expected")
    return instant.astimezone(UTC).isoformat()
