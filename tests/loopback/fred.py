"""Plays fred.stlouisfed.org: the CSV behind its graphs, with what FRED does about series that do not go together."""

from __future__ import annotations

from datetime import date

from tests.loopback.http import Reply, Request
from tests.loopback.publisher import Fault, Publisher, World

HOST = "fred.stlouisfed.org"
_DAILY = ("DGS10", "DGS2", "DFII10")
_SEVEN_DAYS = ("DFF", "DFEDTARU", "DFEDTARL")


class FredHost(Publisher):
    """`unknown` are ids that it pretends not to know. A weekday without a yield has a row with a dot or nothing."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unknown: set[str] = set()
        self.date_name = "observation_date"
        self.dot = "."

    def answer(self, request: Request) -> Reply:
        """The series that it knows; a page where it knows none, an archive where frequencies differ."""
        if request.path != "/graph/fredgraph.csv":
            return Reply(404, b"<html></html>", "text/html")
        asked = request.query.get("id", "").split(",")
        known = [name for name in asked if name in (*_DAILY, *_SEVEN_DAYS) and name not in self.unknown]
        if not known:
            return Reply(404, b"<!DOCTYPE html><html>Page not found</html>", "text/html; charset=utf-8")
        if {*known} & {*_DAILY} and {*known} & {*_SEVEN_DAYS}:
            return Reply(200, b"PK\x03\x04\x14\x00", "application/zip")
        if self.fault is Fault.NO_COLUMN and len(known) > 1:
            known = known[:-1]
        start, end = (date.fromisoformat(request.query[name]) for name in ("cosd", "coed"))
        rows = self.spoiled_rows(self.world.rows(known, start, end))
        lines = [",".join([self.date_name, *known])]
        lines += [",".join([day.isoformat(), *(self._text(value) for value in values)]) for day, values in rows]
        return Reply(200, ("\n".join(lines) + "\n").encode(), "application/csv")

    def _text(self, value: float | str | None) -> str:
        return self.dot if value is None else value if isinstance(value, str) else f"{value:.2f}"
