"""The strip along the bottom: the feeds in one line while their panel is not in sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from barograph.feeds.contract import FeedKind
from barograph.gui.feed_strip import FeedStrip
from barograph.gui.main_window import MainWindow
from tests.gui.snapshots import ADVISORIES, LIVE, health, make_snapshot, troubled_health

Opens = Callable[[], MainWindow]


def test_every_source_in_a_few_words(qtbot: QtBot) -> None:
    strip = FeedStrip()
    qtbot.addWidget(strip)
    strip.resize(1_600, 24)
    strip.show()
    assert strip.sources.text() == "No feed has answered yet."
    strip.show_snapshot(make_snapshot(feed=LIVE))
    assert strip.sources.text() == "Yahoo live 12 s  ·  Binance live 0 s  ·  Bybit delayed 4 min  ·  FRED closed"
    assert strip.next.text() == "next refresh 0:18"
    assert not strip.notices.isVisibleTo(strip)


def test_what_waits_is_not_the_next_to_be_asked(qtbot: QtBot) -> None:
    strip = FeedStrip()
    qtbot.addWidget(strip)
    yahoo, bybit = health(FeedKind.LIVE)[0], troubled_health()[1]
    assert bybit.waits_until is not None
    waiting = replace(bybit, next_refresh=make_snapshot().clock.now)
    strip.show_snapshot(replace(make_snapshot(feed=LIVE), health=(waiting, yahoo)))
    assert strip.next.text() == "next refresh 0:18"
    strip.show_snapshot(replace(make_snapshot(feed=LIVE), health=(replace(yahoo, next_refresh=None),)))
    assert strip.next.text() == ""


def test_notices_are_counted_and_told_in_the_tip(qtbot: QtBot) -> None:
    strip = FeedStrip()
    qtbot.addWidget(strip)
    strip.show_snapshot(replace(make_snapshot(feed=LIVE), notices=("<b>one</b>",)))
    assert strip.notices.text() == "1 notice"
    assert "<b>" not in strip.notices.toolTip()
    strip.show_snapshot(replace(make_snapshot(feed=LIVE), notices=("one",), advisories=ADVISORIES))
    assert strip.notices.text() == "5 notices"
    assert "183 s apart" in strip.notices.toolTip()


def test_what_has_no_room_is_in_the_tip(qtbot: QtBot) -> None:
    strip = FeedStrip()
    qtbot.addWidget(strip)
    strip.resize(420, 24)
    strip.show()
    strip.show_snapshot(replace(make_snapshot(feed=LIVE), health=troubled_health()))
    assert strip.width() == 420
    assert strip.sources.text().endswith("…")
    assert "New York Fed error" in strip.sources.toolTip()
    assert "New York Fed error" in strip.sources.accessibleName()


def test_it_stands_in_for_the_panel(open_window: Opens, qtbot: QtBot) -> None:
    window = open_window()
    dock = window.docks.feeds
    assert window.strip.isVisibleTo(window)
    window.strip.open.click()
    qtbot.waitUntil(lambda: not window.strip.isVisibleTo(window))
    assert dock.isVisible()
    dock.close()
    qtbot.waitUntil(lambda: window.strip.isVisibleTo(window))


def test_hiding_the_window_changes_nothing(open_window: Opens) -> None:
    window = open_window()
    window.docks.feeds.show()
    window.hide()
    window.show()
    QCoreApplication.processEvents()
    assert not window.strip.isVisibleTo(window)
    window.docks.feeds.close()
    window.hide()
    window.show()
    QCoreApplication.processEvents()
    assert window.strip.isVisibleTo(window)


def test_it_is_there_at_the_next_start(open_window: Opens, qtbot: QtBot) -> None:
    first = open_window()
    first.docks.feeds.show()
    first.close()
    second = open_window()
    qtbot.waitUntil(lambda: not second.strip.isVisibleTo(second))
    second.docks.feeds.close()
    second.close()
    third = open_window()
    qtbot.waitUntil(lambda: third.strip.isVisibleTo(third))
