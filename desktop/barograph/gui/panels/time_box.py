"""A step's time box: a running clock against its budget, started and paused by hand."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from barograph.gui.formats import duration
from barograph.gui.guard import painting
from barograph.gui.icons import icon
from barograph.gui.text import label
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr


class Stopwatch:
    """Seconds of use, in real time whatever the market's clock does."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds from anywhere."""
        self._clock = clock
        self._kept_s = 0.0
        self._since: float | None = None

    @property
    def running(self) -> bool:
        """Whether time is being counted."""
        return self._since is not None

    @property
    def elapsed_s(self) -> float:
        """Seconds counted so far."""
        return self._kept_s + (0.0 if self._since is None else self._clock() - self._since)

    def start(self) -> None:
        """Count from now on."""
        if self._since is None:
            self._since = self._clock()

    def pause(self) -> None:
        """Stop counting, keep what was counted."""
        self.reset(self.elapsed_s)

    def reset(self, elapsed_s: float) -> None:
        """Stop counting at a given number of seconds."""
        self._kept_s, self._since = elapsed_s, None


class TimeBox(QWidget):
    """``1:48 / 2:00`` over a bar, with a button that starts and pauses; over budget it says so in words."""

    toggled = Signal(bool)

    def __init__(self, name: str, budget_s: int, theme: Theme, clock: Callable[[], float]) -> None:
        """`name` distinguishes the object names of the boxes."""
        super().__init__()
        self.setObjectName(f"{name}TimeBox")
        self._budget_s = budget_s
        self._theme = theme
        self.stopwatch = Stopwatch(clock)
        self.text = label(f"{name}Time", "quiet")
        self.button = QToolButton()
        self.button.setObjectName(f"{name}Clock")
        self.button.clicked.connect(self._toggle)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self.refresh)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(self.text)
        row.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.refresh()

    def run(self, running: bool) -> None:
        """Start or pause the clock."""
        if running:
            self.stopwatch.start()
            self._tick.start()
        else:
            self.stopwatch.pause()
            self._tick.stop()
        self.refresh()

    def show_elapsed(self, elapsed_s: float) -> None:
        """Show what was stored with a tick."""
        self._tick.stop()
        self.stopwatch.reset(elapsed_s)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Show the time used up to now."""
        used = self.stopwatch.elapsed_s
        budget = duration(self._budget_s)
        text = tr("{used} / {budget}").format(used=duration(used), budget=budget)
        if used > self._budget_s:
            over = duration(int(used) - self._budget_s)
            text = tr("{used} · {over} over").format(used=duration(used), over=over)
        elif used < 1 and not self.stopwatch.running:
            text = budget
        self.text.setText(text)
        running = self.stopwatch.running
        self.button.setIcon(icon("pause" if running else "play", self._theme))
        words = tr("Pause the clock of this step") if running else tr("Start the clock of this step")
        self.button.setAccessibleName(words)
        self.button.setToolTip(words)
        self.update()

    def _toggle(self) -> None:
        self.run(not self.stopwatch.running)
        self.toggled.emit(self.stopwatch.running)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar: filled up to the budget; over it, full and in the colour of text."""
        used = self.stopwatch.elapsed_s
        if used < 1 and not self.stopwatch.running:
            return
        share = min(1.0, used / self._budget_s)
        colour = self._theme.accent if used <= self._budget_s else self._theme.text
        with painting(self) as painter:
            painter.fillRect(QRectF(0, self.height() - 3, self.width(), 3), QColor(self._theme.line))
            painter.fillRect(QRectF(0, self.height() - 3, share * self.width(), 3), QColor(colour))
