"""A panel's dock: its title, and where the data is not the live market, the word that says so and a frame."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

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
        self._frame = StripedFrame(panel, theme)
        self.topLevelChanged.connect(self._show_frame)

    def mark(self, word: str) -> None:
        """Show the word of data that is not the live market; empty for the live market."""
        if word != self._word:
            self._word = word
            self.setWindowTitle(f"{self._title}  ·  {word}" if word else self._title)
            self.toggleViewAction().setText(self._title)  # the menu names the panel, not what it shows
            self._show_frame()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._frame.set_theme(theme)

    def _show_frame(self) -> None:
        """A floating panel has left the window and its frame."""
        self._frame.setVisible(bool(self._word) and self.isFloating())
