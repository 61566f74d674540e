"""The checklist's time boxes, and the day an instant belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.checklist.steps import BUDGET_S, Step, checklist_day

NEW_YORK = ZoneInfo("America/New_York")
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def test_five_steps_take_fifteen_minutes() -> None:
    assert list(BUDGET_S) == list(Step)
    assert [BUDGET_S[step] for step in Step] == [120, 240, 240, 180, 120]
    assert sum(BUDGET_S.values()) == 900


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-02-04T22:59:59.999999+00:00", "2026-02-04"),  # winter: 18:00 in New York is 23:00 UTC
        ("2026-02-04T23:00:00+00:00", "2026-02-05"),
        ("2026-07-07T21:59:59.999999+00:00", "2026-07-07"),  # summer: 22:00 UTC
        ("2026-07-07T22:00:00+00:00", "2026-07-08"),
        ("2026-02-08T23:00:00+00:00", "2026-02-09"),  # Monday's sheet opens on Sunday, with the futures
        ("2026-03-07T22:59:59+00:00", "2026-03-07"),  # the Saturday before clocks go forward: still winter
        ("2026-03-07T23:00:00+00:00", "2026-03-08"),
        ("2026-03-08T21:59:59+00:00", "2026-03-08"),  # the Sunday on which they have: summer
        ("2026-03-08T22:00:00+00:00", "2026-03-09"),
        ("2026-10-31T21:59:59+00:00", "2026-10-31"),  # the Saturday before clocks go back
        ("2026-10-31T22:00:00+00:00", "2026-11-01"),
        ("2026-11-01T22:59:59+00:00", "2026-11-01"),
        ("2026-11-01T23:00:00+00:00", "2026-11-02"),
        ("2026-12-31T23:00:00+00:00", "2027-01-01"),
    ],
)
def test_the_day_rolls_over_at_six_in_new_york(instant: str, day: str) -> None:
    assert checklist_day(datetime.fromisoformat(instant)) == date.fromisoformat(day)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-10", 24)])
def test_the_days_on_which_clocks_change_are_an_hour_shorter_or_longer(day: str, hours: int) -> None:
    expected = date.fromisoformat(day)
    noon = datetime.combine(expected, time(12), NEW_YORK).astimezone(UTC)
    minutes = [noon + timedelta(minutes=minute) for minute in range(-24 * 60, 24 * 60)]
    assert sum(checklist_day(minute) == expected for minute in minutes) == hours * 60


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_time_never_takes_the_day_back(instant: datetime, later: timedelta) -> None:
    assert checklist_day(instant) <= checklist_day(instant + later)


@given(INSTANTS, st.sampled_from(["Asia/Shanghai", "Australia/Lord_Howe", "America/New_York"]))
def test_the_zone_an_instant_is_written_in_does_not_matter(instant: datetime, zone: str) -> None:
    assert checklist_day(instant.astimezone(ZoneInfo(zone))) == checklist_day(instant)


def test_another_rollover_and_zone() -> None:
    instant = datetime(2026, 2, 4, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert checklist_day(instant, time(23, 59), "Asia/Shanghai") == date(2026, 2, 5)
    assert checklist_day(instant - timedelta(minutes=1), time(23, 59), "Asia/Shanghai") == date(2026, 2, 4)
