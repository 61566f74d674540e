"""Lines of the context on the charts: the same whether sent at once or hour by hour; correlations have a band."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.chart_series import ChartBoard
from barograph.engine.context.chart_lines import ChartLines
from barograph.engine.messages import SeriesKey, SeriesUpdate
from barograph.engine.monitor import Monitor
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, to_ns
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
    SeriesKey("POLICY 2Y", Interval.DAY_1),
    SeriesKey("POLICY 2Y", HOUR),
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


def test_what_holds_says_so_and_how_old_it_is(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    board, ages = board_of(monitor), dict[str, list[tuple[Freshness, datetime | None]]]()
    for now in (at(5, 14, 20), at(5, 16, 0), at(6, 0, 15)):
        context_of(monitor, now)
        for update in board.updates(now, {}, monitor.evaluations):
            assert update.steps == update.key.id.startswith(("FUNDING", "POLICY"))
            if update.steps and update.key.interval is HOUR:
                ages.setdefault(update.key.id, []).append((update.state, update.as_of))
                assert not len(update.time) or from_ns(int(update.time[-1])) == update.as_of
    live = Freshness.LIVE
    assert ages["FUNDING BTC"] == [(live, at(5, 8)), (live, at(5, 16)), (live, at(6, 0))]
    assert ages["POLICY 2Y"] == [(Freshness.CLOSED, at(1, 20)), (Freshness.CLOSED, at(2, 20))]


def test_a_settlement_that_is_overdue_is_told_although_nothing_is_new(
    summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    board = ChartBoard(monitor.tape, RULES, ChartLines(monitor.around, monitor.tape))
    board.watch([SeriesKey("FUNDING BTC", HOUR)])
    end = summer_end(monitor)
    told = [
        [(update.state, len(update.time)) for update in board.updates(end + timedelta(hours=hours), {}, [])]
        for hours in (1, 9, 12, 17)
    ]
    assert told[0][0][0] is Freshness.LIVE
    assert told[1:] == [[(Freshness.DELAYED, 0)], [], [(Freshness.STALE, 0)]]


def summer_end(monitor: Monitor) -> datetime:
    """When the last recorded funding was settled."""
    found = monitor.tape.feed.fetch_funding("BTC", None, datetime(2100, 1, 1, tzinfo=UTC))
    return from_ns(int(found.time[-1]))


def test_a_line_that_no_feed_has_is_empty(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    context_of(monitor, at(5, 3))
    board = ChartBoard(monitor.tape, RULES, ChartLines(monitor.around, monitor.tape))
    board.watch(
        [SeriesKey("RHO ES/DOGE", HOUR), SeriesKey("LIQ NEITHER BTC", HOUR), SeriesKey("RHO ES/BTC", Interval.MIN_5)]
    )
    for update in board.updates(at(5, 3), {}, monitor.evaluations):
        assert (len(update.time), update.empty_reason) == (0, "no_data_yet")


def test_where_nobody_serves_fed_funds_futures_another_line_is_to_stand_in(
    summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    context_of(monitor, at(5, 3))
    board = ChartBoard(monitor.tape, RULES, ChartLines(monitor.around, monitor.tape))
    board.watch([SeriesKey("POLICY PATH", HOUR)])
    (update,) = board.updates(at(5, 3), {}, monitor.evaluations)
    assert (len(update.time), update.empty_reason) == (0, "no_bars")
