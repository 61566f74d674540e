"""Gaps of a 5 ms timer in the window's thread: idle, and while a real engine refreshes and the charts move."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from barograph.engine.messages import EngineConfig
from barograph.engine.process import run_engine
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.engine_thread import EngineThread
from barograph.gui.main_window import MainWindow
from barograph.gui.theme import DARK
from tests.bench.measure import Row, percentile

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
"""Length of each part; the budget speaks of ten minutes: BENCH_SECONDS=600."""
_BUCKETS_MS = (6, 8, 10, 16, 33, 100, float("inf"))


def run() -> list[Row]:
    """Rows for an idle window and for one with a running engine over some eighty instruments."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(ChartGrid(DARK), Path(folder))
        window.resize(1920, 1080)
        window.show()
        app.processEvents()
        window.grab()
        idle = _gaps(min(SECONDS, 20))
        engine = EngineThread(run_engine, EngineConfig("demo", folder, 3_700.0), window)
        snapshots: list[float] = []
        engine.snapshot_ready.connect(lambda _: snapshots.append(time.perf_counter()))
        window.attach(engine)
        engine.start()
        starting = _gaps(20)
        gc.collect()
        gc.freeze()  # as the program does when it has settled
        running = _gaps(SECONDS)
        window.close()
    return [
        *_rows("idle window", idle),
        *_rows("engine starting", starting),
        *_rows("engine running", running),
        Row("snapshots shown meanwhile", len(snapshots), ""),
    ]


def _gaps(seconds: float) -> list[tuple[float, float]]:
    """Milliseconds between two beats, and of CPU that the thread itself used in them: the rest others took."""
    beats: list[tuple[float, float]] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: beats.append((time.perf_counter(), time.thread_time())))
    timer.start(5)
    end = QTimer()
    end.setSingleShot(True)
    loop = QEventLoop()  # not the application's own: to quit that one closes the window
    end.timeout.connect(loop.quit)
    end.start(int(1e3 * seconds))
    loop.exec()
    timer.stop()
    return [(1e3 * (later[0] - earlier[0]), 1e3 * (later[1] - earlier[1])) for earlier, later in pairwise(beats)]


def _rows(name: str, beats: list[tuple[float, float]]) -> list[Row]:
    gaps, own = [gap for gap, _ in beats], [cpu for _, cpu in beats]
    counts, low = [], 0.0
    for high in _BUCKETS_MS:
        counts.append(f"<{high:g}: {sum(low <= gap < high for gap in gaps)}")
        low = high
    return [
        Row(f"{name}: p50", percentile(gaps, 0.5), "ms", f"{len(gaps)} beats; " + ", ".join(counts)),
        Row(f"{name}: p99", percentile(gaps, 0.99), "ms"),
        Row(f"{name}: p99.9", percentile(gaps, 0.999), "ms", most=8),
        Row(f"{name}: p99.9 of its own work", percentile(own, 0.999), "ms CPU", most=8),
        Row(f"{name}: longest", max(gaps), "ms", most=16),
        Row(f"{name}: longest own work", max(own), "ms CPU", most=16),
    ]
