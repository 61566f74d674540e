"""Stored bars."""

from __future__ import annotations

from itertools import repeat

import numpy as np

from barograph.market.bars import Bars
from barograph.market.intervals import Interval
from barograph.store.database import Database

_FIRST_NS = -(2**63)
_LAST_NS = 2**63 - 1

_SAVE = """
    INSERT INTO bar (series, time_ns, open, high, low, close, volume) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (series, time_ns) DO UPDATE SET
        open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        volume = excluded.volume
"""

_LOAD = """
    SELECT time_ns, open, high, low, close, volume FROM bar
    WHERE series = ? AND time_ns >= ? AND time_ns < ? ORDER BY time_ns DESC LIMIT ?
"""


class BarRecords(Database):
    """Bars by feed, instrument, interval and source.

    A series has one source. Bars of another source go into a series of their own and never mix with the
    first; where no source is asked for, the one that was written last answers.
    """

    def save_bars(self, feed_key: str, instrument: str, interval: Interval, bars: Bars, source: str) -> None:
        """Add checked bars (`market.bars.check_bars`); a bar whose time is stored already is replaced.

        Raises:
            StoreError: nothing was saved, because of what the environment did.
        """
        if not len(bars):
            return
        with self.transaction():
            columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
            series = self._series_to_write(feed_key, instrument, interval, source)
            rows = zip(repeat(series), *(column.tolist() for column in columns), strict=False)
            self._connection.executemany(_SAVE, rows)

    def load_bars(
        self,
        feed_key: str,
        instrument: str,
        interval: Interval,
        start_ns: int | None = None,
        end_ns: int | None = None,
        limit: int | None = None,
        source: str | None = None,
    ) -> Bars:
        """The newest `limit` bars (None: all) with `start_ns` <= time < `end_ns`, oldest first; maybe none.

        Times are as in `Bars.time`; None leaves an end open. `source` None: the last saved (`bar_source`).

        Raises:
            StoreError: the store cannot be read.
        """
        series = [
            number
            for number, name, _ in self._series(feed_key, instrument, interval)
            if source is None or source == name
        ]
        if not series:
            return Bars.empty()
        rows = self._rows(
            _LOAD,
            (
                series[0],
                _FIRST_NS if start_ns is None else start_ns,
                _LAST_NS if end_ns is None else end_ns,
                -1 if limit is None else limit,
            ),
        )
        if not rows:
            return Bars.empty()
        time_ns, *prices = zip(*reversed(rows), strict=True)
        return Bars(np.array(time_ns, np.int64), *(np.array(column, np.float64) for column in prices))

    def bar_source(self, feed_key: str, instrument: str, interval: Interval) -> str | None:
        """The source whose bars were saved last; None when there are none."""
        return next((source for _, source, _ in self._series(feed_key, instrument, interval)), None)

    def _series(self, feed_key: str, instrument: str, interval: Interval) -> list[tuple[int, str, int]]:
        """Series as (id, source, precedence), the one written last first."""
        return self._rows(
            "SELECT id, source, precedence FROM bar_series "
            "WHERE feed = ? AND instrument = ? AND interval = ? ORDER BY precedence DESC",
            (feed_key, instrument, interval),
        )

    def _series_to_write(self, feed_key: str, instrument: str, interval: Interval, source: str) -> int:
        """The id of a series, made when absent, and now the one that was written last."""
        known = self._series(feed_key, instrument, interval)
        if known and known[0][1] == source:
            return known[0][0]
        precedence = known[0][2] + 1 if known else 1
        self._connection.execute(
            "INSERT INTO bar_series (feed, instrument, interval, source, precedence) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (feed, instrument, interval, source) DO UPDATE SET precedence = excluded.precedence",
            (feed_key, instrument, interval, source, precedence),
        )
        return self._series(feed_key, instrument, interval)[0][0]
