"""The universe file: the shipped one, and what is said about one with a mistake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from barograph.market.calendars import calendar
from barograph.market.instruments import AssetClass
from barograph.market.publication import known_at
from barograph.market.universe_file import UniverseError, load_universe, parse_universe

GOOD = """
version = "test-1"
[[instrument]]
id = "US10Y"
name = "US 10-year yield"
class = "rate"
calendar = "CBOE_RATES"
unit = "%"
decimals = 3
served_by = "DGS10"
[[instrument]]
id = "SPY"
name = "S&P 500 fund"
class = "etf"
calendar = "XNYS"
unit = "USD"
decimals = 2
[[series]]
id = "DGS10"
name = "10-year constant maturity"
unit = "%"
publication = "next_business_day_1615_ny"
[[group]]
name = "leaders"
as_of = 2026-01-01
members = ["NVDA", "MSFT"]
[[group]]
name = "breadth"
as_of = 2026-01-01
members = ["NVDA"]
"""


def test_a_good_file_is_read_as_it_stands() -> None:
    universe = parse_universe(GOOD, "mine.toml")
    assert universe.version == "test-1"
    assert universe.instruments["US10Y"].asset_class is AssetClass.RATE
    assert universe.instruments["US10Y"].served_by == "DGS10"
    assert universe.series["DGS10"].publication == "next_business_day_1615_ny"
    assert universe.groups["leaders"] == ("NVDA", "MSFT")


def test_an_unnamed_ticker_is_a_us_share() -> None:
    share = parse_universe(GOOD, "mine.toml").instrument("NVDA")
    assert (share.id, share.asset_class, share.calendar) == ("NVDA", AssetClass.SHARE, "XNYS")


def test_the_shipped_universe_has_calendars_and_rules_that_exist() -> None:
    universe = load_universe()
    for instrument in universe.instruments.values():
        trading = calendar(instrument.calendar)
        assert len(trading.session_labels(trading.start, trading.end)) > 0
    for series in universe.series.values():
        assert known_at(np.array([0]), series.publication)[0] > 0
    assert len(universe.groups["leaders"]) == 17


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('class = "etf"', 'class = "fund"', r"mine.toml: instrument.1.class: .* \(found 'fund'\)"),
        ('calendar = "XNYS"', 'calendar = "XLON"', r"mine.toml: instrument.1.calendar: .* \(found 'XLON'\)"),
        ("decimals = 2\n", "", r"mine.toml: instrument.1.decimals: Field required"),
        ("decimals = 2", 'decimals = "two"', r"instrument.1.decimals: .* \(found 'two'\)"),
        ("decimals = 2", "decimals = 2\ncolour = 1", r"instrument.1.colour: Extra inputs are not permitted"),
        ('id = "SPY"', 'id = "../SPY"', r"instrument.1.id: .* \(found '../SPY'\)"),
        ('id = "SPY"', 'id = "US10Y"', r"mine.toml: .*instrument 'US10Y' is there twice"),
        ('served_by = "DGS10"', 'served_by = "DGS9"', r"'US10Y' is served by 'DGS9', which is no series here"),
        ('publication = "next_business_day_1615_ny"', 'publication = "soon"', r"series.0.publication: .*'soon'"),
        ('name = "breadth"', 'name = "width"', r"mine.toml: .*group 'breadth' is missing"),
        ('members = ["NVDA"]', "members = []", r"group.1.members: .*at least 1 item"),
        ('version = "test-1"\n', "", r"mine.toml: version: Field required"),
        ("[[series]]", "[[series]", r"mine.toml: .*; a TOML file was expected"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_and_key(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(UniverseError, match=message) as raised:
        parse_universe(GOOD.replace(old, new), "mine.toml")
    assert "\n" not in str(raised.value)


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, "utf-8")
    assert load_universe(file).version == "test-1"
    with pytest.raises(UniverseError, match=r"absent.toml: cannot be read .*; a UTF-8 TOML file was expected"):
        load_universe(tmp_path / "absent.toml")
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UniverseError, match=r"mine.toml: cannot be read .*; a UTF-8 TOML file was expected"):
        load_universe(file)
