"""Tool bar: the feed, the charts' interval and style."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QKeySequence
from PySide6.QtWidgets import QToolBar, QWidget

from barograph.engine.snapshot import Snapshot
from barograph.gui.charts.specs import ChartStyle
from barograph.gui.feed_labels import feed_title
from barograph.gui.formats import plain_tip
from barograph.gui.icons import icon
from barograph.gui.labels import feed_word
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import mark, tr
from barograph.market.intervals import Interval

INTERVALS = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)
STYLES = {ChartStyle.CANDLES: mark("Candles"), ChartStyle.LINE: mark("Line")}
_FEED_PX = 210


class ChartBar(QToolBar):
    """What is charted, and where it comes from."""

    interval_chosen = Signal(object)
    style_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """All intervals are offered until a snapshot says which there are."""
        super().__init__(parent)
        self.setObjectName("chartBar")
        self.setWindowTitle(tr("Charts"))
        self.setMovable(False)
        self._offered: tuple[Interval, ...] = INTERVALS
        self.word = label("feedWord", "badge")
        self.feed = label("feedLabel", "quiet", tr("starting …"))
        self.feed.setContentsMargins(2 * SPACE, 0, SPACE, 0)
        self._word_action = self.addWidget(self.word)
        self.addWidget(self.feed)
        self.addSeparator()
        group = QActionGroup(self)
        self.intervals: dict[Interval, QAction] = {}
        for number, interval in enumerate(INTERVALS, start=1):
            action = self._action(group, f"interval_{interval}", interval)
            action.setToolTip(tr("Bars of {interval}").format(interval=interval))
            action.setShortcut(QKeySequence(f"Ctrl+{number}"))
            action.triggered.connect(lambda _=False, chosen=interval: self.interval_chosen.emit(chosen))
            self.intervals[interval] = action
        self.addSeparator()
        group = QActionGroup(self)
        self.styles: dict[ChartStyle, QAction] = {}
        for style, words in STYLES.items():
            action = self._action(group, f"style_{style}", tr(words))
            action.triggered.connect(lambda _=False, chosen=style: self.style_chosen.emit(chosen))
            self.styles[style] = action
        self.styles[ChartStyle.CANDLES].setShortcut(QKeySequence("Ctrl+K"))
        self.styles[ChartStyle.LINE].setShortcut(QKeySequence("Ctrl+L"))
        for action in self.actions():
            if action.text():
                self.widgetForAction(action).setAccessibleName(action.toolTip())
        self.set_theme(theme)
        self._word_action.setVisible(False)

    def _action(self, group: QActionGroup, name: str, text: str) -> QAction:
        action = QAction(text, self, checkable=True)
        action.setObjectName(name)
        group.addAction(action)
        self.addAction(action)
        return action

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the feed and offer the intervals that it has."""
        word = feed_word(snapshot.feed)
        self.word.setText(word)
        self._word_action.setVisible(bool(word))
        room = QFontMetrics(self.feed.font())
        title = feed_title(snapshot.feed)
        show_text(self.feed, room.elidedText(title, Qt.TextElideMode.ElideMiddle, _FEED_PX))
        self.feed.setToolTip(plain_tip(title))
        if snapshot.intervals != self._offered:
            self._offered = snapshot.intervals
            for interval, action in self.intervals.items():
                action.setEnabled(interval in snapshot.intervals)

    def show_interval(self, interval: Interval) -> None:
        """Mark the interval shown."""
        self.intervals[interval].setChecked(True)

    def show_style(self, style: ChartStyle) -> None:
        """Mark the style shown."""
        self.styles[style].setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for style, action in self.styles.items():
            action.setIcon(icon(style, theme))
