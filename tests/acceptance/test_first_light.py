"""What is shown once everything has come: all of it, from the right source, of the right age, as served."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from barograph.engine.snapshot_json import snapshot_values
from tests.acceptance.program import Program
from tests.acceptance.shown import Shown, Values
from tests.acceptance.truth import COINS, judged, untrue
from tests.loopback.market import LoopbackMarket

HOSTS = ("Yahoo", "Binance", "Bybit", "OKX", "Hyperliquid", "FRED", "US Treasury", "New York Fed")


@pytest.fixture(scope="module")
def shown(program: Program) -> Shown:
    """What the command prints while the program runs."""
    program.wait(lambda each: all(each.well(host) for host in HOSTS), 600, "every source is well")
    return program.asked()


def test_every_reading_price_and_row_is_there(shown: Shown) -> None:
    assert shown.complete
    assert shown.values["missing"] == []
    assert shown.values["notices"] == []
    assert shown.advisories == set()
    assert [line["source"] for line in shown.values["sources"]] == list(HOSTS)


def test_each_price_is_its_sources_own_and_no_older_than_it_may_be(shown: Shown) -> None:
    ages = {}
    for line in shown.values["quotes"]:
        name = line["instrument"]
        ages[name] = (shown.now - shown_at(line)).total_seconds()
        late = name in ("US10Y", "DXY", "VIX", "VIX3M", "ES", "NQ", "SPX", "NDX")  # a quarter of an hour, by contract
        assert line["source"] == ("binanceusdm" if name in COINS else "Yahoo"), name
        assert line["state"] == ("delayed" if late else "live"), (name, ages[name])
        assert 900 * late <= ages[name] <= 900 * late + 180, name


def shown_at(line: Values) -> datetime:
    return datetime.fromisoformat(line["as_of"])


def test_no_number_on_screen_was_given_by_nobody(shown: Shown, market: LoopbackMarket) -> None:
    assert untrue(shown, market) == []


def test_light_and_readings_are_what_the_servers_tables_give(shown: Shown, market: LoopbackMarket) -> None:
    expected = snapshot_values(judged(market, shown.now))
    for key in ("light", "ceiling", "session", "as_of", "since", "shock", "missing"):
        assert shown.values[key] == expected[key], key
    assert shown.values["score"] == pytest.approx(expected["score"], abs=1e-6)
    for line in expected["readings"]:
        found = shown.reading(line["id"])
        assert found["value"] == pytest.approx(line["value"], rel=1e-9), line["id"]
        assert found["percentile"] == pytest.approx(line["percentile"], abs=1e-9), line["id"]
        assert (found["as_of"], found["state"]) == (line["as_of"], line["state"])
    for step in ("leadership", "correlation"):
        for row in expected["evidence"][step]:
            assert shown.row(row["id"])["value"] == pytest.approx(row["value"], rel=1e-9), row["id"]


def test_what_is_shown_is_minutes_old_at_most(shown: Shown, market: LoopbackMarket) -> None:
    assert abs(market.clock() - shown.now) < timedelta(minutes=3)


def test_the_engine_keeps_a_log(program: Program) -> None:
    assert "Binance serves the bars" in program.log()
