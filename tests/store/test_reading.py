"""A store is looked at and read beside the program that has it open, and nothing of it is made or changed."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from barograph.market.intervals import Interval
from barograph.store import inspection
from barograph.store.connection import FILE_NAME, Store, check_store, open_store, open_store_for_reading
from barograph.store.errors import StoreError
from barograph.store.schema import migrate, migrations
from tests.store.processes import child, line
from tests.store.samples import FEED, NOW, bars
from tests.store.test_opening import DAMAGES, contents, damage_table, fill

HOURLY = Interval.HOUR_1


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# ------------------------------------------------------------------------------------------------ looking


def test_no_store_is_no_fault_and_none_is_made(tmp_path: Path) -> None:
    check_store(tmp_path)
    check_store(tmp_path / "nowhere")
    assert names(tmp_path) == set()


def test_a_sound_store_is_sound_open_or_not(tmp_path: Path) -> None:
    fill(tmp_path)
    check_store(tmp_path, whole=True)
    store = open_store(tmp_path, NOW)
    with store.transaction():
        store.save_bars(FEED, "ETH", HOURLY, bars(10), "Kraken")
        check_store(tmp_path, whole=True)
    store.close()


def test_looking_does_not_shut_out_another_process(tmp_path: Path) -> None:
    fill(tmp_path)
    with child("save", tmp_path, "x") as process:
        assert line(process)
        for _ in range(20):
            check_store(tmp_path, whole=True)
            assert line(process)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_told_and_no_byte_is_changed(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    file = fill(tmp_path)
    damage(file)
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=rf"^The store {re.escape(str(file))} is damaged \([^\n]+\) and was left"):
        check_store(tmp_path)
    assert contents(tmp_path) == before


def test_of_a_large_store_the_market_is_read_when_all_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "ALWAYS_CHECKED_BYTES", 0)
    damage_table(fill(tmp_path), "bar")
    check_store(tmp_path)
    with pytest.raises(StoreError, match="is damaged"):
        check_store(tmp_path, whole=True)


def test_a_newer_store_is_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(fill(tmp_path))) as connection:
        connection.execute("PRAGMA user_version = 77")
    with pytest.raises(StoreError, match="was written by a newer Barograph"):
        check_store(tmp_path)


# ------------------------------------------------------------------------------------------------ reading


def test_there_is_nothing_to_read_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=re.escape(f"{tmp_path} holds no store (barograph.sqlite).")):
        open_store_for_reading(tmp_path)
    assert names(tmp_path) == set()


def test_what_is_committed_is_read_as_of_the_moment_of_opening(tmp_path: Path) -> None:
    writer = open_store(tmp_path, NOW)
    writer.save_bars(FEED, "BTC", HOURLY, bars(5), "Kraken")
    with writer.transaction():
        writer.save_bars(FEED, "BTC", HOURLY, bars(9), "Kraken")
        reader = open_store_for_reading(tmp_path)
        assert len(reader.load_bars(FEED, "BTC", HOURLY)) == 5
    assert len(reader.load_bars(FEED, "BTC", HOURLY)) == 5
    reader.close()
    reader = open_store_for_reading(tmp_path)
    assert len(reader.load_bars(FEED, "BTC", HOURLY)) == 9
    reader.close()
    writer.close()


def test_another_process_goes_on_writing(tmp_path: Path) -> None:
    fill(tmp_path)
    with child("save", tmp_path, "x") as process:
        assert line(process)
        reader = open_store_for_reading(tmp_path)
        before = len(reader.load_evaluations("live", "x"))
        for _ in range(40):
            assert line(process)
        assert len(reader.load_evaluations("live", "x")) == before
        reader.close()
        reader = open_store_for_reading(tmp_path)
        assert len(reader.load_evaluations("live", "x")) > before
        reader.close()


def test_nothing_is_written_through_it(tmp_path: Path) -> None:
    fill(tmp_path)
    before = contents(tmp_path)
    reader = open_store_for_reading(tmp_path)
    with pytest.raises((StoreError, sqlite3.Error)):
        reader.save_bars(FEED, "ETH", HOURLY, bars(1), "Kraken")
    reader.close()
    assert contents(tmp_path) == before


def test_what_a_kill_left_in_the_log_is_read(tmp_path: Path) -> None:
    store = open_store(tmp_path / "first", NOW)
    store.save_bars(FEED, "BTC", HOURLY, bars(5), "Kraken")
    shutil.copytree(tmp_path / "first", tmp_path / "killed")
    store.close()
    reader = open_store_for_reading(tmp_path / "killed")
    assert len(reader.load_bars(FEED, "BTC", HOURLY)) == 5
    reader.close()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("PRAGMA user_version = 77", r"was written by a newer Barograph \(format 77; this one reads \d+\)\."),
        ("PRAGMA user_version = 1", r"is of an older format \(1; .*brings it up to date\."),
        ("PRAGMA application_id = 7", r"is no store of Barograph\."),
    ],
)
def test_another_format_is_refused(tmp_path: Path, sql: str, said: str) -> None:
    with closing(sqlite3.connect(fill(tmp_path))) as connection:
        connection.execute(sql)
    with pytest.raises(StoreError, match=said):
        open_store_for_reading(tmp_path)


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("dear diary\n" * 1_000, "utf-8")
    with pytest.raises(StoreError, match="cannot be used: it is damaged"):
        open_store_for_reading(tmp_path)


# ------------------------------------------------------------------------------------- from the first format


def test_a_store_of_the_first_format_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    file = fill(tmp_path / "new")
    old = tmp_path / "old"
    old.mkdir()
    with closing(sqlite3.connect(old / FILE_NAME, isolation_level=None)) as connection:
        migrate(connection, migrations()[:1])
        connection.execute("ATTACH ? AS new", (str(file),))
        tables = [row[0] for row in connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'")]
        for table in ("bar_series", "sheet", "command", *tables):  # parents first
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"INSERT OR IGNORE INTO main.{table} SELECT {columns} FROM new.{table}")  # noqa: S608
        assert connection.execute("PRAGMA main.user_version").fetchone() == (1,)
    stores = [open_store(folder, NOW) for folder in (tmp_path / "new", old)]
    new, migrated = map(everything, stores)
    assert migrated == new
    assert len(migrated[1]) == 3_000
    migrated_store: Store = stores[1]
    migrated_store.save_bars(FEED, "BTC", HOURLY, bars(1), "Binance")  # the numbering of the first format goes on
    assert migrated_store.bar_source(FEED, "BTC", HOURLY) == "Binance"
    assert migrated_store.perpetuals(FEED) == []
    for store in stores:
        store.close()


def everything(store: Store) -> tuple[object, list[float], object, object]:
    """What `fill` put in."""
    return (
        store.load_sheet(FEED, store.days(FEED)[0].day),
        store.load_bars(FEED, "BTC", HOURLY).close.tolist(),
        store.load_evaluations(FEED, "v1"),
        store.bar_series(FEED),
    )
