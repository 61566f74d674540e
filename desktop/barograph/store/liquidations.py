"""Stored forced orders, and the spans in which a venue's stream of them was heard."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import NamedTuple

import numpy as np

from barograph.market.bars import IntArray
from barograph.market.observations import Coverage, Liquidations
from barograph.store.arrays import columns_of
from barograph.store.database import bounds
from barograph.store.derivatives import PerpetualRecords

_CODES: dict[Coverage | None, int] = {None: 0, Coverage.ALL: 1, Coverage.ONE_PER_SECOND: 2, Coverage.SAMPLED: 3}
_COVERAGES = {code: coverage for coverage, code in _CODES.items()}
_SAVE = """
    INSERT INTO liquidation (perpetual, coverage, time_ns, number, side, price, coin, usd)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_LOAD = """
    SELECT time_ns, side, price, coin, usd, coverage FROM liquidation
    WHERE perpetual = ? AND time_ns >= ? AND time_ns < ? ORDER BY time_ns DESC, number DESC LIMIT ?
"""
_TAKEN = """
    SELECT time_ns, max(number) + 1 FROM liquidation
    WHERE perpetual = ? AND time_ns >= ? AND time_ns <= ? GROUP BY time_ns
"""
_SAVE_SPAN = """
    INSERT INTO liquidation_span (perpetual, since_ns, until_ns, coverage) VALUES (?, ?, ?, ?)
    ON CONFLICT (perpetual, since_ns) DO UPDATE SET
        until_ns = max(until_ns, excluded.until_ns), coverage = excluded.coverage
"""


class Span(NamedTuple):
    """A stream was heard from `since_ns` to `until_ns` (int64 ns UTC), as `Liquidations` say it."""

    since_ns: int
    until_ns: int
    coverage: Coverage | None


class LiquidationRecords(PerpetualRecords):
    """Forced orders by feed, instrument and venue (`source` of the rows)."""

    def save_liquidations(self, feed_key: str, instrument: str, rows: Liquidations) -> None:
        """Add forced orders, each as a row of its own: two may be alike to the last digit.

        Raises:
            StoreError: nothing was saved, because of what the environment did.
        """
        if not len(rows):
            return
        with self.transaction():
            perpetual = self._perpetual_to_write(feed_key, instrument, rows.source)
            order = np.argsort(rows.time, kind="stable")
            time = rows.time[order]
            columns = (time, self._numbers(perpetual, time), *(
                column[order] for column in (rows.side, rows.price, rows.coin, rows.usd)
            ))  # fmt: skip
            values = (column.tolist() for column in columns)
            self._connection.executemany(
                _SAVE, zip(repeat(perpetual), repeat(_CODES[rows.coverage]), *values, strict=False)
            )

    def _numbers(self, perpetual: int, time: IntArray) -> IntArray:
        """For each of these times, in order, a number that tells it from others of the same instant."""
        numbers = np.arange(len(time)) - np.searchsorted(time, time)
        for instant, taken in self._rows(_TAKEN, (perpetual, int(time[0]), int(time[-1]))):
            numbers[time == instant] += taken
        return numbers

    def load_liquidations(
        self,
        feed_key: str,
        instrument: str,
        venue: str,
        start_ns: int | None = None,
        end_ns: int | None = None,
        limit: int | None = None,
    ) -> Liquidations:
        """The newest `limit` (None: all) with `start_ns` <= time < `end_ns`, oldest first; None leaves an end open.

        Coverage, `since_ns` and `until_ns` are those of the last span in which the stream was heard.

        Raises:
            StoreError: the store cannot be read.
        """
        perpetual = self._perpetual(feed_key, instrument, venue)
        if perpetual is None:
            return Liquidations.of([], [], [], [], [], venue)
        rows = self._rows(_LOAD, (perpetual, *bounds(start_ns, end_ns), -1 if limit is None else limit))
        time, side, price, coin, usd, coverages = columns_of(rows[::-1], "iifffi")
        found = Liquidations(time, side, price, coin, usd, venue)
        last = self._spans(perpetual, 1)
        if last:
            return replace(found, coverage=last[0].coverage, since_ns=last[0].since_ns, until_ns=last[0].until_ns)
        return replace(found, coverage=_COVERAGES[int(coverages[-1])]) if len(found) else found

    def save_span(self, feed_key: str, instrument: str, venue: str, span: Span) -> None:
        """Note that a stream was heard; a span that began at the same instant becomes longer, never shorter.

        Raises:
            StoreError: nothing was saved, because of what the environment did.
        """
        with self.transaction():
            perpetual = self._perpetual_to_write(feed_key, instrument, venue)
            since_ns, until_ns, coverage = span
            self._connection.execute(_SAVE_SPAN, (perpetual, since_ns, until_ns, _CODES[coverage]))

    def load_spans(self, feed_key: str, instrument: str, venue: str) -> list[Span]:
        """The spans in which the stream was heard, oldest first.

        Raises:
            StoreError: the store cannot be read.
        """
        perpetual = self._perpetual(feed_key, instrument, venue)
        return [] if perpetual is None else self._spans(perpetual, -1)[::-1]

    def _spans(self, perpetual: int, limit: int) -> list[Span]:
        """The newest `limit` spans, the newest first."""
        rows = self._rows(
            "SELECT since_ns, until_ns, coverage FROM liquidation_span WHERE perpetual = ? "
            "ORDER BY since_ns DESC LIMIT ?",
            (perpetual, limit),
        )
        return [Span(since_ns, until_ns, _COVERAGES[coverage]) for since_ns, until_ns, coverage in rows]
