"""References that the program is held against: its rules spelled out for two markets and one grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.indicators.alignment import HALT_NS, Prints
from barograph.market.bars import FloatArray, IntArray
from barograph.market.grids import Grid
from barograph.market.intervals import HOUR_NS


@dataclass(frozen=True, slots=True, eq=False)
class PairedReturns:
    """Log returns of two markets between the same two instants, oldest first: `start` and `end` in ns UTC, `x` and
    `y` per square root of an hour, `hours` the time between the two instants.
    """

    start: IntArray
    end: IntArray
    x: FloatArray
    y: FloatArray
    hours: FloatArray

    def __len__(self) -> int:
        """Number of shared returns: the n of their correlation."""
        return len(self.end)


def prices_at(first: Prints, second: Prints, grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Both markets' last trades at the ends of a grid; both NaN where the end is invalid (SIGNALS 2, Rule A 2 and 5).

    `first` is the market with sessions: an end at which it has not traded for `HALT_NS` while `second` has is
    invalid, because its price may be held by a halt or a limit.
    """
    x, y = first.at(grid.end), second.at(grid.end)
    halted = np.isnan(first.at(grid.end, HALT_NS)) & np.isfinite(second.at(grid.end, HALT_NS))
    invalid = np.isnan(x) | np.isnan(y) | halted
    return np.where(invalid, np.nan, x), np.where(invalid, np.nan, y)


def intraday_returns(first: Prints, second: Prints, grid: Grid) -> PairedReturns:
    """Returns per square root of an hour between neighbouring ends of one trade date, both valid (Rules A and B).

    Nothing is bridged: an invalid end costs the return before it and the one after. On the cash grid crypto bars that
    end on the hour never meet the ends at half past, so they give no return at all.
    """
    x, y = prices_at(first, second, grid)
    rows = np.flatnonzero(np.isfinite(x[1:]) & np.isfinite(x[:-1]) & (grid.trade_date[1:] == grid.trade_date[:-1]))
    hours = (grid.end[rows + 1] - grid.end[rows]) / HOUR_NS
    first_moves, second_moves = (np.log(price[rows + 1] / price[rows]) / np.sqrt(hours) for price in (x, y))
    return PairedReturns(grid.end[rows], grid.end[rows + 1], first_moves, second_moves, hours)
