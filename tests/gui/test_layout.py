"""The window's layout: restored, reset, set aside where it cannot be read."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from barograph.gui.charts.specs import ChartStyle, charts_for
from barograph.gui.layout_file import FILE_NAME, VERSION, LayoutFile, View
from barograph.gui.main_window import MainWindow
from barograph.market.intervals import Interval
from tests.gui.conftest import FakeCharts
from tests.gui.snapshots import LIVE, make_snapshot

Opens = Callable[[], MainWindow]


LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
TOP, BOTTOM = Qt.DockWidgetArea.TopDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
OLDER = Path(__file__).parent / "layout_of_four_panels.ini"
"""A layout stored before there were more panels, and on another screen: Light moved to the right, Feeds closed."""


def places(window: MainWindow) -> dict[str, tuple[Qt.DockWidgetArea, bool, bool]]:
    """Area, floating, open; a panel behind another one's tab is open."""
    return {
        dock.objectName(): (window.dockWidgetArea(dock), dock.isFloating(), not dock.isHidden())
        for dock in window.docks
    }


AT_FIRST = {
    "lightDock": (LEFT, False, True),
    "whyDock": (LEFT, False, True),
    "checklistDock": (RIGHT, False, True),
    "cascadeDock": (TOP, False, True),
    "regimeDock": (LEFT, False, True),
    "correlationDock": (LEFT, False, True),
    "recordDock": (LEFT, False, False),
    "feedsDock": (BOTTOM, False, False),
}


def test_the_first_layout(open_window: Opens) -> None:
    window = open_window()
    assert places(window) == AT_FIRST
    assert window.light.width() >= 300
    assert window.checklist.width() >= 340
    light, why = window.docks[0].geometry(), window.docks[1].geometry()
    assert light.bottom() < why.top()
    assert why.height() > light.height()


def test_the_cascade_is_as_low_as_its_two_lines(open_window: Opens, qtbot: QtBot) -> None:
    window = open_window()
    window.show_snapshot(make_snapshot(feed=LIVE))
    qtbot.waitUntil(lambda: window.cascade.is_strip)
    assert window.cascade.height() <= window.cascade.strip.sizeHint().height() + 4


def test_contributions_stand_before_the_panels_behind_their_tab(open_window: Opens) -> None:
    window = open_window()
    assert window.tabifiedDockWidgets(window.docks.why) == [window.docks.regime, window.docks.correlation]
    assert not window.why.visibleRegion().isEmpty()
    assert window.regime.visibleRegion().isEmpty()


def test_a_high_window_shows_them_side_by_side(open_window: Opens, qtbot: QtBot) -> None:
    window = open_window()
    window.resize(2560, 1440)
    window.reset_layout()
    qtbot.waitUntil(lambda: window.docks.regime.geometry().top() > window.docks.why.geometry().bottom())
    assert window.docks.correlation.geometry().top() > window.docks.checklist.geometry().bottom()
    assert not any(window.tabifiedDockWidgets(dock) for dock in (window.docks.why, window.docks.checklist))


def test_an_older_layout_survives_and_new_panels_find_a_place_in_it(open_window: Opens, tmp_path: Path) -> None:
    shutil.copy(OLDER, tmp_path / FILE_NAME)
    window = open_window()
    assert window.notices.texts == ()
    assert places(window) == {
        **AT_FIRST,
        "lightDock": (RIGHT, False, True),
        "feedsDock": (BOTTOM, False, False),
    }
    assert window.docks.light.geometry().top() > window.docks.checklist.geometry().bottom()
    assert set(window.tabifiedDockWidgets(window.docks.why)) == {window.docks.regime, window.docks.correlation}
    assert not window.why.visibleRegion().isEmpty()
    assert not (tmp_path / f"{FILE_NAME}.unusable-1").exists()


def test_panels_that_are_new_are_placed_once(open_window: Opens, tmp_path: Path) -> None:
    shutil.copy(OLDER, tmp_path / FILE_NAME)
    first = open_window()
    first.docks.cascade.close()
    first.addDockWidget(RIGHT, first.docks.regime)
    before = places(first)
    first.close()
    assert places(open_window()) == before


def test_a_layout_comes_back(open_window: Opens) -> None:
    first = open_window()
    first.resize(1500, 820)
    first.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, first.docks[0])
    first.docks.feeds.close()
    first.set_theme("light")
    first.set_interval(Interval.HOUR_4)
    first.set_style(ChartStyle.LINE)
    before = places(first)
    first.close()
    second = open_window()
    assert second.size() == first.size()
    assert places(second) == before
    charts = second.charts
    assert isinstance(charts, FakeCharts)
    assert (charts.theme and charts.theme.name, charts.interval, charts.style_shown) == (
        "light",
        Interval.HOUR_4,
        ChartStyle.LINE,
    )
    assert second.notices.texts == ()


def test_a_floating_panel_comes_back_where_it_was(open_window: Opens) -> None:
    first = open_window()
    first.docks[0].setFloating(True)
    first.docks[0].setGeometry(QRect(300, 200, 420, 320))
    first.close()
    second = open_window()
    assert second.docks[0].isFloating()
    assert second.docks[0].geometry().center().x() == pytest.approx(510, abs=40)


def test_reset_puts_everything_back(open_window: Opens) -> None:
    window = open_window()
    window.docks[1].setFloating(True)
    window.docks[2].close()
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, window.docks[0])
    window.reset_layout()
    assert places(window) == AT_FIRST


def test_a_window_on_a_screen_to_the_left_comes_back_there(open_window: Opens, qtbot: QtBot) -> None:
    left = next((screen for screen in QGuiApplication.screens() if screen.geometry().x() < 0), None)
    if left is None:
        pytest.skip("this platform has no screen at negative coordinates")
    first = open_window()
    first.setGeometry(QRect(-1800, 100, 1400, 800))
    qtbot.waitUntil(lambda: first.screen() is left)
    first.close()
    second = open_window()
    assert left.geometry().contains(second.geometry().center())


def test_a_window_on_a_screen_that_is_gone_comes_to_one_that_is_there(open_window: Opens, tmp_path: Path) -> None:
    first = open_window()
    first.setGeometry(QRect(20_000, 9_000, 1400, 800))
    first.close()
    second = open_window()
    assert any(screen.geometry().intersects(second.geometry()) for screen in QGuiApplication.screens())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\x13garbage\n[[[",
        b"[General]\nversion=1\n",
        b"[General]\nversion=1\n[window]\ngeometry=@ByteArray(xyz)\nstate=@ByteArray(\\0\\0)\n",
        b"[General]\nversion=later\n[window]\ngeometry=text\n",
    ],
    ids=["empty", "garbage", "cut off", "wrong bytes", "wrong version"],
)
def test_an_unusable_file_is_set_aside_and_said(open_window: Opens, tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    window = open_window()
    aside = tmp_path / f"{FILE_NAME}.unusable-1"
    assert aside.read_bytes() == content
    assert window.notices.texts == (f"The window's layout could not be read; the file is kept as {aside}.",)
    assert places(window) == AT_FIRST
    window.close()
    (tmp_path / FILE_NAME).write_bytes(content)
    open_window()
    assert (tmp_path / f"{FILE_NAME}.unusable-2").read_bytes() == content


def test_another_versions_layout_is_left_and_its_view_kept(open_window: Opens, tmp_path: Path) -> None:
    first = open_window()
    first.set_theme("light")
    first.docks[2].close()
    first.close()
    settings = QSettings(str(tmp_path / FILE_NAME), QSettings.Format.IniFormat)
    settings.setValue("version", VERSION + 1)
    settings.sync()
    second = open_window()
    assert places(second) == AT_FIRST
    charts = second.charts
    assert isinstance(charts, FakeCharts)
    assert charts.theme is not None
    assert charts.theme.name == "light"
    assert second.notices.texts == ()


def test_the_charts_that_were_chosen_come_back(open_window: Opens) -> None:
    first = open_window()
    charts = first.charts
    assert isinstance(charts, FakeCharts)
    first.chart_menu.places["rho"].setChecked(False)
    first.chart_menu.places["vix_term"].trigger()
    chosen = charts.specs
    assert {"vix_term"} <= {spec.place for spec in chosen}
    first.close()
    second = open_window()
    assert isinstance(second.charts, FakeCharts)
    assert second.charts.specs == chosen
    second.reset_layout()
    assert second.charts.specs == charts_for(second.width(), second.height())


@pytest.mark.parametrize("value", ["", "purple", "__class__"])
def test_an_unknown_view_is_the_first_one(open_window: Opens, tmp_path: Path, value: str) -> None:
    open_window().close()
    settings = QSettings(str(tmp_path / FILE_NAME), QSettings.Format.IniFormat)
    for name in ("theme", "interval", "style", "charts"):
        settings.setValue(f"view/{name}", value)
    settings.sync()
    charts = open_window().charts
    assert isinstance(charts, FakeCharts)
    assert charts.theme is not None
    assert (charts.theme.name, charts.interval, charts.style_shown) == ("dark", Interval.HOUR_1, ChartStyle.CANDLES)
    assert len(charts.specs) >= 9


def test_a_folder_that_cannot_be_written_to_costs_only_the_layout(
    tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    window = QMainWindow()
    qtbot.addWidget(window)
    with caplog.at_level(logging.WARNING):
        LayoutFile(blocked / "deeper").save(window, View())
    assert "was not written" in caplog.text


def test_panels_are_closed_and_opened_from_the_keyboard(open_window: Opens, qtbot: QtBot) -> None:
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for _ in range(2):
        before = window.docks[0].isVisible()
        QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda before=before: window.docks[0].isVisible() != before)  # type: ignore[misc]


def test_a_screen_that_stands_upright_stacks_the_columns(open_window: Opens, qtbot: QtBot) -> None:
    window = open_window()
    window.resize(1080, 1400)
    window.reset_layout()
    charts = window.charts
    assert isinstance(charts, FakeCharts)

    def middle() -> QRect:
        return QRect(charts.mapTo(window, QPoint()), charts.size())

    qtbot.waitUntil(lambda: window.docks.checklist.geometry().top() > middle().bottom())
    assert window.docks.cascade.geometry().bottom() < window.docks.light.geometry().top()
    assert window.docks.light.geometry().bottom() < middle().top()
    assert window.mapToGlobal(QPoint()).x() >= 0


def test_a_panel_behind_a_tab_comes_to_the_front_before_it_is_closed(open_window: Opens, qtbot: QtBot) -> None:
    window = open_window()
    toggle = window.docks.regime.toggleViewAction()
    toggle.trigger()
    qtbot.waitUntil(lambda: not window.regime.visibleRegion().isEmpty())
    assert toggle.isChecked()
    toggle.trigger()
    qtbot.waitUntil(window.docks.regime.isHidden)
    assert not toggle.isChecked()
    toggle.trigger()
    qtbot.waitUntil(lambda: not window.regime.visibleRegion().isEmpty())


def test_a_panel_that_is_opened_among_tabs_comes_to_the_front(open_window: Opens, qtbot: QtBot) -> None:
    window = open_window()
    window.docks.record.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: not window.record.visibleRegion().isEmpty())
    assert window.why.visibleRegion().isEmpty()
