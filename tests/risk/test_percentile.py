"""Percentiles: published numbers, an independent answer, and what missing values leave open."""

from __future__ import annotations

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from barograph.market.bars import FloatArray
from barograph.risk.percentile import mid_rank, mid_rank_range

VALUES = st.one_of(st.integers(-3, 3).map(float), st.floats(-3, 3))
"""Few distinct values, so that ties happen, and many, so that they do not."""


def array(values: list[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)


def test_mid_ranks_are_the_published_ones() -> None:
    window = array([1, 2, 2, 3, 5])
    assert mid_rank(window, 2) == pytest.approx(0.4, rel=1e-9)
    assert mid_rank(window, 0) == 0
    assert mid_rank(window, 4) == pytest.approx(0.8, rel=1e-9)
    assert mid_rank(array([1, nan, 3]), 3) == pytest.approx(0.75, rel=1e-9)


@given(st.lists(VALUES, min_size=1, max_size=30), VALUES)
def test_mid_rank_is_the_mean_percentile_of_scipy(window: list[float], value: float) -> None:
    expected = stats.percentileofscore(window, value, kind="mean") / 100
    assert mid_rank(array(window), value) == pytest.approx(expected)
    assert mid_rank(array([*window, nan, nan]), value) == mid_rank(array(window), value)


def test_nothing_known_has_no_rank() -> None:
    assert isnan(mid_rank(array([nan, nan]), 1))
    assert isnan(mid_rank(array([]), 1))
    assert isnan(mid_rank(array([1, 2]), nan))


@given(st.lists(VALUES, min_size=1, max_size=30), VALUES, VALUES)
def test_a_higher_value_never_ranks_lower(window: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert mid_rank(array(window), low) <= mid_rank(array(window), high)


@given(st.lists(VALUES, max_size=30), VALUES)
def test_without_anything_missing_the_range_is_the_rank_itself(past: list[float], value: float) -> None:
    rank = mid_rank(array([*past, value]), value)
    assert mid_rank_range(array(past), array(past), value, value) == (rank, rank)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[float, float]:
    """A value known exactly, as a range, on one side only, or not at all."""
    low, high = sorted((draw(VALUES), draw(VALUES)))
    return draw(st.sampled_from([(low, low), (low, high), (-inf, high), (low, inf), (-inf, inf)]))


@given(st.lists(ranges(), max_size=20), ranges(), st.data())
def test_the_range_holds_the_rank_of_every_completion(
    past: list[tuple[float, float]], now: tuple[float, float], data: st.DataObject
) -> None:
    lows, highs = (array([one[end] for one in past]) for end in (0, 1))
    lowest, highest = mid_rank_range(lows, highs, *now)
    for _ in range(3):
        value = data.draw(completion(now))
        filled = [data.draw(completion(one)) for one in past]
        assert lowest <= mid_rank(array([*filled, value]), value) <= highest
        # what is not known at all may also have stayed unknown: then it is left out of the window
        known = [one for one, bounds in zip(filled, past, strict=True) if bounds != (-inf, inf)]
        assert lowest <= mid_rank(array([*known, value]), value) <= highest


def completion(bounds: tuple[float, float]) -> st.SearchStrategy[float]:
    low, high = max(bounds[0], -9.0), min(bounds[1], 9.0)
    return st.one_of(st.sampled_from([low, high]), st.floats(low, high))


@given(st.lists(ranges(), max_size=12), ranges())
def test_the_ends_of_the_range_are_reached(past: list[tuple[float, float]], now: tuple[float, float]) -> None:
    lows, highs = (array([one[end] for one in past]) for end in (0, 1))
    lowest, highest = mid_rank_range(lows, highs, *now)
    least, most = max(now[0], -99.0), min(now[1], 99.0)
    # an open end reaches beyond everything else there is
    below, above = np.maximum(lows, -100.0), np.minimum(highs, 100.0)
    assert mid_rank(np.append(above, least), least) == lowest
    assert mid_rank(np.append(below, most), most) == highest
