"""The Cascade panel: six stages with times and evidence, low or whole, and crypto's leverage."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from barograph.engine.context_view import ContextView
from barograph.engine.snapshot import Snapshot
from barograph.gui.marks import Mark
from barograph.gui.panels.cascade_panel import CascadePanel
from barograph.gui.theme import DARK, TextSizes
from barograph.risk.cascade import CascadeStage
from barograph.risk.deleveraging import Stage
from barograph.risk.faces import Face
from tests.gui.contexts import deleveraging, structures
from tests.gui.snapshots import LIVE, NOW, make_snapshot

GONE = "its evidence is gone, it is still counted"


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes) -> CascadePanel:
    made = CascadePanel(DARK, sizes)
    qtbot.addWidget(made)
    made.resize(400, 1_000)
    made.show()
    return made


@pytest.fixture
def strip(panel: CascadePanel) -> CascadePanel:
    panel.resize(1_200, 60)
    return panel


def with_context(face: Face = Face.RISK_OFF, **changes: object) -> Snapshot:
    snapshot = make_snapshot(face, feed=LIVE)
    assert isinstance(snapshot.context, ContextView)
    return replace(snapshot, context=replace(snapshot.context, **changes))  # type: ignore[arg-type]


def test_the_form_follows_the_size(panel: CascadePanel) -> None:
    for size, strip in (((1_200, 60), True), ((1_200, 400), False), ((300, 60), False), ((980, 58), True)):
        panel.resize(*size)
        assert (size, panel.is_strip) == (size, strip)
        assert panel.whole.isVisibleTo(panel) is not strip


def test_every_stage_stands_with_its_mark(panel: CascadePanel) -> None:
    panel.show_snapshot(with_context())
    marks = {stage: glyph.mark for stage, glyph in panel.whole.timeline.glyphs.items()}
    assert marks == {
        CascadeStage.SHOCK: Mark.DONE,
        CascadeStage.REPRICING: Mark.RUNNING,
        CascadeStage.LEADERSHIP: Mark.RUNNING,
        CascadeStage.VOLATILITY: Mark.RUNNING,
        CascadeStage.DELEVERAGING: Mark.RUNNING,
        CascadeStage.THIN_HOURS: Mark.NO,
    }
    names = [glyph.accessibleName() for glyph in panel.whole.timeline.glyphs.values()]
    assert names[0] == "1 shock: happened"
    assert names[4:] == ["5 deleveraging: running", "6 thin hours: not seen"]
    panel.show_snapshot(with_context(Face.NO_DATA))
    assert {glyph.mark for glyph in panel.whole.timeline.glyphs.values()} == {Mark.UNKNOWN}


def test_a_stage_tells_when_and_on_what(panel: CascadePanel) -> None:
    panel.show_snapshot(with_context())
    timeline = panel.whole.timeline
    assert timeline.times[CascadeStage.SHOCK].text() == "Tue 3 Feb 11:32"
    assert timeline.evidence[CascadeStage.SHOCK].text() == "it was: Nasdaq day, BTC day; last Wed 4 Feb 16:32"
    assert timeline.evidence[CascadeStage.REPRICING].text() == "Dollar 20 d 1.8 sd"
    assert timeline.evidence[CascadeStage.LEADERSHIP].text() == "Leaders > 50 d 24%, Leaders vs S&P 20 d −4.8%"
    assert timeline.times[CascadeStage.THIN_HOURS].text() == "not seen"
    tip = timeline.titles[CascadeStage.REPRICING].toolTip()
    for words in (
        "running, since Mon 2 Feb 11:32",
        "Policy path 10 d – (≥ 15 bp): not known",
        "Dollar 20 d 1.8 sd (≥ 1.5 sd): met",
    ):
        assert words in tip


def test_what_is_not_known_is_named(panel: CascadePanel) -> None:
    panel.show_snapshot(with_context(Face.NO_DATA))
    assert panel.whole.timeline.evidence[CascadeStage.SHOCK].text() == "not known: S&P day, Nasdaq day, BTC day"


def test_the_strip_says_it_on_two_lines(strip: CascadePanel) -> None:
    strip.show_snapshot(with_context())
    texts = [name.whole for name in strip.strip.names.values()]
    assert texts[0] == "1 shock · Tue 3 Feb 11:32"
    assert texts[5] == "6 thin hours"
    assert {name: fact.whole for name, fact in strip.strip.facts.items()} == {
        "regime": "LIQUIDITY SHOCK",
        "scenario": "mixed",
        "crypto": "forced selling",
        "frames": "no contradiction ↓",
    }


def test_the_strip_never_hides_that_it_could_be_worse(strip: CascadePanel, qtbot: QtBot) -> None:
    strip.show_snapshot(with_context(Face.WATCH))
    strip.resize(1_700, 60)
    regime = strip.strip.facts["regime"]
    qtbot.waitUntil(lambda: regime.text() == "VOLATILITY EVENT, could be LIQUIDITY SHOCK")
    assert regime.accessibleName() == "VOLATILITY EVENT, could be LIQUIDITY SHOCK"
    strip.resize(470, 60)
    assert regime.whole == "VOLATILITY EVENT (?)"
    assert strip.strip.facts["frames"].whole == "disagree: ES, BTC"


def test_only_the_form_in_sight_is_kept_and_the_other_catches_up(panel: CascadePanel) -> None:
    panel.show_snapshot(with_context(Face.CALM))
    panel.resize(1_200, 60)
    assert panel.strip.facts["regime"].whole == "NONE"
    panel.show_snapshot(with_context(Face.RISK_OFF))
    panel.resize(400, 1_000)
    assert panel.whole.timeline.glyphs[CascadeStage.SHOCK].mark is Mark.DONE


@pytest.mark.parametrize(
    ("stage", "story"),
    [
        (Stage.CALM, "BTC: ● calm → leverage building → forced selling → exhaustion"),
        (Stage.FORCED, "BTC: calm → leverage building → ● forced selling → exhaustion, since 09:32"),
        (Stage.EXHAUSTION, "BTC: calm → leverage building → forced selling → ● exhaustion, since 09:32"),
        (Stage.BUILDING, f"BTC: calm → ● leverage building → forced selling → exhaustion, since 09:32; {GONE}"),
    ],
)
def test_the_stage_of_deleveraging_is_told(panel: CascadePanel, stage: Stage, story: str) -> None:
    panel.show_snapshot(with_context(deleveraging=deleveraging(stage, stage, NOW)))
    assert panel.whole.crypto.story.text() == story


def test_an_unknown_stage_is_not_calm(panel: CascadePanel) -> None:
    unknown = replace(deleveraging(Stage.CALM, Stage.FORCED, NOW), known=False)
    for view in (unknown, None):
        panel.show_snapshot(with_context(deleveraging=view))
        assert panel.whole.crypto.summary.whole == "not known"
        assert "calm" not in panel.whole.crypto.story.text()


def test_leverage_by_venue_with_coverage(panel: CascadePanel) -> None:
    panel.show_snapshot(with_context())
    section = panel.whole.coins["BTC"]
    assert section.funding.texts == [
        ["Binance", "−0.0112%", "−12.3%", "+8.1%", "31"],
        ["Bybit, 4 h", "−0.0159%", "−17.4%", "+6.6%", "27"],
        ["Hyperliquid", "−0.0281%", "−30.8%", "−2.0%", "learning"],
        ["mean", "−0.0145%", "−15.9%", "", ""],
    ]
    assert section.interest.text() == (
        "Open interest 81,230 BTC · 24 h −12.4%, price −8.4% · 7 d −19.0%, price −17.6% · "
        "FLUSH: a tenth of the coins left within a day"
    )
    assert section.liquidations.text() == (
        "Liquidated in 1 h, observed: longs 41.7 M USD, shorts 3.2 M USD · longs 31.2 bp of open interest (pctl 100), "
        "24 h peak 46.1 bp · 83% set off by earlier ones: self-feeding"
    )
    assert section.coverage.text() == "Bybit: all of this venue's"


def test_a_sample_is_called_a_lower_bound(panel: CascadePanel) -> None:
    panel.show_snapshot(with_context())
    section = panel.whole.coins["ETH"]
    assert not section.body.isVisibleTo(panel)
    assert section.coverage.text() == "OKX: a sample: a lower bound; heard for a part of the hour only"
    assert section.liquidations.text().endswith("busy 2.1% of its seconds")
    assert section.interest.text() == "Open interest: not known"


@pytest.mark.parametrize(("divergence", "told"), [(0.049, True), (0.0, False), (-0.18, False), (None, False)])
def test_only_coins_that_came_in_are_opened_against_the_price(
    panel: CascadePanel, divergence: float | None, told: bool
) -> None:
    coin = replace(structures(NOW)[0], divergence=divergence)
    panel.show_snapshot(with_context(crypto=(coin,)))
    assert ("opened into a falling price" in panel.whole.coins["BTC"].interest.text()) is told


def test_a_coin_that_is_gone_leaves_no_section(panel: CascadePanel) -> None:
    def find(coin: str) -> bool:
        return panel.whole.coins[coin].isVisibleTo(panel)

    panel.show_snapshot(with_context())
    assert find("ETH")
    panel.show_snapshot(with_context(crypto=structures(NOW)[:1]))
    assert not find("ETH")
    assert find("BTC")
