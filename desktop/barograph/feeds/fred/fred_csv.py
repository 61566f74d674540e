"""Asks FRED for the CSV behind its graphs, and reads it.

Series of one frequency only are asked for together: for others FRED sends an archive, and a series it does not know it
leaves out without a word.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import (
    FRED,
    Answer,
    Column,
    bad_data,
    check_days,
    column_of,
    day_of,
    number_of,
    text_of,
)
from barograph.feeds.fred.web import Web

HOST = "fred.stlouisfed.org"
_PATH = "/graph/fredgraph.csv"

YIELDS = ("DFII10", "DGS10", "DGS2")
"""Series with a value for each business day."""
POLICY = ("DFF", "FED_TARGET_UPPER", "FED_TARGET_LOWER")
"""Series with a value for each calendar day."""
GROUPS = (YIELDS, POLICY)
"""What may be asked for together."""
_ID = {"FED_TARGET_UPPER": "DFEDTARU", "FED_TARGET_LOWER": "DFEDTARL"}
"""FRED's id of a series where it is not ours."""
_DATE = frozenset({"observation_date", "date"})


@dataclass(frozen=True, slots=True)
class FredTable:
    """What was answered: a column for each series that is in it, and which of those asked for are not."""

    columns: Mapping[str, Column]
    left_out: tuple[str, ...] = ()


def fetch_fred(web: Web, series: Sequence[str], start: date, end: date) -> FredTable:
    """Values dated `start` to `end` of series of one frequency, in one request.

    Raises:
        FeedError: UNSUPPORTED when FRED knows none of them.
    """
    ids = ",".join(_ID.get(name, name) for name in series)
    query = {"id": ids, "cosd": start.isoformat(), "coed": end.isoformat()}
    return web.ask(
        _PATH,
        query,
        ", ".join(series),
        lambda answer: parse_fred(answer, series, end),
        lambda table: bool(table.columns),
    )


def parse_fred(answer: Answer, series: Sequence[str], until: date) -> FredTable:
    """The columns of an answer to a question for `series` (our ids) up to the date `until`.

    An archive in answer to several series holds nothing of use: all of them count as left out, to be asked for apart.

    Raises:
        FeedError: not the CSV that was asked for, or dates or values that cannot be (BAD_DATA); a single series that
            is left out (UNSUPPORTED); no rows at all (EMPTY).
    """
    subject = ", ".join(series)
    if answer.is_archive and len(series) > 1:
        return FredTable({}, tuple(series))
    try:
        rows = list(csv.reader(StringIO(text_of(answer, FRED, subject), newline="")))
    except csv.Error as error:
        raise bad_data(FRED, subject, "a table that cannot be read") from error
    header = [name.strip() for name in rows[0]] if rows else []
    if not header or header[0].lower() not in _DATE or len(set(header)) != len(header):
        raise bad_data(FRED, subject, "a table without the columns that were asked for")
    body = [row for row in rows[1:] if row]
    if any(len(row) != len(header) for row in body):
        raise bad_data(FRED, subject, "a table that breaks off")
    place = {name: header.index(_ID.get(name, name)) for name in series if _ID.get(name, name) in header}
    left_out = tuple(name for name in series if name not in place)
    if left_out and len(series) == 1:
        raise FeedError(FeedErrorKind.UNSUPPORTED, FRED, subject, f"{FRED} has no series {subject}")
    if place and not body:
        raise FeedError(FeedErrorKind.EMPTY, FRED, subject, f"{FRED} has no values for these days")
    days = [day_of(row[0], FRED, subject) for row in body]
    check_days(days, until, FRED, subject)
    columns = {name: column_of(days, [number_of(row[at], FRED, name) for row in body]) for name, at in place.items()}
    return FredTable(columns, left_out)
