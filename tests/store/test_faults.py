"""A disk that is full, a folder that cannot be written, a file somebody else holds: said, and survived."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from barograph.checklist.steps import Step
from barograph.market.bars import Bars
from barograph.market.intervals import Interval
from barograph.store.connection import FILE_NAME, Store, open_store
from barograph.store.errors import StoreError
from tests.store.processes import child, line, said
from tests.store.samples import DAY, FEED, NOW, bars, evaluation

ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="limits and permissions of this kind are POSIX")


def note(store: Store, command_id: str, text: str = "x") -> bool:
    return store.write_note(command_id, FEED, DAY, Step.MACRO, text, NOW)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.write_text("not a folder", encoding="utf-8")
    for place in (folder, folder / "deeper"):
        with pytest.raises(StoreError, match=rf"^The data folder {re.escape(str(place))} cannot be made: .+\.$"):
            open_store(place, NOW)
    assert folder.read_text(encoding="utf-8") == "not a folder"


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreError, match=rf"^The store {re.escape(str(tmp_path / FILE_NAME))} cannot be used: .+\.$"):
        open_store(tmp_path, NOW, set_aside=True)
    assert (tmp_path / FILE_NAME).is_dir()


@pytest.mark.skipif(
    os.name != "posix" or (os.geteuid() == 0 and sys.platform != "linux"),
    reason="permissions of this kind are POSIX, and only on Linux can root give up its right to ignore them",
)
@pytest.mark.parametrize("with_store", [False, True])
def test_a_folder_that_may_only_be_read(tmp_path: Path, with_store: bool) -> None:
    if with_store:
        open_store(tmp_path, NOW).close()
        (tmp_path / FILE_NAME).chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        (sentence,) = said("open_without_rights", tmp_path)
    finally:
        tmp_path.chmod(0o700)
    reasons = "it is read-only|it cannot be opened or made"
    assert re.fullmatch(f"StoreError: The store {tmp_path / FILE_NAME} cannot be used: ({reasons})[.]", sentence)
    assert len(list(tmp_path.iterdir())) == with_store


@ON_POSIX
def test_a_disk_that_fills_up_and_has_room_again(tmp_path: Path) -> None:
    *saved, sentence, after = said("write_to_a_full_disk", tmp_path)
    assert re.fullmatch(
        f"StoreError: The store {tmp_path / FILE_NAME} cannot be used: (the disk is full|the disk reports a fault)[.]",
        sentence,
    )
    assert len(saved) > 10
    assert after == f"full-{len(saved)}"  # the one that failed, sent again
    store = open_store(tmp_path, NOW)
    with closing(sqlite3.connect(store.file)) as connection:
        commands = [row[0] for row in connection.execute("SELECT id FROM command")]
    sent = [f"full-{number}" for number in range(len(saved) + 1)]
    assert sorted(commands) == sorted(id_ for number, id_ in enumerate(sent) if number % 4 != 3)
    assert len(store.load_evaluations("live", "full")) == len(sent) - len(commands)
    store.close()


def fill_the_disk(store: Store) -> None:
    """Not one page more: the answer of SQLite is that of a full disk."""
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")


def make_room(store: Store) -> None:
    store._connection.execute("PRAGMA max_page_count = 1000000")


def test_a_refresh_that_meets_a_full_disk_saves_nothing_and_the_next_one_all(store: Store) -> None:
    def refresh() -> None:
        with store.transaction():
            store.save_evaluations([evaluation()])
            store.save_bars(FEED, "BTC", Interval.HOUR_1, bars(5_000), "Kraken")

    fill_the_disk(store)
    with pytest.raises(StoreError, match=r"cannot be used: the disk is full\.$"):
        refresh()
    assert store.load_evaluations(FEED, "v1") == []
    assert store.bar_source(FEED, "BTC", Interval.HOUR_1) is None
    make_room(store)
    refresh()
    assert store.load_evaluations(FEED, "v1") == [evaluation()]
    assert len(store.load_bars(FEED, "BTC", Interval.HOUR_1)) == 5_000


def test_a_command_that_meets_a_full_disk_is_not_taken_for_applied(store: Store) -> None:
    fill_the_disk(store)
    with pytest.raises(StoreError, match="the disk is full"):
        note(store, "a", "x" * 20_000)
    make_room(store)
    assert note(store, "a", "after")
    assert store.load_sheet(FEED, DAY).steps[0].note == "after"


def test_a_store_somebody_else_is_writing_to(tmp_path: Path) -> None:
    store = open_store(tmp_path, NOW)
    with closing(sqlite3.connect(store.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"cannot be used: it is locked by another program\.$"):
            note(store, "a")
        assert store.load_sheet(FEED, DAY).steps[0].note == ""  # reading goes on
        other.execute("ROLLBACK")
    assert note(store, "a")
    store.close()


def test_a_store_another_process_shuts_everybody_out_of(tmp_path: Path) -> None:
    open_store(tmp_path, NOW).close()
    with child("hold_file", tmp_path) as process:
        assert line(process) == "held"
        with pytest.raises(StoreError, match=r"cannot be used: it is locked by another program\.$"):
            open_store(tmp_path, NOW, set_aside=True)
        process.communicate()
        assert process.returncode == 0
    open_store(tmp_path, NOW).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE_NAME]


# -------------------------------------------------------------------------------------------- transactions


def test_a_part_that_fails_is_undone_alone(store: Store) -> None:
    store.save_evaluations([evaluation()])
    with store.transaction():
        note(store, "a", "before")
        with pytest.raises(StoreError, match="never rewritten"):
            store.save_evaluations([evaluation(1), evaluation(score=1.0)])
        store.save_bars(FEED, "BTC", Interval.HOUR_1, bars(3), "Kraken")
    assert store.load_sheet(FEED, DAY).steps[0].note == "before"
    assert store.load_evaluations(FEED, "v1") == [evaluation()]
    assert len(store.load_bars(FEED, "BTC", Interval.HOUR_1)) == 3


def test_a_whole_that_fails_is_undone_whole(store: Store) -> None:
    def refresh() -> None:
        with store.transaction():
            store.save_bars(FEED, "BTC", Interval.HOUR_1, bars(3), "Kraken")
            with store.transaction():
                note(store, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refresh()
    assert len(store.load_bars(FEED, "BTC", Interval.HOUR_1)) == len(Bars.empty())
    assert note(store, "a")


def test_after_sqlite_undid_a_transaction_by_itself_nothing_of_it_is_saved(store: Store) -> None:
    def refresh() -> None:
        with store.transaction():
            note(store, "a")
            store._connection.execute("ROLLBACK")  # as SQLite does on some faults
            note(store, "b")

    with pytest.raises(StoreError, match=r"Nothing was saved .* a fault undid it half-way\.$"):
        refresh()
    assert note(store, "a")
    assert note(store, "b")


def test_a_fault_of_ours_is_not_blamed_on_the_environment(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store._rows("SELECT * FROM nowhere")
