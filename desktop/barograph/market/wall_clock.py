"""Wall-clock times in US market zones as instants, for many dates at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from barograph.market.bars import IntArray
from barograph.market.instants import label_date
from barograph.market.intervals import DAY_NS, SECOND_NS

NEW_YORK = "America/New_York"


def wall_ns(labels: IntArray, at: time, zone: str) -> IntArray:
    """The instants (int64 ns UTC) of a wall-clock time in a US zone on the dates of these labels.

    US clocks change on Sundays at 02:00, so the offset at noon of a Sunday is that of its whole week, apart
    from the first hours of the Sunday itself; no session opens and nothing is published in those.
    """
    place = ZoneInfo(zone)
    weeks, week_of = np.unique((labels // DAY_NS + 4) // 7, return_inverse=True)
    sundays = ((7 * week - 4) * DAY_NS for week in weeks.tolist())
    noons = (datetime.combine(label_date(sunday), time(12), place) for sunday in sundays)
    offsets = np.array([(noon.utcoffset() or timedelta()).total_seconds() for noon in noons], np.int64)
    since_midnight_s = at.hour * 3600 + at.minute * 60 + at.second
    return labels + (since_midnight_s - offsets[week_of]) * SECOND_NS
