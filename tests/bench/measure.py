"""What benchmarks share: a row of the table, and timing by medians."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Row = tuple[str, float, str, str]
"""What was measured, value, unit, note."""


def median_ms(work: Callable[[], object], repeats: int = 7) -> float:
    """Median wall time of a call in milliseconds, after one call that does not count."""
    work()
    times: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0-1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def history() -> Path | None:
    """The folder of recorded history beside the project, or None."""
    root = Path(os.environ.get("BAROGRAPH_HISTORY", "../shared/history"))
    return root if root.is_dir() else None
