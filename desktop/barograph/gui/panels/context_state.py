"""The line at the head of a context panel: loading, live, quiet, partial, stale or without an engine, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QBrush, QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from barograph.engine.snapshot import Snapshot
from barograph.feeds.contract import FeedKind
from barograph.gui.feed_labels import waiting_text
from barograph.gui.formats import age, moment
from barograph.gui.guard import painting
from barograph.gui.labels import no_data_reason
from barograph.gui.state_glyph import SIDE_PX, state_icon
from barograph.gui.text import ElidedLabel, label, set_role
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr
from barograph.market.freshness import Freshness

STALE_AFTER = timedelta(minutes=15)
"""An engine whose context is older hangs, or its clock has been set."""
_STOCKS = ("ES", "SPX", "SPY", "NQ", "NDX", "QQQ")


@dataclass(frozen=True, slots=True)
class PanelState:
    """`state` picks the glyph, `words` say it; `doubtful`: what stands below is not to be relied on."""

    state: Freshness
    words: str
    doubtful: bool = False


LOADING = Freshness.MISSING


def panel_state(snapshot: Snapshot | None, unknown: int = 0) -> PanelState:
    """What the head of a panel says; `unknown` counts what the panel shows and does not know."""
    if snapshot is None:
        return PanelState(LOADING, no_data_reason("starting", 0))
    now, context = snapshot.clock.now, snapshot.context
    if snapshot.light.reason == "engine":
        return PanelState(Freshness.ERROR, no_data_reason("engine", 0), doubtful=True)
    if context is None:
        if snapshot.light.waiting:
            words = tr("Fetching history: waiting for {inputs}.")
            return PanelState(LOADING, words.format(inputs=waiting_text(snapshot.light.waiting, 2)))
        return PanelState(LOADING, tr("Nothing has been worked out yet."))
    as_of = tr("as of {time} New York").format(time=moment(context.as_of, now))
    old = snapshot.feed.kind is FeedKind.LIVE and now - context.as_of > STALE_AFTER
    if old:
        words = tr("stale: {as_of}, {age} ago").format(as_of=as_of, age=age(context.as_of, now))
        return PanelState(Freshness.STALE, words, doubtful=True)
    resting = _resting(snapshot)
    if unknown:
        missing = tr("{n} things not known").format(n=unknown) if unknown > 1 else tr("1 thing not known")
        return PanelState(Freshness.DELAYED, " · ".join(part for part in (as_of, resting, missing) if part))
    if resting:
        return PanelState(Freshness.CLOSED, f"{as_of} · {resting}")
    return PanelState(Freshness.LIVE, as_of)


def _resting(snapshot: Snapshot) -> str:
    """That stocks are closed, and since when; empty while any of them trades."""
    quotes = [quote for quote in snapshot.quotes if quote.instrument in _STOCKS]
    if not quotes or any(quote.state not in (Freshness.CLOSED, Freshness.BREAK) for quote in quotes):
        return ""
    since = max((quote.as_of for quote in quotes if quote.as_of is not None), default=None)
    if since is None:
        return tr("stocks closed")
    return tr("stocks closed, {time}").format(time=moment(since, snapshot.clock.now))


class StateLine(QWidget):
    """Glyph and words; hatched where what stands below is not to be relied on."""

    def __init__(self, name: str, theme: Theme, *, one_line: bool = False) -> None:
        """Empty until `show_state`; on one line what has no room is cut off."""
        super().__init__()
        self.setObjectName(f"{name}State")
        self._theme = theme
        self._state = PanelState(LOADING, "")
        self._glyph = QLabel()
        self._glyph.setObjectName(f"{name}StateGlyph")
        self.text = ElidedLabel(f"{name}StateText") if one_line else label(f"{name}StateText", wrap=True)
        set_role(self.text, "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE + 2)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignVCenter if one_line else Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        self._show_glyph()

    @property
    def state(self) -> PanelState:
        """What is shown."""
        return self._state

    def show_state(self, state: PanelState) -> None:
        """Show another state."""
        if state == self._state:
            return
        before, self._state = self._state, state
        if isinstance(self.text, ElidedLabel):
            self.text.show_whole(state.words)
        else:
            self.text.setText(state.words)
        set_role(self.text, "strong" if state.doubtful else "small")
        if before.state is not state.state:
            self._show_glyph()
        if before.doubtful is not state.doubtful:
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._show_glyph()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hatch what is doubtful."""
        if self._state.doubtful:
            with painting(self) as painter:
                painter.setOpacity(0.35)
                painter.setBrushOrigin(QPoint())
                painter.fillRect(self.rect(), QBrush(QColor(self._theme.no_data), Qt.BrushStyle.BDiagPattern))

    def _show_glyph(self) -> None:
        icon = state_icon(self._state.state, self._theme)
        self._glyph.setPixmap(icon.pixmap(SIDE_PX, SIDE_PX))
