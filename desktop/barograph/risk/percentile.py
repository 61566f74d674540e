"""Mid-rank percentile of a value in its own trailing window, and its bounds when inputs are missing."""

from __future__ import annotations

from math import isnan, nan

import numpy as np

from barograph.market.bars import FloatArray


def mid_rank(window: FloatArray, value: float) -> float:
    """(#{w < x} + 0.5 #{w = x}) / n over the known values of `window`; NaN for an unknown x or an empty window.

    The window holds the value itself where it is "including now" (SIGNALS 4.2).
    """
    known = window[~np.isnan(window)]
    if isnan(value) or not known.size:
        return nan
    return float(np.count_nonzero(known < value) + 0.5 * np.count_nonzero(known == value)) / known.size


def mid_rank_range(past_low: FloatArray, past_high: FloatArray, low: float, high: float) -> tuple[float, float]:
    """Lowest and highest mid-rank that values known only as ranges allow.

    Args:
        past_low: lower ends of the window's earlier values (-inf where nothing is known).
        past_high: upper ends.
        low: lower end of the present value.
        high: upper end of the present value.

    Returns:
        The mid-rank with the present value at `low` among the past at their upper ends, and with it at `high`
        among the past at their lower ends; the present value itself counts one half. For exact values both
        equal `mid_rank` of the window including now.
    """
    n = len(past_low) + 1
    lowest = np.count_nonzero(past_high < low) + 0.5 * np.count_nonzero(past_high == low) + 0.5
    highest = np.count_nonzero(past_low < high) + 0.5 * np.count_nonzero(past_low == high) + 0.5
    return float(lowest / n), float(highest / n)
