"""What stands round a plot: the price axis at its right and the light's band below it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from barograph.gui.charts.content import PlotContent, doubt_brush
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.light_track import LightRun
from barograph.gui.charts.plot_layer import PlotLayer
from barograph.gui.charts.price_scale import score_text, tag_text
from barograph.gui.charts.series_buffer import Bar
from barograph.risk.faces import Face

BAND_PX = 10.0
"""Height of the light's band with the gap above it."""
_PADDING_PX = 6.0
_TAG_PADDING_PX = 2.0
_DASH_PX = 3.0
_BAND_HEIGHTS = {Face.CALM: 2.0, Face.WATCH: 4.0, Face.RISK_OFF: 7.0, Face.NO_DATA: 7.0}
"""The worse the face, the higher its band; NO DATA is hatched; what missing inputs may hide is an outline.

So the band can be read without its colours.
"""


def axis_width(content: PlotContent) -> float:
    """Pixels that the price axis needs: figures are of one width, so the longest text decides."""
    tag = "" if content.last is None else _tag(content, content.last)
    longest = max((*content.price_ticks.labels, tag), key=len)
    return QFontMetricsF(content.font).horizontalAdvance(longest) + 2 * _PADDING_PX


class PriceLabels(PlotLayer):
    """The labels of the price axis."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw the labels that are not cut off at an edge."""
        painter.setFont(self.content.font)
        painter.setPen(QColor(self.content.theme.quiet))
        metrics = QFontMetricsF(self.content.font)
        for price, label in zip(self.content.price_ticks.prices, self.content.price_ticks.labels, strict=True):
            y = frame.y(price)
            if metrics.height() / 2 <= y <= self.area.height() - metrics.height() / 2:
                _write(painter, metrics, y, label)


class PriceTags(PlotLayer):
    """A tag at the last value in its own colour, and one at the mouse, over the labels that are in their way."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw the tags."""
        content = self.content
        bar, last = content.series.last(), content.last
        painter.setFont(content.font)
        metrics = QFontMetricsF(content.font)
        if bar is not None and last is not None and self._shows_last(frame, bar, last):
            area = self._clear_area(painter, frame, metrics, frame.y(last))
            self._fill_last(painter, frame, area, replace(bar, close=last))
            _write(painter, metrics, area.center().y(), _tag(content, last))
        if content.pointer_y is not None:
            area = self._clear_area(painter, frame, metrics, content.pointer_y)
            painter.fillRect(area, QColor(content.theme.raised))
            painter.setPen(QColor(content.theme.text))
            _write(painter, metrics, area.center().y(), _tag(content, frame.price(content.pointer_y)))

    def _shows_last(self, frame: Frame, bar: Bar, last: float) -> bool:
        """Whether its price is in sight, or its time: a price that has just left the range stands at its edge."""
        return 0 <= frame.y(last) <= frame.height or frame.start_s < bar.end_s <= frame.end_s

    def _clear_area(self, painter: QPainter, frame: Frame, metrics: QFontMetricsF, y: float) -> QRectF:
        """The area of a tag at a height, after taking away the labels that it would cut through."""
        panel = QColor(self.content.theme.panel)
        height = metrics.height() + 2 * _TAG_PADDING_PX
        top = min(max(frame.snap(y - height / 2), 0.0), self.area.height() - height)
        area = QRectF(0.0, top, self.area.width(), frame.snap(height))
        for price in self.content.price_ticks.prices:
            label = QRectF(0.0, frame.y(price) - metrics.height() / 2, self.area.width(), metrics.height())
            if label.intersects(area):
                painter.fillRect(label, panel)
        return area

    def _fill_last(self, painter: QPainter, frame: Frame, area: QRectF, last: Bar) -> None:
        """Filled while live, an outline while the market is closed, hatched when stale or faulty."""
        content, theme = self.content, self.content.theme
        colour = QColor(content.bar_colour(last))
        if not content.doubtful and not content.quiet:
            painter.fillRect(area, colour)
            painter.setPen(QColor(theme.panel))
            return
        painter.fillRect(area, QColor(theme.panel))
        if content.doubtful:
            painter.fillRect(area, doubt_brush(theme))
        thin = frame.device_px
        painter.setPen(QPen(colour, thin))
        painter.drawRect(area.adjusted(thin / 2, thin / 2, -thin / 2, -thin / 2))
        painter.setPen(QColor(theme.text))


def _tag(content: PlotContent, value: float) -> str:
    return score_text(value) if content.held else tag_text(value, content.series.facts.decimals)


def _write(painter: QPainter, metrics: QFontMetricsF, y: float, text: str) -> None:
    painter.drawText(QPointF(_PADDING_PX, y + (metrics.ascent() - metrics.descent()) / 2), text)


class LightBand(PlotLayer):
    """The light through time: colour, height and hatching say the same thing three times."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw the runs that are in sight, the worst last, so that a short one is not hidden."""
        theme = self.content.theme
        bottom = self.area.height()
        runs = self.content.light.runs(frame.start_s, frame.end_s)
        for run in sorted(runs, key=lambda run: run.face.severity):
            left = frame.snap(frame.x(run.start_s))
            width = max(frame.snap(frame.x(run.end_s)) - left, frame.device_px)
            height = _BAND_HEIGHTS[run.face]
            colour = QColor(theme.face(run.face))
            if run.face is Face.NO_DATA:
                area = QRectF(left, bottom - height, width, height)
                painter.fillRect(area, QBrush(colour, Qt.BrushStyle.BDiagPattern))
                self._outline(painter, frame, area, colour, run)
                continue
            if run.ceiling.severity > run.face.severity:
                possible = _BAND_HEIGHTS[run.ceiling]
                area = QRectF(left, bottom - possible, width, possible)
                self._outline(painter, frame, area, QColor(theme.face(run.ceiling)), run)
            area = QRectF(left, bottom - height, width, height)
            if run.provisional:
                self._dashes(painter, area, colour)
            else:
                painter.fillRect(area, colour)

    def _dashes(self, painter: QPainter, area: QRectF, colour: QColor) -> None:
        """What is no record yet, as a forming bar is drawn."""
        pen = QPen(colour, area.height(), Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([_DASH_PX / area.height()] * 2)
        painter.setPen(pen)
        middle = area.center().y()
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))

    def _outline(self, painter: QPainter, frame: Frame, area: QRectF, colour: QColor, run: LightRun) -> None:
        thin, style = frame.device_px, Qt.PenStyle.DashLine if run.provisional else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, thin, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(thin / 2, thin / 2, -thin / 2, -thin / 2))
