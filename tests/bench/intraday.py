"""The light between two closes: a month of looks every five minutes, and a look after twice as long a past."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from barograph.engine.monitor import Monitor
from barograph.engine.opening import open_recorded, recorded_feed
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.calendars import calendar
from barograph.market.instruments import Universe
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.rules_file import load_rules
from tests.bench.made import since
from tests.bench.measure import Row, history, skipped

_BEGIN = datetime(2024, 8, 1, 0, 10, tzinfo=UTC)
_END = datetime(2024, 8, 31, 0, 10, tzinfo=UTC)
_HALF = datetime(2022, 10, 18, tzinfo=UTC), datetime(2024, 7, 2, tzinfo=UTC)
"""The recording begins with the days of 2021 and the hours of June 2024: from here on it is half as long a past."""


def run() -> list[Row]:
    """Rows: the looks of August 2024 with all of the past that was recorded, and with half of it."""
    folder = history()
    if folder is None:
        return [skipped("looks between two closes", "no history folder beside the project")]
    whole, universe = open_recorded(folder / "2024-08")
    half, half_s = _looks(since(whole, *_HALF), universe)
    looks, took_s = _looks(whole, universe)
    short, long = 1e3 * half_s / half, 1e3 * took_s / looks
    return [
        Row("a month of looks every five minutes", took_s, "s CPU", f"{looks} looks", most=60),
        Row("a look, half of the past", short, "ms CPU", "two years of days, a month of hours"),
        Row("a look, twice the past", long, "ms CPU", "four years, two months", beside=("half of it", short)),
    ]


def _looks(folder: HistoryFolder, universe: Universe) -> tuple[int, float]:
    """Number of looks in August, and the CPU seconds that they and the closes between them took."""
    monitor = Monitor(recorded_feed(folder, universe), universe, load_rules(), calendar)
    monitor.refresh(_BEGIN)
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    now, start = _BEGIN, time.process_time()
    while now < _END:
        now = monitor.next_evaluation(now) or _END
        monitor.refresh(now)
    return len(seen), time.process_time() - start
