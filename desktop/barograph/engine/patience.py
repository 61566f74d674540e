"""What a live evaluation waits for, and what takes the light away between two evaluations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from barograph.engine.tape import Latest
from barograph.feeds.contract import Feed, FeedError, FeedKind, derivatives_of, hours_of
from barograph.indicators.breadth import FRESH_SHARE
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

LONGEST = timedelta(hours=1)
"""How long an evaluation waits for what it can do without, once it is due and what it cannot do without is there."""
LONGEST_AT_FIRST = timedelta(days=1)
"""The same for the first one of a record: years are judged with it, and a value that they lack they lack for good."""
CLOCK = "clock"
"""Is waited for while this computer's clock and the exchanges' differ."""

LatestOf = Callable[[str], Latest]


class Patience:
    """An evaluation is made once and for good, so it waits while the feed may still bring a value for it.

    Without the prices of the indices and of the coin there is no light, so these are waited for until they are there
    or the vendor is found not to have them; for the rest, an hour from then on: after a night without a network it
    comes some minutes later. The first one of a record waits for the baskets likewise: without them the warm-up would
    have to be waited for.
    """

    def __init__(self, feed: Feed, universe: Universe, rules: RuleSet) -> None:
        """What matters is what the rules judge."""
        names = rules.inputs
        self._feed = feed
        self._critical = frozenset((names.equity_index, names.growth, names.volatility_index, names.crypto))
        self._baskets = tuple(frozenset(universe.groups[group]) for group in (names.leaders, names.breadth))
        self._optional = frozenset(
            (hours_of(names.equity_future), hours_of(names.crypto), derivatives_of(names.crypto))
        )
        rates = (names.dollar, names.yield_10y, names.yield_2y)
        self._relevant = self._critical.union(rates, self._optional, *self._baskets)
        self._begun: datetime | None = None
        self._complete: datetime | None = None

    def woke(self) -> None:
        """Time made a leap, in which nothing was asked: it counts as no waiting."""
        self._begun = self._complete = None

    def waits_for(self, label_ns: int, due: datetime, now: datetime, *, first: bool = False) -> tuple[str, ...]:
        """What the evaluation of a session, due at `due`, still waits for; the critical first. `first`: of a record.

        By a clock that is wrong no session is judged: one that is to come would be found without a bar.
        """
        if clock_is_off(self._feed, now):
            return (CLOCK,)
        self._begun = self._begun or now
        lacking = self._relevant.intersection(self._feed.lacking(label_ns, now))
        critical = lacking & self._critical
        if now < self._begun + LONGEST:
            critical |= self._holes(label_ns, now)  # one answer, maybe the first: vendors do leave a day out at times
        if critical or (first and any(len(lacking & each) > (1 - FRESH_SHARE) * len(each) for each in self._baskets)):
            self._complete = None
        else:
            self._complete = self._complete or now
            if now >= max(due, self._complete) + (LONGEST_AT_FIRST if first and lacking - self._optional else LONGEST):
                return ()
        return tuple(sorted(lacking | critical, key=lambda name: (name not in self._critical, name)))

    def can_do_without(self, waiting: tuple[str, ...]) -> bool:
        """Whether there can be a light without all of these."""
        return CLOCK not in waiting and self._critical.isdisjoint(waiting)

    def _holes(self, label_ns: int, now: datetime) -> frozenset[str]:
        """The critical without a daily bar of that session; none of a feed that never brings one later."""
        if self._feed.info.kind is not FeedKind.LIVE:
            return frozenset()
        return frozenset(name for name in self._critical if not self._has(name, label_ns, now))

    def _has(self, name: str, label_ns: int, now: datetime) -> bool:
        try:
            times = self._feed.fetch_bars(name, Interval.DAY_1, label_ns - 1, now).closed.time
        except FeedError:
            return False
        return bool(len(times)) and int(times[0]) == label_ns


def clock_is_off(feed: Feed, now: datetime) -> bool:
    """Whether this computer's clock and the exchanges' differ too much."""
    return any(advisory.id == "clock_off" for advisory in feed.advisories(now))


class Watch:
    """Looks after the light between two evaluations of a live feed (SIGNALS 6.1)."""

    def __init__(self, feed: Feed, crypto: str, equity: tuple[str, ...]) -> None:
        """`equity`: any one of these prices will do."""
        self._feed = feed
        self._crypto = crypto
        self._equity = equity
        self._since: dict[str, datetime] = {}

    def blinded(
        self, evaluation: Evaluation | None, latest: Mapping[str, Latest], latest_of: LatestOf, now: datetime
    ) -> Evaluation | None:
        """The evaluation as it may be shown: without a light while a critical price is stale in its session, or
        while this computer's clock and the exchanges' differ.
        """
        if self._feed.info.kind is not FeedKind.LIVE or evaluation is None:
            self._since.clear()
            return evaluation
        reason = self._reason(evaluation, latest, latest_of, now)
        if not reason:
            self._since.clear()
            return evaluation
        since = self._since.setdefault(reason, now)
        return replace(evaluation, face=Face.NO_DATA, ceiling=Face.NO_DATA, reason=reason, since=since)

    def _reason(self, evaluation: Evaluation, latest: Mapping[str, Latest], latest_of: LatestOf, now: datetime) -> str:
        if clock_is_off(self._feed, now):
            return "clock_off"
        if evaluation.reason:
            return ""  # there is no light to be taken away, and why is known

        def usable(name: str) -> bool:
            return (latest.get(name) or latest_of(name)).state.usable

        if not usable(self._crypto) or not any(map(usable, self._equity)):
            return "critical_stale"
        return ""
