"""The made-up history of the tests is deterministic, agrees with itself and looks like a market."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.market.bars import check_bars
from barograph.market.calendars import calendar
from barograph.market.instants import label_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.universe_file import load_universe
from tests.history_builder import write_history

UNIVERSE = load_universe()


def built(folder: Path, *, seed: int = 1, sessions: int = 300) -> HistoryFolder:
    return load_folder(write_history(folder, seed=seed, sessions=sessions), UNIVERSE)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (
        built(tmp_path / name, seed=seed, sessions=20) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first.digest == again.digest != other.digest


def test_days_are_sessions_and_coin_trades_every_day(tmp_path: Path) -> None:
    folder = built(tmp_path)
    stocks, coin = folder.bars["SPX"][Interval.DAY_1], folder.bars["BTC"][Interval.DAY_1]
    assert len(stocks) == 300
    np.testing.assert_array_equal(
        stocks.time, calendar("XNYS").session_labels(date(2022, 1, 3), date(2024, 1, 1))[:300]
    )
    np.testing.assert_array_equal(coin.time, np.arange(stocks.time[0], stocks.time[-1] + DAY_NS, DAY_NS))
    for intervals in folder.bars.values():
        for bars in intervals.values():
            check_bars(bars)
            assert (bars.high >= np.maximum(bars.open, bars.close)).all()
            assert (bars.low <= np.minimum(bars.open, bars.close)).all()


def test_prices_move_like_a_market(tmp_path: Path) -> None:
    folder = built(tmp_path)
    moves = {name: np.diff(np.log(bars[Interval.DAY_1].close)) for name, bars in folder.bars.items()}
    assert 0.004 < moves["SPX"].std() < 0.02
    assert 0.015 < moves["BTC"].std() < 0.08
    assert np.corrcoef(moves["SPX"], moves["QQQ"])[0, 1] > 0.7
    assert 5 < folder.bars["VIX"][Interval.DAY_1].close.min() < folder.bars["VIX"][Interval.DAY_1].close.max() < 90


def test_intraday_bars_agree_with_the_day(tmp_path: Path) -> None:
    intervals = (Interval.MIN_15, Interval.HOUR_1)
    write_history(
        tmp_path,
        first=date(2024, 7, 1),
        sessions=4,
        instruments=("SPY", "BTC"),
        intraday={"SPY": intervals, "BTC": intervals},
        intraday_days=3,
        derivatives=True,
    )
    folder = load_folder(tmp_path, UNIVERSE)
    for name, bars in folder.bars.items():
        day, quarter, hour = bars[Interval.DAY_1], bars[Interval.MIN_15], bars[Interval.HOUR_1]
        assert hour.close[-1] == quarter.close[-1] == day.close[-1]
        assert quarter.high.max() <= day.high[-3:].max()
        assert quarter.volume.sum() == hour.volume.sum()
        assert len(quarter) == {"SPY": 2 * 26 + 14, "BTC": 3 * 96}[name]  # 3 July is a half day
    assert folder.bars["SPY"][Interval.HOUR_1].time[0] == label_ns(date(2024, 7, 2)) + 13.5 * 3_600e9
    assert len(folder.funding["BTC"]["binance"].rows.time) == 9
    assert len(folder.open_interest["BTC"]["coinalyze"].rows.time) == 72
    assert len(folder.liquidations["BTC"]["coinalyze"].rows.time) == 144
