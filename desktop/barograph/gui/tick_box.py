"""The box that the trader ticks: outlined while it is being saved, filled once the store has it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox

from barograph.gui.guard import painting
from barograph.gui.theme import RADIUS, Theme

_SIDE_PX = 16


class TickBox(QCheckBox):
    """A check box whose mark says whether it is safe."""

    def __init__(self, theme: Theme) -> None:
        """Not ticked."""
        super().__init__()
        self._theme = theme
        self._saved = False

    def show_saved(self, saved: bool) -> None:
        """Fill the box, or outline it."""
        if saved != self._saved:
            self._saved = saved
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """The box and the room for its focus ring."""
        return QSize(_SIDE_PX + 6, _SIDE_PX + 6)

    def hitButton(self, pos: object) -> bool:
        """All of it can be pressed."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, its mark and the focus ring."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        box = QRectF(0, 0, _SIDE_PX - 1, _SIDE_PX - 1)
        box.moveCenter(QRectF(self.rect()).center())
        accent, filled = QColor(self._theme.accent), self.isChecked() and self._saved
        lit = self.isChecked() or self.underMouse()
        painter.setPen(QPen(accent if lit else QColor(self._theme.quiet), 1))
        painter.setBrush(accent if filled else QColor(self._theme.ground))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.isChecked():
            painter.setPen(QPen(QColor(self._theme.ground if filled else self._theme.accent), 2))
            mark = [QPointF(3.5, 7.5), QPointF(6.5, 10.5), QPointF(11.5, 4.5)]
            painter.drawPolyline(QPolygonF([box.topLeft() + point for point in mark]))
        if self.hasFocus():
            painter.setPen(QPen(accent, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), RADIUS, RADIUS)
