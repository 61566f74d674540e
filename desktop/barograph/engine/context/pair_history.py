"""The past of one pair's rolling correlation on one interval: its median, and the line of its chart."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

import numpy as np

from barograph.engine.context.shared_grid import AGAIN, SharedGrid, returns
from barograph.engine.context_view import PairCorrelation
from barograph.indicators.correlation import (
    decay_of_half_life,
    distinguishable,
    downside_semicorrelation,
    driven_by_a_few_days,
    ewma_estimate,
    forbes_rigobon,
    pearson,
    spearman,
)
from barograph.indicators.rolling_correlation import RollingCorrelation, rolling_ewma
from barograph.market.bars import FloatArray, IntArray
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval
from barograph.risk.features import DAILY_LAMBDA

COMPRESSED = 0.7
"""From here on stocks and crypto count as one asset class (SIGNALS 0.5)."""
MEDIAN_DATES = 20
"""Trade dates without which a pair's own median says nothing. Judgement: three years are wanted, a month is asked."""
_RANKED, _RANKED_MINIMUM = 60, 40
_NO_TIMES = np.empty(0, np.int64)
_NO_VALUES = np.empty(0, np.float64)


@dataclass(frozen=True, slots=True)
class Frame:
    """One interval's estimator (SIGNALS 3.2). Beyond `rows` returns the weights are below 1e-10."""

    interval: Interval
    lam: float
    rows: int
    minimum: int


FRAMES = {
    Interval.HOUR_1: Frame(Interval.HOUR_1, decay_of_half_life(24), 1_000, 46),
    Interval.HOUR_4: Frame(Interval.HOUR_4, decay_of_half_life(15), 600, 30),
    Interval.DAY_1: Frame(Interval.DAY_1, DAILY_LAMBDA, 400, 30),
}


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Rolling values by the end of each row (int64 ns); `date` is the trade date of each."""

    end: IntArray
    date: IntArray
    rho: FloatArray
    variance: FloatArray
    count: IntArray

    def joined(self, end: IntArray, date: IntArray, rolled: RollingCorrelation, kept: int) -> Past:
        """The first `kept` rows, then these."""
        before = int(self.count[kept - 1]) if kept else 0
        return Past(
            np.concatenate((self.end[:kept], end)),
            np.concatenate((self.date[:kept], date)),
            np.concatenate((self.rho[:kept], rolled.rho)),
            np.concatenate((self.variance[:kept], rolled.variance)),
            np.concatenate((self.count[:kept], before + rolled.count)),
        )

    def since(self, first_end: int) -> Past:
        """Without the rows before an instant."""
        old = int(np.searchsorted(self.end, first_end))
        if not old:
            return self
        return Past(self.end[old:], self.date[old:], self.rho[old:], self.variance[old:], self.count[old:])


NOTHING = Past(_NO_TIMES, _NO_TIMES, _NO_VALUES, _NO_VALUES, _NO_TIMES)


@dataclass(slots=True)
class PairHistory:
    """Follows one pair on one intraday interval of a shared grid."""

    stock: str
    crypto: str
    frame: Frame
    past: Past = NOTHING
    rebuilt: int = 0
    x: FloatArray = field(default_factory=lambda: _NO_VALUES)
    y: FloatArray = field(default_factory=lambda: _NO_VALUES)

    def follow(self, grid: SharedGrid) -> None:
        """Take in the grid's newest rows; those that it sampled again are reckoned again."""
        rows = np.arange(len(grid.end)) if self.frame.interval is Interval.HOUR_1 else np.flatnonzero(grid.four)
        if not len(rows):
            self.past = NOTHING
            return
        anew = self.rebuilt != grid.rebuilt
        self.rebuilt = grid.rebuilt
        past = NOTHING if anew else self.past.since(int(grid.end[rows[0]]))
        kept = max(0, len(past.end) - AGAIN)
        first = max(0, kept - self.frame.rows)
        tail = rows[first:]
        both = [grid.names.index(self.stock), grid.names.index(self.crypto)]
        pair = returns(grid.price[tail][:, both], grid.end[tail], grid.trade_date[tail])
        self.x, self.y = pair[-self.frame.rows :, 0], pair[-self.frame.rows :, 1]
        rolled = rolling_ewma(pair[:, 0], pair[:, 1], self.frame.lam, self.frame.minimum)
        new = slice(kept - first, None)
        shared = rolled.count[new] - (rolled.count[kept - first - 1] if kept > first else 0)
        newest = RollingCorrelation(rolled.rho[new], rolled.variance[new], shared)
        self.past = past.joined(grid.end[tail][new], grid.trade_date[tail][new], newest, kept)


def newest_shared(past: Past, x: FloatArray, y: FloatArray) -> int | None:
    """The end (ns) of the newest row in which both returns are known; `x` and `y` end with the past's last row."""
    both = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    return int(past.end[len(past.end) - len(x) + int(both[-1])]) if both.size else None


def judged_pair(
    shown: tuple[str, str], used: str, frame: Frame, past: Past, returns_: tuple[FloatArray, FloatArray], source: str
) -> PairCorrelation:
    """Everything that is said of a pair, from its newest returns and its own past; `shown` is stock and crypto."""
    x, y = returns_
    estimate = ewma_estimate(x, y, frame.lam, frame.minimum)
    median, dates = _median(past)
    calm = np.isfinite(past.variance)
    variance_calm = float(np.median(past.variance[calm])) if calm.any() else nan
    both = np.isfinite(x) & np.isfinite(y)
    recent_x, recent_y = x[both][-_RANKED:], y[both][-_RANKED:]
    enough = len(recent_x) >= _RANKED_MINIMUM
    ranked = spearman(recent_x, recent_y) if enough else nan
    down = downside_semicorrelation(recent_x, recent_y) if enough else nan
    above = distinguishable(estimate.low, median)
    as_of = newest_shared(past, x, y)
    rho = _number(estimate.rho)
    return PairCorrelation(
        stock=shown[0],
        crypto=shown[1],
        interval=frame.interval,
        stock_used=used,
        rho=rho,
        n=estimate.n,
        n_effective=estimate.n_effective,
        low=_number(estimate.low),
        high=_number(estimate.high),
        median=_number(median),
        median_days=dates,
        wording={True: "elevated", False: "normal", None: "unknown"}[above],
        spearman=_number(ranked),
        few_days=driven_by_a_few_days(pearson(recent_x, recent_y), ranked) if np.isfinite(ranked) else None,
        semicorrelation=_number(down),
        forbes_rigobon=_number(forbes_rigobon(estimate.rho, _last(past.variance), variance_calm)),
        compressed=None if rho is None else rho >= COMPRESSED,
        as_of=None if as_of is None else from_ns(as_of),
        source=source,
        reason="" if rho is not None else "too_few",
    )


def _median(past: Past) -> tuple[float, int]:
    """The median of a pair's own past, and of how many trade dates; NaN while there are too few."""
    known = np.isfinite(past.rho)
    dates = int(np.count_nonzero(np.diff(past.date[known], prepend=np.int64(-1))))
    return (float(np.median(past.rho[known])) if dates >= MEDIAN_DATES else nan), dates


def _last(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if known.size else nan


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
