"""Rows of SQLite as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def columns_of(rows: Sequence[tuple[Any, ...]], kinds: str) -> list[NDArray[Any]]:
    """The columns of rows, one array each: `kinds` has an ``i`` for int64 and an ``f`` for float64, where NULL
    becomes NaN. Many times as fast as going through the rows.
    """
    names = [(f"c{number}", f"{kind}8") for number, kind in enumerate(kinds)]
    table = np.array(rows, np.dtype(names))
    return [np.ascontiguousarray(table[name]) for name, _ in names]
