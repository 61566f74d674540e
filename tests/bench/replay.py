"""Replay of recorded history, the demo's start, and one refresh of a running engine."""

from __future__ import annotations

import time
from datetime import timedelta

from barograph.engine.monitor import Monitor
from barograph.engine.opening import open_feed, opening_instant
from barograph.engine.replay import evaluations
from barograph.market.calendars import calendar
from barograph.risk.rules_file import load_rules
from tests.bench.measure import Row, history, median_ms


def run() -> list[Row]:
    """Rows: loading and judging the daily folder (where it is there), starting the demo, refreshing it."""
    return [*_recorded(), *_demo()]


def _recorded() -> list[Row]:
    folder = history()
    if folder is None:
        return [("replay of recorded history", float("nan"), "", "no history folder beside the project")]
    start = time.perf_counter()
    feed, universe = open_feed(f"replay:{folder / 'daily'}", 7)
    loaded = time.perf_counter()
    made = evaluations(feed, universe, load_rules())
    judged = time.perf_counter() - loaded
    return [
        ("load and check the daily folder", loaded - start, "s", f"{len(feed.instruments())} instruments"),
        ("judge it from end to end", judged, "s", f"{len(made)} sessions"),
        ("evaluations", len(made) / judged, "per second", "budget 400"),
    ]


def _demo() -> list[Row]:
    start = time.perf_counter()
    feed, universe = open_feed("demo", 7)
    made = time.perf_counter()
    monitor = Monitor(feed, universe, load_rules(), calendar)
    now = opening_instant(feed)
    monitor.refresh(now)
    judged = time.perf_counter()
    step = iter(range(1, 1_000))

    def refresh() -> None:
        at = now + timedelta(hours=next(step))
        monitor.refresh(at)
        monitor.snapshot(at)

    return [
        ("demo: make the simulated past", made - start, "s", "budget 2"),
        ("demo: judge it", judged - made, "s", f"{len(monitor.evaluations)} sessions"),
        ("demo: one refresh and its snapshot", median_ms(refresh, 48), "ms", "an hour of the market each"),
    ]
