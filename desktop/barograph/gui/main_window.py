"""The window: charts in the middle, panels in docks around them; it wires signals and shows snapshots."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox, QVBoxLayout, QWidget

import barograph
from barograph.engine.messages import (
    EngineFailure,
    RefreshNow,
    WatchSeries,
)
from barograph.engine.snapshot import Snapshot
from barograph.gui.chart_bar import INTERVALS, STYLES, ChartBar
from barograph.gui.chart_menu import ChartMenu
from barograph.gui.charts.interface import Charts
from barograph.gui.charts.specs import ChartSpec, ChartStyle, charts_at, charts_for
from barograph.gui.clock_bar import ClockBar
from barograph.gui.dock_layout import FIRST_PANELS, Docks, arrange, place_newcomers
from barograph.gui.engine_thread import EngineThread
from barograph.gui.feed_strip import FeedStrip
from barograph.gui.icons import program_icon
from barograph.gui.labels import engine_down_reason, face_word, feed_word
from barograph.gui.layout_file import LayoutFile, View
from barograph.gui.notice_bar import NoticeBar
from barograph.gui.panel_dock import PanelDock
from barograph.gui.panels.cascade_panel import CascadePanel
from barograph.gui.panels.checklist_panel import ChecklistPanel
from barograph.gui.panels.correlation_panel import CorrelationPanel
from barograph.gui.panels.feeds_panel import FeedsPanel
from barograph.gui.panels.light_panel import LightPanel
from barograph.gui.panels.record_panel import RecordPanel
from barograph.gui.panels.regime_panel import RegimePanel
from barograph.gui.panels.why_panel import WhyPanel
from barograph.gui.playback_bar import PlaybackBar
from barograph.gui.record_asker import RecordAsker
from barograph.gui.report_dialog import ReportDialog
from barograph.gui.staggered import Staggered
from barograph.gui.striped_frame import StripedFrame
from barograph.gui.style_sheet import style_sheet
from barograph.gui.theme import DARK, LIGHT, THEMES, Theme, palette, text_sizes
from barograph.gui.translation import tr
from barograph.market.intervals import Interval
from barograph.risk.faces import Face


class _Themed(Protocol):
    def set_theme(self, theme: Theme) -> None: ...


class MainWindow(QMainWindow):
    """Everything it shows comes in a Snapshot; everything the user does leaves as a command."""

    command_requested = Signal(object)

    def __init__(self, charts: Charts, data_dir: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`data_dir` holds the layout file; `monotonic` counts seconds for clocks on screen."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(program_icon())
        self.setDockNestingEnabled(True)
        self.charts = charts
        self._layout_file = LayoutFile(data_dir)
        self._engine: EngineThread | None = None
        self._asker: RecordAsker | None = None
        self._snapshot: Snapshot | None = None
        self._theme, self._interval, self._style = DARK, Interval.HOUR_1, ChartStyle.CANDLES
        self.notices = NoticeBar()
        self.report = ReportDialog(barograph.__version__, self)
        self._make_panels(monotonic)
        self._make_bars(monotonic)
        self._make_middle()
        self._make_menus()
        self._connect()
        self.frame = StripedFrame(self, self._theme)
        others = (panel for panel in self.panels if panel is not self.light)
        self._parts = (self.charts, *others, self.chart_bar, self.playback_bar, self.strip)
        self._in_turns = Staggered(self._parts, self)
        self._restore()
        self._show_title()

    # ------------------------------------------------------------------------------------------ construction

    def _make_panels(self, monotonic: Callable[[], float]) -> None:
        sizes = text_sizes(self.font())
        self.light = LightPanel(self._theme, sizes)
        self.why = WhyPanel(self._theme, sizes)
        self.checklist = ChecklistPanel(self._theme, sizes, monotonic)
        self.feeds = FeedsPanel(self._theme, sizes)
        self.cascade = CascadePanel(self._theme, sizes)
        self.regime = RegimePanel(self._theme, sizes)
        self.correlation = CorrelationPanel(self._theme, sizes)
        self.record = RecordPanel(self._theme, sizes)
        self.docks = Docks(
            self._dock(self.light, tr("Light"), 1),
            self._dock(self.why, tr("Why"), 2),
            self._dock(self.checklist, tr("Checklist"), 3),
            self._dock(self.cascade, tr("Cascade"), 5),
            self._dock(self.regime, tr("Regime"), 6),
            self._dock(self.correlation, tr("Correlation"), 7),
            self._dock(self.record, tr("Track record"), 8),
            self._dock(self.feeds, tr("Feeds"), 4),
        )
        self.panels = (
            *(self.light, self.why, self.checklist, self.cascade),
            *(self.regime, self.correlation, self.record, self.feeds),
        )

    def _dock(self, panel: QWidget, title: str, number: int) -> PanelDock:
        """The dock of a panel, with a key for opening and closing it."""
        dock = PanelDock(panel.objectName().replace("Panel", "Dock"), title, panel, self._theme, self)
        dock.toggleViewAction().setShortcut(QKeySequence(f"Ctrl+Shift+{number}"))
        return dock

    def _make_bars(self, monotonic: Callable[[], float]) -> None:
        self.chart_bar = ChartBar(self._theme, self)
        self.playback_bar = PlaybackBar(self._theme, self)
        self.clock_bar = ClockBar(self._theme, monotonic, self)
        for bar in (self.chart_bar, self.playback_bar, self.clock_bar):
            self.addToolBar(bar)
            bar.setIconSize(QSize(16, 16))
            bar.toggleViewAction().setVisible(False)  # a bar that is gone could not be found again
        self.strip = FeedStrip(self)
        self.setStatusBar(self.strip)

    def _make_middle(self) -> None:
        middle = QWidget()
        middle.setObjectName("central")
        middle.setMinimumSize(320, 240)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(cast(QWidget, self.charts), 1)
        self.setCentralWidget(middle)

    def _make_menus(self) -> None:
        bar = self.menuBar()
        bar.setObjectName("menuBar")
        bar.setAccessibleName(tr("Menu"))
        file = bar.addMenu(tr("&File"))
        file.addAction(tr("&Refresh now"), QKeySequence("F5"), lambda: self.command_requested.emit(RefreshNow()))
        file.addSeparator()
        file.addAction(tr("&Quit"), QKeySequence("Ctrl+Q"), self.close)
        view = bar.addMenu(tr("&View"))
        for dock in self.docks.in_menu:
            view.addAction(dock.toggleViewAction())
        view.addSeparator()
        view.addActions([*self.chart_bar.intervals.values()])
        view.addSeparator()
        view.addActions([*self.chart_bar.styles.values()])
        self.chart_menu = ChartMenu(self)
        view.addMenu(self.chart_menu)
        view.addSeparator()
        view.addAction(self.clock_bar.theme_action)
        view.addAction(tr("Reset &layout"), QKeySequence("Ctrl+0"), self.reset_layout)
        playback = bar.addMenu(tr("&Playback"))
        playback.addActions([self.playback_bar.pause, self.playback_bar.forward])
        about = bar.addMenu(tr("&Help"))
        about.addAction(tr("&About Barograph"), self._show_about)

    def _connect(self) -> None:
        self.chart_bar.interval_chosen.connect(self.set_interval)
        self.chart_bar.style_chosen.connect(self.set_style)
        self.clock_bar.theme_action.triggered.connect(self._toggle_theme)
        self.playback_bar.command_requested.connect(self.command_requested)
        self.checklist.tick_requested.connect(self.command_requested)
        self.checklist.note_requested.connect(self.command_requested)
        self.checklist.decision_requested.connect(self.command_requested)
        self.charts.keys_changed.connect(self._watch)
        self.chart_menu.chosen.connect(self.show_charts)
        self.docks.feeds.visibilityChanged.connect(self._show_strip)
        self.strip.panel_wanted.connect(self._show_feeds)

    def attach(self, engine: EngineThread) -> None:
        """Connect the engine's thread, which the window stops when it is closed; starting it is the caller's."""
        self._engine = engine
        engine.snapshot_ready.connect(self.take_snapshot)
        engine.series_ready.connect(self.charts.apply_series)
        engine.light_ready.connect(self.charts.apply_light)
        engine.acknowledged.connect(self.checklist.show_acknowledged)
        engine.engine_down.connect(self.show_engine_down)
        engine.failure.connect(self.show_failure)
        self.command_requested.connect(engine.send)
        self._watch()

    def attach_record(self, asker: RecordAsker) -> None:
        """Connect what works out the track record, which the window stops when it is closed."""
        self._asker = asker
        asker.answered.connect(self.record.show_answer)
        self.docks.record.visibilityChanged.connect(asker.want)
        asker.want(not self.record.visibleRegion().isEmpty())

    # ------------------------------------------------------------------------------------------------ showing

    @Slot(object)
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot in every panel."""
        self._take(snapshot)
        self._show(snapshot)

    @Slot(object)
    def take_snapshot(self, snapshot: Snapshot) -> None:
        """Show the light of a snapshot at once and the rest in turns: to show everything takes longer than a frame."""
        self._take(snapshot)
        self.light.show_snapshot(snapshot)
        self._show_feed(snapshot)
        self._in_turns.start(snapshot)

    def _take(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.notices.take_back("engine")
        if self._asker is not None:
            self._asker.show_snapshot(snapshot)
        if snapshot.intervals and self._interval not in snapshot.intervals:
            self.set_interval(snapshot.intervals[-1])

    def _show(self, snapshot: Snapshot) -> None:
        self._in_turns.stop()
        self.light.show_snapshot(snapshot)
        for part in self._parts:
            part.show_snapshot(snapshot)
        self._show_feed(snapshot)

    def _show_feed(self, snapshot: Snapshot) -> None:
        """Whether this is the live market, and what time it is there."""
        word = feed_word(snapshot.feed)
        self.clock_bar.show_snapshot(snapshot)
        for dock in self.docks:
            dock.mark(word)
        self.frame.setVisible(bool(word))
        self._show_title(snapshot)

    def _show_title(self, snapshot: Snapshot | None = None) -> None:
        parts = ["Barograph"]
        if snapshot is not None:
            light = snapshot.light
            score = "" if light.score is None else f" {int(light.score + 0.5)}"
            parts = [face_word(light.face) + score, feed_word(snapshot.feed), "Barograph"]
        self.setWindowTitle(" · ".join(part for part in parts if part))

    @Slot(str)
    def show_engine_down(self, reason: str) -> None:
        """No data, with the reason; what the last snapshot knew stays below, with its time."""
        self.notices.tell("engine", engine_down_reason(reason))
        if self._snapshot is None:
            for panel in (self.light, self.cascade, self.regime, self.correlation, self.record):
                panel.show_nothing(engine_down_reason(reason))
            return
        before, now = self._snapshot.light, self._snapshot.clock.now
        underlying = before.underlying if before.face is Face.NO_DATA else before.face
        light = replace(
            before,
            face=Face.NO_DATA,
            ceiling=Face.NO_DATA,
            underlying=underlying,
            pending=None,
            since=now,
            sessions_in_state=0,
            next_evaluation=None,
            reason="engine",
        )
        self._show(replace(self._snapshot, light=light, flip=None, history=None))

    @Slot(object)
    def show_failure(self, failure: EngineFailure) -> None:
        """A fault goes into the report, once; a fatal one stands above the charts in its own words."""
        if self.report.add(failure):
            key, words = "fatal", failure.message
            if not failure.fatal:
                key, words = "fault", tr("A fault in the program: {message}").format(message=words)
            self.notices.tell(key, words, self.report.show)

    @Slot(object)
    def set_interval(self, interval: Interval) -> None:
        """Chart bars of this interval."""
        self._interval = interval
        self.chart_bar.show_interval(interval)
        self.charts.set_interval(interval)

    @Slot(object)
    def set_style(self, style: ChartStyle) -> None:
        """Chart bars in this style."""
        self._style = style
        self.chart_bar.show_style(style)
        self.charts.set_style(style)

    @Slot(object)
    def show_charts(self, specs: Sequence[ChartSpec]) -> None:
        """Show these charts, in this order."""
        self._charts_shown = tuple(specs)
        self.chart_menu.show_charts(specs)
        self.charts.show_charts(specs)

    def set_theme(self, name: str) -> None:
        """Show everything in the theme of that name."""
        self._theme = THEMES[name]
        self.setPalette(palette(self._theme))
        self.setStyleSheet(style_sheet(self._theme, text_sizes(self.font())))
        themed: list[_Themed] = [self.charts, self.frame, *self.panels, *self.docks]
        for shown in (*themed, self.chart_bar, self.playback_bar, self.clock_bar):
            shown.set_theme(self._theme)

    def _toggle_theme(self) -> None:
        self.set_theme((LIGHT if self._theme is DARK else DARK).name)

    def _watch(self) -> None:
        self.command_requested.emit(WatchSeries(tuple(self.charts.watched_keys())))

    def _show_about(self) -> None:
        words = tr("Barograph {version}\nIt shows market pressure. It is not investment advice.")
        box = QMessageBox(self)
        box.setObjectName("about")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(tr("About Barograph"))
        box.setText(words.format(version=barograph.__version__))
        box.setModal(False)
        box.show()

    @Slot(bool)
    def _show_strip(self, feeds_in_sight: bool) -> None:
        """The strip stands in for the Feeds panel; a window that is hidden changes nothing."""
        if self.isVisible():
            self.strip.setVisible(not feeds_in_sight)

    @Slot()
    def _show_feeds(self) -> None:
        self.docks.feeds.show()
        self.docks.feeds.raise_()

    # ------------------------------------------------------------------------------------------------- layout

    def reset_layout(self) -> None:
        """Put every panel where it was at first, and show the charts for which there is room."""
        arrange(self, self.docks)
        self.show_charts(charts_for(self.width(), self.height()))

    def _restore(self) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(1920, screen.width() * 9 // 10), min(1080, screen.height() * 9 // 10))
        self.reset_layout()
        restored = self._layout_file.restore(self)
        view, self._as_at_first = restored.view, not restored.layout
        if restored.layout:
            place_newcomers(self, self.docks, FIRST_PANELS if restored.docks is None else restored.docks)
        if restored.set_aside is not None:
            words = tr("The window's layout could not be read; the file is kept as {path}.")
            self.notices.tell("layout", words.format(path=restored.set_aside))
        self.set_theme(view.theme if view.theme in THEMES else self._theme.name)
        self.set_style(ChartStyle(view.style) if view.style in STYLES else self._style)
        stored = charts_at(view.charts.split())
        self._charts_kept = bool(stored)
        self.show_charts(stored or self._charts_shown)
        self.set_interval(Interval(view.interval) if view.interval in INTERVALS else self._interval)

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes of docks hold only once the window has its own."""
        super().showEvent(event)
        if self.focusWidget() is None:
            cast(QWidget, self.charts).setFocus()  # its keys move in time
        if self._as_at_first:
            self._as_at_first = False
            arrange(self, self.docks)
            if not self._charts_kept:
                self.show_charts(charts_for(self.width(), self.height()))
        self._show_strip(not self.docks.feeds.isHidden())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hand over what was written, keep the layout, stop the engine; never ask a question."""
        self.checklist.save_notes()
        charts = " ".join(spec.place for spec in self._charts_shown)
        self._layout_file.save(self, View(self._theme.name, self._interval, self._style, charts))
        self.report.hide()
        self._in_turns.stop()
        self.hide()
        if self._asker is not None:
            self._asker.stop()
        if self._engine is not None and not self._engine.stop():
            logging.getLogger(__name__).error("the engine's thread did not end in time")
        super().closeEvent(event)
