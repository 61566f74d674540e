"""The Why panel: integers that add up, readings with their provenance, sentences about what would change it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from barograph.engine.snapshot import Flip, FlipSide, Mover
from barograph.gui.panels.why_panel import WhyPanel
from barograph.gui.panels.why_tree import NAME, POINTS
from barograph.gui.theme import DARK, TextSizes
from barograph.risk.faces import Face
from tests.gui.snapshots import make_snapshot


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes) -> WhyPanel:
    made = WhyPanel(DARK, sizes)
    qtbot.addWidget(made)
    made.resize(320, 640)
    made.show()
    return made


def pillars(panel: WhyPanel) -> list[QTreeWidgetItem]:
    rows = (panel.tree.topLevelItem(row) for row in range(panel.tree.topLevelItemCount()))
    return [item for item in rows if item is not None]


def find(panel: WhyPanel, name: str) -> QTreeWidgetItem:
    (item,) = panel.tree.findItems(name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    return item


def tip_of(panel: WhyPanel, item: QTreeWidgetItem) -> str:
    return panel.tree.tip(panel.tree.indexFromItem(item, POINTS))


def accessible(item: QTreeWidgetItem) -> str:
    return str(item.data(NAME, Qt.ItemDataRole.AccessibleTextRole))


@pytest.mark.parametrize("face", [Face.CALM, Face.WATCH, Face.RISK_OFF])
def test_the_integers_add_up_to_the_shown_score(panel: WhyPanel, face: Face) -> None:
    snapshot = make_snapshot(face)
    panel.show_snapshot(snapshot)
    assert snapshot.light.score is not None
    whole = int(snapshot.light.score + 0.5)
    assert sum(int(item.text(POINTS)) for item in pillars(panel)) == whole
    assert panel.total.text() == f"Contributions add up to {whole}"


def test_a_second_line_that_changes_is_drawn_in_its_whole_width(panel: WhyPanel, qtbot: QtBot) -> None:
    """Old letters would stay under the bars, where the line is longer than its column."""
    snapshot = make_snapshot()
    panel.show_snapshot(snapshot)
    qtbot.waitExposed(panel)
    for _ in range(6):  # a line that wraps asks for its height only when it has its width
        QApplication.processEvents()
    viewport, painted = panel.tree.viewport(), QRegion()

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            nonlocal painted
            if isinstance(event, QPaintEvent) and watched is viewport:
                painted = painted.united(event.region())
            return False

    watcher = Watcher()
    viewport.installEventFilter(watcher)
    reading = snapshot.readings[1]
    other = replace(reading, percentile=0.99 if reading.percentile != 0.99 else 0.5)
    readings = tuple(other if each is reading else each for each in snapshot.readings)
    panel.show_snapshot(replace(snapshot, readings=readings))
    QApplication.processEvents()
    row = panel.tree.visualItemRect(panel.tree._readings[reading.id])
    assert QRegion(0, row.top(), viewport.width(), row.height()).subtracted(painted).isEmpty()
    assert painted.boundingRect().height() < 3 * row.height()


def test_pillars_stand_in_their_order_with_their_readings(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot())
    assert [(item.text(NAME), item.childCount()) for item in pillars(panel)] == [
        ("Volatility", 3),
        ("Equity leadership", 3),
        ("Co-movement", 2),
        ("Crypto", 2),
        ("Macro", 2),
    ]


def test_a_reading_tells_value_percentile_state_and_source(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot())
    item = find(panel, "VIX")
    assert accessible(item) == "VIX, 27.4 pts, pctl 74, closed, Cboe"
    tip = tip_of(panel, item)
    for words in ("VIX (V3)", "Source: Cboe", "Inputs: VIX", "As of Wed 4 Feb 16:00 New York, 22 h ago", "Public"):
        assert words in tip


def test_a_missing_reading_has_no_number(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot(Face.CALM, missing=("V3",)))
    item = find(panel, "VIX")
    assert accessible(item) == "VIX, –, pctl –, missing, Cboe"
    assert item.text(POINTS) == "–"


def test_without_a_score_there_is_no_sum(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot(Face.NO_DATA))
    assert panel.total.text() == "No score: too little is known."
    assert {item.text(POINTS) for item in pillars(panel)} == {"–"}
    assert "not part of the score" in tip_of(panel, pillars(panel)[0])


def test_what_is_folded_stays_folded(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot(Face.CALM))
    pillars(panel)[1].setExpanded(False)
    panel.show_snapshot(make_snapshot(Face.WATCH))
    assert [item.isExpanded() for item in pillars(panel)] == [True, False, True, True, True]


def test_other_readings_make_other_rows(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot())
    snapshot = make_snapshot()
    context = replace(snapshot.readings[0], id="VIX9D", pillar="context")
    kept = tuple(reading for reading in snapshot.readings if reading.id != "V2")
    panel.show_snapshot(replace(snapshot, readings=(*kept, context)))
    assert pillars(panel)[0].childCount() == 2
    assert not panel.tree.findItems("VIX9D", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)


def test_movers_are_named_with_their_signs(panel: WhyPanel) -> None:
    movers = (Mover("M1", 0.01), Mover("C2", 3.14), Mover("V1", 0.4), Mover("coverage", -2.0))
    panel.show_snapshot(replace(make_snapshot(), movers=movers))
    assert panel.movers.text() == (
        "Moved: BTC vol 20 d +3.1, inputs gone or back \N{MINUS SIGN}2.0, Nasdaq vol 20 d +0.4"
    )
    assert "Dollar and 10Y 20 d 0.0" in panel.movers.toolTip()
    panel.show_snapshot(replace(make_snapshot(), movers=()))
    assert not panel.movers.isVisibleTo(panel)


@pytest.mark.parametrize(
    ("flip", "worse", "calmer"),
    [
        (
            Flip(FlipSide(Face.RISK_OFF, 72, 3.14, 1, ("co_movement",)), FlipSide(Face.CALM, 52, 16.9, 2, ())),
            "RISK-OFF at 72: 3.1 points away; Co-movement alone would do it at its 95th percentile.",
            "CALM below 52 for 2 closes: 16.9 points away.",
        ),
        (
            Flip(None, FlipSide(Face.WATCH, 64, 8.0, 1, ("crypto", "macro"))),
            "",
            "WATCH below 64: 8.0 points away; Crypto or Macro alone would do it at its 5th percentile.",
        ),
        # the score is past the level already: what is missing are closes, and no pillar has to move
        (Flip(None, FlipSide(Face.WATCH, 64, -8.0, 1, ("crypto",))), "", "WATCH after one more close below 64."),
        (Flip(None, FlipSide(Face.WATCH, 64, -8.0, 5, ("crypto",))), "", "WATCH after 5 more closes below 64."),
        (
            Flip(FlipSide(Face.RISK_OFF, 72, -1.2, 1, ("crypto",)), None),
            "RISK-OFF at 72: reached, not yet confirmed.",
            "",
        ),
        (None, "", ""),
    ],
)
def test_what_would_change_the_light(panel: WhyPanel, flip: Flip | None, worse: str, calmer: str) -> None:
    panel.show_snapshot(replace(make_snapshot(), flip=flip))
    assert (panel.worse.text(), panel.calmer.text()) == (worse, calmer)
    assert panel.worse.isVisibleTo(panel) == bool(worse)


def test_the_contributions_keep_the_greater_part_of_a_low_panel(panel: WhyPanel, qtbot: QtBot) -> None:
    panel.resize(300, 400)
    panel.show_snapshot(make_snapshot(Face.RISK_OFF))
    qtbot.waitUntil(lambda: panel.below.verticalScrollBar().maximum() > 0)
    assert panel.tree.height() > panel.height() / 2
    panel.resize(500, 900)
    qtbot.waitUntil(lambda: panel.below.verticalScrollBar().maximum() == 0)
    assert panel.history.visibleRegion().boundingRect().height() == panel.history.height()


def test_a_longer_bar_is_a_larger_contribution(panel: WhyPanel) -> None:
    """Counts the coloured pixels of each pillar's bar as drawn."""
    panel.show_snapshot(make_snapshot(Face.RISK_OFF))
    panel.tree.collapseAll()
    picture = panel.tree.viewport().grab().toImage()
    lengths = []
    for item in pillars(panel):
        y = panel.tree.visualItemRect(item).center().y()
        row = [picture.pixelColor(x, y).name().upper() for x in range(picture.width())]
        lengths.append(row.count(DARK.series[0]))
    points = [int(item.text(POINTS)) for item in pillars(panel)]
    assert min(lengths) > 0
    assert [length / lengths[0] for length in lengths] == pytest.approx(
        [point / points[0] for point in points], abs=0.06
    )


def test_what_followed_such_days_stands_beside_what_followed_all_of_them(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot(Face.RISK_OFF))
    assert panel.history.text().splitlines() == [
        "Daily closes 2018-12–2024-12: odds, not a forecast; the rules were chosen in sight of these days.",
        (
            "J5, S&P −2% and BTC −6% within 5 sessions: "
            "after 18% [10, 24] of 313 RISK-OFF days, 10% [7, 13] of all 1,524; 40 episodes."
        ),
        (
            "J10, S&P −4% and BTC −12% within 10 sessions: "
            "after 14% [4, 23] of 309 RISK-OFF days, 6% [2, 10] of all 1,519; 15 episodes."
        ),
    ]
    assert "J10: within 10 sessions the S&amp;P 500 closed 4% lower and bitcoin 12%" in panel.history.toolTip()
    assert "13 of 40 episodes began on RISK-OFF days" in panel.history.toolTip()
    panel.show_snapshot(make_snapshot(Face.CALM))
    assert "within 5 sessions: after 6% [4, 9] of 971 CALM days, 10% [7, 13] of all 1,524" in panel.history.text()


def test_of_a_light_that_was_not_measured_and_of_none_nothing_is_said(panel: WhyPanel) -> None:
    panel.show_snapshot(make_snapshot(Face.RISK_OFF))
    for snapshot in (replace(make_snapshot(Face.RISK_OFF), history=None), make_snapshot(Face.NO_DATA)):
        panel.show_snapshot(snapshot)
        assert (panel.history.text(), panel.history.toolTip()) == ("", "")
        assert not panel.history.isVisibleTo(panel)
