"""C3 to C5: from observations of one venue to numbers, and when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from math import isnan, log, nan

import numpy as np
import pytest

from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, HOUR_NS
from barograph.market.observations import Coverage, Funding, Liquidations, OpenInterest
from barograph.risk.crypto_features import (
    CoinDerivatives,
    derivative_inputs,
    divergence,
    liquidation_peak,
    mean_funding,
)

MIDNIGHT = to_ns(datetime(2024, 8, 6, tzinfo=UTC))
AT = MIDNIGHT - 1
"""The last instant of a day, as the day's evaluation asks."""
HOURS = MIDNIGHT - HOUR_NS * np.arange(30 * 24, 0, -1, dtype=np.int64)
COIN = np.linspace(90_000, 100_000, len(HOURS))
WEEK = 7 * 24


def observed(**changes: object) -> CoinDerivatives:
    """A month of hours at one venue: coins flow in while the price falls; a long of 80,000 dollars goes every hour."""
    whole = CoinDerivatives(
        at_ns=AT,
        funding=Funding.of(HOURS[::8], np.full(len(HOURS[::8]), 0.0001), np.full(len(HOURS[::8]), 8), "v"),
        open_interest=OpenInterest.of(HOURS, COIN, np.full(len(HOURS), 8e9), "v"),
        liquidations=orders(HOURS, np.full(len(HOURS), 80_000.0)),
        price=54_000.0,
        price_week=66_000.0,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def orders(time: object, usd: object, **changes: object) -> Liquidations:
    count = len(np.asarray(time))
    found = Liquidations.of(time, np.ones(count), np.full(count, 60_000.0), np.full(count, nan), usd, "v")
    return replace(found, **changes)  # type: ignore[arg-type]


def thinned(rows: OpenInterest, *gone: int) -> OpenInterest:
    keep = np.delete(np.arange(len(rows)), gone)
    return OpenInterest(rows.time[keep], rows.coin[keep], rows.usd[keep], rows.source)


# -------------------------------------------------------------------------------------------------------- C3


def test_the_divergence_is_the_growth_in_coins_while_the_price_fell() -> None:
    assert divergence(observed()) == pytest.approx(log(COIN[-1] / COIN[-1 - WEEK]))
    assert divergence(observed(price=67_000.0)) == 0
    assert isnan(divergence(observed(price_week=nan)))


def test_a_reading_that_is_more_than_an_hour_old_is_no_reading() -> None:
    rows = observed().open_interest
    assert isnan(divergence(observed(open_interest=rows[:-1])))
    assert divergence(observed(at_ns=AT - HOUR_NS // 2)) > 0
    assert isnan(divergence(observed(open_interest=thinned(rows, -1 - WEEK))))


def test_a_table_of_days_tells_of_the_day_that_has_ended() -> None:
    """Its rows are named by the day's first instant and known when it is over."""
    days = HOURS[HOURS % DAY_NS == 0]
    coin = np.arange(float(len(days))) ** 2 + 1_000
    rows = OpenInterest(days, coin, coin * 6e4, "v")
    assert divergence(observed(open_interest=rows)) == pytest.approx(log(coin[-1] / coin[-8]))
    assert isnan(divergence(observed(open_interest=rows[:-1])))
    assert isnan(divergence(observed(open_interest=rows, at_ns=AT + 2 * HOUR_NS)))


# -------------------------------------------------------------------------------------------------------- C4


def test_funding_is_the_mean_rate_of_a_year() -> None:
    assert mean_funding(observed()) == pytest.approx(0.1095)


def test_funding_without_the_open_interest_that_weighs_it_is_none() -> None:
    rows = observed().open_interest
    assert isnan(mean_funding(observed(open_interest=rows[:0])))
    assert isnan(mean_funding(observed(open_interest=replace(rows, source="another"))))
    no_coin = OpenInterest(rows.time, np.full(len(rows), nan), rows.usd, "v")
    assert mean_funding(observed(open_interest=no_coin)) == pytest.approx(0.1095)


# -------------------------------------------------------------------------------------------------------- C5


def test_the_peak_is_that_of_the_worst_of_the_last_24_whole_hours() -> None:
    usd = np.full(len(HOURS), 80_000.0)
    usd[-10], usd[-25] = 25e6, 90e6
    assert liquidation_peak(observed(liquidations=orders(HOURS, usd))) == pytest.approx(31.25)
    later = observed(liquidations=orders(HOURS, usd), at_ns=AT + HOUR_NS // 2)
    assert liquidation_peak(later) == pytest.approx(31.25)  # an hour that is not over counts for nothing


def test_shorts_are_not_counted_and_an_order_of_unknown_size_makes_its_hour_unknown() -> None:
    side = np.where(np.arange(len(HOURS)) % 2, 1, -1)
    rows = replace(orders(HOURS, np.full(len(HOURS), 8e6)), side=side)
    assert liquidation_peak(observed(liquidations=rows)) == pytest.approx(10)
    unknown = np.full(len(HOURS), 8e6)
    unknown[-5] = nan
    assert isnan(liquidation_peak(observed(liquidations=orders(HOURS, unknown))))


@pytest.mark.parametrize("coverage", [Coverage.ONE_PER_SECOND, Coverage.SAMPLED])
def test_a_sample_is_no_magnitude(coverage: Coverage) -> None:
    assert isnan(liquidation_peak(observed(liquidations=orders(HOURS, np.ones(len(HOURS)), coverage=coverage))))


def test_venues_are_not_mixed() -> None:
    assert isnan(liquidation_peak(observed(open_interest=replace(observed().open_interest, source="another"))))


def test_silence_is_only_calm_where_somebody_listened() -> None:
    silent = orders(HOURS[:0], [])
    assert isnan(liquidation_peak(observed(liquidations=silent)))
    since, until = MIDNIGHT - 24 * HOUR_NS, MIDNIGHT
    heard = replace(silent, coverage=Coverage.ALL, since_ns=since, until_ns=until)
    assert liquidation_peak(observed(liquidations=heard)) == 0
    for gap in ({"since_ns": MIDNIGHT - 23 * HOUR_NS}, {"until_ns": AT - HOUR_NS}):
        assert isnan(liquidation_peak(observed(liquidations=replace(heard, **gap))))  # type: ignore[arg-type]
    # a recorded table that begins in between, or that has said nothing for a day
    usd = np.full(len(HOURS), 80_000.0)
    assert isnan(liquidation_peak(observed(liquidations=orders(HOURS[-20:], usd[-20:]))))
    assert isnan(liquidation_peak(observed(liquidations=orders(HOURS[:-25], usd[:-25]))))


def test_an_hour_without_open_interest_leaves_the_peak_unknown() -> None:
    rows = observed().open_interest
    assert isnan(liquidation_peak(observed(open_interest=thinned(rows, -8, -9))))


def test_only_what_is_known_is_answered() -> None:
    assert set(derivative_inputs(observed())) == {"C3", "C4", "C5"}
    assert set(derivative_inputs(observed(price=nan))) == {"C4", "C5"}
    nothing = observed(funding=Funding.of([], [], []), open_interest=OpenInterest.of([], [], []))
    assert derivative_inputs(nothing) == {}


def test_what_lies_far_back_changes_nothing() -> None:
    whole = observed()
    since = int(np.searchsorted(HOURS, AT - 9 * DAY_NS))
    cut = observed(open_interest=whole.open_interest[since:], liquidations=whole.liquidations[since:])
    assert derivative_inputs(cut) == derivative_inputs(whole)
