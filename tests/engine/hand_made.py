"""A history folder in memory, made of a few numbers that a test can reckon with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from barograph.feeds.recorded.description import Description
from barograph.feeds.recorded.folder import HistoryFolder, Recorded
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.calendars import calendar
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest
from barograph.market.publication import NEXT_BUSINESS_DAY, known_at

LAST = date(2024, 6, 14)
"""A Friday: the last session there is."""
HOUR = timedelta(hours=1)
HOUR_NS = 3_600 * 10**9


def sessions(count: int, last: date = LAST) -> IntArray:
    """Labels of the `count` stock sessions up to `last`."""
    return calendar("XNYS").session_labels(last - timedelta(days=2 * count + 10), last)[-count:]


def days(count: int, last: date = LAST) -> IntArray:
    """Labels of the `count` days up to `last`."""
    return label_ns(last) - DAY_NS * np.arange(count - 1, -1, -1, dtype=np.int64)


def closes(count: int, level: float, from_the_end: Mapping[int, float] | None = None) -> FloatArray:
    """`count` equal closes, but for those given by their place from the end: -1 is the last."""
    values = np.full(count, level)
    for place, value in (from_the_end or {}).items():
        values[place] = value
    return values


def bars(labels: IntArray, close: FloatArray) -> Bars:
    """Bars whose range is one percent around the close."""
    return Bars.of(labels, close, close * 1.01, close * 0.99, close, np.full(len(close), 1_000.0))


def picked(found: Bars, rows: IntArray) -> Bars:
    """Some of the bars."""
    return Bars(
        found.time[rows], found.open[rows], found.high[rows], found.low[rows], found.close[rows], found.volume[rows]
    )


def intraday(start: datetime, interval: Interval, close: Sequence[float]) -> Bars:
    """Bars one after the other from an instant on."""
    times = to_ns(start) + interval.ns * np.arange(len(close), dtype=np.int64)
    return bars(times, np.array(close, dtype=np.float64))


def fixings(labels: IntArray, values: FloatArray) -> Fixings:
    """A series as the Federal Reserve publishes it."""
    return Fixings(labels, values, known_at(labels, NEXT_BUSINESS_DAY))


def funding(*rows: tuple[datetime, float, float]) -> Recorded[Funding]:
    """Settled rates: instant, fraction, hours."""
    time = np.array([to_ns(at) for at, _, _ in rows], np.int64)
    return Recorded(
        Funding(time, np.array([rate for _, rate, _ in rows]), np.array([float(h) for _, _, h in rows])), time
    )


def open_interest(*rows: tuple[datetime, float]) -> Recorded[OpenInterest]:
    """Coins at an instant."""
    time = np.array([to_ns(at) for at, _ in rows], np.int64)
    coin = np.array([coin for _, coin in rows])
    return Recorded(OpenInterest(time, coin, coin * 60_000.0), time)


def liquidations(*rows: tuple[datetime, int, float], hourly: bool = False) -> Recorded[Liquidations]:
    """Dollars by instant and side; `hourly`: sums, known when their hour is over."""
    time = np.array([to_ns(at) for at, _, _ in rows], np.int64)
    usd = np.array([usd for _, _, usd in rows])
    price = np.full(len(rows), 60_000.0)
    forced = Liquidations(time, np.array([side for _, side, _ in rows], np.int64), price, usd / price, usd)
    return Recorded(forced, time + HOUR_NS if hourly else time)


def folder(
    daily: Mapping[str, Bars] | None = None,
    intraday_bars: Mapping[str, Mapping[Interval, Bars]] | None = None,
    series: Mapping[str, Fixings] | None = None,
    btc_funding: Recorded[Funding] | None = None,
    btc_open_interest: Recorded[OpenInterest] | None = None,
    btc_liquidations: Recorded[Liquidations] | None = None,
) -> HistoryFolder:
    """All that was recorded."""
    found: dict[str, dict[Interval, Bars]] = {name: {Interval.DAY_1: each} for name, each in (daily or {}).items()}
    for name, intervals in (intraday_bars or {}).items():
        found[name] = {**dict(intervals), **found.get(name, {})}
    return HistoryFolder(
        path=Path("hand-made"),
        description=Description(name="Hand-made", simulated=False),
        digest="0",
        bars=found,
        series=dict(series or {}),
        funding={"BTC": {"venue": btc_funding}} if btc_funding else {},
        open_interest={"BTC": {"venue": btc_open_interest}} if btc_open_interest else {},
        liquidations={"BTC": {"venue": btc_liquidations}} if btc_liquidations else {},
    )


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of June 2024, UTC."""
    return datetime(2024, 6, day, hour, minute, tzinfo=UTC)
