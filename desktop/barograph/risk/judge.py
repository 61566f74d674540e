"""The judge: one evaluation after another, each from what was known then, with the light and its ceiling.

The ceiling is the same state machine run on the upper bound of the score (SIGNALS 4.5). It is kept so that taking
any input away can only make it worse; the reasoning stands beside each rule below.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isnan

import numpy as np

from barograph.market.bars import FloatArray
from barograph.risk.faces import Face, worse
from barograph.risk.features import MISSING, RawInput, Shock
from barograph.risk.levels import Basis, levels
from barograph.risk.light import MachineState, step, step_without_light
from barograph.risk.percentile import mid_rank, mid_rank_range
from barograph.risk.rules import RuleSet
from barograph.risk.score import Availability, Percentile, Score, score


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One closed evaluation and all that it rests on.

    `at` (UTC) is when it was made and `session` the trading session it closes. `light` is the state machine
    after it (kept unchanged beneath NO DATA) and `worst` the ceiling's. `steady` are the inputs available at
    every evaluation since the last one with a score (since the first of all while there was none), and
    `scored_with` those available at that one (None before the first score). `since` is when `face` was first
    shown and `sessions_in_state` counts from there. `windows` says of how many known values each percentile is made,
    this one included; it is not stored to go on from.
    """

    session: date
    at: datetime
    rule_set: str
    raw: Mapping[str, RawInput]
    percentiles: Mapping[str, Percentile]
    score: Score
    face: Face
    ceiling: Face
    light: MachineState
    worst: MachineState
    shock: Shock
    reason: str
    warm_up_left: int
    steady: frozenset[str]
    scored_with: frozenset[str] | None
    since: datetime
    sessions_in_state: int
    windows: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the inputs that should be there and are not."""
        return tuple(name for name, entry in self.percentiles.items() if entry.availability is Availability.MISSING)


class Judge:
    """Evaluates sessions in order. Holds the past raw values that the percentiles need and nothing else."""

    def __init__(self, rules: RuleSet, past: Sequence[Evaluation] = ()) -> None:
        """`past`: earlier evaluations under the same rule set, oldest first, to go on from."""
        self._rules = rules
        self._ids = rules.indicator_ids
        self._optional = rules.optional_ids
        self._rows = self._filled = 0
        self._held = np.full((3, 2 * rules.window, len(self._ids)), np.nan)
        self._born: dict[str, int] = {}
        self.last: Evaluation | None = None
        for evaluation in past:
            self._remember(evaluation.raw)
            self.last = evaluation

    def copy(self) -> Judge:
        """One that goes on from here by itself: what it judges is no part of this one's record."""
        twin = copy(self)
        twin._held, twin._born = self._held.copy(), dict(self._born)
        return twin

    def rank(self, name: str, raw: RawInput) -> Percentile:
        """Where a present value stands among those of the sessions judged so far; it does not become one of them, and
        does not make the window one older.
        """
        if self._rows - self._born.get(name, self._rows) < self._rules.window_of(name).minimum:
            return _unknown(Availability.LEARNING)
        return self._percentile(name, raw)

    def evaluate(
        self,
        session: date,
        at: datetime,
        raw: Mapping[str, RawInput],
        shock: Shock,
        *,
        critical: bool,
    ) -> Evaluation:
        """Judge one session; `critical` is False when the price of the index or of the coin itself is missing."""
        before = self.last
        raw = {name: raw.get(name, MISSING) for name in self._ids}
        percentiles = {name: self._percentile(name, raw[name]) for name in self._ids}
        self._remember(raw)
        result = score(percentiles, self._rules)
        warm_up_left = self._warm_up_left()
        reason = "warm_up" if warm_up_left else "critical_stale" if not critical else result.reason
        available = frozenset(n for n, e in percentiles.items() if e.availability is Availability.AVAILABLE)
        trusted = available & before.steady if before else available
        light, worst = (before.light, before.worst) if before else (MachineState(), MachineState())
        begun = before is not None and before.scored_with is not None
        if not reason or begun or (critical and self._expected(percentiles)):
            light, worst = self._step(before, percentiles, result, shock, reason, available, trusted)
        face = Face.NO_DATA if reason else light.face
        same = before is not None and before.face is face
        self.last = Evaluation(
            session=session,
            at=at,
            rule_set=self._rules.id,
            raw=raw,
            percentiles=percentiles,
            score=result,
            face=face,
            ceiling=Face.NO_DATA if reason else worse(light.face, worst.face),
            light=light,
            worst=worst,
            shock=shock,
            reason=reason,
            warm_up_left=warm_up_left,
            steady=trusted if reason else available,
            scored_with=(before.scored_with if before else None) if reason else available,
            since=before.since if before and same else at,
            sessions_in_state=before.sessions_in_state + 1 if before and same else 1,
            windows=self._windows(),
        )
        return self.last

    def _step(
        self,
        before: Evaluation | None,
        percentiles: Mapping[str, Percentile],
        result: Score,
        shock: Shock,
        reason: str,
        available: frozenset[str],
        trusted: frozenset[str],
    ) -> tuple[MachineState, MachineState]:
        """The light's machine and the ceiling's after this evaluation.

        The ceiling's machine is fed so that its inputs are never below what the light's would be if nothing
        were missing: the highest levels, the shock that could have been, and while there is NO DATA nothing
        counts downwards. It starts with the first evaluation that would have a light if nothing were
        missing, which may be earlier than the first light.
        """
        rules = self._rules.light
        light = before.light if before else MachineState()
        worst = before.worst if before else MachineState()
        if reason or result.value is None:
            return light, step_without_light(worst, result.high, shock=shock.possible, rules=rules)
        basis = Basis(before.percentiles, before.scored_with) if before else None
        found = levels(basis, percentiles, result, result.value, available, trusted, self._rules)
        return (
            step(light, found.enter, found.hold, shock=shock.fired, rules=rules),
            step(worst, found.highest_enter, found.highest_hold, shock=shock.possible, rules=rules),
        )

    def _percentile(self, name: str, raw: RawInput) -> Percentile:
        """Rank among the past, and the range of ranks that missing data leaves.

        An input of which a part is missing may be younger here than it would be if nothing were: it counts as
        missing while it is too young, and what lies before its first value as unknown.
        """
        window = self._rules.window_of(name)
        held = min(self._rows - self._born.get(name, self._rows), window.length - 1)
        if isnan(raw.x):
            return _unknown(self._without_value(name, held + 1 < window.minimum))
        whole = raw.low == raw.high
        if held + 1 < window.minimum:
            return _unknown(Availability.LEARNING if whole else Availability.MISSING)
        x = self._past(0, name, held)
        if np.count_nonzero(~np.isnan(x)) + 1 < window.minimum:
            return _unknown(Availability.MISSING)
        u = mid_rank(np.append(x, raw.x), raw.x)
        rows = held if whole else min(self._rows, window.length - 1)
        lowest, highest = mid_rank_range(self._past(1, name, rows), self._past(2, name, rows), raw.low, raw.high)
        return Percentile(Availability.AVAILABLE, u, min(u, lowest), max(u, highest))

    def _without_value(self, name: str, young: bool) -> Availability:
        """What an input without a value is. An optional one is missed only where it has been there long enough: by
        then whoever has all of it has its percentile.
        """
        if name not in self._optional:
            return Availability.MISSING
        if name not in self._born:
            return Availability.ABSENT
        return Availability.LEARNING if young else Availability.MISSING

    def _past(self, layer: int, name: str, rows: int) -> FloatArray:
        rows_held = slice(self._filled - rows, self._filled)
        column: FloatArray = self._held[layer, rows_held, self._ids.index(name)]
        return column

    def _remember(self, raw: Mapping[str, RawInput]) -> None:
        size = self._rules.window
        if self._filled == 2 * size:
            self._held[:, :size] = self._held[:, size:]
            self._filled = size
        for column, name in enumerate(self._ids):
            entry = raw.get(name, MISSING)
            self._held[:, self._filled, column] = entry.x, entry.low, entry.high
            if name not in self._born and not isnan(entry.x):
                self._born[name] = self._rows
        self._filled += 1
        self._rows += 1

    def known_before(self) -> dict[str, int]:
        """Of how many known values of the past the next session's of each input is ranked among."""
        return self._windows(ahead=1)

    def _windows(self, ahead: int = 0) -> dict[str, int]:
        """Known values in each window, the last session's included; room is left for so many `ahead`."""
        sizes = {}
        for name in self._ids:
            if name in self._born:
                rows = min(self._rows - self._born[name], self._rules.window_of(name).length - ahead)
                sizes[name] = int(np.count_nonzero(~np.isnan(self._past(0, name, rows))))
        return sizes

    def _expected(self, percentiles: Mapping[str, Percentile]) -> bool:
        """Whether the warm-up would be over if what is missing had been there from the first session."""
        missing = {name for name, entry in percentiles.items() if entry.availability is Availability.MISSING}
        return not self._warm_up_left(missing)

    def _warm_up_left(self, always_there: Collection[str] = ()) -> int:
        """Sessions until volatility, leadership and co-movement have their minimum history; 0 when they do.

        A pillar that was never seen is as far from it as can be: without any history there is no light.
        """
        births = {name: 0 if name in always_there else self._born.get(name, self._rows) for name in self._ids}
        left = 0
        for pillar in self._rules.pillars:
            if pillar.name not in self._rules.warm_up_pillars:
                continue
            required = pillar.required()
            needed = self._rules.pillar_share * sum(required.values())
            ages = sorted(((self._rows - births[name], w) for name, w in required.items()), reverse=True)
            weight = 0.0
            for age, share in ages:
                weight += share
                if weight >= needed - 1e-12:
                    left = max(left, self._rules.minimum - age)
                    break
        return left


def _unknown(availability: Availability) -> Percentile:
    return Percentile(availability, None, 0.0, 1.0)
