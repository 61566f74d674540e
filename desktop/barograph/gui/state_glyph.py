"""Small shapes for the state of a source: the shape says it, the colour repeats it.

The light's green, amber and red are not used: a source that is down must never look like a market that falls.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from barograph.gui.theme import Theme
from barograph.market.freshness import Freshness

SIDE_PX = 12
_SCALES = (1, 2, 3)


def state_icon(state: Freshness, theme: Theme) -> QIcon:
    """A disc where values come in, half of one where they are late, a ring where the market rests, a hatched square
    where they are too old, a cross where the source fails, a dash where there is nothing.
    """
    return _icon(state, theme.accent, theme.quiet, theme.no_data, theme.text)


@cache
def _icon(state: Freshness, live: str, resting: str, old: str, failed: str) -> QIcon:
    made = QIcon()
    for scale in _SCALES:
        drawn = QPixmap(SIDE_PX * scale, SIDE_PX * scale)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        match state:
            case Freshness.LIVE | Freshness.DELAYED:
                _disc(painter, live, half=state is Freshness.DELAYED)
            case Freshness.CLOSED | Freshness.BREAK | Freshness.LEARNING:
                _disc(painter, resting, half=None)
            case Freshness.STALE:
                _square(painter, old)
            case Freshness.ERROR:
                _lines(painter, failed, (2.5, 2.5, 9.5, 9.5), (9.5, 2.5, 2.5, 9.5))
            case Freshness.MISSING:
                _lines(painter, resting, (2.5, 6, 9.5, 6))
        painter.end()
        made.addPixmap(drawn)
    return made


def _disc(painter: QPainter, colour: str, *, half: bool | None) -> None:
    """Full, half full or, with None, empty."""
    box = QRectF(2.25, 2.25, 7.5, 7.5)
    painter.setPen(QPen(QColor(colour), 1.5))
    painter.setBrush(QBrush(QColor(colour)) if half is False else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)
    if half:
        path = QPainterPath(box.center())
        path.arcTo(box, 90, 180)
        painter.fillPath(path, QColor(colour))


def _square(painter: QPainter, colour: str) -> None:
    painter.setPen(QPen(QColor(colour), 1))
    painter.drawRect(QRectF(2, 2, 8, 8))
    for start in (4.0, 8.0, 12.0):
        low, high = min(start, 8.0), max(0.0, start - 8.0)
        painter.drawLine(QPointF(2 + low, 2 + high), QPointF(2 + high, 2 + low))


def _lines(painter: QPainter, colour: str, *lines: tuple[float, float, float, float]) -> None:
    painter.setPen(QPen(QColor(colour), 1.75, c=Qt.PenCapStyle.RoundCap))
    for x1, y1, x2, y2 in lines:
        painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
