"""What kind of stress this is: a volatility event, a trend break, a liquidity shock, or none (SIGNALS 7).

Only a liquidity shock carried extra danger when it was tested; the other two are descriptions. First match wins, in
the order of severity. Beside the regime runs the worst one that unknown inputs allow: taking an input away never
makes that one calmer, because every condition is monotone in what is put in for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from barograph.risk.context_rules import RegimeRules
from barograph.risk.signs import Sign, all_of, any_of, at_least, at_least_so_many, at_most, below, combined


class Regime(StrEnum):
    """Kinds of stress, least severe first."""

    NONE = "none"
    VOLATILITY = "volatility"
    TREND = "trend"
    LIQUIDITY = "liquidity"

    @property
    def severity(self) -> int:
        """0 for none to 3 for a liquidity shock."""
        return tuple(Regime).index(self)


@dataclass(frozen=True, slots=True)
class RegimeInputs:
    """What one evaluation knows. NaN: should be known and is not. None: not part of this kind of evaluation.

    `*_z`: five sessions' move over its usual size (`lagged_standardised_change`). `gold`, `bonds`: log changes over
    five sessions. `open_interest_day`: change in coins over 24 hours. `liquidation_rank`: the hour's place in its own
    past, 0-1. `crypto_worst_day`: the worse of the last two days' returns. `*_to_average`: close over the 50-day
    average, less 1. `breadth`: share of members above theirs. `volatility_ratio`: 5 days over 60.
    `volatility_index_change`: points over five sessions.
    """

    equity_z: float
    crypto_z: float
    credit_z: float
    dollar_z: float
    gold: float
    bonds: float
    crypto_worst_day: float
    volatility_index: float
    volatility_index_change: float
    volatility_ratio: float
    equity_to_average: float
    crypto_to_average: float
    breadth: float
    crypto_day_sigmas: float | None = None
    open_interest_day: float | None = None
    liquidation_rank: float | None = None
    term_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class RegimeState:
    """Carried from session to session: how many more sessions a liquidity shock persists and how many in a row were
    those of a broken trend, as known, and as the unknown allows at worst; and whether that shock is crypto-led.
    """

    shock_left: int = 0
    crypto_led: bool = False
    trend_run: int = 0
    worst_shock_left: int = 0
    worst_trend_run: int = 0


@dataclass(frozen=True, slots=True)
class RegimeReading:
    """The regime, the worst one that the unknown allows, and the evidence.

    `persists`: a liquidity shock of an earlier session that is still counted. `crypto_led`: a liquidity shock that
    rested on crypto's own legs, with calm credit, when it was last seen.
    """

    regime: Regime
    worst: Regime
    persists: bool
    crypto_led: bool
    signs: tuple[Sign, ...]


_CRYPTO_LEGS = ("open_interest", "liquidations", "crypto_day")


def step(
    state: RegimeState, inputs: RegimeInputs, rules: RegimeRules, *, closed: bool = True
) -> tuple[RegimeState, RegimeReading]:
    """One evaluation.

    Between closes (`closed` False) the reading is what it would be if the session closed now; a liquidity shock is
    kept, counts of sessions are not moved.
    """
    opening, legs = _opening(inputs, rules), _legs(inputs, rules)
    trend, volatility = _trend(inputs, rules), _volatility(inputs, rules)
    fired = all_of(opening.met, at_least_so_many(rules.legs_needed, (leg.met for leg in legs)))
    broken = all_of(*(sign.met for sign in trend))
    jumped = any_of(*(sign.met for sign in volatility))
    shock_left = rules.persist_sessions if fired is True else state.shock_left
    worst_left = rules.persist_sessions if fired is not False else state.worst_shock_left
    crypto_led = _crypto_led(legs, rules) if fired is True else shock_left > 0 and state.crypto_led
    run = state.trend_run + 1 if broken is True else 0
    worst_run = state.worst_trend_run + 1 if broken is not False else 0
    reading = RegimeReading(
        regime=_first(shock_left > 0, run >= rules.trend_sessions, jumped is True),
        worst=_first(worst_left > 0, worst_run >= rules.trend_sessions, jumped is not False),
        persists=shock_left > 0 and fired is not True,
        crypto_led=crypto_led,
        signs=(opening, *legs, *trend, *volatility),
    )
    if closed:
        return RegimeState(max(0, shock_left - 1), crypto_led, run, max(0, worst_left - 1), worst_run), reading
    return RegimeState(shock_left, crypto_led, state.trend_run, worst_left, state.worst_trend_run), reading


def _first(liquidity: bool, trend: bool, volatility: bool) -> Regime:
    if liquidity:
        return Regime.LIQUIDITY
    if trend:
        return Regime.TREND
    return Regime.VOLATILITY if volatility else Regime.NONE


def _opening(inputs: RegimeInputs, rules: RegimeRules) -> Sign:
    """L1: stocks or crypto fell far."""
    parts = [
        at_most("equity_fall", inputs.equity_z, rules.shock_equity_z),
        at_most("crypto_fall", inputs.crypto_z, rules.shock_crypto_z),
    ]
    if inputs.crypto_day_sigmas is not None:
        parts.append(at_most("crypto_day_fall", inputs.crypto_day_sigmas, rules.shock_crypto_day_sigmas))
    met = any_of(*(part.met for part in parts))
    shown = next((part for part in parts if part.met), parts[0])
    return Sign("far_fall", shown.value, shown.threshold, met)


def _legs(inputs: RegimeInputs, rules: RegimeRules) -> tuple[Sign, ...]:
    """L2 to L5; open interest and liquidations count separately, their daily stand-in once."""
    havens = combined(
        "havens_fail",
        (
            at_most("equity", inputs.equity_z, rules.haven_equity_z),
            at_most("gold", inputs.gold, 0.0),
            at_most("bonds", inputs.bonds, 0.0),
        ),
        every=True,
    )
    crypto: list[Sign] = []
    if inputs.open_interest_day is not None:
        crypto.append(at_most("open_interest", inputs.open_interest_day, rules.open_interest_day))
    if inputs.liquidation_rank is not None:
        crypto.append(at_least("liquidations", inputs.liquidation_rank, rules.liquidation_rank))
    if not crypto:
        crypto.append(at_most("crypto_day", inputs.crypto_worst_day, rules.crypto_worst_day))
    dollar = [
        at_least("dollar", inputs.dollar_z, rules.dollar_z),
        at_least("volatility_index", inputs.volatility_index, rules.volatility_index),
    ]
    if inputs.term_ratio is not None:
        dollar.append(at_least("term_ratio", inputs.term_ratio, rules.term_ratio))
    return (
        at_most("credit", inputs.credit_z, rules.credit_z),
        havens,
        *crypto,
        combined("dollar_or_volatility", dollar, every=False),
    )


def _trend(inputs: RegimeInputs, rules: RegimeRules) -> tuple[Sign, ...]:
    return (
        below("equity_below_average", inputs.equity_to_average, 0.0),
        below("crypto_below_average", inputs.crypto_to_average, 0.0),
        at_most("breadth", inputs.breadth, rules.trend_breadth),
    )


def _volatility(inputs: RegimeInputs, rules: RegimeRules) -> tuple[Sign, ...]:
    return (
        at_least("volatility_ratio", inputs.volatility_ratio, rules.volatility_ratio),
        at_least("volatility_index_rise", inputs.volatility_index_change, rules.volatility_index_rise),
    )


def _crypto_led(legs: tuple[Sign, ...], rules: RegimeRules) -> bool:
    others = sum(leg.met is True for leg in legs if leg.id not in _CRYPTO_LEGS)
    credit_fell = any(leg.met is not False for leg in legs if leg.id == "credit")
    return others < rules.legs_needed and not credit_fell
