"""The Feeds panel: one line for each source, and what the engine has to say about them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from barograph.engine.snapshot import Snapshot
from barograph.gui.feed_labels import advisory_text
from barograph.gui.panels.feeds_table import FeedsTable
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import tr

_WIDE_FROM = 80
"""Text heights; a narrower panel has its notices below the table."""


class FeedsPanel(QWidget):
    """Per source: state, newest data, last success, requests used, next refresh, last error; below, notices."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Empty until the first snapshot."""
        super().__init__()
        self.setObjectName("feedsPanel")
        self.setAccessibleName(tr("Feeds"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._wide_from = _WIDE_FROM * sizes.body
        self.table = FeedsTable(theme, sizes)
        self.empty = label("feedsEmpty", "quiet", wrap=True)
        self.notices = label("feedsNotices", wrap=True)
        self.notices.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("feedsNoticesArea")
        self._scroll.setAccessibleName(tr("Notices"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.notices)
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._parts.setSpacing(2 * SPACE)
        self._parts.addWidget(self.table, 2)
        self._parts.addWidget(self._scroll, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.empty)
        column.addLayout(self._parts, 1)
        show_text(self.empty, tr("No feed has answered yet."))
        self._show_notices("")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's sources, and its notices."""
        self.table.show_health(snapshot.health, snapshot.clock.now)
        show_text(self.empty, "" if snapshot.health else tr("This feed has no sources."))
        told = notices(snapshot)
        self._show_notices("\n".join(told if len(told) < 2 else (f"• {notice}" for notice in told)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Notices stand beside the table where there is room, else below it."""
        super().resizeEvent(event)
        wide = self.width() >= self._wide_from
        self._parts.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.table.set_theme(theme)

    def _show_notices(self, text: str) -> None:
        show_text(self.notices, text)
        self._scroll.setVisible(bool(text))


def notices(snapshot: Snapshot) -> tuple[str, ...]:
    """What the trader has to know, a sentence or two each."""
    return (*map(advisory_text, snapshot.advisories), *snapshot.notices)
