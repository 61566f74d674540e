"""An answer of a publisher as it came, and what every parser asks of it: text, dates, rates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.market.bars import FloatArray, IntArray
from barograph.market.instants import label_ns

FRED = "FRED"
TREASURY = "US Treasury"
NEW_YORK_FED = "New York Fed"

LOWEST, HIGHEST = -5.0, 30.0
"""Per cent; a yield or policy rate outside cannot be."""
_NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,8})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MISSING = frozenset({"", ".", "N/A"})
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case) and the whole body, decompressed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_archive(self) -> bool:
        """Whether a ZIP file was sent, whatever it is called."""
        return "zip" in self.content_type or self.body.startswith(_ZIP)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One series: `time` are labels of observation dates (`instants.label_ns`), strictly increasing, `value` per cent.
    A date without a value is left out.
    """

    time: IntArray
    value: FloatArray

    def __len__(self) -> int:
        """Number of values."""
        return len(self.time)


def text_of(answer: Answer, source: str, subject: str) -> str:
    """The body as text.

    Raises:
        FeedError: an archive, a page, or bytes that are no text (BAD_DATA).
    """
    if answer.is_archive:
        raise bad_data(source, subject, "an archive in place of numbers")
    try:
        text = answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_data(source, subject, "bytes that are no text") from error
    if "html" in answer.content_type or text.lstrip()[:1] == "<":
        raise bad_data(source, subject, "a web page in place of numbers")
    return text


def number_of(text: str, source: str, subject: str) -> float | None:
    """A percentage as published; None where it is missing.

    Raises:
        FeedError: anything else than a plain decimal number that can be a rate (BAD_DATA).
    """
    text = text.strip()
    if text in _MISSING:
        return None
    if not _NUMBER.fullmatch(text):
        raise bad_data(source, subject, f"{text[:20]!r} where a number was expected")
    return plausible(float(text), source, subject)


def plausible(value: float, source: str, subject: str) -> float:
    """The value itself.

    Raises:
        FeedError: not a number, infinite, or no rate that can be (BAD_DATA).
    """
    if not LOWEST <= value <= HIGHEST:
        raise bad_data(source, subject, f"a rate of {value!s:.20} %, which cannot be")
    return value


def day_of(text: object, source: str, subject: str) -> date:
    """A date written as YYYY-MM-DD.

    Raises:
        FeedError: anything else (BAD_DATA).
    """
    try:
        if isinstance(text, str) and _DAY.fullmatch(text) and 1900 <= int(text[:4]) <= 2200:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise bad_data(source, subject, f"{str(text)[:20]!r} where a date was expected")


def check_days(days: Sequence[date], until: date, source: str, subject: str) -> None:
    """Hold the dates of a table to what can be.

    Raises:
        FeedError: a date is there twice, out of order, or after `until` (BAD_DATA).
    """
    if any(after <= before for before, after in pairwise(days)):
        raise bad_data(source, subject, "dates that are there twice or out of order")
    if days and days[-1] > until:
        raise bad_data(source, subject, f"a value for {days[-1].isoformat()}, which has not come yet")


def column_of(days: Sequence[date], values: Sequence[float | None]) -> Column:
    """The values that are there, with their dates, which `check_days` has seen."""
    time = np.array([label_ns(day) for day in days], np.int64)
    there = np.array([value is not None for value in values], np.bool_)
    known = np.array([value for value in values if value is not None], np.float64)
    return Column(time[there], known)


def bad_data(source: str, subject: str, found: str) -> FeedError:
    """The fault of an answer that cannot be used; `found` says what was sent."""
    return FeedError(FeedErrorKind.BAD_DATA, source, subject, f"{source} sent {found}")
