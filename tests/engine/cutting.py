"""Cuts a history folder off at a date: a copy in which nothing later was recorded."""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from enum import Enum, auto
from pathlib import Path


class Emptied(Enum):
    """What becomes of a table in which nothing is left."""

    HEADER = auto()
    NO_FILE = auto()
    NO_FOLDER = auto()


def cut(source: Path, target: Path, last: date, emptied: Emptied = Emptied.HEADER) -> Path:
    """The folder with the rows up to and with the date `last`; answers `target`."""
    for path in sorted(source.rglob("*")):
        if not path.is_file():
            continue
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if ".csv" not in path.name:
            shutil.copyfile(path, copy)
            continue
        content = path.read_bytes()
        text = _cut_table(gzip.decompress(content) if path.suffix == ".gz" else content, last)
        if text.count(b"\n") > 1 or emptied is Emptied.HEADER:
            copy.write_bytes(gzip.compress(text, compresslevel=1, mtime=0) if path.suffix == ".gz" else text)
        elif emptied is Emptied.NO_FOLDER and not any(copy.parent.iterdir()):
            copy.parent.rmdir()
    return target


def _cut_table(text: bytes, last: date) -> bytes:
    header, _, body = text.partition(b"\n")
    rows = body.splitlines()
    after = last.isoformat().encode() + b"~"  # later than any time of that day
    kept = [row for row in rows if row < after]
    return b"\n".join([header, *kept]) + b"\n"
