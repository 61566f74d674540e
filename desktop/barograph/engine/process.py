"""The engine process: its entry point and main loop. Everything heavy is imported inside.

The window's process imports this module only for the name of the entry point.
"""

from __future__ import annotations

import logging
import os
import signal
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from barograph.engine.engine_log import start_engine_log
from barograph.engine.memory import give_back_memory, resident_mb, share_one_heap
from barograph.engine.messages import (
    Acknowledged,
    Decide,
    Downstream,
    EngineConfig,
    EngineFailure,
    Heartbeat,
    Stop,
    TickStep,
    Upstream,
    WriteNote,
)

if TYPE_CHECKING:
    from barograph.engine.desk import Desk

_log = logging.getLogger(__name__)
_BEAT_S = 0.5
_CALM_S = 1.0
_FAST_S = 0.5
"""Real seconds between two refreshes: of a clock at ordinary speed, and of a faster one."""
_TRIM_S = 60.0
"""Real seconds after which freed memory is handed back."""
_TOLD_EVERY = 60
"""So many times of that later the log tells how much memory there is."""


def run_engine(connection: Connection, config: EngineConfig) -> None:
    """Serve one window until it says Stop or its end of the pipe closes."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # spinning BLAS threads cost a hundred times more on a busy machine
    share_one_heap()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the window decides when the engine ends
    if config.log_dir:
        start_engine_log(Path(config.log_dir), config.log_level)
    try:
        _open_and_serve(connection, config)
    except _WindowGoneError:
        return
    finally:
        connection.close()


class _WindowGoneError(Exception):
    """The other end of the pipe is closed."""


def _open_and_serve(connection: Connection, config: EngineConfig) -> None:
    from barograph.engine.desk import open_desk
    from barograph.engine.opening import UnusableInputError

    try:
        desk = open_desk(config)
    except UnusableInputError as error:
        _send(connection, EngineFailure(str(error), "", fatal=True))
        return
    except Exception:  # noqa: BLE001 - a bug: told before the process ends, or nobody would know why it did
        details = traceback.format_exc()
        _send(connection, EngineFailure(f"The engine could not start: {_last_line(details)}", details, fatal=False))
        return
    try:
        _Loop(connection, desk).run()
    finally:
        desk.close()


def _last_line(details: str) -> str:
    return details.strip().splitlines()[-1]


def _send(connection: Connection, message: Downstream) -> None:
    try:
        connection.send(message)
    except OSError as error:
        raise _WindowGoneError from error


class _Loop:
    """Refreshes as time passes, answers commands as they come, and shows that it lives.

    Signs of life stop while refreshes fail: a window must not go on showing a light that nobody keeps, and
    takes silence for what it is.
    """

    def __init__(self, connection: Connection, desk: Desk) -> None:
        self._connection = connection
        self._desk = desk
        self._sequence = 0
        self._beaten_s = 0.0
        self._well = True
        self._told: set[str] = set()

    def run(self) -> None:
        """Until Stop."""
        due_s, trim_s, trimmed = 0.0, time.monotonic() + _TRIM_S, 0
        while True:
            self._beat()
            if self._waiting(max(0.0, min(due_s - time.monotonic(), _BEAT_S))):
                if not self._commands():
                    return
                due_s = 0.0
            if time.monotonic() >= due_s:
                self._refresh()
                due_s = time.monotonic() + (_FAST_S if self._desk.clock.speed > 1 else _CALM_S)
            if time.monotonic() >= trim_s:
                give_back_memory()
                trim_s, trimmed = time.monotonic() + _TRIM_S, trimmed + 1
                if trimmed % _TOLD_EVERY == 1 and (held_mb := resident_mb()) is not None:
                    _log.info("memory: %.0f MB", held_mb)

    def _waiting(self, wait_s: float) -> bool:
        try:
            return self._connection.poll(wait_s)
        except OSError as error:
            raise _WindowGoneError from error

    def _commands(self) -> bool:
        """Carry out all commands that wait; False when told to stop."""
        while self._waiting(0.0):
            try:
                command: Upstream = self._connection.recv()
            except (EOFError, OSError) as error:
                raise _WindowGoneError from error
            if isinstance(command, Stop):
                return False
            answer = self._apply(command)
            if answer is not None:
                _send(self._connection, answer)
        return True

    def _apply(self, command: Upstream) -> Acknowledged | None:
        """Carry out a command; one that meets a bug is told, and answered as failed, and the engine lives."""
        try:
            return self._desk.apply(command)
        except Exception:  # noqa: BLE001 - see above
            details = traceback.format_exc()
            self._tell("A command", details)
            if isinstance(command, TickStep | WriteNote | Decide):
                return Acknowledged(command.command_id, f"It could not be saved: {_last_line(details)}")
            return None

    def _refresh(self) -> None:
        try:
            snapshot, series, history = self._desk.refresh(self._beat)
        except _WindowGoneError:
            raise
        except Exception:  # noqa: BLE001 - a bug or a store that cannot be read: told once, and the engine lives
            self._well = False
            self._tell("A refresh", traceback.format_exc())
            return
        self._well = True
        if history is not None:
            _send(self._connection, history)
        for update in series:
            _send(self._connection, update)
        _send(self._connection, snapshot)

    def _tell(self, what: str, details: str) -> None:
        if details not in self._told:
            self._told.add(details)
            _send(self._connection, EngineFailure(f"{what} failed: {_last_line(details)}", details, fatal=False))

    def _beat(self) -> None:
        now_s = time.monotonic()
        if self._well and now_s - self._beaten_s >= _BEAT_S:
            self._beaten_s = now_s
            self._sequence += 1
            _send(self._connection, Heartbeat(self._sequence))
