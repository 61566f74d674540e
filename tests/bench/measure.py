"""What benchmarks share: a row of the table, what it is held against, and timing by medians."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, and of what it is a multiple: a budget, or something named that the same run measured.

    `most` and `least` are budgets, `beside` names a baseline and gives its value, all in the row's unit.
    """

    what: str
    value: float
    unit: str
    note: str = ""
    most: float | None = None
    least: float | None = None
    beside: tuple[str, float] | None = None

    @property
    def against(self) -> tuple[str, float] | None:
        """What the value is held against, in words and as a number; None for one that stands by itself."""
        if self.most is not None:
            return f"at most {self.most:g}", self.most
        if self.least is not None:
            return f"at least {self.least:g}", self.least
        return None if self.beside is None else (f"{self.beside[0]} {self.beside[1]:.3g}", self.beside[1])

    @property
    def ratio(self) -> float | None:
        """The value over what it is held against."""
        return self.value / self.against[1] if self.against and self.against[1] else None

    def __str__(self) -> str:
        """One line of the table."""
        words = self.against[0] if self.against else ""
        times = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        return f"  {self.what:<58} {self.value:>10.3f} {self.unit:<7} {times:>9} {words:<22} {self.note}".rstrip()


def skipped(what: str, reason: str) -> Row:
    """A row that could not be measured, with the reason."""
    return Row(what, float("nan"), "", reason)


def median_ms(work: Callable[[], object], repeats: int = 7) -> float:
    """Median CPU time of a call in milliseconds, after one call that does not count."""
    work()
    return statistics.median(cpu_ms(work) for _ in range(repeats))


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU time of a call in milliseconds: what the engine does it does in one thread, and others do not count."""
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0-1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def history() -> Path | None:
    """The folder of recorded history beside the project, or None."""
    root = Path(os.environ.get("BAROGRAPH_HISTORY", "../shared/history"))
    return root if root.is_dir() else None
