"""The report of faults of the program itself: non-modal, each distinct fault once, with a button to copy it."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from barograph.engine.messages import EngineFailure
from barograph.gui.text import label
from barograph.gui.theme import SPACE
from barograph.gui.translation import tr


class ReportDialog(QDialog):
    """Collects faults; never asks a question and never takes the focus from the window's work."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        """`version` of the program, part of what is copied."""
        super().__init__(parent)
        self.setObjectName("reportDialog")
        self.setWindowTitle(tr("Fault report"))
        self.setModal(False)
        self.resize(640, 360)
        self._version = version
        self._faults: list[tuple[str, str]] = []
        words = tr("Something in the program went wrong; the rest goes on. Nothing has been sent anywhere.")
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setObjectName("reportText")
        self.text.setAccessibleName(tr("What went wrong"))
        self.copy = QPushButton(tr("Copy"))
        self.copy.setObjectName("reportCopy")
        self.copy.setAccessibleName(tr("Copy the report"))
        self.copy.clicked.connect(self._copy)
        close = QPushButton(tr("Close"))
        close.setObjectName("reportClose")
        close.setAccessibleName(tr("Close the report"))
        close.clicked.connect(self.hide)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        column.setSpacing(3 * SPACE)
        column.addWidget(label("reportIntroduction", text=words, wrap=True))
        column.addWidget(self.text, 1)
        column.addLayout(buttons)

    def add(self, failure: EngineFailure) -> bool:
        """Add a fault; False when the same one is in the report already."""
        fault = (failure.message, failure.details)
        if fault in self._faults:
            return False
        self._faults.append(fault)
        self.text.setPlainText(self._report())
        return True

    def _report(self) -> str:
        faults = "\n\n".join(f"{message}\n{details}".rstrip() for message, details in self._faults)
        return f"Barograph {self._version}\n\n{faults}\n"

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
