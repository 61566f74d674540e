"""Fixtures of the window's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from barograph.engine.messages import LightHistory, SeriesKey, SeriesUpdate
from barograph.engine.snapshot import Snapshot
from barograph.gui.charts.specs import ChartSpec, ChartStyle
from barograph.gui.main_window import MainWindow
from barograph.gui.theme import TextSizes, Theme, text_sizes
from barograph.market.intervals import Interval


class FakeCharts(QWidget):
    """Stands where the charts do and remembers what it was told."""

    keys_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("charts")
        self.snapshots: list[Snapshot] = []
        self.updates: list[SeriesUpdate | LightHistory] = []
        self.theme: Theme | None = None
        self.interval: Interval | None = None
        self.style_shown: ChartStyle | None = None
        self.specs: tuple[ChartSpec, ...] = ()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)

    def apply_series(self, update: SeriesUpdate) -> None:
        self.updates.append(update)

    def apply_light(self, history: LightHistory) -> None:
        self.updates.append(history)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme

    def set_interval(self, interval: Interval) -> None:
        self.interval = interval
        self.keys_changed.emit(self.watched_keys())

    def set_style(self, style: ChartStyle) -> None:
        self.style_shown = style

    def show_charts(self, specs: Sequence[ChartSpec]) -> None:
        self.specs = tuple(specs)

    def watched_keys(self) -> tuple[SeriesKey, ...]:
        return (SeriesKey("BTC", self.interval),) if self.interval else ()


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sizes(qapp: QApplication) -> TextSizes:
    return text_sizes(qapp.font())


@pytest.fixture
def open_window(tmp_path: Path, qtbot: QtBot, clock: Clock) -> Iterator[Callable[[], MainWindow]]:
    """Opens windows on one profile, one after the other; closes what is left open."""
    opened: list[MainWindow] = []

    def opens() -> MainWindow:
        window = MainWindow(FakeCharts(), tmp_path, clock)
        opened.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield opens
    for window in opened:
        window.close()


@pytest.fixture
def window(open_window: Callable[[], MainWindow]) -> MainWindow:
    return open_window()
