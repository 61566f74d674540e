"""The last snapshot of a running live engine, beside its store: for the commands that are asked while it runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from barograph.engine.snapshot import Snapshot
from barograph.engine.snapshot_json import snapshot_values
from barograph.engine.snapshot_text import snapshot_text
from barograph.market.instants import iso_z

FILE_NAME = "live_snapshot.json"
YOUNG = timedelta(seconds=30)
"""An engine that runs writes more often than this; an older file is of one that has ended or hangs."""


@dataclass(frozen=True, slots=True)
class LastSnapshot:
    """What the engine showed at `made_at`, by the computer's own clock: as the text and as the JSON values that
    `snapshot` prints.
    """

    made_at: datetime
    text: str
    values: dict[str, Any]


def write_last_snapshot(folder: Path, snapshot: Snapshot, made_at: datetime) -> None:
    """Put it into the data folder in one step, so that nobody reads half of it.

    Raises:
        OSError: the folder cannot be written to.
    """
    target = folder / FILE_NAME
    content = {"made_at": iso_z(made_at), "text": snapshot_text(snapshot), "values": snapshot_values(snapshot)}
    beside = target.with_suffix(".new")
    beside.write_text(json.dumps(content, allow_nan=False), "utf-8")
    beside.replace(target)


def read_last_snapshot(folder: Path, now: datetime) -> LastSnapshot | None:
    """The snapshot of the engine that runs on this folder; None where none does, or it no longer answers. `now` is
    the computer's own time.
    """
    try:
        content = json.loads((folder / FILE_NAME).read_text("utf-8"))
        found = LastSnapshot(datetime.fromisoformat(content["made_at"]), content["text"], content["values"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if abs(now - found.made_at) <= YOUNG else None


def remove_last_snapshot(folder: Path) -> None:
    """The engine ends: what it showed is no longer what is.

    Raises:
        OSError: it is there and cannot be removed.
    """
    (folder / FILE_NAME).unlink(missing_ok=True)
