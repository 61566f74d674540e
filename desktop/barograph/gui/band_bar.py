"""A correlation on its scale from -1 to 1: the band it lies in, the median of its past, the zone of compression."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from barograph.gui.drawn import Drawn
from barograph.gui.theme import Theme

_HEIGHT_PX = 16
_DOT_PX = 7.0
_BAND_PX = 4
_MARGIN_PX = 5
_ZONE = (0.7, 0.9)


@dataclass(frozen=True, slots=True)
class BandMarks:
    """What is drawn; a filled dot where the value is `elevated`, else a ring."""

    rho: float | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = None
    elevated: bool = False


class BandBar(Drawn):
    """Hatched where nothing is known."""

    def __init__(self, name: str, theme: Theme) -> None:
        """Nothing known until `show_marks`."""
        super().__init__(name, theme, QSize(80, _HEIGHT_PX))
        self._marks = BandMarks()

    def show_marks(self, marks: BandMarks, words: str) -> None:
        """Show another value; `words` say it."""
        self.say(words)
        if marks != self._marks:
            self._marks = marks
            self.update()

    def _x(self, value: float) -> float:
        share = (max(-1.0, min(1.0, value)) + 1) / 2
        return _MARGIN_PX + share * (self.width() - 2 * _MARGIN_PX)

    def draw(self, painter: QPainter) -> None:
        """Draw scale, band and value."""
        marks, theme, middle = self._marks, self._theme, self.height() // 2
        room = QRectF(self._x(-1), middle - 5, self._x(1) - self._x(-1), 10)
        if marks.rho is None:
            painter.fillRect(room, QBrush(QColor(theme.no_data), Qt.BrushStyle.BDiagPattern))
            return
        zone = QRectF(self._x(_ZONE[0]), room.top(), self._x(_ZONE[1]) - self._x(_ZONE[0]), room.height())
        painter.fillRect(zone, QColor(theme.raised))
        painter.fillRect(QRectF(room.left(), middle, room.width(), 1), QColor(theme.line))
        painter.fillRect(QRectF(self._x(0), room.top(), 1, room.height()), QColor(theme.line))
        if marks.low is not None and marks.high is not None:
            left, right = self._x(marks.low), self._x(marks.high)
            band = QRectF(left, middle - _BAND_PX // 2, max(1.0, right - left), _BAND_PX)
            painter.fillRect(band, QColor(theme.quiet))
        if marks.median is not None:
            painter.fillRect(
                QRectF(self._x(marks.median) - 1, room.top() - 2, 2, room.height() + 4), QColor(theme.text)
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.setBrush(QColor(theme.accent if marks.elevated else theme.panel))
        painter.drawEllipse(QPointF(self._x(marks.rho), middle + 0.5), _DOT_PX / 2, _DOT_PX / 2)
