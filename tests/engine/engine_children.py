"""What the tests run in processes of their own, on real parts."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from barograph.engine.messages import EngineConfig
from barograph.engine.process import run_engine


def run_engine_that_fails(connection: Connection, config: EngineConfig, flag: str) -> None:
    """An engine whose feed has a bug for as long as the file `flag` is there."""
    from barograph.feeds.contract import SourceHealth
    from barograph.feeds.recorded.feed import RecordedFeed

    health = RecordedFeed.health

    def broken(self: RecordedFeed, now: datetime) -> tuple[SourceHealth, ...]:
        if Path(flag).exists():
            raise ZeroDivisionError("a bug in a feed")
        return health(self, now)

    RecordedFeed.health = broken  # type: ignore[method-assign]
    run_engine(connection, config)


def run_engine_that_cannot_start(connection: Connection, config: EngineConfig) -> None:
    """An engine with a bug on opening."""
    from barograph.engine import desk

    def broken(_: EngineConfig) -> None:
        raise ZeroDivisionError("a bug on opening")

    desk.open_desk = broken  # type: ignore[assignment]
    run_engine(connection, config)


def judge_for_ever(folder: Path, data_dir: Path) -> None:
    """Judge session after session, each told when it is in the store, going on from what is there."""
    from barograph.feeds.recorded.folder import load_folder
    from tests.engine.desks import OPENED, desk_at, move, rows
    from tests.engine.runs import UNIVERSE

    history = load_folder(folder, UNIVERSE)
    now = OPENED - timedelta(days=485)
    with desk_at(history, data_dir, now) as desk:
        while now < OPENED:
            now = min(OPENED, now + timedelta(hours=24))
            move(desk, now)
            desk.refresh()
            print(rows(data_dir, "SELECT max(session) FROM evaluation")[0][0] or "none", flush=True)  # noqa: T201


if __name__ == "__main__":
    judge_for_ever(Path(sys.argv[1]), Path(sys.argv[2]))
