"""What the tests of faults run in processes of their own: ``python children.py ROLE FOLDER [ARGUMENT]``.

A role prints a line when something has happened that its parent may rely on, at once.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.evidence import EvidenceRow, FrozenEvidence
from barograph.checklist.steps import Step
from barograph.market.bars import Bars
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage, Fixings, Funding, Liquidations, OpenInterest
from barograph.risk.faces import Face
from barograph.store.connection import FILE_NAME, Store, open_store
from barograph.store.database import connect
from barograph.store.errors import StoreError
from barograph.store.evaluations import StoredEvaluation
from barograph.store.folder import lock_folder
from barograph.store.liquidations import Span
from barograph.store.schema import migrate, migrations

NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
DAY = date(2026, 2, 5)
MINUTE_NS = 60 * 10**9
EVIDENCE = FrozenEvidence(
    tuple(EvidenceRow(f"row{n}", n / 7, "%", 2, Freshness.LIVE, "Yahoo", NOW) for n in range(20)),
    Face.WATCH,
    Face.WATCH,
    61.5,
    "v1",
    "demo:7",
    NOW,
)


def say(line: str) -> None:
    """Tell the parent."""
    print(line, flush=True)  # noqa: T201


def save(folder: Path, run: str) -> None:
    """Tick, note, decide and refresh for ever; each is said when it is saved."""
    store = open_store(folder, NOW)
    for number in count():
        save_one(store, run, number)
        say(f"{run}-{number}")


def save_one(store: Store, run: str, number: int) -> None:
    """One command, or one refresh: twenty bars and an evaluation in one transaction."""
    id_ = f"{run}-{number}"
    step = list(Step)[number % 5]
    match number % 4:
        case 0:
            store.tick(id_, "live", DAY, step, number % 3 > 0, 1.5, EVIDENCE, NOW)
        case 1:
            store.write_note(id_, "live", DAY, step, id_ * 50, NOW)
        case 2:
            store.decide(id_, "live", DAY, Action.WAIT, Horizon.HOURS, id_, "", NOW)
        case _:
            price = float(number + 1)
            bar = Bars.of([number], [price], [price], [price], [price], [0])
            session = DAY + timedelta(days=number)
            evaluation = StoredEvaluation(
                "live", run, session, NOW, Face.CALM, Face.CALM, None, 1, 1, 1, 1, "{}", id_ * 50
            )
            with store.transaction():
                store.save_evaluations([evaluation])
                for instrument in range(20):
                    store.save_bars("live", f"{run}-{instrument}", Interval.DAY_1, bar, "Yahoo")


def record(folder: Path, first: str) -> None:
    """Keep what a live feed heard in a minute, for ever; each minute is said when it is saved."""
    store = open_store(folder, NOW)
    for number in count(int(first)):
        with store.transaction():
            record_one(store, number)
        say(str(number))


def record_one(store: Store, number: int) -> None:
    """One minute: a bar, a fixing, a settlement, a reading, three forced orders and a longer span."""
    time, price = number * MINUTE_NS, float(number + 1)
    when, one = np.array([time]), np.array([price])
    store.save_bars("live", "BTC", Interval.MIN_1, Bars(when, one, one, one, one, one), "okx")
    store.save_fixings("live", "DGS10", Fixings(when, one, when), "FRED")
    store.save_funding("live", "BTC", Funding(when, one, one, "okx"))
    store.save_open_interest("live", "BTC", OpenInterest(when, one, one, "okx"))
    three = np.repeat(when, 3)
    store.save_liquidations("live", "BTC", Liquidations.of(three, [1, 1, -1], [price] * 3, [1] * 3, [1] * 3, "okx"))
    store.save_span("live", "BTC", "okx", Span(0, time, Coverage.ALL))


def prune(folder: Path, now: str) -> None:
    """Delete what is too old in small slices; each is said when it is done."""
    store = open_store(folder, NOW)
    while store.prune(datetime.fromisoformat(now), 40):
        say("slice")
    store.close()
    say("done")


def wait_inside(folder: Path) -> None:
    """Save one thing of every kind in one transaction, and wait for the parent before it is committed."""
    store = open_store(folder, NOW)
    with store.transaction():
        for number in range(4):
            save_one(store, "never", number)
        say("inside")
        sys.stdin.read()


def begin(folder: Path, run: str) -> None:
    """Begin one new store after the other, each in a folder of its own."""
    say("ready")
    for number in count():
        open_store(folder / f"{run}-{number}", NOW).close()
        say(f"{run}-{number}")


def migrate_in_steps(folder: Path, pause_at: str) -> None:
    """Bring a store to the next format by a migration of 2,000 statements; wait for the parent inside one of them."""

    def reached(number: int) -> int:
        if number == int(pause_at):
            say("reached")
            sys.stdin.read()
        return number

    connection = connect(folder / FILE_NAME)
    connection.create_function("reached", 1, reached)
    insert = "INSERT INTO extra VALUES (reached(NUMBER), zeroblob(2000));\n"
    inserts = "".join(insert.replace("NUMBER", str(number)) for number in range(2000))
    migrate(connection, (*migrations(), "CREATE TABLE extra (number INTEGER, filler BLOB);\n" + inserts))
    say("migrated")
    sys.stdin.read()


def hold_folder(folder: Path) -> None:
    """Hold the folder until the parent closes the pipe."""
    with lock_folder(folder):
        say("held")
        sys.stdin.read()


def hold_file(folder: Path) -> None:
    """Hold the file itself, readers shut out as well, until the parent closes the pipe."""
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    say("held")
    sys.stdin.read()
    connection.execute("ROLLBACK")
    connection.close()


def write_to_a_full_disk(folder: Path) -> None:
    """Save until no file may grow any more, then go on when there is room again."""
    import resource

    store = open_store(folder, NOW)
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, room[1]))
    number = 0
    try:
        for number in count():
            save_one(store, "full", number)
            say(f"full-{number}")
    except StoreError as error:
        say(f"StoreError: {error}")
    resource.setrlimit(resource.RLIMIT_FSIZE, room)
    save_one(store, "full", number)
    say(f"full-{number}")
    store.close()


def open_without_rights(folder: Path) -> None:
    """Open a store in a folder that may be read and not written; root gives up its right to write all the same."""
    if os.geteuid() == 0:
        import ctypes

        header, no_capability = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capset(header, no_capability) == 0
    try:
        open_store(folder, NOW)
    except StoreError as error:
        say(f"StoreError: {error}")


ROLES = {
    role.__name__: role
    for role in (
        save,
        record,
        prune,
        wait_inside,
        begin,
        migrate_in_steps,
        hold_folder,
        hold_file,
        write_to_a_full_disk,
        open_without_rights,
    )
}

if __name__ == "__main__":
    _, name, where, *rest = sys.argv
    ROLES[name](Path(where), *rest)
