"""The price scale: at most six round prices, a range that holds still, and prices as a trader writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.gui.charts.price_scale import TICKS_MOST, price_ticks, settle_range, tag_text

prices = st.floats(0.0001, 1e6)


@given(prices, st.floats(1e-9, 10), st.floats(10, 2_000), st.integers(0, 8))
def test_at_most_six_ticks_inside_the_range_and_apart(low: float, share: float, height: float, decimals: int) -> None:
    high = low * (1 + share)
    ticks = price_ticks(low, high, height, 24.0, decimals)
    assert len(ticks.prices) <= TICKS_MOST
    tolerance = 1e-9 * high
    assert all(low - tolerance <= price <= high + tolerance for price in ticks.prices)
    assert len(set(ticks.labels)) == len(ticks.labels) == len(ticks.prices)
    assert all(len(label.partition(".")[2]) <= decimals for label in ticks.labels)
    for first, second in zip(ticks.prices, ticks.prices[1:], strict=False):
        assert (second - first) / (high - low) * height >= 24.0 - 1e-6


@pytest.mark.parametrize(
    ("low", "high", "decimals", "expected"),
    [
        (4.118, 4.166, 3, ("4.12", "4.13", "4.14", "4.15", "4.16")),
        (5_470, 5_890, 2, ("5,500", "5,600", "5,700", "5,800")),
        (-4, 104, 0, ("0", "20", "40", "60", "80", "100")),
    ],
)
def test_ticks_are_round(low: float, high: float, decimals: int, expected: tuple[str, ...]) -> None:
    assert price_ticks(low, high, 220, 24, decimals).labels == expected


@given(prices, st.floats(1e-6, 1), st.floats(0, 1), st.floats(0.51, 1))
def test_the_range_holds_still_while_the_bars_stay_inside_and_fill_it(
    low: float, share: float, shift: float, part: float
) -> None:
    high = low * (1 + share)
    shown = settle_range(None, low, high)
    assert shown[0] < low
    assert high < shown[1]
    span = (shown[1] - shown[0]) * part
    inside = shown[0] + (shown[1] - shown[0] - span) * shift
    assert settle_range(shown, inside, min(inside + span * 1.0000001, shown[1])) == shown
    assert settle_range(shown, low, shown[1] + span) != shown
    assert settle_range(shown, low, low + span * 0.1) != shown


def test_a_market_that_does_not_move_has_a_range() -> None:
    low, high = settle_range(None, 100.0, 100.0)
    assert low < 100.0 < high
    low, high = settle_range(None, 0.0, 0.0)
    assert low < 0.0 < high


def test_prices_as_text() -> None:
    assert tag_text(67_123.456, 2) == "67,123.46"
    assert tag_text(123_456.78, 2) == "123,456.8"
    assert tag_text(4.213, 3) == "4.213"
