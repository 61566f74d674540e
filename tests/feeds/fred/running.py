"""A source of fixings that runs in its threads against the hosts played here, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from barograph.feeds.book import Book
from barograph.feeds.contract import SourceHealth
from barograph.feeds.fred.source import FixingsSource
from barograph.feeds.options import Access, LiveOptions, Refresh
from barograph.market.instants import from_ns, label_ns
from barograph.market.universe_file import load_universe
from tests.feeds.fred.asking import TUESDAY, HandPace, Hosts, newest_in, values_of, wait_for
from tests.loopback.publisher import Publisher

SERIES = ("DFII10", "DGS10", "DGS2", "DFF", "FED_TARGET_UPPER", "FED_TARGET_LOWER")
IDS = {"FED_TARGET_UPPER": "DFEDTARU", "FED_TARGET_LOWER": "DFEDTARL"}


class Running:
    """A context manager: started, and stopped at the end."""

    def __init__(
        self,
        hosts: Hosts,
        now: datetime = TUESDAY,
        book: Book | None = None,
        access: Access | None = None,
        refresh: Refresh | None = None,
    ) -> None:
        """With `access` over a connection as it says, else without a network."""
        self.hosts = hosts
        self.book = book or Book()
        self.pace = HandPace(now)
        options = LiveOptions(Path("unused"), access or Access(), refresh or Refresh())
        way_out = None if access else hosts
        self.source = FixingsSource(self.book, options, load_universe(), self.pace, random=Random(1), get=way_out)

    def __enter__(self) -> Running:
        self.source.start()
        return self

    def __exit__(self, *_: object) -> None:
        for publisher in self.publishers.values():
            publisher.released.set()
        self.source.stop()

    @property
    def publishers(self) -> Mapping[str, Publisher]:
        return {
            "FRED": self.hosts.fred,
            "US Treasury": self.hosts.treasury,
            "New York Fed": self.hosts.new_york,
        }

    def health(self, name: str) -> SourceHealth:
        return next(line for line in self.source.health(self.pace.now()) if line.source == name)

    def settle(self, *without: str) -> None:
        """Wait until everything that is due now was asked; `without` hosts that are held up."""
        names = [f"fixings {name}" for name in self.publishers if name not in without]

        def settled() -> bool:
            return all(self.pace.rests.get(name, 0) >= 2 for name in names)

        wait_for(settled, f"everything that is due at {self.pace.now()} is asked")

    def run_until(self, end: datetime, step: timedelta = timedelta(minutes=5)) -> None:
        """Let time pass."""
        while self.pace.now() < end:
            self.pace.to(min(end, self.pace.now() + step))
            self.settle()

    def newest(self, series: str) -> date | None:
        return newest_in(self.book, series)

    def served_by(self, series: str) -> str:
        return self.book.fixings(series)[0]

    def values(self, series: str) -> dict[date, float]:
        return values_of(self.book.fixings(series)[1])

    def known(self, series: str, day: date) -> datetime:
        fixings = self.book.fixings(series)[1]
        return from_ns(int(fixings.known_at[fixings.time == label_ns(day)][0]))

    def truth(self, series: str) -> dict[date, float]:
        return self.hosts.world.values[IDS.get(series, series)]

    def requests(self) -> dict[str, int]:
        return {name: len(publisher.asked) for name, publisher in self.publishers.items()}
