"""What a chart holds: appended, replaced, bounded, and read without inventing anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.engine.messages import SeriesKey
from barograph.gui.charts.series_buffer import HELD_MOST, SeriesBuffer
from barograph.market.intervals import Interval
from tests.gui.charts.samples import made, series

KEY = SeriesKey("BTC", Interval.HOUR_1)
HOUR_NS = Interval.HOUR_1.ns
HOUR_S = 3_600.0


def buffer_of(closes: list[float], first_hour: int = 0, *, forming: bool = False) -> SeriesBuffer:
    held = SeriesBuffer(Interval.HOUR_1)
    hours = range(first_hour, first_hour + len(closes))
    held.apply(made(KEY, [hour * HOUR_NS for hour in hours], closes, forming=forming))
    return held


@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.lists(st.integers(0, 60), max_size=12, unique=True).map(sorted),
            st.integers(1, 1_000),
        ),
        max_size=20,
    )
)
def test_updates_leave_what_a_table_by_time_would_hold(updates: list[tuple[bool, list[int], int]]) -> None:
    held = SeriesBuffer(Interval.HOUR_1)
    table: dict[int, float] = {}
    for whole, hours, price in updates:
        held.apply(made(KEY, [hour * HOUR_NS for hour in hours], [float(price)] * len(hours), replace=whole))
        kept = {} if whole else {hour: close for hour, close in table.items() if not hours or hour < hours[0]}
        table = kept | dict.fromkeys(hours, float(price))
    assert held.time_s.tolist() == [hour * HOUR_S for hour in sorted(table)]
    for hour, close in table.items():
        bar = held.at(hour * HOUR_S)
        assert bar is not None
        assert bar.close == close


def test_the_first_row_of_an_update_replaces_the_last_one_held_at_its_time() -> None:
    held = buffer_of([100.0, 101.0, 102.0], forming=True)
    assert held.apply(made(KEY, [2 * HOUR_NS, 3 * HOUR_NS], [103.0, 104.0], replace=False, forming=True))
    assert len(held) == 4
    assert [bar.close for hour in range(4) if (bar := held.at(hour * HOUR_S))] == [100.0, 101.0, 103.0, 104.0]


def test_an_update_that_says_the_same_changes_nothing() -> None:
    held = buffer_of([100.0, 101.0], forming=True)
    again = replace(made(KEY, [HOUR_NS], [101.0], replace=False, forming=True), open=np.array([100.0]))
    again = replace(again, low=np.array([100.0]))
    assert not held.apply(again)
    assert held.apply(replace(again, close=np.array([100.5])))


def test_only_a_change_of_closed_bars_makes_them_other_bars() -> None:
    held = buffer_of([100.0, 101.0, 102.0], forming=True)
    version = held.closed_version
    held.apply(made(KEY, [2 * HOUR_NS], [99.0], replace=False, forming=True))
    assert held.closed_version == version
    held.apply(made(KEY, [2 * HOUR_NS, 3 * HOUR_NS], [99.0, 98.0], replace=False, forming=True))
    assert held.closed_version != version


def test_the_forming_bar_is_not_among_the_closed_ones() -> None:
    held = buffer_of([100.0, 101.0, 102.0], forming=True)
    assert held.span(0, 10 * HOUR_S, 100).close.tolist() == [100.0, 101.0]
    forming = held.forming()
    assert forming is not None
    assert forming.close == 102.0
    held.apply(made(KEY, [2 * HOUR_NS], [102.5], replace=False, forming=False))
    assert held.forming() is None
    assert held.span(0, 10 * HOUR_S, 100).close.tolist() == [100.0, 101.0, 102.5]


def test_a_bar_covers_its_interval_and_no_more() -> None:
    held = buffer_of([100.0, 101.0], first_hour=5)
    assert held.at(5 * HOUR_S - 0.001) is None
    assert held.at(5 * HOUR_S) == held.at(6 * HOUR_S - 0.001)
    assert held.at(7 * HOUR_S) is None


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    held = SeriesBuffer(Interval.MIN_1)
    step = Interval.MIN_1.ns
    key = SeriesKey("BTC", Interval.MIN_1)
    for first in range(0, 3 * HELD_MOST, 700):
        rows = range(first, first + 700)
        held.apply(made(key, [row * step for row in rows], [float(row) for row in rows], replace=False))
        assert len(held) <= HELD_MOST
    assert held.time_s[-1] == (first + 699) * 60
    assert len(held) > HELD_MOST // 2
    assert np.all(np.diff(held.time_s) == 60)
    held.apply(series("BTC", Interval.MIN_1, HELD_MOST + 500))
    assert len(held) == HELD_MOST


@pytest.mark.parametrize("most", [10, 60, 333])
def test_merged_bars_keep_every_extreme_and_stay_put_while_the_range_moves(most: int) -> None:
    held = SeriesBuffer(Interval.HOUR_1)
    held.apply(series("BTC", Interval.HOUR_1, 3_000, forming=False))
    start, end = float(held.time_s[1_000]), float(held.time_s[2_000])
    span = held.span(start, end, most)
    assert len(span) <= most + 2
    inside = slice(np.searchsorted(held.time_s, span.start[0]), np.searchsorted(held.time_s, span.end[-1]))
    whole = held.span(held.time_s[inside][0], held.time_s[inside][-1], 100_000)
    assert span.high.max() == whole.high.max()
    assert span.low.min() == whole.low.min()
    moved = held.span(start + 7 * HOUR_S, end + 7 * HOUR_S, most)
    shared = np.intersect1d(span.start, moved.start)
    assert len(shared) >= len(span) - 2


def test_what_is_unknown_stays_unknown() -> None:
    held = buffer_of([100.0, np.nan, 102.0])
    assert held.span(0, 10 * HOUR_S, 100).close.tolist() == [100.0, 102.0]
    bar = held.at(1.5 * HOUR_S)
    assert bar is not None
    assert np.isnan(bar.close)
    assert buffer_of([100.0, np.nan]).last() is None
    assert buffer_of([np.nan]).extent(0, 10 * HOUR_S, closes=True) is None


def test_the_extent_is_that_of_the_bars_in_sight() -> None:
    held = buffer_of([5.0, 1.0, 3.0, 2.0, 9.0])
    assert held.extent(2.2 * HOUR_S, 2.8 * HOUR_S, closes=True) == (1.0, 3.0)  # and one bar on either side
