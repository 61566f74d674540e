"""Engines for tests: real messages, a real pipe, a real process, and bad behaviour on demand."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from barograph.engine.messages import (
    Acknowledged,
    EngineConfig,
    EngineFailure,
    Heartbeat,
    RefreshNow,
    Stop,
    TickStep,
    Upstream,
    WatchSeries,
)
from tests.gui.snapshots import REPLAY, light_history, make_snapshot, series

FLOOD = 300
HEARTBEAT_S = 0.02


def _serve(connection: Connection, answer: Callable[[Upstream], bool], heartbeat_s: float = HEARTBEAT_S) -> None:
    """Beat and answer until told to stop, or until the window is gone."""
    for sequence in count():
        try:
            connection.send(Heartbeat(sequence))
            while connection.poll(heartbeat_s):
                if not answer(connection.recv()):
                    return
        except (EOFError, OSError):
            return


def answering(connection: Connection, config: EngineConfig) -> None:
    """Answers everything; what it stores is a line each in the file ``stored``."""
    log(config, "started")

    def answer(command: Upstream) -> bool:
        match command:
            case Stop():
                log(config, "stopped")
                return False
            case RefreshNow():
                connection.send(make_snapshot())
                connection.send(light_history())
            case WatchSeries():
                log(config, "watch " + " ".join(key.id for key in command.keys))
                for key in command.keys:
                    connection.send(series(key, bars=10))
            case TickStep():
                log(config, f"tick {command.command_id}")
                error = "the disk is full" if command.command_id == "refused" else ""
                connection.send(Acknowledged(command.command_id, error))
        return True

    _serve(connection, answer)


def beating_slowly(connection: Connection, config: EngineConfig) -> None:
    """Well, but heard from only every 1.3 seconds."""
    connection.send(make_snapshot())
    _serve(connection, lambda command: not isinstance(command, Stop), heartbeat_s=1.3)


def dying_of_the_first_tick(connection: Connection, config: EngineConfig) -> None:
    """Ends without a word in the middle of its first tick; started again, it is well."""
    if "dying" in logged(Path(config.data_dir)):
        answering(connection, config)
        return

    def answer(command: Upstream) -> bool:
        if isinstance(command, TickStep):
            log(config, "dying")
            os._exit(3)
        return True

    _serve(connection, answer)


def dying_at_once(connection: Connection, config: EngineConfig) -> None:
    """Never gets anywhere."""
    log(config, "started")


def falling_silent(connection: Connection, config: EngineConfig) -> None:
    """Reads, and says nothing after its first heartbeat; started again, it is well."""
    if "silent" in logged(Path(config.data_dir)):
        answering(connection, config)
        return
    log(config, "silent")
    connection.send(Heartbeat(0))
    try:
        while not isinstance(connection.recv(), Stop):
            pass
    except EOFError:
        pass


def deaf(connection: Connection, config: EngineConfig) -> None:
    """Beats, but reads nothing and does not stop when asked."""
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    connection.send(make_snapshot())
    threading.Event().wait(60)  # long after every bound, and yet not for ever


def breaking_for_good(connection: Connection, config: EngineConfig) -> None:
    """Says that it will not work, ever, and ends."""
    log(config, "started")
    connection.send(EngineFailure("bars.csv, line 3: time goes backward", "", fatal=True))


def flooding(connection: Connection, config: EngineConfig) -> None:
    """Sends far more snapshots than can be shown."""

    def answer(command: Upstream) -> bool:
        if isinstance(command, RefreshNow):
            snapshot = make_snapshot()
            for second in range(FLOOD):
                clock = replace(snapshot.clock, now=snapshot.clock.now + timedelta(seconds=second + 1))
                connection.send(replace(snapshot, clock=clock))
        return not isinstance(command, Stop)

    _serve(connection, answer)


def replaying(connection: Connection, config: EngineConfig) -> None:
    """Tells where it was started; each refresh is an hour on; a tick is its death."""
    log(config, f"at {config.at.isoformat() if config.at else 'the beginning'}")
    snapshot = make_snapshot(feed=REPLAY)

    def answer(command: Upstream) -> bool:
        if isinstance(command, TickStep):
            os._exit(3)
        if isinstance(command, RefreshNow):
            clock = replace(snapshot.clock, now=snapshot.clock.now + timedelta(hours=1))
            connection.send(replace(snapshot, clock=clock))
        return not isinstance(command, Stop)

    _serve(connection, answer)


def log(config: EngineConfig, line: str) -> None:
    """Leave a trace that survives the process."""
    with (Path(config.data_dir) / "log").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def logged(data_dir: Path) -> list[str]:
    """All traces left in a folder."""
    file = data_dir / "log"
    return file.read_text("utf-8").splitlines() if file.exists() else []
