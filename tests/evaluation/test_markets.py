"""How the markets went on after each face: by hand, and what is unknown at the end."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.evaluation.markets import change_ahead, face_markets, volatility_ahead
from barograph.evaluation.record import DRAWS, MEAN_BLOCK, OTHER_BLOCKS
from barograph.risk.faces import Face


def test_volatility_is_that_of_the_ten_sessions_ahead() -> None:
    moves = np.array([0.05, *[0.01, -0.01] * 5, 0.2, 0.0])
    close = 100 * np.exp(np.concatenate(([0.0], np.cumsum(moves))))
    found = volatility_ahead(close)
    assert found[1] == pytest.approx(np.sqrt(252) * 0.01)
    assert found[0] == pytest.approx(np.sqrt(252 * np.mean(moves[:10] ** 2)))
    assert np.isfinite(found[:4]).all()
    assert np.isnan(found[4:]).all()
    assert np.isnan(volatility_ahead(close[:10])).all()


def test_changes_are_over_five_sessions_ahead() -> None:
    close = np.array([100.0, 1, 1, 1, 1, 90, 2, np.nan])
    assert change_ahead(close)[:2].tolist() == pytest.approx([-0.1, 1.0])
    assert np.isnan(change_ahead(close)[2:]).all()
    assert np.isnan(change_ahead(close[:5])).all()


def test_each_face_has_its_own_days_and_no_data_none() -> None:
    close = np.linspace(100, 130, 31)
    shown = np.array([0.0] * 10 + [2.0] * 5 + [np.nan] * 6 + [0.0] * 10)
    calm, watch, red = face_markets(shown, close, 2 * close)
    assert (calm.face, calm.days, calm.share) == (Face.CALM, 20, 0.8)
    assert (red.face, red.days, red.share) == (Face.RISK_OFF, 5, 0.2)
    assert (watch.days, watch.share, watch.stock_volatility, watch.stock_change) == (0, 0.0, None, None)
    assert red.stock_change == pytest.approx(np.mean(5 / close[10:15]))
    assert red.coin_change == red.stock_change


def test_intervals_are_drawn_as_the_specification_says() -> None:
    """Blocks of twice the longest horizon at least, and others to see how much hangs on that."""
    assert MEAN_BLOCK == 30
    assert OTHER_BLOCKS == (15, 60)
    assert DRAWS >= 500
