"""The meetings that ship, what is asked of them, and what is said about a file that cannot be used."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.market.fomc import FomcError, Meeting, MeetingDates, parse_meetings, shipped_meetings
from barograph.market.publication import federal_holidays

GOOD = """
format = 1
id = "FOMC"
as_of = 2025-09-05
ends = 2026-12-31
note = "for a test"
[[meeting]]
decision = 2026-10-28
[[meeting]]
decision = 2026-12-09
tentative = true
"""


@pytest.fixture
def two() -> MeetingDates:
    return parse_meetings(GOOD, "fomc.toml")


def test_the_shipped_schedule_has_eight_meetings_a_year_some_weeks_apart() -> None:
    shipped = shipped_meetings()
    days = [meeting.decision for meeting in shipped.meeting]
    for year in (2024, 2025, 2026, 2027):
        assert sum(day.year == year for day in days) == 8
    for before, after in pairwise(days):
        assert timedelta(weeks=5) <= after - before <= timedelta(weeks=8)
    assert all(day not in federal_holidays(day.year) for day in days)
    assert shipped.ends >= days[-1]


def test_decisions_that_everybody_remembers_are_there() -> None:
    days = {meeting.decision for meeting in shipped_meetings().meeting}
    # the first cut of 2024; the week of the election; the three cuts at the end of 2025
    assert {date(2024, 9, 18), date(2024, 11, 7)} <= days
    assert {date(2025, 9, 17), date(2025, 10, 29), date(2025, 12, 10)} <= days


def test_the_shipped_schedule_states_its_sources_and_its_doubts() -> None:
    shipped = shipped_meetings()
    for word in ("Rule:", "Sources:", "Less sure:"):
        assert word in shipped.note
    assert all(meeting.tentative == (meeting.decision.year > 2026) for meeting in shipped.meeting)


def test_the_next_meeting_counts_the_day_itself(two: MeetingDates) -> None:
    assert two.next_meeting(date(2020, 1, 1)) == Meeting(decision=date(2026, 10, 28))
    assert two.next_meeting(date(2026, 10, 28)) == Meeting(decision=date(2026, 10, 28))
    assert two.next_meeting(date(2026, 10, 29)) == Meeting(decision=date(2026, 12, 9), tentative=True)
    assert two.next_meeting(date(2026, 12, 10)) is None


def test_meetings_between_two_days_count_both(two: MeetingDates) -> None:
    first, second = two.meeting
    assert two.meetings_between(date(2026, 10, 28), date(2026, 12, 9)) == (first, second)
    assert two.meetings_between(date(2026, 10, 29), date(2026, 12, 8)) == ()
    assert two.meetings_between(date(2026, 12, 9), date(2026, 10, 28)) == ()


@given(st.dates(date(2023, 1, 1), date(2029, 1, 1)), st.dates(date(2023, 1, 1), date(2029, 1, 1)))
def test_the_next_meeting_is_the_first_of_those_that_follow(start: date, end: date) -> None:
    shipped = shipped_meetings()
    following = shipped.next_meeting(start)
    between = shipped.meetings_between(start, end)
    assert between == tuple(meeting for meeting in shipped.meeting if start <= meeting.decision <= end)
    if between:
        assert between[0] == following


def test_the_trader_is_told_in_time_that_the_dates_end(two: MeetingDates) -> None:
    assert not two.runs_out(date(2026, 11, 1))
    assert two.runs_out(date(2026, 11, 2))
    assert two.runs_out(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 10, 28), datetime(2026, 10, 28, 18, tzinfo=UTC)),
        (date(2026, 12, 9), datetime(2026, 12, 9, 19, tzinfo=UTC)),
    ],
)
def test_a_decision_is_published_at_two_in_new_york(day: date, instant: datetime) -> None:
    assert Meeting(decision=day).decided_at == instant


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = 2", "fomc.toml: format 2 is not known to this program; format 1 was expected"),
        ("decision = 2026-12-09", "decision = 2026-10-28", "meeting 2026-10-28 stands after 2026-10-28; rising dates"),
        ("decision = 2026-12-09", "decision = 2026-12-12", "meeting 2026-12-12 is on a weekend"),
        ("decision = 2026-12-09", 'decision = "9 December"', r"meeting.1.decision: .*\(found '9 December'\)"),
        ("ends = 2026-12-31", "ends = 2026-12-08", "meeting 2026-12-09 is after the end of the schedule, 2026-12-08"),
        (
            "decision = 2026-10-28",
            "decision = 2026-10-28\ntentative = true\n[[meeting]]\ndecision = 2026-11-18",
            "meeting 2026-11-18 is confirmed and the one before it is not",
        ),
        ("tentative = true", "maybe = true", "meeting.1.maybe: Extra inputs are not permitted"),
        ("as_of = 2025-09-05\n", "", "as_of: Field required"),
        ("[[meeting]]", "[[meetings]]", "meeting: Field required"),
        ('id = "FOMC"', f"id = {'9' * 5000}", "fomc.toml: .*; a TOML file was expected"),
        ("note =", "note", "fomc.toml: .*; a TOML file was expected"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_and_key(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(FomcError, match=message) as raised:
        parse_meetings(GOOD.replace(old, new), "fomc.toml")
    assert "\n" not in str(raised.value)
