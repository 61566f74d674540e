"""Ways to ask the hosts that are played here: without a network, and over a connection on 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

from barograph.feeds.book import Book
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError
from barograph.feeds.fred.answer import Answer
from barograph.feeds.fred.web import NoAnswerError, Web
from barograph.market.instants import label_ns
from barograph.market.observations import Fixings
from tests.loopback.fred import HOST as FRED_HOST
from tests.loopback.fred import FredHost
from tests.loopback.http import Handler, request_of
from tests.loopback.ny_fed import HOST as NY_FED_HOST
from tests.loopback.ny_fed import NewYorkFedHost
from tests.loopback.publisher import Publisher, World
from tests.loopback.treasury import HOST as TREASURY_HOST
from tests.loopback.treasury import TreasuryHost

TUESDAY = datetime(2026, 11, 24, 15, tzinfo=UTC)
"""10:00 in New York: Friday's yields are public, Monday's come out at 16:15."""
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
BOUND_S = 20.0


class HandPace:
    """A clock that stands until it is moved. Whoever waits by it looks again every few milliseconds.

    `rests` counts for each thread how often it found nothing to do since the clock was moved or anybody did something.
    """

    wait_s = 0.001

    def __init__(self, now: datetime = TUESDAY) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._seen: dict[str, datetime] = {}
        self.rests: dict[str, int] = {}

    def now(self) -> datetime:
        self._seen[threading.current_thread().name] = self._now
        return self._now

    def real_s(self, seconds: float) -> float:
        name = threading.current_thread().name
        with self._lock:
            if seconds > 0 and self._seen.get(name) == self._now:
                self.rests[name] = self.rests.get(name, 0) + 1
            else:
                self.rests.clear()
        return self.wait_s if seconds > 0 else 0.0

    def to(self, now: datetime) -> datetime:
        with self._lock:
            self._now = now
            self.rests.clear()
        return now

    def pass_(self, **duration: float) -> datetime:
        return self.to(self._now + timedelta(**duration))


class Hosts:
    """The three publishers of one world; callable as the way out. `dead` are hosts that cannot be reached."""

    def __init__(self, last: date = FRIDAY, today: date | None = None, first: date = date(2025, 6, 2)) -> None:
        self.world = World.until(last, today or TUESDAY.date(), first)
        self.fred, self.treasury = FredHost(self.world), TreasuryHost(self.world)
        self.new_york = NewYorkFedHost(self.world)
        self.by_name: dict[str, Handler] = {
            FRED_HOST: self.fred,
            TREASURY_HOST: self.treasury,
            NY_FED_HOST: self.new_york,
        }
        self.dead: set[str] = set()
        self.lock = threading.Lock()
        self.closed = 0

    @property
    def publishers(self) -> tuple[Publisher, ...]:
        return self.fred, self.treasury, self.new_york

    def __call__(self, url: str) -> Answer:
        scheme, _, rest = url.partition("://")
        host, _, target = rest.partition("/")
        assert scheme == "https"
        with self.lock:
            reply = self.by_name[host](request_of("GET", host, f"/{target}", {}))
        if reply.hold is not None:
            reply.hold.wait(BOUND_S)
            raise NoAnswerError("does not answer in time")
        if host in self.dead or reply.drop or reply.cut_after is not None:
            raise NoAnswerError("cannot be reached")
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status, {"content-type": reply.content_type, **headers}, reply.body)

    def close(self) -> None:
        self.closed += 1


def web_of(hosts: Hosts, source: str, host: str, pace: HandPace, per_hour: int = 1_000) -> Web:
    return Web(source, host, HostBudget(host, per_hour, Random(1)), pace, hosts)


def newest_in(book: Book, series: str) -> date | None:
    """The date of the newest value that is held; None without one."""
    try:
        return max(values_of(book.fixings(series)[1]), default=None)
    except FeedError:
        return None


def values_of(fixings: Fixings) -> dict[date, float]:
    first = date(1970, 1, 1)
    return {
        first + timedelta(days=time // label_ns(date(1970, 1, 2))): value
        for time, value in zip(fixings.time.tolist(), fixings.value.tolist(), strict=True)
    }


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait in real time, bounded, until something is so."""
    waiting = threading.Event()
    for _ in range(int(BOUND_S / 0.001)):
        if condition():
            return
        waiting.wait(0.001)
    raise AssertionError(f"did not happen: {what}")
