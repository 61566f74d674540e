"""Starts the real window on a feed, tells when it was painted and when its engine was heard, and closes it.

`python -m tests.bench.first_paint BEGUN FOLDER FEED`, BEGUN in seconds since 1970. One line of JSON: seconds until
`painted`, of `cpu` time until then, until `heard` (a snapshot in which a source has answered), and how many of the
`clients` this process has imported.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

CLIENTS = ("pandas", "yfinance", "ccxt")
"""What only the engine's process may import."""


def main() -> None:
    """Until the engine was heard."""
    begun, folder, feed = float(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    from PySide6.QtWidgets import QApplication, QMainWindow

    from barograph import app
    from barograph.engine.snapshot import Snapshot
    from barograph.gui.engine_thread import EngineThread
    from barograph.gui.main_window import MainWindow

    told: dict[str, float] = {}
    attach = MainWindow.attach

    def attached(window: MainWindow, engine: EngineThread) -> None:
        attach(window, engine)
        engine.snapshot_ready.connect(lambda snapshot: heard(window, snapshot))

    def painted(window: MainWindow) -> None:
        window.resize(1600, 900)
        QMainWindow.show(window)
        QApplication.processEvents()
        window.grab()
        told.update(painted=time.time() - begun, cpu=time.process_time())

    def heard(window: MainWindow, snapshot: Snapshot) -> None:
        if any(source.last_success for source in snapshot.health):
            told.update(heard=time.time() - begun, clients=sum(name in sys.modules for name in CLIENTS))
            window.close()

    MainWindow.attach, MainWindow.show = attached, painted  # type: ignore[method-assign, assignment]
    app.window(app.open_profile(folder), feed, None, None)
    print(json.dumps(told))


if __name__ == "__main__":  # the engine's process imports this module too
    main()
