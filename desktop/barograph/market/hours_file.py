"""Reads a market's trading hours from TOML: dated versions, holiday rules and exceptions, all checked."""

from __future__ import annotations

from datetime import date, time
from importlib import resources
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from barograph.market.toml_file import model_of, of_format

FORMAT = 1


class HoursError(ValueError):
    """An hours file cannot be used; the message names file, key, value and what was expected."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class HoursVersion(_Entry):
    """The hours in force from the session of a date on; times are local to the file's zone.

    `opens_on_eve`: the session opens on the calendar day before its own date, as futures do; `sunday_open`
    replaces the opening of a Monday session. `half_day_close`: the close when the stock exchange closes
    early; without it the hours stay. `holiday_close`: the close of the short session on a day on which the
    stock exchange is closed; without it there is none.
    """

    since: date = Field(alias="from")
    open: time
    close: time
    opens_on_eve: bool = False
    sunday_open: time | None = None
    break_start: time | None = None
    break_end: time | None = None
    half_day_close: time | None = None
    holiday_close: time | None = None

    @model_validator(mode="after")
    def _in_order(self) -> HoursVersion:
        if (self.break_start is None) != (self.break_end is None):
            raise ValueError("break_start and break_end come together")
        if self.break_start and self.break_end and not self.break_start < self.break_end < self.close:
            raise ValueError("break_start, break_end and close in this order were expected")
        if not self.opens_on_eve and not self.open < (self.break_start or self.close):
            raise ValueError("open before break_start and close was expected, unless opens_on_eve is true")
        return self


class HoursException(_Entry):
    """One date that follows no rule: another close, or no session at all (`close` left out)."""

    date: date
    close: time | None = None
    note: str = ""


class HoursFile(_Entry):
    """All that an hours file says. `never_on` lists the exchange holidays without a short session."""

    format: int
    id: str
    zone: Literal["America/New_York", "America/Chicago"]
    note: str = Field(min_length=1)
    longest_halt_min: int = Field(ge=0, le=360)
    never_on: list[Literal["new_year", "good_friday", "christmas"]]
    version: list[HoursVersion] = Field(min_length=1)
    exception: list[HoursException] = []

    @model_validator(mode="before")
    @classmethod
    def _known_format(cls, content: dict[str, object]) -> dict[str, object]:
        return of_format(content, FORMAT)

    @model_validator(mode="after")
    def _dated(self) -> HoursFile:
        for what, dates in (
            ("version", [version.since for version in self.version]),
            ("exception", [exception.date for exception in self.exception]),
        ):
            for before, after in pairwise(dates):
                if after <= before:
                    raise ValueError(f"{what} {after} stands after {before}; rising dates were expected")
        return self


def parse_hours(text: str, name: str) -> HoursFile:
    """The hours of a TOML text; `name` is the file's name in messages.

    Raises:
        HoursError: not TOML, a format this program does not know, an unknown or missing key, a bad value.
    """
    return model_of(text, name, HoursFile, HoursError)


def load_hours(calendar_id: str) -> HoursFile:
    """The hours file that ships with the program for a calendar id such as GLOBEX.

    Raises:
        HoursError: the file cannot be used.
    """
    name = f"calendars/{calendar_id.lower()}.toml"
    shipped = resources.files("barograph_resources").joinpath(name)
    return parse_hours(shipped.read_text("utf-8"), name)
