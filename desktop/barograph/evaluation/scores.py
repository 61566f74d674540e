"""Measures of how well a number or an alarm tells the days before an event from other days (SIGNALS 11.4).

`weights` count how often each day is drawn, (draws, days); the answer then has one value per draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.market.bars import FloatArray, IntArray

SESSIONS_A_YEAR = 252


def auc(score: FloatArray, label: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """The chance that a day with label 1 has a higher score than one with label 0, ties counting one half.

    `score` and `label` are known throughout. NaN where one of the labels does not occur.
    """
    if not len(score):
        return np.full(1 if weights is None else len(weights), np.nan)
    order, starts = _groups(score)
    drawn = _drawn(weights, len(score))[:, order]
    yes = np.add.reduceat(drawn * label[order], starts, axis=1)
    no = np.add.reduceat(drawn * (1 - label[order]), starts, axis=1)
    below = np.cumsum(no, axis=1) - no / 2
    pairs = yes.sum(axis=1) * no.sum(axis=1)
    return _ratio((yes * below).sum(axis=1), pairs)


def average_precision(score: FloatArray, label: FloatArray) -> float:
    """The sum over falling thresholds of the gain in recall times the precision; NaN without a label 1.

    Days of one score enter together.
    """
    order, starts = _groups(-score)
    yes = np.add.reduceat(label[order], starts)
    count = np.diff(np.append(starts, len(score)))
    total = float(yes.sum())
    if not total:
        return float("nan")
    precision = np.cumsum(yes) / np.cumsum(count)
    return float(np.sum(yes * precision) / total)


def _groups(score: FloatArray) -> tuple[IntArray, IntArray]:
    """The order of rising scores, and where in it each new value begins."""
    order = np.argsort(score, kind="stable")
    new = np.append(True, np.diff(score[order]) != 0)
    return order, np.flatnonzero(new)


def _drawn(weights: FloatArray | None, days: int) -> FloatArray:
    return np.ones((1, days)) if weights is None else weights


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    ratio: FloatArray = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return ratio


@dataclass(frozen=True, slots=True, eq=False)
class AlarmRates:
    """One value per draw: the share of event days (`true_positive`) and of other days (`false_positive`) with the
    alarm on, their quotient the other way up, the odds of an event while it is on, and these over the base rate.
    """

    true_positive: FloatArray
    false_positive: FloatArray
    noise_to_signal: FloatArray
    odds_on: FloatArray
    lift: FloatArray


def alarm_rates(on: FloatArray, label: FloatArray, weights: FloatArray | None = None) -> AlarmRates:
    """Rates of an alarm, 1 or 0 a day, against labels 1 or 0 (Kaminsky and Reinhart 1999 for noise to signal)."""
    drawn = _drawn(weights, len(on))
    total, events, alarms, hits = (drawn @ each for each in (np.ones(len(on)), label, on, on * label))
    true_positive = _ratio(hits, events)
    false_positive = _ratio(alarms - hits, total - events)
    odds_on = _ratio(hits, alarms)
    return AlarmRates(
        true_positive,
        false_positive,
        _ratio(false_positive, true_positive),
        odds_on,
        _ratio(odds_on, _ratio(events, total)),
    )


def runs(on: FloatArray) -> list[tuple[int, int]]:
    """First and last row of each stretch of 1; rows that are NaN neither begin nor end one."""
    known = np.flatnonzero(~np.isnan(on))
    edges = np.diff(on[known] == 1, prepend=False, append=False).nonzero()[0]
    return [(int(known[first]), int(known[end - 1])) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def false_runs(stretches: list[tuple[int, int]], days: FloatArray) -> int:
    """How many runs hold no event day; one with a day of unknown outcome and no event is not called false."""
    return sum(bool((days[first : last + 1] == 0).all()) for first, last in stretches)


def changes(states: FloatArray) -> int:
    """How often a state differs from the one before; NaN rows are passed over."""
    known = states[~np.isnan(states)]
    return int(np.count_nonzero(np.diff(known)))


def a_year(count: int, sessions: int) -> float | None:
    """A count as a rate a year of 252 sessions; None where there are none."""
    return count * SESSIONS_A_YEAR / sessions if sessions else None


def odds_so_far(group: FloatArray, label: FloatArray, horizon: int, minimum: int) -> tuple[FloatArray, FloatArray]:
    """The share of event days seen up to each day, among the days of its own group and among all.

    `group` and `label` may be NaN. What has been seen on a day are the days whose whole horizon is over. One more day
    at the base rate is counted into each group, so that a group never seen has the base rate. NaN until `minimum`
    days have been seen.
    """
    count = len(label)
    known = ~np.isnan(label) & ~np.isnan(group)
    own, base = np.full(count, np.nan), np.full(count, np.nan)
    events, days = (_seen(each, horizon) for each in (np.where(known, label, 0.0), known.astype(np.float64)))
    enough = days >= minimum
    base[enough] = events[enough] / days[enough]
    for each in np.unique(group[~np.isnan(group)]):
        inside = known & (group == each)
        events, days = (_seen(one, horizon) for one in (np.where(inside, label, 0.0), inside.astype(np.float64)))
        here = (group == each) & enough
        own[here] = (events[here] + base[here]) / (days[here] + 1)
    return own, base


def _seen(values: FloatArray, horizon: int) -> FloatArray:
    """For each row the sum over the rows at least `horizon` before it."""
    total = np.cumsum(values)
    seen = np.zeros(len(values))
    if len(values) > horizon:
        seen[horizon:] = total[: len(values) - horizon]
    return seen
