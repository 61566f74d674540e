"""What a loopback Yahoo quotes: prices made up as a function of time, or taken from tables of bars."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.calendars import TradingCalendar, calendar
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of a symbol: its kind, exchange and hours, by how much it is late, and about what it costs."""

    kind: str
    exchange: str
    zone: str
    calendar_id: str
    delay_s: float
    digits: int
    base: float
    swing: float

    @property
    def calendar(self) -> TradingCalendar:
        """The sessions."""
        return calendar(self.calendar_id)


_KNOWN = {
    "^TNX": Market("INDEX", "CGI", CHICAGO, "CBOE_RATES", 900, 4, 4.2, 0.05),
    "^VIX": Market("INDEX", "CXI", CHICAGO, "CBOE_VIX", 900, 2, 17.0, 0.2),
    "^VIX3M": Market("INDEX", "CXI", CHICAGO, "CBOE_VIX", 900, 2, 19.0, 0.15),
    "DX-Y.NYB": Market("INDEX", "NYB", NEW_YORK, "ICE_DX", 900, 3, 100.0, 0.02),
    "^GSPC": Market("INDEX", "SNP", NEW_YORK, "XNYS", 900, 2, 6_000.0, 0.06),
    "^NDX": Market("INDEX", "NIM", NEW_YORK, "XNYS", 900, 2, 21_000.0, 0.08),
    "ES=F": Market("FUTURE", "CME", NEW_YORK, "GLOBEX", 900, 2, 6_020.0, 0.06),
    "NQ=F": Market("FUTURE", "CME", NEW_YORK, "GLOBEX", 900, 2, 21_100.0, 0.08),
}
_DATED = re.compile(r"ZQ([FGHJKMNQUVXZ])(\d\d)\.CBT")
_FUNDS = frozenset(("SPY", "QQQ", "IWM", "DIA", "RSP", "SMH", "SOXX", "IGV", "HYG", "LQD", "TLT", "GLD", "UUP"))


def market_of(symbol: str) -> Market:
    """What a symbol is, told by how it is spelled."""
    if symbol in _KNOWN:
        return _KNOWN[symbol]
    if symbol.endswith(".CBT"):
        return Market("FUTURE", "CBT", NEW_YORK, "GLOBEX", 900, 4, 96.3, 0.002)
    kind = "ETF" if symbol in _FUNDS or symbol.startswith("XL") else "EQUITY"
    base = 20.0 + zlib.crc32(symbol.encode()) % 400
    return Market(kind, "PCX" if kind == "ETF" else "NMS", NEW_YORK, "XNYS", 0, 2, base, 0.1)


class Prices(Protocol):
    """Where a loopback Yahoo takes its bars from."""

    def bars(self, symbol: str, interval: Interval, first_ns: int, last_ns: int, seen_ns: int) -> Bars | None:
        """Bars whose time (`Bars.time`) lies from `first_ns` to `last_ns`, both included, as they stand at `seen_ns`:
        none that has not begun, the running one unfinished. None: no such symbol.
        """
        ...


class MadeUpPrices:
    """A smooth path for each symbol, the same at every interval: the day's close is the close of its last bar."""

    def __init__(self, unknown: frozenset[str] = frozenset()) -> None:
        """Every symbol is known but these, and dated futures whose month is over."""
        self.unknown = unknown

    def bars(self, symbol: str, interval: Interval, first_ns: int, last_ns: int, seen_ns: int) -> Bars | None:
        """See the Protocol."""
        if symbol in self.unknown or _expired(symbol, seen_ns):
            return None
        market = market_of(symbol)
        time, begin, end = _grid(market, interval, first_ns, min(last_ns, seen_ns + 3 * DAY_NS))
        rows = (time >= first_ns) & (time <= last_ns) & (begin <= seen_ns)
        time, begin, end = time[rows], begin[rows], np.minimum(end[rows], seen_ns)
        part = np.linspace(0.0, 1.0, 5)[:, None]
        path = price_at(symbol, np.asarray(begin + part * (end - begin), np.float64)).round(market.digits)
        seconds = (end - begin) / SECOND_NS
        volume = np.zeros(len(time)) if market.kind == "INDEX" else np.floor(seconds * 40) + 1
        return Bars.of(time, path[0], path.max(axis=0), path.min(axis=0), path[-1], volume)


class TablePrices:
    """Bars from tables by symbol and interval. The running bar stands as far along as its time has run."""

    def __init__(self, tables: Mapping[tuple[str, Interval], Bars]) -> None:
        """Times as in `Bars.time`."""
        self._tables = dict(tables)

    def bars(self, symbol: str, interval: Interval, first_ns: int, last_ns: int, seen_ns: int) -> Bars | None:
        """See the Protocol."""
        held = self._tables.get((symbol, interval))
        if held is None:
            known = any(name == symbol for name, _ in self._tables)
            return Bars.empty() if known else None
        low, high = np.searchsorted(held.time, [first_ns, last_ns + 1])
        found = held[int(low) : int(high)]
        market = market_of(symbol)
        ahead_ns = 0 if interval.intraday else 3 * DAY_NS  # a day's label may lie after its opening
        found = found[: int(np.searchsorted(found.time, seen_ns + ahead_ns, side="right"))]
        begin, end = _extents(found.time[-8:], interval, market)
        to_come = int(np.sum(begin > seen_ns))
        begin, end = begin[: len(begin) - to_come], end[: len(end) - to_come]
        found = found[: len(found) - to_come]
        if len(found) and end[-1] > seen_ns:
            return _unfinished(found, (seen_ns - int(begin[-1])) / int(end[-1] - begin[-1]))
        return found


def _expired(symbol: str, seen_ns: int) -> bool:
    """Whether it is a dated future whose month is over: Yahoo knows nothing of those."""
    dated = _DATED.fullmatch(symbol)
    if dated is None:
        return False
    months = (2000 + int(dated[2])) * 12 + "FGHJKMNQUVXZ".index(dated[1])
    today = from_ns(seen_ns).astimezone(ZoneInfo(NEW_YORK))
    return months < today.year * 12 + today.month - 1


def price_at(symbol: str, instants: FloatArray) -> FloatArray:
    """The price of a symbol at instants (ns UTC)."""
    market = market_of(symbol)
    seed = np.random.default_rng(zlib.crc32(symbol.encode()))
    days = instants / DAY_NS
    total = np.zeros_like(days)
    for period, share in ((410.0, 0.6), (93.0, 0.3), (23.0, 0.15), (6.1, 0.08), (1.13, 0.03), (0.11, 0.008)):
        total += share * np.sin(2 * np.pi * (days / period + seed.random()))
    return market.base * np.exp(market.swing * total)


@dataclass(frozen=True, slots=True, eq=False)
class _Sessions:
    """All sessions of a calendar as columns (ns UTC)."""

    label: IntArray
    open: IntArray
    close: IntArray
    holiday: NDArray[np.bool_]
    breaks: Mapping[int, tuple[tuple[int, int], ...]]


@cache
def _sessions(calendar_id: str) -> _Sessions:
    known = calendar(calendar_id)
    every = known.sessions(known.start, known.end)
    return _Sessions(
        np.array([label_ns(each.date) for each in every], np.int64),
        np.array([to_ns(each.open) for each in every], np.int64),
        np.array([to_ns(each.close) for each in every], np.int64),
        np.array([each.holiday for each in every], np.bool_),
        {label_ns(each.date): tuple((to_ns(a), to_ns(b)) for a, b in each.breaks) for each in every if each.breaks},
    )


def _grid(market: Market, interval: Interval, first_ns: int, last_ns: int) -> tuple[IntArray, IntArray, IntArray]:
    """Times, beginnings and ends of all bars of the sessions around a range."""
    every = _sessions(market.calendar_id)
    rows = (every.label >= first_ns - 3 * DAY_NS) & (every.label <= last_ns + 3 * DAY_NS)
    if not interval.intraday:
        rows &= ~every.holiday
        return every.label[rows], every.open[rows], every.close[rows]
    times = []
    for row in np.flatnonzero(rows).tolist():
        opened, closed = int(every.open[row]), int(every.close[row])
        anchor = opened if market.calendar_id == "XNYS" else opened // interval.ns * interval.ns
        bars = np.arange(anchor, closed, interval.ns, dtype=np.int64)
        for off, on in every.breaks.get(int(every.label[row]), ()):
            bars = bars[(bars + interval.ns <= off) | (bars + interval.ns > on)]
        times.append(bars)
    time = np.concatenate(times) if times else np.empty(0, np.int64)
    return (time, *_extents(time, interval, market))


def _extents(times: IntArray, interval: Interval, market: Market) -> tuple[IntArray, IntArray]:
    """Beginnings and ends of bars with these times."""
    if interval.intraday:
        return times, market.calendar.bar_ends(times, interval) if len(times) else times
    every = _sessions(market.calendar_id)
    row = np.minimum(np.searchsorted(every.label, times), len(every.label) - 1)
    begin = np.where(every.label[row] == times, every.open[row], times)
    return begin, market.calendar.close_ns(times)


def _unfinished(bars: Bars, done: float) -> Bars:
    """The last bar as it may stand part of its way."""
    last = {name: getattr(bars, name).copy() for name in ("high", "low", "close", "volume")}
    opened = float(bars.open[-1])
    last["close"][-1] = opened + (float(bars.close[-1]) - opened) * done
    last["high"][-1] = max(opened, last["close"][-1])
    last["low"][-1] = min(opened, last["close"][-1])
    last["volume"][-1] = np.floor(last["volume"][-1] * done)
    return Bars(bars.time, bars.open, last["high"], last["low"], last["close"], last["volume"])
