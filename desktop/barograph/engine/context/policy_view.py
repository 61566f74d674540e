"""The path of the policy rate: dated fed funds futures, the next meeting, and the two-year yield as a stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import isfinite, nan
from zoneinfo import ZoneInfo

from barograph.engine.context.session_windows import POLICY_RATE, SessionWindows
from barograph.engine.context.shown import known
from barograph.engine.context_view import PolicyMonth, PolicyView
from barograph.engine.tape import Latest, Tape
from barograph.indicators.policy import implied_rate, meeting_path, path_bp, repricing_bp
from barograph.market.fomc import Meeting, shipped_meetings
from barograph.market.freshness import POLICY_PATH_LIMITS, Freshness, judge_daily
from barograph.market.instants import from_ns
from barograph.market.instruments import fed_funds_id, fed_funds_month
from barograph.market.intervals import Interval
from barograph.market.wall_clock import NEW_YORK

FAST_BP = 15.0
"""Ten sessions' change of the path from which it is called fast (SIGNALS 3.5). Judgement."""
FUTURES = "fed funds futures"
"""The source's name beside what is read off them."""
_FORTNIGHT = 10
_YIELD_2Y = "DGS2"
_ZONE = ZoneInfo(NEW_YORK)
_BEFORE_FIRST = timedelta(days=60)
"""Meetings are six to eight weeks apart: so long before the schedule's first one nothing is known of the next."""


def next_meeting(now: datetime) -> Meeting | None:
    """The first decision that has not been published yet; None where the schedule does not reach."""
    schedule = shipped_meetings()
    meeting = schedule.next_meeting(now.astimezone(_ZONE).date())
    if meeting is not None and meeting.decided_at <= now:
        meeting = schedule.next_meeting(meeting.decision + timedelta(days=1))
    if meeting is None or meeting.decided_at - now > 2 * _BEFORE_FIRST:
        return None
    return meeting


def minutes_to_decision(now: datetime) -> float:
    """Minutes to the nearest decision, negative after it; NaN where none is within a day.

    Prices and payrolls are in no calendar here, so a quiet schedule does not mean that nothing is near.
    """
    day = now.astimezone(_ZONE).date()
    near = shipped_meetings().meetings_between(day - timedelta(days=1), day + timedelta(days=1))
    minutes = [(meeting.decided_at - now).total_seconds() / 60 for meeting in near]
    return min(minutes, key=abs, default=nan)


def policy_view(tape: Tape, windows: SessionWindows, row: int | None, now: datetime) -> PolicyView:
    """What is known of the path as of `now`."""
    effective, two_year = (tape.fixing(name, now) for name in (POLICY_RATE, _YIELD_2Y))
    rate = effective.value if effective.state.usable and effective.value is not None else nan
    two = two_year.value if two_year.state.usable and two_year.value is not None else nan
    months = tuple(_months(tape, now))
    implied = {month.month: month.rate for month in months}
    today = now.astimezone(_ZONE).date()
    in_a_year = today.replace(year=today.year + 1, day=1)
    change, source = _repricing(windows, row)
    meeting = next_meeting(now)
    served = any(fed_funds_month(name) for name in tape.feed.instruments())
    view = PolicyView(
        effective=known(rate),
        effective_as_of=effective.as_of,
        months=months,
        path12_bp=known(path_bp(implied.get(in_a_year, nan), rate)),
        path12_month=in_a_year,
        two_year_gap_bp=known(path_bp(two, rate)),
        repricing_bp=known(change),
        repricing_source=source,
        repricing_as_of=None if row is None else from_ns(int(windows.table.evaluated_at[row])),
        fast=abs(change) >= FAST_BP if isfinite(change) else None,
        dates_end=shipped_meetings().runs_out(today),
        reason="" if months else "no_data" if served else "no_futures",
    )
    if meeting is None:
        return view
    return _with_meeting(view, meeting, implied, rate if _is_after(effective, now) else nan)


def _is_after(effective: Latest, now: datetime) -> bool:
    """Whether the rate is of a day after the last decision: one of before it says nothing about the next."""
    if effective.as_of is None:
        return False
    day = effective.as_of.astimezone(_ZONE).date()
    return all(each.decided_at > now for each in shipped_meetings().meetings_between(day, now.astimezone(_ZONE).date()))


def _with_meeting(view: PolicyView, meeting: Meeting, implied: Mapping[date, float], rate: float) -> PolicyView:
    month = meeting.decision.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    after = (following + timedelta(days=32)).replace(day=1)
    quiet = not shipped_meetings().meetings_between(following, after - timedelta(days=1))
    prices = [100 - implied.get(each, nan) for each in (month, following)]
    path = meeting_path(meeting.decision, rate, prices[0], prices[1], next_month_quiet=quiet)
    return replace(
        view,
        next_meeting=meeting.decision,
        decided_at=meeting.decided_at,
        tentative=meeting.tentative,
        rate_after=known(path.rate_after),
        cut=known(path.cut),
        rise=known(path.rise),
        read_next_month=path.next_month,
        meeting_month=following if path.next_month else month,
    )


def _months(tape: Tape, now: datetime) -> list[PolicyMonth]:
    """The dated futures of this month and later whose last daily close is young enough, nearest first."""
    found = []
    this_month = now.astimezone(_ZONE).date().replace(day=1)
    for name in tape.feed.instruments():
        month = fed_funds_month(name)
        bars = tape.daily.get(name)
        if month is None or month < this_month or bars is None or not len(bars):
            continue
        calendar = tape.calendars(tape.universe.instrument(name).calendar)
        label = int(bars.time[-1])
        state = judge_daily(label, now, calendar, 0.0, POLICY_PATH_LIMITS)
        if state.usable:
            at = from_ns(calendar.bar_end(label, Interval.DAY_1))
            newest = Freshness.CLOSED if state is Freshness.LIVE else state  # the last close there is
            found.append(PolicyMonth(month, fed_funds_id(month), implied_rate(float(bars.close[-1])), at, newest))
    return sorted(found, key=lambda each: each.month)


def _repricing(windows: SessionWindows, row: int | None) -> tuple[float, str]:
    """Ten sessions' change of the path, or of the two-year yield where there are no futures; and of which."""
    if row is None:
        return nan, ""
    path = repricing_bp(windows.policy_path(row), _FORTNIGHT)
    if isfinite(path):
        return path, FUTURES
    two_year = repricing_bp(windows.table.rates(_YIELD_2Y, row, _FORTNIGHT + 1), _FORTNIGHT)
    return two_year, f"{_YIELD_2Y} fixing" if isfinite(two_year) else ""
