"""Process start to first painted window, beside a bare window with ten empty plots; with and without an engine.

The programs are the real ones, the live market is on loopback: what an engine imports must not delay the paint.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.bench.measure import Row
from tests.loopback.market import LoopbackMarket

_REPEATS = 5
_BUDGET = 1.3
_WHAT = {
    "ours": "our window without an engine",
    "demo": "the program on the demo",
    "live": "the program on a live market",
}
_Told = dict[str, float]
"""What a start told: seconds until `painted`, of `cpu` time until then, until `heard`, and how many `clients`."""
_BARE = """
import json, sys, time
from PySide6.QtWidgets import QApplication, QGridLayout, QMainWindow, QWidget
import pyqtgraph
app = QApplication([])
window = QMainWindow(); middle = QWidget(); grid = QGridLayout(middle)
for number in range(10): grid.addWidget(pyqtgraph.PlotWidget(), number // 4, number % 4)
window.setCentralWidget(middle); window.resize(1600, 900); window.show(); app.processEvents(); window.grab()
print(json.dumps({"painted": time.time() - float(sys.argv[1]), "cpu": time.process_time()}))
"""
_OURS = """
import json, sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.main_window import MainWindow
from barograph.gui.theme import DARK
app = QApplication([])
window = MainWindow(ChartGrid(DARK), Path(sys.argv[2])); window.resize(1600, 900); window.show()
app.processEvents(); window.grab()
print(json.dumps({"painted": time.time() - float(sys.argv[1]), "cpu": time.process_time()}))
"""


def run() -> list[Row]:
    """Rows: the starts in turn, each beside the bare window; when the live engine was heard, and what was imported."""
    with tempfile.TemporaryDirectory() as name, LoopbackMarket(Path(name) / "market") as market:
        folder = Path(name)
        market.write_settings(folder / "live")
        program = ["-m", "tests.bench.first_paint"]
        starts = {
            "bare": (["-c", _BARE], "bare", os.environ),
            "ours": (["-c", _OURS], "ours", os.environ),
            "demo": (program, "demo", os.environ),
            "live": (program, "live", market.environment),
        }
        told: dict[str, list[_Told]] = {name: [] for name in starts}
        for _ in range(_REPEATS):
            for each, (code, feed, environment) in starts.items():
                told[each].append(_start(code, folder / feed, feed, environment))
    return _rows(told)


def _rows(told: Mapping[str, list[_Told]]) -> list[Row]:
    painted, cpu = ({each: 1e3 * statistics.median(one[key] for one in told[each]) for each in told}
                    for key in ("painted", "cpu"))  # fmt: skip
    heard = statistics.median(one["heard"] for one in told["live"])
    rows = [Row("bare window with ten empty plots, first paint", painted["bare"], "ms", f"CPU {cpu['bare']:.0f} ms")]
    for each, what in _WHAT.items():
        note = f"budget {_BUDGET}; CPU {cpu[each]:.0f} ms, ratio {cpu[each] / cpu['bare']:.2f}"
        rows.append(Row(f"{what}, first paint", painted[each], "ms", note, beside=("bare", painted["bare"])))
    return [
        *rows,
        Row("the program on a live market beside the demo", painted["live"], "ms", beside=("demo", painted["demo"])),
        Row("until its engine has heard of a market", heard, "s", "with yfinance and ccxt imported beside the window"),
        Row("clients imported in the window's process", max(one["clients"] for one in told["live"]), "", most=0),
    ]


def _start(code: list[str], folder: Path, feed: str, environment: Mapping[str, str]) -> _Told:
    folder.mkdir(exist_ok=True)
    arguments = [sys.executable, *code, str(time.time()), str(folder), feed]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: _Told = json.loads(done.stdout.splitlines()[-1])
    return found
