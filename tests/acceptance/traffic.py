"""Requests by source as the servers count them, over the market's time."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.exchange.source import PER_HOUR as VENUE_PER_HOUR
from barograph.feeds.fred import fred_csv, ny_fed, treasury_csv
from barograph.feeds.fred.source import PER_HOUR as FIXINGS_PER_HOUR
from barograph.feeds.yahoo.source import PER_HOUR as YAHOO_PER_HOUR
from tests.loopback.exchange import Seen
from tests.loopback.exchange_asked import HOST_OF
from tests.loopback.http import Request
from tests.loopback.market import LoopbackMarket

LOOK_EVERY_S = 0.1
_HOUR = timedelta(hours=1)
BUDGETS: dict[str, int] = {
    "Yahoo": YAHOO_PER_HOUR,
    **dict.fromkeys(NAMES.values(), VENUE_PER_HOUR),
    **FIXINGS_PER_HOUR,
}
"""Requests that each source may be sent in any hour."""
VENUES = {name: venue for venue, name in NAMES.items()}
"""ccxt's id of an exchange by its name on screen."""
_FIXING_HOSTS = dict(zip(FIXINGS_PER_HOUR, (fred_csv.HOST, treasury_csv.HOST, ny_fed.HOST), strict=True))


class Traffic:
    """Notes again and again how many requests have arrived, until closed. Thread-safe."""

    def __init__(self, market: LoopbackMarket) -> None:
        """Counts what arrives from now on as well as what came before."""
        self._market = market
        # a request may be noted late, and the next one goes out the moment the first of a full hour is an hour old
        self._window = _HOUR - timedelta(seconds=5 * LOOK_EVERY_S * market.clock.speed)
        sources: dict[str, str] = dict.fromkeys(market.yahoo.hosts, "Yahoo")
        sources |= {host: name for name, host in _FIXING_HOSTS.items()}
        sources |= {HOST_OF[venue]: name for name, venue in VENUES.items()}
        self._sources = sources
        self._arrived: dict[str, list[datetime]] = {name: [] for name in BUDGETS}
        self._seen = [0, 0]
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, name="traffic", daemon=True)
        self._thread.start()

    def count(self, source: str) -> int:
        """All requests so far."""
        self._note()
        with self._lock:
            return len(self._arrived[source])

    def since(self, source: str, instant: datetime) -> int:
        """Requests that arrived at that instant of the market's clock or later, to a tenth of a real second."""
        self._note()
        with self._lock:
            arrived = self._arrived[source]
            return len(arrived) - bisect_left(arrived, instant)

    def most_in_an_hour(self, source: str) -> int:
        """The most that arrived in any hour, but for half a real second of it: so exactly is it known when."""
        with self._lock:
            arrived = list(self._arrived[source])
        return max((bisect_left(arrived, at + self._window) - row for row, at in enumerate(arrived)), default=0)

    def by_hour(self, source: str, start: datetime) -> list[int]:
        """Requests of each whole hour since `start`, the last one unfinished."""
        with self._lock:
            hours = Counter(int((at - start) / _HOUR) for at in self._arrived[source] if at >= start)
        return [hours[hour] for hour in range(max(hours, default=-1) + 1)]

    def over_budget(self) -> list[str]:
        """Every source that was sent more in an hour than it may be."""
        found = {source: self.most_in_an_hour(source) for source in BUDGETS}
        return [f"{source}: {most} of {BUDGETS[source]}" for source, most in found.items() if most > BUDGETS[source]]

    def close(self) -> None:
        """Note no more."""
        self._ending.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ending.wait(LOOK_EVERY_S):
            self._note()

    def _note(self) -> None:
        with self._lock:
            now = self._market.clock()
            lists: tuple[Sequence[Request | Seen], ...] = (
                self._market.gateway.requests,
                self._market.exchanges.requests,
            )
            for place, requests in enumerate(lists):
                new = requests[self._seen[place] :]
                self._seen[place] += len(new)
                self._add(new, now)

    def _add(self, requests: Sequence[Request | Seen], now: datetime) -> None:
        for request in requests:
            source = self._sources.get(request.host)
            if source is not None:
                self._arrived[source].append(now)
