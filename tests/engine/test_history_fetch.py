"""`history fetch` against every source on loopback: what is in the folder is what the servers hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from barograph.engine.history_fetch import Report
from barograph.feeds.options import VENUES
from barograph.feeds.recorded.description import Description
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.calendars import calendar
from barograph.market.instants import label_date, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.risk.faces import Face
from tests.engine.history_sources import NOW, Sources, days, files_of, loaded, same, sources_on_loopback
from tests.engine.runs import DESK_INSTRUMENTS, MADE_SERIES, UNIVERSE, feed_of, judged, texts
from tests.loopback.exchange_asked import HYPERLIQUID
from tests.loopback.exchange_world import HOUR_MS, default_rate, every

START = datetime(2026, 11, 12, tzinfo=UTC)
UNTIL = datetime(2026, 11, 18, 18, 3, tzinfo=UTC)
"""Within a session; no bar ends then."""
ONLY = ("ES", "US10Y", "NVDA", "BTC", "DGS10", "FED_TARGET_UPPER")
BARS = ("time", "open", "high", "low", "close", "volume")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    with sources_on_loopback(tmp_path_factory.mktemp("cache"), speed=50) as here:
        yield here


@pytest.fixture(scope="module")
def report(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return sources.fetch(tmp_path_factory.mktemp("history") / "fetched", START, UNTIL, ONLY)


@pytest.fixture(scope="module")
def folder(report: Report) -> HistoryFolder:
    return loaded(report.folder.root)


def test_all_that_can_be_had_is_there(report: Report, folder: HistoryFolder) -> None:
    assert report.complete
    assert report.missing == {}
    assert sorted(folder.bars) == ["BTC", "ES", "NVDA", "US10Y"]
    assert sorted(folder.series) == ["DGS10", "FED_TARGET_UPPER"]
    assert sorted(folder.funding["BTC"]) == sorted(VENUES)
    assert sorted(folder.open_interest["BTC"]) == ["binanceusdm", "bybit", "okx"]
    assert any("liquidations" in note for note in report.notes)


@pytest.mark.parametrize("name", ["ES", "US10Y", "NVDA"])
def test_bars_of_yahoo_are_those_of_its_tables(sources: Sources, folder: HistoryFolder, name: str) -> None:
    wanted = ["1d"] if name == "NVDA" else ["5m", "15m", "1h", "1d"]
    assert [str(interval) for interval in folder.bars[name]] == wanted
    for interval, bars in folder.bars[name].items():
        same(bars, sources.yahoo_bars(name, interval, START, UNTIL), *BARS)
        ends = calendar(UNIVERSE.instrument(name).calendar).bar_ends(bars.time, interval)
        assert ends[-1] <= to_ns(UNTIL) < ends[-1] + 4 * DAY_NS


def test_bars_of_a_coin_are_those_of_the_first_venue(sources: Sources, folder: HistoryFolder) -> None:
    assert [str(interval) for interval in folder.bars["BTC"]] == ["5m", "15m", "1h", "4h", "1d"]
    for interval, bars in folder.bars["BTC"].items():
        same(bars, sources.coin_bars("BTC", interval, START, UNTIL), *BARS)
    asked = {seen.host for seen in sources.exchanges.requests if "line" in seen.path or "candle" in seen.path}
    assert asked == {"fapi.binance.com"}


@pytest.mark.parametrize("venue", VENUES)
def test_funding_of_each_venue(sources: Sources, folder: HistoryFolder, venue: str) -> None:
    rows = folder.funding["BTC"][venue].rows
    expected = sources.settled(venue, "BTC", START, UNTIL)
    assert list(zip(rows.time.tolist(), rows.rate.tolist(), strict=True)) == expected
    assert set(rows.interval_h.tolist()) == {1.0 if venue == "hyperliquid" else 8.0}


@pytest.mark.parametrize("venue", ["binanceusdm", "bybit", "okx"])
def test_open_interest_of_each_venue_that_keeps_it(sources: Sources, folder: HistoryFolder, venue: str) -> None:
    rows = folder.open_interest["BTC"][venue].rows
    step = Interval.HOUR_1.ns
    assert rows.time.tolist() == list(range(to_ns(START), to_ns(UNTIL) + 1, step))
    same(rows, type(rows)(rows.time, sources.coins_held("BTC", rows.time), rows.usd), "coin")


@pytest.mark.parametrize("series", ["DGS10", "FED_TARGET_UPPER"])
def test_fixings_with_the_instant_they_were_public_from(sources: Sources, folder: HistoryFolder, series: str) -> None:
    same(folder.series[series], sources.fixings(series, START, UNTIL), "time", "value", "known_at")
    assert label_date(int(folder.series[series].time[0])) == date(2026, 11, 12)
    assert label_date(int(folder.series[series].time[-1])) == date(2026, 11, 18)


def test_the_folder_says_where_it_is_from_and_on_what_terms(folder: HistoryFolder) -> None:
    described: Description = folder.description
    assert described.name == "Fetched 2026-11-12 to 2026-11-18"
    assert not described.simulated
    terms = {source.name: source for source in described.source}
    assert "not to be redistributed" in terms["Yahoo Finance"].licence
    assert "bars of ES, NVDA, US10Y" in terms["Yahoo Finance"].note
    assert "bars of BTC; funding of BTC; open interest of BTC" in terms["Binance"].note
    assert "public domain" in terms["FRED, Federal Reserve Bank of St. Louis"].licence
    assert "Hyperliquid keeps no history of open interest" in described.description


def test_the_same_command_again_asks_nothing_and_changes_nothing(sources: Sources, report: Report) -> None:
    root = report.folder.root
    before, asked = files_of(root), sources.requests()
    assert sources.fetch(root, START, UNTIL, ONLY).complete
    assert sources.requests() == asked
    assert files_of(root) == before


def test_other_ids_of_the_same_range_come_beside(sources: Sources, report: Report, tmp_path: Path) -> None:
    root = tmp_path / "fetched"
    sources.fetch(root, START, UNTIL, ("NVDA",))
    first = (root / "bars/NVDA/1d.csv.gz").read_bytes()
    asked = len(sources.charts)
    assert sources.fetch(root, START, UNTIL, ("AMD", "DGS10")).complete
    assert {symbol for symbol, _ in sources.charts[asked:]} == {"AMD"}
    assert (root / "bars/NVDA/1d.csv.gz").read_bytes() == first
    found = loaded(root)
    assert (sorted(found.bars), sorted(found.series)) == (["AMD", "NVDA"], ["DGS10"])
    assert re.search("bars of AMD, NVDA", str(found.description.source))


def test_a_file_that_was_lost_or_changed_is_asked_for_again(sources: Sources, tmp_path: Path) -> None:
    root = tmp_path / "fetched"
    sources.fetch(root, START, UNTIL, ("NVDA", "AMD"))
    before, asked = files_of(root), len(sources.charts)
    (root / "bars/NVDA/1d.csv.gz").unlink()
    (root / "bars/AMD/1d.csv.gz").write_bytes(b"time,open\n")
    assert sources.fetch(root, START, UNTIL, ("NVDA", "AMD")).complete
    assert sources.charts[asked:] == [("NVDA", "1d"), ("AMD", "1d")]
    assert files_of(root) == before


def test_days_before_any_calendar(sources: Sources, tmp_path: Path) -> None:
    start, until = datetime(2009, 6, 1, tzinfo=UTC), datetime(2010, 3, 1, tzinfo=UTC)
    assert sources.fetch(tmp_path / "fetched", start, until, ("NVDA",)).complete
    bars = loaded(tmp_path / "fetched").bars["NVDA"][Interval.DAY_1]
    same(bars, sources.days_long_ago("NVDA", start, until), *BARS)


# ------------------------------------------------------------------------------------------------- replay

JUDGED_FROM, JUDGED_TO = datetime(2025, 2, 1, tzinfo=UTC), datetime(2026, 9, 5, tzinfo=UTC)
"""So long ago that Yahoo's short bars are not served any more."""


def direct(sources: Sources, fetched: HistoryFolder) -> HistoryFolder:
    """A folder in memory with what the servers hold, never fetched or written."""
    bars = {
        name: {
            interval: sources.coin_bars(name, interval, JUDGED_FROM, JUDGED_TO)
            if name in ("BTC", "ETH")
            else sources.yahoo_bars(name, interval, JUDGED_FROM, JUDGED_TO)
            for interval in fetched.bars[name]
        }
        for name in fetched.bars
    }
    series = {name: sources.fixings(name, JUDGED_FROM, JUDGED_TO) for name in MADE_SERIES}
    return HistoryFolder(fetched.path, fetched.description, fetched.digest, bars, series, {}, {}, {})


def test_replay_of_a_fetched_folder_judges_as_the_servers_tables_do(sources: Sources, tmp_path: Path) -> None:
    only = (*DESK_INSTRUMENTS, *MADE_SERIES)
    last_ms = to_ns(JUDGED_TO) // 1_000_000
    settled = every(lambda _: 1, default_rate, last_ms - 100 * HOUR_MS, last_ms)  # a page of it, not thirty
    world = sources.exchanges.world
    world.funding |= {(HYPERLIQUID, coin): settled for coin in ("BTC", "ETH")}
    report = sources.fetch(tmp_path / "fetched", JUDGED_FROM, JUDGED_TO, only, ("hyperliquid",))
    world.funding.clear()
    assert report.complete
    fetched = loaded(tmp_path / "fetched")
    assert set(fetched.bars) == set(DESK_INSTRUMENTS)
    made = judged(feed_of(fetched))
    assert texts(made) == texts(judged(feed_of(direct(sources, fetched))))
    assert sum(each.face is not Face.NO_DATA for each in made) > 50


# ------------------------------------------------------------------------------------------------- bounds


def test_what_yahoo_serves_no_more_is_said(sources: Sources, tmp_path: Path) -> None:
    start, to = NOW - days(100), NOW + days(30)
    report = sources.fetch(tmp_path / "fetched", start, to, ("VIX",))
    assert report.complete
    assert re.fullmatch(r"--to lies ahead .*: it ends at 2026-11-24T\d\d:\d\d:\d\dZ", report.notes[0])
    assert report.notes[1] == "5m and 15m bars of Yahoo: served for the last 60 days only, they begin 2026-09-26"
    found = loaded(tmp_path / "fetched").bars["VIX"]
    until = report.folder.span.until
    for interval, bars in found.items():
        begin = datetime(2026, 9, 26, tzinfo=UTC) if interval in (Interval.MIN_5, Interval.MIN_15) else start
        same(bars[:100], sources.yahoo_bars("VIX", interval, begin, until)[:100], *BARS)
