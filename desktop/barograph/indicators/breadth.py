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


@dataclass(frozen=True, slots=True)
class Concentration:
    """Herfindahl index of weights, the number of equal members it stands for, and the share of the ten largest."""

    hhi: float
    n_effective: float
    top_share: float


def concentration(weights: FloatArray, top: int = 10) -> Concentration:
    """HHI = sum of squared weights, N_eff = 1 / HHI (Herfindahl, Hirschman); weights are made to add up to 1.

    Slow and for display only: nothing shows that it times anything. NaN where a weight is unknown or negative.
    """
    total = float(np.sum(weights)) if len(weights) and bool(np.all(weights >= 0)) else 0.0
    if not total > 0:
        return Concentration(nan, nan, nan)
    shares = np.sort(weights / total)
    hhi = float(np.sum(shares**2))
    return Concentration(hhi, 1 / hhi, float(np.sum(shares[-top:])))


def advance_decline(closes: FloatArray, days: int = 10) -> float:
    """Mean over the last `days` sessions of (advancing - declining) / (advancing + declining) (SIGNALS 3.4).

    `closes` is (sessions, members), newest last. Each of those sessions needs 80 % of the members that had a
    close by then to have theirs and that of the session before; NaN otherwise, and where a session moved nobody.
    """
    if len(closes) <= days or not closes.shape[1]:
        return nan
    recent = closes[-days - 1 :]
    with np.errstate(invalid="ignore"):
        step = np.sign(np.diff(recent, axis=0))
    judged = np.isfinite(step).sum(axis=1)
    listed = np.maximum.accumulate(np.isfinite(recent), axis=0)[1:].sum(axis=1)
    up, down = (step > 0).sum(axis=1), (step < 0).sum(axis=1)
    if not all(_enough(int(fresh), int(old - fresh)) for fresh, old in zip(judged, listed, strict=True)):
        return nan
    moved = up + down
    return float(np.mean((up - down) / moved)) if (moved > 0).all() else nan


def _enough(fresh: int, others: int) -> bool:
    return fresh > 0 and fresh >= FRESH_SHARE * (fresh + others)
