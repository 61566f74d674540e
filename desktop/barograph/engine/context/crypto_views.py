"""A coin's leverage as it is shown: funding by venue, open interest, liquidations with their coverage, its stage."""

from __future__ import annotations

from datetime import datetime
from math import isfinite, nan

import numpy as np

from barograph.engine.context.coin_hours import CoinRecord, HourColumns
from barograph.engine.context.coin_machine import RANKED_HOURS_MINIMUM, CoinMachine, Ranks, Stages
from barograph.engine.context.shown import known, sign_views
from barograph.engine.context_view import CryptoStructure, DeleveragingView, LiquidationView, VenueFunding
from barograph.indicators.positioning import (
    branching_ratio,
    flushed,
    funding_8h,
    funding_apr,
    interval_shortened,
    window_counts,
)
from barograph.market.bars import FloatArray
from barograph.market.freshness import Freshness, funding_limits, judge_age
from barograph.market.instants import from_ns
from barograph.market.intervals import DAY_NS, HOUR_NS, SECOND_NS
from barograph.market.observations import Funding, Liquidations

SELF_FEEDING = 0.8
"""From this share on liquidations set each other off (SIGNALS 3.3)."""
_CLUSTER_NS, _CLUSTERS = 30 * 60 * SECOND_NS, 48
_FLUSH = -0.10


def structure(machine: CoinMachine, now: datetime) -> CryptoStructure:
    """Everything of one coin, as of its newest hour."""
    hours, record = machine.hours, machine.record
    if hours is None or record is None or not len(hours):
        return CryptoStructure(machine.coin)
    row = len(hours) - 1
    ranks = machine.ranks(row)
    venue = _venue_funding(record.funding, float(hours.funding_week[row]), ranks, now)
    week, price_week = float(hours.coin_week[row]), float(hours.price_week[row])
    change = float(hours.coin_day[row])
    divergence = nan if not isfinite(week + price_week) else week if price_week < 0 else 0.0
    return CryptoStructure(
        coin=machine.coin,
        funding=() if venue is None else (venue,),
        funding_apr=venue.apr if venue else None,
        funding_8h=venue.per_8h if venue else None,
        open_interest_coin=known(float(hours.coin[row])),
        open_interest_usd=known(float(hours.usd[row])),
        open_interest_day=known(change),
        open_interest_week=known(week),
        price_day=known(float(hours.price_day[row])),
        price_week=known(price_week),
        divergence=known(divergence),
        flush=flushed(1.0, 1.0 + change, _FLUSH) if isfinite(change) else None,
        open_interest_as_of=_reading_time(record, int(hours.end[row])),
        open_interest_source=record.open_interest.source,
        liquidations=_liquidations(record, hours, row, ranks),
    )


def deleveraging_view(coin: str, stages: Stages) -> DeleveragingView | None:
    """The stage; None before the first hour."""
    reading = stages.reading
    if reading is None or stages.at is None:
        return None
    return DeleveragingView(
        coin,
        reading.stage,
        reading.worst,
        stages.since,
        reading.evident,
        stages.known,
        sign_views(reading.forced_signs),
        sign_views(reading.building_signs),
        from_ns(stages.at),
    )


def _venue_funding(funding: Funding, week: float, ranks: Ranks, now: datetime) -> VenueFunding | None:
    if not len(funding):
        return None
    rate, interval_h = float(funding.rate[-1]), float(funding.interval_h[-1])
    as_of = from_ns(int(funding.time[-1]))
    return VenueFunding(
        venue=funding.source,
        apr=known(funding_apr(rate, interval_h)),
        per_8h=known(funding_8h(rate, interval_h)),
        interval_h=known(interval_h),
        shortened=interval_shortened(funding.interval_h),
        week_apr=known(week),
        percentile=known(ranks.funding),
        percentile_days=ranks.funding_days,
        learning=ranks.funding is None,
        weight=1.0,
        as_of=as_of,
        state=judge_age(as_of, now, funding_limits(interval_h)) if isfinite(rate) else Freshness.MISSING,
    )


def _reading_time(record: CoinRecord, end_ns: int) -> datetime | None:
    """When the open interest shown was read."""
    row = int(np.searchsorted(record.open_interest.time, end_ns, side="right")) - 1
    return from_ns(int(record.open_interest.time[row])) if row >= 0 else None


def _liquidations(record: CoinRecord, hours: HourColumns, row: int, ranks: Ranks) -> LiquidationView | None:
    rows = record.liquidations
    if not len(rows) and rows.since_ns is None:
        return None
    end, coverage = int(hours.end[row]), rows.coverage
    day: FloatArray = hours.intensity_bp[max(0, row - 23) : row + 1]
    branching = _branching(rows, end)
    intensity = float(hours.intensity_bp[row])
    return LiquidationView(
        venue=rows.source,
        coverage="unstated" if coverage is None else coverage.value,
        long_usd=known(float(hours.long_usd[row])),
        short_usd=known(float(hours.short_usd[row])),
        intensity_bp=known(intensity),
        peak_bp=float(np.nanmax(day)) if np.isfinite(day).any() else None,
        percentile=known(ranks.liquidations),
        percentile_hours=ranks.liquidation_hours,
        learning=ranks.liquidation_hours < RANKED_HOURS_MINIMUM,
        part_of_hour=rows.since_ns is not None and rows.since_ns > end - HOUR_NS,
        busy_share=_busy_share(rows, end) if not rows.complete else None,
        branching=known(branching),
        self_feeding=branching >= SELF_FEEDING if isfinite(branching) else None,
        as_of=from_ns(end),
    )


def _branching(rows: Liquidations, end_ns: int) -> float:
    """Clustering of 24 hours, of single orders only: sums of hours and sampled feeds say nothing about it."""
    time = rows.time
    if not len(time) or (time % HOUR_NS == 0).all() or not rows.complete:
        return nan
    if rows.since_ns is not None and rows.since_ns > end_ns - DAY_NS:
        return nan
    return branching_ratio(window_counts(time, end_ns, _CLUSTER_NS, _CLUSTERS))


def _busy_share(rows: Liquidations, end_ns: int) -> float:
    """Share of the hour's seconds in which a long was liquidated."""
    first, last = np.searchsorted(rows.time, [end_ns - HOUR_NS, end_ns]).tolist()
    longs = rows.time[first:last][rows.side[first:last] == 1]
    return len(np.unique(longs // SECOND_NS)) / 3_600
