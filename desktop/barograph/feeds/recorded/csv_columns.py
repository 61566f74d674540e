"""The columns of a recorded table: how each kind of field is written, read one by one and read all at once.

Every kind has two readers, which never disagree on a value. `read` takes one field and says None where it is not
acceptable; `read_all` takes a whole column, is many times as fast, and says None where any field is unusual or
not acceptable: then the column is read again field by field, to find the fault or the rare form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.recorded.fields import Fields
from barograph.market.bars import FloatArray, IntArray
from barograph.market.instants import label_ns
from barograph.market.intervals import DAY_NS, SECOND_NS

UNKNOWN_TIME = int(np.iinfo(np.int64).min)
"""What an empty time field is read as."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years a recorded time may lie in; int64 nanoseconds hold 1678 to 2261."""

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

_DATE_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9]
_CLOCK_DIGITS = [11, 12, 14, 15, 17, 18]
_ZERO, _DASH, _COLON, _T, _Z = b"0-:TZ"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Decimal numbers within limits; an empty field is NaN where `may_be_empty`.

    The limits keep what is computed from a file finite: a ratio, a square or a sum of such numbers never
    overflows.
    """

    name: str
    low: float
    high: float
    expected: str
    may_be_empty: bool = True

    def read(self, field: str) -> float | None:
        """The number, NaN for an empty field that may be empty."""
        if not field:
            return float("nan") if self.may_be_empty else None
        if _NUMBER.fullmatch(field) is None:
            return None
        value = float(field)
        return value if self.low <= value <= self.high else None

    def read_all(self, fields: Fields, column: int) -> FloatArray | None:
        """The numbers as float64."""
        values = fields.number[:, column].copy()
        empty = fields.end[:, column] == fields.start[:, column]
        if empty.any() and not self.may_be_empty:
            return None
        for line in np.flatnonzero(np.isnan(values) & ~empty).tolist():
            value = self.read(fields.text(line, column).decode("latin-1"))
            if value is None:
                return None
            values[line] = value
        return values if (empty | ((values >= self.low) & (values <= self.high))).all() else None


def price(name: str, *, may_be_empty: bool = True) -> Numbers:
    """A column of prices."""
    return Numbers(name, 1e-12, 1e15, "a finite price above 0 (1e-12 to 1e15)", may_be_empty)


def amount(name: str) -> Numbers:
    """A column of quantities: volume, coins, USD."""
    return Numbers(name, 0.0, 1e18, "a finite number of 0 or more (at most 1e18)")


def signed(name: str) -> Numbers:
    """A column of numbers of either sign: yields, funding rates."""
    return Numbers(name, -1e15, 1e15, "a finite number (within 1e15 of 0)")


def hours(name: str) -> Numbers:
    """A column of lengths of time in hours."""
    return Numbers(name, 1e-3, 8_784.0, "a number of hours above 0 (at most a year)")


@dataclass(frozen=True, slots=True)
class Dates:
    """Session or observation dates, read as labels (their midnight UTC, int64 ns)."""

    name: str
    expected: str = "a date YYYY-MM-DD"

    def read(self, field: str) -> int | None:
        """The label of the date."""
        match = _DATE.fullmatch(field)
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            return None
        try:
            return label_ns(date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            return None

    def read_all(self, fields: Fields, column: int) -> IntArray | None:
        """The labels of the dates."""
        letters = fields.letters_of(column, 10)
        return None if letters is None else _labels(letters)


@dataclass(frozen=True, slots=True)
class Instants:
    """UTC instants, read as int64 ns since 1970; an empty field is `UNKNOWN_TIME` where `may_be_empty`."""

    name: str
    may_be_empty: bool = False
    expected: str = "a UTC instant YYYY-MM-DDTHH:MM:SSZ"

    def read(self, field: str) -> int | None:
        """The instant; up to nine decimals of a second are read too."""
        if not field and self.may_be_empty:
            return UNKNOWN_TIME
        match = _INSTANT.fullmatch(field)
        if match is None:
            return None
        label = Dates(self.name).read(match[1])
        hour, minute, second = int(match[2]), int(match[3]), int(match[4])
        if label is None or hour > 23 or minute > 59 or second > 59:
            return None
        fraction_ns = int((match[5] or "0").ljust(9, "0"))
        return label + (hour * 3_600 + minute * 60 + second) * SECOND_NS + fraction_ns

    def read_all(self, fields: Fields, column: int) -> IntArray | None:
        """The instants, where all are written in whole seconds."""
        letters = fields.letters_of(column, 20)
        if letters is None:
            return None
        labels = _labels(letters[:, :10])
        digits = letters[:, _CLOCK_DIGITS] - np.uint8(_ZERO)
        marks = letters[:, [10, 13, 16, 19]] == np.array([_T, _COLON, _COLON, _Z], dtype=np.uint8)
        if labels is None or (digits > 9).any() or not marks.all():
            return None
        hour, minute, second = (10 * digits[:, at].astype(np.int64) + digits[:, at + 1] for at in (0, 2, 4))
        if (hour > 23).any() or (minute > 59).any() or (second > 59).any():
            return None
        clock: IntArray = (hour * 3_600 + minute * 60 + second) * SECOND_NS
        return labels + clock


_SIDES = {b"long": 1, b"short": -1}


@dataclass(frozen=True, slots=True)
class Sides:
    """Which position was liquidated: long +1, short -1."""

    name: str
    expected: str = "long or short"

    def read(self, field: str) -> int | None:
        """The sign of the position."""
        return _SIDES.get(field.encode())

    def read_all(self, fields: Fields, column: int) -> IntArray | None:
        """The signs of the positions."""
        signs = [_SIDES.get(fields.text(line, column)) for line in range(len(fields.start))]
        return None if None in signs else np.array(signs)


Column = Numbers | Dates | Instants | Sides
"""Any kind of column."""


def empty(column: Column) -> NDArray[np.float64] | NDArray[np.int64]:
    """The array of a column without rows."""
    return np.empty(0, np.float64) if isinstance(column, Numbers) else np.empty(0, np.int64)


def _labels(letters: NDArray[np.uint8]) -> IntArray | None:
    """The labels of dates given as rows of ten letters, or None where any is not a date."""
    digits = letters[:, _DATE_DIGITS] - np.uint8(_ZERO)
    if (digits > 9).any() or not (letters[:, [4, 7]] == _DASH).all():
        return None
    year = digits[:, :4].astype(np.int64) @ np.array([1000, 100, 10, 1])
    month = 10 * digits[:, 4].astype(np.int64) + digits[:, 5]
    day = 10 * digits[:, 6].astype(np.int64) + digits[:, 7]
    if (year < FIRST_YEAR).any() or (year > LAST_YEAR).any() or (month < 1).any() or (month > 12).any():
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[D]").astype(np.int64)
    if (day < 1).any() or (day > following - first).any():
        return None
    labels: IntArray = (first + day - 1) * DAY_NS
    return labels
