"""Asks the US Treasury for a year of its daily yield curves, and reads the CSV: the source of FRED's yields."""

from __future__ import annotations

import csv
import re
from datetime import date
from enum import StrEnum
from io import StringIO

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import TREASURY, Answer, Column, bad_data, check_days, column_of, number_of, text_of
from barograph.feeds.fred.web import Web

HOST = "home.treasury.gov"
_PATH = "/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/{year}/all"
_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


class Curve(StrEnum):
    """A yield curve under the Treasury's own name."""

    NOMINAL = "daily_treasury_yield_curve"
    REAL = "daily_treasury_real_yield_curve"


MATURITIES = {Curve.NOMINAL: {"DGS2": "2 YR", "DGS10": "10 YR"}, Curve.REAL: {"DFII10": "10 YR"}}
"""By curve: the column of each of our series. The case of its name differs between the curves."""
CURVE_OF = {series: curve for curve, columns in MATURITIES.items() for series in columns}
"""The curve that each of our series is read from."""
_NAME = {Curve.NOMINAL: "yields", Curve.REAL: "real yields"}


def fetch_treasury(web: Web, curve: Curve, year: int, until: date) -> dict[str, Column]:
    """One year of a curve, by our series; nothing can be dated after `until`. In the first days of January it is EMPTY.

    Raises:
        FeedError: the Treasury failed.
    """
    query = {"type": curve.value, "field_tdr_date_value": str(year), "page": "", "_format": "csv"}
    subject = f"{_NAME[curve]} of {year}"
    return web.ask(_PATH.format(year=year), query, subject, lambda answer: parse_treasury(answer, curve, year, until))


def parse_treasury(answer: Answer, curve: Curve, year: int, until: date) -> dict[str, Column]:
    """The columns of a year's file, oldest first; the Treasury sends the newest first.

    Raises:
        FeedError: not the CSV that was asked for, another year, or dates or values that cannot be (BAD_DATA); no rows
            (EMPTY).
    """
    subject = f"{_NAME[curve]} of {year}"
    text = text_of(answer, TREASURY, subject)
    try:
        rows = [row for row in csv.reader(StringIO(text, newline="")) if row]
    except csv.Error as error:
        raise bad_data(TREASURY, subject, "a table that cannot be read") from error
    if len(rows) < 2 and (not rows or _names(rows[0])[:1] == ["DATE"]):
        raise FeedError(FeedErrorKind.EMPTY, TREASURY, subject, f"{TREASURY} has no {subject} yet")
    header, body = _names(rows[0]), rows[1:]
    wanted = MATURITIES[curve]
    if header[0] != "DATE" or any(header.count(column) != 1 for column in wanted.values()):
        raise bad_data(TREASURY, subject, "a table without the columns that were asked for")
    if any(len(row) != len(header) for row in body):
        raise bad_data(TREASURY, subject, "a table that breaks off")
    days = [_day(row[0], year, subject) for row in body]
    if days[0] > days[-1]:
        days.reverse()
        body.reverse()
    check_days(days, until, TREASURY, subject)
    place = {series: header.index(name) for series, name in wanted.items()}
    return {
        series: column_of(days, [number_of(row[at], TREASURY, series) for row in body]) for series, at in place.items()
    }


def _names(row: list[str]) -> list[str]:
    return [" ".join(name.upper().split()) for name in row]


def _day(text: str, year: int, subject: str) -> date:
    found = _DAY.fullmatch(text.strip())
    try:
        day = date(int(found[3]), int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None or day.year != year:
        raise bad_data(TREASURY, subject, f"{text[:20]!r} where a date of {year} was expected")
    return day
