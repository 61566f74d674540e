"""Fetches the history of fixings: each series whole from one publisher, with the instants from which it was known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from barograph.engine.history_asking import Asker, Work
from barograph.engine.history_plan import Job
from barograph.engine.history_rows import held
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import FRED
from barograph.feeds.fred.history import FixingsHistory
from barograph.feeds.fred.web import Get
from barograph.market.bars import Bars
from barograph.market.observations import Fixings

_EVERY_SERIES = 1_000
"""No number of refusals ends it: behind each series stands another publisher."""


class SeriesHistory:
    """Runs in a thread of its own."""

    def __init__(self, work: Work, get: Get | None, random: Random) -> None:
        """`get` is the way out, by default over HTTPS."""
        self._work = work
        self._asker = Asker(FRED, work, None, refusals=_EVERY_SERIES)
        self._history = FixingsHistory(work.options.access, work.universe, work.pace, random=random, get=get)

    def run(self, jobs: Sequence[Job]) -> None:
        """Fetch what is not held yet.

        Raises:
            InterruptedFetchError: the run was told to end.
            HistoryError: the folder cannot be written to.
        """
        refused = False
        try:
            for job in jobs:
                if self._work.folder.held(job) is None:
                    refused |= self._file(job, short=refused)
                    self._work.progress.ends(job)
        finally:
            self._history.close()

    def _file(self, job: Job, *, short: bool) -> bool:
        """Ask for one series. Whether it was refused."""
        work, asked = self._work, self._work.pace.now()
        work.progress.begins(job)
        try:
            found = self._asker.ask(partial(self._fetch, job), short=short)
        except FeedError as error:
            if error.kind is FeedErrorKind.UNSUPPORTED:
                work.folder.nothing(job, held(job, FRED, asked, Bars.empty().time, note=error.message))
            else:
                work.outcome.missing[job.name] = error.message
            return error.kind is FeedErrorKind.REFUSED
        if found is None:
            note = "nobody has values for these days"
            work.folder.nothing(job, held(job, FRED, asked, Bars.empty().time, note=note))
            return False
        source, fixings = found
        entry = held(job, source, asked, fixings.time)
        work.keep(job, entry, lambda writer: writer.write_series(job.subject, fixings))
        return False

    def _fetch(self, job: Job, now: datetime) -> tuple[str, Fixings]:
        ((start, until),) = job.pieces
        return self._history.fetch(job.subject, start.date(), (until - timedelta.resolution).date())
