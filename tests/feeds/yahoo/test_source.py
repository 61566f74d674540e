"""The source: one budget for all of Yahoo, one fault at a time told to whom it concerns, a thread that lives on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.feeds.book import Book
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.options import Refresh
from barograph.feeds.source import Source
from barograph.feeds.yahoo.source import PER_HOUR, YahooSource
from barograph.market.bars import Bars
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, label_date
from barograph.market.intervals import Interval
from tests.feeds.yahoo.world import OPEN, WEEKEND, World
from tests.loopback.yahoo_prices import Prices

K = FeedErrorKind
AFTER_THE_HOLIDAYS = datetime(2027, 1, 5, 17, tzinfo=UTC)
"""The two weeks before have eight sessions only."""


def _run(source: YahooSource, world: World, until: Callable[[], object], turns: int = 2_000) -> None:
    """Turn by turn, the clock going on as the source asks."""
    for _ in range(turns):
        if until():
            return
        world.at += timedelta(seconds=max(0.01, source.step(world.at)))
    raise AssertionError("it did not come to that")


def _has(book: Book, name: str, interval: Interval) -> Callable[[], object]:
    return lambda: book.answered_at(name, interval) is not None and book.error(name, interval) is None


def test_first_the_light_then_prices(world: World) -> None:
    book = Book()
    source: Source = world.source(book)
    assert isinstance(source, YahooSource)
    begun = world.at
    _run(source, world, _has(book, "AAPL", Interval.DAY_1))
    assert world.at - begun < timedelta(seconds=60)
    symbols = [symbol for symbol, interval, query in world.host.charts if interval == "1d" and "period1" in query]
    assert symbols == ["^GSPC", "^VIX", "QQQ", "NVDA", "AAPL"]
    held = book.bars("SPX", Interval.DAY_1, None)
    assert len(held.closed) > 1_250
    assert held.source == "Yahoo"
    assert held.delay_s == 900


@pytest.mark.parametrize("now", [OPEN, AFTER_THE_HOLIDAYS])
def test_what_the_book_holds_is_not_asked_for_again_but_the_last_ten_days(world: World, now: datetime) -> None:
    world.at = now
    book = Book()
    source = world.source(book)
    _run(source, world, _has(book, "SPX", Interval.DAY_1))
    later = world.source(book)
    world.host.charts.clear()
    later.step(world.at)
    symbol, interval, query = world.host.charts[-1]
    assert (symbol, interval) == ("^GSPC", "1d")
    first = datetime.fromtimestamp(int(query["period1"]), UTC)
    sessions = [
        label for label in book.bars("SPX", Interval.DAY_1, None).closed.time.tolist() if from_ns(label) >= first
    ]
    assert 10 <= len(sessions) <= 12


def test_a_revised_day_replaces_the_one_before(world: World) -> None:
    book = Book()
    source = world.source(book)
    world.host.fail("tenfold", "^GSPC")
    _run(source, world, _has(book, "SPX", Interval.DAY_1))
    wrong = book.bars("SPX", Interval.DAY_1, None).closed.close[-10:]
    world.host.heal()
    source.woke()
    _run(source, world, lambda: book.bars("SPX", Interval.DAY_1, None).closed.close[-1] < wrong[-1] / 2)
    assert np.allclose(book.bars("SPX", Interval.DAY_1, None).closed.close[-10:], wrong / 10, atol=0.02)


class _Split:
    """Prices of a share that was split ten to one: all of its past as well."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices

    def bars(self, symbol: str, interval: Interval, first_ns: int, last_ns: int, seen_ns: int) -> Bars | None:
        found = self._prices.bars(symbol, interval, first_ns, last_ns, seen_ns)
        if found is None or symbol not in ("NVDA", "RSP"):
            return found
        return replace(found, **{name: getattr(found, name) / 10 for name in ("open", "high", "low", "close")})


def test_a_split_makes_the_whole_past_anew(world: World) -> None:
    """The last ten days alone would stand beside years at ten times the price."""
    book = Book()
    source = world.source(book)
    _run(source, world, lambda: all(_has(book, *key)() for key in _SPLIT))
    before = {(name, interval): book.bars(name, interval, None).closed for name, interval in _SPLIT}
    world.host.prices = _Split(world.host.prices)
    world.host.charts.clear()
    source.woke()
    world.host.fail("500", "NVDA", times=6)  # half of it must not be taken in when the rest fails
    _run(
        source, world, lambda: book.bars("NVDA", Interval.DAY_1, None).closed.close[0] < before[_SPLIT[0]].close[0] / 9
    )
    for (name, interval), old in before.items():
        _run(source, world, lambda n=name, i=interval, o=old: book.bars(n, i, None).closed.close[0] < o.close[0] / 9)  # type: ignore[misc]
        held = book.bars(name, interval, None).closed
        assert np.allclose(held.close[: len(old)] * 10, old.close, atol=0.06)
        assert held.time[: len(old)].tolist() == old.time.tolist()
    others = [query for symbol, interval, query in world.host.charts if (symbol, interval) == ("^GSPC", "1d")]
    assert len(others) == 1, "nobody else is asked twice"


_SPLIT = (("NVDA", Interval.DAY_1), ("RSP", Interval.DAY_1), ("RSP", Interval.HOUR_1), ("RSP", Interval.MIN_5))


def test_rate_limit_stops_everything_and_retry_after_is_kept(world: World) -> None:
    book = Book()
    source = world.source(book)
    _run(source, world, _has(book, "ES", Interval.MIN_5))
    world.host.fail("429", retry_after="600")
    _run(source, world, lambda: source.health(world.at)[0].error_kind is K.RATE_LIMITED)
    (health,) = source.health(world.at)
    assert health.waits_until is not None
    assert health.waits_until - world.at >= timedelta(seconds=598)
    assert "pause" in health.last_error
    waiting = book.error("AAPL", Interval.DAY_1)
    assert waiting is not None
    assert (waiting.kind, waiting.subject, waiting.retry_at) == (K.RATE_LIMITED, "AAPL", health.waits_until)
    arrived = len(world.requests)
    world.host.heal()
    while world.at < health.waits_until:
        world.at += timedelta(seconds=max(0.01, source.step(world.at)))
    assert len(world.requests) == arrived, "nothing was asked in the pause"
    _run(source, world, _has(book, "AAPL", Interval.DAY_1))
    assert source.health(world.at)[0].error_kind is None


def test_a_429_that_yfinance_got_over_still_earns_a_pause(world: World) -> None:
    book = Book()
    source = world.source(book)
    _run(source, world, _has(book, "SPX", Interval.DAY_1))
    world.host.fail("429", times=1, retry_after="90")
    source.step(world.at)
    waits_until = source.health(world.at)[0].waits_until
    assert waits_until is not None
    assert waits_until - world.at >= timedelta(seconds=90)
    assert book.error("VIX", Interval.DAY_1) is None


def test_budget_of_the_hour_is_kept(world: World) -> None:
    source = world.source(Book())
    source.step(world.at)
    used = source.budget.view(world.at).used
    assert used == len(world.requests)
    source.budget.spend(world.at, PER_HOUR - used - 5)
    arrived = len(world.requests)
    assert source.step(world.at) > 1
    assert len(world.requests) == arrived
    (health,) = source.health(world.at)
    assert (health.requests_used, health.requests_allowed) == (PER_HOUR - 5, PER_HOUR)
    assert health.waits_until is not None, "five are left, and one call may take eight"
    assert health.waits_until - world.at > timedelta(minutes=59)
    world.at += timedelta(hours=1, seconds=1)
    source.step(world.at)
    assert len(world.requests) > arrived
    assert source.health(world.at)[0].waits_until is None


def test_refusal_of_one_symbol_is_not_yet_one_of_the_host(world: World) -> None:
    book = Book()
    source = world.source(book)
    world.host.fail("403", "^GSPC")
    _run(source, world, _has(book, "ES", Interval.MIN_5))
    error = book.error("SPX", Interval.DAY_1)
    assert error is not None
    assert error.kind is K.REFUSED
    assert source.health(world.at)[0].waits_until is None
    world.host.fail("403")
    _run(source, world, lambda: source.health(world.at)[0].waits_until)
    waits_until = source.health(world.at)[0].waits_until
    assert waits_until is not None
    assert waits_until - world.at > timedelta(minutes=14)


def test_bad_data_of_one_symbol_delays_no_other(world: World) -> None:
    book = Book()
    source = world.source(book)
    world.host.fail("truncated", "^GSPC")
    begun = world.at
    _run(source, world, _has(book, "AAPL", Interval.DAY_1))
    assert world.at - begun < timedelta(seconds=60)
    with pytest.raises(FeedError) as caught:
        book.bars("SPX", Interval.DAY_1, None)
    assert caught.value.kind is K.BAD_DATA
    world.host.heal()
    _run(source, world, _has(book, "SPX", Interval.DAY_1))


def test_unknown_symbol_is_told_and_asked_for_again_after_a_day(world: World) -> None:
    book = Book()
    source = world.source(book)
    world.host.prices.unknown = frozenset(("AAPL",))  # type: ignore[attr-defined]
    _run(source, world, lambda: book.error("AAPL", Interval.DAY_1) is not None)
    error = book.error("AAPL", Interval.DAY_1)
    assert error is not None
    assert error.kind is K.UNSUPPORTED
    assert error.retry_at is not None
    assert error.retry_at - world.at >= timedelta(hours=23)
    _run(source, world, _has(book, "QQQ", Interval.HOUR_1))
    assert source.health(world.at)[0].error_kind is None, "it is no fault of Yahoo"


def test_empty_while_closed_is_an_answer(world: World) -> None:
    world.at = WEEKEND
    book = Book()
    source = world.source(book)
    world.host.fail("empty", "^GSPC")
    _run(source, world, lambda: book.error("SPX", Interval.MIN_5) is not None)
    error = book.error("SPX", Interval.MIN_5)
    assert error is not None
    assert error.kind is K.EMPTY
    assert source.health(world.at)[0].error_kind is None
    assert source.health(world.at)[0].waits_until is None


def test_weekend_is_quiet(world: World) -> None:
    world.at = WEEKEND
    source = world.source(Book())
    for _ in range(2_000):
        before = len(world.requests)
        world.at += timedelta(seconds=max(0.01, source.step(world.at)))
        if len(world.requests) == before and source.health(world.at)[0].next_refresh != world.at:
            break
    arrived, at = len(world.requests), world.at
    while world.at < at + timedelta(hours=6):
        world.at += timedelta(seconds=max(1.0, source.step(world.at)))
    assert len(world.requests) == arrived
    (health,) = source.health(world.at)
    assert health.state is Freshness.CLOSED
    assert health.last_error == ""
    opens = datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert health.next_refresh is not None
    assert timedelta() < health.next_refresh - opens < timedelta(minutes=1)


def test_state_follows_the_prices_on_screen(world: World) -> None:
    book = Book()
    source = world.source(book, Refresh(quotes_s=300, others_s=900))
    assert source.health(world.at)[0].state is Freshness.MISSING
    _run(source, world, _has(book, "RSP", Interval.MIN_5))
    assert source.health(world.at)[0].state is Freshness.LIVE
    world.host.fail("stale")
    frozen = world.at
    _run(source, world, lambda: world.at > frozen + timedelta(minutes=90))
    assert source.health(world.at)[0].state is Freshness.STALE, "answers alone do not make it fresh"
    world.host.heal()
    _run(source, world, lambda: source.health(world.at)[0].state is Freshness.LIVE)
    newest = source.health(world.at)[0].newest
    assert newest is not None
    assert world.at - newest < timedelta(minutes=10)


def test_holes_are_kept_for_the_panel_and_end_when_they_are_filled(world: World) -> None:
    book = Book()
    source = world.source(book)
    world.host.fail("hole", "^GSPC")
    _run(source, world, _has(book, "SPX", Interval.DAY_1))
    (hole,) = source.holes()["SPX", Interval.DAY_1]
    assert hole.bars == 3
    assert source.health(world.at)[0].last_error == "", "three years ago is no news"
    source.woke()
    _run(source, world, lambda: len(source.holes()["SPX", Interval.DAY_1]) == 2)
    assert "SPX lacks a daily bar before 2026-11" in source.health(world.at)[0].last_error
    assert source.health(world.at)[0].error_kind is None
    world.host.heal()
    source.woke()
    _run(source, world, lambda: source.health(world.at)[0].last_error == "")
    assert source.holes()["SPX", Interval.DAY_1] == (hole,)


def test_an_older_copy_does_not_open_a_closed_bar_again(world: World) -> None:
    book = Book()
    source = world.source(book)
    _run(source, world, _has(book, "SPX", Interval.MIN_5))
    world.host.fail("stale")  # remembers how things stand now
    fault = world.host._faults[None]
    world.host.heal()
    then = world.at
    _run(source, world, lambda: world.at > then + timedelta(minutes=12))
    held = book.bars("SPX", Interval.MIN_5, None).closed
    world.host._faults[None] = fault
    asked = world.host.asked
    source.woke()
    _run(source, world, lambda: world.host.asked > asked + 20)
    answer = book.bars("SPX", Interval.MIN_5, None)
    assert answer.closed.close.tolist()[: len(held)] == held.close.tolist()
    assert not len(answer.forming) or answer.forming.time[0] > answer.closed.time[-1]


def test_fed_funds_months_are_served_and_roll(world: World) -> None:
    source = world.source(Book())
    assert source.instruments(OPEN)["ZQX26"] == (Interval.HOUR_1, Interval.DAY_1)
    december = source.instruments(datetime(2026, 12, 2, tzinfo=UTC))
    assert "ZQX26" not in december
    assert "ZQZ26" in december
    assert source.series() == ()
    assert source.advisories(OPEN) == ()


# ---------------------------------------------------------------------------------------------------- the thread


def _wait_until(true: Callable[[], object], within_s: float = 10.0) -> None:
    ended = time.monotonic() + within_s
    pause = threading.Event()
    while not true():
        assert time.monotonic() < ended, "it did not come to that"
        pause.wait(0.005)


def test_thread_fills_the_book_wakes_and_ends(world: World) -> None:
    book = Book()
    source = world.source(book)
    source.start()
    source.start()
    _wait_until(_has(book, "VIX", Interval.DAY_1))
    assert sum(thread.name == "yahoo" for thread in threading.enumerate()) == 1
    asked = sum(symbol == "^GSPC" for symbol, _, _ in tuple(world.host.charts))
    source.woke()
    _wait_until(lambda: sum(symbol == "^GSPC" for symbol, _, _ in tuple(world.host.charts)) > asked)
    source.stop()
    source.stop()
    assert not any(thread.name == "yahoo" for thread in threading.enumerate())
    arrived = len(world.requests)
    assert label_date(int(book.bars("SPX", Interval.DAY_1, None).closed.time[-1])) == OPEN.date() - timedelta(days=1)
    assert len(world.requests) == arrived


def test_stop_does_not_wait_for_the_requests_that_yfinance_would_still_make(world: World) -> None:
    book = Book()
    source = world.source(book)
    fault = world.host.fail("slow")
    source.start()
    _wait_until(lambda: world.host.asked > 0)
    stopping = threading.Thread(target=source.stop)
    stopping.start()
    _wait_until(source._stop.is_set)
    fault.release.set()
    stopping.join(10)
    assert not stopping.is_alive()
    assert world.host.asked == 1


def test_stop_before_start_is_harmless(world: World) -> None:
    world.source(Book()).stop()


def test_a_mistake_of_ours_is_told_once_and_the_thread_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    book = Book()
    source = world.source(book)
    asks = source.client.bars

    def mistaken(name: str, *args: object) -> object:
        if name == "SPX":
            raise ZeroDivisionError("ours")
        return asks(name, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(source.client, "bars", mistaken)
    with caplog.at_level(logging.ERROR):
        source.start()
        _wait_until(_has(book, "QQQ", Interval.DAY_1))
        source.stop()
    assert len([record for record in caplog.records if "mistake" in record.message]) == 1
