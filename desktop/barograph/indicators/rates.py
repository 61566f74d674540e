"""Changes against their usual size: of rates and the dollar (SIGNALS 3.5), and of prices in a regime (SIGNALS 7)."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from barograph.market.bars import FloatArray


def standardised_change(changes: FloatArray, rows: int, window: int = 252) -> float:
    """Sum of the last `rows` changes over their usual size: sum / (sd of the last `window` changes * sqrt(rows)).

    `changes` are log returns (dollar) or first differences (yields), newest last, NaN where unknown; the sd is
    that of the `window` last known changes (ddof 1) and needs 60 % of them. NaN where the last `rows` changes
    are not all known.
    """
    if len(changes) < rows:
        return nan
    recent = changes[-rows:]
    past = changes[-window:]
    past = past[np.isfinite(past)]
    if not np.isfinite(recent).all() or len(past) < 0.6 * window:
        return nan
    sd = float(np.std(past, ddof=1))
    return float(np.sum(recent)) / (sd * sqrt(rows)) if sd > 0 else nan


def lagged_standardised_change(changes: FloatArray, rows: int, window: int = 252) -> float:
    """Sum of the last `rows` changes over the usual size before them: sum / (sd * sqrt(rows)) (SIGNALS 7, z5).

    As `standardised_change`, but the sd is of the `window` changes that end `rows` ago, so that the move itself
    does not make its yardstick longer.
    """
    if len(changes) < rows:
        return nan
    recent = changes[-rows:]
    past = changes[max(0, len(changes) - rows - window) : len(changes) - rows]
    past = past[np.isfinite(past)]
    if not np.isfinite(recent).all() or len(past) < 0.6 * window:
        return nan
    sd = float(np.std(past, ddof=1))
    return float(np.sum(recent)) / (sd * sqrt(rows)) if sd > 0 else nan
