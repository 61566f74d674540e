"""The Regime panel: the kind of stress with its evidence, scenarios, lamps with their worth, plans, similar days."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from barograph.engine.context_view import ContextView, LampView, LiftView
from barograph.engine.snapshot import Snapshot
from barograph.gui.marks import Mark
from barograph.gui.panels.lamp_section import worth_text
from barograph.gui.panels.regime_panel import RegimePanel
from barograph.gui.panels.sign_table import NAME, THRESHOLD, VALUE, SignTable
from barograph.gui.theme import DARK, TextSizes
from barograph.risk.faces import Face
from barograph.risk.plans import NoTradeReason
from barograph.risk.precursors import LampState
from barograph.risk.regime import Regime
from barograph.risk.scenarios import Scenario
from tests.gui.contexts import budget, plans, regime, scenarios
from tests.gui.snapshots import LIVE, NOW, make_snapshot


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes) -> RegimePanel:
    made = RegimePanel(DARK, sizes)
    qtbot.addWidget(made)
    made.resize(320, 1_900)
    made.show()
    return made


def with_context(face: Face = Face.RISK_OFF, **changes: object) -> Snapshot:
    snapshot = make_snapshot(face, feed=LIVE)
    assert isinstance(snapshot.context, ContextView)
    return replace(snapshot, context=replace(snapshot.context, **changes))  # type: ignore[arg-type]


def rows(table: SignTable) -> list[tuple[str, ...]]:
    model = table.model()
    return [
        tuple(str(model.index(row, column).data()) for column in (NAME, VALUE, THRESHOLD))
        for row in range(table.rowCount())
    ]


def spoken(table: SignTable) -> list[str]:
    return [
        str(table.model().index(row, NAME).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(table.rowCount())
    ]


# ---------------------------------------------------------------------------------------------------- regime


def test_a_liquidity_shock_with_its_evidence(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context())
    section = panel.regime
    assert section.word.text() == "LIQUIDITY SHOCK"
    assert section.crypto_led.isVisibleTo(panel)
    assert section.since.text() == "since Wed 4 Feb 11:32 · session Thu 5 Feb · provisional until the close"
    assert not section.worst.isVisibleTo(panel)
    assert rows(section.tables[Regime.LIQUIDITY]) == [
        ("S&P or BTC falls far", "−5.3 sd", "≤ −2.5 sd"),
        ("High yield 5 d", "−0.8 sd", "≤ −2.0 sd"),
        ("Gold, bonds fall too", "", ""),
        ("Open interest 24 h", "−12.4%", "≤ −10.0%"),
        ("Liquidations, pctl", "–", "≥ 99"),
        ("Dollar or VIX high", "", ""),
    ]
    assert spoken(section.tables[Regime.LIQUIDITY])[3:5] == [
        "Open interest 24 h −12.4% (≤ −10.0%): met",
        "Liquidations, pctl – (≥ 99): not known",
    ]


def test_the_worst_that_the_unknown_allows_stands_beside_it(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context(Face.WATCH))
    assert panel.regime.word.text() == "VOLATILITY EVENT"
    assert panel.regime.worst.text() == "could be LIQUIDITY SHOCK: some signs are not known"


def test_a_worst_day_of_bitcoin_is_a_share_here_and_deviations_elsewhere(panel: RegimePanel) -> None:
    made = regime(Regime.NONE, Regime.NONE, NOW)
    day = replace(made.signs[3], id="crypto_day", value=-0.121, threshold=-0.10, met=True)
    panel.show_snapshot(with_context(regime=replace(made, signs=(day,))))
    assert rows(panel.regime.tables[Regime.LIQUIDITY]) == [("BTC, worse of 2 d", "−12.1%", "≤ −10.0%")]


@pytest.mark.parametrize(
    ("tested", "words"),
    [
        (None, ""),
        (Regime.LIQUIDITY, ""),
        (Regime.VOLATILITY, "By daily data alone, the form that was tested: VOLATILITY EVENT."),
    ],
)
def test_the_form_that_was_tested_is_told_where_it_says_something_else(
    panel: RegimePanel, tested: Regime | None, words: str
) -> None:
    shock = replace(regime(Regime.LIQUIDITY, Regime.LIQUIDITY, NOW), tested=tested)
    panel.show_snapshot(with_context(regime=shock))
    assert panel.regime.tested.text() == words


def test_before_any_session_was_judged_nothing_is_called_calm(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context(regime=None, scenarios=None, plans=None, similar=None))
    assert panel.regime.word.text() == "not known"
    assert panel.scenarios.verdict.text() == "No session has been judged yet."
    assert panel.plan.open.text() == "No session has been judged yet."
    assert panel.budget.note.text() == "Not known: neither market has enough past."
    assert panel.similar.note.text() == "Too short a past to look for similar days."


# -------------------------------------------------------------------------------------------------- scenarios


@pytest.mark.parametrize(
    ("dominant", "met", "verdict"),
    [
        (Scenario.MIXED, (2, 3, 0), "No scenario dominates. Counts of evidence, not probabilities."),
        (
            Scenario.TIGHTENS,
            (0, 4, 0),
            "B  liquidity tightens dominates, for 3 sessions. Counts of evidence, not probabilities.",
        ),
        (Scenario.UNKNOWN, (0, 1, 0), "Too few signs are known to say which way the evidence points."),
    ],
)
def test_the_verdict_and_the_counts(
    panel: RegimePanel, dominant: Scenario, met: tuple[int, int, int], verdict: str
) -> None:
    panel.show_snapshot(with_context(scenarios=scenarios(dominant, NOW, met)))
    section = panel.scenarios
    assert section.verdict.text() == verdict
    unknown = dominant is Scenario.UNKNOWN
    assert section.counts[Scenario.TIGHTENS].text() == (
        "B  liquidity tightens: 1 of 2 known signs, too few to say"
        if unknown
        else f"B  liquidity tightens: {met[1]} of 5 signs"
    )
    assert section.tables[Scenario.TIGHTENS].rowCount() == 5


def test_every_sign_is_ticked_or_not(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context(scenarios=scenarios(Scenario.MIXED, NOW, (1, 0, 0))))
    answers = [text.rsplit(": ", 1)[1] for text in spoken(panel.scenarios.tables[Scenario.NORMALISES])]
    assert answers == ["met", *["not met"] * 4]


# ------------------------------------------------------------------------------------------------------- lamps


def test_lamps_say_what_they_were_worth(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context(Face.WATCH))
    section = panel.lamps
    assert {lamp: (row.glyph.mark, row.state.text()) for lamp, row in section.rows.items()} == {
        "P1": (Mark.RUNNING, "on"),
        "P1_leaders": (Mark.UNKNOWN, "not known"),
        "P2": (Mark.RUNNING, "on"),
        "P3": (Mark.OFF, "off"),
    }
    assert {lamp: row.worth.text() for lamp, row in section.rows.items()} == {
        "P1": "J5 1.7× [1.2, 2.3] n=51",
        "P1_leaders": "J5 2.2× [1.5, 3.3] n=51, J10 3.1× [1.3, 5.6] n=19",
        "P2": "no measured lift: J5 1.2× [0.8, 1.5] n=51, J10 0.9× n=19",
        "P3": "no measured lift: J5 1.05× [0.6, 1.4] n=51",
    }
    assert section.summary.whole == "2 of 4 on, 1 not known"
    tip = section.rows["P2"].worth.toolTip()
    for words in ("It followed 9.9% of all days.", "cannot be told from no lift", "S&amp;P −2% and BTC −6%"):
        assert words in tip


def test_a_lamp_without_a_measurement_claims_nothing() -> None:
    assert worth_text(LampView("P9", LampState.ON, (), (), None, False)) == "never measured"
    one = LiftView("J5", 0.9, 0.4, 1.6, None, None, False)
    assert worth_text(LampView("P9", LampState.ON, (), (one,), None, False)).startswith("no measured lift")


# ------------------------------------------------------------------------------------------- plans and budget


def test_no_trade_stands_first_with_its_reasons(panel: RegimePanel) -> None:
    view = plans(Face.RISK_OFF, NoTradeReason.UNDECIDED, NoTradeReason.FRAMES_DISAGREE)
    panel.show_snapshot(with_context(plans=view))
    assert panel.plan.no_trade.text() == (
        "NO TRADE: scenario mixed and the score between two levels; 1h and 4h point in opposite directions."
    )
    assert panel.plan.plans.texts == [
        ["hours", "no trade", "× 0.3"],
        ["days–weeks", "reduce, a hedge is dear now", "× 0.3"],
        ["months", "wait, re-enter in thirds", "× 0.3"],
    ]
    assert panel.plan.open.text() == (
        "Could not be judged: the next Fed decision, CPI or payrolls, the day's loss budget."
    )
    panel.show_snapshot(with_context(plans=plans(Face.CALM)))
    assert not panel.plan.no_trade.isVisibleTo(panel)


def test_the_plan_by_what_is_known_is_told_beside_the_careful_one(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context(plans=plans(Face.WATCH, missing=True)))
    assert panel.plan.plans.texts[1] == ["days–weeks", "reduce, plan a hedge", "× 0.6"]
    assert panel.plan.by_known.text() == (
        "If nothing that is missing made it worse: hours: normal; days–weeks: normal; "
        "months: rebalance only at the bands."
    )
    panel.show_snapshot(with_context(plans=plans(Face.WATCH)))
    assert not panel.plan.by_known.isVisibleTo(panel)


def test_the_budget_shows_what_diversification_is_lost(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context(Face.RISK_OFF))
    assert panel.budget.rows.texts[:4] == [
        ["Share of the book to hold, k × 0.3", "11%"],
        ["k = budget 12% / volatility 32.5%, 1 at most", "0.37"],
        ["Volatility a year at ρ now, 0.64", "30.9%"],
        ["as one book, ρ 0.80", "32.2%"],
    ]
    assert panel.budget.rows.texts[4] == ["Diversification lost, from one to the other", "1.3%"]
    assert panel.budget.note.text() == "Worked out at ρ 0.83, as measured."
    assumed = replace(plans(Face.RISK_OFF), budget=budget(0.3, rho=None))
    panel.show_snapshot(with_context(plans=assumed))
    assert panel.budget.rows.texts[2] == ["Volatility a year at ρ now, –", "–"]
    assert panel.budget.rows.texts[4][1] == "–"
    assert panel.budget.note.text() == "Worked out at ρ 0.83: assumed, stocks and crypto as one book."


def test_the_budget_shows_what_a_stop_allows_of_each_market(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context(Face.RISK_OFF))
    assert panel.budget.rows.texts[-2:] == [
        ["Units of SPX that lose 0.5% of 100,000 × 0.3 at a stop 123 away, 2 × ATR", "1.22"],
        ["Units of BTC that lose 0.5% of 100,000 × 0.3 at a stop – away, 2 × ATR", "–"],
    ]
    assert "one dollar a point" in panel.budget.units.text()
    assert panel.budget.units.isVisibleTo(panel.budget)
    panel.show_snapshot(with_context(plans=replace(plans(Face.RISK_OFF), budget=None)))
    assert not panel.budget.units.isVisibleTo(panel.budget)


# ------------------------------------------------------------------------------------------------ similar days


def test_what_followed_is_a_spread_and_never_a_mean_alone(panel: RegimePanel) -> None:
    panel.show_snapshot(with_context())
    assert panel.similar.days.texts[0] == ["Mon 24 Jan 2022", "RISK-OFF", "0.11"]
    assert panel.similar.followed == [
        ("SPX, 5 sessions on", "−11.8% … median −2.1% … +2.4%"),
        ("SPX, 10 sessions on", "−18.1% … median +3.1% … +4.1%"),
        ("BTC, 5 sessions on", "−8.8% … median −4.3% … +8.1%"),
        ("BTC, 10 sessions on", "−42.1% … median −3.1% … +16.2%"),
    ]
    assert panel.similar.note.text() == (
        "The nearest by the five pillars among 1,744 sessions. 5 days are an anecdote, not a forecast."
    )
