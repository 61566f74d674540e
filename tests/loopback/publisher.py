"""What the hosts that publish yields and policy rates have in common: the values of a made world, and their faults."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from tests.loopback.bomb import BOMB, BOMB_HEADERS
from tests.loopback.http import Reply, Request

FIRST = date(2020, 1, 1)
"""Nothing is published for earlier days."""
_BASE = {"DGS10": 4.1, "DGS2": 3.6, "DFII10": 1.9, "DFF": 3.63, "DFEDTARU": 3.75, "DFEDTARL": 3.5}

_EVERY_DAY = ("DFF", "DFEDTARU", "DFEDTARL")


class Fault(StrEnum):
    """One way in which an answer goes wrong."""

    PAGE = "a web page with status 200"
    NOT_FOUND = "a web page with status 404"
    ARCHIVE = "a zip file with status 200"
    BROKEN_OFF = "a body that ends in the middle of a row, announced so"
    CUT = "a connection that closes before the body is whole"
    DROPPED = "a connection that closes without an answer"
    SLOW = "an answer that does not come while the test runs"
    REPEATED = "a date that is there twice"
    BACKWARD = "dates out of order"
    NOT_A_NUMBER = "a value of nan"
    HUGE = "a value of 1e308"
    FUTURE = "a date that has not come yet"
    MISSING = "a newest day without a value"
    NOTHING = "no rows"
    NO_COLUMN = "a column that is left out without a word"
    TOO_MANY = "status 429 with Retry-After"
    REFUSED = "status 403"
    UNAVAILABLE = "status 503"
    AWAY = "a redirect to another host"
    ELSEWHERE = "a redirect within the host"
    BOMB = "a body that grows a thousandfold when it is decompressed"
    ENDLESS = "a body far larger than was asked for"
    ODD_ENCODING = "a body in an encoding that was not asked for"


RETRY_AFTER_S = 1_234
Row = tuple[date, list[float | str | None]]
"""A date, and what stands in the columns beside it."""


@dataclass
class World:
    """What is known: published values by the ids of FRED, dates by increasing. Tests add to it and revise it."""

    today: date
    values: dict[str, dict[date, float]] = field(default_factory=dict)

    @classmethod
    def until(cls, last: date, today: date | None = None, first: date = FIRST) -> World:
        """Business days with yields up to `last`, calendar days with policy rates up to the same day."""
        world = cls(today or last + timedelta(days=1))
        day = first
        while day <= last:
            world.publish(day)
            day += timedelta(days=1)
        return world

    def publish(self, day: date, *series: str, value: float | None = None) -> None:
        """Add a day's value of these series (FRED's ids; none: all that have one on such a day)."""
        business = day.weekday() < 5
        for name in series or _BASE:
            if business or name in _EVERY_DAY:
                made = round(_BASE[name] + ((day.toordinal() * 7) % 41) / 100, 2)
                usual = _BASE[name] if name in _EVERY_DAY else made
                self.values.setdefault(name, {})[day] = usual if value is None else value

    def rows(self, series: Iterable[str], start: date, end: date) -> list[Row]:
        """The days on which any of these series has a value, oldest first."""
        columns = [self.values.get(name, {}) for name in series]
        days = sorted({day for column in columns for day in column if start <= day <= end})
        return [(day, [column.get(day) for column in columns]) for day in days]


class Publisher:
    """Answers well, or as `fault` says while it is set; `asked` are the requests in order."""

    content_type = "text/csv"

    def __init__(self, world: World) -> None:
        self.world = world
        self.fault: Fault | None = None
        self.asked: list[Request] = []
        self.released = threading.Event()

    def __call__(self, request: Request) -> Reply:
        """The answer to a request."""
        self.asked.append(request)
        if self.fault is Fault.ELSEWHERE and "moved" not in request.query:
            mark = "&" if request.query else "?"
            return Reply(302, headers={"Location": f"{self.target(request)}{mark}moved=1"})
        reply = _REPLIES.get(self.fault) if self.fault else None
        if reply is not None:
            return reply
        good = self.answer(request)
        return self._spoiled(good) if self.fault and good.status == 200 else good

    def answer(self, request: Request) -> Reply:
        """The true answer."""
        raise NotImplementedError

    def target(self, request: Request) -> str:
        """The path and query that were asked for."""
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        return request.path + (f"?{query}" if query else "")

    def spoiled_rows(self, rows: list[Row]) -> list[Row]:
        """The rows (oldest first) with the fault in them; the newest is the one that matters."""
        if not rows or self.fault is None:
            return rows
        *older, (day, values) = rows
        spoiled: dict[Fault, list[Row]] = {
            Fault.REPEATED: [*rows, (day, values)],
            Fault.BACKWARD: [*older[:-1], (day, values), *older[-1:]],
            Fault.NOT_A_NUMBER: [*older, (day, ["nan"] * len(values))],
            Fault.HUGE: [*older, (day, ["1e308"] * len(values))],
            Fault.FUTURE: [*rows, (self.world.today + timedelta(days=2), values)],
            Fault.MISSING: [*older, (day, [None] * len(values))],
            Fault.NOTHING: [],
        }
        return spoiled.get(self.fault, rows)

    def _spoiled(self, good: Reply) -> Reply:
        if self.fault is Fault.BROKEN_OFF:
            return replace(good, body=good.body[: len(good.body) // 2].rstrip(b"\n,0123456789."))
        if self.fault is Fault.CUT:
            return replace(good, cut_after=len(good.body) // 2)
        if self.fault is Fault.SLOW:
            return replace(good, hold=self.released)
        return good


_PAGE = b"<!DOCTYPE html>\n<html><body>We are doing some maintenance.</body></html>"
_REPLIES = {
    Fault.PAGE: Reply(200, _PAGE, "text/html; charset=utf-8"),
    Fault.NOT_FOUND: Reply(404, _PAGE, "text/html; charset=utf-8"),
    Fault.ARCHIVE: Reply(200, b"PK\x03\x04 and so on", "application/zip"),
    Fault.DROPPED: Reply(drop=True),
    Fault.TOO_MANY: Reply(429, b"", "text/plain", {"Retry-After": str(RETRY_AFTER_S)}),
    Fault.REFUSED: Reply(403, _PAGE, "text/html"),
    Fault.UNAVAILABLE: Reply(503, _PAGE, "text/html"),
    Fault.AWAY: Reply(302, headers={"Location": "https://elsewhere.example/"}),
    Fault.BOMB: Reply(200, BOMB, "text/csv", BOMB_HEADERS),
    Fault.ENDLESS: Reply(200, b"x" * (9 * 1024 * 1024), "text/csv"),
    Fault.ODD_ENCODING: Reply(200, b"\x1b\x00", "text/csv", {"Content-Encoding": "br"}),
}
