"""The four faces of the light: circle, triangle, octagon, hatched square. Shape first, colour last."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from barograph.gui.guard import painting, saved
from barograph.gui.theme import Theme
from barograph.risk.faces import Face

CHANGE_MS = 200
"""The longest a change of the light may take to be drawn."""


def paint_face(painter: QPainter, rect: QRectF, face: Face, theme: Theme, *, outline: bool = False) -> None:
    """Draw a face into the largest square in the middle of `rect`; `outline` draws its border alone."""
    side = min(rect.width(), rect.height())
    stroke = max(1.5, side / 14)
    box = QRectF(0, 0, side - stroke, side - stroke)
    box.moveCenter(rect.center())
    colour = QColor(theme.face(face))
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QBrush(colour), stroke, j=Qt.PenJoinStyle.MiterJoin))
        painter.setBrush(QBrush(Qt.BrushStyle.NoBrush) if outline else QBrush(colour))
        match face:
            case Face.CALM:
                painter.drawEllipse(box)
            case Face.WATCH:
                painter.drawPolygon(QPolygonF([_on(box, 0.5, 0.02), _on(box, 1, 0.94), _on(box, 0, 0.94)]))
            case Face.RISK_OFF:
                painter.drawPolygon(_octagon(box))
            case Face.NO_DATA:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box)
                if not outline:
                    _hatch(painter, box, stroke)


def _on(box: QRectF, across: float, down: float) -> QPointF:
    return QPointF(box.left() + across * box.width(), box.top() + down * box.height())


def _octagon(box: QRectF) -> QPolygonF:
    radius = box.width() / 2 / math.cos(math.pi / 8)
    angles = [math.pi / 8 + k * math.pi / 4 for k in range(8)]
    return QPolygonF([box.center() + QPointF(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles])


def _hatch(painter: QPainter, box: QRectF, stroke: float) -> None:
    """Diagonal lines, spaced in proportion so that the square is hatched at every size."""
    painter.setClipRect(box)
    step = max(3 * stroke, box.width() / 5)
    offset = step / 2
    while offset < 2 * box.width():
        painter.drawLine(
            QPointF(box.left() + offset, box.top()), QPointF(box.left() + offset - box.height(), box.bottom())
        )
        offset += step


class FaceGlyph(QWidget):
    """One face. A change is drawn in place, once, by fading; at once where animations are switched off."""

    def __init__(self, name: str, theme: Theme, side: int, parent: QWidget | None = None) -> None:
        """`side` in pixels."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._side = side
        self._face = Face.NO_DATA
        self._before: Face | None = None
        self._outline = False
        self._fade = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=CHANGE_MS)
        self._fade.valueChanged.connect(self.update)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._side, self._side)

    @property
    def face(self) -> Face:
        """The face shown."""
        return self._face

    def show_face(self, face: Face, *, outline: bool = False, animate: bool = False) -> None:
        """Show a face; `animate` where it replaces one that the user has seen."""
        if (face, outline) == (self._face, self._outline):
            return
        self._before = self._face if animate else None
        self._face, self._outline = face, outline
        if animate and self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) > 0:
            self._fade.start()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the face, during a change over the one before."""
        fading = self._fade.state() is QVariantAnimation.State.Running and self._before is not None
        share = float(self._fade.currentValue()) if fading else 1.0
        with painting(self) as painter:
            if fading and self._before is not None:
                painter.setOpacity(1 - share)
                paint_face(painter, QRectF(self.rect()), self._before, self._theme)
            painter.setOpacity(share)
            paint_face(painter, QRectF(self.rect()), self._face, self._theme, outline=self._outline)
