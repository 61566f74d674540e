"""How long is kept what only fills the disk, and the deletion of what is older, a small slice at a time.

Never deleted: evaluations, sheets, fixings, funding, and bars of an hour or longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from barograph.market.instants import to_ns
from barograph.market.intervals import HOUR_NS, Interval
from barograph.store.database import Database

LIQUIDATIONS_KEPT = timedelta(days=400)
"""Forced orders and the spans in which they were heard: a year to compare with, and a month more."""
SHORT_BARS_KEPT = {
    Interval.MIN_1: timedelta(days=60),
    Interval.MIN_5: timedelta(days=730),
    Interval.MIN_15: timedelta(days=730),
    Interval.MIN_30: timedelta(days=730),
}
"""Bars shorter than an hour, by the interval."""
OPEN_INTEREST_KEPT_WHOLE = timedelta(days=35)
"""Every reading of open interest; of older ones the last of each hour stays for good."""
SLICE_ROWS = 4_000
"""Rows that one call deletes at most, roughly: a few milliseconds."""

RETENTION = (
    f"liquidations {LIQUIDATIONS_KEPT.days} days, five-minute bars {SHORT_BARS_KEPT[Interval.MIN_5].days} days, "
    f"every reading of open interest {OPEN_INTEREST_KEPT_WHOLE.days} days and then one an hour, all else for good"
)
"""The rules in one phrase, for whoever looks."""

_Deletion = Callable[[int], int]
"""Deletes about as many rows as it is told; answers how many it went through."""


class RetentionRecords(Database):
    """What is deleted when it is old."""

    def prune(self, now: datetime, rows: int = SLICE_ROWS) -> bool:
        """Delete a slice of what is too old at `now`; answers whether there is more to delete.

        Where the newest bar is earlier than `now`, age is counted from that: a computer's clock that is years ahead
        must not cost what was recorded.

        Raises:
            StoreError: nothing was deleted, because of what the environment did.
        """
        ((newest_ns,),) = self._rows(_NEWEST_BAR)
        if newest_ns is None:
            return False
        left = rows
        with self.transaction():
            for delete in self._deletions(min(newest_ns, to_ns(now))):
                left -= delete(left)
                if left <= 0:
                    return True
        return False

    def _deletions(self, now_ns: int) -> Iterator[_Deletion]:
        """What may be deleted, each part of it by itself."""
        for number, interval in self._rows("SELECT id, interval FROM bar_series"):
            kept = SHORT_BARS_KEPT.get(interval)  # a member of a StrEnum is found by its text
            if kept is not None:
                yield partial(self._cut, _BARS, number, now_ns - _ns(kept))
        perpetuals = self._rows("SELECT id, thinned_until_ns FROM perpetual")
        before_ns = now_ns - _ns(LIQUIDATIONS_KEPT)
        whole_from_ns = (now_ns - _ns(OPEN_INTEREST_KEPT_WHOLE)) // HOUR_NS * HOUR_NS
        for number, thinned_until_ns in perpetuals:
            yield partial(self._cut, _LIQUIDATIONS, number, before_ns)
            yield partial(self._cut_spans, number, before_ns)
            yield partial(self._thin, number, thinned_until_ns, whole_from_ns)

    def _cut(self, statements: tuple[str, str], number: int, before_ns: int, limit: int) -> int:
        """Delete the oldest rows of one series that are earlier than `before_ns`, and those of the same instant."""
        find, delete = statements
        last = self._rows(find, (number, before_ns, limit - 1))
        return self._connection.execute(delete, (number, last[0][0] + 1 if last else before_ns)).rowcount

    def _cut_spans(self, perpetual: int, before_ns: int, limit: int) -> int:
        """Delete the spans that ended before `before_ns`: there are a few a day."""
        sql = "DELETE FROM liquidation_span WHERE perpetual = ? AND until_ns < ?"
        return self._connection.execute(sql, (perpetual, before_ns)).rowcount

    def _thin(self, perpetual: int, from_ns: int, until_ns: int, limit: int) -> int:
        """Leave one reading of open interest in each hour from `from_ns` on, as far as `limit` rows go."""
        if from_ns >= until_ns:
            return 0
        last = self._rows(_NTH_READING, (perpetual, from_ns, until_ns, limit - 1))
        until_ns = last[0][0] // HOUR_NS * HOUR_NS + HOUR_NS if last else until_ns
        whole = (perpetual, from_ns, until_ns)
        self._connection.execute(_THIN, (*whole, *whole, HOUR_NS))
        self._connection.execute("UPDATE perpetual SET thinned_until_ns = ? WHERE id = ?", (until_ns, perpetual))
        return limit if last else 0


def _ns(span: timedelta) -> int:
    return span // timedelta(microseconds=1) * 1_000


_NEWEST_BAR = "SELECT max((SELECT max(time_ns) FROM bar WHERE series = bar_series.id)) FROM bar_series"
_BARS = (
    "SELECT time_ns FROM bar WHERE series = ? AND time_ns < ? ORDER BY time_ns LIMIT 1 OFFSET ?",
    "DELETE FROM bar WHERE series = ? AND time_ns < ?",
)
_LIQUIDATIONS = (
    "SELECT time_ns FROM liquidation WHERE perpetual = ? AND time_ns < ? ORDER BY time_ns LIMIT 1 OFFSET ?",
    "DELETE FROM liquidation WHERE perpetual = ? AND time_ns < ?",
)
_NTH_READING = """
    SELECT time_ns FROM open_interest WHERE perpetual = ? AND time_ns >= ? AND time_ns < ?
    ORDER BY time_ns LIMIT 1 OFFSET ?
"""
_THIN = """
    DELETE FROM open_interest WHERE perpetual = ? AND time_ns >= ? AND time_ns < ? AND time_ns NOT IN (
        SELECT max(time_ns) FROM open_interest WHERE perpetual = ? AND time_ns >= ? AND time_ns < ?
        GROUP BY time_ns / ?
    )
"""
