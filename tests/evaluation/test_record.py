"""The record from end to end: on a made-up market, on a light made by hand, and on recorded history."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from barograph.engine.opening import UnusableInputError
from barograph.engine.replay import judged_at
from barograph.evaluation.alarm_record import alarm_record
from barograph.evaluation.events import event_days
from barograph.evaluation.record import make_record
from barograph.evaluation.report_json import report_json
from barograph.evaluation.report_text import event_words, report_text
from barograph.evaluation.scores import auc
from barograph.evaluation.track import Track
from barograph.feeds.contract import FeedKind
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.risk.faces import Face
from barograph.risk.track_record import LEAST_DAYS, AlarmRecord, Estimate, EventRecord, JointEvent, TrackRecord
from tests.evaluation.conftest import RULES, feed_of, track_of

DRAWS = 60
SCHEMA = json.loads((resources.files("barograph_resources") / "schemas" / "evaluation.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def made(made_track: Track, made_feed: RecordedFeed) -> TrackRecord:
    return make_record(made_track, made_feed.info, RULES, DRAWS)


def event(record: TrackRecord, id_: str = "J5") -> EventRecord:
    return next(each for each in record.events if each.event.id == id_)


def test_days_and_base_rate_are_those_with_a_light_and_an_outcome(made: TrackRecord, made_track: Track) -> None:
    lit = np.array([not each.reason for each in made_track.evaluations])
    assert (len(made.sessions), made.faces.count(Face.NO_DATA)) == (560, int((~lit).sum()))
    for each in made.events:
        assert each.days == lit.sum() - each.event.horizon  # the last days are unknown
        days = made.event_days[each.event.id]
        known = lit & ~np.isnan(days)
        assert each.event_days == days[known].sum()
        assert each.base_rate.value == pytest.approx(days[known].mean())
        assert sum(face.days for face in each.faces) == each.days
        assert sum(face.episodes_begun for face in each.faces) == each.episodes


def test_every_estimate_lies_inside_its_interval(made: TrackRecord) -> None:
    for each in made.events:
        estimates = [each.base_rate, *(ranking.auc for ranking in each.rankings)]
        estimates += [face.odds for face in each.faces] + [alarm.lift for alarm in each.alarms]
        for estimate in estimates:
            if estimate.low is not None and estimate.high is not None and estimate.value is not None:
                assert estimate.low <= estimate.value <= estimate.high
    assert sum(ranking.auc.low is not None for each in made.events for ranking in each.rankings) > 30


def test_the_score_comes_first_and_the_others_are_held_against_it(made: TrackRecord, made_track: Track) -> None:
    for each in made.events:
        first, *others = each.rankings
        assert (first.predictor, first.advantage) == ("score", None)
        for ranking in others:
            assert ranking.advantage is not None
            if ranking.days == first.days and ranking.advantage.value is not None:
                assert ranking.auc.value is not None
                assert first.auc.value == pytest.approx(ranking.auc.value + ranking.advantage.value)
    days = made.event_days["J5"]
    known = ~np.isnan(days) & ~np.isnan(made_track.score)
    assert event(made).rankings[0].auc.value == pytest.approx(auc(made_track.score[known], days[known])[0])


def test_a_benchmark_with_fewer_days_is_compared_on_its_own_days(made_track: Track, made_feed: RecordedFeed) -> None:
    greed = made_track.greed.copy()
    greed[:450] = np.nan
    record = make_record(replace(made_track, greed=greed), made_feed.info, RULES, DRAWS)
    ranking = next(each for each in event(record).rankings if each.predictor == "fear_greed")
    assert ranking.days == 560 - 450 - 5
    days = record.event_days["J5"]
    known = ~np.isnan(days) & ~np.isnan(greed)
    score, fear = (float(auc(each[known], days[known])[0]) for each in (made_track.score, -greed))
    assert ranking.advantage is not None
    assert (ranking.auc.value, ranking.advantage.value) == pytest.approx((fear, score - fear))


def test_differences_are_taken_draw_by_draw(made_track: Track, made_feed: RecordedFeed) -> None:
    """A predictor that ranks the days as the score does is the score in every draw; another one is not."""
    twin = dict(made_track.closes) | {"VIX": np.exp(made_track.score / 10)}
    record = make_record(replace(made_track, closes=twin), made_feed.info, RULES, DRAWS)
    found = {each.predictor: each.advantage for each in event(record).rankings}
    assert found["vix"] == Estimate(0.0, 0.0, 0.0)
    other = found["realised_volatility"]
    assert other is not None
    assert other.value is not None
    assert other.low is not None
    assert other.high is not None
    assert other.low < other.value < other.high


def test_the_same_input_gives_the_same_record(made: TrackRecord, made_track: Track, made_feed: RecordedFeed) -> None:
    again = make_record(made_track, made_feed.info, RULES, DRAWS)
    assert report_json(again) == report_json(made)
    other = make_record(made_track, made_feed.info, RULES, DRAWS, seed=1)
    assert event(other).rankings[0].auc.value == event(made).rankings[0].auc.value
    assert event(other).rankings[0].auc.low != event(made).rankings[0].auc.low


def test_an_earlier_end_changes_no_past_day_but_the_unknown_ones(made: TrackRecord, made_feed: RecordedFeed) -> None:
    """What comes later turns the last days from unknown to known, and nothing else."""
    until = judged_at(date(2024, 1, 16))
    cut = make_record(track_of(made_feed, until=until), made_feed.info, RULES, DRAWS)
    rows = len(cut.sessions)
    assert cut.sessions == made.sessions[:rows]
    assert cut.faces == made.faces[:rows]
    assert np.array_equal(cut.score, made.score[:rows], equal_nan=True)
    assert np.array_equal(cut.coin_close, made.coin_close[:rows])
    for each in cut.events:
        known = rows - each.event.horizon
        before, after = cut.event_days[each.event.id], made.event_days[each.event.id]
        assert np.array_equal(before[:known], after[:known], equal_nan=True)
        assert np.isnan(before[known:]).all()
        assert not np.isnan(after[known:rows]).any()


def test_a_later_start_keeps_the_past_of_the_benchmarks(made: TrackRecord, made_feed: RecordedFeed) -> None:
    start = made.sessions[-150]
    late = make_record(track_of(made_feed, judged_at(start)), made_feed.info, RULES, DRAWS)
    assert (len(late.sessions), late.sessions[0], late.faces.count(Face.NO_DATA)) == (150, start, 0)
    assert np.array_equal(late.score, made.score[-150:])
    assert event(late).days == 145
    for ranking in event(late).rankings:
        assert ranking.days == 145, ranking.predictor


def test_too_few_sessions_with_a_light(made: TrackRecord, made_feed: RecordedFeed) -> None:
    start = made.sessions[-LEAST_DAYS + 1]
    with pytest.raises(UnusableInputError, match=r"Made-up history: 125 sessions with a light in the range"):
        make_record(track_of(made_feed, judged_at(start)), made_feed.info, RULES, DRAWS)


# ------------------------------------------------------------------------------- a light made by hand


def by_hand(on: list[int], stock: list[float]) -> AlarmRecord:
    """An alarm against falls of 10 % within 2 sessions in both markets, which are one."""
    fall = JointEvent("x", 2, 0.1, 0.1)
    close = np.array(stock, np.float64)
    label = event_days(fall, close, close)
    return alarm_record("x", fall, close, close, label, np.array(on, np.float64), np.ones((1, len(stock) - 2)))


def test_runs_episodes_and_lead_by_hand() -> None:
    #         0    1    2    3    4   5   6   7    8    9   10  11  12  13
    price = [100, 100, 100, 100, 85, 85, 85, 85, 85, 85, 85, 70, 70, 70.0]
    alarm = [0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1]
    found = by_hand(alarm, price)
    # event days 2 and 3 (the fall of day 4) and 9 and 10 (the fall of day 11): two episodes
    assert (found.episodes, found.episodes_hit, found.episodes_at_start) == (2, 1, 1)
    assert found.lead == 3  # on since day 1, complete on day 4
    assert found.true_positive_rate.value == pytest.approx(2 / 4)
    assert found.false_positive_rate.value == pytest.approx(4 / 8)
    # runs 1-4 (with event days), 6 (false), 11-13 (its last days are unknown: not called false)
    assert found.runs_a_year == pytest.approx(3 * 252 / 14)
    assert found.false_runs_a_year == pytest.approx(252 / 14)
    assert found.median_run == 3
    assert found.changes_a_year == pytest.approx(5 * 252 / 14)


def test_an_alarm_that_comes_on_late_has_no_lead() -> None:
    price = [100, 100, 100, 85, 70, 70, 70, 70.0]
    assert by_hand([0, 0, 0, 1, 1, 0, 0, 0], price).lead == 0  # on the day on which the first fall was complete
    never = by_hand([0] * 8, price)
    assert (never.lead, never.median_run, never.episodes_hit) == (None, None, 0)
    assert (never.odds_on, never.lift) == (Estimate(None), Estimate(None))


# -------------------------------------------------------------------------------------------- reports


def test_the_text_has_interval_and_episodes_beside_each_rate(made: TrackRecord) -> None:
    text = report_text(made)
    lines = text.splitlines()
    assert lines[0] == "REPLAY: Made-up history"
    assert lines[1].endswith("560 sessions, 2022-01-03 to 2024-03-26; 300 of them NO DATA and left out")
    for each in made.events:
        start = next(row for row, line in enumerate(lines) if line.startswith(f"{each.event.id}  within"))
        assert f"n = {each.episodes} episodes" in lines[start + 1]
    rows = [line for line in lines if line.startswith(("score  ", "VIX level", "CALM"))]
    rated = [row for row in rows if not row.endswith(" %")]  # all but how the markets went on
    assert len(rated) == 3 * len(made.events)
    assert all("[" in row for row in rated)
    assert max(len(line) for line in lines) <= 150
    assert "not distinguishable" in text
    assert "nan" not in text.lower().replace("finance", "")


def test_what_the_difference_tells_is_said_in_words(made: TrackRecord) -> None:
    first = event(made)
    told = {
        "VIX level": Estimate(0.1, -0.01, 0.2),
        "random numbers": Estimate(0.2, 0.1, 0.3),
        "turbulence, 5 days": Estimate(-0.2, -0.3, -0.1),
    }
    ids = {"vix": "VIX level", "random": "random numbers", "turbulence": "turbulence, 5 days"}
    rankings = [replace(each, advantage=told.get(ids.get(each.predictor, ""))) for each in first.rankings]
    text = report_text(replace(made, events=(replace(first, rankings=tuple(rankings)),)))
    assert "not distinguishable (the interval of the difference holds 0) from: VIX level." in text
    assert "better than: random numbers. It is worse than: turbulence, 5 days." in text


def test_an_event_that_never_came_is_said_to_have_none(made: TrackRecord) -> None:
    nothing = replace(event(made), event_days=0, episodes=0)
    assert "on none of 255 days: nothing can be said about it" in report_text(replace(made, events=(nothing,)))


def test_a_market_without_falls_is_evaluated_too(made_track: Track, made_feed: RecordedFeed) -> None:
    still = dict(made_track.closes) | {"SPX": np.full(560, 100.0)}
    record = make_record(replace(made_track, closes=still), made_feed.info, RULES, DRAWS)
    assert [each.event_days for each in record.events] == [0, 0, 0]
    assert record.events[0].rankings[0].auc == Estimate(None)
    assert "nothing can be said" in report_text(record)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(report_json(record)))


def test_what_the_data_lack_is_named(made_track: Track, made_feed: RecordedFeed) -> None:
    bare = replace(made_track, greed=np.full(560, np.nan))
    record = make_record(bare, made_feed.info, RULES, DRAWS)
    assert record.absent == ("fear_greed",)
    assert "not in these data: crypto fear & greed (fear)." in report_text(record)
    assert "fear_greed" not in {each.predictor for each in event(record).rankings}


def test_simulated_data_are_marked_and_never_seen_by_who_chose_the_rules(
    made_track: Track, made_feed: RecordedFeed
) -> None:
    record = make_record(made_track, replace(made_feed.info, simulated=True), RULES, DRAWS)
    assert (record.word, record.seen) == ("SIMULATED", False)
    assert report_text(record).startswith("SIMULATED: ")
    assert "optimistic" not in report_text(record)
    live = make_record(made_track, replace(made_feed.info, kind=FeedKind.LIVE), RULES, DRAWS)
    assert report_text(live).startswith("LIVE: ")


def test_the_json_keeps_to_its_schema(made: TrackRecord) -> None:
    text = report_json(made)
    assert text.isascii()
    values = json.loads(text)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.validate(values)
    assert len(values["timeline"]) == values["sessions"] == 560
    assert values["timeline"][-1]["events"] == {"J5": None, "J10": None, "VS5": None}
    first = values["events"][0]
    assert first["rankings"][0]["auc"]["value"] == event(made).rankings[0].auc.value
    for ranking in first["rankings"][1:]:
        low, high = ranking["advantage"]["low"], ranking["advantage"]["high"]
        assert ranking["distinguishable"] is not (low <= 0 <= high)
    for key in values:
        assert not validator.is_valid({name: value for name, value in values.items() if name != key})
    assert not validator.is_valid(values | {"more": 1})


@pytest.mark.parametrize(
    ("falls", "words"),
    [
        (JointEvent("a", 5, 0.02, 0.06), "within 5 sessions SPX closes 2 % and BTC 6 % below today"),
        (JointEvent("b", 3, 1, 1, scaled=True), "within 3 sessions SPX and BTC both close one usual move below today"),
    ],
)
def test_events_in_words(falls: JointEvent, words: str) -> None:
    assert event_words(falls, "SPX", "BTC") == words


# ----------------------------------------------------------------------------------- recorded history


@pytest.fixture(scope="module")
def two_years(history_folder: Path) -> TrackRecord:
    """2020 and 2021 of the recorded history; what came before warms up."""
    folder = history_folder / "daily"
    if not folder.is_dir():
        pytest.skip(f"no daily history at {folder}")
    feed = feed_of(folder)
    track = track_of(feed, judged_at(date(2020, 1, 1)), judged_at(date(2021, 12, 31)))
    return make_record(track, feed.info, RULES, DRAWS)


def test_two_recorded_years(two_years: TrackRecord) -> None:
    assert (two_years.sessions[0], two_years.sessions[-1]) == (date(2020, 1, 2), date(2021, 12, 31))
    assert two_years.faces.count(Face.NO_DATA) == 0
    assert two_years.seen
    assert two_years.absent == ()
    found = event(two_years)
    assert {each.face for each in found.faces if each.days} == {Face.CALM, Face.WATCH, Face.RISK_OFF}
    assert (found.rankings[0].nowcast_auc or 0) > 0.75  # it meters the present
    for each in two_years.events:
        assert 0 < each.event_days < each.days
        assert {ranking.days for ranking in each.rankings} == {each.days}
        assert [year.year for year in each.years] == [2020, 2021]
        assert sum(year.event_days for year in each.years) == each.event_days


def test_the_crash_of_march_2020_is_an_episode_of_both(two_years: TrackRecord) -> None:
    for id_ in ("J5", "J10"):
        days = two_years.event_days[id_]
        march = [row for row, day in enumerate(two_years.sessions) if date(2020, 3, 4) <= day <= date(2020, 3, 11)]
        assert (days[march] == 1).all()


def test_a_week_without_sessions_is_none(two_years: TrackRecord) -> None:
    gaps = [after - before for before, after in pairwise(two_years.sessions)]
    assert max(gaps) <= timedelta(days=4)
    assert datetime(2020, 1, 3, 0, 10, tzinfo=UTC) == judged_at(two_years.sessions[0])
