"""The score: percentiles into pillars into one additive number, with bounds for what is missing (SIGNALS 4).

Three states of an input matter. *Available*: it has a percentile. *Missing*: it should have one and has not; the
estimate goes on without it, the bounds put it at 0 and at 1. *Learning*: its window is not filled yet; it is not
expected and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor, fsum

from barograph.risk.rules import PillarRules, RuleSet


class Availability(StrEnum):
    """Whether an input takes part."""

    AVAILABLE = "available"
    MISSING = "missing"
    LEARNING = "learning"


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
    total = (
        None
        if reason
        else 100
        * sum(pillar.weight * values[pillar.name] for pillar in rules.pillars if pillar.name in values)
        / coverage
    )
    low, high = _bound(inputs, rules, values, worst=False), _bound(inputs, rules, values, worst=True)
    if total is not None:
        low, high = min(low, total), max(high, total)
    return Score(total, low, high, coverage, values, {} if reason else contributions, reason)


def common_score(inputs: Mapping[str, Percentile], rules: RuleSet, before: Iterable[str]) -> float | None:
    """The score on the inputs available now and also `before`; None where those do not carry one."""
    values, _, coverage, reason = _estimate(inputs, rules, _available(inputs) & set(before))
    if reason:
        return None
    return 100 * sum(p.weight * values[p.name] for p in rules.pillars if p.name in values) / coverage


def upper_bound_on(inputs: Mapping[str, Percentile], rules: RuleSet, trusted: Iterable[str]) -> float:
    """The upper bound of the score when every expected input outside `trusted` is put at 1."""
    kept = set(trusted)
    pessimistic = {
        name: entry
        if name in kept or entry.availability is Availability.LEARNING
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
        weights = {name: weight for name, weight in pillar.indicators.items() if name in use}
        whole = sum(pillar.indicators.values())
        if weights and sum(weights.values()) >= rules.pillar_share * whole - 1e-12:
            values[pillar.name] = _mean(weights, {name: inputs[name].u or 0.0 for name in weights})
    covered = fsum(pillar.weight for pillar in rules.pillars if pillar.name in values)
    reason = _no_score_reason(values, covered, rules)
    contributions: dict[str, float] = {}
    for pillar in rules.pillars:
        if pillar.name not in values:
            continue
        weights = {name: weight for name, weight in pillar.indicators.items() if name in use}
        scale = 100 * pillar.weight / covered / sum(weights.values())
        contributions.update({name: scale * weight * (inputs[name].u or 0.0) for name, weight in weights.items()})
    return values, contributions, covered, reason


def _no_score_reason(values: Mapping[str, float], coverage: float, rules: RuleSet) -> str:
    if rules.required_pillar not in values:
        return "no_volatility"
    if not any(name in values for name in rules.either_pillar):
        return "no_equity_and_comovement"
    return "coverage" if coverage < rules.coverage - 1e-12 else ""


def _mean(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items()) / sum(weights.values())


def _bound(inputs: Mapping[str, Percentile], rules: RuleSet, available: Mapping[str, float], *, worst: bool) -> float:
    """The bound with full weights: missing inputs, and pillars that cannot stand, at 1 (or 0)."""
    total = weight_sum = 0.0
    for pillar in rules.pillars:
        weights = {
            name: weight
            for name, weight in pillar.indicators.items()
            if inputs[name].availability is not Availability.LEARNING
        }
        if not weights:
            continue
        if pillar.name not in available:
            value = 1.0 if worst else 0.0
        else:
            value = _mean(weights, {name: inputs[name].high if worst else inputs[name].low for name in weights})
        total += pillar.weight * value
        weight_sum += pillar.weight
    if not weight_sum:
        return 100.0 if worst else 0.0
    return 100 * total / weight_sum


def largest_remainder(parts: Mapping[str, float]) -> dict[str, int]:
    """Integers that add up to the rounded sum of `parts` (half up); ties go by name (SIGNALS 4.4)."""
    floors = {name: floor(value) for name, value in parts.items()}
    left = floor(sum(parts.values()) + 0.5) - sum(floors.values())
    order = sorted(parts, key=lambda name: (floors[name] - parts[name], name))
    for name in order[:left]:
        floors[name] += 1
    return floors
