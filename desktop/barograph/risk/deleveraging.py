"""The stage of crypto's deleveraging: calm, leverage building, forced selling, exhaustion.

    calm ──building signs──► building ──┐
      ▲                                 ├── price falls hard, and coins leave or liquidations peak ──► forced selling
      └──── quiet for days ◄── exhaustion ◄──────────────── quiet for hours ──────────────────────────────┘

The stage depends only on how long each kind of evidence has been *known to be absent*:

- forced selling while its evidence is there, and until it has been absent for `forced_quiet_h` hours;
- exhaustion after that, until it has been absent for `exhaustion_quiet_h`;
- otherwise building while its evidence is there, and until it has been absent for `building_quiet_h`;
- otherwise calm.

What an unknown input does: it fires nothing, and it stops the clocks, so it never makes the stage calmer. Beside the
stage runs the worst one it allows, the same machine with every unknown put at its worst; taking an input away never
makes that one calmer. Severity runs calm, building, exhaustion, forced selling. All thresholds are judgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from barograph.risk.context_rules import DeleveragingRules
from barograph.risk.signs import (
    Sign,
    all_of,
    any_of,
    at_least,
    at_least_so_many,
    at_most,
    met_or_unknown,
)


class Stage(StrEnum):
    """Stages in order of severity, least severe first."""

    CALM = "calm"
    BUILDING = "leverage_building"
    EXHAUSTION = "exhaustion"
    FORCED = "forced_selling"

    @property
    def severity(self) -> int:
        """0 for calm to 3 for forced selling."""
        return tuple(Stage).index(self)


@dataclass(frozen=True, slots=True)
class DeleveragingInputs:
    """What one evaluation knows; NaN where unknown, None where the input is still learning or has no feed at all.

    `price_day_sigmas`: the return of 24 hours in standard deviations of a day. `open_interest_day`: simple change in
    coins over 24 hours; `open_interest_week`: log change over 7 days. `divergence`: OI_div over 7 days.
    `funding_rank`, `liquidation_rank`: places of the 7-day mean funding and of the hour's liquidations in their own
    past, 0-1.
    """

    price_day_sigmas: float
    open_interest_day: float
    open_interest_week: float
    divergence: float
    funding_rank: float | None = None
    liquidation_rank: float | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """For how many hours each kind of evidence has been known to be absent; infinite while there never was any."""

    forced: float = inf
    building: float = inf


@dataclass(frozen=True, slots=True)
class DeleveragingState:
    """The clocks as known, and with every unknown put at its worst."""

    known: QuietHours = QuietHours()
    worst: QuietHours = QuietHours()


@dataclass(frozen=True, slots=True)
class DeleveragingReading:
    """The stage, the worst one that the unknown allows, whether its own evidence is there right now, and the signs."""

    stage: Stage
    worst: Stage
    evident: bool
    forced_signs: tuple[Sign, ...]
    building_signs: tuple[Sign, ...]


def step(
    state: DeleveragingState, inputs: DeleveragingInputs, elapsed_h: float, rules: DeleveragingRules
) -> tuple[DeleveragingState, DeleveragingReading]:
    """One evaluation, `elapsed_h` hours after the one before (0 for the first)."""
    forced_signs, building_signs = _forced_signs(inputs, rules), _building_signs(inputs, rules)
    fall, *selling = (sign.met for sign in forced_signs)
    forced = all_of(fall, any_of(*selling))
    building = at_least_so_many(rules.building_signs, (sign.met for sign in building_signs))
    after = DeleveragingState(
        QuietHours(
            _known_clock(state.known.forced, forced, elapsed_h),
            _known_clock(state.known.building, building, elapsed_h),
        ),
        QuietHours(
            _worst_clock(state.worst.forced, forced, elapsed_h),
            _worst_clock(state.worst.building, building, elapsed_h),
        ),
    )
    stage = _stage(after.known, rules)
    evident = forced is True if stage is Stage.FORCED else building is True if stage is Stage.BUILDING else False
    return after, DeleveragingReading(stage, _stage(after.worst, rules), evident, forced_signs, building_signs)


def _known_clock(quiet_h: float, evidence: bool | None, elapsed_h: float) -> float:
    if evidence is None:
        return quiet_h
    return 0.0 if evidence else quiet_h + elapsed_h


def _worst_clock(quiet_h: float, evidence: bool | None, elapsed_h: float) -> float:
    return 0.0 if met_or_unknown(evidence) else quiet_h + elapsed_h


def _stage(quiet: QuietHours, rules: DeleveragingRules) -> Stage:
    if quiet.forced < rules.forced_quiet_h or quiet.forced == 0:
        return Stage.FORCED
    if quiet.forced < rules.exhaustion_quiet_h:
        return Stage.EXHAUSTION
    return Stage.BUILDING if quiet.building < rules.building_quiet_h or quiet.building == 0 else Stage.CALM


def _forced_signs(inputs: DeleveragingInputs, rules: DeleveragingRules) -> tuple[Sign, ...]:
    """A hard fall, then what shows that it is selling without choice: one of the others is needed with it."""
    signs = [
        at_most("price_falls_hard", inputs.price_day_sigmas, rules.forced_price_sigmas),
        at_most("coins_leave", inputs.open_interest_day, rules.forced_open_interest_day),
    ]
    if inputs.liquidation_rank is not None:
        signs.append(at_least("liquidations_peak", inputs.liquidation_rank, rules.forced_liquidation_rank))
    return tuple(signs)


def _building_signs(inputs: DeleveragingInputs, rules: DeleveragingRules) -> tuple[Sign, ...]:
    signs = [
        at_least("coins_gather", inputs.open_interest_week, rules.building_open_interest_week),
        at_least("coins_against_price", inputs.divergence, rules.building_divergence),
    ]
    if inputs.funding_rank is not None:
        signs.append(at_least("funding_dear", inputs.funding_rank, rules.building_funding_rank))
    return tuple(signs)
