"""What a feed tells of a coin's perpetual: settled funding, open interest and forced orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from barograph.feeds.contract import Feed, FeedError
from barograph.market.observations import Funding, Liquidations, OpenInterest

_Rows = TypeVar("_Rows", Funding, OpenInterest, Liquidations)


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """Rows from some instant on as known at another; empty where the feed failed."""

    funding: Funding
    open_interest: OpenInterest
    liquidations: Liquidations


def derivatives(feed: Feed, coin: str, after_ns: int, now: datetime) -> Derivatives:
    """The rows later than `after_ns`, as known at `now`."""
    funding = asked(feed.fetch_funding, coin, after_ns, now)
    open_interest = asked(feed.fetch_open_interest, coin, after_ns, now)
    liquidations = asked(feed.fetch_liquidations, coin, after_ns, now)
    # told apart from no rows: a stream in which nothing was forced was heard all the same
    return Derivatives(
        Funding.of([], [], []) if funding is None else funding,
        OpenInterest.of([], [], []) if open_interest is None else open_interest,
        Liquidations.of([], [], [], [], []) if liquidations is None else liquidations,
    )


def asked(fetch: Callable[[str, int, datetime], _Rows], coin: str, after_ns: int, now: datetime) -> _Rows | None:
    """What one of the feed's functions answers; None where the outside failed."""
    try:
        return fetch(coin, after_ns, now)
    except FeedError:
        return None
