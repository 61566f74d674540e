"""Made-up percentiles, machine inputs and a rule set whose score can be dictated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from barograph.risk.features import INDICATORS, MISSING, OPTIONAL, RawInput, Shock, exact
from barograph.risk.judge import Evaluation, Judge
from barograph.risk.rules import PillarRules
from barograph.risk.rules_file import load_rules
from barograph.risk.score import Availability, Percentile

RULES = load_rules()
PILLARS = {pillar.name: pillar for pillar in RULES.pillars}

UNKNOWN = Percentile(Availability.MISSING, None, 0.0, 1.0)
LEARNING = Percentile(Availability.LEARNING, None, 0.0, 1.0)
ABSENT = Percentile(Availability.ABSENT, None, 0.0, 1.0)
EVERYTHING = (*INDICATORS, *OPTIONAL)
SHARES = st.floats(0, 1)


def known(u: float, low: float | None = None, high: float | None = None) -> Percentile:
    """An available input; exact unless a range is given."""
    return Percentile(Availability.AVAILABLE, u, u if low is None else low, u if high is None else high)


def of_pillars(values: Mapping[str, float | None]) -> dict[str, Percentile]:
    """Every required indicator at its pillar's value; missing where that is None or not given."""
    entries: dict[str, Percentile] = {}
    for pillar in RULES.pillars:
        value = values.get(pillar.name)
        entries.update(dict.fromkeys(pillar.required(), UNKNOWN if value is None else known(value)))
    return entries


@st.composite
def exact_inputs(draw: st.DrawFn) -> dict[str, Percentile]:
    """Some available, some missing, some learning; of the optional ones some were never there."""
    some, any_of = [UNKNOWN, LEARNING], [UNKNOWN, LEARNING, ABSENT]
    others = {name: st.sampled_from(any_of if name in OPTIONAL else some) for name in EVERYTHING}
    return {name: draw(st.one_of(SHARES.map(known), other)) for name, other in others.items()}


@st.composite
def ranged_inputs(draw: st.DrawFn) -> dict[str, Percentile]:
    """Like `exact_inputs`, and the available ones may be known as a range only."""
    entries = draw(exact_inputs())
    for name, entry in entries.items():
        if entry.u is not None:
            low, u, high = sorted((draw(SHARES), entry.u, draw(SHARES)))
            entries[name] = known(u, low, high)
    return entries


# ---------------------------------------------------------------------------- a judge whose score is dictated

DICTATED = replace(
    RULES,
    id="dictated",
    window=200,
    minimum=100,
    warm_up_pillars=("volatility",),
    either_pillar=("volatility",),
    pillars=(PillarRules("volatility", 1.0, {"V1": 1.0}),),
)
"""One indicator is the whole score, in steps of half a point."""
NO_SHOCK = Shock(fired=False, possible=False)


class Dictation:
    """A judge past its warm-up that is given scores instead of markets."""

    def __init__(self) -> None:
        self.judge = Judge(DICTATED)
        self.evaluations: list[Evaluation] = []
        for row in range(DICTATED.window - 1):
            self._judge(exact(float(row)), NO_SHOCK, critical=True)

    def score(self, points: float | None, shock: Shock = NO_SHOCK, *, critical: bool = True) -> Evaluation:
        """Judge a session whose score lies less than half a point from `points`; None: nothing is known."""
        if points is None:
            return self._judge(MISSING, shock, critical=critical)
        window = self.evaluations[1 - DICTATED.window :]
        past = sorted(one.raw["V1"].x for one in window if one.raw["V1"] is not MISSING)
        below = int(points / 100 * (len(past) + 1))
        neighbours = [past[0] - 1, *past, past[-1] + 1][below : below + 2]
        return self._judge(exact(sum(neighbours) / 2), shock, critical=critical)

    def _judge(self, raw: RawInput, shock: Shock, *, critical: bool) -> Evaluation:
        row = len(self.evaluations)
        everything = {name: raw if name == "V1" else MISSING for name in INDICATORS}
        evaluation = self.judge.evaluate(
            date(2020, 1, 1) + timedelta(row),
            datetime(2020, 1, 2, 0, 10, tzinfo=UTC) + timedelta(row),
            everything,
            shock,
            critical=critical,
        )
        self.evaluations.append(evaluation)
        return evaluation
