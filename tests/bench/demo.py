"""The simulated market: making its past, going on by a day, answering a question, and what it holds in memory."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta

from barograph.feeds.simulated.feed import SimulatedFeed
from barograph.feeds.simulated.generator import START
from barograph.feeds.simulated.sessions import CALENDARS
from barograph.market.calendars import calendar
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe
from tests.bench.measure import Row, cpu_ms, median_ms

_DAYS = 200


def run() -> list[Row]:
    """Rows: start-up, a simulated day early and late, one question, memory early and late."""
    for calendar_id in CALENDARS:
        calendar(calendar_id)  # built once a process and shared with the engine
    universe = load_universe()
    start_ms = median_ms(lambda: SimulatedFeed(universe), repeats=3)
    tracemalloc.start()
    feed = SimulatedFeed(universe)
    early_mb = tracemalloc.get_traced_memory()[0] / 1e6
    feed.fetch_bars("ES", Interval.HOUR_1, None, START + timedelta(days=_DAYS))
    late_mb = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    now = START + timedelta(days=_DAYS)
    late_ms = _ms_a_day(feed, _DAYS)
    question_ms = median_ms(lambda: feed.fetch_bars("BTC", Interval.MIN_5, None, now))
    first_ms = _ms_a_day(SimulatedFeed(universe), 0)
    return [
        Row("demo market made, five years and 66 fine days", start_ms, "ms CPU", most=2_000),
        Row("one more simulated day, the first", first_ms, "ms CPU", "mean of 20"),
        Row(f"one more simulated day, after {_DAYS}", late_ms, "ms CPU", "mean of 20", beside=("the first", first_ms)),
        Row("12 days of five-minute bars asked", question_ms, "ms CPU"),
        Row("memory held at the start", early_mb, "MB"),
        Row(f"memory held after {_DAYS} days", late_mb, "MB", beside=("at the start", early_mb)),
    ]


def _ms_a_day(feed: SimulatedFeed, day: int) -> float:
    feed.fetch_bars("ES", Interval.HOUR_1, None, START + timedelta(days=day))
    return cpu_ms(lambda: feed.fetch_bars("ES", Interval.HOUR_1, None, START + timedelta(days=day + 20))) / 20
