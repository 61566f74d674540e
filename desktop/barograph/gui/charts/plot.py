"""One plot: its layers, a picture of those that stand still, and the mouse turned into instants."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from barograph.gui.charts.backdrop import CrosshairLayer, GridLayer, MessageLayer
from barograph.gui.charts.content import PlotContent
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.guard import draw_guarded
from barograph.gui.charts.margins import BAND_PX, LightBand, PriceLabels, PriceTags, axis_width
from barograph.gui.charts.plot_layer import PlotLayer
from barograph.gui.charts.price_scale import NO_TICKS, price_ticks
from barograph.gui.charts.series_layer import ClosedBarsLayer, FormingBarLayer
from barograph.gui.charts.time_scale import TimeScale

_DRAG_STARTS_PX = 4.0
_ZOOM_PER_NOTCH = 0.83
_NOTCH = 120.0
_TICK_SPACING = 1.8
"""Least distance of price ticks in heights of their text."""


class Plot(QWidget):
    """Draws a `PlotContent`.

    Grid, closed bars, the light's band and the price labels are kept as a picture; the forming bar, tags and the
    crosshair are drawn over it. Signals: `hovered` (instant in s), `pointer_left`, `dragged` (seconds to move
    the range by), `wheeled` (factor of the length, anchor in s), `double_clicked`.
    """

    hovered = Signal(float)
    pointer_left = Signal()
    dragged = Signal(float)
    wheeled = Signal(float, float)
    double_clicked = Signal()

    def __init__(self, content: PlotContent, scale: TimeScale, parent: QWidget) -> None:
        """A plot whose ranges are set by `show_view`."""
        super().__init__(parent)
        self.content = content
        self.needed_axis_px = 0.0
        self._scale = scale
        self._axis_px = 0.0
        self._prices: tuple[float, float] | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self._price_scale: tuple[object, ...] = ()
        self._still = QPixmap()
        self._still_shows: tuple[object, ...] = ()
        self._tag_only = False
        self._band, self._labels, self._tags = LightBand(content), PriceLabels(content), PriceTags(content)
        behind: tuple[PlotLayer, ...] = (GridLayer(content), ClosedBarsLayer(content))
        before: tuple[PlotLayer, ...] = (FormingBarLayer(content), MessageLayer(content), CrosshairLayer(content))
        self._inside = behind + before
        self._still_layers = (*behind, self._band, self._labels)
        self._moving_layers = (*before, self._tags)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def plot_px(self) -> float:
        """Width of the plot without its price axis."""
        return max(1.0, self.width() - self._axis_px)

    def show_view(self, scale: TimeScale, prices: tuple[float, float] | None, axis_px: float) -> None:
        """Show a range of time and of prices (None: there are none) beside an axis of `axis_px` pixels."""
        self._scale, self._prices, self._axis_px = scale, prices, axis_px
        self._place()

    def show_crosshair(self, instant_s: float | None) -> None:
        """Move the upright line; only the two strips that change are drawn again."""
        if instant_s == self.content.crosshair_s:
            return
        frame = self.content.frame
        for at_s in (self.content.crosshair_s, instant_s):
            if at_s is not None and frame is not None:
                self.update(QRect(round(frame.x(at_s)) - 2, 0, 5, self.height()))
        self.content.crosshair_s = instant_s

    def show_last(self, value: float | None) -> None:
        """Tag another last value; only the price axis is drawn again."""
        if value != self.content.last:
            self.content.last = value
            self.update(self._tags.area.toAlignedRect())

    def _show_pointer(self, y: float | None) -> None:
        for at in (self.content.pointer_y, y):
            if at is not None:
                self.update(QRect(0, round(at) - 2, round(self.plot_px), 5))
        self.update(self._tags.area.toAlignedRect())
        self.content.pointer_y = y

    def _place(self) -> None:
        """Work out the mapping to pixels and the ticks, and draw."""
        height = max(1.0, self.height() - BAND_PX)
        for layer in self._inside:
            layer.area = QRectF(0.0, 0.0, self.plot_px, height)
        self._labels.area = self._tags.area = QRectF(self.plot_px, 0.0, self._axis_px, self.height())
        self._band.area = QRectF(0.0, height, self.plot_px, BAND_PX)
        shown, (low, high) = self._scale.range, self._prices or (0.0, 1.0)
        content = self.content
        content.frame = Frame(self.plot_px, height, shown.start_s, shown.end_s, low, high, self.devicePixelRatioF())
        content.time_ticks = self._scale.ticks(self.plot_px)
        scale = (self._prices, height, content.series.facts.decimals, content.font)
        if scale != self._price_scale:
            self._price_scale = scale
            spacing = QFontMetricsF(content.font).height() * _TICK_SPACING
            decimals = content.series.facts.decimals
            content.price_ticks = price_ticks(low, high, height, spacing, decimals) if self._prices else NO_TICKS
        self.needed_axis_px = axis_width(content)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, guarded. A new tag alone leaves the picture as it is, for that waits for the chart's own turn."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        self._tag_only = self._tags.area.toAlignedRect().contains(event.rect()) and not self._still.isNull()
        draw_guarded("plot", painter, area, self.content.theme.quiet, self._draw)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        shown = self._still_shows if self._tag_only else self._what_stands_still()
        if shown != self._still_shows:
            self._draw_still(painter.device().devicePixelRatio())
            self._still_shows = shown
        painter.drawPixmap(0, 0, self._still)
        for layer in (self._tags,) if self._tag_only else self._moving_layers:
            layer.paint(painter)

    def _what_stands_still(self) -> tuple[object, ...]:
        """All that the picture depends on; it is made again when any of this has changed."""
        content, light, frame = self.content, self.content.light, self.content.frame
        # The band and a value that holds reach to now: so much of it as can be seen.
        now_px = None
        if frame is not None and math.isfinite(light.until_s):
            now_px = round(frame.x(min(max(light.until_s, frame.start_s), frame.end_s)))
        series = content.series
        bars = (series, series.closed_version, series.facts, light.version, now_px)
        return frame, content.time_ticks, content.price_ticks, content.theme, content.font, content.style, *bars

    def _draw_still(self, ratio: float) -> None:
        size = self.size() * ratio
        if self._still.size() != size:
            self._still = QPixmap(size)
        self._still.setDevicePixelRatio(ratio)
        self._still.fill(QColor(self.content.theme.panel))
        painter = QPainter(self._still)
        try:
            for layer in self._still_layers:
                layer.paint(painter)
        finally:
            painter.end()  # a picture must not go while it is drawn on

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the layers to the new size."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Draw on whole device pixels of the screen that the window has moved to."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._place()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the crosshair, or the range while the button is down."""
        at, frame = event.position(), self.content.frame
        if frame is None:
            return
        if self._pressed is not None:
            moved = at.x() - self._pressed.x()
            if self._dragging or abs(moved) >= _DRAG_STARTS_PX:
                self._dragging, self._pressed = True, at
                self.dragged.emit(-moved * (frame.end_s - frame.start_s) / frame.width)
        frame = self.content.frame or frame  # dragging has moved it
        if 0 <= at.x() < frame.width and 0 <= at.y() < frame.height:
            self._show_pointer(at.y())
            self.hovered.emit(frame.instant_s(at.x()))
        elif self.content.pointer_y is not None:
            self._leave()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole grid, or for the grid back."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; a sideways wheel pans."""
        frame, turned = self.content.frame, event.angleDelta()
        if frame is None:
            return
        if abs(turned.x()) > abs(turned.y()):
            self.dragged.emit(-turned.x() / _NOTCH * 0.1 * (frame.end_s - frame.start_s))
        elif turned.y():
            x = min(event.position().x(), frame.width)
            self.wheeled.emit(_ZOOM_PER_NOTCH ** (turned.y() / _NOTCH), frame.instant_s(x))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the crosshair away."""
        self._leave()

    def _leave(self) -> None:
        self._show_pointer(None)
        self.pointer_left.emit()
