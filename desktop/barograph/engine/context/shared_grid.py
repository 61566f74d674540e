"""Prices of stocks and coins at the instants at which the stock market's hours end (SIGNALS 2, rules A and B).

Appended to when an hour has ended; what is late is sampled again for some days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from barograph.engine.context.last_trades import BarCounts, bars_before, grew, last_trades
from barograph.engine.tape import Calendars
from barograph.feeds.contract import Feed, FeedKind
from barograph.indicators.alignment import HALT_NS, Prints
from barograph.market.bars import FloatArray, IntArray
from barograph.market.grids import intraday_grid
from barograph.market.instants import from_ns, to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import DAY_NS, Interval

YEARS_NS = 3 * 365 * DAY_NS
AGAIN = 80
"""Ends that are sampled again each time: three and a half futures days, for what a vendor brings late."""
_MARGIN_NS = 2 * Interval.HOUR_1.ns


class SharedGrid:
    """One stock calendar's hourly ends as rows; `names` as columns, `stocks` of them first.

    `end`, `trade_date` (int64 ns), `four`: whether a four-hour bar ends there too, `price` (rows, names) NaN where
    the last trade is unknown or the market was halted. `rebuilt` counts how often the past was made anew;
    `changed_from` is the end (ns) of the first row that the last `advance` made or changed.
    """

    def __init__(
        self,
        feed: Feed,
        universe: Universe,
        calendars: Calendars,
        stocks: Sequence[str],
        coins: Sequence[str],
        *,
        whole: bool = False,
    ) -> None:
        """The stocks trade on one calendar, whose hours make the rows; nothing is asked yet.

        Held are three years from the first trade of any stock; with `whole` all there is from when all of them traded.
        """
        self._whole = whole
        self.stocks = tuple(stocks)
        self.names = (*stocks, *coins)
        self.rebuilt = 0
        self._past: tuple[int, BarCounts] | None = None
        self.changed_from = 0
        self._week: IntArray = np.empty(0, np.int64)
        self.sources: dict[str, str] = {}
        self._feed = feed
        self._calendars = {name: calendars(universe.instrument(name).calendar) for name in self.names}
        self.calendar = self._calendars[self.stocks[0]]
        self._empty()

    def column(self, name: str) -> FloatArray:
        """Prices of one market at every end."""
        prices: FloatArray = self.price[:, self.names.index(name)]
        return prices

    def next_end(self, now: datetime) -> int:
        """The first hourly end after now (ns)."""
        now_ns = to_ns(now)
        later = int(np.searchsorted(self._week, now_ns, side="right"))
        if later == len(self._week) or (not later and now_ns < self._week[0] - DAY_NS):
            day = min(max(now.date(), self.calendar.start), self.calendar.end)
            last = min(day + timedelta(days=8), self.calendar.end)
            self._week = intraday_grid(self.calendar, day - timedelta(days=1), last, Interval.HOUR_1).end
            later = int(np.searchsorted(self._week, now_ns, side="right"))
        return int(self._week[later]) if later < len(self._week) else now_ns + DAY_NS

    def build(self, now: datetime) -> None:
        """Make the whole past anew, as far as all of it is held by the feed."""
        self._empty()
        self.rebuilt += 1
        self.changed_from = 0
        trades = self._trades(None if self._whole else to_ns(now) - YEARS_NS, now)
        first = self._first(trades)
        if first is not None:
            self._extend(first - Interval.HOUR_1.ns, to_ns(now))
            self._sample(0, trades)

    def advance(self, now: datetime) -> bool:
        """Take in the ends that have passed; whether anything changed."""
        if not len(self.end) or self._past_grew(now):
            self.build(now)
            self._past = self._held(now)
            return len(self.end) > 0
        newest = int(self.end[-1])
        self._extend(newest, to_ns(now))
        before = int(np.searchsorted(self.end, newest, side="right"))
        first = max(0, before - AGAIN)
        held = self.price[first:].copy()
        self._sample(first, self._trades(int(self.end[first]) - _MARGIN_NS, now))
        same = (held == self.price[first:]) | (np.isnan(held) & np.isnan(self.price[first:]))
        same[before - first :] = False
        self._past = self._held(now)
        changed = np.flatnonzero(~same.all(axis=1))
        if not changed.size:
            return False
        row = first + int(changed[0])
        self.changed_from = int(self.end[row])
        return True

    # --------------------------------------------------------------------------------------------- private

    def _first(self, trades: Mapping[str, Prints]) -> int | None:
        """The trade with which the rows begin; None while there is none."""
        firsts = {name: int(prints.end[0]) for name, prints in trades.items() if len(prints.end)}
        if self._whole:
            return max(firsts.values()) if len(firsts) == len(self.names) else None
        return min((firsts[name] for name in self.stocks if name in firsts), default=None)

    def _past_grew(self, now: datetime) -> bool:
        """Whether a live feed holds more of what is not sampled again: months come late, and after a week in which the
        program did not run so does that week.
        """
        return self._past is not None and grew(self._past[1], bars_before(self._feed, self.names, self._past[0], now))

    def _held(self, now: datetime) -> tuple[int, BarCounts] | None:
        """What is held of that, and until when; None where nothing comes late."""
        if self._feed.info.kind is not FeedKind.LIVE or not len(self.end):
            return None
        until_ns = int(self.end[max(0, len(self.end) - AGAIN)])
        return until_ns, bars_before(self._feed, self.names, until_ns, now)

    def _empty(self) -> None:
        self.end: IntArray = np.empty(0, np.int64)
        self.trade_date: IntArray = np.empty(0, np.int64)
        self.four: np.ndarray = np.empty(0, np.bool_)
        self.price: FloatArray = np.empty((0, len(self.names)))

    def _extend(self, after_ns: int, now_ns: int) -> None:
        """Rows for the hourly ends later than `after_ns` up to now, still without prices."""
        start = max(from_ns(after_ns).date() - timedelta(days=1), self.calendar.start)
        last = min(from_ns(now_ns).date() + timedelta(days=1), self.calendar.end)
        hours = intraday_grid(self.calendar, start, last, Interval.HOUR_1)
        new = (hours.end > after_ns) & (hours.end <= now_ns)
        if not new.any():
            return
        fours = intraday_grid(self.calendar, start, last, Interval.HOUR_4).end
        end = hours.end[new]
        self.end = np.concatenate((self.end, end))
        self.trade_date = np.concatenate((self.trade_date, hours.trade_date[new]))
        self.four = np.concatenate((self.four, np.isin(end, fours)))
        self.price = np.concatenate((self.price, np.full((len(end), len(self.names)), np.nan)))
        self._forget(now_ns)

    def _forget(self, now_ns: int) -> None:
        """Drop what is older than three years, a month at a time."""
        if self._whole:
            return
        old = int(np.searchsorted(self.end, now_ns - YEARS_NS - 31 * DAY_NS))
        if old:
            old = int(np.searchsorted(self.end, now_ns - YEARS_NS))
            self.end, self.trade_date = self.end[old:], self.trade_date[old:]
            self.four, self.price = self.four[old:], self.price[old:]

    def _trades(self, after_ns: int | None, now: datetime) -> dict[str, Prints]:
        found = {}
        for name in self.names:
            found[name], source = last_trades(self._feed, self._calendars[name], name, after_ns, now)
            if source:
                self.sources[name] = source
        return found

    def _sample(self, first: int, trades: dict[str, Prints]) -> None:
        """Prices from row `first` on: of a stock none where it was halted while a coin traded (Rule A 5)."""
        ends = self.end[first:]
        coins = [name for name in self.names if name not in self.stocks]
        alive = np.zeros(len(ends), np.bool_)
        for name in coins:
            alive |= np.isfinite(trades[name].at(ends, HALT_NS))
        for place, name in enumerate(self.names):
            price = trades[name].at(ends)
            if name in self.stocks:
                price = np.where(alive & np.isnan(trades[name].at(ends, HALT_NS)), np.nan, price)
            self.price[first:, place] = price


def returns(price: FloatArray, end: IntArray, trade_date: IntArray) -> FloatArray:
    """Log returns per square root of an hour between neighbouring rows of one trade date, (rows, k): NaN where either
    price is unknown, in the first row, and across the halt, weekends and holidays (Rule A 3).
    """
    result = np.full(price.shape, np.nan)
    if len(price) > 1:
        hours = np.diff(end) / Interval.HOUR_1.ns
        with np.errstate(invalid="ignore"):
            result[1:] = np.log(price[1:] / price[:-1]) / np.sqrt(hours)[:, None]
        result[1:][trade_date[1:] != trade_date[:-1]] = np.nan
    return result
