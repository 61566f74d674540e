"""Events: days before a joint fall of stocks and crypto, and the episodes that they make (SIGNALS 11.2, 11.3)."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from barograph.indicators.volatility import log_returns, minimum_bars
from barograph.market.bars import FloatArray
from barograph.risk.track_record import JointEvent

J5 = JointEvent("J5", 5, 0.02, 0.06)
J10 = JointEvent("J10", 10, 0.04, 0.12)
VS5 = JointEvent("VS5", 5, 1.0, 1.0, scaled=True)
"""Falls of one usual move of each market, so that times of high volatility are not events by themselves."""
EVENTS = (J5, J10, VS5)
_SIGMA_ROWS = 60


def worst_ahead(close: FloatArray, sessions: int) -> FloatArray:
    """The lowest of the next `sessions` closes over today's, minus 1.

    NaN on the last `sessions` rows, whatever has happened by then, and where one of these closes is unknown.
    """
    worst = np.full(len(close), np.nan)
    rows = len(close) - sessions
    if rows > 0:
        worst[:rows] = sliding_window_view(close[1:], sessions).min(axis=1) / close[:rows] - 1
    return worst


def worst_behind(close: FloatArray, sessions: int) -> FloatArray:
    """Today's close over the highest of the `sessions` closes before, minus 1; NaN where one is unknown."""
    worst = np.full(len(close), np.nan)
    if len(close) > sessions:
        worst[sessions:] = close[sessions:] / sliding_window_view(close[:-1], sessions).max(axis=1) - 1
    return worst


def usual_move(close: FloatArray, sessions: int) -> FloatArray:
    """The standard deviation of the last 60 daily log returns (45 known at least) times the root of `sessions`.

    NaN where nothing moved: then there is no fall that is unusual.
    """
    move = np.full(len(close), np.nan)
    if len(close) <= _SIGMA_ROWS:
        return move
    windows = sliding_window_view(log_returns(close), _SIGMA_ROWS)
    known = np.isfinite(windows)
    count = known.sum(axis=1)
    enough = count >= minimum_bars(_SIGMA_ROWS)
    held = np.where(known, windows, 0.0)
    mean = held.sum(axis=1) / np.maximum(count, 1)
    squares = np.where(known, (windows - mean[:, None]) ** 2, 0.0).sum(axis=1)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    move[_SIGMA_ROWS:] = np.where(enough & (deviation > 0), deviation * sqrt(sessions), np.nan)
    return move


def event_days(event: JointEvent, stock: FloatArray, coin: FloatArray) -> FloatArray:
    """1 on days within whose horizon both markets fall as far as the event says, 0 on others, NaN where unknown.

    `stock` and `coin` are closes, one per session. The last `horizon` days are unknown.
    """
    falls = (worst_ahead(stock, event.horizon), worst_ahead(coin, event.horizon))
    return _joint(falls, _limits(event, stock, coin))


def fallen_days(event: JointEvent, stock: FloatArray, coin: FloatArray) -> FloatArray:
    """The event seen from its other end: 1 on days on which both have so fallen from a close within the horizon.

    What a meter of the present should tell; not to be mixed with a forecast.
    """
    falls = (worst_behind(stock, event.horizon), worst_behind(coin, event.horizon))
    return _joint(falls, _limits(event, stock, coin))


def _limits(event: JointEvent, stock: FloatArray, coin: FloatArray) -> tuple[FloatArray, FloatArray]:
    if event.scaled:
        moves = usual_move(stock, event.horizon), usual_move(coin, event.horizon)
        return event.stock_fall * moves[0], event.coin_fall * moves[1]
    return np.full(len(stock), event.stock_fall), np.full(len(coin), event.coin_fall)


def _joint(falls: tuple[FloatArray, FloatArray], limits: tuple[FloatArray, FloatArray]) -> FloatArray:
    unknown = np.isnan(falls[0] + falls[1] + limits[0] + limits[1])
    both = (falls[0] <= -limits[0]) & (falls[1] <= -limits[1])
    return np.where(unknown, np.nan, both.astype(np.float64))


def episodes(days: FloatArray, horizon: int) -> list[tuple[int, int]]:
    """First and last row of each episode: event days at most `horizon` rows apart belong to one."""
    rows = np.flatnonzero(days == 1)
    if not rows.size:
        return []
    breaks = np.flatnonzero(np.diff(rows) > horizon)
    firsts = np.append(rows[0], rows[breaks + 1])
    lasts = np.append(rows[breaks], rows[-1])
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def complete_at(event: JointEvent, stock: FloatArray, coin: FloatArray, row: int) -> int | None:
    """The row at which the joint fall of the event day `row` was complete; None where `row` is no event day."""
    limits = _limits(event, stock, coin)
    reached = []
    for close, limit in zip((stock, coin), limits, strict=True):
        ahead = close[row + 1 : row + 1 + event.horizon] / close[row] - 1
        below = np.flatnonzero(ahead <= -limit[row])
        if not below.size:
            return None
        reached.append(row + 1 + int(below[0]))
    return max(reached)
