"""The judge: one evaluation after another, each from what was known then, with the light and its ceiling.

The ceiling is the same state machine run on the upper bound of the score (SIGNALS 4.5). It is kept so that taking
any input away can only make it worse; the reasoning stands beside each rule below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf, isnan

import numpy as np

from barograph.market.bars import FloatArray
from barograph.risk.faces import Face, worse
from barograph.risk.features import RawInput, Shock
from barograph.risk.light import MachineState, step, step_without_light
from barograph.risk.percentile import mid_rank, mid_rank_range
from barograph.risk.rules import RuleSet
from barograph.risk.score import Availability, Percentile, Score, common_score, score, upper_bound_on


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One closed evaluation and all that it rests on.

    `at` (UTC) is when it was made and `session` the trading session it closes. `light` is the state machine
    after it (kept unchanged beneath NO DATA) and `worst` the ceiling's. `steady` are the inputs available at
    every evaluation since the last one with a score; `scored_with` those available at that one (None before
    the first score). `since` is when `face` was first shown and `sessions_in_state` counts from there.
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
        self._rows = self._filled = 0
        self._held = np.full((3, 2 * rules.window, len(self._ids)), np.nan)
        self._born: dict[str, int] = {}
        self.last: Evaluation | None = None
        for evaluation in past:
            self._remember(evaluation.raw)
            self.last = evaluation

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
        percentiles = {name: self._percentile(name, raw[name]) for name in self._ids}
        self._remember(raw)
        result = score(percentiles, self._rules)
        warm_up_left = self._warm_up_left()
        reason = "warm_up" if warm_up_left else "critical_stale" if not critical else result.reason
        available = frozenset(n for n, e in percentiles.items() if e.availability is Availability.AVAILABLE)
        trusted = available & before.steady if before and before.scored_with is not None else available
        light, worst = self._step(before, percentiles, result, shock, reason, trusted)
        face = Face.NO_DATA if reason else light.face
        same = before is not None and before.face is face
        self.last = Evaluation(
            session=session,
            at=at,
            rule_set=self._rules.id,
            raw=dict(raw),
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
        )
        return self.last

    def _step(
        self,
        before: Evaluation | None,
        percentiles: Mapping[str, Percentile],
        result: Score,
        shock: Shock,
        reason: str,
        trusted: frozenset[str],
    ) -> tuple[MachineState, MachineState]:
        """The light's machine and the ceiling's after this evaluation.

        The ceiling's machine is fed so that its inputs are never below what the light's would be if nothing
        were missing: the upper bound against entry levels; against exit levels also the upper bound with every
        input at 1 that has not been there all the time since the last score, because the common-set rule may
        hold the light up; the shock that could have been; and while there is NO DATA nothing counts downwards.
        """
        rules = self._rules.light
        light = before.light if before else MachineState()
        worst = before.worst if before else MachineState()
        scored_before = before is not None and before.scored_with is not None
        if reason and not scored_before:
            return light, worst
        highest = result.high
        hold_highest = max(highest, upper_bound_on(percentiles, self._rules, trusted)) if scored_before else highest
        if reason:
            return light, step_without_light(worst, highest, hold_highest, shock=shock.possible, rules=rules)
        value = result.value if result.value is not None else inf
        enter = hold = value
        available = {n for n, e in percentiles.items() if e.availability is Availability.AVAILABLE}
        if before and before.scored_with is not None and before.scored_with != available:
            common = common_score(percentiles, self._rules, before.scored_with)
            enter = min(value, common) if common is not None else -inf
            hold = max(value, common) if common is not None else inf
            hold_highest = hold_highest if common is not None else inf
        return (
            step(light, enter, hold, shock=shock.fired, rules=rules),
            step(worst, highest, hold_highest, shock=shock.possible, rules=rules),
        )

    def _percentile(self, name: str, raw: RawInput) -> Percentile:
        rules = self._rules
        if name not in self._born and isnan(raw.x):
            return Percentile(Availability.MISSING, None, 0.0, 1.0)
        born = self._born.get(name, self._rows)
        held = min(self._rows - born, rules.window - 1)
        if held + 1 < rules.minimum:
            return Percentile(Availability.LEARNING, None, 0.0, 1.0)
        if isnan(raw.x):
            return Percentile(Availability.MISSING, None, 0.0, 1.0)
        x, low, high = (self._past(layer, name, held) for layer in range(3))
        if np.count_nonzero(~np.isnan(x)) + 1 < rules.minimum:
            return Percentile(Availability.MISSING, None, 0.0, 1.0)
        u = mid_rank(np.append(x, raw.x), raw.x)
        lowest, highest = mid_rank_range(low, high, raw.low, raw.high)
        return Percentile(Availability.AVAILABLE, u, min(u, lowest), max(u, highest))

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
            entry = raw[name]
            self._held[:, self._filled, column] = entry.x, entry.low, entry.high
            if name not in self._born and not isnan(entry.x):
                self._born[name] = self._rows
        self._filled += 1
        self._rows += 1

    def _warm_up_left(self) -> int:
        """Sessions until volatility, leadership and co-movement have their minimum history; 0 when they do.

        A pillar that was never seen is as far from it as can be: without any history there is no light.
        """
        left = 0
        for pillar in self._rules.pillars:
            if pillar.name not in self._rules.warm_up_pillars:
                continue
            needed = self._rules.pillar_share * sum(pillar.indicators.values())
            ages = sorted(
                ((self._rows - self._born[n] if n in self._born else 0, w) for n, w in pillar.indicators.items()),
                reverse=True,
            )
            weight = 0.0
            for age, share in ages:
                weight += share
                if weight >= needed - 1e-12:
                    left = max(left, self._rules.minimum - age)
                    break
        return left
