"""Precursor lamps, each with what it was worth when it was tested: also where that is nothing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from barograph.engine.context_view import LampView, LiftView
from barograph.gui.context_labels import event_meaning, lamp_name, lamp_word
from barograph.gui.formats import number, plain_tip, quantity
from barograph.gui.marks import Mark, MarkGlyph
from barograph.gui.panels.section import Section
from barograph.gui.sign_labels import sign_name, sign_sentence, sign_value
from barograph.gui.text import label, set_role, show_text
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr
from barograph.risk.precursors import LampState

_MARKS = {LampState.ON: Mark.RUNNING, LampState.OFF: Mark.OFF, LampState.UNKNOWN: Mark.UNKNOWN}


@dataclass(frozen=True, slots=True)
class _Row:
    glyph: MarkGlyph
    name: QLabel
    state: QLabel
    signs: QLabel
    worth: QLabel


class LampSection(Section):
    """A lamp that was worth nothing says so, lit or not."""

    def __init__(self, theme: Theme) -> None:
        """Empty until `show_lamps`."""
        super().__init__("lamps", tr("Precursors"))
        self._theme = theme
        self.rows: dict[str, _Row] = {}
        grid = QWidget()
        grid.setObjectName("lampGrid")
        self._grid = QGridLayout(grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * SPACE)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self.note = label(
            "lampNote",
            "small",
            tr("× says how many times as often the joint fall followed as on any day; tested 2018-12 to 2026-08."),
            wrap=True,
        )
        self.add(grid, self.note)

    def show_lamps(self, lamps: tuple[LampView, ...]) -> None:
        """Show the lamps; without any the section says so."""
        for lamp in lamps:
            row = self.rows.get(lamp.id) or self._make_row(lamp.id)
            word = lamp_word(lamp.state)
            row.glyph.show_mark(_MARKS[lamp.state], f"{lamp_name(lamp.id)}: {word}")
            show_text(row.state, word)
            set_role(row.name, "strong" if lamp.state is LampState.ON else "")
            show_text(row.signs, _signs_text(lamp))
            show_text(row.worth, worth_text(lamp))
            tip = plain_tip(_tip(lamp))
            for widget in (row.glyph, row.name, row.state, row.signs, row.worth):
                if widget.toolTip() != tip:
                    widget.setToolTip(tip)
        self.summarise(_summary(lamps))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for row in self.rows.values():
            row.glyph.set_theme(theme)

    def _make_row(self, lamp_id: str) -> _Row:
        row = _Row(
            MarkGlyph(f"lampGlyph-{lamp_id}", self._theme),
            label(f"lampName-{lamp_id}", text=lamp_name(lamp_id)),
            label(f"lampState-{lamp_id}", "small"),
            label(f"lampSigns-{lamp_id}", "small", wrap=True),
            label(f"lampWorth-{lamp_id}", "small", wrap=True),
        )
        top = 4 * len(self.rows)
        self._grid.addWidget(row.glyph, top, 0)
        self._grid.addWidget(row.name, top, 1)
        self._grid.addWidget(row.state, top, 2, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(row.signs, top + 1, 1, 1, 2)
        self._grid.addWidget(row.worth, top + 2, 1, 1, 2)
        self._grid.setRowMinimumHeight(top + 3, SPACE)
        self.rows[lamp_id] = row
        return row


def worth_text(lamp: LampView) -> str:
    """What the lamp was worth, with the interval and the number of episodes; plainly where it was nothing."""
    if not lamp.measured:
        return tr("never measured")
    lifts = tr(", ", "between names").join(_lift_text(lift) for lift in lamp.measured)
    return lifts if lamp.significant else tr("no measured lift: {lifts}").format(lifts=lifts)


def _lift_text(lift: LiftView) -> str:
    words = f"{lift.event} {number(lift.lift, 2 if lift.lift * 10 % 1 else 1)}×"
    if lift.low is not None and lift.high is not None:
        words += f" [{number(lift.low, 1)}, {number(lift.high, 1)}]"
    if lift.episodes is not None:
        words += f" n={number(lift.episodes, 0)}"
    return words


def _signs_text(lamp: LampView) -> str:
    parts = (f"{sign_name(sign.id, 'lamp')} {sign_value(sign, 'lamp')}".strip() for sign in lamp.signs)
    return " · ".join(parts)


def _tip(lamp: LampView) -> str:
    lines = [lamp_name(lamp.id), *(sign_sentence(sign, "lamp") for sign in lamp.signs)]
    if lamp.share_on is not None:
        lines.append(tr("On {share} of days.").format(share=quantity(lamp.share_on, "share", 0)))
    for lift in lamp.measured:
        lines.append(f"{lift.event}: {event_meaning(lift.event)}")
        if lift.base is not None:
            base = quantity(lift.base, "share", 1)
            lines.append(tr("It followed {base} of all days.").format(base=base))
        if not lift.significant:
            lines.append(tr("The interval holds 1: it cannot be told from no lift."))
    return "\n".join(lines)


def _summary(lamps: tuple[LampView, ...]) -> str:
    if not lamps:
        return tr("not known")
    lit = sum(lamp.state is LampState.ON for lamp in lamps)
    unknown = sum(lamp.state is LampState.UNKNOWN for lamp in lamps)
    words = tr("{n} of {all} on").format(n=lit, all=len(lamps))
    return tr("{words}, {n} not known").format(words=words, n=unknown) if unknown else words
