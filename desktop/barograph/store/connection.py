"""Opens the store of a data folder: one SQLite file with bars, evaluations and checklist sheets."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from barograph.store.bars import BarRecords
from barograph.store.database import connect
from barograph.store.errors import StoreError, told
from barograph.store.evaluations import EvaluationRecords
from barograph.store.folder import make_folder
from barograph.store.inspection import find_damage, move_aside
from barograph.store.schema import migrate, migrations
from barograph.store.sheets import SheetRecords

FILE_NAME = "barograph.sqlite"


class Store(BarRecords, EvaluationRecords, SheetRecords):
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
