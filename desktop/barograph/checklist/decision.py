"""The decision that ends a sheet: exactly one action, a horizon, a reason, and what would prove it wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """The one action. WAIT is a full decision."""

    HEDGE = "hedge"
    REDUCE = "reduce"
    WAIT = "wait"


class Horizon(StrEnum):
    """How far the decision reaches."""

    HOURS = "hours"
    DAYS_WEEKS = "days_weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Decision:
    """One version of a day's decision; a change makes a new version and overwrites nothing."""

    version: int
    action: Action
    horizon: Horizon
    reason: str
    wrong_if: str
    decided_at: datetime
