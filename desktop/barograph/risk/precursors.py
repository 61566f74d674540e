"""Three lamps that are said to go on before a joint fall, each with what it was worth when tested (SIGNALS 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from barograph.risk.context_rules import MeasuredLift, PrecursorRules
from barograph.risk.signs import Sign, above, all_of, at_least, below


class LampState(StrEnum):
    """UNKNOWN is never shown as off."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrecursorInputs:
    """What one evaluation knows; NaN where unknown.

    `volatility_ratio`: 5 days over 60 of the growth index. `leaders_above`: share above the 50-day average.
    `dollar_z`, `yield_change`: 20 sessions. `open_interest_week` (coins), `crypto_week`: log changes over 7 days.
    """

    volatility_ratio: float
    leaders_above: float
    dollar_z: float
    yield_change: float
    open_interest_week: float
    crypto_week: float


@dataclass(frozen=True, slots=True)
class Lamp:
    """One precursor: on, off or unknown, its signs, and its measured lift, also where that is nothing."""

    id: str
    state: LampState
    signs: tuple[Sign, ...]
    measured: tuple[MeasuredLift, ...]

    @property
    def proven(self) -> bool:
        """Whether any of its lifts has an interval above 1; where not, the panel says "not significant"."""
        return any(lift.significant for lift in self.measured)


def lamps(inputs: PrecursorInputs, rules: PrecursorRules, measured: Iterable[MeasuredLift]) -> tuple[Lamp, ...]:
    """P1 rising volatility of growth shares, P1 with broken leaders, P2 dollar and yields, P3 open interest."""
    lifts = tuple(measured)
    rising = at_least("volatility_ratio", inputs.volatility_ratio, rules.volatility_ratio)
    signs = {
        "P1": (rising,),
        "P1_leaders": (rising, below("leaders_above", inputs.leaders_above, rules.leaders_above)),
        "P2": (
            above("dollar_rises", inputs.dollar_z, rules.dollar_z),
            at_least("yield_not_lower", inputs.yield_change, rules.yield_change),
        ),
        "P3": (
            above("open_interest_rises", inputs.open_interest_week, rules.open_interest_rise),
            below("crypto_falls", inputs.crypto_week, rules.crypto_fall),
        ),
    }
    return tuple(_lamp(lamp_id, group, lifts) for lamp_id, group in signs.items())


def _lamp(lamp_id: str, signs: tuple[Sign, ...], lifts: tuple[MeasuredLift, ...]) -> Lamp:
    met = all_of(*(sign.met for sign in signs))
    state = LampState.UNKNOWN if met is None else LampState.ON if met else LampState.OFF
    return Lamp(lamp_id, state, signs, tuple(lift for lift in lifts if lift.lamp == lamp_id))
