"""Rules of everything around the light as immutable values: regime, scenarios, precursors, stages, plans, budget.

They explain and plan; none of them moves the light. The numbers are in a rules file, their limits here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def _within(low: float, high: float) -> Any:  # noqa: ANN401 - a dataclass field, whatever the attribute's type
    """A number of the rules file between two limits, both allowed."""
    return field(metadata={"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class RegimeRules:
    """When a day is a volatility event, a trend break or a liquidity shock (SIGNALS 7)."""

    shock_equity_z: float = _within(-10, 0)
    shock_crypto_z: float = _within(-10, 0)
    shock_crypto_day_sigmas: float = _within(-20, 0)
    legs_needed: int = _within(1, 5)
    credit_z: float = _within(-10, 0)
    haven_equity_z: float = _within(-10, 0)
    open_interest_day: float = _within(-1, 0)
    liquidation_rank: float = _within(0.5, 1)
    crypto_worst_day: float = _within(-1, 0)
    dollar_z: float = _within(0, 10)
    volatility_index: float = _within(10, 100)
    term_ratio: float = _within(0.5, 2)
    persist_sessions: int = _within(1, 60)
    trend_sessions: int = _within(1, 60)
    trend_breadth: float = _within(0, 1)
    volatility_ratio: float = _within(1, 10)
    volatility_index_rise: float = _within(0, 100)


@dataclass(frozen=True, slots=True)
class ScenarioRules:
    """Signs of the three scenarios and what makes one dominant (SIGNALS 8). Moves are log changes, yields in bp."""

    known_needed: int = _within(1, 5)
    dominant_share: float = _within(0, 1)
    dominant_lead: float = _within(0, 1)
    volatility_index_of_high: float = _within(0, 1)
    crypto_of_low: float = _within(1, 2)
    real_yield_bp: float = _within(0, 200)
    dollar_z: float = _within(0, 10)
    repricing_bp: float = _within(0, 200)
    credit_fall: float = _within(-1, 0)
    credit_rise: float = _within(0, 1)
    advance_decline: float = _within(0, 1)


@dataclass(frozen=True, slots=True)
class PrecursorRules:
    """Thresholds of the precursor lamps (SIGNALS 7)."""

    volatility_ratio: float = _within(1, 10)
    leaders_above: float = _within(0, 1)
    dollar_z: float = _within(-10, 10)
    yield_change: float = _within(-10, 10)
    open_interest_rise: float = _within(0, 1)
    crypto_fall: float = _within(-1, 0)


@dataclass(frozen=True, slots=True)
class MeasuredLift:
    """What a lamp was worth when it was tested: how many times as often `event` followed, with its 95 % interval
    where one was computed, and the share of days on which the lamp was on where that was reported.
    """

    lamp: str
    event: str
    lift: float
    low: float | None
    high: float | None
    share_on: float | None

    @property
    def significant(self) -> bool:
        """Whether the interval lies above 1; False where there is none."""
        return self.low is not None and self.low > 1


@dataclass(frozen=True, slots=True)
class DeleveragingRules:
    """Evidence of the crypto deleveraging stages, and how long each lasts without it. All judgement."""

    building_signs: int = _within(1, 3)
    building_open_interest_week: float = _within(0, 1)
    building_funding_rank: float = _within(0.5, 1)
    building_divergence: float = _within(0, 1)
    forced_price_sigmas: float = _within(-20, 0)
    forced_open_interest_day: float = _within(-1, 0)
    forced_liquidation_rank: float = _within(0.5, 1)
    forced_quiet_h: float = _within(0, 240)
    exhaustion_quiet_h: float = _within(0, 2000)
    building_quiet_h: float = _within(0, 2000)


@dataclass(frozen=True, slots=True)
class CascadeRules:
    """Evidence of the six stages of a cascade, and how long a stage is remembered without it. All judgement."""

    shock_equity_sigmas: float = _within(-20, 0)
    shock_growth_sigmas: float = _within(-20, 0)
    shock_crypto_sigmas: float = _within(-20, 0)
    repricing_bp: float = _within(0, 200)
    dollar_z: float = _within(0, 10)
    real_yield_bp: float = _within(0, 200)
    leaders_above: float = _within(0, 1)
    leaders_lag: float = _within(-1, 0)
    volatility_ratio: float = _within(1, 10)
    volatility_index_rise: float = _within(0, 100)
    term_ratio: float = _within(0.5, 2)
    thin_crypto_hour_sigmas: float = _within(-20, 0)
    memory_days: float = _within(1, 60)


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What goes into plans: multipliers by face, and when nothing is traded (SIGNALS 9)."""

    multiplier_calm: float = _within(0, 1)
    multiplier_watch: float = _within(0, 1)
    multiplier_risk_off: float = _within(0, 1)
    event_minutes: float = _within(0, 600)
    trend_bars: int = _within(2, 500)
    trend_sigma_bars: int = _within(10, 2000)
    trend_threshold: float = _within(0, 10)
    hedge_is_dear: float = _within(10, 100)
    calm_scenario_sessions: int = _within(1, 60)


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """Sizing: the correlation taken for granted while the light is not calm (SIGNALS 9)."""

    crowded_rho: float = _within(0, 1)


@dataclass(frozen=True, slots=True)
class AnalogueRules:
    """The search for similar past days (SIGNALS 12)."""

    nearest: int = _within(1, 50)
    apart_sessions: int = _within(0, 1000)
    horizon_short: int = _within(1, 250)
    horizon_long: int = _within(1, 250)


@dataclass(frozen=True, slots=True)
class ContextRules:
    """All of it. `id` names the file's version in whatever is stored."""

    id: str
    regime: RegimeRules
    scenarios: ScenarioRules
    precursors: PrecursorRules
    measured: tuple[MeasuredLift, ...]
    deleveraging: DeleveragingRules
    cascade: CascadeRules
    plans: PlanRules
    budget: BudgetRules
    analogues: AnalogueRules


SECTIONS: Mapping[str, type] = {
    "regime": RegimeRules,
    "scenarios": ScenarioRules,
    "precursors": PrecursorRules,
    "deleveraging": DeleveragingRules,
    "cascade": CascadeRules,
    "plans": PlanRules,
    "budget": BudgetRules,
    "analogues": AnalogueRules,
}
"""The tables of a rules file and what each is read into."""
LAMPS = ("P1", "P1_leaders", "P2", "P3")
"""Precursors in display order."""
EVENTS = ("J5", "J10")
"""Joint falls within 5 and within 10 sessions (SIGNALS 0)."""
