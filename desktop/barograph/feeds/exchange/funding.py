"""For how many hours each settlement of funding was: exchanges do not say, the distance of settlements does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from barograph.market.intervals import HOUR_NS
from barograph.market.observations import Funding

POSSIBLE_H = (1, 2, 4, 8)
"""The intervals that exchanges have used for perpetuals of coins."""


def with_intervals(
    found: Sequence[tuple[int, float]], start_ns: int | None, in_force_h: float | None, source: str
) -> Funding:
    """The settlements at or after `start_ns`, each with its interval in hours.

    `found` are instants (ns UTC) and rates, oldest first, with at least one before `start_ns` where there is one.
    `in_force_h` is the interval that the exchange names for now. A settlement whose interval cannot be told is left
    out: its rate means nothing without.
    """
    distance: list[float | None] = [None, *(_hours(later[0] - earlier[0]) for earlier, later in pairwise(found))]
    rows = []
    for row, (time, rate) in enumerate(found):
        hours = _interval_h(distance, row, in_force_h)
        if hours is not None and (start_ns is None or time >= start_ns):
            rows.append((time, rate, hours))
    return Funding.of([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], source)


def doubtful(found: Sequence[tuple[int, float]]) -> bool:
    """Whether the interval in force has to be known to tell that of the newest settlement."""
    if len(found) < 3:
        return True
    before, own = (later[0] - earlier[0] for earlier, later in pairwise(found[-3:]))
    return own > before


def _hours(distance_ns: int) -> float:
    return round(distance_ns / HOUR_NS, 2)


def _interval_h(distance: Sequence[float | None], row: int, in_force_h: float | None) -> float | None:
    """The distance to the settlement before, unless one is missing there: then what holds on both sides of it.

    An exchange that goes over from eight hours to four and one keeps each for many settlements; a single longer
    distance between two equal ones is a settlement that was not told.
    """
    own = distance[row]
    before = distance[row - 1] if row > 0 else None
    after = distance[row + 1] if row + 1 < len(distance) else in_force_h
    if own is None or (before is not None and after is None and own > before):
        return None
    if before is not None and before == after and own > before and own % before == 0:
        return before if before in POSSIBLE_H else None
    return own if own in POSSIBLE_H else None
