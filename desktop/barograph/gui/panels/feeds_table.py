"""The table of sources: a line each, in the order in which the feed names them; where it is narrow, two."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from barograph.feeds.contract import SourceHealth
from barograph.gui.feed_labels import error_explanation, last_error, source_name, source_state
from barograph.gui.formats import UNKNOWN, age, clock, duration, moment, number, plain_tip
from barograph.gui.guard import drawing
from barograph.gui.labels import state_explanation
from barograph.gui.state_glyph import SIDE_PX, state_icon
from barograph.gui.theme import SPACE, TextSizes, Theme, sized
from barograph.gui.translation import tr

SOURCE, STATE, NEWEST, SUCCESS, REQUESTS, NEXT, ERROR = range(7)
_RIGHT_ALIGNED = (NEWEST, SUCCESS, REQUESTS, NEXT)
_WIDE_ONLY = (SUCCESS, ERROR)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WIDE_FROM = 64
"""Text heights; a table that is narrower shows success and fault in a line of their own below the source."""
_PADDING = SPACE
_MARGIN = SPACE
"""Beside the padding that the style sheet asks for, a cell keeps a margin of its own on either side."""
_A_DAY = timedelta(hours=20)
"""So far ahead a time of day says which day is meant."""
_SHARE = Qt.ItemDataRole.UserRole
_SHOWN_STATE = Qt.ItemDataRole.UserRole


class FeedsTable(QTableWidget):
    """Lines stay where they are and columns keep their widths, whatever the numbers in them do."""

    def __init__(self, theme: Theme, sizes: TextSizes, parent: QWidget | None = None) -> None:
        """Empty until `show_health`."""
        super().__init__(0, 7, parent)
        self.setObjectName("feedsTable")
        self.setAccessibleName(tr("Sources"))
        self._theme, self._sizes = theme, sizes
        self._health: tuple[SourceHealth, ...] = ()
        self._now: datetime | None = None
        self._wide: bool | None = None
        self.setHorizontalHeaderLabels(
            [
                tr("source"),
                tr("state"),
                tr("newest"),
                tr("last success"),
                tr("requests"),
                tr("next (New York)"),
                tr("last error"),
            ]
        )
        self._bars = _RequestsDelegate(theme, self)
        self.setItemDelegateForColumn(REQUESTS, self._bars)
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._arrange_headers()

    def _arrange_headers(self) -> None:
        header, rows = self.horizontalHeader(), self.verticalHeader()
        for column in _RIGHT_ALIGNED:
            self.model().setHeaderData(column, Qt.Orientation.Horizontal, _RIGHT, Qt.ItemDataRole.TextAlignmentRole)
        explained = {
            NEWEST: tr("Age of the newest data"),
            REQUESTS: tr("Requests of the last hour, and how many are allowed in an hour"),
            NEXT: tr("Time to the next request; times of day are New York's"),
        }
        for column, words in explained.items():
            self.model().setHeaderData(column, Qt.Orientation.Horizontal, words, Qt.ItemDataRole.ToolTipRole)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(2 * SPACE)
        rows.hide()
        rows.setDefaultSectionSize(self._sizes.body + 2 * SPACE + 2)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_health(self, health: tuple[SourceHealth, ...], now: datetime) -> None:
        """Show the sources as they are at `now`."""
        if 2 * len(health) != self.rowCount():
            self.clearSpans()
            self.setRowCount(2 * len(health))
            for place in range(len(health)):
                self.setSpan(2 * place + 1, SOURCE, 1, 7)
        self._health, self._now = health, now
        for place, entry in enumerate(health):
            tip = _tip(entry, now)
            for column, text in enumerate(_cells(entry, now)):
                self._show_cell(2 * place, column, text, tip)
            self._show_cell(2 * place + 1, SOURCE, _detail(entry, now), tip, quiet=True)
            self._show_state(2 * place, entry)
            if (requests := self.item(2 * place, REQUESTS)) is not None:
                requests.setData(_SHARE, _share(entry))
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = self._bars.theme = theme
        if self._now is not None:
            self.show_health(self._health, self._now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One line for a source where there is room, else two."""
        super().resizeEvent(event)
        self._fit()

    # ------------------------------------------------------------------------------------------- private

    def _show_cell(self, row: int, column: int, text: str, tip: str, *, quiet: bool = False) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column in _RIGHT_ALIGNED:
                item.setTextAlignment(_RIGHT)
            self.setItem(row, column, item)
        item.setText(text)
        item.setToolTip(tip)
        if quiet:
            item.setForeground(QColor(self._theme.quiet))
            item.setFont(sized(self.font(), self._sizes.small))

    def _show_state(self, row: int, entry: SourceHealth) -> None:
        item, shown = self.item(row, STATE), f"{entry.state} {self._theme.name}"
        if item is not None and item.data(_SHOWN_STATE) != shown:
            item.setData(_SHOWN_STATE, shown)
            item.setIcon(state_icon(entry.state, self._theme))

    def _fit(self) -> None:
        wide = self.viewport().width() >= _WIDE_FROM * self._sizes.body
        if wide != self._wide:
            self._wide = wide
            for column in _WIDE_ONLY:
                self.setColumnHidden(column, not wide)
        for row in range(1, self.rowCount(), 2):
            self.setRowHidden(row, wide)
        self._set_widths()

    def _set_widths(self) -> None:
        metrics = QFontMetrics(sized(self.font(), self._sizes.body))
        names = [source_name(entry.source) for entry in self._health]
        ages = [tr("{n} min").format(n=59), tr("{n} h").format(n=47), tr("{n} d").format(n=99)]
        widest = {
            SOURCE: names or [UNKNOWN],
            STATE: [source_state(entry) for entry in self._health] + [tr("delayed")],
            NEWEST: ages,
            SUCCESS: ages,
            REQUESTS: [_requests(entry) for entry in self._health] + ["888 / 8,888"],
            NEXT: [tr("waits until {time}").format(time="00:00")],
        }
        widths = {}
        for column, texts in widest.items():
            glyph = SIDE_PX + SPACE if column == STATE else 0
            text = max(map(metrics.horizontalAdvance, texts)) + glyph + 2 * (_PADDING + _MARGIN)
            widths[column] = max(text, self.horizontalHeader().sectionSizeHint(column))
        left = self.viewport().width() - sum(
            width for column, width in widths.items() if not self.isColumnHidden(column)
        )
        if self._wide:
            widths[ERROR] = max(left, 12 * self._sizes.body)
        elif left < 0:
            widths[SOURCE] = max(widths[SOURCE] + left, 6 * self._sizes.body)
        else:
            widths[SOURCE] += left
        for column, width in widths.items():
            self.setColumnWidth(column, width)


class _RequestsDelegate(QStyledItemDelegate):
    """The requests of the hour as text, and below it how much of what is allowed they are."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the text, then the bar."""
        super().paint(painter, option, index)
        share = index.data(_SHARE)
        if share is None:
            return
        with drawing(painter, "feeds requests"):
            area = option.rect.adjusted(_PADDING, 0, -_PADDING, -1)
            area.setTop(area.bottom() - 1)
            painter.fillRect(area, QColor(self.theme.line))
            area.setWidth(round(area.width() * min(1.0, share)))
            painter.fillRect(area, QColor(self.theme.text if share >= 1 else self.theme.quiet))


def _cells(health: SourceHealth, now: datetime) -> tuple[str, ...]:
    return (
        source_name(health.source),
        source_state(health),
        age(health.newest, now),
        age(health.last_success, now),
        _requests(health),
        next_words(health, now),
        last_error(health),
    )


def _detail(health: SourceHealth, now: datetime) -> str:
    """What the narrow table says in its second line."""
    success = tr("No answer yet")
    if health.last_success is not None:
        success = tr("Last success {age} ago").format(age=age(health.last_success, now))
    return " · ".join(part for part in (success, last_error(health)) if part)


def _share(health: SourceHealth) -> float | None:
    if health.requests_used is None or not health.requests_allowed:
        return None
    return health.requests_used / health.requests_allowed


def _requests(health: SourceHealth) -> str:
    if health.requests_used is None:
        return UNKNOWN
    used = number(health.requests_used, 0)
    return used if health.requests_allowed is None else f"{used} / {number(health.requests_allowed, 0)}"


def next_words(health: SourceHealth, now: datetime) -> str:
    """When the source is asked again: counted down, or the time of day in New York until which nothing may be asked."""
    if health.waits_until is not None and health.waits_until > now:
        soon = health.waits_until - now < _A_DAY
        time = clock(health.waits_until) if soon else moment(health.waits_until, now)
        return tr("waits until {time}").format(time=time)
    return UNKNOWN if health.next_refresh is None else duration((health.next_refresh - now).total_seconds())


def _tip(health: SourceHealth, now: datetime) -> str:
    lines = [
        f"{source_name(health.source)}: {source_state(health)}. {state_explanation(health.state)}",
        tr("Newest data of {time} New York").format(time=moment(health.newest, now)) if health.newest else "",
        tr("Last success {time} New York").format(time=moment(health.last_success, now)),
        last_error(health),
        error_explanation(health.error_kind),
    ]
    return plain_tip("\n".join(line for line in lines if line))
