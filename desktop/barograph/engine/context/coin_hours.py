"""One coin hour by hour: price, open interest, liquidations and funding as columns, each as known at the hour's end.

Where a feed has daily bars of the coin only, the rows are its days.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from math import nan

import numpy as np

from barograph.engine.context.last_trades import closed_bars
from barograph.engine.derivatives import asked, derivatives
from barograph.feeds.contract import Feed
from barograph.indicators.positioning import HOURS_PER_YEAR
from barograph.indicators.volatility import log_returns
from barograph.market.bars import FloatArray, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, HOUR_NS, WEEK_NS, Interval
from barograph.market.observations import Funding, Liquidations, OpenInterest

_SIGMA_DAYS = 20
_SIGMA_HOURS, _SIGMA_HOURS_MINIMUM = 480, 288
_READING_AGE_NS = HOUR_NS
"""A reading of open interest younger than this stands for an instant (SIGNALS 6.3); of hourly readings each does."""
_DAILY_READING_AGE_NS = 26 * HOUR_NS
_COVERED = 0.6
_BACK_NS = 26 * DAY_NS
"""Prices of so long before the first row are needed for it: 20 days of hours and days, and some more."""
_LEVERAGE_BACK_NS = 9 * DAY_NS
"""The same of open interest, liquidations and funding: a week, and the age of a daily reading."""


@dataclass(frozen=True, slots=True, eq=False)
class HourColumns:
    """Rows by `end` (int64 ns). NaN where unknown; changes are fractions, sigmas standard deviations.

    `price`; `day_sigmas`, `hour_sigmas`: the return of 24 hours and of one over their usual size; `coin`, `usd`: open
    interest; `coin_day` its simple and `coin_week` its log change, `price_day`, `price_week` beside them; `long_usd`,
    `short_usd`: liquidated in the hour; `intensity_bp`: longs over open interest at the hour's start; `funding_week`:
    mean of seven days, a year's rate.
    """

    end: IntArray
    price: FloatArray
    day_sigmas: FloatArray
    hour_sigmas: FloatArray
    coin: FloatArray
    usd: FloatArray
    coin_day: FloatArray
    coin_week: FloatArray
    price_day: FloatArray
    price_week: FloatArray
    long_usd: FloatArray
    short_usd: FloatArray
    intensity_bp: FloatArray
    funding_week: FloatArray

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.end)

    def joined(self, more: HourColumns, keep: int) -> HourColumns:
        """With further rows, of all no more than the last `keep`."""
        both = (np.concatenate((getattr(self, each.name), getattr(more, each.name)))[-keep:] for each in fields(self))
        return HourColumns(*both)


@dataclass(frozen=True, slots=True, eq=False)
class CoinRecord:
    """All that the feed has of a coin from some instant on, as known at another."""

    hours: tuple[IntArray, FloatArray]
    days: tuple[IntArray, FloatArray]
    open_interest: OpenInterest
    liquidations: Liquidations
    funding: Funding
    step_ns: int


def coin_record(feed: Feed, calendar: TradingCalendar, coin: str, after_ns: int, now: datetime) -> CoinRecord:
    """Ask the feed for what rows from 26 days after `after_ns` on need; what failed is empty."""
    hourly = Interval.HOUR_1 in feed.intervals(coin)
    told = derivatives(feed, coin, after_ns + _BACK_NS - _LEVERAGE_BACK_NS, now)
    days = _closes(feed, calendar, coin, Interval.DAY_1, after_ns - DAY_NS, now)
    hours = _closes(feed, calendar, coin, Interval.HOUR_1, after_ns, now) if hourly else days
    step_ns = HOUR_NS if hourly else DAY_NS
    return CoinRecord(hours, days, told.open_interest, told.liquidations, told.funding, step_ns)


def columns_at(record: CoinRecord, ends: IntArray) -> HourColumns:
    """Everything at these ends; the record reaches back `_BACK_NS` before the first of them."""
    step = record.step_ns
    price, day, week = (price_at(record.hours, ends - back) for back in (0, DAY_NS, WEEK_NS))
    age = _READING_AGE_NS if step == HOUR_NS else _DAILY_READING_AGE_NS
    open_interest = record.open_interest
    coin, coin_day, coin_week = (newest(open_interest.time, open_interest.coin, ends - back, age)
                                 for back in (0, DAY_NS, WEEK_NS))  # fmt: skip
    long_usd, short_usd = hourly_sums(record.liquidations, ends)
    before = newest(open_interest.time, open_interest.usd, ends - HOUR_NS, age)
    with np.errstate(divide="ignore", invalid="ignore"):
        measured = record.liquidations.complete and of_one_venue(record.liquidations, open_interest)
        intensity = np.where(measured & (before > 0), 1e4 * long_usd / before, nan)
        return HourColumns(
            end=ends,
            price=price,
            day_sigmas=np.log(price / day) / _day_sigma(record.days, ends),
            hour_sigmas=_hour_sigmas(record, ends),
            coin=coin,
            usd=newest(open_interest.time, open_interest.usd, ends, age),
            coin_day=coin / coin_day - 1,
            coin_week=np.log(coin / coin_week),
            price_day=price / day - 1,
            price_week=np.log(price / week),
            long_usd=long_usd,
            short_usd=short_usd,
            intensity_bp=intensity,
            funding_week=week_means(record.funding, ends),
        )


def reach_ns(first_end: int) -> int:
    """From when on a record has to reach for a row with that end."""
    return first_end - _BACK_NS


def of_one_venue(liquidations: Liquidations, open_interest: OpenInterest) -> bool:
    """Whether one may be measured by the other: not where two venues are known to have told them."""
    return liquidations.source == open_interest.source or not (liquidations.source and open_interest.source)


def price_at(closes: tuple[IntArray, FloatArray], ends: IntArray) -> FloatArray:
    """The close of the bar that ends at each instant; NaN without one."""
    time, close = closes
    if not len(time):
        return np.full(len(ends), nan)
    row = np.minimum(np.searchsorted(time, ends), len(time) - 1)
    return np.where(time[row] == ends, close[row], nan)


def newest(time: IntArray, values: FloatArray, ends: IntArray, age_ns: int) -> FloatArray:
    """The newest reading at or before each instant, no older than `age_ns`; NaN without one."""
    if not len(time):
        return np.full(len(ends), nan)
    row = np.searchsorted(time, ends, side="right") - 1
    held = np.maximum(row, 0)
    return np.where((row >= 0) & (time[held] > ends - age_ns), values[held], nan)


def hourly_sums(liquidations: Liquidations, ends: IntArray) -> tuple[FloatArray, FloatArray]:
    """Dollars of longs and shorts in the hour before each end.

    A stream knows the hours that it was heard in whole. A table of hourly sums knows those that it has a row for. A
    table of single orders knows an hour when there was one in the day before its end: without any it may have ended.
    """
    time = liquidations.time
    usd = np.where(np.isnan(liquidations.usd), liquidations.coin * liquidations.price, liquidations.usd)
    counts = np.searchsorted(time, ends), np.searchsorted(time, ends - HOUR_NS)
    if liquidations.since_ns is not None and liquidations.until_ns is not None:
        heard = (ends - HOUR_NS >= liquidations.since_ns) & (ends <= liquidations.until_ns)
    elif len(time) and (time % HOUR_NS == 0).all():
        heard = counts[0] > counts[1]
    else:
        heard = counts[0] > np.searchsorted(time, ends - DAY_NS - HOUR_NS)
    if not len(ends):
        return np.empty(0), np.empty(0)
    hour = (time - (int(ends[0]) - HOUR_NS)) // HOUR_NS
    rows = (ends - int(ends[0])) // HOUR_NS
    sums = []
    for side in (1, -1):
        inside = (liquidations.side == side) & (hour >= 0) & (hour <= int(rows[-1])) & np.isfinite(usd)
        total = np.bincount(hour[inside], weights=usd[inside], minlength=int(rows[-1]) + 1)
        sums.append(np.where(heard, total[rows], nan))
    return sums[0], sums[1]


def week_means(funding: Funding, ends: IntArray) -> FloatArray:
    """`positioning.mean_funding_apr` of the seven days up to each end, in their order."""
    edges = np.searchsorted(funding.time, np.stack((ends - WEEK_NS, ends)), side="right")
    new = np.append(True, (edges[:, 1:] != edges[:, :-1]).any(axis=0))[: len(ends)]
    place: IntArray = np.cumsum(new) - 1
    means = np.full(int(new.sum()), nan)
    for column, (first, last) in enumerate(edges[:, new].T.tolist()):
        rate, hours = funding.rate[first:last], funding.interval_h[first:last]
        known = np.isfinite(rate) & (hours > 0)
        covered = float(np.sum(hours[known]))
        if covered >= _COVERED * WEEK_NS / HOUR_NS:
            means[column] = float(np.sum(rate[known])) / covered * HOURS_PER_YEAR
    return means[place]


def funding_weeks(feed: Feed, coin: str, ends: IntArray, now: datetime) -> FloatArray:
    """`week_means` of what the feed has."""
    found = asked(feed.fetch_funding, coin, int(ends[0]) - WEEK_NS - DAY_NS, now)
    return np.full(len(ends), nan) if found is None else week_means(found, ends)


def whole_hours(first_ns: int, last_ns: int, step_ns: int) -> IntArray:
    """The ends of the hours (or days) from the first one at or after an instant to the last one up to another."""
    first = -(-first_ns // step_ns) * step_ns
    return first + step_ns * np.arange(max(0, (last_ns - first) // step_ns + 1), dtype=np.int64)


def _closes(
    feed: Feed, calendar: TradingCalendar, coin: str, interval: Interval, after_ns: int, now: datetime
) -> tuple[IntArray, FloatArray]:
    answer = closed_bars(feed, coin, interval, after_ns, now) if interval in feed.intervals(coin) else None
    if answer is None or not len(answer.closed):
        return np.empty(0, np.int64), np.empty(0)
    return calendar.bar_ends(answer.closed.time, interval), answer.closed.close


def _day_sigma(days: tuple[IntArray, FloatArray], ends: IntArray) -> FloatArray:
    """Standard deviation of the 20 daily returns that were over at each end; they must all be known."""
    time, close = days
    moves = log_returns(close)
    sigma = np.full(len(close) + 1, nan)
    if len(moves) >= _SIGMA_DAYS:
        windows = np.lib.stride_tricks.sliding_window_view(moves, _SIGMA_DAYS)
        sigma[_SIGMA_DAYS + 1 :] = windows.std(axis=1, ddof=1)
    closed = np.searchsorted(time, ends, side="right")
    fresh = np.where(closed > 0, time[np.maximum(closed - 1, 0)] > ends - 2 * DAY_NS, False) if len(time) else False
    return np.where(fresh & (sigma[closed] > 0), sigma[closed], nan)


def _hour_sigmas(record: CoinRecord, ends: IntArray) -> FloatArray:
    """The last hour's return over the standard deviation of those of 20 days before it."""
    if record.step_ns != HOUR_NS or not len(ends):
        return np.full(len(ends), nan)
    line = whole_hours(int(ends[0]) - (_SIGMA_HOURS + 1) * HOUR_NS, int(ends[-1]), HOUR_NS)
    moves = np.concatenate(([nan], log_returns(price_at(record.hours, line))))
    row = np.searchsorted(line, ends)
    before = np.lib.stride_tricks.sliding_window_view(moves, _SIGMA_HOURS)[row - _SIGMA_HOURS]
    known = np.isfinite(before)
    n = known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, before, 0.0).sum(axis=1) / n
        variance = np.where(known, before - mean[:, None], 0.0)
        sigma = np.sqrt((variance * variance).sum(axis=1) / (n - 1))
        return np.where(n >= _SIGMA_HOURS_MINIMUM, moves[row] / sigma, nan)


def whole_until(now: datetime, step_ns: int) -> int:
    """The last whole hour (or day) at an instant."""
    return to_ns(now) - to_ns(now) % step_ns
