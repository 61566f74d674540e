"""The note of a step: plain text, saved when it is left or with Enter."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from barograph.gui.theme import SPACE
from barograph.gui.translation import tr

LONGEST = 10_000
"""Characters a note may have; the rest of what is pasted is cut off."""


class NoteEdit(QPlainTextEdit):
    """Enter saves, Shift+Enter begins a new line. What is being typed is never replaced."""

    saved = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is the object name."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(tr("Note"))
        self.setPlaceholderText(tr("Note – Enter saves"))
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._kept = ""
        self.ensurePolished()
        self.setFixedHeight(2 * QFontMetrics(self.font()).lineSpacing() + 5 * SPACE)

    @property
    def unsaved(self) -> bool:
        """Whether there is text that was not handed over for saving."""
        return self.toPlainText()[:LONGEST] != self._kept

    def show_note(self, text: str) -> None:
        """Show what is stored, unless the user is writing."""
        if text == self._kept or self.unsaved:
            return
        self._kept = text
        self.setPlainText(text)

    def start_over(self, text: str) -> None:
        """Show another sheet's note."""
        self._kept = text
        self.setPlainText(text)

    def save(self) -> None:
        """Hand over what has been written, once."""
        if self.unsaved:
            text = self.toPlainText()
            if len(text) > LONGEST:
                self.setPlainText(text[:LONGEST])
            self._kept = text[:LONGEST]
            self.saved.emit(self._kept)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter saves."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.save()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving saves; opening the context menu does not."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.save()
