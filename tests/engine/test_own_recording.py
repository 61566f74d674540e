"""The program's own recording, replayed: the same light as from a history folder of the same market."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from barograph.__main__ import main
from barograph.engine.opening import UnusableInputError, check_feed, open_feed
from barograph.engine.own_recording import load_own_recording
from barograph.engine.recordings import save_recording
from barograph.feeds.book import BarsPiece, Book
from barograph.feeds.contract import FeedKind
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage, Fixings, Liquidations
from barograph.risk.judge import Evaluation
from barograph.store.connection import FILE_NAME, open_store
from tests.engine.desks import OPENED, change
from tests.engine.hand_made import HOUR_NS, at, bars, closes, days, intraday
from tests.engine.runs import UNIVERSE, csv_of, feed_of, judged, texts

LIVE = "live"
NOW = datetime(2024, 6, 15, 0, 30, tzinfo=UTC)


def record(market: HistoryFolder, data_dir: Path, feed_key: str = LIVE) -> Path:
    """A data folder whose live feed heard this market."""
    book = Book()
    for instrument, intervals in market.bars.items():
        for interval, found in intervals.items():
            book.put_bars(BarsPiece(instrument, interval, "Yahoo", found))
    for series, fixings in market.series.items():
        book.put_fixings(series, "FRED", fixings)
    for instrument, venues in market.funding.items():
        for venue, funding in venues.items():
            book.put_funding(instrument, replace(funding.rows, source=venue))
    for instrument, readings_by_venue in market.open_interest.items():
        for venue, readings in readings_by_venue.items():
            book.put_open_interest(instrument, replace(readings.rows, source=venue))
    for instrument, forced_by_venue in market.liquidations.items():
        for venue, forced in forced_by_venue.items():
            book.put_liquidations(instrument, replace(forced.rows, source=venue))
    store = open_store(data_dir, NOW)
    save_recording(store, feed_key, book.take_new())
    store.close()
    return data_dir


@pytest.fixture(scope="module")
def recorded_dir(made: HistoryFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up market of 460 sessions, recorded."""
    return record(made, tmp_path_factory.mktemp("recorded") / "profile")


@pytest.fixture
def _logging_as_it_was() -> Iterator[None]:
    """A command starts logging; what it added is taken away again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Ten days of BTC, the last of them in hours too, with three fixings."""
    labels = days(10)
    book = Book()
    book.put_bars(BarsPiece("BTC", Interval.DAY_1, "okx", bars(labels, closes(10, 6e4))))
    book.put_bars(BarsPiece("BTC", Interval.HOUR_1, "okx", intraday(at(14, 0), Interval.HOUR_1, [6e4] * 24)))
    fixings = Fixings(labels[-3:], np.array([4.1, 4.2, 4.3]), labels[-3:] + 30 * HOUR_NS)
    book.put_fixings("DGS10", "FRED", fixings)
    store = open_store(tmp_path / "small", NOW)
    save_recording(store, LIVE, book.take_new())
    store.close()
    return tmp_path / "small"


def test_the_light_is_the_same_to_the_last_bit(recorded_dir: Path, made_run: list[Evaluation]) -> None:
    feed, universe = open_feed(f"replay:{recorded_dir}", 7)
    assert universe == UNIVERSE
    assert texts(judged(feed)) == texts(made_run)
    info = feed.info
    assert (info.kind, info.label, info.simulated) == (FeedKind.REPLAY, "own recording", False)
    assert info.key.startswith("replay:profile:")
    feed.close()


def test_every_answer_is_that_of_the_folder(desk_history: HistoryFolder, tmp_path: Path) -> None:
    """Bars, forming bars, funding and open interest as known at any time; forced orders without hourly sums."""
    ours = feed_of(load_own_recording(record(desk_history, tmp_path)))
    theirs = feed_of(desk_history)
    assert ours.instruments() == theirs.instruments()
    assert ours.series() == theirs.series()
    for now in (OPENED, OPENED + timedelta(hours=5, minutes=17), OPENED + timedelta(days=4)):
        for instrument in ("BTC", "SPX", "NVDA"):
            assert ours.intervals(instrument) == theirs.intervals(instrument)
            for interval in ours.intervals(instrument):
                mine, other = (feed.fetch_bars(instrument, interval, None, now) for feed in (ours, theirs))
                for found, expected in ((mine.closed, other.closed), (mine.forming, other.forming)):
                    assert np.array_equal(found.time, expected.time)
                    assert np.array_equal(found.close, expected.close)
                    assert np.array_equal(found.high, expected.high)
        paid, expected_paid = (feed.fetch_funding("BTC", None, now) for feed in (ours, theirs))
        assert np.array_equal(paid.rate, expected_paid.rate)
        held, expected_held = (feed.fetch_open_interest("BTC", None, now) for feed in (ours, theirs))
        assert np.array_equal(held.usd, expected_held.usd)
        assert len(held)
        forced = ours.fetch_liquidations("BTC", None, now)
        assert forced.time[-1] == to_ns(now) // HOUR_NS * HOUR_NS


@pytest.mark.usefixtures("_logging_as_it_was")
def test_on_the_command_line(
    recorded_dir: Path, made_run: list[Evaluation], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    profile = ["--data-dir", str(tmp_path / "mine")]
    assert main(["replay", str(recorded_dir), "--csv", str(out), *profile]) == 0
    assert capsys.readouterr().out.startswith("REPLAY own recording: ")
    assert out.read_text("utf-8") == csv_of(made_run)
    assert main(["snapshot", "--feed", f"replay:{recorded_dir}", *profile]) == 0
    assert "own recording" in capsys.readouterr().out


# ---------------------------------------------------------------------------------------- while it is recorded


def test_it_can_be_watched_while_it_goes_on(small: Path) -> None:
    store = open_store(small, NOW)
    more = bars(days(1, date(2024, 6, 15)), closes(1, 6.1e4))
    with store.transaction():
        store.save_bars(LIVE, "BTC", Interval.DAY_1, more, "okx")
        before = load_own_recording(small)  # what is not committed is not seen
        assert len(before.bars["BTC"][Interval.DAY_1]) == 10
    after = load_own_recording(small)
    assert len(after.bars["BTC"][Interval.DAY_1]) == 11
    assert after.digest != before.digest
    store.save_bars(LIVE, "BTC", Interval.DAY_1, bars(days(1, date(2024, 6, 16)), closes(1, 6.2e4)), "okx")
    store.close()
    assert {path.name for path in small.iterdir()} == {FILE_NAME}  # nobody stood in its way


def test_the_key_is_that_of_the_content(small: Path, tmp_path: Path) -> None:
    first = load_own_recording(small).digest
    assert load_own_recording(small).digest == first
    assert change(small, "UPDATE fixing SET known_at_ns = known_at_ns + 1 WHERE id = 1") == 1
    assert load_own_recording(small).digest != first


# ------------------------------------------------------------------------------------------- what was known when


def test_a_revision_does_not_reach_back(small: Path) -> None:
    label = int(days(10)[-2])
    store = open_store(small, NOW)
    store.save_fixings(LIVE, "DGS10", Fixings(*(np.array([x]) for x in (label, 4.25, label + 99 * HOUR_NS))), "FRED")
    assert store.load_fixings(LIVE, "DGS10")[1].value.tolist() == [4.1, 4.25, 4.3]
    store.close()
    fixings = load_own_recording(small).series["DGS10"]
    assert fixings.value.tolist() == [4.1, 4.2, 4.3]
    assert fixings.known_at[1] == label + 30 * HOUR_NS


def test_only_the_source_that_served_last_is_replayed(small: Path) -> None:
    store = open_store(small, NOW)
    other = bars(days(4), closes(4, 5.9e4))
    store.save_bars(LIVE, "BTC", Interval.DAY_1, other, "bybit")
    store.close()
    found = load_own_recording(small)
    assert list(found.bars["BTC"]) == [Interval.DAY_1]
    assert found.bars["BTC"][Interval.DAY_1].close.tolist() == [5.9e4] * 4
    assert found.serving == {"BTC": "bybit"}


def test_forced_orders_are_those_of_the_serving_venue_and_say_when_they_were_heard(small: Path) -> None:
    book = Book()
    for venue, size in (("bybit", 1.0), ("okx", 2.0)):
        times = [to_ns(at(14, 3)), to_ns(at(14, 9, 30))]
        book.put_liquidations("BTC", Liquidations.of(times, [1, -1], [6e4] * 2, [size] * 2, [1, 1], venue))
        book.heard_liquidations("BTC", venue, Coverage.ALL, at(14, 2), at(14, 4))
        book.heard_liquidations("BTC", venue, Coverage.ALL, at(14, 8), at(14, 20))
    store = open_store(small, NOW)
    save_recording(store, LIVE, book.take_new())
    store.close()
    feed = feed_of(load_own_recording(small))
    for now, rows, since, until in (
        (at(14, 1), 0, None, None),
        (at(14, 3), 1, at(14, 2), at(14, 3)),  # an order on the hour is no sum of that hour
        (at(14, 6), 1, at(14, 2), at(14, 4)),
        (at(14, 9), 1, at(14, 8), at(14, 9)),
        (at(15, 0), 2, at(14, 8), at(14, 20)),
    ):
        found = feed.fetch_liquidations("BTC", None, now)
        assert found.coin.tolist() == [2.0] * rows
        heard = [None if ns is None else from_ns(ns) for ns in (found.since_ns, found.until_ns)]
        assert (found.source, heard) == ("okx", [since, until])


def test_a_stream_that_brought_nothing_says_that_it_was_heard(small: Path) -> None:
    book = Book()
    book.heard_liquidations("BTC", "okx", Coverage.ALL, at(14, 2), at(14, 4))
    store = open_store(small, NOW)
    save_recording(store, LIVE, book.take_new())
    store.close()
    found = feed_of(load_own_recording(small)).fetch_liquidations("BTC", None, at(14, 12))
    assert (len(found), found.since_ns, found.coverage) == (0, to_ns(at(14, 2)), Coverage.ALL)


def test_it_says_by_how_much_yahoo_was_late(tmp_path: Path) -> None:
    book = Book()
    for name, source in (("ES", "Yahoo"), ("QQQ", "Yahoo"), ("NVDA", "Yahoo"), ("BTC", "okx")):
        book.put_bars(BarsPiece(name, Interval.HOUR_1, source, intraday(at(14, 0), Interval.HOUR_1, [5e3] * 24)))
    store = open_store(tmp_path / "late", NOW)
    save_recording(store, LIVE, book.take_new())
    store.close()
    feed = feed_of(load_own_recording(tmp_path / "late"))
    delays = {name: feed.fetch_bars(name, Interval.HOUR_4, None, NOW).delay_s for name in feed.instruments()}
    assert delays == {"BTC": 0, "ES": 900, "NVDA": 0, "QQQ": 0}


# ------------------------------------------------------------------------------------------------ which recording


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A data folder of a demo only."""
    store = open_store(tmp_path / "kept", NOW)
    store.save_bars("demo:7", "BTC", Interval.DAY_1, bars(days(10), closes(10, 6e4)), "demo")
    store.close()
    return tmp_path / "kept"


@pytest.mark.usefixtures("_logging_as_it_was")
def test_a_store_without_a_live_recording_is_refused_in_one_sentence(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_feed(f"replay:{kept}")
    said = f"{kept}: its store has no recording of the live feed; a history folder or the data folder of a "
    with pytest.raises(UnusableInputError) as caught:
        open_feed(f"replay:{kept}", 7)
    assert str(caught.value).startswith(said)
    out = tmp_path / "out.csv"
    assert main(["replay", str(kept), "--csv", str(out), "--data-dir", str(tmp_path / "mine")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"barograph: {said}")
    assert printed.err.count("\n") == 1
    assert not out.exists()


def test_of_several_live_feeds_the_newest_is_replayed(kept: Path) -> None:
    store = open_store(kept, NOW)
    for key, last in (("live", 3), ("live:other", 5), ("live:older", 1), ("lively", 9)):
        labels = days(10, date(2024, 6, last))
        store.save_bars(key, "BTC", Interval.DAY_1, bars(labels, closes(10, 1e4 + last)), "okx")
    store.close()
    assert load_own_recording(kept).bars["BTC"][Interval.DAY_1].close[-1] == 1e4 + 5


def test_a_history_folder_in_the_same_place_is_what_is_meant(small: Path) -> None:
    (small / "history.toml").write_text('name = "Mine"\nsimulated = false\n', "utf-8")
    (small / "bars" / "BTC").mkdir(parents=True)
    (small / "bars" / "BTC" / "1d.csv").write_text("time,open,high,low,close,volume\n2024-06-14,,,,5,\n", "utf-8")
    feed, _ = open_feed(f"replay:{small}", 7)
    assert feed.info.label == "Mine"
    feed.close()


# ------------------------------------------------------------------------------- a store that somebody else made


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE bar SET close = -1 WHERE time_ns % 86400000000000 = 0", "bars/BTC/1h, row 0, close: found -1.0"),
        ("UPDATE bar SET time_ns = time_ns + 1 WHERE series = 1", "bars/BTC/1d, row 0, time: found "),
        (
            "UPDATE bar SET time_ns = 9000000000000000000 WHERE time_ns = 1718323200000000000",
            "time: found 9000000000000000000; expected",
        ),
        ("UPDATE bar SET high = low / 2", "row 0, high: found "),
        ("UPDATE bar_series SET instrument = '../../x'", "found the name ../../x, which no live feed gives"),
        ("UPDATE bar_series SET instrument = char(7) || 'X'", "found the name \\x07X, which no"),
        ("UPDATE bar_series SET interval = '7m' WHERE id = 1", "holds an interval '7m'"),
        ("UPDATE fixing_series SET series = 'A/B'", "found the name A/B, which no live feed gives"),
        ("UPDATE fixing SET value = 1e300", "series/DGS10, row 0, value: found 1e+300"),
        ("PRAGMA user_version = 1", "is of an older format (1; this one reads 4)"),
        ("PRAGMA user_version = 99", "was written by a newer Barograph (format 99; this one reads 4)"),
        ("PRAGMA application_id = 7", "is no store of Barograph"),
    ],
)
def test_what_no_live_feed_can_have_written_is_refused_in_one_sentence(small: Path, sql: str, said: str) -> None:
    change(small, sql)
    with pytest.raises(UnusableInputError) as caught:
        open_feed(f"replay:{small}", 7)
    message = str(caught.value)
    assert said in message
    assert "\n" not in message
    assert message.isprintable()


def test_a_damaged_store_is_told(small: Path) -> None:
    file = small / FILE_NAME
    content = bytearray(file.read_bytes())
    content[4_096 : 4_096 * 20] = b"\xa5" * (4_096 * 19)
    file.write_bytes(content)
    with pytest.raises(UnusableInputError, match="cannot be used: it is damaged"):
        open_feed(f"replay:{small}", 7)


def test_reading_makes_nothing_but_what_sqlite_keeps_beside_a_store(small: Path) -> None:
    before = (small / FILE_NAME).read_bytes()
    load_own_recording(small)
    assert (small / FILE_NAME).read_bytes() == before
    assert {path.name for path in small.iterdir()} <= {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"}
    assert label_ns(date(2024, 6, 14)) == days(10)[-1]
