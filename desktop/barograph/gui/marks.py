"""Marks before a line: a tick, a disc, a ring, a dash, a question mark. The shape says it, the colour repeats it.

The light's green, amber and red are not used: a stage or a lamp is not the light.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QIcon, QPainter, QPen, QPixmap, QPolygonF

from barograph.gui.drawn import Drawn
from barograph.gui.guard import saved
from barograph.gui.theme import Theme

SIDE_PX = 12
_SCALES = (1, 2, 3)


class Mark(StrEnum):
    """What stands before a line."""

    DONE = "done"
    RUNNING = "running"
    NO = "no"
    OFF = "off"
    UNKNOWN = "unknown"


def answer_mark(met: bool | None) -> Mark:
    """The mark of an answer with three values."""
    if met is None:
        return Mark.UNKNOWN
    return Mark.DONE if met else Mark.NO


def mark_icon(shown: Mark, theme: Theme) -> QIcon:
    """A mark for an item of a table."""
    return _icon(shown, theme)


@cache
def _icon(shown: Mark, theme: Theme) -> QIcon:
    made = QIcon()
    for scale in _SCALES:
        drawn = QPixmap(SIDE_PX * scale, SIDE_PX * scale)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        paint_mark(painter, QRectF(drawn.rect()), shown, theme)
        painter.end()
        made.addPixmap(drawn)
    return made


def paint_mark(painter: QPainter, rect: QRectF, shown: Mark, theme: Theme) -> None:
    """Draw a mark into the largest square in the middle of `rect`."""
    with saved(painter):
        side = min(rect.width(), rect.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.center() - QPointF(side / 2, side / 2))
        painter.scale(side / SIDE_PX, side / SIDE_PX)
        match shown:
            case Mark.DONE:
                painter.setPen(_pen(theme.text))
                painter.drawPolyline(QPolygonF([QPointF(2.2, 6.4), QPointF(4.9, 9.3), QPointF(9.8, 2.9)]))
            case Mark.RUNNING:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QBrush(QColor(theme.accent)))
                painter.drawEllipse(QRectF(1.75, 1.75, 8.5, 8.5))
            case Mark.OFF:
                painter.setPen(_pen(theme.quiet, 1.5))
                painter.drawEllipse(QRectF(2.25, 2.25, 7.5, 7.5))
            case Mark.NO:
                painter.setPen(_pen(theme.quiet))
                painter.drawLine(QPointF(2.8, 6), QPointF(9.2, 6))
            case Mark.UNKNOWN:
                _question(painter, theme)


def _pen(colour: str, width: float = 1.75) -> QPen:
    return QPen(QColor(colour), width, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)


def _question(painter: QPainter, theme: Theme) -> None:
    font = QFont(painter.font())
    font.setPixelSize(12)
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    painter.drawText(QRectF(0, 0, SIDE_PX, SIDE_PX), Qt.AlignmentFlag.AlignCenter, "?")


class MarkGlyph(Drawn):
    """One mark beside a label; its name says what it means."""

    def __init__(self, name: str, theme: Theme, side: int = SIDE_PX) -> None:
        """`side` in pixels; a dash until `show_mark`."""
        super().__init__(name, theme, QSize(side, side), wide=False)
        self._mark = Mark.NO

    @property
    def mark(self) -> Mark:
        """The mark shown."""
        return self._mark

    def show_mark(self, shown: Mark, meaning: str) -> None:
        """Show a mark that means this."""
        self.say(meaning)
        if shown is not self._mark:
            self._mark = shown
            self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the mark."""
        paint_mark(painter, QRectF(self.rect()), self._mark, self._theme)
