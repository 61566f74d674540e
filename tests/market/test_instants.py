"""Instants: exact conversion both ways."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.market.instants import from_ns, iso_z, label_date, label_ns, to_ns

AWARE = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - bounds must be naive
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")]),
)


@given(AWARE)
def test_there_and_back(instant: datetime) -> None:
    assert from_ns(to_ns(instant)) == instant.astimezone(UTC)


@given(AWARE, AWARE)
def test_order_and_distance_are_kept(one: datetime, other: datetime) -> None:
    between = other.astimezone(UTC) - one.astimezone(UTC)
    assert to_ns(other) - to_ns(one) == between // timedelta(microseconds=1) * 1_000


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_labels_there_and_back(day: date) -> None:
    assert label_date(label_ns(day)) == day
    assert label_date(label_ns(day) + 86_399_999_999_999) == day
    assert from_ns(label_ns(day)) == datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_known_values() -> None:
    assert to_ns(datetime(2024, 1, 10, 14, 30, tzinfo=UTC)) == 1_704_897_000_000_000_000
    assert to_ns(datetime(2024, 1, 10, 9, 30, tzinfo=ZoneInfo("America/New_York"))) == 1_704_897_000_000_000_000


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="2024-01-10T14:30:00 has no time zone"):
        to_ns(datetime(2024, 1, 10, 14, 30))  # noqa: DTZ001 - the very mistake


def test_iso_is_utc_and_whole_seconds() -> None:
    instant = datetime(2024, 7, 10, 9, 30, 1, 999_999, tzinfo=ZoneInfo("America/New_York"))
    assert iso_z(instant) == "2024-07-10T13:30:01Z"
