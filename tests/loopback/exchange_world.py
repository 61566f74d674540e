"""The market that the exchanges of the loopback server show: prices, funding, open interest, as functions of time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

HOUR_MS = 3_600_000
LEVELS = {"BTC": 60_000.0, "ETH": 2_500.0, "SOL": 150.0}


def price(coin: str, ms: int) -> float:
    """A price that moves smoothly and never repeats within days, to two decimals."""
    days = ms / 86_400_000
    wave = math.sin(days * 2 * math.pi * 1.7) + 0.3 * math.sin(days * 2 * math.pi * 23.0)
    return round(LEVELS[coin] * (1 + 0.02 * wave), 2)


def coins_held(coin: str, ms: int) -> float:
    """Open interest in coins."""
    return round(90_000.0 * (60_000.0 / LEVELS[coin]) * (1 + 0.1 * math.sin(ms / HOUR_MS / 5)), 3)


def volume(_coin: str, ms: int) -> float:
    """Coins traded in the bar that begins then."""
    return 10.0 + (ms // 60_000) % 17


def every(hours: Callable[[int], int], rate: Callable[[int], float], start_ms: int, end_ms: int) -> list[Settlement]:
    """Settlements from `start_ms` to `end_ms`; `hours` is the interval in force at an instant."""
    found = []
    time = start_ms
    while time <= end_ms:
        found.append((time, rate(time)))
        time += hours(time) * HOUR_MS
    return found


Settlement = tuple[int, float]
"""An instant (ms) and a rate."""


@dataclass
class World:
    """What is true at every exchange. `funding` replaces the settlements by (host, coin); without, one every eight
    hours (every hour at Hyperliquid) since `listed_ms`, at a rate that tells its hour.
    """

    price: Callable[[str, int], float] = price
    coins_held: Callable[[str, int], float] = coins_held
    volume: Callable[[str, int], float] = volume
    funding: dict[tuple[str, str], Sequence[Settlement]] = field(default_factory=dict)
    listed_ms: int = 1_704_067_200_000  # 2024-01-01
    contract_sizes: Mapping[str, str] = field(default_factory=dict)
    funding_h: dict[tuple[str, str], int] = field(default_factory=dict)
    """The interval of funding in force in hours by (host, coin), 8 (1 at Hyperliquid) where not given; 0: not told."""

    def bar(self, coin: str, start_ms: int, step_ms: int, now_ms: int) -> tuple[int, float, float, float, float, float]:
        """The bar that begins at `start_ms`, as far as it has come at `now_ms`: time, prices, coins."""
        end = min(start_ms + step_ms, now_ms)
        points = [self.price(coin, start_ms + (end - start_ms) * part // 8) for part in range(9)]
        return start_ms, points[0], max(points), min(points), points[-1], self.volume(coin, start_ms)

    def bars(
        self, coin: str, first_ms: int, last_ms: int, step_ms: int, now_ms: int
    ) -> list[tuple[int, float, float, float, float, float]]:
        """Bars on the grid from `first_ms` to `last_ms`, both may be one of them; none before the listing."""
        first = -(-max(first_ms, self.listed_ms) // step_ms) * step_ms
        last = min(last_ms, now_ms) // step_ms * step_ms
        return [self.bar(coin, time, step_ms, now_ms) for time in range(first, last + 1, step_ms)]

    def settlements(self, host: str, coin: str, first_ms: int, last_ms: int) -> list[Settlement]:
        """Settled funding from `first_ms` to `last_ms`, oldest first."""
        given = self.funding.get((host, coin))
        if given is None:
            step = self.interval_h(host, coin) * HOUR_MS
            begin = -(-max(first_ms, self.listed_ms) // step) * step
            given = [(time, default_rate(time)) for time in range(begin, last_ms + 1, step)]
        return [each for each in given if first_ms <= each[0] <= last_ms]

    def interval_h(self, host: str, coin: str) -> int:
        """The interval of funding in force, in hours."""
        return self.funding_h.get((host, coin), 1 if "hyperliquid" in host else 8)


def default_rate(ms: int) -> float:
    """A rate from which its hour can be told."""
    return round(((ms // HOUR_MS) % 97) * 1e-6 - 3e-5, 8)
