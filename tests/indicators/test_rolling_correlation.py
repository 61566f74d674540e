"""The rolling correlation against the one that is reckoned anew at every row."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.indicators.correlation import effective_sample, ewma_correlation, fisher_band
from barograph.indicators.rolling_correlation import rolling_band, rolling_ewma
from barograph.market.bars import FloatArray

LAM = 0.94


def made_up(rows: int, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """Two related series with holes."""
    dice = np.random.default_rng(seed)
    x = dice.normal(0, 0.01, rows)
    y = 0.5 * x + dice.normal(0, 0.02, rows)
    x[dice.random(rows) < 0.05] = np.nan
    y[dice.random(rows) < 0.05] = np.nan
    return x, y


@pytest.mark.parametrize("lam", [0.94, 0.971531941153606, 0.5])
def test_every_row_is_the_correlation_of_the_rows_up_to_it(lam: float) -> None:
    x, y = made_up(400)
    rolled = rolling_ewma(x, y, lam, minimum=30)
    for row in range(400):
        both = np.isfinite(x[: row + 1]) & np.isfinite(y[: row + 1])
        assert rolled.count[row] == both.sum()
        if not both[-1] or both.sum() < 30:
            assert np.isnan(rolled.rho[row])
        else:
            assert rolled.rho[row] == pytest.approx(ewma_correlation(x[: row + 1], y[: row + 1], lam), abs=1e-12)


def test_a_million_bars_of_a_high_price_do_not_drift() -> None:
    dice = np.random.default_rng(3)
    price = 1e5 + np.cumsum(dice.normal(0, 1, 1_000_001))
    x = np.diff(np.log(price))
    y = x + dice.normal(0, 1e-5, 1_000_000)
    rolled = rolling_ewma(x, y, LAM)
    assert rolled.rho[-1] == pytest.approx(ewma_correlation(x[-1_000:], y[-1_000:], LAM), abs=1e-9)


def test_what_does_not_move_has_no_correlation() -> None:
    x, _y = made_up(100)
    assert np.isnan(rolling_ewma(x, np.zeros(100), LAM).rho).all()


def test_the_variance_is_the_weighted_mean_square() -> None:
    x = np.array([0.01, -0.02, 0.03, 0.01])
    rolled = rolling_ewma(x, x, LAM, minimum=2)
    weight = LAM ** np.arange(3, -1, -1.0)
    assert np.isnan(rolled.variance[0])
    assert rolled.variance[-1] == pytest.approx(float(np.sum(weight * x * x) / np.sum(weight)), rel=1e-12)


def test_the_band_is_that_of_one_value() -> None:
    rho, count = np.array([0.3, 0.7, np.nan, 0.5]), np.array([400, 400, 400, 9])
    low, high = rolling_band(rho, count, LAM)
    for place in (0, 1):
        assert (low[place], high[place]) == pytest.approx(fisher_band(float(rho[place]), effective_sample(LAM)))
    assert np.isnan(low[2:]).all()
    assert np.isnan(high[2:]).all()
