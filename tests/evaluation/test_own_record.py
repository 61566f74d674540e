"""The record of the user's own log: the same as that of the feed it was judged from, and nothing from a short one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from barograph.engine.light_record import to_store
from barograph.engine.messages import RecordQuestion
from barograph.evaluation import record as records
from barograph.evaluation.own_record import own_record
from barograph.evaluation.record import make_record
from barograph.evaluation.report_json import report_json
from barograph.evaluation.track import FEAR_AND_GREED, Track
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.market.intervals import Interval
from barograph.store.connection import open_store
from tests.evaluation.conftest import RULES

DRAWS = 40
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory, made_feed: RecordedFeed, made_track: Track) -> Path:
    """A profile's folder with the whole log of the made-up market in it."""
    folder = tmp_path_factory.mktemp("log")
    store, key = open_store(folder, NOW), made_feed.info.key
    with store.transaction():
        for name in made_feed.instruments():
            bars = made_feed.fetch_bars(name, Interval.DAY_1, None, NOW).closed
            store.save_bars(key, name, Interval.DAY_1, bars, "made up")
        store.save_evaluations(to_store(key, each, "") for each in made_track.evaluations)
    store.close()
    return folder


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "make_record", partial(make_record, draws=DRAWS))


def test_what_is_read_from_the_log_is_what_the_feed_gives(
    log: Path, made_feed: RecordedFeed, made_track: Track
) -> None:
    answer = own_record(RecordQuestion(str(log), made_feed.info, RULES.id, NOW))
    assert answer.error == ""
    assert answer.record is not None
    assert answer.days == sum(not each.reason for each in made_track.evaluations)
    expected = make_record(made_track, made_feed.info, RULES, DRAWS)
    # the index that is no part of the light's own log is the one benchmark it lacks
    assert set(answer.record.absent) - set(expected.absent) == {"fear_greed"}
    assert FEAR_AND_GREED in made_feed.series()
    for mine, theirs in zip(answer.record.events, expected.events, strict=True):
        of = {each.predictor: each for each in theirs.rankings}
        for ranking in mine.rankings:
            if ranking.predictor != "random":
                assert ranking.auc.value == of[ranking.predictor].auc.value, ranking.predictor
        assert (mine.days, mine.event_days, mine.faces) == (theirs.days, theirs.event_days, theirs.faces)
    assert report_json(answer.record)


def test_of_a_log_it_is_told_how_far_it_had_come_at_the_instant(
    log: Path, made_feed: RecordedFeed, made_track: Track
) -> None:
    lit = [each for each in made_track.evaluations if not each.reason]
    until = lit[99].at
    answer = own_record(RecordQuestion(str(log), made_feed.info, RULES.id, until))
    assert (answer.record, answer.days, answer.error) == (None, 100, "")
    before = until - timedelta(seconds=1)
    assert own_record(RecordQuestion(str(log), made_feed.info, RULES.id, before)).days == 99


def test_another_rule_set_or_feed_has_a_log_of_its_own(log: Path, made_feed: RecordedFeed) -> None:
    assert own_record(RecordQuestion(str(log), made_feed.info, "v1/strict", NOW)).days == 0


def test_a_profile_without_a_store_is_told_in_a_sentence(tmp_path: Path, made_feed: RecordedFeed) -> None:
    answer = own_record(RecordQuestion(str(tmp_path), made_feed.info, RULES.id, NOW))
    assert answer.record is None
    assert str(tmp_path) in answer.error
    assert "\n" not in answer.error
