"""Every source of the live feed on loopback, on one clock that runs fast, to fetch a history from; what they hold."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from barograph.engine import history_fetch
from barograph.engine.clock import ClockPace, SimulatedClock
from barograph.engine.history_fetch import Report, Ways, fetch
from barograph.feeds.options import VENUES, Access, LiveOptions
from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.feeds.yahoo.session import SessionClass, watched_session
from barograph.feeds.yahoo.symbols import load_symbols
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import label_date, label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings
from barograph.market.publication import known_at
from tests.engine.runs import UNIVERSE
from tests.feeds.fred.asking import Hosts
from tests.loopback.exchange import ExchangeServer
from tests.loopback.exchange_asked import HOST_OF
from tests.loopback.http import Handler, HttpServer, Reply, Request
from tests.loopback.yahoo import YahooHost

NOW = datetime(2026, 11, 24, 15, 3, 27, tzinfo=UTC)
"""A Tuesday: 10:03 in New York."""
FIRST = date(2025, 1, 1)
FRED_ID = {"FED_TARGET_UPPER": "DFEDTARU", "FED_TARGET_LOWER": "DFEDTARL"}
_MS_NS = 1_000_000
_TIMEOUT_S = 5.0


class Sources:
    """Yahoo, four exchanges, FRED and those behind it. `clock` is theirs and that of who fetches."""

    def __init__(self, cache: Path, speed: float) -> None:
        """`cache` is the folder of the clients; `speed` are seconds of the clock in a real one."""
        self.clock = SimulatedClock(NOW, speed)
        self.yahoo = YahooHost(self.clock.now)
        self.chart_times: dict[str, list[datetime]] = {}
        self.server = HttpServer({name: self._timed(handler) for name, handler in self.yahoo.hosts.items()})
        self.exchanges = ExchangeServer(self.clock.now)
        self.publishers = Hosts(first=FIRST)
        self.progress = io.StringIO()
        self._cache = cache

    def fetch(
        self,
        out: Path,
        start: datetime,
        to: datetime,
        only: Sequence[str] | None = None,
        venues: tuple[str, ...] = VENUES,
    ) -> Report:
        """As the command does it."""
        options = LiveOptions(self._cache, Access(exchange_base=self.exchanges.base), venues=venues)
        request = history_fetch.Request(start, to, out, None if only is None else tuple(only))
        ways = Ways(self._session_class, self.publishers)
        pace = ClockPace(self.clock)
        try:
            return fetch(request, options, UNIVERSE, calendar, pace, self.progress, ways, Random(1))
        finally:
            gc.collect()  # what was not closed says so here

    def close(self) -> None:
        """End the servers."""
        self.yahoo.heal()
        self.server.close()
        self.exchanges.close()

    @property
    def charts(self) -> list[tuple[str, str]]:
        """What Yahoo was asked for: symbol and interval. The look-up of a time zone is not counted."""
        return [(symbol, interval) for symbol, interval, query in self.yahoo.charts if "period1" in query]

    def requests(self) -> int:
        """All that arrived anywhere."""
        asked = sum(len(each.asked) for each in self.publishers.publishers)
        return len(self.server.requests) + len(self.exchanges.requests) + asked

    def _timed(self, handler: Handler) -> Handler:
        """Writes down when which symbol was asked for."""

        def answer(request: Request) -> Reply:
            symbol = unquote(request.path.rsplit("/", 1)[1])
            self.chart_times.setdefault(symbol, []).append(self.clock.now())
            return handler(request)

        return answer

    def _session_class(self) -> SessionClass:
        base: Any = watched_session()
        address = self.server.base

        class OnLoopback(base):  # type: ignore[misc]
            def request(self, method: str, url: str, *args: object, **kwargs: object) -> object:
                parts = urlsplit(url)
                if not (parts.hostname or "").endswith(".yahoo.com"):
                    raise AssertionError(f"{url} was asked for")
                kwargs["timeout"] = _TIMEOUT_S
                query = f"?{parts.query}" if parts.query else ""
                return super().request(method, f"{address}/{parts.hostname}{parts.path}{query}", *args, **kwargs)

        return OnLoopback

    # ------------------------------------------------------------------------------- what the servers hold

    def yahoo_bars(self, instrument: str, interval: Interval, start: datetime, until: datetime) -> Bars:
        """The bars from `start` that had ended by `until`. An index has no volume, for which Yahoo sends zeros."""
        symbol = load_symbols([(instrument, True)]).find(instrument).symbol
        bars = self.yahoo.prices.bars(symbol, interval, to_ns(start), to_ns(until), to_ns(NOW))
        assert bars is not None
        ends = calendar(UNIVERSE.instrument(instrument).calendar).bar_ends(bars.time, interval)
        volume = np.where(bars.volume == 0, np.nan, bars.volume)
        return replace(bars, volume=volume)[: int(np.count_nonzero(ends <= to_ns(until)))]

    def days_long_ago(self, instrument: str, start: datetime, until: datetime) -> Bars:
        """Daily bars of dates of which the calendar knows nothing."""
        bars = self.yahoo.prices.bars(instrument, Interval.DAY_1, to_ns(start), to_ns(until) - DAY_NS, to_ns(NOW))
        assert bars is not None
        return bars

    def coin_bars(self, coin: str, interval: Interval, start: datetime, until: datetime) -> Bars:
        """The same of a coin; prices as exchanges write them."""
        step = interval.seconds * 1000
        first, last = to_ns(start) // _MS_NS, to_ns(until) // _MS_NS - step
        rows = self.exchanges.world.bars(coin, first, last, step, to_ns(NOW) // _MS_NS)
        time, *prices = np.array(rows, np.float64).reshape(-1, 6).T
        four = [np.array([float(f"{price:.2f}") for price in column]) for column in prices[:4]]
        return Bars(time.astype(np.int64) * _MS_NS, four[0], four[1], four[2], four[3], prices[4])

    def settled(self, venue: str, coin: str, start: datetime, until: datetime) -> list[tuple[int, float]]:
        """Instants (ns) and rates of funding."""
        first, last = to_ns(start) // _MS_NS, to_ns(until) // _MS_NS
        rows = self.exchanges.world.settlements(HOST_OF[venue], coin, first, last)
        return [(ms * _MS_NS, rate) for ms, rate in rows]

    def coins_held(self, coin: str, time: NDArray[np.int64]) -> NDArray[np.float64]:
        """Open interest at these instants (ns)."""
        return np.array([self.exchanges.world.coins_held(coin, int(each) // _MS_NS) for each in time.tolist()])

    def fixings(self, series: str, start: datetime, until: datetime) -> Fixings:
        """What is published of a series with a date whose midnight lies in the range."""
        values = self.publishers.world.values[FRED_ID.get(series, series)]
        days = [day for day in sorted(values) if to_ns(start) <= label_ns(day) < to_ns(until)]
        time = np.array([label_ns(day) for day in days], np.int64)
        value = np.array([values[label_date(int(each))] for each in time])
        return Fixings(time, value, known_at(time, UNIVERSE.series[series].publication))


@contextmanager
def sources_on_loopback(cache: Path, speed: float = 200.0) -> Iterator[Sources]:
    """Servers that run until the end of the block."""
    here = Sources(cache, speed)
    try:
        yield here
    finally:
        here.close()


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def loaded(folder: Path) -> HistoryFolder:
    """The folder as `replay` reads it."""
    return load_folder(folder, UNIVERSE)


def same(found: Any, expected: Any, *names: str) -> None:  # noqa: ANN401 - any kind of rows
    """Equal to the bit, in these columns."""
    for name in names:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def days(count: float) -> timedelta:
    """So many days."""
    return timedelta(days=count)
