"""Prices of stocks and coins at shared instants: what the formulas for one pair say, hour by hour, and what is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.context.shared_grid import SharedGrid, returns
from barograph.indicators.alignment import Prints
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.grids import intraday_grid
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from tests.engine.context.hand_made_hours import FIRST, LAST, coin_bars, grid_of, session_bars
from tests.engine.hand_made import folder, picked
from tests.engine.runs import feed_of
from tests.oracles import intraday_returns

NOW = datetime(2024, 6, 14, 22, tzinfo=UTC)
ES = session_bars("GLOBEX", Interval.HOUR_1, 5_300.0, 1)
SPY = session_bars("XNYS", Interval.HOUR_1, 530.0, 2)
HOUR = Interval.HOUR_1


def moves(grid: SharedGrid, interval: Interval) -> tuple[np.ndarray, np.ndarray]:
    """Ends and returns of the rows in which both markets have one."""
    rows = np.arange(len(grid.end)) if interval is HOUR else np.flatnonzero(grid.four)
    made = returns(grid.price[rows], grid.end[rows], grid.trade_date[rows])
    known = np.isfinite(made).all(axis=1)
    return grid.end[rows][known], made[known]


@pytest.mark.parametrize("interval", [HOUR, Interval.HOUR_4])
def test_returns_are_those_of_the_rule_for_futures(interval: Interval) -> None:
    grid = grid_of(feed_of(folder(intraday_bars={"ES": {HOUR: ES}, "BTC": {HOUR: coin_bars(HOUR)}})), ("ES",))
    grid.build(NOW)
    end, found = moves(grid, interval)
    markets = calendar("GLOBEX"), calendar("CRYPTO")
    first, second = (
        Prints.of(each, market.bar_ends(each.time, HOUR))
        for each, market in zip((ES, coin_bars(HOUR)), markets, strict=True)
    )
    wanted = intraday_returns(first, second, intraday_grid(markets[0], FIRST, LAST, interval))
    assert len(wanted) > 100
    assert end.tolist() == wanted.end.tolist()
    assert np.array_equal(found, np.column_stack((wanted.x, wanted.y)))


def test_the_fund_needs_a_coin_at_half_past() -> None:
    """Bars of the coin that end on the hour give no return with those of the fund (Rule B)."""
    hourly = {"SPY": {HOUR: SPY}, "BTC": {HOUR: coin_bars(HOUR)}}
    quarter = {"SPY": {HOUR: SPY}, "BTC": {Interval.MIN_15: coin_bars(Interval.MIN_15)}}
    counts = []
    for recorded in (hourly, quarter):
        grid = grid_of(feed_of(folder(intraday_bars=recorded)), ("SPY",))
        grid.build(NOW)
        counts.append(len(moves(grid, HOUR)[0]))
    assert counts[0] == 0
    assert counts[1] > 100


def test_an_hour_stands_in_only_where_no_shorter_bar_was_held() -> None:
    """Of an hour whose last five-minute bar is missing the price at its end is not known, whatever the hour says."""
    fine = coin_bars(Interval.MIN_5)
    gone = to_ns(datetime(2024, 6, 12, 14, 55, tzinfo=UTC))
    lacking = picked(fine, np.flatnonzero(fine.time != gone))
    from_noon = picked(lacking, np.flatnonzero(lacking.time >= to_ns(datetime(2024, 6, 12, 12, tzinfo=UTC))))
    recorded = {"ES": {HOUR: ES}, "BTC": {Interval.MIN_5: from_noon, HOUR: coin_bars(HOUR)}}
    grid = grid_of(feed_of(folder(intraday_bars=recorded)), ("ES",))
    grid.build(NOW)
    price = dict(zip(grid.end.tolist(), grid.column("BTC").tolist(), strict=True))
    at = to_ns(datetime(2024, 6, 12, 15, tzinfo=UTC))
    assert np.isnan(price[at])
    assert all(np.isfinite(price[at + hours * HOUR.ns]) for hours in (-5, -2, -1, 1, 2))


def test_a_halted_future_has_no_price_while_the_coin_trades() -> None:
    """A bar without a trade that did not move is no trade (Rule A 5)."""
    close, volume = ES.close.copy(), ES.volume.copy()
    row = int(np.searchsorted(ES.time, to_ns(datetime(2024, 6, 12, 14, tzinfo=UTC))))
    close[row], volume[row] = close[row - 1], 0.0
    still = replace(ES, open=close, high=close, low=close, close=close, volume=volume)
    grid = grid_of(feed_of(folder(intraday_bars={"ES": {HOUR: still}, "BTC": {HOUR: coin_bars(HOUR)}})), ("ES",))
    grid.build(NOW)
    price = dict(zip(grid.end.tolist(), grid.column("ES").tolist(), strict=True))
    assert np.isnan(price[int(ES.time[row]) + HOUR.ns])


def test_hour_by_hour_is_the_same_as_all_at_once() -> None:
    feed = feed_of(folder(intraday_bars={"ES": {HOUR: ES}, "BTC": {HOUR: coin_bars(HOUR)}}))
    step_by_step, at_once = grid_of(feed, ("ES",)), grid_of(feed, ("ES",))
    now = datetime(2024, 6, 7, 12, 30, tzinfo=UTC)
    changes = 0
    while now <= NOW:
        changes += step_by_step.advance(now)
        now += timedelta(hours=1)
    at_once.build(now - timedelta(hours=1))
    assert changes > 100
    for name in ("end", "trade_date", "four", "price"):
        assert np.array_equal(getattr(step_by_step, name), getattr(at_once, name), equal_nan=name == "price")


def test_what_comes_late_is_taken_in() -> None:
    """A vendor that is an hour behind: the row is there without a price, and has one an hour later."""
    coin = coin_bars(HOUR)
    whole = feed_of(folder(intraday_bars={"ES": {HOUR: ES}, "BTC": {HOUR: coin}}))
    cut = to_ns(NOW - timedelta(days=1, hours=3))
    short = feed_of(folder(intraday_bars={"ES": {HOUR: _until(ES, cut)}, "BTC": {HOUR: coin}}))
    grid = grid_of(short, ("ES",))
    grid.build(NOW)
    assert np.isnan(grid.column("ES")[-1])
    grid._feed = whole
    assert grid.advance(NOW)
    assert np.isfinite(grid.column("ES")[-1])
    assert not grid.advance(NOW)


def _until(found: Bars, last_ns: int) -> Bars:
    return found[: int(np.searchsorted(found.time, last_ns))]
