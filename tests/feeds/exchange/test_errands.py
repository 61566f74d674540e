"""What one venue is asked for again and again, and what becomes of it in the book; no network, no real time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

import numpy as np
import pytest

from barograph.feeds.book import FUNDING, OPEN_INTEREST, BarsPiece, Book, table_of
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.errands import Errands
from barograph.feeds.exchange.standing import Standing
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.options import Refresh
from barograph.market.bars import Bars
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Funding, OpenInterest

NOW = datetime(2026, 3, 4, 12, 2, 10, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
VENUE = "bybit"


class Pace:
    """A clock that moves only when somebody waits, and then at once; at `until` it cancels whoever waits."""

    def __init__(self) -> None:
        self.time = self.until = NOW

    def now(self) -> datetime:
        return self.time

    def real_s(self, seconds: float) -> float:
        task = asyncio.current_task()
        if self.time >= self.until and task is not None:
            task.cancel()
        self.time += timedelta(seconds=seconds)
        return 0.0


class ScriptedVenue:
    """A venue that answers at once. `faults` are of the next requests for a thing, `asked` counts them."""

    id = VENUE

    def __init__(self, pace: Pace) -> None:
        self.budget = HostBudget(VENUE, 3_000, Random(1))
        self.pace = pace
        self.faults: dict[str, list[FeedErrorKind]] = {}
        self.asked: Counter[str] = Counter()
        self.frozen_at: datetime | None = None
        """Its prices are those of then."""
        self.told_at: datetime | None = None
        """The instant that it tells of its answers with bars."""

    def _ask(self, what: str) -> None:
        self.asked[what] += 1
        self.budget.spend(self.pace.now())
        if self.faults.get(what):
            error = FeedError(self.faults[what].pop(0), VENUE, what, f"no {what}")
            error.retry_at = self.budget.failed(error, self.pace.now())
            raise error
        self.budget.succeeded()

    async def server_time_offset_s(self, now: datetime) -> float:
        self._ask("time")
        return 0.0

    async def funding(self, coin: str, start_ns: int, now: datetime) -> Funding:
        self._ask("funding")
        return Funding.of([to_ns(now.replace(hour=8, minute=0, second=0))], [0.0001], [8], VENUE)

    async def open_interest(self, coin: str, now: datetime) -> OpenInterest:
        self._ask("open interest")
        return OpenInterest.of([to_ns(now)], [1.0], [np.nan], VENUE)

    async def open_interest_history(
        self, coin: str, start_ns: int, now: datetime, interval: Interval = Interval.MIN_5
    ) -> OpenInterest:
        self._ask("history")
        times = np.arange(-(-start_ns // interval.ns), to_ns(now) // interval.ns + 1) * interval.ns
        return OpenInterest.of(times, np.full(len(times), 2.0), np.full(len(times), np.nan), VENUE)

    async def bars(
        self, coin: str, interval: Interval, start_ns: int | None, now: datetime, until_ns: int | None = None
    ) -> BarsPiece:
        self._ask("bars")
        at_ns = to_ns(self.frozen_at or now)
        times = at_ns // interval.ns * interval.ns - interval.ns * np.arange(3, -1, -1)
        price = np.array([60_000.0, 60_001.0, 60_002.0, 60_000.0 + at_ns / 1e9 % 1_000])
        bars = Bars(times, price, price, price, price, np.full(4, 7.0))
        closed = int(np.count_nonzero(times + interval.ns <= to_ns(now)))
        return BarsPiece(coin, interval, VENUE, bars[:closed], bars[closed:], self.told_at)


class Run:
    """The errands of a venue with all that they look at."""

    def __init__(self) -> None:
        self.pace, self.book = Pace(), Book()
        self.venue = ScriptedVenue(self.pace)
        venue = cast(Venue, self.venue)
        self.errands = Errands(venue, self.book, ("BTC",), Refresh(), Standing(), self.pace, Random(1))

    def as_of(self) -> datetime:
        """The instant of the last price."""
        told = self.book.bars("BTC", Interval.MIN_5, None).as_of
        assert told is not None
        return told

    def go_on(self, span: timedelta) -> None:
        """A life of the venue's connections that lasts so long."""
        self.pace.until = self.pace.time + span
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(self.errands.run())

    def holds(self, *readings: datetime) -> None:
        """An earlier run of the program left these readings of open interest."""
        rows = OpenInterest.of([to_ns(at) for at in readings], np.ones(len(readings)), np.ones(len(readings)), VENUE)
        self.book.put_open_interest("BTC", rows)

    def longest_gap(self, since: datetime) -> timedelta:
        """Without a reading, from then on."""
        held = self.book.open_interest("BTC")[VENUE].time
        times = np.concatenate(([to_ns(since)], held[held > to_ns(since)], [to_ns(self.pace.now())]))
        return timedelta(microseconds=int(np.diff(times).max()) / 1_000)


@pytest.fixture(name="run")
def _run() -> Run:
    return Run()


# ------------------------------------------------------------------------------------------ open interest


@pytest.mark.parametrize(
    "faults",
    [
        [FeedErrorKind.UNREACHABLE],
        [FeedErrorKind.BAD_DATA] * 3,
        [FeedErrorKind.RATE_LIMITED],
        [FeedErrorKind.EMPTY] * 2,
    ],
)
def test_open_interest_that_was_missed_is_asked_for_until_it_came(run: Run, faults: Sequence[FeedErrorKind]) -> None:
    """Although readings of now come meanwhile."""
    run.holds(NOW - 6 * HOUR, NOW - 5 * HOUR)
    run.venue.faults["history"] = list(faults)
    run.go_on(30 * MINUTE)
    assert run.longest_gap(NOW - 5 * HOUR) <= timedelta(minutes=5)
    assert run.venue.asked["history"] == len(faults) + 1


def told(run: Run, table: str) -> datetime | None:
    return run.book.answered_at(table_of("BTC", table, VENUE), None)


def test_a_table_is_told_to_be_whole_only_when_it_is(run: Run) -> None:
    """Whoever judges waits for that: a reading of now says nothing of the hours before."""
    run.holds(NOW - 5 * HOUR)
    run.venue.faults["history"] = [FeedErrorKind.UNREACHABLE] * 50
    run.go_on(20 * MINUTE)
    assert run.venue.asked["open interest"] > 10
    assert told(run, OPEN_INTEREST) is None
    assert told(run, FUNDING) is not None
    del run.venue.faults["history"]
    before = run.pace.now()
    run.go_on(10 * MINUTE)
    assert (told(run, OPEN_INTEREST) or NOW) > before
    run.venue.faults["open interest"] = [FeedErrorKind.UNREACHABLE] * 50
    whole_at = run.pace.now()
    run.go_on(10 * MINUTE)
    assert (told(run, OPEN_INTEREST) or NOW) <= whole_at
    assert (told(run, FUNDING) or NOW) > whole_at


def test_funding_is_told_to_be_there_only_when_it_came(run: Run) -> None:
    run.venue.faults["funding"] = [FeedErrorKind.BAD_DATA] * 50
    run.go_on(10 * MINUTE)
    assert told(run, FUNDING) is None


@pytest.mark.parametrize(
    ("kind", "tries"),
    [(FeedErrorKind.UNREACHABLE, (20, 32)), (FeedErrorKind.BAD_DATA, (8, 14)), (FeedErrorKind.RATE_LIMITED, (5, 9))],
)
def test_between_two_tries_the_host_has_its_usual_pause(run: Run, kind: FeedErrorKind, tries: tuple[int, int]) -> None:
    run.holds(NOW - 5 * HOUR)
    run.venue.faults["history"] = [kind] * 500
    run.go_on(2 * HOUR)
    assert tries[0] <= run.venue.asked["history"] <= tries[1]
    assert run.venue.asked["open interest"] > 50  # readings of now go on, and do not make it hasty


def test_open_interest_that_was_missed_before_an_earlier_life_is_still_asked_for(run: Run) -> None:
    run.holds(NOW - 5 * HOUR)
    run.venue.faults["history"] = [FeedErrorKind.UNREACHABLE] * 50
    run.go_on(20 * MINUTE)
    del run.venue.faults["history"]
    run.go_on(5 * MINUTE)
    assert run.longest_gap(NOW - 5 * HOUR) <= timedelta(minutes=5)


def test_a_hole_within_a_life_is_filled(run: Run) -> None:
    """Requests fail for two hours while the streams go on."""
    run.go_on(10 * MINUTE)
    run.venue.faults["open interest"] = [FeedErrorKind.UNREACHABLE] * 25
    run.go_on(3 * HOUR)
    assert not run.venue.faults["open interest"]
    assert run.longest_gap(NOW) <= 15 * MINUTE


def test_after_a_week_the_hours_are_asked_for_and_of_two_days_every_reading(run: Run) -> None:
    run.holds(NOW - 7 * DAY)
    run.go_on(2 * MINUTE)
    assert run.longest_gap(NOW - 7 * DAY) <= HOUR
    assert run.longest_gap(NOW - 2 * DAY) <= timedelta(minutes=5)
    assert run.venue.asked["history"] == 2


def test_a_venue_without_a_history_is_asked_once_and_nothing_is_asked_where_nothing_was_missed(run: Run) -> None:
    run.venue.faults["history"] = [FeedErrorKind.UNSUPPORTED] * 50
    run.go_on(HOUR)
    assert run.venue.asked["history"] == 1
    assert told(run, OPEN_INTEREST) is not None
    run.go_on(HOUR)
    assert run.venue.asked["history"] == 1


# ------------------------------------------------------------------------------------ the instant of the price


@pytest.fixture(name="quoted")
def _quoted(run: Run) -> Run:
    """Prices come by requests: there is no stream."""
    run.errands.serve(serving=True)
    run.go_on(2 * MINUTE)
    return run


def test_a_price_that_was_asked_for_is_of_now(quoted: Run) -> None:
    for _ in range(30):
        quoted.go_on(MINUTE)
        assert timedelta() <= quoted.pace.now() - quoted.as_of() <= 2 * MINUTE
    assert quoted.venue.asked["bars"] > 30


def test_the_same_answer_again_is_no_newer_price(quoted: Run) -> None:
    """A bar in which something was traded has another volume; also once its time is over."""
    quoted.venue.frozen_at = frozen_at = quoted.pace.now()
    for _ in range(12):
        quoted.go_on(MINUTE)
        assert quoted.as_of() <= frozen_at + MINUTE
    quoted.venue.frozen_at = None
    quoted.go_on(2 * MINUTE)
    assert quoted.as_of() > quoted.pace.now() - 2 * MINUTE


def test_a_price_is_no_newer_than_the_venue_tells(quoted: Run) -> None:
    quoted.venue.told_at = told_at = quoted.pace.now() - timedelta(seconds=20)
    quoted.go_on(2 * MINUTE)
    assert quoted.as_of() == told_at
    quoted.venue.told_at = quoted.pace.now() + HOUR  # its clock is ahead
    quoted.go_on(2 * MINUTE)
    assert quoted.as_of() <= quoted.pace.now()
