"""The recorded markets at hand load, and answer with the values that stand in their files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from barograph.feeds.contract import Feed
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.feeds.recorded.folder import load_folder
from barograph.market.bars import check_bars
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, label_date, label_ns
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe

UNIVERSE = load_universe()


@pytest.fixture(scope="module")
def feeds(history_folder: Path) -> dict[str, Feed]:
    """Both folders as feeds."""
    found: dict[str, Feed] = {}
    for name in ("daily", "2024-08"):
        if not (history_folder / name).is_dir():
            pytest.skip(f"no recorded history {name} at {history_folder}")
        found[name] = RecordedFeed(load_folder(history_folder / name, UNIVERSE), UNIVERSE, calendar)
    return found


def test_what_the_folders_hold(feeds: dict[str, Feed]) -> None:
    daily, episode = feeds["daily"], feeds["2024-08"]
    assert len(daily.instruments()) == 126
    assert {"SPX", "VIX", "DXY", "HYG", "SMH", "BTC", "BRK-B"} <= {*daily.instruments()}
    assert {*daily.series()} >= {"DGS10", "DGS2", "DFII10", "DFF", "FNG"}
    assert not daily.info.simulated
    assert daily.info.end == datetime(2025, 1, 1, tzinfo=UTC)
    assert daily.intervals("SPX") == (Interval.DAY_1,)
    assert set(episode.intervals("BTC")) == set(Interval)
    assert set(episode.intervals("ES")) == {Interval.HOUR_1, Interval.HOUR_4}


@pytest.mark.parametrize("name", ["daily", "2024-08"])
def test_all_bars_keep_the_contract(name: str, feeds: dict[str, Feed]) -> None:
    feed = feeds[name]
    later = datetime(2026, 1, 1, tzinfo=UTC)
    for instrument_id in feed.instruments():
        for interval in feed.intervals(instrument_id):
            closed = feed.fetch_bars(instrument_id, interval, None, later).closed
            check_bars(closed)
            assert len(closed) > 100, f"{instrument_id} {interval}"


def test_the_crash_of_march_2020_as_it_was_known(feeds: dict[str, Feed]) -> None:
    now = datetime(2020, 3, 13, 0, 15, tzinfo=UTC)
    feed = feeds["daily"]
    closes = {name: feed.fetch_bars(name, Interval.DAY_1, None, now).closed for name in ("SPX", "VIX", "BTC")}
    for closed in closes.values():
        assert label_date(int(closed.time[-1])) == date(2020, 3, 12)
    assert closes["SPX"].close[-1] == pytest.approx(2480.64, abs=0.01)
    assert closes["VIX"].close[-1] == pytest.approx(75.47, abs=0.01)
    assert closes["BTC"].close[-1] == pytest.approx(4970.79, abs=0.01)
    yields = feed.fetch_fixings("DGS10", None, now)
    assert label_date(int(yields.time[-1])) == date(2020, 3, 11)  # that of the 12th came on the 13th
    assert yields.value[-1] == 0.82
    assert {entry.state for entry in feed.health(now)} <= {Freshness.LIVE, Freshness.MISSING}


def test_the_carry_unwind_of_august_2024_as_it_was_known(feeds: dict[str, Feed]) -> None:
    now = datetime(2024, 8, 5, 14, 47, tzinfo=UTC)
    feed = feeds["2024-08"]
    vix = feed.fetch_bars("VIX", Interval.HOUR_1, None, now)
    assert from_ns(int(vix.closed.time[-1])) == datetime(2024, 8, 5, 13, tzinfo=UTC)
    coin = feed.fetch_bars("BTC", Interval.DAY_1, None, now)
    assert label_date(int(coin.closed.time[-1])) == date(2024, 8, 4)
    assert label_date(int(coin.forming.time[0])) == date(2024, 8, 5)
    assert from_ns(int(feed.fetch_bars("BTC", Interval.MIN_1, None, now).closed.time[-1])).minute == 46
    interest = feed.fetch_open_interest("BTC", None, now)
    assert interest.coin[-1] > 10_000  # of one venue, in coins
    forced = feed.fetch_liquidations("BTC", None, now)
    assert from_ns(int(forced.time[-1])) == datetime(2024, 8, 5, 13, tzinfo=UTC)
    assert from_ns(int(feed.fetch_funding("BTC", None, now).time[-1])) == datetime(2024, 8, 5, 8, tzinfo=UTC)


def test_hours_made_of_quarters_are_the_recorded_hours(feeds: dict[str, Feed], history_folder: Path) -> None:
    feed = feeds["2024-08"]
    now = datetime(2024, 8, 20, tzinfo=UTC)
    halves = feed.fetch_bars("BTC", Interval.MIN_30, None, now).closed
    quarters = feed.fetch_bars("BTC", Interval.MIN_15, None, now).closed
    np.testing.assert_array_equal(halves.close, quarters.close[1::2])
    np.testing.assert_array_equal(halves.open, quarters.open[::2])
    np.testing.assert_array_equal(halves.high, np.maximum(quarters.high[::2], quarters.high[1::2]))
    np.testing.assert_array_equal(halves.time, quarters.time[::2])


def test_bars_on_days_without_a_session_are_answered_too(feeds: dict[str, Feed]) -> None:
    closed = feeds["daily"].fetch_bars("VIX", Interval.DAY_1, None, datetime(2022, 7, 5, tzinfo=UTC)).closed
    assert label_date(int(closed.time[-1])) == date(2022, 7, 4)


def test_a_file_reads_as_plain_python_reads_it(feeds: dict[str, Feed], history_folder: Path) -> None:
    lines = (history_folder / "daily/bars/SPX/1d.csv").read_text("utf-8").splitlines()[1:]
    closed = feeds["daily"].fetch_bars("SPX", Interval.DAY_1, None, datetime(2026, 1, 1, tzinfo=UTC)).closed
    for row, line in enumerate(lines):
        stamp, *numbers = line.split(",")
        assert int(closed.time[row]) == label_ns(date.fromisoformat(stamp))
        expected = [float(number) if number else np.nan for number in numbers]
        found = [getattr(closed, name)[row] for name in ("open", "high", "low", "close", "volume")]
        np.testing.assert_array_equal(found, expected)
    assert len(closed) == len(lines)
