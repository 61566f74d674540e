"""Ways to ask the hosts that are played here: without a network, and over a connection on 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

from barograph.feeds.budget import HostBudget
from barograph.feeds.fred.answer import Answer
from barograph.feeds.fred.web import NoAnswerError, Web
from barograph.market.instants import label_ns
from barograph.market.observations import Fixings
from tests.loopback.fred import HOST as FRED_HOST
from tests.loopback.fred import FredHost
from tests.loopback.http import Handler, request_of
from tests.loopback.ny_fed import HOST as NY_FED_HOST
from tests.loopback.ny_fed import NewYorkFedHost
from tests.loopback.publisher import World
from tests.loopback.treasury import HOST as TREASURY_HOST
from tests.loopback.treasury import TreasuryHost

TUESDAY = datetime(2026, 11, 24, 15, tzinfo=UTC)
"""10:00 in New York: Friday's yields are public, Monday's come out at 16:15."""
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
BOUND_S = 20.0


class HandPace:
    """A clock that stands until it is moved. Whoever waits by it looks again every few milliseconds."""

    def __init__(self, now: datetime = TUESDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def real_s(self, seconds: float) -> float:
        return min(seconds, 0.003)

    def to(self, now: datetime) -> datetime:
        self._now = now
        return now

    def pass_(self, **duration: float) -> datetime:
        return self.to(self._now + timedelta(**duration))


class Hosts:
    """The three publishers of one world; callable as the way out. `dead` are hosts that cannot be reached."""

    def __init__(self, last: date = FRIDAY) -> None:
        self.world = World.until(last)
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

    def __call__(self, url: str) -> Answer:
        scheme, _, rest = url.partition("://")
        host, _, target = rest.partition("/")
        assert scheme == "https"
        with self.lock:
            reply = self.by_name[host](request_of("GET", host, f"/{target}", {}))
        if host in self.dead or reply.drop or reply.cut_after is not None:
            raise NoAnswerError("cannot be reached")
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status, {"content-type": reply.content_type, **headers}, reply.body)

    def close(self) -> None:
        self.closed += 1


def web_of(hosts: Hosts, source: str, host: str, pace: HandPace, per_hour: int = 1_000) -> Web:
    return Web(source, host, HostBudget(host, per_hour, Random(1)), pace, hosts)


def values_of(fixings: Fixings) -> dict[date, float]:
    first = date(1970, 1, 1)
    return {
        first + timedelta(days=time // label_ns(date(1970, 1, 2))): value
        for time, value in zip(fixings.time.tolist(), fixings.value.tolist(), strict=True)
    }


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait in real time, bounded, until something is so."""
    waiting = threading.Event()
    for _ in range(int(BOUND_S / 0.002)):
        if condition():
            return
        waiting.wait(0.002)
    raise AssertionError(f"did not happen: {what}")
