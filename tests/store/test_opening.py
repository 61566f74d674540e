"""What is opened, what is refused, what is set aside; and that nothing of either is changed or lost."""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from barograph.checklist.steps import Step
from barograph.market.intervals import Interval
from barograph.store import inspection
from barograph.store.connection import FILE_NAME, Store, open_store
from barograph.store.errors import StoreError
from barograph.store.schema import migrations
from tests.store.samples import DAY, FEED, NOW, bars, evaluation, evidence

ASIDE = "barograph.corrupt-20260205T143000Z.sqlite"


def fill(folder: Path) -> Path:
    """A store with some of everything, closed."""
    store = open_store(folder, NOW)
    store.save_bars(FEED, "BTC", Interval.HOUR_1, bars(3_000), "Kraken")
    store.save_evaluations([evaluation(number) for number in range(100)])
    store.tick("a", FEED, DAY, Step.MACRO, True, 1.0, evidence(), NOW)
    store.write_note("b", FEED, DAY, Step.CRYPTO, "seen", NOW)
    store.close()
    return folder / FILE_NAME


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but an empty log, which reading makes, and SQLite's shared memory, which is its index."""
    found = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
    return {name: content for name, content in found.items() if content or not name.endswith("-wal")}


def pragma(store: Store, name: str) -> object:
    return store._connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_folder_without_a_store_gets_one(tmp_path: Path) -> None:
    store = open_store(tmp_path / "new" / "profile", NOW)
    assert store.notices == ()
    assert store.file == tmp_path / "new" / "profile" / "barograph.sqlite"
    assert store.days(FEED) == []
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind exist on POSIX systems only")
def test_a_new_folder_is_the_users_alone(tmp_path: Path) -> None:
    open_store(tmp_path / "profile", NOW).close()
    assert (tmp_path / "profile").stat().st_mode & 0o777 == 0o700


def test_what_is_committed_is_written_through_to_the_disk(store: Store) -> None:
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2  # FULL
    assert pragma(store, "fullfsync") == 1
    assert pragma(store, "foreign_keys") == 1
    assert pragma(store, "trusted_schema") == 0
    assert pragma(store, "user_version") == len(migrations())


def test_closing_twice_is_harmless_and_leaves_one_file(tmp_path: Path) -> None:
    store = open_store(tmp_path, NOW)
    store.tick("a", FEED, DAY, Step.MACRO, True, 1.0, evidence(), NOW)
    store.close()
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    fill(tmp_path)
    store = open_store(tmp_path, NOW)
    assert store.load_sheet(FEED, DAY).steps[0].evidence == evidence()
    assert len(store.load_bars(FEED, "BTC", Interval.HOUR_1)) == 3_000
    assert len(store.load_evaluations(FEED, "v1")) == 100
    store.close()


def test_a_log_that_was_left_behind_is_read(tmp_path: Path) -> None:
    store = open_store(tmp_path / "first", NOW)
    store.write_note("a", FEED, DAY, Step.CRYPTO, "in the log", NOW)
    shutil.copytree(tmp_path / "first", tmp_path / "killed")
    store.close()
    assert (tmp_path / "killed" / f"{FILE_NAME}-wal").stat().st_size > 0
    store = open_store(tmp_path / "killed", NOW)
    assert store.load_sheet(FEED, DAY).steps[2].note == "in the log"
    store.close()


def test_a_folder_with_odd_characters_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "50% #1? ü 气压 ' ;mode=memory"
    fill(folder)
    store = open_store(folder, NOW)
    assert store.load_sheet(FEED, DAY).ticked == 1
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


# --------------------------------------------------------------------------------------------------- newer


@pytest.mark.parametrize("set_aside", [False, True])
@pytest.mark.parametrize("killed", [False, True])
def test_a_newer_store_is_refused_and_no_byte_is_changed(tmp_path: Path, set_aside: bool, killed: bool) -> None:
    file = fill(tmp_path / "newer")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE later (thing)")
        connection.execute("PRAGMA user_version = 77")
        if killed:  # what the newer program wrote last is in its log only
            shutil.copytree(tmp_path / "newer", tmp_path / "copy")
    folder = tmp_path / "copy" if killed else tmp_path / "newer"
    before = contents(folder)
    assert len(before) == 1 + killed
    expected = (
        rf"^The store {re.escape(str(folder / FILE_NAME))} was written by a newer Barograph "
        r"\(format 77; this one reads \d+\) and was left as it is\.$"
    )
    with pytest.raises(StoreError, match=expected):
        open_store(folder, NOW, set_aside=set_aside)
    assert contents(folder) == before


# ------------------------------------------------------------------------------------------------- damaged


def over_the_header(file: Path) -> None:
    file.write_bytes(b"\xff" * 100 + file.read_bytes()[100:])


def cut_in_half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def cut_inside_the_header(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:50])


def cut_at_the_end(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def of_something_else(file: Path) -> None:
    file.write_text("dear diary\n" * 1000, encoding="utf-8")


def of_another_program(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")


def emptied_beside_its_log(file: Path) -> None:
    file.with_name(f"{FILE_NAME}-wal").write_bytes(b"\x37\x7f\x06\x82" * 100)
    file.write_bytes(b"")


def gone_beside_its_log(file: Path) -> None:
    emptied_beside_its_log(file)
    file.unlink()


DAMAGES = [
    over_the_header,
    cut_in_half,
    cut_inside_the_header,
    cut_at_the_end,
    of_something_else,
    of_another_program,
    emptied_beside_its_log,
    gone_beside_its_log,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_refused_and_no_byte_is_changed(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    file = fill(tmp_path)
    damage(file)
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=rf"^The store {re.escape(str(file))} is damaged \([^\n]+\) and was left"):
        open_store(tmp_path, NOW)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_set_aside_whole_and_an_empty_one_begun(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    file = fill(tmp_path)
    damage(file)
    before = contents(tmp_path)
    store = open_store(tmp_path, NOW, set_aside=True)
    (notice,) = store.notices
    assert re.fullmatch(
        rf"The store was damaged \([^\n]+\); it was set aside as {re.escape(str(tmp_path / ASIDE))}, "
        r"and an empty one begun\.",
        notice,
    )
    assert store.days(FEED) == []
    assert store.write_note("b", FEED, DAY, Step.MACRO, "goes on", NOW)
    store.close()
    after = contents(tmp_path)
    assert {after[name.replace(FILE_NAME, ASIDE)] for name in before} == set(before.values())
    store = open_store(tmp_path, NOW)
    assert store.notices == ()
    assert store.load_sheet(FEED, DAY).steps[0].note == "goes on"
    store.close()


@pytest.mark.parametrize("page", range(1, 60, 4))
def test_garbage_in_the_middle_is_found(tmp_path: Path, page: int) -> None:
    file = fill(tmp_path)
    whole = bytearray(file.read_bytes())
    assert len(whole) > 60 * 4096
    whole[page * 4096 : (page + 1) * 4096] = random.Random(page).randbytes(4096)
    file.write_bytes(whole)
    with pytest.raises(StoreError, match="is damaged"):
        open_store(tmp_path, NOW)
    assert file.read_bytes() == bytes(whole)


def test_two_stores_set_aside_within_a_second_are_both_kept(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / FILE_NAME).write_text(f"not a store {number}", encoding="utf-8")
        open_store(tmp_path, NOW, set_aside=True).close()
    kept = sorted(path.read_text(encoding="utf-8") for path in tmp_path.glob("barograph.corrupt-*.sqlite"))
    assert kept == ["not a store 0", "not a store 1", "not a store 2"]


def test_setting_aside_that_was_cut_short_is_finished_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied_beside_its_log(fill(tmp_path))
    before = contents(tmp_path)
    rename = Path.rename

    def first_only(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", lambda *_: pytest.fail("the second file"))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", first_only)
    with pytest.raises(pytest.fail.Exception, match="the second file"):
        open_store(tmp_path, NOW, set_aside=True)
    monkeypatch.undo()
    store = open_store(tmp_path, NOW, set_aside=True)
    assert "its log is there" in store.notices[0]
    store.close()
    assert set(before.values()) <= set(contents(tmp_path).values())


def test_a_large_store_that_was_closed_properly_is_checked_but_for_its_bars(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "ALWAYS_CHECKED_BYTES", 0)
    file = fill(tmp_path)
    damage_table(file, "bar")
    store = open_store(tmp_path, NOW)
    assert store.load_sheet(FEED, DAY).ticked == 1
    with pytest.raises(StoreError, match="cannot be used: it is damaged"):
        store.load_bars(FEED, "BTC", Interval.HOUR_1)
    store.close()
    # Reading has met the damage, so the next start looks at everything.
    with pytest.raises(StoreError, match="is damaged"):
        open_store(tmp_path, NOW)
    store = open_store(tmp_path, NOW, set_aside=True)
    assert len(store.notices) == 1
    store.close()
    store = open_store(tmp_path, NOW)
    assert store.notices == ()
    store.close()


@pytest.mark.parametrize("table", ["evaluation", "step_tick", "step_note", "command"])
def test_what_cannot_be_fetched_again_is_checked_at_every_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    monkeypatch.setattr(inspection, "ALWAYS_CHECKED_BYTES", 0)
    damage_table(fill(tmp_path), table)
    with pytest.raises(StoreError, match="is damaged"):
        open_store(tmp_path, NOW)


def test_a_large_store_that_was_not_closed_is_checked_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "ALWAYS_CHECKED_BYTES", 0)
    fill(tmp_path / "first")
    store = open_store(tmp_path / "first", NOW)
    store.write_note("c", FEED, DAY, Step.CRYPTO, "in the log", NOW)
    shutil.copytree(tmp_path / "first", tmp_path / "killed")
    store.close()
    damage_table(tmp_path / "killed" / FILE_NAME, "bar")
    with pytest.raises(StoreError, match="is damaged"):
        open_store(tmp_path / "killed", NOW)


def test_a_suspicion_that_is_unfounded_is_dropped(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "barograph.suspect").touch()
    open_store(tmp_path, NOW).close()
    assert not (tmp_path / "barograph.suspect").exists()


def test_text_that_is_not_text_any_more_is_damage(store: Store) -> None:
    store.write_note("a", FEED, DAY, Step.CRYPTO, "seen", NOW)
    store._connection.execute("DROP TRIGGER step_note_stays_1")
    store._connection.execute("UPDATE step_note SET text = CAST(x'ff' AS TEXT)")
    with pytest.raises(StoreError, match="cannot be used: it is damaged"):
        store.load_sheet(FEED, DAY)


def damage_table(file: Path, table: str) -> None:
    """Write over one page of a table, beside SQLite, so that its log is left alone."""
    copy = file.with_name("for reading the page number only.sqlite")
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    for beside in file.parent.glob(f"{copy.name}*"):
        beside.unlink()
    with file.open("r+b") as raw:
        raw.seek((root - 1) * 4096)
        raw.write(b"\xa5" * 4096)


def test_a_transaction_half_done_in_the_file_itself_is_undone(tmp_path: Path) -> None:
    """Before a new file is in WAL mode, SQLite works with a rollback journal; a kill then leaves it there."""
    work = tmp_path / "work"
    work.mkdir()
    with closing(sqlite3.connect(work / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("PRAGMA application_id = 0")
        connection.execute("VACUUM")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE half (filler BLOB)")
        connection.executemany("INSERT INTO half VALUES (zeroblob(?))", [(4000,)] * 50)
        shutil.copytree(work, tmp_path / "killed")
    assert (tmp_path / "killed" / f"{FILE_NAME}-journal").stat().st_size > 0
    store = open_store(tmp_path / "killed", NOW)
    assert store.days(FEED) == []
    store.close()
