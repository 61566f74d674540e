"""Lines of the context on the charts: the same whether sent at once or hour by hour; correlations have a band."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from barograph.engine.chart_series import ChartBoard
from barograph.engine.context.chart_lines import ChartLines
from barograph.engine.messages import SeriesKey, SeriesUpdate
from barograph.engine.monitor import Monitor
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.risk.judge import Evaluation
from tests.engine.context.views import at, context_of
from tests.engine.runs import RULES, feed_of, new_monitor

HOUR = Interval.HOUR_1
KEYS = [
    SeriesKey("RHO ES/BTC", HOUR),
    SeriesKey("RHO NQ/ETH", Interval.HOUR_4),
    SeriesKey("RHO ES/BTC", Interval.DAY_1),
    SeriesKey("FUNDING BTC", HOUR),
    SeriesKey("OI BTC", HOUR),
    SeriesKey("LIQ LONG BTC", HOUR),
    SeriesKey("LIQ SHORT BTC", HOUR),
    SeriesKey("POLICY PATH", Interval.DAY_1),
]


def board_of(monitor: Monitor) -> ChartBoard:
    board = ChartBoard(monitor.tape, RULES, ChartLines(monitor.around, monitor.tape))
    board.watch(KEYS)
    return board


def rows(update: SeriesUpdate) -> list[tuple[float, ...]]:
    return list(
        zip(update.time.tolist(), update.close.tolist(), update.low.tolist(), update.high.tolist(), strict=True)
    )


def test_what_is_appended_adds_up_to_the_whole(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    board, held = board_of(monitor), {key: list[tuple[float, ...]]() for key in KEYS}
    now = at(5, 3, 10)
    for _ in range(12):
        context_of(monitor, now)
        for update in board.updates(now, {}, monitor.evaluations):
            if update.replace:
                held[update.key] = []
            held[update.key] += rows(update)
        now += timedelta(hours=1)
    last = now - timedelta(hours=1)
    whole = {update.key: update for update in board_of(monitor).updates(last, {}, monitor.evaluations)}
    for key in KEYS:
        assert len(held[key]) > 20, key
        known = {time: value for time, *value in held[key]}
        assert known == {time: pytest.approx(value, abs=1e-12, nan_ok=True) for time, *value in rows(whole[key])}


def test_a_correlation_has_a_band_and_the_others_have_none(
    summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    now = at(5, 14, 20)
    context = context_of(monitor, now)
    found = {update.key: update for update in board_of(monitor).updates(now, {}, monitor.evaluations)}
    line, pair = found[KEYS[0]], context.correlation("ES", "BTC", HOUR)
    assert pair is not None
    assert (line.line, line.band, line.decimals) == (True, True, 2)
    assert line.time[-1] == to_ns(at(5, 13))  # where the bar that ends at 14:00 is drawn
    assert (line.close[-1], line.low[-1], line.high[-1]) == pytest.approx((pair.rho, pair.low, pair.high), abs=1e-9)
    assert not any(found[key].band for key in KEYS[3:])
    forced = found[SeriesKey("LIQ LONG BTC", HOUR)]
    assert (forced.unit, forced.decimals) == ("M USD per h", 1)
    two_at_night = int(np.searchsorted(forced.time, to_ns(at(5, 1))))
    assert forced.close[two_at_night] == pytest.approx(8.265, abs=0.001)


def test_a_line_that_no_feed_has_is_empty(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    context_of(monitor, at(5, 3))
    board = ChartBoard(monitor.tape, RULES, ChartLines(monitor.around, monitor.tape))
    board.watch(
        [SeriesKey("RHO ES/DOGE", HOUR), SeriesKey("LIQ NEITHER BTC", HOUR), SeriesKey("RHO ES/BTC", Interval.MIN_5)]
    )
    for update in board.updates(at(5, 3), {}, monitor.evaluations):
        assert (len(update.time), update.empty_reason) == (0, "no_data_yet")
