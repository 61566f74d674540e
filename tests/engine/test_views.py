"""What the window is shown of an evaluation: light, pillars, readings, movers, flip, quotes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import isnan

import pytest

from barograph.engine import views
from barograph.engine.monitor import Monitor
from barograph.engine.tape import fixed_at
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.score import largest_remainder
from tests.engine import hand_made
from tests.engine.hand_made import at, closes
from tests.engine.runs import RULES, feed_of, new_monitor, without

NEXT = datetime(2030, 1, 1, tzinfo=UTC)
UNITS = {
    "V1": "ratio",
    "V2": "ratio",
    "V3": "points",
    "E1": "share",
    "E2": "share",
    "E3": "log",
    "X1": "corr",
    "X2": "corr",
    "C1": "log",
    "C2": "ratio",
    "M1": "sigma",
    "M2": "pp",
}


def monitor_of(folder: HistoryFolder, past: Sequence[Evaluation], to_do: int = 1) -> Monitor:
    """A monitor that has judged the last sessions itself."""
    monitor = new_monitor(feed_of(folder), past[:-to_do])
    monitor.refresh(past[-1].at)
    return monitor


@pytest.fixture(scope="module")
def monitor(made: HistoryFolder, made_run: list[Evaluation]) -> Monitor:
    return monitor_of(made, made_run)


@pytest.fixture(scope="module")
def blind(made: HistoryFolder, made_run: list[Evaluation]) -> Monitor:
    """Without the two-year yield in the last sessions."""
    return monitor_of(without(made, "DGS2"), made_run, 30)


# ------------------------------------------------------------------------------------------------- light


def test_before_the_first_evaluation_there_is_no_data() -> None:
    light = views.light(None, RULES, NEXT)
    assert (light.face, light.ceiling, light.reason) == (Face.NO_DATA, Face.NO_DATA, "starting")
    assert (light.score, light.score_low, light.score_up, light.as_of, light.since) == (None,) * 5
    assert (light.fresh, light.expected, light.next_evaluation) == (0, 12, NEXT)


def test_the_light_of_every_evaluation(made_run: list[Evaluation]) -> None:
    for evaluation in made_run:
        light = views.light(evaluation, RULES, NEXT)
        assert (light.face, light.ceiling, light.since) == (evaluation.face, evaluation.ceiling, evaluation.since)
        assert (light.score is None) == (evaluation.face is Face.NO_DATA)
        assert light.score is None or light.score == evaluation.score.value
        assert light.fresh == light.expected - len(light.missing)
        assert (light.as_of, light.session) == (evaluation.at, evaluation.session)
        assert light.shock or not evaluation.shock.fired


def test_warm_up_says_how_long_it_still_takes(made_run: list[Evaluation]) -> None:
    left = [views.light(each, RULES, NEXT).warm_up_left for each in made_run if each.reason == "warm_up"]
    assert left[-50:] == list(range(50, 0, -1))
    assert views.light(made_run[299], RULES, NEXT).reason == "warm_up"
    assert views.light(made_run[300], RULES, NEXT).reason == ""


def test_a_change_that_is_on_its_way_is_told_and_then_comes(made_run: list[Evaluation]) -> None:
    seen = 0
    for evaluation, following in pairwise(made_run):
        pending = views.light(evaluation, RULES, NEXT).pending
        if pending is None or following.score.value is None:
            continue
        seen += 1
        assert pending.face.severity == evaluation.face.severity - 1
        if pending.closes_left == 1 and following.score.value < RULES.light.thresholds.watch_exit:
            assert following.face is pending.face
    assert seen > 3


# ---------------------------------------------------------------------------------- pillars and readings


def test_everything_shown_adds_up_to_the_score(made_run: list[Evaluation], monitor: Monitor) -> None:
    for before, evaluation in pairwise(made_run[299:]):
        pillars = views.pillars(evaluation, before, RULES)
        score = evaluation.score.value
        assert score is not None
        assert sum(pillar.contribution or 0.0 for pillar in pillars) == pytest.approx(score, abs=1e-9)
        assert sum(pillar.points or 0 for pillar in pillars) == int(score + 0.5)
        readings = views.readings(evaluation, RULES, monitor.tape)
        assert sum(reading.contribution or 0.0 for reading in readings) == pytest.approx(score, abs=1e-9)
        movers = views.movers_of(evaluation, before)
        if before.score.value is not None:
            assert sum(mover.points for mover in movers) == pytest.approx(score - before.score.value, abs=1e-9)


def test_pillars_stand_in_order_with_their_weights_and_their_past(made_run: list[Evaluation]) -> None:
    before, evaluation = made_run[-2:]
    pillars = views.pillars(evaluation, before, RULES)
    assert [(pillar.name, pillar.weight) for pillar in pillars] == [(each.name, each.weight) for each in RULES.pillars]
    assert [pillar.previous for pillar in pillars] == [before.score.pillar_contribution(each) for each in RULES.pillars]
    parts = {pillar.name: pillar.contribution or 0.0 for pillar in pillars}
    assert {pillar.name: pillar.points for pillar in pillars} == largest_remainder(parts)


def test_readings_carry_value_unit_rank_and_where_they_come_from(monitor: Monitor, made_run: list[Evaluation]) -> None:
    last = made_run[-1]
    readings = {reading.id: reading for reading in views.readings(last, RULES, monitor.tape)}
    assert {name: reading.unit for name, reading in readings.items()} == UNITS
    for name, reading in readings.items():
        assert reading.value == last.raw[name].x
        assert reading.percentile == last.percentiles[name].u
        assert (reading.state, reading.known_at) == (Freshness.CLOSED, last.at)
        assert reading.source
    closed = datetime.combine(last.session, datetime.min.time(), UTC)
    assert readings["V1"].as_of == closed + timedelta(hours=20)  # New York's close in October
    assert readings["V1"].inputs == ("QQQ",)
    assert readings["C1"].as_of == closed + timedelta(days=1)  # the coin's day ends at midnight
    assert readings["X1"].as_of == closed + timedelta(hours=20)  # as old as the older of the two
    fixing = monitor.tape.fixings["DGS2"]
    newest = fixing.time[fixing.known_at <= last.at.timestamp() * 1e9][-1]
    assert readings["M2"].as_of == fixed_at(int(newest))
    assert readings["M2"].as_of < closed  # it becomes known a business day late
    assert readings["M2"].source == "DGS2 fixing"
    assert readings["M1"].source == "Made-up history, DGS10 fixing"


def test_what_moved_is_told_since_the_last_day_with_a_light(
    made: HistoryFolder, made_run: list[Evaluation], monitor: Monitor
) -> None:
    """A day without data has a score that nobody was shown; it is no day to compare with."""
    first = next(row for row, each in enumerate(made_run) if not each.reason)
    young = new_monitor(feed_of(made), made_run[: first + 1])
    young.refresh(made_run[first].at)
    assert made_run[first - 1].score.value is not None
    snapshot = young.snapshot(made_run[first].at)
    assert snapshot.movers == ()
    assert {pillar.previous for pillar in snapshot.pillars} == {None}
    assert monitor.snapshot(made_run[-1].at).movers == views.movers_of(made_run[-1], made_run[-2])


def test_without_an_evaluation_everything_is_missing(monitor: Monitor) -> None:
    readings = views.readings(None, RULES, monitor.tape)
    assert [reading.id for reading in readings] == [n for n in RULES.indicator_ids if n not in RULES.optional_ids]
    assert {(reading.value, reading.percentile, reading.contribution) for reading in readings} == {(None, None, None)}
    assert {reading.state for reading in readings} == {Freshness.MISSING}
    pillars = views.pillars(None, None, RULES)
    assert {(each.value, each.contribution, each.points) for each in pillars} == {(None, None, None)}
    assert views.movers_of(None, None) == ()
    assert views.flip(None, RULES) is None


def test_a_reading_that_is_not_there_is_missing_and_never_zero(blind: Monitor) -> None:
    last = blind.evaluations[-1]
    assert last.missing == ("M2",)
    reading = next(each for each in views.readings(last, RULES, blind.tape) if each.id == "M2")
    assert (reading.value, reading.percentile, reading.contribution) == (None, None, None)
    assert (reading.as_of, reading.known_at, reading.state) == (None, None, Freshness.MISSING)
    assert isnan(last.raw["M2"].x)
    light = blind.snapshot(last.at).light
    assert (light.fresh, light.expected, light.missing) == (11, 12, ("M2",))
    assert light.score is not None
    assert light.score_low is not None
    assert light.score_up is not None
    assert light.score_low < light.score < light.score_up
    assert light.score_up - light.score_low == pytest.approx(5.0)  # half of the weight of its pillar


def test_when_the_available_set_changed_the_movers_say_so(blind: Monitor) -> None:
    before, first = blind.evaluations[-31:-29]
    assert (before.missing, first.missing) == ((), ("M2",))
    movers = {mover.id: mover.points for mover in views.movers_of(first, before)}
    assert "coverage" in movers
    assert first.score.value is not None
    assert before.score.value is not None
    assert sum(movers.values()) == pytest.approx(first.score.value - before.score.value)


def test_learning_inputs_are_not_expected(made_run: list[Evaluation], monitor: Monitor) -> None:
    """M1 needs most of a year for its own deviation, and then a year for its rank."""
    early = made_run[310]
    light = views.light(early, RULES, NEXT)
    assert (light.fresh, light.expected, light.missing) == (11, 11, ())
    assert light.ceiling is light.face
    reading = next(each for each in views.readings(early, RULES, monitor.tape) if each.id == "M1")
    assert (reading.percentile, reading.contribution, reading.state) == (None, None, Freshness.LEARNING)
    assert reading.value == early.raw["M1"].x


def test_no_data_keeps_its_numbers_to_itself(made: HistoryFolder, made_run: list[Evaluation]) -> None:
    """The state beneath stays, but no score, contribution or flip is shown with it."""
    monitor = monitor_of(without(made, "BTC"), made_run)
    snapshot = monitor.snapshot(made_run[-1].at)
    assert (snapshot.light.face, snapshot.light.ceiling) == (Face.NO_DATA, Face.NO_DATA)
    assert snapshot.light.reason == "critical_stale"
    assert snapshot.light.underlying is made_run[-2].face
    assert (snapshot.light.score, snapshot.light.score_low, snapshot.light.score_up) == (None, None, None)
    assert {(each.value, each.contribution, each.points) for each in snapshot.pillars} == {(None, None, None)}
    assert {reading.contribution for reading in snapshot.readings} == {None}
    assert snapshot.movers == ()
    assert snapshot.flip is None


# ---------------------------------------------------------------------------------------- flip and quotes


def test_the_flip_is_the_distance_to_the_threshold(made_run: list[Evaluation]) -> None:
    levels = RULES.light.thresholds
    seen = set()
    for evaluation in made_run:
        flip, score = views.flip(evaluation, RULES), evaluation.score.value
        if flip is None or score is None:
            continue
        seen.add(evaluation.face)
        assert (flip.worse is None) == (evaluation.face is Face.RISK_OFF)
        assert (flip.calmer is None) == (evaluation.face is Face.CALM)
        if flip.worse is not None:
            assert flip.worse.threshold in (levels.watch_enter, levels.risk_off_enter)
            assert flip.worse.points == pytest.approx(flip.worse.threshold - score)
        if flip.calmer is not None:
            assert flip.calmer.threshold in (levels.watch_exit, levels.risk_off_exit)
            assert flip.calmer.points == pytest.approx(score - flip.calmer.threshold)
            assert flip.calmer.closes >= 1
    assert seen == {Face.CALM, Face.WATCH, Face.RISK_OFF}


def test_quotes_change_in_the_unit_of_their_kind() -> None:
    labels = hand_made.sessions(30)
    daily = {
        "SPX": hand_made.bars(labels, closes(30, 4_000.0, {-1: 4_100.0})),
        "VIX": hand_made.bars(labels, closes(30, 13.0, {-1: 15.5})),
        "BTC": hand_made.bars(hand_made.days(1), closes(1, 60_000.0)),
    }
    series = {"DGS10": hand_made.fixings(labels[:-1], closes(29, 4.31, {-1: 4.24}))}
    monitor = new_monitor(feed_of(hand_made.folder(daily, series=series)))
    monitor.refresh(at(15, 0, 30))
    quotes = {quote.instrument: quote for quote in monitor.snapshot(at(15, 0, 30)).quotes}
    assert set(quotes) == {"US10Y", "VIX", "SPX", "BTC"}
    found = {name: (quote.change, quote.change_unit) for name, quote in quotes.items()}
    assert found["BTC"] == (None, "%")  # one close: nothing to compare it with
    changes = {"US10Y": (-7.0, "bp"), "VIX": (2.5, "points"), "SPX": (2.5, "%")}
    for name, (change, unit) in changes.items():
        assert found[name][0] == pytest.approx(change)
        assert found[name][1] == unit
    assert (quotes["SPX"].decimals, quotes["US10Y"].decimals, quotes["BTC"].decimals) == (2, 3, 0)
    assert quotes["US10Y"].source == "DGS10 fixing"


def test_the_snapshot_names_its_feed_and_rules(monitor: Monitor, made_run: list[Evaluation]) -> None:
    snapshot = monitor.snapshot(made_run[-1].at)
    assert snapshot.feed == monitor.feed.info
    assert snapshot.rule_set == RULES.id == "v1/balanced"
    assert snapshot.sheet.ticked == 0
    assert snapshot.sheet.day == date(2023, 11, 1)  # evening in New York: the futures day of tomorrow
    assert [step.changed for step in snapshot.steps] == [False] * 5
    assert [str(interval) for interval in snapshot.intervals] == ["1d"]
