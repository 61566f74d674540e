"""Tool bar: the market's clock in New York, the checklist day, the theme."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

from barograph.engine.snapshot import Snapshot
from barograph.gui.formats import clock, day
from barograph.gui.icons import icon
from barograph.gui.text import label
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr

_LONGEST_GUESS_S = 5.0
"""The clock runs on by itself for so long after a snapshot; an engine that is silent for longer has no time."""


class ClockBar(QToolBar):
    """Takes the rest of the row, so that it stands at the right."""

    def __init__(
        self, theme: Theme, monotonic: Callable[[], float] = time.monotonic, parent: QWidget | None = None
    ) -> None:
        """`monotonic` counts seconds, for the time between two snapshots."""
        super().__init__(parent)
        self.setObjectName("clockBar")
        self.setWindowTitle(tr("Clock"))
        self.setMovable(False)
        self._monotonic = monotonic
        self._snapshot: Snapshot | None = None
        self._shown_at = 0.0
        space = QWidget()
        space.setObjectName("clockSpace")
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.text = label("clock", "quiet")
        self.text.setContentsMargins(SPACE, 0, 2 * SPACE, 0)
        self.addWidget(self.text)
        self.theme_action = QAction(tr("Light or dark"), self)
        self.theme_action.setObjectName("themeToggle")
        self.theme_action.setShortcut(QKeySequence("Ctrl+T"))
        self.addAction(self.theme_action)
        if (button := self.widgetForAction(self.theme_action)) is not None:
            button.setAccessibleName(tr("Change between the light and the dark theme"))
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.refresh)
        self.set_theme(theme)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take over the engine's time."""
        self._snapshot = snapshot
        self._shown_at = self._monotonic()
        self.refresh()

    def refresh(self) -> None:
        """Show the engine's time and what has passed since it was told."""
        if self._snapshot is None:
            return
        told = self._snapshot.clock
        passed_s = 0.0
        if not told.paused and not told.at_end:
            passed_s = told.speed * min(self._monotonic() - self._shown_at, _LONGEST_GUESS_S)
        now = told.now + timedelta(seconds=passed_s)
        words = tr("New York {time} · checklist day {day}")
        self.text.setText(words.format(time=clock(now, seconds=True), day=day(self._snapshot.sheet.day)))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme_action.setIcon(icon("theme", theme))

    def showEvent(self, event: QShowEvent) -> None:
        """Run while it can be seen."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while it cannot."""
        super().hideEvent(event)
        self._timer.stop()
