"""Simulated shares: daily bars of a market or sector beta plus a wandering part of their own."""

from __future__ import annotations

import numpy as np

from barograph.feeds.simulated.assets import bridge_extremes
from barograph.feeds.simulated.factors import decayed_sum
from barograph.market.bars import FloatArray
from barograph.market.instruments import Universe

COUNT = 60
SECTORS = ("SMH", "IGV", "NDX", "RSP")
"""The instrument each share moves with."""
_SEMIS = frozenset({"NVDA", "AVGO", "AMD", "MU", "AMAT", "LRCX", "KLAC", "QCOM", "TXN", "ADI"})
_SOFTWARE = frozenset({"MSFT", "ORCL", "CRM", "ADBE", "NOW", "INTU", "PANW", "ACN"})
_GROWTH = frozenset({"AAPL", "AMZN", "ANET", "APH", "CSCO", "GOOGL", "IBM", "META", "NFLX", "TSLA", "UBER"})
_OWN_SD = np.array([0.0150, 0.0135, 0.0120, 0.0105])
_BETA = np.array([[0.75, 1.15], [0.75, 1.15], [0.80, 1.20], [0.60, 1.25]])
_OWN_HALF_LIFE_SESSIONS = 170.0
_OVERNIGHT_SHARE = 0.35
"""Share of a share's own variance that comes as a gap at the opening."""


def share_ids(universe: Universe) -> tuple[str, ...]:
    """The simulated shares: all leaders, then members of the breadth group until there are about sixty."""
    leaders = universe.groups["leaders"]
    others = [member for member in universe.groups["breadth"] if member not in leaders]
    return (*leaders, *others[: max(0, COUNT - len(leaders))])


class Shares:
    """The shares' daily model; `sessions` moves it on."""

    def __init__(self, ids: tuple[str, ...], seed: int) -> None:
        """Draw every share's sector beta, price and turnover."""
        rng = np.random.default_rng([seed, 4])
        sector = [0 if i in _SEMIS else 1 if i in _SOFTWARE else 2 if i in _GROWTH else 3 for i in ids]
        self._sector = np.array(sector, np.int64)
        low, high = _BETA[self._sector].T
        self._beta = rng.uniform(low, high)
        self._log_price = np.log(rng.uniform(60, 520, len(ids)))
        self._volume = rng.uniform(3e6, 3e7, len(ids))
        self._own = np.zeros(len(ids))

    def sessions(
        self, open_: FloatArray, close: FloatArray, spread: FloatArray, vol: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Bars (5, n, shares) of n sessions.

        `open_`, `close` (n, sectors) are logs of the sectors' prices relative to the reference, `spread` (n,
        sectors) their ranges ln(high/low), `vol` (n,) the ratio of present to ordinary volatility.
        """
        n, k = len(vol), len(self._beta)
        sd = _OWN_SD[self._sector] * np.sqrt(vol)[:, None]
        steps = sd * rng.standard_normal((n, k)) * np.exp(0.3 * rng.standard_normal((n, k)) - 0.09)
        keep = np.full(n, 0.5 ** (1 / _OWN_HALF_LIFE_SESSIONS))
        own = decayed_sum(self._own, keep, steps)
        before = np.concatenate([self._own[None], own[:-1]])
        self._own = own[-1].copy()
        start = self._log_price + self._beta * open_[:, self._sector] + before + _OVERNIGHT_SHARE * (own - before)
        end = self._log_price + self._beta * close[:, self._sector] + own
        # ln(high/low) of a random walk is on average 1.6 times its standard deviation (Parkinson 1980)
        inside = np.hypot(self._beta * spread[:, self._sector] / 1.6, 0.8 * sd) * 0.85
        high, low = bridge_extremes(start, end, inside, rng)
        volume = self._volume * vol[:, None] ** 0.5 * np.exp(0.25 * rng.standard_normal((n, k)))
        return np.stack([*to_cents(np.exp(np.stack([start, high, low, end]))), np.round(volume)])


def to_cents(prices: FloatArray) -> FloatArray:
    """Open, high, low, close (4, ...) in whole cents: high rounded up and low down, so that the bar still holds."""
    open_, high, low, close = prices * 100
    return np.stack([np.round(open_), np.ceil(high), np.floor(low), np.round(close)]) / 100
