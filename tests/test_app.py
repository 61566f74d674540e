"""The composition of the window, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

OPENED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from barograph import app
from barograph.gui.engine_thread import EngineThread
from barograph.gui.main_window import MainWindow

told = []
paint = MainWindow.paintEvent

def painted(window, event):
    paint(window, event)
    told.append("painted")
    if sys.argv[2] == "closed":
        window.close()

def started(engine):
    told.append("engine started")
    QTimer.singleShot(0, engine.parent().close)

MainWindow.paintEvent, EngineThread.start = painted, started
code = app.window(app.open_profile(Path(sys.argv[1])), "demo", None, None)
print(*dict.fromkeys(told), code, sep=", ")
"""


def told(folder: Path, word: str) -> str:
    arguments = [sys.executable, "-c", OPENED, str(folder), word]
    done = subprocess.run(arguments, capture_output=True, check=False, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_window_is_painted_before_its_engine_takes_part_of_the_machine(tmp_path: Path) -> None:
    assert told(tmp_path, "open") == "painted, engine started, 0\n"


def test_a_window_that_is_closed_at_its_first_paint_starts_no_engine_and_ends(tmp_path: Path) -> None:
    assert told(tmp_path, "closed") == "painted, 0\n"
