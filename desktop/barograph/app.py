"""The composition root of the window: settings to engine and window. With `commands`, the only place that wires and
that reads settings, paths and logs; everything below is handed values.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from barograph.engine.messages import EngineConfig
from barograph.engine.opening import UnusableInputError, check_feed
from barograph.engine.snapshot import Snapshot
from barograph.feeds.catalog import parse_feed
from barograph.feeds.contract import FeedKind
from barograph.feeds.options import Access, LiveOptions, Refresh
from barograph.paths import Paths
from barograph.risk.track_record import TrackRecord
from barograph.settings import Settings, SettingsError, load_settings
from barograph.store.errors import StoreError
from barograph.store.folder import make_folder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from barograph.gui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile: where its files are, and its settings."""

    paths: Paths
    settings: Settings


def open_profile(data_dir: Path) -> Profile:
    """The profile of a data folder.

    Raises:
        UnusableInputError: the settings file cannot be used; it is left as it is.
    """
    paths = Paths(data_dir)
    try:
        return Profile(paths, load_settings(paths.settings))
    except SettingsError as error:
        raise UnusableInputError(str(error)) from error


def last_feed(profile: Profile) -> str:
    """The word of the feed that was opened last; the demo at first."""
    try:
        return profile.paths.last_feed.read_text("utf-8").strip() or "demo"
    except (OSError, UnicodeDecodeError):
        return "demo"


def remember_feed(profile: Profile, word: str) -> None:
    """Open this feed next time, from wherever the program is started then; a folder that cannot be written is not
    worth a word here.
    """
    folder = parse_feed(word).folder
    if folder is not None:
        word = f"{FeedKind.REPLAY}:{folder.resolve()}"
    with suppress(OSError):
        profile.paths.last_feed.write_text(word + "\n", "utf-8")


def write_picture(taken: Snapshot | TrackRecord, png: Path, settings: Settings) -> None:
    """Draw a snapshot or a track record into a PNG file; no display is needed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = _qt_application(settings)
    from barograph.gui.evaluation_picture import render_track_record
    from barograph.gui.snapshot_picture import render_snapshot
    from barograph.gui.theme import THEMES

    theme = THEMES[settings.theme]
    image = render_snapshot(taken, theme) if isinstance(taken, Snapshot) else render_track_record(taken, theme)
    if not image.save(str(png), "PNG"):  # type: ignore[call-overload]
        raise UnusableInputError(f"{png}: the picture cannot be written; a file in a folder that exists was expected")
    app.quit()


def _qt_application(settings: Settings) -> QApplication:
    """The one QApplication, in the language of the settings.

    Raises:
        UnusableInputError: this PySide6 would end this Python after a while.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from barograph.gui.application import make_application

    app = make_application(language=None if settings.language == "system" else settings.language)
    if _loses_references(app):
        raise UnusableInputError(
            "this PySide6 loses references on this Python and would end it; "
            "PySide6 below 6.12 or Python 3.12 was expected"
        )
    return app


def _loses_references(app: QApplication) -> bool:
    """Whether Qt calls drop references to None (PYSIDE-3474), which ends Python 3.11 after some 5,000 of them."""
    before = sys.getrefcount(None)
    for _ in range(100):
        app.processEvents()
    return before - sys.getrefcount(None) > 50


def window(profile: Profile, feed_word: str | None, speed: float | None, at: datetime | None) -> int:
    """Open the window on a feed and stay until it is closed. None: on the last one; the first start asks which.

    Raises:
        UnusableInputError: the word names no feed, the data folder cannot be made, or this PySide6 cannot be used.
    """
    asks = feed_word is None and not profile.paths.last_feed.exists()
    feed_word = feed_word or last_feed(profile)
    check_feed(feed_word)
    app = _qt_application(profile.settings)
    from barograph.gui.stop_signals import StopSignals

    StopSignals(app)
    if asks:
        chosen = _ask_for_feed(profile.settings)
        if chosen is None:
            return 0
        feed_word = chosen
    from PySide6.QtCore import QTimer

    from barograph.engine.process import run_engine
    from barograph.gui.engine_thread import EngineThread

    shown = _make_window(profile)
    engine = EngineThread(run_engine, _with_log(profile, engine_config(profile, feed_word, speed, at)), shown)
    refused: list[str] = []
    engine.failure.connect(lambda failure: refused.append(failure.message) if failure.fatal else None)
    shown.attach(engine)
    shown.show()
    app.processEvents()  # the first paint: what the engine imports would take half the machine from it
    if not shown.isVisible():  # it was closed already, and nothing would end the loop
        return 0
    engine.start()
    QTimer.singleShot(_SETTLED_MS, _freeze)
    code = app.exec()
    if refused:
        raise UnusableInputError(refused[0])
    remember_feed(profile, feed_word)
    return code


def _ask_for_feed(settings: Settings) -> str | None:
    """The feed that is chosen on the first screen; None where it was closed."""
    from barograph.gui.first_start import ask_for_feed
    from barograph.gui.theme import THEMES

    return ask_for_feed(THEMES[settings.theme], settings.live.venues)


def _make_window(profile: Profile) -> MainWindow:
    """The window, and what works out its track record.

    Raises:
        UnusableInputError: the data folder cannot be made.
    """
    from barograph.evaluation.own_record import answer_record
    from barograph.gui.charts.chart_grid import ChartGrid
    from barograph.gui.layout_file import FILE_NAME as LAYOUT_FILE
    from barograph.gui.main_window import MainWindow
    from barograph.gui.record_asker import RecordAsker
    from barograph.gui.theme import DARK

    data_dir = profile.paths.data_dir
    try:
        make_folder(data_dir)
    except StoreError as error:
        raise UnusableInputError(str(error)) from error
    first_time = not (data_dir / LAYOUT_FILE).exists()
    made = MainWindow(ChartGrid(DARK), data_dir)
    if first_time:  # from then on the window keeps the theme that was chosen in it
        made.set_theme(profile.settings.theme)
    made.attach_record(RecordAsker(answer_record, str(data_dir), made))
    return made


def _with_log(profile: Profile, config: EngineConfig) -> EngineConfig:
    """The engine of a window keeps a log, at the level of this process."""
    level = logging.getLevelName(logging.getLogger().level)
    return replace(config, log_dir=str(profile.paths.logs), log_level=level)


_SETTLED_MS = 3_000


def _freeze() -> None:
    """Take what start-up made out of the garbage collector's sight: a full collection would stall the window."""
    gc.collect()
    gc.freeze()


def engine_config(profile: Profile, feed_word: str, speed: float | None, at: datetime | None) -> EngineConfig:
    """What the engine process is started with."""
    return EngineConfig(
        feed_word, str(profile.paths.data_dir), speed, at, profile.settings.demo_seed, live_options(profile)
    )


def live_options(profile: Profile) -> LiveOptions:
    """What the settings say about the live feed."""
    settings = profile.settings
    network, live = settings.network, settings.live
    return LiveOptions(
        cache_dir=profile.paths.cache,
        access=Access(network.proxy, network.ca_file, settings.developer.exchange_base),
        refresh=Refresh(**live.refresh.model_dump()),
        venues=live.venues,
        leaders=live.leaders,
        clock_start=settings.developer.clock_start,
        clock_since=settings.developer.clock_since,
        clock_speed=settings.developer.clock_speed,
    )
