"""Every text that a window shows, for tests of its words."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QTreeView,
    QWidget,
)

from barograph.gui.panels.evidence_table import EvidenceTable
from barograph.gui.panels.why_tree import WhyTree
from barograph.gui.text import ElidedLabel


def texts_of(window: QWidget) -> Iterator[tuple[str, str]]:
    """(Where, text) of everything that can be read or heard: texts, titles, tips, accessible names."""
    for widget in (window, *window.findChildren(QWidget)):
        if not widget.isVisibleTo(window) and not isinstance(widget, QMenu):
            continue
        where = widget.objectName() or type(widget).__name__
        if not where.startswith("qt_"):
            yield from ((where, text) for text in (widget.toolTip(), widget.accessibleName()))
        if isinstance(widget, QLabel | QAbstractButton):
            yield where, widget.whole if isinstance(widget, ElidedLabel) else widget.text()
        elif isinstance(widget, QLineEdit | QPlainTextEdit):
            yield where, widget.placeholderText()
        elif isinstance(widget, QDockWidget):
            yield where, widget.windowTitle()
        elif isinstance(widget, QMenu):
            yield from ((where, action.text()) for action in widget.actions())
        elif isinstance(widget, QComboBox):
            yield from ((where, widget.itemText(row)) for row in range(widget.count()))
        elif isinstance(widget, QTableView | QTreeView):
            yield from ((where, text) for text in _cells(widget))


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    header = view.horizontalHeader() if isinstance(view, QTableView) else None
    if isinstance(header, QHeaderView) and header.isVisibleTo(view):
        for column in range(model.columnCount()):
            if not header.isSectionHidden(column):
                yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for index, text in _below(model, QModelIndex()):
        yield text
        if isinstance(view, WhyTree):
            yield view.tip(index)
        elif isinstance(view, EvidenceTable):
            yield view.tip(index.row())


def _below(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[QModelIndex, str]]:
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield from ((index, str(index.data(role) or "")) for role in roles)
            yield from _below(model, index)
