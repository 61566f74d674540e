"""The calendars on days whose hours are known: half days, holidays, clock changes, breaks and weekends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from barograph.market.calendars import CalendarError, Phase, calendar
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.intervals import Interval

H1, H4, D1 = Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(calendar_id: str, day: date) -> tuple[str, str] | None:
    """Opening and closing of the session of that date, in UTC; None without a session."""
    found = calendar(calendar_id).sessions(day, day)
    return (f"{found[0].open:%d %H:%M}", f"{found[0].close:%d %H:%M}") if found else None


@pytest.mark.parametrize(
    ("calendar_id", "day", "expected"),
    [
        # cash stocks: an ordinary day in winter and in summer, half days, holidays, a day of mourning
        ("XNYS", date(2024, 1, 10), ("10 14:30", "10 21:00")),
        ("XNYS", date(2024, 7, 10), ("10 13:30", "10 20:00")),
        ("XNYS", date(2024, 11, 29), ("29 14:30", "29 18:00")),
        ("XNYS", date(2024, 7, 3), ("03 13:30", "03 17:00")),
        ("XNYS", date(2018, 12, 5), None),
        ("XNYS", date(2025, 1, 9), None),
        ("XNYS", date(2024, 3, 29), None),
        ("XNYS", date(2024, 6, 19), None),
        ("XNYS", date(2021, 6, 18), ("18 13:30", "18 20:00")),
        ("XNYS", date(2026, 7, 3), None),
        ("XNYS", date(2024, 1, 13), None),
        # the Fridays before and the Mondays after a change of clocks
        ("XNYS", date(2024, 3, 8), ("08 14:30", "08 21:00")),
        ("XNYS", date(2024, 3, 11), ("11 13:30", "11 20:00")),
        ("XNYS", date(2024, 11, 1), ("01 13:30", "01 20:00")),
        ("XNYS", date(2024, 11, 4), ("04 14:30", "04 21:00")),
        ("XNYS", date(2026, 3, 9), ("09 13:30", "09 20:00")),
        ("XNYS", date(2026, 11, 2), ("02 14:30", "02 21:00")),
        # index futures: ordinary, half day, holidays with and without a short session, versions of the hours
        ("GLOBEX", date(2026, 2, 4), ("03 23:00", "04 22:00")),
        ("GLOBEX", date(2024, 7, 10), ("09 22:00", "10 21:00")),
        ("GLOBEX", date(2024, 3, 11), ("10 22:00", "11 21:00")),
        ("GLOBEX", date(2024, 11, 4), ("03 23:00", "04 22:00")),
        ("GLOBEX", date(2024, 7, 3), ("02 22:00", "03 17:15")),
        ("GLOBEX", date(2024, 7, 4), ("03 22:00", "04 17:00")),
        ("GLOBEX", date(2024, 6, 19), ("18 22:00", "19 17:00")),
        ("GLOBEX", date(2024, 11, 28), ("27 23:00", "28 18:00")),
        ("GLOBEX", date(2013, 7, 4), ("03 22:00", "04 15:30")),
        ("GLOBEX", date(2024, 12, 25), None),
        ("GLOBEX", date(2024, 12, 26), ("25 23:00", "26 22:00")),
        ("GLOBEX", date(2021, 12, 24), None),
        ("GLOBEX", date(2022, 12, 26), None),
        ("GLOBEX", date(2023, 1, 2), None),
        ("GLOBEX", date(2024, 3, 29), None),
        ("GLOBEX", date(2023, 4, 7), ("06 22:00", "07 13:15")),
        ("GLOBEX", date(2018, 12, 5), ("04 23:00", "05 14:30")),
        ("GLOBEX", date(2025, 1, 9), ("08 23:00", "09 14:30")),
        ("GLOBEX", date(2015, 9, 18), ("17 22:00", "18 21:15")),
        ("GLOBEX", date(2015, 9, 21), ("20 22:00", "21 21:00")),
        # indices published in Chicago
        ("CBOE_RATES", date(2024, 1, 10), ("10 13:20", "10 20:00")),
        ("CBOE_RATES", date(2024, 7, 4), None),
        ("CBOE_VIX", date(2024, 1, 10), ("10 08:15", "10 21:15")),
        ("CBOE_VIX", date(2024, 7, 3), ("03 07:15", "03 17:15")),
        ("CBOE_VIX", date(2024, 7, 4), ("04 07:15", "04 15:30")),
        ("CBOE_VIX", date(2014, 7, 10), ("10 13:30", "10 20:15")),
        ("CBOE_VIX", date(2021, 7, 5), None),
        # the dollar index: Sundays open two hours earlier
        ("ICE_DX", date(2024, 1, 10), ("10 01:00", "10 22:00")),
        ("ICE_DX", date(2024, 1, 8), ("07 23:00", "08 22:00")),
        ("ICE_DX", date(2024, 7, 4), None),
        ("CRYPTO", date(2024, 3, 10), ("10 00:00", "11 00:00")),
    ],
)
def test_hours_of_known_days(calendar_id: str, day: date, expected: tuple[str, str] | None) -> None:
    assert hours(calendar_id, day) == expected


@pytest.mark.parametrize(
    ("calendar_id", "instant", "phase"),
    [
        ("GLOBEX", "2024-01-10T21:59:59", Phase.OPEN),
        ("GLOBEX", "2024-01-10T22:00:00", Phase.BREAK),  # 17:00 New York
        ("GLOBEX", "2024-01-10T22:59:59", Phase.BREAK),
        ("GLOBEX", "2024-01-10T23:00:00", Phase.OPEN),  # 18:00 New York
        ("GLOBEX", "2024-07-10T21:30:00", Phase.BREAK),  # the same break an hour earlier in UTC
        ("GLOBEX", "2024-01-12T22:30:00", Phase.CLOSED),  # Friday 17:30: the weekend, not the break
        ("GLOBEX", "2024-01-14T22:59:59", Phase.CLOSED),
        ("GLOBEX", "2024-01-14T23:00:00", Phase.OPEN),  # Sunday 18:00
        ("GLOBEX", "2024-06-19T20:00:00", Phase.CLOSED),  # the afternoon of a holiday
        ("GLOBEX", "2020-01-10T21:20:00", Phase.BREAK),  # 16:20, the pause of those years
        ("GLOBEX", "2024-01-10T21:20:00", Phase.OPEN),
        ("XNYS", "2024-01-10T14:29:59", Phase.CLOSED),
        ("XNYS", "2024-01-10T14:30:00", Phase.OPEN),
        ("XNYS", "2024-01-10T21:00:00", Phase.CLOSED),
        ("XNYS", "2024-11-29T18:30:00", Phase.CLOSED),
        ("CBOE_VIX", "2024-01-10T14:27:00", Phase.BREAK),  # 08:27 Chicago
        ("CBOE_VIX", "2024-01-10T14:30:00", Phase.OPEN),
        ("ICE_DX", "2024-01-10T23:30:00", Phase.BREAK),
        ("ICE_DX", "2024-01-12T23:30:00", Phase.CLOSED),
        ("CRYPTO", "2024-01-13T12:00:00", Phase.OPEN),  # a Saturday
        ("CRYPTO", "2024-01-14T00:00:00", Phase.OPEN),
    ],
)
def test_phase(calendar_id: str, instant: str, phase: Phase) -> None:
    it = calendar(calendar_id)
    now = utc(instant)
    assert it.phase(now) is phase
    assert (it.session_at(now) is not None) == (phase is Phase.OPEN)
    assert it.in_break(now) == (phase is Phase.BREAK)


def test_session_around_an_instant_carries_its_break() -> None:
    session = calendar("CBOE_VIX").session_at(utc("2024-01-10T15:00:00"))
    assert session is not None
    assert session.date == date(2024, 1, 10)
    assert session.breaks == ((utc("2024-01-10T14:25:00"), utc("2024-01-10T14:30:00")),)


def test_holiday_sessions_are_marked() -> None:
    week = calendar("GLOBEX").sessions(date(2024, 1, 12), date(2024, 1, 16))
    assert [(s.date.day, s.holiday) for s in week] == [(12, False), (15, True), (16, False)]


def test_last_closed_and_next_open() -> None:
    nyse = calendar("XNYS")
    saturday = utc("2024-01-13T12:00:00")
    last = nyse.last_closed(saturday)
    assert last is not None
    assert last.date == date(2024, 1, 12)
    assert nyse.next_open(saturday) == utc("2024-01-16T14:30:00")  # Monday was a holiday
    assert nyse.last_closed(utc("2024-01-12T21:00:00")) == last  # its very close counts
    assert nyse.last_closed(utc("2010-01-02T00:00:00")) is None
    assert nyse.next_open(utc("2040-12-31T23:00:00")) is None


def test_crypto_opens_next_at_the_next_midnight() -> None:
    assert calendar("CRYPTO").next_open(utc("2024-01-13T12:00:00")) == utc("2024-01-14T00:00:00")


@pytest.mark.parametrize(
    ("trade_date", "ends"),
    [
        (date(2026, 2, 4), ["04 03", "04 07", "04 11", "04 15", "04 19", "04 22"]),
        (date(2026, 7, 8), ["08 02", "08 06", "08 10", "08 14", "08 18", "08 21"]),
        (date(2026, 3, 9), ["09 02", "09 06", "09 10", "09 14", "09 18", "09 21"]),
        (date(2024, 11, 28), ["28 03", "28 07", "28 11", "28 15", "28 18"]),  # Thanksgiving
    ],
)
def test_futures_grid_of_four_hours(trade_date: date, ends: list[str]) -> None:
    grid = calendar("GLOBEX").bar_grid(trade_date, H4)
    assert [f"{from_ns(int(end)):%d %H}" for end in grid] == ends
    assert not np.any(grid % H1.ns)


def test_futures_grid_of_one_hour_has_23_bars() -> None:
    grid = calendar("GLOBEX").bar_grid(date(2026, 2, 4), H1)
    assert len(grid) == 23
    assert (from_ns(int(grid[0])), from_ns(int(grid[-1]))) == (
        utc("2026-02-04T00:00:00"),
        utc("2026-02-04T22:00:00"),
    )


def test_cash_grid_ends_with_a_half_hour() -> None:
    grid = calendar("XNYS").bar_grid(date(2024, 1, 10), H1)
    assert [f"{from_ns(int(end)):%H:%M}" for end in grid] == [
        "15:30",
        "16:30",
        "17:30",
        "18:30",
        "19:30",
        "20:30",
        "21:00",
    ]


@pytest.mark.parametrize(("day", "interval"), [(date(2024, 1, 13), H1), (date(2024, 1, 10), D1)])
def test_grid_of_what_has_none(day: date, interval: Interval) -> None:
    with pytest.raises(CalendarError, match=f"no intraday bars of {interval} on {day}"):
        calendar("XNYS").bar_grid(day, interval)


@pytest.mark.parametrize(
    ("calendar_id", "opening", "interval", "end"),
    [
        ("XNYS", "2024-01-10T20:30:00", H1, "2024-01-10T21:00:00"),
        ("XNYS", "2024-01-10T19:30:00", H1, "2024-01-10T20:30:00"),
        ("XNYS", "2024-11-29T17:30:00", H1, "2024-11-29T18:00:00"),
        ("XNYS", "2024-01-10T14:30:00", H4, "2024-01-10T18:30:00"),
        ("XNYS", "2024-01-10T22:00:00", H1, "2024-01-10T23:00:00"),  # after hours: as it comes
        ("GLOBEX", "2024-01-10T19:00:00", H4, "2024-01-10T22:00:00"),
        ("CBOE_VIX", "2024-01-10T08:00:00", H1, "2024-01-10T09:00:00"),
        ("CBOE_VIX", "2024-01-10T21:00:00", H1, "2024-01-10T21:15:00"),
        ("CRYPTO", "2024-01-13T20:00:00", H4, "2024-01-14T00:00:00"),
        ("XNYS", "2024-01-10T00:00:00", D1, "2024-01-10T21:00:00"),
        ("CRYPTO", "2024-01-13T00:00:00", D1, "2024-01-14T00:00:00"),
    ],
)
def test_bar_end(calendar_id: str, opening: str, interval: Interval, end: str) -> None:
    assert from_ns(calendar(calendar_id).bar_end(to_ns(utc(opening)), interval)) == utc(end)


def test_close_of_labels_in_any_order() -> None:
    labels = np.array([label_ns(date(2024, 11, 29)), label_ns(date(2024, 1, 10))])
    closes = calendar("XNYS").close_ns(labels)
    assert [from_ns(int(close)) for close in closes] == [
        utc("2024-11-29T18:00:00"),
        utc("2024-01-10T21:00:00"),
    ]


def test_close_of_a_label_without_session_is_the_ordinary_hour() -> None:
    closes = calendar("ICE_DX").close_ns(np.array([label_ns(date(2016, 1, 18))]))
    assert from_ns(int(closes[0])) == utc("2016-01-18T22:00:00")


def test_close_refuses_what_is_no_label_or_not_covered() -> None:
    nyse = calendar("XNYS")
    with pytest.raises(CalendarError, match="a session label is a midnight UTC"):
        nyse.close_ns(np.array([label_ns(date(2024, 1, 10)) + 1]))
    with pytest.raises(CalendarError, match="XNYS covers 2010-01-01 to 2040-12-31; 2005-03-01 is outside"):
        nyse.close_ns(np.array([label_ns(date(2024, 1, 10)), label_ns(date(2005, 3, 1))]))


def test_nothing_is_guessed_outside_the_extent() -> None:
    globex = calendar("GLOBEX")
    with pytest.raises(CalendarError, match="GLOBEX covers 2012-11-19 to 2040-12-31; 2012-11-18"):
        globex.sessions(date(2012, 11, 18), date(2013, 1, 1))
    with pytest.raises(CalendarError, match="2041-01-01T00:00:00"):
        globex.phase(utc("2041-01-01T00:00:00"))


def test_an_extent_may_be_chosen() -> None:
    past = calendar("XNYS", date(2008, 9, 1), date(2008, 12, 31))
    assert len(past.session_labels(date(2008, 9, 1), date(2008, 12, 31))) == 85
    weekend = calendar("XNYS", date(2024, 1, 13), date(2024, 1, 15))
    assert weekend.sessions(date(2024, 1, 13), date(2024, 1, 15)) == ()
    assert weekend.phase(utc("2024-01-14T12:00:00")) is Phase.CLOSED


def test_unknown_calendar_and_backward_extent() -> None:
    with pytest.raises(CalendarError, match="'XLON' is not known; one of XNYS, CRYPTO, GLOBEX"):
        calendar("XLON")
    with pytest.raises(CalendarError, match="is no extent"):
        calendar("XNYS", date(2024, 1, 2), date(2024, 1, 1))


def test_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        calendar("CRYPTO").phase(datetime(2024, 1, 1))  # noqa: DTZ001 - the very mistake


def test_labels_of_a_year() -> None:
    nyse = calendar("XNYS")
    labels = nyse.session_labels(date(2024, 1, 1), date(2024, 12, 31))
    assert len(labels) == 252
    assert label_date(int(labels[0])) == date(2024, 1, 2)
    assert len(nyse.session_labels(date(2024, 12, 31), date(2024, 1, 1))) == 0


def test_label_closed() -> None:
    nyse = calendar("XNYS")
    label = label_ns(date(2024, 1, 10))
    close = utc("2024-01-10T21:00:00")
    assert nyse.label_closed(label, close)
    assert not nyse.label_closed(label, close - timedelta(seconds=1))
    assert nyse.label_closed(label_ns(date(1990, 1, 1)), close)
    assert not nyse.label_closed(label_ns(date(2050, 1, 1)), close)


def test_a_calendar_is_built_once_and_cannot_be_written() -> None:
    nyse = calendar("XNYS")
    assert calendar("XNYS") is nyse
    labels = nyse.session_labels(date(2024, 1, 1), date(2024, 12, 31))
    with pytest.raises(ValueError, match="read-only"):
        labels[0] = 0
