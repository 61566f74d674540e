"""One line for each thing the user has to know and need not answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from barograph.gui.text import label
from barograph.gui.theme import SPACE
from barograph.gui.translation import tr


class NoticeBar(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self) -> None:
        """No notices."""
        super().__init__()
        self.setObjectName("noticeBar")
        self._lines: dict[str, tuple[str, QWidget]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is shown."""
        return tuple(text for text, _ in self._lines.values())

    def tell(self, key: str, text: str, details: Callable[[], None] | None = None) -> None:
        """Show `text`; it replaces what was told under the same key. `details` opens more about it."""
        if key in self._lines and self._lines[key][0] == text:
            return
        self.take_back(key)
        line = QWidget()
        line.setObjectName(f"notice_{key}")
        line.setProperty("notice", True)
        row = QHBoxLayout(line)
        row.setContentsMargins(3 * SPACE, SPACE, SPACE, SPACE)
        words = label(f"noticeText_{key}", text=text, wrap=True)
        row.addWidget(words, 1)
        if details is not None:
            more = QPushButton(tr("Details"))
            more.setObjectName(f"noticeDetails_{key}")
            more.setAccessibleName(tr("Details of this notice"))
            more.clicked.connect(details)
            row.addWidget(more)
        close = QPushButton(tr("Dismiss"))
        close.setObjectName(f"noticeDismiss_{key}")
        close.setAccessibleName(tr("Dismiss this notice"))
        close.clicked.connect(lambda: self.take_back(key))
        row.addWidget(close)
        self._lines[key] = (text, line)
        self._column.addWidget(line)
        self.show()

    def take_back(self, key: str) -> None:
        """Remove a notice, if it is there."""
        _, line = self._lines.pop(key, ("", None))
        if line is not None:
            line.hide()
            self._column.removeWidget(line)
            line.deleteLater()
        self.setVisible(bool(self._lines))
