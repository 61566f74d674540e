"""Plays home.treasury.gov: a year of a yield curve as CSV, the newest day first, the real curve's names in capitals."""

from __future__ import annotations

import re
from datetime import date

from tests.loopback.http import Reply, Request
from tests.loopback.publisher import Fault, Publisher

HOST = "home.treasury.gov"
_PATH = re.compile(r"/resource-center/data-chart-center/interest-rates/daily-treasury-rates\.csv/(\d{4})/all")
_COLUMNS = {
    "daily_treasury_real_yield_curve": {"5 YR": None, "7 YR": None, "10 YR": "DFII10", "20 YR": None, "30 YR": None},
    "daily_treasury_yield_curve": {"1 Mo": None, "1.5 Month": None, "2 Yr": "DGS2", "5 Yr": None, "10 Yr": "DGS10"},
}


class TreasuryHost(Publisher):
    """A maturity that is not a series of ours stands at 4 per cent, and the one of six weeks is empty."""

    def answer(self, request: Request) -> Reply:
        """One year."""
        found = _PATH.fullmatch(request.path)
        columns = _COLUMNS.get(request.query.get("type", ""))
        if found is None or columns is None or request.query.get("field_tdr_date_value") != found[1]:
            return Reply(404, b"<html></html>", "text/html")
        names = [name for name, series in columns.items() if self.fault is not Fault.NO_COLUMN or series is None]
        series = [id_ for name in names if (id_ := columns[name])]
        year = int(found[1])
        rows = self.spoiled_rows(self.world.rows(series, date(year, 1, 1), date(year, 12, 31)))
        lines = ["Date," + ",".join(f'"{name}"' for name in names)]
        for day, values in reversed(rows):
            there = dict(zip(series, values, strict=True))
            cells = [self._cell(name, columns[name], there) for name in names]
            lines.append(",".join([f"{day:%m/%d/%Y}", *cells]))
        return Reply(200, "\n".join(lines).encode(), "text/csv; charset=utf-8")

    def _cell(self, name: str, series: str | None, there: dict[str, float | str | None]) -> str:
        if series is None:
            return "" if name == "1.5 Month" else "4.00"
        value = there[series]
        return "" if value is None else value if isinstance(value, str) else f"{value:.2f}"
