"""Hours of a live feed arrive in any order: what is made of them is the same as if they had been there at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.context.shared_grid import SharedGrid
from barograph.engine.hour_returns import HourReturns
from barograph.engine.tape import Tape
from barograph.feeds.live.feed import LiveFeed
from barograph.market.calendars import calendar
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from tests.engine.hand_made import folder, intraday
from tests.engine.runs import UNIVERSE, feed_of
from tests.feeds.live.scripted import ScriptedSource, live_feed

BEGUN = datetime(2024, 5, 1, 22, tzinfo=UTC)
NOW = datetime(2024, 6, 14, 0, 10, tzinfo=UTC)
HOURS = int((NOW - BEGUN) / timedelta(hours=1))


def walk(seed: int, level: float) -> list[float]:
    steps = np.random.default_rng(seed).normal(0.0, 0.003, HOURS)
    return [float(price) for price in level * np.exp(np.cumsum(steps))]


@pytest.fixture
def live() -> tuple[LiveFeed, ScriptedSource]:
    hours = {
        name: {Interval.HOUR_1: intraday(BEGUN, Interval.HOUR_1, walk(seed, level))}
        for name, seed, level in (("ES", 1, 5_000.0), ("BTC", 2, 60_000.0))
    }
    return live_feed(feed_of(folder(None, hours)), UNIVERSE, NOW)


def returns_of(feed: LiveFeed) -> HourReturns:
    return HourReturns(Tape(feed, UNIVERSE, calendar), "ES", "BTC")


@pytest.mark.parametrize("late", ["ES", "BTC"])
def test_months_that_come_late_are_not_left_out(live: tuple[LiveFeed, ScriptedSource], late: str) -> None:
    feed, source = live
    early = returns_of(feed)
    early.update(NOW)
    source.answer(NOW, [name for name in ("ES", "BTC") if name != late])
    early.update(NOW)
    source.answer(NOW, [late])
    early.update(NOW)
    at_once = returns_of(feed)
    at_once.update(NOW)
    assert at_once.correlations(to_ns(NOW)).keys() == {"X1_1h", "X1_4h"}
    assert early.correlations(to_ns(NOW)) == at_once.correlations(to_ns(NOW))


def test_a_week_without_the_program_is_filled(live: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = live
    week_ago = NOW - timedelta(days=7)
    source.answer(week_ago)
    early = returns_of(feed)
    early.update(NOW)  # an earlier run's hours are held, and those of the week are still to come
    source.answer(NOW)
    early.update(NOW)
    at_once = returns_of(feed)
    at_once.update(NOW)
    assert early.correlations(to_ns(NOW)) == at_once.correlations(to_ns(NOW))


def test_the_grid_of_the_context_takes_in_what_comes_late_as_well(live: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = live
    grids = [SharedGrid(feed, UNIVERSE, calendar, ("ES",), ("BTC",)) for _ in range(2)]
    source.answer(NOW, ["ES"])
    assert grids[0].advance(NOW)
    assert not grids[0].advance(NOW)
    source.answer(NOW, ["BTC"])
    assert grids[0].advance(NOW)
    assert not grids[0].advance(NOW)
    assert grids[1].advance(NOW)
    assert np.array_equal(grids[0].price, grids[1].price, equal_nan=True)
    assert np.isfinite(grids[0].column("BTC")).sum() > 500
