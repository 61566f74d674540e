"""The last value of a chart: there is one, in the title and at the axis, whatever its bars know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from barograph.engine.messages import LightHistory
from barograph.engine.snapshot import Snapshot
from barograph.gui.charts.backdrop import GridLayer
from barograph.gui.charts.chart import Chart
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.charts.content import PlotContent
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.light_track import LightTrack
from barograph.gui.charts.plot import Plot
from barograph.gui.charts.series_buffer import SeriesBuffer
from barograph.gui.charts.specs import ChartStyle
from barograph.gui.formats import UNKNOWN
from barograph.gui.theme import DARK
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from tests.gui.charts.samples import NOW, START_LEVELS, light_history, made, quote, score_series, series, snapshot

Settle = Callable[[ChartGrid], None]


def chart_of(grid: ChartGrid, series_id: str) -> Chart:
    return next(chart for chart in grid.charts if chart.series_id == series_id)


def title(chart: Chart) -> list[str]:
    return [piece.text for piece in chart.header.pieces if piece.text]


def with_quote(series_id: str, last: float | None) -> Snapshot:
    quotes = [quote(name) for name in START_LEVELS]
    return snapshot([replace(each, last=last) if each.instrument == series_id else each for each in quotes])


def rows_of(chart: Chart, colour: str) -> list[int]:
    """Rows of pixels of the price axis that have a colour near its left edge."""
    image = pixels_of(chart.plot)
    return np.flatnonzero(image[:, round(chart.plot.plot_px) + 2] == QColor(colour).rgb()).tolist()


def pixels_of(widget: QWidget) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    image: QImage = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(bytes(image.constBits()), np.uint32).reshape(image.height(), -1)[:, : image.width()]


@pytest.mark.parametrize("share", [0.999, 1.001])
def test_the_tag_stands_at_the_quote_of_the_title_before_its_bar_is_drawn(full_grid: ChartGrid, share: float) -> None:
    chart = chart_of(full_grid, "ES")
    bar, frame = chart.series.last(), chart.plot.content.frame
    assert bar is not None
    assert frame is not None
    full_grid.show_snapshot(with_quote("ES", bar.close * share))
    assert title(chart)[1] == f"{bar.close * share:,.2f}"
    tag = rows_of(chart, DARK.up if bar.close * share >= bar.open else DARK.down)
    assert tag[0] < frame.y(bar.close * share) < tag[-1]


def test_a_price_that_has_left_the_range_is_tagged_at_its_edge_and_then_makes_room(
    full_grid: ChartGrid, settle: Settle
) -> None:
    chart = chart_of(full_grid, "ES")
    frame = chart.plot.content.frame
    assert frame is not None
    beyond = frame.high + 0.2 * (frame.high - frame.low)
    full_grid.show_snapshot(with_quote("ES", beyond))
    assert rows_of(chart, DARK.up)[0] == 0
    full_grid.apply_series(series("ES", count=601, replace=False, seed=2))
    settle(full_grid)
    frame = chart.plot.content.frame
    assert frame is not None
    assert frame.low < beyond < frame.high


def test_without_a_quote_the_last_bar_is_tagged_and_without_bars_nothing(full_grid: ChartGrid) -> None:
    chart = chart_of(full_grid, "ES")
    bar = chart.series.last()
    assert bar is not None
    full_grid.show_snapshot(with_quote("ES", None))
    assert chart.plot.content.last == bar.close
    full_grid.apply_series(made(full_grid.watched_keys()[3], [], [], empty_reason="no_data_yet"))
    full_grid.show_snapshot(with_quote("ES", 5_000.0))
    assert len(chart.series) == 0
    assert chart.plot.content.last is None


def test_another_quote_draws_the_axis_and_not_the_bars(full_grid: ChartGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    chart = chart_of(full_grid, "ES")
    image_before = pixels_of(chart.plot)
    drawn: list[float] = []
    monkeypatch.setattr(type(chart.plot), "_draw_still", lambda _, ratio: drawn.append(ratio))
    full_grid.show_snapshot(with_quote("ES", 1.0005 * (chart.plot.content.last or 0.0)))
    image = pixels_of(chart.plot)
    assert drawn == []
    changed = np.flatnonzero((image != image_before).any(axis=0))
    assert changed.min() >= round(chart.plot.plot_px)


def test_new_quotes_do_not_draw_the_charts_that_wait_for_their_beat(
    full_grid: ChartGrid, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw_still = type(full_grid.charts[0].plot)._draw_still

    def noted(plot: Plot, ratio: float) -> None:
        drawn.append(plot.objectName())
        draw_still(plot, ratio)

    monkeypatch.setattr(Plot, "_draw_still", noted)
    full_grid._beat.setInterval(60_000)
    moved = [replace(each, last=1.0005 * (each.last or 0.0)) for each in (quote(name) for name in START_LEVELS)]
    full_grid.apply_light(light_history())
    full_grid.show_snapshot(snapshot(moved))
    QApplication.processEvents()
    assert drawn == [full_grid.charts[0].plot.objectName()]
    settle(full_grid)
    assert sorted(drawn) == sorted(chart.plot.objectName() for chart in full_grid.charts)


def test_the_score_is_tagged_as_the_light_shows_it(full_grid: ChartGrid) -> None:
    chart = chart_of(full_grid, "SCORE")
    shown = snapshot([quote(name) for name in START_LEVELS])
    look = replace(shown.light, score=63.4, face=Face.WATCH, ceiling=Face.WATCH, provisional=True)
    full_grid.show_snapshot(replace(shown, light=look))
    assert title(chart) == ["Score", "63", "provisional", "market pressure, 0 to 100", "WATCH"]
    assert chart.plot.content.last == 63.4
    full_grid.show_snapshot(snapshot(face=Face.NO_DATA))
    assert title(chart)[1] == UNKNOWN
    assert chart.plot.content.last is None


def test_a_look_is_a_dashed_last_step_of_the_score_that_the_record_replaces(
    full_grid: ChartGrid, settle: Settle
) -> None:
    chart = chart_of(full_grid, "SCORE")
    told = NOW - timedelta(hours=2)
    time = np.array([int(told.timestamp()) * 10**9])
    face, score = np.array([1]), np.array([20.0])

    def drawn(history: LightHistory) -> list[bool]:
        """Whether each column from the instant on has the curve, at the height of its score."""
        full_grid.apply_light(history)
        settle(full_grid)
        frame = chart.plot.content.frame
        assert frame is not None
        row = pixels_of(chart.plot)[round(frame.y(20.0)) - 1 : round(frame.y(20.0)) + 2]
        columns = slice(round(frame.x(told.timestamp())) + 1, round(frame.x(NOW.timestamp())) - 4)
        found: list[bool] = (row[:, columns] == QColor(DARK.text).rgb()).any(axis=0).tolist()
        return found

    full_grid.zoom(0.2)
    look = drawn(LightHistory(False, time, face, face, score, 1))
    assert 0.2 < np.mean(look) < 0.9
    assert title_at(full_grid, chart, told.timestamp() + 60) == ["Score", "20", "WATCH", "provisional"]
    record = drawn(LightHistory(False, time, face, face, score))
    assert all(record)
    assert title_at(full_grid, chart, told.timestamp() + 60) == ["Score", "20", "WATCH"]


def title_at(grid: ChartGrid, chart: Chart, instant_s: float) -> list[str]:
    grid.show_crosshair(instant_s)
    shown = title(chart)
    grid.show_crosshair(None)
    return shown


@pytest.mark.parametrize(("score", "below"), [(62.0, True), (57.0, False)])
def test_the_name_of_a_threshold_makes_way_for_the_score_that_holds(
    qapp: QApplication, score: float, below: bool
) -> None:
    """The score was judged long before the range that is shown."""
    light, series_of_score = LightTrack(), SeriesBuffer(Interval.HOUR_1)
    series_of_score.apply(score_series(Interval.HOUR_1, 20))
    light.apply(LightHistory(True, np.array([0]), np.array([1]), np.array([1]), np.array([score])))
    light.now_s = 1e6
    content = PlotContent(DARK, QFont(), series_of_score, light, ChartStyle.LINE, DARK.text, held=True)
    content.frame = Frame(300, 400, 5e5, 6e5, -4, 104, 1.0)
    layer = GridLayer(content)
    layer.area = QRectF(0, 0, 300, 400)
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(QColor(DARK.panel))
    painter = QPainter(image)
    layer.paint(painter)
    painter.end()
    named = np.frombuffer(bytes(image.constBits()), np.uint32).reshape(400, -1) == QColor(DARK.watch).rgb()
    line = round(content.frame.y(60.0))
    assert named[line + 3 : line + 14].any() == below
    assert named[line - 14 : line - 3].any() != below
