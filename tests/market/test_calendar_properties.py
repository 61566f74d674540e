"""What holds of every calendar at every instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.market.calendars import Phase, TradingCalendar, calendar
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.market.intervals import SECOND_NS, Interval
from barograph.market.wall_clock import NEW_YORK, wall_ns

IDS = ("XNYS", "CRYPTO", "GLOBEX", "CBOE_RATES", "CBOE_VIX", "ICE_DX")
CALENDARS = st.sampled_from(IDS).map(calendar)
INSTANTS = st.datetimes(datetime(2013, 1, 1), datetime(2040, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds must be naive
DATES = st.dates(date(2013, 1, 1), date(2040, 12, 31))
ZONES = {
    "XNYS": NEW_YORK,
    "GLOBEX": NEW_YORK,
    "ICE_DX": NEW_YORK,
    "CBOE_RATES": "America/Chicago",
    "CBOE_VIX": "America/Chicago",
    "CRYPTO": "UTC",
}
WALL_HOURS = {
    "XNYS": ({time(9, 30)}, {time(16), time(13)}),
    "GLOBEX": (
        {time(18)},
        {time(17), time(17, 15), time(13, 15), time(13), time(11, 30), time(9, 15), time(9, 30)},
    ),
    "ICE_DX": ({time(20), time(18)}, {time(17)}),
    "CBOE_RATES": ({time(7, 20)}, {time(14)}),
    "CBOE_VIX": ({time(8, 30), time(2, 15)}, {time(15, 15), time(12, 15), time(10, 30)}),
    "CRYPTO": ({time(0)}, {time(0)}),
}


@pytest.mark.parametrize("calendar_id", IDS)
def test_sessions_are_in_order_and_never_overlap(calendar_id: str) -> None:
    it = calendar(calendar_id)
    sessions = it.sessions(it.start, it.end)
    assert len(sessions) > 7_000
    for before, after in pairwise(sessions):
        assert before.date < after.date
        assert before.close <= after.open
    for session in sessions:
        assert session.open < session.close
        for begin, end in session.breaks:
            assert session.open < begin < end < session.close


@pytest.mark.parametrize("calendar_id", IDS)
def test_local_hours_are_those_of_zoneinfo_on_every_day(calendar_id: str) -> None:
    """Clock changes included: seen from the market's own wall clock, nothing ever moves."""
    it = calendar(calendar_id)
    zone = ZoneInfo(ZONES[calendar_id])
    opens, closes = WALL_HOURS[calendar_id]
    for session in it.sessions(it.start, it.end):
        opening, close = session.open.astimezone(zone), session.close.astimezone(zone)
        assert opening.time() in opens, session
        assert close.time() in closes, session
        assert close.date() == session.date + timedelta(days=calendar_id == "CRYPTO")


@given(CALENDARS, INSTANTS)
def test_every_instant_is_one_of_open_break_closed(it: TradingCalendar, now: datetime) -> None:
    phase = it.phase(now)
    nearby = it.sessions(max(it.start, now.date() - timedelta(days=7)), min(it.end, now.date() + timedelta(days=2)))
    around = [s for s in nearby if s.open <= now < s.close]
    paused = any(begin <= now < end for s in around for begin, end in s.breaks)
    assert (phase is Phase.OPEN) == (bool(around) and not paused)
    assert it.session_at(now) == (around[0] if phase is Phase.OPEN else None)
    if phase is Phase.BREAK and not paused:
        following = it.next_open(now)
        last = it.last_closed(now)
        assert following is not None
        assert last is not None
        assert following - last.close <= timedelta(hours=3)


@given(CALENDARS, INSTANTS)
def test_last_closed_is_the_newest_that_is_over(it: TradingCalendar, now: datetime) -> None:
    last = it.last_closed(now)
    assert last is not None
    assert last.close <= now
    later = it.sessions(last.date + timedelta(days=1), min(it.end, last.date + timedelta(days=9)))
    assert all(session.close > now for session in later)


@given(CALENDARS, INSTANTS)
def test_next_open_is_the_nearest_to_come(it: TradingCalendar, now: datetime) -> None:
    opening = it.next_open(now)
    if opening is None:
        return
    assert opening > now
    between = it.sessions(max(it.start, now.date() - timedelta(days=1)), min(it.end, opening.date()))
    assert not [s for s in between if now < s.open < opening]


@given(
    CALENDARS, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9))
)
def test_trading_time_adds_up(it: TradingCalendar, start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    whole = it.trading_s(start, end)
    assert whole == pytest.approx(it.trading_s(start, middle) + it.trading_s(middle, end), abs=1e-5)
    assert 0 <= whole <= (end - start).total_seconds() + 1e-5
    assert it.trading_s(end, start) == 0


@given(CALENDARS, DATES)
def test_trading_time_of_a_session_is_its_length_without_its_breaks(it: TradingCalendar, day: date) -> None:
    for session in it.sessions(max(day, it.start), max(day, it.start)):
        paused = sum((end - begin for begin, end in session.breaks), timedelta(0))
        assert it.trading_s(session.open, session.close) == (session.close - session.open - paused).total_seconds()


@given(CALENDARS, INSTANTS, st.sampled_from([i for i in Interval if i.intraday]))
def test_a_bar_ends_after_it_opens_and_never_after_its_session(
    it: TradingCalendar, opening: datetime, interval: Interval
) -> None:
    end = it.bar_end(to_ns(opening), interval)
    assert to_ns(opening) < end <= to_ns(opening) + interval.ns
    session = it.session_at(opening)
    if session is not None:
        assert from_ns(end) <= session.close


@given(CALENDARS, DATES, st.sampled_from([i for i in Interval if i.intraday]))
def test_a_grid_is_where_its_bars_end(it: TradingCalendar, day: date, interval: Interval) -> None:
    for session in it.sessions(day, day):
        grid = it.bar_grid(day, interval)
        opens = np.concatenate([[to_ns(session.open)], grid[:-1]])
        assert np.array_equal(it.bar_ends(opens, interval), grid)
        assert grid[-1] == to_ns(session.close)


@given(CALENDARS, DATES, DATES)
def test_closes_by_label_are_the_sessions_own(it: TradingCalendar, one: date, other: date) -> None:
    start = min(one, other)
    end = min(max(one, other), start + timedelta(days=400))
    sessions = it.sessions(start, end)
    labels = it.session_labels(start, end)
    assert labels.tolist() == [label_ns(session.date) for session in sessions]
    assert it.close_ns(labels).tolist() == [to_ns(session.close) for session in sessions]


@given(CALENDARS, DATES, INSTANTS)
def test_closed_since_counts_sessions(it: TradingCalendar, day: date, now: datetime) -> None:
    label = label_ns(max(day, now.date() - timedelta(days=60)))
    recent = it.sessions(max(it.start, now.date() - timedelta(days=61)), now.date())
    own = [s for s in recent if label_ns(s.date) > label and s.close <= now and not s.holiday]
    assert it.closed_since(label, now) == len(own)


@given(
    st.lists(DATES, min_size=1, max_size=20),
    st.times(min_value=time(3), max_value=time(23, 59)).map(lambda t: t.replace(microsecond=0)),
    st.sampled_from([NEW_YORK, "America/Chicago"]),
)
def test_wall_clock_agrees_with_zoneinfo(days: list[date], at: time, zone: str) -> None:
    found = wall_ns(np.array([label_ns(day) for day in days]), at, zone)
    expected = [int(datetime.combine(day, at, ZoneInfo(zone)).timestamp()) * SECOND_NS for day in days]
    assert found.tolist() == expected
