"""Dated fed funds futures: their ids, and what the universe knows about them."""

from __future__ import annotations

from datetime import date

from barograph.market.instruments import AssetClass, fed_funds_id, fed_funds_month
from barograph.market.universe_file import load_universe


def test_id_and_month_belong_together() -> None:
    assert [fed_funds_id(date(2026, month, 15)) for month in range(1, 13)] == [f"ZQ{code}26" for code in "FGHJKMNQUVXZ"]
    assert fed_funds_month("ZQZ26") == date(2026, 12, 1)
    assert fed_funds_month("ZQF30") == date(2030, 1, 1)


def test_other_ids_are_no_fed_funds_months() -> None:
    for name in ("ZQ", "ZQA26", "ZQZ2", "ZQZ260", "zqz26", "ZQZ26.CBT", "ZQZ٢٦", "NVDA"):
        assert fed_funds_month(name) is None


def test_universe_knows_a_month_without_an_entry() -> None:
    found = load_universe().instrument("ZQZ26")
    assert (found.asset_class, found.calendar, found.unit, found.decimals) == (
        AssetClass.RATE_FUTURE,
        "GLOBEX",
        "points",
        4,
    )
    assert found.name == "Fed funds futures, December 2026"
    assert load_universe().instrument("ZQA26").asset_class is AssetClass.SHARE
