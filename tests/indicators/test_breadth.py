"""Breadth and leadership of a basket: who counts, when the basket stands, and what missing members leave open."""

from __future__ import annotations

from math import inf, isnan, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.indicators.breadth import (
    BasketCount,
    BasketGrowth,
    above_average,
    advance_decline,
    basket_growth,
    concentration,
)
from barograph.market.bars import FloatArray

SEEDS = st.integers(0, 2**32 - 1)
COUNTS = st.integers(0, 30)


def basket(*members: list[float]) -> FloatArray:
    return np.array(members).T


@st.composite
def counts(draw: st.DrawFn) -> BasketCount:
    judged = draw(COUNTS)
    return BasketCount(draw(st.integers(0, judged)), judged, draw(COUNTS))


# ----------------------------------------------------------------------------------------------- who counts


def test_a_member_is_above_when_its_last_close_is_above_the_average_of_the_window() -> None:
    rising, falling = [1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]
    assert above_average(basket(rising, falling), 4) == BasketCount(above=1, judged=2, stale=0)
    # the last three of this one average 3, although all four are below it
    assert above_average(basket([9.0, 2.0, 3.0, 4.0]), 3).above == 1


def test_a_price_that_does_not_move_is_not_above_its_average() -> None:
    prices = np.random.default_rng(0).uniform(1, 500, 400)  # rounding puts many of their averages below them
    assert above_average(np.full((50, 400), prices), 50) == BasketCount(0, 400, 0)


def test_who_has_a_hole_is_stale_and_who_came_late_does_not_count() -> None:
    complete, hole, ended = [1.0, 1.0, 2.0, 3.0], [1.0, 1.0, nan, 3.0], [1.0, 1.0, 2.0, nan]
    young = [nan, nan, 2.0, 3.0]
    assert above_average(basket(complete, hole, ended, young), 3) == BasketCount(above=1, judged=1, stale=2)
    # a close in the first session of the window or before makes old enough
    assert above_average(basket([1.0, nan, 2.0, 3.0]), 3).stale == 1
    assert above_average(basket([nan, 1.0, 2.0, 3.0]), 3).judged == 1


def test_a_short_history_and_an_empty_basket_count_nobody() -> None:
    assert above_average(np.ones((3, 5)), 4) == BasketCount(0, 0, 0)
    assert above_average(np.empty((60, 0)), 50) == BasketCount(0, 0, 0)
    assert basket_growth(np.ones((4, 5)), 4) == BasketGrowth(0.0, 0, 0)
    assert basket_growth(np.empty((60, 0)), 20) == BasketGrowth(0.0, 0, 0)


@given(SEEDS)
def test_nobody_is_counted_twice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    closes = rng.uniform(1, 2, (12, 6))
    closes[rng.random((12, 6)) < 0.1] = nan
    naive_judged = naive_stale = naive_above = 0
    for member in closes.T:
        last = member[-5:]
        if np.isfinite(last).all():
            naive_judged += 1
            naive_above += bool(last[-1] > np.mean(last))
        elif np.isfinite(member[:8]).any():
            naive_stale += 1
    assert above_average(closes, 5) == BasketCount(naive_above, naive_judged, naive_stale)


def test_growth_is_that_of_equal_weights_bought_at_the_start() -> None:
    growth = basket_growth(basket([100.0, nan, 200.0], [50.0, 7.0, 25.0]), 2)
    assert growth == BasketGrowth(total=2.5, judged=2, stale=0)
    assert growth.log_change == pytest.approx(log(1.25))


def test_growth_counts_old_members_without_an_end_as_stale_and_young_ones_not_at_all() -> None:
    known, ended, gap = [1.0, 1.0, 1.0, 2.0], [1.0, 1.0, 1.0, nan], [1.0, nan, 1.0, 1.0]
    young = [nan, nan, 1.0, 5.0]
    assert basket_growth(basket(known, ended, gap, young), 2) == BasketGrowth(total=2.0, judged=1, stale=2)


# ------------------------------------------------------------------------------------- when a basket stands


@given(counts(), COUNTS)
def test_a_basket_stands_while_four_fifths_are_fresh(count: BasketCount, absent: int) -> None:
    enough = count.judged > 0 and 5 * count.judged >= 4 * (count.judged + count.stale + absent)
    assert count.enough(absent) == enough
    assert BasketGrowth(1.0, count.judged, count.stale).enough(absent) == enough
    assert isnan(count.share_below) != count.enough()
    assert isnan(BasketGrowth(1.0, count.judged, count.stale).log_change) != count.enough()


def test_share_below_is_of_those_that_could_be_judged() -> None:
    assert BasketCount(above=6, judged=8, stale=2).share_below == 0.25
    assert isnan(BasketCount(above=6, judged=8, stale=3).share_below)
    assert isnan(BasketCount(0, 0, 0).share_below)


# ------------------------------------------------------------------------------ what missing members leave open


@given(counts(), COUNTS, st.data())
def test_the_range_of_the_share_holds_every_completion(count: BasketCount, absent: int, data: st.DataObject) -> None:
    low, high = count.share_below_range(absent)
    unknown = count.stale + absent
    counted = data.draw(st.integers(0, unknown), "of whom a value turns up")
    above = count.above + data.draw(st.integers(0, counted), "of whom are above")
    judged = count.judged + counted
    if not judged:
        return
    share = 1 - above / judged
    assert low - 1e-12 <= share <= high + 1e-12


@given(counts(), COUNTS)
def test_the_ends_of_the_range_of_the_share_can_be_reached(count: BasketCount, absent: int) -> None:
    low, high = count.share_below_range(absent)
    unknown = count.stale + absent
    total = count.judged + unknown
    if not total:
        assert isnan(low)
        assert isnan(high)
        return
    assert low == BasketCount(count.above + unknown, total, 0).share_below
    assert high == BasketCount(count.above, total, 0).share_below
    assert (low == high) == (unknown == 0)


@given(SEEDS, st.integers(1, 8), st.integers(0, 4), st.integers(0, 4))
def test_the_lowest_growth_is_below_every_completion(seed: int, judged: int, stale: int, absent: int) -> None:
    rng = np.random.default_rng(seed)
    ratios = rng.lognormal(0, 1, judged)
    growth = BasketGrowth(float(ratios.sum()), judged, stale)
    lowest = growth.lowest_log_change(absent)
    for size in (1e-9, 0.5, 3.0):
        turned_up = rng.lognormal(0, 1, int(rng.integers(0, stale + absent + 1))) * size
        whole = np.concatenate((ratios, turned_up))
        assert lowest <= log(whole.mean()) + 1e-12
    nearly_nothing = np.concatenate((ratios, np.full(stale + absent, 1e-12)))
    assert lowest == pytest.approx(log(nearly_nothing.mean()), abs=1e-9)


def test_without_any_known_member_growth_could_be_as_low_as_can_be() -> None:
    assert BasketGrowth(0.0, 0, 3).lowest_log_change(2) == -inf
    assert BasketGrowth(0.0, 0, 0).lowest_log_change(0) == -inf


# ---------------------------------------------------------------------- concentration, advancing and declining


def test_concentration_is_the_published_one() -> None:
    weights = np.concatenate(([0.08, 0.07, 0.06], np.full(497, 0.79 / 497)))
    found = concentration(weights)
    assert found.hhi == pytest.approx(0.01615573440643863, rel=1e-9)
    assert found.n_effective == pytest.approx(61.89752658978255, rel=1e-9)
    assert found.top_share == pytest.approx(0.21 + 7 * 0.79 / 497)
    assert concentration(np.full(500, 3.0)).hhi == pytest.approx(0.002, rel=1e-9)


def test_weights_that_cannot_be_have_no_concentration() -> None:
    for weights in ([], [0.0, 0.0], [0.5, -0.1], [0.5, nan]):
        assert isnan(concentration(np.array(weights)).hhi)


def test_advancing_and_declining_are_averaged_over_sessions() -> None:
    closes = basket([1.0, 2.0, 3.0], [1.0, 2.0, 1.0], [1.0, 2.0, 2.0], [1.0, 0.5, 0.4])
    assert advance_decline(closes, 2) == pytest.approx(((3 - 1) / 4 + (1 - 2) / 3) / 2)
    assert isnan(advance_decline(closes, 3))
    assert isnan(advance_decline(np.ones((11, 4))))
    assert isnan(advance_decline(np.empty((11, 0))))


def test_a_session_with_too_few_fresh_members_has_no_advance() -> None:
    rng = np.random.default_rng(1)
    closes = rng.uniform(50, 60, (11, 10))
    young = closes.copy()
    young[:9, 0] = nan  # listed late: it counts from its second session on
    assert not isnan(advance_decline(young))
    closes[5, :2] = nan
    assert not isnan(advance_decline(closes))
    closes[5, 2] = nan
    assert isnan(advance_decline(closes))


@given(SEEDS)
def test_advances_lie_between_minus_one_and_one_and_mirror(seed: int) -> None:
    closes = np.random.default_rng(seed).uniform(50, 60, (11, 7))
    value = advance_decline(closes)
    assert -1 <= value <= 1
    assert advance_decline(1 / closes) == pytest.approx(-value)
