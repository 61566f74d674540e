"""Opening a feed by its word: where its clock starts and ends, how fast it runs, and whose breadth is judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from barograph.engine.opening import (
    UnusableInputError,
    check_feed,
    closing_instant,
    default_speed,
    is_daily,
    open_feed,
    opening_instant,
    with_breadth_of,
)
from barograph.feeds.contract import FeedKind
from barograph.market.instruments import AssetClass
from barograph.market.intervals import Interval
from tests.engine import hand_made
from tests.engine.hand_made import at, closes
from tests.engine.runs import UNIVERSE, feed_of
from tests.history_builder import write_history


def test_daily_bars_alone_begin_a_year_before_their_end_at_a_day_a_second() -> None:
    daily = {"BTC": hand_made.bars(hand_made.days(900), closes(900, 6e4))}
    feed = feed_of(hand_made.folder(daily))
    assert is_daily(feed)
    assert opening_instant(feed) == at(15, 0) - timedelta(days=365)
    assert default_speed(feed) == 86_400.0
    assert closing_instant(feed) == at(15, 0, 15)  # the last session is judged by then


def test_a_short_folder_begins_where_it_does() -> None:
    feed = feed_of(hand_made.folder({"BTC": hand_made.bars(hand_made.days(30), closes(30, 6e4))}))
    assert opening_instant(feed) == at(15, 0) - timedelta(days=30)


def test_shorter_bars_begin_a_day_after_the_first_of_them_at_ten_minutes_a_second() -> None:
    hours = hand_made.intraday(at(10, 4), Interval.HOUR_1, [6e4] * 90)
    daily = {"BTC": hand_made.bars(hand_made.days(900), closes(900, 6e4))}
    feed = feed_of(hand_made.folder(daily, {"BTC": {Interval.HOUR_1: hours}}))
    assert not is_daily(feed)
    assert opening_instant(feed) == at(11, 4)
    assert default_speed(feed) == 600.0


def test_a_few_hours_of_bars_begin_no_later_than_they_end() -> None:
    feed = feed_of(
        hand_made.folder(None, {"BTC": {Interval.HOUR_1: hand_made.intraday(at(10, 4), Interval.HOUR_1, [1.0])}})
    )
    assert opening_instant(feed) == feed.info.end == at(10, 5)  # nobody knows the four hours it is a part of


def test_nothing_cannot_be_opened() -> None:
    with pytest.raises(UnusableInputError, match="Hand-made: there are no bars to replay"):
        opening_instant(feed_of(hand_made.folder()))


def test_the_demo_begins_with_its_story_and_its_own_shares_are_the_whole() -> None:
    feed, universe = open_feed("demo", 3)
    assert (feed.info.kind, feed.info.simulated) == (FeedKind.DEMO, True)
    assert opening_instant(feed) == closing_instant(feed) == feed.info.start
    assert default_speed(feed) >= 60.0
    shares = {name for name in feed.instruments() if universe.instrument(name).asset_class is AssetClass.SHARE}
    assert set(universe.groups["breadth"]) == shares
    assert universe.groups["leaders"] == UNIVERSE.groups["leaders"]
    assert len(shares) >= 50
    feed.close()


def test_a_recorded_folder_is_held_against_the_whole_universe(tmp_path: Path) -> None:
    folder = write_history(tmp_path / "small", sessions=3, instruments=("SPX", "NVDA"), series=())
    feed, universe = open_feed(f"replay:{folder}", 7)
    assert universe.groups["breadth"] == UNIVERSE.groups["breadth"]
    assert with_breadth_of(universe, feed).groups["breadth"] == ("NVDA",)
    assert feed.info.start == datetime(2022, 1, 3, 14, 30, tzinfo=UTC)


def test_a_word_is_checked_before_anything_is_loaded(tmp_path: Path) -> None:
    check_feed("demo")
    (tmp_path / "history.toml").write_text("not looked at", "utf-8")
    check_feed(f"replay:{tmp_path}")
    for word, said in (
        ("demos", "is not known"),
        (f"replay:{tmp_path / 'x'}", "no history folder"),
    ):
        with pytest.raises(UnusableInputError, match=said):
            check_feed(word)
