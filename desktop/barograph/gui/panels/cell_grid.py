"""A small table of labels: as many rows as there are, columns in line, nothing that scrolls by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from barograph.gui.formats import plain_tip
from barograph.gui.text import label, set_role
from barograph.gui.theme import SPACE


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the look of its labels, whether they stand to the right, may wrap, and how it shares spare room."""

    role: str = ""
    right: bool = False
    wrap: bool = False
    stretch: int = 0


class CellGrid(QWidget):
    """Rows of texts; labels are made when they are first needed and kept."""

    def __init__(self, name: str, columns: Sequence[Column], header: Sequence[str] = ()) -> None:
        """`header` names the columns where they do not speak for themselves."""
        super().__init__()
        self.setObjectName(name)
        self._columns = tuple(columns)
        self._rows: list[list[QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE + 2)
        self._grid.setVerticalSpacing(SPACE // 2)
        for place, column in enumerate(self._columns):
            self._grid.setColumnStretch(place, column.stretch)
        for place, text in enumerate(header):
            made = label(f"{name}Header{place}", "heading", text)
            self._grid.addWidget(made, 0, place, self._alignment(self._columns[place]))

    @property
    def texts(self) -> list[list[str]]:
        """The rows in sight."""
        return [[cell.text() for cell in row] for row in self._rows if not row[0].isHidden()]

    def show_rows(
        self, rows: Sequence[Sequence[str]], tips: Sequence[str] = (), roles: Sequence[Sequence[str]] = ()
    ) -> None:
        """Show these rows; `tips` holds one for each row, `roles` other looks for its cells."""
        for number, texts in enumerate(rows):
            cells = self._row(number)
            tip = plain_tip(tips[number]) if number < len(tips) and tips[number] else ""
            given = roles[number] if number < len(roles) else [column.role for column in self._columns]
            for cell, text, role in zip(cells, texts, given, strict=True):
                if cell.text() != text:
                    cell.setText(text)
                if cell.toolTip() != tip:
                    cell.setToolTip(tip)
                set_role(cell, role)
                cell.setVisible(True)
        for cells in self._rows[len(rows) :]:
            for cell in cells:
                cell.hide()
        self.setVisible(bool(rows))

    def _row(self, number: int) -> list[QLabel]:
        while len(self._rows) <= number:
            row, made = len(self._rows), []
            for place, column in enumerate(self._columns):
                cell = label(f"{self.objectName()}{row}-{place}", column.role, wrap=column.wrap)
                if column.right:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._grid.addWidget(cell, row + 1, place)
                made.append(cell)
            self._rows.append(made)
        return self._rows[number]

    def _alignment(self, column: Column) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
