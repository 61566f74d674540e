"""Reads a CSV text as one of the tables of a history folder; the first fault is told with line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.recorded.csv_columns import (
    Column,
    Dates,
    Instants,
    Sides,
    amount,
    empty,
    hours,
    price,
    signed,
)
from barograph.feeds.recorded.faults import field_fault
from barograph.feeds.recorded.fields import Fields

MAX_LINE_BYTES = 256
"""The longest line of a table; the longest that the program writes has half of that."""
CHUNK_BYTES = 1 << 20
"""How much text is taken apart at once: what bounds the memory that a large file needs."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Columns = list[NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table: its columns, the first being the time, in the order of the header.

    The last `optional` columns may be absent as a whole. `time_repeats` lets several rows share an instant;
    otherwise times increase strictly. In a table of `bars` high is at or above low.
    """

    columns: tuple[Column, ...]
    optional: int = 0
    time_repeats: bool = False
    bars: bool = False

    @property
    def header(self) -> str:
        """The header as the format spells it, optional columns in brackets."""
        names = [column.name for column in self.columns]
        needed = len(names) - self.optional
        return ",".join(names[:needed]) + "".join(f"[,{name}]" for name in names[needed:])


_PRICES = (price("open"), price("high"), price("low"), price("close", may_be_empty=False), amount("volume"))
HIGH, LOW = 2, 3
"""Places of these columns in a table of bars."""
_OPEN_INTEREST = (amount("coin"), amount("usd"))

DAILY_BARS = Table((Dates("time"), *_PRICES), bars=True)
INTRADAY_BARS = Table((Instants("time"), *_PRICES), bars=True)
SERIES = Table((Dates("time"), signed("value"), Instants("known_at", may_be_empty=True)), optional=1)
FUNDING = Table((Instants("time"), signed("rate"), hours("interval_h")))
OPEN_INTEREST = Table((Instants("time"), *_OPEN_INTEREST), optional=1)
DAILY_OPEN_INTEREST = Table((Dates("time"), *_OPEN_INTEREST), optional=1)
LIQUIDATIONS = Table(
    (Instants("time"), Sides("side"), price("price"), amount("coin"), amount("usd")), time_repeats=True
)


def parse_table(text: bytes, table: Table, file: str) -> Columns:
    """The columns of a CSV text, one array each; an optional column that is absent is missing from the list.

    `file` is the name in messages. A byte order mark and line ends of Windows are let pass.

    Raises:
        HistoryError: the header is another, or a line breaks the rules of the table.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    header_end = text.find(b"\n")
    columns = _columns_of(text if header_end < 0 else text[:header_end], table, file)
    parts: list[Columns] = []
    line = 2
    previous: int | None = None
    for chunk in _chunks(text, header_end + 1 if header_end >= 0 else len(text)):
        part = _read_at_once(chunk, columns, table, previous)
        if part is None:
            part = _read_by_line(chunk, columns, table, file, line, previous)
        parts.append(part)
        line += len(part[0])
        previous = int(part[0][-1])
    if not parts:
        return [empty(column) for column in columns]
    return parts[0] if len(parts) == 1 else [np.concatenate(column) for column in zip(*parts, strict=True)]


def first_time(text: bytes) -> str:
    """What stands in the first column of the first row; empty where there is no row."""
    header_end = text.find(b"\n", 0, MAX_LINE_BYTES) + 1
    row = text[header_end : header_end + MAX_LINE_BYTES] if header_end else b""
    return row.split(b"\n")[0].split(b",")[0].decode("ascii", "replace")


def _columns_of(header: bytes, table: Table, file: str) -> tuple[Column, ...]:
    """The columns that a header names."""
    names = header[:MAX_LINE_BYTES].decode("utf-8", "replace").split(",")
    for number, column in enumerate(table.columns):
        if number == len(names) and number >= len(table.columns) - table.optional:
            break
        found = names[number] if number < len(names) else ""
        if found != column.name:
            raise field_fault(file, 1, column.name, found, f"the header {table.header}")
    if len(names) > len(table.columns):
        extra = len(table.columns)
        raise field_fault(file, 1, str(extra + 1), names[extra], f"the header {table.header}")
    return table.columns[: len(names)]


def _chunks(text: bytes, start: int) -> Iterator[bytes]:
    """The text from `start` on, cut at line ends into pieces of bounded size; without line ends at its end."""
    stop = len(text)
    while stop > start and text[stop - 1] == ord("\n"):
        stop -= 1
    while start < stop:
        end = stop
        if end - start > CHUNK_BYTES:
            end = text.rfind(b"\n", start, start + CHUNK_BYTES)
            if end < 0:
                end = start + CHUNK_BYTES  # a line far too long: reading it by line says so
        yield text[start:end]
        start = end + 1


def _read_at_once(chunk: bytes, columns: tuple[Column, ...], table: Table, previous: int | None) -> Columns | None:
    """The columns of some lines, or None where anything is unusual or wrong."""
    fields = Fields.of(chunk, len(columns), MAX_LINE_BYTES)
    if fields is None:
        return None
    read: Columns = []
    for number, column in enumerate(columns):
        values = column.read_all(fields, number)
        if values is None:
            return None
        read.append(values)
    step = np.diff(read[0], prepend=previous) if previous is not None else np.diff(read[0])
    if (step < 0).any() or (not table.time_repeats and (step == 0).any()):
        return None
    if table.bars and (read[HIGH] < read[LOW]).any():
        return None
    return read


def _read_by_line(
    chunk: bytes, columns: tuple[Column, ...], table: Table, file: str, first_line: int, previous: int | None
) -> Columns:
    """The columns of some lines read one by one, or the first fault."""
    rows: list[list[float | int]] = []
    for line, raw in enumerate(chunk.split(b"\n"), first_line):
        fields = _fields(raw, columns, file, line)
        row: list[float | int] = []
        for column, field in zip(columns, fields, strict=True):
            value = column.read(field)
            if value is None:
                raise field_fault(file, line, column.name, field, column.expected)
            row.append(value)
        if previous is not None and (row[0] < previous or (row[0] == previous and not table.time_repeats)):
            order = "a time not before" if table.time_repeats else "a time after"
            raise field_fault(file, line, "time", fields[0], f"{order} that of the line before")
        if table.bars and row[HIGH] < row[LOW]:
            raise field_fault(file, line, "high", fields[HIGH], f"a high not below the low, {fields[LOW]}")
        previous = int(row[0])
        rows.append(row)
    return [np.array(values) for values in zip(*rows, strict=True)]


def _fields(raw: bytes, columns: tuple[Column, ...], file: str, line: int) -> list[str]:
    """The fields of a line, as many as there are columns."""
    if len(raw) > MAX_LINE_BYTES:
        start = raw[:MAX_LINE_BYTES].decode("utf-8", "replace")
        raise field_fault(file, line, columns[0].name, start, f"a line of at most {MAX_LINE_BYTES} bytes")
    try:
        fields = raw.decode("utf-8").split(",")
    except UnicodeDecodeError as error:
        number = raw[: error.start].count(b",")
        name = columns[number].name if number < len(columns) else str(number + 1)
        # Latin-1 has a letter for every byte, most often the one that was meant.
        found = raw.split(b",")[number].decode("latin-1")
        raise field_fault(file, line, name, found, "UTF-8 text") from error
    names = ",".join(column.name for column in columns)
    if len(fields) < len(columns):
        missing = columns[len(fields)].name
        raise field_fault(file, line, missing, "", f"{len(columns)} fields ({names}), there are {len(fields)}")
    if len(fields) > len(columns):
        extra = str(len(columns) + 1)
        raise field_fault(file, line, extra, fields[len(columns)], f"{len(columns)} fields ({names})")
    return fields
