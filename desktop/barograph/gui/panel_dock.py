"""A panel's dock: its title, and where the data is not the live market, the word that says so and a frame."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCloseEvent, QColor, QFont, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStyle, QStyleOptionDockWidget, QWidget

from barograph.gui.guard import painting
from barograph.gui.striped_frame import StripedFrame
from barograph.gui.theme import Theme


class PanelDock(QDockWidget):
    """Can be moved, floated to another screen, closed and reopened from the View menu."""

    def __init__(self, name: str, title: str, panel: QWidget, theme: Theme, window: QMainWindow) -> None:
        """`name` is fixed: the stored layout knows the dock by it."""
        super().__init__(title, window)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setWidget(panel)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self._title = title
        self._word = ""
        self._theme = theme
        self._frame = StripedFrame(panel, theme)
        self.topLevelChanged.connect(self._show_frame)
        self._covered = False
        self.toggleViewAction().triggered.connect(self._after_toggle)

    def _after_toggle(self, opened: bool) -> None:
        """Among tabs, menu and key bring to the front what was opened, and what stood behind instead of closing it."""
        if opened or self._covered:
            self.show()
            self.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Note whether there was anything to be seen."""
        self._covered = self.isVisible() and self.visibleRegion().isEmpty()
        super().closeEvent(event)

    def mark(self, word: str) -> None:
        """Show the word of data that is not the live market; empty for the live market."""
        if word != self._word:
            self._word = word
            self.setAccessibleName(self._titled())
            self._show_frame()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._frame.set_theme(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title, and behind it the word: tabs name the panel alone, for many of them have to fit."""
        super().paintEvent(event)
        if self._word and not self.isFloating():
            with painting(self) as painter:
                painter.setPen(QColor(self._theme.quiet))
                painter.drawText(self._word_place(), Qt.AlignmentFlag.AlignVCenter, f"·  {self._word}")

    def _word_place(self) -> QRect:
        option = QStyleOptionDockWidget()
        self.initStyleOption(option)
        place = self.style().subElementRect(QStyle.SubElement.SE_DockWidgetTitleBarText, option, self)
        font = self.font()
        font.setWeight(QFont.Weight.DemiBold)  # of the style sheet's titles
        taken = QFontMetrics(font).horizontalAdvance(f"{self._title}   ")
        return place.adjusted(taken, 0, 0, 0)

    def _titled(self) -> str:
        return f"{self._title}  ·  {self._word}" if self._word else self._title

    def _show_frame(self) -> None:
        """A floating panel has left the window and its frame, and has no tab."""
        self.setWindowTitle(self._titled() if self.isFloating() else self._title)
        self.toggleViewAction().setText(self._title)  # the menu names the panel, not what it shows
        self._frame.setVisible(bool(self._word) and self.isFloating())
