"""`history fetch` while sources fail: who is waited for and how long, who is replaced, and what comes of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from barograph.engine.history_series import SeriesHistory
from barograph.feeds.recorded.description import Source
from tests.engine.history_sources import Sources, files_of, loaded, sources_on_loopback
from tests.loopback.publisher import Fault

START, UNTIL = datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)
FEW = ("ES", "NVDA", "DGS10")
SPEED = 2_000.0
NVDA, DGS10 = "bars/NVDA/1d", "series/DGS10"
COIN_FILES = [f"bars/BTC/{interval}" for interval in ("15m", "1d", "1h", "4h", "5m")]


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    with sources_on_loopback(tmp_path / "cache", SPEED) as here:
        yield here


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The folder that comes of `FEW` when nothing fails."""
    root = tmp_path_factory.mktemp("healthy")
    with sources_on_loopback(root / "cache", SPEED) as here:
        assert here.fetch(root / "whole", START, UNTIL, FEW, ()).complete
    return files_of(root / "whole")


@contextmanager
def as_soon_as(condition: Callable[[], bool], do: Callable[[], object]) -> Iterator[None]:
    """While the block runs: when something is so, do that, once. It has to come to it."""
    done, ended = threading.Event(), threading.Event()

    def watch() -> None:
        while not ended.wait(0.001):
            if condition():
                do()
                done.set()
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert done.is_set()


def sources_of(folder: Path) -> dict[str, str]:
    """The name of each source and what comes from it."""
    described: tuple[Source, ...] = loaded(folder).description.source
    return {source.name: source.note for source in described}


def longest_pause(times: list[datetime]) -> timedelta:
    return max(after - before for before, after in pairwise(times))


# -------------------------------------------------------------------------------------------------- Yahoo


@pytest.mark.parametrize(
    ("fault", "times", "retry_after", "pause_s"),
    [("429", 4, None, 60), ("429", 4, "1500", 1_500), ("500", 4, None, 5)],
)
def test_yahoo_is_waited_for_and_the_folder_is_the_same(
    sources: Sources,
    tmp_path: Path,
    healthy: dict[str, bytes],
    fault: str,
    times: int,
    retry_after: str | None,
    pause_s: float,
) -> None:
    sources.yahoo.fail(fault, "NVDA", times=times, retry_after=retry_after)
    assert sources.fetch(tmp_path / "out", START, UNTIL, FEW, ()).complete
    assert longest_pause(sources.chart_times["NVDA"]) >= timedelta(seconds=pause_s)
    assert files_of(tmp_path / "out") == healthy


def test_a_broken_answer_is_asked_for_once_more(sources: Sources, tmp_path: Path, healthy: dict[str, bytes]) -> None:
    sources.yahoo.fail("truncated", "NVDA", times=1)
    assert sources.fetch(tmp_path / "out", START, UNTIL, FEW, ()).complete
    assert files_of(tmp_path / "out") == healthy


def test_what_is_broken_for_good_is_missing_until_it_is_not(
    sources: Sources, tmp_path: Path, healthy: dict[str, bytes]
) -> None:
    sources.yahoo.fail("truncated", "NVDA")
    report = sources.fetch(tmp_path / "out", START, UNTIL, FEW, ())
    assert not report.complete
    assert report.missing == {NVDA: "Yahoo's answer about NVDA cannot be read"}
    found = loaded(tmp_path / "out")
    assert sorted(found.bars) == ["ES"]
    assert f"{NVDA}: not there yet (Yahoo's answer about NVDA cannot be read)" in found.description.description
    sources.yahoo.heal()
    asked = len(sources.charts)
    assert sources.fetch(tmp_path / "out", START, UNTIL, FEW, ()).complete
    assert sources.charts[asked:] == [("NVDA", "1d")]
    assert files_of(tmp_path / "out") == healthy


def test_an_unknown_symbol_is_said_and_not_asked_for_again(sources: Sources, tmp_path: Path) -> None:
    sources.yahoo.prices.unknown = frozenset(("NVDA",))  # type: ignore[attr-defined]
    report = sources.fetch(tmp_path / "out", START, UNTIL, FEW, ())
    assert report.complete
    assert report.folder.files[NVDA].note == "Yahoo does not know NVDA, or no longer"
    asked = sources.requests()
    assert sources.fetch(tmp_path / "out", START, UNTIL, FEW, ()).complete
    assert sources.requests() == asked


def test_a_yahoo_that_refuses_is_left_alone_and_the_others_are_not(sources: Sources, tmp_path: Path) -> None:
    sources.yahoo.fail("403")
    report = sources.fetch(tmp_path / "out", START, UNTIL, ("ES", "NVDA", "AMD", "MSFT", "DGS10"), ())
    assert set(report.missing.values()) == {"Yahoo refuses to answer"}
    assert len(report.missing) == 7
    assert len(sources.server.requests) <= 16
    assert report.fault == ""
    assert list(report.folder.files) == [DGS10]


@pytest.mark.parametrize(("fault", "calls"), [("429", 12), ("drop", 14)])
def test_a_yahoo_that_does_not_recover_is_given_up_after_a_while(
    sources: Sources, tmp_path: Path, fault: str, calls: int
) -> None:
    sources.yahoo.fail(fault)
    begun = sources.clock.now()
    report = sources.fetch(tmp_path / "out", START, UNTIL, ("NVDA", "AMD", "DGS10"), ())
    assert sorted(report.missing) == ["bars/AMD/1d", NVDA]
    assert sources.clock.now() - begun < timedelta(hours=4)
    assert len(sources.server.requests) <= 7 * calls
    assert "AMD" not in sources.chart_times


def test_an_instrument_is_not_put_together_of_two_days(sources: Sources, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sources.yahoo.fail("truncated", "ES=F")
    sources.fetch(out, START, UNTIL, ("ES", "NVDA"), ())
    sources.yahoo.heal()
    sources.fetch(out, START, UNTIL, ("ES", "NVDA"), ())
    (out / "bars/ES/1h.csv.gz").unlink()
    sources.clock.jump(sources.clock.now() + timedelta(days=2))
    asked = len(sources.charts)
    assert sources.fetch(out, START, UNTIL, ("ES", "NVDA"), ()).complete
    assert sources.charts[asked:] == [("ES=F", interval) for interval in ("5m", "15m", "1h", "1d")]


# ---------------------------------------------------------------------------------------------- exchanges


@pytest.mark.parametrize("fault", ["451", "429 later"])
def test_the_next_venue_serves_all_bars(sources: Sources, tmp_path: Path, fault: str) -> None:
    sources.exchanges.fault("binanceusdm", fault, "" if fault == "451" else "klines")
    report = sources.fetch(tmp_path / "out", START, UNTIL, ("BTC",), ("binanceusdm", "bybit"))
    assert report.complete
    files = report.folder.files
    assert {files[name].source for name in COIN_FILES} == {"bybit"}
    assert "bars of BTC" in sources_of(tmp_path / "out")["Bybit"]
    refused = fault == "451"
    assert any("Binance" in note for note in report.notes) is refused
    assert not refused or "funding/binanceusdm/BTC" not in files
    assert "funding/bybit/BTC" in files


def test_an_exchange_out_of_order_is_waited_for_where_no_other_can_serve(tmp_path: Path) -> None:
    venue = "binanceusdm"
    with sources_on_loopback(tmp_path / "cache", speed=200) as sources:
        exchanges = sources.exchanges
        exchanges.fault(venue, "500", "klines")
        with as_soon_as(lambda: exchanges.count(venue, "klines") >= 3, lambda: exchanges.heal(venue)):
            report = sources.fetch(tmp_path / "out", START, UNTIL, ("BTC",), (venue,))
    assert report.complete
    assert {report.folder.files[name].source for name in COIN_FILES} == {venue}


def test_nobody_serves_this_place(sources: Sources, tmp_path: Path) -> None:
    for venue in ("binanceusdm", "bybit"):
        sources.exchanges.fault(venue, "451")
    report = sources.fetch(tmp_path / "out", START, UNTIL, ("BTC", "DGS10"), ("binanceusdm", "bybit"))
    assert sorted(report.missing) == COIN_FILES
    assert "Binance" in report.missing["bars/BTC/5m"]
    assert "Bybit" in report.missing["bars/BTC/5m"]
    assert list(report.folder.files) == [DGS10]


@pytest.mark.parametrize(("fault", "source"), [("451", "bybit"), ("500", "binanceusdm")])
def test_bars_of_two_venues_are_never_side_by_side(sources: Sources, tmp_path: Path, fault: str, source: str) -> None:
    out, venues = tmp_path / "out", ("binanceusdm", "bybit")
    assert sources.fetch(out, START, UNTIL, ("BTC",), venues).complete
    (out / "bars/BTC/1h.csv.gz").unlink()
    sources.exchanges.fault("binanceusdm", fault, "klines")
    report = sources.fetch(out, START, UNTIL, ("BTC",), venues)
    there = {name: held.source for name, held in report.folder.files.items() if name.startswith("bars")}
    refused = fault == "451"
    assert report.complete is refused
    assert set(there.values()) == {source}
    assert sorted(report.missing) == ([] if refused else ["bars/BTC/1h"])
    assert len(loaded(out).bars["BTC"]) == (5 if refused else 4)
    if not refused:
        sources.exchanges.heal("binanceusdm")
        assert sources.fetch(out, START, UNTIL, ("BTC",), venues).complete
        assert {held.source for name, held in report.folder.files.items() if name.startswith("bars")} == {source}


# ------------------------------------------------------------------------------------------------- series


def test_the_publisher_behind_serves_and_is_named(sources: Sources, tmp_path: Path) -> None:
    sources.publishers.fred.fault = Fault.UNAVAILABLE
    report = sources.fetch(tmp_path / "out", START, UNTIL, ("DGS10", "NVDA"), ())
    assert report.complete
    assert report.folder.files[DGS10].source == "US Treasury"
    assert sources_of(tmp_path / "out")["US Department of the Treasury"].endswith("series of DGS10")


def test_publishers_out_of_order_are_waited_for_and_then_missing(sources: Sources, tmp_path: Path) -> None:
    for publisher in sources.publishers.publishers:
        publisher.fault = Fault.UNAVAILABLE
    report = sources.fetch(tmp_path / "out", START, UNTIL, ("DGS10", "NVDA"), ())
    assert sorted(report.missing) == [DGS10]
    assert len(sources.publishers.fred.asked) > 2
    for publisher in sources.publishers.publishers:
        publisher.fault = None
    assert sources.fetch(tmp_path / "out", START, UNTIL, ("DGS10", "NVDA"), ()).complete


# ------------------------------------------------------------------------------------------------- itself


@pytest.mark.parametrize("requests", [1, 6])
def test_interrupted_anywhere_it_goes_on_to_the_same_folder(
    sources: Sources, tmp_path: Path, healthy: dict[str, bytes], requests: int
) -> None:
    main = threading.main_thread().ident
    assert main is not None
    out = tmp_path / "out"
    with (
        pytest.raises(KeyboardInterrupt),
        as_soon_as(lambda: len(sources.server.requests) >= requests, lambda: signal.pthread_kill(main, signal.SIGINT)),
    ):
        sources.fetch(out, START, UNTIL, FEW, ())
    assert not (out / "history.toml").exists()
    assert not [name for name in files_of(out) if name.endswith(".part")]
    assert sources.fetch(out, START, UNTIL, FEW, ()).complete
    assert files_of(out) == healthy


def test_what_is_in_the_way_of_a_file_is_said(sources: Sources, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sources.fetch(out, START, UNTIL, ("DGS10",), ())
    (out / "bars").write_bytes(b"")
    report = sources.fetch(out, START, UNTIL, ("NVDA",), ())
    assert not report.complete
    assert "bars/NVDA/1d.csv.gz: cannot be written" in report.fault


def test_what_makes_the_folder_unreadable_is_said(sources: Sources, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sources.fetch(out, START, UNTIL, ("DGS10",), ())
    (out / "series/notes.txt").write_bytes(b"mine")
    report = sources.fetch(out, START, UNTIL, ("NVDA",), ())
    assert not report.complete
    assert "series/notes.txt: unknown kind of file" in report.fault


def test_a_mistake_of_ours_ends_one_source_and_is_told(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(SeriesHistory, "_fetch", broken)
    report = sources.fetch(tmp_path / "out", START, UNTIL, FEW, ())
    assert report.missing == {DGS10: "series: a mistake in this program, ZeroDivisionError"}
    assert sorted(loaded(tmp_path / "out").bars) == ["ES", "NVDA"]
    assert "met a mistake of this program" in caplog.text


def test_nothing_at_all_is_no_folder_to_replay(sources: Sources, tmp_path: Path) -> None:
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    report = sources.fetch(tmp_path / "out", saturday, saturday + timedelta(hours=6), ("NVDA",), ())
    assert not report.complete
    assert report.fault == "nothing of this range is served by anybody"
    assert not (tmp_path / "out/history.toml").exists()
