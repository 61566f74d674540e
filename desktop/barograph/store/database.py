"""One open SQLite file: its connection, its transactions and how it is closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from barograph.store.errors import StoreError, told

BUSY_TIMEOUT_S = 0.5
"""How long to wait for a program that reads the file beside us; nobody else writes it."""
FIRST_NS, LAST_NS = -(2**63), 2**63 - 1
"""Bounds of a time that leave an end open."""


def bounds(start_ns: int | None, end_ns: int | None) -> tuple[int, int]:
    """Both ends of a range of instants; None leaves one open."""
    return FIRST_NS if start_ns is None else start_ns, LAST_NS if end_ns is None else end_ns


def connect(file: Path) -> sqlite3.Connection:
    """Open a store, made when absent, so that what is committed survives a power cut.

    WAL with synchronous FULL writes the log through to the disk at every commit; `fullfsync` asks the same of
    the disk's own cache on macOS and means nothing elsewhere. `trusted_schema` off: a file may be hostile.
    """
    connection = sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        for pragma in (
            "PRAGMA trusted_schema = OFF",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA fullfsync = ON",
            "PRAGMA checkpoint_fullfsync = ON",
            "PRAGMA foreign_keys = ON",
        ):
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


class Database:
    """An open file. Used from the thread that opened it, and from no other."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        """`connection` is what `connect` answers."""
        self.file = file
        self._connection = connection
        self._depth = 0
        self._remembered: dict[tuple[str, ...], Any] = {}
        """Ids that would be looked up again and again; forgotten when a transaction is undone."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is saved together or not at all.

        One inside another is a part of it: saved with it, but undone alone when it fails and the failure is
        caught.

        Raises:
            StoreError: nothing was saved, because of what the environment did.
        """
        outermost = self._depth == 0
        with told(self.file):
            self._require_open_transaction()
            self._connection.execute("BEGIN IMMEDIATE" if outermost else "SAVEPOINT part")
            self._depth += 1
            try:
                yield
                self._require_open_transaction()
                self._connection.execute("COMMIT" if outermost else "RELEASE part")
            except BaseException:
                self._remembered.clear()
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK" if outermost else "ROLLBACK TO part")
                    if not outermost:
                        self._connection.execute("RELEASE part")
                raise
            finally:
                self._depth -= 1

    def _require_open_transaction(self) -> None:
        """Refuse to write on after a fault (a full disk) on which SQLite itself undid the transaction.

        What comes after it would be saved alone.
        """
        if self._depth and not self._connection.in_transaction:
            raise StoreError(f"Nothing was saved in the store {self.file}: a fault undid it half-way.")

    def _unreadable(self, what: str) -> StoreError:
        """The fault of a store that holds `what`, which this program never writes."""
        return StoreError(f"The store {self.file} cannot be read: it holds {what}.")

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""
        with told(self.file):
            return self._connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Write the log back into the file and close it; idempotent."""
        with suppress(sqlite3.Error):  # closed already, or the disk is full: the log holds everything
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
