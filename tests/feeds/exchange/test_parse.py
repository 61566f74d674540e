"""Rows as they came → what the program computes with; every value that cannot be is found out."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.feeds.exchange.faults import BadRowsError
from barograph.feeds.exchange.json_rows import fields, hours, listed, places
from barograph.feeds.exchange.parse import closed_and_forming, instant_ns, number, open_interest, positive, settlements
from barograph.market.bars import check_bars
from barograph.market.intervals import Interval

MS = 1_000_000
STEP = 300_000
T0 = 1_795_000_200_000 // STEP * STEP
"""A border of five minutes."""


def row(number_: int, close: object = "60001", **changes: object) -> list[object]:
    values: dict[str, object] = {"open": "60000", "high": "60010", "low": "59990", "close": close, "volume": "1.5"}
    return [T0 + number_ * STEP, *{**values, **changes}.values()]


def parsed(rows: list[list[object]], at_ms: int, start_ms: int | None = None) -> tuple[list[int], list[int]]:
    start_ns = None if start_ms is None else start_ms * MS
    closed, forming = closed_and_forming(rows, Interval.MIN_5, start_ns, at_ms * MS)
    return [(int(time) // MS - T0) // STEP for time in closed.time], [
        (int(time) // MS - T0) // STEP for time in forming.time
    ]


# ------------------------------------------------------------------------------------------------------ bars


def test_a_bar_is_closed_from_its_end_on() -> None:
    rows = [row(0), row(1), row(2)]
    assert parsed(rows, T0 + 3 * STEP - 1) == ([0, 1], [2])
    assert parsed(rows, T0 + 3 * STEP) == ([0, 1, 2], [])


def test_a_bar_that_has_begun_closes_the_one_before_although_the_clock_in_front_is_a_little_late() -> None:
    assert parsed([row(0), row(1), row(2)], T0 + 2 * STEP - 900) == ([0, 1], [2])


def test_order_and_repetition_of_rows_mean_nothing() -> None:
    rows = [row(0), row(1, "60002"), row(2)]
    for shuffled in permutations([*rows, row(1, "60002")]):
        assert parsed(list(shuffled), T0 + 2 * STEP + 1) == ([0, 1], [2])


def test_numbers_and_their_texts_are_the_same() -> None:
    text, numbers = row(0, "60001.25"), row(0, 60001.25, open=60000, volume=1.5)
    bars = [closed_and_forming([each], Interval.MIN_5, None, (T0 + STEP) * MS)[0] for each in (text, numbers)]
    assert bars[0].close[0] == bars[1].close[0] == 60001.25
    assert bars[0].volume[0] == bars[1].volume[0] == 1.5


def test_what_begins_before_the_question_is_left_out() -> None:
    assert parsed([row(0), row(1), row(2)], T0 + 9 * STEP, start_ms=T0 + 1) == ([1, 2], [])


def test_a_bar_that_is_still_forming_may_differ_between_two_pages() -> None:
    closed, forming = closed_and_forming(
        [row(0), row(1), row(1, "60005")], Interval.MIN_5, None, (T0 + STEP + 5_000) * MS
    )
    assert (len(closed), list(forming.close)) == (1, [60005.0])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(0), row(0, "60002")], "two different bars"),
        ([[T0 + 1_000, *row(0)[1:]]], "not on the grid of 5m"),
        ([row(0), row(9)], "in the future"),
        ([row(0, None)], "None for a price"),
        ([row(0, "NaN")], "'NaN' for a price"),
        ([row(0, "inf")], "'inf' for a price"),
        ([row(0, True)], "True for a price"),
        ([row(0, [1])], "for a price"),
        ([row(0, "")], "'' for a price"),
        ([row(0, "0")], "close 0.0"),
        ([row(0, "-1")], "close -1.0"),
        ([row(0, high="59980")], "high 59980.0"),
        ([row(0, volume="-1")], "volume -1.0"),
        ([row(0, volume=None)], "None for a volume"),
        ([[None, *row(0)[1:]]], "None for a time"),
        ([[0, *row(0)[1:]]], "0 for a time"),
        ([[T0 // 1000, *row(0)[1:]]], "for a time"),  # seconds
        ([[T0 * 1000, *row(0)[1:]]], "for a time"),  # microseconds
    ],
)
def test_rows_that_cannot_be_are_refused_with_what_is_wrong(rows: list[list[object]], words: str) -> None:
    with pytest.raises(BadRowsError, match=words):
        closed_and_forming(rows, Interval.MIN_5, None, (T0 + 2 * STEP + 60_000) * MS)


def test_days_that_begin_in_hong_kong_are_refused() -> None:
    midnight = 1_794_960_000_000
    closed_and_forming([[midnight, *row(0)[1:]]], Interval.DAY_1, None, (midnight + 90_000_000) * MS)
    with pytest.raises(BadRowsError, match="not on the grid of 1d"):
        closed_and_forming([[midnight - 28_800_000, *row(0)[1:]]], Interval.DAY_1, None, (midnight + 90_000_000) * MS)


def test_no_rows_are_no_bars() -> None:
    assert parsed([], T0) == ([], [])


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.lists(st.integers(), max_size=2)
)
times = st.one_of(st.integers(-3, 5).map(lambda n: T0 + n * STEP), anything)
prices = st.one_of(st.sampled_from(["1", "2.5", 3, 0, -1, "NaN", "1e999"]), anything)


@given(st.lists(st.tuples(times, prices, prices, prices, prices, prices), max_size=6))
def test_whatever_comes_is_refused_or_keeps_the_contract(rows: list[tuple[object, ...]]) -> None:
    at = (T0 + 2 * STEP) * MS
    try:
        closed, forming = closed_and_forming(rows, Interval.MIN_5, None, at)
    except BadRowsError:
        return
    check_bars(closed)
    check_bars(forming)
    assert len(forming) <= 1
    assert np.all(closed.time + Interval.MIN_5.ns <= at)


# ---------------------------------------------------------------------------------- funding, open interest


def test_settlements_are_told_at_the_hour_and_once() -> None:
    hour = T0 // 3_600_000 * 3_600_000
    rows = [(hour + 3, "0.0001"), (hour + 28_800_000 + 31, 0.0002), (hour, "0.0001")]
    found = settlements(rows, (hour + 28_800_000 + 999) * MS)
    assert found == [(hour * MS, 0.0001), ((hour + 28_800_000) * MS, 0.0002)]


@pytest.mark.parametrize("rate", [None, "", "x", "nan", 1.5, "-2", []])
def test_a_rate_that_cannot_be_is_refused(rate: object) -> None:
    with pytest.raises(BadRowsError, match="funding rate"):
        settlements([(T0, rate)], (T0 + STEP) * MS)


def test_two_rates_of_one_settlement_are_refused() -> None:
    hour = T0 // 3_600_000 * 3_600_000
    with pytest.raises(BadRowsError, match="two different funding rates"):
        settlements([(hour, "0.0001"), (hour + 5, "0.0002")], (hour + STEP) * MS)


def test_open_interest_without_a_time_has_the_exchanges() -> None:
    found = open_interest([(None, "12.5", None)], T0 * MS, "hyperliquid")
    assert (list(found.time), list(found.coin), found.source) == ([T0 * MS], [12.5], "hyperliquid")
    assert math.isnan(found.usd[0])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((T0, None, None), "None for an open interest"),
        ((T0, "0", None), "'0' for an open interest"),
        ((T0, "-3", None), "'-3' for an open interest"),
        ((T0, "5", ""), "'' for an open interest in USD"),
        ((T0, "5", "-1"), "'-1' for an open interest in USD"),
        ((T0 + 120_000, "5", None), "in the future"),
        (("soon", "5", None), "'soon' for a time"),
    ],
)
def test_open_interest_that_cannot_be_is_refused(values: tuple[object, ...], words: str) -> None:
    with pytest.raises(BadRowsError, match=words):
        open_interest([values], T0 * MS, "bybit")


# --------------------------------------------------------------------------------------------------- pieces


def test_single_values() -> None:
    assert number("1e3", "x") == 1000.0
    assert positive(2, "x") == 2.0
    assert instant_ns(str(T0)) == T0 * MS
    unusable: tuple[object, ...] = (10**400, "9" * 400, {}, b"1")
    for value in unusable:
        with pytest.raises(BadRowsError):
            number(value, "x")
    with pytest.raises(BadRowsError):
        positive("-0.0", "x")


def test_answers_of_another_build_are_refused() -> None:
    assert listed({"result": {"list": [1]}}, "result", "list") == [1]
    assert places(["a", "b", "c"], 0, 2) == ("a", "c")
    assert fields({"a": 1}) == {"a": 1}
    for attempt in (
        lambda: listed({"result": {}}, "result", "list"),
        lambda: listed({"result": None}, "result", "list"),
        lambda: listed({"code": 1}),
        lambda: places(["a"], 0, 2),
        lambda: places({"a": 1}, 0),
        lambda: fields([1]),
    ):
        with pytest.raises(BadRowsError):
            attempt()


@pytest.mark.parametrize(
    ("value", "expected"), [("8", 8.0), (4, 4.0), ("", None), (None, None), ("0", None), (25, None), ("nan", None)]
)
def test_hours_of_funding(value: str | float | None, expected: float | None) -> None:
    assert hours(value) == expected
