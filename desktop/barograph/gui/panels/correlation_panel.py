"""The Correlation panel: headline pairs with their bands, the time frames, the gap, and all pairs as a heat map."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from barograph.engine.context_view import ContextView, FramesView, GapMove
from barograph.engine.snapshot import Snapshot
from barograph.gui.context_labels import trend_arrow, trend_word
from barograph.gui.formats import UNKNOWN, moment, number, quantity
from barograph.gui.panels.cell_grid import CellGrid, Column
from barograph.gui.panels.context_panel import ContextPanel
from barograph.gui.panels.context_state import panel_state
from barograph.gui.panels.heat_section import HeatSection
from barograph.gui.panels.pair_section import PairSection
from barograph.gui.panels.section import Section
from barograph.gui.text import label, set_role, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import tr
from barograph.market.intervals import Interval

_WIDE_FROM = 54
"""Text heights; a wider panel has its heat map beside the pairs."""
_FRAMES = (Interval.HOUR_1, Interval.HOUR_4)


class CorrelationPanel(ContextPanel):
    """Two columns where there is room for them."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Names alone until the first snapshot."""
        super().__init__("correlation", tr("Correlation"), theme)
        self._wide_from = _WIDE_FROM * sizes.body
        self.pairs = PairSection(theme)
        self.frames = Section("frames", tr("Trends on 1h and 4h"))
        self.flag = label("framesFlag", wrap=True)
        self.trends = CellGrid("frameTrends", (Column("", stretch=1), Column("", right=True), Column("", right=True)))
        self.frames.add(self.flag, self.trends)
        self.gap = label("correlationGap", wrap=True)
        self.heat = HeatSection(theme, sizes)
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._parts.setSpacing(2 * SPACE)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.gap)
        left.addWidget(self.pairs)
        right.addWidget(self.heat)
        right.addWidget(self.frames)
        for column in (left, right):
            column.setSpacing(SPACE)
            column.addStretch(1)
            self._parts.addLayout(column, 1)
        self.column.addLayout(self._parts)
        self.column.addStretch(1)
        self.colour(self.pairs, self.heat)
        show_text(self.gap, "")
        self._show_frames(FramesView((), None))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's correlations."""
        context, now = snapshot.context, snapshot.clock.now
        self.show_state(panel_state(snapshot, _unknown(context)))
        if context is None:
            return
        if self.shown.is_new("pairs", context.correlations, now):
            self.pairs.show_pairs(context.correlations, now)
        if self.shown.is_new("heat", context.heat_maps, now):
            self.heat.show_maps(context.heat_maps)
        if self.shown.is_new("gap", context.gap, now):
            show_text(self.gap, gap_text(context.gap, now))
        if self.shown.is_new("frames", context.frames, now):
            self._show_frames(context.frames)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column or two."""
        super().resizeEvent(event)
        wide = self.width() >= self._wide_from
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._parts.direction() is not direction:
            self._parts.setDirection(direction)

    def _show_frames(self, frames: FramesView) -> None:
        names = list(dict.fromkeys(trend.instrument for trend in frames.trends))
        cells = {(trend.instrument, trend.interval): trend for trend in frames.trends}
        rows = []
        for name in names:
            shown = [cells.get((name, interval)) for interval in _FRAMES]
            rows.append((name, *(_trend_text(t.strength, trend_arrow(t.trend)) if t else UNKNOWN for t in shown)))
        tips = [
            "\n".join(
                f"{interval}: {trend_word(cells[name, interval].trend)}"
                for interval in _FRAMES
                if (name, interval) in cells
            )
            for name in names
        ]
        head = [("", *map(str, _FRAMES))] if rows else []
        self.trends.show_rows([*head, *rows], [*("" for _ in head), *tips], [("small",) * 3 for _ in head])
        show_text(self.flag, _flag_text(frames))
        set_role(self.flag, "strong" if frames.disagree else "quiet")
        self.frames.summarise(tr("disagree") if frames.disagree else "")


def gap_text(gap: GapMove | None, now: datetime) -> str:
    """What a coin did while stocks could not trade."""
    if gap is None:
        return ""
    move = UNKNOWN if gap.move is None else quantity(gap.move, "share", 1, signed=True)
    times = {"since": moment(gap.since, now), "until": moment(gap.until, now)}
    words = tr("{coin} moved {move} while {stock} was closed, {since} to {until}.")
    if gap.running:
        words = tr("{stock} is closed since {since}; {coin} has moved {move} in that time.")
    return words.format(coin=gap.crypto, stock=gap.stock, move=move, **times)


def _trend_text(strength: float | None, arrow: str) -> str:
    return f"{arrow} {number(strength, 1, signed=True)}" if strength is not None else arrow


def _flag_text(frames: FramesView) -> str:
    if frames.disagree:
        names = tr(", ", "between names").join(frames.disagreeing)
        return tr("1h and 4h point in opposite directions: {names}. No trade is a valid answer.").format(names=names)
    if frames.disagree is None:
        return tr("Whether 1h and 4h agree is not known.")
    return tr("1h and 4h do not contradict each other.")


def _unknown(context: ContextView | None) -> int:
    return sum(pair.rho is None for pair in context.correlations) if context else 0
