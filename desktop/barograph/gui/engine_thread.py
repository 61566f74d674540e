"""The worker thread between the window and the engine process: starts, watches, talks to, restarts it.

All that the window knows of the engine is this object's signals and `send`.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, QTimer, Signal, Slot

from barograph.engine.messages import (
    Acknowledged,
    Decide,
    Downstream,
    EngineConfig,
    EngineFailure,
    Heartbeat,
    LightHistory,
    SeriesUpdate,
    SetPaused,
    SetSpeed,
    Stop,
    TickStep,
    Upstream,
    WatchSeries,
    WriteNote,
)
from barograph.engine.snapshot import Snapshot
from barograph.feeds.contract import FeedKind
from barograph.gui.engine_link import EngineLink, Entry

LONGEST_PAUSE_S = 60.0
SNAPSHOT_INTERVAL_MS = 100
"""The window is shown a new snapshot no more often than this."""
DIED = "died"
SILENT = "silent"
FATAL = "fatal"
_STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, the engine is waited for.

    A new engine may say nothing for `start_s`, a running one for `heartbeat_s`, and one that was asked to
    stop may take `stop_s`. That is looked at every `look_every_s` of real time.
    """

    start_s: float = 60.0
    heartbeat_s: float = 10.0
    stop_s: float = 5.0
    look_every_s: float = 1.0


PATIENCE = Patience()


def pauses() -> Iterator[float]:
    """Seconds to wait before each new start of an engine that does not stay alive: 1, 2, 4 … 60, 60."""
    pause_s = 1.0
    while True:
        yield pause_s
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


class _CommandBook:
    """What a newly started engine has to be told.

    That is how the window stands, and every change of the store that no engine has acknowledged yet. Applying
    such a change twice is harmless, losing it is not.
    """

    def __init__(self) -> None:
        self._standing: dict[type[Any], Upstream] = {}
        self._unacknowledged: dict[str, Upstream] = {}

    def keep(self, command: Upstream) -> None:
        if isinstance(command, TickStep | WriteNote | Decide):
            self._unacknowledged[command.command_id] = command
        elif isinstance(command, WatchSeries | SetSpeed | SetPaused):
            self._standing[type(command)] = command

    def acknowledge(self, command_id: str) -> None:
        self._unacknowledged.pop(command_id, None)

    def all(self) -> list[Upstream]:
        return [*self._standing.values(), *self._unacknowledged.values()]


class EngineThread(QThread):
    """Create it in the window's thread, connect its signals, `start` it, `stop` it.

    Signals arrive in the window's thread. `snapshot_ready` carries the newest Snapshot: what came meanwhile
    is skipped. `series_ready` carries each SeriesUpdate, `light_ready` each LightHistory, `acknowledged` a
    command's id and an error sentence or nothing, `engine_down` one of ``died``, ``silent``, ``fatal``,
    `failure` an EngineFailure.
    """

    snapshot_ready = Signal(object)
    series_ready = Signal(object)
    light_ready = Signal(object)
    acknowledged = Signal(str, str)
    engine_down = Signal(str)
    failure = Signal(object)
    _snapshot_waiting = Signal()

    def __init__(
        self,
        entry: Entry,
        config: EngineConfig,
        parent: QObject | None = None,
        *,
        patience: Patience = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` counts seconds from anywhere."""
        super().__init__(parent)
        self.setObjectName("engineThread")
        self._entry = entry
        self._config = config
        self._clock = clock
        self._patience = patience
        # (link, message) from an engine, (None, command) from the window
        self._inbox: SimpleQueue[tuple[Any, Any]] = SimpleQueue()
        self._book = _CommandBook()
        self._lived_s = 0.0
        self._latest: deque[Snapshot] = deque(maxlen=1)
        self._rest = QTimer(self, singleShot=True, interval=SNAPSHOT_INTERVAL_MS)
        self._rest.timeout.connect(self._hand_over)
        self._snapshot_waiting.connect(self._arrived)

    # ------------------------------------------------------------------------------ from the window's thread

    @Slot(object)
    def send(self, command: Upstream) -> None:
        """Send a command, now or when an engine is there again. From any thread; never waits."""
        self._inbox.put((None, command))

    def stop(self) -> bool:
        """Ask the engine to end and wait within a bound; whether the thread has ended."""
        self._inbox.put((None, Stop()))
        self._rest.stop()
        return self.wait(QDeadlineTimer(int(1000 * (self._patience.stop_s + 5))))

    @Slot()
    def _arrived(self) -> None:
        if not self._rest.isActive():
            self._hand_over()

    @Slot()
    def _hand_over(self) -> None:
        if self._latest:
            snapshot = self._latest.pop()
            self._rest.start()
            self.snapshot_ready.emit(snapshot)

    # -------------------------------------------------------------------------------------- in its own thread

    def run(self) -> None:
        """One engine after the other, until stopped."""
        waits = pauses()
        while (outcome := self._one_life()) != _STOPPED:
            if self._lived_s > LONGEST_PAUSE_S:
                waits = pauses()
            until = None if outcome == FATAL else self._clock() + next(waits)
            self.engine_down.emit(outcome)
            if not self._wait(until):
                return

    def _one_life(self) -> str:
        """Start an engine and serve it to its end; how that came."""
        born = self._clock()
        try:
            link = EngineLink(self._entry, self._config, self._inbox)
        except OSError:
            logging.getLogger(__name__).exception("the engine process cannot be started")
            self._lived_s = 0.0
            return DIED
        for command in self._book.all():
            link.send(command)
        outcome = self._serve(link)
        if outcome == _STOPPED:
            link.send(Stop())
        exit_code = link.end(self._patience.stop_s if outcome in (_STOPPED, FATAL) else 0.0)
        logging.getLogger(__name__).info("engine %s, exit code %s", outcome, exit_code)
        self._lived_s = self._clock() - born
        return outcome

    def _serve(self, link: EngineLink) -> str:
        heard, patience_s, was_late = self._clock(), self._patience.start_s, False
        while True:
            try:
                sender, message = self._inbox.get(timeout=self._patience.look_every_s)
            except Empty:
                # Seen late twice in a row: after the machine has slept, the first look finds a clock that has
                # jumped and an engine that is well and says so before the second.
                late = self._clock() - heard > patience_s
                if late and was_late:
                    return SILENT
                was_late = late
                continue
            if sender is None:
                if isinstance(message, Stop):
                    return _STOPPED
                self._book.keep(message)
                link.send(message)
            elif sender is link:
                if message is None:
                    return DIED
                heard, patience_s, was_late = self._clock(), self._patience.heartbeat_s, False
                if self._pass_on(message):
                    return FATAL

    def _pass_on(self, message: Downstream) -> bool:
        """Emit what the engine said; whether it was its last word."""
        match message:
            case Heartbeat():
                pass
            case Snapshot():
                if message.feed.kind is FeedKind.REPLAY:  # an engine started again goes on where this one was
                    self._config = replace(self._config, at=message.clock.now)
                self._latest.append(message)
                self._snapshot_waiting.emit()
            case SeriesUpdate():
                self.series_ready.emit(message)
            case LightHistory():
                self.light_ready.emit(message)
            case Acknowledged():
                self._book.acknowledge(message.command_id)
                self.acknowledged.emit(message.command_id, message.error)
            case EngineFailure():
                self.failure.emit(message)
                return message.fatal
        return False

    def _wait(self, until: float | None) -> bool:
        """Keep the window's commands until that reading of the clock (None: for good); False when told to stop."""
        while until is None or self._clock() < until:
            left_s = (
                self._patience.look_every_s
                if until is None
                else min(self._patience.look_every_s, until - self._clock())
            )
            try:
                sender, message = self._inbox.get(timeout=max(0.0, left_s))
            except Empty:
                continue
            if sender is None:
                if isinstance(message, Stop):
                    return False
                self._book.keep(message)
        return True
