"""The one error the store raises, and the translation of SQLite's own errors into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class StoreError(Exception):
    """The store cannot be used, or refuses what it was given; the message is one sentence for the trader."""


class StoredOtherwiseError(StoreError):
    """What was to be saved is stored already with another content, which stands."""


DAMAGED = "it is damaged"

_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "its permissions do not allow it",
    sqlite3.SQLITE_BUSY: "it is locked by another program",
    sqlite3.SQLITE_LOCKED: "it is locked by another program",
    sqlite3.SQLITE_IOERR: "the disk reports a fault",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened or made",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
"""What the environment does to a file, by primary result code. Any other error of SQLite is a bug of ours."""


def reason_of(error: sqlite3.Error) -> str:
    """The environment's fault behind an error of SQLite, in plain words; empty when the fault is ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by Python's binding itself: text that is not UTF-8, which we never write
        return DAMAGED if str(error).startswith("Could not decode") else ""
    return _REASONS.get(code & 0xFF, "")


def suspect_mark(file: Path) -> Path:
    """The empty file that asks the next start to check the whole store, because reading it met damage."""
    return file.with_suffix(".suspect")


@contextmanager
def told(file: Path) -> Iterator[None]:
    """Turn the environment's faults met inside into a StoreError that names `file`.

    Raises:
        StoreError: instead of a `sqlite3.Error` that the environment is to blame for.
    """
    try:
        yield
    except sqlite3.Error as error:
        reason = reason_of(error)
        if not reason:
            raise
        if reason == DAMAGED:
            with suppress(OSError):
                suspect_mark(file).touch()
        raise StoreError(f"The store {file} cannot be used: {reason}.") from error
