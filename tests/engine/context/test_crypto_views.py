"""A coin's leverage as it is shown: one scale of funding with its place, coins against price, what was liquidated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest
from scipy import stats

from barograph.engine.context.coin_hours import columns_at
from barograph.engine.context.coin_machine import CoinMachine
from barograph.engine.context.crypto_views import structure
from barograph.engine.context_view import CryptoStructure, LiquidationView
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.bars import FloatArray
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage
from tests.engine import hand_made as made
from tests.engine.runs import feed_of

NOW = datetime(2024, 6, 12, 12, 5, tzinfo=UTC)
NOON = NOW - timedelta(minutes=5)
HOURS = 60 * 24
SETTLED = 3 * 120
Forced = list[tuple[datetime, int, float]]


def price_line(last_week: float) -> FloatArray:
    """Hourly closes: 60,000 and, from a week ago on, `last_week`, with a little noise."""
    level = np.full(HOURS, 60_000.0)
    level[-24 * 7 :] = last_week
    return level * np.exp(np.random.default_rng(1).normal(0, 1e-4, HOURS))


def rates(last: float = 0.0001) -> list[tuple[datetime, float, float]]:
    """Funding of eight hours for four months, rising, and at the end at `last` for a week."""
    found = [(NOON - timedelta(hours=8 * (SETTLED - each)), 1e-6 * each, 8.0) for each in range(SETTLED)]
    return found[:-20] + [(at, last, 8.0) for at, _, _ in found[-20:]]


def coins(week_ago: float, day_ago: float, now: float) -> list[tuple[datetime, float]]:
    """Open interest by the hour: a level until a week ago, one until an hour ago, and the one of now."""
    ages = range(24 * 45, -1, -1)
    levels = [week_ago if age >= 24 * 7 else day_ago if age >= 1 else now for age in ages]
    return [(NOON - timedelta(hours=age), level) for age, level in zip(ages, levels, strict=True)]


def machine_of(
    price: float = 57_000.0, held: tuple[float, float, float] = (80_000.0, 90_000.0, 81_000.0), last: float = 1e-4,
    forced: Forced | None = None,
) -> CoinMachine:  # fmt: skip
    """A coin that has been followed until `NOW`."""
    bars = made.intraday(NOON - timedelta(hours=HOURS), Interval.HOUR_1, price_line(price).tolist())
    recorded = made.folder(
        intraday_bars={"BTC": {Interval.HOUR_1: bars}},
        btc_funding=made.funding(*rates(last)),
        btc_open_interest=made.open_interest(*coins(*held)),
        btc_liquidations=made.liquidations(*forced) if forced else None,
    )
    return followed(recorded)


def followed(recorded: HistoryFolder) -> CoinMachine:
    machine = CoinMachine(feed_of(recorded), calendar("CRYPTO"), calendar("XNYS"), "BTC")
    machine.advance(NOW)
    return machine


def shown(machine: CoinMachine) -> CryptoStructure:
    return structure(machine, NOW)


def listened(forced: Forced, coverage: Coverage, heard_h: float = 48.0) -> LiquidationView:
    """The same coin with forced orders of a stream that was heard for so long."""
    machine = machine_of(forced=forced)
    record, hours = machine.record, machine.hours
    assert record is not None
    assert hours is not None
    rows = replace(
        record.liquidations,
        coverage=coverage,
        since_ns=to_ns(NOON - timedelta(hours=heard_h)),
        until_ns=to_ns(NOW),
    )
    machine.record = replace(record, liquidations=rows)
    machine.hours = columns_at(machine.record, hours.end)
    view = shown(machine).liquidations
    assert view is not None
    return view


def orders(count: int, usd: float = 1e6, before: timedelta = timedelta(hours=1)) -> Forced:
    """Longs one second apart, from so long before noon on."""
    return [(NOON - before + timedelta(seconds=each), 1, usd) for each in range(count)]


# ------------------------------------------------------------------------------------------------------ funding


def test_funding_is_on_one_scale_with_its_place_in_a_year() -> None:
    venue = shown(machine_of(last=0.0002)).funding[0]
    assert (venue.apr, venue.per_8h) == pytest.approx((0.0002 * 3 * 365, 0.0002))
    assert venue.week_apr == pytest.approx(0.0002 * 3 * 365)
    settled = rates(0.0002)
    noon_weeks = []
    for day in range(364, 0, -1):
        end = NOON.replace(hour=0) - timedelta(days=day)
        inside = [rate for at, rate, _ in settled if end - timedelta(days=7) < at <= end]
        if len(inside) * 8 >= 0.6 * 168:
            noon_weeks.append(sum(inside) / len(inside))
    assert venue.percentile_days == pytest.approx(len(noon_weeks) + 1, abs=1)
    assert venue.percentile == pytest.approx(
        stats.percentileofscore([*noon_weeks, 0.0002], 0.0002, kind="mean") / 100, abs=0.02
    )
    assert (venue.learning, venue.shortened, venue.state) == (False, False, Freshness.LIVE)


def test_funding_of_too_few_days_has_no_place_yet() -> None:
    bars = made.intraday(NOON - timedelta(hours=HOURS), Interval.HOUR_1, price_line(57_000.0).tolist())
    recorded = made.folder(intraday_bars={"BTC": {Interval.HOUR_1: bars}}, btc_funding=made.funding(*rates()[-180:]))
    venue = shown(followed(recorded)).funding[0]
    assert (venue.percentile, venue.learning) == (None, True)
    assert venue.percentile_days < 90
    assert venue.apr == pytest.approx(0.1095)


# ------------------------------------------------------------------------------------------------ open interest


def test_coins_are_told_against_the_price_and_a_flush_is_a_tenth_in_a_day() -> None:
    coin = shown(machine_of())
    assert coin.open_interest_day == pytest.approx(-0.10)
    assert coin.open_interest_week == pytest.approx(log(81 / 80))
    assert coin.price_week == pytest.approx(log(0.95), abs=1e-3)
    assert coin.divergence == pytest.approx(log(81 / 80))
    assert coin.flush is True
    assert coin.open_interest_usd == pytest.approx(81_000 * 60_000.0)
    assert shown(machine_of(held=(80_000, 90_000, 81_010))).flush is False


def test_coins_that_gather_while_the_price_rises_are_no_divergence() -> None:
    assert shown(machine_of(price=63_000.0)).divergence == 0


def test_a_reading_of_open_interest_stands_for_an_hour_and_no_longer() -> None:
    """After 60 minutes it is stale (SIGNALS 6.3), here as in the score."""
    bars = made.intraday(NOON - timedelta(hours=HOURS), Interval.HOUR_1, price_line(57_000.0).tolist())
    last = NOON - timedelta(minutes=59)
    found = []
    for late in (timedelta(0), timedelta(minutes=1)):
        readings = [(at - late - timedelta(minutes=59), level) for at, level in coins(8e4, 9e4, 8e4)]
        recorded = made.folder(
            intraday_bars={"BTC": {Interval.HOUR_1: bars}}, btc_open_interest=made.open_interest(*readings)
        )
        found.append(shown(followed(recorded)))
    assert (found[0].open_interest_coin, found[0].open_interest_as_of) == (8e4, last)
    assert (found[1].open_interest_coin, found[1].open_interest_day, found[1].divergence) == (None, None, None)


def test_without_derivatives_nothing_is_claimed() -> None:
    bars = made.intraday(NOON - timedelta(hours=HOURS), Interval.HOUR_1, price_line(57_000.0).tolist())
    coin = shown(followed(made.folder(intraday_bars={"BTC": {Interval.HOUR_1: bars}})))
    assert (coin.funding, coin.flush, coin.divergence, coin.liquidations) == ((), None, None, None)


# ------------------------------------------------------------------------------------------------- liquidations


def test_liquidations_are_basis_points_of_what_was_open_at_the_hours_start() -> None:
    forced = [*orders(25), (NOON - timedelta(minutes=30), -1, 9e6), *orders(3, before=timedelta(hours=5))]
    view = listened(forced, Coverage.ALL)
    interest = 90_000 * 60_000.0
    assert (view.long_usd, view.short_usd) == pytest.approx((25e6, 9e6))
    assert view.intensity_bp == pytest.approx(1e4 * 25e6 / interest)
    assert view.peak_bp == view.intensity_bp
    assert (view.coverage, view.part_of_hour, view.busy_share) == ("all", False, None)
    assert (view.percentile, view.learning) == (None, True)  # two days of hours were heard


@pytest.mark.parametrize("coverage", [Coverage.SAMPLED, Coverage.ONE_PER_SECOND])
def test_a_sample_gives_busy_seconds_and_neither_magnitude_nor_clustering(coverage: Coverage) -> None:
    forced = [*orders(36), (NOON - timedelta(hours=1), 1, 1e6), (NOON - timedelta(minutes=1), -1, 1e6)]
    view = listened(sorted(forced), coverage)
    assert view.coverage == coverage.value
    assert view.busy_share == pytest.approx(36 / 3_600)  # longs only, and two in one second are one
    assert (view.intensity_bp, view.peak_bp, view.branching, view.self_feeding) == (None, None, None, None)


def test_a_part_of_an_hour_is_said_to_be_one() -> None:
    view = listened(orders(5, before=timedelta(minutes=10)), Coverage.ALL, heard_h=0.5)
    assert (view.part_of_hour, view.intensity_bp) == (True, None)


def test_clustering_is_that_of_half_hours_of_a_day() -> None:
    """All in one of 48 half hours: variance over mean is 48 times its count, a little less."""
    view = listened(orders(48), Coverage.ALL)
    counts = np.zeros(48)
    counts[46] = 48
    expected = 1 - 1 / np.sqrt(np.var(counts, ddof=1) / np.mean(counts))
    assert view.branching == pytest.approx(float(expected))
    assert view.self_feeding is True
    even = [(NOON - timedelta(minutes=30 * each + 5), 1, 1e6) for each in range(47, -1, -1)]
    calm = listened(even, Coverage.ALL)
    assert (calm.branching, calm.self_feeding) == (0, False)
    assert listened(orders(19), Coverage.ALL).branching is None
    assert listened(orders(48), Coverage.ALL, heard_h=20).branching is None


def test_an_hour_is_ranked_among_those_that_were_heard() -> None:
    """A month of hours at least; one order an hour, each larger than the one before."""
    forced = [(NOON - timedelta(hours=each, minutes=30), 1, 1e6 + 1e5 * (900 - each)) for each in range(900, -1, -1)]
    view = shown(machine_of(forced=forced)).liquidations
    assert view is not None
    assert (view.percentile_hours, view.learning, view.coverage) == (901, False, "unstated")
    assert view.percentile == pytest.approx(900.5 / 901)
    few = shown(machine_of(forced=forced[-700:])).liquidations
    assert few is not None
    assert (few.percentile_hours, few.learning, few.percentile) == (700, True, None)
