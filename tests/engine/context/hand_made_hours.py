"""Hours of futures, funds and coins that a test can reckon with, as a folder in memory."""

from __future__ import annotations

from datetime import date

import numpy as np

from barograph.engine.context.shared_grid import SharedGrid
from barograph.feeds.contract import Feed
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.calendars import calendar
from barograph.market.grids import intraday_grid
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from tests.engine.hand_made import bars
from tests.engine.runs import UNIVERSE

FIRST, LAST = date(2024, 5, 6), date(2024, 6, 14)


def walk(count: int, level: float, seed: int) -> FloatArray:
    """Closes of a random walk."""
    moves = np.random.default_rng(seed).normal(0, 0.004, count)
    closes: FloatArray = level * np.exp(np.cumsum(moves))
    return closes


def session_bars(calendar_id: str, interval: Interval, level: float, seed: int) -> Bars:
    """Bars of every session from `FIRST` to `LAST`."""
    starts: list[IntArray] = []
    market = calendar(calendar_id)
    for session in market.sessions(FIRST, LAST):
        ends = market.bar_grid(session.date, interval)
        starts.append(np.concatenate(([to_ns(session.open)], ends[:-1])))
    times = np.concatenate(starts)
    return bars(times, walk(len(times), level, seed))


def coin_bars(interval: Interval, seed: int = 5, level: float = 60_000.0) -> Bars:
    """Bars of a coin without a hole; of two intervals the longer one closes where the shorter one does."""
    grid = intraday_grid(calendar("CRYPTO"), FIRST, LAST, Interval.MIN_5)
    step = interval.ns // Interval.MIN_5.ns
    closes = walk(len(grid.end), level, seed)[step - 1 :: step]
    return bars(grid.end[step - 1 :: step] - interval.ns, closes)


def grid_of(feed: Feed, stocks: tuple[str, ...], coins: tuple[str, ...] = ("BTC",)) -> SharedGrid:
    """A grid of that feed."""
    return SharedGrid(feed, UNIVERSE, calendar, stocks, coins)
