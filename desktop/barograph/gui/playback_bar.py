"""Tool bar of a market whose clock obeys: speed, pause, step, and for a recorded one the place in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, QSignalBlocker, Qt, QTime, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QSlider, QToolBar, QWidget

from barograph.engine.messages import Seek, SetPaused, SetSpeed, StepForward
from barograph.engine.snapshot import Snapshot
from barograph.feeds.contract import FeedInfo, FeedKind
from barograph.gui.formats import NEW_YORK, number
from barograph.gui.icons import icon
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr

SPEEDS = (1.0, 10.0, 60.0, 300.0, 600.0, 3_600.0, 21_600.0, 86_400.0)
_DAY_S = 86_400.0


class PlaybackBar(QToolBar):
    """Hidden for the live market. Each control leaves as a command; what is shown is what the engine says."""

    command_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Hidden until a snapshot of a simulated or recorded market."""
        super().__init__(parent)
        self.setObjectName("playbackBar")
        self.setWindowTitle(tr("Playback"))
        self.setMovable(False)
        self._theme = theme
        self._feed: FeedInfo | None = None
        self.pause = QAction(tr("Pause"), self, checkable=True)
        self.pause.setObjectName("playbackPause")
        self.pause.setShortcut(QKeySequence("F8"))
        self.pause.triggered.connect(lambda paused: self.command_requested.emit(SetPaused(paused)))
        self.forward = QAction(tr("Step to the next bar"), self)
        self.forward.setObjectName("playbackStep")
        self.forward.setShortcut(QKeySequence("F9"))
        self.forward.triggered.connect(lambda: self.command_requested.emit(StepForward()))
        self.addAction(self.pause)
        self.addAction(self.forward)
        for action in (self.pause, self.forward):
            if (button := self.widgetForAction(action)) is not None:
                button.setAccessibleName(action.text())
        self.speed = QComboBox()
        self.speed.setObjectName("playbackSpeed")
        self.speed.setAccessibleName(tr("Speed"))
        self.speed.setToolTip(tr("How much faster than real time the market's clock runs"))
        for speed in SPEEDS:
            self.speed.addItem(_speed_text(speed), speed)
        self.speed.activated.connect(
            lambda index: self.command_requested.emit(SetSpeed(float(self.speed.itemData(index))))
        )
        self.addWidget(self.speed)
        self.place, self.date = QSlider(Qt.Orientation.Horizontal), QDateTimeEdit()
        self._seeking = self._add_seeking()
        self.set_theme(theme)
        self.hide()

    def _add_seeking(self) -> tuple[QAction, ...]:
        self.place.setObjectName("playbackPlace")
        self.place.setAccessibleName(tr("Place in the recording"))
        self.place.setTracking(False)  # seek when let go, not on the way
        self.place.setMinimumWidth(16 * SPACE)
        self.place.setMaximumWidth(60 * SPACE)
        self.place.valueChanged.connect(self._slid)
        self.date.setObjectName("playbackDate")
        self.date.setAccessibleName(tr("Time in the recording, New York"))
        self.date.setToolTip(tr("Jump to this time, New York"))
        self.date.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.date.setKeyboardTracking(False)
        self.date.editingFinished.connect(self._typed)
        return self.addWidget(self.place), self.addWidget(self.date)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the market's clock."""
        clock, feed = snapshot.clock, snapshot.feed
        self.setVisible(feed.kind is not FeedKind.LIVE)
        self.pause.setChecked(clock.paused)
        self.pause.setIcon(icon("play" if clock.paused else "pause", self._theme))
        self.forward.setEnabled(clock.paused and not clock.at_end)
        self._show_speed(clock.speed)
        seekable = feed.kind is FeedKind.REPLAY and feed.start is not None and feed.end is not None
        for action in self._seeking:
            action.setVisible(seekable)
        if seekable:
            self._show_place(feed, clock.now)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.pause.setIcon(icon("play" if self.pause.isChecked() else "pause", theme))
        self.forward.setIcon(icon("step", theme))

    def _show_speed(self, speed: float) -> None:
        index = self.speed.findData(speed)
        if index < 0:
            index = sum(float(self.speed.itemData(row)) < speed for row in range(self.speed.count()))
            self.speed.insertItem(index, _speed_text(speed), speed)
        if not self.speed.view().isVisible():
            self.speed.setCurrentIndex(index)

    def _show_place(self, feed: FeedInfo, now: datetime) -> None:
        if feed.start is None or feed.end is None:
            return
        self._feed = feed
        if not self.place.isSliderDown():
            with QSignalBlocker(self.place):
                self.place.setRange(0, max(1, _minutes(feed.end - feed.start)))
                self.place.setValue(_minutes(now - feed.start))
        if not self.date.hasFocus():
            with QSignalBlocker(self.date):
                self.date.setDateTime(_shown(now))

    def _slid(self, minutes: int) -> None:
        if self._feed is not None and self._feed.start is not None:
            self.command_requested.emit(Seek(self._feed.start + timedelta(minutes=minutes)))

    def _typed(self) -> None:
        if self._feed is None or self._feed.start is None or self._feed.end is None:
            return
        day, time = self.date.date(), self.date.time()
        local = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=NEW_YORK)
        wanted = min(max(local.astimezone(UTC), self._feed.start), self._feed.end)
        self.date.clearFocus()
        self.command_requested.emit(Seek(wanted))


def _speed_text(speed: float) -> str:
    if speed >= _DAY_S / 4:
        return tr("{n} d/s").format(n=number(speed / _DAY_S, 0 if speed >= _DAY_S else 2))
    return tr("{n}×").format(n=number(speed, 0))


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _shown(instant: datetime) -> QDateTime:
    local = instant.astimezone(NEW_YORK)
    return QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
