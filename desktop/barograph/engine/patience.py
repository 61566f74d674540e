"""What a live evaluation waits for, and what takes the light away between two evaluations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from barograph.engine.tape import Latest
from barograph.feeds.contract import Feed, FeedKind
from barograph.market.instruments import Universe
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

LONGEST = timedelta(hours=1)
"""How long after it is due, or after the start, an evaluation waits for what it can do without."""

LatestOf = Callable[[str], Latest]


class Patience:
    """An evaluation is made once and for good, so it waits while the feed may still bring a value for it.

    Without the prices of the indices and of the coin there is no light, so these are waited for until they are there
    or the vendor is found not to have them; for the rest, an hour.
    """

    def __init__(self, feed: Feed, universe: Universe, rules: RuleSet) -> None:
        """What matters is what the rules judge."""
        names = rules.inputs
        self._feed = feed
        self._critical = {names.equity_index, names.growth, names.volatility_index, names.crypto}
        self._relevant = self._critical.union(
            (names.dollar, names.yield_10y, names.yield_2y),
            universe.groups[names.leaders],
            universe.groups[names.breadth],
        )
        self._begun: datetime | None = None

    def waits_for(self, label_ns: int, due: datetime, now: datetime) -> tuple[str, ...]:
        """What the evaluation of a session, due at `due`, still waits for; the critical first."""
        self._begun = self._begun or now
        lacking = self._relevant.intersection(self._feed.lacking(label_ns, now))
        if not lacking & self._critical and now >= max(due, self._begun) + LONGEST:
            return ()
        return tuple(sorted(lacking, key=lambda name: (name not in self._critical, name)))


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
        if self._feed.info.kind is not FeedKind.LIVE or evaluation is None or evaluation.reason:
            self._since.clear()
            return evaluation
        reason = self._reason(latest, latest_of, now)
        if not reason:
            self._since.clear()
            return evaluation
        since = self._since.setdefault(reason, now)
        return replace(evaluation, face=Face.NO_DATA, ceiling=Face.NO_DATA, reason=reason, since=since)

    def _reason(self, latest: Mapping[str, Latest], latest_of: LatestOf, now: datetime) -> str:
        if any(advisory.id == "clock_off" for advisory in self._feed.advisories(now)):
            return "clock_off"

        def usable(name: str) -> bool:
            return (latest.get(name) or latest_of(name)).state.usable

        if not usable(self._crypto) or not any(map(usable, self._equity)):
            return "critical_stale"
        return ""
