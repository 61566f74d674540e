"""A request for market data as an exchange of the loopback server sees it, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.loopback import exchange_markets as markets
from tests.loopback.exchange_world import World

Json = Any
BINANCE, BYBIT, OKX, HYPERLIQUID = "fapi.binance.com", "api.bybit.com", "www.okx.com", "api.hyperliquid.xyz"
HOST_OF = {"binanceusdm": BINANCE, "bybit": BYBIT, "okx": OKX, "hyperliquid": HYPERLIQUID}
COINS = tuple(each.coin for each in markets.CONTRACTS)
STEPS_MS = {"1m": 60_000, "5m": 300_000, "15m": 900_000, "30m": 1_800_000, "1h": 3_600_000, "4h": 14_400_000}
STEPS_MS |= {"1d": 86_400_000}
DAY_MS = STEPS_MS["1d"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for data: where, with what, at which time of the exchange (ms), and what spoils rows of prices."""

    path: str
    query: Mapping[str, str]
    body: Json
    now_ms: int
    world: World
    spoil: Callable[[list[Json]], list[Json]]

    def int(self, key: str, default: int) -> int:
        return int(self.query.get(key, default))


class RefusedError(Exception):
    """The exchange answers with an error of its own; `status` and the JSON of the body."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


def texts(prices: list[float]) -> list[str]:
    """Prices as exchanges write them."""
    return [f"{each:.2f}" for each in prices]


def contract_size(coin: str) -> float:
    """Coins in one contract of OKX, as its market table lists it."""
    return float(next(each.size for each in markets.CONTRACTS if each.coin == coin))
