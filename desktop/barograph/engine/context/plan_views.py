"""Plans, cascade, volatility's term structure and leadership as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import isfinite, nan

import numpy as np

from barograph.engine.context.policy_view import minutes_to_decision
from barograph.engine.context.shown import known, sign_views
from barograph.engine.context.trends import most_careful
from barograph.engine.context_view import (
    BudgetView,
    CascadeMark,
    FramesView,
    LeadershipView,
    PlansView,
    PlanView,
    RegimeView,
    TermStructure,
)
from barograph.engine.daily_table import DailyTable
from barograph.engine.snapshot import LightView
from barograph.engine.tape import Latest
from barograph.indicators.breadth import above_average, advance_decline
from barograph.indicators.correlation import log_change
from barograph.indicators.volatility import term_ratio
from barograph.market.instants import label_date
from barograph.risk.cascade import Cascade
from barograph.risk.context_features import ContextWindow, leaders_lag
from barograph.risk.context_rules import ContextRules, PlanRules
from barograph.risk.plans import Situation, no_trade, plans
from barograph.risk.regime import Regime
from barograph.risk.rules import InputNames, Thresholds
from barograph.risk.scenarios import ANY, Scenario, ScenarioReading

EQUAL_WEIGHT = "RSP"
_MONTH, _TREND, _LONG_TREND, _FORTNIGHT = 20, 50, 200, 10


def situation_of(
    light: LightView,
    regime: RegimeView | None,
    scenarios: tuple[ScenarioReading | None, int],
    frames: FramesView,
    volatility_index: Latest | None,
    rules: PlanRules,
    now: datetime,
) -> Situation:
    """What plans depend on; `scenarios` with the number of sessions in a row in which A was sure.

    No calendar knows prices and payrolls, so that an event is near is known only of the central bank's decisions;
    otherwise it stays open.
    """
    hour, four_hours = most_careful(frames)
    minutes = minutes_to_decision(now)
    level = volatility_index.value if volatility_index is not None and volatility_index.state.usable else None
    reading, calm_sessions = scenarios
    return Situation(
        face=light.face,
        ceiling=light.ceiling,
        score=light.score,
        score_low=light.score_low,
        score_up=light.score_up,
        regime=regime.regime if regime else Regime.NONE,
        worst_regime=regime.worst if regime else Regime.LIQUIDITY,
        scenario=reading.dominant if reading else Scenario.UNKNOWN,
        possible=reading.possible if reading else ANY,
        hour=hour,
        four_hours=four_hours,
        minutes_to_event=minutes if abs(minutes) <= rules.event_minutes else nan,
        loss_budget_used=None,
        volatility_index=nan if level is None else level,
        calm_scenario_sessions=calm_sessions,
    )


def plans_view(situation: Situation, budget: BudgetView | None, rules: tuple[Thresholds, ContextRules]) -> PlansView:
    """What the table says, and what it would say if what is missing made nothing worse."""
    thresholds, context = rules
    found, by_known = (_plans(each, thresholds, context.plans) for each in (situation, situation.as_known()))
    against = no_trade(situation, thresholds, context.plans)
    return PlansView(found, () if by_known == found else by_known, against.reasons, against.open, budget)


def marks_view(cascade: Cascade) -> tuple[CascadeMark, ...]:
    """The six stages in order."""
    return tuple(
        CascadeMark(mark.stage, mark.status, mark.since, mark.last, mark.evidence, sign_views(mark.signs))
        for mark in cascade
    )


def term_view(latest: Mapping[str, Latest]) -> TermStructure | None:
    """VIX over VIX3M from the last values; None where neither is followed."""
    near, far = latest.get("VIX"), latest.get("VIX3M")
    if near is None and far is None:
        return None
    values = [each.value if each is not None and each.state.usable else None for each in (near, far)]
    ratio = term_ratio(*(nan if value is None else value for value in values))
    times = [each.as_of for each in (near, far) if each is not None and each.as_of is not None]
    return TermStructure(
        values[0], values[1], known(ratio), ratio > 1 if isfinite(ratio) else None, min(times) if times else None
    )


def leadership_view(window: ContextWindow, table: DailyTable, row: int, names: InputNames) -> LeadershipView:
    """Breadth and leadership of the session of a row."""
    index = table.closes(names.equity_index, row, _LONG_TREND + 1)
    leaders, breadth, long_breadth = (
        _share_above(closes, absent, rows)
        for closes, absent, rows in (
            (window.leaders, window.leaders_absent, _TREND),
            (window.breadth, window.breadth_absent, _TREND),
            (window.breadth, window.breadth_absent, _LONG_TREND),
        )
    )
    equal = log_change(table.closes(EQUAL_WEIGHT, row, _MONTH + 1), _MONTH) - log_change(index, _MONTH)
    recent = index[-_TREND:]
    holds = bool(recent[-1] >= recent.mean()) if len(recent) == _TREND and np.isfinite(recent).all() else None
    return LeadershipView(
        session=label_date(int(table.labels[row])),
        leaders_above_50=leaders,
        breadth_above_50=breadth,
        breadth_above_200=long_breadth,
        leaders_20d=known(leaders_lag(window)),
        equal_weight_20d=known(equal),
        advance_decline_10d=known(advance_decline(window.breadth, _FORTNIGHT)),
        index_holds_alone=None if holds is None or breadth is None else holds and breadth < 0.5,
    )


def _share_above(closes: np.ndarray, absent: int, rows: int) -> float | None:
    count = above_average(closes, rows)
    return known(1 - count.share_below) if count.enough(absent) else None


def _plans(situation: Situation, thresholds: Thresholds, rules: PlanRules) -> tuple[PlanView, ...]:
    found = plans(situation, thresholds, rules)
    return tuple(PlanView(each.horizon, each.plan, each.size, each.notes) for each in found)
