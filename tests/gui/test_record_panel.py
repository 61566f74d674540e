"""The Track record panel: how long the record is, and nothing claimed from a short one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from barograph.engine.messages import RecordAnswer
from barograph.gui.panels.record_panel import RecordPanel
from barograph.gui.theme import DARK, TextSizes
from barograph.market.freshness import Freshness
from tests.gui.records import record_of_a_year
from tests.gui.screen_text import texts_of
from tests.gui.snapshots import LIVE, make_snapshot


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes) -> RecordPanel:
    made = RecordPanel(DARK, sizes)
    qtbot.addWidget(made)
    made.resize(460, 1_200)
    made.show()
    return made


def test_before_the_log_was_read(panel: RecordPanel) -> None:
    assert panel.title.text() == "The light's own log is being read."
    assert panel.state_line.state.state is Freshness.MISSING


def test_a_short_record_claims_nothing(panel: RecordPanel) -> None:
    panel.show_record(None, 37)
    assert panel.title.text() == "Too short a record: 37 of 126 sessions with a light."
    assert panel.state_line.text.text() == "learning: 37 of 126 sessions"
    shown = " ".join(text for _, text in texts_of(panel))
    for word in ("%", "AUC", "hit 6", "lift"):
        assert word not in shown
    assert not panel.timeline.isVisibleTo(panel)


def test_reds_hits_misses_false_with_n_and_the_base_rate(panel: RecordPanel) -> None:
    panel.show_record(record_of_a_year(), 400)
    assert panel.counts.text() == "RISK-OFF once, on 80 of 320 sessions; the light changed 9.8 times a year"
    section = panel.events["J5"]
    assert section.words.text() == (
        "J5, SPX −2% and BTC −6% within 5 sessions: on 7.9% [4.1, 12.3] of 380 days, n = 12 episodes."
    )
    assert section.alarm.text() == (
        "RISK-OFF hit 6 of 12 episodes, missed 6; 4 of them it met on their first day. "
        "Runs a year 2.6, false 1.1. Median lead 3 sessions."
    )
    assert section.odds.texts == [
        ["CALM", "7% [3, 11]", "120", "6 of 12"],
        ["WATCH", "12% [6, 19]", "120", "2 of 12"],
        ["RISK-OFF", "18% [9, 29]", "120", "4 of 12"],
    ]


def test_the_score_against_the_vix_and_what_cannot_be_told_apart(panel: RecordPanel) -> None:
    panel.show_record(record_of_a_year(), 400)
    rows = {row[0]: row[1:] for row in panel.events["J5"].skill.texts}
    assert rows["score"] == ["0.66 [0.55, 0.74]", ""]
    assert rows["VIX level"] == ["0.66 [0.55, 0.74]", "not distinguishable"]
    assert rows["random"][1] == "score better"


def test_an_event_that_never_was_says_nothing(panel: RecordPanel) -> None:
    panel.show_record(record_of_a_year(), 400)
    section = panel.events["VS5"]
    section.heading.click()
    assert section.words.text().endswith("on none of 380 days, so nothing can be said.")
    assert not section.odds.isVisibleTo(panel)
    assert not section.skill.isVisibleTo(panel)
    assert not section.alarm.isVisibleTo(panel)


def test_the_words_of_caution_stand_below(panel: RecordPanel) -> None:
    panel.show_record(record_of_a_year(), 400)
    notes = panel.notes.text()
    for words in (
        "Odds and volatility, not direction",
        "A handful of episodes carries every number here.",
        "read every number as optimistic",
        "This is no investment advice.",
        "Sessions before the first start here were judged afterwards",
    ):
        assert words in notes
    panel.show_record(replace(record_of_a_year(), seen=False), 400)
    assert "optimistic" not in panel.notes.text()


def test_what_is_not_the_live_market_is_marked(panel: RecordPanel) -> None:
    panel.show_record(record_of_a_year(), 400)
    assert panel.title.text() == "The light's own log on this computer"
    panel.show_record(record_of_a_year("SIMULATED"), 400)
    assert panel.title.text() == "SIMULATED · Live market"


def test_a_record_that_is_gone_leaves_nothing_behind(panel: RecordPanel) -> None:
    panel.show_record(record_of_a_year(), 400)
    panel.show_record(None, 3)
    assert not any(section.isVisibleTo(panel) for section in panel.events.values())
    assert not panel.counts.isVisibleTo(panel)


def test_without_an_engine_it_says_so(panel: RecordPanel) -> None:
    panel.show_record(record_of_a_year(), 400)
    snapshot = make_snapshot(feed=LIVE)
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, reason="engine")))
    assert panel.state_line.state.state is Freshness.ERROR
    panel.show_snapshot(snapshot)
    assert panel.state_line.text.text() == "until Mon 7 Jul 2025"


def test_what_cannot_be_read_is_said_beside_what_was_shown(panel: RecordPanel) -> None:
    panel.show_answer(RecordAnswer(record_of_a_year(), 400))
    title = panel.title.text()
    panel.show_answer(RecordAnswer(None, 0, "The store cannot be read."))
    assert panel.state_line.text.text() == "The store cannot be read."
    assert panel.title.text() == title
    panel.show_answer(RecordAnswer(None, 37))
    assert panel.state_line.text.text() == "learning: 37 of 126 sessions"
