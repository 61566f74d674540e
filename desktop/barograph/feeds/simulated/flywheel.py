"""The crypto flywheel: leveraged positions, forced orders into a thin book, price impact, the next wave.

One coin's perpetual market. Every open position is leveraged and faces a hedged dealer, so open interest (one side
counted) is the sum of the positions. A position opened at price E with leverage L is liquidated when its equity is
down to the maintenance margin m of its value: at E (1 - 1/L) / (1 - m) for a long, E (1 + 1/L) / (1 + m) for a short
(linear contract, isolated margin). Liquidation is a market order: it moves the price by its size over the book's
depth, which may reach the next level, and so on. The displacement heals within hours as the book refills.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, tanh

import numpy as np

from barograph.feeds.simulated.positions import LEVERAGE, Forced, PositionBook, SideBook
from barograph.market.bars import FloatArray, IntArray
from barograph.market.intervals import HOUR_NS

FUNDING_HOURS = 8
FUNDING_NS = FUNDING_HOURS * HOUR_NS
FUNDING_CAP = 0.00375
"""Largest settled rate: three quarters of the maintenance margin, as venues cap it."""
_HEALING_HALF_LIFE_H = 9.0
_WAVES = 2
"""Waves of forced orders that the venue works through in one step; what is still to be taken over waits."""
_KICK = 0.03
"""Standard deviation of five minutes' random move of the displacement, as a share of it: a thin book jumps about."""
_TREND_HOURS = 72.0
_VISITS_PER_HOUR = 12


@dataclass(frozen=True, slots=True, eq=False)
class Pressure:
    """What comes to a coin's market from outside over n steps.

    `fair`, `low`, `high` (n,) are logs: the path without forced orders and its extremes within each step;
    `depth` (n,) coins that move the price by one per cent; `hours` (n,); `appetite`, `bias`, `stress` (n,) as in
    the story; `noise` (n,) multiplies the size of what is opened, `kick` (n,) are standard normal draws.
    """

    time: IntArray
    fair: FloatArray
    low: FloatArray
    high: FloatArray
    hours: FloatArray
    depth: FloatArray
    appetite: FloatArray
    bias: FloatArray
    stress: FloatArray
    noise: FloatArray
    kick: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FlywheelPath:
    """What the market did over n steps; prices are logs.

    `open_interest` and `imbalance` (n,) at the steps' ends; `forced_coin` (n,) coins liquidated in the step;
    `displacement` (n,) log distance from the fair path at the steps' ends; `liquidations` the forced orders;
    `funding` (instant ns, rate) settled within the span.
    """

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    open_interest: FloatArray
    imbalance: FloatArray
    forced_coin: FloatArray
    displacement: FloatArray
    liquidations: list[Forced]
    funding: list[tuple[int, float]]


def funding_rate(imbalance: float) -> float:
    """The rate for eight hours of a mean imbalance (long - short) / (long + short): its sign is the imbalance's.

    Grows faster than in proportion, because arbitrage capital gets scarce, and is capped.
    """
    rate = 0.0006 * imbalance * (1 + (imbalance / 0.35) ** 2)
    return max(-FUNDING_CAP, min(FUNDING_CAP, rate))


class Flywheel:
    """One coin's market; `run` moves it on. Its state is the positions, the displacement and a few averages."""

    def __init__(self, log_price: float, base_coin: float) -> None:
        """`log_price` where it starts; `base_coin` the ordinary open interest in coins, which is there at once."""
        self.book = PositionBook(base_coin, log_price)
        self.displacement = 0.0
        self._price = log_price
        self._fair = log_price
        self._trend = log_price
        self._funding = 0.0
        self._imbalance_hours = 0.0
        self._visit = 0
        self._idle_h = 0.0

    @property
    def log_price(self) -> float:
        """The log of the price now."""
        return self._price

    def run(self, pressure: Pressure, end_ns: int) -> FlywheelPath:
        """Move through the steps of `pressure`; the last one ends at `end_ns`."""
        ends = np.append(pressure.time[1:], end_ns)
        kicks = 1 + np.maximum(_KICK * np.sqrt(12 * pressure.hours) * pressure.kick, -0.9)
        healing = 0.5 ** (pressure.hours / _HEALING_HALF_LIFE_H) * kicks
        catching_up = 1 - 0.5 ** (pressure.hours / _TREND_HOURS)
        steps = zip(
            *(
                column.tolist()
                for column in (
                    ends,
                    pressure.fair,
                    pressure.low,
                    pressure.high,
                    pressure.hours,
                    healing,
                    catching_up,
                    pressure.depth,
                    pressure.appetite,
                    pressure.bias,
                    pressure.stress,
                    pressure.noise,
                )
            ),
            strict=True,
        )
        rows: list[tuple[float, ...]] = []
        liquidations: list[Forced] = []
        funding: list[tuple[int, float]] = []
        long, short = self.book.long, self.book.short
        for end, fair, low, high, hours, heal, catch_up, depth, appetite, bias, stress, noise in steps:
            opened = self._price
            self.displacement *= heal
            top, bottom = high + self.displacement, low + self.displacement
            forced = 0.0
            if bottom <= long.nearest or top >= short.nearest:
                seen = len(liquidations)
                points = (low, high, fair) if fair >= self._fair else (high, low, fair)
                top, bottom = self._cascade(points, depth, liquidations)
                forced = _stamp(liquidations, seen, end - round(hours * HOUR_NS), end)
            self._fair = fair
            self._price = price = fair + self.displacement
            self._trend += catch_up * (price - self._trend)
            settles = end % FUNDING_NS == 0
            self._idle_h += hours
            if not forced and (hours < 1 or self._idle_h >= 24):
                self._trade(hours < 1, appetite, bias, stress, noise)
            held = long.held + short.held
            imbalance = (long.held - short.held) / held
            self._imbalance_hours += imbalance * hours
            if settles:
                funding.append((end, self._settle()))
            top, bottom = max(top, opened), min(bottom, opened)
            rows.append((opened, top, bottom, price, held, imbalance, forced, self.displacement))
        made = np.array(rows).T
        return FlywheelPath(
            open=made[0],
            high=made[1],
            low=made[2],
            close=made[3],
            open_interest=made[4],
            imbalance=made[5],
            forced_coin=made[6],
            displacement=made[7],
            liquidations=liquidations,
            funding=funding,
        )

    def _cascade(self, points: tuple[float, ...], depth: float, forced: list[Forced]) -> tuple[float, float]:
        """Take the price through a step's extremes and its end, with the waves of forced orders that this sets
        off; the highest and the lowest price on the way.
        """
        long, short = self.book.long, self.book.short
        visited = []
        waves = 0
        for point in points:
            price = point + self.displacement
            visited.append(price)
            while waves < _WAVES and (price <= long.nearest or price >= short.nearest):
                self._wave(long if price <= long.nearest else short, point, depth, forced)
                price = point + self.displacement
                visited.append(price)
                waves += 1
        return max(visited), min(visited)

    def _wave(self, side_book: SideBook, point: float, depth: float, forced: list[Forced]) -> None:
        """Liquidate what the price has reached; each lot is a market order that moves the price on."""
        side = side_book.side
        for coin, level in side_book.liquidate(point + self.displacement):
            # Market makers step back while the price is off its fair path.
            size = coin * (1 + min(abs(self.displacement) / 0.1, 0.6)) / depth
            impact = -side * 0.01 * size / (1 + size / 5)  # a large order is worked: less than in proportion
            forced.append(Forced(0, side, exp(point + self.displacement + impact / 2), coin, exp(level)))
            self.displacement += impact

    def _trade(self, in_turn: bool, appetite: float, bias: float, stress: float, noise: float) -> None:
        """Traders close and open positions of their own will; nobody does in a step with forced orders.

        The lean to the long side follows the trend of three days and shies from the last funding. `in_turn`:
        one leverage of one side after the other, each once an hour; otherwise all at once for the time since
        the last trade.
        """
        trend = tanh((self._price - self._trend) / 0.05)
        long_share = min(0.85, max(0.15, 0.5 + bias + 0.12 * trend - 120 * self._funding))
        hurry = 1 + 0.6 * stress
        if not in_turn or self._visit == 0:
            self.book.new_hour()
        if in_turn:
            visits, span = range(self._visit, min(self._visit + 1, 2 * len(LEVERAGE))), 1.0
            self._visit = (self._visit + 1) % _VISITS_PER_HOUR
        else:
            visits, span = range(2 * len(LEVERAGE)), self._idle_h
        self._idle_h = 0.0
        for visit in visits:
            side_book, share = (self.book.short, 1 - long_share) if visit % 2 else (self.book.long, long_share)
            side_book.trade(visit // 2, self._price, 2 * share * appetite * noise, span, hurry)

    def _settle(self) -> float:
        self._funding = funding_rate(self._imbalance_hours / FUNDING_HOURS)
        self._imbalance_hours = 0.0
        return self._funding


def _stamp(forced: list[Forced], seen: int, start_ns: int, end_ns: int) -> float:
    """Give the forced orders since `seen` their instants, evenly within the step; their coins."""
    count = len(forced) - seen
    coins = 0.0
    for number in range(count):
        order = forced[seen + number]
        order.time = start_ns + (end_ns - start_ns) * (number + 1) // (count + 1)
        coins += order.coin
    return coins
