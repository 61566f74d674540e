"""The context around the light (correlations, crypto, cascade, regime, plans): nothing new, an hour or a session over.
And how the cost of an hour grows with the hours that are held.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from barograph.engine.monitor import Monitor
from barograph.engine.opening import open_feed, opening_instant
from barograph.feeds.contract import Feed, FeedInfo, FeedKind
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.market.calendars import Phase, calendar
from barograph.market.instruments import Universe
from barograph.risk.rules_file import load_rules
from tests.bench.made import END, made_history, since
from tests.bench.measure import Row, cpu_ms

BUDGET_MS = 10.0
_HOUR, _LATER = timedelta(hours=1), timedelta(seconds=61)
"""A live feed is looked at again after a minute."""
_BEGIN = datetime(END.year, 12, 2, 0, 1, tzinfo=UTC)
_YEAR_AGO, _LONG_AGO = datetime(END.year - 1, 12, 16, tzinfo=UTC), datetime(END.year - 5, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Costs:
    """CPU milliseconds: of the first view, and of the others by what was new; the hours are those of open futures."""

    first: float
    hour: list[float] = field(default_factory=list)
    session: list[float] = field(default_factory=list)
    nothing: list[float] = field(default_factory=list)
    refresh: list[float] = field(default_factory=list)


class _AsLive(RecordedFeed):
    """Recorded hours that are looked at as a live feed's: again and again, for what may have come late."""

    @property
    def info(self) -> FeedInfo:
        """Of a live feed."""
        return replace(super().info, kind=FeedKind.LIVE)


def run() -> list[Row]:
    """Rows: the demo, whose markets and leverage are whole, and made-up hours of two lengths."""
    feed, universe = open_feed("demo", 7)
    demo = _costs(feed, universe, opening_instant(feed) + timedelta(minutes=1), 96)
    hour, session = statistics.median(demo.hour), statistics.median(demo.session)
    return [
        Row("context, first view of the demo", demo.first, "ms CPU", "all of the past"),
        Row("context, nothing new", statistics.median(demo.nothing), "ms CPU", most=BUDGET_MS),
        Row("context, an hour has ended", hour, "ms CPU", f"longest {max(demo.hour):.1f}", most=BUDGET_MS),
        Row("context, a session has ended", session, "ms CPU", f"longest {max(demo.session):.1f}", most=BUDGET_MS),
        Row("taking in an hour, with its looks", statistics.median(demo.refresh), "ms CPU", "and simulating it"),
        *_growth(),
    ]


def _growth() -> list[Row]:
    whole, universe = made_history(6, 2)
    rows = []
    before: _Costs | None = None
    for name, folder in (("one year", since(whole, _LONG_AGO, _YEAR_AGO)), ("two years", whole)):
        costs = _costs(_AsLive(folder, universe, calendar), universe, _BEGIN, 48)
        for what, kind in (("an hour has ended", "hour"), ("looked at, nothing new", "nothing")):
            value = statistics.median(getattr(costs, kind))
            held = f"context, {what}, {name} of live hours"
            if before is None:
                rows.append(Row(held, value, "ms CPU", most=BUDGET_MS))
            else:
                rows.append(Row(held, value, "ms CPU", beside=("one year", statistics.median(getattr(before, kind)))))
        before = costs
    return rows


def _costs(feed: Feed, universe: Universe, now: datetime, hours: int) -> _Costs:
    monitor = Monitor(feed, universe, load_rules(), calendar)
    monitor.refresh(now)
    costs = _Costs(cpu_ms(lambda: monitor.snapshot(now)))
    light = monitor.snapshot(now).light

    def view(at: datetime) -> float:
        latest = monitor.latest(at)
        return cpu_ms(lambda: monitor.around.view(at, monitor.evaluations, light, latest))

    for _ in range(hours):
        closed, now = monitor.next_evaluation(now), now + _HOUR
        if closed is not None and closed < now:  # some minutes after an hour has ended
            monitor.refresh(closed)
            costs.session.append(view(closed))
        costs.refresh.append(cpu_ms(lambda at=now: monitor.refresh(at)))  # type: ignore[misc]
        taken = view(now)
        if calendar("GLOBEX").phase(now - _HOUR / 2) is Phase.OPEN:
            costs.hour.append(taken)
        costs.nothing.append(view(now + _LATER))
    return costs
