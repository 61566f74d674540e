"""What the live feed hears comes back out of the store as it was heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from barograph.engine.recordings import restore_book, save_recording
from barograph.feeds.book import KEPT_ROWS, BarsPiece, Book, Recording
from barograph.market.bars import Bars
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Coverage, Fixings, Funding, Liquidations, OpenInterest
from barograph.store.connection import Store, open_store
from tests.engine.desks import change
from tests.engine.hand_made import bars

NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
NOW_NS = to_ns(NOW)
TODAY = label_ns(NOW.date())
LIVE = "live"
MINUTE_NS = 60 * 10**9
DAILY, SHORT = Interval.DAY_1, Interval.MIN_5


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path, NOW)
    yield store
    store.close()


def run_of(count: int, step_ns: int, price: float, end_ns: int = TODAY) -> Bars:
    """`count` bars that end before `end_ns`."""
    return bars(end_ns - step_ns * np.arange(count, 0, -1, dtype=np.int64), price + np.arange(count) / 7)


def restored(store: Store) -> Book:
    book = Book()
    restore_book(store, LIVE, book, NOW)
    return book


def columns(rows: Bars | Fixings | Funding | OpenInterest | Liquidations) -> dict[str, object]:
    """Rows as values that compare, numbers as text: NaN is like NaN then."""
    values = {each.name: getattr(rows, each.name) for each in fields(rows)}
    return {n: [*map(str, value.tolist())] if isinstance(value, np.ndarray) else value for n, value in values.items()}


def heard() -> Book:
    """A book in which something of every kind was heard."""
    book = Book()
    book.put_bars(BarsPiece("BTC", DAILY, "bybit", run_of(30, DAY_NS, 500.0)))
    book.put_bars(BarsPiece("BTC", DAILY, "okx", run_of(40, DAY_NS, 600.0)))
    book.put_bars(BarsPiece("BTC", SHORT, "okx", run_of(50, SHORT.ns, 600.0)))
    book.put_bars(BarsPiece("SPX", DAILY, "Yahoo", run_of(20, DAY_NS, 4_000.0)))
    days = TODAY - DAY_NS * np.arange(3, 0, -1)
    book.put_fixings("DGS10", "FRED", Fixings(days, np.array([4.1, 4.2, 4.3]), days + DAY_NS))
    book.put_fixings("DGS10", "Treasury", Fixings(days[2:], np.array([4.25]), days[2:] + 2 * DAY_NS))
    times = NOW_NS - MINUTE_NS * np.array([600, 120, 60, 1])
    book.put_funding("BTC", Funding.of(times[:2], [1e-4, -0.1 - 0.2], [8, 4], "okx"))
    book.put_open_interest("BTC", OpenInterest.of(times, [1.5, np.nan, 3, 4], [9e4, 1, np.nan, 7], "okx"))
    book.put_liquidations(
        "BTC",
        Liquidations.of(times[[1, 1, 2]], [1, -1, 1], [6e4, 6e4, np.nan], [1, 1, 2], [1, 2, 3], "okx", Coverage.ALL),
    )
    book.heard_liquidations("BTC", "okx", Coverage.ALL, NOW - timedelta(hours=3), NOW)
    book.heard_liquidations("ETH", "bybit", Coverage.SAMPLED, NOW - timedelta(hours=2), NOW)
    return book


def test_everything_comes_back(store: Store) -> None:
    book = heard()
    book.serve("BTC", "okx")
    save_recording(store, LIVE, book.take_new())
    again = restored(store)
    for name, interval in (("BTC", DAILY), ("BTC", SHORT), ("SPX", DAILY)):
        before, after = book.bars(name, interval, None), again.bars(name, interval, None)
        assert columns(after.closed) == columns(before.closed)
        assert after.source == before.source
    assert again.held_until("BTC", DAILY, "bybit") == book.held_until("BTC", DAILY, "bybit") is not None
    (source, fixings), (_, expected) = again.fixings("DGS10"), book.fixings("DGS10")
    assert (source, columns(fixings)) == ("Treasury", columns(expected))
    for kind in ("funding", "open_interest", "liquidations"):
        for instrument in ("BTC", "ETH"):
            before, after = getattr(book, kind)(instrument), getattr(again, kind)(instrument)
            assert {v: columns(rows) for v, rows in after.items()} == {v: columns(rows) for v, rows in before.items()}
    assert set(again.liquidations("ETH")) == {"bybit"}
    assert not again.take_new()


def test_the_source_that_was_written_last_serves(store: Store) -> None:
    book = heard()
    save_recording(store, LIVE, book.take_new())
    assert restored(store).serving("BTC") == book.serving("BTC") == "bybit"
    book.put_bars(BarsPiece("BTC", DAILY, "okx", run_of(1, DAY_NS, 655.0, TODAY + DAY_NS)))
    book.serve("BTC", "okx")
    save_recording(store, LIVE, book.take_new())
    assert restored(store).serving("BTC") == "okx"
    book.put_bars(BarsPiece("BTC", DAILY, "bybit", run_of(1, DAY_NS, 555.0, TODAY + DAY_NS)))
    save_recording(store, LIVE, book.take_new())
    again = restored(store)
    assert again.serving("BTC") == "bybit"
    assert len(again.bars("BTC", DAILY, None).closed) == 31
    book.put_bars(BarsPiece("BTC", SHORT, "okx", run_of(1, SHORT.ns, 655.0, NOW_NS)))
    save_recording(store, LIVE, book.take_new())
    assert restored(store).serving("BTC") == "okx"


def test_another_feeds_records_stay_its_own(store: Store) -> None:
    save_recording(store, "live:other", heard().take_new())
    again = restored(store)
    assert again.serving("BTC") == ""
    assert (again.funding("BTC"), again.open_interest("BTC"), again.liquidations("BTC")) == ({}, {}, {})


def test_all_days_come_back_and_of_shorter_bars_the_newest(store: Store) -> None:
    store.save_bars(LIVE, "BTC", DAILY, run_of(3_000, DAY_NS, 500.0), "okx")
    short = run_of(KEPT_ROWS + 500, SHORT.ns, 500.0)
    store.save_bars(LIVE, "BTC", SHORT, short, "okx")
    again = restored(store)
    assert len(again.bars("BTC", DAILY, None).closed) == 3_000
    assert columns(again.bars("BTC", SHORT, None).closed) == columns(short[500:])


def test_derivatives_come_back_as_far_as_they_are_looked_at(store: Store) -> None:
    days = np.array([401, 399, 36, 34, 1])
    times = NOW_NS - DAY_NS * days
    store.save_funding(LIVE, "BTC", Funding.of(times, days, days, "okx"))
    store.save_open_interest(LIVE, "BTC", OpenInterest.of(times, days, days, "okx"))
    store.save_liquidations(LIVE, "BTC", Liquidations.of(times, [1] * 5, days, days, days, "okx"))
    again = restored(store)
    assert again.funding("BTC")["okx"].rate.tolist() == [399, 36, 34, 1]
    assert again.open_interest("BTC")["okx"].coin.tolist() == [399, 36, 34, 1]
    assert again.liquidations("BTC")["okx"].coin.tolist() == [34, 1]


def test_a_year_of_open_interest_has_room_in_the_book(store: Store) -> None:
    """Old readings by the hour, the last week by the minute."""
    times = NOW_NS - MINUTE_NS * np.arange(20 * 1_440, 0, -1)
    store.save_open_interest(LIVE, "BTC", OpenInterest.of(times, np.arange(len(times)), times, "okx"))
    found = restored(store).open_interest("BTC")["okx"]
    week_ago = NOW_NS - 7 * DAY_NS
    old, young = found.time[found.time < week_ago], found.time[found.time >= week_ago]
    assert np.diff(young).max() == MINUTE_NS
    assert len(young) == 7 * 1_440
    hour_ns = Interval.HOUR_1.ns
    assert np.unique(old // hour_ns).size == len(old) == 13 * 24 + 1  # the first and the last hour are cut
    assert set(np.diff(old)[:-1].tolist()) == {hour_ns}


def test_a_number_that_the_disk_changed_costs_its_series_only(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save_recording(store, LIVE, heard().take_new())
    assert change(tmp_path, "UPDATE bar SET close = -1 WHERE close = 600.0") == 2  # a daily and a short one
    again = restored(store)
    assert again.serving("BTC") == "bybit"
    assert again.held_until("BTC", DAILY, "okx") is None
    assert again.held_until("BTC", DAILY, "bybit") is not None
    assert len(again.bars("SPX", DAILY, None).closed) == 20
    assert "the stored 1d bars of BTC from okx are left out: bar 0, close: -1.0" in caplog.text


def test_a_fault_half_way_leaves_nothing_of_a_recording(store: Store) -> None:
    recording = heard().take_new()
    bad = Funding.of([NOW_NS], [np.nan], [8], "okx")
    with pytest.raises(Exception, match="NOT NULL"):
        save_recording(store, LIVE, Recording(recording.bars, recording.fixings, (("BTC", bad),)))
    assert store.bar_series(LIVE) == []
    assert store.fixing_series(LIVE) == []
    assert store.perpetuals(LIVE) == []
    save_recording(store, LIVE, recording)  # nothing is remembered of what was undone
    assert restored(store).serving("BTC") == "bybit"


def test_saving_again_what_is_stored_changes_nothing(store: Store) -> None:
    book = heard()
    recording = book.take_new()
    save_recording(store, LIVE, recording)
    without_orders = Recording(recording.bars, recording.fixings, recording.funding, recording.open_interest)
    save_recording(store, LIVE, without_orders)
    again = restored(store)
    assert columns(again.bars("BTC", DAILY, None).closed) == columns(book.bars("BTC", DAILY, None).closed)
    assert columns(again.fixings("DGS10")[1]) == columns(book.fixings("DGS10")[1])
    assert columns(again.open_interest("BTC")["okx"]) == columns(book.open_interest("BTC")["okx"])
