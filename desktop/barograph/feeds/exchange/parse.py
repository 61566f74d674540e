"""From rows of ccxt to what the program computes with, each value checked. Knows no exchange and no connection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from barograph.feeds.exchange.faults import BadRowsError
from barograph.market.bars import BarError, Bars, check_bars
from barograph.market.instants import from_ns
from barograph.market.intervals import SECOND_NS, Interval
from barograph.market.observations import OpenInterest

MS_NS = 1_000_000
_AHEAD_NS = 60 * SECOND_NS
"""By how much the beginning of a bar may lie ahead of the exchange's clock, which is told to the second only."""


def closed_and_forming(rows: Sequence[Any], interval: Interval, exchange_ns: int) -> tuple[Bars, Bars]:
    """The closed bars and the forming one (no or one row) of rows of milliseconds, open, high, low, close, volume.

    A bar is closed when its end is at or before `exchange_ns` (ns UTC). Rows may come in any order, and twice when
    they are equal: some exchanges answer newest first and repeat the row on the border of two pages.

    Raises:
        BadRowsError: a row is no bar, lies off the grid of the interval or in the future, or contradicts another.
    """
    by_time: dict[int, tuple[float, ...]] = {}
    for row in rows:
        time, values = _bar(row, interval)
        if by_time.setdefault(time, values) != values and not _same(by_time[time], values):
            raise BadRowsError(f"two different bars of {_clock(time)}")
    times = sorted(by_time)
    if times and times[-1] > exchange_ns + _AHEAD_NS:
        raise BadRowsError(f"a bar of {_clock(times[-1])}, which is in the future")
    columns = zip(*(by_time[time] for time in times), strict=True) if times else ([],) * 5
    bars = Bars.of(times, *columns)
    try:
        check_bars(bars)
    except BarError as error:
        raise BadRowsError(f"{error} in the bar of {_clock(times[error.row])}") from error
    closed = int(np.count_nonzero(bars.time + interval.ns <= exchange_ns))
    if len(bars) - closed > 1:
        raise BadRowsError(f"two bars that have not ended, of {_clock(times[-2])} and {_clock(times[-1])}")
    return bars[:closed], bars[closed:]


def settlements(rows: Sequence[Any], exchange_ns: int) -> list[tuple[int, float]]:
    """Instants (ns UTC) and rates of settled funding from ccxt's rows, oldest first, each once.

    Exchanges stamp a settlement some milliseconds after its hour; it is told at the hour.

    Raises:
        BadRowsError: a row has no instant or no rate, or a rate that cannot be.
    """
    found: dict[int, float] = {}
    for row in rows:
        time = _on_the_hour(instant_ns(_field(row, "timestamp")))
        rate = number(_field(row, "fundingRate"), "a funding rate")
        if abs(rate) >= 1:
            raise BadRowsError(f"a funding rate of {rate!r}")
        if found.setdefault(time, rate) != rate:
            raise BadRowsError(f"two different funding rates of {_clock(time)}")
    return sorted((time, rate) for time, rate in found.items() if time <= exchange_ns)


def open_interest_rows(rows: Sequence[Any], coins: str, exchange_ns: int, source: str) -> OpenInterest:
    """Open interest from ccxt's rows; `coins` is the key under which they hold coins (see `dialects`).

    Raises:
        BadRowsError: a row has no instant or no amount, or an amount that cannot be.
    """
    found: dict[int, tuple[float, float]] = {}
    for row in rows:
        time = instant_ns(_field(row, "timestamp"))
        value = _field(row, "openInterestValue")
        usd = math.nan if value is None else positive(value, "an open interest in USD")
        found[time] = positive(_field(row, coins), "an open interest"), usd
        if time > exchange_ns + _AHEAD_NS:
            raise BadRowsError(f"an open interest of {_clock(time)}, which is in the future")
    times = sorted(found)
    return OpenInterest.of(times, [found[each][0] for each in times], [found[each][1] for each in times], source)


def number(value: object, what: str) -> float:
    """A finite number from a number or its text.

    Raises:
        BadRowsError: it is none.
    """
    try:
        converted = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
    except ValueError:
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


def _bar(row: object, interval: Interval) -> tuple[int, tuple[float, ...]]:
    if not isinstance(row, (list, tuple)) or len(row) < 6:
        raise BadRowsError(f"{row!r:.60} for a bar")
    time = instant_ns(row[0])
    if time % interval.ns:
        raise BadRowsError(f"a bar of {_clock(time)}, which is not on the grid of {interval.value}")
    prices = tuple(number(value, f"a price of {_clock(time)}") for value in row[1:5])
    return time, (*prices, math.nan if row[5] is None else number(row[5], "a volume"))


def _same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(one, other, strict=True))


def _field(row: object, key: str) -> object:
    if not isinstance(row, dict):
        raise BadRowsError(f"{row!r:.60} for a row")
    return row.get(key)


def instant_ns(value: object) -> int:
    """Nanoseconds of milliseconds since 1970.

    Raises:
        BadRowsError: it cannot be an instant of these markets.
    """
    ms = number(value, "a time")
    if not 1.2e12 < ms < 1e13:  # 2008 to 2286
        raise BadRowsError(f"{value!r:.40} for a time")
    return int(ms) * MS_NS


def _on_the_hour(time: int) -> int:
    hour = 3_600 * SECOND_NS
    past = time % hour
    return time - past if past < 60 * SECOND_NS else time


def _clock(time_ns: int) -> str:
    return f"{from_ns(time_ns):%Y-%m-%d %H:%M}"
