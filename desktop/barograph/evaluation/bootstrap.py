"""Uncertainty of measures on days that overlap: stationary block bootstrap and circular shifts (SIGNALS 11.5)."""

from __future__ import annotations

import numpy as np

from barograph.market.bars import FloatArray, IntArray
from barograph.risk.track_record import UNKNOWN, Estimate

_DEFINED_SHARE = 0.9
"""Of the draws, how many must have a value for an interval to stand: a draw may hold no event at all."""
_LEAST_SHIFT = 60


def draw_rows(rows: int, draws: int, mean_block: float, seed: int) -> IntArray:
    """Rows drawn in blocks of geometric length with that mean, wrapping round, (draws, rows).

    Politis and Romano 1994. The same seed gives the same draws.
    """
    if not rows:
        return np.empty((draws, 0), dtype=np.int64)
    rng = np.random.default_rng(seed)
    begins = rng.random((draws, rows)) < 1 / mean_block
    begins[:, 0] = True
    places = rng.integers(0, rows, (draws, rows))
    at = np.arange(rows)
    first = np.maximum.accumulate(np.where(begins, at, 0), axis=1)
    drawn: IntArray = (np.take_along_axis(places, first, axis=1) + at - first) % rows
    return drawn


def draw_weights(rows: int, draws: int, mean_block: float, seed: int) -> FloatArray:
    """How often each row stands in each draw, (draws, rows): one set for all measures pairs their draws."""
    drawn = draw_rows(rows, draws, mean_block, seed) + rows * np.arange(draws)[:, None]
    return np.bincount(drawn.ravel(), minlength=draws * rows).reshape(draws, rows).astype(np.float64)


def estimate(value: float, drawn: FloatArray) -> Estimate:
    """A value with the middle 95 % of its draws; without an interval where too many draws have no value."""
    if not np.isfinite(value):
        return UNKNOWN
    defined = drawn[np.isfinite(drawn)]
    if not len(drawn) or len(defined) < _DEFINED_SHARE * len(drawn):
        return Estimate(float(value))
    low, high = np.percentile(defined, (2.5, 97.5))
    return Estimate(float(value), float(low), float(high))


def placebo_p(score: FloatArray, label: FloatArray) -> float | None:
    """The share of circular shifts of the score, by 60 days up to all but 60, whose AUC is as high as the score's own.

    A shifted score is as persistent and knows nothing. None where there are too few days or one kind only.
    """
    rows, events = len(score), np.flatnonzero(label == 1)
    shifts = np.arange(_LEAST_SHIFT, rows - _LEAST_SHIFT + 1)
    if not len(shifts) or not 0 < len(events) < rows:
        return None
    ranks = _mid_ranks(score)
    own = ranks[events].sum()
    shifted = ranks[(events[None, :] - shifts[:, None]) % rows].sum(axis=1)  # the AUC rises with the sum of ranks
    return float((1 + np.count_nonzero(shifted >= own)) / (1 + len(shifts)))


def _mid_ranks(values: FloatArray) -> FloatArray:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(count) - (count - 1) / 2)[place]
    return ranks
