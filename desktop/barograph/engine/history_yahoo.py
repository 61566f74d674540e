"""Fetches the history that Yahoo serves: one request at a time, the files of one instrument together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from barograph.engine.history_asking import Asker, Work
from barograph.engine.history_plan import Job
from barograph.engine.history_rows import ended_by, held, joined_bars
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.yahoo.client import YahooBars
from barograph.feeds.yahoo.holes import find_holes
from barograph.feeds.yahoo.session import SessionClass
from barograph.feeds.yahoo.source import PER_HOUR, open_client
from barograph.feeds.yahoo.symbols import SOURCE
from barograph.market.bars import Bars
from barograph.market.calendars import TradingCalendar
from barograph.market.intervals import Interval

_COST = 24
"""Requests that one call may take when it goes wrong."""
_SPACING = timedelta(seconds=1)
_PAUSE = FeedError(FeedErrorKind.RATE_LIMITED, SOURCE, "", "Yahoo asks for a pause: too many requests")
_OF_THE_HOST = frozenset({FeedErrorKind.RATE_LIMITED, FeedErrorKind.UNREACHABLE})
_LOST = frozenset({*_OF_THE_HOST, FeedErrorKind.REFUSED, FeedErrorKind.BAD_DATA})
"""Faults after which a file is missing; after any other there is nothing to be had."""


class YahooHistory:
    """Runs in a thread of its own, in which the client is made and closed."""

    def __init__(
        self,
        work: Work,
        calendars: Callable[[str], TradingCalendar],
        session_class: Callable[[], SessionClass],
        random: Random,
    ) -> None:
        """Half of what the live feed may ask in an hour is asked: a Barograph may be running beside."""
        self._work = work
        self._calendars = calendars
        self._budget = HostBudget(SOURCE, PER_HOUR // 2, random)
        self._asker = Asker(SOURCE, work, self._budget, refusals=2)  # a first one may be the one symbol's
        self._client = open_client(work.options, work.universe, calendars, self._budget, session_class)

    def interrupt(self) -> None:
        """From any thread: the request that is under way is the last."""
        self._client.interrupt()

    def run(self, instruments: Mapping[str, Sequence[Job]]) -> None:
        """Fetch what is not held yet.

        Raises:
            Stopped: `interrupt` was called.
            InterruptedFetchError: the run was told to end.
            HistoryError: the folder cannot be written to.
        """
        try:
            for jobs in instruments.values():
                self._drop_other_days(jobs)
                for job in jobs:
                    if self._work.folder.held(job) is None:
                        self._file(job)
        finally:
            self._client.close()

    def _drop_other_days(self, jobs: Sequence[Job]) -> None:
        """Of an instrument that is not finished, what came on another day is asked for again: prices of before a split
        do not go with those of after it.
        """
        found = [self._work.folder.held(job) for job in jobs]
        today = self._work.pace.now().date()
        if any(each is None for each in found):
            for job, each in zip(jobs, found, strict=True):
                if each is not None and each.day != today:
                    self._work.folder.forget(job)

    def _file(self, job: Job) -> None:
        work, asked = self._work, self._work.pace.now()
        work.progress.begins(job)
        try:
            bars, absent = self._bars(job)
        except FeedError as error:
            if error.kind in _LOST:
                work.outcome.missing[job.name] = error.message
            else:
                work.folder.nothing(job, held(job, SOURCE, asked, Bars.empty().time, note=error.message))
        else:
            self._keep(job, bars, absent, asked)
        work.progress.ends(job)

    def _keep(self, job: Job, bars: Bars, absent: int, asked: datetime) -> None:
        work = self._work
        if not len(bars):
            work.folder.nothing(job, held(job, SOURCE, asked, bars.time, note="Yahoo has no bars in this range"))
            return
        entry = held(job, SOURCE, asked, bars.time, absent)
        work.keep(job, entry, lambda writer: writer.write_bars(job.subject, _interval(job), bars))

    def _bars(self, job: Job) -> tuple[Bars, int]:
        """The closed bars of a file, and how many are absent between them or were refused."""
        parts, refused = [], 0
        for start, end in job.pieces:
            found = self._asker.ask(partial(self._piece, job, start, end), _COST)
            if found is not None:
                parts.append(found.closed)
                refused += found.refused
            self._work.progress.step(job)
            self._asker.wait_until(self._work.pace.now() + _SPACING)
        calendar = self._calendars(self._work.universe.instrument(job.subject).calendar)
        bars = ended_by(joined_bars(parts), _interval(job), calendar, self._work.folder.span.until)
        return bars, refused + sum(hole.bars for hole in find_holes(bars.time, _interval(job), calendar))

    def _piece(self, job: Job, start: datetime, end: datetime, now: datetime) -> YahooBars:
        """One request, with what it means for the host.

        Raises:
            FeedError: as the client; with the instant at which it may be asked again.
        """
        try:
            found = self._client.history(job.subject, _interval(job), start, end, now)
        except FeedError as error:
            raise self._booked(error) from error
        self._budget.succeeded()
        if self._client.limited or self._client.retry_after_s is not None:
            self._budget.failed(_PAUSE, self._work.pace.now(), self._client.retry_after_s)
        return replace(found, forming=Bars.empty())

    def _booked(self, error: FeedError) -> FeedError:
        now = self._work.pace.now()
        if error.kind is FeedErrorKind.EMPTY:
            self._budget.succeeded()
        elif error.kind in _OF_THE_HOST or self._client.retry_after_s is not None:
            error.retry_at = self._budget.failed(error, now, self._client.retry_after_s)
        return error


def _interval(job: Job) -> Interval:
    assert job.interval is not None, "a job of bars has an interval"
    return job.interval
