"""The rule set: pillars, weights, windows and thresholds as immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Entry and exit levels of the score, 0-100."""

    watch_enter: float
    watch_exit: float
    risk_off_enter: float
    risk_off_exit: float


@dataclass(frozen=True, slots=True)
class LightRules:
    """When the light changes: thresholds, closes before a downgrade, and the shock override."""

    thresholds: Thresholds
    downgrade_closes: int
    shock_hold: int
    shock_window: int
    shock_equity_sigma: float
    shock_crypto_sigma: float


@dataclass(frozen=True, slots=True)
class PillarRules:
    """One pillar: its weight in the score and the weights of its indicators inside it."""

    name: str
    weight: float
    indicators: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class InputNames:
    """Which instrument, series or group feeds which indicator."""

    equity_index: str
    growth: str
    volatility_index: str
    crypto: str
    dollar: str
    yield_10y: str
    yield_2y: str
    leaders: str
    breadth: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that judgement depends on. `id` names it in every stored evaluation."""

    id: str
    window: int
    minimum: int
    coverage: float
    pillar_share: float
    warm_up_pillars: tuple[str, ...]
    required_pillar: str
    either_pillar: tuple[str, ...]
    fixing_max_age_days: int
    light: LightRules
    inputs: InputNames
    pillars: tuple[PillarRules, ...]

    @property
    def indicator_ids(self) -> tuple[str, ...]:
        """Every indicator id in display order."""
        return tuple(indicator for pillar in self.pillars for indicator in pillar.indicators)
