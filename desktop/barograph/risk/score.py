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
        if _enough(weights, pillar, rules):
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


def _enough(weights: Mapping[str, float], pillar: PillarRules, rules: RuleSet) -> bool:
    """Whether indicators with these weights are enough for the pillar to stand."""
    return bool(weights) and fsum(weights.values()) >= rules.pillar_share * fsum(pillar.indicators.values()) - 1e-12


def _mean(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Weighted mean; rounded once (fsum), so that it is the same in any order and never falls where a value rises."""
    return fsum(weight * values[name] for name, weight in weights.items()) / fsum(weights.values())


def _points(pillars: Mapping[str, float], rules: RuleSet) -> float:
    """Weighted mean of those pillars, in points 0-100."""
    return 100 * _mean({pillar.name: pillar.weight for pillar in rules.pillars if pillar.name in pillars}, pillars)


def _bound(inputs: Mapping[str, Percentile], rules: RuleSet, available: Mapping[str, float], *, worst: bool) -> float:
    """The bound with full weights: missing inputs, and pillars that do not stand for want of them, at 1 (or 0)."""
    values: dict[str, float] = {}
    for pillar in rules.pillars:
        weights = {
            name: weight
            for name, weight in pillar.indicators.items()
            if inputs[name].availability is not Availability.LEARNING
        }
        if not _enough(weights, pillar, rules):
            continue  # too young to stand even if nothing were missing
        if pillar.name not in available:
            values[pillar.name] = 1.0 if worst else 0.0
        else:
            values[pillar.name] = _mean(
                weights, {name: inputs[name].high if worst else inputs[name].low for name in weights}
            )
    if not values:
        return 100.0 if worst else 0.0
    return _points(values, rules)


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
