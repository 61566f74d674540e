"""What the panels of the context have in common: a line of state, and below it a column that scrolls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from barograph.gui.formats import NEW_YORK
from barograph.gui.panels.context_state import PanelState, StateLine, panel_state
from barograph.gui.theme import SPACE, Theme
from barograph.market.freshness import Freshness


@runtime_checkable
class Themed(Protocol):
    """What is drawn in colours of the theme."""

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        ...


class Shown:
    """What parts of a panel show, so that one that has not changed costs a comparison and no more."""

    def __init__(self) -> None:
        """Nothing is shown."""
        self._values: dict[str, tuple[object, date]] = {}

    def is_new(self, part: str, value: object, now: datetime) -> bool:
        """Whether `part` shows something else than `value`, which it is taken to show from now on.

        Instants are written with their day unless it is today's, so another day in New York is new as well.
        """
        found = (value, now.astimezone(NEW_YORK).date())
        if self._values.get(part) == found:
            return False
        self._values[part] = found
        return True


class ContextPanel(QWidget):
    """State line, scroll area, and in it `column`; panels put their sections there."""

    def __init__(self, name: str, title: str, theme: Theme) -> None:
        """`name` is fixed; `title` is in the user's language."""
        super().__init__()
        self.setObjectName(f"{name}Panel")
        self.setAccessibleName(title)
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.state_line = StateLine(name, theme)
        self.shown = Shown()
        self._themed: list[Themed] = [self.state_line]
        inside = QWidget()
        inside.setObjectName(f"{name}Inside")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(3 * SPACE, SPACE, 2 * SPACE, 2 * SPACE)
        self.column.setSpacing(SPACE)
        self.area = QScrollArea()
        self.area.setObjectName(f"{name}Area")
        self.area.setAccessibleName(title)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        head = QVBoxLayout()
        head.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 0)
        head.addWidget(self.state_line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE)
        whole.addLayout(head)
        whole.addWidget(self.area, 1)
        self.show_state(panel_state(None))

    def add(self, *widgets: QWidget) -> None:
        """Put widgets below those that are there."""
        for widget in widgets:
            self.column.addWidget(widget)
        self.colour(*widgets)

    def colour(self, *widgets: QWidget) -> None:
        """Draw these in the theme's colours, those of them that draw anything."""
        self._themed.extend(widget for widget in widgets if isinstance(widget, Themed))

    def show_state(self, state: PanelState) -> None:
        """Show the line of state."""
        self.state_line.show_state(state)

    def show_nothing(self, reason: str) -> None:
        """Without any snapshot: why, in a sentence."""
        self.show_state(PanelState(Freshness.ERROR, reason))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for widget in self._themed:
            widget.set_theme(theme)
