"""The Feeds panel: a line for each source; what a host says is shown as plain text, and nothing jumps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from barograph.feeds.contract import SourceHealth
from barograph.gui import formats
from barograph.gui.panels import feeds_table
from barograph.gui.panels.feeds_panel import FeedsPanel
from barograph.gui.panels.feeds_table import ERROR, NEWEST, NEXT, REQUESTS, SOURCE, STATE, SUCCESS
from barograph.gui.state_glyph import SIDE_PX, state_icon
from barograph.gui.style_sheet import style_sheet
from barograph.gui.theme import DARK, LIGHT, TextSizes
from barograph.market.freshness import Freshness
from tests.gui.snapshots import ADVISORIES, LIMITED, LIVE, NOW, make_snapshot, troubled_health

WIDE, NARROW = 1_280, 500


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes) -> FeedsPanel:
    made = FeedsPanel(DARK, sizes)
    qtbot.addWidget(made)
    made.setStyleSheet(style_sheet(DARK, sizes))
    made.resize(WIDE, 400)
    made.show()
    return made


def lines(panel: FeedsPanel) -> list[list[str]]:
    """What is in sight, line by line."""
    table = panel.table
    shown = [column for column in range(table.columnCount()) if not table.isColumnHidden(column)]
    return [
        [text for column in shown if (text := table.model().index(row, column).data()) is not None]
        for row in range(table.rowCount())
        if not table.isRowHidden(row)
    ]


def widths(panel: FeedsPanel) -> list[int]:
    return [panel.table.columnWidth(column) for column in range(panel.table.columnCount())]


def show(panel: FeedsPanel, *health: SourceHealth) -> None:
    panel.show_snapshot(replace(make_snapshot(feed=LIVE), health=health))


def test_before_the_first_snapshot_nothing_has_answered(panel: FeedsPanel) -> None:
    assert lines(panel) == []
    assert panel.empty.text() == "No feed has answered yet."
    assert panel.empty.isVisibleTo(panel)
    assert not panel.notices.isVisibleTo(panel)


def test_a_feed_without_sources_says_so(panel: FeedsPanel) -> None:
    show(panel)
    assert lines(panel) == []
    assert panel.empty.text() == "This feed has no sources."
    show(panel, *troubled_health())
    assert not panel.empty.isVisibleTo(panel)


def test_each_source_has_a_line(panel: FeedsPanel) -> None:
    panel.show_snapshot(make_snapshot(feed=LIVE))
    assert lines(panel) == [
        ["Yahoo", "live", "12 s", "12 s", "412 / 2,000", "0:18", ""],
        ["Binance", "live", "0 s", "0 s", "84 / 1,200", "0:18", ""],
        ["Bybit", "delayed", "4 min", "4 min", "600 / 600", "4:00", LIMITED],
        ["FRED", "closed", "16 h", "16 h", "4", "2:00:00", ""],
    ]
    assert not panel.notices.isVisibleTo(panel)


def test_faults_waits_and_a_source_that_starts(panel: FeedsPanel) -> None:
    show(panel, *troubled_health())
    shown = {line[0]: line[1:] for line in lines(panel)}
    assert [*shown] == [
        *("Yahoo Finance", "Binance", "Bybit", "OKX", "Hyperliquid", "FRED", "US Treasury", "New York Fed")
    ]
    assert shown["Yahoo Finance"] == [
        *("delayed", "14 min", "4 min", "1,800 / 1,800", "waits until 14:32"),
        "too many requests · Yahoo Finance asks for a pause",
    ]
    assert shown["Binance"][-2:] == ["waits until 19:32", "access refused · Binance does not serve this region"]
    assert shown["Bybit"][-1] == "not reachable · Bybit did not answer in time"
    assert shown["Hyperliquid"] == ["starting", "–", "–", "0 / 600", "0:00", ""]


def test_where_it_is_narrow_each_source_has_a_second_line(panel: FeedsPanel) -> None:
    show(panel, *troubled_health())
    panel.resize(NARROW, 400)
    assert lines(panel)[:4] == [
        ["Yahoo Finance", "delayed", "14 min", "1,800 / 1,800", "waits until 14:32"],
        ["Last success 4 min ago · too many requests · Yahoo Finance asks for a pause"],
        ["Binance", "error", "–", "2 / 1,200", "waits until 19:32"],
        ["No answer yet · access refused · Binance does not serve this region"],
    ]
    panel.resize(WIDE, 400)
    assert len(lines(panel)) == 8


@pytest.mark.parametrize("width", [NARROW, 700, WIDE, 2_560])
def test_no_cell_but_the_fault_is_cut_off_and_nothing_has_to_be_scrolled_sideways(
    panel: FeedsPanel, width: int
) -> None:
    panel.resize(width, 600)
    show(panel, *troubled_health())
    QCoreApplication.processEvents()
    table = panel.table
    assert table.horizontalScrollBar().maximum() == 0
    for row in range(0, table.rowCount(), 2):
        for column in range(ERROR):
            if not table.isColumnHidden(column):
                assert table.sizeHintForIndex(table.model().index(row, column)).width() <= table.columnWidth(column)


@pytest.mark.parametrize("old", [timedelta(seconds=59), timedelta(minutes=59), timedelta(hours=47), timedelta(days=99)])
def test_every_age_fits_in_a_language_whose_hours_are_longer_than_its_minutes(
    qtbot: QtBot, sizes: TextSizes, monkeypatch: pytest.MonkeyPatch, old: timedelta
) -> None:
    words = {"{n} s": "{n} s", "{n} min": "{n} m", "{n} h": "{n} hours", "newest": "new", "last success": "was"}
    for module in (feeds_table, formats):
        monkeypatch.setattr(module, "tr", lambda text, _="": words.get(text, text))
    panel = FeedsPanel(DARK, sizes)
    qtbot.addWidget(panel)
    panel.setStyleSheet(style_sheet(DARK, sizes))
    panel.resize(WIDE, 400)
    panel.show()
    show(panel, SourceHealth("FRED", Freshness.LIVE, NOW - old, NOW - old))
    for column in (NEWEST, SUCCESS):
        index = panel.table.model().index(0, column)
        assert panel.table.sizeHintForIndex(index).width() <= panel.table.columnWidth(column)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_jumps_when_numbers_and_faults_change(panel: FeedsPanel, width: int) -> None:
    panel.resize(width, 400)
    before = troubled_health()
    show(panel, *before)
    count, columns = len(lines(panel)), widths(panel)
    well = [
        replace(entry, newest=NOW, last_success=NOW, last_error="", error_kind=None, waits_until=None, next_refresh=NOW)
        for entry in before
    ]
    show(panel, *well)
    assert (len(lines(panel)), widths(panel)) == (count, columns)
    assert [line[0] for line in lines(panel)][:: 1 if width == WIDE else 2] == [
        *("Yahoo Finance", "Binance", "Bybit", "OKX", "Hyperliquid", "FRED", "US Treasury", "New York Fed")
    ]


def test_a_wait_is_told_by_its_time_and_from_the_next_day_on_by_its_day(panel: FeedsPanel) -> None:
    source = SourceHealth("FRED", Freshness.LIVE, NOW, NOW)
    for hours, text in ((9.5, "waits until 00:02"), (23.0, "waits until Fri 6 Feb 13:32")):
        show(panel, replace(source, waits_until=NOW + timedelta(hours=hours), next_refresh=NOW))
        assert lines(panel)[0][NEXT] == text
    show(panel, replace(source, waits_until=NOW, next_refresh=NOW + timedelta(seconds=75)))
    assert lines(panel)[0][NEXT] == "1:15"


def test_the_tip_explains_the_fault(panel: FeedsPanel) -> None:
    show(panel, *troubled_health())
    item = panel.table.item(0, ERROR)
    assert item is not None
    for words in ("delayed", "Last success 14:28 New York", "Yahoo Finance asks for a pause", "waits and asks again"):
        assert words in item.toolTip()


def test_a_bar_shows_how_much_of_the_budget_is_used(panel: FeedsPanel) -> None:
    source = SourceHealth("FRED", Freshness.LIVE, NOW, NOW, requests_allowed=60)
    filled = []
    for used in (0, 30, 60, 90):
        show(panel, replace(source, requests_used=used))
        place = panel.table.visualRect(panel.table.model().index(0, REQUESTS))
        picture = panel.table.viewport().grab(place).toImage()
        row = [picture.pixelColor(x, picture.height() - 2).name() for x in range(picture.width())]
        filled.append(sum(name in (DARK.quiet.lower(), DARK.text.lower()) for name in row))
    assert filled[0] == 0
    assert filled[2] == pytest.approx(2 * filled[1], abs=2)
    assert filled[3] == filled[2] > 20


def test_states_differ_in_shape_and_not_in_colour_alone() -> None:
    shapes = set()
    for state in (Freshness.LIVE, Freshness.DELAYED, Freshness.CLOSED, Freshness.STALE, Freshness.ERROR):
        for theme in (DARK, LIGHT):
            image = state_icon(state, theme).pixmap(SIDE_PX).toImage()
            inked = [image.pixelColor(x, y).alpha() > 128 for x in range(SIDE_PX) for y in range(SIDE_PX)]
            assert any(inked)
            shapes.add(tuple(inked))
    assert len(shapes) == 5


def test_the_shape_follows_state_and_theme(panel: FeedsPanel, sizes: TextSizes) -> None:
    def shape() -> int:
        item = panel.table.item(0, STATE)
        assert item is not None
        return item.icon().cacheKey()

    source = SourceHealth("FRED", Freshness.LIVE, NOW, NOW)
    seen = []
    for state, theme in ((Freshness.LIVE, DARK), (Freshness.ERROR, DARK), (Freshness.ERROR, LIGHT)):
        panel.set_theme(theme)
        show(panel, replace(source, state=state))
        seen.append(shape())
    assert len(set(seen)) == 3


def test_fewer_sources_leave_no_old_lines(panel: FeedsPanel) -> None:
    panel.show_snapshot(make_snapshot(feed=LIVE))
    panel.show_snapshot(make_snapshot())
    assert [line[0] for line in lines(panel)] == ["simulated market"]
    panel.resize(NARROW, 400)
    assert [line[0] for line in lines(panel)] == ["simulated market", "Last success 0 s ago"]


def test_what_a_host_says_is_not_markup(panel: FeedsPanel) -> None:
    evil = "<h1>up</h1>\n\x00 <img src='x'>\t" + "a" * 10_000
    health = replace(make_snapshot(feed=LIVE).health[0], last_error=evil)
    panel.show_snapshot(
        replace(make_snapshot(feed=LIVE), health=(health,), notices=("<b>bold</b>", "second"), advisories=())
    )
    assert "\n" not in lines(panel)[0][ERROR]
    item = panel.table.item(0, SOURCE)
    assert item is not None
    assert "<h1>" not in item.toolTip()
    assert panel.notices.textFormat() is Qt.TextFormat.PlainText
    assert panel.notices.text() == "• <b>bold</b>\n• second"


def test_advisories_come_before_notices(panel: FeedsPanel) -> None:
    panel.show_snapshot(replace(make_snapshot(feed=LIVE), notices=("The disk is full.",), advisories=ADVISORIES[1:2]))
    first, second = panel.notices.text().splitlines()
    assert first == "• The Fed's meeting dates in this version end on 2027-12-08; a newer version has later ones."
    assert second == "• The disk is full."
    panel.show_snapshot(replace(make_snapshot(feed=LIVE), notices=("The disk is full.",)))
    assert panel.notices.text() == "The disk is full."


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_many_notices_leave_room_for_the_table(panel: FeedsPanel, width: int) -> None:
    panel.resize(width, 160)
    told = tuple(f"Notice {n} about something that takes a whole line to be told." for n in range(30))
    panel.show_snapshot(replace(make_snapshot(feed=LIVE), health=troubled_health(), notices=told))
    assert panel.table.viewport().height() >= 2 * panel.table.rowHeight(0)
    assert panel.table.width() >= panel.width() // 2
