"""The most similar past days, and the spread of what followed them: never a mean alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from barograph.engine.context_view import PastDay, SimilarDays, WhatFollowed
from barograph.gui.formats import day_with_year, number, plain_tip, quantity
from barograph.gui.labels import face_word
from barograph.gui.panels.cell_grid import CellGrid, Column
from barograph.gui.panels.section import Section
from barograph.gui.spread_bar import Spread, SpreadBar
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr
from barograph.risk.faces import Face


class SimilarSection(Section):
    """Days with their distance, and a bar of what followed for each market and horizon."""

    def __init__(self, theme: Theme) -> None:
        """Empty until `show_similar`."""
        super().__init__("similar", tr("Similar past days"))
        self._theme = theme
        self.days = CellGrid(
            "similarDays",
            (Column(stretch=1), Column("small"), Column("", right=True)),
            (tr("day"), tr("light then"), tr("distance")),
        )
        self.note = label("similarNote", "small", wrap=True)
        grid = QWidget()
        grid.setObjectName("similarGrid")
        self._grid = QGridLayout(grid)
        self._grid.setContentsMargins(0, SPACE, 0, 0)
        self._grid.setHorizontalSpacing(2 * SPACE)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, SpreadBar, QLabel]] = []
        self.add(self.days, grid, self.note)
        self.show_similar(None)

    @property
    def followed(self) -> list[tuple[str, str]]:
        """What followed, in the words in sight."""
        return [(name.text(), numbers.text()) for name, _, numbers in self._rows if not name.isHidden()]

    def show_similar(self, view: SimilarDays | None) -> None:
        """Show the days; None where the score has too short a past."""
        days, followed = (view.days, view.followed) if view else ((), ())
        self.days.show_rows([(day_with_year(d.session), _face(d), number(d.distance, 2)) for d in days])
        for place, after in enumerate(followed):
            self._show_followed(place, after, _reach(after, followed))
        for row in self._rows[len(followed) :]:
            for widget in row:
                widget.hide()
        show_text(self.note, _note(view))
        self.summarise(tr("{n} of {all}").format(n=len(days), all=number(view.searched, 0)) if view and days else "")

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for _, bar, _ in self._rows:
            bar.set_theme(theme)

    def _show_followed(self, place: int, after: WhatFollowed, reach: float) -> None:
        while len(self._rows) <= place:
            row = len(self._rows)
            made = (
                label(f"followedName{row}", "small"),
                SpreadBar(f"followedBar{row}", self._theme),
                label(f"followedNumbers{row}", "small"),
            )
            made[2].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(made[0], 2 * row, 0)
            self._grid.addWidget(made[1], 2 * row, 1)
            self._grid.addWidget(made[2], 2 * row + 1, 0, 1, 2)
            self._rows.append(made)
        name, bar, numbers = self._rows[place]
        title = tr("{market}, {n} sessions on").format(market=after.instrument, n=after.sessions)
        words = tr("{low} … median {median} … {high}").format(
            low=_change(after.low), median=_change(after.median), high=_change(after.high)
        )
        show_text(name, title)
        show_text(numbers, words)
        bar.show_spread(Spread(after.changes, after.low, after.median, after.high, reach), f"{title}: {words}")
        tip = plain_tip(_tip(after))
        for widget in (name, bar, numbers):
            if widget.toolTip() != tip:
                widget.setToolTip(tip)
            widget.setVisible(True)


def _change(value: float) -> str:
    return quantity(value, "share", 1, signed=True)


def _face(past: PastDay) -> str:
    return face_word(Face(past.face)) if past.face in set(Face) else past.face


def _reach(after: WhatFollowed, all_of_them: tuple[WhatFollowed, ...]) -> float:
    """One scale for each market, so that its horizons can be compared."""
    same = (other for other in all_of_them if other.instrument == after.instrument)
    return max((abs(value) for other in same for value in (other.low, other.high)), default=0.0) or 1.0


def _tip(after: WhatFollowed) -> str:
    lines = [
        tr("{day}: {change}, lowest close on the way {worst}").format(
            day=day_with_year(session), change=_change(change), worst=_change(worst)
        )
        for session, change, worst in zip(after.days, after.changes, after.worst, strict=False)
    ]
    return "\n".join(lines)


def _note(view: SimilarDays | None) -> str:
    if view is None or not view.days:
        return tr("Too short a past to look for similar days.")
    words = tr("The nearest by the five pillars among {n} sessions. {days} days are an anecdote, not a forecast.")
    return words.format(n=number(view.searched, 0), days=len(view.days))
