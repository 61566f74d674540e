"""The six stages below one another, each with its times and its evidence."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from barograph.engine.context_view import CascadeMark
from barograph.gui.context_labels import cascade_meaning, status_word
from barograph.gui.formats import moment, plain_tip
from barograph.gui.marks import MarkGlyph
from barograph.gui.panels.cascade_strip import STATUS_MARKS, stage_evidence, stage_tip, stage_title
from barograph.gui.text import label, set_role, show_text
from barograph.gui.theme import SPACE, Theme
from barograph.risk.cascade import CascadeStage, Status


class CascadeTimeline(QWidget):
    """Marks in a column, so that what happened can be read from top to bottom."""

    def __init__(self, theme: Theme) -> None:
        """Names without answers until `show_marks`."""
        super().__init__()
        self.setObjectName("cascadeTimeline")
        self.glyphs = {stage: MarkGlyph(f"timelineGlyph-{stage}", theme) for stage in CascadeStage}
        self.titles = {stage: label(f"timelineTitle-{stage}") for stage in CascadeStage}
        self.times = {stage: label(f"timelineTime-{stage}", "small") for stage in CascadeStage}
        self.evidence = {stage: label(f"timelineEvidence-{stage}", "small", wrap=True) for stage in CascadeStage}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for place, stage in enumerate(CascadeStage):
            row = 3 * place
            grid.addWidget(self.glyphs[stage], row, 0)
            grid.addWidget(self.titles[stage], row, 1)
            grid.addWidget(self.times[stage], row, 2, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(self.evidence[stage], row + 1, 1, 1, 2)
            grid.setRowMinimumHeight(row + 2, SPACE)
            self._show(CascadeMark(stage, Status.UNKNOWN, None, None, (), ()), None)

    def show_marks(self, marks: tuple[CascadeMark, ...], now: datetime) -> None:
        """Show the stages as they are at `now`."""
        for mark in marks:
            self._show(mark, now)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for glyph in self.glyphs.values():
            glyph.set_theme(theme)

    def _show(self, mark: CascadeMark, now: datetime | None) -> None:
        stage, title = mark.stage, stage_title(mark.stage)
        word = status_word(mark.status)
        self.glyphs[stage].show_mark(STATUS_MARKS[mark.status], f"{title}: {word}")
        show_text(self.titles[stage], title)
        set_role(self.titles[stage], "strong" if mark.status is Status.ON else "")
        show_text(self.times[stage], word if now is None or mark.since is None else moment(mark.since, now))
        show_text(self.evidence[stage], stage_evidence(mark, now) or cascade_meaning(stage))
        tip = plain_tip(stage_tip(mark, now))
        for widget in (self.glyphs[stage], self.titles[stage], self.times[stage], self.evidence[stage]):
            if widget.toolTip() != tip:
                widget.setToolTip(tip)
