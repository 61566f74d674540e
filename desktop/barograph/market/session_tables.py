"""Builds session tables: the stock exchange's from exchange_calendars, others from it and an hours file."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date, time
from functools import cache

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import IntArray
from barograph.market.calendars import CalendarError, SessionTable
from barograph.market.hours_file import HoursFile, HoursVersion, load_hours
from barograph.market.instants import label_ns
from barograph.market.intervals import DAY_NS, SECOND_NS
from barograph.market.wall_clock import NEW_YORK, wall_ns

BoolArray = NDArray[np.bool_]

_FROM_HOURS_FILE = ("GLOBEX", "CBOE_RATES", "CBOE_VIX", "ICE_DX")
_STOCKS_CLOSE = time(16)


def session_table(calendar_id: str, start: date, end: date) -> SessionTable:
    """The sessions of a calendar dated `start` to `end`.

    Raises:
        CalendarError: an unknown id, or `end` before `start`.
        HoursError: the calendar's hours file cannot be used.
    """
    if end < start:
        raise CalendarError(f"calendar {calendar_id}: {start} to {end} is no extent")
    if calendar_id == "CRYPTO":
        return _crypto(start, end)
    if calendar_id == "XNYS":
        return _stock_exchange(start, end)
    if calendar_id in _FROM_HOURS_FILE:
        return table_from_hours(load_hours(calendar_id), _stock_exchange(start, end))
    known = ", ".join(("XNYS", "CRYPTO", *_FROM_HOURS_FILE))
    raise CalendarError(f"calendar {calendar_id!r} is not known; one of {known} was expected")


def _dates(start: date, end: date) -> IntArray:
    """Labels of all calendar dates from `start` to `end`."""
    return np.arange(label_ns(start), label_ns(end) + DAY_NS, DAY_NS, dtype=np.int64)


def _crypto(start: date, end: date) -> SessionTable:
    """Round the clock: one session per UTC day, each opening as the one before closes."""
    labels = _dates(start, end)
    closes = labels + DAY_NS
    never = np.zeros(len(labels), np.bool_)
    return SessionTable("CRYPTO", start, end, labels, labels.copy(), closes, closes, closes, never, closes.copy(), 0)


@cache
def _stock_exchange(start: date, end: date) -> SessionTable:
    """The New York Stock Exchange: holidays, half days and ad-hoc closures as exchange_calendars has them."""
    # Imported here: they take about a second, and only the engine needs them.
    import exchange_calendars

    with warnings.catch_warnings():
        # It calls what pandas has announced to change; what it answers is checked by our tests.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            found = exchange_calendars.get_calendar("XNYS", start=start.isoformat(), end=end.isoformat())
        except exchange_calendars.errors.NoSessionsError:
            found = None
    if found is None:
        labels = opens = closes = np.empty(0, np.int64)
    else:
        labels, opens, closes = (
            # pandas chooses the resolution of its time stamps; ours is the nanosecond.
            np.array(column.tz_localize(None).to_numpy().astype("datetime64[ns]").astype(np.int64))
            for column in (found.sessions, found.schedule["open"].dt, found.schedule["close"].dt)
        )
    dates = _dates(start, end)
    date_close = wall_ns(dates, _STOCKS_CLOSE, NEW_YORK)
    date_close[np.searchsorted(dates, labels)] = closes
    never = np.zeros(len(labels), np.bool_)
    return SessionTable("XNYS", start, end, labels, opens, closes, closes, closes, never, date_close, 0)


def table_from_hours(hours: HoursFile, stocks: SessionTable) -> SessionTable:
    """The sessions of a market that follows the stock exchange's days with hours of its own.

    On the exchange's full days the version's hours hold; on its half days `half_day_close`; on its holidays
    there is a short session up to `holiday_close`, except on those that `never_on` names. Exceptions outrank
    all of this. The table starts no earlier than the first version.
    """
    start = max(stocks.start, hours.version[0].since)
    dates = _dates(start, stocks.end)
    opened = np.isin(dates, stocks.label)
    holiday = ~opened & _is_weekday(dates)
    half_day = np.zeros(len(dates), np.bool_)
    half_day[np.isin(dates, stocks.label[_closes_early(stocks)])] = True

    opening = np.empty(len(dates), np.int64)
    ordinary_close = np.empty(len(dates), np.int64)
    close = np.empty(len(dates), np.int64)
    pause = np.zeros((2, len(dates)), np.int64)
    held = opened.copy()
    since = np.array([label_ns(version.since) for version in hours.version])
    in_force = np.searchsorted(since, dates, side="right") - 1
    for number, version in enumerate(hours.version):
        rows = np.flatnonzero(in_force == number)
        opening[rows] = _opening(version, dates[rows], hours.zone)
        ordinary_close[rows] = close[rows] = wall_ns(dates[rows], version.close, hours.zone)
        if version.half_day_close:
            early = rows[half_day[rows]]
            close[early] = wall_ns(dates[early], version.half_day_close, hours.zone)
        if version.holiday_close:
            short = rows[holiday[rows] & ~_is_one_of(hours.never_on, dates[rows])]
            close[short] = wall_ns(dates[short], version.holiday_close, hours.zone)
            held[short] = True
        if version.break_start and version.break_end:
            pause[0, rows] = wall_ns(dates[rows], version.break_start, hours.zone)
            pause[1, rows] = wall_ns(dates[rows], version.break_end, hours.zone)
    for exception in hours.exception:
        rows = np.flatnonzero(dates == label_ns(exception.date))
        held[rows] = exception.close is not None
        if exception.close:
            close[rows] = wall_ns(dates[rows], exception.close, hours.zone)
    pause[:, pause[1] >= close] = 0  # an early close comes before the break
    return SessionTable(
        id=hours.id,
        start=start,
        end=stocks.end,
        label=dates[held],
        open=opening[held],
        close=close[held],
        break_start=pause[0, held],
        break_end=pause[1, held],
        holiday=holiday[held],
        date_close=np.where(held, close, ordinary_close),
        longest_halt_ns=hours.longest_halt_min * 60 * SECOND_NS,
    )


def _closes_early(stocks: SessionTable) -> BoolArray:
    return stocks.close < wall_ns(stocks.label, _STOCKS_CLOSE, NEW_YORK)


def _opening(version: HoursVersion, labels: IntArray, zone: str) -> IntArray:
    days = labels - DAY_NS if version.opens_on_eve else labels
    opening = wall_ns(days, version.open, zone)
    if version.sunday_open:
        monday = _weekday(labels) == 0
        opening[monday] = wall_ns(days[monday], version.sunday_open, zone)
    return opening


def _weekday(labels: IntArray) -> IntArray:
    """0 Monday .. 6 Sunday; 1970-01-01 was a Thursday."""
    return (labels // DAY_NS + 3) % 7


def _is_weekday(labels: IntArray) -> BoolArray:
    return _weekday(labels) < 5


def _is_one_of(names: Sequence[str], holidays: IntArray) -> BoolArray:
    """Which of these exchange holidays are the named ones, told by where in the year they lie."""
    days = holidays.astype("datetime64[ns]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day_of_month = (days - months).astype(np.int64) + 1
    day = month * 100 + day_of_month
    return np.isin(
        np.select(
            [
                np.isin(day, (1231, 101, 102)),
                np.isin(day, (1224, 1225, 1226)),
                (_weekday(holidays) == 4) & np.isin(month, (3, 4)),
            ],
            ["new_year", "christmas", "good_friday"],
            default="",
        ),
        names,
    )
