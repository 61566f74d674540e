"""The worker thread against real child processes: what it passes on, and what it does when they fail."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from barograph.checklist.steps import Step
from barograph.engine.messages import (
    EngineConfig,
    EngineFailure,
    LightHistory,
    RefreshNow,
    SeriesKey,
    SeriesUpdate,
    SetPaused,
    TickStep,
    WatchSeries,
    WriteNote,
)
from barograph.engine.snapshot import Snapshot
from barograph.gui.engine_link import Entry
from barograph.gui.engine_thread import EngineThread, Patience, pauses
from barograph.market.intervals import Interval
from tests.gui import fake_engines
from tests.gui.fake_engines import FLOOD, logged
from tests.gui.snapshots import DAY, NOW

WAIT_MS = 20_000
"""A process starts in a fraction of this; the rest is for a busy machine."""
PATIENCE = Patience(start_s=60, heartbeat_s=10, stop_s=5, look_every_s=0.02)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Started:
    """Engine threads of a test, all stopped at its end."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.clock = Clock()
        self.threads: list[EngineThread] = []

    def start(self, entry: Entry, patience: Patience = PATIENCE) -> EngineThread:
        thread = EngineThread(entry, EngineConfig("demo", str(self.data_dir)), patience=patience, clock=self.clock)
        self.threads.append(thread)
        thread.start()
        return thread

    def let_time_pass(self, until: Callable[[], bool], qtbot: QtBot) -> None:
        """Minutes in a moment."""

        def passes() -> bool:
            self.clock.now += 11.0
            return until()

        qtbot.waitUntil(passes, timeout=WAIT_MS)


@pytest.fixture
def engines(tmp_path: Path, qtbot: QtBot) -> Iterator[Started]:
    started = Started(tmp_path)
    yield started
    for thread in started.threads:
        assert thread.stop()


def tick(command_id: str) -> TickStep:
    return TickStep(command_id, DAY, Step.MACRO, ticked=True, elapsed_s=12.5)


def test_what_the_engine_says_arrives_in_the_windows_thread(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.answering)
    seen: list[tuple[type[Any], int]] = []
    for told in (thread.snapshot_ready, thread.light_ready, thread.series_ready):
        told.connect(lambda value: seen.append((type(value), threading.get_ident())))
    with qtbot.waitSignals([thread.snapshot_ready, thread.light_ready, thread.series_ready], timeout=WAIT_MS):
        thread.send(RefreshNow())
        thread.send(WatchSeries((SeriesKey("BTC", Interval.HOUR_1),)))
    assert {kind for kind, _ in seen} == {Snapshot, LightHistory, SeriesUpdate}
    assert {ident for _, ident in seen} == {threading.get_ident()}


def test_a_command_is_acknowledged_with_its_error(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.answering)
    with qtbot.waitSignal(thread.acknowledged, timeout=WAIT_MS) as kept:
        thread.send(tick("a"))
    assert kept.args == ["a", ""]
    with qtbot.waitSignal(thread.acknowledged, timeout=WAIT_MS) as refused:
        thread.send(tick("refused"))
    assert refused.args == ["refused", "the disk is full"]


def test_of_many_snapshots_the_newest_is_shown_and_most_are_skipped(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.flooding)
    shown: list[int] = []
    thread.snapshot_ready.connect(lambda snapshot: shown.append((snapshot.clock.now - NOW).seconds))
    thread.send(RefreshNow())
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == FLOOD, timeout=WAIT_MS)
    assert shown == sorted(shown)
    assert len(shown) < FLOOD / 4


def test_an_unacknowledged_tick_survives_the_engine_and_standing_orders_are_repeated(
    engines: Started, qtbot: QtBot
) -> None:
    thread = engines.start(fake_engines.dying_of_the_first_tick)
    thread.send(WatchSeries((SeriesKey("ES", Interval.HOUR_1),)))
    with qtbot.waitSignal(thread.engine_down, timeout=WAIT_MS) as down:
        thread.send(tick("first"))
    assert down.args == ["died"]
    thread.send(tick("second"))  # made while there is no engine
    acknowledged: list[str] = []
    thread.acknowledged.connect(lambda command_id, error: acknowledged.append(command_id + error))
    engines.clock.now += 1.0
    qtbot.waitUntil(lambda: len(acknowledged) == 2, timeout=WAIT_MS)
    assert acknowledged == ["first", "second"]
    assert logged(engines.data_dir) == ["dying", "started", "watch ES", "tick first", "tick second"]


def test_a_tick_that_a_silent_engine_did_not_take_is_taken_by_the_next_once(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.falling_silent)
    down: list[str] = []
    thread.engine_down.connect(down.append)
    qtbot.waitUntil(lambda: "silent" in logged(engines.data_dir), timeout=WAIT_MS)
    thread.send(tick("kept"))
    engines.let_time_pass(lambda: bool(down), qtbot)
    assert down == ["silent"]
    with qtbot.waitSignal(thread.acknowledged, timeout=WAIT_MS):
        engines.clock.now += 1.0
    assert logged(engines.data_dir).count("tick kept") == 1


@pytest.mark.skipif(os.name == "nt", reason="only POSIX can hold a process still")
def test_a_running_engine_that_stands_still_is_ended(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.answering)
    with qtbot.waitSignal(thread.snapshot_ready, timeout=WAIT_MS):
        thread.send(RefreshNow())
    (process,) = multiprocessing.active_children()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)
    down: list[str] = []
    thread.engine_down.connect(down.append)
    engines.let_time_pass(lambda: bool(down), qtbot)
    assert down[0] == "silent"
    assert process not in multiprocessing.active_children()


def test_a_clock_that_jumps_does_not_cost_an_engine_that_is_well(engines: Started, qtbot: QtBot) -> None:
    """The first look after a sleep finds nothing from the engine yet; the second does."""
    thread = engines.start(fake_engines.beating_slowly, Patience(60, 10, 5, look_every_s=1.0))
    with qtbot.waitSignal(thread.snapshot_ready, timeout=WAIT_MS):
        pass
    down: list[str] = []
    thread.engine_down.connect(down.append)
    for _ in range(5):
        engines.clock.now += 86_400.0  # the machine slept
        with qtbot.assertNotEmitted(thread.engine_down, wait=700):
            pass
    assert down == []


def test_pauses_grow_to_a_minute() -> None:
    assert list(islice(pauses(), 9)) == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_engine_that_keeps_dying_is_started_after_growing_pauses(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.dying_at_once)
    down: list[str] = []
    thread.engine_down.connect(down.append)
    qtbot.waitUntil(lambda: len(down) == 1, timeout=WAIT_MS)
    for deaths, pause_s in ((2, 1.0), (3, 2.0)):
        engines.clock.now += pause_s - 0.01
        with qtbot.assertNotEmitted(thread.engine_down, wait=100):
            pass
        engines.clock.now += 0.02
        qtbot.waitUntil(lambda deaths=deaths: len(down) == deaths, timeout=WAIT_MS)  # type: ignore[misc]
    assert logged(engines.data_dir) == ["started"] * 3


def test_a_fatal_failure_is_told_and_not_tried_again(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.breaking_for_good)
    with qtbot.waitSignals([thread.failure, thread.engine_down], timeout=WAIT_MS):
        failures: list[EngineFailure] = []
        thread.failure.connect(failures.append)
    assert failures == [EngineFailure("bars.csv, line 3: time goes backward", "", fatal=True)]
    engines.clock.now += 1_000.0
    with qtbot.assertNotEmitted(thread.engine_down, wait=200):
        pass
    assert logged(engines.data_dir) == ["started"]


def test_a_replay_goes_on_where_it_was(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.replaying)
    with qtbot.waitSignal(thread.snapshot_ready, timeout=WAIT_MS):
        thread.send(RefreshNow())
    with qtbot.waitSignal(thread.engine_down, timeout=WAIT_MS):
        thread.send(tick("deadly"))
    engines.clock.now += 1.0
    qtbot.waitUntil(lambda: len(logged(engines.data_dir)) == 2, timeout=WAIT_MS)
    assert logged(engines.data_dir) == ["at the beginning", "at 2026-02-05T20:32:07+00:00"]


def test_an_engine_that_neither_reads_nor_stops_is_ended_within_the_bound(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.deaf, Patience(60, 10, stop_s=0.1, look_every_s=0.02))
    with qtbot.waitSignal(thread.snapshot_ready, timeout=WAIT_MS):
        pass
    for number in range(50):  # more than a pipe holds
        thread.send(WriteNote(f"n{number}", DAY, Step.MACRO, "x" * 10_000))
    assert thread.stop()
    assert multiprocessing.active_children() == []


def test_stopping_carries_out_what_was_asked_before(engines: Started, qtbot: QtBot) -> None:
    thread = engines.start(fake_engines.answering)
    thread.send(tick("last words"))
    thread.send(SetPaused(paused=True))
    assert thread.stop()
    assert logged(engines.data_dir) == ["started", "tick last words", "stopped"]


def test_start_and_stop_leave_nothing_behind(engines: Started, qtbot: QtBot) -> None:
    before = threading.active_count()
    for cycle in range(10):
        thread = engines.start(fake_engines.answering)
        if cycle % 2:  # every other one is stopped while it is still starting
            with qtbot.waitSignal(thread.snapshot_ready, timeout=WAIT_MS):
                thread.send(RefreshNow())
        assert thread.stop()
        assert not thread.isRunning()
    assert multiprocessing.active_children() == []
    assert threading.active_count() == before
