"""The table of evidence beside a tick: values now, and once ticked the values as they stood then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QTableWidgetItem, QToolTip, QWidget

from barograph.checklist.evidence import EvidenceRow, FrozenEvidence, changed_since
from barograph.gui.feed_labels import source_name
from barograph.gui.formats import UNKNOWN, age, moment, number, on_screen, plain_tip, quantity, unit_text
from barograph.gui.indicator_labels import evidence_formula, evidence_name
from barograph.gui.labels import note_text, state_explanation, state_word
from barograph.gui.panels.plain_table import PlainTable
from barograph.gui.theme import SPACE, TextSizes, sized
from barograph.gui.translation import tr
from barograph.market.freshness import Freshness

NAME, FROZEN, NOW, CHANGE, LONGER_CHANGE, AGE = range(6)
_CHANGES = (CHANGE, LONGER_CHANGE)
CHANGED_MARK = "●"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class EvidenceTable(PlainTable):
    """One line for each row of evidence."""

    def __init__(self, name: str, sizes: TextSizes, parent: QWidget | None = None) -> None:
        """Empty until `show_rows`."""
        super().__init__(name, tr("Evidence"), 6, sizes.body + 2 * SPACE, parent)
        self._rows: tuple[EvidenceRow, ...] = ()
        self._frozen: dict[str, EvidenceRow] = {}
        self._now: datetime | None = None
        self._plain, self._bold = (sized(self.font(), sizes.body, bold=bold) for bold in (False, True))
        self._small = sized(self.font(), sizes.small)
        self.setHorizontalHeaderLabels(["", tr("at tick"), tr("now"), "", "", tr("age")])
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setFixedHeight(sizes.small + 3 * SPACE)
        header.setDefaultAlignment(_RIGHT)

    def show_rows(self, rows: tuple[EvidenceRow, ...], frozen: FrozenEvidence | None, now: datetime) -> None:
        """Show the rows as they are now, and beside them as they were frozen."""
        self.setRowCount(len(rows))
        self.setColumnHidden(FROZEN, frozen is None)
        spans = list(dict.fromkeys(span for row in rows for span, _ in row.changes))[: len(_CHANGES)]
        for place, column in enumerate(_CHANGES):
            self.setColumnHidden(column, frozen is not None or place >= len(spans))
            if (header := self.horizontalHeaderItem(column)) is not None:
                header.setText(spans[place] if place < len(spans) else "")
        before = {row.id: row for row in frozen.rows} if frozen else {}
        self._rows, self._frozen, self._now = rows, before, now
        for line, row in enumerate(rows):
            old = before.get(row.id)
            moved = frozen is not None and old is not None and _moved(frozen, old, row)
            name = evidence_name(row.id)
            cells = (
                name,
                _bare(old),
                f"{CHANGED_MARK} {_value(row)}" if moved else _value(row),
                *_changes(row, spans),
                age(row.as_of, now) if row.state in (Freshness.LIVE, Freshness.DELAYED) else state_word(row.state),
            )
            for column, text in enumerate(cells):
                self._show_cell(line, column, text, bold=moved and column == NOW)
        height = self.horizontalHeader().height() + sum(map(self.rowHeight, range(len(rows))))
        self.setFixedHeight(height)

    def tip(self, row: int) -> str:
        """What a row says on closer look; made when it is asked for."""
        if self._now is None or not 0 <= row < len(self._rows):
            return ""
        return _tip(self._rows[row], self._frozen.get(self._rows[row].id), self._now)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the tip of the row under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip(self.rowAt(event.pos().y())), self.viewport())
            return True
        return super().viewportEvent(event)

    def _show_cell(self, row: int, column: int, text: str, *, bold: bool) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column != NAME:
                item.setTextAlignment(_RIGHT)
            self.setItem(row, column, item)
        item.setText(text)
        item.setFont(self._small if column >= CHANGE else self._bold if bold else self._plain)


def _moved(frozen: FrozenEvidence, old: EvidenceRow, new: EvidenceRow) -> bool:
    return changed_since(replace(frozen, rows=(old,)), (new,), frozen.face)


def _value(row: EvidenceRow | None) -> str:
    return UNKNOWN if row is None else quantity(row.value, row.unit, row.decimals)


def _bare(row: EvidenceRow | None) -> str:
    """The value alone: its unit stands beside it, at the value of now."""
    if row is None or row.unit in ("flag", "stage"):
        return _value(row)
    return number(on_screen(row.value, row.unit)[0], row.decimals)


def _changes(row: EvidenceRow, spans: list[str]) -> list[str]:
    """The changes over these spans, as many cells as there are columns; the unit stands at the last of them."""
    decimals = row.decimals if row.change_unit in (row.unit, "") else 1
    unit = "" if row.change_unit == row.unit else unit_text(row.change_unit)  # said once is enough
    texts = {span: number(change, decimals, signed=True) for span, change in row.changes}
    if texts:
        last = [*texts][-1]
        texts[last] += unit if texts[last] != UNKNOWN else ""
    cells = [texts.get(span, "") for span in spans]
    return cells + [""] * (len(_CHANGES) - len(cells))


def _tip(row: EvidenceRow, old: EvidenceRow | None, now: datetime) -> str:
    lines = [
        evidence_name(row.id),
        evidence_formula(row.id),
        note_text(row.note) if row.note else "",
        tr("Source: {source}").format(source=source_name(row.source) or UNKNOWN),
        tr("As of {time} New York, {age} ago").format(time=moment(row.as_of, now), age=age(row.as_of, now)),
        f"{state_word(row.state)}: {state_explanation(row.state)}",
    ]
    if row.material is not None:
        material = quantity(row.material, row.unit, row.decimals)
        lines.append(tr("A move of {amount} counts as a change since the tick.").format(amount=material))
    if old is not None:
        lines.append(tr("When ticked: {value}, {source}").format(value=_value(old), source=source_name(old.source)))
    return plain_tip("\n".join(line for line in lines if line))
