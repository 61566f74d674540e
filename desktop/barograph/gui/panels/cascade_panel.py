"""The Cascade panel: two lines where it is low, the whole timeline with crypto's leverage where it is high."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from barograph.engine.context_view import ContextView, CryptoStructure
from barograph.engine.snapshot import Snapshot
from barograph.gui.panels.cascade_strip import CascadeStrip
from barograph.gui.panels.cascade_timeline import CascadeTimeline
from barograph.gui.panels.context_panel import ContextPanel
from barograph.gui.panels.context_state import panel_state
from barograph.gui.panels.crypto_section import CryptoSection
from barograph.gui.panels.deleveraging_section import DeleveragingSection
from barograph.gui.text import label
from barograph.gui.theme import TextSizes, Theme
from barograph.gui.translation import tr
from barograph.risk.cascade import Status

_STRIP_BELOW = 12
"""Text heights; a panel that is lower, and wide enough, is a strip."""
_STRIP_FROM = 34
"""Text heights; a panel that is narrower has no room for six stages on a line."""


class CascadePanel(QWidget):
    """Chooses its form by its size; only the one in sight is kept up to date."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Names without answers until the first snapshot."""
        super().__init__()
        self.setObjectName("cascadePanel")
        self.setAccessibleName(tr("Cascade"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._em = sizes.body
        self._snapshot: Snapshot | None = None
        self.strip = CascadeStrip(theme)
        self.whole = _WholeCascade(theme, sizes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        column.addWidget(self.whole, 1)
        self._choose_form()

    @property
    def is_strip(self) -> bool:
        """Whether the two lines are shown."""
        return not self.strip.isHidden()

    def sizeHint(self) -> QSize:
        """A strip."""
        return QSize(60 * self._em, self.strip.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """As low as a strip."""
        return QSize(18 * self._em, self.strip.minimumSizeHint().height())

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's cascade."""
        self._snapshot = snapshot
        self._show()

    def show_nothing(self, reason: str) -> None:
        """Without any snapshot: why, in a sentence."""
        self.whole.show_nothing(reason)
        self.strip.state_line.show_state(self.whole.state_line.state)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.strip.set_theme(theme)
        self.whole.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the form that suits the size."""
        super().resizeEvent(event)
        self._choose_form()

    def _choose_form(self) -> None:
        low = self.height() < _STRIP_BELOW * self._em and self.width() >= _STRIP_FROM * self._em
        if self.strip.isHidden() is low or self.whole.isHidden() is not low:
            self.strip.setVisible(low)
            self.whole.setVisible(not low)
            self._show()

    def _show(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        if self.is_strip:
            state = panel_state(snapshot, _unknown(snapshot.context))
            self.strip.show_context(snapshot.context, state, snapshot.clock.now)
        else:
            self.whole.show_snapshot(snapshot)


class _WholeCascade(ContextPanel):
    """Timeline, stage of deleveraging, leverage of each coin."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        super().__init__("cascadeWhole", tr("Cascade"), theme)
        self.timeline = CascadeTimeline(theme)
        self.crypto = DeleveragingSection(theme, sizes)
        caveat = tr("A way to read what happens; nothing shows that it foretells anything.")
        self.note = label("cascadeNote", "small", caveat, wrap=True)
        self.coins: dict[str, CryptoSection] = {}
        self.add(self.timeline, self.note, self.crypto)
        self.column.addStretch(1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's cascade."""
        context, now = snapshot.context, snapshot.clock.now
        self.show_state(panel_state(snapshot, _unknown(context)))
        if context is None:
            return
        if self.shown.is_new("timeline", context.cascade, now):
            self.timeline.show_marks(context.cascade, now)
        if self.shown.is_new("deleveraging", context.deleveraging, now):
            self.crypto.show_deleveraging(context.deleveraging, now)
        if self.shown.is_new("structures", context.crypto, now):
            self._show_structures(context.crypto, now)

    def _show_structures(self, structures: tuple[CryptoStructure, ...], now: datetime) -> None:
        for structure in structures:
            if structure.coin not in self.coins:
                made = self.coins[structure.coin] = CryptoSection(structure.coin, folded=bool(self.coins))
                self.column.insertWidget(self.column.count() - 1, made)
            self.coins[structure.coin].show_structure(structure, now)
        shown = {structure.coin for structure in structures}
        for coin, section in self.coins.items():
            section.setVisible(coin in shown)


def _unknown(context: ContextView | None) -> int:
    if context is None:
        return 0
    marks = sum(mark.status is Status.UNKNOWN for mark in context.cascade)
    return marks + (context.deleveraging is not None and not context.deleveraging.known)
