"""The time axis: six labels at most, none touching another, and right on the days when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from barograph.gui.charts.time_ticks import TICKS_MOST, TimeTick, time_ticks

NEW_YORK = ZoneInfo("America/New_York")
CLOCKS_CHANGE = [datetime(2024, 3, 10, tzinfo=NEW_YORK), datetime(2024, 11, 3, tzinfo=NEW_YORK)]
CHARACTER_PX = 7.0


def label_px(text: str) -> float:
    return CHARACTER_PX * len(text)


def assert_labels_fit(ticks: tuple[TimeTick, ...], start_s: float, end_s: float, width: float) -> None:
    assert len(ticks) <= TICKS_MOST
    edge = 0.0
    for tick in ticks:
        centre = (tick.at_s - start_s) / (end_s - start_s) * width
        assert centre - label_px(tick.label) / 2 >= edge - 1e-6
        edge = centre + label_px(tick.label) / 2
    assert edge <= width + 1e-6


@given(
    st.floats(0, 2e9),
    st.floats(600, 40 * 365 * 86_400),
    st.floats(30, 3_000),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Shanghai", "UTC", None]),
)
def test_at_most_six_labels_that_do_not_touch(start_s: float, length_s: float, width: float, zone: str | None) -> None:
    ticks = time_ticks(start_s, start_s + length_s, width, ZoneInfo(zone) if zone else None, label_px)
    assert_labels_fit(ticks, start_s, start_s + length_s, width)


@given(st.floats(0, 2e9), st.floats(3_600, 400 * 86_400), st.floats(300, 3_000))
def test_an_axis_of_usual_width_has_labels(start_s: float, length_s: float, width: float) -> None:
    assert time_ticks(start_s, start_s + length_s, width, NEW_YORK, label_px)


@pytest.mark.parametrize("day", CLOCKS_CHANGE)
@pytest.mark.parametrize("hours", [3, 5, 8, 12, 25, 40, 60])
def test_labels_on_the_days_of_clock_change_are_those_of_zoneinfo(day: datetime, hours: int) -> None:
    for offset in range(-6, 12):
        start_s = day.timestamp() + offset * 3_600
        ticks = time_ticks(start_s, start_s + hours * 3_600, 900, NEW_YORK, label_px)
        assert ticks
        for tick in ticks:
            local = datetime.fromtimestamp(tick.at_s, UTC).astimezone(NEW_YORK)
            assert tick.label == (f"{local.day} {local:%b}" if tick.major else f"{local:%H:%M}")
            assert tick.major == (local.hour == 0 and local.minute == 0)


def test_an_hour_that_is_skipped_has_no_label_and_one_that_comes_twice_has_two() -> None:
    spring = datetime(2024, 3, 10, tzinfo=NEW_YORK).timestamp()
    labels = [tick.label for tick in time_ticks(spring + 1_800, spring + 4.6 * 3_600, 900, NEW_YORK, label_px)]
    assert labels == ["01:00", "03:00", "04:00", "05:00"]
    autumn = datetime(2024, 11, 3, tzinfo=NEW_YORK).timestamp()
    ticks = time_ticks(autumn + 1_800, autumn + 4.6 * 3_600, 900, NEW_YORK, label_px)
    assert [tick.label for tick in ticks] == ["01:00", "01:00", "02:00", "03:00"]
    assert [b.at_s - a.at_s for a, b in pairwise(ticks)] == [3_600.0] * 3


def test_a_day_of_23_hours_is_labelled_at_its_own_midnights() -> None:
    start_s = datetime(2024, 3, 8, 12, tzinfo=NEW_YORK).timestamp()
    end_s = datetime(2024, 3, 12, 12, tzinfo=NEW_YORK).timestamp()
    ticks = time_ticks(start_s, end_s, 400, NEW_YORK, label_px)
    assert [tick.label for tick in ticks] == ["9 Mar", "10 Mar", "11 Mar", "12 Mar"]
    assert [round((b.at_s - a.at_s) / 3_600) for a, b in pairwise(ticks)] == [24, 23, 24]


@given(st.integers(0, 20_000), st.integers(20, 3_000), st.floats(200, 2_000))
def test_daily_bars_are_labelled_by_their_own_dates(first_day: int, days: int, width: float) -> None:
    start_s = first_day * 86_400.0
    ticks = time_ticks(start_s, start_s + days * 86_400, width, None, label_px)
    assume(ticks)
    for tick in ticks:
        date = datetime.fromtimestamp(tick.at_s, UTC)
        assert date.hour == 12  # the middle of the date's place on the axis
        assert tick.label in (f"{date.day} {date:%b}", f"{date:%b}", f"{date.year}")
