"""One life of the engine process: the process, the pipe to it, and a thread for each direction of the pipe.

Reading and writing have threads of their own so that whoever watches the engine is never held up by it: an
engine that stops in the middle of a message, or reads no more, blocks those two threads and nothing else.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue

from barograph.engine.messages import Downstream, EngineConfig, Upstream

Entry = Callable[[Connection, EngineConfig], None]
"""The engine's main function, called in the child process."""

_KILL_AFTER_S = 1.0
"""How long a process that was told to end by the system may still take."""


class EngineLink:
    """A running engine.

    What it says is put into `inbox` as ``(link, message)``; ``(link, None)`` once, at the end of the pipe.
    """

    def __init__(
        self, entry: Entry, config: EngineConfig, inbox: SimpleQueue[tuple[object, Downstream | None]]
    ) -> None:
        """Start the process.

        Raises:
            OSError: the system cannot start it.
        """
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe(duplex=True)
        self._inbox = inbox
        self._outbox: SimpleQueue[Upstream | None] = SimpleQueue()
        self._process = context.Process(target=entry, args=(theirs, config), name="barograph-engine", daemon=True)
        self._process.start()
        theirs.close()  # the child holds the only other end now, so its death ends the pipe
        self._threads = [
            threading.Thread(target=work, name=f"engine-{work.__name__.strip('_')}", daemon=True)
            for work in (self._read, self._write)
        ]
        for thread in self._threads:
            thread.start()

    def send(self, command: Upstream) -> None:
        """Queue a command; lost when the engine is dead, which the inbox tells."""
        self._outbox.put(command)

    def end(self, wait_s: float) -> int | None:
        """Give the process `wait_s` seconds to end by itself, end it otherwise, and let go of everything.

        Returns the exit code; negative numbers are signals, None a process that the system itself cannot end.
        """
        self._process.join(wait_s)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(_KILL_AFTER_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_KILL_AFTER_S)
        self._outbox.put(None)
        for thread in self._threads:
            thread.join(_KILL_AFTER_S)
        exit_code = self._process.exitcode
        if exit_code is None or any(thread.is_alive() for thread in self._threads):
            logging.getLogger(__name__).error("the engine process could not be ended")
            return None
        self._connection.close()
        self._process.close()
        return exit_code

    def _read(self) -> None:
        try:
            while True:
                self._inbox.put((self, self._connection.recv()))
        except (EOFError, OSError) as end:
            logging.getLogger(__name__).debug("the engine's pipe ended: %r", end)
        finally:  # also when a message could not be unpickled: an engine that is not understood is no engine
            self._inbox.put((self, None))

    def _write(self) -> None:
        while (command := self._outbox.get()) is not None:
            try:
                self._connection.send(command)
            except OSError as end:
                logging.getLogger(__name__).debug("a command was not sent: %r", end)
                return
