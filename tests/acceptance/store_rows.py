"""What a store holds, counted by table without opening it as the program does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from barograph.store.connection import FILE_NAME

RECORDED = ("bar", "fixing", "funding", "open_interest", "liquidation", "liquidation_span", "evaluation")


def rows(data_dir: Path) -> dict[str, int]:
    """Rows by table, as committed."""
    address = f"{(data_dir / FILE_NAME).as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=10.0)) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in RECORDED}  # noqa: S608
