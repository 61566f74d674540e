"""Tables of observations as plain rows, and hypothesis strategies that make such tables."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import TypeVar

import numpy as np
from hypothesis import strategies as st

from barograph.market.bars import Bars
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest

Row = tuple[float | None, ...]
"""One row, its time first; None is what is unknown."""

_FIELDS = {
    Bars: ("time", "open", "high", "low", "close", "volume"),
    Fixings: ("time", "value", "known_at"),
    Funding: ("time", "rate", "interval_h"),
    OpenInterest: ("time", "coin", "usd"),
    Liquidations: ("time", "side", "price", "coin", "usd"),
}
Table = TypeVar("Table", Bars, Fixings, Funding, OpenInterest, Liquidations)


def rows_of(table: Bars | Fixings | Funding | OpenInterest | Liquidations) -> list[Row]:
    """The rows of a table, in its order."""
    columns = [getattr(table, name).tolist() for name in _FIELDS[type(table)]]
    return [tuple(None if isnan(value) else value for value in row) for row in zip(*columns, strict=True)]


def fixings_of(rows: Iterable[Row]) -> Fixings:
    """Fixings from rows."""
    time, value, known_at = _columns(rows, 3)
    return Fixings(np.array(time, np.int64), np.array(value, np.float64), np.array(known_at, np.int64))


def bars_of(rows: Iterable[Row]) -> Bars:
    """Bars from rows."""
    return Bars.of(*_columns(rows, 6))


def _columns(rows: Iterable[Row], count: int) -> list[list[float]]:
    table = list(rows)
    return [[float("nan") if row[n] is None else row[n] for row in table] for n in range(count)]  # type: ignore[misc]


_TIMES = st.lists(st.integers(0, 12), max_size=8, unique=True).map(sorted)
_PRICE = st.sampled_from([5.0, 6.0])
"""Few times and few values, so that rows are often repeated and often revised."""


@st.composite
def some_bars(draw: st.DrawFn) -> Bars:
    """Bars that keep the contract of `check_bars`."""
    unknown = st.none()
    return bars_of(
        (time, draw(_PRICE | unknown), draw(st.just(6.0) | unknown), draw(st.just(5.0) | unknown), draw(_PRICE), None)
        for time in draw(_TIMES)
    )


@st.composite
def some_fixings(draw: st.DrawFn) -> Fixings:
    """Fixings with increasing dates."""
    return fixings_of((time, draw(_PRICE), draw(st.integers(0, 99))) for time in draw(_TIMES))


@st.composite
def some_funding(draw: st.DrawFn) -> Funding:
    """Settlements of one venue, which may revise what is never taken in twice."""
    times = draw(_TIMES)
    return Funding.of(times, [draw(_PRICE) for _ in times], [8.0] * len(times), "venue")


@st.composite
def some_liquidations(draw: st.DrawFn) -> Liquidations:
    """Forced orders of one venue, several of which may share an instant."""
    times = sorted(draw(st.lists(st.integers(0, 4), max_size=6)))
    coins = [draw(_PRICE) for _ in times]
    return Liquidations.of(times, [1] * len(times), coins, coins, coins, "venue")
