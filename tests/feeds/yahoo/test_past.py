"""A first answer that was short: the rest of the past is asked for on other days, and only as long as that helps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from barograph.feeds.book import BarsPiece, Book
from barograph.feeds.options import Refresh
from barograph.feeds.yahoo.source import YahooSource
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval
from tests.feeds.yahoo.world import OPEN, World

DAYS = """
version = "days"
symbol = [{ id = "SPX", symbol = "^GSPC", role = "daily", delay_s = 900, judged = true }]
[fed_funds]
months = 0
suffix = ".CBT"
"""
CHART = DAYS.replace('"SPX"', '"QQQ"').replace('"^GSPC"', '"QQQ"').replace('role = "daily"', 'role = "charted"')
WHOLE = OPEN - timedelta(days=5 * 365 + 36)


def run(source: YahooSource, world: World, until: Callable[[], object]) -> None:
    """Turn by turn, the clock going on as the source asks."""
    for _ in range(40_000):
        if until():
            return
        world.at += timedelta(seconds=max(1.0, source.step(world.at)))
    raise AssertionError("it did not come to that")


def first(book: Book, name: str = "SPX", interval: Interval = Interval.DAY_1) -> datetime:
    """When the oldest bar that is held begins."""
    return from_ns(int(book.closed(name, interval, "Yahoo").time[0]))


def asked_for_all(world: World, symbol: str, interval: str) -> list[date]:
    """The days on which more than a month was asked for, once for each request."""
    ranges = [query for name, each, query in world.host.charts if (name, each) == (symbol, interval)]
    spans = [(int(query["period1"]), int(query["period2"])) for query in ranges if "period1" in query]
    return [datetime.fromtimestamp(end, UTC).date() - timedelta(days=2) for start, end in spans if end - start > 3e6]


@pytest.fixture
def book() -> Book:
    return Book()


def test_the_rest_is_asked_for_on_the_next_day_and_once_it_is_there_no_more(world: World, book: Book) -> None:
    source = world.source(book, table=DAYS)
    world.host.fail("partial", "^GSPC")
    run(source, world, lambda: book.answered_at("SPX", Interval.DAY_1))
    world.host.heal()
    assert first(book) > OPEN - timedelta(days=400)
    run(source, world, lambda: first(book) < WHOLE)
    assert world.at - OPEN < timedelta(hours=30)
    run(source, world, lambda: world.at - OPEN > timedelta(days=5))
    assert asked_for_all(world, "^GSPC", "1d") == [date(2026, 11, 18), date(2026, 11, 19)]
    assert asked_for_all(world, "AAPL", "1d") == [date(2026, 11, 18)], "there is nothing to ask for"


def test_a_past_that_stays_short_is_taken_for_all_there_is(world: World, book: Book) -> None:
    source = world.source(book, table=DAYS)
    world.host.fail("partial", "^GSPC")
    run(source, world, lambda: world.at - OPEN > timedelta(days=8))
    days = asked_for_all(world, "^GSPC", "1d")
    assert len(days) == len(set(days)) == 3


def test_a_past_that_grows_is_asked_for_on(world: World, book: Book) -> None:
    source = world.source(book, table=DAYS)
    world.host.fail("partial", "^GSPC")
    run(source, world, lambda: book.answered_at("SPX", Interval.DAY_1))
    run(source, world, lambda: world.at - OPEN > timedelta(days=1, hours=12))
    world.host.heal()
    more = world.client().history("SPX", Interval.DAY_1, OPEN - timedelta(days=800), OPEN, world.at)
    book.put_bars(BarsPiece("SPX", Interval.DAY_1, "Yahoo", more.closed))
    world.host.charts.clear()
    world.host.fail("partial", "^GSPC")
    run(source, world, lambda: world.at - OPEN > timedelta(days=10))
    assert len(asked_for_all(world, "^GSPC", "1d")) == 3, "two days were enough before, and now it is another past"


def test_nothing_is_older_than_its_listing(world: World, book: Book) -> None:
    source = world.source(book, table=DAYS)
    world.host.fail("listed_late", "^GSPC")
    run(source, world, lambda: world.at - OPEN > timedelta(days=3))
    assert first(book) > OPEN - timedelta(days=400)
    assert asked_for_all(world, "^GSPC", "1d") == [date(2026, 11, 18)]


def test_a_short_past_of_an_earlier_run_is_asked_for_as_well(world: World, book: Book) -> None:
    few = world.client().history("SPX", Interval.DAY_1, OPEN - timedelta(days=9), OPEN, OPEN)
    book.put_bars(BarsPiece("SPX", Interval.DAY_1, "Yahoo", few.closed))
    source = world.source(book, table=DAYS)
    run(source, world, lambda: book.answered_at("SPX", Interval.DAY_1))
    assert first(book) < WHOLE


def test_a_request_that_fails_is_made_again_on_the_next_day(world: World, book: Book) -> None:
    source = world.source(book, table=DAYS)
    world.host.fail("partial", "^GSPC")
    run(source, world, lambda: book.answered_at("SPX", Interval.DAY_1))
    world.host.fail("truncated", "^GSPC")
    world.host.charts.clear()
    run(source, world, lambda: world.at - OPEN > timedelta(hours=30))
    assert asked_for_all(world, "^GSPC", "1d") == [date(2026, 11, 19)]
    assert sum(symbol == "^GSPC" for symbol, _, _ in world.host.charts) > 40, "the last days were asked for meanwhile"
    world.host.heal()
    run(source, world, lambda: first(book) < WHOLE)
    assert world.at.date() == date(2026, 11, 20)


@pytest.mark.parametrize(("interval", "days"), [(Interval.MIN_15, 60), (Interval.HOUR_1, 730)])
def test_short_bars_reach_back_as_far_as_their_limit(world: World, book: Book, interval: Interval, days: int) -> None:
    source = world.source(book, Refresh(quotes_s=600, others_s=900), CHART)
    world.host.fail("partial", "QQQ")
    run(source, world, lambda: book.answered_at("QQQ", interval))
    world.host.heal()
    assert first(book, "QQQ", interval) > OPEN - timedelta(days=days / 2)
    run(source, world, lambda: first(book, "QQQ", interval) < OPEN - timedelta(days=days - 7))
    assert world.at - OPEN < timedelta(hours=30)
