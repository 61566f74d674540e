"""Asks the New York Fed for the effective federal funds rate and the target range, and reads its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import (
    NEW_YORK_FED,
    Answer,
    Column,
    bad_data,
    check_days,
    column_of,
    day_of,
    plausible,
    text_of,
)
from barograph.feeds.fred.web import Web

HOST = "markets.newyorkfed.org"
_PATH = "/api/rates/unsecured/effr/"
_FIELDS = {"DFF": "percentRate", "FED_TARGET_UPPER": "targetRateTo", "FED_TARGET_LOWER": "targetRateFrom"}
"""Our series and the field of each. The rate is published for business days, in the morning of the next one."""
SERIES = tuple(_FIELDS)
_SUBJECT = "the federal funds rate"


def fetch_newest(web: Web, count: int, start: date, end: date) -> dict[str, Column]:
    """The newest `count` days, or the days from `start` to `end` where the shorter question is refused.

    Raises:
        FeedError: the New York Fed failed.
    """
    try:
        return web.ask(f"{_PATH}last/{count}.json", {}, _SUBJECT, lambda answer: parse_effr(answer, end))
    except FeedError as error:
        if error.kind is not FeedErrorKind.UNSUPPORTED:
            raise
    return fetch_range(web, start, end)


def fetch_range(web: Web, start: date, end: date) -> dict[str, Column]:
    """The days from `start` to `end`.

    Raises:
        FeedError: the New York Fed failed.
    """
    query = {"startDate": start.isoformat(), "endDate": end.isoformat(), "type": "rate"}
    return web.ask(f"{_PATH}search.json", query, _SUBJECT, lambda answer: parse_effr(answer, end))


def parse_effr(answer: Answer, until: date) -> dict[str, Column]:
    """Rate and target range by our series up to the date `until`, oldest first; they are sent the newest first.

    Raises:
        FeedError: not the JSON that was asked for, or dates or values that cannot be (BAD_DATA); no rows (EMPTY).
    """
    text = text_of(answer, NEW_YORK_FED, _SUBJECT)
    try:
        content = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise bad_data(NEW_YORK_FED, _SUBJECT, "an answer that cannot be read") from error
    rows = content.get("refRates") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise bad_data(NEW_YORK_FED, _SUBJECT, "an answer without rates")
    rows = [row for row in rows if row.get("type") == "EFFR"]
    if not rows:
        raise FeedError(FeedErrorKind.EMPTY, NEW_YORK_FED, _SUBJECT, f"{NEW_YORK_FED} has no rates for these days")
    days = [day_of(row.get("effectiveDate"), NEW_YORK_FED, _SUBJECT) for row in rows]
    if days[0] > days[-1]:
        days.reverse()
        rows.reverse()
    check_days(days, until, NEW_YORK_FED, _SUBJECT)
    columns = {series: column_of(days, [_rate(row, name, series) for row in rows]) for series, name in _FIELDS.items()}
    if not len(columns["DFF"]):
        raise bad_data(NEW_YORK_FED, _SUBJECT, "days without a rate")
    return columns


def _rate(row: Mapping[str, Any], name: str, series: str) -> float | None:
    value = row.get(name)
    if value is None or value == "NA":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise bad_data(NEW_YORK_FED, series, f"{str(value)[:20]!r} where a number was expected")
    return float(plausible(value, NEW_YORK_FED, series))


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
