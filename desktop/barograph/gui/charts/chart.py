"""One chart: a title row and a plot of one series, in one of five states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from barograph.engine.messages import SeriesUpdate
from barograph.engine.snapshot import Quote, Snapshot
from barograph.gui.charts.content import PlotContent
from barograph.gui.charts.guard import draw_guarded
from barograph.gui.charts.header import Header, HeaderFonts, Piece
from barograph.gui.charts.light_track import LightTrack
from barograph.gui.charts.plot import Plot
from barograph.gui.charts.price_scale import settle_range
from barograph.gui.charts.series_buffer import SeriesBuffer
from barograph.gui.charts.specs import SCORE, ChartSpec, ChartStyle, is_context_line
from barograph.gui.charts.time_scale import TimeScale
from barograph.gui.charts.titles import (
    LastValue,
    from_light,
    from_quote,
    from_series,
    is_quiet,
    last_pieces,
    light_pieces,
    reading_pieces,
    spoken,
)
from barograph.gui.charts.words import empty_words, failure_words, long_name, out_of_sight_words, provenance, short_name
from barograph.gui.formats import plain_tip
from barograph.gui.theme import Theme
from barograph.gui.translation import tr
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.faces import Face

FRAME_PX = 1
"""Room round a chart for the mark of the keyboard's focus."""
_LATE_STEPS = 3
_SCORE_RANGE = (-4.0, 104.0)
_FROM_GOOD_TO_BAD = (
    Freshness.LIVE,
    Freshness.DELAYED,
    Freshness.BREAK,
    Freshness.CLOSED,
    Freshness.LEARNING,
    Freshness.STALE,
    Freshness.ERROR,
    Freshness.MISSING,
)


class ChartState(StrEnum):
    """What a chart looks like."""

    LOADING = "loading"
    LIVE = "live"
    QUIET = "quiet"
    DOUBTFUL = "doubtful"
    EMPTY = "empty"


class Chart(QWidget):
    """Shows one series; what it is told arrives through its methods, what the mouse does leaves by `plot`."""

    def __init__(self, spec: ChartSpec, theme: Theme, light: LightTrack, scale: TimeScale, parent: QWidget) -> None:
        """A chart of the first alternative of `spec`, waiting for its bars."""
        super().__init__(parent)
        self.spec = spec
        self.series_id = spec.alternatives[0]
        self._scale = scale
        self._snapshot: Snapshot | None = None
        self._quotes: Mapping[str, Quote] = {}
        self._prices: tuple[float, float] | None = None
        self._axis_px = 0.0
        self._content = PlotContent(
            theme,
            HeaderFonts.of(self.font()).small,
            SeriesBuffer(scale.range.interval),
            light,
            ChartStyle.CANDLES,
            "",
        )
        self._content.colour = self._curve_colour(theme)
        self.setObjectName(f"chart-{spec.place}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.header = Header(theme, self)
        self.header.setObjectName(f"chart-{spec.place}-title")
        self.plot = Plot(self._content, scale, self)
        self.plot.setObjectName(f"chart-{spec.place}-plot")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(FRAME_PX, FRAME_PX, FRAME_PX, FRAME_PX)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.plot, 1)
        self._show_title()

    @property
    def series(self) -> SeriesBuffer:
        """The points held."""
        return self._content.series

    @property
    def message(self) -> str:
        """The sentence in place of bars, or nothing."""
        return self._content.message

    @property
    def state(self) -> ChartState:
        """Which of the five looks applies."""
        if not self.series.loaded:
            return ChartState.LOADING
        if not len(self.series):
            return ChartState.EMPTY
        freshness = self._freshness()
        if is_quiet(freshness):
            return ChartState.QUIET
        return ChartState.LIVE if freshness.usable else ChartState.DOUBTFUL

    def show_series(self, series_id: str, interval: Interval) -> None:
        """Begin anew with another series or interval."""
        self.series_id = series_id
        self._content.series = SeriesBuffer(interval)
        self._content.held = series_id == SCORE
        self._prices = None
        self._show_title()
        self.refresh()

    def apply(self, update: SeriesUpdate) -> bool:
        """Take points; True if the chart must be drawn again (`refresh`)."""
        before = self.state, self.series.facts
        changed = self.series.apply(update)
        # A quoted value has its title from the snapshot: points change it only at the crosshair.
        named_by_points = self._quote() is None or self._content.crosshair_s is not None
        if changed and (named_by_points or (self.state, self.series.facts) != before):
            self._show_title()
        return changed

    def show_snapshot(self, snapshot: Snapshot, quotes: Mapping[str, Quote]) -> None:
        """Show last value and state, given the snapshot's quotes by id; drawn again only where they changed."""
        self._snapshot, self._quotes = snapshot, quotes
        self._show_title()

    def show_time(self, scale: TimeScale, axis_px: float) -> None:
        """Show a range of time beside a price axis of that width."""
        zone_changed = scale.zone is not self._scale.zone
        self._scale, self._axis_px = scale, axis_px
        if zone_changed:
            self._show_title()
        self.refresh()

    def refresh(self) -> None:
        """Fit the prices and draw."""
        shown = self._scale.range
        series = self.series
        if self.series_id == SCORE and len(series):
            self._prices = _SCORE_RANGE
        else:
            extent = series.extent(shown.start_s, shown.end_s, closes=not (self._content.candles or series.facts.band))
            if extent is not None:
                self._prices = settle_range(self._prices, *self._with_last(extent))
        self._show_state()
        self.plot.show_view(self._scale, self._prices, self._axis_px)

    def _with_last(self, extent: tuple[float, float]) -> tuple[float, float]:
        """Room for the last value too while its time is in sight: a quote may be ahead of its bars."""
        shown, end_s, last = self._scale.range, self.series.end_s, self._content.last
        if last is None or end_s is None or not shown.shows(end_s):
            return extent
        return min(extent[0], last), max(extent[1], last)

    def show_crosshair(self, instant_s: float | None) -> None:
        """Show an instant, or the last value again."""
        self.plot.show_crosshair(instant_s)
        self.header.show_pieces(self._pieces(self._last_value()))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._content.theme = theme
        self._content.colour = self._curve_colour(theme)
        self.header.set_theme(theme)
        self.plot.update()
        self.update()

    def set_style(self, style: ChartStyle) -> None:
        """Draw candles or a line."""
        self._content.style = style
        self._show_title()
        self.refresh()

    def _curve_colour(self, theme: Theme) -> str:
        return theme.text if self.spec.colour is None else theme.series[self.spec.colour]

    def _quote(self) -> Quote | None:
        return self._quotes.get(self.series_id)

    def _freshness(self) -> Freshness:
        if self.series_id == SCORE:
            return Freshness.LIVE if self._last_value().reliable else Freshness.STALE
        return self._age()[0]

    def _age(self) -> tuple[Freshness, datetime | None]:
        """State and time of the value: the quote's, that of the worse part of a ratio, else the series' own."""
        if is_context_line(self.series_id):
            facts = self.series.facts
            return (facts.state, self.series.as_of) if facts.steps else self._age_of_points()
        quotes = [self._quotes.get(part) for part in self.series_id.split("/")]
        known = [quote for quote in quotes if quote is not None]
        if len(known) < len(quotes):
            return self.series.facts.state, self.series.as_of
        worst = max(known, key=lambda quote: _FROM_GOOD_TO_BAD.index(quote.state))
        return worst.state, worst.as_of

    def _age_of_points(self) -> tuple[Freshness, datetime | None]:
        """A line that nobody quotes is as old as its last point: the market it is of rests once that gets late."""
        last, now = self.series.last(), self._snapshot.clock.now if self._snapshot is not None else None
        if last is None or now is None:
            return self.series.facts.state, self.series.as_of
        step_s = self.series.step_s
        end = datetime.fromtimestamp(min(last.start_s + step_s, now.timestamp()), UTC)
        late = now.timestamp() - end.timestamp() > _LATE_STEPS * step_s
        return Freshness.CLOSED if late else Freshness.LIVE, end

    def _last_value(self) -> LastValue:
        now = self._snapshot.clock.now if self._snapshot is not None else None
        if self.series_id == SCORE and self._snapshot is not None:
            return from_light(self._snapshot.light)
        quote = self._quote()
        if quote is not None:
            return from_quote(quote, self.series.facts.unit, now, self._scale.zone)
        return from_series(self.series, *self._age(), now, self._scale.zone)

    def _last_number(self) -> float | None:
        """The same as a number, for its tag; None where there is nothing to tag."""
        last, quote = self.series.last(), self._quote()
        if last is None:
            return None
        if self.series_id == SCORE and self._snapshot is not None:
            light = self._snapshot.light
            return None if light.face is Face.NO_DATA else light.score
        return last.close if quote is None or quote.last is None else quote.last

    def _show_title(self) -> None:
        last = self._last_value()
        self.plot.show_last(self._last_number())
        self.header.show_pieces(self._pieces(last))
        self._show_state()
        name, tip = spoken(self.series_id, last), self._tip()
        if name != self.accessibleName():
            for widget in (self, self.header):
                widget.setAccessibleName(name)
            self.plot.setAccessibleName(tr("Plot of {name}").format(name=short_name(self.series_id)))
        if tip != self.accessibleDescription():
            self.setAccessibleDescription(tip)
            self.header.setToolTip(plain_tip(tip))

    def _pieces(self, last: LastValue) -> tuple[Piece, ...]:
        at_s = self._content.crosshair_s
        if at_s is None:
            return last_pieces(self.series_id, last)
        if self.series_id == SCORE:
            return light_pieces(self.series_id, self._content.light.at(at_s))
        facts, candles = self.series.facts, self._content.candles
        known = not facts.steps or at_s <= self._content.light.now_s
        reading = self.series.at(at_s) if known else None
        return reading_pieces(self.series_id, reading, facts.decimals, candles=candles, band=facts.band)

    def _show_state(self) -> None:
        content, state = self._content, self.state
        look = (
            self._message(state),
            state is ChartState.QUIET,
            state is ChartState.DOUBTFUL,
        )
        if look != (content.message, content.quiet, content.doubtful):
            content.message, content.quiet, content.doubtful = look
            self.plot.update()

    def _message(self, state: ChartState) -> str:
        shown, last = self._scale.range, self.series.last()
        if state is ChartState.EMPTY:
            return self._empty_message()
        if last is None or self._scale.blank or self.series_id == SCORE:
            return ""
        if self.series.has_bars(shown.start_s, shown.end_s):
            return ""
        newest = self._scale.local(last.start_s) if last.end_s <= shown.start_s else None
        return out_of_sight_words(newest, daily=self._scale.daily)

    def _empty_message(self) -> str:
        snapshot, quote = self._snapshot, self._quote()
        if snapshot is None:
            return empty_words(self.series.facts.empty_reason, self.series_id, self.series.interval, None)
        if quote is not None and quote.state is Freshness.ERROR:
            for health in snapshot.health:
                if health.source == quote.source and health.last_error:
                    return failure_words(health, snapshot.clock.now)
        reason, feed = self.series.facts.empty_reason, snapshot.feed.kind
        return empty_words(reason, self.series_id, self.series.interval, feed)

    def _tip(self) -> str:
        quote, facts = self._quote(), self.series.facts
        source = quote.source if quote is not None else facts.source
        _, as_of = self._age()
        if self.series_id == SCORE and self._snapshot is not None:
            as_of = self._snapshot.light.as_of
        lines = (long_name(self.series_id), provenance(source, as_of, facts.unit, self._scale.zone), self.message)
        return "\n".join(line for line in lines if line)

    def changeEvent(self, event: QEvent) -> None:
        """Write in another font or language."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange) and hasattr(self, "plot"):
            self._content.font = HeaderFonts.of(self.font()).small
            self.header.updateGeometry()
            self.header.update()
            self._show_title()
            self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, guarded; all else is drawn by title row and plot."""
        theme = self._content.theme
        painter = QPainter(self)
        draw_guarded("chart frame", painter, QRectF(self.rect()), theme.quiet, self._draw_frame)
        painter.end()

    def _draw_frame(self, painter: QPainter) -> None:
        theme = self._content.theme
        painter.fillRect(self.rect(), QColor(theme.accent if self.hasFocus() else theme.panel))
