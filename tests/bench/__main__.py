"""Runs every benchmark, prints one table, writes build/bench.json. Nothing is asserted: numbers are for reading."""

from __future__ import annotations

import json
import platform
import sys
from importlib import import_module
from pathlib import Path

MODULES = ("analytics", "replay", "intraday", "demo", "store", "recordings", "startup", "charts", "heartbeat")


def main() -> None:
    """All benchmarks, or those named as arguments."""
    rows: list[dict[str, object]] = []
    for name in sys.argv[1:] or MODULES:
        print(f"\n{name}")
        for what, value, unit, note in import_module(f"tests.bench.{name}").run():
            print(f"  {what:<58} {value:>12.3f} {unit:<12} {note}")
            rows.append({"group": name, "what": what, "value": value, "unit": unit, "note": note})
    target = Path("build/bench.json")
    target.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform()}
    target.write_text(json.dumps({"machine": machine, "rows": rows}, indent=2), "utf-8")
    print(f"\nwritten to {target}")


if __name__ == "__main__":
    main()
