"""Funding and open interest of perpetuals: exact, each venue's apart, the first reading of an instant stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.market.intervals import HOUR_NS
from barograph.market.observations import Funding, OpenInterest
from barograph.store.connection import Store, open_store
from barograph.store.derivatives import Perpetual
from tests.store.samples import FEED, NOW


def funding(*rows: tuple[int, float, float], venue: str = "okx") -> Funding:
    time, rate, interval_h = zip(*rows, strict=True)
    return Funding.of(time, rate, interval_h, venue)


def open_interest(*rows: tuple[int, float, float], venue: str = "okx") -> OpenInterest:
    time, coin, usd = zip(*rows, strict=True)
    return OpenInterest.of(time, coin, usd, venue)


def rows_of(found: Funding | OpenInterest) -> list[tuple[int, float, float]]:
    numbers = (found.rate, found.interval_h) if isinstance(found, Funding) else (found.coin, found.usd)
    return [*zip(found.time.tolist(), *(column.tolist() for column in numbers), strict=True)]


def test_funding_comes_back_to_the_last_digit(store: Store) -> None:
    saved = [(5, 0.1 + 0.2, 8.0), (7, -1e-7, 0.5), (2**62, 5e-324, 1.0)]
    store.save_funding(FEED, "BTC", funding(*saved))
    found = store.load_funding(FEED, "BTC", "okx")
    assert (found.source, rows_of(found)) == ("okx", saved)
    assert rows_of(store.load_funding(FEED, "BTC", "okx", 6, 8)) == saved[1:2]


def test_open_interest_comes_back_with_what_is_unknown(store: Store) -> None:
    nan = float("nan")
    store.save_open_interest(FEED, "BTC", open_interest((5, nan, 8.0), (7, 1.5, nan)))
    found = store.load_open_interest(FEED, "BTC", "okx")
    assert found.time.tolist() == [5, 7]
    assert np.array_equal(found.coin, [nan, 1.5], equal_nan=True)
    assert np.array_equal(found.usd, [8.0, nan], equal_nan=True)


def test_what_is_held_of_an_instant_stays(store: Store) -> None:
    store.save_funding(FEED, "BTC", funding((5, 1.0, 8.0)))
    store.save_funding(FEED, "BTC", funding((4, 3.0, 8.0), (5, 2.0, 4.0)))
    assert rows_of(store.load_funding(FEED, "BTC", "okx")) == [(4, 3.0, 8.0), (5, 1.0, 8.0)]
    store.save_open_interest(FEED, "BTC", open_interest((5, 1.0, 8.0)))
    store.save_open_interest(FEED, "BTC", open_interest((5, 2.0, 4.0)))
    assert rows_of(store.load_open_interest(FEED, "BTC", "okx")) == [(5, 1.0, 8.0)]


def test_feeds_instruments_and_venues_are_kept_apart(store: Store) -> None:
    keys = [(FEED, "BTC", "okx"), (FEED, "BTC", "bybit"), (FEED, "ETH", "okx"), ("live", "BTC", "okx")]
    for number, (feed, instrument, venue) in enumerate(keys):
        store.save_funding(feed, instrument, funding((5, float(number), 8.0), venue=venue))
        store.save_open_interest(feed, instrument, open_interest((5, float(number), 8.0), venue=venue))
    for number, key in enumerate(keys):
        assert rows_of(store.load_funding(*key)) == [(5, float(number), 8.0)]
        assert rows_of(store.load_open_interest(*key)) == [(5, float(number), 8.0)]
    assert store.perpetuals(FEED) == [Perpetual("BTC", "bybit"), Perpetual("BTC", "okx"), Perpetual("ETH", "okx")]


def test_nothing_is_nothing(store: Store) -> None:
    store.save_funding(FEED, "BTC", Funding.of([], [], [], "okx"))
    store.save_open_interest(FEED, "BTC", OpenInterest.of([], [], [], "okx"))
    assert store.perpetuals(FEED) == []
    assert len(store.load_funding(FEED, "BTC", "okx")) == len(store.load_open_interest(FEED, "BTC", "okx")) == 0


TIMES = st.lists(st.integers(0, 6 * HOUR_NS), unique=True, max_size=30).map(sorted)


@settings(max_examples=40)
@given(times=TIMES, start=st.none() | st.integers(0, 6 * HOUR_NS), until=st.integers(-1, 7 * HOUR_NS))
def test_by_the_hour_is_the_last_reading_of_each(
    tmp_path_factory: pytest.TempPathFactory, times: list[int], start: int | None, until: int
) -> None:
    store = open_store(tmp_path_factory.mktemp("hours"), NOW)
    store.save_open_interest(FEED, "BTC", OpenInterest.of(times, times, times, "okx"))
    found = store.load_open_interest(FEED, "BTC", "okx", start, hourly_until_ns=until)
    asked = [time for time in times if start is None or time >= start]
    hourly = {time // HOUR_NS: time for time in asked if time < until}
    assert found.time.tolist() == [*hourly.values(), *(time for time in asked if time >= until)]
    assert found.coin.tolist() == found.time.astype(np.float64).tolist()
    store.close()
