"""Bars come back as they were saved, one source at a time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from barograph.market.bars import Bars
from barograph.market.intervals import Interval
from barograph.store.connection import Store, open_store
from tests.store.samples import FEED, HOUR_NS, NOW, bars

HOURLY = Interval.HOUR_1
_NUMBERS = count()
PRICES = st.one_of(st.floats(1e-300, 1e300), st.just(np.nan))


def same(left: Bars, right: Bars) -> bool:
    """To the bit, NaN included."""
    return all(
        getattr(left, field.name).dtype == getattr(right, field.name).dtype
        and np.array_equal(getattr(left, field.name), getattr(right, field.name), equal_nan=field.name != "time")
        for field in fields(Bars)
    )


def test_bars_come_back_as_they_were(store: Store) -> None:
    saved = bars(300)
    store.save_bars(FEED, "BTC", HOURLY, saved, "Kraken")
    assert same(store.load_bars(FEED, "BTC", HOURLY), saved)
    assert store.bar_source(FEED, "BTC", HOURLY) == "Kraken"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_float_and_any_instant_come_back_to_the_bit(store: Store, data: st.DataObject) -> None:
    times = data.draw(st.lists(st.integers(-(2**62), 2**62), unique=True, max_size=20).map(sorted))
    column = arrays.arrays(np.float64, len(times), elements=PRICES)
    close = data.draw(arrays.arrays(np.float64, len(times), elements=st.floats(1e-300, 1e300)))
    saved = Bars.of(times, data.draw(column), data.draw(column), data.draw(column), close, data.draw(column))
    instrument = f"I{next(_NUMBERS)}"
    store.save_bars(FEED, instrument, HOURLY, saved, "Kraken")
    assert same(store.load_bars(FEED, instrument, HOURLY), saved)


def test_nothing_stored_and_nothing_to_save(store: Store) -> None:
    store.save_bars(FEED, "BTC", HOURLY, Bars.empty(), "Kraken")
    assert same(store.load_bars(FEED, "BTC", HOURLY), Bars.empty())
    assert store.bar_source(FEED, "BTC", HOURLY) is None
    store.save_bars(FEED, "BTC", HOURLY, bars(3), "Kraken")
    assert same(store.load_bars(FEED, "BTC", HOURLY, start_ns=10 * HOUR_NS), Bars.empty())


@pytest.mark.parametrize(
    ("start", "end", "limit", "rows"),
    [
        (None, None, None, slice(0, 10)),
        (4, None, None, slice(4, 10)),
        (None, 4, None, slice(0, 4)),
        (2, 8, None, slice(2, 8)),
        (None, None, 3, slice(7, 10)),
        (2, 8, 3, slice(5, 8)),
        (2, 8, 100, slice(2, 8)),
        (None, None, 0, slice(0, 0)),
    ],
)
def test_a_window_holds_its_start_and_not_its_end_and_the_newest_within_its_limit(
    store: Store, start: int | None, end: int | None, limit: int | None, rows: slice
) -> None:
    saved = bars(10)
    store.save_bars(FEED, "BTC", HOURLY, saved, "Kraken")
    start_ns, end_ns = (None if hour is None else hour * HOUR_NS for hour in (start, end))
    assert same(store.load_bars(FEED, "BTC", HOURLY, start_ns, end_ns, limit), saved[rows])


def test_series_are_kept_apart_by_feed_instrument_and_interval(store: Store) -> None:
    keys = [
        (FEED, "BTC", HOURLY),
        ("live", "BTC", HOURLY),
        (FEED, "ETH", HOURLY),
        (FEED, "BTC", Interval.DAY_1),
    ]
    for number, key in enumerate(keys, start=1):
        store.save_bars(*key, bars(5, price=1000.0 * number), "Kraken")
    for number, key in enumerate(keys, start=1):
        assert same(store.load_bars(*key), bars(5, price=1000.0 * number))


def test_a_bar_that_is_read_again_replaces_the_first(store: Store) -> None:
    store.save_bars(FEED, "SPX", Interval.DAY_1, bars(20), "Yahoo")
    store.save_bars(FEED, "SPX", Interval.DAY_1, bars(12, first=10, price=500.0), "Yahoo")
    loaded = store.load_bars(FEED, "SPX", Interval.DAY_1)
    assert same(loaded[:10], bars(10))
    assert same(loaded[10:], bars(12, first=10, price=500.0))


def test_a_value_that_became_unknown_replaces_the_known_one(store: Store) -> None:
    known = Bars.of([0], [1], [2], [1], [1.5], [7])
    store.save_bars(FEED, "SPX", Interval.DAY_1, known, "Yahoo")
    unknown = Bars.of([0], [np.nan], [2], [1], [1.5], [np.nan])
    store.save_bars(FEED, "SPX", Interval.DAY_1, unknown, "Yahoo")
    assert same(store.load_bars(FEED, "SPX", Interval.DAY_1), unknown)


def test_bars_that_are_read_again_and_are_the_same_write_nothing(store: Store) -> None:
    store.save_bars(FEED, "SPX", Interval.DAY_1, bars(10), "Yahoo")
    log = store.file.with_name(store.file.name + "-wal")
    before = log.stat().st_size
    store.save_bars(FEED, "SPX", Interval.DAY_1, bars(10), "Yahoo")
    assert log.stat().st_size == before
    store.save_bars(FEED, "SPX", Interval.DAY_1, bars(10, price=99.0), "Yahoo")
    assert log.stat().st_size > before


def test_two_sources_are_never_mixed(store: Store) -> None:
    store.save_bars(FEED, "BTC", HOURLY, bars(10), "Kraken")
    store.save_bars(FEED, "BTC", HOURLY, bars(4, first=8, price=700.0), "Binance")
    assert same(store.load_bars(FEED, "BTC", HOURLY), bars(4, first=8, price=700.0))
    assert same(store.load_bars(FEED, "BTC", HOURLY, source="Kraken"), bars(10))
    assert same(store.load_bars(FEED, "BTC", HOURLY, source="Bybit"), Bars.empty())
    assert store.bar_source(FEED, "BTC", HOURLY) == "Binance"
    store.save_bars(FEED, "BTC", HOURLY, bars(12), "Kraken")
    assert same(store.load_bars(FEED, "BTC", HOURLY), bars(12))
    assert store.bar_source(FEED, "BTC", HOURLY) == "Kraken"
    assert same(store.load_bars(FEED, "BTC", HOURLY, source="Binance"), bars(4, first=8, price=700.0))


def test_names_are_values_and_never_part_of_a_query(store: Store) -> None:
    name = "'; DROP TABLE bar; --\x00../"
    store.save_bars(name, name, HOURLY, bars(3), name)
    assert same(store.load_bars(name, name, HOURLY), bars(3))
    assert store.bar_source(name, name, HOURLY) == name


def test_a_bar_without_a_close_is_a_bug_and_undoes_the_whole(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.save_bars(FEED, "BTC", HOURLY, Bars.of([0, 1], [1, 1], [1, 1], [1, 1], [1, np.nan], [1, 1]), "Kraken")
    assert same(store.load_bars(FEED, "BTC", HOURLY), Bars.empty())


def test_the_table_is_kept_in_the_order_in_which_it_is_read(store: Store) -> None:
    with closing(sqlite3.connect(store.file)) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT close FROM bar "
            "WHERE series = 1 AND time_ns >= 0 AND time_ns < 9 ORDER BY time_ns DESC LIMIT 5"
        ).fetchall()
    assert [row[3] for row in plan] == ["SEARCH bar USING PRIMARY KEY (series=? AND time_ns>? AND time_ns<?)"]


# ------------------------------------------------------------------------------------------ which source serves


def serving(store: Store, feed: str = FEED) -> dict[str, str]:
    return {each.instrument: each.source for each in store.bar_series(feed) if each.serving}


def test_the_source_that_wrote_any_bars_of_an_instrument_last_serves_it(store: Store) -> None:
    store.save_bars(FEED, "BTC", HOURLY, bars(3), "Kraken")
    store.save_bars(FEED, "BTC", Interval.DAY_1, bars(3), "Binance")
    store.save_bars(FEED, "SPX", Interval.DAY_1, bars(3), "Yahoo")
    assert serving(store) == {"BTC": "Binance", "SPX": "Yahoo"}
    store.save_bars(FEED, "BTC", HOURLY, bars(1), "Kraken")
    assert serving(store) == {"BTC": "Kraken", "SPX": "Yahoo"}
    assert store.bar_source(FEED, "BTC", Interval.DAY_1) == "Binance"  # it has no others of that interval
    store.save_bars(FEED, "BTC", Interval.DAY_1, bars(3), "Kraken")
    store.save_bars(FEED, "BTC", Interval.DAY_1, bars(3), "Binance")
    store.save_bars(FEED, "BTC", HOURLY, bars(3), "Binance")
    assert [each for each in store.bar_series(FEED) if each.serving and each.instrument == "BTC"] == [
        ("BTC", Interval.DAY_1, "Binance", True),
        ("BTC", HOURLY, "Binance", True),
    ]


@settings(max_examples=40)
@given(
    writes=st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from([HOURLY, Interval.DAY_1]), st.sampled_from("xyz")), max_size=12
    ),
    restart=st.integers(0, 12),
)
def test_what_was_written_last_against_a_model(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, Interval, str]], restart: int
) -> None:
    folder = tmp_path_factory.mktemp("last")
    store = open_store(folder, NOW)
    last: dict[str, str] = {}
    of_interval: dict[tuple[str, Interval], str] = {}
    for number, (instrument, interval, source) in enumerate(writes):
        if number == restart:  # what is remembered within a run makes no difference
            store.close()
            store = open_store(folder, NOW)
        store.save_bars(FEED, instrument, interval, bars(1), source)
        last[instrument] = of_interval[instrument, interval] = source
    assert serving(store) == last
    assert {key: store.bar_source(FEED, *key) for key in of_interval} == of_interval
    store.close()


def saved_and_undone(store: Store, instrument: str) -> None:
    """Save bars in a transaction, or in a part of one, that fails."""
    with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012 - the transaction is what fails
        store.save_bars(FEED, instrument, HOURLY, bars(3), "Kraken")
        raise ZeroDivisionError


def test_what_was_undone_is_not_remembered(store: Store) -> None:
    saved_and_undone(store, "BTC")
    assert store.bar_series(FEED) == []
    store.save_bars(FEED, "BTC", HOURLY, bars(2), "Kraken")
    with store.transaction():
        saved_and_undone(store, "ETH")
        store.save_bars(FEED, "ETH", HOURLY, bars(1), "Kraken")
    assert [len(store.load_bars(FEED, name, HOURLY)) for name in ("BTC", "ETH")] == [2, 1]


def test_the_newest_bar_of_a_feed(store: Store) -> None:
    assert store.newest_bar_ns(FEED) is None
    assert store.bar_feeds() == []
    store.save_bars(FEED, "BTC", HOURLY, bars(5), "Kraken")
    store.save_bars(FEED, "ETH", HOURLY, bars(9), "Kraken")
    store.save_bars("live", "ETH", HOURLY, bars(2), "Kraken")
    assert store.newest_bar_ns(FEED) == 8 * HOUR_NS
    assert store.newest_bar_ns("live") == HOUR_NS
    assert store.bar_feeds() == [FEED, "live"]
