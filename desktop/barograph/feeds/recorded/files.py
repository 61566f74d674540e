"""Reads the files of a history folder: nothing outside it, and nothing that swells without end."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from pathlib import Path
from typing import NamedTuple

from barograph.feeds.recorded.faults import file_fault

MAX_FILE_BYTES = 512 << 20
"""The most text that one file may hold, after decompression: ten years of one-minute bars are 320 MB."""
MAX_RATIO = 100
"""How many times as large a file may become; bars become four to ten times as large."""
_RATIO_FROM_BYTES = 8 << 20


class Entry(NamedTuple):
    """A name in a folder."""

    name: str
    is_folder: bool


def entries(root: Path, folder: str) -> list[Entry]:
    """What lies in a folder, in the order of names; names that begin with a dot are left out.

    `root` is the resolved history folder, `folder` a path relative to it.

    Raises:
        HistoryError: the folder cannot be read, or a link leads out of the history folder or nowhere.
    """
    found: list[Entry] = []
    try:
        with os.scandir(root / folder) as listing:
            for entry in listing:
                if not entry.name.startswith("."):
                    if entry.is_symlink():
                        _check_link(root, Path(entry.path))
                    found.append(Entry(entry.name, entry.is_dir()))
    except OSError as error:
        raise file_fault(folder or str(root), _cannot_read(error), "a readable folder") from error
    return sorted(found)


def read_file(root: Path, file: str) -> bytes:
    """The text of a file, decompressed where its name ends in ``.gz``.

    Raises:
        HistoryError: not a regular file, not readable, too large, or not a whole gzip file.
    """
    path = root / file
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise file_fault(file, "not a regular file", "a file")
        if found.st_size > MAX_FILE_BYTES:
            raise file_fault(file, f"{found.st_size} bytes", f"at most {MAX_FILE_BYTES} bytes")
        content = path.read_bytes()
    except OSError as error:
        raise file_fault(file, _cannot_read(error), "a readable file") from error
    return _decompressed(content, file) if file.endswith(".gz") else content


def _check_link(root: Path, path: Path) -> None:
    """Refuse a symbolic link that leads out of `root` or nowhere."""
    file = path.relative_to(root).as_posix()
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # a loop is a RuntimeError before Python 3.13
        raise file_fault(file, "a link that leads nowhere", "a file inside the history folder") from error
    if not target.is_relative_to(root):
        raise file_fault(file, "a link out of the history folder", "a file inside it")


def _decompressed(content: bytes, file: str) -> bytes:
    """The text of a gzip file, given up as soon as it grows out of proportion."""
    limit = min(MAX_FILE_BYTES, max(_RATIO_FROM_BYTES, MAX_RATIO * len(content)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            text = packed.read(limit + 1)
    except EOFError as error:
        raise file_fault(file, "cut off before its end", "a whole gzip file") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise file_fault(file, "not gzip, or damaged", "a whole gzip file") from error
    if len(text) > limit:
        expected = f"at most {MAX_RATIO} times the size of the file, and {MAX_FILE_BYTES} bytes"
        raise file_fault(file, f"more than {limit} bytes when decompressed", expected)
    return text


def _cannot_read(error: OSError) -> str:
    return f"cannot be read ({error.strerror or type(error).__name__})"
