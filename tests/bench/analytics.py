"""The cost of one evaluation and of a correlation, and how they grow with the length of the past."""

from __future__ import annotations

import numpy as np

from barograph.engine.daily_table import DailyTable
from barograph.engine.monitor import STOCK_CALENDAR
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
        rows.append(Row(f"indicators of one session, {size}", indicators, "ms CPU"))
        rows.append(Row(f"one evaluation, {size}", evaluation, "ms CPU", beside=("the first", baseline)))
    return [*rows, *_rolling()]


def _rolling() -> list[Row]:
    """The whole past of one correlation, and its latest value, at two lengths."""
    dice = np.random.default_rng(1)
    rows: list[Row] = []
    for count in (17_000, 34_000):
        x, y = dice.normal(0, 1, (2, count))
        past = median_ms(lambda x=x, y=y: rolling_ewma(x, y, 0.97))  # type: ignore[misc]
        latest = median_ms(lambda x=x, y=y: ewma_estimate(x[-1_000:], y[-1_000:], 0.97))  # type: ignore[misc]
        before = rows[0].value if rows else past
        rows.append(Row(f"rolling correlation of {count} hours", past, "ms CPU", beside=("the first", before)))
        rows.append(Row(f"its latest value of {count} hours", latest, "ms CPU", beside=("all of them", past)))
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
