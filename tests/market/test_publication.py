"""When fixings became public."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.market.instants import from_ns, label_ns
from barograph.market.publication import federal_holidays, known_at

NEXT_DAY = "next_business_day_1615_ny"
DATES = st.dates(date(2000, 1, 1), date(2039, 12, 31))


def public(day: date, rule: str = NEXT_DAY) -> datetime:
    return from_ns(int(known_at(np.array([label_ns(day)]), rule)[0]))


@pytest.mark.parametrize(
    ("observed", "known"),
    [
        (date(2024, 1, 10), "2024-01-11T21:15"),
        (date(2024, 7, 10), "2024-07-11T20:15"),
        (date(2024, 1, 12), "2024-01-16T21:15"),  # Friday; Monday is Martin Luther King's
        (date(2024, 1, 13), "2024-01-16T21:15"),  # rates of a Saturday and of a holiday come out with it
        (date(2024, 1, 15), "2024-01-16T21:15"),
        (date(2024, 3, 8), "2024-03-11T20:15"),  # clocks went forward
        (date(2024, 11, 1), "2024-11-04T21:15"),  # clocks went back
        (date(2024, 3, 28), "2024-03-29T20:15"),  # Good Friday is no federal holiday
        (date(2024, 10, 11), "2024-10-15T20:15"),  # Columbus: stocks trade, offices are closed
        (date(2023, 11, 9), "2023-11-13T21:15"),  # Veterans Day on a Saturday, kept on the Friday
        (date(2021, 12, 30), "2022-01-03T21:15"),  # New Year's Day on a Saturday
        (date(2022, 12, 23), "2022-12-27T21:15"),  # Christmas on a Sunday
        (date(2021, 6, 17), "2021-06-21T20:15"),  # Juneteenth's first year, on a Saturday
        (date(2020, 6, 18), "2020-06-19T20:15"),
        (date(2018, 12, 21), "2018-12-26T21:15"),  # Christmas Eve by executive order
    ],
)
def test_next_business_day(observed: date, known: str) -> None:
    assert public(observed) == datetime.fromisoformat(known).replace(tzinfo=UTC)


def test_same_day_is_the_end_of_the_utc_day() -> None:
    assert public(date(2024, 1, 13), "same_day_end_utc") == datetime(2024, 1, 14, tzinfo=UTC)


def test_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="'whenever' is not known; next_business_day_1615_ny or same_day_end_utc"):
        known_at(np.array([0]), "whenever")


@pytest.mark.parametrize("rule", [NEXT_DAY, "same_day_end_utc"])
def test_no_fixings_no_instants(rule: str) -> None:
    assert known_at(np.empty(0, np.int64), rule).shape == (0,)


@given(st.lists(DATES, min_size=1, max_size=30))
def test_a_fixing_is_public_on_a_later_business_day_and_order_does_not_matter(days: list[date]) -> None:
    found = known_at(np.array([label_ns(day) for day in days]), NEXT_DAY)
    for day, ns in zip(days, found.tolist(), strict=True):
        release = from_ns(ns).date()
        assert day < release <= day + timedelta(days=6)
        assert release.weekday() < 5
        assert release not in federal_holidays(release.year)
        assert from_ns(ns) == public(day)


@given(DATES, DATES)
def test_an_earlier_observation_is_never_public_later(one: date, other: date) -> None:
    assert public(min(one, other)) <= public(max(one, other))


def test_holidays_of_a_year() -> None:
    assert [f"{day:%m-%d}" for day in federal_holidays(2023)] == [
        "01-02",
        "01-16",
        "02-20",
        "05-29",
        "06-19",
        "07-04",
        "09-04",
        "10-09",
        "11-10",
        "11-23",
        "12-25",
    ]
