"""The system ends the session, or a terminal is closed: the windows close as if by hand, so that nothing is lost."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

_NAMES = ("SIGTERM", "SIGINT", "SIGHUP")
"""Windows knows the first two only, and tells a session's end through Qt."""


class StopSignals(QObject):
    """Lives as long as the application; from its making on these signals close all windows."""

    def __init__(self, app: QApplication) -> None:
        """In the main thread. Python runs its handlers only between two of its own steps, and a window at rest makes
        none: so the number of a signal is written to a socket, which wakes Qt.
        """
        super().__init__(app)
        self._app = app
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._numbers = {int(getattr(signal, name)) for name in _NAMES if hasattr(signal, name)}
        for number in self._numbers:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    def _woken(self) -> None:
        if self._numbers.intersection(self._reader.recv(256)):
            self._app.closeAllWindows()
