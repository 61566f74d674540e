"""The price scale: a range that holds still while it can, at most six round ticks, and prices as text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from barograph.gui.formats import UNKNOWN, number

TICKS_MOST = 6
_MARGIN = 0.08
_SHRINK_BELOW = 0.5
"""The range is kept until the bars fill less than this share of it: a moving axis costs and disturbs."""
_TAG_DIGITS = 7


@dataclass(frozen=True, slots=True)
class PriceTicks:
    """Prices that get a line, and their labels with as many digits as tell them apart."""

    prices: tuple[float, ...]
    labels: tuple[str, ...]


NO_TICKS = PriceTicks((), ())


def settle_range(shown: tuple[float, float] | None, low: float, high: float) -> tuple[float, float]:
    """The range for bars between `low` and `high`: the shown one while it still suits, else one with margins."""
    if shown is not None and shown[0] <= low and high <= shown[1]:
        needed = _SHRINK_BELOW * (shown[1] - shown[0])
        if high - low >= needed:
            return shown
    margin = _MARGIN * (high - low) or abs(high) * 0.002 or 1.0
    return low - margin, high + margin


def price_ticks(low: float, high: float, height_px: float, spacing_px: float, decimals: int) -> PriceTicks:
    """Round prices inside a range, at least `spacing_px` apart, on steps of 1, 2, 2.5 and 5 times a power of ten.

    A step finer than the instrument's own digits is not used.
    """
    span = high - low
    if not (math.isfinite(span) and span > 0 and height_px > 0):
        return NO_TICKS
    least = max(span / TICKS_MOST, span * spacing_px / height_px, 10.0**-decimals)
    exponent = math.floor(math.log10(least))
    for power in (exponent, exponent + 1, exponent + 2):
        for lead in (1.0, 2.0, 2.5, 5.0):
            step = lead * 10.0**power
            digits = max(0, -power + (1 if lead == 2.5 else 0))
            if step < least or digits > decimals:
                continue
            first, last = math.ceil(low / step), math.floor(high / step)
            if last - first < TICKS_MOST:
                prices = tuple(k * step for k in range(first, last + 1))
                return PriceTicks(prices, tuple(number(price, digits) for price in prices))
    return NO_TICKS


def score_text(score: float) -> str:
    """A score as the whole window shows it: rounded half up; `UNKNOWN` for NaN."""
    return number(math.floor(score + 0.5), 0) if math.isfinite(score) else UNKNOWN


def tag_text(price: float, decimals: int) -> str:
    """A price for the narrow axis: the same, with at most seven digits where some are after the point."""
    before_point = len(f"{abs(price):.0f}")
    return number(price, max(0, min(decimals, _TAG_DIGITS - before_point)))
