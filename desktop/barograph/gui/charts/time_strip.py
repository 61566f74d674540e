"""The strip of time labels under a column of charts; one of them names the zone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from barograph.gui.charts.guard import draw_guarded
from barograph.gui.charts.time_scale import TimeScale
from barograph.gui.charts.time_ticks import zone_words
from barograph.gui.charts.words import instant_words
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr

_PADDING_PX = 4.0


class TimeStrip(QWidget):
    """Labels under the plots above it, which begin `left` pixels in and leave `axis_px` for prices."""

    def __init__(self, theme: Theme, scale: TimeScale, left: float, parent: QWidget) -> None:
        """A strip for a scale."""
        super().__init__(parent)
        self._theme = theme
        self._scale = scale
        self._left = left
        self._axis_px = 0.0
        self._names_zone = False
        self._crosshair_s: float | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_scale(self, scale: TimeScale, axis_px: float, *, names_zone: bool) -> None:
        """Show another range, or leave other room for prices."""
        self._scale, self._axis_px, self._names_zone = scale, axis_px, names_zone
        self.setAccessibleName(tr("Time axis, {zone}").format(zone=self.zone_text()))
        self.update()

    def show_crosshair(self, instant_s: float | None) -> None:
        """Tag an instant, or none."""
        if instant_s != self._crosshair_s:
            self._crosshair_s = instant_s
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Show in other colours."""
        self._theme = theme
        self.update()

    def zone_text(self) -> str:
        """The zone of the labels; daily bars are named by session dates, which have none."""
        return tr("session dates") if self._scale.daily else zone_words(self._scale.zone)

    def plot_px(self) -> float:
        """Width of the plots above."""
        return self.width() - 2 * self._left - self._axis_px

    def sizeHint(self) -> QSize:
        """One row of small text."""
        return QSize(0, round(QFontMetricsF(self._scale.font).height()) + SPACE)

    def minimumSizeHint(self) -> QSize:
        """The same: it may become narrow, never lower."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, guarded."""
        painter = QPainter(self)
        draw_guarded("time strip", painter, QRectF(self.rect()), self._theme.quiet, self._draw)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        metrics = QFontMetricsF(self._scale.font)
        painter.setFont(self._scale.font)
        line = (self.height() - metrics.height()) / 2 + metrics.ascent()
        taken: list[tuple[float, float]] = []
        tag = self._crosshair_tag(metrics)
        if tag is not None:
            area, text = tag
            painter.fillRect(area, QColor(self._theme.raised))
            painter.setPen(QColor(self._theme.text))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
            taken.append((area.left(), area.right()))
        if self._names_zone:
            zone = self.zone_text()
            width = metrics.horizontalAdvance(zone)
            left = self.width() - self._left - _PADDING_PX - width
            painter.setPen(QColor(self._theme.quiet))
            if not _overlaps(taken, left, left + width):
                painter.drawText(QPointF(left, line), zone)
            taken.append((left, left + width))
        shown = self._scale.range
        per_second = self.plot_px() / shown.length_s
        for tick in self._scale.ticks(self.plot_px()):
            width = metrics.horizontalAdvance(tick.label)
            left = self._left + (tick.at_s - shown.start_s) * per_second - width / 2
            if not _overlaps(taken, left, left + width):
                painter.setPen(QColor(self._theme.text if tick.major else self._theme.quiet))
                painter.drawText(QPointF(left, line), tick.label)

    def _crosshair_tag(self, metrics: QFontMetricsF) -> tuple[QRectF, str] | None:
        shown = self._scale.range
        if self._crosshair_s is None or self._scale.blank:
            return None
        text = instant_words(self._scale.local(self._crosshair_s), daily=self._scale.daily)
        width = metrics.horizontalAdvance(text) + 2 * _PADDING_PX
        x = self._left + (self._crosshair_s - shown.start_s) / shown.length_s * self.plot_px()
        left = min(max(x - width / 2, 0.0), self.width() - width)
        return QRectF(left, 0, width, self.height()), text


def _overlaps(taken: list[tuple[float, float]], left: float, right: float) -> bool:
    return any(left < end + _PADDING_PX and right > start - _PADDING_PX for start, end in taken)
