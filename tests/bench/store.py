"""Speed of the store at two sizes: a chart's window, the append of one refresh, opening, and the journal."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, product
from pathlib import Path
from time import perf_counter

import numpy as np

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.steps import Step
from barograph.market.bars import Bars
from barograph.market.intervals import SECOND_NS, Interval
from barograph.store.connection import Store, open_store
from tests.bench.measure import Row
from tests.store.samples import DAY, FEED, NOW, evaluation, evidence

INSTRUMENTS = [f"I{number}" for number in range(60)]
INTERVALS = [Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1]
SERIES = list(product(INSTRUMENTS, INTERVALS))
SIZES = (500_000, 5_000_000)
_FIRST_S = 1_600_000_000


def run() -> list[Row]:
    """Medians of one run, the worst in the note: what, value, unit, note."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="barograph-bench-") as name:
        folder = Path(name) / "store"
        have = 0
        for size in SIZES:
            store = open_store(folder, NOW)
            want = size // len(SERIES)
            began = perf_counter()
            _fill(store, have, want)
            rows.append(
                Row(f"{size:,} bars: save {want - have:,} × {len(SERIES)} of them", perf_counter() - began, "s")
            )
            have = want
            rows += _measure(store, size, have)
            store.close()
            rows += _openings(folder, size)
        rows += _journal(Path(name) / "journal")
    return rows


def _bars(interval: Interval, first: int, count: int) -> Bars:
    """`count` bars from the `first`th on; a walk that is the same for the same numbers."""
    time = (_FIRST_S + (np.arange(count) + first) * interval.seconds) * SECOND_NS
    walk = 100 + np.random.default_rng(first).normal(size=(4, count)).cumsum(axis=1) / 100
    high, low = walk.max(axis=0), walk.min(axis=0)
    return Bars.of(time, walk[0], high, low, walk[3], np.abs(walk[1]) * 1e4)


def _fill(store: Store, first: int, last: int) -> None:
    for instrument, interval in SERIES:
        store.save_bars(FEED, instrument, interval, _bars(interval, first, last - first), "Yahoo")


def _measure(store: Store, size: int, have: int) -> list[Row]:
    rows = []
    for window in (1_000, 10_000):
        if window > have:
            continue
        series = cycle(SERIES[::7])
        times = _times(lambda _, n=window, s=series: store.load_bars(FEED, *next(s), limit=n), 60)  # type: ignore[misc]
        rows.append(_row(f"{size:,} bars: load a window of the last {window:,}", times, 20))
    middle = (_FIRST_S + have // 2 * 300) * SECOND_NS
    times = _times(lambda _: store.load_bars(FEED, "I7", Interval.MIN_5, None, middle, 500), 60)
    rows.append(_row(f"{size:,} bars: load 500 from the middle", times, 20))
    for name, intervals in (("five minutes", INTERVALS[:1]), ("a day, all five intervals", INTERVALS)):
        refreshes = [_refresh(have + number, intervals) for number in range(60)]
        times = _times(lambda number, r=refreshes, n=name: _append(store, r[number], f"{n} {number}"), 60)  # type: ignore[misc]
        count = f", {len(refreshes[0])} series"
        rows.append(_row(f"{size:,} bars: append the refresh that ends {name}", times, 10, count))
    return rows


def _refresh(number: int, intervals: list[Interval]) -> list[tuple[str, Interval, Bars]]:
    """The bars of one refresh: the newest of each series, and the last ten daily bars read again."""
    again = {Interval.DAY_1: 10}
    return [
        (instrument, interval, _bars(interval, number - again.get(interval, 0), 1 + again.get(interval, 0)))
        for instrument, interval in SERIES
        if interval in intervals
    ]


def _append(store: Store, bars: list[tuple[str, Interval, Bars]], rule_set: str) -> None:
    """One refresh, with its evaluation, in one transaction."""
    with store.transaction():
        for instrument, interval, new in bars:
            store.save_bars(FEED, instrument, interval, new, "Yahoo")
        (_, _, newest), *_ = bars
        made = replace(evaluation(), rule_set=f"{rule_set} {newest.time[-1]}", inputs="x" * 3_000)
        store.save_evaluations([made])


def _openings(folder: Path, size: int) -> list[Row]:
    megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    clean = _times(lambda _: open_store(folder, NOW).close(), 5)
    store = open_store(folder, NOW)
    store.write_note("bench", FEED, DAY, Step.MACRO, str(size), NOW)
    store.write_note(f"bench{size}", FEED, DAY, Step.MACRO, str(size), NOW)
    killed = folder.with_name("killed")
    shutil.copytree(folder, killed)
    store.close()
    whole = _times(lambda _: open_store(killed, NOW).close(), 1)
    shutil.rmtree(killed)
    return [
        _row(f"{size:,} bars: open after a proper end", clean, more=f", {megabytes:.0f} MB"),
        _row(f"{size:,} bars: open after a kill (checked whole)", whole),
    ]


def _journal(folder: Path) -> list[Row]:
    store = open_store(folder, NOW)
    days = [DAY + timedelta(days=number) for number in range(2_000)]
    with store.transaction():
        for day in days:
            for step in Step:
                store.tick(f"{day}{step}", FEED, day, step, True, 100.0, evidence(), NOW)
            store.decide(f"{day}", FEED, day, Action.WAIT, Horizon.HOURS, "reason " * 20, "wrong " * 20, NOW)
    rows = [
        _row("2,000 days: the list of days", _times(lambda _: store.days(FEED), 10), 50),
        _row("2,000 days: open a day", _times(lambda number: store.load_sheet(FEED, days[number * 7]), 60), 50),
        _row("2,000 days: a tick, saved", _times(lambda number: _tick(store, number), 60)),
    ]
    store.close()
    return rows


def _tick(store: Store, number: int) -> None:
    store.tick(f"bench{number}", FEED, DAY, Step.MACRO, True, 100.0, evidence(), NOW)


def _times(action: Callable[[int], object], repeats: int) -> list[float]:
    """Milliseconds of each repetition."""
    times = []
    for number in range(repeats):
        began = perf_counter()
        action(number)
        times.append((perf_counter() - began) * 1e3)
    return times


def _row(name: str, times: list[float], most: float | None = None, more: str = "") -> Row:
    note = f"best {min(times):.1f}, worst of {len(times)} {max(times):.1f}{more}"
    return Row(name, statistics.median(times), "ms", note, most=most)
