"""Holds arrays to what the reader of a history folder accepts, before they are written or where they come otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.recorded.csv_columns import FIRST_YEAR, LAST_YEAR, Column, Dates, Instants, Numbers
from barograph.feeds.recorded.faults import HistoryError, plain
from barograph.feeds.recorded.tables import HIGH, LOW, Table
from barograph.market.instants import label_ns
from barograph.market.intervals import DAY_NS

_FIRST_NS = label_ns(date(FIRST_YEAR, 1, 1))
_END_NS = label_ns(date(LAST_YEAR + 1, 1, 1))


def check_columns(columns: Sequence[NDArray[Any]], table: Table, name: str) -> None:
    """Check the columns of a table: as many rows in each, every value one that the reader accepts, and the times in
    order. `name` is the table's in messages.

    Raises:
        HistoryError: the first row, counted from 0, that breaks the rules of the table.
    """
    for column, values in zip(table.columns, columns, strict=False):
        if len(values) != len(columns[0]):
            raise HistoryError(f"{plain(name)}: {len(columns[0])} times and {len(values)} of {column.name}")
        bad = ~_accepted(column, values)
        if bad.any():
            row = int(np.argmax(bad))
            raise _fault(name, row, column.name, values[row], column.expected)
    time = columns[0]
    step = np.diff(time)
    backward = step < 0 if table.time_repeats else step <= 0
    if backward.any():
        row = int(np.argmax(backward)) + 1
        order = "a time not before" if table.time_repeats else "a time after"
        raise _fault(name, row, table.columns[0].name, time[row], f"{order} that of the row before")
    if table.bars:
        crossed = columns[HIGH] < columns[LOW]
        if crossed.any():
            row = int(np.argmax(crossed))
            raise _fault(name, row, "high", columns[HIGH][row], f"a high not below the low, {columns[LOW][row].item()}")


def _accepted(column: Column, values: NDArray[Any]) -> NDArray[np.bool_]:
    if isinstance(column, Numbers):
        inside: NDArray[np.bool_] = (values >= column.low) & (values <= column.high)
        return inside | np.isnan(values) if column.may_be_empty else inside
    if isinstance(column, Dates | Instants):
        times: NDArray[np.bool_] = (values >= _FIRST_NS) & (values < _END_NS)
        return times & (values % DAY_NS == 0) if isinstance(column, Dates) else times
    return np.isin(values, (1, -1))


def _fault(name: str, row: int, column: str, value: np.generic, expected: str) -> HistoryError:
    return HistoryError(f"{plain(name)}, row {row}, {column}: found {value.item()!r}; expected {expected}")
