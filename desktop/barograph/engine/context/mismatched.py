"""The correlation of two markets whose bars share no instants (SIGNALS 2, Rule C)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, isfinite

import numpy as np

from barograph.engine.context.pair_history import COMPRESSED, Frame
from barograph.engine.context_view import PairCorrelation
from barograph.indicators.alignment import Covariation, Prints, hayashi_yoshida
from barograph.indicators.correlation import effective_sample
from barograph.market.bars import IntArray
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval


def wanted_returns(frame: Frame) -> int:
    """As many returns, all of one weight, as weigh in the frame's exponentially weighted estimate."""
    return ceil(effective_sample(frame.lam))


def mismatched_pair(
    unknown: PairCorrelation, frame: Frame, grid: tuple[IntArray, IntArray], prints: tuple[Prints, Prints]
) -> PairCorrelation:
    """A pair that its grid tells too little of, by Hayashi and Yoshida's estimator; as it was where that is no more.

    The estimator is taken within each trade date by itself, so that no return crosses a break, and added up from the
    newest date back. It has no band, so it is never called elevated or normal.

    Args:
        unknown: the pair as it stands without this.
        frame: the estimator that this stands in for: how many returns are wanted and how many needed.
        grid: the stock market's hourly ends and their trade dates (ns), the newest last.
        prints: last trades of the stock and of the coin.
    """
    total, n, as_of = Covariation(0.0, 0.0, 0.0), 0, 0
    for first, second in _by_dates(grid, prints):
        count, last = _overlap(first, second)
        if not count:
            continue
        total += hayashi_yoshida(first.end, first.price, second.end, second.price)
        n += count
        as_of = max(as_of, last)
        if n >= wanted_returns(frame):
            break
    if n < frame.minimum or not isfinite(total.rho):
        return unknown
    rho = total.shown_rho
    bare = PairCorrelation(unknown.stock, unknown.crypto, unknown.interval, unknown.stock_used, "C", rho, n, float(n))
    return replace(bare, compressed=rho >= COMPRESSED, as_of=from_ns(as_of), source=unknown.source)


def _by_dates(grid: tuple[IntArray, IntArray], prints: tuple[Prints, Prints]) -> Iterator[tuple[Prints, Prints]]:
    """Both markets' trades of each trade date, the newest date first."""
    end, trade_date = grid
    for date in np.unique(trade_date)[::-1]:
        ends = end[trade_date == date]
        first, second = (_within(each, int(ends[0]) - Interval.HOUR_1.ns + 1, int(ends[-1])) for each in prints)
        if len(first.end) and len(second.end):
            yield first, second


def _overlap(first: Prints, second: Prints) -> tuple[int, int]:
    """How many returns the one that has fewer has in the span in which both were seen, and when that ends (ns)."""
    start, last = max(int(first.end[0]), int(second.end[0])), min(int(first.end[-1]), int(second.end[-1]))
    fewer = min(len(_within(each, start, last).end) for each in (first, second))
    return max(0, fewer - 1), last


def _within(prints: Prints, first_ns: int, last_ns: int) -> Prints:
    rows = slice(*np.searchsorted(prints.end, (first_ns, last_ns + 1)))
    return Prints(prints.end[rows], prints.price[rows])
