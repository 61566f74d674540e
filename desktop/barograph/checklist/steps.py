"""The five steps of the checklist, their time boxes, and the checklist day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Step(StrEnum):
    """A step, in the order in which it is walked."""

    MACRO = "macro"
    LEADERSHIP = "leadership"
    CRYPTO = "crypto"
    CORRELATION = "correlation"
    DECISION = "decision"


BUDGET_S = {
    Step.MACRO: 120,
    Step.LEADERSHIP: 240,
    Step.CRYPTO: 240,
    Step.CORRELATION: 180,
    Step.DECISION: 120,
}
"""Time box of each step in seconds; fifteen minutes in all."""

ROLLOVER = time(18, 0)
ROLLOVER_ZONE = "America/New_York"


def checklist_day(now: datetime, rollover: time = ROLLOVER, zone: str = ROLLOVER_ZONE) -> date:
    """The checklist day an instant belongs to: from the roll-over (default 18:00 New York) on, the next day.

    So Monday's sheet opens on Sunday at 18:00 New York, with the futures.
    """
    local = now.astimezone(ZoneInfo(zone))
    return local.date() + timedelta(days=1) if local.time() >= rollover else local.date()
