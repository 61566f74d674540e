"""The grid of charts: one range of time, one crosshair, one beat at which they are drawn again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from barograph.engine.messages import LightHistory, SeriesKey, SeriesUpdate
from barograph.engine.snapshot import Snapshot
from barograph.gui.charts.arrangement import choose_columns
from barograph.gui.charts.chart import FRAME_PX, Chart
from barograph.gui.charts.choice import SeriesChoice
from barograph.gui.charts.guard import draw_guarded
from barograph.gui.charts.header import HeaderFonts
from barograph.gui.charts.keys import press_key
from barograph.gui.charts.light_track import LightTrack
from barograph.gui.charts.specs import DEFAULT_CHARTS, SCORE, ChartSpec, ChartStyle
from barograph.gui.charts.time_range import TimeRange
from barograph.gui.charts.time_scale import TimeScale
from barograph.gui.charts.time_strip import TimeStrip
from barograph.gui.formats import NEW_YORK
from barograph.gui.theme import Theme
from barograph.gui.translation import tr
from barograph.market.intervals import Interval

_BEAT_MS = 30
_LINE_PX = 1
_AXIS_STEP_PX = 4
_EPOCH_S = 1_000_000_000.0
"""Where the axis stands before anything is known; no label is drawn there."""


class ChartGrid(QWidget):
    """Charts in columns, linked in time.

    `keys_changed` carries the series that are to be watched from now on (a tuple of `SeriesKey`). Drag or the
    arrow keys pan, the wheel or + and - zoom, Home shows the newest bar; a double click or Enter makes one
    chart fill the grid, the same or Esc gives the grid back.
    """

    keys_changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        specs: Sequence[ChartSpec] = DEFAULT_CHARTS,
        interval: Interval = Interval.HOUR_1,
        parent: QWidget | None = None,
    ) -> None:
        """A grid that waits for its first series."""
        super().__init__(parent)
        self.setObjectName("charts")
        self.setAccessibleName(tr("Charts"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme = theme
        self._light = LightTrack()
        self._choice = SeriesChoice()
        self._newest_s: float | None = None
        self._now_px: int | None = None
        self._maximised: Chart | None = None
        self._columns = 0
        self._axis_px = 0.0
        self._scale = self._blank_scale(interval, NEW_YORK)
        self._style = ChartStyle.CANDLES
        self._snapshot: Snapshot | None = None
        self._strips: list[TimeStrip] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_LINE_PX)
        self._waiting: dict[Chart, None] = {}
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._draw_next)
        self.charts = tuple(self._new_chart(spec) for spec in specs)
        self._arrange()

    # -------------------------------------------------------------------------------------------- what is shown

    @property
    def interval(self) -> Interval:
        """The interval of all charts."""
        return self._scale.range.interval

    @property
    def time_range(self) -> TimeRange:
        """The range of time of all charts."""
        return self._scale.range

    @property
    def maximised(self) -> Chart | None:
        """The chart that fills the grid, if one does."""
        return self._maximised

    def watched_keys(self) -> tuple[SeriesKey, ...]:
        """The series of all charts."""
        return tuple(SeriesKey(chart.series_id, self.interval) for chart in self.charts)

    def show_charts(self, specs: Sequence[ChartSpec]) -> None:
        """Show these charts, in their order; those that are shown already stay as they are."""
        if not specs or [chart.spec for chart in self.charts] == [*specs]:
            return
        before, self._maximised, self._columns = {chart.spec.place: chart for chart in self.charts}, None, 0
        self.charts = tuple(before.pop(spec.place) if spec.place in before else self._new_chart(spec) for spec in specs)
        for gone in before.values():
            self._waiting.pop(gone, None)
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._arrange()
        self._show_scale(self._scale)
        self.keys_changed.emit(self.watched_keys())

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show last values and states; take other series where the feed offers others."""
        self._choice.offer(snapshot)
        self._snapshot = snapshot
        quotes = {quote.instrument: quote for quote in snapshot.quotes}
        self._light.now_s = snapshot.clock.now.timestamp()
        for chart in self.charts:
            chart.show_snapshot(snapshot, quotes)
        self._choose_series()
        self._draw_if_now_moved()

    def apply_series(self, update: SeriesUpdate) -> None:
        """Take points; those of series that are no longer shown are dropped."""
        shown = (chart for chart in self.charts if chart.series_id == update.key.id)
        chart = next(shown, None)
        if chart is None or update.key.interval is not self.interval:
            return
        end_s, changed = chart.series.end_s, chart.apply(update)
        if self._scale.blank:
            self._draw(chart)  # the first range depends on the room that prices leave
        if self._choice.note(update, empty=not len(chart.series)):
            self._choose_series()
        if (chart.series.end_s != end_s and self._follow()) or not changed:
            return
        if update.replace:
            self._draw(chart)
        else:
            self._draw_soon(chart)

    def apply_light(self, history: LightHistory) -> None:
        """Take evaluations of the light for the bands."""
        self._light.apply(history)
        for chart in self.charts:
            self._draw_soon(chart)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for chart in self.charts:
            chart.set_theme(theme)
        for strip in self._strips:
            strip.set_theme(theme)
        self.update()

    def set_style(self, style: ChartStyle) -> None:
        """Draw candles or lines."""
        self._style = style
        for chart in self.charts:
            chart.set_style(style)
        self._settle_axis()

    def set_zone(self, zone: ZoneInfo) -> None:
        """Name instants on the clock of another zone."""
        self._show_scale(TimeScale(self.time_range, zone, self._scale.font, blank=self._scale.blank))

    def set_interval(self, interval: Interval) -> None:
        """Show bars of another interval, from the newest on."""
        if interval is self.interval:
            return
        self._choice.forget()
        self._waiting.clear()
        self._newest_s = None
        self._axis_px = 0.0
        for chart in self.charts:
            chart.show_series(self._choice.series_for(chart.spec, chart.series_id), interval)
        self._show_scale(self._blank_scale(interval, self._scale.zone))
        self.show_crosshair(None)
        self.keys_changed.emit(self.watched_keys())

    # ------------------------------------------------------------------------------------------- moving in time

    def pan(self, share: float) -> None:
        """Move by a share of the range; positive: later."""
        self._move(self.time_range.pan(share * self.time_range.length_s))

    def zoom(self, factor: float) -> None:
        """Make the range `factor` times as long, round the newest bar where that is in sight."""
        shown = self.time_range
        newest = self._newest_s
        self._move(shown.zoom(factor, newest if newest is not None and shown.shows(newest) else shown.end_s))

    def show_latest(self) -> None:
        """Go to the newest bar."""
        if self._newest_s is not None:
            self._move(TimeRange.latest(self._newest_s, self.interval, self.time_range.length_s))

    def show_crosshair(self, instant_s: float | None) -> None:
        """Read all charts at an instant (position on their axis, seconds since 1970); None: at the last value, as
        always while nothing is known of their axis.
        """
        instant_s = None if self._scale.blank else instant_s
        for chart in self.charts:
            chart.show_crosshair(instant_s)
        for strip in self._strips:
            strip.show_crosshair(instant_s)

    def toggle_maximised(self, chart: Chart) -> None:
        """Let a chart fill the grid, or give the grid back."""
        self._maximised = None if self._maximised is chart else chart
        self._columns = 0
        self._arrange()
        chart.setFocus()

    # --------------------------------------------------------------------------------------------------- inside

    def _new_chart(self, spec: ChartSpec) -> Chart:
        chart = Chart(spec, self._theme, self._light, self._scale, self)
        chart.set_style(self._style)
        if self._snapshot is not None:
            chart.show_snapshot(self._snapshot, {quote.instrument: quote for quote in self._snapshot.quotes})
        chart.show_series(self._choice.series_for(spec, chart.series_id), self.interval)
        plot = chart.plot
        plot.hovered.connect(self.show_crosshair)
        plot.pointer_left.connect(lambda: self.show_crosshair(None))
        plot.dragged.connect(lambda by_s: self._move(self.time_range.pan(by_s)))
        plot.wheeled.connect(lambda factor, at_s: self._move(self.time_range.zoom(factor, at_s)))
        plot.double_clicked.connect(lambda: self.toggle_maximised(chart))
        return chart

    def _blank_scale(self, interval: Interval, zone: ZoneInfo) -> TimeScale:
        shown = TimeRange.first(_EPOCH_S, interval, 0.0)
        return TimeScale(shown, zone, HeaderFonts.of(self.font()).small, blank=True)

    def _choose_series(self) -> None:
        changed = False
        for chart in self.charts:
            series_id = self._choice.series_for(chart.spec, chart.series_id)
            if series_id != chart.series_id:
                chart.show_series(series_id, self.interval)
                changed = True
        if changed:
            self.keys_changed.emit(self.watched_keys())

    def _follow(self) -> bool:
        """Look where the newest bar is now; True if the range moved, and with it everything is drawn."""
        ends = {chart.series_id: end for chart in self.charts if (end := chart.series.end_s) is not None}
        if len(ends) > 1:
            ends.pop(SCORE, None)  # its last evaluation is older than the newest bar, or has no bars with it
        if not ends:
            return False
        before, self._newest_s = self._newest_s, max(ends.values())
        if self._scale.blank:
            return self._move(TimeRange.first(self._newest_s, self.interval, self.charts[0].plot.plot_px))
        if before is not None and self._newest_s == before:
            return False
        return self._move(self.time_range.follow(before, self._newest_s), at_once=False)

    def _move(self, shown: TimeRange, *, at_once: bool = True) -> bool:
        if self._newest_s is None:
            return False
        oldest = min(float(chart.series.time_s[0]) for chart in self.charts if len(chart.series))
        shown = shown.within(oldest, self._newest_s)
        if shown == self.time_range and not self._scale.blank:
            return False
        self._show_scale(TimeScale(shown, self._scale.zone, self._scale.font), at_once=at_once)
        return True

    def _show_scale(self, scale: TimeScale, *, at_once: bool = True) -> None:
        self._scale = scale
        if not at_once:  # nobody's hand is moving them: each in its turn
            for chart in self.charts:
                self._draw_soon(chart)
            self._show_strips()
            return
        self._waiting.clear()
        for chart in self.charts:
            chart.show_time(scale, self._axis_px)
        self._settle_axis(strips_changed=True)

    def _settle_axis(self, *, strips_changed: bool = False) -> None:
        """Give all price axes the width that the widest needs, so that plots of a column stand in line."""
        needed = max(chart.plot.needed_axis_px for chart in self.charts)
        if needed > self._axis_px:  # it never shrinks while prices move: the plots would twitch
            self._axis_px = math.ceil(needed / _AXIS_STEP_PX) * _AXIS_STEP_PX
            for chart in self.charts:
                chart.show_time(self._scale, self._axis_px)
            strips_changed = True
        if strips_changed:
            self._show_strips()

    def _show_strips(self) -> None:
        for place, strip in enumerate(self._strips):
            strip.show_scale(self._scale, self._axis_px, names_zone=place == len(self._strips) - 1)

    def _draw(self, chart: Chart) -> None:
        self._waiting.pop(chart, None)
        chart.show_time(self._scale, self._axis_px)
        self._settle_axis()

    def _draw_soon(self, chart: Chart) -> None:
        """One chart a beat: drawing all of them at once would hold up the window's other work."""
        self._waiting[chart] = None
        if not self._beat.isActive():
            self._draw_next()
            self._beat.start()

    def _draw_next(self) -> None:
        if self._waiting:
            self._draw(next(iter(self._waiting)))
        else:
            self._beat.stop()

    def _draw_if_now_moved(self) -> None:
        """The light's band and values that hold reach to now: draw when that is another pixel."""
        frame = self.charts[0].plot.content.frame
        if frame is None or self._scale.blank or not math.isfinite(self._light.until_s):
            return
        now_px = int(frame.x(min(self._light.until_s, frame.end_s)))
        if now_px != self._now_px:
            self._now_px = now_px
            for chart in self.charts:
                self._draw_soon(chart)

    def _arrange(self) -> None:
        shown = self.charts if self._maximised is None else (self._maximised,)
        columns = choose_columns(len(shown), self.width(), self.height())
        if columns == self._columns:
            return
        rows = math.ceil(len(shown) / columns)
        self._columns = columns
        for place in reversed(range(self._grid.count())):
            self._grid.takeAt(place)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 1 if row < rows else 0)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for chart in self.charts:
            chart.setVisible(chart in shown)
        for place, chart in enumerate(shown):
            row, column = divmod(place, columns)
            self._grid.addWidget(chart, row, column)
            self._grid.setRowStretch(row, 1)
            self._grid.setColumnStretch(column, 1)
        while len(self._strips) < columns:
            strip = TimeStrip(self._theme, self._scale, FRAME_PX, self)
            strip.setObjectName(f"time-axis-{len(self._strips)}")
            self._strips.append(strip)
        while len(self._strips) > columns:
            strip = self._strips.pop()
            strip.hide()
            strip.deleteLater()
        for column, strip in enumerate(self._strips):
            self._grid.addWidget(strip, rows, column)
            strip.show()
        self._show_strips()

    # --------------------------------------------------------------------------------------------------- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the columns that suit the new size."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Label the axis in another font or language."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange) and hasattr(self, "_beat"):
            font = HeaderFonts.of(self.font()).small
            self._axis_px = 0.0
            self._show_scale(TimeScale(self.time_range, self._scale.zone, font, blank=self._scale.blank))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan, zoom, go to the newest bar, maximise and restore."""
        if not press_key(self, event.key()):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines between charts, guarded; cells without a chart stay ground."""
        painter = QPainter(self)
        draw_guarded("chart grid", painter, QRectF(self.rect()), self._theme.quiet, self._draw_lines)
        painter.end()

    def _draw_lines(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.ground))
        for part in (*self.charts, *self._strips):
            if part.isVisible():
                around = part.geometry().adjusted(-_LINE_PX, -_LINE_PX, _LINE_PX, _LINE_PX)
                painter.fillRect(around, QColor(self._theme.line))
