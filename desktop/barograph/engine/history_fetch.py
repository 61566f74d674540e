"""Fetches a history folder from the live sources: what each still serves, within its budget, to be gone on with later.

Every source is asked in a thread of its own; the thread that calls shows how far they are, and may be interrupted at
any time without leaving half a file.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import TextIO

from barograph.engine.history_asking import InterruptedFetchError, Outcome, Work
from barograph.engine.history_description import describe
from barograph.engine.history_exchanges import CoinHistory, Exchanges, VenueHistory
from barograph.engine.history_folder import FetchFolder, open_folder
from barograph.engine.history_plan import Job, Plan, make_plan
from barograph.engine.history_progress import REDRAWN_S, Progress
from barograph.engine.history_series import SeriesHistory
from barograph.engine.history_yahoo import YahooHistory
from barograph.engine.opening import UnusableInputError
from barograph.feeds.fred.web import Get
from barograph.feeds.options import LiveOptions
from barograph.feeds.pace import Pace
from barograph.feeds.recorded.faults import HistoryError
from barograph.feeds.recorded.folder import load_folder
from barograph.feeds.yahoo.session import SessionClass, watched_session
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import iso_z
from barograph.market.instruments import Universe

_LOG = logging.getLogger(__name__)
_STOP_S = 3.0
"""Real seconds that all threads together have to end; they are no reason for the program to stay."""


@dataclass(frozen=True, slots=True)
class Request:
    """`start` to `to` (UTC) into the folder `out`: all that the live feed asks for, or `only` these ids."""

    start: datetime
    to: datetime
    out: Path
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out of this machine, where they are not the usual ones."""

    session_class: Callable[[], SessionClass] = watched_session
    get: Get | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """How a fetch ended. `missing` are files that could not be had now, with the reason; `notes` say what cannot be had
    at all; `fault` is what kept the folder from being written or read back, empty otherwise.
    """

    folder: FetchFolder
    missing: dict[str, str]
    notes: tuple[str, ...]
    fault: str = ""

    @property
    def complete(self) -> bool:
        """Whether all that can be had is there."""
        return not self.missing and not self.fault


def fetch(
    request: Request,
    options: LiveOptions,
    universe: Universe,
    calendars: Callable[[str], TradingCalendar],
    pace: Pace,
    progress_to: TextIO,
    ways: Ways = Ways(),
    random: Random | None = None,
) -> Report:
    """Fill the folder with what is not in it yet, and read it back. Waits as the sources ask for it, within bounds.

    Raises:
        UnusableInputError: the range, an id or the folder cannot be used; nothing was asked.
        KeyboardInterrupt: as it came; the folder holds what was complete by then.
    """
    now = pace.now()
    if request.start >= min(request.to, now):
        what = f"--to {iso_z(request.to)}" if request.start >= request.to else f"the present, {iso_z(now)}"
        raise UnusableInputError(f"--from {iso_z(request.start)} is not before {what}; an earlier instant was expected")
    folder = open_folder(request.out, request.start, request.to, now)
    plan = make_plan(universe, options, folder.span, request.only, now)
    folder.begin(plan.notes)
    work = Work(
        options=replace(options, cache_dir=options.cache_dir / "fetch"),
        universe=universe,
        pace=pace,
        folder=folder,
        progress=Progress(progress_to, pace),
        outcome=Outcome(),
        stop=threading.Event(),
    )
    run = _Run(work, plan, calendars, ways, random or Random())
    return run.to_the_end()


class _Run:
    """The threads of one fetch."""

    def __init__(
        self, work: Work, plan: Plan, calendars: Callable[[str], TradingCalendar], ways: Ways, random: Random
    ) -> None:
        self._work = work
        self._plan = plan
        self._yahoo = YahooHistory(work, calendars, ways.session_class, random)
        self._series = partial(SeriesHistory, work, ways.get, random)
        self._exchanges = Exchanges(work, tuple(plan.venues), random)
        self._threads: list[threading.Thread] = []
        self._fault = ""

    def to_the_end(self) -> Report:
        """Ask everybody, and describe what came."""
        work = self._work
        try:
            self._start()
            while any(thread.is_alive() for thread in self._threads):
                work.progress.draw()
                self._threads[-1].join(REDRAWN_S)
                self._threads.sort(key=threading.Thread.is_alive)
        finally:
            work.progress.clear()
            self._end()
        missing = {**work.outcome.missing, **self._lost()}
        notes = self._notes()
        fault = self._fault or self._described(missing, notes)
        return Report(work.folder, missing, notes, fault)

    # --------------------------------------------------------------------------------------------- private

    def _start(self) -> None:
        plan = self._plan
        of_exchanges = (*plan.coins.values(), *plan.venues.values())
        if self._expects("Yahoo", plan.yahoo.values()):
            self._thread("Yahoo", lambda: self._yahoo.run(plan.yahoo))
        if self._expects("series", (plan.series,)):
            self._thread("series", lambda: self._series().run(plan.series))
        if self._expects("exchanges", of_exchanges):
            self._exchanges.start()
            coins = CoinHistory(self._work, self._exchanges)
            for coin, jobs in plan.coins.items():
                self._thread(f"bars of {coin}", partial(coins.run, jobs))
            for name, jobs in plan.venues.items():
                self._thread(name, partial(VenueHistory(self._work, self._exchanges, name).run, jobs))

    def _expects(self, lane: str, groups: Iterable[Sequence[Job]]) -> bool:
        """Whether any of these files is still to come."""
        to_come = [job for jobs in groups for job in jobs if self._work.folder.held(job) is None]
        self._work.progress.expect(lane, to_come)
        return bool(to_come)

    def _thread(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._safely, args=(name, run), name=f"history {name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _safely(self, name: str, run: Callable[[], None]) -> None:
        try:
            run()
        except (InterruptedFetchError, CancelledError):
            pass
        except (HistoryError, UnusableInputError) as error:  # the folder cannot be written to
            self._fault = str(error)
            self._work.stop.set()
        except Exception as error:  # noqa: BLE001 - the others go on, and the mistake is told
            if not self._work.stop.is_set():
                _LOG.error("fetching %s met a mistake of this program", name, exc_info=error)
                self._work.outcome.mistakes.append(f"{name}: a mistake in this program, {type(error).__name__}")

    def _end(self) -> None:
        """Tell everybody to end, and wait a little."""
        self._work.stop.set()
        self._yahoo.interrupt()
        self._exchanges.interrupt()
        for thread in self._threads:
            thread.join(_STOP_S / len(self._threads))
        self._exchanges.close()

    def _lost(self) -> dict[str, str]:
        """Files that nobody has said anything of: their thread ended before its time."""
        outcome, folder = self._work.outcome, self._work.folder
        reason = "; ".join(outcome.mistakes) or "was not asked for"
        return {job.name: reason for job in self._plan.jobs if self._is_lost(job, outcome, folder)}

    def _is_lost(self, job: Job, outcome: Outcome, folder: FetchFolder) -> bool:
        return job.name not in outcome.missing and job.venue not in outcome.refused and folder.held(job) is None

    def _notes(self) -> tuple[str, ...]:
        """What cannot be had at all."""
        span, refused = self._work.folder.span, self._work.outcome.refused
        notes = [*self._work.folder.notes, *refused.values()]
        if span.until < span.to:
            notes.insert(0, f"--to lies ahead of the beginning of this folder: it ends at {iso_z(span.until)}")
        return tuple(notes)

    def _described(self, missing: dict[str, str], notes: Sequence[str]) -> str:
        """Write the description, and read the whole back. Answers what is wrong."""
        folder = self._work.folder
        if not any(held.rows for held in folder.files.values()):
            return "" if missing else "nothing of this range is served by anybody"
        try:
            folder.describe(describe(folder, missing, notes))
            load_folder(folder.root, self._work.universe)
        except HistoryError as error:
            return f"the folder cannot be read back: {error}"
        return ""
