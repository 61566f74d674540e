"""Speed of the charts beside bare pyqtgraph in the same run: an update, a tick on the last bar, a panned frame."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace
from time import process_time

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QWidget

from barograph.engine.messages import SeriesUpdate
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.charts.specs import ChartSpec
from barograph.gui.theme import DARK
from barograph.market.intervals import Interval
from tests.bench.measure import Row
from tests.gui.charts.samples import START_LEVELS, light_history, series

CHARTS = 10
_SIZE = (1600, 900)
_REPEATS = 40


def run() -> list[Row]:
    """Medians of one run, in milliseconds of CPU time: name, value, unit, note."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    bare = _bare_pyqtgraph(application)
    measured: list[tuple[str, float]] = []
    for bars in (2_000, 20_000):
        append, tick, all_visible = _updates(application, bars)
        measured.append((f"ten charts × {bars:,} bars, append a bar", append))
        measured.append((f"ten charts × {bars:,} bars, change the forming bar", tick))
        if bars == 2_000:
            measured.append(("the same with all 2,000 in sight", all_visible))
    for in_sight in (100, 2_000, 10_000):
        name = f"ten × 10,000 candles, {in_sight:,} in sight, a panned frame"
        measured.append((name, _pan(application, in_sight)))
    measured.append(("ten charts, move the crosshair", _crosshair(application)))
    return [
        Row("ten bare pyqtgraph plots × 2,000 points, setData", bare, "ms CPU"),
        *(Row(name, value, "ms CPU", beside=("bare pyqtgraph", bare)) for name, value in measured),
    ]


def _bare_pyqtgraph(application: QApplication) -> float:
    window = pg.GraphicsLayoutWidget()
    window.resize(*_SIZE)
    curves = [window.addPlot(place // 4, place % 4).plot() for place in range(CHARTS)]
    x = np.arange(2_000.0)
    y = np.cumsum(np.random.default_rng(1).normal(size=3_000))
    window.show()

    def frame(k: int) -> None:
        for curve in curves:
            curve.setData(x + k, y[k : k + 2_000])

    return _median(application, window, frame)


def _grid(application: QApplication, bars: int) -> tuple[ChartGrid, list[SeriesUpdate]]:
    """Ten charts with one bar more still to come."""
    names = list(START_LEVELS)
    specs = [ChartSpec(f"place{place}", (names[place % 2 + 6] + "X" * place,), 0) for place in range(CHARTS)]
    grid = ChartGrid(DARK, specs, Interval.HOUR_1)
    grid.resize(*_SIZE)
    whole = [
        replace(series(names[place % 2 + 6], Interval.HOUR_1, bars, seed=place), key=key)
        for place, key in enumerate(grid.watched_keys())
    ]
    for update in whole:
        grid.apply_series(update)
    grid.apply_light(light_history())
    grid.show()
    application.processEvents()
    return grid, whole


def _rows_of(update: SeriesUpdate, first: int, last: int, later_ns: int, shift: float) -> SeriesUpdate:
    cut = slice(first, last)
    return replace(
        update,
        replace=False,
        time=update.time[cut] + later_ns,
        open=update.open[cut] + shift,
        high=update.high[cut] + shift,
        low=update.low[cut] + shift,
        close=update.close[cut] + shift,
    )


def _updates(application: QApplication, bars: int) -> tuple[float, float, float]:
    """Append a bar; change the forming bar; the same with all bars in sight. All ten charts at once."""
    grid, whole = _grid(application, bars)

    def draw_all() -> None:
        for _ in grid.charts:
            grid._draw_next()  # the beat, without waiting for it

    def append(k: int) -> None:
        for update in whole:
            grid.apply_series(_rows_of(update, -1, bars, (k + 1) * Interval.HOUR_1.ns, 0.0))
        draw_all()

    def tick(k: int) -> None:
        for update in whole:
            last = (_REPEATS + 1) * Interval.HOUR_1.ns
            grid.apply_series(_rows_of(update, -1, bars, last, 0.01 * (k % 7)))
        draw_all()

    appended, ticked = _median(application, grid, append), _median(application, grid, tick)
    grid.zoom(min(bars, 2_000) / 90)
    application.processEvents()
    all_visible = _median(application, grid, tick)
    _close(grid)
    return appended, ticked, all_visible


def _pan(application: QApplication, in_sight: int) -> float:
    grid, _ = _grid(application, 10_000)
    grid.zoom(in_sight / 90)
    grid.pan(-1.0)
    application.processEvents()
    taken = _median(application, grid, lambda k: grid.pan(-0.01 if k < _REPEATS // 2 else 0.01))
    _close(grid)
    return taken


def _crosshair(application: QApplication) -> float:
    grid, _ = _grid(application, 2_000)
    start = grid.time_range.start_s
    taken = _median(application, grid, lambda k: grid.show_crosshair(start + (k + 5) * 3_600.0))
    _close(grid)
    return taken


def _median(application: QApplication, window: QWidget, frame: Callable[[int], object]) -> float:
    """Median milliseconds of a frame: the call and all painting that it causes.

    CPU time: painting is all on one thread, and a busy machine does not count.
    """
    taken = []
    application.processEvents()
    for k in range(_REPEATS + 1):
        start = process_time()
        frame(k)
        application.processEvents()
        taken.append((process_time() - start) * 1e3)
    if not isinstance(window, ChartGrid):
        _close(window)
    return statistics.median(taken[1:])


def _close(window: QWidget) -> None:
    window.close()
    window.deleteLater()
