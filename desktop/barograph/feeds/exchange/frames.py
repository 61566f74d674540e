"""What the readers of the venues' own frames share: the contracts they know, and strict readings of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Item = Mapping[str, Any]
"""An entry of a frame, as it should be; reading it finds out what it is not."""
MS_NS = 1_000_000
"""Nanoseconds in a millisecond; venues tell instants in milliseconds since 1970-01-01 UTC."""
_EARLIEST_MS = 1_262_304_000_000  # 2010: before any perpetual
_LATEST_MS = 4_102_444_800_000  # 2100


class FrameError(ValueError):
    """A value in a frame is not what the venue's format has there."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A perpetual of a venue: the coin it is of, and how many coins one contract is (1 where sizes are coins)."""

    coin: str
    coins_per_contract: float = 1.0


Contracts = Mapping[str, Contract]
"""By the venue's own market id; frames of other markets are passed over."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """The rows of a frame, and how many more there were that could not be read: dropped, never guessed."""

    rows: tuple[Row, ...] = ()
    bad: int = 0


def read_each(items: Iterator[Any], read: Callable[[Any], Row | None]) -> Reading[Row]:
    """Read item by item; one that cannot be read is counted, one that `read` answers None for is passed over."""
    rows: list[Row] = []
    bad = 0
    for item in items:
        try:
            row = read(item)
        except (FrameError, KeyError, IndexError, TypeError):
            bad += 1
            continue
        if row is not None:
            rows.append(row)
    return Reading(tuple(rows), bad)


def items_of(frame: object, name: str) -> Iterator[Any]:
    """The entries of a list in a frame. Anything else in its place is one entry that cannot be read."""
    found = frame.get(name) if isinstance(frame, Mapping) else None
    yield from found if isinstance(found, list) else [None]


def positive(value: object) -> float:
    """A finite number above 0, written as a number or as text.

    Raises:
        FrameError: it is none.
    """
    number = at_least_zero(value)
    if number == 0:
        raise FrameError("0 where a number above 0 was expected")
    return number


def at_least_zero(value: object) -> float:
    """A finite number of 0 or more, written as a number or as text.

    Raises:
        FrameError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FrameError(f"{value!r} where a number was expected")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise FrameError(f"{value!r:.40} where a number was expected") from None
    if not math.isfinite(number) or number < 0:
        raise FrameError(f"{number} where a finite number of 0 or more was expected")
    return number


def instant_ns(value: object) -> int:
    """An instant in nanoseconds UTC, from milliseconds as a number or as text.

    Raises:
        FrameError: it is none, or lies outside the years 2010 to 2100 (seconds, or microseconds).
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise FrameError(f"{value!r} where an instant was expected")
    try:
        milliseconds = int(value)
    except ValueError:
        raise FrameError(f"{value!r:.40} where an instant was expected") from None
    if not _EARLIEST_MS <= milliseconds < _LATEST_MS:
        raise FrameError(f"{milliseconds} where milliseconds since 1970 were expected")
    return milliseconds * MS_NS
