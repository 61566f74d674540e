"""The window: what it shows of a snapshot, what leaves it, and that nothing it meets stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QRect
from PySide6.QtGui import QAction, QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from barograph.checklist.steps import Step
from barograph.engine.messages import (
    EngineConfig,
    EngineFailure,
    RefreshNow,
    Seek,
    SeriesKey,
    SetPaused,
    SetSpeed,
    StepForward,
    TickStep,
    WatchSeries,
    WriteNote,
)
from barograph.feeds.contract import FeedInfo
from barograph.gui.charts.specs import ChartStyle
from barograph.gui.engine_thread import EngineThread, Patience
from barograph.gui.main_window import MainWindow
from barograph.gui.striped_frame import frame_region
from barograph.gui.theme import DARK, FRAME_PX, LIGHT, Theme
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from tests.gui import fake_engines
from tests.gui.conftest import Clock, FakeCharts
from tests.gui.screen_text import texts_of
from tests.gui.snapshots import DAY, DEMO, LIVE, NOW, REPLAY, make_snapshot

WAIT_MS = 20_000
TITLES = ["Light", "Why", "Checklist", "Cascade", "Regime", "Correlation", "Track record", "Feeds"]


def charts(window: MainWindow) -> FakeCharts:
    assert isinstance(window.charts, FakeCharts)
    return window.charts


def commands(window: MainWindow) -> list[object]:
    """What leaves the window from now on."""
    sent: list[object] = []
    window.command_requested.connect(sent.append)
    return sent


def action(window: MainWindow, text: str) -> QAction:
    (found,) = {id(entry): entry for entry in window.findChildren(QAction) if entry.text() == text}.values()
    return found


# ------------------------------------------------------------------------------------------------- showing


def test_every_panel_shows_the_snapshot(window: MainWindow) -> None:
    snapshot = make_snapshot(Face.WATCH, feed=LIVE)
    window.show_snapshot(snapshot)
    assert window.light.word.text() == "WATCH"
    assert window.why.total.text() == "Contributions add up to 66"
    assert window.checklist.title.text() == "Sheet of Thu 5 Feb"
    assert window.feeds.table.rowCount() == 2 * len(snapshot.health)
    assert charts(window).snapshots == [snapshot]
    assert window.clock_bar.text.text() == "New York 14:32:07 · checklist day Thu 5 Feb"
    assert window.windowTitle() == "WATCH 66 · Barograph"


def test_a_snapshot_of_the_engine_shows_its_light_at_once_and_then_one_part_after_the_other(
    window: MainWindow, qtbot: QtBot
) -> None:
    snapshot = make_snapshot(Face.WATCH, feed=LIVE)
    window.take_snapshot(snapshot)
    assert window.light.word.text() == "WATCH"
    assert window.windowTitle().startswith("WATCH")
    assert charts(window).snapshots == []
    assert window.feeds.table.rowCount() == 0
    qtbot.waitUntil(lambda: window.feeds.table.rowCount() == 2 * len(snapshot.health))
    assert window.why.total.text() == "Contributions add up to 66"
    assert window.checklist.title.text() == "Sheet of Thu 5 Feb"
    assert charts(window).snapshots == [snapshot]


def test_what_has_no_turn_yet_does_not_come_back_after_the_engine_is_down(window: MainWindow) -> None:
    window.take_snapshot(make_snapshot(Face.WATCH, feed=LIVE))
    window.show_engine_down("died")
    shown = len(charts(window).snapshots)
    QTest.qWait(1)
    assert window.light.word.text() == "NO DATA"
    assert len(charts(window).snapshots) == shown == 1
    assert not window._in_turns._turn.isActive()


@pytest.mark.parametrize(("feed", "word"), [(DEMO, "SIMULATED"), (REPLAY, "REPLAY")])
def test_what_is_not_the_live_market_is_marked_everywhere(window: MainWindow, feed: FeedInfo, word: str) -> None:
    window.show_snapshot(make_snapshot(feed=feed))
    assert window.windowTitle().endswith(f" · {word} · Barograph")
    assert window.chart_bar.word.text() == word
    assert window.chart_bar.word.isVisible()
    assert all(dock.accessibleName().endswith(word) for dock in window.docks)
    assert [dock.windowTitle() for dock in window.docks] == TITLES
    assert [dock.toggleViewAction().text() for dock in window.docks] == TITLES
    picture = window.grab().toImage()
    assert not window.frame.mask().contains(window.rect().center())
    edge = [picture.pixelColor(x, 0) for x in range(picture.width())]
    assert 0.3 < edge.count(QColor(DARK.accent)) / len(edge) < 0.7


def test_no_panel_that_comes_to_the_front_covers_the_frame(window: MainWindow, qtbot: QtBot) -> None:
    window.show_snapshot(make_snapshot(feed=DEMO))
    for dock in (window.docks.feeds, window.docks.record, window.docks.light, window.docks.regime):
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda dock=dock: not dock.widget().visibleRegion().isEmpty())  # type: ignore[misc]
        QCoreApplication.processEvents()
        picture = window.grab().toImage()
        right, bottom = picture.width() - 1, picture.height() - 1
        edges = (
            [picture.pixelColor(x, bottom) for x in range(picture.width())],
            [picture.pixelColor(0, y) for y in range(picture.height())],
            [picture.pixelColor(right, y) for y in range(picture.height())],
        )
        for edge in edges:
            assert 0.4 < edge.count(QColor(DARK.accent)) / len(edge) < 0.6, dock.objectName()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_list_of_speeds_can_be_read(window: MainWindow, theme: Theme) -> None:
    """A list that pops up is a window of its own, with colours of its own unless it is told."""
    window.set_theme(theme.name)
    window.show_snapshot(make_snapshot(feed=DEMO))
    window.playback_bar.speed.showPopup()
    picture = window.playback_bar.speed.view().grab().toImage()
    window.playback_bar.speed.hidePopup()
    colours = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    assert colours.count(QColor(theme.panel)) / len(colours) > 0.6
    assert QColor(theme.text) in colours


def test_the_live_market_has_no_frame(window: MainWindow, qtbot: QtBot) -> None:
    window.show_snapshot(make_snapshot(feed=DEMO))
    window.show_snapshot(make_snapshot(feed=LIVE))
    qtbot.waitUntil(lambda: not window.chart_bar.word.isVisible())
    assert not window.frame.isVisible()
    assert not window.playback_bar.isVisible()
    assert [dock.windowTitle() for dock in window.docks] == TITLES
    assert [dock.accessibleName() for dock in window.docks] == TITLES


def test_the_word_stands_in_the_title_of_every_panel(window: MainWindow) -> None:
    """What a title is drawn with differs by the word alone, and the tabs keep the short titles."""
    window.show_snapshot(make_snapshot(feed=LIVE))
    titles = QRect(0, 0, window.docks.light.width(), window.light.y() - 1)
    live = window.docks.light.grab(titles).toImage()
    window.show_snapshot(make_snapshot(feed=DEMO))
    marked = window.docks.light.grab(titles).toImage()
    changed = [
        x for x in range(live.width()) if any(live.pixel(x, y) != marked.pixel(x, y) for y in range(live.height()))
    ]
    assert 40 < max(changed) - min(changed) < 120
    assert min(changed) > 20


def test_a_floating_panel_carries_its_own_frame(window: MainWindow) -> None:
    window.show_snapshot(make_snapshot(feed=DEMO))
    dock = window.docks[0]
    frame = dock.findChild(type(window.frame))
    assert frame is not None
    assert not frame.isVisibleTo(dock)
    dock.setFloating(True)
    assert frame.isVisibleTo(dock)
    assert dock.windowTitle() == "Light  ·  SIMULATED"
    window.show_snapshot(make_snapshot(feed=LIVE))
    assert not frame.isVisibleTo(dock)
    assert dock.windowTitle() == "Light"


def test_the_frame_covers_the_edge_and_nothing_else() -> None:
    region = frame_region(QRect(0, 0, 100, 60))
    inside = QRect(FRAME_PX, FRAME_PX, 100 - 2 * FRAME_PX, 60 - 2 * FRAME_PX)
    assert region.intersected(inside).isEmpty()
    assert region.united(inside).boundingRect() == QRect(0, 0, 100, 60)


def test_a_window_can_be_rebuilt_from_one_snapshot(open_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    snapshot = make_snapshot(Face.CALM, missing=("X2",), ticked=3, moved=2.0)
    first = open_window()
    for face in Face:
        first.show_snapshot(make_snapshot(face, feed=REPLAY, ticked=3))
    first.show_snapshot(snapshot)
    second = open_window()
    second.show_snapshot(snapshot)
    assert first.light.glyph.face is second.light.glyph.face
    qtbot.waitUntil(lambda: list(texts_of(first)) == list(texts_of(second)))


# -------------------------------------------------------------------------------------------- engine's faults


def test_without_an_engine_the_light_is_no_data_with_the_reason(window: MainWindow) -> None:
    window.show_snapshot(make_snapshot(Face.CALM))
    window.show_engine_down("silent")
    assert window.light.word.text() == "NO DATA"
    assert window.light.reason.text() == ("The engine is not answering. What is shown below is from its last answer.")
    assert window.light.since.text() == "since 14:32"
    assert window.windowTitle().startswith("NO DATA")
    assert window.why.history.text() == ""
    assert list(window.notices.texts) == ["The engine has not answered for a while; it is being started again."]
    window.show_engine_down("died")
    assert list(window.notices.texts) == ["The engine stopped unexpectedly; it is being started again."]
    window.show_snapshot(make_snapshot(Face.CALM))
    assert window.light.word.text() == "CALM"
    assert not window.notices.texts
    assert not window.notices.isVisible()


def test_an_engine_that_never_came_up_is_told(window: MainWindow) -> None:
    window.show_engine_down("died")
    assert window.light.word.text() == "NO DATA"
    words = "The engine stopped unexpectedly; it is being started again."
    assert window.light.reason.text() == words
    lines = (window.regime.state_line, window.correlation.state_line, window.cascade.strip.state_line)
    assert [line.state.words for line in lines] == [words] * 3
    assert len(window.notices.texts) == 1


def test_a_fault_is_reported_once_and_can_be_copied(window: MainWindow) -> None:
    first = EngineFailure("division by zero", "Traceback …\nline 3", fatal=False)
    window.show_failure(first)
    assert list(window.notices.texts) == ["A fault in the program: division by zero"]
    assert not window.report.isVisible()
    window.notices.take_back("fault")
    window.show_failure(first)
    assert not window.notices.texts
    window.show_failure(EngineFailure("{braces} & <b>markup</b>", "", fatal=False))
    assert list(window.notices.texts) == ["A fault in the program: {braces} & <b>markup</b>"]
    window.report.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.count("division by zero") == 1
    assert "line 3" in copied
    assert "{braces}" in copied


def test_the_report_does_not_block_the_window(window: MainWindow) -> None:
    window.show_failure(EngineFailure("a fault", "details", fatal=False))
    details = window.notices.findChild(type(window.report.copy), "noticeDetails_fault")
    assert details is not None
    details.click()
    assert window.report.isVisible()
    assert not window.report.isModal()


def test_a_fatal_failure_stands_in_its_own_words(window: MainWindow) -> None:
    window.show_failure(EngineFailure("bars.csv, line 3: {x} is not a price", "", fatal=True))
    window.show_engine_down("fatal")
    assert window.notices.texts == (
        "bars.csv, line 3: {x} is not a price",
        "The engine stopped and will not start again with the same input.",
    )


def test_a_panel_that_fails_to_draw_leaves_the_window_alive(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AttributeError("no such thing")

    monkeypatch.setattr("barograph.gui.face_glyph.paint_face", fail)
    window.show_snapshot(make_snapshot(Face.WATCH))
    window.light.glyph.grab()
    window.show_snapshot(make_snapshot(Face.CALM))
    window.light.glyph.grab()
    assert window.light.word.text() == "CALM"
    assert [record.message for record in caplog.records] == ["FaceGlyph could not be drawn"]


# ------------------------------------------------------------------------------------------------- commands


def test_commands_of_the_checklist_leave_the_window(window: MainWindow) -> None:
    window.show_snapshot(make_snapshot(ticked=0))
    sent = commands(window)
    window.checklist.steps[Step.MACRO].check.click()
    (command,) = sent
    assert isinstance(command, TickStep)


@pytest.mark.parametrize("interval", [Interval.MIN_5, Interval.HOUR_4, Interval.DAY_1])
def test_an_interval_is_charted_and_its_series_are_watched(window: MainWindow, interval: Interval) -> None:
    window.show_snapshot(make_snapshot())
    sent = commands(window)
    window.chart_bar.intervals[interval].trigger()
    assert charts(window).interval is interval
    assert sent == [WatchSeries((SeriesKey("BTC", interval),))]


def test_an_interval_that_the_feed_has_not_is_not_offered(window: MainWindow) -> None:
    assert charts(window).interval is Interval.HOUR_1
    window.show_snapshot(replace(make_snapshot(), intervals=(Interval.DAY_1,)))
    offered = [interval for interval, entry in window.chart_bar.intervals.items() if entry.isEnabled()]
    assert offered == [Interval.DAY_1]
    assert charts(window).interval is Interval.DAY_1
    assert window.chart_bar.intervals[Interval.DAY_1].isChecked()


def test_candles_or_line(window: MainWindow) -> None:
    window.chart_bar.styles[ChartStyle.LINE].trigger()
    assert charts(window).style_shown is ChartStyle.LINE
    assert window.chart_bar.styles[ChartStyle.LINE].isChecked()


def test_the_theme_is_toggled_for_panels_and_charts(window: MainWindow) -> None:
    assert charts(window).theme is DARK
    window.clock_bar.theme_action.trigger()
    assert charts(window).theme is LIGHT
    assert window.palette().window().color() == QColor(LIGHT.ground)
    window.clock_bar.theme_action.trigger()
    assert charts(window).theme is DARK


def test_refresh_is_in_the_menu(window: MainWindow) -> None:
    sent = commands(window)
    action(window, "&Refresh now").trigger()
    assert sent == [RefreshNow()]


def test_every_action_with_a_shortcut_has_its_own(window: MainWindow) -> None:
    shortcuts = [entry.shortcut().toString() for entry in window.findChildren(QAction) if entry.shortcut().count()]
    assert len(shortcuts) >= 14
    assert len(set(shortcuts)) == len(shortcuts)


def test_about_asks_no_question(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "&About Barograph").trigger()
    box = window.findChild(QMessageBox, "about")
    assert isinstance(box, QMessageBox)
    assert not box.isModal()
    box.close()


# ------------------------------------------------------------------------------------------------- playback


def test_pause_step_and_speed_leave_as_commands(window: MainWindow) -> None:
    window.show_snapshot(make_snapshot(feed=DEMO))
    bar, sent = window.playback_bar, commands(window)
    assert bar.isVisible()
    assert bar.speed.currentText() == "60×"
    assert not bar.forward.isEnabled()
    bar.pause.trigger()
    paused = make_snapshot(feed=DEMO)
    window.show_snapshot(replace(paused, clock=replace(paused.clock, paused=True)))
    assert bar.pause.isChecked()
    bar.forward.trigger()
    bar.speed.setCurrentIndex(0)
    bar.speed.activated.emit(0)
    assert sent == [SetPaused(paused=True), StepForward(), SetSpeed(1.0)]


def test_what_the_engine_says_of_its_clock_is_shown(window: MainWindow) -> None:
    snapshot = make_snapshot(feed=DEMO)
    window.show_snapshot(replace(snapshot, clock=replace(snapshot.clock, speed=250.0)))
    assert window.playback_bar.speed.currentText() == "250×"
    speeds = [window.playback_bar.speed.itemText(row) for row in range(window.playback_bar.speed.count())]
    assert speeds == ["1×", "10×", "60×", "250×", "300×", "600×", "3,600×", "0.25 d/s", "1 d/s"]
    window.show_snapshot(replace(snapshot, clock=replace(snapshot.clock, paused=True, at_end=True)))
    assert not window.playback_bar.forward.isEnabled()


def test_only_a_recording_can_be_sought(window: MainWindow, qtbot: QtBot) -> None:
    window.show_snapshot(make_snapshot(feed=DEMO))
    assert not window.playback_bar.place.isVisible()
    window.show_snapshot(make_snapshot(feed=REPLAY))
    qtbot.waitUntil(window.playback_bar.place.isVisible)
    assert window.playback_bar.date.isVisible()


def test_seeking_with_the_slider(window: MainWindow) -> None:
    assert REPLAY.start is not None
    window.show_snapshot(make_snapshot(feed=REPLAY))
    bar, sent = window.playback_bar, commands(window)
    assert bar.place.value() == int((NOW - REPLAY.start).total_seconds() // 60)
    assert sent == []
    bar.place.setValue(1_440)
    assert sent == [Seek(REPLAY.start + timedelta(days=1))]


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2020-03-12 16:10", datetime(2020, 3, 12, 20, 10, tzinfo=UTC)),  # summer time in New York
        ("2020-01-15 16:10", datetime(2020, 1, 15, 21, 10, tzinfo=UTC)),
        ("1990-01-01 00:00", REPLAY.start),
        ("2090-01-01 00:00", REPLAY.end),
    ],
)
def test_seeking_by_date_is_in_new_york_and_within_the_folder(
    window: MainWindow, typed: str, instant: datetime
) -> None:
    window.show_snapshot(make_snapshot(feed=REPLAY))
    bar, sent = window.playback_bar, commands(window)
    assert bar.date.text() == "2026-02-05 14:32"
    bar.date.setDateTime(bar.date.dateTimeFromText(typed))
    bar.date.editingFinished.emit()
    assert sent == [Seek(instant)]


# --------------------------------------------------------------------------------------------------- clock


def test_the_clock_runs_on_between_snapshots_but_not_for_ever(window: MainWindow, clock: Clock) -> None:
    window.show_snapshot(make_snapshot(feed=LIVE))
    clock.now += 3.0
    window.clock_bar.refresh()
    assert window.clock_bar.text.text().startswith("New York 14:32:10")
    clock.now += 3_600.0
    window.clock_bar.refresh()
    assert window.clock_bar.text.text().startswith("New York 14:32:12")


def test_a_paused_clock_stands(window: MainWindow, clock: Clock) -> None:
    snapshot = make_snapshot()
    window.show_snapshot(replace(snapshot, clock=replace(snapshot.clock, paused=True)))
    clock.now += 3.0
    window.clock_bar.refresh()
    assert window.clock_bar.text.text().startswith("New York 14:32:07")


# -------------------------------------------------------------------------------------- with a real process


def test_the_window_with_an_engine_from_start_to_close(
    open_window: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window()
    engine = EngineThread(
        fake_engines.answering, EngineConfig("demo", str(tmp_path)), patience=Patience(look_every_s=0.02)
    )
    window.attach(engine)
    engine.start()
    with qtbot.waitSignal(engine.snapshot_ready, timeout=WAIT_MS):
        window.command_requested.emit(RefreshNow())
    assert window.light.word.text() == "RISK-OFF"
    qtbot.waitUntil(lambda: window.checklist.title.text() == "Sheet of Thu 5 Feb", timeout=WAIT_MS)
    window.checklist.steps[Step.LEADERSHIP].check.click()
    assert window.checklist.steps[Step.LEADERSHIP].status.text() == "saving…"
    status = window.checklist.steps[Step.LEADERSHIP].status
    qtbot.waitUntil(lambda: status.text() == "saved", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(charts(window).updates) == 2, timeout=WAIT_MS)  # a series and the light's past
    window.close()
    assert engine.isFinished()
    assert fake_engines.logged(tmp_path)[-1] == "stopped"


def test_closing_hands_over_what_was_being_written(window: MainWindow) -> None:
    window.show_snapshot(make_snapshot(ticked=0))
    sent = commands(window)
    QTest.keyClicks(window.checklist.steps[Step.MACRO].note, "unfinished")
    window.close()
    (command,) = sent
    assert command == WriteNote(command.command_id, DAY, Step.MACRO, "unfinished")  # type: ignore[attr-defined]
    assert not window.isVisible()
