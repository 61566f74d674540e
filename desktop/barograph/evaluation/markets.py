"""How the markets went on after the days with each face: the faces tell volatility, not direction (SIGNALS 0.2)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from barograph.evaluation.scores import SESSIONS_A_YEAR
from barograph.indicators.volatility import log_returns
from barograph.market.bars import FloatArray
from barograph.risk.faces import Face
from barograph.risk.track_record import FaceMarket

_VOLATILITY_ROWS = 10
_CHANGE_ROWS = 5


def volatility_ahead(close: FloatArray) -> FloatArray:
    """Annualised root mean square of the next ten daily log returns; NaN where one of them is unknown."""
    ahead = np.full(len(close), np.nan)
    if len(close) > _VOLATILITY_ROWS:
        squares = sliding_window_view(log_returns(close) ** 2, _VOLATILITY_ROWS)
        ahead[: len(squares)] = np.sqrt(squares.mean(axis=1) * SESSIONS_A_YEAR)
    return ahead


def change_ahead(close: FloatArray) -> FloatArray:
    """The change over the next five sessions as a share of the price; NaN where it is unknown."""
    ahead = np.full(len(close), np.nan)
    if len(close) > _CHANGE_ROWS:
        ahead[:-_CHANGE_ROWS] = close[_CHANGE_ROWS:] / close[:-_CHANGE_ROWS] - 1
    return ahead


def face_markets(shown: FloatArray, stock: FloatArray, coin: FloatArray) -> tuple[FaceMarket, ...]:
    """For each face that was shown; `shown` are face numbers, NaN for no data."""
    lit = int(np.count_nonzero(~np.isnan(shown)))
    volatility, stock_change, coin_change = volatility_ahead(stock), change_ahead(stock), change_ahead(coin)
    markets = []
    for face in (Face.CALM, Face.WATCH, Face.RISK_OFF):
        rows = shown == face.severity
        days = int(rows.sum())
        markets.append(
            FaceMarket(
                face=face,
                days=days,
                share=days / lit if lit else 0.0,
                stock_volatility=_known(volatility[rows], np.median),
                stock_change=_known(stock_change[rows], np.mean),
                coin_change=_known(coin_change[rows], np.mean),
            )
        )
    return tuple(markets)


def _known(values: FloatArray, measure: Callable[[FloatArray], np.floating]) -> float | None:
    known = values[np.isfinite(values)]
    return float(measure(known)) if len(known) else None
