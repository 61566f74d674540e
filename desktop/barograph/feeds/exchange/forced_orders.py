"""Puts the forced orders of a venue into the book, each once, and says for which span of time they were heard."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from barograph.feeds.book import Book
from barograph.feeds.exchange.liquidations import COVERAGE, ForcedOrder, as_liquidations
from barograph.market.instants import from_ns

GAP = timedelta(seconds=30)
"""A new connection that hears something within so long goes on with the span of the one before. Each is given up for a
new one once a day, and venues close theirs: without this no day would be heard in whole. The sum of such an hour lacks
what came in less than a hundredth of it: it is a lower bound. A stream that fell silent with its socket open is found
when it was silent for longer than this, so that is always a hole.
"""
GAP_AFTER = timedelta(hours=1)
"""So long the one before has to have been heard. Connections that come and go would add up to a hole."""
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
        self._anew = False
        self._begun = self._since = self._until = from_ns(0)
        """Since when the span goes, and what was heard last: a part of it without any gap."""
        self.repeated = 0

    def connected(self) -> None:
        """What follows comes over a new connection."""
        if self._connection == 0:
            self._remember_held()
        self._connection += 1
        self._anew = True

    def take(self, orders: Sequence[ForcedOrder]) -> None:
        """Rows of one frame."""
        new = [order for order in orders if not self._repeats(order)]
        for coin in self._coins:
            ours = [order for order in new if order.coin == coin]
            if ours:
                rows = as_liquidations(ours, self._venue, COVERAGE[self._venue])
                self._book.put_liquidations(coin, rows)

    def listened(self, since: datetime, until: datetime) -> None:
        """This connection was up without a gap from `since` to `until` (UTC). A later `since` than it had before: what
        came meanwhile could not be read, which may have been any number of orders.
        """
        if since != self._since:
            if not (self._anew and self._goes_on(since)):
                self._begun = since
            self._since = since
        self._anew, self._until = False, until
        for coin in self._coins:
            self._book.heard_liquidations(coin, self._venue, COVERAGE[self._venue], self._begun, until)

    def _goes_on(self, since: datetime) -> bool:
        """Whether a connection that is heard since then goes on with the one before."""
        return self._until - self._since >= GAP_AFTER and timedelta() <= since - self._until <= GAP

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
