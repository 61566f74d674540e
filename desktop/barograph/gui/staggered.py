"""Shows a snapshot part by part, so that what the window does at one go stays short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from barograph.engine.snapshot import Snapshot

_TURN_MS = 10
"""Between two parts there is time to paint the one and to answer the mouse."""


class Part(Protocol):
    """What shows snapshots."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show this one."""
        ...


class Staggered(QObject):
    """Gives the newest snapshot to one part a turn. When another comes, those that still wait for this one go first."""

    def __init__(self, parts: Sequence[Part], parent: QObject) -> None:
        """`parts` in the order of their turns."""
        super().__init__(parent)
        self._parts = tuple(parts)
        self._waiting: dict[Part, None] = {}
        self._snapshot: Snapshot | None = None
        self._turn = QTimer(self, interval=_TURN_MS)
        self._turn.timeout.connect(self._show_next)

    def start(self, snapshot: Snapshot) -> None:
        """Show it from the next turn on."""
        self._snapshot = snapshot
        self._waiting = dict.fromkeys((*self._waiting, *self._parts))
        self._turn.start()

    def stop(self) -> None:
        """Show nothing more of what was started."""
        self._waiting.clear()
        self._turn.stop()

    def _show_next(self) -> None:
        part = next(iter(self._waiting))
        del self._waiting[part]
        if not self._waiting:
            self._turn.stop()
        if self._snapshot is not None:
            part.show_snapshot(self._snapshot)
