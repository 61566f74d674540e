"""The path of the policy rate that federal funds futures imply (SIGNALS 3.5). Rates in percent, changes in bp."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from math import isfinite, nan
from typing import TypeVar

import numpy as np

from barograph.market.bars import FloatArray

STEP = 0.25
"""The usual move of the policy rate, percentage points."""
LATE_DAYS = 7
"""A meeting in so many last days of a month leaves too few days to tell its decision from that month's mean."""
_BP = 100.0


@dataclass(frozen=True, slots=True)
class MeetingPath:
    """What the market expects of one meeting: the rate after it (percent), and the chance of a cut or a rise by one
    step, each 0-1 and more than 1 where more than one step is expected. `next_month`: read off the month after.
    """

    meeting: date
    rate_after: float
    cut: float
    rise: float
    next_month: bool


def implied_rate(price: float) -> float:
    """The month's mean federal funds rate that a futures price implies: 100 - price."""
    return 100 - price


def rate_after_meeting(implied: float, effective: float, day: int, days: int) -> float:
    """The rate after a meeting on day `day` of a month of `days`: (implied N - D effective) / (N - D).

    The logic of CME FedWatch. `effective` is the effective rate before the meeting. NaN on the last day.
    """
    return (implied * days - day * effective) / (days - day) if 0 <= day < days else nan


def cut_probability(effective: float, rate_after: float, step: float = STEP) -> float:
    """(effective - rate after) / step: the chance of a cut by one step where only that and no change are possible."""
    return (effective - rate_after) / step


def read_next_month(meeting: date) -> bool:
    """Whether a meeting lies in the last seven days of its month, so that the next month's contract is read."""
    return meeting.day > monthrange(meeting.year, meeting.month)[1] - LATE_DAYS


def meeting_path(
    meeting: date, effective: float, price: float, next_price: float, *, next_month_quiet: bool = True
) -> MeetingPath:
    """What two contracts say of one meeting.

    Args:
        meeting: the date of the decision.
        effective: the effective rate before it, percent.
        price: futures price of the meeting's month.
        next_price: that of the month after.
        next_month_quiet: whether the month after has no meeting; if it has, its mean is no one decision's.

    Returns:
        The rate after it is NaN where the contract needed is unknown, or mixed by a meeting of its own.
    """
    later = read_next_month(meeting)
    if later:
        after = implied_rate(next_price) if next_month_quiet else nan
    else:
        days = monthrange(meeting.year, meeting.month)[1]
        after = rate_after_meeting(implied_rate(price), effective, meeting.day, days)
    cut = cut_probability(effective, after)
    known = isfinite(cut)
    return MeetingPath(meeting, after, max(0.0, cut) if known else nan, max(0.0, -cut) if known else nan, later)


_Number = TypeVar("_Number", float, FloatArray)


def path_bp(implied_in_a_year: _Number, effective: _Number) -> _Number:
    """Path12: the rate implied twelve months out minus the effective rate, in bp; negative means cuts.

    The yield of two years minus the policy rate is the proxy where there are no futures.
    """
    return _BP * (implied_in_a_year - effective)


def repricing_bp(rates: FloatArray, rows: int = 10) -> float:
    """Change over `rows` rows in bp of a rate in percent, newest last; NaN where either end is unknown."""
    if len(rates) <= rows or not np.isfinite(rates[[-1, -1 - rows]]).all():
        return nan
    return _BP * float(rates[-1] - rates[-1 - rows])
