"""Unions of what a source gave before and what it gives now. Pure functions of arrays, oldest first."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import Bars
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest

Rows = TypeVar("Rows", Funding, OpenInterest)
Held = TypeVar("Held", Funding, OpenInterest, Liquidations)


def merged_bars(held: Bars, new: Bars) -> Bars:
    """The union of two runs of bars, each with increasing times; where both have a bar the new one stands."""
    if not len(held) or not len(new):
        return new if len(new) else held
    kept = held if new.time[0] > held.time[-1] else _bars_at(held, ~np.isin(held.time, new.time))
    both = Bars(*(np.concatenate((getattr(kept, name), getattr(new, name))) for name in _COLUMNS))
    return both if new.time[0] > held.time[-1] else _bars_at(both, np.argsort(both.time, kind="stable"))


_COLUMNS = ("time", "open", "high", "low", "close", "volume")


def _bars_at(bars: Bars, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Bars:
    return Bars(*(getattr(bars, name)[rows] for name in _COLUMNS))


def changed(held: Bars, given: Bars) -> Bars:
    """The given bars that are not held as they are."""
    if not len(held) or not len(given) or given.time[0] > held.time[-1]:
        return given
    row = np.minimum(np.searchsorted(held.time, given.time), len(held) - 1)
    same = held.time[row] == given.time
    for name in _COLUMNS[1:]:
        ours, theirs = getattr(held, name)[row], getattr(given, name)
        same &= (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    return given if not same.any() else _bars_at(given, ~same)


def new_fixings(held: Fixings, given: Fixings) -> Fixings:
    """The given fixings whose date is not held, or is held with another value."""
    if not len(held):
        return given
    row = np.minimum(np.searchsorted(held.time, given.time), len(held) - 1)
    new = (held.time[row] != given.time) | (held.value[row] != given.value)
    return Fixings(given.time[new], given.value[new], given.known_at[new])


def merged_fixings(held: Fixings, new: Fixings) -> Fixings:
    """The union of two runs of fixings; where both have a date the new one stands."""
    kept = ~np.isin(held.time, new.time)
    time = np.concatenate((held.time[kept], new.time))
    order = np.argsort(time, kind="stable")
    return Fixings(
        time[order],
        np.concatenate((held.value[kept], new.value))[order],
        np.concatenate((held.known_at[kept], new.known_at))[order],
    )


def put_rows(table: dict[tuple[str, str], Rows], instrument: str, rows: Rows, kept: int) -> Rows:
    """Add to `table` the rows whose instant is not held, keep the newest `kept`, and answer what was added."""
    key = (instrument, rows.source)
    held = table.get(key)
    if held is None:
        table[key] = rows[-kept:]
        return rows
    fresh = _rows_at(rows, ~np.isin(rows.time, held.time))
    if len(fresh):
        table[key] = _appended(held, fresh)[-kept:]
    return fresh


def with_liquidations(held: Liquidations, new: Liquidations, kept: int) -> Liquidations:
    """The newest `kept` of both. Where older ones are let go, they are not heard any more: a sum over them would be too
    small.
    """
    both = _appended(held, new)
    first = int(both.time[-kept]) if len(both) > kept else None
    both = replace(both[-kept:], coverage=new.coverage or held.coverage)
    return both if first is None else heard_after(both, first)


def heard_after(rows: Liquidations, first_ns: int) -> Liquidations:
    """The rows as heard only later than `first_ns`."""
    if rows.since_ns is None or rows.since_ns > first_ns:
        return rows
    return replace(rows, since_ns=first_ns + 1)


def hourly_until(rows: OpenInterest, until_ns: int, hour_ns: int) -> OpenInterest:
    """Only the last reading of each hour before `until_ns`, and all from then on."""
    hour = rows.time // hour_ns
    last = np.append(hour[1:] != hour[:-1], True)
    return _rows_at(rows, last | (rows.time >= until_ns))


def _appended(held: Held, new: Held) -> Held:
    """Both, by time; what was held comes first where they share an instant."""
    columns: dict[str, Any] = {
        name: np.concatenate((getattr(held, name), getattr(new, name))) for name in _arrays(held)
    }
    order = np.argsort(columns["time"], kind="stable")
    return replace(held, **{name: column[order] for name, column in columns.items()})


def _rows_at(rows: Rows, which: NDArray[np.bool_]) -> Rows:
    columns: dict[str, Any] = {name: getattr(rows, name)[which] for name in _arrays(rows)}
    return replace(rows, **columns)


def _arrays(rows: Funding | OpenInterest | Liquidations) -> list[str]:
    return [each.name for each in fields(rows) if isinstance(getattr(rows, each.name), np.ndarray)]
