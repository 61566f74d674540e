"""The checklist: the trader ticks, "saved" waits for the store, and what was frozen stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.steps import Step
from barograph.engine.messages import Decide, TickStep, WriteNote
from barograph.gui.panels.checklist_panel import ChecklistPanel
from barograph.gui.panels.evidence_table import AGE, CHANGE, FROZEN, LONGER_CHANGE, NAME, NOW, EvidenceTable
from barograph.gui.panels.note_edit import LONGEST
from barograph.gui.panels.step_box import StepBox
from barograph.gui.panels.time_box import Stopwatch
from barograph.gui.theme import DARK, TextSizes
from barograph.risk.faces import Face
from tests.gui.conftest import Clock
from tests.gui.snapshots import DAY, make_snapshot


class Sheet:
    """The panel, and the commands that left it."""

    def __init__(self, panel: ChecklistPanel, qtbot: QtBot) -> None:
        self.panel = panel
        self.qtbot = qtbot
        self.commands: list[Any] = []
        for signal in (panel.tick_requested, panel.note_requested, panel.decision_requested):
            signal.connect(self.commands.append)

    def box(self, step: Step) -> StepBox:
        return self.panel.steps[step]

    def press_tick(self, step: Step) -> None:
        QTest.mouseClick(self.box(step).check, Qt.MouseButton.LeftButton)

    def status(self, step: Step) -> str:
        return self.box(step).status.text()

    def open_steps(self) -> list[Step]:
        return [step for step, box in self.panel.steps.items() if box.body.isVisibleTo(self.panel)]


@pytest.fixture
def sheet(qtbot: QtBot, sizes: TextSizes, clock: Clock) -> Sheet:
    panel = ChecklistPanel(DARK, sizes, clock)
    qtbot.addWidget(panel)
    panel.resize(400, 900)
    panel.show()
    qtbot.waitExposed(panel)
    made = Sheet(panel, qtbot)
    panel.show_snapshot(make_snapshot(ticked=0))
    return made


def cells(table: EvidenceTable, row: int) -> list[str]:
    return [str(table.model().index(row, column).data()) for column in (NAME, FROZEN, NOW, CHANGE, LONGER_CHANGE, AGE)]


# --------------------------------------------------------------------------------------------------- ticks


def test_a_tick_leaves_as_a_command_and_is_saved_only_when_the_store_says_so(sheet: Sheet) -> None:
    sheet.press_tick(Step.MACRO)
    (command,) = sheet.commands
    assert command == TickStep(command.command_id, DAY, Step.MACRO, ticked=True, elapsed_s=0.0)
    assert len(command.command_id) == 32
    assert sheet.status(Step.MACRO) == "saving…"
    sheet.panel.show_acknowledged("another", "")
    assert sheet.status(Step.MACRO) == "saving…"
    sheet.panel.show_acknowledged(command.command_id, "")
    assert sheet.status(Step.MACRO) == "saved"
    sheet.panel.show_snapshot(make_snapshot(ticked=1))
    assert sheet.status(Step.MACRO) == "saved 13:52"


def test_a_snapshot_from_before_the_tick_does_not_take_it_back(sheet: Sheet) -> None:
    sheet.press_tick(Step.MACRO)
    sheet.panel.show_snapshot(make_snapshot(ticked=0))
    assert sheet.box(Step.MACRO).check.isChecked()
    sheet.panel.show_acknowledged(sheet.commands[0].command_id, "")
    sheet.panel.show_snapshot(make_snapshot(ticked=0))
    assert sheet.box(Step.MACRO).check.isChecked()


def test_a_tick_that_was_not_stored_is_taken_back_with_the_reason(sheet: Sheet) -> None:
    sheet.press_tick(Step.MACRO)
    sheet.panel.show_acknowledged(sheet.commands[0].command_id, "the disk is full")
    assert sheet.status(Step.MACRO) == "Not saved: the disk is full"
    assert not sheet.box(Step.MACRO).check.isChecked()


def test_the_panel_never_ticks_nor_unticks(sheet: Sheet) -> None:
    """Snapshots of every kind: nothing leaves, and the boxes show what is stored."""
    for ticked in (0, 3, 5, 2, 0):
        for face in Face:
            sheet.panel.show_snapshot(make_snapshot(face, ticked=ticked, moved=5.0))
            assert [box.check.isChecked() for box in sheet.panel.steps.values()] == [k < ticked for k in range(5)]
    assert sheet.commands == []


def test_the_trader_unticks(sheet: Sheet) -> None:
    sheet.panel.show_snapshot(make_snapshot(ticked=1))
    sheet.press_tick(Step.MACRO)
    (command,) = sheet.commands
    assert (command.step, command.ticked, command.elapsed_s) == (Step.MACRO, False, 108.0)
    sheet.panel.show_acknowledged(command.command_id, "")
    sheet.panel.show_snapshot(make_snapshot(ticked=0))
    assert not sheet.box(Step.MACRO).check.isChecked()
    assert sheet.status(Step.MACRO) == ""


def test_a_tick_before_the_first_snapshot_goes_nowhere(qtbot: QtBot, sizes: TextSizes, clock: Clock) -> None:
    panel = ChecklistPanel(DARK, sizes, clock)
    qtbot.addWidget(panel)
    with qtbot.assertNotEmitted(panel.tick_requested):
        panel.steps[Step.MACRO].check.click()


def test_ticking_with_the_keyboard(sheet: Sheet) -> None:
    sheet.box(Step.MACRO).check.setFocus()
    QTest.keyClick(sheet.box(Step.MACRO).check, Qt.Key.Key_Space)
    assert len(sheet.commands) == 1


# ------------------------------------------------------------------------------------------------ evidence


def test_evidence_tells_value_change_and_age(sheet: Sheet) -> None:
    table = sheet.box(Step.MACRO).table
    assert cells(table, 0) == ["US 10Y", "–", "4.213%", "+4.1", "+12.6 bp", "4 min"]
    assert cells(table, 5)[2:5] == ["27.35 pts", "+3.12", "+8.90"]
    assert cells(table, 2)[5] == "closed"
    headers = [table.model().headerData(column, Qt.Orientation.Horizontal) for column in (CHANGE, LONGER_CHANGE)]
    assert headers == ["1d", "5d"]
    assert table.isColumnHidden(FROZEN)
    assert "As of 14:28 New York, 4 min ago" in table.tip(0)
    assert "A move of 0.050% counts as a change since the tick." in table.tip(0)
    assert "proxy" in table.tip(4)
    assert table.tip(-1) == table.tip(99) == ""


def test_a_folded_steps_evidence_is_up_to_date_when_it_is_opened(sheet: Sheet) -> None:
    sheet.panel.show_snapshot(make_snapshot(ticked=0, moved=2.0))
    box = sheet.box(Step.CORRELATION)
    box.title.click()
    assert cells(box.table, 0)[2] == "0.84"


def test_the_tip_of_a_row_is_shown_under_the_mouse(sheet: Sheet) -> None:
    table = sheet.box(Step.MACRO).table
    at = table.visualRect(table.model().index(3, NAME)).center()
    QApplication.sendEvent(table.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, table.viewport().mapToGlobal(at)))
    assert "The dollar against six currencies." in QToolTip.text()
    QToolTip.hideText()


def test_what_was_frozen_stays_beside_what_is_now(sheet: Sheet) -> None:
    sheet.panel.show_snapshot(make_snapshot(ticked=1))
    table = sheet.box(Step.MACRO).table
    assert not table.isColumnHidden(FROZEN)
    assert cells(table, 0)[1:3] == ["4.213", "4.213%"]
    sheet.panel.show_snapshot(make_snapshot(ticked=1, moved=2.0))
    assert cells(table, 0)[1:3] == ["4.213", "● 4.313%"]
    now = table.item(0, NOW)
    assert now is not None
    assert now.font().bold() or now.font().weight() > QFont.Weight.Normal
    assert sheet.status(Step.MACRO) == "saved 13:52 · changed since ticked"


def test_a_small_move_is_no_change(sheet: Sheet) -> None:
    snapshot = make_snapshot(ticked=1, moved=0.5)
    steps = tuple(replace(view, changed=False) for view in snapshot.steps)
    sheet.panel.show_snapshot(replace(snapshot, steps=steps))
    assert cells(sheet.box(Step.MACRO).table, 0)[1:3] == ["4.213", "4.238%"]
    assert sheet.status(Step.MACRO) == "saved 13:52"


def test_a_missing_value_is_not_a_number(sheet: Sheet) -> None:
    sheet.box(Step.CRYPTO).title.click()
    assert cells(sheet.box(Step.CRYPTO).table, 5) == ["Liq. shorts 1 h", "–", "–", "", "", "missing"]
    assert cells(sheet.box(Step.CRYPTO).table, 2)[3:5] == ["0.0%", ""]


def test_all_rows_can_be_seen(sheet: Sheet, qtbot: QtBot) -> None:
    for step in (Step.MACRO, Step.LEADERSHIP, Step.CRYPTO, Step.CORRELATION):
        if step not in sheet.open_steps():
            sheet.box(step).title.click()
        table = sheet.box(step).table
        qtbot.waitUntil(lambda table=table: table.viewport().height() > 0)  # type: ignore[misc]
        last = table.visualRect(table.model().index(table.rowCount() - 1, NOW))
        assert table.viewport().rect().contains(last)


# ------------------------------------------------------------------------------------------------ time box


def test_a_stopwatch_counts_only_while_it_runs(clock: Clock) -> None:
    watch = Stopwatch(clock)
    clock.now = 5
    assert watch.elapsed_s == 0
    watch.start()
    clock.now = 12
    watch.start()
    assert watch.elapsed_s == 7
    watch.pause()
    clock.now = 20
    assert watch.elapsed_s == 7
    watch.start()
    clock.now = 21
    assert watch.elapsed_s == 8


def test_the_clock_of_a_step_runs_pauses_and_goes_with_the_tick(sheet: Sheet, clock: Clock) -> None:
    box = sheet.box(Step.MACRO).time_box
    assert box.text.text() == "2:00"
    box.button.click()
    clock.now = 65.0
    box.refresh()
    assert box.text.text() == "1:05 / 2:00"
    box.button.click()
    clock.now = 900.0
    box.button.click()
    clock.now = 910.0
    sheet.press_tick(Step.MACRO)
    assert sheet.commands[0].elapsed_s == 75.0
    assert not box.stopwatch.running


def test_over_the_budget_is_said_in_words(sheet: Sheet, clock: Clock) -> None:
    box = sheet.box(Step.MACRO).time_box
    box.button.click()
    clock.now = 151.0
    box.refresh()
    assert box.text.text() == "2:31 · 0:31 over"


def test_a_tick_opens_the_next_step_and_its_clock(sheet: Sheet, clock: Clock) -> None:
    assert sheet.open_steps() == [Step.MACRO]
    sheet.box(Step.MACRO).time_box.button.click()
    clock.now = 30.0
    sheet.press_tick(Step.MACRO)
    assert sheet.open_steps() == [Step.LEADERSHIP]
    assert sheet.box(Step.LEADERSHIP).time_box.stopwatch.running


def test_who_does_not_time_a_step_does_not_time_the_next(sheet: Sheet) -> None:
    sheet.press_tick(Step.MACRO)
    assert sheet.open_steps() == [Step.LEADERSHIP]
    assert not sheet.box(Step.LEADERSHIP).time_box.stopwatch.running


def test_one_clock_runs_at_a_time(sheet: Sheet) -> None:
    sheet.box(Step.MACRO).time_box.button.click()
    sheet.box(Step.CRYPTO).time_box.button.click()
    running = [step for step, box in sheet.panel.steps.items() if box.time_box.stopwatch.running]
    assert running == [Step.CRYPTO]
    assert sheet.open_steps() == [Step.CRYPTO]


def test_progress_and_the_end(sheet: Sheet) -> None:
    assert sheet.panel.progress.text() == "0 of 5 · 0:00 / 15:00"
    sheet.panel.show_snapshot(make_snapshot(ticked=2))
    assert sheet.panel.progress.text() == "2 of 5 · 4:13 / 15:00"
    snapshot = make_snapshot(ticked=5)
    steps = tuple(replace(record, elapsed_s=140.0) for record in snapshot.sheet.steps)
    sheet.panel.show_snapshot(replace(snapshot, sheet=replace(snapshot.sheet, steps=steps)))
    assert sheet.panel.progress.text() == "done in 11:40"


# ------------------------------------------------------------------------------------------------- opening


def test_the_first_step_that_is_not_ticked_is_open(qtbot: QtBot, sizes: TextSizes, clock: Clock) -> None:
    panel = ChecklistPanel(DARK, sizes, clock)
    qtbot.addWidget(panel)
    panel.show_snapshot(make_snapshot(ticked=2))
    assert [box.body.isVisibleTo(panel) for box in panel.steps.values()] == [False, False, True, False, False]


def test_a_step_is_opened_and_folded_by_its_title(sheet: Sheet) -> None:
    title = sheet.box(Step.CORRELATION).title
    title.click()
    assert sheet.open_steps() == [Step.CORRELATION]
    title.click()
    assert sheet.open_steps() == []
    assert not title.isChecked()
    assert sheet.commands == []


# ------------------------------------------------------------------------------------------------- roll-over


def test_a_new_day_is_a_new_sheet_and_says_so(sheet: Sheet) -> None:
    snapshot = make_snapshot(ticked=3)
    sheet.panel.show_snapshot(snapshot)
    sheet.box(Step.CRYPTO).time_box.button.click()
    sheet.panel.form.action.buttons[Action.WAIT].click()
    note = sheet.box(Step.CRYPTO).note
    note.setPlainText("written at the roll-over")
    tomorrow = make_snapshot(ticked=0)
    tomorrow = replace(tomorrow, sheet=replace(tomorrow.sheet, day=DAY + timedelta(days=1)))
    sheet.panel.show_snapshot(tomorrow)
    assert sheet.panel.title.text() == "Sheet of Fri 6 Feb"
    assert sheet.panel.notice.text() == "A new sheet has begun; the one of Thu 5 Feb is kept."
    assert not any(box.check.isChecked() for box in sheet.panel.steps.values())
    assert not any(box.time_box.stopwatch.running for box in sheet.panel.steps.values())
    assert sheet.panel.form.action.chosen is None
    assert note.toPlainText() == ""
    (command,) = sheet.commands  # the note went to the sheet it was written on
    assert command == WriteNote(command.command_id, DAY, Step.CRYPTO, "written at the roll-over")


# --------------------------------------------------------------------------------------------------- notes


def test_a_note_is_saved_with_enter(sheet: Sheet) -> None:
    box = sheet.box(Step.MACRO)
    QTest.keyClicks(box.note, "10-year leads")
    QTest.keyClick(box.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(box.note, "dollar follows")
    assert sheet.commands == []
    QTest.keyClick(box.note, Qt.Key.Key_Return)
    (command,) = sheet.commands
    assert command == WriteNote(command.command_id, DAY, Step.MACRO, "10-year leads\ndollar follows")
    assert box.note_status.text() == "saving…"
    sheet.panel.show_acknowledged(command.command_id, "")
    assert box.note_status.text() == "note saved"
    QTest.keyClick(box.note, Qt.Key.Key_Return)
    assert len(sheet.commands) == 1  # nothing new was written


def test_a_note_is_saved_when_it_is_left(sheet: Sheet) -> None:
    box = sheet.box(Step.MACRO)
    box.note.setFocus()
    sheet.qtbot.waitUntil(box.note.hasFocus)
    QTest.keyClicks(box.note, "left")
    box.check.setFocus()
    assert [command.text for command in sheet.commands] == ["left"]
    sheet.panel.show_acknowledged(sheet.commands[0].command_id, "the disk is full")
    assert box.note_status.text() == "Not saved: the disk is full"


def test_a_snapshot_does_not_replace_what_is_being_written(sheet: Sheet) -> None:
    note = sheet.box(Step.MACRO).note
    QTest.keyClicks(note, "half a sen")
    sheet.panel.show_snapshot(make_snapshot(ticked=1))  # carries a stored note
    assert note.toPlainText() == "half a sen"


def test_a_stored_note_is_shown(sheet: Sheet) -> None:
    sheet.panel.show_snapshot(make_snapshot(ticked=1))
    assert sheet.box(Step.MACRO).note.toPlainText() == "10-year leads, the dollar follows"


@pytest.mark.parametrize(
    "text",
    ["<b>bold</b><script>x</script>", "=cmd|' /C calc'!A0", "\u202egnp.exe", "tab\there\x07", "x" * (LONGEST + 5_000)],
    ids=["markup", "formula", "right to left", "control", "long"],
)
def test_a_note_is_plain_text_whatever_is_pasted(sheet: Sheet, text: str) -> None:
    note = sheet.box(Step.MACRO).note
    note.setPlainText(text)
    sheet.panel.save_notes()
    assert sheet.commands[0].text == text[:LONGEST]
    assert note.toPlainText() == text[:LONGEST]


# ----------------------------------------------------------------------------------------------- decisions


def fill(sheet: Sheet) -> None:
    form = sheet.panel.form
    form.action.buttons[Action.REDUCE].click()
    form.horizon.buttons[Horizon.DAYS_WEEKS].click()
    form.reason.setText("  leaders broke ")
    form.wrong_if.setText("back above the 50-day")


def test_a_decision_needs_all_its_parts(sheet: Sheet) -> None:
    form = sheet.panel.form
    assert form.status.text() == "Still missing: action, horizon, reason, what would prove it wrong"
    parts: list[Callable[[], None]] = [
        form.action.buttons[Action.WAIT].click,
        form.horizon.buttons[Horizon.HOURS].click,
        lambda: form.reason.setText("r"),
        lambda: form.wrong_if.setText("w"),
    ]
    for give in parts:
        assert not form.record.isEnabled()
        give()
    assert form.record.isEnabled()
    assert not form.status.isVisibleTo(form)
    form.reason.setText("   ")
    assert not form.record.isEnabled()


def test_a_decision_has_exactly_one_action(sheet: Sheet) -> None:
    buttons = sheet.panel.form.action.buttons
    assert sheet.panel.form.action.chosen is None
    for chosen in Action:
        buttons[chosen].click()
        assert [action for action in Action if buttons[action].isChecked()] == [chosen]
        assert sheet.panel.form.action.chosen is chosen


def test_a_decision_is_recorded_and_the_form_begins_anew(sheet: Sheet) -> None:
    fill(sheet)
    form = sheet.panel.form
    form.record.click()
    (command,) = sheet.commands
    assert command == Decide(
        command.command_id, DAY, Action.REDUCE, Horizon.DAYS_WEEKS, "leaders broke", "back above the 50-day"
    )
    assert form.status.text() == "saving…"
    assert not form.record.isEnabled()
    sheet.panel.show_acknowledged(command.command_id, "")
    assert form.status.text() == "decision saved"
    assert form.action.chosen is None
    assert form.reason.text() == ""


def test_a_decision_that_was_not_stored_stays_in_the_form(sheet: Sheet) -> None:
    fill(sheet)
    form = sheet.panel.form
    form.record.click()
    sheet.panel.show_acknowledged(sheet.commands[0].command_id, "the disk is full")
    assert form.status.text() == "Not saved: the disk is full"
    assert form.action.chosen is Action.REDUCE
    assert form.record.isEnabled()


def test_every_version_stays_readable_newest_first(sheet: Sheet) -> None:
    sheet.panel.show_snapshot(make_snapshot(ticked=4, decisions=1))
    sheet.panel.show_snapshot(make_snapshot(ticked=4, decisions=2))
    form = sheet.panel.form
    rows = (form.versions.itemAt(row) for row in range(form.versions.count()))
    labels = [row.widget() for row in rows if row is not None]
    texts = [label.text() for label in labels if isinstance(label, QLabel)]
    assert [text.split(" · ")[0] for text in texts] == ["Version 2", "Version 1"]
    assert "reduce · days–weeks\nLeaders broke" in texts[0]
    assert "wait · hours\nBreadth may hold into the close\nWrong if: breadth falls below 40%" in texts[1]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels if isinstance(label, QLabel))
