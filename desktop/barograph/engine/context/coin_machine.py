"""A coin's deleveraging and the cascade, stepped once for each hour that has ended, from a month before the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite, isnan, nan

import numpy as np

from barograph.engine.context.coin_hours import (
    CoinRecord,
    HourColumns,
    coin_record,
    columns_at,
    funding_weeks,
    reach_ns,
    whole_hours,
    whole_until,
)
from barograph.feeds.contract import Feed
from barograph.market.bars import FloatArray, IntArray
from barograph.market.calendars import Phase, TradingCalendar
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import DAY_NS, HOUR_NS, SECOND_NS, Interval
from barograph.risk import cascade, deleveraging
from barograph.risk.cascade import Cascade, CascadeInputs
from barograph.risk.context_features import CryptoReadings
from barograph.risk.context_rules import ContextRules
from barograph.risk.deleveraging import DeleveragingInputs, DeleveragingReading, DeleveragingState, Stage
from barograph.risk.percentile import mid_rank

RANKED_HOURS, RANKED_HOURS_MINIMUM = 180 * 24, 30 * 24
"""Hours that liquidations are ranked among. The minimum is judgement: a hundredth of a month is seven hours."""
RANKED_DAYS, RANKED_DAYS_MINIMUM = 365, 90
"""Days that the week's funding is ranked among."""
WARM_UP_NS = 30 * DAY_NS
"""The machines' memory is a week; what was before has no part in them, only `since` may be older than is known."""
_LATE_NS = 120 * SECOND_NS
"""An hour whose bar has not come so long after its end is stepped without it."""

DailyPart = Callable[[int], CascadeInputs | None]
"""The daily inputs of the cascade as known at an instant (ns), None before any session was judged."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Places in the past (0-1), with the number of days or hours behind each; None while there are too few."""

    funding: float | None
    funding_days: int
    liquidations: float | None
    liquidation_hours: int


class CoinMachine:
    """The hours of one coin."""

    def __init__(self, feed: Feed, calendar: TradingCalendar, stocks: TradingCalendar, coin: str) -> None:
        """`stocks` is the stock exchange's calendar; nothing is asked yet."""
        self.coin = coin
        self.hours: HourColumns | None = None
        self.record: CoinRecord | None = None
        self.step_ns = HOUR_NS if Interval.HOUR_1 in feed.intervals(coin) else DAY_NS
        self._feed = feed
        self._calendar = calendar
        self._stocks = stocks
        self._funding_days: tuple[int, FloatArray] = (0, np.empty(0))

    def due(self, now: datetime) -> bool:
        """Whether an hour has ended that is not in yet."""
        return self.hours is None or whole_until(now, self.step_ns) > int(self.hours.end[-1])

    def advance(self, now: datetime) -> int:
        """Take in the hours that have ended; how many. The newest waits a while for its bar."""
        last = whole_until(now, self.step_ns)
        if self.hours is None or last - int(self.hours.end[-1]) > WARM_UP_NS:
            return self._begin(last, now)
        record = coin_record(self._feed, self._calendar, self.coin, reach_ns(int(self.hours.end[-1])), now)
        ends = self._ready(whole_hours(int(self.hours.end[-1]) + 1, last, self.step_ns), record, now)
        if len(ends):
            self.record = record
            self.hours = self.hours.joined(columns_at(record, ends), RANKED_HOURS + 31 * 24)
        return len(ends)

    def ranks(self, row: int) -> Ranks:
        """Places of a row's funding and liquidations in their past, as known at its end."""
        hours = self.hours
        if hours is None:
            return Ranks(None, 0, None, 0)
        past = hours.intensity_bp[max(0, row + 1 - RANKED_HOURS) : row + 1]
        known = int(np.count_nonzero(~np.isnan(past)))
        rank = mid_rank(past, float(past[-1])) if known >= RANKED_HOURS_MINIMUM else None
        days = self._days_before(int(hours.end[row]))
        week = float(hours.funding_week[row])
        count = int(np.count_nonzero(~np.isnan(days))) + (not isnan(week))
        funding = mid_rank(np.append(days, week), week) if count >= RANKED_DAYS_MINIMUM else None
        return Ranks(funding, count, rank, known)

    def inputs(self, row: int) -> DeleveragingInputs:
        """What one hour knows."""
        hours, ranks = self._held, self.ranks(row)
        week, price = float(hours.coin_week[row]), float(hours.price_week[row])
        divergence = nan if isnan(week) or isnan(price) else week if price < 0 else 0.0
        return DeleveragingInputs(
            float(hours.day_sigmas[row]),
            float(hours.coin_day[row]),
            week,
            divergence,
            ranks.funding,
            ranks.liquidations,
        )

    def readings(self, at_ns: int) -> CryptoReadings:
        """What the hour that ended last at an instant adds to a day's inputs; nothing where that is not held."""
        if self.hours is None or self.step_ns != HOUR_NS:
            return CryptoReadings()
        row = int(np.searchsorted(self.hours.end, at_ns, side="right")) - 1
        if row < 0 or int(self.hours.end[row]) <= at_ns - 3 * HOUR_NS or not isfinite(self.hours.price[row]):
            return CryptoReadings()
        ranks = self.ranks(row)
        interest = bool(np.isfinite(self.hours.coin[: row + 1]).any())
        return CryptoReadings(
            float(self.hours.day_sigmas[row]),
            float(self.hours.coin_day[row]) if interest else None,
            float(self.hours.coin_week[row]) if interest else None,
            ranks.liquidations,
        )

    def stocks_closed(self, end_ns: int) -> bool:
        """Whether the stock exchange was closed in the middle of the hour before an end."""
        return self._stocks.phase(from_ns(end_ns - HOUR_NS // 2)) is not Phase.OPEN

    @property
    def _held(self) -> HourColumns:
        if self.hours is None:
            raise RuntimeError("no hour has been taken in")
        return self.hours

    def _begin(self, last: int, now: datetime) -> int:
        """The whole past that ranks need."""
        span = RANKED_HOURS * HOUR_NS + WARM_UP_NS
        self._funding_days = 0, np.empty(0)
        record = coin_record(self._feed, self._calendar, self.coin, reach_ns(last - span), now)
        ends = self._ready(whole_hours(last - span, last, self.step_ns), record, now)
        self.record = record
        self.hours = columns_at(record, ends)
        return len(ends)

    def _ready(self, ends: IntArray, record: CoinRecord, now: datetime) -> IntArray:
        """The ends without the newest one while its bar may still come."""
        if not len(ends) or to_ns(now) - int(ends[-1]) >= _LATE_NS:
            return ends
        time = record.hours[0]
        return ends if len(time) and int(time[-1]) >= int(ends[-1]) else ends[:-1]

    def _days_before(self, end_ns: int) -> FloatArray:
        """The week's funding at the ends of the 364 days before the day of an instant; made once a day."""
        day = end_ns - end_ns % DAY_NS
        held_day, held = self._funding_days
        if held_day != day:
            count = RANKED_DAYS - 1
            new = min(count, (day - held_day) // DAY_NS) if 0 < held_day < day else count
            ends = day - DAY_NS * np.arange(new, 0, -1, dtype=np.int64)
            found = funding_weeks(self._feed, self.coin, ends, from_ns(end_ns))
            self._funding_days = day, np.concatenate((held, found))[-count:]
        return self._funding_days[1]


@dataclass(slots=True)
class Stages:
    """The two machines and since when what they say has been so."""

    state: DeleveragingState = field(default_factory=DeleveragingState)
    reading: DeleveragingReading | None = None
    since: datetime | None = None
    marks: Cascade = cascade.START
    at: int | None = None
    known: bool = False

    def step(self, machine: CoinMachine, row: int, rules: ContextRules, daily: CascadeInputs | None) -> None:
        """One hour."""
        hours = machine.hours
        if hours is None:
            return
        end = int(hours.end[row])
        inputs = machine.inputs(row)
        elapsed_h = 0.0 if self.at is None else (end - self.at) / HOUR_NS
        before = self.reading
        self.state, self.reading = deleveraging.step(self.state, inputs, elapsed_h, rules.deleveraging)
        if before is not None and before.stage is not self.reading.stage:
            self.since = from_ns(end)
        self.at = end
        self.known = _judged(self.reading)
        if daily is not None:
            told = self.reading.stage if self.known or self.reading.stage is not Stage.CALM else None
            full = replace(
                daily,
                deleveraging=told,
                stocks_closed=machine.stocks_closed(end),
                crypto_hour_sigmas=float(hours.hour_sigmas[row]),
            )
            self.marks = cascade.step(self.marks, from_ns(end), full, rules.cascade)


def _judged(reading: DeleveragingReading) -> bool:
    """Whether calm could be told from what is worse: the fall is known, and something of what sells or builds up."""
    fall, *selling = (sign.met for sign in reading.forced_signs)
    return fall is not None and (fall is False or any(met is not None for met in selling))
