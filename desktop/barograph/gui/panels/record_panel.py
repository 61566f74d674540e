"""The Track record panel: what the light showed on this machine, what followed, and what simpler rules did."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from barograph.engine.messages import RecordAnswer
from barograph.engine.snapshot import Snapshot
from barograph.gui.evaluation_timeline import paint_timeline
from barograph.gui.formats import day_with_year, number
from barograph.gui.guard import painting
from barograph.gui.labels import no_data_reason
from barograph.gui.panels.context_panel import ContextPanel
from barograph.gui.panels.context_state import LOADING, PanelState
from barograph.gui.panels.record_event import EventSection
from barograph.gui.record_labels import record_word
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme, sized
from barograph.gui.translation import tr
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face
from barograph.risk.track_record import LEAST_DAYS, TrackRecord

_TIMELINE_PX = 280


class RecordPanel(ContextPanel):
    """Says how long the record is before it says anything else, and claims nothing from a short one."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Waiting until `show_record`."""
        super().__init__("record", tr("Track record"), theme)
        self._record: TrackRecord | None = None
        self._days: int | None = None
        self._error = ""
        self._down = False
        self.title = label("recordTitle", "strong", wrap=True)
        self.span = label("recordSpan", "small", wrap=True)
        self.counts = label("recordCounts", wrap=True)
        self.timeline = _Timeline(theme, sizes)
        self.events: dict[str, EventSection] = {}
        self.notes = label("recordNotes", "small", wrap=True)
        self.add(self.title, self.span, self.counts, self.timeline, self.notes)
        self.column.addStretch(1)
        for line in (self.span, self.counts, self.notes):
            show_text(line, "")
        self.timeline.hide()
        show_text(self.title, tr("The light's own log is being read."))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The record itself comes by `show_record`; a snapshot tells whether an engine is there to make it."""
        self._down = snapshot.light.reason == "engine"
        self._show_head()

    @Slot(object)
    def show_answer(self, answer: RecordAnswer) -> None:
        """Show what was worked out of the log; what could not be read leaves what was shown before, and says so."""
        self._error = answer.error
        if answer.error:
            self._show_head()
        else:
            self.show_record(answer.record, answer.days)

    def show_record(self, record: TrackRecord | None, days: int) -> None:
        """Show the record of the user's own log; None while it has only `days` sessions with a light."""
        if record is self._record and days == self._days:
            self._show_head()
            return
        self._record, self._days = record, days
        self._show_head()
        self.timeline.show_record(record)
        self.timeline.setVisible(record is not None)
        shown = record.events if record is not None else ()
        for event in shown:
            if event.event.id not in self.events:
                made = self.events[event.event.id] = EventSection(event.event.id, folded=bool(self.events))
                self.column.insertWidget(self.column.indexOf(self.notes), made)
            if record is not None:
                self.events[event.event.id].show_event(event, record)
        for event_id, section in self.events.items():
            section.setVisible(event_id in {event.event.id for event in shown})
        if record is None:
            self._show_short(days)
        else:
            self._show_whole(record)

    def _show_head(self) -> None:
        if self._down:
            self.show_state(PanelState(Freshness.ERROR, no_data_reason("engine", 0), doubtful=True))
        elif self._error:
            self.show_state(PanelState(Freshness.ERROR, self._error, doubtful=True))
        elif self._days is None:
            self.show_state(PanelState(LOADING, tr("Working it out takes up to a minute.")))
        elif self._record is None:
            words = tr("learning: {n} of {all} sessions").format(n=self._days, all=LEAST_DAYS)
            self.show_state(PanelState(Freshness.LEARNING, words))
        else:
            last = day_with_year(self._record.sessions[-1])
            self.show_state(PanelState(Freshness.CLOSED, tr("until {day}").format(day=last)))

    def _show_short(self, days: int) -> None:
        words = tr("Too short a record: {n} of {all} sessions with a light.")
        show_text(self.title, words.format(n=days, all=LEAST_DAYS))
        show_text(self.span, tr("Each session adds one line. No share, hit or miss means anything before."))
        show_text(self.counts, "")
        show_text(self.notes, "")

    def _show_whole(self, record: TrackRecord) -> None:
        own = tr("The light's own log on this computer")
        show_text(self.title, f"{record_word(record.word)} · {record.label}" if record.word else own)
        dark = sum(face is Face.NO_DATA for face in record.faces)
        words = tr("{n} sessions, {first} to {last}, rules {rules}; {dark} without a light are left out")
        show_text(
            self.span,
            words.format(
                n=number(len(record.sessions), 0),
                first=day_with_year(record.sessions[0]),
                last=day_with_year(record.sessions[-1]),
                rules=record.rule_set,
                dark=dark,
            ),
        )
        show_text(self.counts, _counts(record))
        show_text(self.notes, "\n".join(f"• {note}" for note in _notes(record)))


class _Timeline(QWidget):
    """The light against both prices, with the days before each joint fall."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        super().__init__()
        self.setObjectName("recordTimeline")
        self.setAccessibleName(tr("The light through time, with both prices"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._font = sized(self.font(), sizes.small)
        self._record: TrackRecord | None = None

    def sizeHint(self) -> QSize:
        return QSize(240, _TIMELINE_PX)

    def show_record(self, record: TrackRecord | None) -> None:
        self._record = record
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            if self._record is not None:
                area = self.rect().toRectF().adjusted(0, SPACE, 0, -SPACE)
                paint_timeline(painter, area, self._record, self._theme, self._font)


def _counts(record: TrackRecord) -> str:
    """How often the light was red, in runs and in sessions."""
    runs = sum(face is Face.RISK_OFF for face, _ in groupby(record.faces))
    days = sum(face is Face.RISK_OFF for face in record.faces)
    lit = sum(face is not Face.NO_DATA for face in record.faces)
    words = tr("RISK-OFF {runs} times, on {days} of {lit} sessions")
    if runs == 1:
        words = tr("RISK-OFF once, on {days} of {lit} sessions")
    text = words.format(runs=runs, days=number(days, 0), lit=number(lit, 0))
    if record.changes_a_year is not None:
        text = tr("{text}; the light changed {n} times a year").format(text=text, n=number(record.changes_a_year, 1))
    return text


def _notes(record: TrackRecord) -> list[str]:
    words = tr("In brackets: 95% of {draws} draws of a stationary block bootstrap, mean block {block} sessions.")
    notes = [
        words.format(draws=number(record.draws, 0), block=record.mean_block),
        tr("Odds and volatility, not direction: RISK-OFF does not say that prices will fall."),
        tr("A handful of episodes carries every number here."),
    ]
    if not record.word:
        notes.append(tr("Sessions before the first start here were judged afterwards, on history fetched then."))
    if record.seen:
        notes.append(tr("The rules were chosen in sight of a part of these days: read every number as optimistic."))
    notes.append(tr("This is no investment advice."))
    return notes
