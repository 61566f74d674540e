"""Process start to first painted window, beside a bare window with ten empty plots; with and without a live engine."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
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
_LIVE = """
import sys, time
start = float(sys.argv[1])
from pathlib import Path
if __name__ == "__main__":
    from PySide6.QtWidgets import QApplication
    from barograph.engine.messages import EngineConfig
    from barograph.engine.process import run_engine
    from barograph.feeds.options import Access, LiveOptions
    from barograph.gui.charts.chart_grid import ChartGrid
    from barograph.gui.engine_thread import EngineThread
    from barograph.gui.main_window import MainWindow
    from barograph.gui.theme import DARK
    app = QApplication([])
    folder = Path(sys.argv[2])
    window = MainWindow(ChartGrid(DARK), folder)
    nobody = "http://127.0.0.1:9"
    options = LiveOptions(folder / "cache", Access(nobody, None, nobody))
    engine = EngineThread(run_engine, EngineConfig("live", str(folder), live=options), window)
    window.attach(engine); engine.start(); window.resize(1600, 900); window.show()
    app.processEvents(); window.grab()
    print(time.time() - start, flush=True)
    engine.stop()
"""
"""As the program opens a live feed, but that nobody answers: what counts is the import of the clients beside it."""


def run() -> list[Row]:
    """Rows: the starts in turn, and their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        bare, ours, live = [], [], []
        for _ in range(5):
            bare.append(_start(_BARE, Path(folder)))
            ours.append(_start(_OURS, Path(folder)))
            live.append(_start(_LIVE, Path(folder)))
    first, second, third = statistics.median(bare), statistics.median(ours), statistics.median(live)
    return [
        ("bare window with ten empty plots, first paint", 1e3 * first, "ms", "baseline"),
        ("our window without an engine, first paint", 1e3 * second, "ms", f"ratio {second / first:.2f}, budget 1.3"),
        ("our window with a live engine starting", 1e3 * third, "ms", f"ratio {third / first:.2f}, budget 1.3"),
    ]


def _start(code: str, folder: Path) -> float:
    script = folder / "start.py"  # a file, for the engine's process imports it
    script.write_text(code, "utf-8")
    arguments = [sys.executable, str(script), str(time.time()), str(folder)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])
