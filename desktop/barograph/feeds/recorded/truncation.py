"""A history folder as it would have been recorded up to an instant: what was not known yet is not in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from barograph.feeds.recorded.feed import closings
from barograph.feeds.recorded.folder import HistoryFolder, Recorded
from barograph.market.bars import Bars, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval

if TYPE_CHECKING:
    from barograph.feeds.recorded.timeline import Columns

Rows = TypeVar("Rows", bound="Columns")


def known_by(
    folder: HistoryFolder, cut_ns: int, universe: Universe, calendars: Callable[[str], TradingCalendar]
) -> HistoryFolder:
    """The rows that were known at an instant (int64 ns UTC); a table in which nothing is left stays as an empty one."""

    def bars(name: str, intervals: Mapping[Interval, Bars]) -> dict[Interval, Bars]:
        calendar = calendars(universe.instrument(name).calendar)
        return {
            interval: _picked(each, closings(each.time, interval, calendar) <= cut_ns)
            for interval, each in intervals.items()
        }

    return replace(
        folder,
        bars={name: bars(name, intervals) for name, intervals in folder.bars.items()},
        series={name: _picked(each, each.known_at <= cut_ns) for name, each in folder.series.items()},
        funding=_venues(folder.funding, cut_ns),
        open_interest=_venues(folder.open_interest, cut_ns),
        liquidations=_venues(folder.liquidations, cut_ns),
        heard={
            name: {venue: _spans(spans, cut_ns) for venue, spans in venues.items()}
            for name, venues in folder.heard.items()
        },
    )


def _venues(recorded: Mapping[str, Mapping[str, Recorded[Rows]]], cut_ns: int) -> dict[str, dict[str, Recorded[Rows]]]:
    return {
        name: {
            venue: Recorded(_picked(each.rows, each.known_at <= cut_ns), each.known_at[each.known_at <= cut_ns])
            for venue, each in venues.items()
        }
        for name, venues in recorded.items()
    }


def _spans(spans: IntArray, cut_ns: int) -> IntArray:
    begun = spans[spans[:, 0] <= cut_ns]
    return np.minimum(begun, cut_ns)


def _picked(rows: Rows, keep: np.ndarray) -> Rows:
    """Those of the rows."""
    columns: dict[str, Any] = {field.name: getattr(rows, field.name) for field in fields(rows)}
    return replace(rows, **{name: each[keep] for name, each in columns.items() if isinstance(each, np.ndarray)})
