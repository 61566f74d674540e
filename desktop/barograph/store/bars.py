"""Stored bars."""

from __future__ import annotations

from itertools import repeat
from typing import NamedTuple

from barograph.market.bars import Bars
from barograph.market.intervals import Interval
from barograph.store.arrays import columns_of
from barograph.store.database import Database, bounds

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


class BarSeries(NamedTuple):
    """Bars that are kept of one source; `serving`: that source was the last to write bars of the instrument."""

    instrument: str
    interval: Interval
    source: str
    serving: bool


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
            number for number, name in self._series(feed_key, instrument, interval) if source is None or source == name
        ]
        if not series:
            return Bars.empty()
        rows = self._rows(_LOAD, (series[0], *bounds(start_ns, end_ns), -1 if limit is None else limit))
        return Bars(*columns_of(rows[::-1], "ifffff"))

    def bar_source(self, feed_key: str, instrument: str, interval: Interval) -> str | None:
        """The source whose bars were saved last; None when there are none."""
        return next((source for _, source in self._series(feed_key, instrument, interval)), None)

    def bar_series(self, feed_key: str) -> list[BarSeries]:
        """All series of a feed, each instrument's in the order in which their sources were last written.

        Raises:
            StoreError: the store cannot be read, or holds an interval that is not known.
        """
        rows = self._rows(
            "SELECT instrument, interval, source FROM bar_series WHERE feed = ? ORDER BY instrument, precedence, id",
            (feed_key,),
        )
        serving = {instrument: source for instrument, _, source in rows}
        return [
            BarSeries(instrument, self._interval(interval), source, serving[instrument] == source)
            for instrument, interval, source in rows
        ]

    def _interval(self, name: str) -> Interval:
        try:
            return Interval(name)
        except ValueError as error:
            raise self._unreadable(f"an interval {name!r:.40}") from error

    def newest_bar_ns(self, feed_key: str) -> int | None:
        """The latest time of any bar of a feed; None when there is none."""
        (row,) = self._rows(
            "SELECT max((SELECT max(time_ns) FROM bar WHERE series = bar_series.id)) FROM bar_series WHERE feed = ?",
            (feed_key,),
        )
        newest: int | None = row[0]
        return newest

    def bar_feeds(self) -> list[str]:
        """Keys of the feeds of which there are bars, in alphabetical order."""
        return [feed for (feed,) in self._rows("SELECT DISTINCT feed FROM bar_series ORDER BY feed")]

    def _series(self, feed_key: str, instrument: str, interval: Interval) -> list[tuple[int, str]]:
        """Series as (id, source), the one written last first."""
        return self._rows(
            "SELECT id, source FROM bar_series "
            "WHERE feed = ? AND instrument = ? AND interval = ? ORDER BY precedence DESC, id DESC",
            (feed_key, instrument, interval),
        )

    def _series_to_write(self, feed_key: str, instrument: str, interval: Interval, source: str) -> int:
        """The id of a series, made when absent, and now the one of its instrument that was written last."""
        key = ("bar_series", feed_key, instrument)
        writing, ids = self._remembered.get(key, ("", {}))
        if writing != source:
            writing, ids = self._remembered[key] = source, {}
        if interval not in ids:
            ids[interval] = self._put_first(feed_key, instrument, interval, source)
        number: int = ids[interval]
        return number

    def _put_first(self, feed_key: str, instrument: str, interval: Interval, source: str) -> int:
        """The id of a series that is to have the highest precedence of its instrument, or share it with others of
        its source.
        """
        rows = self._rows(
            "SELECT interval, source, precedence, id FROM bar_series WHERE feed = ? AND instrument = ? "
            "ORDER BY precedence, id",
            (feed_key, instrument),
        )
        last = next((number for name, by, _, number in reversed(rows) if (name, by) == (interval, source)), None)
        of_interval = next((number for name, _, _, number in reversed(rows) if name == interval), None)
        if last is not None and last == of_interval and rows[-1][1] == source:
            return int(last)
        precedence = rows[-1][2] + 1 if rows else 1
        (row,) = self._rows(
            "INSERT INTO bar_series (feed, instrument, interval, source, precedence) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (feed, instrument, interval, source) DO UPDATE SET precedence = excluded.precedence "
            "RETURNING id",
            (feed_key, instrument, interval, source, precedence),
        )
        return int(row[0])
