"""Puts the forced orders of a venue into the book, each once, and says for which time they were heard."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from barograph.feeds.book import Book
from barograph.feeds.exchange.liquidations import COVERAGE, ForcedOrder, as_liquidations

_REMEMBERED = 5_000


class ForcedOrderLog:
    """Within one connection every row is an order of its own: two may be alike. A row that another connection brought
    already is the same order again, as when a venue repeats its latest to whoever connects.
    """

    def __init__(self, book: Book, venue: str, coins: Sequence[str]) -> None:
        """`venue` is ccxt's id; it need not publish forced orders."""
        self._book = book
        self._venue = venue
        self._coins = tuple(coins)
        self._connection = 0
        self._heard: OrderedDict[ForcedOrder, int] = OrderedDict()
        self.repeated = 0

    def connected(self) -> None:
        """What follows comes over a new connection."""
        if self._connection == 0:
            self._remember_held()
        self._connection += 1

    def take(self, orders: Sequence[ForcedOrder]) -> None:
        """Rows of one frame."""
        new = [order for order in orders if not self._repeats(order)]
        for coin in self._coins:
            ours = [order for order in new if order.coin == coin]
            if ours:
                rows = as_liquidations(ours, self._venue, COVERAGE[self._venue])
                self._book.put_liquidations(coin, rows)

    def listened(self, since: datetime, until: datetime) -> None:
        """The stream was up without a gap from `since` to `until` (UTC)."""
        for coin in self._coins:
            self._book.heard_liquidations(coin, self._venue, COVERAGE[self._venue], since, until)

    def _remember_held(self) -> None:
        """An earlier run of the program heard these."""
        for coin in self._coins:
            held = self._book.liquidations(coin).get(self._venue)
            if held is not None:
                rows = held[-_REMEMBERED // len(self._coins) :]
                columns = (rows.time, rows.side, rows.price, rows.coin)
                for time, side, price, size in zip(*(column.tolist() for column in columns), strict=True):
                    self._heard[ForcedOrder(coin, time, side, price, size)] = 0

    def _repeats(self, order: ForcedOrder) -> bool:
        heard = self._heard.get(order)
        if heard is not None and heard != self._connection:
            self.repeated += 1
            return True
        self._heard[order] = self._connection
        self._heard.move_to_end(order)
        if len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
        return False
