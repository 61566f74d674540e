"""Similar past days: the nearest by the five pillars, and the spread of what followed, no mean alone (SIGNALS 12)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from barograph.market.bars import FloatArray
from barograph.risk.context_rules import AnalogueRules


@dataclass(frozen=True, slots=True)
class Analogue:
    """A past session's row and its distance: 0 the same, sqrt(pillars) the furthest."""

    row: int
    distance: float


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What followed the analogues within `sessions`, as simple changes from their close: the close at the end of
    each, its lowest close on the way, and least, median and greatest of the former.

    `counted` are the analogues whose sessions were over, in the order of the changes.
    """

    sessions: int
    counted: tuple[Analogue, ...]
    changes: tuple[float, ...]
    worst: tuple[float, ...]
    low: float
    median: float
    high: float


def nearest_days(pillars: FloatArray, row: int, rules: AnalogueRules) -> tuple[Analogue, ...]:
    """The nearest rows before `row`, nearest first, by Euclidean distance on the pillar percentiles.

    `pillars` is (sessions, pillars), 0-1, NaN where a pillar did not stand. The distance is over the pillars that
    stand now; a past day that lacks one of them is no candidate. Days within `apart_sessions` of `row` or of a
    nearer day are left out: neighbours would be one episode counted again. Rows after `row` are never looked at.
    """
    now = pillars[row]
    used = np.flatnonzero(np.isfinite(now))
    last = row - rules.apart_sessions
    if not used.size or last <= 0:
        return ()
    gaps = pillars[:last, used] - now[used]
    squares = np.sum(gaps * gaps, axis=1)
    order = np.argsort(np.where(np.isfinite(squares), squares, np.inf), kind="stable")
    chosen: list[Analogue] = []
    for candidate in order.tolist():
        if len(chosen) == rules.nearest or not np.isfinite(squares[candidate]):
            break
        if all(abs(candidate - other.row) > rules.apart_sessions for other in chosen):
            chosen.append(Analogue(candidate, sqrt(float(squares[candidate]))))
    return tuple(chosen)


def aftermath(closes: FloatArray, analogues: tuple[Analogue, ...], row: int, sessions: int) -> Aftermath | None:
    """What one market did in the `sessions` after each analogue, as far as it had happened at `row`.

    `closes` on the same rows. None where nothing can be said.
    """
    counted, changes, worst = [], [], []
    for analogue in analogues:
        end = analogue.row + sessions
        if end > row:
            continue
        path = closes[analogue.row : end + 1] / closes[analogue.row] - 1
        if np.isfinite(path).all():
            counted.append(analogue)
            changes.append(float(path[-1]))
            worst.append(float(np.min(path[1:])))
    if not changes:
        return None
    low, median, high = np.quantile(changes, [0, 0.5, 1]).tolist()
    return Aftermath(sessions, tuple(counted), tuple(changes), tuple(worst), low, median, high)
