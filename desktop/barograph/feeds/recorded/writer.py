"""Writes a history folder, file by file: what the reader would refuse is not written, and each file is there whole."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.recorded import tables
from barograph.feeds.recorded.csv_columns import Column, Dates, Instants, Numbers
from barograph.feeds.recorded.description import DESCRIPTION_FILE, Description, parse_description
from barograph.feeds.recorded.faults import file_fault, quoted
from barograph.feeds.recorded.files import MAX_FILE_BYTES, MAX_RATIO
from barograph.feeds.recorded.folder import INSTRUMENT_ID, SERIES_ID, VENUE_ID
from barograph.feeds.recorded.limits import check_columns
from barograph.market.bars import Bars, IntArray
from barograph.market.intervals import SECOND_NS, Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*\.")
"""Names that Windows keeps for devices or cannot give a folder."""


class HistoryWriter:
    """One history folder, made when it is absent. Writing a table again replaces it; numbers come back to the bit.

    Every `write_*` answers the file it wrote, and raises HistoryError when the name or a row is not what the format
    allows, or the folder cannot be written to; then the file is as it was before.
    """

    def __init__(self, root: Path, *, compressed: bool = True) -> None:
        """`compressed`: tables end in ``.csv.gz``, otherwise in ``.csv``."""
        self._root = root
        self._compressed = compressed

    def write_description(self, description: Description) -> Path:
        """What the folder says of itself; without it, it is no history folder."""
        lines = [
            f"name = {_toml(description.name)}",
            f"description = {_toml(description.description)}",
            f"simulated = {str(description.simulated).lower()}",
        ]
        for source in description.source:
            lines += ["", "[[source]]", f"name = {_toml(source.name)}"]
            lines += [f"licence = {_toml(source.licence)}", f"note = {_toml(source.note)}"]
        try:
            text = ("\n".join(lines) + "\n").encode()
        except UnicodeEncodeError as error:
            raise file_fault(DESCRIPTION_FILE, "half of a character", "text") from error
        parse_description(text)
        return self._put(DESCRIPTION_FILE, text)

    def write_bars(self, instrument: str, interval: Interval, bars: Bars) -> Path:
        """The closed bars of one instrument and interval."""
        table = tables.INTRADAY_BARS if interval.intraday else tables.DAILY_BARS
        columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
        return self._write(f"bars/{_name(instrument, INSTRUMENT_ID)}/{interval}", table, columns)

    def write_series(self, series: str, fixings: Fixings) -> Path:
        """A series, each value with the instant from which it was known."""
        name = f"series/{_name(series, SERIES_ID)}"
        if np.isnan(fixings.value).any():
            raise file_fault(name, f"row {int(np.argmax(np.isnan(fixings.value)))} without a value", "a number")
        return self._write(name, tables.SERIES, (fixings.time, fixings.value, fixings.known_at))

    def write_funding(self, instrument: str, rows: Funding) -> Path:
        """Settled funding at the venue that the rows name."""
        name = _of_venue("funding", rows.source, instrument)
        return self._write(name, tables.FUNDING, (rows.time, rows.rate, rows.interval_h))

    def write_open_interest(self, instrument: str, rows: OpenInterest) -> Path:
        """Open interest at the venue that the rows name."""
        name = _of_venue("open_interest", rows.source, instrument)
        return self._write(name, tables.OPEN_INTEREST, (rows.time, rows.coin, rows.usd))

    def write_liquidations(self, instrument: str, rows: Liquidations) -> Path:
        """Forced orders at the venue that the rows name. The reader takes one exactly on the hour for that hour's sum,
        which is known at its end.
        """
        name = _of_venue("liquidations", rows.source, instrument)
        return self._write(name, tables.LIQUIDATIONS, (rows.time, rows.side, rows.price, rows.coin, rows.usd))

    # --------------------------------------------------------------------------------------------- private

    def _write(self, name: str, table: tables.Table, columns: Sequence[NDArray[Any]]) -> Path:
        check_columns(columns, table, name)
        texts = [_texts(column)(values) for column, values in zip(table.columns, columns, strict=True)]
        header = ",".join(column.name for column in table.columns)
        text = "\n".join([header, *map(",".join, zip(*texts, strict=True))]).encode() + b"\n"
        if len(text) > MAX_FILE_BYTES:
            raise file_fault(name, f"{len(text)} bytes", f"at most {MAX_FILE_BYTES} bytes")
        plain, packed = f"{name}.csv", f"{name}.csv.gz"
        file, other = (packed, plain) if self._compressed else (plain, packed)
        if os.path.lexists(self._root / other):
            raise file_fault(file, f"{Path(other).name} is there too", "only one of the two")
        return self._put(file, _compressed(text) if self._compressed else text)

    def _put(self, file: str, content: bytes) -> Path:
        """Write a file beside its place and move it there when it is whole and on the disk."""
        target = self._root / file
        beside = target.with_name(f".{target.name}.part")  # a name that the reader passes over
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(self._root.resolve()):
                raise file_fault(file, "a link out of the history folder", "a place inside it")
            with beside.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(target)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise file_fault(file, f"cannot be written ({error.strerror or error})", "a folder with room") from error
        return target


def _of_venue(kind: str, venue: str, instrument: str) -> str:
    return f"{kind}/{_name(venue, VENUE_ID)}/{_name(instrument, INSTRUMENT_ID)}"


def _name(name: str, pattern: re.Pattern[str]) -> str:
    """The name, which can be nothing but the name of one file inside one folder, on every system."""
    if pattern.fullmatch(name) is None:
        raise file_fault("name", quoted(name), f"a name of the form {pattern.pattern}")
    if _RESERVED.fullmatch(name):
        raise file_fault("name", quoted(name), "a name that Windows can give a file")
    return name


def _compressed(text: bytes) -> bytes:
    """The text as gzip, the same for the same text, and never so small that the reader would take it for a trap."""
    packed = gzip.compress(text, mtime=0)
    return packed if len(text) <= MAX_RATIO * len(packed) else gzip.compress(text, 0, mtime=0)


def _toml(text: str) -> str:
    """A TOML string: as in JSON, but for one character that JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# --------------------------------------------------------------------------------------------------- texts


def _texts(column: Column) -> Callable[[NDArray[Any]], list[str]]:
    """How the values of a column are written."""
    if isinstance(column, Numbers):
        return _numbers
    if isinstance(column, Dates):
        return _dates
    return _instants if isinstance(column, Instants) else _sides


def _numbers(values: NDArray[np.float64]) -> list[str]:
    """The shortest text that is read as the same number; nothing for a missing one."""
    return ["" if text == "nan" else text.removesuffix(".0") for text in map(repr, values.tolist())]


def _dates(times: IntArray) -> list[str]:
    return [str(text) for text in np.datetime_as_string(times.astype("datetime64[ns]"), unit="D")]


def _instants(times: IntArray) -> list[str]:
    """Whole seconds where they are whole, otherwise as many decimals as it takes."""
    texts = np.datetime_as_string(times.astype("datetime64[ns]"), unit="s").tolist()
    decimals = [f".{part:09d}".rstrip("0") if part else "" for part in (times % SECOND_NS).tolist()]
    return [*map("".join, zip(texts, decimals, repeat("Z"), strict=False))]


def _sides(values: IntArray) -> list[str]:
    return ["long" if side > 0 else "short" for side in values.tolist()]
