"""What the table of actions says for three horizons, and when no trade is the answer (SIGNALS 9).

A plan is words of the table with a size; the trader decides. It is the most careful one of all that may be the case:
taking something that is known away never makes it more generous. What is unknown is listed as open, never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from math import isfinite, isnan, log, nan, sqrt
from typing import TypeVar

import numpy as np

from barograph.market.bars import FloatArray
from barograph.risk.budget import multiplier
from barograph.risk.context_rules import PlanRules
from barograph.risk.faces import Face, worse
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
    """All that plans depend on: what is known, and the worst or all that may be the case where something is missing.

    `ceiling`: the worst face that missing inputs allow. `score` is None without one; `score_low` and `score_up` are
    how far missing inputs may move it, None where they do not. `regime` as known and
    `worst_regime` as the unknown allows; `scenario` and all that are `possible`. `minutes_to_event`: to the nearest
    decision, price or payroll report, negative after it; NaN where the calendar does not know. `loss_budget_used`:
    None where nobody said. `volatility_index` NaN where unknown. `calm_scenario_sessions`: how many sessions in a row
    scenario A has surely been dominant.
    """

    face: Face
    ceiling: Face
    score: float | None
    score_low: float | None
    score_up: float | None
    regime: Regime
    worst_regime: Regime
    scenario: Scenario
    possible: frozenset[Scenario]
    hour: Trend
    four_hours: Trend
    minutes_to_event: float
    loss_budget_used: bool | None
    volatility_index: float
    calm_scenario_sessions: int = 0

    def as_known(self) -> Situation:
        """As if what is missing made nothing worse."""
        return replace(
            self,
            ceiling=self.face,
            score_low=None,
            score_up=None,
            worst_regime=self.regime,
            possible=frozenset({self.scenario}),
        )


@dataclass(frozen=True, slots=True)
class NoTrade:
    """Reasons that hold, and those that could not be judged."""

    reasons: tuple[NoTradeReason, ...]
    open: tuple[NoTradeReason, ...]

    @property
    def advised(self) -> bool:
        """Whether no trade is the answer."""
        return bool(self.reasons)

    def bars(self, horizon: Horizon) -> bool:
        """Whether no trade is the answer on a horizon.

        A reason that missing data leaves open counts as if it held. What no data of this program could tell (prices,
        payrolls, the day's losses) does not: it would always. Without a light the table has a row of its own.
        """
        if NoTradeReason.NO_DATA in self.reasons:
            return False
        left_open = (reason for reason in self.open if reason in _OF_DATA)
        return any(horizon in _BARRED[reason] for reason in (*self.reasons, *left_open))


def no_trade(situation: Situation, thresholds: Thresholds, rules: PlanRules) -> NoTrade:
    """Check every reason for not trading."""
    event = None if isnan(situation.minutes_to_event) else abs(situation.minutes_to_event) <= rules.event_minutes
    answers = {
        NoTradeReason.NO_DATA: situation.face is Face.NO_DATA,
        NoTradeReason.UNDECIDED: situation.face is not Face.NO_DATA and _undecided(situation, thresholds),
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
    if Scenario.MIXED not in situation.possible:
        return False
    if score is None or not isfinite(score):
        return None
    low, up = (score if end is None else end for end in (situation.score_low, situation.score_up))
    bands = (
        (thresholds.watch_exit, thresholds.watch_enter),
        (thresholds.risk_off_exit, thresholds.risk_off_enter),
    )
    if any(leave <= score < enter for leave, enter in bands):
        return True if situation.possible == {Scenario.MIXED} else None
    return None if any(low < enter and leave <= up for leave, enter in bands) else False


# -------------------------------------------------------------------------------------------------------- plan


class Horizon(StrEnum):
    """Minutes to hours, days to weeks, months."""

    HOURS = "hours"
    DAYS_WEEKS = "days_weeks"
    MONTHS = "months"


_BARRED: Mapping[NoTradeReason, frozenset[Horizon]] = {
    NoTradeReason.UNDECIDED: frozenset({Horizon.HOURS, Horizon.DAYS_WEEKS}),
    NoTradeReason.FRAMES_DISAGREE: frozenset({Horizon.HOURS}),
    NoTradeReason.EVENT: frozenset({Horizon.HOURS}),
    NoTradeReason.LOSS_BUDGET: frozenset({Horizon.HOURS}),
}
"""On which horizons no trade is the answer for a reason: those of its own length. Judgement; the table names none."""
_OF_DATA = (NoTradeReason.UNDECIDED, NoTradeReason.FRAMES_DISAGREE)


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
    REENTER_LATER = "reenter_later_in_thirds"
    REENTER_IN_THIRDS = "reenter_in_thirds"
    ADD_BACK_ON_DOWNGRADE = "add_back_on_downgrade_only"
    NO_NEW_RISK = "no_new_risk"
    KEEP_STOPS = "keep_existing_stops"


@dataclass(frozen=True, slots=True)
class HorizonPlan:
    """One horizon's plan with its size, a share of the normal one."""

    horizon: Horizon
    plan: Plan
    size: float
    notes: tuple[Note, ...] = ()


CARE: Mapping[Horizon, tuple[Plan, ...]] = {
    Horizon.HOURS: (Plan.NORMAL, Plan.WITH_TREND, Plan.WAIT, Plan.NO_TRADE),
    Horizon.DAYS_WEEKS: (Plan.NORMAL, Plan.NO_TRADE, Plan.HOLD_REDUCED, Plan.WAIT, Plan.HEDGE_OR_REDUCE, Plan.REDUCE),
    Horizon.MONTHS: (Plan.REBALANCE, Plan.HOLD_TO_PLAN, Plan.WAIT, Plan.TRIM_LEVERAGE),
}
"""The plans of each horizon, the most generous first."""
_PERMISSIONS = (Note.HEDGE_IS_REASONABLE, Note.REENTER_IN_THIRDS)
"""Notes that allow something: they go with a plan only where every row that may hold has them."""

_Cell = tuple[Plan, tuple[Note, ...]]
_Row = tuple[_Cell, _Cell, _Cell]
_BLIND = (Plan.WAIT, (Note.NO_NEW_RISK, Note.KEEP_STOPS))


def careful_face(situation: Situation) -> Face:
    """The face whose size holds: the ceiling's, and no milder one than RISK-OFF in what may be a liquidity shock."""
    worst = worse(situation.face, situation.ceiling)
    return worse(worst, Face.RISK_OFF) if situation.worst_regime is Regime.LIQUIDITY else worst


def plans(situation: Situation, thresholds: Thresholds, rules: PlanRules) -> tuple[HorizonPlan, ...]:
    """One plan for each horizon: the most careful of the table's rows that may hold, with the cautions of them all.

    Where a reason not to trade holds, a plan that is more generous than NO_TRADE gives way to it.
    """
    against = no_trade(situation, thresholds, rules)
    worst = worse(situation.face, situation.ceiling)
    faces = [worst] if worst is Face.NO_DATA else _between(Face, situation.face, worst)
    regimes = _between(Regime, situation.regime, max(situation.regime, situation.worst_regime, key=_severity))
    may_hold = [_row(*each, situation, rules) for each in product(faces, regimes, sorted(situation.possible))]
    size = multiplier(careful_face(situation), rules)
    found = []
    for horizon, cells in zip(Horizon, zip(*may_hold, strict=True), strict=True):
        answers = [plan for plan, _ in cells] + [Plan.NO_TRADE] * against.bars(horizon)
        notes = tuple(note for note in Note if _goes_with(note, [told for _, told in cells]))
        found.append(HorizonPlan(horizon, max(answers, key=CARE[horizon].index), size, notes))
    return tuple(found)


def _goes_with(note: Note, told: Sequence[tuple[Note, ...]]) -> bool:
    every = note in _PERMISSIONS
    return all(note in notes for notes in told) if every else any(note in notes for notes in told)


_Severe = TypeVar("_Severe", Face, Regime)


def _between(kind: type[_Severe], known: _Severe, worst: _Severe) -> list[_Severe]:
    """What is known, and all that is worse, up to the worst that may be."""
    return [each for each in kind if known.severity <= each.severity <= worst.severity]


def _severity(regime: Regime) -> int:
    return regime.severity


def _row(face: Face, regime: Regime, scenario: Scenario, situation: Situation, rules: PlanRules) -> _Row:
    """The table's row: no data, a liquidity shock, a trend break, scenario A, the face alone, in this order.

    A liquidity shock is one under any face (it alone carried extra danger when it was tested); the trend break and
    the scenario are read only under the faces that the table names.
    """
    if face is Face.NO_DATA:
        return _BLIND, _BLIND, _BLIND
    if regime is Regime.LIQUIDITY:
        dear = () if situation.volatility_index < rules.hedge_is_dear else (Note.HEDGE_IS_DEAR,)  # unknown: dear
        again = situation.calm_scenario_sessions >= rules.calm_scenario_sessions
        later = Note.REENTER_IN_THIRDS if again else Note.REENTER_LATER
        return (Plan.NO_TRADE, ()), (Plan.REDUCE, dear), (Plan.WAIT, (later,))
    if face is Face.CALM:
        return (Plan.NORMAL, ()), (Plan.NORMAL, ()), (Plan.REBALANCE, ())
    risk_off = face is Face.RISK_OFF
    if risk_off and regime is Regime.TREND:
        return (Plan.WITH_TREND, ()), (Plan.REDUCE, (Note.HEDGE_IS_REASONABLE,)), (Plan.TRIM_LEVERAGE, ())
    if scenario is Scenario.NORMALISES:
        return (Plan.WAIT, ()), (Plan.HOLD_REDUCED, (Note.ADD_BACK_ON_DOWNGRADE,)), (Plan.WAIT, ())
    if risk_off:
        return (
            (Plan.WAIT, (Note.PLANNED_EXITS_ONLY,)),
            (Plan.HEDGE_OR_REDUCE, (Note.NO_AVERAGING_DOWN,)),
            (Plan.HOLD_TO_PLAN, (Note.HEDGE_ABOVE_LIMIT,)),
        )
    intraday = Plan.NORMAL if frames_agree(situation.hour, situation.four_hours) else Plan.WAIT
    return (intraday, ()), (Plan.REDUCE, (Note.PLAN_A_HEDGE,)), (Plan.WAIT, (Note.NO_NEW_LEVERAGE,))
