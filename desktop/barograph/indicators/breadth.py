"""Breadth and leadership of a basket of shares (SIGNALS 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, nan

import numpy as np

from barograph.market.bars import FloatArray

FRESH_SHARE = 0.8
"""Share of the members that must be fresh for a basket value to stand."""
_ROUNDING = 1e-12
"""The average of a price that does not move differs from it in the last bits; that is not being above it."""


@dataclass(frozen=True, slots=True)
class BasketCount:
    """How many members are above their average, how many could be judged, and how many are old enough but
    have no fresh close.
    """

    above: int
    judged: int
    stale: int

    def enough(self, absent: int = 0) -> bool:
        """Whether at least 80 % of the members are fresh, `absent` further ones among those that are not."""
        return _enough(self.judged, self.stale + absent)

    @property
    def share_below(self) -> float:
        """1 - share above; NaN unless at least 80 % of the members are fresh."""
        return 1 - self.above / self.judged if self.enough() else nan

    def share_below_range(self, absent: int) -> tuple[float, float]:
        """Lowest and highest 1 - share above that `absent` further members and the stale ones could make."""
        unknown = self.stale + absent
        total = self.judged + unknown
        if not total:
            return nan, nan
        return 1 - (self.above + unknown) / total, 1 - self.above / total


def above_average(closes: FloatArray, window: int) -> BasketCount:
    """Counts members whose last close lies above the simple average of their last `window` closes.

    `closes` is (sessions, members), newest session last, at least `window` sessions. A member with a close in
    the first of those sessions or before is old enough; it is judged when all `window` closes are known and
    stale otherwise. A younger member (no close that far back) is not counted at all.
    """
    if len(closes) < window or not closes.shape[1]:
        return BasketCount(0, 0, 0)
    recent = closes[-window:]
    whole = np.isfinite(recent).all(axis=0)
    old_enough = np.isfinite(closes[: len(closes) - window + 1]).any(axis=0)
    with np.errstate(invalid="ignore"):
        above = recent[-1] > recent.mean(axis=0) * (1 + _ROUNDING)
    judged = int(whole.sum())
    return BasketCount(int((above & whole).sum()), judged, int((old_enough & ~whole).sum()))


@dataclass(frozen=True, slots=True)
class BasketGrowth:
    """Sum of the members' price ratios last/first, how many are known, and how many old ones are not."""

    total: float
    judged: int
    stale: int

    def enough(self, absent: int = 0) -> bool:
        """Whether at least 80 % of the members are fresh, `absent` further ones among those that are not."""
        return _enough(self.judged, self.stale + absent)

    @property
    def log_change(self) -> float:
        """Log change of the equally weighted basket; NaN unless at least 80 % of the members are fresh."""
        return log(self.total / self.judged) if self.enough() else nan

    def lowest_log_change(self, absent: int) -> float:
        """The lowest log change that `absent` further members and the stale ones could make: each at zero."""
        count = self.judged + self.stale + absent
        return log(self.total / count) if self.total > 0 else -inf


def basket_growth(closes: FloatArray, rows: int) -> BasketGrowth:
    """Growth over `rows` sessions of a basket held in equal weights at the start.

    `closes` is (sessions, members), newest last. A member without a close `rows` sessions ago and none before
    is too young and does not count.
    """
    if len(closes) < rows + 1 or not closes.shape[1]:
        return BasketGrowth(0.0, 0, 0)
    with np.errstate(invalid="ignore"):
        ratio = closes[-1] / closes[-1 - rows]
    known = np.isfinite(ratio)
    old_enough = np.isfinite(closes[: len(closes) - rows]).any(axis=0)
    return BasketGrowth(float(ratio[known].sum()), int(known.sum()), int((old_enough & ~known).sum()))


def _enough(fresh: int, others: int) -> bool:
    return fresh > 0 and fresh >= FRESH_SHARE * (fresh + others)
