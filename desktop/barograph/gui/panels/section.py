"""A part of a panel under a heading that folds it; while it is folded what it comes to stands beside the heading."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from barograph.gui.text import ElidedLabel, label
from barograph.gui.theme import SPACE


class Section(QWidget):
    """Heading, summary and a column of widgets below."""

    def __init__(self, name: str, title: str, *, folded: bool = False) -> None:
        """`name` is the fixed name; `title` the heading in the user's language."""
        super().__init__()
        self.setObjectName(f"{name}Section")
        self.heading = QToolButton()
        self.heading.setObjectName(f"{name}Heading")
        self.heading.setText(title)
        self.heading.setAccessibleName(title)
        self.heading.setCheckable(True)
        self.heading.setProperty("heading", True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.heading.toggled.connect(self._show_body)
        self.summary = ElidedLabel(f"{name}Summary", "strong")
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(0, 0, 0, 0)
        self._head.setSpacing(2 * SPACE)
        self._head.addWidget(self.heading)
        self._head.addWidget(self.summary, 100)
        self._head.addStretch(1)
        self.body = QWidget()
        self.body.setObjectName(f"{name}Body")
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, SPACE, 0, SPACE)
        self.column.setSpacing(SPACE)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head)
        whole.addWidget(self.body)
        self.heading.setChecked(not folded)
        self._show_body(not folded)

    def add(self, *widgets: QWidget) -> None:
        """Put widgets below those that are there."""
        for widget in widgets:
            self.column.addWidget(widget)

    def summarise(self, text: str) -> None:
        """What it comes to, in a few words."""
        self.summary.show_whole(text)
        self.heading.setAccessibleDescription(text)

    def keep_open(self) -> None:
        """Where nobody can fold it, as in a picture: a plain title in place of the button."""
        self.heading.setChecked(True)
        self.heading.hide()
        self._head.insertWidget(0, label(f"{self.objectName()}Title", "strong", self.heading.text()))

    def _show_body(self, shown: bool) -> None:
        self.body.setVisible(shown)
        self.summary.setVisible(not shown)
        self.heading.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
