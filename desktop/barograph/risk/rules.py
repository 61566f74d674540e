"""The rule set: pillars, weights, windows and thresholds as immutable values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import fsum


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
class IntradayRules:
    """Between two closes (SIGNALS 5.1 and 5.3): every how many minutes the light is looked at, for how many the score
    has to stay at or above an entry level, and the intraday shock: both legs at `shock_sigma` of an hour's usual move
    (half-life in hourly bars, of at least `shock_minimum`), held for `shock_closes` closes. `crypto_sigma`: the fall of
    24 hours, in days' usual moves, from which on crypto has a badge of its own.
    """

    step_minutes: int
    watch_minutes: int
    risk_off_minutes: int
    shock_sigma: float
    shock_half_life: int
    shock_minimum: int
    shock_closes: int
    crypto_sigma: float


@dataclass(frozen=True, slots=True)
class PillarRules:
    """One pillar: its weight in the score and the weights of its indicators inside it.

    `optional` are those that only some feeds have: they are expected once they have been there for the minimum of
    their window. `alone` are the weights of the others while no optional one takes part (empty: the same as with
    them). `parts` names indicators that stand under one weight together: part → the indicator they belong to.
    """

    name: str
    weight: float
    indicators: Mapping[str, float]
    optional: frozenset[str] = frozenset()
    alone: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)

    def required(self) -> dict[str, float]:
        """Weights of the indicators that every feed is expected to have."""
        return {name: self.alone.get(name, w) for name, w in self.indicators.items() if name not in self.optional}

    def weights(self, use: Collection[str]) -> dict[str, float]:
        """Weights of the indicators in `use`, in display order.

        Without optional ones it is the form that was tested; parts of one indicator share its weight equally.
        """
        chosen = [name for name in self.indicators if name in use]
        if self.optional.isdisjoint(chosen):
            required = self.required()
            return {name: required[name] for name in chosen}
        owners = [self.parts.get(name, name) for name in chosen]
        return {name: self.indicators[name] / owners.count(owner) for name, owner in zip(chosen, owners, strict=True)}

    def share(self, use: Collection[str]) -> float:
        """How much of the required weight is in `use`, 0-1. It never falls where `use` grows."""
        required = self.required()
        return fsum(weight for name, weight in required.items() if name in use) / fsum(required.values())


@dataclass(frozen=True, slots=True)
class InputNames:
    """Which instrument, series or group feeds which indicator."""

    equity_index: str
    equity_future: str
    growth: str
    growth_future: str
    volatility_index: str
    crypto: str
    dollar: str
    yield_10y: str
    yield_2y: str
    leaders: str
    breadth: str


@dataclass(frozen=True, slots=True)
class Window:
    """Of how many daily values a percentile is made at most, and at least."""

    length: int
    minimum: int


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
    intraday: IntradayRules
    inputs: InputNames
    pillars: tuple[PillarRules, ...]
    windows: Mapping[str, Window] = field(default_factory=dict)

    @property
    def indicator_ids(self) -> tuple[str, ...]:
        """Every indicator id in display order."""
        return tuple(indicator for pillar in self.pillars for indicator in pillar.indicators)

    @property
    def optional_ids(self) -> frozenset[str]:
        """Those that only some feeds have."""
        return frozenset().union(*(pillar.optional for pillar in self.pillars))

    def window_of(self, indicator: str) -> Window:
        """The window of an indicator's percentile; `windows` names those that have a shorter one of their own."""
        own = self.windows.get(indicator)
        if own is None:
            return Window(self.window, self.minimum)
        length = min(own.length, self.window)
        return Window(length, min(own.minimum, length))
