"""The calendars against recorded markets: what traded, traded while our calendars say that it could."""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from barograph.market.calendars import calendar
from barograph.market.instants import label_ns


def times(folder: Path, interval: str) -> list[str]:
    """The time column of a recorded file, packed or not."""
    path = next(folder.glob(f"{interval}.csv*"), None)
    if path is None:
        pytest.skip(f"no {interval} bars in {folder}")
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        return [row["time"] for row in csv.DictReader(lines)]


@pytest.mark.parametrize(
    ("instrument", "calendar_id", "late_prints"),
    [
        ("ES", "GLOBEX", ["2024-07-09", "2024-07-24", "2024-08-07"]),
        ("NQ", "GLOBEX", ["2024-07-12"]),
        ("SPX", "XNYS", []),
        ("VIX", "CBOE_VIX", []),
        ("BTC", "CRYPTO", []),
    ],
)
def test_hourly_bars_are_of_hours_in_which_the_market_traded(
    history_folder: Path, instrument: str, calendar_id: str, late_prints: list[str]
) -> None:
    """All but a few bars of the futures, of some contracts each, that the vendor opened at the very close."""
    it = calendar(calendar_id)
    bars = times(history_folder / "2024-08" / "bars" / instrument, "1h")
    opens = [datetime.fromisoformat(time) for time in bars]
    assert len(opens) > 400
    outside = [at for at in opens if not it.trading_s(at, at + timedelta(hours=1))]
    assert [f"{at:%Y-%m-%d}" for at in outside] == late_prints
    for at in outside:
        last = it.last_closed(at)
        assert last is not None
        assert last.close == at


@pytest.mark.parametrize(
    ("instrument", "calendar_id", "beside", "absent"),
    [
        ("SPX", "XNYS", [], []),
        ("VIX", "CBOE_VIX", [], []),
        # a holiday with a bar; two days of the bond market's without one
        ("DXY", "ICE_DX", [date(2016, 1, 18)], [date(2016, 10, 10), date(2016, 11, 11)]),
        ("BTC", "CRYPTO", [], []),
    ],
)
def test_daily_bars_are_the_sessions(
    history_folder: Path, instrument: str, calendar_id: str, beside: list[date], absent: list[date]
) -> None:
    it = calendar(calendar_id)
    days = [date.fromisoformat(time) for time in times(history_folder / "daily" / "bars" / instrument, "1d")]
    expected = {session.date for session in it.sessions(days[0], days[-1])}
    assert sorted(set(days) - expected) == beside
    assert sorted(expected - set(days)) == absent
    assert it.label_closed(label_ns(days[-1]), datetime.fromisoformat("2025-01-02T00:00:00Z"))
