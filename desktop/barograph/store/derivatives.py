"""Stored funding and open interest of perpetuals, each venue's apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from barograph.market.bars import FloatArray, IntArray
from barograph.market.intervals import HOUR_NS
from barograph.market.observations import Funding, OpenInterest
from barograph.store.arrays import columns_of
from barograph.store.database import Database, bounds

_SAVE_FUNDING = "INSERT INTO funding VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_LOAD_FUNDING = """
    SELECT time_ns, rate, interval_h FROM funding
    WHERE perpetual = ? AND time_ns >= ? AND time_ns < ? ORDER BY time_ns
"""
_SAVE_OPEN_INTEREST = "INSERT INTO open_interest VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_LOAD_OPEN_INTEREST = """
    SELECT time_ns, coin, usd FROM open_interest
    WHERE perpetual = ? AND time_ns >= ? AND time_ns < ? ORDER BY time_ns
"""
# SQLite answers the other columns from the row that has the maximum.
_LOAD_HOURLY = """
    SELECT max(time_ns), coin, usd FROM open_interest
    WHERE perpetual = ? AND time_ns >= ? AND time_ns < ? GROUP BY time_ns / ? ORDER BY time_ns
"""


class Perpetual(NamedTuple):
    """A perpetual at one venue."""

    instrument: str
    venue: str


class PerpetualRecords(Database):
    """The perpetuals of which anything is kept."""

    def perpetuals(self, feed_key: str) -> list[Perpetual]:
        """Those of a feed, by instrument and venue.

        Raises:
            StoreError: the store cannot be read.
        """
        rows = self._rows(
            "SELECT instrument, venue FROM perpetual WHERE feed = ? ORDER BY instrument, venue", (feed_key,)
        )
        return [Perpetual(*row) for row in rows]

    def _perpetual(self, feed_key: str, instrument: str, venue: str) -> int | None:
        """The id of a perpetual, None when nothing of it is kept."""
        rows = self._rows(
            "SELECT id FROM perpetual WHERE feed = ? AND instrument = ? AND venue = ?", (feed_key, instrument, venue)
        )
        return int(rows[0][0]) if rows else None

    def _perpetual_to_write(self, feed_key: str, instrument: str, venue: str) -> int:
        """The id of a perpetual, made when absent."""
        key = ("perpetual", feed_key, instrument, venue)
        if key not in self._remembered:
            self._connection.execute(
                "INSERT INTO perpetual (feed, instrument, venue) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key[1:]
            )
            self._remembered[key] = self._perpetual(feed_key, instrument, venue)
        number: int = self._remembered[key]
        return number

    def _add(
        self, sql: str, feed_key: str, instrument: str, venue: str, columns: Sequence[FloatArray | IntArray]
    ) -> None:
        """Insert rows of a perpetual, the columns after its id; nothing where there are none."""
        if not len(columns[0]):
            return
        with self.transaction():
            number = self._perpetual_to_write(feed_key, instrument, venue)
            rows = zip(*(column.tolist() for column in columns), strict=True)
            self._connection.executemany(sql, ((number, *row) for row in rows))


class DerivativeRecords(PerpetualRecords):
    """Funding and open interest by feed, instrument and venue (`source` of the rows). What is held of an instant
    stays as it was saved first.
    """

    def save_funding(self, feed_key: str, instrument: str, rows: Funding) -> None:
        """Add settlements.

        Raises:
            StoreError: nothing was saved, because of what the environment did.
        """
        self._add(_SAVE_FUNDING, feed_key, instrument, rows.source, (rows.time, rows.rate, rows.interval_h))

    def load_funding(
        self, feed_key: str, instrument: str, venue: str, start_ns: int | None = None, end_ns: int | None = None
    ) -> Funding:
        """Settlements with `start_ns` <= time < `end_ns`, oldest first; None leaves an end open.

        Raises:
            StoreError: the store cannot be read.
        """
        number = self._perpetual(feed_key, instrument, venue)
        rows = [] if number is None else self._rows(_LOAD_FUNDING, (number, *bounds(start_ns, end_ns)))
        time, rate, interval_h = columns_of(rows, "iff")
        return Funding(time, rate, interval_h, venue)

    def save_open_interest(self, feed_key: str, instrument: str, rows: OpenInterest) -> None:
        """Add readings.

        Raises:
            StoreError: nothing was saved, because of what the environment did.
        """
        self._add(_SAVE_OPEN_INTEREST, feed_key, instrument, rows.source, (rows.time, rows.coin, rows.usd))

    def load_open_interest(
        self,
        feed_key: str,
        instrument: str,
        venue: str,
        start_ns: int | None = None,
        end_ns: int | None = None,
        hourly_until_ns: int | None = None,
    ) -> OpenInterest:
        """Readings with `start_ns` <= time < `end_ns`, oldest first; None leaves an end open. Before
        `hourly_until_ns` (None: nowhere) only the last reading of each hour.

        Raises:
            StoreError: the store cannot be read.
        """
        number = self._perpetual(feed_key, instrument, venue)
        rows: list[tuple[int, float, float]] = []
        if number is not None:
            start, end = bounds(start_ns, end_ns)
            change = start if hourly_until_ns is None else min(max(start, hourly_until_ns), end)
            rows = self._rows(_LOAD_HOURLY, (number, start, change, HOUR_NS))
            rows += self._rows(_LOAD_OPEN_INTEREST, (number, change, end))
        time, coin, usd = columns_of(rows, "iff")
        return OpenInterest(time, coin, usd, venue)
