"""The simulated instruments: where each stands at the start, what it is made of, how it trades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

import numpy as np

from barograph.feeds.simulated.factors import FACTOR_COUNT, Factor, FactorPath
from barograph.market.bars import FloatArray


@dataclass(frozen=True, slots=True)
class Asset:
    """One instrument made of factors.

    `price` at trend's zero in its own unit, `loadings` on the factors (a `rate` moves by basis points, all others
    in logs), `tick` the smallest step of its price, `volume` of an ordinary day (NaN: none is published).
    """

    id: str
    price: float
    loadings: Mapping[Factor, float]
    tick: float = 0.01
    volume: float = nan
    rate: bool = field(default=False)


_NDX = {Factor.SPX: 1.15, Factor.TECH: 1.0}
_SEMIS = {Factor.SPX: 1.35, Factor.TECH: 0.9, Factor.SEMIS: 1.0}
_BOND = -1e-4

ASSETS = (
    Asset("US10Y", 4.12, {Factor.Y10: 1.0}, 0.001, rate=True),
    Asset("DXY", 98.4, {Factor.DOLLAR: 1.0}),
    Asset("ES", 6932.0, {Factor.SPX: 1.0}, 0.25, 1.5e6),
    Asset("NQ", 25_480.0, _NDX, 0.25, 6.0e5),
    Asset("SPX", 6904.0, {Factor.SPX: 1.0}),
    Asset("NDX", 25_370.0, _NDX),
    Asset("SPY", 688.2, {Factor.SPX: 1.0}, 0.01, 7.0e7),
    Asset("QQQ", 617.4, _NDX, 0.01, 4.5e7),
    Asset("IWM", 252.6, {Factor.SPX: 1.1, Factor.SMALL: 1.0}, 0.01, 3.0e7),
    Asset("RSP", 194.3, {Factor.SPX: 0.88, Factor.EQUAL: 1.0}, 0.01, 1.2e7),
    Asset("SMH", 372.8, _SEMIS, 0.01, 8.0e6),
    Asset("SOXX", 311.5, {**_SEMIS, Factor.SEMIS: 1.06}, 0.01, 5.0e6),
    Asset("IGV", 108.6, {Factor.SPX: 1.15, Factor.TECH: 0.8, Factor.SOFTWARE: 1.0}, 0.01, 6.0e6),
    Asset("HYG", 80.9, {Factor.SPX: 0.22, Factor.CREDIT: 1.0, Factor.Y10: 1.5 * _BOND}, 0.01, 4.0e7),
    Asset("LQD", 110.7, {Factor.SPX: 0.03, Factor.CREDIT: 0.5, Factor.Y10: 8.0 * _BOND}, 0.01, 2.5e7),
    Asset("TLT", 88.3, {Factor.Y10: 15.5 * _BOND}, 0.01, 3.5e7),
    Asset("GLD", 405.0, {Factor.GOLD: 1.0}, 0.01, 9.0e6),
    Asset("UUP", 27.1, {Factor.DOLLAR: 0.97}, 0.01, 1.5e6),
)
"""All but the volatility indices and the coins, which have models of their own."""
COIN_PRICE = {"BTC": 95_200.0, "ETH": 3_310.0}
COIN_TICK = {"BTC": 0.1, "ETH": 0.01}
INSTRUMENTS = (
    *(asset.id for asset in ASSETS[:6]), "VIX", "VIX3M", *(asset.id for asset in ASSETS[6:]), *COIN_PRICE
)  # fmt: skip
"""Ids of everything with intraday bars."""
FIXINGS = ("DGS10", "DGS2", "DFII10", "DFF", "FED_TARGET_UPPER")

_LOADINGS = np.zeros((len(ASSETS), FACTOR_COUNT))
for _row, _asset in enumerate(ASSETS):
    for _factor, _loading in _asset.loadings.items():
        _LOADINGS[_row, _factor] = _loading
_RATE = np.array([asset.rate for asset in ASSETS])
_PRICE = np.array([asset.price for asset in ASSETS])


def scores(level: FloatArray) -> FloatArray:
    """What the factors `level` (n, factors) make of each asset: (n, assets), logs or basis points."""
    made: FloatArray = level @ _LOADINGS.T
    return made


def score_sd(path: FactorPath) -> FloatArray:
    """Standard deviation of each step of `scores`, taking the factors for independent: (n, assets)."""
    made: FloatArray = np.sqrt(path.sd**2 @ (_LOADINGS**2).T)
    return made


def prices(score: FloatArray) -> FloatArray:
    """Prices where the assets' scores (..., assets) have moved by `score` from the point at which `Asset.price`
    holds. A yield stops at 0.05.
    """
    logs = np.where(_RATE, 0.0, score)
    made: FloatArray = np.where(_RATE, np.maximum(_PRICE + score / 100, 0.05), _PRICE * np.exp(logs))
    return made


def bridge_extremes(
    start: FloatArray, end: FloatArray, sd: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Highest and lowest value of a Brownian path from `start` to `end` with total standard deviation `sd`.

    Each has its exact law, (a + b +/- sqrt((b - a)^2 - 2 sd^2 ln U)) / 2; they are drawn independently.
    """
    gap = (end - start) ** 2
    middle = (start + end) / 2
    spread = sd**2 * 2
    high = middle + np.sqrt(gap + spread * rng.standard_exponential(gap.shape)) / 2
    low = middle - np.sqrt(gap + spread * rng.standard_exponential(gap.shape)) / 2
    return high, low
