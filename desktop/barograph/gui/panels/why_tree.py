"""The contributions as a tree: a bar for each pillar, and under it the readings it is made of."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from barograph.engine.snapshot import PillarView, Reading, Snapshot
from barograph.gui.feed_labels import source_name
from barograph.gui.formats import UNKNOWN, age, moment, number, percentile, plain_tip
from barograph.gui.guard import drawing, saved
from barograph.gui.indicator_labels import (
    PILLARS,
    indicator_formula,
    indicator_name,
    indicator_value,
    pillar_meaning,
    pillar_name,
)
from barograph.gui.labels import state_explanation, state_word
from barograph.gui.theme import SPACE, TextSizes, Theme, sized
from barograph.gui.translation import tr
from barograph.market.freshness import Freshness

NAME, POINTS, BAR = range(3)
_FILL = Qt.ItemDataRole.UserRole
_TRACK = Qt.ItemDataRole.UserRole + 1
_VALUE = Qt.ItemDataRole.UserRole + 2
_DETAIL = Qt.ItemDataRole.UserRole + 3
_KNOWN = Qt.ItemDataRole.UserRole + 4
_ID = Qt.ItemDataRole.UserRole + 5
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BAR_PX = 10
Index = QModelIndex | QPersistentModelIndex


class WhyTree(QTreeWidget):
    """Rows are updated in place, so what the user has folded stays folded."""

    def __init__(self, theme: Theme, sizes: TextSizes, parent: QWidget | None = None) -> None:
        """An empty tree until the first snapshot."""
        super().__init__(parent)
        self.setObjectName("whyTree")
        self.setAccessibleName(tr("Contributions to the score"))
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(2 * SPACE)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        points_px = QFontMetrics(sized(self.font(), sizes.body, bold=True)).horizontalAdvance("00.0") + 2 * SPACE
        header.resizeSection(POINTS, points_px)
        self.setIndentation(3 * SPACE)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._delegate = _RowDelegate(theme, sizes, self)
        self.setItemDelegate(self._delegate)
        self._snapshot: Snapshot | None = None
        self._pillars: dict[str, QTreeWidgetItem] = {}
        self._readings: dict[str, QTreeWidgetItem] = {}
        for name in PILLARS:  # until the first snapshot: the names and empty bars
            item = QTreeWidgetItem(self, [pillar_name(name)])
            item.setSizeHint(NAME, self._delegate.row_size(nested=False))
            item.setData(BAR, _KNOWN, True)
            item.setData(BAR, _TRACK, 0.8)
        self.resize_bar()

    def resize_bar(self) -> None:
        """Give the bars a share of the width."""
        self.header().resizeSection(BAR, max(14 * SPACE, self.viewport().width() // 4))

    @property
    def content_px(self) -> int:
        """The height at which no row is hidden."""
        pillar, reading = (self._delegate.row_size(nested=nested).height() for nested in (False, True))
        return pillar * len(self._pillars) + reading * len(self._readings) + SPACE

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._delegate.theme = theme
        self.viewport().update()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's pillars and readings."""
        self._snapshot = snapshot
        names = {pillar.name for pillar in snapshot.pillars}
        readings = [reading for reading in snapshot.readings if reading.pillar in names]
        shown = [*self._pillars, *self._readings]
        if shown != [*(pillar.name for pillar in snapshot.pillars), *(reading.id for reading in readings)]:
            self._rebuild(snapshot.pillars, readings)
        scale = max((max(100 * pillar.weight, pillar.contribution or 0.0) for pillar in snapshot.pillars), default=1.0)
        for pillar in snapshot.pillars:
            _fill_pillar(self._pillars[pillar.name], pillar, scale)
        for reading in readings:
            item = self._readings[reading.id]
            before = item.data(NAME, _VALUE), item.data(NAME, _DETAIL)
            _fill_reading(item, reading, snapshot.clock.now, scale)
            if before != (item.data(NAME, _VALUE), item.data(NAME, _DETAIL)):
                self._draw_row(item)

    def _draw_row(self, item: QTreeWidgetItem) -> None:
        """The second line reaches under the next columns, which are not drawn again with the first."""
        row = self.visualItemRect(item)
        self.viewport().update(0, row.top(), self.viewport().width(), row.height())

    def _rebuild(self, pillars: tuple[PillarView, ...], readings: list[Reading]) -> None:
        self.clear()
        bold = sized(self.font(), self._delegate.sizes.body, bold=True)
        self._pillars = {pillar.name: QTreeWidgetItem(self) for pillar in pillars}
        self._readings = {reading.id: QTreeWidgetItem(self._pillars[reading.pillar]) for reading in readings}
        for name, item in (*self._pillars.items(), *self._readings.items()):
            item.setData(NAME, _ID, name)
            item.setTextAlignment(POINTS, _RIGHT)
            item.setSizeHint(NAME, self._delegate.row_size(nested=name in self._readings))
        for item in self._pillars.values():
            item.setFont(NAME, bold)
            item.setFont(POINTS, bold)
        self.expandAll()

    def tip(self, index: QModelIndex) -> str:
        """What the row says on closer look; made when it is asked for."""
        if self._snapshot is None:
            return ""
        name = index.siblingAtColumn(NAME).data(_ID)
        for reading in self._snapshot.readings if index.parent().isValid() else ():
            if reading.id == name:
                return _reading_tip(reading, self._snapshot.clock.now)
        return next((_pillar_tip(pillar) for pillar in self._snapshot.pillars if pillar.name == name), "")

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the tip of the row under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip(self.indexAt(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)


def _fill_pillar(item: QTreeWidgetItem, pillar: PillarView, scale: float) -> None:
    item.setText(NAME, pillar_name(pillar.name))
    item.setText(POINTS, UNKNOWN if pillar.points is None else number(pillar.points, 0))
    item.setData(BAR, _KNOWN, pillar.contribution is not None)
    item.setData(BAR, _FILL, (pillar.contribution or 0.0) / scale)
    item.setData(BAR, _TRACK, 100 * pillar.weight / scale)


def _pillar_tip(pillar: PillarView) -> str:
    lines = [pillar_meaning(pillar.name), tr("Weight {share}%.").format(share=number(100 * pillar.weight, 0))]
    if pillar.contribution is None:
        lines.append(tr("No usable input: not part of the score."))
    elif pillar.previous is not None:
        change = number(pillar.contribution - pillar.previous, 1, signed=True)
        lines.append(tr("{change} points since the last evaluation.").format(change=change))
    return plain_tip("\n".join(line for line in lines if line))


def _fill_reading(item: QTreeWidgetItem, reading: Reading, now: datetime, scale: float) -> None:
    value = indicator_value(reading.id, reading.value, reading.unit)
    old = age(reading.as_of, now)
    state = old if reading.state in (Freshness.LIVE, Freshness.DELAYED) else state_word(reading.state)
    details = [tr("pctl {n}").format(n=percentile(reading.percentile)), state, source_name(reading.source)]
    item.setText(NAME, indicator_name(reading.id))
    item.setText(POINTS, number(reading.contribution, 1))
    item.setData(NAME, _VALUE, value)
    item.setData(NAME, _DETAIL, " · ".join(part for part in details if part))
    item.setData(NAME, Qt.ItemDataRole.AccessibleTextRole, ", ".join((indicator_name(reading.id), value, *details)))
    item.setData(BAR, _KNOWN, reading.contribution is not None)
    item.setData(BAR, _FILL, (reading.contribution or 0.0) / scale)


def _reading_tip(reading: Reading, now: datetime) -> str:
    old = age(reading.as_of, now)
    lines = [f"{indicator_name(reading.id)} ({reading.id})", indicator_formula(reading.id)]
    lines.append(tr("Percentile of the last three years: {n}").format(n=percentile(reading.percentile)))
    lines.append(tr("Source: {source}").format(source=source_name(reading.source) or UNKNOWN))
    if reading.inputs:
        lines.append(tr("Inputs: {inputs}").format(inputs=", ".join(reading.inputs)))
    lines.append(tr("As of {time} New York, {age} ago").format(time=moment(reading.as_of, now), age=old))
    if reading.known_at is not None:
        lines.append(tr("Public since {time} New York").format(time=moment(reading.known_at, now)))
    lines.append(f"{state_word(reading.state)}: {state_explanation(reading.state)}")
    return plain_tip("\n".join(line for line in lines if line))


class _RowDelegate(QStyledItemDelegate):
    """Draws the bars, and a second line under the name of a reading."""

    def __init__(self, theme: Theme, sizes: TextSizes, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.sizes = sizes

        self._line_px = QFontMetrics(sized(parent.font(), sizes.body)).height()
        self._below_px = QFontMetrics(sized(parent.font(), sizes.small)).height()

    def row_size(self, *, nested: bool) -> QSize:
        """One line for a pillar, two for a reading."""
        return QSize(0, self._line_px + self._below_px + SPACE if nested else self._line_px + 2 * SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        with drawing(painter, type(self).__name__):
            self._draw(painter, option, index)

    def _draw(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)
        upper = QRect(rect)
        if index.parent().isValid():
            upper.setHeight(self._line_px)
        if index.column() == BAR:
            self._paint_bar(painter, upper, index)
            return
        option.rect = upper
        super().paint(painter, option, index)
        if index.data(_DETAIL):
            below = rect.adjusted(SPACE - 1, upper.height(), 2 * self.header_room(), 0)
            self._paint_detail(painter, below, str(index.data(_VALUE)), str(index.data(_DETAIL)))

    def header_room(self) -> int:
        """Half the width right of the names, which the second line may use."""
        tree = self.parent()
        return (tree.columnWidth(POINTS) + tree.columnWidth(BAR)) // 2 if isinstance(tree, QTreeWidget) else 0

    def _paint_detail(self, painter: QPainter, rect: QRect, value: str, detail: str) -> None:
        font = sized(painter.font(), self.sizes.small)
        metrics = QFontMetrics(font)
        top_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        rest = rect.adjusted(metrics.horizontalAdvance(value) + 2 * SPACE, 0, 0, 0)
        with saved(painter):
            painter.setClipping(False)
            painter.setFont(font)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(rect, top_left, value)
            painter.setPen(QColor(self.theme.quiet))
            painter.drawText(rest, top_left, metrics.elidedText(detail, Qt.TextElideMode.ElideRight, rest.width()))

    def _paint_bar(self, painter: QPainter, rect: QRect, index: Index) -> None:
        nested = index.parent().isValid()
        height = _BAR_PX // 2 if nested else _BAR_PX
        room, left = rect.width() - 2 * SPACE, rect.left() + SPACE
        top = rect.center().y() - height // 2 + 1
        track = QRect(left, top, round(room * float(index.data(_TRACK) or 0.0)), height)
        painter.fillRect(track, QColor(self.theme.line))
        if index.data(_KNOWN):
            fill = QRect(left, top, round(room * float(index.data(_FILL) or 0.0)), height)
            painter.fillRect(fill, QColor(self.theme.quiet if nested else self.theme.series[0]))
        else:
            painter.fillRect(track, QBrush(QColor(self.theme.no_data), Qt.BrushStyle.BDiagPattern))
