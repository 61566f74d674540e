"""``python -m tests.sweep_missing [FOLDER]``: takes every instrument and series out in turn, and prints a table.

For each: on how many days the ceiling was calmer than the light had been with it (there must be none), how many
days showed a light at all, on how many of them the ceiling was worse than the face, and on how many the face differed.
Some ten minutes; run it by hand.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from barograph.feeds.recorded.folder import load_folder
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from tests.engine.runs import UNIVERSE, feed_of, judged, without

_DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "history" / "daily"
_LINE = "{:<18} {:>7} {:>7} {:>10} {:>8} {:>9}\n"


def main() -> int:
    """Print the table; 1 when a ceiling was calmer."""
    named = os.environ.get("BAROGRAPH_HISTORY")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(named) / "daily" if named else _DEFAULT
    recorded = load_folder(folder, UNIVERSE)
    whole = judged(feed_of(recorded))
    sys.stdout.write(_LINE.format("taken out", "calmer", "light", "qualified", "differs", "widest"))
    found = 0
    for name in (*recorded.bars, *recorded.series):
        found += _tell(name, whole, judged(feed_of(without(recorded, name))))
    sys.stdout.write(f"{found} days on which a ceiling was calmer than the light had been\n")
    return 1 if found else 0


def _tell(name: str, whole: list[Evaluation], partial: list[Evaluation]) -> int:
    pairs = list(zip(whole, partial, strict=True))
    calmer = sum(seen.ceiling.severity < truth.face.severity for truth, seen in pairs)
    shown = [(truth, seen) for truth, seen in pairs if seen.face is not Face.NO_DATA]
    qualified = sum(seen.ceiling is not seen.face for _, seen in shown)
    differs = sum(seen.face is not truth.face for truth, seen in shown)
    widest = max((seen.score.high - seen.score.low for _, seen in shown), default=0.0)
    sys.stdout.write(_LINE.format(name, calmer, len(shown), qualified, differs, f"{widest:.1f}"))
    sys.stdout.flush()
    return calmer


if __name__ == "__main__":
    sys.exit(main())
