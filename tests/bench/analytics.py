"""The cost of one evaluation and of the context around the light, and how they grow with the length of the past."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import numpy as np

from barograph.engine.daily_table import DailyTable
from barograph.engine.monitor import STOCK_CALENDAR, Monitor
from barograph.engine.opening import open_feed, opening_instant
from barograph.indicators.correlation import ewma_estimate
from barograph.indicators.rolling_correlation import rolling_ewma
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns, label_date
from barograph.market.universe_file import load_universe
from barograph.risk.features import raw_inputs, shock
from barograph.risk.judge import Judge
from barograph.risk.rules_file import load_rules
from tests.bench.measure import Row, median_ms


def run() -> list[Row]:
    """Rows: indicators of one session, a whole evaluation, at two lengths of the past and two numbers of shares."""
    rows: list[Row] = []
    baseline = 0.0
    for sessions, shares in ((1_500, 100), (3_000, 100), (1_500, 50)):
        indicators, evaluation = _costs(sessions, shares)
        baseline = baseline or evaluation
        size = f"{sessions} sessions, {shares} shares"
        rows.append((f"indicators of one session, {size}", indicators, "ms", ""))
        rows.append((f"one evaluation, {size}", evaluation, "ms", f"ratio {evaluation / baseline:.2f}"))
    return [*rows, *_context()]


def _context() -> list[Row]:
    """The context of the demo: at the start, while nothing is new, when an hour has ended and when a session has."""
    feed, universe = open_feed("demo", 7)
    monitor = Monitor(feed, universe, load_rules(), calendar)
    now = opening_instant(feed) + timedelta(minutes=1)
    monitor.refresh(now)
    start = time.process_time()
    light = monitor.snapshot(now).light
    begun = 1e3 * (time.process_time() - start)
    costs: dict[str, list[float]] = {"hour": [], "session": [], "nothing": []}
    for _ in range(72):
        now += timedelta(hours=1)
        made = monitor.refresh(now)
        latest = monitor.latest(now)
        for kind, at in (("session" if made else "hour", now), ("nothing", now + timedelta(seconds=1))):
            start = time.process_time()
            monitor.around.view(at, monitor.evaluations, light, latest)
            costs[kind].append(1e3 * (time.process_time() - start))
    months = ", ".join(f"{pair.n} returns" for pair in monitor.around.correlations.views(now)[:1])
    return [
        ("context, first snapshot of the demo", begun, "ms", "all of the past"),
        ("context, nothing new", statistics.median(costs["nothing"]), "ms", ""),
        ("context, an hour has ended", statistics.median(costs["hour"]), "ms", f"budget 10; {months}"),
        ("context, a session has ended", statistics.median(costs["session"]), "ms", "once a day"),
        *_rolling(),
    ]


def _rolling() -> list[Row]:
    """The whole past of one correlation, and its latest value, at two lengths."""
    dice, rows = np.random.default_rng(1), []
    for count in (17_000, 34_000):
        x, y = dice.normal(0, 1, (2, count))
        past = median_ms(lambda x=x, y=y: rolling_ewma(x, y, 0.97))  # type: ignore[misc]
        latest = median_ms(lambda x=x, y=y: ewma_estimate(x[-1_000:], y[-1_000:], 0.97))  # type: ignore[misc]
        rows.append((f"rolling correlation of {count} hours", past, "ms", f"latest value {latest:.3f} ms"))
    return rows


def _costs(sessions: int, shares: int) -> tuple[float, float]:
    rules, universe = load_rules(), load_universe()
    stock = calendar(STOCK_CALENDAR)
    labels = stock.session_labels(stock.start, stock.end)[:sessions]
    breadth = universe.groups["breadth"]
    names = ["SPX", "QQQ", "VIX", "BTC", "UUP", *breadth[:shares]]
    table = DailyTable(labels, names, universe, rules)
    random = np.random.default_rng(1)
    for name in names:
        close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, sessions)))
        table.put_bars(name, Bars.of(labels, close, close * 1.01, close * 0.99, close, close))
    judge = Judge(rules)

    def evaluate(row: int) -> None:
        window = table.window(row)
        session, at = label_date(int(labels[row])), from_ns(int(table.evaluated_at[row]))
        judge.evaluate(session, at, raw_inputs(window, rules), shock(window, rules), critical=True)

    for row in range(sessions - 1_000, sessions):
        evaluate(row)
    last = sessions - 1
    return median_ms(lambda: raw_inputs(table.window(last), rules), 51), median_ms(lambda: evaluate(last), 51)
