"""Labels that show text as it is: nothing that comes from a feed, a file or a note is ever read as markup."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from barograph.gui.formats import plain_tip


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


class ElidedLabel(QLabel):
    """As much of a text as there is room for; the whole of it in its tip and in its accessible name."""

    def __init__(self, name: str, role: str = "") -> None:
        """Empty until `show_whole`."""
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""
        if role:
            self.setProperty("role", role)

    @property
    def whole(self) -> str:
        """The text without any cut."""
        return self._whole

    def show_whole(self, text: str) -> None:
        """Show another text."""
        if text != self._whole:
            self._whole = text
            self.setToolTip(plain_tip(text) if text else "")
            self.setAccessibleName(text)
            self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text where it ends now."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)


class ShrinkingLabel(ElidedLabel):
    """Asks for the room of its shortest text and says more where it is given more."""

    def __init__(self, name: str, role: str = "") -> None:
        """Empty until `show_texts`."""
        super().__init__(name, role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._shorter: tuple[str, ...] = ()

    def show_texts(self, longest: str, *shorter: str) -> None:
        """Show the longest of these that has room; the longest is in the tip."""
        if shorter != self._shorter or longest != self.whole:
            self._shorter = shorter
            self.show_whole(longest)
            self._elide()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """The shortest text."""
        shortest = self._shorter[-1] if self._shorter else self.whole
        return QSize(self.fontMetrics().horizontalAdvance(shortest) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        fitting = (text for text in (self.whole, *self._shorter) if metrics.horizontalAdvance(text) <= self.width())
        shortest = self._shorter[-1] if self._shorter else self.whole
        shown = next(fitting, None) or metrics.elidedText(shortest, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)


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
