"""Intervals: their names and lengths agree."""

from __future__ import annotations

import pytest

from barograph.market.intervals import Interval

UNIT_S = {"m": 60, "h": 3_600, "d": 86_400}


@pytest.mark.parametrize("interval", list(Interval))
def test_the_name_says_the_length(interval: Interval) -> None:
    seconds = int(interval.value[:-1]) * UNIT_S[interval.value[-1]]
    assert interval.seconds == seconds
    assert interval.ns == seconds * 1_000_000_000


def test_only_the_daily_bar_is_named_by_its_date() -> None:
    assert [interval for interval in Interval if not interval.intraday] == [Interval.DAY_1]
