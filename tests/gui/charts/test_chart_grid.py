"""The grid as a trader meets it: linked in time, honest about what is missing, quiet when nothing happens."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from barograph.engine.messages import SeriesKey
from barograph.feeds.contract import FeedKind, SourceHealth
from barograph.gui.charts.chart import Chart, ChartState
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.charts.specs import ChartStyle
from barograph.gui.formats import UNKNOWN, number
from barograph.gui.theme import DARK, LIGHT
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from tests.gui.charts.conftest import PaintCounter
from tests.gui.charts.samples import NOW, START_LEVELS, light_history, made, quote, series, snapshot

Settle = Callable[[ChartGrid], None]
HOUR = Interval.HOUR_1


def chart_of(grid: ChartGrid, series_id: str) -> Chart:
    return next(chart for chart in grid.charts if chart.series_id == series_id)


def title(chart: Chart) -> list[str]:
    return [piece.text for piece in chart.header.pieces if piece.text]


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def pixels(image: QImage) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    """Height × width."""
    raw = np.frombuffer(bytes(image.constBits()), np.uint32)
    return raw.reshape(image.height(), -1)[:, : image.width()]


# ---------------------------------------------------------------------------------------------- crosshair


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_the_crosshair_reads_every_chart_at_its_instant(grid: ChartGrid, data: st.DataObject) -> None:
    hours = st.lists(st.integers(0, 400), min_size=1, max_size=80, unique=True).map(sorted)
    held: dict[str, dict[int, float]] = {}
    for place, key in enumerate(grid.watched_keys()[:-1]):
        there = data.draw(hours)
        closes = [100.0 + place + hour / 7 for hour in there]
        held[key.id] = dict(zip(there, closes, strict=True))
        grid.apply_series(made(key, [hour * HOUR.ns for hour in there], closes))
    instant_s = data.draw(st.floats(0, 410 * 3_600))
    grid.show_crosshair(instant_s)
    for series_id, bars in held.items():
        close = bars.get(int(instant_s // 3_600))
        shown = title(chart_of(grid, series_id))[-1]
        assert shown == (UNKNOWN if close is None else f"C {number(close, 2)}")
    assert {chart.plot.content.crosshair_s for chart in grid.charts} == {instant_s}
    grid.show_crosshair(None)


def test_the_score_is_read_with_the_light_that_held(full_grid: ChartGrid) -> None:
    history = light_history()
    row = len(history.time) - 3
    between_s = float(history.time[row]) / 1e9 + 3_600
    full_grid.show_crosshair(between_s)
    score = chart_of(full_grid, "SCORE")
    assert title(score) == ["Score", f"{history.score[row]:.0f}", ["CALM", "WATCH", "RISK-OFF"][history.face[row]]]
    full_grid.show_crosshair(NOW.timestamp() + 3_600)
    assert title(score) == ["Score", UNKNOWN]  # nobody knows yet
    full_grid.show_crosshair(None)
    assert title(score)[:2] == ["Score", "84"]


def test_a_mouse_that_rests_on_charts_that_load_reads_nothing(full_grid: ChartGrid) -> None:
    move(full_grid.charts[4].plot, QPointF(100, 50))
    full_grid.set_interval(Interval.MIN_5)
    move(full_grid.charts[4].plot, QPointF(101, 50))
    full_grid.apply_series(series("BTC", Interval.MIN_5))
    assert {chart.plot.content.crosshair_s for chart in full_grid.charts} == {None}
    move(full_grid.charts[4].plot, QPointF(102, 50))
    assert None not in {chart.plot.content.crosshair_s for chart in full_grid.charts}


def test_the_mouse_moves_one_crosshair_over_all_charts(full_grid: ChartGrid) -> None:
    over = full_grid.charts[4].plot
    frame = over.content.frame
    assert frame is not None
    move(over, QPointF(100, 50))
    instants = {chart.plot.content.crosshair_s for chart in full_grid.charts}
    assert instants == {frame.instant_s(100)}
    assert over.content.pointer_y == 50
    assert full_grid.charts[0].plot.content.pointer_y is None
    QApplication.sendEvent(over, QEvent(QEvent.Type.Leave))
    assert {chart.plot.content.crosshair_s for chart in full_grid.charts} == {None}


def move(widget: QWidget, at: QPointF, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    place = widget.mapToGlobal(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, place, Qt.MouseButton.NoButton, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


# --------------------------------------------------------------------------------------------- linked time


def test_all_charts_show_one_range_and_plots_of_a_column_stand_in_line(full_grid: ChartGrid) -> None:
    frames = [chart.plot.content.frame for chart in full_grid.charts]
    assert len({(frame.start_s, frame.end_s) for frame in frames if frame}) == 1
    by_column: dict[int, set[float]] = {}
    for chart in full_grid.charts:
        by_column.setdefault(chart.x(), set()).add(chart.plot.plot_px)
    assert len(by_column) == 3
    assert all(len(widths) == 1 for widths in by_column.values())


def test_dragging_pans_all_charts_and_the_wheel_zooms_at_the_mouse(full_grid: ChartGrid, qtbot: QtBot) -> None:
    plot, before = full_grid.charts[0].plot, full_grid.time_range
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(150, 60))
    move(plot, QPointF(210, 60), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(210, 60))
    panned = full_grid.time_range
    assert panned.start_s == pytest.approx(before.start_s - 60 / plot.plot_px * before.length_s, rel=0, abs=1)
    assert all(chart.plot.content.frame.start_s == panned.start_s for chart in full_grid.charts)  # type: ignore[union-attr]
    frame = plot.content.frame
    assert frame is not None
    anchor = frame.instant_s(80)
    wheel = QWheelEvent(
        QPointF(80, 60),
        plot.mapToGlobal(QPointF(80, 60)),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot, wheel)
    zoomed = plot.content.frame
    assert zoomed is not None
    assert zoomed.end_s - zoomed.start_s < panned.length_s
    assert zoomed.instant_s(80) == pytest.approx(anchor, rel=0, abs=1)


def test_keys_pan_zoom_and_go_to_the_newest_bar(full_grid: ChartGrid, qtbot: QtBot) -> None:
    chart, latest = full_grid.charts[0], full_grid.time_range
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert full_grid.time_range.end_s < latest.end_s
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert full_grid.time_range.end_s == pytest.approx(latest.end_s, rel=0, abs=1)
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    assert full_grid.time_range.length_s < latest.length_s
    QTest.keyClick(chart, Qt.Key.Key_Minus)
    full_grid.pan(-5)
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert all(full_grid.time_range.shows(end) for chart in full_grid.charts if (end := chart.series.end_s))


def test_a_new_bar_leaves_the_axis_alone_until_headroom_is_used_up(full_grid: ChartGrid, settle: Settle) -> None:
    bitcoin, moves = series("BTC"), 0
    for later in range(1, 31):
        before = full_grid.time_range
        time = bitcoin.time[-1:] + later * HOUR.ns
        last = replace(bitcoin, replace=False, time=time, **{n: getattr(bitcoin, n)[-1:] for n in _PRICES})
        full_grid.apply_series(last)
        moves += full_grid.time_range != before
        assert full_grid.time_range.shows(float(time[0]) / 1e9)
    assert 1 <= moves <= 6


_PRICES = ("open", "high", "low", "close")


def test_when_the_axis_goes_on_by_itself_each_chart_does_so_in_its_turn(full_grid: ChartGrid, settle: Settle) -> None:
    def left_behind() -> list[str]:
        frames = [(chart.series_id, chart.plot.content.frame) for chart in full_grid.charts]
        return [name for name, frame in frames if frame is None or frame.start_s != full_grid.time_range.start_s]

    full_grid._beat.setInterval(60_000)
    bitcoin, before = series("BTC"), full_grid.time_range
    time = bitcoin.time[-1:] + 30 * HOUR.ns
    full_grid.apply_series(replace(bitcoin, replace=False, time=time, **{n: getattr(bitcoin, n)[-1:] for n in _PRICES}))
    assert full_grid.time_range != before
    assert len(left_behind()) == len(full_grid.charts) - 1
    settle(full_grid)
    assert left_behind() == []
    full_grid.pan(-1.0)  # by hand all move at once
    assert left_behind() == []


def test_a_jump_back_in_a_replay_is_followed(full_grid: ChartGrid) -> None:
    earlier = NOW - timedelta(days=300)
    for key in full_grid.watched_keys()[:-1]:
        full_grid.apply_series(series(key.id, HOUR, 200, end=earlier))
    assert full_grid.time_range.shows(earlier.timestamp())


@pytest.mark.parametrize("width", [420, 640, 800, 1_240, 1_900, 2_540])
def test_labels_of_both_axes_fit_at_every_width(full_grid: ChartGrid, settle: Settle, width: int) -> None:
    full_grid.resize(width, 760)
    settle(full_grid)
    for strip in full_grid._strips:
        metrics = QFontMetricsF(strip._scale.font)
        ticks = strip._scale.ticks(strip.plot_px())
        assert len(ticks) <= 6
        per_second = strip.plot_px() / strip._scale.range.length_s
        spans = [
            (
                (tick.at_s - strip._scale.range.start_s) * per_second - metrics.horizontalAdvance(tick.label) / 2,
                (tick.at_s - strip._scale.range.start_s) * per_second + metrics.horizontalAdvance(tick.label) / 2,
            )
            for tick in ticks
        ]
        assert all(first[1] < second[0] for first, second in pairwise(spans))
        assert all(left >= 0 and right <= strip.plot_px() for left, right in spans)
    for chart in full_grid.charts:
        frame, prices = chart.plot.content.frame, chart.plot.content.price_ticks.prices
        assert frame is not None
        assert len(prices) <= 6
        rows = sorted(frame.y(price) for price in prices)
        height = QFontMetricsF(chart.plot.content.font).height()
        assert all(second - first >= height for first, second in pairwise(rows))


def test_the_zone_is_named_once_and_can_be_another(full_grid: ChartGrid) -> None:
    names = [strip for strip in full_grid._strips if strip._names_zone]
    assert [strip.zone_text() for strip in names] == ["New York"]
    before = [tick.at_s for tick in full_grid._scale.ticks(350)]
    full_grid.set_zone(ZoneInfo("Asia/Hong_Kong"))
    assert names[0].zone_text() == "Hong Kong"
    assert [tick.at_s for tick in full_grid._scale.ticks(350)] != before
    full_grid.set_interval(Interval.DAY_1)
    assert names[0].zone_text() == "session dates"


# ------------------------------------------------------------------------------------------ what is charted


def test_series_are_chosen_among_what_the_feed_offers(grid: ChartGrid, qtbot: QtBot) -> None:
    assert [key.id for key in grid.watched_keys()][3:6] == ["ES", "NQ", "SMH/SPX"]
    offered = [replace(quote("ES"), instrument=name) for name in ("SPX", "NDX", "SOXX", "US10Y", "BTC")]
    with qtbot.waitSignal(grid.keys_changed) as changed:
        grid.show_snapshot(snapshot(offered))
    assert [key.id for key in changed.args[0]][3:6] == ["SPX", "NDX", "SOXX/SPX"]
    assert grid.watched_keys() == changed.args[0]


def test_without_bars_the_next_alternative_is_taken_once(grid: ChartGrid, qtbot: QtBot) -> None:
    offered = [replace(quote("ES"), instrument=name) for name in ("ES", "SPX")]
    grid.show_snapshot(snapshot(offered))
    keys: list[tuple[SeriesKey, ...]] = []
    grid.keys_changed.connect(keys.append)
    grid.apply_series(made(SeriesKey("ES", HOUR), [], [], empty_reason="no_bars"))
    assert [key.id for key in keys[-1]][3] == "SPX"
    grid.apply_series(made(SeriesKey("SPX", HOUR), [], [], empty_reason="no_bars"))
    assert [key.id for key in keys[-1]][3] == "ES"
    grid.apply_series(made(SeriesKey("ES", HOUR), [], [], empty_reason="no_bars"))
    assert len(keys) == 2
    assert chart_of(grid, "ES").state is ChartState.EMPTY


def test_another_interval_begins_anew_and_late_points_are_dropped(full_grid: ChartGrid, qtbot: QtBot) -> None:
    with qtbot.waitSignal(full_grid.keys_changed) as changed:
        full_grid.set_interval(Interval.MIN_5)
    assert {key.interval for key in changed.args[0]} == {Interval.MIN_5}
    assert {chart.state for chart in full_grid.charts} == {ChartState.LOADING}
    full_grid.apply_series(series("BTC"))
    assert chart_of(full_grid, "BTC").state is ChartState.LOADING
    full_grid.apply_series(series("BTC", Interval.MIN_5))
    assert chart_of(full_grid, "BTC").state is ChartState.LIVE
    assert full_grid.time_range.shows(NOW.timestamp())
    full_grid.apply_series(made(SeriesKey("GOLD", Interval.MIN_5), [0], [1.0]))


# --------------------------------------------------------------------------------------------------- states


@pytest.mark.parametrize(
    ("feed", "reason", "expected"),
    [
        (FeedKind.REPLAY, "no_bars", "No 1h bars of US10Y in this folder"),
        (FeedKind.DEMO, "no_bars", "No 1h bars of US10Y in the simulated market"),
        (FeedKind.LIVE, "no_bars", "No 1h bars of US10Y from these sources"),
        (FeedKind.LIVE, "no_data_yet", "Waiting for the first bars of US10Y"),
    ],
)
def test_an_empty_chart_says_why(grid: ChartGrid, feed: FeedKind, reason: str, expected: str) -> None:
    grid.show_snapshot(snapshot([quote("US10Y", Freshness.MISSING)], feed=feed))
    grid.apply_series(made(SeriesKey("US10Y", HOUR), [], [], empty_reason=reason))
    chart = chart_of(grid, "US10Y")
    assert chart.state is ChartState.EMPTY
    assert chart.message == expected
    assert chart.plot.content.price_ticks.prices == ()
    assert expected in chart.accessibleDescription()


def test_daily_bars_that_are_missing_are_called_daily(grid: ChartGrid) -> None:
    grid.show_snapshot(snapshot([quote("US10Y")], feed=FeedKind.REPLAY))
    grid.set_interval(Interval.DAY_1)
    grid.apply_series(made(SeriesKey("US10Y", Interval.DAY_1), [], [], empty_reason="no_bars"))
    assert chart_of(grid, "US10Y").message == "No daily bars of US10Y in this folder"


def test_a_chart_whose_bars_are_out_of_sight_says_so(full_grid: ChartGrid) -> None:
    chart = chart_of(full_grid, "VIX")
    messages = [chart.message]
    full_grid.apply_series(series("VIX", HOUR, 40, end=NOW - timedelta(days=30)))
    messages.append(chart.message)
    for days in (32, 12):
        full_grid._move(full_grid.time_range.pan(-days * 86_400.0))
        messages.append(chart.message)
    assert messages == ["", "No newer bar than that of Tue 9 Jul 14:30", "", "Its bars begin later"]
    assert chart.state is ChartState.LIVE


def test_a_fault_of_the_source_is_told_with_what_happens_next(grid: ChartGrid) -> None:
    health = SourceHealth(
        "Sample",
        Freshness.ERROR,
        None,
        None,
        last_error="the host <b>refused</b> the connection",
        next_refresh=NOW + timedelta(seconds=90),
    )
    grid.show_snapshot(snapshot([quote("BTC", Freshness.ERROR)], health=[health]))
    grid.apply_series(made(SeriesKey("BTC", HOUR), [], [], empty_reason="no_data_yet"))
    chart = chart_of(grid, "BTC")
    assert chart.message == "Sample: the host <b>refused</b> the connection\nNext try in 1 min"
    assert "<b>" not in chart.header.toolTip()
    assert "&lt;b&gt;refused" in chart.header.toolTip()


@pytest.mark.parametrize(
    ("freshness", "age", "state", "words"),
    [
        (Freshness.LIVE, timedelta(seconds=5), ChartState.LIVE, "live"),
        (Freshness.DELAYED, timedelta(minutes=16), ChartState.LIVE, "delayed 16 min"),
        (Freshness.CLOSED, timedelta(hours=22, minutes=40), ChartState.QUIET, "closed, Wed 16:00"),
        (Freshness.CLOSED, timedelta(days=9), ChartState.QUIET, "closed, 30 Jul"),
        (Freshness.BREAK, timedelta(hours=1), ChartState.QUIET, "break, 13:40"),
        (Freshness.STALE, timedelta(hours=3), ChartState.DOUBTFUL, "stale 3 h"),
        (Freshness.ERROR, timedelta(days=3), ChartState.DOUBTFUL, "error, 3 d old"),
    ],
)
def test_a_title_tells_state_and_age(
    full_grid: ChartGrid, freshness: Freshness, age: timedelta, state: ChartState, words: str
) -> None:
    full_grid.show_snapshot(snapshot([quote(name, freshness, NOW - age) for name in START_LEVELS]))
    chart = chart_of(full_grid, "ES")
    assert chart.state is state
    assert title(chart)[-1] == words
    assert [piece.hatched for piece in chart.header.pieces][1] == (state is ChartState.DOUBTFUL)
    assert words in chart.accessibleName()


def test_the_five_states_look_different(full_grid: ChartGrid, settle: Settle) -> None:
    pictures = []
    chart = chart_of(full_grid, "BTC")
    for freshness in (Freshness.LIVE, Freshness.CLOSED, Freshness.STALE):
        full_grid.show_snapshot(snapshot([quote("BTC", freshness)]))
        pictures.append(pixels(image_of(chart)))
    full_grid.apply_series(made(SeriesKey("BTC", HOUR), [], [], empty_reason="no_bars"))
    pictures.append(pixels(image_of(chart)))
    full_grid.set_interval(Interval.MIN_5)
    pictures.append(pixels(image_of(chart)))
    for place, first in enumerate(pictures):
        for second in pictures[place + 1 :]:
            assert (first != second).sum() > 40


def test_a_ratio_is_as_old_as_the_older_of_its_parts(full_grid: ChartGrid) -> None:
    parts = [replace(quote("ES"), instrument="SMH"), quote("SMH/SPX"), replace(quote("ES"), instrument="SPX")]
    older = replace(parts[2], state=Freshness.STALE, as_of=NOW - timedelta(hours=2))
    full_grid.show_snapshot(snapshot([parts[0], parts[2]]))
    assert title(chart_of(full_grid, "SMH/SPX"))[-1] == "live"
    full_grid.show_snapshot(snapshot([parts[0], older]))
    assert title(chart_of(full_grid, "SMH/SPX"))[-1] == "stale 2 h"
    assert chart_of(full_grid, "SMH/SPX").state is ChartState.DOUBTFUL


def test_a_score_that_missing_inputs_could_worsen_is_hatched(full_grid: ChartGrid) -> None:
    full_grid.show_snapshot(snapshot(face=Face.CALM, ceiling=Face.WATCH))
    score = chart_of(full_grid, "SCORE")
    assert title(score) == ["Score", "41", "market pressure, 0 to 100", "CALM, could be WATCH"]
    assert score.header.pieces[1].hatched
    full_grid.show_snapshot(snapshot(face=Face.NO_DATA))
    assert title(score)[1] == UNKNOWN
    assert title(score)[-1] == "NO DATA"


# -------------------------------------------------------------------------------------------------- drawing


@pytest.mark.parametrize("style", list(ChartStyle))
def test_the_forming_bar_is_drawn_apart_and_nothing_else_with_it(
    full_grid: ChartGrid, settle: Settle, style: ChartStyle
) -> None:
    full_grid.set_style(style)
    full_grid.zoom(0.3)
    chart = chart_of(full_grid, "BTC")
    last = chart.series.last()
    assert last is not None
    pictures = []
    for forming in (True, False):
        full_grid.apply_series(series("BTC", forming=forming))
        settle(full_grid)
        pictures.append(pixels(image_of(chart.plot)))
    frame = chart.plot.content.frame
    assert frame is not None
    rows, columns = np.nonzero(pictures[0] != pictures[1])
    assert len(rows) > 10
    before = frame.x(last.start_s - (3_600 if style is ChartStyle.LINE else 0))
    assert columns.min() >= before - 2
    assert columns.max() <= frame.x(last.end_s) + 2


def test_a_theme_switch_reaches_every_part(full_grid: ChartGrid) -> None:
    assert (pixels(image_of(full_grid)) == QColor(DARK.panel).rgb()).mean() > 0.5
    full_grid.set_theme(LIGHT)
    light = pixels(image_of(full_grid))
    assert (light == QColor(LIGHT.panel).rgb()).mean() > 0.5
    dark_tokens = (DARK.ground, DARK.panel, DARK.raised, DARK.line, DARK.text, DARK.up, DARK.down, DARK.risk_off)
    for token in dark_tokens:
        assert not (light == QColor(token).rgb()).any()


def test_an_error_while_drawing_stays_in_its_chart(
    full_grid: ChartGrid,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, sound = chart_of(full_grid, "BTC"), chart_of(full_grid, "ETH")
    before = pixels(image_of(sound.plot))

    def fails(*_: object, **__: object) -> None:
        raise AttributeError("no such thing")

    monkeypatch.setattr(type(broken.series), "last", fails)
    monkeypatch.setattr(type(broken.series), "span", fails)
    for _ in range(3):
        broken.plot._still_shows = ()
        broken.plot.repaint()
        gc.collect()
    assert broken.isVisible()
    assert [record.levelname for record in caplog.records].count("ERROR") == 3  # two layers and the axis, once each
    monkeypatch.undo()
    assert (pixels(image_of(sound.plot)) == before).all()
    broken.plot._still_shows = ()
    assert (pixels(image_of(broken.plot)) == QColor(DARK.quiet).rgb()).any()


# ---------------------------------------------------------------------------------------------- paint counts


def test_nothing_is_painted_while_hidden(full_grid: ChartGrid, settle: Settle, paints: PaintCounter) -> None:
    full_grid.hide()
    settle(full_grid)
    paints.painted.clear()
    for second in range(5):
        now = NOW + timedelta(hours=second)
        full_grid.show_snapshot(snapshot([quote(name, as_of=now) for name in START_LEVELS], now=now))
        for key in full_grid.watched_keys():
            full_grid.apply_series(series(key.id, seed=second + 2))
        full_grid.apply_light(light_history())
        settle(full_grid)
    assert not paints.painted
    full_grid.show()
    settle(full_grid)
    assert paints.painted["chart-btc-plot"] >= 1


def test_nothing_is_painted_while_nothing_changes(full_grid: ChartGrid, settle: Settle, paints: PaintCounter) -> None:
    paints.painted.clear()
    seconds = 20
    for second in range(seconds):
        now = NOW + timedelta(seconds=second)
        full_grid.show_snapshot(snapshot([quote(name) for name in START_LEVELS], now=now))
        for key in full_grid.watched_keys():
            whole = series(key.id)
            last = slice(len(whole.time) - 1, None)
            full_grid.apply_series(
                replace(whole, replace=False, time=whole.time[last], **{n: getattr(whole, n)[last] for n in _PRICES})
            )
        settle(full_grid)
    assert all(count <= 1 for count in paints.painted.values()), paints.painted


def test_a_maximised_chart_is_the_only_one_painted(full_grid: ChartGrid, settle: Settle, paints: PaintCounter) -> None:
    full_grid.toggle_maximised(chart_of(full_grid, "BTC"))
    settle(full_grid)
    paints.painted.clear()
    for key in full_grid.watched_keys():
        full_grid.apply_series(series(key.id, seed=9))
    settle(full_grid)
    plots = {name for name in paints.painted if name.endswith("-plot")}
    assert plots == {"chart-btc-plot"}


def test_charts_are_drawn_one_a_beat(full_grid: ChartGrid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    refresh = Chart.refresh

    def noted(chart: Chart) -> None:
        drawn.append(chart.series_id)
        refresh(chart)

    monkeypatch.setattr(Chart, "refresh", noted)
    full_grid._beat.setInterval(1)
    for key in full_grid.watched_keys()[:-1]:
        full_grid.apply_series(replace(series(key.id, seed=4), replace=False))
    assert len(drawn) == 1
    qtbot.waitUntil(lambda: len(set(drawn)) == 8)
    assert len(drawn) == 8
    qtbot.waitUntil(lambda: not full_grid._beat.isActive())


# -------------------------------------------------------------------------------------------------- the grid


def test_double_click_maximises_and_escape_restores(full_grid: ChartGrid, settle: Settle, qtbot: QtBot) -> None:
    places = [chart.geometry() for chart in full_grid.charts]
    chart = chart_of(full_grid, "NQ")
    QTest.mouseDClick(chart.plot, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    settle(full_grid)
    assert full_grid.maximised is chart
    assert [other for other in full_grid.charts if other.isVisible()] == [chart]
    assert chart.width() == full_grid.width()
    assert [strip.isVisible() for strip in full_grid._strips] == [True]
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    settle(full_grid)
    assert [other for other in full_grid.charts if not other.isVisible()] == []
    assert [other.geometry() for other in full_grid.charts] == places
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert full_grid.maximised is chart


@pytest.mark.parametrize(
    ("width", "height", "columns"), [(1_240, 760, 3), (640, 600, 3), (420, 1_500, 1), (2_400, 500, 5), (150, 300, 1)]
)
def test_columns_suit_the_room(full_grid: ChartGrid, settle: Settle, width: int, height: int, columns: int) -> None:
    full_grid.resize(width, height)
    settle(full_grid)
    assert len({chart.x() for chart in full_grid.charts}) == columns
    assert all(full_grid.rect().contains(chart.geometry()) for chart in full_grid.charts)


def test_every_widget_has_a_name_for_tests_and_one_for_screen_readers(full_grid: ChartGrid) -> None:
    for widget in (full_grid, *full_grid.findChildren(QWidget)):
        assert widget.objectName(), widget
        assert widget.accessibleName(), widget.objectName()
    assert chart_of(full_grid, "US10Y").accessibleName().startswith("US10Y, US 10-year yield: ")
    names = [widget.objectName() for widget in full_grid.findChildren(QWidget)]
    assert len(names) == len(set(names))
