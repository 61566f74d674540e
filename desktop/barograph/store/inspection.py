"""Looks at a store before it is opened for writing, without changing a byte, and sets a damaged one aside."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from barograph.store.database import BUSY_TIMEOUT_S
from barograph.store.errors import DAMAGED, StoreError, reason_of, suspect_mark, told
from barograph.store.schema import APPLICATION_ID, stored_version

ALWAYS_CHECKED_BYTES = 64_000_000
"""Up to this size the whole file is checked at every start; 345 MB of bars take 0.8 s."""

_FROM_THE_MARKET = frozenset({"bar", "funding", "open_interest", "liquidation"})
"""Tables that may be large and are not read at every start: what is lost of them was not made by the trader."""

_LOG_ALONE = "its log is there, but the file itself is empty or gone"
_SUFFIXES = ("", "-wal", "-journal", "-shm")
"""The database and the files SQLite keeps beside it; without its log a store is only half of itself."""


def find_damage(file: Path, newest: int) -> str:
    """What is wrong with a store that nobody has open, as a phrase; empty when it is sound, or absent.

    Where it was closed properly and is large, only what cannot be fetched again is read: all but what was
    recorded of the market. After any other end, or after reading has met damage, the whole file is. `newest` is
    the newest format that this program reads.

    Raises:
        StoreError: it was written by a newer program, or cannot be read at all.
        OSError: neither can the folder.
    """
    unclean = _size(_beside(file, "-wal")) > 0
    if not _size(file):
        return _LOG_ALONE if unclean else ""
    # Only a connection that may write can undo what a kill left half done in the file itself.
    mode = "rw" if _beside(file, "-journal").exists() else "ro"
    damage = _look(file, newest, mode, whole=unclean or suspect_mark(file).exists())
    if not damage:
        suspect_mark(file).unlink(missing_ok=True)
    return damage


def look_for_damage(file: Path, newest: int, *, whole: bool) -> str:
    """What is wrong with a store, as a phrase, while it may be in use; it is read and nothing else.

    `whole`: all of it is read, however large it is. Empty when it is sound, or absent.

    Raises:
        StoreError: it was written by a newer program, or cannot be read at all.
        OSError: neither can the folder.
    """
    if not _size(file):
        return _LOG_ALONE if _size(_beside(file, "-wal")) else ""
    return _look(file, newest, "ro", whole=whole)


def address_of(file: Path, mode: str) -> str:
    """The address under which SQLite opens a file that is there; `mode` is ``ro`` or ``rw``."""
    return f"{file.absolute().as_uri()}?mode={mode}"


def _look(file: Path, newest: int, mode: str, *, whole: bool) -> str:
    """See `find_damage`."""
    whole = whole or _size(file) <= ALWAYS_CHECKED_BYTES
    with told(file):
        try:
            with closing(sqlite3.connect(address_of(file, mode), uri=True, timeout=BUSY_TIMEOUT_S)) as connection:
                return _damage(connection, file, newest, whole)
        except sqlite3.DatabaseError as error:
            if reason_of(error) != DAMAGED:
                raise
            return str(error)


def _damage(connection: sqlite3.Connection, file: Path, newest: int, whole: bool) -> str:
    """See `find_damage`."""
    version = stored_version(connection)
    tables = [str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID and (version, application, tables) != (0, 0, []):
        return "it is a database of another program"
    if version > newest:
        raise StoreError(
            f"The store {file} was written by a newer Barograph (format {version}; this one reads {newest}) "
            "and was left as it is."
        )
    if whole:
        checks = [connection.execute("PRAGMA quick_check(1)")]
    else:
        checks = [
            connection.execute("SELECT quick_check FROM pragma_quick_check(?)", (table,))
            for table in tables
            if table not in _FROM_THE_MARKET
        ]
    found = next((row[0] for check in checks for row in check if row[0] != "ok"), "")
    return " ".join(found.removeprefix("*** in database main ***").split())


def move_aside(file: Path, now: datetime) -> Path:
    """Rename a damaged store and the files beside it; answers the new name, which no file had.

    Raises:
        OSError: it cannot be renamed.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    number = 1
    aside = file.with_name(f"{file.stem}.corrupt-{stamp}{file.suffix}")
    while any(os.path.lexists(_beside(aside, suffix)) for suffix in _SUFFIXES):
        number += 1
        aside = file.with_name(f"{file.stem}.corrupt-{stamp}-{number}{file.suffix}")
    # The file first: if this is cut short, the next start finds a log without its file and sets it aside, while
    # a file without its log would pass for sound.
    for suffix in _SUFFIXES:
        if _beside(file, suffix).exists():
            _beside(file, suffix).rename(_beside(aside, suffix))
    suspect_mark(file).unlink(missing_ok=True)
    return aside


def _beside(file: Path, suffix: str) -> Path:
    """The database itself (empty suffix) or a file SQLite keeps beside it."""
    return file.with_name(file.name + suffix)


def _size(file: Path) -> int:
    """Size in bytes; 0 when there is no such file."""
    return file.stat().st_size if file.exists() else 0
