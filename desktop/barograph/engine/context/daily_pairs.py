"""Daily correlation of stocks and coins, and of all pairs of a set of markets, on session rows (SIGNALS 2 D, 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from barograph.engine.context.pair_history import FRAMES, NOTHING, Past, judged_pair
from barograph.engine.context.shown import known
from barograph.engine.context_view import HeatMap, PairCorrelation
from barograph.engine.daily_table import DailyTable
from barograph.indicators.commonality import average_pairwise, eigen_share
from barograph.indicators.correlation_matrix import CorrelationMatrix, ewma_matrix, pearson_matrix
from barograph.indicators.rolling_correlation import RollingCorrelation, rolling_ewma
from barograph.indicators.volatility import log_returns
from barograph.market.bars import FloatArray
from barograph.market.instants import from_ns
from barograph.market.intervals import DAY_NS, Interval

YEARS = 756
"""Sessions of a pair's own past."""
DAILY_MARKETS = ("SPX", "QQQ", "IWM", "HYG", "BTC", "ETH", "UUP", "GLD", "TLT", "VIX")
"""The set whose common movement is measured; the dollar and the volatility index with their sign turned."""
_TURNED = frozenset({"UUP", "VIX"})
_COMMON_ROWS, _COMMON_LOOKED_AT, _COMMON_MARKETS = 60, 75, 5
_VARIANCE_ROWS, _VARIANCE_MINIMUM = 20, 12


def daily_pair(
    table: DailyTable, row: int, shown: tuple[str, str], stock: str, source: str
) -> tuple[PairCorrelation, Past]:
    """The pair at the session of `row`, and its past. The coin's closes are of UTC days, as the score has them: a
    session is judged after that day's end.
    """
    frame = FRAMES[Interval.DAY_1]
    rows = frame.rows + YEARS + 1
    x = log_returns(table.closes(stock, row, rows))
    y = log_returns(table.closes(shown[1], row, rows))
    labels = table.labels[row - len(x) + 1 : row + 1]
    rolled = rolling_ewma(x, y, frame.lam, frame.minimum)
    last = slice(-YEARS, None)
    month = RollingCorrelation(rolled.rho[last], mean_squares(x)[last], rolled.count[last])
    ends = labels + DAY_NS
    past = NOTHING.joined(ends[last], labels[last], month, 0)
    pair = judged_pair(shown, stock, frame, past, (x[-frame.rows :], y[-frame.rows :]), source)
    return pair, past


def mean_squares(returns: FloatArray) -> FloatArray:
    """Mean square of 20 returns up to each row, of which 60 % must be known: the square of RV20 per day."""
    result = np.full(len(returns), nan)
    if len(returns) >= _VARIANCE_ROWS:
        windows = sliding_window_view(returns, _VARIANCE_ROWS)
        known_ = np.isfinite(windows)
        count = known_.sum(axis=1)
        total = np.where(known_, windows, 0.0) ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            result[_VARIANCE_ROWS - 1 :] = np.where(count >= _VARIANCE_MINIMUM, total.sum(axis=1) / count, nan)
    return result


def daily_heat_map(table: DailyTable, row: int, names: Sequence[str]) -> HeatMap | None:
    """All pairs of the markets that the feed has; None without two of them."""
    frame = FRAMES[Interval.DAY_1]
    columns = [log_returns(table.closes(name, row, frame.rows + 1)) for name in names]
    if len(names) < 2 or not len(columns[0]):
        return None
    block = np.column_stack(columns)
    average, share = _common_movement(block, names)
    matrix = ewma_matrix(block, frame.lam, frame.minimum)
    return heat_map(Interval.DAY_1, names, matrix, int(table.labels[row]) + DAY_NS, average, share)


def heat_map(
    interval: Interval,
    names: Sequence[str],
    matrix: CorrelationMatrix,
    as_of_ns: int,
    average: float = nan,
    share: float = nan,
) -> HeatMap:
    """A matrix as it is shown."""
    return HeatMap(
        interval,
        tuple(names),
        tuple(tuple(known(value) for value in line) for line in matrix.rho.tolist()),
        tuple(tuple(line) for line in matrix.n.tolist()),
        known(average),
        known(share),
        from_ns(as_of_ns),
    )


def _common_movement(block: FloatArray, names: Sequence[str]) -> tuple[float, float]:
    """Mean pairwise correlation and eigenvalue share of 60 complete sessions, signs turned so that up is good."""
    recent = block[-_COMMON_LOOKED_AT:]
    complete = recent[np.isfinite(recent).all(axis=1)][-_COMMON_ROWS:]
    if len(complete) < _COMMON_ROWS or len(names) < _COMMON_MARKETS:
        return nan, nan
    signs = np.array([-1.0 if name in _TURNED else 1.0 for name in names])
    rho = pearson_matrix(complete * signs).rho
    return average_pairwise(rho), eigen_share(rho)
