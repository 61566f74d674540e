"""A desk on a live feed: it records what is heard, goes on from it, notices sleep, and shows itself to commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from barograph.engine.clock import wall_now
from barograph.engine.desk import Desk
from barograph.engine.last_snapshot import FILE_NAME as SNAPSHOT_FILE
from barograph.engine.last_snapshot import YOUNG, read_last_snapshot, write_last_snapshot
from barograph.engine.once import is_complete
from barograph.engine.recordings import restore_book
from barograph.feeds.book import BarsPiece, Book
from barograph.feeds.contract import FeedError
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.market.observations import OpenInterest
from barograph.risk.faces import Face
from barograph.store.connection import open_store_for_reading
from barograph.store.errors import StoreError
from tests.engine.desks import OPENED, desk_at, move, rows
from tests.engine.runs import UNIVERSE, feed_of
from tests.feeds.live.scripted import NAME, ScriptedSource, live_feed

SECOND = timedelta(seconds=1)


@contextmanager
def live_desk(folder: HistoryFolder, data_dir: Path, now: datetime) -> Iterator[tuple[Desk, ScriptedSource]]:
    """A desk on a live feed that has begun and heard nothing yet, but for what an earlier one recorded."""
    feed, source = live_feed(feed_of(folder), UNIVERSE, now)
    with desk_at(folder, data_dir, now, feed) as desk:
        desk.begin()
        yield desk, source


def hear(source: ScriptedSource, now: datetime) -> None:
    source.publish(now)
    source.answer(now)


def later(desk: Desk, now: datetime, seconds: int) -> datetime:
    """Let time pass as it does, a refresh at a time, so that nobody takes it for sleep."""
    for _ in range(0, seconds, 30):
        now += 30 * SECOND
        move(desk, now)
        desk.refresh()
    return now


def test_what_was_heard_is_there_after_a_restart_without_a_question(
    desk_history: HistoryFolder, tmp_path: Path
) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        assert source.calls == ["start"]
        hear(source, OPENED)
        desk.refresh()
        snapshot, _, _ = desk.refresh()
        assert snapshot.light.as_of is not None
        before = {quote.instrument: quote.last for quote in snapshot.quotes}
    with live_desk(desk_history, tmp_path, OPENED + SECOND) as (desk, source):
        snapshot, _, _ = desk.refresh()
        assert {quote.instrument: quote.last for quote in snapshot.quotes} == before
        assert snapshot.light.as_of is not None
        assert {quote.source for quote in snapshot.quotes if quote.instrument != "US10Y"} == {NAME}
    assert source.calls == ["start", "stop", "stop"]


def test_each_refresh_need_not_wait_for_the_disk(desk_history: HistoryFolder, tmp_path: Path) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        desk.refresh()
        hear(source, OPENED)
        move(desk, OPENED + SECOND)
        made_none = len(rows(tmp_path, "SELECT 1 FROM fixing"))
        source.publish(OPENED)
        desk.refresh()
        assert made_none == 0
        later(desk, OPENED + SECOND, 30)
        assert len(rows(tmp_path, "SELECT 1 FROM fixing")) > 0


def test_what_cannot_be_saved_is_saved_later_and_the_notice_goes(
    desk_history: HistoryFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        hear(source, OPENED)
        with monkeypatch.context() as patch:
            patch.setattr(type(desk._store), "save_fixings", _full)
            assert "The disk is full." in desk.refresh()[0].notices
            assert rows(tmp_path, "SELECT 1 FROM bar LIMIT 1") == []
        later(desk, OPENED, 30)
        assert desk.refresh()[0].notices == ()
        assert rows(tmp_path, "SELECT 1 FROM bar LIMIT 1") == [(1,)]


def _full(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.")


def test_sleep_and_a_clock_that_was_set_are_told_to_the_sources(desk_history: HistoryFolder, tmp_path: Path) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        desk.refresh()
        now = later(desk, OPENED, 120)
        assert "woke" not in source.calls
        move(desk, now + timedelta(hours=3))
        desk.refresh()
        assert source.calls.count("woke") == 1
        move(desk, now)
        desk.refresh()
        assert source.calls.count("woke") == 2


def test_what_a_closed_lid_kept_away_is_waited_for_in_the_morning(desk_history: HistoryFolder, tmp_path: Path) -> None:
    """At midnight the prices were there and the yields were not; then the machine slept."""
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        hear(source, OPENED)
        desk.refresh()
        made = len(rows(tmp_path, "SELECT 1 FROM evaluation"))
        night = datetime(2023, 5, 6, 0, 10, 20, tzinfo=UTC)
        move(desk, night)
        source.answer(night)
        desk.refresh()
        morning = night + timedelta(hours=9)
        move(desk, morning)
        assert set(desk.refresh()[0].light.waiting) == {"DGS10", "DGS2"}
        assert len(rows(tmp_path, "SELECT 1 FROM evaluation")) == made
        hear(source, morning)
        move(desk, morning + SECOND)
        light = desk.refresh()[0].light
        assert (light.waiting, light.missing) == ((), ("E2",))  # of a hundred shares this market has three
        assert len(rows(tmp_path, "SELECT 1 FROM evaluation")) == made + 1


def test_a_price_that_stands_still_takes_the_light_away(desk_history: HistoryFolder, tmp_path: Path) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        hear(source, OPENED)
        desk.refresh()
        now = later(desk, OPENED, 3_600)
        snapshot, _, _ = desk.refresh()
        assert (snapshot.light.face, snapshot.light.reason) == (Face.NO_DATA, "critical_stale")
        assert next(q.state for q in snapshot.quotes if q.instrument == "BTC") is Freshness.STALE
        assert next(q.last for q in snapshot.quotes if q.instrument == "BTC") is not None  # the last good one
        hear(source, now)
        snapshot, _, _ = desk.refresh()
        assert next(q.state for q in snapshot.quotes if q.instrument == "BTC").usable


def test_the_last_hours_are_waited_for_but_not_for_ever(desk_history: HistoryFolder, tmp_path: Path) -> None:
    """A restart just after midnight: the days come before the hours that are judged with them."""
    night = datetime(2023, 5, 9, 0, 10, 20, tzinfo=UTC)
    for hours_come in (True, False):
        folder = tmp_path / str(hours_come)
        folder.mkdir()
        with live_desk(desk_history, folder, OPENED) as (desk, source):
            hear(source, OPENED)
            desk.refresh()
        with live_desk(desk_history, folder, night) as (desk, source):
            source.publish(night)
            source.answer(night, intervals=(Interval.DAY_1,))
            assert desk.refresh()[0].light.waiting == ("BTC 1h",)
            if hours_come:
                source.answer(night)
                assert desk.refresh()[0].light.waiting == ()
            else:
                later(desk, night, 3_630)
                assert desk.refresh()[0].light.waiting == ()


def test_what_is_listed_while_the_program_runs_is_followed(desk_history: HistoryFolder, tmp_path: Path) -> None:
    """Months go by: a future expires, and one a year ahead is listed."""
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        everything = source.offered
        source.offered = {name: each for name, each in everything.items() if name != "IGV"}
        desk.feed.renew(OPENED + timedelta(hours=2))  # type: ignore[attr-defined]
        hear(source, OPENED)
        desk.refresh()
        tape = desk._monitor.tape
        assert "IGV" not in tape.daily
        source.offered = {name: each for name, each in everything.items() if name != "RSP"}
        hear(source, OPENED)
        later(desk, OPENED, 7_230)
        assert tape.daily["IGV"].close[-1] > 0
        assert {"IGV", "RSP"} & set(desk.feed.instruments()) == {"IGV"}
        row = int(np.searchsorted(desk._monitor._table.labels, tape.daily["IGV"].time[-1]))
        assert desk._monitor._table.closes("IGV", row, 2).tolist() == tape.daily["IGV"].close[-2:].tolist()


def test_one_snapshot_is_not_made_of_what_an_earlier_one_recorded(desk_history: HistoryFolder, tmp_path: Path) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        hear(source, OPENED)
        desk.refresh()
        snapshot = desk.refresh()[0]
        assert is_complete(snapshot)
        silent = replace(snapshot.health[0], last_success=None)  # another run's prices, and nobody was asked yet
        assert not is_complete(replace(snapshot, health=(silent,)))
    later_on = OPENED + timedelta(hours=2)
    with live_desk(desk_history, tmp_path, later_on) as (desk, source):
        assert not is_complete(desk.refresh()[0])
        hear(source, later_on)
        assert is_complete(desk.refresh()[0])


def test_yesterdays_close_is_no_price_of_today(desk_history: HistoryFolder, tmp_path: Path) -> None:
    """The days came and the minutes never did: nobody knows what bitcoin costs now."""
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        source.publish(OPENED)
        source.answer(OPENED, intervals=(Interval.DAY_1,))
        assert next(q.state for q in desk.refresh()[0].quotes if q.instrument == "BTC") is Freshness.STALE
        source.answer(OPENED)
        assert next(q.state for q in desk.refresh()[0].quotes if q.instrument == "BTC").usable


def test_a_price_is_compared_with_closes_of_its_own_venue(desk_history: HistoryFolder, tmp_path: Path) -> None:
    def bitcoin() -> tuple[str, float | None]:
        quote = next(q for q in desk.refresh()[0].quotes if q.instrument == "BTC")
        return quote.source, quote.change

    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        hear(source, OPENED)
        _, before = bitcoin()
        for interval in source.recorded.intervals("BTC"):  # at a tenth more, as no two venues ever were
            found = source.recorded.fetch_bars("BTC", interval, None, OPENED).closed
            dearer = {column: getattr(found, column) * 1.1 for column in ("open", "high", "low", "close")}
            source.book.put_bars(BarsPiece("BTC", interval, "another", replace(found, **dearer)))
        source.book.serve("BTC", "another")
        source_of, change = bitcoin()
        assert source_of == "another"
        assert change is None or change == pytest.approx(before)
        assert bitcoin()[1] == pytest.approx(before)


def test_the_commands_see_what_runs_and_nothing_of_what_has_ended(desk_history: HistoryFolder, tmp_path: Path) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        hear(source, OPENED)
        snapshot, _, _ = desk.refresh()
        found = read_last_snapshot(tmp_path, wall_now())
        assert found is not None
        assert found.values["light"] == snapshot.light.face.value
        assert found.values["sources"][0]["source"] == NAME
        assert found.text.startswith("LIVE: Live\n")
        assert read_last_snapshot(tmp_path, wall_now() + YOUNG + SECOND) is None
    assert read_last_snapshot(tmp_path, wall_now()) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"made_at": 3}', '{"made_at": "2023-05-05T14:32:00Z"}'])
def test_a_snapshot_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / SNAPSHOT_FILE).write_text(content, "utf-8")
    assert read_last_snapshot(tmp_path, OPENED) is None


def test_a_folder_that_cannot_be_written_to_stops_nothing(
    desk_history: HistoryFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("barograph.engine.live_watch.write_last_snapshot", full)
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        hear(source, OPENED)
        assert desk.refresh()[0].light.as_of is not None
    assert write_last_snapshot is not full


def test_open_interest_of_every_venue_is_recorded(desk_history: HistoryFolder, tmp_path: Path) -> None:
    with live_desk(desk_history, tmp_path, OPENED) as (desk, source):
        for venue in ("bybit", "okx"):
            source.book.put_open_interest("BTC", OpenInterest.of([1_683_297_000 * 10**9], [1e5], [6e9], venue))
        desk.refresh()
    store = open_store_for_reading(tmp_path)
    try:
        book = Book()
        restore_book(store, "live", book, OPENED)
    finally:
        store.close()
    assert set(book.open_interest("BTC")) == {"bybit", "okx"}
    with pytest.raises(FeedError):
        book.bars("BTC", Interval.MIN_5, None)
