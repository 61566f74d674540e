"""A snapshot is shown part by part, and each part ends up with the newest one."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from barograph.engine.snapshot import Snapshot
from barograph.gui.staggered import Staggered
from barograph.risk.faces import Face
from tests.gui.snapshots import make_snapshot

CALM, WATCH = make_snapshot(Face.CALM), make_snapshot(Face.WATCH)


class _Part:
    def __init__(self, name: str, told: list[tuple[str, Face]]) -> None:
        self._name, self._told = name, told

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._told.append((self._name, snapshot.light.face))


def test_one_part_a_turn_and_the_one_that_waits_is_next(qtbot: QtBot) -> None:
    told: list[tuple[str, Face]] = []
    parent = QObject()
    shown = Staggered([_Part(name, told) for name in "abc"], parent)
    shown.start(CALM)
    assert told == []
    qtbot.waitUntil(lambda: len(told) >= 1)
    done = len(told)
    shown.start(WATCH)
    assert len(told) == done
    qtbot.waitUntil(lambda: len(told) == done + 3)
    first = [("a", Face.CALM), ("b", Face.CALM), ("c", Face.CALM)][:done]
    again = [*"abc"[done:], *"abc"[:done]]
    assert told == [*first, *((name, Face.WATCH) for name in again)]
    qtbot.waitUntil(lambda: not shown._turn.isActive())
    assert len(told) == done + 3


def test_what_was_stopped_is_not_shown(qtbot: QtBot) -> None:
    told: list[tuple[str, Face]] = []
    parent = QObject()
    shown = Staggered([_Part(name, told) for name in "abc"], parent)
    shown.start(CALM)
    qtbot.waitUntil(lambda: len(told) >= 1)
    shown.stop()
    done = len(told)
    assert not shown._turn.isActive()
    shown.start(WATCH)
    qtbot.waitUntil(lambda: len(told) == done + 3)
    assert {face for _, face in told[done:]} == {Face.WATCH}
