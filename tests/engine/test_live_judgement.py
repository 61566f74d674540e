"""A live evaluation is made once, when what it needs is there; until then the light is provisional or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from barograph.engine.monitor import Monitor
from barograph.engine.replay import judged_at
from barograph.feeds.book import BarsPiece
from barograph.feeds.contract import Advisory, FeedErrorKind
from barograph.feeds.live.feed import LiveFeed
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from tests.engine.hand_made import picked
from tests.engine.runs import UNIVERSE, feed_of, new_monitor, texts
from tests.feeds.live.scripted import NAME, ScriptedSource, live_feed

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def now(made_run: list[Evaluation]) -> datetime:
    """Two minutes after the last session of the made-up market was due to be judged."""
    return made_run[-1].at + 2 * MINUTE


@pytest.fixture
def live(made: HistoryFolder, now: datetime) -> tuple[LiveFeed, ScriptedSource]:
    return live_feed(feed_of(made), UNIVERSE, now)


def quoted_bitcoin(monitor: Monitor, now: datetime) -> Freshness:
    return next(quote.state for quote in monitor.snapshot(now).quotes if quote.instrument == "BTC")


def test_nothing_is_judged_before_anything_is_heard(live: tuple[LiveFeed, ScriptedSource], now: datetime) -> None:
    monitor = new_monitor(live[0])
    assert monitor.refresh(now) == []
    light = monitor.snapshot(now).light
    assert (light.face, light.reason) == (Face.NO_DATA, "starting")
    assert {"SPX", "QQQ", "VIX", "BTC"} == set(light.waiting[:4])


def test_what_arrives_in_pieces_is_judged_as_if_it_had_been_there(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    feed, source = live
    monitor = new_monitor(feed)
    names = feed.instruments()
    for piece in (names[:40], names[40:], ()):
        source.answer(now, piece)
        monitor.refresh(now)
        assert monitor.evaluations == []  # the series are not there yet
    source.publish(now)
    monitor.refresh(now)
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_first_start_without_the_yields_has_a_light_that_says_so_and_no_record(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    """Nothing new has come for two minutes: what is there is looked at, and judged for good once the rest has come."""
    feed, source = live
    monitor = new_monitor(feed)
    source.answer(now)
    for minutes in (0, 1):
        monitor.refresh(now + minutes * MINUTE)
        assert monitor.snapshot(now + minutes * MINUTE).light.reason == "starting"
    later = now + 2 * MINUTE
    assert monitor.refresh(later) == []
    light = monitor.snapshot(later).light
    assert light.underlying is made_run[-1].light.face  # this market has no price of now
    assert light.provisional
    assert light.waiting == ("DGS10", "DGS2")
    assert light.session == made_run[-1].session
    assert {"M1", "M2"} <= set(light.missing)
    assert monitor.evaluations == []

    source.publish(later)
    monitor.refresh(later)
    light = monitor.snapshot(later).light
    assert (light.provisional, light.waiting) == (False, ())
    assert texts(monitor.evaluations) == texts(made_run)


def test_without_the_price_of_the_index_there_is_no_first_look(
    live: tuple[LiveFeed, ScriptedSource], now: datetime
) -> None:
    feed, source = live
    monitor = new_monitor(feed)
    source.answer(now, [name for name in feed.instruments() if name != "SPX"])
    for minutes in (0, 2, 4):
        monitor.refresh(now + minutes * MINUTE)
        light = monitor.snapshot(now + minutes * MINUTE).light
        assert (light.face, light.reason) == (Face.NO_DATA, "starting")


def test_the_rest_is_waited_for_an_hour_and_the_critical_until_they_come(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    feed, source = live
    monitor = new_monitor(feed, made_run[:-1])
    source.publish(now)
    source.answer(now, [name for name in feed.instruments() if name not in ("VIX", "KO")])
    monitor.refresh(now)
    assert monitor.snapshot(now).light.waiting == ("VIX", "KO")
    later = now + 3 * HOUR
    monitor.refresh(later)
    assert monitor.snapshot(later).light.waiting == ("VIX", "KO")
    assert len(monitor.evaluations) == len(made_run) - 1
    source.answer(later, ["VIX"])
    monitor.refresh(later)
    assert monitor.snapshot(later).light.waiting == ("KO",)
    monitor.refresh(later + HOUR)
    assert monitor.snapshot(later + HOUR).light.waiting == ()
    assert len(monitor.evaluations) == len(made_run)
    assert "E2" not in monitor.evaluations[-1].missing  # one member of a hundred is a range, not a hole


def test_the_rest_has_its_hour_after_what_matters_most_is_there(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    """A night without a network: the indices come first in the morning, and a hundred shares some minutes later."""
    feed, source = live
    monitor = new_monitor(feed, made_run[:-1])
    evening = made_run[-2].at + MINUTE
    source.publish(evening)
    source.answer(evening)
    for at in (evening, now, now + 2 * HOUR, now + 8 * HOUR):
        assert monitor.refresh(at) == []
    morning = now + 8 * HOUR + MINUTE
    source.answer(morning, ["SPX", "QQQ", "VIX", "BTC"])
    assert monitor.refresh(morning) == []
    assert monitor.snapshot(morning).light.provisional
    source.publish(morning)
    source.answer(morning)
    monitor.refresh(morning + MINUTE)
    assert texts(monitor.evaluations) == texts(made_run)


def test_sleep_is_no_waiting(live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime) -> None:
    """The prices were there when the lid was closed, the series were not."""
    feed, source = live
    monitor = new_monitor(feed, made_run[:-1])
    source.publish(made_run[-2].at)
    source.answer(now)
    assert monitor.refresh(now) == []
    monitor.woke()
    assert monitor.refresh(now + 8 * HOUR) == []
    source.publish(now + 8 * HOUR)
    monitor.refresh(now + 8 * HOUR + MINUTE)
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_record_is_not_begun_without_the_shares(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    """Years would be judged without them for good, and a warm-up of a year be due."""
    feed, source = live
    monitor = new_monitor(feed)
    source.answer(now, ["SPX", "QQQ", "VIX", "BTC", "UUP"])
    source.publish(now)
    for hours in range(0, 78, 6):
        assert monitor.refresh(now + hours * HOUR) == []
    source.answer(now, feed.instruments()[:-3])  # three that cannot be had are no reason to wait for ever
    for hours in (74, 80, 90):
        assert monitor.refresh(now + hours * HOUR) == []
    made = monitor.refresh(now + 99 * HOUR)
    assert made[len(made_run) - 1].session == made_run[-1].session
    assert not {"E1", "E2", "E3"} & set(made[len(made_run) - 1].missing)


@pytest.mark.parametrize("come", [True, False])
def test_a_coins_positions_are_waited_for_after_a_restart_but_not_for_ever(
    rich: HistoryFolder, rich_run: list[Evaluation], come: bool
) -> None:
    """Started when the session was due: the prices come first, what was missed of funding and open interest later."""
    now = rich_run[-1].at + 2 * MINUTE
    feed, source = live_feed(feed_of(rich), UNIVERSE, now, coins=("BTC",))
    source.hold_positions(now - 9 * HOUR)
    monitor = new_monitor(feed, rich_run[:-1])
    source.publish(now)
    source.answer(now)
    assert monitor.refresh(now) == []
    light = monitor.snapshot(now).light
    assert (light.provisional, light.waiting) == (True, ("BTC derivatives",))
    if come:
        source.hold_positions(now + MINUTE)
        assert monitor.refresh(now + MINUTE) == []  # of now; what was missed before is still asked for
        source.told_positions(now + MINUTE)
        monitor.refresh(now + MINUTE)
        assert texts(monitor.evaluations) == texts(rich_run)
    else:
        assert monitor.refresh(now + 59 * MINUTE) == []
        (made,) = monitor.refresh(now + 60 * MINUTE)
        assert {"C3", "C5"} <= set(made.missing)


def test_a_first_record_waits_for_a_coins_positions_no_longer_than_any_other(
    rich: HistoryFolder, rich_run: list[Evaluation]
) -> None:
    now = rich_run[-1].at + 2 * MINUTE
    feed, source = live_feed(feed_of(rich), UNIVERSE, now, coins=("BTC",))
    source.hold_positions(now)
    source.publish(now)
    source.answer(now)
    monitor = new_monitor(feed)
    for minutes in (0, 59):
        assert monitor.refresh(now + minutes * MINUTE) == []
    assert len(monitor.refresh(now + 60 * MINUTE)) == len(rich_run)


def test_nothing_is_judged_by_a_clock_that_is_ahead(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation]
) -> None:
    """Sessions that are to come would be found without a bar, and kept as such."""
    feed, source = live
    evening = made_run[-3].at + MINUTE
    source.publish(evening)
    source.answer(evening)
    monitor = new_monitor(feed)
    monitor.refresh(evening)
    assert len(monitor.evaluations) == len(made_run) - 2
    ahead = made_run[-1].at + 14 * HOUR
    source.told = (Advisory("clock_off", ("90000",)),)
    source.publish(evening)
    for name in feed.instruments():  # asked at that time, and true to what there is
        source.book.answered(name, Interval.DAY_1, ahead)
    for name in feed.series():
        source.book.answered(name, None, ahead)
    assert monitor.refresh(ahead) == []
    assert monitor.snapshot(ahead).light.reason == "clock_off"
    source.told = ()
    monitor.woke()
    assert monitor.refresh(evening + MINUTE) == []
    source.publish(made_run[-1].at)
    source.answer(made_run[-1].at)
    monitor.refresh(made_run[-1].at)
    assert texts(monitor.evaluations) == texts(made_run)


def test_one_answer_without_the_bar_after_a_start_is_no_proof_of_a_hole(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation]
) -> None:
    feed, source = live
    monitor = new_monitor(feed, made_run[:-1])
    morning = made_run[-1].at + 14 * HOUR
    source.publish(morning)
    source.answer(morning, [name for name in feed.instruments() if name != "SPX"])
    source.answer(made_run[-2].at, ["SPX"])
    source.book.answered("SPX", Interval.DAY_1, morning)  # it says nothing of the last session: vendors do that
    assert monitor.refresh(morning) == []
    assert monitor.snapshot(morning).light.waiting == ("SPX",)
    source.answer(morning + 10 * MINUTE, ["SPX"])
    monitor.refresh(morning + 10 * MINUTE)
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_bar_that_came_after_the_next_one_is_judged(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    """Whoever says that it is there has to have it: a late bar lies behind the newest one."""
    feed, source = live
    monitor = new_monitor(feed, made_run[:-2])
    source.publish(now)
    source.answer(now, [name for name in feed.instruments() if name != "VIX"])
    whole = source.recorded.fetch_bars("VIX", Interval.DAY_1, None, now).closed
    holed = picked(whole, np.delete(np.arange(len(whole)), -2))
    source.book.put_bars(BarsPiece("VIX", Interval.DAY_1, NAME, holed))
    source.book.answered("VIX", Interval.DAY_1, made_run[-2].at)
    assert monitor.refresh(now) == []
    source.answer(now, ["VIX"])
    monitor.refresh(now + MINUTE)
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_split_changes_nothing_but_the_unit(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    """Once the vendor counts a share's past in other units, so does whoever judges."""
    feed, source = live
    monitor = new_monitor(feed)
    evening = made_run[-2].at + MINUTE
    source.publish(evening)
    source.answer(evening)
    monitor.refresh(evening)
    source.publish(now)
    source.answer(now)
    for name in UNIVERSE.groups["leaders"][:3]:
        whole = source.recorded.fetch_bars(name, Interval.DAY_1, None, now).closed
        split = replace(whole, **{column: getattr(whole, column) / 10 for column in ("open", "high", "low", "close")})
        source.book.put_bars(BarsPiece(name, Interval.DAY_1, NAME, split))
    monitor.refresh(now)
    found, expected = monitor.evaluations[-1], made_run[-1]
    assert found.session == expected.session
    for name, entry in expected.raw.items():
        assert found.raw[name].x == pytest.approx(entry.x, rel=1e-9, nan_ok=True), name


def test_a_late_close_is_provisional_and_then_as_if_it_had_been_in_time(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    feed, source = live
    monitor = new_monitor(feed)
    evening = made_run[-2].at + MINUTE
    source.publish(evening)
    source.answer(evening)
    monitor.refresh(evening)
    assert len(monitor.evaluations) == len(made_run) - 1

    source.publish(now)
    source.answer(now, [name for name in feed.instruments() if name != "VIX"])
    assert monitor.refresh(now) == []
    light = monitor.snapshot(now).light
    assert light.provisional
    assert light.waiting == ("VIX",)
    assert light.session == made_run[-1].session
    assert "V3" in light.missing

    source.answer(now + 5 * HOUR, ["VIX"])
    monitor.refresh(now + 5 * HOUR)
    light = monitor.snapshot(now + 5 * HOUR).light
    assert not light.provisional
    assert light.waiting == ()
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_hole_is_a_hole_once_the_vendor_had_half_a_day(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    feed, source = live
    monitor = new_monitor(feed, made_run[:-1])
    source.publish(now)
    source.answer(now, [name for name in feed.instruments() if name != "SPX"])
    before = made_run[-2].at
    source.answer(before, ["SPX"])  # the day before, that is: without the session's bar
    monitor.refresh(now)
    light = monitor.snapshot(now).light
    assert (light.face, light.reason, light.provisional) == (Face.NO_DATA, "critical_stale", True)
    morning = made_run[-1].at + 12 * HOUR
    source.book.answered("SPX", Interval.DAY_1, morning)
    made = monitor.refresh(morning)
    assert [each.reason for each in made] == ["critical_stale"]


def test_a_symbol_that_the_vendor_does_not_know_is_not_waited_for(
    live: tuple[LiveFeed, ScriptedSource], now: datetime
) -> None:
    feed, source = live
    monitor = new_monitor(feed)
    source.publish(now)
    source.answer(now, [name for name in feed.instruments() if name != "XOM"])
    source.fail(["XOM"], FeedErrorKind.UNSUPPORTED)
    monitor.refresh(now)
    assert monitor.snapshot(now).light.waiting == ()


def test_a_record_that_is_far_behind_shows_no_old_light(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation], now: datetime
) -> None:
    monitor = new_monitor(live[0], made_run[:-20])
    monitor.refresh(now)
    light = monitor.snapshot(now).light
    assert (light.face, light.reason) == (Face.NO_DATA, "starting")
    assert light.waiting


def test_a_coin_without_a_price_takes_the_light_away_until_it_is_back(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation]
) -> None:
    """With daily closes alone the coin's price is fresh for some minutes after midnight UTC, and then stale."""
    feed, source = live
    late = made_run[-1].at
    source.publish(late)
    source.answer(late)
    monitor = new_monitor(feed)
    monitor.refresh(late)
    assert monitor.evaluations[-1].face is made_run[-1].face
    stale = late + 30 * HOUR
    light = monitor.snapshot(stale).light
    assert (light.face, light.reason, light.underlying) == (Face.NO_DATA, "critical_stale", made_run[-1].light.face)
    assert light.score is None
    assert light.since == stale


def test_clocks_that_differ_take_the_light_away(
    live: tuple[LiveFeed, ScriptedSource], made_run: list[Evaluation]
) -> None:
    feed, source = live
    at = made_run[-1].at
    source.publish(at)
    source.answer(at)
    monitor = new_monitor(feed)
    monitor.refresh(at)
    source.told = (Advisory("clock_off", ("11",)),)
    snapshot = monitor.snapshot(at)
    assert (snapshot.light.face, snapshot.light.reason) == (Face.NO_DATA, "clock_off")
    assert snapshot.advisories == source.told


def test_judged_at_is_what_the_table_says(made_run: list[Evaluation]) -> None:
    assert judged_at(made_run[-1].session) == made_run[-1].at
