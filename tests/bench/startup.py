"""Process start to first painted window, beside a bare window with ten empty plots."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import Row

_BARE = """
import sys, time
start = float(sys.argv[1])
from PySide6.QtWidgets import QApplication, QGridLayout, QMainWindow, QWidget
import pyqtgraph
app = QApplication([])
window = QMainWindow(); middle = QWidget(); grid = QGridLayout(middle)
for number in range(10): grid.addWidget(pyqtgraph.PlotWidget(), number // 4, number % 4)
window.setCentralWidget(middle); window.resize(1600, 900); window.show(); app.processEvents(); window.grab()
print(time.time() - start)
"""
_OURS = """
import sys, time
start = float(sys.argv[1])
from pathlib import Path
from PySide6.QtWidgets import QApplication
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.main_window import MainWindow
from barograph.gui.theme import DARK
app = QApplication([])
window = MainWindow(ChartGrid(DARK), Path(sys.argv[2])); window.resize(1600, 900); window.show()
app.processEvents(); window.grab()
print(time.time() - start)
"""


def run() -> list[Row]:
    """Rows: both starts in turn, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        bare, ours = [], []
        for _ in range(5):
            bare.append(_start(_BARE, Path(folder)))
            ours.append(_start(_OURS, Path(folder)))
    first, second = statistics.median(bare), statistics.median(ours)
    return [
        ("bare window with ten empty plots, first paint", 1e3 * first, "ms", "baseline"),
        ("our window without an engine, first paint", 1e3 * second, "ms", f"ratio {second / first:.2f}, budget 1.3"),
    ]


def _start(code: str, folder: Path) -> float:
    wrapped = "import sys, time; sys.argv.insert(1, str(time.time()))\n" + code
    done = subprocess.run([sys.executable, "-c", wrapped, str(folder)], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])
