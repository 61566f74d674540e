"""Forced orders, read from the venues' own frames: side, price, coins and USD mean the same whatever the venue.

The frames are read raw because ccxt's unified answer keeps a few of a burst only, leaves the value out, and hands on
a side that means opposite things at different venues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from barograph.feeds.exchange.frames import (
    Contract,
    Contracts,
    FrameError,
    Item,
    Reading,
    instant_ns,
    items_of,
    positive,
    read_each,
)
from barograph.market.observations import Coverage, Liquidations

LONG, SHORT = 1, -1
"""Whose position was closed by force."""

COVERAGE: Mapping[str, Coverage] = {
    "binanceusdm": Coverage.ONE_PER_SECOND,
    "bybit": Coverage.ALL,
    "okx": Coverage.SAMPLED,
}
"""How much each venue publishes, by ccxt's id; one that is not here has no public stream of forced orders."""


@dataclass(frozen=True, slots=True)
class ForcedOrder:
    """One forced order: instant (ns UTC), `LONG` or `SHORT`, price in USD, size in coins."""

    coin: str
    time_ns: int
    side: int
    price: float
    size: float

    @property
    def usd(self) -> float:
        """Its value."""
        return self.price * self.size


def read_forced_orders(venue: str, frame: object, contracts: Contracts) -> Reading[ForcedOrder]:
    """The forced orders of a frame in the contracts that are asked about.

    Raises:
        KeyError: the venue (ccxt's id) has no stream of forced orders.
    """
    return _READERS[venue](frame, contracts)


def as_liquidations(orders: Sequence[ForcedOrder], source: str, coverage: Coverage) -> Liquidations:
    """The forced orders of one coin as columns, oldest first; those of one instant keep their order."""
    ordered = sorted(orders, key=lambda order: order.time_ns)
    return Liquidations.of(
        [order.time_ns for order in ordered],
        [order.side for order in ordered],
        [order.price for order in ordered],
        [order.size for order in ordered],
        [order.usd for order in ordered],
        source,
        coverage,
    )


def _read_binance(frame: object, contracts: Contracts) -> Reading[ForcedOrder]:
    """`o.S` is the side of the order that closes the position: a SELL closes a long. `l` is what was filled last, `ap`
    the average price.
    """

    def read(order: Item) -> ForcedOrder | None:
        contract = contracts.get(order["s"])
        if contract is None:
            return None
        side = _one_of(order["S"], {"SELL": LONG, "BUY": SHORT})
        return ForcedOrder(contract.coin, instant_ns(order["T"]), side, positive(order["ap"]), positive(order["l"]))

    return read_each(iter([frame.get("o") if isinstance(frame, Mapping) else None]), read)


def _read_bybit(frame: object, contracts: Contracts) -> Reading[ForcedOrder]:
    """`S` is the side of the position: Buy means that a long was closed. `p` is the bankruptcy price."""

    def read(order: Item) -> ForcedOrder | None:
        contract = contracts.get(order["s"])
        if contract is None:
            return None
        side = _one_of(order["S"], {"Buy": LONG, "Sell": SHORT})
        return ForcedOrder(contract.coin, instant_ns(order["T"]), side, positive(order["p"]), positive(order["v"]))

    return read_each(items_of(frame, "data"), read)


def _read_okx(frame: object, contracts: Contracts) -> Reading[ForcedOrder]:
    """The channel brings the whole market. `sz` is in contracts, `bkPx` the bankruptcy price."""
    orders: list[ForcedOrder] = []
    bad = 0
    for market in items_of(frame, "data"):
        if not isinstance(market, Mapping):
            bad += 1
            continue
        contract = contracts.get(str(market.get("instId")))
        if contract is None:
            continue
        reading = read_each(items_of(market, "details"), partial(_okx, contract))
        orders += reading.rows
        bad += reading.bad
    return Reading(tuple(orders), bad)


def _okx(contract: Contract, detail: Item) -> ForcedOrder:
    size = positive(detail["sz"]) * contract.coins_per_contract
    return ForcedOrder(contract.coin, instant_ns(detail["ts"]), _okx_side(detail), positive(detail["bkPx"]), size)


def _okx_side(detail: Item) -> int:
    """By the position where it has a side, and then the order must be the one that closes it; else by the order."""
    by_order = _one_of(detail["side"], {"sell": LONG, "buy": SHORT})
    position = detail.get("posSide")
    if position in (None, "", "net"):
        return by_order
    if _one_of(position, {"long": LONG, "short": SHORT}) != by_order:
        raise FrameError(f"a {detail['side']} order does not close a {position} position")
    return by_order


def _one_of(value: object, sides: Mapping[str, int]) -> int:
    side = sides.get(value) if isinstance(value, str) else None
    if side is None:
        raise FrameError(f"{value!r:.40} where one of {', '.join(sides)} was expected")
    return side


_READERS: Mapping[str, Callable[[object, Contracts], Reading[ForcedOrder]]] = {
    "binanceusdm": _read_binance,
    "bybit": _read_bybit,
    "okx": _read_okx,
}
