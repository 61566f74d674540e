"""Walks the pages of an exchange's answers until a window is full; the rows are handed on as they came."""

from __future__ import annotations

from barograph.feeds.exchange.client import Client
from barograph.feeds.exchange.dialects import BarRows, Dialect, Row
from barograph.feeds.exchange.markets import Market
from barograph.feeds.exchange.parse import MS_NS, instant_ns
from barograph.market.intervals import Interval

LATEST_BARS = 300
"""Bars that are asked for without a beginning: one page of every exchange."""


async def bars(
    dialect: Dialect, client: Client, market: Market, interval: Interval, window: tuple[int | None, int]
) -> BarRows:
    """Bars that begin in the window (ms, both ends counted; None for the first: the newest page); and the time of the
    last answer.
    """
    step = interval.seconds * 1000
    start, end = window
    last = end // step * step
    first = last - (LATEST_BARS - 1) * step if start is None else -(-start // step) * step
    now_ms = client.milliseconds()
    found: list[Row] = []
    told: object = None
    while first <= last:
        limit = min(dialect.bars_page(now_ms, last, step), (last - first) // step + 1)
        begin = last - (limit - 1) * step if dialect.pages.backward else first
        page, told = await dialect.bars(client, market, interval, (begin, last), limit)
        found += page
        if not page:
            break
        if dialect.pages.backward:
            last = begin - step
        elif (following := max(_times(page)) + step) > first:
            first = following
        else:  # the same page again
            break
    return found, told


async def funding(dialect: Dialect, client: Client, market: Market, first_ms: int, last_ms: int) -> list[Row]:
    """Settlements in the window, as far back as the exchange has them; perhaps some before it."""
    found: list[Row] = []
    while first_ms <= last_ms:
        page = await dialect.funding(client, market, first_ms, last_ms)
        found += page
        if len(page) < dialect.pages.funding:
            break
        if dialect.pages.funding_backward:
            if min(_times(page)) > last_ms:
                break
            last_ms = min(_times(page)) - 1
        else:
            if max(_times(page)) < first_ms:
                break
            first_ms = max(_times(page)) + 1
    return found


async def open_interest_history(
    dialect: Dialect, client: Client, market: Market, interval: Interval, window: tuple[int, int]
) -> list[Row]:
    """Open interest at the ends of intervals in the window (ms), as far back as the exchange keeps it."""
    step, pages = interval.seconds * 1000, dialect.pages
    first, end = window
    now_ms = client.milliseconds()
    if pages.open_interest_reach_s:
        first = max(first, now_ms - int(pages.open_interest_reach_s * 1000))
    if pages.open_interest_reach:
        first = max(first, now_ms - pages.open_interest_reach * step)
    first = -(-first // step) * step
    found: list[Row] = []
    while first <= end:
        last = min(end // step * step, first + (pages.open_interest - 1) * step)
        found += await dialect.open_interest_history(client, market, interval, first, last)
        first = last + step
    return found


def _times(page: list[Row]) -> list[int]:
    return [instant_ns(row[0]) // MS_NS for row in page]
