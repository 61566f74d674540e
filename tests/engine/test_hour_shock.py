"""The intraday shock: both legs at three of their usual hours, by what ended before, and what is not known of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.hour_returns import HourReturns
from barograph.engine.hour_shock import HourShock
from barograph.engine.price_lines import PriceLine
from barograph.engine.tape import Tape
from barograph.market.bars import Bars, FloatArray
from barograph.market.calendars import calendar
from barograph.market.grids import intraday_grid
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.risk.features import Shock
from tests.engine.context.hand_made_hours import FIRST, LAST, coin_bars, session_bars
from tests.engine.hand_made import folder, picked
from tests.engine.runs import RULES, UNIVERSE, feed_of

HOUR = Interval.HOUR_1
AT = datetime(2024, 6, 13, 15, tzinfo=UTC)
"""Eleven in the morning in New York."""
ES, BTC = session_bars("GLOBEX", HOUR, 5_300.0, 1), coin_bars(HOUR)
QUIET, FIRED = Shock(fired=False, possible=False), Shock(fired=True, possible=True)


def row_of(bars: Bars, end: datetime) -> int:
    """The hourly bar that ends at an instant."""
    return int(np.searchsorted(bars.time, to_ns(end) - HOUR.ns))


def usual(bars: Bars, name: str) -> float:
    """The root of the weighted mean square of the hours that ended before the last 60 minutes, half-life 120 of them:
    by the definition, hour by hour along the future's trade dates.
    """
    grid = intraday_grid(calendar("GLOBEX"), FIRST, LAST, HOUR)
    ends = calendar(name).bar_ends(bars.time, HOUR)
    price = dict(zip(ends.tolist(), np.log(bars.close).tolist(), strict=True))
    moves = [
        price[int(end)] - price[int(before)]
        for before, end, first, second in zip(
            grid.end[:-1], grid.end[1:], grid.trade_date[:-1], grid.trade_date[1:], strict=True
        )
        if first == second and BTC.time[0] < before and end <= to_ns(AT) - HOUR.ns
    ]
    weight = 0.5 ** (np.arange(len(moves) - 1, -1, -1.0) / 120)
    return float(np.sqrt(np.sum(weight * np.square(moves)) / np.sum(weight)))


def fallen(bars: Bars, name: str, sigmas: float, end: datetime = AT) -> Bars:
    """With a last hour that falls by so many usual ones; the bars after it are gone."""
    row = row_of(bars, end)
    close: FloatArray = bars.close[: row + 1].copy()
    close[row] = close[row - 1] * np.exp(-sigmas * usual(bars, name))
    cut = picked(bars, np.arange(row + 1))
    return replace(cut, close=close, low=np.minimum(cut.low, close), high=np.maximum(cut.high, close))


def shock_of(stock: Bars, coin: Bars, at: datetime = AT) -> Shock:
    """What is found at an instant of these bars."""
    feed = feed_of(folder(intraday_bars={"ES": {HOUR: stock}, "BTC": {HOUR: coin}}))
    tape = Tape(feed, UNIVERSE, calendar)
    lines = {name: PriceLine(tape, name) for name in ("ES", "BTC")}
    hours = HourReturns(tape, "ES", "BTC")
    for line in lines.values():
        line.update(at)
    hours.update(at)
    return HourShock(lines, hours, RULES).at(to_ns(at))


@pytest.mark.parametrize(
    ("stock", "coin", "found"),
    [
        (3.01, 3.01, FIRED),
        (2.99, 3.01, QUIET),
        (3.01, 2.99, QUIET),
        (-3.5, 3.5, QUIET),
        (3.5, -3.5, QUIET),
        (9.0, 9.0, FIRED),
    ],
)
def test_both_fall_by_three_of_their_usual_hours(stock: float, coin: float, found: Shock) -> None:
    assert shock_of(fallen(ES, "GLOBEX", stock), fallen(BTC, "CRYPTO", coin)) == found


def test_the_hour_itself_is_no_part_of_what_is_usual() -> None:
    """Nine usual hours would otherwise make themselves a little more usual; so would a wild hour right after."""
    stock, coin = fallen(ES, "GLOBEX", 3.01), fallen(BTC, "CRYPTO", 3.01)

    def wilder(bars: Bars) -> Bars:
        close = bars.close.copy()
        close[row_of(bars, AT) - 1] *= 0.9
        return replace(bars, close=close)

    assert shock_of(stock, coin) == FIRED
    assert shock_of(wilder(stock), wilder(coin)) == QUIET  # an hour before it lies in what is usual


@pytest.mark.parametrize("fall", [3.01, 0.0])
def test_a_leg_that_is_not_known_could_have_fallen(fall: float) -> None:
    """Unless the other one did not."""
    whole = fallen(BTC, "CRYPTO", 3.01)
    lost = picked(whole, np.arange(len(whole) - 1))
    assert shock_of(fallen(ES, "GLOBEX", fall), lost) == Shock(fired=False, possible=fall > 0)


def test_a_future_of_hours_is_asked_on_the_hour_only() -> None:
    stock, coin = fallen(ES, "GLOBEX", 3.01), fallen(BTC, "CRYPTO", 3.01)
    assert shock_of(stock, coin, AT + timedelta(minutes=5)) == QUIET


def test_without_46_hours_nobody_knows_what_is_usual() -> None:
    stock, coin = fallen(ES, "GLOBEX", 9.0), fallen(BTC, "CRYPTO", 9.0)
    for kept, found in ((44, QUIET), (60, FIRED)):
        short = picked(stock, np.arange(len(stock) - kept, len(stock)))
        assert shock_of(short, coin) == found
