"""kill -9 at random moments: what was said to be saved is there, and nothing is there by half."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from barograph.store.connection import FILE_NAME, open_store
from barograph.store.schema import migrations, stored_version
from tests.store.processes import child, kill, line
from tests.store.samples import NOW


def all_rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return connection.execute(sql).fetchall()


SAVED = """
    SELECT command FROM step_tick UNION ALL SELECT command FROM step_note UNION ALL SELECT command FROM decision
    UNION ALL SELECT substr(inputs, 1, length(inputs) / 50) FROM evaluation
"""
REFRESHES = "SELECT (SELECT count(*) FROM evaluation) * 20 - (SELECT count(*) FROM bar)"


def test_killed_while_saving(tmp_path: Path) -> None:
    moments = random.Random(20260205)
    told: set[str] = set()
    for run in range(15):
        with child("save", tmp_path, str(run)) as process:
            told.update(line(process) for _ in range(moments.randrange(1, 30)))
            told.update(kill(process))
        open_store(tmp_path, NOW).close()
        saved = [str(row[0]) for row in all_rows(tmp_path / FILE_NAME, SAVED)]
        assert len(saved) == len(set(saved))
        assert told <= set(saved)
        assert len(saved) - len(told) <= run + 1  # at most the one that was saved and not said yet, each time
        assert all_rows(tmp_path / FILE_NAME, REFRESHES) == [(0,)]  # never an evaluation without all its bars
        told = set(saved)
    assert len(told) > 15


def test_killed_inside_a_transaction(tmp_path: Path) -> None:
    with child("wait_inside", tmp_path) as process:
        assert line(process) == "inside"
        kill(process)
    open_store(tmp_path, NOW).close()
    for table in ("command", "sheet", "step_tick", "step_note", "decision", "evaluation", "bar", "bar_series"):
        assert all_rows(tmp_path / FILE_NAME, f"SELECT * FROM {table}") == []  # noqa: S608


def test_killed_while_beginning_a_store(tmp_path: Path) -> None:
    moments = random.Random(6)
    for run in range(6):
        with child("begin", tmp_path, str(run)) as process:
            for _ in range(moments.randrange(1, 8)):
                assert line(process)
            kill(process)
    folders = [folder for folder in tmp_path.iterdir() if folder.is_dir()]
    assert len(folders) >= 6
    for folder in folders:
        store = open_store(folder, NOW)
        assert store.notices == ()
        assert store.days("live") == []
        store.close()


def tables_and_rows(folder: Path) -> tuple[int, int | None]:
    """The format of a store, and the rows of the table that the next format has in `children.migrate_in_steps`."""
    file = folder / FILE_NAME
    with closing(sqlite3.connect(file)) as connection:
        version = stored_version(connection)
    if all_rows(file, "SELECT name FROM sqlite_schema WHERE name = 'extra'"):
        return version, int(str(all_rows(file, "SELECT count(*) FROM extra")[0][0]))
    return version, None


OLD, NEW = (len(migrations()), None), (len(migrations()) + 1, 2000)


@pytest.mark.parametrize("statement", [0, 1, 150, 1999])
def test_killed_inside_a_migration(tmp_path: Path, statement: int) -> None:
    open_store(tmp_path, NOW).close()
    with child("migrate_in_steps", tmp_path, str(statement)) as process:
        assert line(process) == "reached"
        assert kill(process) == []
    assert tables_and_rows(tmp_path) == OLD
    open_store(tmp_path, NOW).close()


def test_killed_while_a_migration_is_committed_or_after_it(tmp_path: Path) -> None:
    for run in range(4):
        folder = tmp_path / str(run)
        open_store(folder, NOW).close()
        with child("migrate_in_steps", folder, "1999") as process:
            assert line(process) == "reached"
            assert process.stdin is not None
            process.stdin.close()
            told = [line(process)] if run == 3 else []
            told += kill(process)
        assert tables_and_rows(folder) in ([NEW] if told else [OLD, NEW])
