"""The desk on the simulated market: bars and evaluations are kept, and a restart goes on from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from barograph.checklist.steps import checklist_day
from barograph.engine.clock import SimulatedClock
from barograph.engine.desk import Desk
from barograph.engine.messages import Acknowledged, Seek, TickStep
from barograph.engine.opening import with_breadth_of
from barograph.feeds.simulated.feed import SimulatedFeed
from barograph.feeds.simulated.generator import START
from barograph.risk.faces import Face
from barograph.store.connection import open_store
from tests.engine.desks import move, rows, shown, stored
from tests.engine.runs import RULES, UNIVERSE

LATER = START + timedelta(days=2, hours=3)


@pytest.fixture(scope="module")
def feed() -> SimulatedFeed:
    return SimulatedFeed(UNIVERSE, 7)


@contextmanager
def desk_at(feed: SimulatedFeed, data_dir: Path, seconds: float) -> Iterator[Desk]:
    clock = SimulatedClock(START + timedelta(seconds=seconds), 1.0, feed.info.end, real_seconds=lambda: 0.0)
    desk = Desk(feed, with_breadth_of(UNIVERSE, feed), RULES, open_store(data_dir, START), clock)
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def profile(feed: SimulatedFeed, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder in which the demo ran up to LATER, and what it showed there."""
    data_dir = tmp_path_factory.mktemp("profile")
    with desk_at(feed, data_dir, 0) as desk:
        desk.refresh()
        move(desk, LATER)
        return data_dir, shown(desk)


def test_the_past_is_judged_and_the_light_is_on_at_once(profile: tuple[Path, str]) -> None:
    data_dir, text = profile
    assert "face=<Face.CALM: 'calm'>, ceiling=<Face.CALM: 'calm'>" in text
    assert len(stored(data_dir)) > 1_000
    faces = {Face(face) for (face,) in rows(data_dir, "SELECT DISTINCT face FROM evaluation")}
    assert faces >= {Face.CALM, Face.WATCH, Face.RISK_OFF}
    ((bars,),) = rows(data_dir, "SELECT count(*) FROM bar")
    assert bars > 50_000


def test_a_restart_shows_the_same(feed: SimulatedFeed, profile: tuple[Path, str]) -> None:
    data_dir, text = profile
    before = stored(data_dir)
    bars = rows(data_dir, "SELECT count(*) FROM bar")
    with desk_at(feed, data_dir, (LATER - START).total_seconds()) as desk:
        assert shown(desk) == text
    assert stored(data_dir) == before
    assert rows(data_dir, "SELECT count(*) FROM bar") == bars


def test_the_story_told_again_finds_its_record_and_changes_nothing(
    feed: SimulatedFeed, profile: tuple[Path, str]
) -> None:
    """A demo begins at its beginning each time; what the store knows of later days does not show before its time."""
    data_dir, text = profile
    before = stored(data_dir)
    with desk_at(feed, data_dir, 0) as desk:
        snapshot = desk.refresh()[0]
        assert snapshot.light.as_of is not None
        assert snapshot.light.as_of <= START
        move(desk, LATER)
        assert shown(desk) == text
    assert stored(data_dir) == before


def test_ticks_are_there_after_a_restart_and_a_demo_is_not_wound_back(
    feed: SimulatedFeed, profile: tuple[Path, str]
) -> None:
    data_dir, _ = profile
    seconds = (LATER - START).total_seconds()
    with desk_at(feed, data_dir, seconds) as desk:
        step = desk.refresh()[0].sheet.steps[0].step
        command = TickStep("demo-tick", checklist_day(LATER), step, True, 30.0)
        assert desk.apply(command) == Acknowledged("demo-tick")
        desk.apply(Seek(START))
        assert desk.clock.now() == LATER
    with desk_at(feed, data_dir, seconds) as desk:
        assert desk.refresh()[0].sheet.ticked == 1
