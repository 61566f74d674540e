"""Speed of what the live feed records: one refresh, a heavy day, the start from the store, deletion, replay, export."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from barograph.engine.own_recording import load_own_recording
from barograph.engine.recordings import restore_book, save_recording
from barograph.feeds.book import BarsPiece, Book, Recording
from barograph.feeds.recorded.writer import HistoryWriter
from barograph.market.bars import Bars
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval
from barograph.market.observations import Coverage, Funding, Liquidations, OpenInterest
from barograph.store.connection import Store, open_store
from tests.bench.measure import Row, percentile

NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
NOW_NS = to_ns(NOW)
MINUTE_NS = 60 * SECOND_NS
VENUES = ("binanceusdm", "bybit", "okx", "hyperliquid")
COINS = ("BTC", "ETH")
DAY_OF_ORDERS = 100_000


def run() -> list[Row]:
    """Each number is of one run on a store of its own."""
    with tempfile.TemporaryDirectory(prefix="barograph-bench-") as name:
        folder = Path(name) / "store"
        store = open_store(folder, NOW)
        rows = _heavy_day(store)
        rows += _start(store)
        rows += _prune(store)
        store.close()
        began = perf_counter()
        load_own_recording(folder)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        rows.append(Row("read the own recording", perf_counter() - began, "s", f"{size:.0f} MB"))
        rows.append(_export(Path(name) / "history"))
    return rows


def _orders(count: int, end_ns: int, span_ns: int, venue: str) -> Liquidations:
    rng = np.random.default_rng(count)
    time = np.sort(end_ns - rng.integers(0, span_ns, count) // 1_000_000 * 1_000_000)
    price, coin = rng.normal(6e4, 100.0, count), rng.exponential(0.3, count)
    return Liquidations.of(time, rng.choice([-1, 1], count), price, coin, coin * price, venue, Coverage.ALL)


def _bars(count: int, step_ns: int, end_ns: int = NOW_NS) -> Bars:
    close = 100 + np.random.default_rng(count).normal(size=count).cumsum() / 100
    time = end_ns // step_ns * step_ns - step_ns * np.arange(count, 0, -1)
    return Bars.of(time, close, close + 1, close - 1, close, close * 1e4)


def _heavy_day(store: Store) -> list[Row]:
    """A day of 100,000 forced orders, saved as it comes: every five seconds, each in a transaction."""
    sources = [(coin, venue) for coin in COINS for venue in VENUES]
    per_refresh = DAY_OF_ORDERS // len(sources) // (86_400 // 5) + 1
    took: list[float] = []
    for number in range(2_000):
        now_ns = NOW_NS - DAY_NS + number * 5 * SECOND_NS
        forced = tuple((coin, _orders(per_refresh, now_ns, 5 * SECOND_NS, venue)) for coin, venue in sources)
        heard = tuple((coin, venue, Coverage.ALL, NOW_NS - DAY_NS, now_ns) for coin, venue in sources)
        pieces = tuple(BarsPiece(f"I{n}", Interval.MIN_5, "Yahoo", _bars(2, 5 * MINUTE_NS, now_ns)) for n in range(16))
        began = perf_counter()
        save_recording(store, "live", Recording(bars=pieces, liquidations=forced, heard=heard))
        took.append(1e3 * (perf_counter() - began))
    note = f"99th percentile {percentile(took, 0.99):.1f}, worst {max(took):.1f}; 16 bars, {8 * per_refresh} orders"
    rows = [Row("save five seconds of a heavy day", percentile(took, 0.5), "ms", note)]
    whole = _orders(DAY_OF_ORDERS, NOW_NS, DAY_NS, "all-at-once")
    began = perf_counter()
    store.save_liquidations("live", "BTC", whole)
    rows.append(Row(f"save {DAY_OF_ORDERS:,} forced orders at once", 1e3 * (perf_counter() - began), "ms"))
    began = perf_counter()
    found = store.load_liquidations("live", "BTC", "all-at-once")
    rows.append(Row(f"load {len(found):,} forced orders", 1e3 * (perf_counter() - began), "ms"))
    return rows


def _start(store: Store) -> list[Row]:
    """The book of the next start."""
    with store.transaction():
        for number in range(150):
            store.save_bars("live", f"I{number}", Interval.DAY_1, _bars(5 * 252, DAY_NS), "Yahoo")
        for number in range(16):
            store.save_bars("live", f"I{number}", Interval.MIN_5, _bars(20_000, 5 * MINUTE_NS), "Yahoo")
    began = perf_counter()
    restore_book(store, "live", Book(), NOW)
    rows = [Row("start: 150 × 5 years of days, 16 × 20,000 bars, orders", perf_counter() - began, "s", most=1.5)]
    with store.transaction():
        for coin in COINS:
            for venue in VENUES:
                minutes = NOW_NS - MINUTE_NS * np.arange(60 * 1_440, 0, -1)
                store.save_open_interest("live", coin, OpenInterest.of(minutes, minutes / 1e9, minutes / 1e9, venue))
                hours = NOW_NS - 60 * DAY_NS - 60 * MINUTE_NS * np.arange(340 * 24, 0, -1)
                store.save_open_interest("live", coin, OpenInterest.of(hours, hours / 1e9, hours / 1e9, venue))
                eight = hours[::8]
                store.save_funding("live", coin, Funding.of(eight, eight / 1e22, np.full(len(eight), 8.0), venue))
    began = perf_counter()
    restore_book(store, "live", Book(), NOW)
    took_s = perf_counter() - began
    rows.append(Row("start: the same, and 400 days of funding and open interest", took_s, "s", "8 perpetuals"))
    return rows


def _prune(store: Store) -> list[Row]:
    """Thin 25 days of open interest of eight perpetuals, and delete a day of forced orders."""
    rows: list[Row] = []
    for what, now in (("open interest", NOW), ("everything old", NOW + timedelta(days=500))):
        store.save_bars("live", "BTC", Interval.HOUR_1, _bars(1, 60 * MINUTE_NS, to_ns(now)), "okx")
        took: list[float] = []
        more = True
        while more:
            began = perf_counter()
            more = store.prune(now)
            took.append(1e3 * (perf_counter() - began))
        note = f"{len(took)} slices, worst {max(took):.1f}"
        rows.append(Row(f"a slice of deletion: {what}", percentile(took, 0.5), "ms", note))
    return rows


def _export(folder: Path) -> Row:
    bars = _bars(100_000, 5 * MINUTE_NS)
    began = perf_counter()
    HistoryWriter(folder).write_bars("BTC", Interval.MIN_5, bars)
    return Row("write 100,000 bars into a history folder", perf_counter() - began, "s", "numbers of 17 digits")
