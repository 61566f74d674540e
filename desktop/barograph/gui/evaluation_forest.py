"""Draws estimates with their intervals under each other, against a line that means nothing gained."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from barograph.gui.face_glyph import paint_face
from barograph.gui.guard import saved
from barograph.gui.theme import SPACE, Theme
from barograph.risk.faces import Face
from barograph.risk.track_record import Estimate

_DOT_PX = 3.5
_SIDE = Qt.AlignmentFlag.AlignVCenter.value


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, the estimate, the words behind it; `solid` fills the dot, `face` stands before the name."""

    name: str
    estimate: Estimate
    words: str
    colour: str
    solid: bool
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Forest:
    """Rows on one scale from `low` to `high`, with a line at `reference` where there is one."""

    title: str
    bars: tuple[Bar, ...]
    reference: float | None
    low: float
    high: float


def paint_forest(painter: QPainter, area: QRectF, forest: Forest, theme: Theme, font: QFont) -> None:
    """Draw the rows, evenly spread over `area` under the title."""
    metrics = QFontMetricsF(font)
    with saved(painter):
        painter.setFont(font)
        row = area.height() / (len(forest.bars) + 1)
        painter.setPen(QColor(theme.quiet))
        painter.drawText(QRectF(area.left(), area.top(), area.width(), row), _SIDE, forest.title)
        if not forest.bars:
            return
        glyph = metrics.height() + SPACE if any(bar.face for bar in forest.bars) else 0.0
        names = glyph + max(metrics.horizontalAdvance(bar.name) for bar in forest.bars) + 3 * SPACE
        words = max(metrics.horizontalAdvance(bar.words) for bar in forest.bars) + 3 * SPACE
        plot = QRectF(area.left() + names, area.top() + row, area.width() - names - words, row * len(forest.bars))
        _paint_reference(painter, plot, forest, theme)
        for number, bar in enumerate(forest.bars):
            line = QRectF(area.left(), plot.top() + number * row, area.width(), row)
            if bar.face is not None:
                side = metrics.height() - 2
                box = QRectF(line.left(), line.center().y() - side / 2, side, side)
                paint_face(painter, box, bar.face, theme)
            painter.setPen(QColor(theme.text))
            painter.drawText(line.adjusted(glyph, 0, 0, 0), _SIDE, bar.name)
            painter.setPen(QColor(theme.text))
            painter.drawText(line, _SIDE | Qt.AlignmentFlag.AlignRight.value, bar.words)
            _paint_bar(painter, plot, line.center().y(), bar, forest, theme)


def _x(plot: QRectF, forest: Forest, value: float) -> float:
    share = (value - forest.low) / (forest.high - forest.low)
    return plot.left() + plot.width() * min(1.0, max(0.0, share))


def _paint_reference(painter: QPainter, plot: QRectF, forest: Forest, theme: Theme) -> None:
    if forest.reference is None:
        return
    x = round(_x(plot, forest, forest.reference)) + 0.5
    painter.setPen(QPen(QColor(theme.quiet), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))


def _paint_bar(painter: QPainter, plot: QRectF, y: float, bar: Bar, forest: Forest, theme: Theme) -> None:
    estimate = bar.estimate
    if estimate.value is None:
        return
    painter.setPen(QPen(QColor(bar.colour), 1.5))
    if estimate.low is not None and estimate.high is not None:
        left, right = _x(plot, forest, estimate.low), _x(plot, forest, estimate.high)
        painter.drawLine(QLineF(left, y, right, y))
        for end in (left, right):
            painter.drawLine(QLineF(end, y - _DOT_PX, end, y + _DOT_PX))
    painter.setBrush(QColor(bar.colour if bar.solid else theme.panel))
    painter.drawEllipse(QPointF(_x(plot, forest, estimate.value), y), _DOT_PX, _DOT_PX)
