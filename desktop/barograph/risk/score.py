"""The score: percentiles into pillars into one additive number, with bounds for what is missing (SIGNALS 4).

*Available*: an input has a percentile. *Missing*: it should have one and has not; the estimate goes on without it, the
bounds put it at 0 and at 1. *Learning*: its window is not filled yet; it is not expected and counts nowhere. *Absent*:
an optional input that was never there; a feed without it is judged as if there were no such input.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor, fsum

from barograph.risk.rules import PillarRules, RuleSet

_ROUNDING = 1e-12


class Availability(StrEnum):
    """Whether an input takes part."""

    AVAILABLE = "available"
    MISSING = "missing"
    LEARNING = "learning"
    ABSENT = "absent"

    @property
    def expected(self) -> bool:
        """Whether the score counts on it."""
        return self in (Availability.AVAILABLE, Availability.MISSING)


@dataclass(frozen=True, slots=True)
class Percentile:
    """An input's place in its own window: `u` 0-1 (None unless available) and the range missing data leaves."""

    availability: Availability
    u: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one evaluation, in points 0-100.

    `value` is None when coverage does not allow one. `low` and `high` bound it with every missing input at its
    least and most stressed. `pillars` and `contributions` (per indicator) hold available ones only; the
    contributions add up to `value`.
    """

    value: float | None
    low: float
    high: float
    coverage: float
    pillars: Mapping[str, float]
    contributions: Mapping[str, float]
    reason: str = ""

    def pillar_contribution(self, pillar: PillarRules) -> float:
        """Points of one pillar."""
        return sum(self.contributions.get(indicator, 0.0) for indicator in pillar.indicators)


def score(inputs: Mapping[str, Percentile], rules: RuleSet) -> Score:
    """Aggregate percentiles into the score, its contributions and its bounds."""
    values, contributions, coverage, reason = _estimate(inputs, rules, _available(inputs))
    total = None if reason else _points(values, rules)
    low, high = _bound(inputs, rules, values, worst=False), _bound(inputs, rules, values, worst=True)
    if total is not None:
        low, high = min(low, total), max(high, total)
    return Score(total, low, high, coverage, values, {} if reason else contributions, reason)


def common_score(inputs: Mapping[str, Percentile], rules: RuleSet, before: Iterable[str]) -> float | None:
    """The score on the inputs available now and also `before`; None where those do not carry one."""
    values, _, _, reason = _estimate(inputs, rules, _available(inputs) & set(before))
    return None if reason else _points(values, rules)


def upper_bound_on(inputs: Mapping[str, Percentile], rules: RuleSet, trusted: Iterable[str]) -> float:
    """The upper bound of the score when every expected input outside `trusted` is put at 1."""
    kept = set(trusted)
    pessimistic = {
        name: entry
        if name in kept or not entry.availability.expected
        else Percentile(Availability.MISSING, None, 0.0, 1.0)
        for name, entry in inputs.items()
    }
    values, *_ = _estimate(pessimistic, rules, _available(pessimistic))
    return _bound(pessimistic, rules, values, worst=True)


def _available(inputs: Mapping[str, Percentile]) -> set[str]:
    return {name for name, entry in inputs.items() if entry.availability is Availability.AVAILABLE}


def _estimate(
    inputs: Mapping[str, Percentile], rules: RuleSet, use: set[str]
) -> tuple[dict[str, float], dict[str, float], float, str]:
    """Pillar values, contributions in points, coverage, and the reason why there is no score (empty: there is)."""
    values: dict[str, float] = {}
    for pillar in rules.pillars:
        weights = pillar.weights(use)
        if _enough(use, pillar, rules):
            values[pillar.name] = _mean(weights, {name: inputs[name].u or 0.0 for name in weights})
    covered = fsum(pillar.weight for pillar in rules.pillars if pillar.name in values)
    reason = _no_score_reason(values, covered, rules)
    contributions: dict[str, float] = {}
    for pillar in rules.pillars:
        if pillar.name not in values:
            continue
        weights = pillar.weights(use)
        scale = 100 * pillar.weight / covered / sum(weights.values())
        contributions.update({name: scale * weight * (inputs[name].u or 0.0) for name, weight in weights.items()})
    return values, contributions, covered, reason


def _no_score_reason(values: Mapping[str, float], coverage: float, rules: RuleSet) -> str:
    if rules.required_pillar not in values:
        return "no_volatility"
    if not any(name in values for name in rules.either_pillar):
        return "no_equity_and_comovement"
    return "coverage" if coverage < rules.coverage - 1e-12 else ""


def _enough(use: Collection[str], pillar: PillarRules, rules: RuleSet) -> bool:
    """Whether these indicators are enough for the pillar to stand; the optional ones are no part of the question."""
    return pillar.share(use) >= rules.pillar_share - 1e-12


def _mean(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Weighted mean; rounded once (fsum), so that it is the same in any order and never falls where a value rises."""
    return fsum(weight * values[name] for name, weight in weights.items()) / fsum(weights.values())


def _points(pillars: Mapping[str, float], rules: RuleSet) -> float:
    """Weighted mean of those pillars, in points 0-100."""
    return 100 * _mean({pillar.name: pillar.weight for pillar in rules.pillars if pillar.name in pillars}, pillars)


def _bound(inputs: Mapping[str, Percentile], rules: RuleSet, available: Mapping[str, float], *, worst: bool) -> float:
    """The bound with full weights: missing inputs, and pillars that do not stand for want of them, at 1 (or 0)."""
    expected = {name for name, entry in inputs.items() if entry.availability.expected}
    values: dict[str, float] = {}
    for pillar in rules.pillars:
        if not _enough(expected, pillar, rules):
            continue  # too young to stand even if nothing were missing
        if pillar.name not in available:
            values[pillar.name] = 1.0 if worst else 0.0
        else:
            values[pillar.name] = _pillar_bound(inputs, pillar, expected, worst=worst)
    if not values:
        return 100.0 if worst else 0.0
    return _points(values, rules)


def _pillar_bound(inputs: Mapping[str, Percentile], pillar: PillarRules, expected: set[str], *, worst: bool) -> float:
    """One pillar's bound. It holds for whoever has more of the inputs, also where that changes their weights: a
    required input never weighs less in the form without optional ones, and in that form it is there.
    """
    weights = pillar.weights(expected)
    bound = _mean(weights, {name: inputs[name].high if worst else inputs[name].low for name in weights})
    if pillar.optional.isdisjoint(expected) or expected <= _available(inputs):
        return bound
    # Two forms are compared here, whose roundings differ in the last bits.
    return min(1.0, bound * (1 + _ROUNDING)) if worst else bound * (1 - _ROUNDING)


def largest_remainder(parts: Mapping[str, float], total: float | None = None) -> dict[str, int]:
    """Integers that add up to the rounded `total` (half up); ties go by name (SIGNALS 4.4).

    `total` is the sum of `parts` as it is shown beside them, which can be the last bit away from adding them up
    again: enough to round the other way. Where it is not given they are added up.
    """
    floors = {name: floor(value) for name, value in parts.items()}
    whole = floor((fsum(parts.values()) if total is None else total) + 0.5)
    order = sorted(parts, key=lambda name: (floors[name] - parts[name], name))
    for name in order[: whole - sum(floors.values())]:
        floors[name] += 1
    return floors
