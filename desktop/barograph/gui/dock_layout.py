"""Where panels stand at first: on a wide window round the charts, on one that stands upright below one another."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QTabWidget

from barograph.gui.panel_dock import PanelDock

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_TOP, _BOTTOM = Qt.DockWidgetArea.TopDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
_ACROSS, _DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
_FEEDS_PX = 190
"""As high as half a dozen sources."""
_TALL_PX = 1_250
"""From this height on, the columns have room for regime and correlation below the contributions and the sheet."""


class Docks(NamedTuple):
    """Every panel's dock; Feeds comes last, as along the bottom of the window."""

    light: PanelDock
    why: PanelDock
    checklist: PanelDock
    cascade: PanelDock
    regime: PanelDock
    correlation: PanelDock
    record: PanelDock
    feeds: PanelDock

    @property
    def in_menu(self) -> tuple[PanelDock, ...]:
        """In the order of the View menu."""
        return (
            self.light,
            self.why,
            self.cascade,
            self.regime,
            self.correlation,
            self.checklist,
            self.record,
            self.feeds,
        )

    @property
    def at_first_hidden(self) -> tuple[PanelDock, ...]:
        """Panels that are opened from the View menu; a strip along the bottom stands in for Feeds."""
        return (self.record, self.feeds)


FIRST_PANELS = frozenset({"lightDock", "whyDock", "checklistDock", "feedsDock"})
"""Panels of layouts that were stored without the names of theirs."""


def arrange(window: QMainWindow, docks: Docks) -> None:
    """Put every panel where it was at first."""
    for dock in docks:
        dock.setFloating(False)
        dock.setVisible(dock not in docks.at_first_hidden)
    wide = window.width() >= window.height()
    window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
    for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
        window.setCorner(corner, _BOTTOM)
    window.setCorner(Qt.Corner.TopLeftCorner, _LEFT if wide else _TOP)
    window.setCorner(Qt.Corner.TopRightCorner, _TOP)
    (_arrange_wide if wide else _arrange_upright)(window, docks)
    window.resizeDocks([docks.feeds], [max(_FEEDS_PX, window.height() // 8)], _DOWN)
    window.resizeDocks([docks.cascade], [1], _DOWN)
    docks.why.raise_()


def _arrange_wide(window: QMainWindow, docks: Docks) -> None:
    window.addDockWidget(_LEFT, docks.light)
    window.splitDockWidget(docks.light, docks.why, _DOWN)
    window.addDockWidget(_TOP, docks.cascade)
    window.addDockWidget(_RIGHT, docks.checklist)
    window.addDockWidget(_BOTTOM, docks.feeds)
    tall = window.height() >= _TALL_PX
    if tall:
        window.splitDockWidget(docks.why, docks.regime, _DOWN)
        window.splitDockWidget(docks.checklist, docks.correlation, _DOWN)
        window.tabifyDockWidget(docks.regime, docks.record)
        docks.regime.raise_()
    else:
        for dock in (docks.regime, docks.correlation, docks.record):
            window.tabifyDockWidget(docks.why, dock)
    width, height = window.width(), window.height()
    left, right = min(max(300, width // 5), 460), min(max(352, width * 2 // 9), 500)
    window.resizeDocks([docks.light, docks.checklist], [left, right], _ACROSS)
    if tall:
        window.resizeDocks([docks.light, docks.why, docks.regime], [1, height // 2, height // 2], _DOWN)
        window.resizeDocks([docks.checklist, docks.correlation], [height // 2, height // 2], _DOWN)
    else:
        window.resizeDocks([docks.light, docks.why], [1, height], _DOWN)


def _arrange_upright(window: QMainWindow, docks: Docks) -> None:
    window.addDockWidget(_TOP, docks.cascade)
    window.splitDockWidget(docks.cascade, docks.light, _DOWN)
    window.splitDockWidget(docks.light, docks.why, _ACROSS)
    for dock in (docks.regime, docks.correlation, docks.record):
        window.tabifyDockWidget(docks.why, dock)
    window.addDockWidget(_BOTTOM, docks.checklist)
    window.splitDockWidget(docks.checklist, docks.feeds, _DOWN)
    window.resizeDocks([docks.light, docks.why], [window.width() // 3, window.width()], _ACROSS)
    window.resizeDocks([docks.light, docks.checklist], [1, window.height() // 3], _DOWN)


def place_newcomers(window: QMainWindow, docks: Docks, stored: Collection[str]) -> None:
    """Give panels that a stored layout does not know a place in it, and leave the others where they are."""
    window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
    new = [dock for dock in docks if dock.objectName() not in stored]
    if docks.cascade in new:
        window.addDockWidget(_TOP, docks.cascade)
    for dock in new:
        dock.setFloating(False)
        dock.setVisible(dock not in docks.at_first_hidden)
        if dock is not docks.cascade:
            window.addDockWidget(_LEFT, dock)
            if not docks.why.isFloating() and not docks.why.isHidden():
                window.tabifyDockWidget(docks.why, dock)
    if new:
        window.resizeDocks([docks.cascade], [1], _DOWN)
        docks.why.raise_()
