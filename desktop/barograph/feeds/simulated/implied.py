"""The volatility indices: implied volatility as a mean-reverting mix of present and long-run volatility.

VIX follows what the simulated index's own volatility makes a 30-day option worth: mostly the volatility now in
force, partly its long-run level, plus a premium; it jumps when the index falls (the leverage effect) and reverts
within days. VIX3M is the same with more of the long run and less of the jump, so that the two cross under stress.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.feeds.simulated.factors import decayed_sum
from barograph.feeds.simulated.steps import Steps
from barograph.market.bars import FloatArray

_LONG_RUN = 11.5
"""Realised volatility of the index in ordinary times, per cent a year."""
_PRESENT_SHARE = np.array([0.80, 0.50])
_PREMIUM = np.array([3.2, 4.8])
_JUMP = np.array([4.6, 2.6])
"""Log change of the index of volatility for a log change of -1 of the stock index."""
_NOISE_SD = np.array([[0.030, 0.0], [0.012, 0.010]])
_HALF_LIFE_DAYS = 2.0


@dataclass(slots=True)
class ImpliedState:
    """Log departures of VIX and VIX3M from what present volatility asks for (2,)."""

    departure: FloatArray

    @classmethod
    def at_rest(cls) -> ImpliedState:
        """No departure."""
        return cls(np.zeros(2))


def implied_volatility(
    state: ImpliedState,
    steps: Steps,
    daily_vol: FloatArray,
    index_steps: FloatArray,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Logs of VIX and VIX3M (n, 2) at the steps' ends, and the standard deviation of each step (n, 2).

    `daily_vol` (n,) is the index's daily standard deviation in force, `index_steps` (n,) its log changes.
    """
    yearly = 100 * np.sqrt(252) * daily_vol[:, None]
    asked = np.log(_PRESENT_SHARE * yearly + (1 - _PRESENT_SHARE) * _LONG_RUN + _PREMIUM)
    noise = np.sqrt(steps.equity)[:, None] * (rng.standard_normal((len(steps), 2)) @ _NOISE_SD.T)
    shocks = noise - index_steps[:, None] * _JUMP
    keep = 0.5 ** (steps.hours / 24 / _HALF_LIFE_DAYS)
    departure = decayed_sum(state.departure, keep, shocks)
    state.departure = departure[-1].copy()
    sd = np.sqrt(steps.equity)[:, None] * (_NOISE_SD.sum(axis=1) + _JUMP * daily_vol[:, None])
    return asked + departure, sd
