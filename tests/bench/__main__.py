"""Runs every benchmark, prints one table, writes build/bench.json. Nothing is asserted: numbers are for reading.

Each value stands beside what it is a multiple of: its budget, or a baseline measured in the same run.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

MODULES = (
    "analytics", "context", "replay", "intraday", "demo", "store", "recordings", "startup", "charts", "heartbeat",
)  # fmt: skip


def main() -> None:
    """All benchmarks, or those named as arguments."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # before numpy is there: as the engine does
    rows: list[dict[str, object]] = []
    for name in sys.argv[1:] or MODULES:
        print(f"\n{name}, load {os.getloadavg()[0]:.1f}", flush=True)
        for row in import_module(f"tests.bench.{name}").run():
            print(row, flush=True)
            rows.append(
                {"group": name, "what": row.what, "value": row.value, "unit": row.unit, "note": row.note,
                 "against": row.against and row.against[0], "ratio": row.ratio}
            )  # fmt: skip
    target = Path("build/bench.json")
    target.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "load": os.getloadavg()}
    target.write_text(json.dumps({"machine": machine, "rows": rows}, indent=2), "utf-8")
    print(f"\nwritten to {target}")


if __name__ == "__main__":
    main()
