"""Leverage of crypto derivatives: published numbers, identities, and what is unknown."""

from __future__ import annotations

from math import isnan, log, nan

import numpy as np
import pytest
from hypothesis import strategies as st

from barograph.indicators.positioning import (
    branching_ratio,
    coins_at,
    flushed,
    funding_8h,
    funding_apr,
    hawkes_intensity,
    intensity_bp,
    interval_shortened,
    mean_funding_apr,
    open_interest_change,
    usd_at,
    weighted_mean,
    window_counts,
)
from barograph.market.intervals import DAY_NS, SECOND_NS
from barograph.market.observations import Funding, OpenInterest

SEEDS = st.integers(0, 2**32 - 1)
HOUR = 3_600 * SECOND_NS
MINUTE = 60 * SECOND_NS


def golden(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


# ------------------------------------------------------------------------------------------------------- funding


def test_funding_on_one_scale_is_the_published_one() -> None:
    assert funding_apr(0.0001, 8) == golden(0.1095)
    assert funding_apr(0.0001, 4) == golden(0.219)
    assert funding_apr(0.0000125, 1) == golden(0.1095)
    assert funding_8h(0.0001, 4) == golden(0.0002)
    assert isnan(funding_apr(0.0001, 0))
    assert isnan(funding_8h(0.0001, nan))


def test_venues_weigh_what_their_open_interest_does() -> None:
    rates, interest = np.array([10.95, 21.9, -5]), np.array([6e9, 3e9, 1e9])
    assert weighted_mean(rates, interest) == golden(12.64)
    assert weighted_mean(np.append(rates, 900), np.append(interest, nan)) == golden(12.64)
    assert weighted_mean(np.append(rates, nan), np.append(interest, 5e9)) == golden(12.64)
    assert isnan(weighted_mean(rates, np.zeros(3)))


def test_a_mean_weighs_each_settlement_by_its_own_hours() -> None:
    times = np.array([8, 16, 20, 24]) * HOUR
    funding = Funding.of(times, [0.0001, 0.0001, 0.0001, 0.0002], [8, 8, 4, 4])
    assert mean_funding_apr(funding, 0, DAY_NS) == golden(0.0005 / 24 * 8760)
    # what settled at the beginning stands for the time before it
    assert mean_funding_apr(funding, 8 * HOUR, DAY_NS) == golden(0.0004 / 16 * 8760)


def test_a_mean_needs_most_of_its_span() -> None:
    funding = Funding.of(np.array([8, 16, 24]) * HOUR, [0.0001, nan, 0.0001], [8, 8, 8])
    assert mean_funding_apr(funding, 0, DAY_NS) == golden(0.1095)  # 16 hours of 24
    assert isnan(mean_funding_apr(funding, 0, 28 * HOUR))
    assert isnan(mean_funding_apr(Funding.of([], [], []), 0, DAY_NS))


def test_a_shorter_interval_is_noticed() -> None:
    assert interval_shortened(np.array([8.0, 8.0, 4.0]))
    assert not interval_shortened(np.array([4.0, 8.0]))
    assert not interval_shortened(np.array([8.0]))


# ------------------------------------------------------------------------------------------------- open interest


def test_open_interest_splits_as_published() -> None:
    change = open_interest_change(100_000, 105_000, 80_000, 72_000)
    assert change.coin == golden(0.04879016416943205)
    assert change.price == golden(-0.10536051565782628)
    assert change.usd == golden(-0.05657035148839435)
    assert change.divergence == change.coin


def test_divergence_is_of_falling_prices_only() -> None:
    assert open_interest_change(100, 110, 50, 50).divergence == 0
    assert open_interest_change(100, 110, 50, 60).divergence == 0
    assert open_interest_change(100, 90, 50, 40).divergence == pytest.approx(log(0.9))
    for unknown in ((nan, 110, 50, 40), (100, 110, 50, nan), (0, 110, 50, 40)):
        assert isnan(open_interest_change(*unknown).divergence)


def test_a_flush_is_a_tenth_of_the_coins_in_a_day() -> None:
    assert flushed(100, 90) is True
    assert flushed(100, 90.01) is False
    assert flushed(nan, 90) is None
    assert flushed(100, nan) is None


def test_readings_are_the_newest_known_and_not_too_old() -> None:
    interest = OpenInterest.of(np.arange(4) * HOUR, [1, 2, nan, 4], [10, nan, nan, 40])
    assert coins_at(interest, 2 * HOUR, 2 * HOUR) == 2  # the unknown one at two is no reading
    assert isnan(coins_at(interest, 2 * HOUR, HOUR))
    assert coins_at(interest, 3 * HOUR - 1, 2 * HOUR) == 2
    assert usd_at(interest, 2 * HOUR, 3 * HOUR) == 10
    assert usd_at(interest, 9 * HOUR, 9 * HOUR) == 40
    assert isnan(usd_at(interest, -1, HOUR))


# -------------------------------------------------------------------------------------------------- liquidations


def test_intensity_is_the_published_one() -> None:
    assert intensity_bp(25e6, 8e9) == golden(31.25)


def test_clustering_is_the_published_one() -> None:
    events = np.array([0.0, 10.0, 12.0])
    assert hawkes_intensity(events, 15, base=0.05, jump=0.3, half_life=10) == golden(0.611873770440817)
    assert branching_ratio(np.array([0, 1, 0, 2, 15, 9, 1, 0, 0, 2])) == golden(0.6543570823108441)


def test_events_that_are_still_to_come_excite_nothing() -> None:
    assert hawkes_intensity(np.array([20.0]), 15, base=0.05, jump=0.3, half_life=10) == 0.05


def test_windows_end_where_they_are_told_to() -> None:
    times = np.array([0, 29, 30, 31, 59, 60]) * MINUTE
    assert window_counts(times, 60 * MINUTE, 30 * MINUTE, 2).tolist() == [2, 3]
    assert window_counts(times[:0], 60 * MINUTE, 30 * MINUTE, 48).tolist() == [0] * 48


def test_the_branching_ratio_needs_events_and_is_nothing_without_clusters() -> None:
    assert isnan(branching_ratio(np.array([10, 9])))
    assert isnan(branching_ratio(np.array([40])))
    assert branching_ratio(np.array([10, 10, 10])) == 0
    assert branching_ratio(np.random.default_rng(1).poisson(10, 48)) < 0.3
    assert branching_ratio(np.array([0] * 47 + [400])) > 0.8
