"""Evidence beside a tick: rows of values as they were, frozen when the step is ticked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from barograph.market.freshness import Freshness
from barograph.risk.faces import Face


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One line of evidence.

    `id` is fixed (``us10y``, ``dxy``) and translated on screen; `value` is None when unknown, in `unit`;
    `changes` are (span, change) pairs such as (``1d``, -4.0), each None when unknown, in `change_unit`;
    `material` is the smallest move of `value` that counts as a change since the tick, in `unit`, or None when
    the row is context only; `as_of` is the value's own time, UTC; `note` is a fixed id of a remark or empty.
    """

    id: str
    value: float | None
    unit: str
    decimals: int
    state: Freshness
    source: str
    as_of: datetime | None
    changes: tuple[tuple[str, float | None], ...] = ()
    change_unit: str = ""
    material: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FrozenEvidence:
    """What stood beside a step at the moment it was ticked."""

    rows: tuple[EvidenceRow, ...]
    face: Face
    ceiling: Face
    score: float | None
    rule_set: str
    feed: str
    taken_at: datetime


def changed_since(frozen: FrozenEvidence, rows: tuple[EvidenceRow, ...], face: Face) -> bool:
    """Whether the inputs moved materially after the tick.

    True when the light shows another face, when a row's value moved by its `material` amount or more, or when
    a value that was known became unknown or the other way round; a row that is gone is unknown.
    """
    if face is not frozen.face:
        return True
    now = {row.id: row.value for row in rows}
    return any(_moved(old.value, now.get(old.id), old.material) for old in frozen.rows if old.material is not None)


def _moved(old: float | None, new: float | None, material: float) -> bool:
    """Whether a value moved by `material` or more, or became known or unknown."""
    if old is None or new is None:
        return old is not new
    # 4.10 - 4.05 is a little less than 0.05 in binary. NaN compares as nothing, and here counts as moved.
    return not abs(new - old) < material * (1 - 1e-9)
