"""How many columns of charts suit a rectangle."""

from __future__ import annotations

import math

_ASPECT = 1.6
_NARROWEST_PX = 200
_EMPTY_COST = 2.0


def choose_columns(charts: int, width: float, height: float) -> int:
    """The number of columns whose cells come closest to the shape of a chart without many empty cells.

    Columns below 200 pixels are too narrow for a chart and its price axis.
    """

    def cost(columns: int) -> float:
        rows = math.ceil(charts / columns)
        aspect = (width / columns) / max(1.0, height / rows)
        empty = columns * rows - charts
        return abs(math.log(max(aspect, 1e-3) / _ASPECT)) + _EMPTY_COST * empty / charts

    possible = [n for n in range(1, charts + 1) if n == 1 or width / n >= _NARROWEST_PX]
    return min(possible, key=cost)
