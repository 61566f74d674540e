"""Desks on a small made-up market whose clock stands until a test moves it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from barograph.engine.clock import SimulatedClock
from barograph.engine.desk import Desk
from barograph.feeds.contract import Feed
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.store.connection import FILE_NAME, open_store
from tests.engine.runs import RULES, UNIVERSE, feed_of

OPENED = datetime(2023, 5, 5, 14, 32, tzinfo=UTC)
"""A Friday in the hours of New York; the last six days of the market have shorter bars too."""
LATER = datetime(2023, 5, 9, 15, 7, tzinfo=UTC)
DAY = date(2023, 5, 5)
END = datetime(2023, 5, 12, tzinfo=UTC)


@contextmanager
def desk_at(folder: HistoryFolder, data_dir: Path, now: datetime, feed: Feed | None = None) -> Iterator[Desk]:
    """A desk on that folder and that data folder, with a standing clock; closed when the block is left."""
    clock = SimulatedClock(now, 1.0, END, real_seconds=lambda: 0.0)
    clock.set_paused(paused=True)
    # The store's own `now` only dates a damaged file.
    desk = Desk(feed or feed_of(folder), UNIVERSE, RULES, open_store(data_dir, now), clock)
    try:
        yield desk
    finally:
        desk.close()


def move(desk: Desk, now: datetime) -> None:
    """Set the desk's clock, as if time had passed."""
    assert isinstance(desk.clock, SimulatedClock)
    desk.clock.jump(now)


def shown(desk: Desk) -> str:
    """Everything that the window would show, as text: equal texts are equal bytes."""
    return repr(desk.refresh()[0])


def rows(data_dir: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What the store holds, read through another connection: only what is committed."""
    with closing(sqlite3.connect(data_dir / FILE_NAME)) as connection:
        return connection.execute(sql, values).fetchall()


def change(data_dir: Path, sql: str, *values: object) -> int:
    """Change a store behind the program's back, and behind its own guards; answers how many rows."""
    with closing(sqlite3.connect(data_dir / FILE_NAME)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        count = connection.execute(sql, values).rowcount
        connection.commit()
    return count


def stored(data_dir: Path) -> list[tuple[date, str, str]]:
    """Stored evaluations in order, as `runs.texts` gives them."""
    found = rows(data_dir, "SELECT session, state, inputs FROM evaluation ORDER BY session")
    return [(date.fromisoformat(session), state, inputs) for session, state, inputs in found]
