"""Plays markets.newyorkfed.org: the effective federal funds rate as JSON, the newest day first."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from tests.loopback.http import Reply, Request
from tests.loopback.publisher import FIRST, Fault, Publisher, Row

HOST = "markets.newyorkfed.org"
_LAST = re.compile(r"/api/rates/unsecured/effr/last/(\d+)\.json")
_SERIES = ("DFF", "DFEDTARL", "DFEDTARU")


class NewYorkFedHost(Publisher):
    """`refuses_last`: the question for the last days is answered with status 400, as happens."""

    content_type = "application/json"
    refuses_last = False

    def answer(self, request: Request) -> Reply:
        """Business days, newest first."""
        last = _LAST.fullmatch(request.path)
        if last and not self.refuses_last:
            rows = self._business(FIRST, self.world.today)[-int(last[1]) :]
        elif request.path.endswith("/effr/search.json"):
            rows = self._business(*(date.fromisoformat(request.query[name]) for name in ("startDate", "endDate")))
        else:
            return Reply(400, b'{"error": "bad request"}')
        body = {"refRates": [self._rate(*row) for row in reversed(self.spoiled_rows(rows))]}
        return Reply(200, json.dumps(body).encode())

    def _business(self, start: date, end: date) -> list[Row]:
        return [row for row in self.world.rows(_SERIES, start, end) if row[0].weekday() < 5]

    def _rate(self, day: date, values: list[float | str | None]) -> dict[str, Any]:
        effective, low, high = (float(value) if isinstance(value, str) else value for value in values)
        rate: dict[str, Any] = {"effectiveDate": day.isoformat(), "type": "EFFR", "percentRate": effective}
        rate |= {
            "percentPercentile1": 3.6,
            "percentPercentile99": 3.7,
            "volumeInBillions": 101,
            "revisionIndicator": "",
        }
        if self.fault is not Fault.NO_COLUMN:
            rate |= {"targetRateFrom": low, "targetRateTo": high}
        return rate
