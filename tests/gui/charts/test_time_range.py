"""The shared range of time: it follows the newest bar in steps and leaves the trader alone in the past."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from barograph.gui.charts.time_range import TimeRange
from barograph.market.intervals import Interval

HOUR_S = 3_600.0
NEWEST_S = 1.7e9


def latest() -> TimeRange:
    return TimeRange.first(NEWEST_S, Interval.HOUR_1, 350)


def test_the_range_steps_only_when_its_headroom_is_used_up() -> None:
    shown, moves, newest = latest(), 0, NEWEST_S
    for _ in range(70):
        before, newest = newest, newest + HOUR_S
        moved = shown.follow(before, newest)
        moves += moved != shown
        shown = moved
        assert shown.shows(newest)
    assert 1 <= moves <= 12
    assert shown.length_s == latest().length_s


@given(st.floats(0.3, 50), st.integers(1, 500))
def test_a_range_in_the_past_stays_while_bars_come(share: float, bars: int) -> None:
    past = latest().pan(-latest().length_s * share)
    assert past.follow(NEWEST_S, NEWEST_S + bars * HOUR_S) == past


def test_a_jump_of_the_clock_is_followed() -> None:
    for newest in (NEWEST_S - 1e7, NEWEST_S + 1e7):
        assert latest().follow(NEWEST_S, newest).shows(newest)


@given(st.floats(0.01, 100), st.floats(-1, 2))
def test_what_is_at_the_anchor_stays_there(factor: float, place: float) -> None:
    shown = latest()
    anchor = shown.start_s + place * shown.length_s
    zoomed = shown.zoom(factor, anchor)
    assert abs((anchor - zoomed.start_s) / zoomed.length_s - place) < 1e-6
    assert zoomed.length_s * (1 + 1e-9) >= 12 * HOUR_S


@given(st.floats(-1e8, 1e8))
def test_some_bars_always_stay_in_sight(by_s: float) -> None:
    oldest = NEWEST_S - 2_000 * HOUR_S
    shown = latest().pan(by_s).within(oldest, NEWEST_S)
    assert shown.start_s < NEWEST_S
    assert shown.end_s > oldest
