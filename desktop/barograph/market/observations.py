"""Observations that are not bars: fixings, funding, open interest, liquidations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from barograph.market.bars import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Fixings:
    """A series published once a day (a yield, a policy rate), oldest first.

    `time` is the label of the observation date (int64 ns), `value` float64 in the series' own unit (yields in
    percent), `known_at` the instant (int64 ns UTC) from which the value was public.
    """

    time: IntArray
    value: FloatArray
    known_at: IntArray

    def __len__(self) -> int:
        """Number of fixings."""
        return len(self.time)

    def __getitem__(self, rows: slice) -> Self:
        """The fixings of a slice, without copying."""
        return type(self)(self.time[rows], self.value[rows], self.known_at[rows])

    @classmethod
    def empty(cls) -> Self:
        """No fixings."""
        return cls(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Funding:
    """Settled funding of one perpetual: instant (ns UTC), rate as a fraction for `interval_h` hours."""

    time: IntArray
    rate: FloatArray
    interval_h: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class OpenInterest:
    """Open interest of one perpetual: instant (ns UTC), in coins and in USD; NaN where unknown."""

    time: IntArray
    coin: FloatArray
    usd: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Liquidations:
    """Forced orders: instant (ns UTC), side (+1 a long was liquidated, -1 a short), price, coins, USD."""

    time: IntArray
    side: IntArray
    price: FloatArray
    coin: FloatArray
    usd: FloatArray
