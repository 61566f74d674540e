"""Forced orders of three venues in the shapes that they really send: side, size and price mean the same in all."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.feeds.exchange.frames import Contract, Reading
from barograph.feeds.exchange.liquidations import (
    COVERAGE,
    LONG,
    SHORT,
    ForcedOrder,
    as_liquidations,
    read_forced_orders,
)
from barograph.market.observations import Coverage

LINEAR = {"BTCUSDT": Contract("BTC"), "ETHUSDT": Contract("ETH")}
SWAPS = {"BTC-USDT-SWAP": Contract("BTC", 0.01), "ETH-USDT-SWAP": Contract("ETH", 0.1)}
CONTRACTS = {"binanceusdm": LINEAR, "bybit": LINEAR, "okx": SWAPS}
AT_MS = 1_764_100_000_123

BINANCE: dict[str, Any] = {
    "e": "forceOrder",
    "E": 1_764_100_000_130,
    "o": {
        "s": "BTCUSDT",
        "S": "SELL",
        "o": "LIMIT",
        "f": "IOC",
        "q": "0.520",
        "p": "86011.20",
        "ap": "86450.10",
        "X": "FILLED",
        "l": "0.014",
        "z": "0.520",
        "T": AT_MS,
    },
}
BYBIT: dict[str, Any] = {
    "topic": "allLiquidation.BTCUSDT",
    "type": "snapshot",
    "ts": 1_764_100_000_500,
    "data": [
        {"T": AT_MS, "s": "BTCUSDT", "S": "Buy", "v": "0.014", "p": "86450.10"},
        {"T": 1_764_100_000_124, "s": "BTCUSDT", "S": "Sell", "v": "1.500", "p": "86500.00"},
    ],
}
OKX: dict[str, Any] = {
    "arg": {"channel": "liquidation-orders", "instType": "SWAP"},
    "data": [
        {
            "details": [
                {
                    "bkLoss": "0",
                    "bkPx": "86450.1",
                    "ccy": "",
                    "posSide": "long",
                    "side": "sell",
                    "sz": "1.4",
                    "ts": str(AT_MS),
                },
                {
                    "bkLoss": "0",
                    "bkPx": "86500",
                    "ccy": "",
                    "posSide": "net",
                    "side": "buy",
                    "sz": "150",
                    "ts": "1764100000124",
                },
            ],
            "instFamily": "BTC-USDT",
            "instId": "BTC-USDT-SWAP",
            "instType": "SWAP",
            "uly": "BTC-USDT",
        },
        {
            "details": [
                {
                    "bkLoss": "0",
                    "bkPx": "0.007831",
                    "ccy": "",
                    "posSide": "short",
                    "side": "buy",
                    "sz": "13",
                    "ts": str(AT_MS),
                }
            ],
            "instFamily": "IOST-USDT",
            "instId": "IOST-USDT-SWAP",
            "instType": "SWAP",
            "uly": "IOST-USDT",
        },
    ],
}
FRAMES = {"binanceusdm": BINANCE, "bybit": BYBIT, "okx": OKX}


def read(venue: str, frame: object) -> Reading[ForcedOrder]:
    return read_forced_orders(venue, frame, CONTRACTS[venue])


@pytest.mark.parametrize("venue", FRAMES)
def test_a_long_that_was_closed_by_force_is_the_same_at_every_venue(venue: str) -> None:
    order = read(venue, FRAMES[venue]).rows[0]
    assert (order.coin, order.time_ns, order.side) == ("BTC", AT_MS * 1_000_000, LONG)
    assert order.price == 86_450.10
    assert order.size == pytest.approx(0.014)
    assert order.usd == pytest.approx(1_210.3014)


@pytest.mark.parametrize("venue", ["bybit", "okx"])
def test_all_rows_of_a_frame_are_read(venue: str) -> None:
    reading = read(venue, FRAMES[venue])
    assert [order.side for order in reading.rows] == [LONG, SHORT]
    assert reading.rows[1].size == pytest.approx(1.5)
    assert reading.bad == 0


def test_a_bought_order_at_binance_closed_a_short() -> None:
    frame = copy.deepcopy(BINANCE)
    frame["o"]["S"] = "BUY"
    assert read("binanceusdm", frame).rows[0].side == SHORT


@pytest.mark.parametrize("venue", FRAMES)
def test_other_markets_are_passed_over(venue: str) -> None:
    assert read_forced_orders(venue, FRAMES[venue], {}) == Reading((), 0)


BAD_VALUES: list[object] = ["0", "-1", "nan", "inf", "1e999", "", "x", None, True, [], {}]


@pytest.mark.parametrize("value", BAD_VALUES)
@pytest.mark.parametrize("venue", FRAMES)
def test_a_row_with_an_impossible_value_is_counted_and_dropped(venue: str, value: object) -> None:
    for keys in {
        "binanceusdm": ("l", "ap", "T", "S"),
        "bybit": ("v", "p", "T", "S"),
        "okx": ("sz", "bkPx", "ts", "side"),
    }[venue]:
        frame = copy.deepcopy(FRAMES[venue])
        row = {
            "binanceusdm": lambda f: f["o"],
            "bybit": lambda f: f["data"][0],
            "okx": lambda f: f["data"][0]["details"][0],
        }[venue](frame)
        row[keys] = value
        reading = read(venue, frame)
        assert reading.bad == 1, keys
        assert all(order.time_ns != AT_MS * 1_000_000 for order in reading.rows)


def test_an_instant_in_seconds_is_no_instant() -> None:
    frame = copy.deepcopy(BINANCE)
    frame["o"]["T"] = AT_MS // 1000
    assert read("binanceusdm", frame) == Reading((), 1)


def test_an_order_that_cannot_close_its_position_is_not_guessed() -> None:
    frame = copy.deepcopy(OKX)
    frame["data"][0]["details"][0]["side"] = "buy"
    reading = read("okx", frame)
    assert reading.bad == 1
    assert len(reading.rows) == 1


@pytest.mark.parametrize(
    "frame", [None, [], {}, "text", {"data": None}, {"data": {}}, {"o": []}, {"data": [{"details": 3}]}]
)
@pytest.mark.parametrize("venue", FRAMES)
def test_a_frame_of_another_shape_is_counted(venue: str, frame: object) -> None:
    reading = read(venue, frame)
    assert reading.rows == ()
    assert reading.bad <= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "details", "o", "s", "S", "T", "instId"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(frame=json_values)
def test_no_frame_raises(frame: object) -> None:
    for venue in FRAMES:
        for order in read(venue, frame).rows:
            assert order.usd > 0


def test_as_columns_the_orders_are_by_time_and_keep_their_order_within_an_instant() -> None:
    orders = [ForcedOrder("BTC", at, LONG, price, 2.0) for at, price in ((3, 1.0), (1, 2.0), (3, 3.0), (1, 4.0))]
    rows = as_liquidations(orders, "bybit", COVERAGE["bybit"])
    assert rows.time.tolist() == [1, 1, 3, 3]
    assert rows.price.tolist() == [2.0, 4.0, 1.0, 3.0]
    assert rows.usd.tolist() == [4.0, 8.0, 2.0, 6.0]
    assert (rows.source, rows.coverage) == ("bybit", Coverage.ALL)


def test_what_each_venue_publishes_is_known() -> None:
    assert COVERAGE == {
        "binanceusdm": Coverage.ONE_PER_SECOND,
        "bybit": Coverage.ALL,
        "okx": Coverage.SAMPLED,
    }
