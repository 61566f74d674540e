"""Since when a value was known, who may change it, and when another publisher is needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.feeds.book import Book
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import FRED, NEW_YORK_FED, TREASURY, column_of
from barograph.feeds.fred.ledger import Ledger
from barograph.feeds.fred.schedule import last_release, newest_due
from barograph.market.instants import from_ns, label_date, label_ns
from barograph.market.observations import Fixings
from barograph.market.publication import NEXT_BUSINESS_DAY, SAME_DAY

WEDNESDAY, THURSDAY, FRIDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (18, 19, 20, 23, 24))
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
"""Tuesday, 10:00 in New York."""
FROM = date(2026, 10, 1)
RULES = {"DGS10": NEXT_BUSINESS_DAY, "DFF": NEXT_BUSINESS_DAY, "FED_TARGET_UPPER": SAME_DAY}


def release(day: int) -> datetime:
    """16:15 in New York on a day of that November."""
    return datetime(2026, 11, day, 21, 15, tzinfo=UTC)


class Entering:
    """A ledger, its book, and answers written as dates with values."""

    def __init__(self) -> None:
        self.book = Book()
        self.ledger = Ledger(self.book, RULES)

    def take(
        self, values: dict[date, float], now: datetime, source: str = FRED, since: date = FROM, series: str = "DGS10"
    ) -> int:
        return self.ledger.take(series, source, column_of(list(values), list(values.values())), label_ns(since), now)

    def held(self, series: str = "DGS10") -> dict[date, tuple[float, datetime]]:
        _, fixings = self.book.fixings(series)
        return {
            label_date(time): (value, from_ns(known))
            for time, value, known in zip(
                fixings.time.tolist(), fixings.value.tolist(), fixings.known_at.tolist(), strict=True
            )
        }


@pytest.fixture
def entering() -> Entering:
    return Entering()


def fault(source: str) -> FeedError:
    return FeedError(FeedErrorKind.UNREACHABLE, source, "DGS10", f"{source} cannot be reached")


# ------------------------------------------------------------------------------------------------- since when


def test_values_that_were_there_at_the_start_were_public_by_their_rule(entering: Entering) -> None:
    assert entering.take({THURSDAY: 4.1, FRIDAY: 4.2}, NOW) == 2
    assert entering.held() == {THURSDAY: (4.1, release(20)), FRIDAY: (4.2, release(23))}


def test_a_value_that_comes_late_was_not_known_before_it_came(entering: Entering) -> None:
    entering.take({FRIDAY: 4.2}, NOW)
    late = release(24) + timedelta(hours=3)
    entering.take({FRIDAY: 4.2, MONDAY: 4.3}, late)
    assert entering.held()[MONDAY] == (4.3, late)


def test_a_value_that_comes_before_its_hour_counts_from_its_hour(entering: Entering) -> None:
    entering.take({FRIDAY: 4.2}, NOW)
    entering.take({MONDAY: 4.3}, NOW + timedelta(hours=1), TREASURY)
    assert entering.held()[MONDAY] == (4.3, release(24))


def test_a_hole_that_is_filled_later_was_not_known_before(entering: Entering) -> None:
    entering.take({WEDNESDAY: 4.0, FRIDAY: 4.2}, NOW)
    later = NOW + timedelta(hours=1)
    entering.take({WEDNESDAY: 4.0, THURSDAY: 4.1, FRIDAY: 4.2}, later)
    assert entering.held()[THURSDAY] == (4.1, later)
    assert entering.held()[WEDNESDAY] == (4.0, release(19))


def test_older_values_that_another_source_reaches_back_to_were_public_by_their_rule(entering: Entering) -> None:
    entering.take({FRIDAY: 4.2}, NOW, TREASURY, since=date(2026, 11, 20))
    entering.take({WEDNESDAY: 4.0, THURSDAY: 4.1, FRIDAY: 4.2}, NOW + timedelta(minutes=1))
    assert entering.held()[WEDNESDAY] == (4.0, release(19))
    entering.take({date(2026, 9, 1): 3.9}, NOW + timedelta(days=1), since=date(2026, 9, 1))
    assert entering.held()[date(2026, 9, 1)][1] < NOW


def test_a_changed_value_is_known_from_the_change_on(entering: Entering) -> None:
    entering.take({THURSDAY: 4.1, FRIDAY: 4.2}, NOW)
    later = NOW + timedelta(hours=1)
    assert entering.take({THURSDAY: 4.15, FRIDAY: 4.2}, later) == 1
    assert entering.held() == {THURSDAY: (4.15, later), FRIDAY: (4.2, release(23))}


def test_a_value_restored_from_the_store_is_a_value_that_may_be_changed(entering: Entering) -> None:
    entering.take({THURSDAY: 4.1}, NOW)
    again = Entering()
    for series, source, fixings in entering.book.take_new().fixings:
        again.book.put_fixings(series, source, fixings, record=False)
    later = NOW + timedelta(days=3)
    again.take({THURSDAY: 4.15, FRIDAY: 4.2}, later)
    assert again.held() == {THURSDAY: (4.15, later), FRIDAY: (4.2, release(23))}


def test_what_was_missed_in_a_sleep_came_some_time_after_the_last_answer(entering: Entering) -> None:
    entering.take({FRIDAY: 4.2}, NOW)
    heard = release(24) + timedelta(minutes=30)  # and Monday's value was not there yet
    entering.take({FRIDAY: 4.2}, heard)
    entering.ledger.woke()
    woken = NOW + timedelta(days=2)
    entering.take({FRIDAY: 4.2, MONDAY: 4.3, TUESDAY: 4.4}, woken)
    assert entering.held()[MONDAY] == (4.3, heard)
    assert entering.held()[TUESDAY] == (4.4, release(25))
    entering.take({THURSDAY: 4.1}, woken + timedelta(minutes=1))
    assert entering.held()[THURSDAY] == (4.1, woken + timedelta(minutes=1))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([FRED, TREASURY]),
            st.floats(1, 200),
            st.dictionaries(st.integers(0, 30), st.sampled_from([4.0, 4.1]), max_size=8),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_was_known_before_it_was_public_or_before_we_could_have_heard_it(
    answers: list[tuple[str, float, dict[int, float], bool]],
) -> None:
    entering, now = Entering(), NOW
    first_newest: date | None = None
    start = date(2026, 10, 20)
    for source, hours, values, slept in answers:
        now += timedelta(hours=hours)
        dated = {start + timedelta(days=day): value for day, value in sorted(values.items())}
        if slept:
            entering.ledger.woke()
        before = entering.held() if first_newest else {}
        entering.take(dated, now, source, since=start)
        after = entering.held() if first_newest or dated else {}
        for day, (value, known) in after.items():
            assert known >= datetime(day.year, day.month, day.day, 20, tzinfo=UTC) + timedelta(days=1)
            if day in before and before[day][0] == value:
                assert known == before[day][1]  # what is known stays known
            elif first_newest is not None and day > first_newest and not slept:
                assert known >= now
        first_newest = first_newest or max(dated, default=None)


# ------------------------------------------------------------------------------------------------ who may change


def test_the_second_source_adds_dates_and_changes_nothing_that_it_did_not_give(entering: Entering) -> None:
    entering.take({FRIDAY: 4.2}, NOW)
    entering.take({FRIDAY: 4.9, MONDAY: 4.3}, NOW + timedelta(hours=1), TREASURY)
    assert {day: value for day, (value, _) in entering.held().items()} == {FRIDAY: 4.2, MONDAY: 4.3}
    assert entering.book.fixings("DGS10")[0] == TREASURY
    entering.take({FRIDAY: 4.9, MONDAY: 4.35}, NOW + timedelta(hours=2), TREASURY)
    assert entering.held()[MONDAY][0] == 4.35
    entering.take({FRIDAY: 4.2, MONDAY: 4.31}, NOW + timedelta(hours=3), FRED)
    entering.take({FRIDAY: 4.9, MONDAY: 4.35}, NOW + timedelta(hours=4), TREASURY)
    assert {day: value for day, (value, _) in entering.held().items()} == {FRIDAY: 4.2, MONDAY: 4.31}


def test_a_series_that_is_not_wanted_is_left_aside(entering: Entering) -> None:
    assert entering.take({FRIDAY: 4.2}, NOW, series="DGS30") == 0
    entering.ledger.fail("DGS30", fault(FRED))
    assert not entering.book.take_new()
    assert not entering.ledger.needs("DGS30", NOW)


# ---------------------------------------------------------------------------------------------- what is lacking


def test_the_book_is_told_of_a_fault_only_while_no_source_answers(entering: Entering) -> None:
    entering.ledger.fail("DGS10", fault(FRED))
    assert entering.book.error("DGS10", None) is not None
    entering.take({FRIDAY: 4.2}, NOW, TREASURY)
    assert entering.book.error("DGS10", None) is None
    entering.ledger.fail("DGS10", fault(FRED))
    assert entering.book.error("DGS10", None) is None
    entering.ledger.fail("DGS10", fault(TREASURY))
    error = entering.book.error("DGS10", None)
    assert error is not None
    assert error.source == TREASURY
    assert entering.book.answered_at("DGS10", None) == NOW


def test_another_publisher_is_needed_when_fred_fails_or_is_late(entering: Entering) -> None:
    ledger = entering.ledger
    assert not ledger.needs("DGS10", NOW)  # nobody was asked yet
    ledger.fail("DGS10", fault(FRED))
    assert ledger.needs("DGS10", NOW)
    entering.take({FRIDAY: 4.2}, NOW)
    assert not ledger.needs("DGS10", NOW)
    assert not ledger.needs("DGS10", release(24) + timedelta(minutes=44))
    assert ledger.needs("DGS10", release(24) + timedelta(minutes=45))
    entering.take({MONDAY: 4.3}, release(24) + timedelta(hours=1), TREASURY)
    assert not ledger.needs("DGS10", release(24) + timedelta(hours=2))


def test_a_value_is_overdue_from_its_hour_on_and_a_target_never(entering: Entering) -> None:
    entering.take({FRIDAY: 4.2}, NOW)
    entering.take({FRIDAY: 3.75}, NOW, series="FED_TARGET_UPPER")
    assert not entering.ledger.overdue("DGS10", release(24) - timedelta(seconds=1))
    assert entering.ledger.overdue("DGS10", release(24))
    assert not entering.ledger.overdue("FED_TARGET_UPPER", NOW + timedelta(days=9))
    assert entering.ledger.overdue("DFF", NOW)


@pytest.mark.parametrize(
    ("now", "day", "released"),
    [
        (NOW, FRIDAY, release(23)),
        (release(24) - timedelta(seconds=1), FRIDAY, release(23)),
        (release(24), MONDAY, release(24)),
        (datetime(2026, 11, 26, 22, tzinfo=UTC), TUESDAY, release(25)),  # Thanksgiving
        (datetime(2026, 11, 29, 12, tzinfo=UTC), date(2026, 11, 25), release(27)),  # Sunday
        (datetime(2026, 1, 1, 12, tzinfo=UTC), date(2025, 12, 30), datetime(2025, 12, 31, 21, 15, tzinfo=UTC)),
        (datetime(2026, 7, 6, 12, tzinfo=UTC), date(2026, 7, 1), datetime(2026, 7, 2, 20, 15, tzinfo=UTC)),
    ],
)
def test_the_newest_value_that_is_due(now: datetime, day: date, released: datetime) -> None:
    assert newest_due(now, NEXT_BUSINESS_DAY) == label_ns(day)
    assert last_release(now, NEXT_BUSINESS_DAY) == released


def test_no_hour_is_known_of_what_is_published_on_the_day() -> None:
    assert newest_due(NOW, SAME_DAY) is None
    assert last_release(NOW, SAME_DAY) is None


def test_how_far_back_values_reach(entering: Entering) -> None:
    assert not entering.ledger.reaches("DFF", label_ns(FROM))
    entering.take({date(2026, 10, 5): 3.6, FRIDAY: 3.6}, NOW, NEW_YORK_FED, series="DFF")
    assert entering.ledger.reaches("DFF", label_ns(FROM))
    assert not entering.ledger.reaches("DFF", label_ns(date(2026, 9, 1)))
    assert isinstance(entering.book.fixings("DFF")[1], Fixings)
