"""One series between two dates, from FRED or from the publisher behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.history import FixingsHistory
from barograph.feeds.options import Access
from barograph.market.instants import from_ns
from barograph.market.universe_file import load_universe
from tests.feeds.fred.asking import FRIDAY, HandPace, Hosts, values_of
from tests.loopback.fred import HOST as FRED_HOST
from tests.loopback.publisher import FIRST, Fault

START, END = date(2024, 12, 20), date(2026, 2, 6)


@pytest.fixture
def hosts() -> Hosts:
    return Hosts(first=FIRST)


@pytest.fixture
def history(hosts: Hosts) -> Iterator[FixingsHistory]:
    asking = FixingsHistory(Access(), load_universe(), HandPace(), get=hosts)
    yield asking
    asking.close()


def test_the_series_that_can_be_fetched(history: FixingsHistory) -> None:
    assert set(history.series()) == {"DFII10", "DGS10", "DGS2", "DFF", "FED_TARGET_UPPER", "FED_TARGET_LOWER"}


@pytest.mark.parametrize(
    ("series", "behind"), [("DFII10", "US Treasury"), ("DGS2", "US Treasury"), ("DFF", "New York Fed")]
)
@pytest.mark.parametrize("fred", [True, False])
def test_the_days_that_were_asked_for_and_no_others(
    series: str, behind: str, fred: bool, history: FixingsHistory, hosts: Hosts
) -> None:
    if not fred:
        hosts.dead.add(FRED_HOST)
    source, fixings = history.fetch(series, START, END)
    assert source == ("FRED" if fred else behind)
    expected = {day: value for day, value in hosts.world.values[series].items() if START <= day <= END}
    if not fred:
        expected = {day: value for day, value in expected.items() if day.weekday() < 5}
    assert values_of(fixings) == expected
    assert (fixings.time[1:] > fixings.time[:-1]).all()


def test_values_were_public_by_the_rule_of_their_series(history: FixingsHistory) -> None:
    _, yields = history.fetch("DGS10", FRIDAY, FRIDAY)
    assert from_ns(int(yields.known_at[0])) == datetime(2026, 11, 23, 21, 15, tzinfo=UTC)
    _, target = history.fetch("FED_TARGET_UPPER", FRIDAY, FRIDAY)
    assert from_ns(int(target.known_at[0])) == datetime(2026, 11, 21, tzinfo=UTC)


def test_the_last_day_of_the_future_is_today(history: FixingsHistory) -> None:
    _, fixings = history.fetch("DGS10", date(2026, 11, 1), date(2030, 1, 1))
    assert max(values_of(fixings)) == FRIDAY


@pytest.mark.parametrize(("start", "end"), [(date(1990, 1, 1), date(1990, 2, 1)), (END, START)])
def test_days_without_values_are_empty(start: date, end: date, history: FixingsHistory) -> None:
    with pytest.raises(FeedError) as raised:
        history.fetch("DGS10", start, end)
    assert raised.value.kind is FeedErrorKind.EMPTY


def test_a_series_that_nobody_here_publishes(history: FixingsHistory) -> None:
    with pytest.raises(FeedError) as raised:
        history.fetch("FNG", START, END)
    assert raised.value.kind is FeedErrorKind.UNSUPPORTED


def test_when_nobody_answers_the_first_fault_is_told_with_its_instant(history: FixingsHistory, hosts: Hosts) -> None:
    hosts.fred.fault, hosts.treasury.fault = Fault.TOO_MANY, Fault.REFUSED
    with pytest.raises(FeedError) as raised:
        history.fetch("DGS10", START, END)
    assert (raised.value.kind, raised.value.source) == (FeedErrorKind.RATE_LIMITED, "FRED")
    assert raised.value.retry_at is not None
