"""Asks one host for a history: within its budget, waiting while it asks for a pause, and not for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from barograph.engine.history_folder import FetchFolder, Held
from barograph.engine.history_plan import Job
from barograph.engine.history_progress import Progress
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.options import LiveOptions
from barograph.feeds.pace import Pace
from barograph.feeds.recorded.faults import HistoryError
from barograph.feeds.recorded.writer import HistoryWriter
from barograph.market.instruments import Universe

Result = TypeVar("Result")

PATIENCE = {
    FeedErrorKind.RATE_LIMITED: timedelta(hours=2),
    FeedErrorKind.UNREACHABLE: timedelta(minutes=20),
}
"""How long a host may go on failing before it is left alone for this run."""
SHORT = timedelta(minutes=2)
"""The same where another host can serve in its place."""
_BAD_TRIES = 2
"""How often one thing is asked for whose answers cannot be used …"""
_BAD_IN_A_ROW = 6
"""… and how many such answers in a row are the host's fault."""
_SHORTEST = timedelta(seconds=1)
_LOOK_S = 30.0


class InterruptedFetchError(Exception):
    """The run was told to end."""


@dataclass(slots=True)
class Outcome:
    """What could not be had, by the names of the jobs, and what was refused, by host; used from many threads."""

    missing: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Work:
    """What all who ask have in common."""

    options: LiveOptions
    universe: Universe
    pace: Pace
    folder: FetchFolder
    progress: Progress
    outcome: Outcome
    stop: threading.Event

    def keep(self, job: Job, held: Held, write: Callable[[HistoryWriter], Path]) -> None:
        """Put a file into the folder. What the reader would not take is missing, and said to be.

        Raises:
            HistoryError: the folder cannot be written to.
        """
        try:
            self.folder.put(job, held, write)
        except HistoryError as error:
            if isinstance(error.__cause__, OSError):
                raise
            self.outcome.missing[job.name] = f"{held.source} sent what cannot be: {error.message}"


class Asker:
    """Puts questions to one host. Used from several threads, each for itself."""

    def __init__(self, name: str, work: Work, budget: HostBudget | None, refusals: int = 1) -> None:
        """`name` is for the screen; without a `budget` the question itself keeps to it, and tells when to come back.
        After so many `refusals` in a row nothing more is asked in this run.
        """
        self.name = name
        self._work = work
        self._budget = budget
        self._most_refusals = refusals
        self._refusals = 0
        self._lock = threading.Lock()
        self._failing_since: dict[FeedErrorKind, datetime] = {}
        self._bad_in_a_row = 0
        self._over: FeedError | None = None

    def ask(self, question: Callable[[datetime], Result], cost: int = 1, *, short: bool = False) -> Result | None:
        """The answer to a question that takes up to `cost` requests; None when there is nothing (EMPTY).

        `short`: somebody else can answer as well.

        Raises:
            FeedError: it cannot be had from this host now, or at all.
            InterruptedFetchError: the run was told to end.
        """
        tries = 0
        while True:
            self._wait_for_budget(cost)
            if self._over is not None:
                raise self._over
            now = self._work.pace.now()
            try:
                answer = question(now)
            except FeedError as error:
                if error.kind is FeedErrorKind.EMPTY:
                    self._answered()
                    return None
                tries += error.kind is FeedErrorKind.BAD_DATA
                until = self._again_at(error, self._work.pace.now())
                if not self._goes_on(error, now, until, short=short) or tries >= _BAD_TRIES:
                    raise
                self.wait_until(until)
            else:
                self._answered()
                return answer

    def wait_until(self, until: datetime) -> None:
        """Wait, and say so; no longer than there is something to wait for.

        Raises:
            InterruptedFetchError: the run was told to end.
        """
        work = self._work
        work.progress.waits(self.name, until)
        try:
            while self._over is None and (left_s := (until - work.pace.now()).total_seconds()) > 0:
                if work.stop.wait(work.pace.real_s(min(left_s, _LOOK_S))):
                    raise InterruptedFetchError
            if work.stop.is_set():
                raise InterruptedFetchError
        finally:
            work.progress.waits(self.name, None)

    # --------------------------------------------------------------------------------------------- private

    def _wait_for_budget(self, cost: int) -> None:
        if self._work.stop.is_set():
            raise InterruptedFetchError
        if self._budget is not None:
            now = self._work.pace.now()
            free = self._budget.earliest(now, cost)
            if free > now:
                self.wait_until(free)

    def _again_at(self, error: FeedError, now: datetime) -> datetime:
        free = now if self._budget is None else self._budget.earliest(now)
        return max(now + _SHORTEST, free, error.retry_at or now)

    def _answered(self) -> None:
        with self._lock:
            self._failing_since.clear()
            self._bad_in_a_row = self._refusals = 0

    def _goes_on(self, error: FeedError, now: datetime, until: datetime, *, short: bool) -> bool:
        """Whether it is worth waiting for the host."""
        with self._lock:
            if error.kind is FeedErrorKind.REFUSED:
                self._refusals += 1
                self._give_up(error, self._refusals >= self._most_refusals)
                return False
            if error.kind is FeedErrorKind.BAD_DATA:
                self._bad_in_a_row += 1
                self._give_up(error, self._bad_in_a_row >= _BAD_IN_A_ROW)
                return self._over is None
            longest = PATIENCE.get(error.kind)
            if longest is None:
                return False
            failing = until - self._failing_since.setdefault(error.kind, now)
            self._give_up(error, failing > longest)
            return failing <= (SHORT if short else longest)

    def _give_up(self, error: FeedError, over: bool) -> None:
        if over:
            self._over = error
