"""The light as text for a terminal: the face, what it could be, and why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barograph.engine.monitor import Monitor
from barograph.engine.snapshot import Flip, FlipSide, Snapshot
from barograph.engine.snapshot_json import snapshot_values
from barograph.engine.snapshot_text import snapshot_text
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.calendars import calendar
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.measured_odds_file import load_measured_odds
from tests.engine.runs import RULES, UNIVERSE, feed_of, new_monitor


@pytest.fixture(scope="module")
def snapshot(made: HistoryFolder, made_run: list[Evaluation]) -> Snapshot:
    monitor = new_monitor(feed_of(made), made_run[:-1])
    monitor.refresh(made_run[-1].at)
    return monitor.snapshot(made_run[-1].at)


def headline(snapshot: Snapshot, **light: object) -> str:
    return snapshot_text(replace(snapshot, light=replace(snapshot.light, **light))).splitlines()[1]  # type: ignore[arg-type]


def test_a_calm_that_nothing_missing_could_change(snapshot: Snapshot) -> None:
    assert headline(snapshot, score=42.44) == "CALM 42.4, 12 of 12 inputs"


def test_a_calm_that_could_be_worse_says_so(snapshot: Snapshot) -> None:
    told = headline(
        snapshot, ceiling=Face.WATCH, score=42.44, score_low=40.0, score_up=61.25, fresh=10, missing=("V3", "M2")
    )
    assert told == "CALM 42.4, 10 of 12 inputs; could be WATCH (40.0 to 61.2), missing: V3, M2"
    told = headline(snapshot, ceiling=Face.RISK_OFF, score=42.44, score_low=40.0, score_up=75.0)
    assert told == "CALM 42.4, 12 of 12 inputs; could be RISK-OFF (40.0 to 75.0), missing: part of a basket"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("warm_up", "NO DATA: the history is too short: 17 more sessions are needed"),
        ("critical_stale", "NO DATA: the price of the index or of the coin is missing or stale"),
        ("coverage", "NO DATA: too few inputs are there"),
        ("no_volatility", "NO DATA: the volatility inputs are missing"),
        ("no_equity_and_comovement", "NO DATA: the leadership and co-movement inputs are missing"),
        ("starting", "NO DATA: no session has been judged yet"),
    ],
)
def test_no_data_says_why(snapshot: Snapshot, reason: str, words: str) -> None:
    told = headline(snapshot, face=Face.NO_DATA, ceiling=Face.NO_DATA, score=None, reason=reason, warm_up_left=17)
    assert told == words


def test_the_distance_to_the_next_face(snapshot: Snapshot) -> None:
    assert snapshot.flip is not None
    assert snapshot.flip.worse is not None
    points = snapshot.flip.worse.points
    assert f"\nWATCH at 60: {points:.1f} points away" in snapshot_text(snapshot)


@pytest.mark.parametrize(
    ("flip", "words"),
    [
        (Flip(None, FlipSide(Face.WATCH, 64.0, 3.0, 2, ())), "WATCH below 64 for 2 closes: 3.0 points away"),
        (Flip(None, FlipSide(Face.WATCH, 64.0, -10.2, 5, ("macro",))), "WATCH after 5 more closes below 64"),
        (Flip(None, FlipSide(Face.WATCH, 64.0, -10.2, 1, ())), "WATCH after one more close below 64"),
        (Flip(FlipSide(Face.RISK_OFF, 72.0, -0.4, 1, ()), None), "RISK-OFF at 72: reached, not yet confirmed"),
    ],
)
def test_a_level_that_is_past_is_no_distance_away(snapshot: Snapshot, flip: Flip, words: str) -> None:
    assert words in snapshot_text(replace(snapshot, flip=flip)).splitlines()


def test_what_the_store_had_to_say_is_at_the_end(snapshot: Snapshot) -> None:
    text = snapshot_text(replace(snapshot, notices=("The store was set aside.",)))
    assert text.endswith("\nnote: The store was set aside.\n")


def test_unknown_values_are_dashes(snapshot: Snapshot) -> None:
    reading = replace(snapshot.readings[0], value=None, percentile=None, contribution=None, as_of=None)
    text = snapshot_text(replace(snapshot, readings=(reading,)))
    line = next(each for each in text.splitlines() if each.startswith("V1"))
    assert line.split() == ["V1", "-", "ratio", "rank", "-", "points", "-", "closed", "-"]


def test_the_base_rate_and_n_are_printed_beside_every_rate(snapshot: Snapshot) -> None:
    measured = load_measured_odds()["v1/balanced", snapshot.light.face]
    assert snapshot.history == measured
    text = snapshot_text(replace(snapshot, history=load_measured_odds()["v1/balanced", Face.RISK_OFF]))
    heading, j5, j10 = text[text.index("history, ") :].splitlines()[:3]
    assert heading == (
        "history, light of the daily closes 2018-12-03 to 2024-12-31: odds, not a forecast; the rules were chosen in "
        "sight of these days"
    )
    assert j5 == (
        "J5  S&P 500 -2 % and bitcoin -6 % within 5 sessions: after 18.2 % [9.9, 23.9] of 313 RISK-OFF days, "
        "9.7 % [6.7, 13.2] of 1524 days in all; n = 40 episodes, 13 begun on such days"
    )
    assert j10 == (
        "J10 S&P 500 -4 % and bitcoin -12 % within 10 sessions: after 14.2 % [4.2, 23.0] of 309 RISK-OFF days, "
        "5.6 % [2.4, 9.6] of 1519 days in all; n = 15 episodes, 5 begun on such days"
    )


def test_rules_that_were_not_measured_have_no_odds(made: HistoryFolder, made_run: list[Evaluation]) -> None:
    other = replace(RULES, id="v1/own")
    monitor = Monitor(feed_of(made), UNIVERSE, other, calendar, made_run)
    monitor.refresh(made_run[-1].at)
    shown = monitor.snapshot(made_run[-1].at)
    assert shown.light.face is not Face.NO_DATA
    assert shown.history is None
    assert snapshot_values(shown)["history"] is None
    assert "history, light" not in snapshot_text(shown)
