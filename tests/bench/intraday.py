"""The light between two closes: the cost of one look, early and late in a recording, and of a month of them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from barograph.engine.monitor import Monitor
from barograph.engine.opening import open_feed
from barograph.feeds.contract import Feed
from barograph.market.calendars import calendar
from barograph.market.instruments import Universe
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.rules_file import load_rules
from tests.bench.measure import Row, history

_BEGIN = datetime(2024, 6, 12, 0, 10, tzinfo=UTC)
_END = datetime(2024, 8, 31, 0, 10, tzinfo=UTC)
_AUGUST = datetime(2024, 8, 1, 0, 10, tzinfo=UTC)


def run() -> list[Row]:
    """Rows: a look in the first and in the last week of a recording of three months, and all those of August."""
    folder = history()
    if folder is None:
        return [("looks between two closes", float("nan"), "", "no history folder beside the project")]
    feed, universe = open_feed(f"replay:{folder / '2024-08'}", 7)
    costs = _costs(feed, universe)
    early, late = (_mean_ms(part) for part in (costs[:2_016], costs[-2_016:]))
    month = [cost for cost in costs if cost[0] >= _AUGUST]
    return [
        ("a look at the light, first week of three months", early, "ms", ""),
        ("a look at the light, last week", late, "ms", f"ratio {late / early:.2f}"),
        ("a month of looks every five minutes", sum(s for _, s in month), "s", f"{len(month)} looks, budget 60"),
    ]


def _mean_ms(costs: list[tuple[datetime, float]]) -> float:
    return 1e3 * sum(seconds for _, seconds in costs) / len(costs)


def _costs(feed: Feed, universe: Universe) -> list[tuple[datetime, float]]:
    """When each look was for and what it took, with its part of the closes."""
    monitor = Monitor(feed, universe, load_rules(), calendar)
    monitor.refresh(_BEGIN)
    costs: list[tuple[datetime, float]] = []
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    now = _BEGIN
    while now < _END:
        now = monitor.next_evaluation(now) or _END
        start = time.perf_counter()
        monitor.refresh(now)
        each = (time.perf_counter() - start) / max(1, len(seen))
        costs += [(look.evaluation.at, each) for look in seen]
        seen.clear()
    return costs
