"""When the publishers release their values, and which value is due at an instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from barograph.market.bars import IntArray
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.market.publication import NEXT_BUSINESS_DAY, federal_holidays, known_at
from barograph.market.wall_clock import NEW_YORK

_DAYS_BACK = 12
"""Days looked back for the last release: holidays and a weekend never make a longer gap."""


def newest_due(now: datetime, rule: str) -> int | None:
    """The label of the newest business day whose value is public at `now` by the rule; None where no hour is known."""
    labels, public = _business_days(now, rule)
    out = labels[public <= to_ns(now)]
    return int(out[-1]) if out.size else None


def last_release(now: datetime, rule: str) -> datetime | None:
    """When the newest value that is public at `now` became so."""
    _, public = _business_days(now, rule)
    out = public[public <= to_ns(now)]
    return from_ns(int(out[-1])) if out.size else None


def _business_days(now: datetime, rule: str) -> tuple[IntArray, IntArray]:
    """Labels of the last federal business days, and the instants from which their values are public."""
    if rule != NEXT_BUSINESS_DAY:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    today = now.astimezone(ZoneInfo(NEW_YORK)).date()
    days = [today - timedelta(days=back) for back in range(_DAYS_BACK, -1, -1)]
    closed = {holiday for year in {day.year for day in days} for holiday in federal_holidays(year)}
    labels = np.array([label_ns(day) for day in days if day.weekday() < 5 and day not in closed], np.int64)
    return labels, known_at(labels, rule)
