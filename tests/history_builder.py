"""Writes history folders of a made-up market for tests: deterministic by seed, in the format that replay reads."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from barograph.market.calendars import TradingCalendar, calendar
from barograph.market.instants import from_ns, label_date, to_ns
from barograph.market.instruments import AssetClass, Universe
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.universe_file import load_universe

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

INSTRUMENTS = ("SPX", "NDX", "QQQ", "SPY", "SMH", "IGV", "VIX", "DXY", "HYG", "GLD", "TLT", "AAPL", "BTC", "ETH")
SERIES = ("DGS10", "DGS2", "DFII10")
BARS_HEADER = "time,open,high,low,close,volume"
_START = {"SPX": 4_000.0, "NDX": 13_000.0, "VIX": 16.0, "DXY": 100.0, "BTC": 30_000.0, "ETH": 2_000.0}
_HOURS = 3_600 * 10**9


def write_history(
    folder: Path,
    *,
    first: date = date(2022, 1, 3),
    sessions: int = 300,
    instruments: Sequence[str] = INSTRUMENTS,
    series: Sequence[str] = SERIES,
    intraday: Mapping[str, Sequence[Interval]] | None = None,
    intraday_days: int = 5,
    derivatives: bool = False,
    simulated: bool = False,
    seed: int = 1,
) -> Path:
    """A folder with `sessions` daily bars from the session at or after `first` on; crypto has all UTC days.

    `intraday` names for each instrument the intervals it has as well, over the last `intraday_days`; they agree
    with each other and with the daily bars. `derivatives` adds eight-hourly funding, hourly open interest and
    hourly liquidations of the crypto instruments over the last `intraday_days`. Returns `folder`.
    """
    universe = load_universe()
    stocks = calendar("XNYS")
    labels = stocks.session_labels(first, first + timedelta(days=2 * sessions + 20))[:sessions]
    every_day = np.arange(labels[0], labels[-1] + DAY_NS, DAY_NS, dtype=np.int64)
    market = _market(every_day, seed)
    write_description(folder, simulated=simulated)
    for instrument_id in instruments:
        always_open = universe.instrument(instrument_id).calendar == "CRYPTO"
        days = every_day if always_open else labels
        rng = np.random.default_rng([seed, zlib.crc32(instrument_id.encode())])
        bars = _daily(instrument_id, market, np.searchsorted(every_day, days), universe, rng)
        _write_bars(folder, instrument_id, Interval.DAY_1, days, bars)
        intervals = (intraday or {}).get(instrument_id, ())
        if intervals:
            hours = calendar(universe.instrument(instrument_id).calendar)
            _write_intraday(folder, instrument_id, intervals, hours, days, bars, intraday_days, rng)
        if derivatives and always_open:
            _write_derivatives(folder, instrument_id, days[-intraday_days:], bars[-intraday_days:], rng)
    for number, series_id in enumerate(series):
        rng = np.random.default_rng([seed, 1_000 + number])
        level = 3.0 - 0.5 * number + np.cumsum(rng.normal(0.0, 0.05, len(labels)))
        rows = (f"{label_date(day)},{value:.2f}" for day, value in zip(labels.tolist(), level, strict=True))
        write_table(folder / "series" / f"{series_id}.csv", "time,value", rows)
    return folder


def write_description(folder: Path, *, name: str = "Made-up history", simulated: bool = False) -> None:
    """The ``history.toml`` of a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    text = f'name = "{name}"\ndescription = "For tests"\nsimulated = {str(simulated).lower()}\n'
    source = '\n[[source]]\nname = "random numbers"\nlicence = "none needed"\nnote = ""\n'
    (folder / "history.toml").write_text(text + source, "utf-8")


def write_table(path: Path, header: str, rows: Iterable[str]) -> None:
    """A table, compressed where the name says so; folders above it are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join([header, *rows]).encode() + b"\n"
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


@dataclass(frozen=True, slots=True)
class _Market:
    """Daily log returns of the stock and the coin factor, and the volatility (a year, in percent) in force."""

    stock: FloatArray
    coin: FloatArray
    volatility: FloatArray


def _market(days: IntArray, seed: int) -> _Market:
    """Two correlated factors whose volatility clusters."""
    rng = np.random.default_rng([seed, 0])
    shock = rng.normal(size=(len(days), 2))
    volatility = np.empty(len(days))
    level = 0.0
    for day in range(len(days)):
        level = 0.97 * level + rng.normal(0.0, 0.09) + 0.03 * max(0.0, -shock[day, 0])
        volatility[day] = 16.0 * np.exp(level)
    stock = shock[:, 0] * volatility / 1_600.0
    coin = (0.5 * shock[:, 0] + 0.85 * shock[:, 1]) * 0.03 * (volatility / 16.0) ** 0.5
    return _Market(stock, coin, volatility)


def _daily(
    instrument_id: str, market: _Market, rows: IntArray, universe: Universe, rng: np.random.Generator
) -> FloatArray:
    """Open, high, low, close and volume of one instrument on the days `rows`; (days, 5)."""
    kind = universe.instrument(instrument_id).asset_class
    noise = rng.normal(size=(len(rows), 4))
    if kind is AssetClass.VOLATILITY_INDEX:
        close = market.volatility[rows] * np.exp(0.03 * noise[:, 0])
        step = np.full(len(rows), 0.03)
    else:
        beta, own = {
            AssetClass.CRYPTO: (1.0, 0.010),
            AssetClass.CURRENCY_INDEX: (-0.15, 0.003),
            AssetClass.SHARE: (1.2, 0.012),
        }.get(kind, (1.0, 0.004))
        factor = (market.coin if kind is AssetClass.CRYPTO else market.stock)[rows]
        moved = beta * factor + own * noise[:, 0]
        close = _START.get(instrument_id, 100.0) * np.exp(np.cumsum(moved))
        step = np.abs(beta * factor) + own
    opening = np.append(close[0], close[:-1]) * np.exp(0.2 * step * noise[:, 1])
    high = np.maximum(opening, close) * np.exp(0.5 * step * np.abs(noise[:, 2]))
    low = np.minimum(opening, close) * np.exp(-0.5 * step * np.abs(noise[:, 3]))
    volume = np.round(np.exp(rng.normal(14.0, 0.3, len(rows))))
    return np.column_stack([np.round(column, 4) for column in (opening, high, low, close, volume)])


def _write_intraday(
    folder: Path,
    instrument_id: str,
    intervals: Sequence[Interval],
    hours: TradingCalendar,
    days: IntArray,
    bars: FloatArray,
    last: int,
    rng: np.random.Generator,
) -> None:
    """Bars of the last sessions: a walk from each day's open to its close within its high and low."""
    shortest = min(intervals, key=lambda interval: interval.ns)
    tables: dict[Interval, list[tuple[int, FloatArray]]] = {interval: [] for interval in intervals}
    for day, bar in zip(days[-last:].tolist(), bars[-last:], strict=True):
        found = hours.sessions(label_date(day), label_date(day))
        if not found:
            continue
        opened, closed = to_ns(found[0].open), to_ns(found[0].close)
        times = np.arange(opened, closed, shortest.ns, dtype=np.int64)
        edge = _bridge(bar, len(times), rng)
        wick = np.abs(rng.normal(0.0, 0.0005, (2, len(times))))
        high = np.minimum(np.maximum(edge[:-1], edge[1:]) * (1 + wick[0]), bar[1])
        low = np.maximum(np.minimum(edge[:-1], edge[1:]) * (1 - wick[1]), bar[2])
        volume = np.round(np.exp(rng.normal(8.0, 0.5, len(times))))
        short = np.column_stack([np.round(each, 4) for each in (edge[:-1], high, low, edge[1:], volume)])
        for interval, rows in tables.items():
            first = np.flatnonzero(np.diff((times - opened) // interval.ns, prepend=-1))
            ends = np.append(first[1:], len(times))
            for start, end in zip(first.tolist(), ends.tolist(), strict=True):
                part = short[start:end]
                whole = [part[0, 0], part[:, 1].max(), part[:, 2].min(), part[-1, 3], part[:, 4].sum()]
                rows.append((int(times[start]), np.array(whole)))
    for interval, rows in tables.items():
        _write_bars(folder, instrument_id, interval, np.array([time for time, _ in rows]), [bar for _, bar in rows])


def _bridge(bar: FloatArray, steps: int, rng: np.random.Generator) -> FloatArray:
    """Prices at the edges of `steps` bars, from the open to the close of a day, inside its range."""
    opening, high, low, close, _ = bar
    walk = np.append(0.0, np.cumsum(rng.normal(size=steps)))
    share = np.arange(steps + 1) / steps
    swing = (walk - share * walk[-1]) / np.sqrt(steps) * (high - low) / 2
    edge: FloatArray = np.clip(opening + share * (close - opening) + swing, low, high)
    return edge


def _write_bars(
    folder: Path, instrument_id: str, interval: Interval, times: IntArray, bars: Iterable[FloatArray]
) -> None:
    rows = []
    for time, (opening, high, low, close, volume) in zip(times.tolist(), bars, strict=True):
        stamp = f"{from_ns(time):%Y-%m-%dT%H:%M:%SZ}" if interval.intraday else str(label_date(time))
        rows.append(f"{stamp},{opening:.4f},{high:.4f},{low:.4f},{close:.4f},{volume:.0f}")
    write_table(folder / "bars" / instrument_id / f"{interval}.csv.gz", BARS_HEADER, rows)


def _write_derivatives(
    folder: Path, instrument_id: str, days: IntArray, bars: FloatArray, rng: np.random.Generator
) -> None:
    """Funding every eight hours, open interest and liquidations every hour, of one venue."""
    hours = np.arange(days[0], days[-1] + DAY_NS, _HOURS, dtype=np.int64)
    stamps = [f"{from_ns(time):%Y-%m-%dT%H:%M:%SZ}" for time in hours.tolist()]
    price = bars[np.searchsorted(days, hours, side="right") - 1, 3]
    rates = [f"{stamp},{rng.normal(1e-4, 5e-5):.8f},8" for stamp in stamps[::8]]
    write_table(folder / "funding" / "binance" / f"{instrument_id}.csv", "time,rate,interval_h", rates)
    coin = 80_000 * np.exp(np.cumsum(rng.normal(0.0, 0.01, len(hours))))
    interest = [f"{s},{c:.3f},{c * p:.0f}" for s, c, p in zip(stamps, coin, price, strict=True)]
    write_table(folder / "open_interest" / "coinalyze" / f"{instrument_id}.csv.gz", "time,coin,usd", interest)
    forced = []
    for stamp, paid in zip(stamps, price, strict=True):
        for side in ("long", "short"):
            size = rng.exponential(5.0)
            forced.append(f"{stamp},{side},{paid:.2f},{size:.3f},{size * paid:.2f}")
    write_table(folder / "liquidations" / "coinalyze" / f"{instrument_id}.csv", "time,side,price,coin,usd", forced)
