"""The striped frame that no one takes for the live market: round the window, floating panels and pictures."""

from __future__ import annotations

from PySide6.QtCore import QChildEvent, QEvent, QLineF, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QDockWidget, QTabBar, QWidget

from barograph.gui.guard import painting, saved
from barograph.gui.theme import FRAME_PX, Theme

_STRIPE_PX = 8


def frame_region(rect: QRect) -> QRegion:
    """The edge of `rect`."""
    inside = rect.adjusted(FRAME_PX, FRAME_PX, -FRAME_PX, -FRAME_PX)
    return QRegion(rect).subtracted(QRegion(inside))


def paint_frame(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Draw stripes of accent and ground along the edge of `rect`."""
    half = FRAME_PX / 2
    top, bottom = rect.top() + half, rect.bottom() + 1 - half
    left, right = rect.left() + half, rect.right() + 1 - half
    solid = QPen(QColor(theme.ground), FRAME_PX, c=Qt.PenCapStyle.FlatCap)
    striped = QPen(QColor(theme.accent), FRAME_PX, c=Qt.PenCapStyle.FlatCap)
    striped.setDashPattern([_STRIPE_PX / FRAME_PX, _STRIPE_PX / FRAME_PX])
    edges = [
        QLineF(rect.left(), top, rect.right() + 1, top),
        QLineF(rect.left(), bottom, rect.right() + 1, bottom),
        QLineF(left, rect.top(), left, rect.bottom() + 1),
        QLineF(right, rect.top(), right, rect.bottom() + 1),
    ]
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for pen in (solid, striped):
            painter.setPen(pen)
            painter.drawLines(edges)


class StripedFrame(QWidget):
    """Lies over its parent's edge, lets the mouse through, and covers nothing else."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        """Hidden until `show`."""
        super().__init__(parent)
        self._framed = parent
        self.setObjectName("stripedFrame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = theme
        self.hide()
        parent.installEventFilter(self)
        for child in parent.children():
            self._watch(child)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size, and stay before what is brought to the front."""
        if isinstance(event, QChildEvent):
            if event.polished():
                self._watch(event.child())
        elif watched is self._framed:
            if event.type() is QEvent.Type.Resize:
                self._fit()
        elif event.type() is QEvent.Type.ZOrderChange:
            QTimer.singleShot(0, self, self.raise_)  # not at once: a dock looks whether it is the foremost
        return False

    def _watch(self, child: QObject) -> None:
        """Panels and their tabs are raised by a key, a menu or a click."""
        if isinstance(child, QDockWidget | QTabBar):
            child.installEventFilter(self)
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the stripes."""
        with painting(self) as painter:
            paint_frame(painter, self.rect(), self._theme)

    def _fit(self) -> None:
        self.setGeometry(self._framed.rect())
        self.setMask(frame_region(self.rect()))
        self.raise_()
