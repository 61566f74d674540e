"""The six stages in which stocks and crypto are sold together, as a timeline with times and evidence.

Shock, rates and dollar, leadership, volatility, deleveraging, thin hours. A stage is *on* while one of its signs is
met, has *passed* when it was on and its evidence is gone, and is forgotten `memory_days` after its last evidence.
The stages need not come in this order; the timeline shows when each came. All thresholds are judgement: the cascade
is a way to read what happens, and nothing shows that it foretells anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import nan

from barograph.risk.context_rules import CascadeRules
from barograph.risk.deleveraging import Stage
from barograph.risk.signs import Sign, all_of, any_of, at_least, at_most, below


class CascadeStage(StrEnum):
    """Stages in the order of the story."""

    SHOCK = "shock"
    REPRICING = "repricing"
    LEADERSHIP = "leadership"
    VOLATILITY = "volatility"
    DELEVERAGING = "deleveraging"
    THIN_HOURS = "thin_hours"


class Status(StrEnum):
    """Where a stage stands. UNKNOWN: not seen, and an input that could show it is missing."""

    ON = "on"
    PASSED = "passed"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CascadeInputs:
    """What one evaluation knows; NaN or None where unknown.

    `*_day_sigmas`: the day's return in standard deviations of the days before. `repricing_bp`: the policy path or the
    two-year yield over 10 sessions. `dollar_z`, `real_yield_bp`, `leaders_lag` (log, against the index): 20 sessions.
    `leaders_above`: share above the 50-day average. `volatility_ratio`: 5 days over 60. `volatility_index_change`:
    points over 5 sessions. `term_ratio`: near over far, None where there is no far index. `deleveraging`: the stage of
    crypto, None where unknown. `stocks_closed`: whether the stock exchange is. `crypto_hour_sigmas`: the last hour's
    return in standard deviations of an hour.
    """

    equity_day_sigmas: float
    growth_day_sigmas: float
    crypto_day_sigmas: float
    repricing_bp: float
    dollar_z: float
    real_yield_bp: float
    leaders_above: float
    leaders_lag: float
    volatility_ratio: float
    volatility_index_change: float
    term_ratio: float | None
    deleveraging: Stage | None
    stocks_closed: bool
    crypto_hour_sigmas: float


@dataclass(frozen=True, slots=True)
class StageMark:
    """One stage: when it came on, when its evidence was last there (both UTC, None while neither happened), and the
    signs as they are now. `evidence` are the ids of the signs that were met when it last was on.
    """

    stage: CascadeStage
    status: Status = Status.NOT_YET
    since: datetime | None = None
    last: datetime | None = None
    evidence: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()


Cascade = tuple[StageMark, ...]
"""The six marks in order; also what is carried to the next evaluation."""

START: Cascade = tuple(StageMark(stage) for stage in CascadeStage)


def step(cascade: Cascade, at: datetime, inputs: CascadeInputs, rules: CascadeRules) -> Cascade:
    """The timeline after one evaluation at `at` (UTC), not earlier than the one before."""
    signs = {
        CascadeStage.SHOCK: _shock(inputs, rules),
        CascadeStage.REPRICING: _repricing(inputs, rules),
        CascadeStage.LEADERSHIP: _leadership(inputs, rules),
        CascadeStage.VOLATILITY: _volatility(inputs, rules),
        CascadeStage.DELEVERAGING: _deleveraging(inputs),
        CascadeStage.THIN_HOURS: _thin_hours(inputs, rules),
    }
    memory = timedelta(days=rules.memory_days)
    return tuple(_mark(mark, at, signs[mark.stage], memory) for mark in cascade)


def happened(cascade: Iterable[StageMark]) -> int:
    """How many of the stages are on or have passed."""
    return sum(mark.since is not None for mark in cascade)


def _mark(mark: StageMark, at: datetime, signs: tuple[Sign, ...], memory: timedelta) -> StageMark:
    """A gap in what is known neither ends a stage nor prolongs it: its last evidence keeps its own time."""
    met = any_of(*(sign.met for sign in signs))
    if mark.last is not None and at - mark.last > memory:
        mark = StageMark(mark.stage)
    if met is True:
        evidence = tuple(sign.id for sign in signs if sign.met)
        return StageMark(mark.stage, Status.ON, mark.since or at, at, evidence, signs)
    if mark.since is not None:
        return replace(mark, status=Status.PASSED, signs=signs)
    return StageMark(mark.stage, Status.UNKNOWN if met is None else Status.NOT_YET, signs=signs)


def _shock(inputs: CascadeInputs, rules: CascadeRules) -> tuple[Sign, ...]:
    return (
        at_most("equity_day", inputs.equity_day_sigmas, rules.shock_equity_sigmas),
        at_most("growth_day", inputs.growth_day_sigmas, rules.shock_growth_sigmas),
        at_most("crypto_day", inputs.crypto_day_sigmas, rules.shock_crypto_sigmas),
    )


def _repricing(inputs: CascadeInputs, rules: CascadeRules) -> tuple[Sign, ...]:
    return (
        at_least("policy_repriced", abs(inputs.repricing_bp), rules.repricing_bp),
        at_least("dollar_rises", inputs.dollar_z, rules.dollar_z),
        at_least("real_yield_rises", inputs.real_yield_bp, rules.real_yield_bp),
    )


def _leadership(inputs: CascadeInputs, rules: CascadeRules) -> tuple[Sign, ...]:
    return (
        below("leaders_below_average", inputs.leaders_above, rules.leaders_above),
        at_most("leaders_lag", inputs.leaders_lag, rules.leaders_lag),
    )


def _volatility(inputs: CascadeInputs, rules: CascadeRules) -> tuple[Sign, ...]:
    signs = [
        at_least("volatility_ratio", inputs.volatility_ratio, rules.volatility_ratio),
        at_least("volatility_index_rise", inputs.volatility_index_change, rules.volatility_index_rise),
    ]
    if inputs.term_ratio is not None:
        signs.append(at_least("term_inverted", inputs.term_ratio, rules.term_ratio))
    return tuple(signs)


def _deleveraging(inputs: CascadeInputs) -> tuple[Sign, ...]:
    forced = float(Stage.FORCED.severity)
    if inputs.deleveraging is None:
        return (Sign("forced_selling", nan, forced, None),)
    severity = float(inputs.deleveraging.severity)
    return (Sign("forced_selling", severity, forced, severity >= forced),)


def _thin_hours(inputs: CascadeInputs, rules: CascadeRules) -> tuple[Sign, ...]:
    """A hard hour of crypto while stocks cannot trade."""
    fall = at_most("crypto_hour", inputs.crypto_hour_sigmas, rules.thin_crypto_hour_sigmas)
    return (replace(fall, met=all_of(inputs.stocks_closed, fall.met)),)
