"""What the store keeps of the light: every evaluation with what it rests on, and the light between two closes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from barograph.engine.clock import SimulatedClock
from barograph.engine.desk import Desk
from barograph.engine.light_record import left_at
from barograph.engine.look_codec import state_of, stored_look
from barograph.feeds.contract import Feed
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.instants import iso_z
from barograph.risk.explain import fired_look_rule
from barograph.risk.faces import Face
from barograph.store.connection import open_store, open_store_for_reading
from barograph.store.intraday import StoredLook
from tests.engine.desks import change, move
from tests.engine.looks import watched
from tests.engine.runs import RULES, UNIVERSE, feed_of, judged
from tests.feeds.live.scripted import ScriptedSource, live_feed


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2023, 4, day, hour, minute, tzinfo=UTC)


@contextmanager
def desk_at(feed: Feed, data_dir: Path, now: datetime) -> Iterator[Desk]:
    clock = SimulatedClock(now, 1.0, datetime(2024, 1, 1, tzinfo=UTC), real_seconds=lambda: 0.0)
    clock.set_paused(paused=True)
    desk = Desk(feed, UNIVERSE, RULES, open_store(data_dir, now), clock)
    try:
        desk.begin()
        yield desk
    finally:
        desk.close()


def kept(data_dir: Path, key: str) -> list[StoredLook]:
    store = open_store_for_reading(data_dir)
    try:
        return store.load_looks(key, RULES.id, utc(1, 0), utc(30, 0))
    finally:
        store.close()


# ---------------------------------------------------------------------------------------------- explanations


@pytest.fixture(scope="module")
def explained(rich: HistoryFolder, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("explained")
    feed = feed_of(rich)
    end = judged(feed)[-1].at
    with desk_at(feed, folder, end) as desk:
        desk.refresh()
    store = open_store_for_reading(folder)
    try:
        return [json.loads(each.explanation) for each in store.load_evaluations(feed.info.key, RULES.id)]
    finally:
        store.close()


def test_every_evaluation_is_stored_with_what_it_rests_on(explained: list[dict[str, Any]], rich_run: list[Any]) -> None:
    assert len(explained) == len(rich_run)
    for told, one in zip(explained, rich_run, strict=True):
        assert told["format"] == 1
        assert (told["session"], told["rule_set"]) == (one.session.isoformat(), "v1/balanced")
        assert told["thresholds"]["risk_off_enter"] == 72
        assert (told["score"], told["score_low"], told["score_up"]) == (one.score.value, one.score.low, one.score.high)
        assert (told["coverage"], told["state"]["face"]) == (one.score.coverage, one.face.value)
        for name, entry in told["inputs"].items():
            assert entry["u"] == one.percentiles[name].u
            assert entry["contribution"] == one.score.contributions.get(name)


def test_an_input_says_where_it_comes_from_and_how_old_it_is(explained: list[dict[str, Any]]) -> None:
    told = explained[-1]
    judged_at = datetime.fromisoformat(told["evaluated_at"])
    for name, entry in told["inputs"].items():
        assert entry["event_time"] <= entry["known_at"] <= told["evaluated_at"], name
        assert entry["age_s"] == (judged_at - datetime.fromisoformat(entry["event_time"])).total_seconds()
        assert entry["source"]
    assert told["inputs"]["V1"]["made_of"] == ["QQQ"]
    assert told["inputs"]["M2"]["source"] == "DGS2 fixing"
    assert told["inputs"]["M2"]["age_s"] > 24 * 3_600
    assert told["inputs"]["C4"]["window"] == 365
    assert told["inputs"]["V3"]["window"] == 390
    crypto = [told["inputs"][name]["weight"] for name in ("C1", "C2", "C3", "C4", "C5")]
    assert crypto == pytest.approx([0.35, 0.25, 0.15, 0.10, 0.15])
    assert sum(entry["contribution"] or 0 for entry in told["inputs"].values()) == pytest.approx(told["score"])
    assert sum(pillar["contribution"] for pillar in told["pillars"].values()) == pytest.approx(told["score"])


def test_it_says_which_rule_decided_and_what_would_change_it(explained: list[dict[str, Any]]) -> None:
    rules = {told["rule"] for told in explained}
    assert "no_data: warm_up" in rules
    assert rules <= {
        "no_data: warm_up", "below", "entered", "held", "waiting", "left", "shock", "shock_hold", "entry_restrained"
    }  # fmt: skip
    for told in explained:
        if told["rule"].startswith("no_data"):
            assert told["would_change"] == {"worse": None, "calmer": None}
            continue
        level = {"calm": "watch_enter", "watch": "risk_off_enter"}.get(told["state"]["face"])
        if level:
            worse = told["would_change"]["worse"]
            assert worse["threshold"] == told["thresholds"][level]
            assert worse["points"] == pytest.approx(worse["threshold"] - told["score"])
    for before, told in pairwise(explained):
        if told["score"] is not None and before["score"] is not None:
            assert sum(told["moved"].values()) == pytest.approx(told["score"] - before["score"])


# ---------------------------------------------------------------------------------------- between two closes


def test_a_stored_look_is_read_back(busy: HistoryFolder) -> None:
    _, seen = watched(feed_of(busy), utc(18, 0, 10), utc(19, 18))
    for look in seen:
        assert state_of(stored_look("k", look).state) == look.state
    for text in ("{}", "[]", '{"session":"2023-04-18","base":[1]}', "", '{"base":["calm",0,0]}'):
        with pytest.raises(ValueError, match=r"."):
            state_of(text)


def test_what_the_light_was_at_any_minute_is_known(busy: HistoryFolder, tmp_path: Path) -> None:
    """Only changes are kept, at least one for each session."""
    feed, start, end = feed_of(busy), utc(17, 0, 10), utc(20, 0, 10)
    _, seen = watched(feed, start, end)
    with desk_at(feed, tmp_path, start) as desk:
        desk.refresh()
        now = start
        while now < end:
            now += timedelta(minutes=235)
            move(desk, min(now, end))
            desk.refresh()
    rows = kept(tmp_path, feed.info.key)
    assert {row.session for row in rows} >= {date(2023, 4, 17), date(2023, 4, 18), date(2023, 4, 19)}
    assert len(rows) < len(seen) / 10
    for look in seen:
        row = [each for each in rows if each.at <= look.evaluation.at][-1]
        assert (row.face, row.ceiling, row.reason) == (
            look.evaluation.face,
            look.evaluation.ceiling,
            look.evaluation.reason,
        )
    with desk_at(feed, tmp_path, utc(18, 16)) as desk:  # looking again changes nothing of it
        desk.refresh()
    assert kept(tmp_path, feed.info.key) == rows


def test_a_look_is_stored_with_what_it_rests_on_as_an_evaluation_is(busy: HistoryFolder, tmp_path: Path) -> None:
    feed, start, end = feed_of(busy), utc(17, 0, 10), utc(20, 0, 10)
    monitor, seen = watched(feed, start, end)
    looks = {look.evaluation.at: look for look in seen}
    closes = {each.session: each for each in monitor.evaluations}
    with desk_at(feed, tmp_path, start) as desk:
        desk.refresh()
        for hours in range(24, 73, 24):
            move(desk, start + timedelta(hours=hours))
            desk.refresh()
    rows = kept(tmp_path, feed.info.key)
    assert len({row.face for row in rows}) > 1
    for row in rows:
        told, look = json.loads(row.explanation), looks[row.at]
        one, close = look.evaluation, closes[look.state.session]
        assert (told["format"], told["rule_set"], told["session"]) == (1, RULES.id, row.session.isoformat())
        assert (told["evaluated_at"], told["look"]["close"]) == (iso_z(row.at), close.session.isoformat())
        assert (told["score"], told["score_up"], told["coverage"]) == (one.score.value, one.score.high, row.coverage)
        assert (told["state"]["face"], told["state"]["ceiling"]) == (row.face.value, row.ceiling.value)
        assert told["thresholds"]["risk_off_enter"] == 72
        assert told["rule"] == fired_look_rule(look, RULES)
        if one.score.value is not None and close.score.value is not None:
            assert sum(told["moved"].values()) == pytest.approx(one.score.value - close.score.value)
        if told["would_change"]["worse"]:
            assert told["would_change"]["worse"]["minutes"] in (15, 30)
        assert len(row.explanation) < 10_000
    assert {row.session for row in rows} >= {date(2023, 4, 17), date(2023, 4, 18), date(2023, 4, 19)}


def test_the_inputs_of_a_look_have_their_own_times(busy: HistoryFolder, tmp_path: Path) -> None:
    feed, start = feed_of(busy), utc(18, 0, 10)
    monitor, seen = watched(feed, start, utc(18, 18))
    look = seen[-1]
    told = json.loads(monitor.look_explanation(look))
    asked = told["inputs"]
    at = look.evaluation.at
    for name, entry in asked.items():
        if entry["event_time"] is None:
            assert entry["x"] is None
            continue
        assert entry["event_time"] <= entry["known_at"] <= told["evaluated_at"], name
        assert entry["age_s"] == (at - datetime.fromisoformat(entry["event_time"])).total_seconds()
        assert entry["weight"] is None or entry["window"] > 60
    for name in ("V1", "X1", "C1"):
        assert asked[name]["event_time"] == iso_z(look.reading.times[name])
        assert asked[name]["age_s"] < 3_600
    assert asked["E1"]["event_time"] == "2023-04-17T20:00:00Z"  # shares are as of their close
    assert asked["E1"]["source"]


def hear(source: ScriptedSource, now: datetime) -> None:
    source.publish(now)
    source.answer(now)


def test_a_live_light_goes_on_where_it_was_left(busy: HistoryFolder, tmp_path: Path) -> None:
    """Started again in the same session it shows the face it had risen to, although it has just begun to look."""
    now, faces = utc(19, 20, 0), []
    feed, source = live_feed(feed_of(busy), UNIVERSE, now)
    with desk_at(feed, tmp_path, now) as desk:
        for _ in range(9):
            hear(source, now)
            desk.refresh()
            snapshot, _, _ = desk.refresh()
            faces.append(snapshot.light.face)
            now += timedelta(minutes=5)
            move(desk, now)
    assert faces[0] is Face.WATCH
    assert faces[-1] is Face.RISK_OFF
    rows = kept(tmp_path, feed.info.key)
    assert [row.face for row in rows][-1] is Face.RISK_OFF
    looked = now + timedelta(minutes=20)
    later = looked + timedelta(seconds=90)
    feed, source = live_feed(feed_of(busy), UNIVERSE, later)
    with desk_at(feed, tmp_path, later) as desk:
        hear(source, later)
        desk.refresh()
        snapshot, _, _ = desk.refresh()
        assert snapshot.light.face is Face.RISK_OFF
        assert snapshot.light.provisional
        assert iso_z(snapshot.light.as_of or later) == iso_z(looked)


def test_a_state_that_cannot_be_read_is_none(busy: HistoryFolder, tmp_path: Path) -> None:
    _, seen = watched(feed_of(busy), utc(18, 0, 10), utc(18, 1))
    store = open_store(tmp_path, utc(18, 0))
    store.save_looks([stored_look("k", seen[0])])
    assert left_at(store, "k", RULES.id, utc(19, 0)) == seen[0].state
    assert left_at(store, "k", RULES.id, utc(18, 0)) is None
    store.close()
    change(tmp_path, "UPDATE intraday_light SET state = '{}'")
    store = open_store(tmp_path, utc(18, 0))
    assert left_at(store, "k", RULES.id, utc(19, 0)) is None
    assert replace(seen[0].state, hold=seen[0].state.hold) == seen[0].state
    store.close()
