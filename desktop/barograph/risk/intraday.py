"""The light between two closes: provisional, quick to worsen where a move lasts, never calmer (SIGNALS 5.1 and 5.3).

At every close it begins again from the daily evaluation, which alone is the record. It only rises: to WATCH and to
RISK-OFF when the score has stayed at or above the entry level for some time, at once at an intraday shock. Like the
daily machine it is monotone, and the ceiling is the same machine on the highest levels that missing inputs allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import isnan

from barograph.risk.faces import Face, worse
from barograph.risk.features import RawInput, Shock
from barograph.risk.judge import Evaluation, Judge
from barograph.risk.levels import Basis, levels
from barograph.risk.light import MachineState
from barograph.risk.rules import IntradayRules, RuleSet, Thresholds
from barograph.risk.score import Availability, Percentile, score

_MISSING = Percentile(Availability.MISSING, None, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Dwell:
    """One machine between two closes: its face, and for how many minutes the score has been at or above the level of
    WATCH and of RISK-OFF (None: it is below).
    """

    face: Face = Face.CALM
    watch: int | None = None
    risk_off: int | None = None


def dwell(
    state: Dwell, enter: float, elapsed: int, *, stocks_closed: bool, thresholds: Thresholds, rules: IntradayRules
) -> Dwell:
    """One evaluation, `elapsed` counted minutes after the one before.

    While stocks are closed nothing counts towards RISK-OFF: a joint fall cannot be confirmed on crypto alone.
    """
    watch = _longer(state.watch, elapsed) if enter >= thresholds.watch_enter else None
    risk_off = _longer(state.risk_off, elapsed) if enter >= thresholds.risk_off_enter and not stocks_closed else None
    face = state.face
    if watch is not None and watch >= rules.watch_minutes:
        face = worse(face, Face.WATCH)
    if risk_off is not None and risk_off >= rules.risk_off_minutes:
        face = Face.RISK_OFF
    return Dwell(face, watch, risk_off)


def _longer(minutes: int | None, elapsed: int) -> int:
    return 0 if minutes is None else minutes + elapsed


@dataclass(frozen=True, slots=True)
class Hold:
    """For how many further closes an intraday shock keeps RISK-OFF: one that fired, and one that could have."""

    fired: int = 0
    possible: int = 0

    def after(self, closes: int) -> Hold:
        """When so many closes have passed."""
        return Hold(max(0, self.fired - closes), max(0, self.possible - closes))

    def or_longer(self, other: Hold) -> Hold:
        """The longer of both."""
        return Hold(max(self.fired, other.fired), max(self.possible, other.possible))

    def with_shock(self, shock: Shock, rules: IntradayRules) -> Hold:
        """When a shock has been looked for."""
        return Hold(
            rules.shock_closes if shock.fired else self.fired,
            rules.shock_closes if shock.possible else self.possible,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look finds: raw inputs, `times` of their newest values, whether the prices of the index and of the coin
    are there, and the shocks.

    `stocks_closed`: the futures are closed for a night or longer, so what stocks say is as of their close.
    """

    raw: Mapping[str, RawInput]
    times: Mapping[str, datetime]
    critical: bool
    stocks_closed: bool
    shock: Shock
    crypto_shock: bool


@dataclass(frozen=True, slots=True)
class IntradayState:
    """What the next look goes on from: the close it belongs to, both machines, the hold, and the instant."""

    session: date
    base: MachineState
    at: datetime
    light: Dwell
    worst: Dwell
    hold: Hold


@dataclass(frozen=True, slots=True)
class IntradayEvaluation:
    """One look. `evaluation` is in the daily one's form, for the session that is running; `pending` is the face the
    light is on its way to and the minutes left.
    """

    evaluation: Evaluation
    state: IntradayState
    reading: Reading
    pending: tuple[Face, int] | None

    @property
    def session(self) -> date:
        """The session that was running."""
        return self.evaluation.session


@dataclass(slots=True)
class IntradayJudge:
    """Looks one after another. Of the past it holds the last look only."""

    rules: RuleSet
    last: IntradayEvaluation | None = None
    resumed: IntradayState | None = None
    hold: Hold = field(default_factory=Hold)
    _ranked: dict[str, tuple[RawInput, Percentile]] = field(default_factory=dict)
    _ranked_for: Evaluation | None = None
    _known_before: dict[str, int] = field(default_factory=dict)

    def look(self, judge: Judge, reading: Reading, session: date, at: datetime, closes: int) -> IntradayEvaluation:
        """Judge the running `session` at an instant. `judge` has judged every session that has closed, the last of
        them at least; `closes` of them since the look before.
        """
        base = judge.last
        if base is None:
            raise ValueError("there is no close to go on from")
        before, state = self._begin(base, at, closes)
        percentiles = self._rank(judge, reading.raw, base)
        result = score(percentiles, self.rules)
        available = frozenset(n for n, e in percentiles.items() if e.availability is Availability.AVAILABLE)
        trusted = available & before.steady
        reason = "warm_up" if base.warm_up_left else "critical_stale" if not reading.critical else result.reason
        elapsed = self._elapsed(at)
        highest, light = result.high, state.light
        hold = replace(state.hold.with_shock(reading.shock, self.rules.intraday), fired=state.hold.fired)
        if not reason and result.value is not None:
            basis = Basis(before.percentiles, before.scored_with)
            found = levels(basis, percentiles, result, result.value, available, trusted, self.rules)
            light = self._dwell(light, found.enter, elapsed, reading)
            highest = found.highest_enter
            hold = hold.with_shock(replace(reading.shock, possible=False), self.rules.intraday)
        state = IntradayState(
            base.session,
            base.light,
            at,
            _held(light, hold.fired),
            _held(self._dwell(state.worst, highest, elapsed, reading), hold.possible),
            hold,
        )
        face = Face.NO_DATA if reason else state.light.face
        same = before.face is face
        evaluation = Evaluation(
            session=session,
            at=at,
            rule_set=self.rules.id,
            raw=reading.raw,
            percentiles=percentiles,
            score=result,
            face=face,
            ceiling=Face.NO_DATA if reason else worse(state.light.face, state.worst.face),
            light=_machine(base.light, state.light.face, hold.fired),
            worst=_machine(base.worst, state.worst.face, hold.possible),
            shock=reading.shock,
            reason=reason,
            warm_up_left=base.warm_up_left,
            steady=trusted if reason else available,
            scored_with=before.scored_with if reason else available,
            since=before.since if same else at,
            sessions_in_state=before.sessions_in_state if same else 0,
            windows={n: count + (not isnan(reading.raw[n].x)) for n, count in self._known_before.items()},
        )
        self.last = IntradayEvaluation(evaluation, state, reading, None if reason else self._pending(state))
        self.hold, self.resumed = hold, None
        return self.last

    def _begin(self, base: Evaluation, at: datetime, closes: int) -> tuple[Evaluation, IntradayState]:
        """What this look goes on from: the look before, or the close where there was one since."""
        last = self.last
        if last is not None and (last.state.session, last.state.base) == (base.session, base.light):
            return last.evaluation, last.state
        hold = self.hold.after(closes)
        light, worst = _held(Dwell(base.light.face), hold.fired), _held(Dwell(base.worst.face), hold.possible)
        resumed = self.resumed
        if resumed is not None and (resumed.session, resumed.base) == (base.session, base.light):
            light = replace(light, face=worse(light.face, resumed.light.face))
            worst = replace(worst, face=worse(worst.face, resumed.worst.face))
        self.last = None
        return base, IntradayState(base.session, base.light, at, light, worst, hold)

    def _elapsed(self, at: datetime) -> int:
        """Minutes that count: none where looks are missing in between."""
        step = self.rules.intraday.step_minutes
        if self.last is None:
            return 0
        return step if (at - self.last.state.at).total_seconds() == 60 * step else 0

    def _dwell(self, state: Dwell, enter: float, elapsed: int, reading: Reading) -> Dwell:
        return dwell(
            state,
            enter,
            elapsed,
            stocks_closed=reading.stocks_closed,
            thresholds=self.rules.light.thresholds,
            rules=self.rules.intraday,
        )

    def _rank(self, judge: Judge, raw: Mapping[str, RawInput], base: Evaluation) -> dict[str, Percentile]:
        """Percentiles; what has not moved since the look before is not counted again.

        What the close did not expect, because it is learning or was never there, is not expected until the next one.
        """
        if self._ranked_for is not base:
            self._ranked, self._ranked_for, self._known_before = {}, base, judge.known_before()
        for name, value in raw.items():
            held = self._ranked.get(name)
            if held is None or held[0] != value:
                closed = base.percentiles[name]
                entry = judge.rank(name, value) if closed.availability.expected else closed
                entry = entry if entry.availability.expected or entry is closed else _MISSING
                self._ranked[name] = value, entry
        return {name: self._ranked[name][1] for name in raw}

    def _pending(self, state: IntradayState) -> tuple[Face, int] | None:
        """The next change on its way, the nearer one."""
        rules, light = self.rules.intraday, state.light
        ahead: list[tuple[Face, int]] = []
        if light.face is not Face.RISK_OFF and light.risk_off is not None:
            ahead.append((Face.RISK_OFF, rules.risk_off_minutes - light.risk_off))
        if light.face is Face.CALM and light.watch is not None:
            ahead.append((Face.WATCH, rules.watch_minutes - light.watch))
        return min(ahead, key=lambda change: change[1], default=None)


def _held(state: Dwell, closes: int) -> Dwell:
    return replace(state, face=Face.RISK_OFF) if closes else state


def _machine(base: MachineState, face: Face, hold: int) -> MachineState:
    """The state as the daily machine would show it: a face of its own waits for no close yet."""
    if face is base.face:
        return replace(base, hold_left=max(base.hold_left, hold))
    return MachineState(face, 0, hold)
