"""Bar intervals: their names in files and on screen, and their length."""

from __future__ import annotations

from enum import StrEnum

SECOND_NS = 1_000_000_000
"""Nanoseconds in a second; instants inside are int64 nanoseconds since 1970-01-01 UTC."""
HOUR_NS = 3_600 * SECOND_NS
DAY_NS = 24 * HOUR_NS
WEEK_NS = 7 * DAY_NS


class Interval(StrEnum):
    """A bar interval, spelled as in a history folder's file names."""

    MIN_1 = "1m"
    MIN_5 = "5m"
    MIN_15 = "15m"
    MIN_30 = "30m"
    HOUR_1 = "1h"
    HOUR_4 = "4h"
    DAY_1 = "1d"

    @property
    def seconds(self) -> int:
        """Nominal length in seconds; a daily bar covers one session of its instrument."""
        return _SECONDS[self]

    @property
    def ns(self) -> int:
        """Nominal length in nanoseconds."""
        return self.seconds * SECOND_NS

    @property
    def intraday(self) -> bool:
        """Whether a bar is named by its opening instant rather than by its session date."""
        return self is not Interval.DAY_1


_SECONDS = {
    Interval.MIN_1: 60,
    Interval.MIN_5: 300,
    Interval.MIN_15: 900,
    Interval.MIN_30: 1_800,
    Interval.HOUR_1: 3_600,
    Interval.HOUR_4: 14_400,
    Interval.DAY_1: 86_400,
}
