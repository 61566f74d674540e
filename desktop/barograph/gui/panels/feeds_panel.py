"""The Feeds panel: one line for each source, and what the engine has to say about them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from barograph.engine.snapshot import Snapshot
from barograph.feeds.contract import SourceHealth
from barograph.gui.formats import UNKNOWN, age, duration, moment, number, plain_tip
from barograph.gui.labels import state_explanation, state_word
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import tr

_NUMBERS = (2, 3, 4, 5)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FeedsPanel(QWidget):
    """Per source: state, last success, newest bar, requests used, next refresh, last error."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Empty until the first snapshot."""
        super().__init__()
        self.setObjectName("feedsPanel")
        self.setAccessibleName(tr("Feeds"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.table = QTableWidget(0, 7)
        self.table.setObjectName("feedsTable")
        self.table.setAccessibleName(tr("Sources"))
        self.table.setHorizontalHeaderLabels(
            [
                tr("source"),
                tr("state"),
                tr("newest bar"),
                tr("last success"),
                tr("requests"),
                tr("next refresh"),
                tr("last error"),
            ]
        )
        for number_column in _NUMBERS:
            self.table.model().setHeaderData(
                number_column, Qt.Orientation.Horizontal, _RIGHT, Qt.ItemDataRole.TextAlignmentRole
            )
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(6, QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(sizes.body + 2 * SPACE + 2)
        self.notices = label("feedsNotices", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.table, 1)
        column.addWidget(self.notices)
        show_text(self.notices, tr("No feed has answered yet."))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's sources."""
        self.table.setRowCount(len(snapshot.health))
        for row, health in enumerate(snapshot.health):
            for column, text in enumerate(_cells(health, snapshot.clock.now)):
                self._show_cell(row, column, text, _tip(health, snapshot.clock.now))
        show_text(self.notices, "\n".join(snapshot.notices))

    def set_theme(self, theme: Theme) -> None:
        """Nothing here is drawn by hand."""

    def _show_cell(self, row: int, column: int, text: str, tip: str) -> None:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column in _NUMBERS:
                item.setTextAlignment(_RIGHT)
            self.table.setItem(row, column, item)
        item.setText(text)
        item.setToolTip(tip)


def _cells(health: SourceHealth, now: datetime) -> tuple[str, ...]:
    return (
        health.source,
        state_word(health.state),
        age(health.newest, now),
        age(health.last_success, now),
        _requests(health),
        _countdown(health.next_refresh, now),
        " ".join(health.last_error.split()),
    )


def _requests(health: SourceHealth) -> str:
    if health.requests_used is None:
        return UNKNOWN
    used = number(health.requests_used, 0)
    return used if health.requests_allowed is None else f"{used} / {number(health.requests_allowed, 0)}"


def _countdown(instant: datetime | None, now: datetime) -> str:
    return UNKNOWN if instant is None else duration((instant - now).total_seconds())


def _tip(health: SourceHealth, now: datetime) -> str:
    lines = [
        f"{health.source}: {state_word(health.state)}. {state_explanation(health.state)}",
        tr("Newest bar ended {time} New York").format(time=moment(health.newest, now)),
        tr("Last success {time} New York").format(time=moment(health.last_success, now)),
        health.last_error,
    ]
    return plain_tip("\n".join(line for line in lines if line))
