"""Looks at the light while sessions run, over a recorded folder."""

from __future__ import annotations

from datetime import datetime

from barograph.engine.monitor import Monitor
from barograph.feeds.contract import Feed
from barograph.risk.intraday import IntradayEvaluation
from tests.engine.runs import new_monitor


def watched(feed: Feed, start: datetime, end: datetime) -> tuple[Monitor, list[IntradayEvaluation]]:
    """A monitor that was there from `start` to `end` and refreshed at every close, and all that it saw."""
    monitor = new_monitor(feed)
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    now = start
    monitor.refresh(now)
    while now < end:
        now = min(monitor.next_evaluation(now) or end, end)
        monitor.refresh(now)
    return monitor, seen


def as_text(look: IntradayEvaluation) -> str:
    """All of a look, exact to the last bit; NaN equals NaN and sets have an order."""
    one = look.evaluation
    sets = sorted(one.steady), sorted(one.scored_with or ())
    numbers = (one.session, one.at, one.raw, one.percentiles, one.score, one.face, one.ceiling, one.reason, one.since)
    return repr((numbers, sets, look.state, look.reading.times, look.reading.shock, look.pending))
