"""The population of leveraged positions of one coin: by side, by leverage, by the hour in which they were opened."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log

import numpy as np

from barograph.market.bars import FloatArray

MAINTENANCE_MARGIN = 0.005
"""Equity over value at which a position is taken over (first tier of the large venues)."""
LEVERAGE = (3.0, 5.0, 10.0, 20.0, 50.0)
_SHARE = (0.17, 0.27, 0.33, 0.18, 0.05)
"""Share of each leverage in ordinary open interest."""
_HALF_LIFE_H = (240.0, 168.0, 96.0, 36.0, 8.0)
"""Hours in which half of the positions of each leverage are closed by their holders."""
_WINDOW = tuple(round(6 * half_life) for half_life in _HALF_LIFE_H)
"""Hours after which what is left of an hour's positions is closed."""
_SMALLEST_SCALE = 1e-60
_GROUPS = range(len(LEVERAGE))


def liquidation_price(entry: float, leverage: float, side: int) -> float:
    """Where a position is liquidated: entry (1 -/+ 1/leverage) / (1 -/+ maintenance margin), side +1 long."""
    return entry * (1 - side / leverage) / (1 - side * MAINTENANCE_MARGIN)


@dataclass(slots=True)
class Forced:
    """One forced order: instant (ns UTC), side of the position (+1 long), price, coins, and the liquidation
    price of the position in the lot that was reached last (the furthest in the adverse direction).
    """

    time: int
    side: int
    price: float
    coin: float
    level: float


class SideBook:
    """All positions of one side (+1 long, -1 short): by leverage, and by the hour in which they were opened.

    Sizes are held as raw numbers times one scale a leverage, so that "half of them are closed" is one
    multiplication. `held` are all coins and `totals` those of each leverage; `nearest` is the log of the
    liquidation price that will be reached first.
    """

    def __init__(self, side: int, base_coin: float) -> None:
        """`base_coin`: this side's open interest in coins when traders open at their ordinary pace."""
        self.side = side
        self.never = -inf if side > 0 else inf
        self.nearest = self.never
        self.held = 0.0
        self.totals = [0.0 for _ in _GROUPS]
        self._usual = [base_coin * share for share in _SHARE]
        self._reach = [log(liquidation_price(1.0, leverage, side)) for leverage in LEVERAGE]
        self._scale = [1.0 for _ in _GROUPS]
        self._nearest = [self.never for _ in _GROUPS]
        self._hours = max(_WINDOW)
        self._raw = np.zeros((len(LEVERAGE), 3 * max(_WINDOW)))
        self._level = np.full(self._raw.shape, self.never)

    @property
    def coin(self) -> FloatArray:
        """Sizes of the positions in coins: (leverages, hours)."""
        sizes: FloatArray = self._raw[:, : self._hours] * np.array(self._scale)[:, None]
        return sizes

    @property
    def level(self) -> FloatArray:
        """Logs of their liquidation prices: (leverages, hours); those of closed positions are never reached."""
        return self._level[:, : self._hours].copy()

    def new_hour(self) -> None:
        """Begin a new hour; what is left of the positions of an hour long ago is closed."""
        if self._hours == self._raw.shape[1]:
            kept = max(_WINDOW)
            self._raw = np.concatenate([self._raw[:, -kept:], np.zeros((len(LEVERAGE), 2 * kept))], axis=1)
            empty = np.full((len(LEVERAGE), 2 * kept), self.never)
            self._level = np.concatenate([self._level[:, -kept:], empty], axis=1)
            self._hours = kept
        for group in _GROUPS:
            old = self._hours - _WINDOW[group]
            self.totals[group] -= float(self._raw[group, old]) * self._scale[group]
            self._raw[group, old] = 0.0
            self._level[group, old] = self.never
        self.held = sum(self.totals)
        self._hours += 1

    def trade(self, group: int, log_price: float, pace: float, hours: float, hurry: float) -> None:
        """What `hours` bring to one leverage: holders close their share (faster with `hurry` above 1), others
        open at `log_price` at `pace` (1: the ordinary one), dated to the present hour.
        """
        half_life = _HALF_LIFE_H[group]
        kept = 0.5 ** (hours * hurry / half_life)
        coin = pace * self._usual[group] * (1 - 0.5 ** (hours / half_life))
        before = self.totals[group]
        self.totals[group] = after = before * kept + coin
        self.held += after - before
        self._scale[group] *= kept
        if self._scale[group] < _SMALLEST_SCALE:
            self._raw[group] *= self._scale[group]
            self._scale[group] = 1.0
        level = log_price + self._reach[group]
        self._raw[group, self._hours - 1] = coin / self._scale[group]
        self._level[group, self._hours - 1] = level
        if self.side * level > self.side * self._nearest[group]:
            self._nearest[group] = level
            if self.side * level > self.side * self.nearest:
                self.nearest = level

    def liquidate(self, log_price: float) -> list[tuple[float, float]]:
        """Take over every position whose liquidation price is reached at `log_price`.

        Returns:
            One lot a leverage: coins, and the log of the lot's furthest liquidation price.
        """
        side = self.side
        lots = []
        for group in _GROUPS:
            if side * self._nearest[group] < side * log_price:
                continue
            rows = slice(self._hours - _WINDOW[group], self._hours)
            raw, level = self._raw[group, rows], self._level[group, rows]
            reached = level >= log_price if side > 0 else level <= log_price
            coin = float(raw[reached].sum()) * self._scale[group]
            if coin > 0:
                found = level[reached]
                lots.append((coin, float(found.min() if side > 0 else found.max())))
                raw[reached] = 0.0
                level[reached] = self.never
                self.totals[group] = float(raw.sum()) * self._scale[group]
            self._nearest[group] = float(level.max() if side > 0 else level.min())
        self.nearest = max(self._nearest) if side > 0 else min(self._nearest)
        self.held = sum(self.totals)
        return lots


class PositionBook:
    """Both sides of one coin's open positions."""

    def __init__(self, base_coin: float, log_price: float) -> None:
        """`base_coin`: ordinary open interest in coins, all of it opened at `log_price`."""
        self.long = SideBook(1, base_coin / 2)
        self.short = SideBook(-1, base_coin / 2)
        for side_book in (self.long, self.short):
            for group in _GROUPS:
                side_book.trade(group, log_price, 1.0, inf, 1.0)

    def new_hour(self) -> None:
        """Begin a new hour on both sides."""
        self.long.new_hour()
        self.short.new_hour()
