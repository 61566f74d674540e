"""What the table of actions says for three horizons, and when no trade is the answer (SIGNALS 9).

A plan is words of the table with a size; the trader decides. What is unknown is listed as open, never passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, isnan, log, nan, sqrt

import numpy as np

from barograph.market.bars import FloatArray
from barograph.risk.budget import multiplier
from barograph.risk.context_rules import PlanRules
from barograph.risk.faces import Face
from barograph.risk.regime import Regime
from barograph.risk.rules import Thresholds
from barograph.risk.scenarios import Scenario

# ------------------------------------------------------------------------------------------------------- trend


class Trend(StrEnum):
    """Direction of one time frame. NONE: the move is smaller than its usual size."""

    UP = "up"
    DOWN = "down"
    NONE = "none"
    UNKNOWN = "unknown"


def trend_strength(closes: FloatArray, bars: int, sigma_bars: int) -> float:
    """D = log return of the last `bars` bars / (sd of a bar * sqrt(bars)), the sd over the last `sigma_bars`.

    `closes` newest last. NaN where an end is unknown, there are too few bars (60 %), or nothing moves.
    """
    if len(closes) <= bars or not (closes[-1] > 0 and closes[-1 - bars] > 0):
        return nan
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = np.diff(np.log(closes[-sigma_bars - 1 :]))
    returns = returns[np.isfinite(returns)]
    if len(returns) < max(2, 0.6 * sigma_bars):
        return nan
    sd = float(np.std(returns, ddof=1))
    return log(closes[-1] / closes[-1 - bars]) / (sd * sqrt(bars)) if sd > 0 else nan


def trend_of(strength: float, rules: PlanRules) -> Trend:
    """The direction that a strength stands for."""
    if isnan(strength):
        return Trend.UNKNOWN
    if abs(strength) < rules.trend_threshold:
        return Trend.NONE
    return Trend.UP if strength > 0 else Trend.DOWN


def frames_disagree(first: Trend, second: Trend) -> bool | None:
    """Whether two time frames point in opposite directions; None where one is unknown."""
    if Trend.UNKNOWN in (first, second):
        return None
    return {first, second} == {Trend.UP, Trend.DOWN}


def frames_agree(first: Trend, second: Trend) -> bool:
    """Whether both point in the same direction; what is unknown or has none does not agree."""
    return first is second and first in (Trend.UP, Trend.DOWN)


# ---------------------------------------------------------------------------------------------------- no trade


class NoTradeReason(StrEnum):
    """Why no trade is the answer."""

    NO_DATA = "no_data"
    UNDECIDED = "mixed_and_between_levels"
    FRAMES_DISAGREE = "time_frames_disagree"
    EVENT = "event_near"
    LOSS_BUDGET = "loss_budget_used"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that plans depend on.

    `score` is None without one. `regime`: the one that is known; with the worst that the unknown allows in its place
    the table answers for that. `minutes_to_event`: to the nearest decision, price or payroll report, negative after
    it; NaN where the calendar does not know. `loss_budget_used`: None where nobody said. `calm_scenario_sessions`:
    how many sessions in a row scenario A has been dominant. `volatility_index` NaN where unknown.
    """

    face: Face
    score: float | None
    regime: Regime
    scenario: Scenario
    hour: Trend
    four_hours: Trend
    minutes_to_event: float
    loss_budget_used: bool | None
    volatility_index: float
    calm_scenario_sessions: int = 0


@dataclass(frozen=True, slots=True)
class NoTrade:
    """Reasons that hold, and those that could not be judged."""

    reasons: tuple[NoTradeReason, ...]
    open: tuple[NoTradeReason, ...]

    @property
    def advised(self) -> bool:
        """Whether no trade is the answer."""
        return bool(self.reasons)


def no_trade(situation: Situation, thresholds: Thresholds, rules: PlanRules) -> NoTrade:
    """Check every reason for not trading."""
    event = None if isnan(situation.minutes_to_event) else abs(situation.minutes_to_event) <= rules.event_minutes
    answers = {
        NoTradeReason.NO_DATA: situation.face is Face.NO_DATA,
        NoTradeReason.UNDECIDED: _undecided(situation, thresholds),
        NoTradeReason.FRAMES_DISAGREE: frames_disagree(situation.hour, situation.four_hours),
        NoTradeReason.EVENT: event,
        NoTradeReason.LOSS_BUDGET: situation.loss_budget_used,
    }
    return NoTrade(
        tuple(reason for reason, holds in answers.items() if holds),
        tuple(reason for reason, holds in answers.items() if holds is None),
    )


def _undecided(situation: Situation, thresholds: Thresholds) -> bool | None:
    """A mixed scenario and a score between a level's exit and its entry, where it could go either way."""
    score = situation.score
    bands = (
        (thresholds.watch_exit, thresholds.watch_enter),
        (thresholds.risk_off_exit, thresholds.risk_off_enter),
    )
    if score is None or not isfinite(score) or not any(low <= score < high for low, high in bands):
        return False
    return None if situation.scenario is Scenario.UNKNOWN else situation.scenario is Scenario.MIXED


# -------------------------------------------------------------------------------------------------------- plan


class Horizon(StrEnum):
    """Minutes to hours, days to weeks, months."""

    HOURS = "hours"
    DAYS_WEEKS = "days_weeks"
    MONTHS = "months"


class Plan(StrEnum):
    """The words of the table."""

    NORMAL = "normal"
    REBALANCE = "rebalance_bands_only"
    WAIT = "wait"
    NO_TRADE = "no_trade"
    REDUCE = "reduce"
    HEDGE_OR_REDUCE = "hedge_or_reduce"
    HOLD_REDUCED = "hold_reduced"
    HOLD_TO_PLAN = "hold_to_plan"
    WITH_TREND = "with_trend_only"
    TRIM_LEVERAGE = "trim_leverage"


class Note(StrEnum):
    """What goes with a plan."""

    PLANNED_EXITS_ONLY = "planned_exits_only"
    PLAN_A_HEDGE = "plan_a_hedge"
    NO_NEW_LEVERAGE = "no_new_leverage"
    NO_AVERAGING_DOWN = "no_averaging_down"
    HEDGE_ABOVE_LIMIT = "hedge_only_above_limit"
    HEDGE_IS_DEAR = "hedge_is_dear"
    HEDGE_IS_REASONABLE = "options_hedge_reasonable"
    REENTER_IN_THIRDS = "reenter_in_thirds"
    ADD_BACK_ON_DOWNGRADE = "add_back_on_downgrade_only"
    KEEP_STOPS = "keep_existing_stops"
    NO_NEW_RISK = "no_new_risk"


@dataclass(frozen=True, slots=True)
class HorizonPlan:
    """One horizon's plan with the size that goes with the face (a share of the normal one)."""

    horizon: Horizon
    plan: Plan
    size: float
    notes: tuple[Note, ...] = ()


_Cell = tuple[Plan, tuple[Note, ...]]
_Row = tuple[_Cell, _Cell, _Cell]
_BLIND = (Plan.WAIT, (Note.NO_NEW_RISK, Note.KEEP_STOPS))


def plans(situation: Situation, rules: PlanRules) -> tuple[HorizonPlan, ...]:
    """The table's row for what is known, one plan for each horizon.

    Where several rows fit the most careful one holds: no data, a liquidity shock, a trend break, scenario A, the
    face alone. The last three are read only under the faces that the table names.
    """
    size = multiplier(situation.face, rules)
    cells = _row(situation, rules)
    return tuple(HorizonPlan(horizon, plan, size, notes) for horizon, (plan, notes) in zip(Horizon, cells, strict=True))


def _row(situation: Situation, rules: PlanRules) -> _Row:
    if situation.face is Face.NO_DATA:
        return _BLIND, _BLIND, _BLIND
    if situation.face is Face.CALM:
        return (Plan.NORMAL, ()), (Plan.NORMAL, ()), (Plan.REBALANCE, ())
    risk_off = situation.face is Face.RISK_OFF
    if risk_off and situation.regime is Regime.LIQUIDITY:
        dear = (Note.HEDGE_IS_DEAR,) if situation.volatility_index >= rules.hedge_is_dear else ()
        calmer = situation.calm_scenario_sessions >= rules.calm_scenario_sessions
        reentry = (Note.REENTER_IN_THIRDS,) if calmer else ()
        return (Plan.NO_TRADE, ()), (Plan.REDUCE, dear), (Plan.WAIT, reentry)
    if risk_off and situation.regime is Regime.TREND:
        return (Plan.WITH_TREND, ()), (Plan.REDUCE, (Note.HEDGE_IS_REASONABLE,)), (Plan.TRIM_LEVERAGE, ())
    if situation.scenario is Scenario.NORMALISES:
        return (Plan.WAIT, ()), (Plan.HOLD_REDUCED, (Note.ADD_BACK_ON_DOWNGRADE,)), (Plan.WAIT, ())
    if risk_off:
        return (
            (Plan.WAIT, (Note.PLANNED_EXITS_ONLY,)),
            (Plan.HEDGE_OR_REDUCE, (Note.NO_AVERAGING_DOWN,)),
            (Plan.HOLD_TO_PLAN, (Note.HEDGE_ABOVE_LIMIT,)),
        )
    intraday = Plan.NORMAL if frames_agree(situation.hour, situation.four_hours) else Plan.WAIT
    return (intraday, ()), (Plan.REDUCE, (Note.PLAN_A_HEDGE,)), (Plan.WAIT, (Note.NO_NEW_LEVERAGE,))
