"""A few numbers on a common scale: a line from the lowest to the highest, a dot for each, a bar at the median."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen

from barograph.gui.drawn import Drawn
from barograph.gui.theme import Theme

_HEIGHT_PX = 16
_DOT_PX = 5.0
_MARGIN_PX = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """What is drawn; `reach` is where the scale ends on either side of zero."""

    values: tuple[float, ...] = ()
    low: float = 0.0
    median: float = 0.0
    high: float = 0.0
    reach: float = 1.0


class SpreadBar(Drawn):
    """Zero is in the middle."""

    def __init__(self, name: str, theme: Theme) -> None:
        """Nothing but the zero until `show_spread`."""
        super().__init__(name, theme, QSize(90, _HEIGHT_PX))
        self._spread = Spread()

    def show_spread(self, spread: Spread, words: str) -> None:
        """Show other numbers; `words` say them."""
        self.say(words)
        if spread != self._spread:
            self._spread = spread
            self.update()

    def _x(self, value: float) -> float:
        half = self.width() / 2 - _MARGIN_PX
        return self.width() / 2 + half * max(-1.0, min(1.0, value / self._spread.reach))

    def draw(self, painter: QPainter) -> None:
        """Draw line, dots and median."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spread, theme, middle = self._spread, self._theme, self.height() / 2
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(_MARGIN_PX, middle), QPointF(self.width() - _MARGIN_PX, middle))
        painter.drawLine(QPointF(self._x(0), 1), QPointF(self._x(0), self.height() - 1))
        if not spread.values:
            return
        painter.setPen(QPen(QColor(theme.quiet), 2))
        painter.drawLine(QPointF(self._x(spread.low), middle), QPointF(self._x(spread.high), middle))
        painter.setPen(QPen(QColor(theme.panel), 1))
        painter.setBrush(QColor(theme.text))
        for value in spread.values:
            painter.drawEllipse(QPointF(self._x(value), middle), _DOT_PX / 2, _DOT_PX / 2)
        painter.fillRect(QRectF(self._x(spread.median) - 1, 2, 2, self.height() - 4), QColor(theme.accent))
