"""The data folder: made when absent, and locked so that two engines never share it."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Self

from barograph.store.errors import StoreError

LOCK_NAME = "barograph.lock"


def make_folder(folder: Path) -> None:
    """Make the data folder and its parents, readable by this user alone, unless it is there.

    Raises:
        StoreError: it cannot be made, or something else has its name.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The data folder {folder} cannot be made: {error.strerror or error}.") from error


class FolderLock:
    """Holds the data folder until released; the system releases it when the process dies, however it dies."""

    def __init__(self, descriptor: int) -> None:
        """`descriptor` is the open, locked file."""
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let the folder go; idempotent. The empty lock file stays: deleting it would let two others in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """The lock itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release."""
        self.release()


def lock_folder(folder: Path) -> FolderLock:
    """Take the data folder for this process, making it when it is absent.

    Raises:
        StoreError: another process holds it, or it cannot be written to.
    """
    make_folder(folder)
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"The data folder {folder} cannot be used: {error.strerror or error}.") from error
    try:
        _lock(descriptor)
    except OSError as error:
        os.close(descriptor)
        if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
            raise StoreError(f"The data folder {folder} is in use by another Barograph.") from error
        raise StoreError(f"The data folder {folder} cannot be locked: {error.strerror or error}.") from error
    return FolderLock(descriptor)


def _lock(descriptor: int) -> None:
    """Lock without waiting; an OSError says that another process has it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
