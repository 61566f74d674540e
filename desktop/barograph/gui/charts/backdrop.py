"""Behind and before the bars: grid and threshold lines, the skeleton of a plot that waits, and its message."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from barograph.gui.charts.content import blended, threshold_colour
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.plot_layer import PlotLayer
from barograph.gui.charts.words import threshold_words
from barograph.gui.theme import GRID_OPACITY

_SKELETON = (0.55, 0.62, 0.5, 0.4, 0.46, 0.34, 0.42, 0.5, 0.38, 0.3, 0.36, 0.28)
"""Heights of the bars that stand in while a series loads, as shares of the plot: evidently no prices."""
_MARGIN_PX = 6.0
_NAME_PLACES = 6


class GridLayer(PlotLayer):
    """Lines at the ticks of both axes, and thresholds with their names."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw the lines of the grid, then the thresholds."""
        content = self.content
        thin = frame.device_px
        grid = blended(content.theme.line, content.theme.panel, GRID_OPACITY)
        for tick in content.time_ticks:
            shade = QColor(content.theme.line) if tick.major else grid
            painter.fillRect(QRectF(frame.snap(frame.x(tick.at_s)), 0, thin, frame.height), shade)
        for price in content.price_ticks.prices:
            painter.fillRect(QRectF(0, frame.snap(frame.y(price)), frame.width, thin), grid)
        painter.setFont(content.font)
        lines = [
            (frame.snap(frame.y(value)) + thin / 2, value, threshold_id)
            for value, threshold_id in content.series.facts.thresholds
        ]
        taken = [QRectF(0, y - thin, frame.width, 2 * thin) for y, _, _ in lines]
        for y, value, threshold_id in lines:
            if 0 < y < frame.height:
                colour = QColor(threshold_colour(threshold_id, content.theme))
                painter.setPen(QPen(colour, thin, Qt.PenStyle.DashLine))
                painter.drawLine(QLineF(0, y, frame.width, y))
                name = f"{threshold_words(threshold_id)} {value:g}"
                place = self._place_of_name(frame, y, name, taken)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
                taken.append(place)

    def _place_of_name(self, frame: Frame, y: float, name: str, taken: list[QRectF]) -> QRectF:
        """Above its line or below, as far left as neither the curve nor another name is in the way."""
        metrics = QFontMetricsF(self.content.font)
        width, height = metrics.horizontalAdvance(name), metrics.height()
        places = [
            QRectF(x, top, width, height)
            for top in (y - height - 1, y + 1)
            for x in np.linspace(_MARGIN_PX, max(_MARGIN_PX, frame.width - _MARGIN_PX - width), _NAME_PLACES)
        ]
        free = [place for place in places if not any(place.intersects(other) for other in taken)]
        return next((place for place in free if self._is_clear(frame, place)), (free or places)[0])

    def _is_clear(self, frame: Frame, place: QRectF) -> bool:
        start_s, end_s = frame.instant_s(place.left()), frame.instant_s(place.right())
        if self.content.held:
            score = self.content.light.scores(start_s, end_s).value
            low = high = score[~np.isnan(score)]
        else:
            span = self.content.series.span(start_s, end_s, max(1, int(place.width())))
            low, high = span.low, span.high
        if not len(high):
            return True
        top, bottom = frame.y(float(high.max())), frame.y(float(low.min()))
        return bottom < place.top() or top > place.bottom()


class MessageLayer(PlotLayer):
    """A skeleton until the series has arrived; one sentence where it has no bars."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw the one that applies, or nothing."""
        content = self.content
        if not content.series.loaded:
            self._draw_skeleton(painter, frame)
        elif content.message:
            painter.setFont(content.font)
            painter.setPen(QColor(content.theme.quiet))
            painter.drawText(
                QRectF(2 * _MARGIN_PX, 0, frame.width - 4 * _MARGIN_PX, frame.height),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                content.message,
            )

    def _draw_skeleton(self, painter: QPainter, frame: Frame) -> None:
        slot = frame.width / len(_SKELETON)
        colour = QColor(self.content.theme.raised)
        for place, share in enumerate(_SKELETON):
            x, y = frame.snap((place + 0.3) * slot), frame.snap(share * frame.height)
            painter.fillRect(QRectF(x, y, frame.snap(0.4 * slot), frame.snap(0.18 * frame.height)), colour)


class CrosshairLayer(PlotLayer):
    """The instant that all charts show, and the height of the mouse in the one that it is in."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw one upright line, and one across where the mouse is."""
        content = self.content
        pen = QPen(QColor(content.theme.faint), frame.device_px, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        half = frame.device_px / 2
        if content.crosshair_s is not None:
            x = frame.snap(frame.x(content.crosshair_s)) + half
            painter.drawLine(QLineF(x, 0, x, frame.height))
        if content.pointer_y is not None:
            y = frame.snap(content.pointer_y) + half
            painter.drawLine(QLineF(0, y, frame.width, y))
