"""Stored fixings: a log in which a revision is a new row."""

from __future__ import annotations

from barograph.market.observations import Fixings
from barograph.store.arrays import columns_of
from barograph.store.database import FIRST_NS, Database

_HELD = """
    SELECT time_ns, value, known_at_ns, max(fixing.id)
    FROM fixing JOIN fixing_series ON fixing.series = fixing_series.id
    WHERE feed = ? AND fixing_series.series = ? AND time_ns >= ? GROUP BY time_ns ORDER BY time_ns
"""
_FIRST = """
    SELECT time_ns, value, known_at_ns, min(fixing.id)
    FROM fixing JOIN fixing_series ON fixing.series = fixing_series.id
    WHERE feed = ? AND fixing_series.series = ? GROUP BY time_ns ORDER BY time_ns
"""
_SOURCE = """
    SELECT source, max(fixing.id) FROM fixing JOIN fixing_series ON fixing.series = fixing_series.id
    WHERE feed = ? AND fixing_series.series = ?
"""


class FixingRecords(Database):
    """Fixings by feed, series and source. What was written stays; of the rows of a date the last holds, whichever
    source it is of.
    """

    def save_fixings(self, feed_key: str, series: str, fixings: Fixings, source: str) -> None:
        """Add the fixings whose date is not held, or is held with another value: those are revisions.

        Raises:
            StoreError: nothing was saved, because of what the environment did.
        """
        if not len(fixings):
            return
        with self.transaction():
            held = {time: value for time, value, *_ in self._rows(_HELD, (feed_key, series, int(fixings.time.min())))}
            columns = (fixings.time.tolist(), fixings.value.tolist(), fixings.known_at.tolist())
            new = [row for row in zip(*columns, strict=True) if held.get(row[0]) != row[1]]
            if new:
                number = self._fixing_series(feed_key, series, source)
                self._connection.executemany(
                    "INSERT INTO fixing (series, time_ns, value, known_at_ns) VALUES (?, ?, ?, ?)",
                    ((number, *row) for row in new),
                )

    def load_fixings(self, feed_key: str, series: str) -> tuple[str, Fixings]:
        """All fixings of a series as they hold now, oldest first, and the source that wrote last; maybe none, of "".

        Raises:
            StoreError: the store cannot be read.
        """
        ((source, _),) = self._rows(_SOURCE, (feed_key, series))
        return source or "", _fixings(self._rows(_HELD, (feed_key, series, FIRST_NS)))

    def load_first_fixings(self, feed_key: str, series: str) -> Fixings:
        """All fixings of a series as each was first known, whatever was revised later.

        Raises:
            StoreError: the store cannot be read.
        """
        return _fixings(self._rows(_FIRST, (feed_key, series)))

    def fixing_series(self, feed_key: str) -> list[str]:
        """Ids of the series of which there are fixings, in alphabetical order."""
        rows = self._rows("SELECT DISTINCT series FROM fixing_series WHERE feed = ? ORDER BY series", (feed_key,))
        return [series for (series,) in rows]

    def _fixing_series(self, feed_key: str, series: str, source: str) -> int:
        """The id of a series of one source, made when absent."""
        key = (feed_key, series, source)
        self._connection.execute(
            "INSERT INTO fixing_series (feed, series, source) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key
        )
        (row,) = self._rows("SELECT id FROM fixing_series WHERE feed = ? AND series = ? AND source = ?", key)
        return int(row[0])


def _fixings(rows: list[tuple[int, float, int, int]]) -> Fixings:
    time, value, known_at, _ = columns_of(rows, "ifii")
    return Fixings(time, value, known_at)
