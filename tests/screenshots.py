"""Writes pictures of each panel and of the window: every face, theme and language, three sizes, two scales.

The market in them is made up (tests/gui/snapshots.py). Language and scale belong to a process, so each pair gets one
of its own. The pictures come to build/screenshots; look at them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from barograph.engine.snapshot import Snapshot
from barograph.feeds.contract import FeedInfo
from barograph.gui.application import make_application
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.first_start import FirstStartDialog
from barograph.gui.main_window import MainWindow
from barograph.gui.panels.cascade_panel import CascadePanel
from barograph.gui.panels.correlation_panel import CorrelationPanel
from barograph.gui.panels.feeds_panel import FeedsPanel
from barograph.gui.panels.light_panel import LightPanel
from barograph.gui.panels.record_panel import RecordPanel
from barograph.gui.panels.regime_panel import RegimePanel
from barograph.gui.snapshot_picture import render_snapshot
from barograph.gui.style_sheet import style_sheet
from barograph.gui.theme import DARK, THEMES, palette, text_sizes
from barograph.gui.translation import LANGUAGES
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face
from tests.gui.contexts import make_context
from tests.gui.records import record_of_a_year
from tests.gui.snapshots import CLOSE, DEMO, LIVE, REPLAY, light_history, live_states, make_snapshot, series

FOLDER = Path(__file__).resolve().parent.parent / "build" / "screenshots"
SIZES = ((1280, 800), (1920, 1080), (2560, 1440))
SCALES = (1, 2)
CASES: dict[Face, tuple[FeedInfo, tuple[str, ...], int, int, float]] = {
    # feed, missing inputs, steps ticked, decisions, how far the evidence has moved since
    Face.CALM: (LIVE, ("X2", "M2"), 0, 0, 0.0),
    Face.WATCH: (REPLAY, (), 3, 0, 1.5),
    Face.RISK_OFF: (DEMO, (), 1, 0, 0.0),
    Face.NO_DATA: (DEMO, (), 4, 2, 0.0),
}
"""What the window shows with each face, so that together they show everything."""
PANEL_WIDTHS = (500, 1_280)
CONTEXT_SIZES = ((300, 1_900), (460, 1_700), (900, 1_200))
Panel = FeedsPanel | LightPanel | CascadePanel | RegimePanel | CorrelationPanel | RecordPanel
DRAWN_MS = 1_500
"""Charts are drawn one after the other."""


def take(language: str, scale: int) -> int:
    """Every picture of one language and one scale; how many."""
    app = make_application(language=language)
    folder, count = FOLDER / f"{language}-{scale}x", 0
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        charts = ChartGrid(DARK)
        window = MainWindow(charts, Path(profile))
        window.show()
        for theme in THEMES:
            for width, height in SIZES if scale == 1 else SIZES[:1]:
                window.set_theme(theme)
                window.resize(width, height)
                window.reset_layout()
                for face in Face:
                    show(window, charts, face)
                    count += save(window, folder / f"window-{width}x{height}-{theme}-{face}.png")
                    if (width, height) == SIZES[0]:
                        for panel in window.panels:
                            count += save(panel, folder / f"{panel.objectName()}-{theme}-{face}.png")
            count += take_live_states(window, charts, folder, theme, scale)
            count += take_context(window, folder, theme)
            for face in Face:
                picture = render_snapshot(snapshot_of(face), THEMES[theme], scale=scale)
                count += picture.save(str(folder / f"snapshot-{theme}-{face}.png"))
        window.close()
    app.quit()
    return count


def take_live_states(window: MainWindow, charts: ChartGrid, folder: Path, theme: str, scale: int) -> int:
    """The live feed's own states: the window, its Feeds panel narrow and wide, its light; and the first start."""
    count, feeds = 0, window.docks[-1]
    for name, snapshot in live_states().items():
        for width, height in SIZES if scale == 1 and name == "provisional" else SIZES[:1]:
            window.resize(width, height)
            window.reset_layout()
            feeds.setVisible(name != "provisional")
            window.show_snapshot(snapshot)
            charts.apply_light(light_history(snapshot.light.face))
            QTest.qWait(DRAWN_MS)
            count += save(window, folder / f"live-{name}-{width}x{height}-{theme}.png")
        feeds.setVisible(True)
        for width in PANEL_WIDTHS:
            panel = FeedsPanel(THEMES[theme], text_sizes(window.font()))
            count += save_alone(panel, snapshot, QSize(width, 300), folder / f"feeds-{name}-{width}-{theme}.png", theme)
        light = LightPanel(THEMES[theme], text_sizes(window.font()))
        count += save_alone(light, snapshot, QSize(300, 250), folder / f"light-{name}-{theme}.png", theme)
    dialog = FirstStartDialog(THEMES[theme])
    dialog.show()
    count += save(dialog, folder / f"first-start-{theme}.png")
    dialog.close()
    return count


def take_context(window: MainWindow, folder: Path, theme: str) -> int:
    """The context's panels by themselves, narrow, wider and wide, in every state; the track record too."""
    count, colours, sizes = 0, THEMES[theme], text_sizes(window.font())
    for face in Face:
        for width, height in CONTEXT_SIZES:
            for kind in (CascadePanel, RegimePanel, CorrelationPanel):
                panel = kind(colours, sizes)
                file = folder / f"{panel.objectName()}-{width}-{theme}-{face}.png"
                count += save_alone(panel, make_snapshot(face, feed=LIVE), QSize(width, height), file, theme)
    for name, snapshot in context_states().items():
        for kind in (CascadePanel, RegimePanel, CorrelationPanel):
            panel = kind(colours, sizes)
            file = folder / f"{panel.objectName()}-{theme}-{name}.png"
            count += save_alone(panel, snapshot, QSize(320, 700), file, theme)
        strip = CascadePanel(colours, sizes)
        count += save_alone(strip, snapshot, QSize(980, 56), folder / f"cascade-strip-{theme}-{name}.png", theme)
    for days, record in ((37, None), (400, record_of_a_year())):
        made = RecordPanel(colours, sizes)
        made.show_record(record, days)
        file = folder / f"record-{days}-{theme}.png"
        count += save_alone(made, make_snapshot(feed=LIVE), QSize(420, 1_000), file, theme)
    return count


def context_states() -> dict[str, Snapshot]:
    """Loading, quiet, stale and without an engine, by name."""
    live = make_snapshot(Face.WATCH, feed=LIVE)
    asleep = tuple(replace(quote, state=Freshness.CLOSED, as_of=CLOSE) for quote in live.quotes)
    hours = timedelta(hours=1)
    return {
        "loading": live_states()["starting"],
        "quiet": replace(live, quotes=asleep),
        "stale": replace(live, context=make_context(Face.WATCH, live.clock.now - hours)),
        "error": replace(live, light=replace(live.light, reason="engine")),
    }


def save_alone(panel: Panel, snapshot: Snapshot, size: QSize, file: Path, theme: str) -> bool:
    """A panel outside the window, in the window's colours."""
    panel.setPalette(palette(THEMES[theme]))
    panel.setStyleSheet(style_sheet(THEMES[theme], text_sizes(panel.font())))
    panel.resize(size)
    panel.show()
    panel.show_snapshot(snapshot)
    QTest.qWait(50)
    saved = save(panel, file)
    panel.close()
    return saved


def snapshot_of(face: Face) -> Snapshot:
    """The snapshot of a face's case."""
    feed, missing, ticked, decisions, moved = CASES[face]
    return make_snapshot(face, feed=feed, missing=missing, ticked=ticked, decisions=decisions, moved=moved)


def show(window: MainWindow, charts: ChartGrid, face: Face) -> None:
    """Bring a face and its surroundings on screen and let everything be drawn."""
    window.show_snapshot(snapshot_of(face))
    charts.apply_light(light_history(face))
    for key in charts.watched_keys():
        charts.apply_series(series(key))
    QTest.qWait(DRAWN_MS)


def save(widget: QWidget, file: Path) -> bool:
    """Write a widget's picture."""
    return widget.grab().save(str(file))


def main() -> int:
    """Take all pictures, each language and scale in its own process."""
    if len(sys.argv) == 3:
        print(f"{sys.argv[1]}, {sys.argv[2]}x: {take(sys.argv[1], int(sys.argv[2]))} pictures")
        return 0
    for language in LANGUAGES:
        for scale in SCALES:
            environment = {**os.environ, "QT_SCALE_FACTOR": str(scale)}
            command = [sys.executable, "-m", "tests.screenshots", language, str(scale)]
            subprocess.run(command, check=True, env=environment)
    print(f"They are in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
