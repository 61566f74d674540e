"""The bars of a plot: candles or a line, in batches, visible ones only; the forming bar in a layer of its own."""

from __future__ import annotations

import math

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from barograph.gui.charts.content import PlotContent, blended
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.plot_layer import PlotLayer
from barograph.gui.charts.series_buffer import Bar, Span
from barograph.gui.charts.shapes import (
    band_shapes,
    body_rectangle,
    candle_shapes,
    line_shapes,
    step_corners,
    step_shapes,
)
from barograph.market.bars import FloatArray

_DOT_PX = 2.5
_BAND_OPACITY = 0.22


class ClosedBarsLayer(PlotLayer):
    """The bars that do not change any more, read from the series each time: there is nothing to keep in step."""

    def __init__(self, content: PlotContent) -> None:
        """A layer that draws nothing until it has an area."""
        super().__init__(content)
        self._rectangles = PrimitiveArray(QRectF, 4)
        self._lines = PrimitiveArray(QLineF, 4)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw candles, a line, or values that hold."""
        content = self.content
        if content.held:
            self._draw_score(painter, frame)
            return
        if content.series.facts.steps:
            self._draw_steps(painter, frame)
            return
        bars = content.series.span(frame.start_s, frame.end_s, int(frame.width * frame.scale))
        if content.candles:
            self._draw_candles(painter, frame, bars)
        else:
            self._draw_line(painter, frame, bars)

    def _draw_candles(self, painter: QPainter, frame: Frame, closed: Span) -> None:
        theme = self.content.theme
        shapes = candle_shapes(closed, frame)
        self._fill(painter, shapes.down, theme.down)
        self._fill(painter, shapes.up, theme.up)
        self._fill(painter, shapes.hollow, theme.panel)

    def _draw_score(self, painter: QPainter, frame: Frame) -> None:
        """Not from its series, which leaves out evaluations without a score, as if the last one held; what is no record
        yet is dashed, as forming bars are.
        """
        scores = self.content.light.scores(frame.start_s, frame.end_s)
        until_s = min(frame.end_s, self.content.light.until_s)
        judged = len(scores.start_s) - scores.provisional
        looks_from_s = float(scores.start_s[judged]) if scores.provisional else until_s
        record = step_shapes(scores.start_s[:judged], scores.value[:judged], frame, looks_from_s)
        self._stroke(painter, record, self.content.colour, Qt.PenStyle.SolidLine)
        if scores.provisional:
            before = scores.value[:judged][-1:]  # the first look goes on from there
            start_s = np.concatenate((np.full(len(before), looks_from_s), scores.start_s[judged:]))
            value = np.concatenate((before, scores.value[judged:]))
            painter.setPen(QPen(QColor(self.content.colour), 1, Qt.PenStyle.DashLine))
            for corners in step_corners(start_s, value, frame, until_s):
                painter.drawPolyline([QPointF(x, y) for x, y in corners.tolist()])

    def _draw_steps(self, painter: QPainter, frame: Frame) -> None:
        """Values that hold until the next; where that is overdue it is not known whether the last one still does."""
        content = self.content
        start_s, value = content.series.held(frame.start_s, frame.end_s)
        now_s = until_s = min(frame.end_s, content.light.now_s)
        if content.doubtful and len(start_s):
            until_s = min(now_s, float(start_s[-1]) + content.series.step_s)
            overdue = step_shapes(np.array([until_s]), value[-1:], frame, now_s)
            self._stroke(painter, overdue, content.theme.faint, Qt.PenStyle.DotLine)
        self._stroke(painter, step_shapes(start_s, value, frame, until_s), content.colour, Qt.PenStyle.SolidLine)

    def _draw_line(self, painter: QPainter, frame: Frame, closed: Span) -> None:
        if self.content.series.facts.band:
            band = blended(self.content.colour, self.content.theme.panel, _BAND_OPACITY)
            self._fill(painter, band_shapes(closed, frame), band.name())
        shapes = line_shapes(closed, frame, float(self.content.series.interval.seconds))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._stroke(painter, shapes.bridges, self.content.theme.faint, Qt.PenStyle.DotLine)
        self._stroke(painter, shapes.drawn, self.content.colour, Qt.PenStyle.SolidLine)

    def _fill(self, painter: QPainter, rectangles: FloatArray, colour: str) -> None:
        if len(rectangles):
            self._rectangles.resize(len(rectangles))
            self._rectangles.ndarray()[:] = rectangles
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRects(*self._rectangles.drawargs())

    def _stroke(self, painter: QPainter, segments: FloatArray, colour: str, style: Qt.PenStyle) -> None:
        """One line for each segment: unlike a joined line, this stays fast on a screen of two device pixels."""
        if len(segments):
            self._lines.resize(len(segments))
            self._lines.ndarray()[:] = segments
            painter.setPen(QPen(QColor(colour), 1, style))
            painter.drawLines(*self._lines.drawargs())


class FormingBarLayer(PlotLayer):
    """The forming bar, which may still become anything."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw the forming bar, if there is one in sight."""
        if self.content.held:
            self._draw_look(painter, frame)
            return
        forming = self.content.series.forming()
        if forming is None or not frame.start_s <= forming.end_s <= frame.end_s:
            return
        if self.content.candles:
            self._draw_candle(painter, frame, forming)
        else:
            self._draw_point(painter, frame, forming)

    def _draw_look(self, painter: QPainter, frame: Frame) -> None:
        """An open dot at the score of now while that is no record yet."""
        now_s = self.content.light.until_s
        light = self.content.light.at(now_s) if frame.start_s <= now_s <= frame.end_s else None
        if light is not None and light.provisional and not math.isnan(light.score):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_dot(painter, QPointF(frame.x(now_s), frame.y(light.score)))

    def _draw_candle(self, painter: QPainter, frame: Frame, forming: Bar) -> None:
        """Dashed where closed candles are drawn through, and never filled."""
        thin = frame.device_px
        dashed = QPen(QColor(self.content.bar_colour(forming)), thin)
        dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
        dashed.setDashPattern([2, 2])
        painter.setPen(dashed)
        body = QRectF(*body_rectangle(forming, frame))
        high, low = frame.y(forming.high), frame.y(forming.low)
        if high <= low:  # False where one of them is unknown
            middle = frame.snap(body.center().x() - thin / 2) + thin / 2
            painter.drawLine(QLineF(middle, frame.snap(high), middle, frame.snap(low)))
        if body.width() >= 3 * thin:
            painter.fillRect(body, QColor(self.content.theme.panel))
            painter.drawRect(body.adjusted(thin / 2, thin / 2, -thin / 2, -thin / 2))

    def _draw_point(self, painter: QPainter, frame: Frame, forming: Bar) -> None:
        """A dashed last stretch that ends in an open dot."""
        colour = QColor(self.content.colour)
        point = QPointF(frame.x(forming.middle_s), frame.y(forming.close))
        before = self.content.series.before_last()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if before is not None:
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(QPointF(frame.x(before.middle_s), frame.y(before.close)), point))
        self._draw_dot(painter, point)

    def _draw_dot(self, painter: QPainter, point: QPointF) -> None:
        painter.setPen(QPen(QColor(self.content.colour), 1))
        painter.setBrush(QColor(self.content.theme.panel))
        painter.drawEllipse(point, _DOT_PX, _DOT_PX)
