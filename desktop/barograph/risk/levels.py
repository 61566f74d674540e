"""What an evaluation is held against the thresholds with: the light's own levels, and the highest they could have been.

The ceiling's levels are never below what the light's would be if nothing were missing; the reasoning stands beside
each rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from barograph.risk.rules import RuleSet
from barograph.risk.score import Percentile, Score, common_score, upper_bound_on


@dataclass(frozen=True, slots=True)
class Basis:
    """What the evaluation before leaves to the next: its `percentiles`, and the inputs its score was made of
    (`scored_with`; None before the first score).
    """

    percentiles: Mapping[str, Percentile]
    scored_with: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Levels:
    """`enter` is held against entry levels and `hold` against exit levels; they differ where the set of inputs changed.
    `highest_enter` and `highest_hold` are the ceiling's.
    """

    enter: float
    hold: float
    highest_enter: float
    highest_hold: float


def levels(
    before: Basis | None,
    percentiles: Mapping[str, Percentile],
    result: Score,
    value: float,
    available: frozenset[str],
    trusted: frozenset[str],
    rules: RuleSet,
) -> Levels:
    """Levels of an evaluation whose score is `value`. Where the available set changed, neither an upgrade nor a
    downgrade happens unless the score on the common set asks for it.

    `trusted`: available now and at every evaluation since the last one with a score.
    """
    enter = hold = value
    if before is not None and before.scored_with is not None and before.scored_with != available:
        common = common_score(percentiles, rules, before.scored_with)
        enter = min(enter, common) if common is not None else -inf
        hold = max(hold, common) if common is not None else inf
    return Levels(enter, hold, *_highest(before, percentiles, result.high, available, trusted, rules))


def _highest(
    before: Basis | None,
    percentiles: Mapping[str, Percentile],
    high: float,
    available: frozenset[str],
    trusted: frozenset[str],
    rules: RuleSet,
) -> tuple[float, float]:
    """The highest that the light's machine could be given against entry and against exit levels.

    That is the upper bound of the score; and where an input is there now and was not all the time since the last
    score, the upper bound of the score on the common set, whatever that set would be: the light may be held up by it.
    An input that was not expected until now was not there for anybody, so no common set has it.
    """
    if trusted == available:
        return high, high
    if common_score(percentiles, rules, trusted) is None:
        return high, inf
    until_now = {
        name: old if before and not (old := before.percentiles[name]).availability.expected else entry
        for name, entry in percentiles.items()
    }
    common = upper_bound_on(until_now, rules, trusted)
    return min(high, common), max(high, common)
