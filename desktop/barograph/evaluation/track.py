"""What an evaluation works on: the light, session by session, and the closes and readings known at each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from barograph.feeds.contract import Feed
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

FEAR_AND_GREED = "FNG"
ASSETS = ("SPX", "QQQ", "IWM", "HYG", "BTC", "ETH", "UUP", "GLD", "TLT", "VIX")
"""Those of the benchmarks that take many assets (SIGNALS 3.2)."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One row for each session that was judged, oldest first, from the beginning of the data.

    `score` and `pillars` (by name, 0-1) are NaN where the light was NO DATA; `volatility` is the growth index's
    realised volatility as the light read it; `closes` are by instrument, NaN where a session has no bar; `greed` is
    the crypto fear and greed index as known at each evaluation, NaN where there is none. Only `faces` at or after
    `first` are evaluated; what lies before is the past that benchmarks need.
    """

    evaluations: tuple[Evaluation, ...]
    first: int
    score: FloatArray
    pillars: Mapping[str, FloatArray]
    volatility: FloatArray
    closes: Mapping[str, FloatArray]
    greed: FloatArray

    @property
    def faces(self) -> tuple[Face, ...]:
        """The face after each session."""
        return tuple(each.face for each in self.evaluations)


def make_track(feed: Feed, rules: RuleSet, made: Sequence[Evaluation], start: datetime | None) -> Track:
    """The track of evaluations (one at least) of a feed; `start` bounds the evaluations that count.

    Nothing is asked for that was not known at the last of them.
    """
    now = made[-1].at

    def daily(name: str) -> Bars:
        offered = Interval.DAY_1 in feed.intervals(name)
        return feed.fetch_bars(name, Interval.DAY_1, None, now).closed if offered else Bars.empty()

    greed = feed.fetch_fixings(FEAR_AND_GREED, None, now) if FEAR_AND_GREED in feed.series() else Fixings.empty()
    return track_of(daily, greed, rules, made, start)


def track_of(
    daily: Callable[[str], Bars],
    greed: Fixings,
    rules: RuleSet,
    made: Sequence[Evaluation],
    start: datetime | None,
) -> Track:
    """The track of evaluations, given the closed daily bars of each instrument and the fear and greed index."""
    names = rules.inputs
    wanted = dict.fromkeys((names.equity_index, names.crypto, names.volatility_index, *ASSETS))
    labels = np.array([label_ns(each.session) for each in made], dtype=np.int64)
    return Track(
        evaluations=tuple(made),
        first=0 if start is None else sum(each.at < start for each in made),
        score=np.array([_shown(each, each.score.value) for each in made]),
        pillars={
            pillar.name: np.array([_shown(each, each.score.pillars.get(pillar.name)) for each in made])
            for pillar in rules.pillars
        },
        volatility=np.array([each.raw["V1"].x for each in made]),
        closes={name: _closes(daily(name), labels) for name in wanted},
        greed=_greed(greed, made, labels, rules.fixing_max_age_days),
    )


def _shown(evaluation: Evaluation, value: float | None) -> float:
    return np.nan if evaluation.reason or value is None else value


def _closes(bars: Bars, labels: IntArray) -> FloatArray:
    closes = np.full(len(labels), np.nan)
    rows = np.searchsorted(labels, bars.time)
    here = rows < len(labels)
    here[here] = labels[rows[here]] == bars.time[here]
    closes[rows[here]] = bars.close[here]
    return closes


def _greed(fixings: Fixings, made: Sequence[Evaluation], labels: IntArray, max_age_days: int) -> FloatArray:
    greed = np.full(len(made), np.nan)
    if not len(fixings):
        return greed
    order = np.argsort(fixings.known_at, kind="stable")
    asked = np.array([to_ns(each.at) for each in made], dtype=np.int64)
    known = np.searchsorted(fixings.known_at[order], asked, side="right") - 1
    newest = np.maximum.accumulate(order)[np.maximum(known, 0)]
    held = (known >= 0) & (labels - fixings.time[newest] <= max_age_days * DAY_NS)
    greed[held] = fixings.value[newest[held]]
    return greed
