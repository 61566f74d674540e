"""The engine process over its pipe: a real one, spawned as the window spawns it."""

from __future__ import annotations

import multiprocessing
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TypeVar

import pytest

from barograph.checklist.steps import Step
from barograph.engine import process
from barograph.engine.messages import (
    Acknowledged,
    Downstream,
    EngineConfig,
    EngineFailure,
    Heartbeat,
    LightHistory,
    RefreshNow,
    Seek,
    SeriesKey,
    SeriesUpdate,
    Stop,
    TickStep,
    Upstream,
    WatchSeries,
    WriteNote,
)
from barograph.engine.process import run_engine
from barograph.engine.snapshot import Snapshot
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.intervals import Interval
from barograph.store.errors import StoreError
from barograph.store.folder import lock_folder
from tests.engine.desks import DAY, LATER, OPENED, desk_at, rows, stored
from tests.engine.engine_children import run_engine_that_cannot_start, run_engine_that_fails
from tests.engine.runs import feed_of, judged, texts

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
"""For a process to start on a machine that has much else to do; nothing is waited for longer than it takes."""
M = TypeVar("M")


class Engine:
    """This end of the pipe of an engine."""

    def __init__(self, connection: Connection, child: SpawnProcess) -> None:
        self.connection = connection
        self.child = child
        self.seen: list[Downstream] = []

    def send(self, *commands: Upstream) -> None:
        for command in commands:
            self.connection.send(command)

    def receive(self) -> Downstream:
        assert self.connection.poll(PATIENCE_S), f"the engine is silent; it said {self.seen[-3:]}"
        message: Downstream = self.connection.recv()
        self.seen.append(message)
        return message

    def next(self, kind: type[M]) -> M:
        """The next message of a kind."""
        for _ in range(100):
            message = self.receive()
            if isinstance(message, kind):
                return message
        raise AssertionError(f"no {kind.__name__} comes; the engine said {self.seen[-5:]}")

    def until_silent(self, most: int) -> list[Downstream]:
        """What is said until nothing has been for more than three beats; at most that many messages."""
        said: list[Downstream] = []
        while self.connection.poll(1.6):
            assert len(said) < most, f"not silent: {said[-3:]}"
            said.append(self.receive())
        return said

    def ended(self) -> int | None:
        """The exit code, once it has ended by itself."""
        self.child.join(PATIENCE_S)
        return self.child.exitcode


@contextmanager
def engine(config: EngineConfig, target: Callable[..., None] = run_engine, *more: str) -> Iterator[Engine]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=target, args=(theirs, config, *more))
    child.start()
    theirs.close()
    try:
        yield Engine(ours, child)
    finally:
        ours.close()
        child.join(PATIENCE_S)
        if child.is_alive():  # pragma: no cover - a failed test
            child.kill()
            child.join()
        child.close()


def config(folder: Path, data_dir: Path) -> EngineConfig:
    """The small market where it was left, its clock as slow as one can be."""
    return EngineConfig(f"replay:{folder}", str(data_dir), 1.0, OPENED)


def test_a_windows_whole_life(desk_folder: Path, profile: Path) -> None:
    """History and snapshot come first; then what is asked for; signs of life throughout; Stop ends it."""
    with engine(config(desk_folder, profile)) as this:
        snapshot = this.next(Snapshot)
        assert [type(each) for each in this.seen if not isinstance(each, Heartbeat)] == [LightHistory, Snapshot]
        (history,) = (each for each in this.seen if isinstance(each, LightHistory))
        assert history.replace
        assert len(history.time) == len(stored(profile))
        assert snapshot.light.session == date(2023, 5, 4)
        assert snapshot.feed.label == "Made-up history"

        key = SeriesKey("BTC", Interval.HOUR_1)
        this.send(WatchSeries((key,)))
        update = this.next(SeriesUpdate)
        assert (update.key, update.replace) == (key, True)
        this.send(TickStep("t1", DAY, Step.MACRO, True, 12.5))
        assert this.next(Acknowledged) == Acknowledged("t1")
        assert this.next(Snapshot).sheet.steps[0].elapsed_s == 12.5

        this.send(WriteNote("n1", DAY, Step.MACRO, "a" * 20_001))
        answer = this.next(Acknowledged)
        assert answer.command_id == "n1"
        assert "20,001 characters" in answer.error

        this.send(Seek(LATER))
        while this.next(Snapshot).clock.now < LATER:
            pass
        beats = [this.next(Heartbeat).sequence for _ in range(3)]
        assert beats == [beats[0], beats[0] + 1, beats[0] + 2]

        with pytest.raises(StoreError, match="in use by another Barograph"):
            lock_folder(profile)
        this.send(Stop())
        assert this.ended() == 0
    lock_folder(profile).release()
    assert stored(profile)[-1][0] == date(2023, 5, 8)


def test_it_ends_when_the_window_is_gone(desk_folder: Path, profile: Path) -> None:
    with engine(config(desk_folder, profile)) as this:
        this.next(Snapshot)
        this.connection.close()
        assert this.ended() == 0
    lock_folder(profile).release()


def test_a_folder_that_cannot_be_read_is_told_and_final(tmp_path: Path) -> None:
    with engine(config(tmp_path / "nothing", tmp_path / "data")) as this:
        failure = this.next(EngineFailure)
        assert failure.fatal
        assert failure.message == f"{tmp_path / 'nothing'}: no such folder; expected a folder with a history.toml"
        assert this.ended() == 0
        assert [type(each) for each in this.seen] == [EngineFailure]
    assert not (tmp_path / "data").exists()


def test_a_refresh_that_fails_is_told_once_and_stops_the_signs_of_life(
    desk_folder: Path, profile: Path, tmp_path: Path
) -> None:
    flag = tmp_path / "broken"
    with engine(config(desk_folder, profile), run_engine_that_fails, str(flag)) as this:
        this.next(Snapshot)
        flag.touch()
        failure = this.next(EngineFailure)
        assert not failure.fatal
        assert failure.message == "A refresh failed: ZeroDivisionError: a bug in a feed"
        assert "Traceback" in failure.details
        # Commands are still carried out, and asked for a refresh it tries; but it neither beats nor says it again.
        this.send(RefreshNow(), TickStep("t1", DAY, Step.MACRO, True, 1.0), RefreshNow())
        assert this.next(Acknowledged) == Acknowledged("t1")
        assert this.until_silent(0) == []
        flag.unlink()
        assert this.next(Snapshot).sheet.ticked == 1
        this.next(Heartbeat)
        flag.touch()
        this.until_silent(20)  # the same fault again: what was under way, and nothing new to say
        assert [each for each in this.seen if isinstance(each, EngineFailure)] == [failure]
        this.send(Stop())
        assert this.ended() == 0


def test_a_command_that_meets_a_bug_is_answered_and_the_engine_lives(desk_folder: Path, profile: Path) -> None:
    with engine(config(desk_folder, profile)) as this:
        this.next(Snapshot)
        this.send(TickStep("", DAY, Step.MACRO, True, 1.0))  # the store takes no empty id, and says so rudely
        failure = this.next(EngineFailure)
        answer = this.next(Acknowledged)
        assert not failure.fatal
        assert failure.message.startswith("A command failed: sqlite3.IntegrityError")
        assert answer.command_id == ""
        assert answer.error.startswith("It could not be saved: sqlite3.IntegrityError")
        this.send(TickStep("t1", DAY, Step.MACRO, True, 1.0))
        assert this.next(Acknowledged) == Acknowledged("t1")
        this.next(Heartbeat)


def test_a_bug_on_opening_is_told(tmp_path: Path) -> None:
    with engine(config(tmp_path, tmp_path), run_engine_that_cannot_start) as this:
        failure = this.next(EngineFailure)
        assert failure.message == "The engine could not start: ZeroDivisionError: a bug on opening"
        assert not failure.fatal
        assert "Traceback" in failure.details
        assert this.ended() == 0


def test_no_tick_that_was_answered_is_lost_when_it_is_killed(desk_folder: Path, profile: Path) -> None:
    """Kill -9 in the middle of ticking, again and again, on the same data folder."""
    moments = random.Random(9)
    answered: list[str] = []
    for run in range(2):
        with engine(config(desk_folder, profile)) as this:
            this.next(Snapshot)
            for number in range(moments.randrange(1, 40)):
                this.send(TickStep(f"{run}-{number}", DAY, list(Step)[number % 5], number % 7 != 0, float(number)))
                if number % 3:  # some are waited for, some are under way
                    answered.append(this.next(Acknowledged).command_id)
            this.child.kill()
            assert this.ended() != 0
            answered += [each.command_id for each in left_in(this.connection) if isinstance(each, Acknowledged)]
        saved = {id_ for (id_,) in rows(profile, "SELECT id FROM command")}
        assert set(answered) <= saved
        assert len(rows(profile, "SELECT 1 FROM step_tick")) == len(saved)
        assert rows(profile, "PRAGMA quick_check") == [("ok",)]
    assert len(answered) > 10


def left_in(connection: Connection) -> Iterator[Downstream]:
    """What the engine had said before it was killed; the last of it may be half a message."""
    try:
        while connection.poll(0):
            yield connection.recv()
    except (EOFError, OSError):
        return


def test_killed_while_judging_the_record_is_whole_and_gone_on_from(
    desk_folder: Path, desk_history: HistoryFolder, tmp_path: Path
) -> None:
    moments = random.Random(4)
    run = texts(judged(feed_of(desk_history), OPENED))
    sessions = [session.isoformat() for session, *_ in run]
    data_dir = tmp_path / "profile"
    done = 0
    for _ in range(2):
        command = [sys.executable, "-m", "tests.engine.engine_children", str(desk_folder), str(data_dir)]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            said = "none"
            for _ in range(moments.randrange(40, 120)):
                said = child.stdout.readline().strip() or said
            child.kill()
        found = stored(data_dir)
        assert found == run[: len(found)]
        assert len(found) >= max(done, sessions.index(said) + 1)
        done = len(found)
    assert 0 < done < len(run)
    with desk_at(desk_history, data_dir, OPENED) as desk, desk_at(desk_history, tmp_path / "other", OPENED) as other:
        assert repr(desk.refresh()[0]) == repr(other.refresh()[0])
    assert stored(data_dir) == run


# ------------------------------------------------------------------------------- without a process of its own


@pytest.fixture
def _interrupts_as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interrupts_as_before")
def test_what_makes_a_start_impossible_is_one_sentence(desk_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "history.toml").write_text("name = 1", "utf-8")
    cases = [
        (EngineConfig("nonsense", str(tmp_path / "a")), "feed 'nonsense' is not known"),
        (EngineConfig(f"replay:{tmp_path / 'bad'}", str(tmp_path / "a")), "history.toml"),
        (config(desk_folder, tmp_path / "file"), "The data folder"),
    ]
    with lock_folder(tmp_path / "locked"):
        cases.append((config(desk_folder, tmp_path / "locked"), "is in use by another Barograph"))
        for each, said in cases:
            ours, theirs = multiprocessing.Pipe()
            with ours:
                run_engine(theirs, each)
                failure = ours.recv()
                assert isinstance(failure, EngineFailure)
                assert failure.fatal
                assert said in failure.message
                assert "\n" not in failure.message
                assert failure.details == ""
                with pytest.raises(EOFError):
                    ours.recv()


class _Pipe:
    """Keeps what is sent, and has nothing to say until the time is over; then the window is closed."""

    def __init__(self, clock: _Seconds, end_s: float) -> None:
        self.clock = clock
        self.end_s = end_s
        self.sent: list[tuple[float, Downstream]] = []

    def send(self, message: Downstream) -> None:
        self.sent.append((self.clock.now_s, message))

    def poll(self, wait_s: float) -> bool:
        self.clock.now_s += wait_s
        return self.clock.now_s >= self.end_s

    def recv(self) -> Upstream:
        return Stop()


class _Seconds:
    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s


class _SlowDesk:
    """A desk whose refresh takes long, and shows progress four times a second."""

    def __init__(self, seconds: _Seconds, takes_s: float, speed: float) -> None:
        self.seconds = seconds
        self.takes_s = takes_s
        self.clock = type("Clock", (), {"speed": speed})
        self.refreshed: list[float] = []

    def refresh(self, progress: Callable[[], None]) -> tuple[str, list[SeriesUpdate], None]:
        self.refreshed.append(self.seconds.now_s)
        for _ in range(round(self.takes_s * 4)):
            self.seconds.now_s += 0.25
            progress()
        return "snapshot", [], None


@pytest.mark.parametrize("takes_s", [0.0, 20.0])
def test_signs_of_life_come_every_second_also_in_a_long_refresh(
    monkeypatch: pytest.MonkeyPatch, takes_s: float
) -> None:
    seconds = _Seconds()
    monkeypatch.setattr("barograph.engine.process.time.monotonic", seconds.monotonic)
    pipe = _Pipe(seconds, 30.0)
    process._Loop(pipe, _SlowDesk(seconds, takes_s, 1.0)).run()  # type: ignore[arg-type]
    beats = [at_s for at_s, message in pipe.sent if isinstance(message, Heartbeat)]
    assert len(beats) >= 30
    assert max(after - before for before, after in pairwise(beats)) <= 1.0


@pytest.mark.parametrize(("speed", "every_s"), [(1.0, 1.0), (600.0, 0.5)])
def test_how_often_it_refreshes(monkeypatch: pytest.MonkeyPatch, speed: float, every_s: float) -> None:
    seconds = _Seconds()
    monkeypatch.setattr("barograph.engine.process.time.monotonic", seconds.monotonic)
    desk = _SlowDesk(seconds, 0.0, speed)
    process._Loop(_Pipe(seconds, 10.0), desk).run()  # type: ignore[arg-type]
    assert desk.refreshed == pytest.approx([every_s * n for n in range(len(desk.refreshed))])
    assert len(desk.refreshed) == pytest.approx(10 / every_s, abs=1)
