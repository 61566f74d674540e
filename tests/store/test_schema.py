"""Migrations are whole or not at all, and applied once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from barograph.store import schema
from barograph.store.database import connect
from barograph.store.schema import APPLICATION_ID, migrate, migrations, stored_version

FIRST = "CREATE TABLE a (x);\n"
SECOND = """
-- A comment; with a semicolon.
CREATE TABLE b (
    x TEXT DEFAULT ';'
);
CREATE TRIGGER t AFTER INSERT ON a BEGIN
    INSERT INTO b VALUES (1);
    INSERT INTO b VALUES (2);
END;
INSERT INTO a VALUES (7);
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "some.sqlite")) as connection:
        yield connection


def tables(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def test_ours_make_a_store_of_an_empty_file(connection: sqlite3.Connection) -> None:
    migrate(connection, migrations())
    assert stored_version(connection) == len(migrations()) >= 1
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert {"bar", "evaluation", "sheet", "command", "step_tick", "step_note", "decision"} <= set(tables(connection))


def test_each_is_applied_once_and_in_order(connection: sqlite3.Connection) -> None:
    migrate(connection, [FIRST])
    assert (stored_version(connection), tables(connection)) == (1, ["a"])
    migrate(connection, [FIRST, SECOND])
    migrate(connection, [FIRST, SECOND])
    assert (stored_version(connection), tables(connection)) == (2, ["a", "b"])
    assert connection.execute("SELECT * FROM b").fetchall() == [("1",), ("2",)]


def test_one_that_fails_leaves_the_format_before_it_whole(connection: sqlite3.Connection) -> None:
    wrong = "CREATE TABLE c (x);\nINSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);\n"
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, [FIRST, SECOND, wrong])
    assert (stored_version(connection), tables(connection)) == (2, ["a", "b"])
    assert connection.execute("SELECT * FROM a").fetchall() == [(7,)]
    assert not connection.in_transaction


def test_one_that_ends_inside_a_statement_is_a_bug_and_changes_nothing(connection: sqlite3.Connection) -> None:
    with pytest.raises(RuntimeError, match="ends inside a statement: 'CREATE TABLE d"):
        migrate(connection, [FIRST + "CREATE TABLE d (x)\n"])
    assert (stored_version(connection), tables(connection)) == (0, [])


def test_two_programs_that_start_at_once_migrate_once(
    tmp_path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(connect(tmp_path / "some.sqlite")) as other:
        versions = []

        def late(asked: sqlite3.Connection) -> int:
            """Let the other program migrate just after this one has looked for the first time."""
            versions.append(stored_version(asked))
            if len(versions) == 1:
                monkeypatch.undo()
                migrate(other, [FIRST])
                monkeypatch.setattr(schema, "stored_version", late)
            return versions[-1]

        monkeypatch.setattr(schema, "stored_version", late)
        migrate(connection, [FIRST])
    assert versions == [0, 1]
    assert tables(connection) == ["a"]


def test_our_files_are_numbered_without_a_gap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    for name in ("0001_a.sql", "0003_c.sql"):
        (tmp_path / "migrations" / name).write_text(FIRST, encoding="utf-8")
    monkeypatch.setattr("barograph.store.schema.resources.files", lambda _: tmp_path)
    with pytest.raises(RuntimeError, match="not numbered"):
        migrations()
