"""The ages of streams, and the pauses before they are built anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.exchange.watchdog import Rebuilds, Stall, StreamLimits, Watchdog

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_stream_without_data_is_stalled_after_its_limit() -> None:
    dog = Watchdog(StreamLimits())
    dog.expect("candles", "a", START, 30.0)
    assert dog.stalled(at(30)) is None
    assert dog.stalled(at(31)) == Stall("candles", 31.0, ever=False)
    dog.heard("candles", "a", at(40))
    assert dog.stalled(at(70)) is None
    assert dog.stalled(at(71)) == Stall("candles", 31.0, ever=True)


def test_a_sibling_that_speaks_does_not_excuse_a_price_that_rests() -> None:
    dog = Watchdog(StreamLimits())
    dog.expect("BTC", "a", START, 30.0)
    dog.expect("ETH", "a", START, 30.0)
    dog.heard("ETH", "a", at(31))
    stall = dog.stalled(at(31))
    assert stall is not None
    assert stall.stream == "BTC"


def test_a_stream_that_may_be_silent_is_judged_by_its_siblings_on_the_same_socket() -> None:
    dog = Watchdog(StreamLimits(silent_s=60))
    dog.expect("forced orders", "a", START, None, may_be_silent=True)
    dog.heard("candles", "a", at(300))
    assert dog.stalled(at(359)) is None
    dog.heard("candles", "b", at(361))  # another socket proves nothing
    assert dog.stalled(at(361)) == Stall("forced orders", 61.0, ever=False)


def test_the_longest_over_its_limit_is_named() -> None:
    dog = Watchdog(StreamLimits())
    dog.expect("candles", "a", START, 30.0)
    dog.expect("tickers", "b", START, 15.0)
    stall = dog.stalled(at(40))
    assert stall is not None
    assert stall.stream == "tickers"


def test_expecting_again_does_not_forgive() -> None:
    dog = Watchdog(StreamLimits())
    dog.expect("candles", "a", START, 30.0)
    dog.expect("candles", "a", at(29), 30.0)
    assert dog.stalled(at(31)) is not None


def test_a_clock_that_was_set_back_stalls_nothing() -> None:
    dog = Watchdog(StreamLimits())
    dog.expect("candles", "a", START, 30.0)
    assert dog.stalled(at(-10_000)) is None


def test_many_bad_frames_in_a_short_time_are_too_many() -> None:
    dog = Watchdog(StreamLimits(bad_frames=3, bad_frames_s=600))
    assert [dog.bad_frame(at(second)) for second in (0, 599, 1_100, 1_150)] == [False, False, False, True]


@pytest.mark.parametrize(("kind", "first", "longest"), [
    (FeedErrorKind.UNREACHABLE, 1.0, 300.0),
    (FeedErrorKind.BAD_DATA, 1.0, 300.0),
    (FeedErrorKind.REFUSED, 900.0, 6 * 3_600.0),
])  # fmt: skip
def test_pauses_grow_up_to_a_longest(kind: FeedErrorKind, first: float, longest: float) -> None:
    rebuilds = Rebuilds(Random(3))
    pauses = [rebuilds.pause_s(kind, 5.0) for _ in range(40)]
    assert first <= pauses[0] <= first * 1.25
    assert 2 * first <= pauses[1] <= 2 * first * 1.25
    assert longest <= pauses[-1] <= longest * 1.25


def test_connections_that_lasted_are_built_anew_at_once_again() -> None:
    rebuilds = Rebuilds(Random(3))
    for _ in range(10):
        rebuilds.pause_s(FeedErrorKind.UNREACHABLE, 5.0)
    assert rebuilds.pause_s(FeedErrorKind.UNREACHABLE, 3_600.0) < 2.0


def test_waking_forgives() -> None:
    rebuilds = Rebuilds(Random(3))
    for _ in range(10):
        rebuilds.pause_s(FeedErrorKind.UNREACHABLE, 5.0)
    rebuilds.woke()
    assert rebuilds.pause_s(FeedErrorKind.UNREACHABLE, 5.0) < 2.0


def test_no_two_venues_are_built_anew_at_the_same_time_of_day() -> None:
    lives = {Rebuilds(Random(seed)).life_s(StreamLimits()) for seed in range(4)}
    assert len(lives) == 4
    assert all(86_400 <= life <= 86_400 * 1.25 for life in lives)
