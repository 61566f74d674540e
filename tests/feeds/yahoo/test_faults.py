"""Each way in which Yahoo fails, through the unmodified yfinance: what it is called, what it costs, what is left."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from barograph.feeds.book import Book
from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.yahoo.client import YahooBars, YahooClient
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval
from tests.feeds.yahoo.world import OPEN, World, fault_of

K = FeedErrorKind
SINCE = OPEN - timedelta(minutes=95)
WHOLE = [
    ("429", K.RATE_LIMITED, 7, "pause"),
    ("401", K.REFUSED, 16, "refuses"),
    ("403", K.REFUSED, 7, "refuses"),
    ("404", K.BAD_DATA, 7, "web page"),
    ("500", K.UNREACHABLE, 7, "500"),
    ("502", K.UNREACHABLE, 7, "502"),
    ("right_back", K.UNREACHABLE, 3, "maintenance"),
    ("page", K.BAD_DATA, 3, "web page"),
    ("null_chart", K.BAD_DATA, 3, "cannot be read"),
    ("not_json", K.BAD_DATA, 3, "cannot be read"),
    ("truncated", K.BAD_DATA, 3, "cannot be read"),
    ("empty_body", K.BAD_DATA, 3, "cannot be read"),
    ("bomb", K.BAD_DATA, 3, "far more"),
    ("all_impossible", K.BAD_DATA, 3, "impossible"),
    ("no_currency", K.BAD_DATA, 3, "cannot be read"),
    ("no_trading_periods", K.BAD_DATA, 3, "cannot be read"),
    ("another_symbol", K.BAD_DATA, 3, "another symbol"),
    ("drop", K.UNREACHABLE, 3, "cannot be reached"),
    ("cut", K.UNREACHABLE, 3, "cannot be reached"),
    ("slow", K.UNREACHABLE, 3, "in time"),
    ("empty", K.EMPTY, 3, "no bars"),
    ("all_null", K.EMPTY, 3, "no bars"),
]
"""Fault, kind, most HTTP requests of one call, a word of the sentence."""


def _ask(client: YahooClient) -> YahooBars:
    return client.bars("SPX", Interval.MIN_5, SINCE, OPEN)


def _same(one: YahooBars, other: YahooBars) -> bool:
    columns = ("time", "open", "high", "low", "close", "volume")
    return all(
        np.array_equal(getattr(one.closed, name), getattr(other.closed, name), equal_nan=True) for name in columns
    )


@pytest.mark.parametrize(("name", "kind", "most", "word"), WHOLE)
def test_fault_is_told_apart_counted_and_over_when_it_is_over(
    world: World, name: str, kind: FeedErrorKind, most: int, word: str
) -> None:
    if name == "slow":
        _ask(world.client())  # the server gets ready
        world.timeout_s = 0.2
    client = world.client()
    before = _ask(client)
    arrived, spent = len(world.requests), world.budget.view(OPEN).used
    world.host.fail(name)
    error = fault_of(lambda: _ask(client))
    assert (error.kind, error.source, error.subject) == (kind, "Yahoo", "SPX")
    assert word in error.message
    counted, came = world.budget.view(OPEN).used - spent, len(world.requests) - arrived
    assert 1 <= counted <= most
    assert came - counted in ((0, 1) if name == "drop" else (0,)), "curl may send one again that was dropped"
    world.host.heal()
    assert _same(_ask(client), before)


@pytest.mark.parametrize("name", ["429", "401", "500", "403"])
def test_fault_that_strikes_once_is_got_over_within_the_call(world: World, name: str) -> None:
    client = world.client()
    before = _ask(client)
    world.host.fail(name, times=1)
    assert _same(_ask(client), before)
    assert client.limited is (name == "429"), "a pause is asked for although bars came"


def test_a_symbol_in_small_letters_is_the_one_that_was_asked_for(world: World) -> None:
    client = world.client()
    before = _ask(client)
    world.host.fail("small_letters")
    assert _same(_ask(client), before)


@pytest.mark.parametrize("name", ["429_crumb", "cookie_host_dead"])
def test_bars_come_without_crumb_and_without_cookie(world: World, name: str) -> None:
    world.host.fail(name)
    assert len(_ask(world.client()).closed) == 27


def test_a_dead_cookie_host_is_not_asked_again_at_every_poll(world: World) -> None:
    world.host.fail("cookie_host_dead")
    client = world.client()
    _ask(client)
    arrived = len(world.requests)
    _ask(client)
    assert len(world.requests) - arrived == 1


@pytest.mark.parametrize("first", [True, False])
def test_unknown_symbol(world: World, *, first: bool) -> None:
    client = world.client(("GONE",))
    if not first:
        _ask(client)
    world.host.prices.unknown = frozenset(("GONE",))  # type: ignore[attr-defined]
    error = fault_of(lambda: client.bars("GONE", Interval.DAY_1, None, OPEN))
    assert error.kind is K.UNSUPPORTED
    assert "does not know GONE" in error.message
    assert world.budget.view(OPEN).used == len(world.requests) <= 26


def test_instrument_without_a_symbol_costs_nothing(world: World) -> None:
    for name in ("US2Y", "BTC", "../etc", "US0378331005"):
        assert fault_of(lambda name=name: world.client().bars(name, Interval.DAY_1, None, OPEN)).kind is K.UNSUPPORTED  # type: ignore[misc]
    assert not world.requests


def test_range_that_yahoo_does_not_serve(world: World) -> None:
    long_ago = OPEN - timedelta(days=70)
    client = world.client()
    error = fault_of(lambda: client.history("SPX", Interval.MIN_5, long_ago, OPEN, OPEN))
    assert error.kind is K.UNSUPPORTED
    assert "that far back" in error.message


def test_range_in_which_nothing_traded(world: World) -> None:
    saturday = OPEN - timedelta(days=4)
    error = fault_of(
        lambda: world.client().history("SPX", Interval.DAY_1, saturday, saturday + timedelta(hours=20), OPEN)
    )
    assert error.kind is K.EMPTY


def test_retry_after_is_heard_as_seconds_and_as_a_date(world: World) -> None:
    client = world.client()
    _ask(client)
    world.host.fail("429", retry_after="120")
    fault_of(lambda: _ask(client))
    assert client.retry_after_s == 120
    world.host.fail("429", retry_after="Wed, 18 Nov 2026 17:08:27 GMT")
    fault_of(lambda: _ask(client))
    assert client.retry_after_s == 300
    for nonsense in ("-5", "nan", "soon", "Tue, 99 Nov 2026"):
        world.host.fail("429", retry_after=nonsense)
        fault_of(lambda: _ask(client))
        assert client.retry_after_s is None
    world.host.heal()
    _ask(client)
    assert client.retry_after_s is None


def test_a_visitor_that_is_refused_becomes_a_new_one_once_an_hour(world: World) -> None:
    client = world.client()
    before = _ask(client)
    crumbs = world.host.crumbs
    world.host.fail("401", times=2)
    assert _same(_ask(client), before), "the third try, as a new visitor, went well"
    assert world.host.crumbs > crumbs
    arrived = len(world.requests)
    world.host.fail("401")
    assert fault_of(lambda: _ask(client)).kind is K.REFUSED
    assert len(world.requests) - arrived <= 8, "no second change of visitor in the same hour"
    world.at = OPEN + timedelta(hours=1)
    world.host.fail("401", times=2)
    assert len(client.bars("SPX", Interval.MIN_5, SINCE, world.at).closed)


def test_nothing_is_remembered_of_a_failed_answer_about_the_past(world: World) -> None:
    """What yfinance keeps: the last 64 answers about ranges that are over, failed ones too, until its process ends."""
    client = world.client()
    start, end = OPEN - timedelta(days=20), OPEN - timedelta(days=10)
    world.host.fail("500", times=2)
    assert fault_of(lambda: client.history("SPX", Interval.MIN_5, start, end, OPEN)).kind is K.UNREACHABLE
    assert len(client.history("SPX", Interval.MIN_5, start, end, OPEN).closed) == 503
    assert len(client.history("SPX", Interval.MIN_5, start, end, OPEN).closed) == 503


def test_nothing_about_another_symbol_is_taken_in(world: World) -> None:
    book = Book()
    source = world.source(book)
    world.host.fail("another_symbol", "^GSPC")
    _run(source, world, lambda: book.answered_at("AAPL", Interval.DAY_1))
    error = book.error("SPX", Interval.DAY_1)
    assert error is not None
    assert error.kind is K.BAD_DATA
    assert not len(book.closed("SPX", Interval.DAY_1, "Yahoo"))
    world.host.heal()
    _run(source, world, lambda: book.answered_at("SPX", Interval.DAY_1))
    assert len(book.closed("SPX", Interval.DAY_1, "Yahoo")) > 1_250


def test_book_keeps_the_last_good_bars_through_every_fault(world: World) -> None:
    """What the desk sees: the bars from before with their age, the fault beside them, and new bars afterwards."""
    book = Book()
    source = world.source(book)
    _run(source, world, lambda: book.error("SPX", Interval.MIN_5) is None and book.answered_at("SPX", Interval.MIN_5))
    held = book.bars("SPX", Interval.MIN_5, None)
    for name in ("429", "403", "page", "truncated", "another_symbol", "drop", "all_impossible"):
        world.host.fail(name)
        _run(source, world, lambda: book.error("SPX", Interval.MIN_5) is not None)
        answer = book.bars("SPX", Interval.MIN_5, None)
        assert np.array_equal(answer.closed.close, held.closed.close), name
        assert answer.as_of == held.as_of
        world.host.heal()
        _run(source, world, lambda: book.error("SPX", Interval.MIN_5) is None)
        held = book.bars("SPX", Interval.MIN_5, None)
        assert held.as_of is not None
        assert world.at - held.as_of < timedelta(minutes=17), "fresh again, as far as the vendor's delay lets it"


def _run(source: object, world: World, until: object) -> None:
    for _ in range(5_000):
        if until():  # type: ignore[operator]
            return
        world.at += timedelta(seconds=max(1.0, source.step(world.at)))  # type: ignore[attr-defined]
    raise AssertionError("it did not come to that")


def test_what_is_not_a_fault_of_yahoo_is_mended(world: World) -> None:
    """Damaged files of yfinance's are deleted once, and the request goes well."""
    client = world.client()
    expected = _ask(client)
    client.close()
    for file in world.folder.iterdir():
        file.write_bytes(b"not a database at all" * 100)
    assert _same(_ask(world.client()), expected)
    assert (world.folder / "tkr-tz.db").read_bytes().startswith(b"SQLite format 3")


def test_no_folder_is_no_hindrance(world: World) -> None:
    world.folder.write_text("in the way")
    assert len(_ask(world.client()).closed) == 27


def test_files_that_get_damaged_again_and_again_are_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import peewee
    from yfinance import cache

    def damaged(*_: object) -> None:
        raise peewee.OperationalError("disk I/O error")

    client = world.client()
    monkeypatch.setattr(cache._TzCache, "lookup", damaged)
    error = fault_of(lambda: _ask(client))
    assert "cache folder" in error.message
    assert error.kind is K.BAD_DATA
    monkeypatch.undo()
    assert len(_ask(client).closed) == 27


def test_time_zones_are_kept_between_starts(world: World) -> None:
    client = world.client()
    _ask(client)
    client.close()
    arrived = world.host.asked
    _ask(world.client())
    assert world.host.asked - arrived == 1, "the time zone is not asked for again"


def test_stale_yahoo_shows_an_unfinished_bar_as_unfinished(world: World) -> None:
    client = world.client()
    before = _ask(client)
    world.host.fail("stale")
    world.at = OPEN + timedelta(hours=3)
    frozen = client.bars("SPX", Interval.MIN_5, SINCE, world.at)
    assert _same(frozen, before)
    assert frozen.forming.time.tolist() == before.forming.time.tolist()
    assert frozen.as_of == before.as_of
    world.host.heal()
    later = client.bars("SPX", Interval.MIN_5, SINCE, world.at)
    row = int(np.searchsorted(later.closed.time, frozen.forming.time[0]))
    assert later.closed.close[row] != frozen.forming.close[0], "it was unfinished indeed"
    assert from_ns(int(later.closed.time[-1])) > OPEN
