"""The story: seven phases of one stress episode, told as targets and conditions that the market model follows.

All figures of this file are judgement: they are drawn so that the sequence, the sizes and the speed look like the
joint falls of 2022, 2024 and 2025-26, and nothing is fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from barograph.feeds.simulated.factors import FACTOR_COUNT, Conditions, Factor
from barograph.market.bars import FloatArray, IntArray
from barograph.market.intervals import DAY_NS

CYCLE_DAYS = 70
"""Days from the start of one story to the start of the next; whole weeks, so that the weekday stays."""
STORY_DAYS = 30.5
"""Days from the first calm to the end of the recovery."""


class Phase(StrEnum):
    """Where the story stands."""

    CALM = "calm"
    NARRATIVE_SHOCK = "narrative_shock"
    REPRICING = "repricing"
    LEADERSHIP_BREAK = "leadership_break"
    VOLATILITY = "volatility"
    CASCADE = "liquidation_cascade"
    RECOVERY = "recovery"


_PHASE_STARTS = (
    (0.0, Phase.CALM),
    (6.0, Phase.NARRATIVE_SHOCK),
    (7.5, Phase.REPRICING),
    (12.5, Phase.LEADERSHIP_BREAK),
    (17.5, Phase.VOLATILITY),
    (20.5, Phase.CASCADE),
    (22.5, Phase.RECOVERY),
    (STORY_DAYS, Phase.CALM),
)

# Day of the story (before 0: how it is led up to), then where each factor has got to from its own trend, in per cent
# and for yields in basis points; straight lines between. Coin and ether leave room for what forced selling adds.
#   day    spx   tech  semis   soft  equal  small  y10   y2 real  dollar  credit   gold   coin  ether
_PATHS = """
  -28.0    0.0    0.0    0.0    0.0    0.0    0.0    0    0    0     0.0     0.0    0.0    0.0    0.0
  -20.0    0.2    0.1    0.3    0.3    0.1    0.1    0    0    0     0.0     0.0    0.0    1.0    0.2
    0.0    1.2    0.4    1.0    0.8    0.2    0.2   -2   -1   -1    -0.2     0.1    0.3    4.0    0.5
    3.0    1.5    0.5    1.3    1.0    0.2    0.2   -1    0    0    -0.2     0.2    0.4    5.0    1.0
    6.0    1.9    0.7    1.7    1.2    0.2    0.3    0    0    0    -0.1     0.2    0.6    6.0    1.5
    6.5    1.3    0.2    0.2    0.5    0.4    0.2    2    3    2     0.1     0.0    0.7    4.8    0.8
    7.5    0.9    0.1    0.0    0.3    0.6    0.1    5    6    4     0.3    -0.1    0.5    4.0    0.4
    9.3    0.7   -0.1   -0.4   -0.1    0.8   -0.1   19   20   15     1.5    -0.2   -0.4    3.0   -0.1
   12.5    0.3   -0.3   -0.9   -0.6    1.0   -0.3   24   25   19     2.1    -0.3   -1.0    1.8   -0.5
   15.0   -1.0   -1.1   -3.4   -3.0    1.2   -0.8   28   28   23     2.5    -0.6   -1.2   -0.2   -1.2
   17.5   -2.0   -2.0   -5.8   -5.2    1.2   -1.1   30   29   26     2.8    -1.0   -1.6   -2.2   -2.0
   19.0   -4.2   -2.4   -6.6   -5.8    1.0   -1.5   30   27   27     3.2    -1.8   -2.1   -4.0   -3.0
   20.5   -5.4   -2.6   -7.0   -6.2    0.6   -1.9   28   25   27     3.4    -2.3   -2.6   -5.5   -3.8
   21.3   -6.2   -2.7   -7.3   -6.5    0.5   -2.2   27   24   27     3.6    -2.7   -3.2   -7.5   -4.4
   21.5   -7.2   -2.8   -7.8   -6.8    0.4   -2.5   26   22   26     3.8    -3.1   -3.8  -13.0   -6.0
   22.5   -6.2   -2.6   -7.2   -6.3    0.4   -2.3   22   18   23     3.3    -2.8   -3.1  -11.0   -5.5
   25.0   -1.8   -1.2   -3.0   -2.8    0.4   -0.9    8    6    9     1.5    -1.2   -1.2   -3.5   -2.5
   28.0    1.0    0.1    0.6    0.4    0.3    0.1   -2   -2    0     0.2    -0.3    0.0    1.5   -1.0
   30.5    2.0    0.5    1.8    1.4    0.3    0.3   -5   -5   -3    -0.4     0.0    0.3    3.5   -0.5
   40.0    2.4    0.6    2.0    1.4    0.2    0.2   -4   -4   -2    -0.3     0.1    0.2    4.0    0.0
   54.0    0.8    0.2    0.6    0.4    0.0    0.0    0    0    0     0.0     0.0    0.0    1.5    0.0
   66.0    0.0    0.0    0.0    0.0    0.0    0.0    0    0    0     0.0     0.0    0.0    0.0    0.0
"""
# The same days: `vol` and `coin_vol` multiply everyday volatility, `coupling` is the correlation of stock and coin
# innovations, `stress` thins the book and lets falls spread, `pull` holds prices to the story against the dice,
# `appetite` is the pace at which leveraged positions are opened, `bias` the lean of these to the long side.
#   day   vol  coin_vol  coupling  stress  pull  appetite  bias
_CONDITIONS = """
  -28.0  1.00      1.00      0.32    0.00   0.0      1.00  0.05
  -20.0  0.88      0.88      0.30    0.00   0.6      1.00  0.05
    0.0  0.85      0.85      0.28    0.00   0.7      1.10  0.07
    3.0  0.85      0.85      0.28    0.00   0.7      1.25  0.10
    6.0  0.85      0.85      0.30    0.00   0.8      1.30  0.11
    6.5  1.00      1.00      0.45    0.10   1.0      1.20  0.08
    7.5  0.95      1.00      0.46    0.10   1.0      1.30  0.09
    9.3  0.97      1.00      0.48    0.11   1.0      1.32  0.09
   12.5  0.98      1.00      0.50    0.12   1.0      1.35  0.09
   15.0  1.18      1.06      0.55    0.22   1.0      1.30  0.08
   17.5  1.40      1.15      0.62    0.34   1.0      1.20  0.07
   19.0  2.10      1.40      0.78    0.60   1.0      1.20  0.06
   20.5  2.40      1.55      0.84    0.80   1.0      1.15  0.06
   21.3  2.70      1.70      0.88    0.95   1.0      1.00  0.04
   21.5  2.90      1.80      0.88    1.00   1.0      0.60  0.00
   22.5  2.50      1.55      0.84    0.85   1.0      0.55  0.00
   25.0  1.40      1.10      0.50    0.30   1.0      0.80  0.00
   28.0  1.00      0.95      0.30    0.10   1.0      0.90  0.02
   30.5  0.85      0.88      0.25    0.00   0.9      0.90  0.03
   40.0  0.82      0.88      0.25    0.00   0.5      0.95  0.04
   54.0  1.00      1.00      0.32    0.00   0.0      1.00  0.05
   66.0  1.00      1.00      0.32    0.00   0.0      1.00  0.05
"""


def _table(text: str) -> FloatArray:
    return np.array([[float(cell) for cell in line.split()] for line in text.strip().splitlines()])


_DAY = _table(_PATHS)[:, 0]
_PATH = np.hstack([_table(_PATHS)[:, 1:], _table(_CONDITIONS)[:, 1:]])
_PATH[:, :FACTOR_COUNT] /= 100
_PATH[:, [Factor.Y10, Factor.Y2, Factor.REAL]] *= 100  # yields stay in basis points
_CALM = _PATH[0]
_SHAPE = _PATH - _CALM


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """One telling of the story: when it starts (ns UTC), how slowly it goes, how strong each column is (1: as in
    the table).
    """

    start_ns: int
    stretch: float
    strength: FloatArray

    def add_to(self, rows: FloatArray, time_ns: IntArray) -> None:
        """Add this episode's departure from calm to `rows` (n, columns) at the instants `time_ns`."""
        first, last = (self.start_ns + int(day * self.stretch * DAY_NS) for day in (_DAY[0], _DAY[-1]))
        inside = slice(*np.searchsorted(time_ns, (first, last)))
        if inside.start == inside.stop:
            return
        day = (time_ns[inside] - self.start_ns) / (DAY_NS * self.stretch)
        knot = np.clip(np.searchsorted(_DAY, day, side="right") - 1, 0, len(_DAY) - 2)
        share = ((day - _DAY[knot]) / (_DAY[knot + 1] - _DAY[knot]))[:, None]
        rows[inside] += (_SHAPE[knot] + share * (_SHAPE[knot + 1] - _SHAPE[knot])) * self.strength


def story(seed: int, start_ns: int, cycle: int) -> Episode:
    """The story number `cycle` of the demo market: the same phases, other dice. The first is told as written."""
    rng = np.random.default_rng([seed, 2, cycle])
    strength = np.ones(_PATH.shape[1])
    if cycle:
        strength[:FACTOR_COUNT] = rng.uniform(0.9, 1.15) * rng.uniform(0.85, 1.15, FACTOR_COUNT)
    return Episode(start_ns + cycle * CYCLE_DAYS * DAY_NS, 1.0, strength)


def past_episodes(seed: int, first_ns: int, last_ns: int) -> list[Episode]:
    """Episodes of the years before the demo starts: joint falls, crypto-only and rates-only ones, a slow bear
    market; none in the last hundred days.
    """
    rng = np.random.default_rng([seed, 1])
    kinds = {  # stocks, rates, coin; usual stretch
        "joint": (0.9, 0.6, 0.9, 1.1),
        "sharp": (0.8, 0.2, 0.5, 0.6),
        "coin": (0.15, 0.1, 1.0, 0.9),
        "rates": (0.4, 0.9, 0.3, 2.2),
        "bear": (1.3, 1.4, 1.2, 4.0),
        "mild": (0.5, 0.4, 0.5, 1.4),
    }
    order = [
        "sharp",
        "mild",
        "bear",
        "coin",
        "joint",
        "rates",
        "sharp",
        "mild",
        "coin",
        "joint",
        "mild",
        "rates",
    ]
    episodes = []
    room = (last_ns - first_ns) // DAY_NS - 100 - 60
    starts = 60 + room * (np.arange(len(order)) + rng.uniform(0.0, 0.45, len(order))) / len(order)
    for kind, start in zip(order, starts, strict=True):
        stocks, rates, coin, stretch = kinds[kind]
        force = rng.uniform(0.75, 1.25)
        strength = np.full(_PATH.shape[1], stocks * force)
        strength[[Factor.Y10, Factor.Y2, Factor.REAL, Factor.DOLLAR]] = rates * rng.choice([-1.0, 1.0, 1.0]) * force
        strength[[Factor.COIN, Factor.ETHER]] = coin * force
        strength[FACTOR_COUNT + 1] = coin * force
        episodes.append(Episode(first_ns + int(start * DAY_NS), stretch * rng.uniform(0.8, 1.25), strength))
    return episodes


def conditions(episodes: list[Episode], time_ns: IntArray) -> Conditions:
    """The conditions at the instants `time_ns` (ns UTC, increasing): calm, plus every episode's departure from it."""
    rows = np.tile(_CALM, (len(time_ns), 1))
    for episode in episodes:
        episode.add_to(rows, time_ns)
    vol, coin_vol, coupling, stress, pull, appetite, bias = rows[:, FACTOR_COUNT:].T
    return Conditions(
        displacement=rows[:, :FACTOR_COUNT],
        vol=np.maximum(vol, 0.4),
        coin_vol=np.maximum(coin_vol, 0.4),
        coupling=np.clip(coupling, 0.0, 0.92),
        stress=np.clip(stress, 0.0, 1.0),
        pull=np.clip(pull, 0.0, 1.0),
        appetite=np.maximum(appetite, 0.2),
        bias=bias,
    )


def phase_at(start_ns: int, now_ns: int) -> Phase:
    """The phase at an instant; before the first story it is calm."""
    day = ((now_ns - start_ns) / DAY_NS) % CYCLE_DAYS if now_ns >= start_ns else 0.0
    return next(phase for first, phase in reversed(_PHASE_STARTS) if day >= first)
