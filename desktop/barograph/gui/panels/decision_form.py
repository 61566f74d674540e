"""The decision: exactly one action, a horizon, a reason, what would prove it wrong; every version stays."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from barograph.checklist.decision import Action, Decision, Horizon
from barograph.gui.formats import moment
from barograph.gui.labels import action_word, horizon_word
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE
from barograph.gui.translation import tr

_LONGEST = 2_000


class DecisionForm(QWidget):
    """The form and, under it, all versions of the day, newest first."""

    recorded = Signal(object, object, str, str)
    """Action, Horizon, reason, "I am wrong if …"."""

    def __init__(self) -> None:
        """Nothing is chosen: no action is a default."""
        super().__init__()
        self.setObjectName("decisionForm")
        self.action = _Choice("action", tr("Action"), [(action, action_word(action)) for action in Action])
        self.horizon = _Choice("horizon", tr("Horizon"), [(horizon, horizon_word(horizon)) for horizon in Horizon])
        self.reason = _line("decisionReason", tr("Reason"))
        self.wrong_if = _line("decisionWrongIf", tr("I am wrong if …"))
        self.record = QPushButton(tr("Record decision"))
        self.record.setObjectName("decisionRecord")
        self.record.setAccessibleName(tr("Record decision"))
        self.record.clicked.connect(self._record)
        self.status = label("decisionOutcome", "small", wrap=True)
        self.versions = QVBoxLayout()
        self.versions.setSpacing(SPACE)
        self._shown: tuple[Decision, ...] = ()
        self._arrange()
        for group in (self.action.group, self.horizon.group):
            group.buttonClicked.connect(self.check)
        for edit in (self.reason, self.wrong_if):
            edit.textChanged.connect(self.check)
        self.check()

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * SPACE)
        form.setVerticalSpacing(SPACE)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(label("actionLabel", "quiet", tr("Action")), self.action)
        form.addRow(label("horizonLabel", "quiet", tr("Horizon")), self.horizon)
        form.addRow(label("reasonLabel", "quiet", tr("Reason")), self.reason)
        form.addRow(label("wrongIfLabel", "quiet", tr("Wrong if")), self.wrong_if)
        below = QHBoxLayout()
        below.addWidget(self.record)
        below.addWidget(self.status, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        column.addLayout(form)
        column.addLayout(below)
        column.addLayout(self.versions)

    def check(self) -> None:
        """Say what is still missing."""
        missing = [
            words
            for given, words in (
                (self.action.chosen, tr("action")),
                (self.horizon.chosen, tr("horizon")),
                (self.reason.text().strip(), tr("reason")),
                (self.wrong_if.text().strip(), tr("what would prove it wrong")),
            )
            if not given
        ]
        self.record.setEnabled(not missing)
        show_text(self.status, tr("Still missing: {parts}").format(parts=", ".join(missing)) if missing else "")

    def show_status(self, text: str) -> None:
        """Say what became of a recorded decision."""
        show_text(self.status, text)

    def clear(self) -> None:
        """An empty form."""
        self.action.clear()
        self.horizon.clear()
        self.reason.clear()
        self.wrong_if.clear()
        self.check()

    def show_decisions(self, decisions: tuple[Decision, ...], now: datetime) -> None:
        """List the day's versions."""
        if decisions == self._shown:
            return
        self._shown = decisions
        while (item := self.versions.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for decision in reversed(decisions):
            self.versions.addWidget(_version(decision, now, in_force=decision is decisions[-1]))

    def _record(self) -> None:
        self.recorded.emit(
            self.action.chosen,
            self.horizon.chosen,
            self.reason.text().strip(),
            self.wrong_if.text().strip(),
        )


class _Choice(QWidget):
    """Radio buttons in a row, of which none or one is chosen."""

    def __init__(self, name: str, title: str, options: list[tuple[Action, str]] | list[tuple[Horizon, str]]) -> None:
        super().__init__()
        self.setObjectName(f"{name}Choice")
        self.setAccessibleName(title)
        self.group = QButtonGroup(self)
        self.buttons: dict[Action | Horizon, QRadioButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * SPACE)
        for value, word in options:
            button = QRadioButton(word)
            button.setObjectName(f"{name}_{value}")
            button.setAccessibleName(f"{title}: {word}")
            self.group.addButton(button)
            self.buttons[value] = button
            row.addWidget(button)
        row.addStretch(1)

    @property
    def chosen(self) -> Action | Horizon | None:
        """The one that is chosen."""
        return next((value for value, button in self.buttons.items() if button.isChecked()), None)

    def clear(self) -> None:
        """Choose none."""
        self.group.setExclusive(False)
        for button in self.buttons.values():
            button.setChecked(False)
        self.group.setExclusive(True)


def _line(name: str, title: str) -> QLineEdit:
    edit = QLineEdit(maxLength=_LONGEST)
    edit.setObjectName(name)
    edit.setAccessibleName(title)
    return edit


def _version(decision: Decision, now: datetime, *, in_force: bool) -> QWidget:
    head = tr("Version {n} · {time} · {action} · {horizon}").format(
        n=decision.version,
        time=moment(decision.decided_at, now),
        action=action_word(decision.action),
        horizon=horizon_word(decision.horizon),
    )
    body = tr("{reason}\nWrong if: {wrong_if}").format(reason=decision.reason, wrong_if=decision.wrong_if)
    made = label(f"decisionVersion{decision.version}", "" if in_force else "quiet", f"{head}\n{body}", wrap=True)
    made.setAccessibleName(head)
    return made
