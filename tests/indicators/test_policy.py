"""The path that futures imply: a published worked example, and the months in which a contract says nothing."""

from __future__ import annotations

from datetime import date
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.indicators.policy import (
    cut_probability,
    implied_rate,
    meeting_path,
    path_bp,
    rate_after_meeting,
    read_next_month,
    repricing_bp,
)


def test_the_worked_example_is_the_published_one() -> None:
    after = rate_after_meeting(implied_rate(94.79), 5.33, 13, 30)
    assert after == pytest.approx(5.1182352941176354, rel=1e-9)
    assert cut_probability(5.33, after) == pytest.approx(0.8470588235294585, rel=1e-9)
    path = meeting_path(date(2024, 9, 13), 5.33, 94.79, 94.9)
    assert (path.rate_after, path.cut, path.rise) == (after, cut_probability(5.33, after), 0)
    assert not path.next_month


@given(st.floats(0, 10), st.floats(0, 10), st.integers(1, 29))
def test_the_mean_of_the_month_is_what_it_was_read_from(before: float, after: float, day: int) -> None:
    mean = (day * before + (30 - day) * after) / 30
    assert rate_after_meeting(mean, before, day, 30) == pytest.approx(after, abs=1e-9)


def test_a_meeting_late_in_the_month_is_read_off_the_next() -> None:
    assert not read_next_month(date(2024, 7, 24))
    assert read_next_month(date(2024, 7, 25))
    assert not read_next_month(date(2024, 2, 22))
    assert read_next_month(date(2024, 2, 23))
    late = meeting_path(date(2024, 7, 31), 5.33, nan, 94.92)
    assert late.next_month
    assert late.rate_after == pytest.approx(5.08)
    assert late.cut == pytest.approx(1)
    mixed = meeting_path(date(2024, 7, 31), 5.33, 94.7, 94.92, next_month_quiet=False)
    assert all(isnan(value) for value in (mixed.rate_after, mixed.cut, mixed.rise))


def test_a_rise_is_expected_where_the_rate_after_is_higher() -> None:
    path = meeting_path(date(2022, 9, 13), 2.33, 97.2, 97.0)
    assert path.cut == 0
    assert path.rise == pytest.approx((path.rate_after - 2.33) / 0.25)
    assert path.rise > 1  # more than one step


def test_what_a_contract_does_not_say_is_unknown() -> None:
    assert isnan(rate_after_meeting(5.2, 5.33, 30, 30))
    assert isnan(meeting_path(date(2024, 9, 18), 5.33, nan, 94.9).cut)


def test_path_and_repricing_are_in_basis_points() -> None:
    assert path_bp(3.83, 5.33) == pytest.approx(-150)
    rates = np.array([4.0, nan, 4.1, 4.25])
    assert repricing_bp(rates, 3) == pytest.approx(25)
    assert isnan(repricing_bp(rates, 2))
    assert isnan(repricing_bp(rates, 4))
    assert repricing_bp(np.arange(12) / 100) == pytest.approx(10)
