"""A small widget that draws one thing in the colours of a theme and says it in words."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from barograph.gui.guard import painting
from barograph.gui.theme import Theme


class Drawn(QWidget):
    """Subclasses `draw` what they hold; their painting is guarded."""

    def __init__(
        self, name: str, theme: Theme, size: QSize, *, wide: bool = True, parent: QWidget | None = None
    ) -> None:
        """`size` is what it asks for; with `wide` it takes all the width there is."""
        super().__init__(parent)
        self.setObjectName(name)
        across = QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._wanted = size

    def sizeHint(self) -> QSize:
        """As it was made."""
        return self._wanted

    def say(self, words: str) -> None:
        """Its name for those who do not see it."""
        if words != self.accessibleName():
            self.setAccessibleName(words)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        with painting(self) as painter:
            self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Draw what is held on the whole widget."""
        raise NotImplementedError
