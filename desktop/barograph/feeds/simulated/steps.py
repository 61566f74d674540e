"""Steps of simulated time and how much of a week's movement falls into each: sessions, lunch lulls, weekends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import FloatArray, IntArray
from barograph.market.instants import label_date
from barograph.market.intervals import DAY_NS, Interval

STEP_NS = Interval.MIN_5.ns
STEPS_PER_DAY = DAY_NS // STEP_NS
COARSE_HOURS = (0.0, 8.0, 14.5, 16.0, 21.0, 24.0)
"""Edges of the long steps of the daily past, hours UTC: Asia, Europe, opening, New York, evening. They hold the
funding settlements and, on New York's winter time, the opening and the close of the stock exchange."""
_NEW_YORK = ZoneInfo("America/New_York")
_SLOTS_PER_WEEK = 7 * STEPS_PER_DAY


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Consecutive steps of time. `edges` (n+1) are instants, ns UTC; `hours` (n) lengths.

    `equity`, `macro` and `crypto` (n) are shares of a trading day's variance (stocks; rates, dollar, gold) or of a
    calendar day's (crypto); `depth` (n) is the book's depth in thin and thick hours, about 1.
    """

    edges: IntArray
    hours: FloatArray
    equity: FloatArray
    macro: FloatArray
    crypto: FloatArray
    depth: FloatArray

    def __len__(self) -> int:
        """Number of steps."""
        return len(self.hours)


def fine_day(day_ns: int, quiet: bool) -> Steps:
    """The five-minute steps of one UTC day; `quiet`: a weekday on which the stock exchange is shut."""
    week = _week()
    edges = day_ns + STEP_NS * np.arange(STEPS_PER_DAY + 1, dtype=np.int64)
    columns = week[:, (_slot_of(day_ns) + np.arange(STEPS_PER_DAY)) % _SLOTS_PER_WEEK]
    scale = 0.3 if quiet else 1.0
    return Steps(edges, np.full(STEPS_PER_DAY, 1 / 12), columns[0] * scale, columns[1] * scale, columns[2], columns[3])


def coarse_days(first_ns: int, days: int, quiet: NDArray[np.bool_]) -> Steps:
    """The long steps of `days` UTC days from `first_ns`; `quiet` (days) as in `fine_day`. Winter time throughout."""
    hours = np.array(COARSE_HOURS)
    starts = first_ns + DAY_NS * np.arange(days, dtype=np.int64)
    edges = np.append((starts[:, None] + (hours[:-1] * 3_600e9).astype(np.int64)).ravel(), first_ns + days * DAY_NS)
    cuts = (hours[:-1] * 12).astype(np.int64)
    week = np.stack([np.roll(_week(), 60, axis=1).reshape(4, 7, STEPS_PER_DAY)], axis=0)[0]
    table = np.add.reduceat(week, cuts, axis=2)
    table[3] /= np.diff(hours) * 12
    weekday = (starts // DAY_NS + 3) % 7
    columns = table[:, weekday, :]
    columns[:2] *= np.where(quiet, 0.3, 1.0)[None, :, None]
    flat = columns.reshape(4, -1)
    return Steps(edges, np.tile(np.diff(hours), days), flat[0], flat[1], flat[2], flat[3])


def _slot_of(day_ns: int) -> int:
    """The five-minute slot of New York's week (from Monday 00:00) in which a UTC day begins."""
    noon = datetime.combine(label_date(day_ns), time(12), UTC)
    offset = _NEW_YORK.utcoffset(noon.astimezone(_NEW_YORK))
    assert offset is not None
    weekday = (day_ns // DAY_NS + 3) % 7
    return int(weekday * STEPS_PER_DAY + offset.total_seconds() // 300) % _SLOTS_PER_WEEK


@cache
def _week() -> FloatArray:
    """Rows equity, macro, crypto, depth for each five minutes of New York's week.

    The first three add up to the trading days of a week (5, 5, 7): U-shaped stock sessions with a quieter night,
    rates and dollar busiest from 08:30 to noon, crypto around the clock and half as busy at weekends.
    """
    hour = np.tile((np.arange(STEPS_PER_DAY) + 0.5) / 12, 7)
    weekday = np.repeat(np.arange(7), STEPS_PER_DAY)
    shut = (weekday == 5) | ((weekday == 4) & (hour >= 17)) | ((weekday == 6) & (hour < 18))
    u_shape = 5.0 * (1 + 1.3 * np.exp(-(hour - 9.5) / 0.5) + 0.7 * np.exp((hour - 16) / 0.4))
    equity = np.select(
        [shut, hour < 3, hour < 8, hour < 9.5, hour < 16, hour < 17, hour < 18],
        [0.02, 0.5, 1.0, 2.0, u_shape, 0.8, 0.1],
        0.6,
    )
    macro = np.select(
        [shut, hour < 3, hour < 8, hour < 9, hour < 12, hour < 15, hour < 17],
        [0.02, 0.7, 1.3, 4.0, 3.0, 1.8, 0.8],
        0.6,
    )
    weekend = np.where(weekday >= 5, 0.55, 1.0)
    crypto = weekend * np.select([hour < 7, hour < 9, hour < 12, hour < 16, hour < 20], [0.8, 1.0, 1.9, 1.5, 0.9], 0.8)
    depth = np.where(weekday >= 5, 0.6, 1.0) * np.select([hour < 8, hour < 16, hour < 19], [0.95, 1.15, 0.75], 0.85)
    return np.stack([5 * equity / equity.sum(), 5 * macro / macro.sum(), 7 * crypto / crypto.sum(), depth])
