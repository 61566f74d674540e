"""Opens the store of a data folder: one SQLite file with what was observed, evaluations and checklist sheets."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from barograph.store.bars import BarRecords
from barograph.store.database import BUSY_TIMEOUT_S, connect
from barograph.store.derivatives import DerivativeRecords
from barograph.store.errors import StoreError, told
from barograph.store.evaluations import EvaluationRecords
from barograph.store.fixings import FixingRecords
from barograph.store.folder import make_folder
from barograph.store.inspection import address_of, find_damage, look_for_damage, move_aside
from barograph.store.intraday import IntradayRecords
from barograph.store.liquidations import LiquidationRecords
from barograph.store.retention import RetentionRecords
from barograph.store.schema import APPLICATION_ID, migrate, migrations, stored_version
from barograph.store.sheets import SheetRecords

FILE_NAME = "barograph.sqlite"


class Store(
    BarRecords,
    FixingRecords,
    DerivativeRecords,
    LiquidationRecords,
    RetentionRecords,
    EvaluationRecords,
    IntradayRecords,
    SheetRecords,
):
    """All that is kept. `notices` are sentences about what was found at opening, for the trader."""

    def __init__(self, connection: sqlite3.Connection, file: Path, notices: tuple[str, ...]) -> None:
        """Made by `open_store`."""
        super().__init__(connection, file)
        self.notices = notices


def open_store(folder: Path, now: datetime, *, set_aside: bool = False) -> Store:
    """Open the store of a data folder, made when absent and brought to the newest format.

    A damaged store is renamed and an empty one begun, with a notice that says so, when `set_aside`; otherwise it is
    refused and stays as it is. `now` dates the new name. Lock the folder first (`folder.lock_folder`): a store that
    somebody else is using must not be renamed.

    Raises:
        StoreError: the folder or file cannot be used; or the store is damaged, or of a newer program, and no
            byte of it was changed.
    """
    make_folder(folder)
    file = folder / FILE_NAME
    scripts = migrations()
    notices: tuple[str, ...] = ()
    try:
        damage = find_damage(file, newest=len(scripts))
        if damage and not set_aside:
            raise StoreError(f"The store {file} is damaged ({damage}) and was left as it is.")
        if damage:
            aside = move_aside(file, now)
            notices = (f"The store was damaged ({damage}); it was set aside as {aside}, and an empty one begun.",)
    except OSError as error:
        raise StoreError(f"The store {file} cannot be used: {error.strerror or error}.") from error
    with told(file):
        connection = connect(file)
        try:
            migrate(connection, scripts)
        except BaseException:
            connection.close()
            raise
    return Store(connection, file, notices)


def check_store(folder: Path, *, whole: bool = False) -> None:
    """Look at the store of a data folder, which may be in use, without making or changing anything in it.

    There may be none. `whole`: what was recorded of the market is read too, however large it is.

    Raises:
        StoreError: it is damaged, of a newer program, or cannot be read.
    """
    file = folder / FILE_NAME
    try:
        damage = look_for_damage(file, len(migrations()), whole=whole)
    except OSError as error:
        raise StoreError(f"The store {file} cannot be used: {error.strerror or error}.") from error
    if damage:
        raise StoreError(f"The store {file} is damaged ({damage}) and was left as it is.")


def open_store_for_reading(folder: Path) -> Store:
    """Open the store of a data folder as it is at this moment, also while another process writes to it.

    What is written later is not seen. Close it soon: while it is open, the other's log cannot be cleared.

    Raises:
        StoreError: there is none, or it is damaged, of another format, or cannot be read.
    """
    file = folder / FILE_NAME
    if not file.is_file():
        raise StoreError(f"{folder} holds no store ({FILE_NAME}).")
    with told(file):
        connection = sqlite3.connect(address_of(file, "ro"), uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            _begin_reading(connection, file)
        except BaseException:
            connection.close()
            raise
    return Store(connection, file, ())


def _begin_reading(connection: sqlite3.Connection, file: Path) -> None:
    """Fix the moment that is seen, and refuse what is not a store of this format."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("BEGIN")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    version, newest = stored_version(connection), len(migrations())
    if application != APPLICATION_ID:
        raise StoreError(f"The store {file} is no store of Barograph.")
    if version > newest:
        raise StoreError(
            f"The store {file} was written by a newer Barograph (format {version}; this one reads {newest})."
        )
    if version < newest:
        raise StoreError(
            f"The store {file} is of an older format ({version}; this one reads {newest}); "
            "opening the window on its data folder once brings it up to date."
        )
