"""Every fixed id has words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.steps import Step
from barograph.gui import indicator_labels, labels
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face
from tests.gui.snapshots import DEMO, LIVE, REPLAY

INDICATORS = ["V1", "V2", "V3", "E1", "E2", "E3", "X1", "X2", "C1", "C2", "M1", "M2"]
PILLARS = ["volatility", "equity_leadership", "co_movement", "crypto", "macro"]
EVIDENCE = [
    "us10y",
    "us2y",
    "real10y",
    "dxy",
    "policy_gap",
    "vix",
    "vix_term",
    "semis_spx",
    "software_spx",
    "leaders_spx",
    "equal_weight_spx",
    "leaders_above_20",
    "leaders_above_50",
    "breadth_above_20",
    "breadth_above_50",
    "breadth_flag",
    "btc",
    "eth",
    "funding_8h",
    "oi_coin",
    "liq_long",
    "liq_short",
    "corr_daily",
    "corr_low",
    "corr_high",
    "semicorr_60d",
]


def test_faces_are_called_by_their_names() -> None:
    assert [labels.face_word(face) for face in Face] == ["CALM", "WATCH", "RISK-OFF", "NO DATA"]


def test_every_member_has_its_own_word() -> None:
    for words in (
        [labels.state_word(state) for state in Freshness],
        [labels.state_explanation(state) for state in Freshness],
        [labels.step_name(step) for step in Step],
        [labels.action_word(action) for action in Action],
        [labels.horizon_word(horizon) for horizon in Horizon],
    ):
        assert all(words)
        assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("ids", "name", "formula"),
    [
        (INDICATORS, indicator_labels.indicator_name, indicator_labels.indicator_formula),
        (PILLARS, indicator_labels.pillar_name, indicator_labels.pillar_meaning),
        (EVIDENCE, indicator_labels.evidence_name, indicator_labels.evidence_formula),
    ],
    ids=["indicators", "pillars", "evidence"],
)
def test_every_id_has_a_name_and_a_formula(
    ids: list[str], name: Callable[[str], str], formula: Callable[[str], str]
) -> None:
    names = [name(entry) for entry in ids]
    assert not set(names) & set(ids)
    assert len(set(names)) == len(ids)
    assert all(formula(entry).endswith(".") for entry in ids)
    assert name("not-known") == "not-known"
    assert formula("not-known") == ""


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "text"),
    [
        ("V1", 0.1522, "ratio", "15.2%"),
        ("V2", 1.62, "ratio", "1.62"),
        ("C2", 0.5406, "ratio", "54.1%"),
        ("E3", -0.0389, "log", "\N{MINUS SIGN}3.89%"),
        ("M2", 0.28, "pp", "28.0 bp"),
        ("X1", 0.3013, "corr", "0.301"),
        ("V3", None, "points", "–"),
    ],
)
def test_an_indicators_value_is_written_as_traders_say_it(
    indicator: str, value: float | None, unit: str, text: str
) -> None:
    assert indicator_labels.indicator_value(indicator, value, unit) == text


@pytest.mark.parametrize(
    "reason",
    [
        *("warm_up", "coverage", "critical_stale", "no_volatility", "no_equity_and_comovement"),
        *("clock_off", "engine", "starting"),
    ],
)
def test_every_reason_is_a_sentence(reason: str) -> None:
    sentence = labels.no_data_reason(reason, 17)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert ("17" in sentence) == (reason == "warm_up")


@pytest.mark.parametrize("reason", ["died", "silent", "fatal"])
def test_what_happened_to_the_engine_is_a_sentence(reason: str) -> None:
    assert labels.engine_down_reason(reason).endswith(".")


def test_an_id_without_words_is_shown_as_it_is() -> None:
    assert labels.no_data_reason("something new", 0) == "something new"
    assert labels.no_data_reason("", 0) == ""
    assert labels.engine_down_reason("something new") == "something new"
    assert labels.note_text("some_new_note") == "some new note"


def test_only_the_live_market_goes_without_a_word() -> None:
    assert [labels.feed_word(feed) for feed in (LIVE, DEMO, REPLAY)] == ["", "SIMULATED", "REPLAY"]
