"""The Light panel says what a snapshot says, in shape, word and number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QVariantAnimation
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCommonStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget
from pytestqt.qtbot import QtBot

from barograph.engine.snapshot import Pending, Snapshot
from barograph.gui.announce import announce
from barograph.gui.face_glyph import CHANGE_MS, FaceGlyph
from barograph.gui.panels.light_panel import LightPanel
from barograph.gui.theme import DARK, LIGHT, TextSizes
from barograph.risk.deleveraging import Stage
from barograph.risk.faces import Face
from tests.gui.contexts import deleveraging
from tests.gui.snapshots import CLOSE, NOW, live_states, make_snapshot


class Said:
    """What assistive technology was told."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, widget: QWidget, words: str) -> None:
        announce(widget, words)
        self.words.append(words)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes, said: Said) -> LightPanel:
    made = LightPanel(DARK, sizes, said)
    qtbot.addWidget(made)
    made.resize(320, 240)
    made.show()
    return made


def shown(panel: LightPanel) -> str:
    lines = (
        panel.word,
        panel.score,
        panel.ceiling,
        panel.reason,
        panel.pending,
        panel.since,
        panel.coverage,
        panel.as_of,
    )
    return " | ".join(line.text() for line in lines if line.isVisibleTo(panel))


def test_before_the_first_snapshot_there_is_no_data(panel: LightPanel) -> None:
    assert panel.glyph.face is Face.NO_DATA
    assert shown(panel) == "NO DATA | – | The engine is starting."


def test_a_light(panel: LightPanel) -> None:
    panel.show_snapshot(make_snapshot(Face.RISK_OFF))
    assert panel.glyph.face is Face.RISK_OFF
    assert shown(panel) == (
        "RISK-OFF | 84 | WATCH after one more close below 64 | since Tue 3 Feb 16:00 · 2 sessions | "
        "12 of 12 inputs fresh · coverage 100% | as of Wed 4 Feb 16:00 · next 16:00 New York"
    )


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (("X2",), "CALM, could be WATCH: 1 input missing"),
        (("X2", "M2"), "CALM, could be WATCH: 2 inputs missing"),
    ],
)
def test_what_missing_inputs_allow_is_said(panel: LightPanel, missing: tuple[str, ...], text: str) -> None:
    panel.show_snapshot(make_snapshot(Face.CALM, missing=missing))
    assert panel.ceiling.text() == text
    assert panel.ceiling_glyph.face is Face.WATCH
    assert panel.ceiling_glyph.isVisibleTo(panel)
    assert "Joint falls S&amp;P – BTC (X2)" in panel.ceiling.toolTip()
    panel.show_snapshot(make_snapshot(Face.CALM))
    assert not panel.ceiling.isVisibleTo(panel)
    assert not panel.ceiling_glyph.isVisibleTo(panel)
    assert panel.ceiling.toolTip() == ""


REASON = "Too few inputs are usable: less than 70% of the weight is covered."


def no_data_for(minutes: float, reason: str = "coverage") -> Snapshot:
    """NO DATA after WATCH since so many minutes."""
    snapshot = make_snapshot(Face.NO_DATA)
    since = snapshot.clock.now - timedelta(minutes=minutes)
    return replace(snapshot, light=replace(snapshot.light, since=since, reason=reason))


def test_no_data_gives_its_reason_and_for_ten_minutes_what_was_before(panel: LightPanel) -> None:
    panel.show_snapshot(no_data_for(4.5))
    assert panel.reason.text() == f"{REASON} 4 min ago: WATCH."
    assert (panel.glyph.face, panel.ceiling_glyph.face) == (Face.NO_DATA, Face.WATCH)
    assert panel.ceiling_glyph.isVisibleTo(panel)
    assert panel.ceiling_glyph.accessibleName() == "before that WATCH"
    assert panel.score.text() == "–"
    for later in (no_data_for(10.1), no_data_for(-1), no_data_for(1, "engine")):
        panel.show_snapshot(later)
        assert "WATCH" not in panel.reason.text()
        assert not panel.ceiling_glyph.isVisibleTo(panel)


def test_a_pending_change_counts_its_closes(panel: LightPanel) -> None:
    snapshot = make_snapshot(Face.RISK_OFF)
    light = replace(snapshot.light, pending=Pending(Face.WATCH, 64.0, 2))
    panel.show_snapshot(replace(snapshot, light=light))
    assert panel.pending.text() == "WATCH after 2 more closes below 64"


def test_the_shock_badge_is_shown_with_its_word(panel: LightPanel) -> None:
    snapshot = make_snapshot(Face.RISK_OFF)
    assert not panel.shock.isVisibleTo(panel)
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, shock=True)))
    assert panel.shock.isVisibleTo(panel)
    assert panel.shock.text() == "SHOCK"
    assert panel.shock_words.isVisibleTo(panel)
    assert panel.minimumSizeHint().width() <= 300  # so wide is its column on a small screen


def test_the_score_is_rounded_half_up(panel: LightPanel) -> None:
    snapshot = make_snapshot(Face.WATCH)
    for score, text in ((64.5, "65"), (64.4999, "64"), (0.0, "0")):
        panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, score=score)))
        assert panel.score.text() == text


def test_a_change_of_the_light_is_said_aloud_once(panel: LightPanel, said: Said) -> None:
    panel.show_snapshot(make_snapshot(Face.CALM))
    assert said.words == []  # the first light is no change
    panel.show_snapshot(make_snapshot(Face.CALM))
    panel.show_snapshot(make_snapshot(Face.WATCH))
    panel.show_snapshot(make_snapshot(Face.WATCH))
    panel.show_snapshot(make_snapshot(Face.CALM, missing=("X2",)))
    assert said.words == ["Light: WATCH, score 66", "Light: CALM, score 38, could be WATCH"]
    assert panel.glyph.accessibleName() == said.words[-1]


def test_the_panel_grows_with_its_lines(panel: LightPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(make_snapshot(Face.WATCH))
    qtbot.waitUntil(lambda: panel.minimumHeight() > 0)
    before = panel.minimumHeight()
    panel.show_snapshot(make_snapshot(Face.CALM, missing=("X2", "M2")))
    qtbot.waitUntil(lambda: panel.minimumHeight() > before)


def test_an_unknown_instant_leaves_its_line_out(panel: LightPanel) -> None:
    snapshot = make_snapshot(Face.WATCH)
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, since=None, as_of=None)))
    assert not panel.since.isVisibleTo(panel)
    assert not panel.as_of.isVisibleTo(panel)


def test_the_colours_follow_the_theme(panel: LightPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(make_snapshot(Face.WATCH))
    dark = panel.glyph.grab().toImage()
    panel.set_theme(LIGHT)
    assert panel.glyph.grab().toImage() != dark


# --------------------------------------------------------------------------------------------------- change


class StillStyle(QCommonStyle):
    """The style of a user who has switched animations off."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803  # Qt's name
    ) -> int:
        return 0


@pytest.fixture
def glyph(qtbot: QtBot) -> FaceGlyph:
    made = FaceGlyph("glyph", DARK, 48)
    qtbot.addWidget(made)
    made.show()
    return made


def picture(glyph: FaceGlyph) -> QImage:
    return glyph.grab().toImage()


def test_a_change_is_drawn_in_place_within_200_ms(glyph: FaceGlyph, qtbot: QtBot) -> None:
    assert CHANGE_MS <= 200
    glyph.show_face(Face.RISK_OFF)
    final = picture(glyph)
    glyph.show_face(Face.CALM)
    glyph.show_face(Face.RISK_OFF, animate=True)
    fade = glyph.findChild(QVariantAnimation)
    assert isinstance(fade, QVariantAnimation)
    with qtbot.waitSignal(fade.finished, timeout=5_000):
        assert picture(glyph) != final
    assert fade.loopCount() == 1
    assert picture(glyph) == final


def test_without_animations_a_change_is_there_at_once(glyph: FaceGlyph) -> None:
    style = StillStyle()
    glyph.setStyle(style)
    glyph.show_face(Face.RISK_OFF)
    final = picture(glyph)
    glyph.show_face(Face.CALM)
    glyph.show_face(Face.RISK_OFF, animate=True)
    assert picture(glyph) == final


def test_what_does_not_change_is_not_painted(panel: LightPanel, qtbot: QtBot) -> None:
    paints: list[str] = []

    class Counting(FaceGlyph):
        def paintEvent(self, event: object) -> None:
            paints.append("paint")

    glyph = Counting("glyph", DARK, 48)
    qtbot.addWidget(glyph)
    glyph.show()
    qtbot.waitUntil(lambda: bool(paints))
    paints.clear()
    for _ in range(5):
        glyph.show_face(glyph.face)
    with qtbot.assertNotEmitted(glyph.destroyed, wait=50):
        pass
    assert paints == []


def test_as_of_is_the_evaluations_own_time(panel: LightPanel, tmp_path: Path) -> None:
    snapshot = make_snapshot(Face.WATCH)
    light = replace(snapshot.light, as_of=CLOSE.replace(year=2024), next_evaluation=None)
    panel.show_snapshot(replace(snapshot, light=light))
    assert panel.as_of.text() == "as of Sun 4 Feb 2024 16:00 New York"


# ------------------------------------------------------------------------------------------------- a live feed


def test_a_provisional_light_says_what_it_waits_for(panel: LightPanel) -> None:
    panel.show_snapshot(live_states()["provisional"])
    assert panel.word.text() == "WATCH"
    assert panel.waiting.text() == "provisional: waiting for VIX and 3 more"
    assert "VIX, US 2Y, Real 10Y, QQQ" in panel.waiting.toolTip()
    panel.show_snapshot(make_snapshot(Face.WATCH))
    assert not panel.waiting.isVisibleTo(panel)
    assert panel.waiting.toolTip() == ""


def test_a_provisional_light_that_waits_for_nothing_named(panel: LightPanel) -> None:
    snapshot = make_snapshot(Face.WATCH)
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, provisional=True)))
    assert panel.waiting.text() == "provisional until the close"
    assert "confirms or withdraws" in panel.waiting.toolTip()


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (12.0, "WATCH in 12 min unless it eases below 60"),
        (11.2, "WATCH in 12 min unless it eases below 60"),
        (0.0, "WATCH in 1 min unless it eases below 60"),
    ],
)
def test_a_change_within_the_session_is_counted_down(panel: LightPanel, minutes: float, text: str) -> None:
    snapshot = make_snapshot(Face.CALM)
    pending = Pending(Face.WATCH, 60.0, 0, minutes_left=minutes)
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, pending=pending, provisional=True)))
    assert panel.pending.text() == text


def test_stocks_that_are_closed_are_as_of_their_last_close(panel: LightPanel) -> None:
    snapshot = make_snapshot(Face.CALM)
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, stocks_closed=True, next_evaluation=None)))
    assert panel.as_of.text() == "as of Wed 4 Feb 16:00 New York; stocks as of their last close"


@pytest.mark.parametrize(
    ("stage", "shock", "badge", "words"),
    [
        (Stage.CALM, False, "", ""),
        (Stage.BUILDING, False, "", ""),
        (Stage.FORCED, False, "CRYPTO", "forced selling since 09:32"),
        (Stage.CALM, True, "CRYPTO SHOCK", "four usual days down in 24 hours"),
        (Stage.FORCED, True, "CRYPTO SHOCK", "four usual days down in 24 hours, forced selling since 09:32"),
    ],
)
def test_crypto_has_a_badge_of_its_own(panel: LightPanel, stage: Stage, shock: bool, badge: str, words: str) -> None:
    snapshot = make_snapshot(Face.CALM)
    assert snapshot.context is not None
    context = replace(snapshot.context, deleveraging=deleveraging(stage, stage, NOW))
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, crypto_shock=shock), context=context))
    assert (panel.crypto.text(), panel.crypto_words.text()) == (badge, words)
    assert panel.crypto.isVisibleTo(panel) is bool(badge)
    assert panel.word.text() == "CALM"
    panel.show_snapshot(replace(make_snapshot(Face.CALM), context=None))
    assert not panel.crypto.isVisibleTo(panel)


def test_forced_selling_that_is_only_counted_still_has_no_badge(panel: LightPanel) -> None:
    snapshot = make_snapshot(Face.CALM)
    assert snapshot.context is not None
    for view in (
        replace(deleveraging(Stage.FORCED, Stage.FORCED, NOW), evident=False),
        replace(deleveraging(Stage.FORCED, Stage.FORCED, NOW), known=False),
        None,
    ):
        panel.show_snapshot(replace(snapshot, context=replace(snapshot.context, deleveraging=view)))
        assert not panel.crypto.isVisibleTo(panel)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("starting", "Fetching history: waiting for SPX, QQQ and 88 more."),
        ("stale", "The price of the S&P 500 or of bitcoin is missing or too old for this session."),
        ("clock", "This computer's clock and the exchanges' differ; there is no light until it is set right."),
    ],
)
def test_why_a_live_feed_gives_no_light(panel: LightPanel, name: str, text: str) -> None:
    panel.show_snapshot(live_states()[name])
    assert panel.glyph.face is Face.NO_DATA
    assert panel.reason.text() == text
    assert not panel.waiting.isVisibleTo(panel)


def test_the_engine_starts_before_it_knows_what_to_fetch(panel: LightPanel) -> None:
    snapshot = live_states()["starting"]
    panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, waiting=())))
    assert panel.reason.text() == "The engine is starting."


def test_what_is_awaited_is_no_change_of_the_light(panel: LightPanel, said: Said) -> None:
    snapshot = live_states()["provisional"]
    for waiting in (("VIX", "QQQ"), ("QQQ",), ()):
        panel.show_snapshot(replace(snapshot, light=replace(snapshot.light, provisional=True, waiting=waiting)))
    assert said.words == []
