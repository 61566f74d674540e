"""Observations that are not bars: fixings, funding, open interest, liquidations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
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


class Coverage(StrEnum):
    """How much of the liquidations a venue publishes; all but ALL are a lower bound."""

    ALL = "all"
    ONE_PER_SECOND = "at_most_one_per_second"
    SAMPLED = "sampled"


@dataclass(frozen=True, slots=True, eq=False)
class Funding:
    """Settled funding of one perpetual at one venue (`source`): instant (ns UTC), rate as a fraction for
    `interval_h` hours.
    """

    time: IntArray
    rate: FloatArray
    interval_h: FloatArray
    source: str = ""

    def __len__(self) -> int:
        """Number of settlements."""
        return len(self.time)

    def __getitem__(self, rows: slice) -> Self:
        """The rows of a slice, without copying."""
        return type(self)(self.time[rows], self.rate[rows], self.interval_h[rows], self.source)

    @classmethod
    def of(cls, time: object, rate: object, interval_h: object, source: str = "") -> Self:
        """From any array-likes."""
        return cls(np.asarray(time, np.int64), np.asarray(rate, np.float64), np.asarray(interval_h, np.float64), source)


@dataclass(frozen=True, slots=True, eq=False)
class OpenInterest:
    """Open interest of one perpetual at one venue (`source`): instant (ns UTC), in coins and in USD; NaN where
    unknown.
    """

    time: IntArray
    coin: FloatArray
    usd: FloatArray
    source: str = ""

    def __len__(self) -> int:
        """Number of readings."""
        return len(self.time)

    def __getitem__(self, rows: slice) -> Self:
        """The rows of a slice, without copying."""
        return type(self)(self.time[rows], self.coin[rows], self.usd[rows], self.source)

    @classmethod
    def of(cls, time: object, coin: object, usd: object, source: str = "") -> Self:
        """From any array-likes."""
        return cls(np.asarray(time, np.int64), np.asarray(coin, np.float64), np.asarray(usd, np.float64), source)


@dataclass(frozen=True, slots=True, eq=False)
class Liquidations:
    """Forced orders at one venue (`source`): instant (ns UTC), side (+1 a long was liquidated, -1 a short), price,
    coins, USD.

    `since_ns` and `until_ns` say of a live stream from when to when it was heard, so that no rows mean no liquidations;
    None where that is not known, as in a recorded folder. Meanwhile a connection may have been built anew within half
    a minute, once an hour at the most: the sum of that hour is a lower bound.
    """

    time: IntArray
    side: IntArray
    price: FloatArray
    coin: FloatArray
    usd: FloatArray
    source: str = ""
    coverage: Coverage | None = None
    since_ns: int | None = None
    until_ns: int | None = None

    @property
    def complete(self) -> bool:
        """Whether sums are magnitudes: of what a venue keeps back they are a lower bound. Nobody says of a recorded
        folder that anything is missing.
        """
        return self.coverage in (Coverage.ALL, None)

    def __len__(self) -> int:
        """Number of forced orders."""
        return len(self.time)

    def __getitem__(self, rows: slice) -> Self:
        """The rows of a slice, without copying."""
        return replace(
            self,
            time=self.time[rows],
            side=self.side[rows],
            price=self.price[rows],
            coin=self.coin[rows],
            usd=self.usd[rows],
        )

    @classmethod
    def of(
        cls,
        time: object,
        side: object,
        price: object,
        coin: object,
        usd: object,
        source: str = "",
        coverage: Coverage | None = None,
    ) -> Self:
        """From any array-likes."""
        return cls(
            np.asarray(time, np.int64),
            np.asarray(side, np.int64),
            np.asarray(price, np.float64),
            np.asarray(coin, np.float64),
            np.asarray(usd, np.float64),
            source,
            coverage,
        )
