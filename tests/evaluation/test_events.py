"""Events and episodes: which days come before a joint fall, which are unknown, and which belong together."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.evaluation.events import (
    EVENTS,
    J5,
    J10,
    VS5,
    complete_at,
    episodes,
    event_days,
    fallen_days,
    usual_move,
    worst_ahead,
    worst_behind,
)
from barograph.indicators.volatility import log_returns
from barograph.market.bars import FloatArray
from barograph.risk.track_record import JointEvent

STOCK = np.array([100, 99, 97.5, 98, 101, 102])
COIN = np.array([100.0, 97, 93, 95, 99, 98])
THREE = JointEvent("J3", 3, 0.02, 0.06)


def markets(seed: int, rows: int = 400) -> tuple[FloatArray, FloatArray]:
    """Closes of two markets that often fall together."""
    rng = np.random.default_rng(seed)
    shared = rng.standard_t(4, rows)
    stock = 100 * np.exp(np.cumsum(0.009 * shared + 0.004 * rng.normal(size=rows)))
    coin = 1_000 * np.exp(np.cumsum(0.025 * shared + 0.015 * rng.normal(size=rows)))
    return stock, coin


def test_the_events_are_those_of_the_specification() -> None:
    assert (
        JointEvent("J5", 5, stock_fall=0.02, coin_fall=0.06),
        JointEvent("J10", 10, stock_fall=0.04, coin_fall=0.12),
        JointEvent("VS5", 5, stock_fall=1.0, coin_fall=1.0, scaled=True),
    ) == EVENTS


def test_the_golden_event_days() -> None:
    days = event_days(THREE, STOCK, COIN)
    assert days[:3].tolist() == [1, 0, 0]
    assert np.isnan(days[3:]).all()


def test_the_golden_numbers_are_the_published_ones(golden: dict[str, dict[str, object]]) -> None:
    event = golden["event"]
    assert (event["spx"], event["btc"], event["h"]) == (STOCK.tolist(), COIN.tolist(), THREE.horizon)
    assert event["out"] == [1, 0, 0, None, None, None]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_day_by_day_it_is_what_the_words_say(event: JointEvent, seed: int) -> None:
    stock, coin = markets(seed)
    days = event_days(event, stock, coin)
    h = event.horizon
    for row in range(len(stock)):
        limits = (event.stock_fall, event.coin_fall)
        if event.scaled:
            if row < 60:
                assert np.isnan(days[row])
                continue
            spread = [np.std(log_returns(close[row - 60 : row + 1]), ddof=1) for close in (stock, coin)]
            limits = (float(spread[0]) * h**0.5, float(spread[1]) * h**0.5)
        if row + h >= len(stock):
            assert np.isnan(days[row])
            continue
        fell = [
            any(close[row + k] / close[row] - 1 <= -limit for k in range(1, h + 1))
            for close, limit in zip((stock, coin), limits, strict=True)
        ]
        assert days[row] == all(fell)
    assert 0 < np.nansum(days) < len(days)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
def test_cutting_off_the_future_only_makes_the_last_days_unknown(event: JointEvent) -> None:
    stock, coin = markets(4)
    whole = event_days(event, stock, coin)
    for end in (70, 200, 399):
        cut = event_days(event, stock[:end], coin[:end])
        known = end - event.horizon
        assert np.array_equal(cut[:known], whole[:known], equal_nan=True)
        assert np.isnan(cut[known:]).all()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
def test_a_fall_that_has_happened_is_told_from_the_past_alone(event: JointEvent) -> None:
    stock, coin = markets(5)
    whole = fallen_days(event, stock, coin)
    assert np.nansum(whole) > 0
    for end in (70, 200, 399):
        assert np.array_equal(fallen_days(event, stock[:end], coin[:end]), whole[:end], equal_nan=True)


def test_a_fall_is_seen_from_its_end() -> None:
    fallen = fallen_days(THREE, STOCK, COIN)
    assert np.isnan(fallen[:3]).all()
    assert fallen[3:].tolist() == [0, 0, 0]  # the stock is at 98 of 100, the coin at 95 of 100
    assert fallen_days(JointEvent("x", 3, 0.02, 0.05), STOCK, COIN)[3:].tolist() == [1, 0, 0]


def test_the_worst_ahead_and_behind_by_hand() -> None:
    close = np.array([10.0, 8, 9, 12])
    assert worst_ahead(close, 2)[:2] == pytest.approx([-0.2, 0.125])
    assert np.isnan(worst_ahead(close, 2)[2:]).all()
    assert worst_behind(close, 2)[2:] == pytest.approx([-0.1, 1 / 3])
    assert np.isnan(worst_behind(close, 2)[:2]).all()


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_too_few_sessions_leave_everything_unknown(rows: int) -> None:
    stock = np.full(rows, 100.0)
    for event in EVENTS:
        assert np.isnan(event_days(event, stock, stock)).all()
        assert len(event_days(event, stock, stock)) == rows
        assert np.isnan(fallen_days(event, stock, stock)).all()


def test_a_missing_close_makes_its_days_unknown_and_no_others() -> None:
    stock, coin = markets(6)
    whole = event_days(J5, stock, coin)
    coin = coin.copy()
    coin[100] = np.nan
    holed = event_days(J5, stock, coin)
    hidden = np.arange(95, 101)
    assert np.isnan(holed[hidden]).all()
    rest = np.delete(np.arange(len(whole)), hidden)
    assert np.array_equal(holed[rest], whole[rest], equal_nan=True)


def test_the_usual_move_does_without_a_few_closes_but_not_without_many() -> None:
    stock, _ = markets(7)
    holed = stock.copy()
    holed[200:206] = np.nan  # seven returns are unknown
    known = log_returns(holed[160:221])
    known = known[np.isfinite(known)]
    assert usual_move(holed, 5)[220] == pytest.approx(np.std(known, ddof=1) * 5**0.5)
    holed[200:215] = np.nan
    assert np.isnan(usual_move(holed, 5)[220])


def test_prices_on_another_scale_make_the_same_events() -> None:
    stock, coin = markets(8)
    for event in (J10, VS5):
        assert np.array_equal(
            event_days(event, stock, coin), event_days(event, 64 * stock, coin / 1_024), equal_nan=True
        )


@pytest.mark.parametrize(
    ("days", "horizon", "found"),
    [
        ([0, 0, 0], 5, []),
        ([1], 5, [(0, 0)]),
        ([1, 0, 0, 1], 3, [(0, 3)]),
        ([1, 0, 0, 0, 1], 3, [(0, 0), (4, 4)]),
        ([np.nan, 1, 1, np.nan, 1, 0, 0, 0, 0, 1, np.nan], 2, [(1, 4), (9, 9)]),
    ],
)
def test_episodes(days: list[float], horizon: int, found: list[tuple[int, int]]) -> None:
    assert episodes(np.array(days, np.float64), horizon) == found


@given(st.lists(st.sampled_from([0.0, 1.0, float("nan")]), max_size=60), st.integers(1, 10))
def test_episodes_hold_every_event_day_once_and_lie_more_than_a_horizon_apart(days: list[float], horizon: int) -> None:
    values = np.array(days, np.float64)
    found = episodes(values, horizon)
    inside = [row for first, last in found for row in range(first, last + 1)]
    assert len(inside) == len(set(inside))
    assert set(np.flatnonzero(values == 1)) <= set(inside)
    assert all(values[first] == 1 and values[last] == 1 for first, last in found)
    assert all(after[0] - before[1] > horizon for before, after in pairwise(found))
    for first, last in found:
        rows = np.flatnonzero(values[first : last + 1] == 1)
        assert (np.diff(rows) <= horizon).all()


def test_when_a_fall_is_complete() -> None:
    assert complete_at(THREE, STOCK, COIN, 0) == 2  # both on the second day
    late = np.array([100.0, 99, 99, 93, 95, 99])
    assert complete_at(THREE, STOCK, late, 0) == 3  # the coin a day after the stock
    assert complete_at(THREE, STOCK, COIN, 1) is None


@pytest.fixture(scope="module")
def golden(history_folder: Path) -> dict[str, dict[str, object]]:
    path = history_folder.parent / "golden" / "signals.json"
    if not path.is_file():
        pytest.skip(f"no golden numbers at {path}")
    content: dict[str, dict[str, object]] = json.loads(path.read_text("utf-8"))
    return content
