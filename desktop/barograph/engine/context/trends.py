"""Trends on one hour and four, and whether the two disagree (SIGNALS 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from barograph.engine.context.last_trades import closed_bars
from barograph.engine.context.shown import known
from barograph.engine.context_view import FramesView, FrameTrend
from barograph.engine.tape import Tape
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval
from barograph.risk.context_rules import PlanRules
from barograph.risk.plans import Trend, frames_agree, frames_disagree, trend_of, trend_strength

_FRAMES = (Interval.HOUR_1, Interval.HOUR_4)
_OLD_BARS = 3
"""A trend whose last bar ended so many bars of trading time ago is not known any more."""


def frames_view(tape: Tape, names: Sequence[str], rules: PlanRules, now: datetime) -> FramesView:
    """Trends of each instrument on both intervals, from closed bars."""
    trends = tuple(_trend(tape, name, interval, rules, now) for name in names for interval in _FRAMES)
    answers = [frames_disagree(hour.trend, four.trend) for hour, four in pairs(trends)]
    against = tuple(hour.instrument for (hour, _), answer in zip(pairs(trends), answers, strict=True) if answer)
    disagree = True if against else None if None in answers or not answers else False
    return FramesView(trends, disagree, against)


def pairs(trends: Sequence[FrameTrend]) -> list[tuple[FrameTrend, FrameTrend]]:
    """The two intervals of each instrument."""
    return list(zip(trends[::2], trends[1::2], strict=True))


def most_careful(view: FramesView) -> tuple[Trend, Trend]:
    """The pair of trends that plans go by: one that disagrees, else one that is not known, else one that has no
    common direction.
    """
    found = [(hour.trend, four.trend) for hour, four in pairs(view.trends)]
    if not found:
        return Trend.UNKNOWN, Trend.UNKNOWN
    return min(found, key=_care)


def _care(pair: tuple[Trend, Trend]) -> int:
    """0 for trends that disagree, 1 for unknown ones, 2 for those without a common direction, 3 for the others."""
    disagree = frames_disagree(*pair)
    if disagree is not False:
        return 0 if disagree else 1
    return 3 if frames_agree(*pair) else 2


def _trend(tape: Tape, name: str, interval: Interval, rules: PlanRules, now: datetime) -> FrameTrend:
    calendar = tape.calendars(tape.universe.instrument(name).calendar)
    back = 6 * (rules.trend_sigma_bars + rules.trend_bars) * interval.ns  # weekends and nights have no bars
    since = int(now.timestamp()) * 1_000_000_000 - back
    answer = closed_bars(tape.feed, name, interval, since, now) if interval in tape.feed.intervals(name) else None
    if answer is None or not len(answer.closed):
        return FrameTrend(name, interval, None, Trend.UNKNOWN, None)
    end = from_ns(calendar.bar_end(int(answer.closed.time[-1]), interval))
    if calendar.trading_s(end, now) > _OLD_BARS * interval.seconds:
        return FrameTrend(name, interval, None, Trend.UNKNOWN, end)
    strength = trend_strength(answer.closed.close, rules.trend_bars, rules.trend_sigma_bars)
    return FrameTrend(name, interval, known(strength), trend_of(strength, rules), end)
