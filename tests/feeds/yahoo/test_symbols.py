"""The table of symbols: complete, checked, and the months of fed funds futures that roll."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.options import LiveOptions
from barograph.feeds.yahoo.limits import earliest, pieces
from barograph.feeds.yahoo.source import symbols_for
from barograph.feeds.yahoo.symbols import Role, SymbolsError, fed_funds_months, load_symbols, parse_symbols
from barograph.market.instruments import AssetClass
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe
from barograph.risk.rules_file import load_rules

NOW = datetime(2026, 11, 18, 17, tzinfo=UTC)
GOOD = """
version = "test"
[[symbol]]
id = "SPX"
symbol = "^GSPC"
role = "quoted"
[fed_funds]
months = 2
suffix = ".CBT"
"""


def test_everything_of_the_universe_but_crypto_and_the_two_year_yield_is_served() -> None:
    universe = load_universe()
    served = {symbol.id: symbol for symbol in symbols_for(universe, LiveOptions(Path("unused"))).at(NOW)}
    wanted = {name for name, one in universe.instruments.items() if one.asset_class is not AssetClass.CRYPTO}
    wanted |= {*universe.groups["leaders"], *universe.groups["breadth"]}
    assert wanted - served.keys() == {"US2Y"}
    assert all(served[name].symbol == name for name in universe.groups["breadth"])
    assert [name for name, one in served.items() if one.judged and one.role is not Role.DAILY] == [
        "SPX",
        "VIX",
        "QQQ",
        "UUP",
    ]
    assert {name for name, one in served.items() if one.tenfold_above} == {"US10Y"}
    late = {name for name, one in served.items() if one.delay_s and one.role is not Role.POLICY}
    assert late == {"SPX", "NDX", "VIX", "VIX3M", "US10Y", "DXY", "ES", "NQ"}


@pytest.mark.parametrize(
    "name",
    [
        *("US10Y", "DXY", "ES", "NQ", "VIX", "VIX3M", "SMH", "SOXX", "IGV", "RSP"),
        *("SPY", "QQQ", "IWM", "HYG", "TLT", "GLD", "UUP"),
    ],
)
def test_what_is_charted_is_asked_for_at_every_interval(name: str) -> None:
    assert load_symbols().find(name).intervals == (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.DAY_1)


def test_what_the_light_is_looked_at_with_is_asked_for_most_often() -> None:
    """An answer five minutes late would be a day's range with a hole at every look."""
    names, symbols = load_rules().inputs, load_symbols()
    watched = (names.equity_index, names.equity_future, names.growth, names.growth_future, names.volatility_index)
    assert {name: symbols.find(name).role for name in watched} == dict.fromkeys(watched, Role.QUOTED)


def test_another_basket_takes_the_place_of_the_leaders() -> None:
    options = LiveOptions(Path("unused"), leaders=("PLTR", "SMH"))
    served = {symbol.id: symbol for symbol in symbols_for(load_universe(), options).at(NOW)}
    assert served["PLTR"].judged
    assert served["SMH"].role is Role.QUOTED, "the table goes before the group"


def test_fed_funds_months_roll_with_the_month_in_new_york() -> None:
    symbols = [one.symbol for one in load_symbols().at(NOW) if one.role is Role.POLICY]
    assert len(symbols) == 13
    assert (symbols[0], symbols[1], symbols[-1]) == ("ZQX26.CBT", "ZQZ26.CBT", "ZQX27.CBT")
    still_november = datetime(2026, 12, 1, 4, tzinfo=UTC)
    assert fed_funds_months(still_november, 1)[0].month == 11
    assert fed_funds_months(datetime(2026, 12, 1, 6, tzinfo=UTC), 1)[0].month == 12


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('role = "quoted"', 'role = "seen"', "role"),
        ('role = "quoted"', 'role = "quoted"\ncolour = 1', "colour"),
        ('symbol = "^GSPC"', 'symbol = "../etc"', "symbol"),
        ("months = 2", "months = -2", "months"),
        ("[fed_funds]", '[[symbol]]\nid = "SPX"\nsymbol = "X"\nrole = "daily"\n[fed_funds]', "twice"),
        ("version", "version version", "TOML"),
    ],
)
def test_mistake_in_the_table_is_named(old: str, new: str, word: str) -> None:
    parse_symbols(GOOD, "yahoo.toml")
    with pytest.raises(SymbolsError, match=word) as caught:
        parse_symbols(GOOD.replace(old, new), "yahoo.toml")
    assert "yahoo.toml" in str(caught.value)


def test_what_looks_like_an_isin_is_never_asked_for() -> None:
    """Such a name makes yfinance search the web."""
    with pytest.raises(FeedError) as caught:
        parse_symbols(GOOD, "t", [("US0378331005", True)]).find("US0378331005")
    assert caught.value.kind is FeedErrorKind.UNSUPPORTED


def test_pieces_lie_side_by_side_within_reach() -> None:
    found = list(pieces(Interval.HOUR_1, None, NOW, NOW))
    assert found[0][0] == earliest(Interval.HOUR_1, NOW)
    assert found[-1][1] == NOW
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert list(pieces(Interval.MIN_5, NOW, NOW, NOW)) == []


def test_importing_the_source_brings_no_client() -> None:
    code = "import sys, barograph.feeds.yahoo.source; print(*({'yfinance','pandas','curl_cffi'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
