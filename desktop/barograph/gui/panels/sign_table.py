"""Signs as a table: a mark for met, not met or unknown, the value, and what it is held against."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTableWidgetItem

from barograph.engine.context_view import SignView
from barograph.gui.formats import plain_tip
from barograph.gui.marks import SIDE_PX, answer_mark, mark_icon
from barograph.gui.panels.plain_table import PlainTable
from barograph.gui.sign_labels import sign_name, sign_sentence, sign_threshold, sign_value
from barograph.gui.theme import SPACE, TextSizes, Theme, sized

NAME, VALUE, THRESHOLD = range(3)
_SENTENCE = Qt.ItemDataRole.AccessibleTextRole
_SHOWN_MARK = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SignTable(PlainTable):
    """One line for each sign; gone without any."""

    def __init__(self, name: str, accessible: str, theme: Theme, sizes: TextSizes, group: str = "") -> None:
        """`group` tells apart signs whose id means something else elsewhere."""
        self._row_px = sizes.body + SPACE + 3
        super().__init__(name, accessible, 3, self._row_px)
        self._theme, self._group = theme, group
        self._signs: tuple[SignView, ...] = ()
        self._body, self._small = sized(self.font(), sizes.body), sized(self.font(), sizes.small)
        self.horizontalHeader().hide()
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setFixedHeight(0)
        self.hide()

    def show_signs(self, signs: Sequence[SignView]) -> None:
        """Show the signs as they are now; without any the table is gone."""
        if tuple(signs) == self._signs:
            return
        self._signs = tuple(signs)
        if len(signs) != self.rowCount():
            self.setRowCount(len(signs))
            self.setFixedHeight(len(signs) * self._row_px)
            self.setVisible(bool(signs))
        for row, sign in enumerate(signs):
            self._show_row(row, sign)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for row, sign in enumerate(self._signs):
            self._show_row(row, sign)

    def _show_row(self, row: int, sign: SignView) -> None:
        sentence = sign_sentence(sign, self._group)
        texts = (sign_name(sign.id, self._group), sign_value(sign, self._group), sign_threshold(sign, self._group))
        alone = not (texts[VALUE] or texts[THRESHOLD])
        if self.columnSpan(row, NAME) != (3 if alone else 1):
            self.setSpan(row, NAME, 1, 3 if alone else 1)
        for column, text in enumerate(texts):
            item = self.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                item.setFont(self._small if column == THRESHOLD else self._body)
                if column != NAME:
                    item.setTextAlignment(_RIGHT)
                self.setItem(row, column, item)
            item.setText(text)
            item.setToolTip(plain_tip(sentence))
            item.setForeground(QColor(self._theme.text if sign.met and column != THRESHOLD else self._theme.quiet))
        first = self.item(row, NAME)
        if first is not None:
            first.setData(_SENTENCE, sentence)
            shown = answer_mark(sign.met)
            if first.data(_SHOWN_MARK) != f"{shown} {self._theme.name}":
                first.setData(_SHOWN_MARK, f"{shown} {self._theme.name}")
                first.setIcon(mark_icon(shown, self._theme))
