"""What every test stands on: a screen in memory, folders of its own, no network, and nothing left behind.

The environment is set while this file is imported, which is before Qt, numpy and the program are.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.acceptance.guard import sitecustomize
from tests.loopback.tripwire import Tripwire

PROJECT = Path(__file__).resolve().parent.parent
PRIVATE_FOLDER = Path(tempfile.mkdtemp(prefix="barograph-tests-"))
LEAKS = PRIVATE_FOLDER / "leaks"
ENDING_S = 5.0
"""How long a thread or a process that has been told to stop may take to end after a test."""


def _set_environment() -> None:
    """The same screen, folders and thread counts on every machine, for child processes too."""
    if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
        screens = str(PROJECT / "tests" / "screens.json")
        # A colon separates the platform's options, so a path with one cannot be given: Qt's own screen, then.
        os.environ["QT_QPA_PLATFORM"] = "offscreen" if ":" in screens else f"offscreen:configfile={screens}"
    for setting in (
        "QT_SCALE_FACTOR",
        "QT_SCREEN_SCALE_FACTORS",
        "QT_STYLE_OVERRIDE",
        "QT_QPA_PLATFORMTHEME",
    ):
        os.environ.pop(setting, None)
    os.environ["QT_FONT_DPI"] = "96"
    for setting in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[setting] = "1"
    # Whoever runs the tests keeps their own settings and store. Qt insists on 0700 for the run-time folder.
    for kind in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
        folder = PRIVATE_FOLDER / kind.lower()
        folder.mkdir(mode=0o700)
        os.environ[f"XDG_{kind}"] = str(folder)
    # Child processes are watched as this one is: Python's sockets by the guard, those of curl by the tripwire.
    guard = str(Path(sitecustomize.__file__).parent)
    sources = [guard, str(PROJECT / "desktop"), str(PROJECT / "resources")]
    os.environ["PYTHONPATH"] = os.pathsep.join(sources)
    os.environ["BAROGRAPH_LEAKS"] = str(LEAKS)
    os.environ.update(Tripwire(sitecustomize.write_down).environment)


_set_environment()

# No deadline: a slow machine is not a wrong answer. In CI the same cases every time: red means changed.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_unconfigure() -> None:
    """Remove the folders made for this run."""
    shutil.rmtree(PRIVATE_FOLDER, ignore_errors=True)


# ---------------------------------------------------------------------------------------------------- data


@pytest.fixture(scope="session")
def history_folder() -> Path:
    """The folder of recorded markets, one folder each in the format of the history files; may be absent."""
    folder = Path(os.environ.get("BAROGRAPH_HISTORY") or PROJECT.parent / "shared" / "history")
    if not folder.is_dir():
        pytest.skip(f"no recorded history at {folder}; BAROGRAPH_HISTORY names another place")
    return folder


# ------------------------------------------------------------------------------------------------- network

sys.addaudithook(sitecustomize.watch)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that tried to leave this machine, itself or by a child, even when the program handled the refusal.

    What a shared fixture or a child tried before the test counts as well: nothing is forgotten until it is told.
    """
    yield
    leaks = _leaks()
    assert not leaks, f"the network was used: {leaks}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The same for what came after the last test."""
    leaks = _leaks()
    if leaks:
        sys.stderr.write(f"\nthe network was used after the last test: {leaks}\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _leaks() -> list[str]:
    """Attempts to leave this machine that were not told yet."""
    told = LEAKS.with_suffix(".told")
    try:
        LEAKS.replace(told)
    except FileNotFoundError:
        return []
    return told.read_text("utf-8").splitlines()


# ------------------------------------------------------------------------------------- nothing left behind


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    """No test leaves a thread that would keep the program from ending, nor a child process."""
    before = {*threading.enumerate(), *multiprocessing.active_children()}
    yield
    threads = [thread for thread in threading.enumerate() if not thread.daemon]
    started: list[Any] = [task for task in (*threads, *multiprocessing.active_children()) if task not in before]
    for task in started:
        task.join(ENDING_S)
    left = [task.name for task in started if task.is_alive()]
    assert not left, f"still running after the test: {left}"


@pytest.fixture(autouse=True)
def _no_qt_object_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with `qtbot`: no new top-level widget, running QThread or active QTimer.

    Set up before the test's own fixtures, so torn down after them, when pytest-qt has closed its widgets.
    """
    if "qtbot" not in request.fixturenames:
        yield
        return
    before = _qt_objects()
    yield
    left = _new_qt_objects(before)
    if left:
        gc.collect()  # what only a reference cycle held is no leak
        left = _new_qt_objects(before)
    assert not left, f"left behind by the test: {left}"


def _new_qt_objects(before: list[Any]) -> list[str]:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    known = {id(thing) for thing in before}  # `before` keeps them alive, so no id is given to another
    return [f"{type(thing).__name__} {thing.objectName()!r}" for thing in _qt_objects() if id(thing) not in known]


def _qt_objects() -> list[Any]:
    """Top-level widgets, running QThreads and active QTimers, as far as Python knows of them."""
    import shiboken6
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    kinds = _with_subclasses(QTimer) | _with_subclasses(QThread)
    workers = [thing for thing in gc.get_objects() if type(thing) in kinds and shiboken6.isValid(thing)]
    busy = [thing for thing in workers if (thing.isActive() if isinstance(thing, QTimer) else thing.isRunning())]
    return [*QApplication.topLevelWidgets(), *busy]


def _with_subclasses(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*(_with_subclasses(child) for child in kind.__subclasses__()))
