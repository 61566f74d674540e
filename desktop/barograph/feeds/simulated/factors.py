"""The common factors behind every simulated price, and how they move: correlated, clustered, fat-tailed steps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from barograph.feeds.simulated.steps import Steps
from barograph.market.bars import FloatArray


class Factor(IntEnum):
    """A common factor. Log units; yields in basis points. TECH to SMALL and ETHER are excesses over SPX or COIN."""

    SPX = 0
    TECH = 1
    SEMIS = 2
    SOFTWARE = 3
    EQUAL = 4
    SMALL = 5
    Y10 = 6
    Y2 = 7
    REAL = 8
    DOLLAR = 9
    CREDIT = 10
    GOLD = 11
    COIN = 12
    ETHER = 13


FACTOR_COUNT = len(Factor)
# standard deviation of a calm-to-average day (the volatility conditions multiply it)
_DAILY_SD = np.array(
    [0.0080, 0.0036, 0.0085, 0.0075, 0.0026, 0.0050, 4.6, 4.2, 3.6, 0.0036, 0.0017, 0.0075, 0.0235, 0.016]
)
_EQUITY = np.array([Factor.SPX, Factor.TECH, Factor.SEMIS, Factor.SOFTWARE, Factor.EQUAL, Factor.SMALL, Factor.CREDIT])
_MACRO = np.array([Factor.Y10, Factor.Y2, Factor.REAL, Factor.DOLLAR, Factor.GOLD])
_CRYPTO = np.array([Factor.COIN, Factor.ETHER])
# yearly growth of the trend
_TREND_YEAR = np.array([0.07, 0.02, 0.02, 0.0, -0.01, -0.02, 0.0, 0.0, 0.0, 0.0, 0.0, 0.06, 0.18, -0.02])

SLOW_HALF_LIFE_DAYS = 250.0
PULL_HALF_LIFE_DAYS = 3.0
_VOL_HALF_LIFE_DAYS = 12.0
_VOL_SD = 0.30
# rows: independent draws; columns: log volatility of stocks, of coins (they move together), coupling
_WANDER = np.array([[_VOL_SD, 0.6 * _VOL_SD, 0.0], [0.0, 0.8 * _VOL_SD, 0.0], [0.0, 0.0, 0.13]])


def _mixing() -> FloatArray:
    """Rows: how each factor's standardised step is made of independent draws (rows have length 1)."""
    mix = np.eye(FACTOR_COUNT)
    for factor, parts in {
        Factor.Y2: {Factor.Y10: 0.80},
        Factor.REAL: {Factor.Y10: 0.85},
        Factor.DOLLAR: {Factor.Y10: 0.35, Factor.SPX: -0.30},
        Factor.CREDIT: {Factor.SPX: 0.35},
        Factor.GOLD: {Factor.Y10: -0.30, Factor.DOLLAR: -0.35},
        Factor.SEMIS: {Factor.TECH: 0.30},
        Factor.SMALL: {Factor.TECH: -0.25},
        Factor.EQUAL: {Factor.TECH: -0.30},
    }.items():
        for part, weight in parts.items():
            mix[factor, part] = weight
        mix[factor, factor] = np.sqrt(1 - sum(weight**2 for weight in parts.values()))
    return mix


_MIX = _mixing()


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """What rules the market at each of n instants.

    `displacement` (n, factors) from trend, in log units or basis points; the others (n,) as in the story's table.
    """

    displacement: FloatArray
    vol: FloatArray
    coin_vol: FloatArray
    coupling: FloatArray
    stress: FloatArray
    pull: FloatArray
    appetite: FloatArray
    bias: FloatArray


@dataclass(slots=True)
class FactorState:
    """Where the factors stand between two runs: the slow and the quickly pulled part of their noise (factors,);
    and what wanders for weeks (3,): logs of the volatility multipliers of stocks and coins, and the coupling.
    """

    slow: FloatArray
    fast: FloatArray
    wander: FloatArray

    @classmethod
    def at_rest(cls) -> FactorState:
        """At trend, with ordinary volatility."""
        return cls(np.zeros(FACTOR_COUNT), np.zeros(FACTOR_COUNT), np.zeros(3))


@dataclass(frozen=True, slots=True, eq=False)
class FactorPath:
    """Factors over n steps: `level` (n, factors) at the steps' ends, from trend's zero; `sd` (n, factors) of each
    step's noise; `vol` (n,) the stock market's daily standard deviation in force.
    """

    level: FloatArray
    sd: FloatArray
    vol: FloatArray


def trend(years: FloatArray) -> FloatArray:
    """The trend's level at times from its zero: (n,) years to (n, factors)."""
    level: FloatArray = years[:, None] * _TREND_YEAR
    return level


def decayed_sum(start: FloatArray, keep: FloatArray, shocks: FloatArray) -> FloatArray:
    """x_t = keep_t x_{t-1} + shock_t for all t at once: `keep` (n,) in (0, 1], `shocks` (n, k), `start` (k,).

    Worked in stretches over which the product of `keep` stays far from underflow.
    """
    out = np.empty_like(shocks)
    begin = 0
    while begin < len(keep):
        weight = np.cumprod(keep[begin:])
        end = begin + max(1, int(np.searchsorted(-weight, -1e-100)))
        weight = weight[: end - begin, None]
        out[begin:end] = weight * (start + np.cumsum(shocks[begin:end] / weight, axis=0))
        start = out[end - 1]
        begin = end
    return out


def evolve(
    state: FactorState, steps: Steps, now: Conditions, years: FloatArray, rng: np.random.Generator
) -> FactorPath:
    """Move the factors over `steps` under the conditions `now`; `years` (n,) is the time since trend's zero.

    Noise of step t is sd * z, z from correlated normals with a common lognormal mixture (fat tails); coin's z
    has the correlation `coupling` with the stock market's. A share of the noise, growing with `pull`, is undone
    within days, so that the story's path shows through whatever the dice say; the rest wanders for months.
    """
    n = len(steps)
    days = steps.hours / 24
    keep_vol = 0.5 ** (days / _VOL_HALF_LIFE_DAYS)
    draws = rng.standard_normal((n, 3)) @ _WANDER
    draws *= (np.sqrt(1 - keep_vol**2) * (1 - 0.6 * now.pull))[:, None]
    wander = decayed_sum(state.wander, keep_vol, draws)
    log_vol = wander[:, :2] - _VOL_SD**2 / 2
    coupling = np.clip(now.coupling + wander[:, 2], 0.0, 0.92)

    normal = rng.standard_normal((n, FACTOR_COUNT))
    spread = 0.35 * rng.standard_normal(n)
    normal *= np.exp(spread - 0.35**2)[:, None]
    z = normal @ _MIX.T
    z[:, Factor.COIN] = coupling * z[:, Factor.SPX] + np.sqrt(1 - coupling**2) * normal[:, Factor.COIN]
    sd = _step_sd(steps, now, np.exp(log_vol))
    noise = z * sd
    held = (0.8 * now.pull)[:, None] * noise
    slow = decayed_sum(state.slow, 0.5 ** (days / SLOW_HALF_LIFE_DAYS), noise - held)
    fast = decayed_sum(state.fast, 0.5 ** (days / PULL_HALF_LIFE_DAYS), held)
    state.slow, state.fast, state.wander = slow[-1].copy(), fast[-1].copy(), wander[-1].copy()
    level = slow + fast + now.displacement + trend(years)
    return FactorPath(level, sd, _DAILY_SD[Factor.SPX] * now.vol * np.exp(log_vol[:, 0]))


def _step_sd(steps: Steps, now: Conditions, wander: FloatArray) -> FloatArray:
    sd = np.empty((len(steps), FACTOR_COUNT))
    sd[:, _EQUITY] = (np.sqrt(steps.equity) * now.vol * wander[:, 0])[:, None]
    sd[:, _MACRO] = (np.sqrt(steps.macro) * (0.55 + 0.45 * now.vol) * np.sqrt(wander[:, 0]))[:, None]
    sd[:, _CRYPTO] = (np.sqrt(steps.crypto) * now.coin_vol * wander[:, 1])[:, None]
    sd *= _DAILY_SD
    return sd
