"""Forced orders: each is a row of its own, and silence is told from not having listened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.market.observations import Coverage, Liquidations
from barograph.store.connection import Store, open_store
from barograph.store.derivatives import Perpetual
from barograph.store.liquidations import Span
from tests.store.samples import FEED, NOW

Order = tuple[int, int, float]


def orders(*rows: Order, coverage: Coverage | None = Coverage.ALL, venue: str = "okx") -> Liquidations:
    """Instant, side, coins."""
    time, side, coin = zip(*rows, strict=True) if rows else ((), (), ())
    price = np.full(len(time), 60_000.5)
    return Liquidations.of(time, side, price, coin, np.array(coin, np.float64) * price, venue, coverage)


def rows_of(found: Liquidations) -> list[Order]:
    return [*zip(found.time.tolist(), found.side.tolist(), found.coin.tolist(), strict=True)]


def test_they_come_back_in_order_with_what_is_unknown(store: Store) -> None:
    nan = float("nan")
    store.save_liquidations(FEED, "BTC", orders((9, -1, 0.1 + 0.2), (5, 1, nan)))
    found = store.load_liquidations(FEED, "BTC", "okx")
    assert (found.source, found.coverage, found.since_ns, found.until_ns) == ("okx", Coverage.ALL, None, None)
    assert found.time.tolist() == [5, 9]
    assert found.side.tolist() == [1, -1]
    assert np.array_equal(found.coin, [nan, 0.1 + 0.2], equal_nan=True)
    assert found.price.tolist() == [60_000.5] * 2
    assert np.isnan(found.usd[0])


def test_orders_that_are_alike_are_all_kept(store: Store) -> None:
    store.save_liquidations(FEED, "BTC", orders((5, 1, 2.0), (5, 1, 2.0), (5, -1, 3.0)))
    store.save_liquidations(FEED, "BTC", orders((5, 1, 2.0), (6, 1, 2.0)))
    found = rows_of(store.load_liquidations(FEED, "BTC", "okx"))
    assert found == [(5, 1, 2.0), (5, 1, 2.0), (5, -1, 3.0), (5, 1, 2.0), (6, 1, 2.0)]


def test_the_newest_within_bounds(store: Store) -> None:
    store.save_liquidations(FEED, "BTC", orders(*((time, 1, float(time)) for time in range(10))))
    load = store.load_liquidations
    assert [time for time, *_ in rows_of(load(FEED, "BTC", "okx", 3, 7))] == [3, 4, 5, 6]
    assert [time for time, *_ in rows_of(load(FEED, "BTC", "okx", 3, 7, limit=2))] == [5, 6]
    assert rows_of(load(FEED, "BTC", "okx", 10)) == []


def test_venues_instruments_and_feeds_are_kept_apart(store: Store) -> None:
    keys = [(FEED, "BTC", "okx"), (FEED, "BTC", "bybit"), (FEED, "ETH", "okx"), ("live", "BTC", "okx")]
    for number, (feed, instrument, venue) in enumerate(keys, 1):
        store.save_liquidations(feed, instrument, orders((5, 1, float(number)), venue=venue))
    for number, key in enumerate(keys, 1):
        assert rows_of(store.load_liquidations(*key)) == [(5, 1, float(number))]


@pytest.mark.parametrize("coverage", [None, *Coverage])
def test_coverage_is_that_of_the_last(store: Store, coverage: Coverage | None) -> None:
    store.save_liquidations(FEED, "BTC", orders((5, 1, 1.0), coverage=Coverage.SAMPLED))
    store.save_liquidations(FEED, "BTC", orders((6, 1, 1.0), coverage=coverage))
    assert store.load_liquidations(FEED, "BTC", "okx").coverage is coverage
    store.save_span(FEED, "BTC", "okx", Span(1, 9, Coverage.ONE_PER_SECOND))
    assert store.load_liquidations(FEED, "BTC", "okx").coverage is Coverage.ONE_PER_SECOND


def test_a_span_grows_and_a_new_one_begins_after_a_gap(store: Store) -> None:
    for since, until in ((10, 12), (10, 15), (10, 14), (20, 20), (20, 29)):
        store.save_span(FEED, "BTC", "okx", Span(since, until, Coverage.ALL))
    assert store.load_spans(FEED, "BTC", "okx") == [Span(10, 15, Coverage.ALL), Span(20, 29, Coverage.ALL)]
    found = store.load_liquidations(FEED, "BTC", "okx")
    assert (len(found), found.since_ns, found.until_ns) == (0, 20, 29)
    assert store.perpetuals(FEED) == [Perpetual("BTC", "okx")]


def test_nobody_has_listened(store: Store) -> None:
    found = store.load_liquidations(FEED, "BTC", "okx")
    assert (len(found), found.since_ns, found.coverage, found.source) == (0, None, None, "okx")
    assert store.load_spans(FEED, "BTC", "okx") == []


BATCHES = st.lists(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([1, -1]), st.floats(0, 9)), max_size=6))


@settings(max_examples=40)
@given(batches=BATCHES)
def test_none_is_lost_and_none_is_doubled(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Order]]) -> None:
    store = open_store(tmp_path_factory.mktemp("orders"), NOW)
    for batch in batches:
        store.save_liquidations(FEED, "BTC", orders(*batch))
    expected = sorted((order for batch in batches for order in batch), key=lambda order: order[0])
    assert rows_of(store.load_liquidations(FEED, "BTC", "okx")) == expected
    store.close()
