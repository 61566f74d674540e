"""Ticks of the time axis: round wall-clock times of a zone, right on the days when its clocks change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale

from barograph.gui.translation import tr

TICKS_MOST = 6
_GAP_PX = 12.0
_HALF_DAY_S = 43_200


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A tick: its place on the axis (seconds since 1970), its label, and whether it begins a day or larger."""

    at_s: float
    label: str
    major: bool


Ladder = tuple[tuple[float, Callable[[datetime, datetime], Iterator[datetime]]], ...]


def time_ticks(
    start_s: float,
    end_s: float,
    width_px: float,
    zone: ZoneInfo | None,
    label_width: Callable[[str], float],
) -> tuple[TimeTick, ...]:
    """At most six ticks between two axis positions whose labels fit the width without touching.

    `zone` None: the axis of daily bars, where a position is a session date's midnight UTC and its label stands
    under the middle of the date. The finest step whose labels fit is taken.
    """
    if end_s <= start_s or width_px <= 0:
        return ()
    scale = width_px / (end_s - start_s)
    offset = 0 if zone else _HALF_DAY_S
    first = datetime.fromtimestamp(start_s - offset, zone or UTC)
    last = datetime.fromtimestamp(end_s - offset, zone or UTC)
    ladder = _DATES if zone is None else (*_TIMES, *_DATES)
    for nominal_s, instants in ladder:
        if (end_s - start_s) / nominal_s > TICKS_MOST + 1:
            continue
        ticks = []
        end_px = -_GAP_PX
        for instant in instants(first, last):
            tick = _tick(instant, nominal_s, offset)
            half = label_width(tick.label) / 2
            centre = (tick.at_s - start_s) * scale
            if centre - half < 0 or centre + half > width_px:
                continue
            if centre - half < end_px + _GAP_PX:
                break
            ticks.append(tick)
            end_px = centre + half
        else:
            if len(ticks) <= TICKS_MOST:
                return tuple(ticks)
    return ()


def _tick(instant: datetime, step_s: float, offset_s: int) -> TimeTick:
    midnight = instant.hour == 0 and instant.minute == 0
    if not midnight:
        label = f"{instant:%H:%M}"
    elif step_s >= _YEAR_S or (step_s >= _MONTH_S and instant.month == 1):
        label = f"{instant.year}"
    elif step_s >= _MONTH_S:
        label = QLocale().standaloneMonthName(instant.month, QLocale.FormatType.ShortFormat)
    else:
        label = date_words(instant.date())
    return TimeTick(instant.timestamp() + offset_s, label, midnight and step_s < _DAY_S)


def date_words(day: date) -> str:
    """A date without its year in the window's language: "6 Aug"."""
    pattern = tr("d MMM", "pattern of a day")
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def zone_words(zone: ZoneInfo) -> str:
    """The name of a zone for the screen: its city, in the window's language where that is known."""
    if zone.key == "America/New_York":
        return tr("New York")
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def _times(step: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    """Instants between two whose wall clock is a multiple of `step` since midnight.

    A wall time that the clocks skip does not come, one that they repeat comes twice.
    """
    zone = first.tzinfo
    assert zone is not None
    # An hour on either side: where clocks are put back, wall times run out of order.
    wall = first.replace(tzinfo=None, fold=0) - timedelta(hours=1)
    wall -= (wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)) % step
    stop = last.replace(tzinfo=None, fold=0) + timedelta(hours=1)
    found: set[float] = set()
    while wall <= stop:
        for fold in (0, 1):
            seconds = wall.replace(tzinfo=zone, fold=fold).timestamp()
            there = datetime.fromtimestamp(seconds, zone).replace(tzinfo=None, fold=0) == wall
            if there and first.timestamp() <= seconds <= last.timestamp():
                found.add(seconds)
        wall += step
    for seconds in sorted(found):
        yield datetime.fromtimestamp(seconds, zone)


def _days(step: int, first: datetime, last: datetime) -> Iterator[datetime]:
    """Midnights of every `step`-th day; weeks begin on Monday."""
    day = first.date()
    day -= timedelta(days=(day.toordinal() - 1) % step)
    yield from _midnights((day + timedelta(days=k) for k in range(0, 10 * step, step)), first, last)


def _months(step: int, first: datetime, last: datetime) -> Iterator[datetime]:
    """Midnights of the first day of every `step`-th month, counted from January of year 0."""
    start = first.year * 12 + first.month - 1
    start -= start % step
    months = range(start, start + 10 * step, step)
    yield from _midnights((date(month // 12, month % 12 + 1, 1) for month in months), first, last)


def _midnights(days: Iterator[date], first: datetime, last: datetime) -> Iterator[datetime]:
    for day in days:
        instant = datetime(day.year, day.month, day.day, tzinfo=first.tzinfo)
        if first.timestamp() <= instant.timestamp() <= last.timestamp():
            yield instant


_DAY_S = 86_400.0
_MONTH_S = 28 * _DAY_S
_YEAR_S = 365 * _DAY_S
_TIMES: Ladder = tuple(
    (minutes * 60.0, partial(_times, timedelta(minutes=minutes)))
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
)
_DATES: Ladder = (
    *((days * _DAY_S, partial(_days, days)) for days in (1, 2, 3, 7, 14)),
    *((months * _MONTH_S, partial(_months, months)) for months in (1, 2, 3, 6)),
    *((years * _YEAR_S, partial(_months, 12 * years)) for years in (1, 2, 5, 10, 20, 50)),
)
