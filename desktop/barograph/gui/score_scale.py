"""The score on its scale from 0 to 100, with what missing inputs allow and where the light would change."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from barograph.gui.drawn import Drawn
from barograph.gui.formats import number
from barograph.gui.theme import Theme, sized
from barograph.risk.faces import Face

_BAR_PX = 8
_GAP_PX = 3


@dataclass(frozen=True, slots=True)
class ScaleMarks:
    """What the scale shows: the score, its bounds, and (threshold, face beyond it) pairs."""

    score: float | None = None
    low: float | None = None
    up: float | None = None
    face: Face = Face.NO_DATA
    thresholds: tuple[tuple[float, Face], ...] = ()


class ScoreScale(Drawn):
    """A bar filled up to the score, a bracket between the bounds, a tick for each threshold."""

    def __init__(self, theme: Theme, text_px: int, parent: QWidget | None = None) -> None:
        """`text_px` is the size of the thresholds' figures."""
        super().__init__("scoreScale", theme, QSize(120, _BAR_PX + 2 * _GAP_PX), parent=parent)
        self._text_px = text_px
        self._marks = ScaleMarks()

    def sizeHint(self) -> QSize:
        """As wide as there is room, as high as bar and figures."""
        return super().sizeHint() + QSize(0, QFontMetrics(sized(self.font(), self._text_px)).height())

    def show_marks(self, marks: ScaleMarks) -> None:
        """Show other values."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the scale."""
        self._draw_bar(painter)
        self._draw_thresholds(painter)

    def _draw_bar(self, painter: QPainter) -> None:
        marks, theme, width = self._marks, self._theme, self.width()
        painter.fillRect(QRectF(0, _GAP_PX, width, _BAR_PX), QColor(theme.raised))
        if marks.score is not None:
            filled = QRectF(0, _GAP_PX, width * marks.score / 100, _BAR_PX)
            painter.fillRect(filled, QColor(theme.face(marks.face)))
        if marks.low is not None and marks.up is not None and marks.up - marks.low >= 0.5:
            painter.setPen(QPen(QColor(theme.text), 1))
            left, right = int(width * max(0.0, marks.low) / 100), int(width * min(100.0, marks.up) / 100)
            right = min(width - 1, right)
            middle = _GAP_PX + _BAR_PX // 2
            painter.drawLine(left, middle, right, middle)
            for end in (left, right):
                painter.drawLine(end, _GAP_PX, end, _GAP_PX + _BAR_PX - 1)

    def _draw_thresholds(self, painter: QPainter) -> None:
        font = sized(self.font(), self._text_px)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.quiet))
        metrics = QFontMetrics(font)
        for threshold, face in self._marks.thresholds:
            x = self.width() * threshold / 100
            painter.fillRect(QRectF(x - 1, 0, 2, _BAR_PX + 2 * _GAP_PX), QColor(self._theme.face(face)))
            text = number(threshold, 0)
            wide = metrics.horizontalAdvance(text)
            left = int(min(max(x - wide / 2, 0), self.width() - wide))
            painter.drawText(left, _BAR_PX + 2 * _GAP_PX + metrics.ascent(), text)
