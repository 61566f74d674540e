"""Fetches the history that exchanges serve: the bars of a coin from one venue, funding and open interest from each."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from barograph.engine.history_asking import Asker, Work
from barograph.engine.history_plan import Job, Kind, Piece
from barograph.engine.history_rows import between, ended_by, held, joined_bars, joined_open_interest
from barograph.feeds.book import BarsPiece
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.exchange.source import PER_HOUR
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.recorded.writer import HistoryWriter
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Funding, OpenInterest

Result = TypeVar("Result")
_END_S = 3.0
_CLOSE_S = 5.0
_AFTER = timedelta(milliseconds=1)
_BEYOND = timedelta(minutes=2)
"""How much further than wanted is asked: a venue reckons by its own clock, and the last row may lie on the border."""
_CRYPTO = "CRYPTO"
_NEVER = frozenset({FeedErrorKind.REFUSED, FeedErrorKind.UNSUPPORTED})
"""Faults that no waiting mends."""


class Exchanges:
    """The venues, in an event loop in a thread of its own; asked from any thread."""

    def __init__(self, work: Work, venues: Sequence[str], random: Random) -> None:
        """Nothing is opened. `venues` are ccxt's ids, in the order in which they serve."""
        self._work = work
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="history exchanges", daemon=True)
        self.budgets = {name: HostBudget(name, PER_HOUR, random) for name in venues}
        self.askers = {name: Asker(NAMES.get(name, name), work, self.budgets[name]) for name in venues}
        options = work.options
        self.venues = {
            name: Venue(name, options.access, self.budgets[name], work.pace, options.cache_dir) for name in venues
        }

    def start(self) -> None:
        """Make the clients; nothing is sent."""
        self._thread.start()
        for venue in self.venues.values():
            self.call(venue.open())

    def call(self, asked: Coroutine[Any, Any, Result]) -> Result:
        """What a coroutine answers, run in the loop.

        Raises:
            concurrent.futures.CancelledError: `interrupt` was called.
        """
        future: Future[Result] = asyncio.run_coroutine_threadsafe(asked, self._loop)
        return future.result()

    def interrupt(self) -> None:
        """From any thread: whatever is under way ends."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(self._loop)])

    def close(self) -> None:
        """Let go of everything, within a few real seconds."""
        if self._thread.is_alive():
            ending = asyncio.run_coroutine_threadsafe(self._close(), self._loop)
            with suppress(TimeoutError):
                ending.result(_CLOSE_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_END_S)
        if not self._thread.is_alive():
            self._loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _close(self) -> None:
        await asyncio.gather(*(venue.close() for venue in self.venues.values()), return_exceptions=True)
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=1.0)
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()


class CoinHistory:
    """All bars of a coin come from one venue: the first in order that has them."""

    def __init__(self, work: Work, exchanges: Exchanges) -> None:
        """`exchanges` are started."""
        self._work = work
        self._exchanges = exchanges

    def run(self, jobs: Sequence[Job]) -> None:
        """Fetch what is not held yet.

        Raises:
            InterruptedFetchError: the run was told to end.
            HistoryError: the folder cannot be written to.
        """
        if self._settled(jobs):
            return
        reasons: list[str] = []
        order = self._in_order(jobs)
        for name in order:
            if self._from(name, jobs, reasons, last=name == order[-1]):
                break
        for job in jobs:
            if self._work.folder.held(job) is None:
                self._work.outcome.missing.setdefault(job.name, "; ".join(reasons) or "no exchange has it")
            self._work.progress.ends(job)

    def _settled(self, jobs: Sequence[Job]) -> bool:
        """Whether there is nothing left to ask: all is there, or the last venue had nothing either."""
        held = [self._work.folder.held(job) for job in jobs]
        last = [*self._exchanges.venues][-1]
        known = [each for each in held if each is not None]
        return len(known) == len(jobs) and any(each.rows or each.source == last for each in known)

    def _in_order(self, jobs: Sequence[Job]) -> list[str]:
        """The venues, the one first whose files are there already."""
        served = {held.source for job in jobs if (held := self._work.folder.held(job)) is not None and held.rows}
        return sorted(self._exchanges.venues, key=lambda name: name not in served)

    def _from(self, name: str, jobs: Sequence[Job], reasons: list[str], *, last: bool) -> bool:
        """Whether the search ends with this venue: it serves, or it will when it is out of its trouble."""
        work = self._work
        for job in jobs:  # what another one gave does not go with it
            there = work.folder.held(job)
            if there is not None and there.source != name:
                work.folder.forget(job)
        for job in jobs:
            if work.folder.held(job) is None:
                work.progress.begins(job)
                try:
                    self._file(name, job, short=not last and not self._has_files(name, jobs))
                except FeedError as error:
                    if error.message not in reasons:
                        reasons.append(error.message)
                    if error.kind is FeedErrorKind.REFUSED:
                        work.outcome.refused[name] = error.message
                    return error.kind not in _NEVER and self._has_files(name, jobs)
        return self._has_files(name, jobs)

    def _has_files(self, name: str, jobs: Sequence[Job]) -> bool:
        held = [self._work.folder.held(job) for job in jobs]
        return any(each is not None and each.rows and each.source == name for each in held)

    def _file(self, name: str, job: Job, *, short: bool) -> None:
        """Ask for one file and put it into the folder. `short`: another venue can serve as well.

        Raises:
            FeedError: it cannot be had from this venue.
        """
        work, asked = self._work, self._work.pace.now()
        asker, venue = self._exchanges.askers[name], self._exchanges.venues[name]
        assert job.interval is not None, "a job of bars has an interval"
        parts: list[Bars] = []
        for piece in reversed(job.pieces):
            found = asker.ask(partial(self._piece, venue, job.subject, job.interval, piece), job.cost, short=short)
            work.progress.step(job)
            if found is not None:
                parts.insert(0, found.closed)
            elif _reaches_no_further(piece, job.interval):
                break
        always = calendar(_CRYPTO)
        bars = ended_by(joined_bars(parts), job.interval, always, work.folder.span.until)
        absent = _absent(bars, job.interval)
        if not len(bars):
            work.folder.nothing(job, held(job, name, asked, bars.time, note=f"{venue.name} has no bars in this range"))
            return
        entry, interval = held(job, name, asked, bars.time, absent), job.interval
        work.keep(job, entry, lambda writer: writer.write_bars(job.subject, interval, bars))

    def _piece(self, venue: Venue, coin: str, interval: Interval, piece: Piece, now: datetime) -> BarsPiece:
        start_ns, until_ns = to_ns(piece[0]), to_ns(piece[1])
        return self._exchanges.call(venue.bars(coin, interval, start_ns, now, until_ns))


class VenueHistory:
    """Funding and open interest of one venue."""

    def __init__(self, work: Work, exchanges: Exchanges, name: str) -> None:
        """`exchanges` are started; `name` is one of its venues."""
        self._work = work
        self._exchanges = exchanges
        self._name = name
        self._venue = exchanges.venues[name]
        self._asker = exchanges.askers[name]

    def run(self, jobs: Sequence[Job]) -> None:
        """Fetch what is not held yet. Where the venue refuses, the others do as well as it would.

        Raises:
            InterruptedFetchError: the run was told to end.
            HistoryError: the folder cannot be written to.
        """
        for job in jobs:
            if self._work.folder.held(job) is None:
                self._file(job)
                self._work.progress.ends(job)

    def _file(self, job: Job) -> None:
        work, asked = self._work, self._work.pace.now()
        if self._name in work.outcome.refused:
            return
        work.progress.begins(job)
        try:
            rows = self._funding(job) if job.kind is Kind.FUNDING else self._open_interest(job)
        except FeedError as error:
            if error.kind is FeedErrorKind.REFUSED:
                work.outcome.refused[self._name] = error.message
            elif error.kind is FeedErrorKind.UNSUPPORTED:
                work.folder.nothing(job, held(job, self._name, asked, Bars.empty().time, note=error.message))
            else:
                work.outcome.missing[job.name] = error.message
            return
        if not len(rows):
            note = f"{self._venue.name} has none in this range"
            work.folder.nothing(job, held(job, self._name, asked, rows.time, note=note))
            return
        entry = held(job, self._name, asked, rows.time)
        work.keep(job, entry, lambda writer: _write(writer, job.subject, rows))

    def _funding(self, job: Job) -> Funding:
        ((start, until),) = job.pieces
        asked = partial(self._venue.funding, job.subject, to_ns(start), until + _BEYOND)
        found = self._asker.ask(lambda _: self._exchanges.call(asked()), job.cost)
        self._work.progress.step(job)
        return Funding.of([], [], [], self._name) if found is None else between(found, start, until)

    def _open_interest(self, job: Job) -> OpenInterest:
        parts: list[OpenInterest] = []
        assert job.interval is not None, "a job of open interest has an interval"
        for start, end in reversed(job.pieces):
            begin = start if start == job.pieces[0][0] else start + _AFTER  # both ends of what is asked count
            asked = partial(self._venue.open_interest_history, job.subject, to_ns(begin), end + _BEYOND, job.interval)
            found = self._asker.ask(lambda _, asked=asked: self._exchanges.call(asked()), job.cost)  # type: ignore[misc]
            self._work.progress.step(job)
            if found is not None:
                parts.insert(0, between(found, begin, end))
            elif _reaches_no_further((start, end), job.interval):
                break
        return joined_open_interest(parts, self._name)


def _write(writer: HistoryWriter, coin: str, rows: Funding | OpenInterest) -> Path:
    return writer.write_funding(coin, rows) if isinstance(rows, Funding) else writer.write_open_interest(coin, rows)


def _reaches_no_further(empty: Piece, interval: Interval) -> bool:
    """Whether an empty answer means that there is nothing earlier either: a piece that is cut short proves nothing."""
    return empty[1] - empty[0] >= 2 * timedelta(seconds=interval.seconds)


def _absent(bars: Bars, interval: Interval) -> int:
    """How many bars are missing between the first and the last; these markets never close."""
    return int(bars.time[-1] - bars.time[0]) // interval.ns + 1 - len(bars) if len(bars) else 0
