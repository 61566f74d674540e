"""One step of the checklist: its tick, its time box, its evidence, its note."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from barograph.checklist.evidence import EvidenceRow
from barograph.checklist.sheet import StepRecord
from barograph.checklist.steps import BUDGET_S, Step
from barograph.engine.snapshot import StepView
from barograph.gui.formats import clock
from barograph.gui.labels import step_name
from barograph.gui.panels.evidence_table import EvidenceTable
from barograph.gui.panels.note_edit import NoteEdit
from barograph.gui.panels.time_box import TimeBox
from barograph.gui.text import label, set_role, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.tick_box import TickBox
from barograph.gui.translation import tr


@dataclass(slots=True)
class _Asked:
    """What the user asked for and the store has not shown yet; `saved` once it was acknowledged."""

    ticked: bool
    saved: bool = False


class StepBox(QWidget):
    """Ticked and un-ticked by hand only; "saved" stands there only after the store has said so."""

    ticked = Signal(object, bool, float)
    """Step, ticked, seconds of its time box used."""
    note_written = Signal(object, str)
    opened = Signal(object)

    def __init__(
        self,
        step: Step,
        number: int,
        theme: Theme,
        sizes: TextSizes,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`number` counts from 1; `monotonic` is the clock of the time box."""
        super().__init__()
        self.step = step
        self.setObjectName(f"{step}Step")
        name = step_name(step)
        self.check = TickBox(theme)
        self.check.setObjectName(f"{step}Tick")
        self.check.setAccessibleName(tr("Tick step {number}: {name}").format(number=number, name=name))
        self.title = QToolButton()
        self.title.setText(f"{number}  {name}")
        self.title.setCheckable(True)
        self.title.setObjectName(f"{step}Title")
        self.title.setAccessibleName(tr("Open step {number}: {name}").format(number=number, name=name))
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title.setArrowType(Qt.ArrowType.RightArrow)
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.time_box = TimeBox(step, BUDGET_S[step], theme, monotonic)
        self.status = label(f"{step}Status", "small", wrap=True)
        self.table = EvidenceTable(f"{step}Evidence", sizes)
        self.note = NoteEdit(f"{step}Note")
        self.note_status = label(f"{step}NoteStatus", "small", wrap=True)
        self.body = QWidget()
        self.body.setObjectName(f"{step}Body")
        self.body_column = QVBoxLayout(self.body)
        self._asked: _Asked | None = None
        self._error = ""
        self._record = StepRecord(step)
        self._changed = False
        self._rows: tuple[EvidenceRow, ...] = ()
        self._now: datetime | None = None
        self._open = False
        self._arrange()
        self.check.clicked.connect(self._tick)
        self.title.clicked.connect(lambda: self.opened.emit(self.step))
        self.note.saved.connect(self._write)
        for line in (self.status, self.note_status):
            show_text(line, "")
        self.fold(True)

    def _arrange(self) -> None:
        head = QGridLayout(self)
        head.setContentsMargins(0, 0, 0, 0)
        head.setHorizontalSpacing(SPACE)
        head.setVerticalSpacing(0)
        head.addWidget(self.check, 0, 0)
        head.addWidget(self.title, 0, 1)
        head.addWidget(self.time_box, 0, 3)
        head.addWidget(self.status, 1, 1, 1, 3)
        head.addWidget(self.body, 2, 0, 1, 4)
        head.setColumnStretch(2, 1)
        self.body_column.setContentsMargins(0, SPACE, 0, 2 * SPACE)
        self.body_column.setSpacing(SPACE)
        self.body_column.addWidget(self.table)
        self.body_column.addWidget(self.note)
        self.body_column.addWidget(self.note_status)

    def insert(self, widget: QWidget) -> None:
        """Put a widget between the evidence and the note."""
        self.body_column.insertWidget(1, widget)

    def fold(self, folded: bool) -> None:
        """Hide or show all but the head."""
        self._open = not folded
        if self._open:
            self._show_evidence()
        self.body.setVisible(not folded)
        self.title.setChecked(not folded)
        self.title.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)

    def _show_evidence(self) -> None:
        if self._now is not None:
            self.table.show_rows(self._rows, self._record.evidence, self._now)
        self.table.setVisible(bool(self._rows))

    @property
    def shown_as_ticked(self) -> bool:
        """What the box shows: what was asked for, else what is stored."""
        return self._asked.ticked if self._asked else self._record.ticked_at is not None

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.check.set_theme(theme)
        self.time_box.set_theme(theme)

    def start_over(self) -> None:
        """Begin another day's sheet."""
        self._asked, self._error, self._record = None, "", StepRecord(self.step)
        self.time_box.show_elapsed(0.0)
        self.note.start_over("")
        show_text(self.note_status, "")

    def show_step(self, record: StepRecord, view: StepView | None, now: datetime) -> None:
        """Show what is stored of the step and its evidence now."""
        if record.elapsed_s != self._record.elapsed_s and not self.time_box.stopwatch.running:
            self.time_box.show_elapsed(record.elapsed_s)
        self._record = record
        self._changed = view is not None and view.changed and record.ticked_at is not None
        stored = record.ticked_at is not None
        if self._asked and self._asked.saved and self._asked.ticked == stored:
            self._asked = None
        self._rows, self._now = view.rows if view is not None else (), now
        if self._open:
            self._show_evidence()
        self.note.show_note(record.note)
        self._refresh()

    def show_tick_outcome(self, error: str) -> None:
        """The store has taken the tick, or says why not."""
        if self._asked is not None:
            if error:
                self._asked = None
            else:
                self._asked.saved = True
        self._error = error
        self._refresh()

    def show_note_outcome(self, error: str) -> None:
        """The store has taken the note, or says why not."""
        show_text(self.note_status, tr("Not saved: {error}").format(error=error) if error else tr("note saved"))

    def _tick(self, ticked: bool) -> None:
        self.time_box.run(False)
        self._asked, self._error = _Asked(ticked), ""
        self._refresh()
        self.ticked.emit(self.step, ticked, self.time_box.stopwatch.elapsed_s)

    def _write(self, text: str) -> None:
        show_text(self.note_status, tr("saving…"))
        self.note_written.emit(self.step, text)

    def _refresh(self) -> None:
        with QSignalBlocker(self.check):
            self.check.setChecked(self.shown_as_ticked)
        self.check.show_saved(self._asked is None or self._asked.saved)
        show_text(self.status, self._status_text())
        set_role(self.status, "strong" if self._error or self._changed else "small")

    def _status_text(self) -> str:
        if self._error:
            return tr("Not saved: {error}").format(error=self._error)
        if self._asked is not None:
            return tr("saved") if self._asked.saved else tr("saving…")
        if self._record.ticked_at is None:
            return ""
        saved = tr("saved {time}").format(time=clock(self._record.ticked_at))
        return tr("{saved} · changed since ticked").format(saved=saved) if self._changed else saved
