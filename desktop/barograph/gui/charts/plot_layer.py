"""The base of what is drawn in and around a plot: a rectangle in pixels whose drawing is guarded."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from barograph.gui.charts.content import PlotContent
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.guard import draw_guarded


class PlotLayer:
    """Draws a part of `content` into `area`, pixels of the plot's widget; an error while drawing stays inside."""

    def __init__(self, content: PlotContent) -> None:
        """A layer that draws nothing until it has an area."""
        self.content = content
        self.area = QRectF()

    def paint(self, painter: QPainter) -> None:
        """Draw, guarded, within the area."""
        if self.content.frame is not None and not self.area.isEmpty():
            draw_guarded(type(self).__name__, painter, self.area, self.content.theme.quiet, self._draw_in_area)

    def _draw_in_area(self, painter: QPainter) -> None:
        painter.setClipRect(self.area)
        painter.translate(self.area.topLeft())
        if self.content.frame is not None:
            self.draw(painter, self.content.frame)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw; the painter's origin is the upper left corner of the area."""
        raise NotImplementedError
