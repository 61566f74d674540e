"""A made-up past of the default universe, in memory and of any length: what a cost grows with can be told from two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from barograph.feeds.recorded.description import Description
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.bars import Bars, IntArray
from barograph.market.calendars import calendar
from barograph.market.grids import intraday_grid
from barograph.market.instants import to_ns
from barograph.market.instruments import AssetClass, Universe
from barograph.market.intervals import SECOND_NS, Interval
from barograph.market.observations import Fixings
from barograph.market.publication import known_at
from barograph.market.universe_file import load_universe

END = date(2024, 12, 31)
HOURLY = ("ES", "NQ", "SPX", "NDX", "VIX", "BTC", "ETH")
_SERIES = ("DGS10", "DGS2", "DFII10", "DFF")


def made_history(years: int, hour_years: int = 0) -> tuple[HistoryFolder, Universe]:
    """Random walks of all markets and shares up to the end of 2024, by day and, of the main ones, by hour."""
    universe = load_universe()
    named = [each.id for each in universe.instruments.values() if each.asset_class is not AssetClass.RATE]
    names = dict.fromkeys((*named, *universe.groups["breadth"]))
    first, hours = (END.replace(year=END.year - length) for length in (years, hour_years))
    bars: dict[str, dict[Interval, Bars]] = {}
    for number, name in enumerate(names):
        market = calendar(universe.instrument(name).calendar)
        bars[name] = {Interval.DAY_1: _walk(market.session_labels(first + timedelta(days=1), END), number, 0.01)}
        if hour_years and name in HOURLY:
            grid = intraday_grid(market, hours + timedelta(days=1), END, Interval.HOUR_1)
            opened = grid.end - np.rint(grid.hours * 3_600).astype(np.int64) * SECOND_NS
            bars[name][Interval.HOUR_1] = _walk(opened, number, 0.002)
    labels = calendar("XNYS").session_labels(first + timedelta(days=1), END)
    series = {
        name: Fixings(
            labels, _walk(labels, number, 0.001).close / 25, known_at(labels, universe.series[name].publication)
        )
        for number, name in enumerate(_SERIES)
    }
    described = Description(name=f"Random walks of {years} years", simulated=True)
    return HistoryFolder(Path("made"), described, f"{years}-{hour_years}", bars, series, {}, {}, {}), universe


def _walk(time: IntArray, seed: int, size: float) -> Bars:
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, size, len(time))))
    opened = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return Bars.of(time, opened, high * (1 + size / 4), low * (1 - size / 4), close, np.full(len(time), 1e4))


def since(folder: HistoryFolder, day: datetime, hour: datetime) -> HistoryFolder:
    """The same with less of a past: daily bars and fixings from one instant on, shorter bars from another."""

    def cut(each: Mapping[Interval, Bars]) -> dict[Interval, Bars]:
        starts = {interval: to_ns(hour if interval.intraday else day) for interval in each}
        return {key: bars[int(np.searchsorted(bars.time, starts[key])) :] for key, bars in each.items()}

    first = to_ns(day)
    return replace(
        folder,
        bars={name: cut(each) for name, each in folder.bars.items()},
        series={name: each[int(np.searchsorted(each.time, first)) :] for name, each in folder.series.items()},
    )
