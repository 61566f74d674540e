"""The Feeds panel: one line for each source; what a host says is shown as plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from barograph.gui.panels.feeds_panel import FeedsPanel
from barograph.gui.theme import DARK, TextSizes
from tests.gui.snapshots import LIMITED, LIVE, make_snapshot


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes) -> FeedsPanel:
    made = FeedsPanel(DARK, sizes)
    qtbot.addWidget(made)
    made.show()
    return made


def rows(panel: FeedsPanel) -> list[list[str]]:
    table = panel.table
    return [
        [table.model().index(row, column).data() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_before_the_first_snapshot_nothing_has_answered(panel: FeedsPanel) -> None:
    assert rows(panel) == []
    assert panel.notices.text() == "No feed has answered yet."


def test_each_source_has_a_line(panel: FeedsPanel) -> None:
    panel.show_snapshot(make_snapshot(feed=LIVE))
    assert rows(panel) == [
        ["Yahoo", "live", "12 s", "12 s", "412 / 2,000", "0:18", ""],
        ["Binance", "live", "0 s", "0 s", "84 / 1,200", "0:18", ""],
        ["Bybit", "delayed", "4 min", "4 min", "600 / 600", "4:00", LIMITED],
        ["FRED", "closed", "16 h", "16 h", "4", "2:00:00", ""],
    ]
    assert not panel.notices.isVisibleTo(panel)


def test_fewer_sources_leave_no_old_lines(panel: FeedsPanel) -> None:
    panel.show_snapshot(make_snapshot(feed=LIVE))
    panel.show_snapshot(make_snapshot())
    assert [row[0] for row in rows(panel)] == ["simulated market"]


def test_what_a_host_says_is_not_markup(panel: FeedsPanel) -> None:
    snapshot = make_snapshot(feed=LIVE)
    evil = "<h1>up</h1>\n\x00 <img src='x'>\t" + "a" * 10_000
    health = replace(snapshot.health[0], last_error=evil)
    panel.show_snapshot(replace(snapshot, health=(health,), notices=("<b>bold</b>", "second")))
    assert "\n" not in rows(panel)[0][6]
    item = panel.table.item(0, 6)
    assert item is not None
    assert "<h1>" not in item.toolTip()
    assert panel.notices.textFormat() is Qt.TextFormat.PlainText
    assert panel.notices.text() == "<b>bold</b>\nsecond"
