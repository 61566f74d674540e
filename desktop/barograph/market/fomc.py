"""Meetings of the Federal Open Market Committee: read from TOML, checked, and asked by date.

A schedule ends: what lies after `ends` is not known, and `MeetingDates.runs_out` says so in time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from barograph.market.toml_file import model_of, of_format
from barograph.market.wall_clock import NEW_YORK

FORMAT = 1
NOTICE = timedelta(days=60)
"""How long before the schedule ends the trader is told."""
_STATEMENT = time(14)
_FILE = "calendars/fomc.toml"


class FomcError(ValueError):
    """A file of meetings cannot be used; the message names file, key, value and what was expected."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Meeting(_Entry):
    """One scheduled meeting: the New York date on which its decision is published, and whether it is confirmed."""

    decision: date
    tentative: bool = False

    @property
    def decided_at(self) -> datetime:
        """The instant (UTC) at which the decision is published: 14:00 New York."""
        return datetime.combine(self.decision, _STATEMENT, ZoneInfo(NEW_YORK)).astimezone(UTC)


class MeetingDates(_Entry):
    """A schedule. `as_of` is the day of the newest announcement in it; every scheduled meeting up to `ends` is there,
    and of what comes after it nothing is known.
    """

    format: int
    id: str
    as_of: date
    ends: date
    note: str = Field(min_length=1)
    meeting: list[Meeting] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _known_format(cls, content: dict[str, object]) -> dict[str, object]:
        return of_format(content, FORMAT)

    @model_validator(mode="after")
    def _in_order(self) -> MeetingDates:
        for before, after in pairwise(self.meeting):
            if after.decision <= before.decision:
                raise ValueError(f"meeting {after.decision} stands after {before.decision}; rising dates were expected")
            if before.tentative and not after.tentative:
                raise ValueError(f"meeting {after.decision} is confirmed and the one before it is not")
        for meeting in self.meeting:
            if meeting.decision.weekday() >= 5:
                raise ValueError(f"meeting {meeting.decision} is on a weekend; a working day was expected")
        if self.meeting[-1].decision > self.ends:
            raise ValueError(f"meeting {self.meeting[-1].decision} is after the end of the schedule, {self.ends}")
        return self

    def next_meeting(self, day: date) -> Meeting | None:
        """The first meeting decided on `day` (New York) or later; None where the schedule has none."""
        row = bisect_left(self.meeting, day, key=_decision)
        return self.meeting[row] if row < len(self.meeting) else None

    def meetings_between(self, start: date, end: date) -> tuple[Meeting, ...]:
        """The meetings decided from `start` to `end`, both included; those after `ends` are not known."""
        return tuple(
            self.meeting[
                bisect_left(self.meeting, start, key=_decision) : bisect_right(self.meeting, end, key=_decision)
            ]
        )

    def runs_out(self, day: date) -> bool:
        """Whether the schedule has ended on `day`, or does so within `NOTICE`."""
        return day > self.ends - NOTICE


def _decision(meeting: Meeting) -> date:
    return meeting.decision


def parse_meetings(text: str, name: str) -> MeetingDates:
    """The schedule of a TOML text; `name` is the file's name in messages.

    Raises:
        FomcError: not TOML, a format this program does not know, an unknown or missing key, a bad value.
    """
    return model_of(text, name, MeetingDates, FomcError)


@cache
def shipped_meetings() -> MeetingDates:
    """The schedule that ships with the program.

    Raises:
        FomcError: the file cannot be used.
    """
    return parse_meetings(resources.files("barograph_resources").joinpath(_FILE).read_text("utf-8"), _FILE)
