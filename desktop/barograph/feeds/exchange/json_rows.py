"""Takes answers of exchanges apart: what is not built as it should be is found out here."""

from __future__ import annotations

from barograph.feeds.exchange.client import Json
from barograph.feeds.exchange.faults import BadRowsError


def listed(answer: Json, *path: str) -> list[Json]:
    """The list at the end of a path of keys.

    Raises:
        BadRowsError: there is none.
    """
    found = answer
    for key in path:
        found = fields(found).get(key)
    if not isinstance(found, list):
        raise BadRowsError(f"{found!r:.40} for a list")
    return found


def fields(row: Json) -> dict[str, Json]:
    """A row with names.

    Raises:
        BadRowsError: it is none.
    """
    if not isinstance(row, dict):
        raise BadRowsError(f"{row!r:.40} for a row with names")
    return row


def places(row: Json, *indexes: int) -> tuple[Json, ...]:
    """Values of a row without names, by their places.

    Raises:
        BadRowsError: it is none, or too short.
    """
    if not isinstance(row, list) or len(row) <= max(indexes):
        raise BadRowsError(f"{row!r:.40} for a row")
    return tuple(row[index] for index in indexes)


def hours(value: Json) -> float | None:
    """An interval of funding in hours from a number or its text; None for what cannot be one."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if 0 < found <= 24 else None
