"""The store's format: numbered migrations, applied in order, each in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from importlib import resources

APPLICATION_ID = 0x4241524F
"""``BARO``: what tells our files from other SQLite databases. The first migration writes it."""


def migrations() -> tuple[str, ...]:
    """The SQL of every migration: the first makes format 1 of an empty file, the next format 2 of that."""
    folder = resources.files("barograph.store") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    numbers = [int(name.split("_")[0]) for name in names]
    if numbers != list(range(1, len(names) + 1)):
        raise RuntimeError(f"migrations are not numbered 1, 2, 3 ...: {names}")
    return tuple((folder / name).read_text(encoding="utf-8") for name in names)


def stored_version(connection: sqlite3.Connection) -> int:
    """The format of an open file; 0 when it is empty."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, scripts: Sequence[str]) -> None:
    """Bring a file to the newest format. Whatever stops this leaves the file at a whole format, old or new.

    `connection` is in autocommit mode (`isolation_level` None); `scripts` is what `migrations` answers.
    """
    for number, script in enumerate(scripts, start=1):
        if number <= stored_version(connection):
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            if number > stored_version(connection):  # another process may have been here before the lock was ours
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number:d}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, each of which ends its line; `executescript` would commit before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise RuntimeError(f"a migration ends inside a statement: {statement.strip()[:80]!r}")
