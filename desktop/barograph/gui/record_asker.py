"""Asks a process of its own for the light's track record while the panel is in sight, and hands over the answer."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from PySide6.QtCore import QObject, Signal, Slot

from barograph.engine.messages import RecordAnswer, RecordQuestion
from barograph.engine.snapshot import Snapshot
from barograph.gui.translation import tr

RecordEntry = Callable[[Connection, RecordQuestion], None]
"""Main function of the process: sends one `RecordAnswer`."""

REST_S = 30.0
"""The least time between two questions: at a replay's speed sessions end every few seconds."""
_END_S = 2.0


class RecordAsker(QObject):
    """One question at a time, each time the log has grown and `REST_S` have passed. Used from the window's thread.

    `answered` carries a RecordAnswer.
    """

    answered = Signal(object)
    _heard = Signal(object)

    def __init__(
        self,
        entry: RecordEntry,
        data_dir: str,
        parent: QObject | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`monotonic` counts seconds from anywhere."""
        super().__init__(parent)
        self._entry = entry
        self._data_dir = data_dir
        self._monotonic = monotonic
        self._wanted = False
        self._stopped = False
        self._snapshot: Snapshot | None = None
        self._asked_for: object = None
        self._asked_s = -REST_S
        self._process: BaseProcess | None = None
        self._thread: threading.Thread | None = None
        self._heard.connect(self._hand_over)

    @Slot(bool)
    def want(self, wanted: bool) -> None:
        """Whether anybody looks: nothing is worked out for a panel that is out of sight."""
        self._wanted = wanted
        self._ask_if_due()

    @Slot(object)
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take note of how far the light has come."""
        self._snapshot = snapshot
        self._ask_if_due()

    def stop(self) -> None:
        """End what runs; nothing is handed over any more."""
        self._stopped = True
        if self._process is not None and self._thread is not None:
            self._process.terminate()
            self._thread.join(_END_S)

    def _ask_if_due(self) -> None:
        if self._stopped or not self._wanted or self._snapshot is None or self._process is not None:
            return
        stands = _stands(self._snapshot)
        if stands == self._asked_for or self._monotonic() - self._asked_s < REST_S:
            return
        snapshot = self._snapshot
        self._asked_for, self._asked_s = stands, self._monotonic()
        question = RecordQuestion(self._data_dir, snapshot.feed, snapshot.rule_set, snapshot.clock.now)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=self._entry, args=(theirs, question), name="barograph-record", daemon=True)
        try:
            process.start()
        except OSError as error:
            ours.close()
            self.answered.emit(RecordAnswer(None, 0, str(error)))
            return
        finally:
            theirs.close()
        self._process = process
        self._thread = threading.Thread(target=self._wait, args=(ours, process), name="record", daemon=True)
        self._thread.start()

    def _wait(self, connection: Connection, process: BaseProcess) -> None:
        """In a thread of its own: until the process has answered or died."""
        try:
            answer = connection.recv()
        except (EOFError, OSError):
            answer = None
        connection.close()
        process.join()
        if answer is None:
            logging.getLogger(__name__).warning("the record's process ended without an answer: %s", process.exitcode)
        self._heard.emit(answer)

    @Slot(object)
    def _hand_over(self, answer: RecordAnswer | None) -> None:
        self._process = self._thread = None
        if self._stopped:
            return
        self.answered.emit(answer or RecordAnswer(None, 0, tr("The track record could not be worked out.")))
        self._ask_if_due()


def _stands(snapshot: Snapshot) -> tuple[object, ...]:
    """What is another whenever another session may have been judged."""
    light = snapshot.light
    return (
        *(snapshot.feed.key, snapshot.rule_set),
        *(light.session, light.provisional, bool(light.waiting), light.next_evaluation),
    )
