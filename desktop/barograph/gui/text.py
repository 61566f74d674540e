"""Labels that show text as it is: nothing that comes from a feed, a file or a note is ever read as markup."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


def label(name: str, role: str = "", text: str = "", *, wrap: bool = False) -> QLabel:
    """A label for plain text; `role` picks its look in the style sheet."""
    made = _WrappedLabel() if wrap else QLabel()
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    if role:
        made.setProperty("role", role)
    return made


class _WrappedLabel(QLabel):
    """Text in as many lines as it needs; it asks for one and lets its layout find out how high that is.

    Qt's own asks for the height of its text in the narrowest column, and panels come out far too high.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        """One line, and not much of it."""
        return QSize(80, self.fontMetrics().height())


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another look."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def show_text(target: QLabel, text: str) -> None:
    """Set a label's text, and hide the label when there is none."""
    if target.text() != text:
        target.setText(text)
    target.setVisible(bool(text))
