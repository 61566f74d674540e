"""Three ways forward and how many of their signs are met: evidence counts, not probabilities (SIGNALS 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import nan

from barograph.risk.context_rules import ScenarioRules
from barograph.risk.signs import Sign, above, at_least, at_most, below, combined


class Scenario(StrEnum):
    """Where the evidence points. MIXED: nowhere. UNKNOWN: too little is known to say even that."""

    NORMALISES = "A"
    TIGHTENS = "B"
    REFLATES = "C"
    MIXED = "mixed"
    UNKNOWN = "unknown"


ANY = frozenset(Scenario) - {Scenario.UNKNOWN}
"""What may be the case where nothing is known."""


@dataclass(frozen=True, slots=True)
class ScenarioInputs:
    """What one evaluation knows; NaN where unknown.

    `volatility_ratio`: 5 days over 20. `volatility_index_of_high`: over its highest of 20 sessions. `crypto_of_low`:
    over its lowest close of 10. `correlation_change`, `breadth_change` (share above the 50-day average): against five
    sessions ago. `real_yield_bp`: 20 sessions, `repricing_bp`: 10 sessions of the policy path or the two-year yield.
    `credit_month`, `credit_fortnight`: log changes over 20 and 10. `*_to_average`: close over the 50-day average,
    less 1. `advance_decline`: mean of 10 sessions.
    """

    volatility_ratio: float
    volatility_index_of_high: float
    correlation_change: float
    breadth_change: float
    crypto_of_low: float
    real_yield_bp: float
    dollar_z: float
    repricing_bp: float
    credit_month: float
    credit_fortnight: float
    equity_to_average: float
    crypto_to_average: float
    advance_decline: float


@dataclass(frozen=True, slots=True)
class ScenarioEvidence:
    """One scenario's five signs; `share` of the known ones that are met, NaN where too few are known."""

    scenario: Scenario
    signs: tuple[Sign, ...]
    met: int
    known: int
    share: float


@dataclass(frozen=True, slots=True)
class ScenarioReading:
    """The dominant scenario, or MIXED or UNKNOWN, and the evidence for each. `possible`: what may be the case, each
    sign that is not known being met or not.
    """

    dominant: Scenario
    evidence: tuple[ScenarioEvidence, ...]
    possible: frozenset[Scenario]


def judge_scenarios(inputs: ScenarioInputs, rules: ScenarioRules) -> ScenarioReading:
    """Count the signs of all three.

    A scenario dominates with 60 % of its known signs and a lead of 20 points over every other. A scenario of which
    fewer than three signs are known could be anything, so while there is one no other is called dominant.
    """
    evidence = tuple(
        _evidence(scenario, signs, rules)
        for scenario, signs in (
            (Scenario.NORMALISES, _normalises(inputs, rules)),
            (Scenario.TIGHTENS, _tightens(inputs, rules)),
            (Scenario.REFLATES, _reflates(inputs, rules)),
        )
    )
    possible = {_dominant(shares, rules) for shares in product(*(_possible_shares(one) for one in evidence))}
    if any(one.known < rules.known_needed for one in evidence):
        return ScenarioReading(Scenario.UNKNOWN, evidence, frozenset(possible))
    dominant = _dominant([one.share for one in evidence], rules)
    return ScenarioReading(dominant, evidence, frozenset(possible | {dominant}))


def _dominant(shares: Sequence[float], rules: ScenarioRules) -> Scenario:
    """By the shares of A, B and C."""
    (top, scenario), (second, _), _ = sorted(zip(shares, Scenario, strict=False), key=lambda each: -each[0])
    slack = 1e-12  # shares are fractions: 0.8 - 0.6 is a lead of 0.2
    leads = top >= rules.dominant_share - slack and top - second >= rules.dominant_lead - slack
    return scenario if leads else Scenario.MIXED


def _possible_shares(evidence: ScenarioEvidence) -> list[float]:
    """With none, one, ... all of the unknown signs met."""
    count = len(evidence.signs)
    return [(evidence.met + more) / count for more in range(count - evidence.known + 1)]


def _evidence(scenario: Scenario, signs: tuple[Sign, ...], rules: ScenarioRules) -> ScenarioEvidence:
    known = sum(sign.met is not None for sign in signs)
    met = sum(sign.met is True for sign in signs)
    return ScenarioEvidence(scenario, signs, met, known, met / known if known >= rules.known_needed else nan)


def _normalises(inputs: ScenarioInputs, rules: ScenarioRules) -> tuple[Sign, ...]:
    return (
        below("volatility_falls", inputs.volatility_ratio, 1.0),
        at_most("volatility_index_off_high", inputs.volatility_index_of_high, rules.volatility_index_of_high),
        below("correlation_falls", inputs.correlation_change, 0.0),
        above("breadth_rises", inputs.breadth_change, 0.0),
        above("crypto_off_low", inputs.crypto_of_low, rules.crypto_of_low),
    )


def _tightens(inputs: ScenarioInputs, rules: ScenarioRules) -> tuple[Sign, ...]:
    return (
        above("real_yield_rises", inputs.real_yield_bp, rules.real_yield_bp),
        at_least("dollar_rises", inputs.dollar_z, rules.dollar_z),
        at_least("policy_dearer", inputs.repricing_bp, rules.repricing_bp),
        below("credit_falls", inputs.credit_month, rules.credit_fall),
        combined(
            "both_below_average",
            (
                below("equity_below_average", inputs.equity_to_average, 0.0),
                below("crypto_below_average", inputs.crypto_to_average, 0.0),
            ),
            every=True,
        ),
    )


def _reflates(inputs: ScenarioInputs, rules: ScenarioRules) -> tuple[Sign, ...]:
    return (
        at_most("policy_cheaper", inputs.repricing_bp, -rules.repricing_bp),
        at_most("dollar_falls", inputs.dollar_z, -rules.dollar_z),
        below("real_yield_falls", inputs.real_yield_bp, -rules.real_yield_bp),
        above("credit_rises", inputs.credit_fortnight, rules.credit_rise),
        at_least("shares_advance", inputs.advance_decline, rules.advance_decline),
    )
