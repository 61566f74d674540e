"""What the panels of the context have in common: five states, nothing painted twice, faults that stay inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from barograph.engine.snapshot import Snapshot
from barograph.gui.panels.cascade_panel import CascadePanel
from barograph.gui.panels.context_state import StateLine, panel_state
from barograph.gui.panels.correlation_panel import CorrelationPanel
from barograph.gui.panels.regime_panel import RegimePanel
from barograph.gui.panels.section import Section
from barograph.gui.theme import DARK, LIGHT, TextSizes
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face
from tests.gui.screen_text import texts_of
from tests.gui.snapshots import DEMO, LIVE, NOW, live_states, make_snapshot

Panel = CascadePanel | RegimePanel | CorrelationPanel
KINDS = (CascadePanel, RegimePanel, CorrelationPanel)


@pytest.fixture
def make(qtbot: QtBot, sizes: TextSizes) -> Callable[[type[Panel]], Panel]:
    def makes(kind: type[Panel]) -> Panel:
        panel = kind(DARK, sizes)
        qtbot.addWidget(panel)
        panel.resize(320, 1_400)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return makes


def line_of(panel: Panel) -> StateLine:
    return panel.whole.state_line if isinstance(panel, CascadePanel) else panel.state_line


def closed(snapshot: Snapshot) -> Snapshot:
    quotes = tuple(replace(quote, state=Freshness.CLOSED, as_of=NOW - timedelta(hours=22)) for quote in snapshot.quotes)
    return replace(snapshot, quotes=quotes)


def aged(snapshot: Snapshot, by: timedelta) -> Snapshot:
    assert snapshot.context is not None
    return replace(snapshot, context=replace(snapshot.context, as_of=NOW - by))


# ------------------------------------------------------------------------------------------------- the five states


@pytest.mark.parametrize(
    ("snapshot", "unknown", "state", "words", "doubtful"),
    [
        (None, 0, Freshness.MISSING, "The engine is starting.", False),
        (
            live_states()["starting"],
            0,
            Freshness.MISSING,
            "Fetching history: waiting for SPX, QQQ and 88 more.",
            False,
        ),
        (replace(make_snapshot(), context=None), 0, Freshness.MISSING, "Nothing has been worked out yet.", False),
        (make_snapshot(feed=LIVE), 0, Freshness.LIVE, "as of 14:32 New York", False),
        (
            closed(make_snapshot(feed=LIVE)),
            0,
            Freshness.CLOSED,
            "as of 14:32 New York · stocks closed, Wed 4 Feb 16:32",
            False,
        ),
        (make_snapshot(feed=LIVE), 1, Freshness.DELAYED, "as of 14:32 New York · 1 thing not known", False),
        (make_snapshot(feed=LIVE), 4, Freshness.DELAYED, "as of 14:32 New York · 4 things not known", False),
        (
            aged(make_snapshot(feed=LIVE), timedelta(minutes=27)),
            0,
            Freshness.STALE,
            "stale: as of 14:05 New York, 27 min ago",
            True,
        ),
        (aged(make_snapshot(feed=DEMO), timedelta(minutes=27)), 0, Freshness.LIVE, "as of 14:05 New York", False),
    ],
)
def test_the_state_is_told_in_words(
    snapshot: Snapshot | None, unknown: int, state: Freshness, words: str, doubtful: bool
) -> None:
    found = panel_state(snapshot, unknown)
    assert (found.state, found.words, found.doubtful) == (state, words, doubtful)


def test_without_an_engine_the_panel_says_so() -> None:
    snapshot = make_snapshot(feed=LIVE)
    found = panel_state(replace(snapshot, light=replace(snapshot.light, reason="engine")))
    assert (found.state, found.doubtful) == (Freshness.ERROR, True)
    assert found.words == "The engine is not answering. What is shown below is from its last answer."


@pytest.mark.parametrize("kind", KINDS)
def test_a_panel_is_designed_before_its_first_snapshot(make: Callable[[type[Panel]], Panel], kind: type[Panel]) -> None:
    panel = make(kind)
    assert line_of(panel).text.text() == "The engine is starting."
    assert len([text for _, text in texts_of(panel) if text]) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stale_is_hatched(make: Callable[[type[Panel]], Panel], kind: type[Panel]) -> None:
    panel = make(kind)
    panel.show_snapshot(make_snapshot(feed=LIVE))
    plain = line_of(panel).grab().toImage()
    panel.show_snapshot(aged(make_snapshot(feed=LIVE), timedelta(hours=1)))
    hatched = line_of(panel).grab().toImage()
    assert line_of(panel).state.doubtful

    def inked(image: object) -> int:
        assert hasattr(image, "pixelColor")
        return sum(image.pixelColor(x, 1) != image.pixelColor(0, 0) for x in range(line_of(panel).width()))

    assert inked(hatched) > inked(plain) + 20


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_known_stays_while_there_is_no_context(
    make: Callable[[type[Panel]], Panel], kind: type[Panel]
) -> None:
    """A context that is gone does not blank the panel, but its state says so."""
    panel = make(kind)
    panel.show_snapshot(make_snapshot(feed=LIVE))
    before = {text for _, text in texts_of(panel)}
    panel.show_snapshot(replace(make_snapshot(feed=LIVE), context=None))
    gone = before - {text for _, text in texts_of(panel)}
    assert len(gone) <= 2
    assert "Nothing has been worked out yet." in {text for _, text in texts_of(panel)}


# ------------------------------------------------------------------------------------------------------- painting


class Paints(QObject):
    """Counts what is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.names.append(watched.objectName())
        return False


@pytest.fixture
def settled(qapp: QApplication, qtbot: QtBot) -> Iterator[Callable[[], list[str]]]:
    """What is painted until nothing more is to be painted."""
    paints = Paints()
    qapp.installEventFilter(paints)

    def waits() -> list[str]:
        paints.names.clear()
        with qtbot.waitSignal(paints.destroyed, timeout=60, raising=False):
            pass
        return [*paints.names]

    yield waits
    qapp.removeEventFilter(paints)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unchanged_context_paints_nothing(
    make: Callable[[type[Panel]], Panel], kind: type[Panel], settled: Callable[[], list[str]]
) -> None:
    panel = make(kind)
    snapshot = make_snapshot(Face.WATCH, feed=LIVE)
    panel.show_snapshot(snapshot)
    while settled():
        pass
    for _ in range(3):
        panel.show_snapshot(make_snapshot(Face.WATCH, feed=LIVE))
    assert settled() == []


def test_one_value_that_changed_paints_its_own_place_only(
    make: Callable[[type[Panel]], Panel], settled: Callable[[], list[str]]
) -> None:
    panel = make(CorrelationPanel)
    snapshot = make_snapshot(feed=LIVE)
    panel.show_snapshot(snapshot)
    while settled():
        pass
    context = snapshot.context
    assert context is not None
    pairs = (replace(context.correlations[0], rho=0.71), *context.correlations[1:])
    panel.show_snapshot(replace(snapshot, context=replace(context, correlations=pairs)))
    painted = settled()
    assert "pair0Band" in painted
    assert "pair1Band" not in painted
    assert "heatMap" not in painted


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        (CascadePanel, "barograph.gui.marks.paint_mark"),
        (CorrelationPanel, "barograph.gui.heat_map.HeatMapView._draw_cells"),
        (CorrelationPanel, "barograph.gui.band_bar.BandBar.draw"),
        (RegimePanel, "barograph.gui.spread_bar.SpreadBar.draw"),
    ],
)
def test_a_fault_while_drawing_stays_inside(
    make: Callable[[type[Panel]], Panel],
    kind: type[Panel],
    owner: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AttributeError("no such thing")

    monkeypatch.setattr("barograph.gui.guard._reported", set())
    panel = make(kind)
    monkeypatch.setattr(owner, fail)
    for face in (Face.RISK_OFF, Face.CALM):
        panel.show_snapshot(make_snapshot(face, feed=LIVE))
        for widget in panel.findChildren(QWidget):
            widget.grab()
    assert [record.message for record in caplog.records if "could not be drawn" in record.message]
    assert len(caplog.records) == 1


# ------------------------------------------------------------------------------------------------- words and names


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("face", list(Face))
def test_no_word_foretells(make: Callable[[type[Panel]], Panel], kind: type[Panel], face: Face) -> None:
    panel = make(kind)
    panel.show_snapshot(make_snapshot(face, feed=LIVE))
    spoken = " ".join(text for _, text in texts_of(panel)).lower()
    for word in ("crash", "is coming", "will fall", "imminent", "predict", "guarantee"):
        assert word not in spoken


@pytest.mark.parametrize("kind", KINDS)
def test_every_glyph_and_picture_has_a_name(make: Callable[[type[Panel]], Panel], kind: type[Panel]) -> None:
    panel = make(kind)
    panel.show_snapshot(make_snapshot(Face.WATCH, feed=LIVE))
    drawn = [w for w in panel.findChildren(QWidget) if type(w).__name__ in ("MarkGlyph", "BandBar", "SpreadBar")]
    assert drawn or kind is not CascadePanel
    assert [w.objectName() for w in drawn if w.isVisibleTo(panel) and not w.accessibleName()] == []
    root = QAccessible.queryAccessibleInterface(panel)
    assert root.text(QAccessible.Text.Name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_theme_reaches_every_drawn_part(make: Callable[[type[Panel]], Panel], kind: type[Panel]) -> None:
    """Whatever is drawn in colours keeps its theme in one attribute."""
    panel = make(kind)
    panel.show_snapshot(make_snapshot(Face.WATCH, feed=LIVE))
    panel.set_theme(LIGHT)
    themes = {w.objectName(): w.__dict__["_theme"].name for w in panel.findChildren(QWidget) if "_theme" in w.__dict__}
    assert len(themes) > 5
    assert set(themes.values()) == {"light"}


def test_a_section_folds_and_then_says_what_it_comes_to(make: Callable[[type[Panel]], Panel]) -> None:
    panel = make(RegimePanel)
    panel.show_snapshot(make_snapshot(Face.RISK_OFF, feed=LIVE))
    sections = panel.findChildren(Section)
    assert [section.heading.text() for section in sections] == [
        "Kind of stress", "Plan", "Scenarios", "Precursors", "Risk budget", "Similar past days",
    ]  # fmt: skip
    for section in sections:
        assert not section.summary.isVisibleTo(panel)
        section.heading.click()
        assert not section.body.isVisibleTo(panel)
    assert [section.summary.whole for section in sections] == [
        "LIQUIDITY SHOCK", "no trade", "mixed", "2 of 4 on", "11%", "5 of 1,744",
    ]  # fmt: skip
    panel.show_snapshot(make_snapshot(Face.CALM, feed=LIVE))
    assert not sections[0].body.isVisibleTo(panel)
