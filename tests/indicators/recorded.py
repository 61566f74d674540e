"""Single tables of a recorded history folder as columns, for checks of formulas against real markets."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.instants import to_ns


def columns(path: Path) -> dict[str, list[str]]:
    """The columns of a CSV file, packed or not, by name; the test is skipped where there is none."""
    found = next((one for one in (path, path.with_name(path.name + ".gz")) if one.is_file()), None)
    if found is None:
        pytest.skip(f"no {path}")
    with gzip.open(found, "rt") if found.suffix == ".gz" else found.open() as lines:
        rows = list(csv.reader(lines))
    return {name: [row[column] for row in rows[1:]] for column, name in enumerate(rows[0])}


def numbers(values: list[str]) -> FloatArray:
    """Numbers, NaN for an empty field."""
    return np.array([float(value) if value else np.nan for value in values])


def instants(values: list[str]) -> IntArray:
    """Instants with a zone, or session dates as their labels, in ns UTC."""
    read = [datetime.fromisoformat(value if "T" in value else f"{value}T00:00:00Z") for value in values]
    return np.array([to_ns(one) for one in read], np.int64)


def bars(folder: Path, instrument: str, interval: str) -> Bars:
    """Recorded bars of one instrument."""
    table = columns(folder / "bars" / instrument / f"{interval}.csv")
    prices = (numbers(table[name]) for name in ("open", "high", "low", "close", "volume"))
    return Bars.of(instants(table["time"]), *prices)
