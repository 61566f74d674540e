"""Aligned correlations of summer 2024 against Hayashi and Yoshida's estimator on the same days' short bars."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from barograph.indicators.alignment import Covariation, Prints, hayashi_yoshida
from barograph.market.calendars import calendar
from barograph.market.grids import Grid, intraday_grid
from barograph.market.intervals import SECOND_NS, Interval
from tests.indicators.recorded import bars
from tests.oracles import PairedReturns, intraday_returns

STOCKS, GLOBEX, CRYPTO = calendar("XNYS"), calendar("GLOBEX"), calendar("CRYPTO")
BAND = 0.06
"""How far an hourly correlation of four weeks may lie from the estimator on five minutes; measured: 0.034."""
HALF_HOUR_NS = 1_800 * SECOND_NS


def prints(history_folder: Path, instrument: str, interval: Interval) -> Prints:
    it = {"BTC": CRYPTO, "ES": GLOBEX}.get(instrument, STOCKS)
    found = bars(history_folder / "2024-08", instrument, interval)
    return Prints.of(found, it.bar_ends(found.time, interval))


def rho(pairs: PairedReturns) -> float:
    return float(np.sum(pairs.x * pairs.y) / np.sqrt(np.sum(pairs.x**2) * np.sum(pairs.y**2)))


def by_session(x: Prints, y: Prints, grid: Grid) -> Covariation:
    """The estimator inside each session only, added up."""
    total = Covariation(0.0, 0.0, 0.0)
    for label in np.unique(grid.trade_date):
        ends = grid.end[grid.trade_date == label]
        parts = ((one.end >= ends[0]) & (one.end <= ends[-1]) for one in (x, y))
        (tx, px), (ty, py) = ((one.end[part], one.price[part]) for one, part in zip((x, y), parts, strict=True))
        total += hayashi_yoshida(tx, px, ty, py)
    return total


def test_hourly_correlation_of_the_cash_market_is_that_of_five_minutes(history_folder: Path) -> None:
    grid = intraday_grid(STOCKS, date(2024, 7, 22), date(2024, 8, 16), Interval.HOUR_1)
    five = intraday_grid(STOCKS, date(2024, 7, 22), date(2024, 8, 16), Interval.MIN_5)
    minutes, btc = prints(history_folder, "SPY", Interval.MIN_1), prints(history_folder, "BTC", Interval.MIN_5)
    spy = Prints(five.end, minutes.at(five.end))
    check = by_session(spy, btc, grid).rho
    pairs = intraday_returns(minutes, btc, grid)
    assert len(pairs) == 120  # 20 sessions of six returns
    assert rho(pairs) == pytest.approx(check, abs=BAND)
    assert rho(intraday_returns(prints(history_folder, "SPY", Interval.HOUR_1), btc, grid)) == pytest.approx(
        rho(pairs), abs=0.005
    )


def test_hourly_correlation_of_the_futures_is_that_of_overlapping_intervals(history_folder: Path) -> None:
    es, btc = prints(history_folder, "ES", Interval.HOUR_1), prints(history_folder, "BTC", Interval.MIN_5)
    grid = intraday_grid(GLOBEX, date(2024, 7, 22), date(2024, 8, 23), Interval.HOUR_1)
    pairs = intraday_returns(es, btc, grid)
    assert len(pairs) > 0.95 * 22 * 25
    assert rho(pairs) == pytest.approx(by_session(es, btc, grid).rho, abs=0.01)
    four = intraday_grid(GLOBEX, date(2024, 7, 22), date(2024, 8, 23), Interval.HOUR_4)
    assert rho(intraday_returns(es, btc, four)) == pytest.approx(rho(pairs), abs=BAND)
    # half an hour off loses more than half of it, which is what alignment is for
    late = Prints(btc.end + HALF_HOUR_NS, btc.price)
    assert rho(intraday_returns(es, late, grid)) < 0.6 * rho(pairs)


def test_the_weekend_before_5_august_is_no_return(history_folder: Path) -> None:
    es, btc = prints(history_folder, "ES", Interval.HOUR_1), prints(history_folder, "BTC", Interval.MIN_5)
    grid = intraday_grid(GLOBEX, date(2024, 8, 2), date(2024, 8, 5), Interval.HOUR_1)
    pairs = intraday_returns(es, btc, grid)
    assert len(pairs) == 44
    assert (pairs.hours == 1).all()
