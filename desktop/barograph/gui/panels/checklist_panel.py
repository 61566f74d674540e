"""The Checklist panel: five steps in order, ticked by hand, ending in one decision."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.sheet import Sheet
from barograph.checklist.steps import BUDGET_S, Step
from barograph.engine.messages import Decide, TickStep, WriteNote
from barograph.engine.snapshot import Snapshot
from barograph.gui.formats import day, duration
from barograph.gui.panels.decision_form import DecisionForm
from barograph.gui.panels.step_box import StepBox
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import tr


class ChecklistPanel(QWidget):
    """The day's sheet.

    What the user does leaves as a command with an id; "saved" waits for its acknowledgement.
    """

    tick_requested = Signal(object)
    note_requested = Signal(object)
    decision_requested = Signal(object)

    def __init__(self, theme: Theme, sizes: TextSizes, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` is the clock of the time boxes."""
        super().__init__()
        self.setObjectName("checklistPanel")
        self.setAccessibleName(tr("Checklist"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._day: date | None = None
        self._outcomes: dict[str, Callable[[str], None]] = {}
        self.title = label("sheetDay", "strong")
        self.progress = label("sheetProgress", "quiet")
        self.notice = label("sheetNotice", "small", wrap=True)
        self.form = DecisionForm()
        self.form.recorded.connect(self._decide)
        self.steps = {step: StepBox(step, number, theme, sizes, monotonic) for number, step in enumerate(Step, start=1)}
        self.steps[Step.DECISION].insert(self.form)
        for box in self.steps.values():
            box.ticked.connect(self._tick)
            box.note_written.connect(self._note)
            box.opened.connect(self._toggle)
            box.time_box.toggled.connect(partial(self._clock_toggled, box.step))
        self._arrange()
        show_text(self.title, tr("The sheet is being opened."))
        for line in (self.progress, self.notice):
            show_text(line, "")

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 2 * SPACE, SPACE)
        head.addWidget(self.title, 1)
        head.addWidget(self.progress)
        inner = self._sheet = QWidget()
        inner.setObjectName("sheetSteps")
        inner.setEnabled(False)  # there is no sheet to tick yet
        inner.setProperty("panel", True)
        steps = QVBoxLayout(inner)
        steps.setContentsMargins(0, 0, 2 * SPACE, 0)
        steps.setSpacing(SPACE)
        for box in self.steps.values():
            steps.addWidget(box)
        steps.addStretch(1)
        area = QScrollArea()
        area.setObjectName("sheetArea")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 2 * SPACE, SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self.notice)
        column.addWidget(area, 1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the sheet of a snapshot."""
        sheet, now = snapshot.sheet, snapshot.clock.now
        if sheet.day != self._day:
            self._turn_over(sheet)
        views = {view.step: view for view in snapshot.steps}
        for record in sheet.steps:
            self.steps[record.step].show_step(record, views.get(record.step), now)
        self.form.show_decisions(sheet.decisions, now)
        used_s = sum(box.time_box.stopwatch.elapsed_s for box in self.steps.values())
        show_text(self.progress, _progress_text(sheet, used_s))

    def show_acknowledged(self, command_id: str, error: str) -> None:
        """A command of this panel was stored, or `error` says why not; others are not for it."""
        outcome = self._outcomes.pop(command_id, None)
        if outcome is not None:
            outcome(error)

    def save_notes(self) -> None:
        """Hand over what has been written in the notes and not been left yet."""
        for box in self.steps.values():
            box.note.save()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for box in self.steps.values():
            box.set_theme(theme)

    def _turn_over(self, sheet: Sheet) -> None:
        """Begin to show another day; what was being written belongs to the day before and is saved there."""
        first = self._day is None
        if not first:
            self.save_notes()
            for box in self.steps.values():
                box.start_over()
            self.form.clear()
            notice = tr("A new sheet has begun; the one of {day} is kept.")
            show_text(self.notice, notice.format(day=day(self._day)) if self._day else "")
        self._day = sheet.day
        self._sheet.setEnabled(True)
        self._outcomes.clear()
        show_text(self.title, tr("Sheet of {day}").format(day=day(sheet.day)))
        self.title.setToolTip(tr("A sheet belongs to a futures day: the next one begins at 18:00 New York."))
        waiting = [record.step for record in sheet.steps if record.ticked_at is None]
        self._open(waiting[0] if waiting else None)

    def _toggle(self, step: Step) -> None:
        self._open(None if self.steps[step].body.isVisibleTo(self.steps[step]) else step)

    def _open(self, step: Step | None) -> None:
        for box in self.steps.values():
            box.fold(box.step is not step)

    def _clock_toggled(self, step: Step, running: bool) -> None:
        """One clock runs at a time, and its step is open."""
        if running:
            for box in self.steps.values():
                if box.step is not step:
                    box.time_box.run(False)
            self._open(step)

    def _tick(self, step: Step, ticked: bool, elapsed_s: float) -> None:
        if self._day is None:
            return
        command = TickStep(uuid.uuid4().hex, self._day, step, ticked, elapsed_s)
        self._outcomes[command.command_id] = self.steps[step].show_tick_outcome
        show_text(self.notice, "")
        self.tick_requested.emit(command)
        if ticked:
            self._go_on(elapsed_s > 0)

    def _go_on(self, timed: bool) -> None:
        """Open the next step that is not ticked; its clock runs where the one before was timed."""
        waiting = [box for box in self.steps.values() if not box.shown_as_ticked]
        if waiting:
            self._open(waiting[0].step)
            waiting[0].time_box.run(timed)

    def _note(self, step: Step, text: str) -> None:
        if self._day is not None:
            command = WriteNote(uuid.uuid4().hex, self._day, step, text)
            self._outcomes[command.command_id] = self.steps[step].show_note_outcome
            self.note_requested.emit(command)

    def _decide(self, action: Action, horizon: Horizon, reason: str, wrong_if: str) -> None:
        if self._day is not None:
            command = Decide(uuid.uuid4().hex, self._day, action, horizon, reason, wrong_if)
            self._outcomes[command.command_id] = self._decided
            self.form.record.setEnabled(False)
            self.form.show_status(tr("saving…"))
            self.decision_requested.emit(command)

    def _decided(self, error: str) -> None:
        if error:
            self.form.check()
            self.form.show_status(tr("Not saved: {error}").format(error=error))
        else:
            self.form.clear()
            self.form.show_status(tr("decision saved"))


def _progress_text(sheet: Sheet, used_s: float) -> str:
    if sheet.ticked == len(sheet.steps):
        return tr("done in {time}").format(time=duration(sheet.elapsed_s))
    budget = duration(sum(BUDGET_S.values()))
    return tr("{ticked} of {steps} · {used} / {budget}").format(
        ticked=sheet.ticked, steps=len(sheet.steps), used=duration(used_s), budget=budget
    )
