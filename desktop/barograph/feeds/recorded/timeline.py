"""Recorded rows, answered as they were known at any instant."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np

from barograph.market.bars import IntArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class Columns(DataclassInstance, Protocol):
        """A frozen dataclass with arrays of equal length, one of which is `time`."""

        @property
        def time(self) -> IntArray:
            """Instants or labels (int64 ns), not decreasing."""
            ...


Rows = TypeVar("Rows", bound="Columns")


class Timeline(Generic[Rows]):
    """Rows with the instant from which each was known (int64 ns UTC); nothing in it can be written to."""

    __slots__ = ("_columns", "_in_order", "_rows", "known_at", "time")

    def __init__(self, rows: Rows, known_at: IntArray) -> None:
        self._rows = rows
        values = ((field.name, getattr(rows, field.name)) for field in fields(rows))
        self._columns: dict[str, Any] = {name: value for name, value in values if isinstance(value, np.ndarray)}
        for column in (*self._columns.values(), known_at):
            column.flags.writeable = False
        self.time = rows.time
        self.known_at = known_at
        self._in_order = bool((np.diff(known_at) >= 0).all())

    def as_known(self, after_ns: int | None, now_ns: int) -> Rows:
        """The rows later than `after_ns` (None: all) that were known at `now_ns`: views of what is held."""
        first = 0 if after_ns is None else int(self.time.searchsorted(after_ns, side="right"))
        if self._in_order:
            last = int(self.known_at.searchsorted(now_ns, side="right"))
            chosen: slice | IntArray = slice(first, max(first, last))
        else:
            chosen = first + np.flatnonzero(self.known_at[first:] <= now_ns)
        return replace(self._rows, **{name: column[chosen] for name, column in self._columns.items()})
