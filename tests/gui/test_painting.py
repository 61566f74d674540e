"""What costs nothing: an unchanged snapshot, a hidden window. And what a fault while drawing costs: little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from barograph.gui.guard import drawing, painting
from barograph.gui.main_window import MainWindow
from barograph.risk.faces import Face
from tests.gui.snapshots import LIVE, make_snapshot


class Paints(QObject):
    """Counts what is painted, by the name of what paints."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.names.append(watched.objectName() or type(watched).__name__)
        return False

    def settle(self, qtbot: QtBot) -> list[str]:
        """What is painted until nothing more is to be painted."""
        self.names.clear()
        with qtbot.waitSignal(self.destroyed, timeout=100, raising=False):
            pass
        return [*self.names]


@pytest.fixture
def paints(qapp: QApplication) -> Iterator[Paints]:
    counting = Paints()
    qapp.installEventFilter(counting)
    yield counting
    qapp.removeEventFilter(counting)


def test_an_unchanged_snapshot_paints_nothing(window: MainWindow, paints: Paints, qtbot: QtBot) -> None:
    snapshot = make_snapshot(Face.WATCH, feed=LIVE, ticked=2, decisions=1, moved=2.0)
    window.show_snapshot(snapshot)
    window.clock_bar.hide()  # a clock is allowed to paint
    while paints.settle(qtbot):
        pass
    for _ in range(5):
        window.show_snapshot(replace(snapshot))
    assert paints.settle(qtbot) == []


def test_what_changed_is_painted(window: MainWindow, paints: Paints, qtbot: QtBot) -> None:
    snapshot = make_snapshot(Face.WATCH, feed=LIVE)
    window.show_snapshot(snapshot)
    while "feedsTable" in paints.settle(qtbot):
        pass
    health = replace(snapshot.health[0], newest=snapshot.clock.now - timedelta(minutes=3))
    window.show_snapshot(replace(snapshot, health=(health, *snapshot.health[1:])))
    painted = paints.settle(qtbot)
    assert painted
    assert "lightGlyph" not in painted


def test_a_hidden_window_paints_nothing(open_window: Callable[[], MainWindow], paints: Paints, qtbot: QtBot) -> None:
    window = open_window()
    window.show_snapshot(make_snapshot(Face.CALM))
    window.hide()
    paints.settle(qtbot)
    for face in Face:
        window.show_snapshot(make_snapshot(face))
    window.clock_bar.refresh()
    assert paints.settle(qtbot) == []


# --------------------------------------------------------------------------------------------------- guards


class Faulty(QWidget):
    """Fails each time it is painted, in the middle of a saved state."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        with painting(self) as painter:
            painter.setOpacity(0.5)
            raise AttributeError("no data yet")


def test_a_fault_while_painting_is_logged_once_and_goes_no_further(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    widget = Faulty()
    qtbot.addWidget(widget)
    for _ in range(3):
        widget.grab()
    assert widget.painted == 3
    assert [record.message for record in caplog.records] == ["Faulty could not be drawn"]
    assert caplog.records[0].exc_info is not None


def test_a_painter_of_qts_is_given_back_as_it_came(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)

    def draw() -> None:
        with drawing(painter, "a delegate"):
            painter.setOpacity(0.25)
            painter.drawRect(QRectF(0, 0, 4, 4))
            raise RuntimeError("half way")

    draw()
    assert painter.opacity() == 1.0
    painter.end()
    assert "a delegate could not be drawn" in caplog.text
