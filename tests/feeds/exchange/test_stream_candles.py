"""Candles of four venues in the shapes that they really send, and when one of them counts as closed."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from barograph.feeds.exchange.candles import Candle, CandleTrack, as_bars, read_candles
from barograph.feeds.exchange.frames import Contract, Contracts
from barograph.market.bars import check_bars
from barograph.market.intervals import Interval

LINEAR = {"BTCUSDT": Contract("BTC")}
CONTRACTS: dict[str, Contracts] = {
    "binanceusdm": LINEAR,
    "bybit": LINEAR,
    "okx": {"BTC-USDT-SWAP": Contract("BTC", 0.01)},
    "hyperliquid": {"BTC": Contract("BTC")},
}
T = 1_764_100_200_000
TOLD = T + 12_345

FRAMES: dict[str, dict[str, Any]] = {
    "binanceusdm": {
        "e": "kline",
        "E": TOLD,
        "s": "BTCUSDT",
        "k": {
            "t": T,
            "T": T + 299_999,
            "s": "BTCUSDT",
            "i": "5m",
            "o": "1.5",
            "c": "2.5",
            "h": "3.5",
            "l": "1.25",
            "v": "7.25",
            "n": 3,
            "x": False,
            "q": "1",
            "V": "1",
            "Q": "1",
            "B": "0",
        },
    },
    "bybit": {
        "topic": "kline.5.BTCUSDT",
        "data": [
            {
                "start": T,
                "end": T + 299_999,
                "interval": "5",
                "open": "1.5",
                "close": "2.5",
                "high": "3.5",
                "low": "1.25",
                "volume": "7.25",
                "turnover": "18",
                "confirm": False,
                "timestamp": TOLD,
            }
        ],
        "ts": TOLD,
        "type": "snapshot",
    },
    "okx": {
        "arg": {"channel": "candle5m", "instId": "BTC-USDT-SWAP"},
        "data": [[str(T), "1.5", "3.5", "1.25", "2.5", "725", "7.25", "18", "0"]],
    },
    "hyperliquid": {
        "channel": "candle",
        "data": {
            "t": T,
            "T": T + 299_999,
            "s": "BTC",
            "i": "5m",
            "o": "1.5",
            "c": "2.5",
            "h": "3.5",
            "l": "1.25",
            "v": "7.25",
            "n": 20,
        },
    },
}


def only(venue: str, frame: object) -> Candle:
    (candle,) = read_candles(venue, frame, CONTRACTS[venue]).rows
    return candle


@pytest.mark.parametrize("venue", FRAMES)
def test_a_candle_is_the_same_at_every_venue(venue: str) -> None:
    candle = only(venue, FRAMES[venue])
    assert (candle.coin, candle.interval, candle.time_ns) == ("BTC", Interval.MIN_5, T * 1_000_000)
    row = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    assert row == (1.5, 3.5, 1.25, 2.5, 7.25)
    told = {"binanceusdm": TOLD * 1_000_000, "bybit": TOLD * 1_000_000}
    assert candle.told_ns == told.get(venue)
    assert candle.closed is (None if venue == "hyperliquid" else False)


def test_an_okx_day_is_one_of_utc() -> None:
    frame = copy.deepcopy(FRAMES["okx"])
    frame["data"][0][0] = "1764028800000"
    frame["arg"]["channel"] = "candle1Dutc"
    assert only("okx", frame).interval is Interval.DAY_1
    frame["arg"]["channel"] = "candle1D"
    assert read_candles("okx", frame, CONTRACTS["okx"]).rows == ()


@pytest.mark.parametrize(
    ("word", "interval"), [("15", Interval.MIN_15), ("240", Interval.HOUR_4), ("D", Interval.DAY_1)]
)
def test_bybit_counts_minutes(word: str, interval: Interval) -> None:
    frame = copy.deepcopy(FRAMES["bybit"])
    frame["topic"] = f"kline.{word}.BTCUSDT"
    frame["data"][0]["start"] = 1_764_028_800_000
    assert only("bybit", frame).interval is interval


BAD_ROWS = [
    {"h": "1.0"},  # below low
    {"c": "NaN"},
    {"o": "-1"},
    {"v": "-1"},
    {"v": None},
    {"t": T + 1},  # on no border
    {"t": T // 1000},
]


@pytest.mark.parametrize("change", BAD_ROWS)
def test_an_impossible_candle_is_counted_and_dropped(change: dict[str, object]) -> None:
    frame = copy.deepcopy(FRAMES["hyperliquid"])
    frame["data"].update(change)
    reading = read_candles("hyperliquid", frame, CONTRACTS["hyperliquid"])
    assert (reading.rows, reading.bad) == ((), 1)


@pytest.mark.parametrize(
    "frame", [None, [], {}, "x", {"k": []}, {"data": [[]]}, {"data": None, "topic": 3}, {"arg": 1}]
)
@pytest.mark.parametrize("venue", FRAMES)
def test_a_frame_of_another_shape_brings_no_candle(venue: str, frame: object) -> None:
    assert read_candles(venue, frame, CONTRACTS[venue]).rows == ()


# ------------------------------------------------------------------------------------------- closing


def candle(bar: int, *, closed: bool | None = False, told: int | None = 0, close: float = 2.0) -> Candle:
    at = T * 1_000_000 + bar * Interval.MIN_5.ns
    told_ns = None if told is None else at + told
    return Candle("BTC", Interval.MIN_5, at, 1.5, 3.0, 1.0, close, 1.0, closed, told_ns)


def test_a_bar_is_closed_by_the_word_of_the_venue() -> None:
    track = CandleTrack()
    first = track.take(candle(0))
    assert first is not None
    assert (first.closed, first.forming) == ((), candle(0))
    done = candle(0, closed=True, told=9)
    last = track.take(done)
    assert last is not None
    assert (last.closed, last.forming, last.hole) == ((done,), None, False)
    following = track.take(candle(1))
    assert following is not None
    assert not following.hole


def test_where_the_venue_never_says_so_the_next_bar_closes_it() -> None:
    track = CandleTrack()
    track.take(candle(0, closed=None, told=None))
    step = track.take(candle(1, closed=None, told=None))
    assert step is not None
    assert step.closed == (candle(0, closed=None, told=None),)
    assert not step.hole


def test_where_the_venue_says_so_but_did_not_the_bar_is_missing_and_not_taken_for_final() -> None:
    track = CandleTrack()
    track.take(candle(0))
    step = track.take(candle(1))
    assert step is not None
    assert (step.closed, step.hole) == ((), True)


@pytest.mark.parametrize("closed", [False, None])
def test_bars_that_are_left_out_are_a_hole(closed: bool | None) -> None:
    track = CandleTrack()
    track.take(candle(0, closed=closed, told=None))
    step = track.take(candle(2, closed=closed, told=None))
    assert step is not None
    assert step.hole


def test_candles_of_the_past_change_nothing() -> None:
    track = CandleTrack()
    track.take(candle(4, closed=True))
    track.take(candle(5, told=20, close=2.5))
    for old in (candle(4, closed=True, close=9.0), candle(3), candle(5, told=19, close=9.0)):
        assert track.take(old) is None
    assert track.backward == 3
    assert track.forming == candle(5, told=20, close=2.5)


def test_the_same_candle_again_is_harmless() -> None:
    track = CandleTrack()
    track.take(candle(0))
    again = track.take(candle(0))
    assert again is not None
    assert (again.closed, again.forming, track.backward) == ((), candle(0), 0)


def test_candles_as_columns_keep_the_contract_of_bars() -> None:
    bars = as_bars((candle(0), replace(candle(1), volume=0.0)))
    check_bars(bars)
    assert bars.volume.tolist() == [1.0, 0.0]
