"""The exchanges as a source of the live feed: one thread, one event loop, a worker for each venue."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from statistics import median
from typing import Any

from barograph.feeds.book import Book
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import Advisory, SourceHealth
from barograph.feeds.exchange.dialects import COMMON_INTERVALS
from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.exchange.markets import COINS
from barograph.feeds.exchange.serving import Election, ElectionLimits
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.exchange.watchdog import StreamLimits
from barograph.feeds.exchange.worker import VenueWorker
from barograph.feeds.options import LiveOptions
from barograph.feeds.pace import Pace
from barograph.market.calendars import TradingCalendar
from barograph.market.freshness import CLOCK_TOLERANCE
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval

_LOG = logging.getLogger(__name__)

PER_HOUR = 3_000
"""Requests to one venue in an hour; a first start takes a few hundred, an hour after that about two hundred."""
STOP_S = 5.0
"""Real seconds that stopping may take."""
_CLOSING_S = 3.5
_REST_S = 0.5
_STEP_S = 0.25
_SHORTEST_STEP_S = 0.02


class ExchangeSource:
    """Prices, forced orders, open interest and funding of BTC and ETH.

    The first fit venue in the order of the options serves the bars; the others stand by, with their streams open.
    """

    def __init__(
        self,
        book: Book,
        options: LiveOptions,
        universe: Universe,
        calendars: Callable[[str], TradingCalendar],
        pace: Pace,
        limits: StreamLimits | None = None,
        election: ElectionLimits | None = None,
        random: Random | None = None,
    ) -> None:
        """Nothing is opened. `calendars` is not needed: these markets never close."""
        self._pace = pace
        self._coins = tuple(coin for coin in COINS if coin in universe.instruments)
        self._election_limits = election or ElectionLimits()
        chance = random or Random()
        self.workers = tuple(
            VenueWorker(
                Venue(venue, options.access, HostBudget(venue, PER_HOUR, chance), pace, options.cache_dir),
                book,
                options,
                self._coins,
                pace,
                chance,
                limits or StreamLimits(),
            )
            for venue in dict.fromkeys(options.venues)
            if venue in NAMES
        )
        self.serving: str | None = None
        self.loop_errors = 0
        """Exceptions that reached the event loop's own handler."""
        self._told: set[str] = set()
        self._election: Election | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    # ------------------------------------------------------------------------------------- from any thread

    def instruments(self, now: datetime) -> Mapping[str, tuple[Interval, ...]]:
        """The coins, each with all intervals."""
        return dict.fromkeys(self._coins, COMMON_INTERVALS) if self.workers else {}

    def series(self) -> tuple[str, ...]:
        """None."""
        return ()

    def start(self) -> None:
        """Begin. Returns at once; ccxt is imported in the thread."""
        with self._lock:
            if self._thread is None and not self._stopped and self.workers and self._coins:
                self._thread = threading.Thread(target=self._run, name="exchanges", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Close everything and wait for the thread, `STOP_S` at the longest."""
        with self._lock:
            self._stopped = True
            thread = self._thread
        self._call(self._end)
        if thread is not None and thread is not threading.current_thread():
            thread.join(STOP_S)
            if thread.is_alive():
                _LOG.warning("the exchanges' thread did not end in time")

    def woke(self) -> None:
        """All connections are made anew, and what was missed is filled."""
        now = self._pace.now()
        for worker in self.workers:
            worker.venue.budget.woke(now)
        self._call(self._wake)

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One line for each venue."""
        return tuple(worker.health(now) for worker in self.workers)

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """A clock that is off, venues that refuse this region, streams that bring nothing."""
        found: list[Advisory] = []
        offsets = [each.standing.clock_offset_s for each in self.workers if not each.standing.refused(now)]
        known = [offset for offset in offsets if offset is not None]
        if known and abs(median(known)) > CLOCK_TOLERANCE.total_seconds():
            found.append(Advisory("clock_off", (f"{abs(median(known)):.0f}",)))
        found += [Advisory("venue_refused", (each.name,)) for each in self.workers if each.standing.refused(now)]
        found += [Advisory("client_outdated", (each.name,)) for each in self.workers if each.standing.outdated]
        return tuple(found)

    def _call(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(work)

    # -------------------------------------------------------------------------------------- in the thread

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(self._loop_error)
        try:
            loop.run_until_complete(self._main(loop))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        except Exception:  # noqa: BLE001 - the last place where a mistake of ours can be said
            _LOG.exception("the exchanges' thread ended by a mistake of this program")
        finally:
            with self._lock:
                self._loop = None
            loop.close()

    async def _main(self, loop: asyncio.AbstractEventLoop) -> None:
        self._ending = asyncio.Event()
        with self._lock:
            self._loop = loop
            if self._stopped:
                return
        tasks = [asyncio.create_task(worker.run(), name=worker.venue.id) for worker in self.workers]
        tasks.append(asyncio.create_task(self._steer(), name="election"))
        await self._ending.wait()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_CLOSING_S)
        # the client leaves tasks of its own behind: pings, dials that were under way
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=_REST_S)

    def _end(self) -> None:
        if self._ending is not None:
            self._ending.set()

    def _wake(self) -> None:
        if self._election is not None:
            self._election.woke(self._pace.now())
        for worker in self.workers:
            worker.wake()

    async def _steer(self) -> None:
        """Who serves, a few times a second."""
        ids = [worker.venue.id for worker in self.workers]
        self._election = Election(ids, self._election_limits, self._pace.now())
        while True:
            try:
                self._step(self._election)
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the thread in silence
                self._tell_once(error)
            await asyncio.sleep(max(_SHORTEST_STEP_S, self._pace.real_s(_STEP_S)))

    def _step(self, election: Election) -> None:
        now = self._pace.now()
        chosen = election.step({worker.venue.id: worker.standing.fit(now) for worker in self.workers}, now)
        if chosen != self.serving:
            _LOG.info("%s serves the bars", NAMES.get(chosen or "", chosen))
            self.serving = chosen
        for worker in self.workers:
            worker.serve(serving=worker.venue.id == chosen)

    def _loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.loop_errors += 1
        error = context.get("exception")
        self._tell_once(error if isinstance(error, Exception) else RuntimeError(str(context.get("message"))))

    def _tell_once(self, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"
        if words not in self._told and len(self._told) < 100:
            self._told.add(words)
            _LOG.error("in the exchanges' event loop: %s", words, exc_info=error)
