"""From rows of an exchange to what the program computes with, each value checked. Knows no exchange."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from barograph.feeds.exchange.faults import BadRowsError
from barograph.market.bars import BarError, Bars, check_bars
from barograph.market.instants import from_ns
from barograph.market.intervals import SECOND_NS, Interval
from barograph.market.observations import OpenInterest

MS_NS = 1_000_000
_AHEAD_NS = 60 * SECOND_NS
"""By how much an instant may lie ahead of the exchange's clock, which is told to the second only."""

Row = Sequence[object]
"""Values as they came: a number, its text, or None."""


def closed_and_forming(
    rows: Sequence[Row], interval: Interval, start_ns: int | None, exchange_ns: int
) -> tuple[Bars, Bars]:
    """The closed bars and the forming one (no or one row) of rows of time (ms), open, high, low, close and volume.

    From `start_ns` on. A bar is closed when its end is at or before `exchange_ns` (ns UTC), or another follows it.
    Rows may come in any order, and twice when they are equal: exchanges answer newest first, and repeat the row on the
    border of two pages.

    Raises:
        BadRowsError: a row is no bar, lies off the grid of the interval or in the future, or contradicts another.
    """
    by_time: dict[int, tuple[float, ...]] = {}
    for row in rows:
        time, values = _bar(row, interval)
        # what has not ended may have moved on between two pages
        if by_time.setdefault(time, values) != values and time + interval.ns <= exchange_ns:
            raise BadRowsError(f"two different bars of {_clock(time)}")
        by_time[time] = values
    times = sorted(time for time in by_time if start_ns is None or time >= start_ns)
    if times and times[-1] > exchange_ns + _AHEAD_NS:
        raise BadRowsError(f"a bar of {_clock(times[-1])}, which is in the future")
    columns = zip(*(by_time[time] for time in times), strict=True) if times else ([],) * 5
    bars = Bars.of(times, *columns)
    try:
        check_bars(bars)
    except BarError as error:
        raise BadRowsError(f"{error.column} {error.value!r} in the bar of {_clock(times[error.row])}") from error
    # a bar that has begun tells that the one before has ended, whatever the clock of the server in front says
    reached = max([exchange_ns, *times[-1:]])
    closed = int(np.count_nonzero(bars.time + interval.ns <= reached))
    return bars[:closed], bars[closed:]


def settlements(rows: Sequence[Row], exchange_ns: int) -> list[tuple[int, float]]:
    """Instants (ns UTC) and rates of settled funding from rows of time (ms) and rate, oldest first, each once.

    Exchanges stamp a settlement some milliseconds after its hour; it is told at the hour.

    Raises:
        BadRowsError: a row has no instant or no rate, a rate that cannot be, or one that contradicts another.
    """
    found: dict[int, float] = {}
    for stamp, value in rows:
        time = _on_the_hour(instant_ns(stamp))
        rate = number(value, "a funding rate")
        if abs(rate) >= 1:
            raise BadRowsError(f"a funding rate of {rate!r}")
        if found.setdefault(time, rate) != rate:
            raise BadRowsError(f"two different funding rates of {_clock(time)}")
    return sorted((time, rate) for time, rate in found.items() if time <= exchange_ns)


def open_interest(rows: Sequence[Row], exchange_ns: int, source: str) -> OpenInterest:
    """Open interest from rows of time (ms; None: the exchange's own time), coins and USD (None: not told).

    Raises:
        BadRowsError: a row has no amount, or one that cannot be, or lies in the future.
    """
    found: dict[int, tuple[float, float]] = {}
    for stamp, coins, usd in rows:
        time = exchange_ns if stamp is None else instant_ns(stamp)
        if time > exchange_ns + _AHEAD_NS:
            raise BadRowsError(f"an open interest of {_clock(time)}, which is in the future")
        in_usd = math.nan if usd is None else positive(usd, "an open interest in USD")
        found[time] = positive(coins, "an open interest"), in_usd
    times = sorted(found)
    return OpenInterest.of(times, [found[each][0] for each in times], [found[each][1] for each in times], source)


def number(value: object, what: str) -> float:
    """A finite number from a number or its text.

    Raises:
        BadRowsError: it is none.
    """
    try:
        converted = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        converted = math.nan
    if not math.isfinite(converted):
        raise BadRowsError(f"{value!r:.40} for {what}")
    return converted


def positive(value: object, what: str) -> float:
    """A finite number above 0.

    Raises:
        BadRowsError: it is none.
    """
    converted = number(value, what)
    if converted <= 0:
        raise BadRowsError(f"{value!r:.40} for {what}")
    return converted


def instant_ns(value: object) -> int:
    """Nanoseconds of milliseconds since 1970.

    Raises:
        BadRowsError: it cannot be an instant of these markets.
    """
    ms = number(value, "a time")
    if not 1.2e12 < ms < 1e13:  # 2008 to 2286
        raise BadRowsError(f"{value!r:.40} for a time")
    return int(ms) * MS_NS


def _bar(row: Row, interval: Interval) -> tuple[int, tuple[float, ...]]:
    stamp, *prices, volume = row
    time = instant_ns(stamp)
    if time % interval.ns:
        raise BadRowsError(f"a bar of {_clock(time)}, which is not on the grid of {interval.value}")
    found = [number(value, f"a price of {_clock(time)}") for value in prices]
    return time, (*found, number(volume, f"a volume of {_clock(time)}"))


def _on_the_hour(time: int) -> int:
    hour = 3_600 * SECOND_NS
    past = time % hour
    return time - past if past < 60 * SECOND_NS else time


def _clock(time_ns: int) -> str:
    return f"{from_ns(time_ns):%Y-%m-%d %H:%M}"
