"""When a fixing became public: the publication rules of daily series."""

from __future__ import annotations

from datetime import date, time, timedelta

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import IntArray
from barograph.market.instants import label_date
from barograph.market.intervals import DAY_NS
from barograph.market.wall_clock import NEW_YORK, wall_ns

NEXT_BUSINESS_DAY = "next_business_day_1615_ny"
SAME_DAY = "same_day_end_utc"
_RELEASE = time(16, 15)

# Days on which federal offices were closed by executive order. Where one is listed without need, a fixing
# counts as public a day late, which is harmless; the other way round would be knowledge from the future.
_CLOSED_BY_ORDER = (
    date(2018, 12, 5),
    date(2018, 12, 24),
    date(2019, 12, 24),
    date(2020, 12, 24),
    date(2024, 12, 24),
    date(2025, 1, 9),
    date(2025, 12, 24),
    date(2025, 12, 26),
)


def known_at(labels: IntArray, rule: str) -> IntArray:
    """The instants (int64 ns UTC) from which fixings with these observation dates were public.

    `labels` are observation dates as `instants.label_ns` makes them, in any order.
    ``next_business_day_1615_ny``: 16:15 New York on the next federal business day, as the Federal Reserve's
    H.15 release and what follows it are published; a holiday of the bond market alone does not shift it.
    ``same_day_end_utc``: the end of the UTC day of the observation.

    Raises:
        ValueError: an unknown rule.
    """
    dates = np.asarray(labels, np.int64)
    if rule == SAME_DAY:
        return dates + DAY_NS
    if rule != NEXT_BUSINESS_DAY:
        raise ValueError(f"publication rule {rule!r} is not known; {NEXT_BUSINESS_DAY} or {SAME_DAY} was expected")
    if dates.size == 0:
        return dates
    days = dates.astype("datetime64[ns]").astype("datetime64[D]")
    years = range(label_date(int(dates.min())).year, label_date(int(dates.max())).year + 2)
    holidays = np.array([day for year in years for day in federal_holidays(year)], dtype="datetime64[D]")
    released: NDArray[np.datetime64] = np.busday_offset(days, 1, roll="backward", holidays=holidays)
    return wall_ns(released.astype(np.int64) * DAY_NS, _RELEASE, NEW_YORK)


def federal_holidays(year: int) -> tuple[date, ...]:
    """Weekdays of a year on which US federal offices are closed (5 U.S.C. 6103), in order.

    A holiday on a Saturday is kept on the Friday before, on a Sunday on the Monday after; New Year's Day of
    the next year may so fall on 31 December. Juneteenth counts from 2021. Closures by executive order are
    included.
    """
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25), date(year + 1, 1, 1)]
    if year >= 2021:
        fixed.append(date(year, 6, 19))
    floating = [
        _nth_weekday(year, 1, 0, 3),  # Martin Luther King
        _nth_weekday(year, 2, 0, 3),  # Washington
        _nth_weekday(year, 6, 0, 1) - timedelta(days=7),  # Memorial Day, the last Monday of May
        _nth_weekday(year, 9, 0, 1),  # Labor Day
        _nth_weekday(year, 10, 0, 2),  # Columbus
        _nth_weekday(year, 11, 3, 4),  # Thanksgiving
    ]
    days = {*map(_observed, fixed), *floating, *_CLOSED_BY_ORDER}
    return tuple(sorted(day for day in days if day.year == year))


def _nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _observed(day: date) -> date:
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))
