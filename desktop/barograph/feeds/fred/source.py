"""The source of fixings: FRED, behind it the US Treasury and the New York Fed, each asked by a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from barograph.feeds.book import Book
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import Advisory, SourceHealth
from barograph.feeds.fred import fred_csv, ny_fed, treasury_csv
from barograph.feeds.fred.answer import FRED, NEW_YORK_FED, TREASURY
from barograph.feeds.fred.host import Host
from barograph.feeds.fred.ledger import Ledger
from barograph.feeds.fred.tasks import FredTask, NewYorkFedTask, Task, Timetable, TreasuryTask
from barograph.feeds.fred.transport import SecureGet
from barograph.feeds.fred.treasury_csv import Curve
from barograph.feeds.fred.web import Get, Web
from barograph.feeds.options import LiveOptions
from barograph.feeds.pace import Pace
from barograph.market.fomc import MeetingDates, shipped_meetings
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval
from barograph.market.wall_clock import NEW_YORK

HOSTS = {FRED: fred_csv.HOST, TREASURY: treasury_csv.HOST, NEW_YORK_FED: ny_fed.HOST}
PER_HOUR = {FRED: 30, TREASURY: 40, NEW_YORK_FED: 20}
"""Requests in any hour: a few times what an hour needs, so that a fault does not become a flood."""
_STOP_S = 3.0
"""Real seconds that `stop` waits for all threads together; a question that is out is left to its time-out."""


class FixingsSource:
    """Keeps `feeds.source.Source`. Several publishers serve one series; the book says which of them brought it last."""

    def __init__(
        self,
        book: Book,
        options: LiveOptions,
        universe: Universe,
        pace: Pace,
        *,
        random: Random | None = None,
        get: Get | None = None,
        meetings: MeetingDates | None = None,
    ) -> None:
        """`random` spreads requests; `get` is the way out for all hosts, by default over HTTPS as `options` say;
        `meetings` are by default those that ship with the program.
        """
        self._series = tuple(name for group in fred_csv.GROUPS for name in group if name in universe.series)
        self._meetings = meetings
        chance = random or Random()
        self._ledger = Ledger(book, {name: universe.series[name].publication for name in self._series})

        def web(name: str) -> Web:
            way_out = get or SecureGet(options.access)
            return Web(name, HOSTS[name], HostBudget(HOSTS[name], PER_HOUR[name], chance), pace, way_out)

        def usual() -> Timetable:
            return Timetable(options.refresh.fixings_s, chance)

        fred, treasury, new_york = (web(name) for name in HOSTS)
        tasks: dict[Web, list[Task]] = {
            fred: [FredTask(fred, self._ledger, group, usual()) for group in self._groups()],
            treasury: [TreasuryTask(treasury, self._ledger, curve, usual()) for curve in Curve],
            new_york: [NewYorkFedTask(new_york, self._ledger, usual())],
        }
        self._hosts = tuple(Host(each, tasks[each], pace, self._look_again) for each in tasks if tasks[each])
        self._started = False

    # ---------------------------------------------------------------------------------------- the Protocol

    def instruments(self, now: datetime) -> Mapping[str, tuple[Interval, ...]]:
        """None."""
        return {}

    def series(self) -> tuple[str, ...]:
        """Ids of the series of the universe that are published by one of these."""
        return self._series

    def start(self) -> None:
        """Begin to ask. Returns at once."""
        if not self._started:
            self._started = True
            for host in self._hosts:
                host.start()

    def stop(self) -> None:
        """End; a question that is out is waited for a few seconds, and then left to end by itself. Idempotent."""
        for host in self._hosts:
            host.ask_to_stop()
        deadline = time.monotonic() + _STOP_S
        for host in self._hosts:
            host.wait_until_stopped(max(0.0, deadline - time.monotonic()))

    def woke(self) -> None:
        """The machine slept or its clock jumped: everything is asked for again."""
        self._ledger.woke()
        for host in self._hosts:
            host.woke()

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One line for each publisher."""
        return tuple(host.health(now) for host in self._hosts)

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """That the dates of the central bank's meetings end, from two months before on."""
        meetings = self._meetings or shipped_meetings()
        if not meetings.runs_out(now.astimezone(ZoneInfo(NEW_YORK)).date()):
            return ()
        return (Advisory("fomc_dates_end", (meetings.ends.isoformat(),)),)

    # --------------------------------------------------------------------------------------------- private

    def _groups(self) -> list[tuple[str, ...]]:
        """The series that are wanted, as FRED may be asked for them."""
        groups = (tuple(name for name in group if name in self._series) for group in fred_csv.GROUPS)
        return [group for group in groups if group]

    def _look_again(self) -> None:
        """What one publisher answered decides whether another is needed."""
        for host in self._hosts:
            host.look()
