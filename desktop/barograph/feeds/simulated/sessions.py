"""Where steps of simulated time fall in the sessions of each market: to which bars they belong, or to none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from barograph.feeds.simulated.steps import Steps
from barograph.market.bars import IntArray
from barograph.market.calendars import calendar
from barograph.market.instants import label_date, label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval

CALENDARS = ("XNYS", "GLOBEX", "CBOE_RATES", "CBOE_VIX", "ICE_DX", "CRYPTO")
_ON_EVE = ("GLOBEX", "ICE_DX")
_ROUND_THE_CLOCK = "CRYPTO"
_CHUNK_DAYS = 180


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """For each interval: the rows of the steps that belong to bars, and the time, start and end of their bars (3,
    rows; ns UTC).
    """

    bars: Mapping[Interval, tuple[IntArray, IntArray]]


class Sessions:
    """The sessions of one calendar, read a stretch at a time as the simulated days need them."""

    def __init__(self, calendar_id: str) -> None:
        """`calendar_id` one of `CALENDARS`."""
        self._calendar = calendar(calendar_id)
        self._id = calendar_id
        self._until = date.min
        self._rows = np.empty((6, 0), np.int64)

    def place_fine(self, steps: Steps, intervals: tuple[Interval, ...]) -> Placement:
        """Five-minute steps of one day: the bars of the session that each lies in."""
        start = steps.edges[:-1]
        label, opens, closes, pause, resume, holiday = self._around(int(start[0]))
        row = np.searchsorted(opens, start, side="right") - 1
        inside = (row >= 0) & (start < closes[row]) & ~((start >= pause[row]) & (start < resume[row]))
        own = inside & (holiday[row] == 0)
        bars = {}
        for interval in intervals:
            rows = np.flatnonzero(inside if interval.intraday else own)
            session = row[rows]
            if interval.intraday:
                time = opens[session] + (start[rows] - opens[session]) // interval.ns * interval.ns
                instants = np.stack([time, time, np.minimum(time + interval.ns, closes[session])])
            else:
                instants = np.stack([label[session], opens[session], closes[session]])
            bars[interval] = (rows, instants)
        return Placement(bars)

    def place_coarse(self, steps: Steps) -> Placement:
        """The long steps of the daily past: daily bars only, by the date that New York's hours suggest."""
        start = steps.edges[:-1]
        midnight = start // DAY_NS * DAY_NS
        hour = (start - midnight) // Interval.HOUR_1.ns
        day = np.where(hour >= 21, midnight + DAY_NS, midnight) if self._id in _ON_EVE else midnight
        own = day < steps.edges[-1]
        if self._id != _ROUND_THE_CLOCK:
            own &= np.isin(day, open_days(int(day[0]), int(day[-1] - day[0]) // DAY_NS + 1))
            if self._id not in _ON_EVE:
                own &= (hour >= 14) & (hour < 21)
        rows = np.flatnonzero(own)
        instants = np.stack([day[rows], start[rows], self._calendar.close_ns(day[rows])])
        return Placement({Interval.DAY_1: (rows, instants)})

    def _around(self, day_ns: int) -> IntArray:
        """Sessions that a UTC day may touch: rows label, open, close, break start, break end, holiday."""
        day = label_date(day_ns)
        if day + timedelta(days=3) > self._until:
            first, self._until = day - timedelta(days=3), min(day + timedelta(days=_CHUNK_DAYS), self._calendar.end)
            found = self._calendar.sessions(first, self._until)
            pauses = [session.breaks[0] if session.breaks else (session.close,) * 2 for session in found]
            self._rows = np.array(
                [
                    [label_ns(session.date) for session in found],
                    [to_ns(session.open) for session in found],
                    [to_ns(session.close) for session in found],
                    [to_ns(pause[0]) for pause in pauses],
                    [to_ns(pause[1]) for pause in pauses],
                    [int(session.holiday) for session in found],
                ],
                np.int64,
            )
        low = int(np.searchsorted(self._rows[2], day_ns, side="right"))
        high = int(np.searchsorted(self._rows[1], day_ns + DAY_NS))
        return self._rows[:, low : max(high, low + 1)]


def open_days(first_ns: int, days: int) -> IntArray:
    """Labels of the stock exchange's sessions among `days` UTC days."""
    return calendar("XNYS").session_labels(label_date(first_ns), label_date(first_ns + (days - 1) * DAY_NS))
