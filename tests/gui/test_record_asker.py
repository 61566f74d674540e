"""What asks for the track record: only while somebody looks, once for each session, and never in the window's way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from barograph.engine.messages import RecordAnswer, RecordQuestion
from barograph.engine.snapshot import Snapshot
from barograph.gui.record_asker import REST_S, RecordAsker, RecordEntry
from tests.gui.snapshots import make_snapshot

WAIT_MS = 20_000
SNAPSHOT = make_snapshot()


def counting(connection: Connection, question: RecordQuestion) -> None:
    """Answers with how often it was asked, which it keeps in a file."""
    asked = Path(question.data_dir) / "asked"
    with asked.open("a") as file:
        file.write(f"{question.until.isoformat()}\n")
    connection.send(RecordAnswer(None, len(asked.read_text().splitlines())))


def dying(connection: Connection, question: RecordQuestion) -> None:
    """Ends without a word."""
    os._exit(3)


def silent(connection: Connection, question: RecordQuestion) -> None:
    """Never answers."""
    connection.poll(None)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Asked:
    """An asker, its clock and what it handed over."""

    def __init__(self, entry: RecordEntry, folder: Path) -> None:
        self.clock = Clock()
        self.folder = folder
        self.asker = RecordAsker(entry, str(folder), monotonic=self.clock)
        self.answers: list[RecordAnswer] = []
        self.asker.answered.connect(self.answers.append)

    @property
    def questions(self) -> int:
        path = self.folder / "asked"
        return len(path.read_text().splitlines()) if path.exists() else 0


@pytest.fixture
def make(tmp_path: Path, qtbot: QtBot) -> Iterator[list[Asked]]:
    made: list[Asked] = []
    yield made
    for each in made:
        each.asker.stop()


def next_session(days: int = 1) -> Snapshot:
    light = replace(SNAPSHOT.light, session=date(2024, 8, 5) + timedelta(days))
    return replace(SNAPSHOT, light=light)


def test_nobody_is_asked_for_a_panel_out_of_sight(make: list[Asked], tmp_path: Path, qtbot: QtBot) -> None:
    asked = Asked(counting, tmp_path)
    make.append(asked)
    asked.asker.show_snapshot(SNAPSHOT)
    with qtbot.waitSignal(asked.asker.answered, timeout=WAIT_MS):
        asked.asker.want(True)
    assert [answer.days for answer in asked.answers] == [1]
    assert (tmp_path / "asked").read_text().strip() == SNAPSHOT.clock.now.isoformat()


def test_once_for_each_session_and_with_a_rest_between(make: list[Asked], tmp_path: Path, qtbot: QtBot) -> None:
    asked = Asked(counting, tmp_path)
    make.append(asked)
    asked.asker.want(True)
    with qtbot.waitSignal(asked.asker.answered, timeout=WAIT_MS):
        asked.asker.show_snapshot(SNAPSHOT)
    asked.clock.now += 10 * REST_S
    asked.asker.show_snapshot(replace(SNAPSHOT, notices=("something else",)))
    with qtbot.waitSignal(asked.asker.answered, timeout=WAIT_MS):
        asked.asker.show_snapshot(next_session())
    asked.asker.show_snapshot(next_session(2))
    assert asked.questions == 2
    asked.clock.now += REST_S
    with qtbot.waitSignal(asked.asker.answered, timeout=WAIT_MS):
        asked.asker.show_snapshot(next_session(2))
    assert [answer.days for answer in asked.answers] == [1, 2, 3]


def test_a_process_that_dies_is_told_and_asked_again_with_the_next_session(
    make: list[Asked], tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    asked = Asked(dying, tmp_path)
    make.append(asked)
    asked.asker.want(True)
    with qtbot.waitSignal(asked.asker.answered, timeout=WAIT_MS):
        asked.asker.show_snapshot(SNAPSHOT)
    assert asked.answers[0].error == "The track record could not be worked out."
    assert "ended without an answer: 3" in caplog.text
    asked.clock.now += REST_S
    with qtbot.waitSignal(asked.asker.answered, timeout=WAIT_MS):
        asked.asker.show_snapshot(next_session())


def test_closing_waits_for_nobody(tmp_path: Path, qtbot: QtBot) -> None:
    asked = Asked(silent, tmp_path)
    asked.asker.want(True)
    asked.asker.show_snapshot(SNAPSHOT)
    thread = asked.asker._thread
    assert thread is not None
    asked.asker.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert asked.answers == []
