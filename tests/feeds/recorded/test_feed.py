"""The replay feed answers only what was known: closed bars, published fixings, settled funding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from barograph.feeds.contract import Feed, FeedError, FeedErrorKind, FeedKind
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.feeds.recorded.folder import load_folder
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe
from tests.history_builder import BARS_HEADER, write_description, write_history, write_table

UNIVERSE = load_universe()
MINUTE = timedelta(minutes=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # year, month, day and what follows


def feed_of(folder: Path, tables: Mapping[str, tuple[str, Sequence[str]]], *, simulated: bool = False) -> Feed:
    """A feed of a folder of these tables: file → header, rows."""
    write_description(folder, simulated=simulated)
    for file, (header, rows) in tables.items():
        write_table(folder / file, header, rows)
    return RecordedFeed(load_folder(folder, UNIVERSE), UNIVERSE, calendar)


def bars(*times: str) -> tuple[str, list[str]]:
    """A table of bars: closes 1, 2, 3 … within high and low."""
    return BARS_HEADER, [f"{time},{n},{n + 0.5},{n - 0.5},{n},{n * 10}" for n, time in enumerate(times, 1)]


def closes_at(feed: Feed, instrument_id: str, interval: Interval, now: datetime) -> list[float]:
    closes: list[float] = feed.fetch_bars(instrument_id, interval, None, now).closed.close.tolist()
    return closes


# -------------------------------------------------------------------------------------------- what it is


def test_the_feed_says_what_it_is(tmp_path: Path) -> None:
    feed = feed_of(
        tmp_path / "episode",
        {
            "bars/SPX/1d.csv": bars("2024-07-03", "2024-07-05"),
            "bars/SPY/1h.csv": bars("2024-07-05T13:30:00Z", "2024-07-05T19:30:00Z"),
            "series/DGS2.csv": ("time,value", ["2024-07-08,4.6"]),
            "series/DGS10.csv": ("time,value", ["2024-07-08,4.2"]),
        },
    )
    info = feed.info
    assert info.kind is FeedKind.REPLAY
    assert info.label == "Made-up history"
    assert not info.simulated
    assert (info.start, info.end) == (utc(2024, 7, 3, 13, 30), utc(2024, 7, 5, 20))
    assert feed.instruments() == ("SPX", "SPY")
    assert feed.series() == ("DGS10", "DGS2")
    assert feed.intervals("SPX") == (Interval.DAY_1,)
    assert feed.intervals("QQQ") == ()
    feed.close()
    feed.close()


def test_a_simulated_folder_says_so(tmp_path: Path) -> None:
    assert feed_of(tmp_path, {}, simulated=True).info.simulated


def test_a_folder_without_bars_has_no_extent(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"series/DGS10.csv": ("time,value", ["2024-07-08,4.2"])})
    assert (feed.info.start, feed.info.end, feed.instruments()) == (None, None, ())


def test_the_key_changes_with_the_content_and_not_with_the_compression(tmp_path: Path) -> None:
    rows = bars("2024-07-03", "2024-07-05")
    key = feed_of(tmp_path / "a" / "episode", {"bars/SPX/1d.csv": rows}).info.key
    kind, name, digest = key.split(":")
    assert (kind, name, len(digest)) == ("replay", "episode", 12)
    assert feed_of(tmp_path / "b" / "episode", {"bars/SPX/1d.csv.gz": rows}).info.key == key
    others = [
        {"bars/SPX/1d.csv": bars("2024-07-03", "2024-07-08")},
        {"bars/SPY/1d.csv": rows},
        {"bars/SPX/1h.csv": bars("2024-07-03T13:30:00Z")},
        {"bars/SPX/1d.csv": rows, "series/DGS10.csv": ("time,value", [])},
    ]
    keys = {feed_of(tmp_path / str(n) / "episode", other).info.key for n, other in enumerate(others)}
    assert len(keys | {key}) == 5


def test_what_is_not_there_is_unsupported(tmp_path: Path) -> None:
    feed = feed_of(tmp_path / "episode", {"bars/SPX/1d.csv": bars("2024-07-03")})
    now = utc(2024, 7, 4)
    for instrument_id, interval in (("SPX", Interval.HOUR_1), ("../SPX", Interval.DAY_1)):
        with pytest.raises(FeedError) as caught:
            feed.fetch_bars(instrument_id, interval, None, now)
        assert (caught.value.kind, caught.value.subject) == (FeedErrorKind.UNSUPPORTED, instrument_id)
        assert caught.value.message == f"the history folder episode has no {interval} bars of {instrument_id}"
    with pytest.raises(FeedError, match="the history folder episode has no series DGS10") as caught:
        feed.fetch_fixings("DGS10", None, now)
    assert caught.value.kind is FeedErrorKind.UNSUPPORTED
    assert len(feed.fetch_funding("BTC", None, now).time) == 0
    assert len(feed.fetch_open_interest("BTC", None, now).time) == 0
    assert len(feed.fetch_liquidations("BTC", None, now).time) == 0


def test_a_naive_now_is_refused(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"bars/SPX/1d.csv": bars("2024-07-03")})
    with pytest.raises(ValueError, match="no time zone"):
        feed.fetch_bars("SPX", Interval.DAY_1, None, datetime(2024, 7, 4))  # noqa: DTZ001 - that is the case


def test_answers_cannot_be_written_to(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"bars/SPX/1d.csv": bars("2024-07-03")})
    answer = feed.fetch_bars("SPX", Interval.DAY_1, None, utc(2024, 7, 4))
    with pytest.raises(ValueError, match="read-only"):
        answer.closed.close[0] = 0.0


# -------------------------------------------------------------------------------------------- daily bars

LAST_DAYS = ("2024-11-27", "2024-11-28", "2024-11-29", "2024-11-30")
CLOSINGS = {
    # 28 November is Thanksgiving, the 29th a half day, the 30th a Saturday; New York is five hours behind
    "SPX": [utc(2024, 11, 27, 21), utc(2024, 11, 28, 21), utc(2024, 11, 29, 18), utc(2024, 11, 30, 21)],
    "BTC": [utc(2024, 11, 28), utc(2024, 11, 29), utc(2024, 11, 30), utc(2024, 12, 1)],
}


@pytest.mark.parametrize("instrument_id", CLOSINGS)
@pytest.mark.parametrize("row", range(4))
def test_a_daily_bar_is_answered_from_its_sessions_close(instrument_id: str, row: int, tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {f"bars/{instrument_id}/1d.csv": bars(*LAST_DAYS)})
    closing = CLOSINGS[instrument_id][row]
    before = closes_at(feed, instrument_id, Interval.DAY_1, closing - timedelta(microseconds=1))
    at = closes_at(feed, instrument_id, Interval.DAY_1, closing)
    assert before == [1, 2, 3, 4][:row]
    assert at == [1, 2, 3, 4][: row + 1]


@pytest.mark.parametrize(("month", "hour"), [(1, 21), (7, 20)])
def test_the_close_follows_the_clock_of_new_york(month: int, hour: int, tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"bars/SPX/1d.csv": bars(f"2024-0{month}-10")})
    assert closes_at(feed, "SPX", Interval.DAY_1, utc(2024, month, 10, hour) - MINUTE) == []
    assert closes_at(feed, "SPX", Interval.DAY_1, utc(2024, month, 10, hour)) == [1]


@pytest.mark.parametrize("instrument_id", ["SPX", "ES", "DXY", "BTC"])
@pytest.mark.parametrize("day", [date(1950, 1, 3), date(2150, 1, 5)])
def test_where_no_calendar_reaches_a_day_is_over_at_its_end(instrument_id: str, day: date, tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {f"bars/{instrument_id}/1d.csv": bars(str(day))})
    over = from_ns(label_ns(day)) + timedelta(days=1)
    assert closes_at(feed, instrument_id, Interval.DAY_1, over - MINUTE) == []
    assert closes_at(feed, instrument_id, Interval.DAY_1, over) == [1]
    assert feed.info.start == from_ns(label_ns(day))


def test_bars_later_than_an_instant_are_asked_for_by_their_time(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"bars/SPX/1d.csv": bars("2024-07-01", "2024-07-02", "2024-07-03")})
    now = utc(2024, 7, 3)
    for after, expected in (("2024-06-30", [1, 2]), ("2024-07-01", [2]), ("2024-07-02", []), ("2025-01-01", [])):
        answer = feed.fetch_bars("SPX", Interval.DAY_1, label_ns(date.fromisoformat(after)), now)
        assert answer.closed.close.tolist() == expected
    assert len(feed.fetch_bars("SPX", Interval.DAY_1, None, utc(1990, 1, 1)).closed) == 0


def test_daily_bars_alone_have_none_forming(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"bars/SPX/1d.csv": bars("2024-07-01", "2024-07-02")})
    answer = feed.fetch_bars("SPX", Interval.DAY_1, None, utc(2024, 7, 2, 15))
    assert (len(answer.closed), len(answer.forming)) == (1, 0)
    assert answer.source == "Made-up history"


def test_a_close_only_file_keeps_what_is_unknown_unknown(tmp_path: Path) -> None:
    rows = ["2024-07-01,,,,5000.5,", "2024-07-02,,,,5010.25,"]
    feed = feed_of(tmp_path, {"bars/SPX/1d.csv": (BARS_HEADER, rows)})
    closed = feed.fetch_bars("SPX", Interval.DAY_1, None, utc(2024, 7, 3)).closed
    assert closed.close.tolist() == [5000.5, 5010.25]
    for column in (closed.open, closed.high, closed.low, closed.volume):
        assert np.isnan(column).all()


def test_an_instrument_with_an_empty_table_is_there(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"bars/SPX/1d.csv": (BARS_HEADER, []), "bars/SPY/1h.csv": (BARS_HEADER, [])})
    assert feed.instruments() == ("SPX", "SPY")
    for instrument_id in feed.instruments():
        for interval in feed.intervals(instrument_id):
            answer = feed.fetch_bars(instrument_id, interval, None, utc(2024, 7, 3))
            assert (len(answer.closed), len(answer.forming)) == (0, 0)
    assert (feed.info.start, feed.info.end) == (None, None)


# ----------------------------------------------------------------------------------------- intraday bars


def test_an_hour_ends_with_its_session(tmp_path: Path) -> None:
    hours = bars("2024-07-01T18:30:00Z", "2024-07-01T19:30:00Z")
    feed = feed_of(tmp_path, {"bars/SPX/1h.csv": hours, "bars/BTC/1h.csv": hours})
    now = utc(2024, 7, 1, 20)
    assert closes_at(feed, "SPX", Interval.HOUR_1, now - MINUTE) == [1]
    assert closes_at(feed, "SPX", Interval.HOUR_1, now) == [1, 2]
    assert closes_at(feed, "BTC", Interval.HOUR_1, now) == [1]
    assert closes_at(feed, "BTC", Interval.HOUR_1, utc(2024, 7, 1, 20, 30)) == [1, 2]


def test_no_bar_is_answered_before_the_one_before_it(tmp_path: Path) -> None:
    # On a half day, which closes at 17:00: the first opens outside the session and keeps its four hours.
    feed = feed_of(tmp_path, {"bars/SPX/4h.csv": bars("2024-07-03T13:29:00Z", "2024-07-03T14:00:00Z")})
    assert closes_at(feed, "SPX", Interval.HOUR_4, utc(2024, 7, 3, 17, 28)) == []
    assert closes_at(feed, "SPX", Interval.HOUR_4, utc(2024, 7, 3, 17, 29)) == [1, 2]


def test_longer_intervals_are_made_of_the_longest_shorter_one(tmp_path: Path) -> None:
    minutes = bars(*(f"2024-07-01T00:{minute:02}:00Z" for minute in range(20)))
    quarters = bars("2024-07-01T00:00:00Z", "2024-07-01T00:15:00Z")
    feed = feed_of(tmp_path, {"bars/BTC/1m.csv": minutes, "bars/BTC/15m.csv": quarters})
    assert feed.intervals("BTC") == tuple(interval for interval in Interval if interval.intraday)
    five = feed.fetch_bars("BTC", Interval.MIN_5, None, utc(2024, 7, 1, 0, 18))
    assert [f"{from_ns(time):%H:%M}" for time in five.closed.time.tolist()] == ["00:00", "00:05", "00:10"]
    assert five.closed.open.tolist() == [1, 6, 11]
    assert five.closed.high.tolist() == [5.5, 10.5, 15.5]
    assert five.closed.low.tolist() == [0.5, 5.5, 10.5]
    assert five.closed.close.tolist() == [5, 10, 15]
    assert five.closed.volume.tolist() == [150, 400, 650]
    assert five.source == "Made-up history, made of 1m"
    half = feed.fetch_bars("BTC", Interval.MIN_30, None, utc(2024, 7, 1, 1))
    assert half.closed.close.tolist() == [2]
    assert half.source == "Made-up history, made of 15m"


def test_a_longer_bar_is_answered_when_its_whole_period_is_over(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {"bars/BTC/5m.csv": bars(*(f"2024-07-01T00:{minute:02}:00Z" for minute in (0, 5, 10)))})
    assert closes_at(feed, "BTC", Interval.MIN_15, utc(2024, 7, 1, 0, 14)) == []
    assert closes_at(feed, "BTC", Interval.MIN_15, utc(2024, 7, 1, 0, 15)) == [3]


def test_a_longer_bar_without_its_end_is_no_closed_bar(tmp_path: Path) -> None:
    hours = bars(*(f"2024-07-01T{hour:02}:00:00Z" for hour in range(6)))
    feed = feed_of(tmp_path, {"bars/BTC/1h.csv": hours})
    assert closes_at(feed, "BTC", Interval.HOUR_4, utc(2024, 7, 1, 8)) == [4]
    assert closes_at(feed, "BTC", Interval.HOUR_4, utc(2024, 7, 9)) == [4]
    assert feed.info.end == utc(2024, 7, 1, 6)
    assert feed.fetch_bars("BTC", Interval.HOUR_4, None, utc(2024, 7, 1, 6)).forming.close.tolist() == [6]


def test_what_ends_a_longer_bar_is_a_later_one_or_the_close(tmp_path: Path) -> None:
    """Until then nobody knows that its last hours are missing: as little as the live feed does."""
    hours = bars(*(f"2024-07-01T{hour:02}:00:00Z" for hour in (0, 1, 6, 7)))
    half_day = bars(*(f"2024-07-03T{hour:02}:30:00Z" for hour in range(13, 17)))
    feed = feed_of(tmp_path, {"bars/BTC/1h.csv": hours, "bars/SPY/1h.csv": half_day})
    assert closes_at(feed, "BTC", Interval.HOUR_4, utc(2024, 7, 1, 6, 59)) == []
    assert closes_at(feed, "BTC", Interval.HOUR_4, utc(2024, 7, 1, 7)) == [2]
    assert closes_at(feed, "BTC", Interval.HOUR_4, utc(2024, 7, 1, 8)) == [2, 4]
    assert closes_at(feed, "SPY", Interval.HOUR_4, utc(2024, 7, 3, 16, 59)) == []
    assert closes_at(feed, "SPY", Interval.HOUR_4, utc(2024, 7, 3, 17)) == [4]


def test_what_is_unknown_in_a_part_is_unknown_in_the_whole(tmp_path: Path) -> None:
    rows = ["2024-07-01T00:00:00Z,1,2,0.5,1,10", "2024-07-01T00:05:00Z,,,,2,", "2024-07-01T00:10:00Z,2,2,2,2,10"]
    feed = feed_of(tmp_path, {"bars/BTC/5m.csv": (BARS_HEADER, rows)})
    whole = feed.fetch_bars("BTC", Interval.MIN_15, None, utc(2024, 7, 1, 1)).closed
    assert (whole.open.tolist(), whole.close.tolist()) == ([1], [2])
    assert np.isnan([whole.high[0], whole.low[0], whole.volume[0]]).all()


def grid_of(feed: Feed, instrument_id: str, interval: Interval) -> list[str]:
    closed = feed.fetch_bars(instrument_id, interval, None, utc(2030, 1, 1)).closed
    return [f"{from_ns(time):%d %H:%M}" for time in closed.time.tolist()]


def test_four_hours_of_futures_count_from_the_evening_in_new_york(tmp_path: Path) -> None:
    first = utc(2026, 2, 3, 23)
    hours = [f"{first + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}" for hour in range(23)]
    feed = feed_of(tmp_path, {"bars/ES/1h.csv": bars(*hours)})
    assert grid_of(feed, "ES", Interval.HOUR_4) == [
        "03 23:00", "04 03:00", "04 07:00", "04 11:00", "04 15:00", "04 19:00",
    ]  # fmt: skip
    stub = utc(2026, 2, 4, 22)  # the last of them has three hours: the halt begins at 17:00 New York
    assert len(closes_at(feed, "ES", Interval.HOUR_4, stub - MINUTE)) == 5
    assert closes_at(feed, "ES", Interval.HOUR_4, stub) == [4, 8, 12, 16, 20, 23]


def test_hours_of_the_cash_index_count_from_its_opening(tmp_path: Path) -> None:
    first = utc(2024, 7, 1, 13, 30)
    halves = [f"{first + timedelta(minutes=30 * step):%Y-%m-%dT%H:%M:%SZ}" for step in range(13)]
    feed = feed_of(tmp_path, {"bars/SPY/30m.csv": bars(*halves)})
    assert grid_of(feed, "SPY", Interval.HOUR_1) == [f"01 {hour}:30" for hour in range(13, 20)]
    assert grid_of(feed, "SPY", Interval.HOUR_4) == ["01 13:30", "01 17:30"]


def test_a_bar_across_a_border_counts_where_it_ends(tmp_path: Path) -> None:
    # The volatility index opens at 03:15 New York; this vendor's hours begin on the hour.
    hours = [f"2024-07-01T{hour:02}:00:00Z" for hour in range(7, 20)]
    feed = feed_of(tmp_path, {"bars/VIX/1h.csv": bars(*hours)})
    four = feed.fetch_bars("VIX", Interval.HOUR_4, None, utc(2024, 7, 2))
    assert grid_of(feed, "VIX", Interval.HOUR_4) == ["01 07:15", "01 11:15", "01 15:15", "01 19:15"]
    assert four.closed.open.tolist() == [1, 5, 9, 13]
    assert closes_at(feed, "VIX", Interval.HOUR_4, utc(2024, 7, 1, 11, 15)) == [4]


def test_bars_outside_the_session_enter_no_longer_bar(tmp_path: Path) -> None:
    minutes = bars("2024-07-01T19:59:00Z", "2024-07-01T20:00:00Z", "2024-07-06T14:00:00Z")
    feed = feed_of(tmp_path, {"bars/SPY/1m.csv": minutes})
    assert closes_at(feed, "SPY", Interval.MIN_1, utc(2024, 7, 7)) == [1, 2, 3]
    assert closes_at(feed, "SPY", Interval.HOUR_1, utc(2024, 7, 7)) == [1]


# -------------------------------------------------------------------------------------------- forming bar


def test_the_forming_bar_is_made_of_closed_shorter_ones(tmp_path: Path) -> None:
    minutes = bars(*(f"2024-07-01T{hour:02}:{minute:02}:00Z" for hour in range(3) for minute in range(60)))
    hours = bars("2024-07-01T00:00:00Z", "2024-07-01T01:00:00Z", "2024-07-01T02:00:00Z")
    days = bars("2024-06-30", "2024-07-01")
    feed = feed_of(tmp_path, {"bars/BTC/1m.csv": minutes, "bars/BTC/1h.csv": hours, "bars/BTC/1d.csv": days})
    now = utc(2024, 7, 1, 2, 10, 30)
    hour = feed.fetch_bars("BTC", Interval.HOUR_1, None, now)
    assert len(hour.closed) == 2
    assert from_ns(int(hour.forming.time[0])) == utc(2024, 7, 1, 2)
    assert [column[0] for column in (hour.forming.open, hour.forming.high, hour.forming.low)] == [
        121, 130.5, 120.5,
    ]  # fmt: skip
    assert (hour.forming.close[0], hour.forming.volume[0]) == (130, 10 * sum(range(121, 131)))
    assert len(feed.fetch_bars("BTC", Interval.MIN_1, None, now).forming) == 0


def test_the_forming_day_has_its_sessions_label(tmp_path: Path) -> None:
    eve = bars(*(f"2024-06-{day}T{hour}:00:00Z" for day in (27, 30) for hour in (22, 23)))
    feed = feed_of(tmp_path, {"bars/ES/1h.csv": eve, "bars/ES/1d.csv": bars("2024-06-28")})
    sunday_night = feed.fetch_bars("ES", Interval.DAY_1, None, utc(2024, 7, 1, 0, 30))
    assert [label_date(label) for label in sunday_night.forming.time.tolist()] == [date(2024, 7, 1)]
    assert (sunday_night.forming.open[0], sunday_night.forming.close[0]) == (3, 4)


@pytest.mark.parametrize(
    "now",
    [utc(2024, 7, 1, 1), utc(2024, 7, 1, 12), utc(2024, 7, 1, 20), utc(2024, 7, 1, 23), utc(2024, 7, 6, 15)],
    ids=["night", "before the opening", "at the close", "evening", "Saturday"],
)
def test_nothing_forms_when_the_market_is_closed(now: datetime, tmp_path: Path) -> None:
    minutes = bars(*(f"2024-07-01T{hour}:{minute:02}:00Z" for hour in range(14, 20) for minute in range(60)))
    feed = feed_of(tmp_path, {"bars/SPY/1m.csv": minutes, "bars/SPY/1d.csv": bars("2024-07-01")})
    for interval in feed.intervals("SPY"):
        assert len(feed.fetch_bars("SPY", interval, None, now).forming) == 0


def test_the_forming_bar_needs_bars_since_before_it_began(tmp_path: Path) -> None:
    hours = [f"2024-07-0{day}T{hour:02}:00:00Z" for day in (1, 2) for hour in range(24)]
    late = [f"2024-07-02T12:{minute:02}:00Z" for minute in range(60)]
    feed = feed_of(
        tmp_path,
        {"bars/BTC/1m.csv": bars(*late), "bars/BTC/1h.csv": bars(*hours), "bars/BTC/1d.csv": bars("2024-06-30")},
    )
    day = feed.fetch_bars("BTC", Interval.DAY_1, None, utc(2024, 7, 2, 12, 30)).forming
    assert (day.open[0], day.close[0]) == (25, 36)  # from the hours: the minutes begin at noon


# --------------------------------------------------------------------------------------------- the others


def test_a_fixing_is_answered_from_its_publication(tmp_path: Path) -> None:
    # Friday's yield is published on Monday at 16:15 New York; 1 July 2024 is no holiday.
    feed = feed_of(tmp_path, {"series/DGS10.csv": ("time,value", ["2024-06-27,4.29", "2024-06-28,4.36"])})
    published = utc(2024, 7, 1, 20, 15)
    before = feed.fetch_fixings("DGS10", None, published - MINUTE)
    after = feed.fetch_fixings("DGS10", None, published)
    assert (before.value.tolist(), after.value.tolist()) == ([4.29], [4.29, 4.36])
    assert from_ns(int(after.known_at[1])) == published
    later = feed.fetch_fixings("DGS10", label_ns(date(2024, 6, 27)), published)
    assert later.value.tolist() == [4.36]


@pytest.mark.parametrize(("series_id", "days"), [("FNG", 1), ("NEVER_HEARD_OF", 8)])
def test_publication_rules_of_other_series(series_id: str, days: int, tmp_path: Path) -> None:
    feed = feed_of(tmp_path, {f"series/{series_id}.csv": ("time,value", ["2024-06-28,40"])})
    known = utc(2024, 6, 28) + timedelta(days=days)
    assert len(feed.fetch_fixings(series_id, None, known - MINUTE)) == 0
    assert len(feed.fetch_fixings(series_id, None, known)) == 1


def test_a_recorded_publication_outranks_the_rule(tmp_path: Path) -> None:
    rows = [
        "2024-06-26,1,2024-06-30T00:00:00Z",
        "2024-06-27,2,2024-06-28T12:00:00Z",  # known before the one above
        "2024-06-28,3,",
        "2024-07-01,,2024-07-01T00:00:00Z",  # no value: no fixing
    ]
    feed = feed_of(tmp_path, {"series/DGS10.csv": ("time,value,known_at", rows)})
    known = {utc(2024, 6, 28, 12): [2], utc(2024, 6, 30): [1, 2], utc(2024, 7, 1, 20, 15): [1, 2, 3]}
    for now, values in known.items():
        assert feed.fetch_fixings("DGS10", None, now).value.tolist() == values
        assert feed.fetch_fixings("DGS10", label_ns(date(2024, 6, 26)), now).value.tolist() == [
            value for value in values if value > 1
        ]
    assert feed.fetch_fixings("DGS10", None, utc(2024, 6, 28, 11)).value.tolist() == []


def test_funding_is_known_when_settled(tmp_path: Path) -> None:
    rows = ["2024-07-01T00:00:00Z,0.0001,8", "2024-07-01T08:00:00Z,-0.0002,8", "2024-07-01T16:00:00Z,,"]
    feed = feed_of(tmp_path, {"funding/binance/BTC.csv": ("time,rate,interval_h", rows)})
    found = feed.fetch_funding("BTC", None, utc(2024, 7, 1, 8))
    assert (found.rate.tolist(), found.interval_h.tolist()) == ([0.0001, -0.0002], [8, 8])
    newest = feed.fetch_funding("BTC", to_ns(utc(2024, 7, 1, 8)), utc(2024, 7, 1, 16))
    assert np.isnan([newest.rate[0], newest.interval_h[0]]).all()


def test_open_interest_of_an_instant_is_known_then_and_of_a_date_at_its_end(tmp_path: Path) -> None:
    feed = feed_of(
        tmp_path,
        {
            "open_interest/coinalyze/BTC.csv": ("time,coin,usd", ["2024-07-01T05:00:00Z,80000,"]),
            "open_interest/coinalyze/ETH.csv": ("time,coin", ["2024-07-01,90000"]),
        },
    )
    for instrument_id, known in (("BTC", utc(2024, 7, 1, 5)), ("ETH", utc(2024, 7, 2))):
        assert len(feed.fetch_open_interest(instrument_id, None, known - MINUTE).time) == 0
        found = feed.fetch_open_interest(instrument_id, None, known)
        assert found.coin[0] > 0
        assert np.isnan(found.usd).all()


def test_an_hours_liquidations_are_known_when_the_hour_is_over(tmp_path: Path) -> None:
    rows = [
        "2024-07-01T05:00:00Z,long,60000,1,60000",
        "2024-07-01T05:00:00Z,short,60000,2,120000",
        "2024-07-01T05:10:30.250Z,long,60000,3,180000",  # a single order
    ]
    feed = feed_of(tmp_path, {"liquidations/binance/BTC.csv": ("time,side,price,coin,usd", rows)})
    assert feed.fetch_liquidations("BTC", None, utc(2024, 7, 1, 5, 11)).coin.tolist() == [3]
    whole = feed.fetch_liquidations("BTC", None, utc(2024, 7, 1, 6))
    assert (whole.coin.tolist(), whole.side.tolist()) == ([1, 2, 3], [1, -1, 1])
    at = feed.fetch_liquidations("BTC", to_ns(utc(2024, 7, 1, 5)), utc(2024, 7, 1, 6))
    assert at.coin.tolist() == [1, 2, 3]
    after = feed.fetch_liquidations("BTC", to_ns(utc(2024, 7, 1, 5)) + 1, utc(2024, 7, 1, 6))
    assert after.coin.tolist() == [3]


def test_one_venue_is_answered_and_a_sum_over_venues_last(tmp_path: Path) -> None:
    rows = {venue: [f"2024-07-01T00:00:00Z,{n},8"] for n, venue in enumerate(("okx", "bybit", "aggregate"))}
    tables = {f"funding/{venue}/BTC.csv": ("time,rate,interval_h", row) for venue, row in rows.items()}
    now = utc(2024, 7, 2)
    assert feed_of(tmp_path / "all", tables).fetch_funding("BTC", None, now).rate.tolist() == [1]
    del tables["funding/bybit/BTC.csv"], tables["funding/okx/BTC.csv"]
    assert feed_of(tmp_path / "sum", tables).fetch_funding("BTC", None, now).rate.tolist() == [2]


# ------------------------------------------------------------------------------------------------- health


def test_health_tells_the_newest_instant_of_each_kind(tmp_path: Path) -> None:
    feed = feed_of(
        tmp_path / "episode",
        {
            "bars/SPX/1d.csv": bars("2024-07-01", "2024-07-02"),
            "bars/BTC/1d.csv": bars("2024-07-01"),
            "series/DGS10.csv": ("time,value", ["2024-07-02,4.4"]),
        },
    )
    now = utc(2024, 7, 2, 10)
    prices, series = feed.health(now)
    assert (prices.source, prices.state, prices.newest) == (
        "episode: bars", Freshness.LIVE, utc(2024, 7, 2),
    )  # fmt: skip
    assert (series.source, series.state, series.newest) == ("episode: series", Freshness.MISSING, None)
    assert prices.last_success == now
    assert prices.last_error == ""
    assert feed.health(utc(2024, 7, 6, 20))[0].state is Freshness.LIVE
    assert feed.health(utc(2024, 7, 6, 20, 1))[0].state is Freshness.STALE
    assert feed.health(utc(2024, 7, 6))[0].newest == utc(2024, 7, 2, 20)


def test_all_kinds_have_an_entry(tmp_path: Path) -> None:
    folder = write_history(tmp_path / "x", sessions=3, instruments=("SPX", "BTC"), derivatives=True)
    feed = RecordedFeed(load_folder(folder, UNIVERSE), UNIVERSE, calendar)
    assert [entry.source for entry in feed.health(utc(2030, 1, 1))] == [
        "x: bars", "x: series", "x: funding", "x: open interest", "x: liquidations",
    ]  # fmt: skip
