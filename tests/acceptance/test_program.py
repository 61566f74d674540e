"""The built program on a whole market: first light, faults of several sources at once, a dead engine, a bad morning.

One program runs through all of it, in the order of this file. What is shown is read where the command `snapshot`
reads it; a complete table of faults is printed by `make faults`.
"""

from __future__ import annotations

import os
import signal
from datetime import datetime, timedelta

import pytest

from barograph.engine.evaluation_codec import evaluation_of
from barograph.engine.snapshot_json import snapshot_values
from barograph.risk.faces import Face
from barograph.store.connection import check_store, open_store_for_reading
from tests.acceptance.conftest import FILLED_S
from tests.acceptance.program import ENDING_S, Program
from tests.acceptance.shown import Shown, Values
from tests.acceptance.store_rows import rows
from tests.acceptance.traffic import VENUES, Traffic
from tests.acceptance.truth import COINS, judged, untrue
from tests.acceptance.whole_trials import all_down, all_up, start_and_stop_while_asking
from tests.loopback.exchange_dialects import Forced
from tests.loopback.market import LoopbackMarket
from tests.loopback.publisher import Fault

pytestmark = pytest.mark.timeout(900)  # the first light alone takes a minute, on a busy machine several

HOSTS = ("Yahoo", "Binance", "Bybit", "OKX", "Hyperliquid", "FRED", "US Treasury", "New York Fed")
LATE = ("US10Y", "DXY", "VIX", "VIX3M", "ES", "NQ", "SPX", "NDX")
"""A quarter of an hour late, by contract."""
NAP_S = 75.0
"""Longer than any pause between two refreshes, so that it is noticed as sleep."""
SOON_S = 600.0
"""More than enough of the market's time for anything that is asked for every minute."""


def all_well(shown: Shown) -> bool:
    """Every source answers, and says nothing of a fault."""
    return all(shown.well(host) for host in HOSTS)


def severity(shown: Shown) -> int:
    """How bad the light is; there has to be one."""
    assert shown.light != "no_data"
    return Face(shown.light).severity


def instant(line: Values) -> datetime:
    """The own time of what is shown."""
    return datetime.fromisoformat(line["as_of"])


# --------------------------------------------------------------------------------------------- first light


@pytest.fixture(scope="module")
def shown(program: Program) -> Shown:
    """What the command prints once everything has come."""
    program.wait(lambda each: each.complete and all_well(each), FILLED_S, "everything")
    return program.asked()


def test_every_reading_price_and_row_is_there(shown: Shown, market: LoopbackMarket) -> None:
    assert shown.complete
    assert (shown.values["missing"], shown.values["notices"], shown.advisories) == ([], [], set())
    assert [line["source"] for line in shown.values["sources"]] == list(HOSTS)
    assert abs(market.clock() - shown.now) < timedelta(minutes=5)


def test_each_price_is_of_its_source_and_no_older_than_it_may_be(shown: Shown) -> None:
    for line in shown.values["quotes"]:
        name = line["instrument"]
        age_s, late = (shown.now - instant(line)).total_seconds(), name in LATE
        assert line["source"] == ("binanceusdm" if name in COINS else "Yahoo"), name
        assert line["state"] == ("delayed" if late else "live"), (name, age_s)
        assert 900 * late <= age_s <= 900 * late + 180, name


def test_no_number_on_screen_was_given_by_nobody(shown: Shown, market: LoopbackMarket) -> None:
    assert untrue(shown, market) == []


def test_a_number_that_nobody_gave_would_be_seen(shown: Shown, market: LoopbackMarket) -> None:
    for line in shown.values["quotes"]:
        moved = {**line, "last": line["last"] * 1.002}
        later = {**line, "as_of": (shown.now + timedelta(minutes=1)).isoformat()}
        for wrong in (moved, later):
            quotes = [wrong if each is line else each for each in shown.values["quotes"]]
            assert untrue(Shown({**shown.values, "quotes": quotes}), market), wrong
    policy = ("policy_gap", "policy_path12", "fomc_move", "repricing_10d")
    for row in ("us2y", "real10y", *policy, "funding_8h", "oi_coin"):
        steps = {
            step: [{**each, "value": each["value"] * 1.01} if each["id"] == row else each for each in lines]
            for step, lines in shown.values["evidence"].items()
        }
        assert untrue(Shown({**shown.values, "evidence": steps}), market), row


def test_the_record_is_what_the_servers_tables_give(program: Program, shown: Shown, market: LoopbackMarket) -> None:
    """The evaluation of the last close; what is shown within the session is provisional and goes on from it."""
    expected = snapshot_values(judged(market, shown.now))
    store = open_store_for_reading(program.data_dir)
    try:
        kept = store.load_evaluations("live", str(expected["rule_set"]), limit=1)[0]
    finally:
        store.close()
    assert (kept.face, kept.ceiling, kept.session.isoformat()) == (
        expected["light"], expected["ceiling"], expected["session"]
    )  # fmt: skip
    assert kept.score == pytest.approx(expected["score"], abs=1e-6)
    record = evaluation_of(kept.session, kept.rule_set, kept.state, kept.inputs)
    assert list(record.missing) == expected["missing"]
    judged_by = [line for line in expected["readings"] if line["percentile"] is not None]
    assert len(judged_by) >= 12
    for line in judged_by:
        assert record.raw[line["id"]].x == pytest.approx(line["value"], rel=1e-9), line["id"]
        assert record.percentiles[line["id"]].u == pytest.approx(line["percentile"], abs=1e-9), line["id"]


def test_the_engine_keeps_a_log(program: Program) -> None:
    log = program.log()
    assert "Binance serves the bars" in log
    assert " ERROR " not in log


# -------------------------------------------------------------------------------------------------- faults


def test_forced_orders_are_counted_whole(program: Program, market: LoopbackMarket) -> None:
    """A burst of which the client's own function would return one or two."""
    before = program.wait(lambda each: each.row("liq_long")["source"] == "bybit", SOON_S)
    at_ms = int(market.clock().timestamp() * 1_000)
    burst = [Forced("BTC", "long", 60_000.0 + row, 0.5, at_ms + row) for row in range(40)]
    market.streams.forced("bybit", burst)
    usd = sum(each.price * each.size for each in burst)
    wanted = before.row("liq_long")["value"] + usd / 1e6
    program.wait(lambda each: each.row("liq_long")["value"] == pytest.approx(wanted), SOON_S, f"{wanted} M USD")


def test_faults_of_many_sources_are_each_shown_as_they_are(
    program: Program, market: LoopbackMarket, traffic: Traffic
) -> None:
    """Yahoo limits, Binance refuses the region, OKX sends no more, Hyperliquid's answers are cut, FRED sends a zip."""
    before_them = program.wait(all_well, SOON_S)
    market.yahoo.fail("429", retry_after="180")
    market.exchanges.fault("binanceusdm", "451")
    market.streams.manners["okx"].frozen = True
    market.exchanges.fault("hyperliquid", "truncated")
    market.streams.half_frame("bybit")
    market.fred.fault = Fault.ARCHIVE
    struck = market.clock()
    program.sleep(NAP_S)  # fixings are asked for after a sleep, and every hour
    kinds = {"Yahoo": "rate_limited", "Binance": "refused", "Hyperliquid": "bad_data", "FRED": "bad_data"}

    def are_shown(each: Shown) -> bool:
        told = all(each.kind(source) == kind for source, kind in kinds.items())
        return told and "no BTC" in each.source("OKX")["last_error"].replace("ETH", "BTC")

    shown = program.wait(are_shown, SOON_S, "every fault")
    waits = shown.waits_until("Yahoo")
    assert waits is not None
    assert waits >= struck + timedelta(seconds=180)
    before = traffic.count("Yahoo")

    def another_serves(each: Shown) -> bool:
        return all(each.quote(coin)["source"] == "bybit" and each.quote(coin)["state"] == "live" for coin in COINS)

    shown = program.wait(another_serves, SOON_S, "Bybit's prices")
    assert "venue_refused" in shown.advisories
    assert (shown.kind("Bybit"), shown.kind("US Treasury")) == ("", "")
    assert shown.complete
    assert severity(shown) >= severity(before_them)  # between two closes a light may rise, and does not fall
    assert untrue(shown, market) == []
    if market.clock() < waits - timedelta(seconds=10):
        assert traffic.count("Yahoo") - before <= 1, "Yahoo was asked while it was to be left alone"


def test_all_is_well_soon_after_the_faults_are_over(program: Program, market: LoopbackMarket) -> None:
    market.yahoo.heal()
    market.exchanges.heal("binanceusdm")
    market.streams.manners["okx"].frozen = False
    market.exchanges.heal("hyperliquid")
    market.fred.fault = None
    slow = ("Binance", "FRED")  # left alone for hours and for a quarter of one
    shown = program.wait(lambda each: all(each.well(host) for host in HOSTS if host not in slow), 2 * SOON_S)
    refused = shown.waits_until("Binance")  # a host that refuses a region is asked again after hours
    assert refused is not None
    assert refused > market.clock() + timedelta(hours=2)
    assert untrue(shown, market) == []


def test_a_clock_that_differs_from_the_exchanges_takes_the_light_away(program: Program, market: LoopbackMarket) -> None:
    for venue in VENUES.values():
        market.exchanges.fault(venue, "wrong clock")
    program.sleep(NAP_S)  # the time is asked for after a sleep, and every ten minutes
    shown = program.wait(lambda each: each.reason == "clock_off", SOON_S, "no light")
    assert (shown.light, "clock_off" in shown.advisories) == ("no_data", True)
    for venue in VENUES.values():
        market.exchanges.heal(venue)
    program.sleep(NAP_S)
    shown = program.wait(lambda each: each.light != "no_data", SOON_S, "the light")
    assert "clock_off" not in shown.advisories
    assert untrue(shown, market) == []


# ----------------------------------------------------------------------------------------- ends and starts


def test_an_engine_that_is_killed_is_replaced_and_nothing_recorded_is_lost(
    program: Program, market: LoopbackMarket
) -> None:
    engine, window = program.engine(), program.window
    assert engine is not None
    before = rows(program.data_dir)
    os.kill(engine, signal.SIGKILL)
    program.until(lambda: program.engine() not in (None, engine), ENDING_S, "no new engine")
    shown = program.wait(lambda each: each.light != "no_data" and each.complete, 2 * SOON_S, "the light again")
    assert program.window == window
    after = rows(program.data_dir)
    assert all(after[table] >= count for table, count in before.items()), (before, after)
    assert untrue(shown, market) == []


def test_it_ends_in_good_order_while_it_is_asking(program: Program) -> None:
    assert program.stop() == 0
    check_store(program.data_dir, whole=True)
    assert program.shown() is None


def test_a_start_without_any_network_shows_what_is_kept_with_its_age_and_no_light(
    program: Program, market: LoopbackMarket
) -> None:
    market.jump(timedelta(hours=1))
    all_down(market)
    program.start()
    shown = program.wait(
        lambda each: {each.kind(host) for host in HOSTS} == {"unreachable"}, SOON_S, "every source out of reach"
    )
    assert (shown.light, shown.reason) == ("no_data", "critical_stale")
    assert untrue(shown, market) == []
    for name in ("BTC", "ES", "SPX"):
        line = shown.quote(name)
        assert line["state"] == "stale", name
        assert shown.now - instant(line) > timedelta(minutes=55), name
    assert rows(program.data_dir)["evaluation"] > 0, "what was judged still stands"


def test_the_light_comes_back_without_another_start(program: Program, market: LoopbackMarket) -> None:
    all_up(market)
    shown = program.wait(lambda each: each.light != "no_data" and all_well(each), 2 * SOON_S, "the light")
    assert untrue(shown, market) == []


def test_it_ends_in_good_order_before_it_was_answered(program: Program, traffic: Traffic) -> None:
    assert program.stop() == 0
    start_and_stop_while_asking(program, traffic)
    check_store(program.data_dir, whole=True)


def test_nobody_was_asked_more_than_its_budget_allows(traffic: Traffic) -> None:
    assert traffic.over_budget() == []


def test_nothing_left_this_machine(program: Program) -> None:
    assert program.leaks == []
