"""The tape: five-minute bars of one market's instruments, and the coarser bars that are exactly their sum."""

from __future__ import annotations

import numpy as np

from barograph.feeds.simulated.sessions import Placement
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.intervals import DAY_NS, Interval

INTERVALS = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)
KEEP_NS = {
    Interval.MIN_5: 12 * DAY_NS,
    Interval.MIN_15: 12 * DAY_NS,
    Interval.HOUR_1: 120 * DAY_NS,
    Interval.HOUR_4: 120 * DAY_NS,
    Interval.DAY_1: 2_300 * DAY_NS,
}
"""How far back from now bars of each interval are answered; older ones are forgotten."""
SLACK_NS = 20 * DAY_NS
"""How much longer they are held, so that a slightly earlier instant is answered without starting over."""


class Table:
    """Rows that only grow at the end and are forgotten at the front.

    Instants in ns UTC: `time` names a row, `start` is when it begins and `end` from when it is known; `values`
    (columns, rows, width).
    """

    def __init__(self, columns: int, width: int) -> None:
        """`columns` values of each of `width` instruments a row."""
        self._instants = np.empty((3, 64), np.int64)
        self._values = np.empty((columns, 64, width))
        self._first = self._last = 0

    @property
    def time(self) -> IntArray:
        """Names of the rows."""
        return self._instants[0, self._first : self._last]

    @property
    def start(self) -> IntArray:
        """Instants at which the rows begin."""
        return self._instants[1, self._first : self._last]

    @property
    def end(self) -> IntArray:
        """Instants from which the rows are known."""
        return self._instants[2, self._first : self._last]

    @property
    def values(self) -> FloatArray:
        """(columns, rows, width)."""
        return self._values[:, self._first : self._last]

    def append(self, instants: IntArray, values: FloatArray) -> None:
        """Add rows: `instants` (3, rows) are time, start, end; `values` (columns, rows, width)."""
        count = instants.shape[1]
        if self._last + count > self._instants.shape[1]:
            self._grow(count)
        rows = slice(self._last, self._last + count)
        self._instants[:, rows], self._values[:, rows] = instants, values
        self._last = rows.stop

    def forget(self, before_ns: int) -> None:
        """Drop the rows named before an instant; their memory is given back at the next growth."""
        self._first += int(np.searchsorted(self.time, before_ns))

    def bars(self, column: int, keep_ns: int, after_ns: int, now_ns: int) -> Bars:
        """Rows of one instrument later than `after_ns`, no older than `keep_ns`, that had ended by `now_ns`."""
        first = int(np.searchsorted(self.time, max(after_ns, now_ns - keep_ns), side="right"))
        last = max(first, int(np.searchsorted(self.end, now_ns, side="right")))
        return Bars(self.time[first:last].copy(), *self.values[:, first:last, column].copy())

    def _grow(self, more: int) -> None:
        kept = self._last - self._first
        size = max(64, 2 * (kept + more))
        rows = slice(self._first, self._last)
        instants = np.empty((3, size), np.int64)
        values = np.empty((self._values.shape[0], size, self._values.shape[2]))
        instants[:, :kept], values[:, :kept] = self._instants[:, rows], self._values[:, rows]
        self._instants, self._values = instants, values
        self._first, self._last = 0, kept


class Tape:
    """Bars of the instruments that trade on one calendar, at every interval."""

    def __init__(self, instruments: tuple[str, ...]) -> None:
        """`instruments` in the order of the columns."""
        self.instruments = instruments
        self._tables = {interval: Table(5, len(instruments)) for interval in INTERVALS}

    def daily(self) -> Table:
        """The daily bars; the last one may still be growing."""
        return self._tables[Interval.DAY_1]

    def record(self, placement: Placement, values: FloatArray) -> None:
        """Add steps: `values` (5, steps, instruments) are open, high, low, close, volume of every step, of which
        `placement` says to which bars they belong.
        """
        for interval, (rows, instants) in placement.bars.items():
            if len(rows):
                self._merge(self._tables[interval], instants, values[:, rows])

    def forget(self, horizon_ns: int) -> None:
        """Drop what no question at or after `horizon_ns` less the slack can reach."""
        for interval, table in self._tables.items():
            table.forget(horizon_ns - KEEP_NS[interval] - SLACK_NS)

    def closed(self, instrument: int, interval: Interval, after_ns: int, now_ns: int) -> Bars:
        """Bars later than `after_ns` that had ended by `now_ns`."""
        return self._tables[interval].bars(instrument, KEEP_NS[interval], after_ns, now_ns)

    def forming(self, instrument: int, interval: Interval, after_ns: int, now_ns: int) -> Bars:
        """The bar that `now_ns` lies in, made of the five-minute bars that have ended; no row where there is none."""
        table, fine = self._tables[interval], self._tables[Interval.MIN_5]
        row = int(np.searchsorted(table.end, now_ns, side="right"))
        if row == len(table.time) or table.time[row] <= after_ns:
            return Bars.empty()
        first = int(np.searchsorted(fine.time, table.start[row]))
        last = int(np.searchsorted(fine.end, now_ns, side="right"))
        if first >= last:
            return Bars.empty()
        whole = _aggregate(fine.values[:, first:last, instrument : instrument + 1], np.array([0]))
        return Bars(table.time[row : row + 1].copy(), *whole[:, :, 0])

    @staticmethod
    def _merge(table: Table, instants: IntArray, values: FloatArray) -> None:
        time = instants[0]
        starts = np.flatnonzero(np.r_[True, time[1:] != time[:-1]])
        rows = _aggregate(values, starts)
        begin = 0
        if len(table.time) and table.time[-1] == time[0]:
            last = table.values[:, -1]
            last[1] = np.maximum(last[1], rows[1, 0])
            last[2] = np.minimum(last[2], rows[2, 0])
            last[3] = rows[3, 0]
            last[4] += rows[4, 0]
            begin = 1
        table.append(instants[:, starts[begin:]], rows[:, begin:])


def _aggregate(values: FloatArray, starts: IntArray) -> FloatArray:
    """Bars (5, bars, k) of consecutive finer bars `values` (5, rows, k), each beginning at a row of `starts`."""
    ends = np.append(starts[1:], values.shape[1]) - 1
    return np.stack(
        [
            values[0][starts],
            np.maximum.reduceat(values[1], starts, axis=0),
            np.minimum.reduceat(values[2], starts, axis=0),
            values[3][ends],
            np.add.reduceat(values[4], starts, axis=0),
        ]
    )
