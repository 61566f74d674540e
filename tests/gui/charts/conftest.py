"""Fixtures of the charts' tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from barograph.gui.charts import guard
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.theme import DARK
from barograph.market.intervals import Interval
from tests.gui.charts.samples import START_LEVELS, light_history, quote, series, snapshot


class PaintCounter(QObject):
    """Counts what Qt paints, by the object name of the widget."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: Counter[str] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.painted[watched.objectName()] += 1
        return False


@pytest.fixture
def paints(qapp: QApplication) -> Iterator[PaintCounter]:
    counter = PaintCounter()
    qapp.installEventFilter(counter)
    yield counter
    qapp.removeEventFilter(counter)


@pytest.fixture(autouse=True)
def _forget_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_reported", set())


@pytest.fixture
def grid(qtbot: QtBot) -> ChartGrid:
    """A grid on screen that waits for its series."""
    made = ChartGrid(DARK)
    qtbot.addWidget(made)
    made.resize(1_240, 760)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def settle(qapp: QApplication) -> Callable[[ChartGrid], None]:
    """Draw all that waits for its beat, and let Qt paint it."""

    def settles(grid: ChartGrid) -> None:
        while grid._waiting or grid._beat.isActive():
            grid._draw_next()
        qapp.processEvents()

    return settles


@pytest.fixture
def full_grid(grid: ChartGrid, settle: Callable[[ChartGrid], None]) -> ChartGrid:
    """A grid with quotes, hourly bars and the light's past."""
    grid.show_snapshot(snapshot([quote(series_id) for series_id in START_LEVELS]))
    for key in grid.watched_keys():
        grid.apply_series(series(key.id, Interval.HOUR_1))
    grid.apply_light(light_history())
    settle(grid)
    return grid
