"""The book: what sources write is what the engine reads, what is new is told once, and a recording restores it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.feeds.book import BarsPiece, Book, Recording
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.market.bars import BarError, Bars
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage, Fixings, Funding, Liquidations, OpenInterest
from tests.feeds.tables import (
    Row,
    bars_of,
    fixings_of,
    rows_of,
    some_bars,
    some_fixings,
    some_funding,
    some_liquidations,
)

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
BAR: Row = (1, 5.0, 6.0, 5.0, 5.5, 3.0)
DAY = Interval.DAY_1


def piece(closed: Bars, source: str = "yahoo") -> BarsPiece:
    return BarsPiece("SPY", DAY, source, closed)


def restored(*recordings: Recording) -> Book:
    """A book that was given recordings from a store, oldest first."""
    book = Book()
    for recording in recordings:
        for bars in recording.bars:
            book.put_bars(bars, record=False)
        for series, source, fixings in recording.fixings:
            book.put_fixings(series, source, fixings, record=False)
    return book


# ----------------------------------------------------------------------------------------------- what is written


@given(st.lists(st.tuples(some_bars(), st.booleans()), max_size=6))
def test_what_is_new_is_told_once_and_a_recording_restores_the_same_bars(pieces: list[tuple[Bars, bool]]) -> None:
    book, told = Book(), []
    model: dict[float | None, Row] = {}
    pending: dict[float | None, Row] = {}
    for bars, take in pieces:
        new = [row for row in rows_of(bars) if model.get(row[0]) != row]
        book.put_bars(piece(bars))
        model.update({row[0]: row for row in new})
        pending.update({row[0]: row for row in new})
        if take:
            recording = book.take_new()
            told.append(recording)
            taken = [row for part in recording.bars for row in rows_of(part.closed)]
            assert taken == [pending[time] for time in sorted(pending, key=lambda time: time or 0)]
            pending = {}
            assert not book.take_new()
    told.append(book.take_new())
    expected = [model[time] for time in sorted(model, key=lambda time: time or 0)]
    if pieces:
        assert rows_of(book.bars("SPY", DAY, None).closed) == expected
    if expected:
        again = restored(*told)
        assert rows_of(again.bars("SPY", DAY, None).closed) == expected
        assert not again.take_new()  # what comes from the store is not recorded again


@given(st.lists(st.tuples(st.sampled_from(["FRED", "US Treasury"]), some_fixings()), max_size=6))
def test_a_recording_restores_the_same_fixings(pieces: list[tuple[str, Fixings]]) -> None:
    book = Book()
    for source, fixings in pieces:
        book.put_fixings("DGS10", source, fixings)
    recording = book.take_new()
    if any(len(fixings) for _, fixings in pieces):
        again = restored(recording)
        assert [again.fixings("DGS10")[0], rows_of(again.fixings("DGS10")[1])] == [
            book.fixings("DGS10")[0],
            rows_of(book.fixings("DGS10")[1]),
        ]
        assert not again.take_new()


@given(st.lists(some_funding(), max_size=4), st.lists(some_liquidations(), max_size=4))
def test_settlements_are_recorded_once_and_forced_orders_each(
    settlements: list[Funding], orders: list[Liquidations]
) -> None:
    book = Book()
    for settled in settlements:
        book.put_funding("BTC", settled)
    for liquidated in orders:
        book.put_liquidations("BTC", liquidated)
    recording = book.take_new()
    recorded = sorted(row for _, part in recording.funding for row in rows_of(part))
    assert recorded == sorted(row for part in book.funding("BTC").values() for row in rows_of(part))
    heard = sorted(row for _, part in recording.liquidations for row in rows_of(part))
    assert heard == sorted(row for part in orders for row in rows_of(part))
    assert heard == sorted(row for part in book.liquidations("BTC").values() for row in rows_of(part))


def test_a_source_that_brings_nothing_new_is_not_named_as_the_source_of_a_series() -> None:
    book = Book()
    book.put_fixings("DGS10", "FRED", fixings_of([(1, 4.1, 9)]))
    book.put_fixings("DGS10", "US Treasury", fixings_of([(1, 4.1, 50)]))
    source, fixings = book.fixings("DGS10")
    assert (source, rows_of(fixings)) == ("FRED", [(1, 4.1, 9)])
    book.put_fixings("DGS10", "US Treasury", fixings_of([(2, 4.2, 50)]))
    assert book.fixings("DGS10")[0] == "US Treasury"


def test_bars_that_break_the_contract_are_refused_whole() -> None:
    book = Book()
    book.put_bars(piece(bars_of([BAR])))
    book.take_new()
    backward = bars_of([(3, *BAR[1:]), (2, *BAR[1:])])
    with pytest.raises(BarError):
        book.put_bars(piece(backward))
    with pytest.raises(BarError):
        book.put_bars(BarsPiece("SPY", DAY, "yahoo", bars_of([(4, *BAR[1:])]), bars_of([(5, 5.0, 4.0, 6.0, 5.0, 1.0)])))
    assert rows_of(book.bars("SPY", DAY, None).closed) == [BAR]
    assert not book.take_new()


def test_what_was_handed_out_does_not_change_afterwards() -> None:
    book = Book()
    book.put_bars(piece(bars_of([BAR, (2, *BAR[1:])])))
    before = book.bars("SPY", DAY, None).closed
    book.put_bars(piece(bars_of([(1, 5.0, 6.0, 5.0, 5.9, 3.0)])))
    assert rows_of(before) == [BAR, (2, *BAR[1:])]
    assert rows_of(book.bars("SPY", DAY, None).closed)[0] == (1, 5.0, 6.0, 5.0, 5.9, 3.0)


# ----------------------------------------------------------------------------------------------- what is read


def test_one_source_at_a_time_serves_and_its_bars_are_never_mixed_with_anothers() -> None:
    book = Book()
    book.put_bars(piece(bars_of([BAR]), "binanceusdm"))
    book.put_bars(piece(bars_of([(2, *BAR[1:])]), "okx"))
    assert (book.serving("SPY"), book.bars("SPY", DAY, None).source) == ("binanceusdm", "binanceusdm")
    book.serve("SPY", "okx")
    assert rows_of(book.bars("SPY", DAY, None).closed) == [(2, *BAR[1:])]
    assert book.held_until("SPY", DAY, "binanceusdm") == 1
    assert book.held_until("SPY", DAY, "bybit") is None


def test_only_what_is_later_is_answered_beside_the_forming_bar() -> None:
    book = Book()
    forming = bars_of([(3, *BAR[1:])])
    book.put_bars(BarsPiece("SPY", DAY, "yahoo", bars_of([BAR, (2, *BAR[1:])]), forming, NOW, 900.0))
    answer = book.bars("SPY", DAY, 1)
    assert [row[0] for row in rows_of(answer.closed)] == [2]
    assert rows_of(answer.forming) == rows_of(forming)
    assert (answer.as_of, answer.delay_s, book.newest("yahoo")) == (NOW, 900.0, NOW)
    book.put_bars(piece(Bars.empty()))
    assert not len(book.bars("SPY", DAY, 1).forming)
    assert book.newest("yahoo") == NOW  # it was told once and is not taken back


def test_what_was_never_heard_of_is_an_error_with_the_fault_that_was_met() -> None:
    book = Book()
    with pytest.raises(FeedError, match="DGS10 has not been heard of yet") as empty:
        book.fixings("DGS10")
    assert empty.value.kind is FeedErrorKind.EMPTY
    fault = FeedError(FeedErrorKind.REFUSED, "FRED", "DGS10", "FRED refuses")
    book.failed("DGS10", None, fault)
    book.failed("SPY", DAY, fault)
    for read in (lambda: book.fixings("DGS10"), lambda: book.bars("SPY", DAY, None)):
        with pytest.raises(FeedError) as raised:
            read()
        assert raised.value is fault
    book.answered("DGS10", None, NOW)
    assert (book.error("DGS10", None), book.answered_at("DGS10", None)) == (None, NOW)


def test_a_fault_leaves_what_is_held() -> None:
    book = Book()
    book.put_fixings("DGS10", "FRED", fixings_of([(1, 4.1, 9)]))
    fault = FeedError(FeedErrorKind.UNREACHABLE, "FRED", "DGS10", "FRED does not answer")
    book.failed("DGS10", None, fault)
    assert rows_of(book.fixings("DGS10")[1]) == [(1, 4.1, 9)]
    assert book.error("DGS10", None) is fault


def test_a_stream_that_was_heard_says_so_even_when_it_brought_nothing() -> None:
    book = Book()
    book.heard_liquidations("BTC", "bybit", Coverage.ALL, NOW, NOW + timedelta(minutes=1))
    (heard,) = book.liquidations("BTC").values()
    assert (len(heard), heard.coverage, heard.since_ns) == (0, Coverage.ALL, to_ns(NOW))
    book.put_liquidations("BTC", Liquidations.of([7], [-1], [1.0], [1.0], [1.0], "bybit"))
    (heard,) = book.liquidations("BTC").values()
    assert (len(heard), heard.coverage, heard.until_ns) == (1, Coverage.ALL, to_ns(NOW + timedelta(minutes=1)))


def test_forced_orders_that_were_let_go_are_not_heard_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sum over the hour of a crash of which a half is gone would be half the truth."""
    monkeypatch.setattr("barograph.feeds.book.KEPT_FORCED_ORDERS", 4)
    book, begun = Book(), to_ns(NOW)
    for second in range(6):
        at = begun + second * 10**9
        book.put_liquidations("BTC", Liquidations.of([at], [1], [1.0], [1.0], [1.0], "bybit"))
        book.heard_liquidations("BTC", "bybit", Coverage.ALL, NOW, NOW + timedelta(seconds=second))
        (heard,) = book.liquidations("BTC").values()
        assert (len(heard), heard.since_ns) == (
            (second + 1, begun) if second < 3 else (4, begun + (second - 3) * 10**9 + 1)
        )


def test_open_interest_of_long_ago_is_held_by_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Months of a reading a minute fit, and a restart shows no other past."""
    monkeypatch.setattr("barograph.feeds.book.KEPT_ROWS", 1_500)
    minute, book = 60 * 10**9, Book()
    monkeypatch.setattr("barograph.feeds.book._WHOLE_NS", 600 * minute)
    start = to_ns(NOW)
    for n in range(0, 20_000, 100):
        times = [start + (n + k) * minute for k in range(100)]
        book.put_open_interest("BTC", OpenInterest.of(times, [float(n + k) for k in range(100)], [np.nan] * 100, "okx"))
    held = book.open_interest("BTC")["okx"]
    assert held.time[0] == start + 59 * minute
    assert np.diff(held.time).max() == 60 * minute
    assert held.time[-600:].tolist() == [start + n * minute for n in range(19_400, 20_000)]
    assert (held.coin == (held.time - start) / minute).all()


def test_each_venue_is_told_apart() -> None:
    book = Book()
    for venue in ("bybit", "okx"):
        book.put_open_interest("BTC", OpenInterest.of([1], [2.0], [np.nan], venue))
    assert set(book.open_interest("BTC")) == {"bybit", "okx"}
    assert book.open_interest("ETH") == {}
    assert [name for name, _ in book.take_new().open_interest] == ["BTC", "BTC"]


def test_many_threads_write_while_one_takes_and_nothing_is_lost_or_told_twice() -> None:
    book, done, taken = Book(), threading.Event(), []

    def write(worker: int) -> None:
        for number in range(100):
            book.put_funding("BTC", Funding.of([number], [0.1], [8.0], f"venue{worker}"))
            book.put_bars(BarsPiece(f"S{worker}", DAY, "yahoo", bars_of([(number, *BAR[1:])])))

    def take() -> None:
        while not done.is_set():
            taken.append(book.take_new())
        taken.append(book.take_new())

    reader = threading.Thread(target=take)
    writers = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    settled = [(rows.source, row[0]) for told in taken for _, rows in told.funding for row in rows_of(rows)]
    closed = [(part.instrument, row[0]) for told in taken for part in told.bars for row in rows_of(part.closed)]
    assert len(settled) == len(set(settled)) == 400
    assert len(closed) == len(set(closed)) == 400
