"""Grids of comparison: published instants, both changes of the clocks, half days and holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.market.calendars import CalendarError, calendar
from barograph.market.grids import Grid, intraday_grid
from barograph.market.instants import from_ns, label_date
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval

GLOBEX, STOCKS = calendar("GLOBEX"), calendar("XNYS")
NEW_YORK = ZoneInfo("America/New_York")


def utc(grid: Grid) -> list[str]:
    assert not np.any(grid.end % (3_600 * SECOND_NS))
    return [f"{from_ns(end):%m-%d %H}Z" for end in grid.end.tolist()]


def local(grid: Grid) -> list[str]:
    return [f"{from_ns(end).astimezone(NEW_YORK):%H:%M}" for end in grid.end.tolist()]


def futures(day: date, interval: Interval) -> Grid:
    return intraday_grid(GLOBEX, day, day, interval)


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 2, 4), ["02-04 03Z", "02-04 07Z", "02-04 11Z", "02-04 15Z", "02-04 19Z", "02-04 22Z"]),
        (date(2026, 7, 8), ["07-08 02Z", "07-08 06Z", "07-08 10Z", "07-08 14Z", "07-08 18Z", "07-08 21Z"]),
        (date(2026, 3, 9), ["03-09 02Z", "03-09 06Z", "03-09 10Z", "03-09 14Z", "03-09 18Z", "03-09 21Z"]),
    ],
)  # fmt: skip
def test_four_hour_ends_of_futures_are_the_published_ones(day: date, ends: list[str]) -> None:
    grid = futures(day, Interval.HOUR_4)
    assert utc(grid) == ends
    assert grid.hours.tolist() == [4, 4, 4, 4, 4, 3]
    assert {label_date(label) for label in grid.trade_date.tolist()} == {day}


@pytest.mark.parametrize("day", [date(2026, 2, 4), date(2026, 3, 9), date(2026, 7, 8), date(2026, 11, 2)])
def test_a_futures_day_has_23_hourly_ends(day: date) -> None:
    grid = futures(day, Interval.HOUR_1)
    assert len(grid) == 23
    assert local(grid) == [f"{hour % 24:02}:00" for hour in range(19, 42)]
    assert (grid.hours == 1).all()


def test_the_cash_day_ends_at_half_past_and_with_a_stub() -> None:
    grid = intraday_grid(STOCKS, date(2024, 8, 5), date(2024, 8, 5), Interval.HOUR_1)
    assert local(grid) == ["10:30", "11:30", "12:30", "13:30", "14:30", "15:30", "16:00"]
    assert grid.hours.tolist() == [1, 1, 1, 1, 1, 1, 0.5]


def test_half_days_end_early_and_holidays_as_the_calendar_says() -> None:
    half = date(2024, 7, 3)
    assert local(intraday_grid(STOCKS, half, half, Interval.HOUR_1)) == ["10:30", "11:30", "12:30", "13:00"]
    early = futures(half, Interval.HOUR_4)
    assert local(early) == ["22:00", "02:00", "06:00", "10:00", "13:15"]
    assert early.hours[-1] == 3.25
    holiday = date(2024, 7, 4)
    assert len(intraday_grid(STOCKS, holiday, holiday, Interval.HOUR_1)) == 0
    assert local(futures(holiday, Interval.HOUR_4)) == ["22:00", "02:00", "06:00", "10:00", "13:00"]
    assert len(futures(date(2024, 12, 25), Interval.HOUR_1)) == 0


def test_a_weekend_has_no_ends() -> None:
    grid = intraday_grid(GLOBEX, date(2024, 8, 2), date(2024, 8, 5), Interval.HOUR_1)
    assert len(grid) == 46
    assert np.diff(grid.end).max() / DAY_NS == pytest.approx(2 + 2 / 24)  # Friday 17:00 to Sunday 19:00


@given(st.dates(date(2016, 1, 1), date(2026, 12, 1)), st.sampled_from([Interval.HOUR_1, Interval.HOUR_4]))
def test_ends_increase_and_lengths_fill_the_sessions(start: date, interval: Interval) -> None:
    end = start + timedelta(days=9)
    for market in (GLOBEX, STOCKS):
        grid = intraday_grid(market, start, end, interval)
        assert (np.diff(grid.end) > 0).all()
        assert (grid.hours > 0).all()
        assert (grid.hours <= interval.seconds / 3600).all()
        traded = sum((session.close - session.open).total_seconds() for session in market.sessions(start, end))
        assert grid.hours.sum() == pytest.approx(traded / 3600)


def test_until_keeps_what_has_passed() -> None:
    grid = futures(date(2024, 8, 5), Interval.HOUR_4)
    assert len(grid.until(int(grid.end[2]))) == 3
    assert len(grid.until(int(grid.end[2]) - 1)) == 2
    assert len(grid.until(0)) == 0


def test_what_no_calendar_answers_is_an_error() -> None:
    with pytest.raises(CalendarError):
        futures(date(1999, 1, 4), Interval.HOUR_1)
    with pytest.raises(CalendarError):
        futures(date(2024, 8, 5), Interval.DAY_1)


def test_the_last_end_before_the_clocks_change_is_an_hour_off_in_utc_only() -> None:
    friday, monday = futures(date(2024, 11, 1), Interval.HOUR_1), futures(date(2024, 11, 4), Interval.HOUR_1)
    assert local(friday) == local(monday)
    assert from_ns(int(friday.end[-1])) == datetime.fromisoformat("2024-11-01T21:00:00+00:00")
    assert from_ns(int(monday.end[-1])) == datetime.fromisoformat("2024-11-04T22:00:00+00:00")
