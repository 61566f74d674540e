"""Bars: the one form in which prices travel inside, and the check made once at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class BarError(ValueError):
    """A bar breaks the contract: which row and column, what stood there and what was expected."""

    def __init__(self, row: int, column: str, value: object, expected: str) -> None:
        """`row` counts from 0 in the order given."""
        super().__init__(f"bar {row}, {column}: {value!r}; expected {expected}")
        self.row = row
        self.column = column
        self.value = value
        self.expected = expected


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Columns of equal length, oldest first.

    `time` is int64 nanoseconds UTC: the opening instant of an intraday bar; for daily bars the label of the
    session date (its midnight UTC, `instants.label_ns`), whose opening and closing instants the instrument's
    calendar gives. Prices are float64 in the instrument's own unit; NaN means unknown and is allowed in
    open, high, low and volume, never in close.
    """

    time: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    def __len__(self) -> int:
        """Number of bars."""
        return len(self.time)

    def __getitem__(self, rows: slice) -> Self:
        """The bars of a slice, without copying."""
        return type(self)(
            self.time[rows],
            self.open[rows],
            self.high[rows],
            self.low[rows],
            self.close[rows],
            self.volume[rows],
        )

    def after(self, time_ns: int) -> Self:
        """Bars whose time is strictly later than `time_ns`."""
        return self[int(np.searchsorted(self.time, time_ns, side="right")) :]

    @classmethod
    def of(
        cls,
        time: object,
        open_: object,
        high: object,
        low: object,
        close: object,
        volume: object,
    ) -> Self:
        """Bars from any array-likes, converted to int64 nanoseconds and float64."""
        return cls(
            np.asarray(time, dtype=np.int64),
            *(np.asarray(column, dtype=np.float64) for column in (open_, high, low, close, volume)),
        )

    @classmethod
    def empty(cls) -> Self:
        """No bars."""
        return cls.of([], [], [], [], [], [])


def check_bars(bars: Bars) -> None:
    """Hold bars to the contract, once, where they enter the program.

    Raises:
        BarError: times not strictly increasing; a price that is infinite or not positive; a missing close;
            high below low; a negative volume. An open or close outside high and low is let pass: adjusted
            prices do that by rounding, and the estimators that need the range leave such a bar out.
    """
    backward = np.flatnonzero(np.diff(bars.time) <= 0)
    if backward.size:
        row = int(backward[0]) + 1
        raise BarError(row, "time", int(bars.time[row]), "a time later than the bar before")
    for name in ("open", "high", "low", "close"):
        column: FloatArray = getattr(bars, name)
        known = ~np.isnan(column)
        bad = known & ~(np.isfinite(column) & (column > 0))
        if name == "close":
            bad |= ~known
        if bad.any():
            row = int(np.argmax(bad))
            raise BarError(row, name, float(column[row]), "a finite price above 0")
    bad = ~np.isnan(bars.volume) & ~(np.isfinite(bars.volume) & (bars.volume >= 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise BarError(row, "volume", float(bars.volume[row]), "a finite volume of 0 or more")
    with np.errstate(invalid="ignore"):
        crossed = bars.high < bars.low
    if crossed.any():
        row = int(np.argmax(crossed))
        raise BarError(row, "high", float(bars.high[row]), f"high at or above low ({float(bars.low[row])})")
