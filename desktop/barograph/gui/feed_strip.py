"""The strip along the bottom of the window: every source in a few words, while the Feeds panel is not in sight."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStatusBar, QWidget

from barograph.engine.snapshot import Snapshot
from barograph.feeds.contract import SourceHealth
from barograph.gui.feed_labels import source_name, source_state
from barograph.gui.formats import age, duration, plain_tip
from barograph.gui.panels.feeds_panel import notices
from barograph.gui.text import ElidedLabel, label, show_text
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr
from barograph.market.freshness import Freshness


class FeedStrip(QStatusBar):
    """One line: state and age of each source, when the next one is asked, how many notices there are."""

    panel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty until the first snapshot."""
        super().__init__(parent)
        self.setObjectName("feedStrip")
        self.setAccessibleName(tr("Feeds"))
        self.setSizeGripEnabled(False)
        self.sources = ElidedLabel("stripSources")
        self.next = label("stripNext", "small")
        self.notices = label("stripNotices", "strong")
        self.open = QPushButton(tr("Feeds"))
        self.open.setObjectName("stripOpen")
        self.open.setProperty("flat", True)
        self.open.setAccessibleName(tr("Show the Feeds panel"))
        self.open.clicked.connect(self.panel_wanted)
        line = QWidget()
        line.setObjectName("stripLine")
        row = QHBoxLayout(line)
        row.setContentsMargins(2 * SPACE, 0, 2 * SPACE, 0)
        row.setSpacing(3 * SPACE)
        row.addWidget(self.open)
        row.addWidget(self.sources, 1)
        row.addWidget(self.next)
        row.addWidget(self.notices)
        self.addWidget(line, 1)
        self.sources.show_whole(tr("No feed has answered yet."))
        for empty in (self.next, self.notices):
            show_text(empty, "")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's sources in their order."""
        now, told = snapshot.clock.now, notices(snapshot)
        self.sources.show_whole("  ·  ".join(_words(health, now) for health in snapshot.health))
        show_text(self.next, _next_words(snapshot.health, now))
        count = tr("1 notice") if len(told) == 1 else tr("{n} notices").format(n=len(told))
        show_text(self.notices, count if told else "")
        self.notices.setToolTip(plain_tip("\n".join(told)) if told else "")

    def set_theme(self, theme: Theme) -> None:
        """Nothing here is drawn by hand."""


def _words(health: SourceHealth, now: datetime) -> str:
    words = f"{source_name(health.source)} {source_state(health)}"
    resting = health.state in (Freshness.CLOSED, Freshness.BREAK)
    return words if resting or health.newest is None else f"{words} {age(health.newest, now)}"


def _next_words(health: tuple[SourceHealth, ...], now: datetime) -> str:
    asked = [max(entry.next_refresh, entry.waits_until or now) for entry in health if entry.next_refresh is not None]
    if not asked:
        return ""
    return tr("next refresh {time}").format(time=duration((min(asked) - now).total_seconds()))
