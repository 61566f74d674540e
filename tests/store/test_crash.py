"""kill -9 at random moments: what was said to be saved is there, and nothing is there by half."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from barograph.market.bars import Bars
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import Interval
from barograph.store.connection import FILE_NAME, open_store
from barograph.store.retention import OPEN_INTEREST_KEPT_WHOLE
from barograph.store.schema import migrations, stored_version
from tests.store.children import MINUTE_NS, record_one
from tests.store.processes import child, kill, line
from tests.store.samples import NOW


def all_rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return connection.execute(sql).fetchall()


SAVED = """
    SELECT command FROM step_tick UNION ALL SELECT command FROM step_note UNION ALL SELECT command FROM decision
    UNION ALL SELECT substr(inputs, 1, length(inputs) / 50) FROM evaluation
"""
REFRESHES = "SELECT (SELECT count(*) FROM evaluation) * 20 - (SELECT count(*) FROM bar)"


def test_killed_while_saving(tmp_path: Path) -> None:
    moments = random.Random(20260205)
    told: set[str] = set()
    for run in range(15):
        with child("save", tmp_path, str(run)) as process:
            told.update(line(process) for _ in range(moments.randrange(1, 30)))
            told.update(kill(process))
        open_store(tmp_path, NOW).close()
        saved = [str(row[0]) for row in all_rows(tmp_path / FILE_NAME, SAVED)]
        assert len(saved) == len(set(saved))
        assert told <= set(saved)
        assert len(saved) - len(told) <= run + 1  # at most the one that was saved and not said yet, each time
        assert all_rows(tmp_path / FILE_NAME, REFRESHES) == [(0,)]  # never an evaluation without all its bars
        told = set(saved)
    assert len(told) > 15


MINUTES = """
    SELECT (SELECT count(*) FROM bar), (SELECT count(*) FROM fixing), (SELECT count(*) FROM funding),
        (SELECT count(*) FROM open_interest), (SELECT count(*) / 3.0 FROM liquidation),
        (SELECT 1 + max(until_ns) / 60000000000 FROM liquidation_span)
"""


def test_killed_while_recording(tmp_path: Path) -> None:
    moments = random.Random(20260206)
    saved = 0
    for run in range(12):
        with child("record", tmp_path, str(saved)) as process:
            told = [line(process) for _ in range(moments.randrange(1, 40))]
            told += kill(process)
        open_store(tmp_path, NOW).close()
        ((minutes, *others),) = all_rows(tmp_path / FILE_NAME, MINUTES)
        assert others == [minutes] * 5, f"run {run}: a minute is there by half"
        last = int(told[-1])
        assert minutes in (last + 1, last + 2)  # at most the one that was saved and not said yet
        saved = last + 2
        if minutes != saved:
            with closing(open_store(tmp_path, NOW)) as store, store.transaction():
                record_one(store, last + 1)
    assert saved > 24


def test_killed_while_pruning(tmp_path: Path) -> None:
    """What is to stay is there, what was thinned is thinned whole, and the next start goes on."""
    minutes, keep_from = 3_000, 2_000
    with closing(open_store(tmp_path, NOW)) as store, store.transaction():
        for number in range(minutes):
            record_one(store, number)
    now = from_ns(keep_from * MINUTE_NS) + OPEN_INTEREST_KEPT_WHOLE
    with closing(open_store(tmp_path, NOW)) as store:
        store.save_bars("live", "ETH", Interval.DAY_1, Bars.of([to_ns(now)], [1], [1], [1], [1], [1]), "okx")
    moments = random.Random(7)
    killed = 0
    while True:
        with child("prune", tmp_path, now.isoformat()) as process:
            told = [line(process) for _ in range(moments.randrange(1, 6))]
            told += kill(process)
        assert all_rows(tmp_path / FILE_NAME, WRONGLY_THINNED) == [(0,)]
        ((left, young),) = all_rows(tmp_path / FILE_NAME, LEFT)
        assert int(str(young)) >= minutes - keep_from
        if "done" in told:
            break
        killed += 1
    assert killed > 3
    assert left == (keep_from // 60) + (minutes - keep_from // 60 * 60)


LEFT = "SELECT count(*), sum(time_ns >= 2000 * 60000000000) FROM open_interest"
WRONGLY_THINNED = """
    SELECT count(*) FROM (
        SELECT count(*) AS readings, max(time_ns) % 3600000000000 AS last FROM open_interest
        WHERE time_ns < (SELECT thinned_until_ns FROM perpetual) GROUP BY time_ns / 3600000000000
    ) WHERE readings > 1 OR last <> 59 * 60000000000
"""


def test_killed_inside_a_transaction(tmp_path: Path) -> None:
    with child("wait_inside", tmp_path) as process:
        assert line(process) == "inside"
        kill(process)
    open_store(tmp_path, NOW).close()
    for table in ("command", "sheet", "step_tick", "step_note", "decision", "evaluation", "bar", "bar_series"):
        assert all_rows(tmp_path / FILE_NAME, f"SELECT * FROM {table}") == []  # noqa: S608


def test_killed_while_beginning_a_store(tmp_path: Path) -> None:
    moments = random.Random(6)
    for run in range(6):
        with child("begin", tmp_path, str(run)) as process:
            for _ in range(moments.randrange(1, 8)):
                assert line(process)
            kill(process)
    folders = [folder for folder in tmp_path.iterdir() if folder.is_dir()]
    assert len(folders) >= 6
    for folder in folders:
        store = open_store(folder, NOW)
        assert store.notices == ()
        assert store.days("live") == []
        store.close()


def tables_and_rows(folder: Path) -> tuple[int, int | None]:
    """The format of a store, and the rows of the table that the next format has in `children.migrate_in_steps`."""
    file = folder / FILE_NAME
    with closing(sqlite3.connect(file)) as connection:
        version = stored_version(connection)
    if all_rows(file, "SELECT name FROM sqlite_schema WHERE name = 'extra'"):
        return version, int(str(all_rows(file, "SELECT count(*) FROM extra")[0][0]))
    return version, None


OLD, NEW = (len(migrations()), None), (len(migrations()) + 1, 2000)


@pytest.mark.parametrize("statement", [0, 1, 150, 1999])
def test_killed_inside_a_migration(tmp_path: Path, statement: int) -> None:
    open_store(tmp_path, NOW).close()
    with child("migrate_in_steps", tmp_path, str(statement)) as process:
        assert line(process) == "reached"
        assert kill(process) == []
    assert tables_and_rows(tmp_path) == OLD
    open_store(tmp_path, NOW).close()


def test_killed_while_a_migration_is_committed_or_after_it(tmp_path: Path) -> None:
    for run in range(4):
        folder = tmp_path / str(run)
        open_store(folder, NOW).close()
        with child("migrate_in_steps", folder, "1999") as process:
            assert line(process) == "reached"
            assert process.stdin is not None
            process.stdin.close()
            told = [line(process)] if run == 3 else []
            told += kill(process)
        assert tables_and_rows(folder) in ([NEW] if told else [OLD, NEW])
