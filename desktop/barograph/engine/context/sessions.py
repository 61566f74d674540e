"""Regime and scenarios session by session, and between two sessions what crypto alone makes worse (SIGNALS 7, 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from math import nan

import numpy as np

from barograph.engine.context.coin_machine import CoinMachine
from barograph.engine.context.session_windows import SessionWindows
from barograph.engine.context.shown import known, sign_views
from barograph.engine.context_view import (
    LampView,
    LiftView,
    RegimeView,
    ScenariosView,
    ScenarioView,
)
from barograph.market.instants import from_ns, label_date
from barograph.market.intervals import HOUR_NS
from barograph.risk import regime
from barograph.risk.cascade import CascadeInputs
from barograph.risk.context_features import (
    ContextWindow,
    CryptoReadings,
    cascade_inputs,
    precursor_inputs,
    regime_inputs,
    scenario_inputs,
)
from barograph.risk.context_rules import ContextRules, MeasuredLift
from barograph.risk.precursors import PrecursorInputs, lamps
from barograph.risk.regime import Regime, RegimeInputs, RegimeReading, RegimeState
from barograph.risk.scenarios import Scenario, ScenarioReading, judge_scenarios

WARM_UP_ROWS = 60
"""Sessions before the first one shown: a shock persists for five; only `since` may be older than is known."""
EVENT_BASES = {"J5": (0.099, 51), "J10": (0.052, 19)}
"""Share of days from which the event followed, and its episodes, where the lamps were measured (SIGNALS 0)."""


@dataclass(frozen=True, slots=True)
class _Session:
    """One session as judged: the state before it, its inputs without crypto's hours, and what was read."""

    row: int
    before: RegimeState
    inputs: RegimeInputs
    after: RegimeState
    reading: RegimeReading
    tested_after: RegimeState
    tested: Regime
    scenarios: ScenarioReading
    daily: CascadeInputs
    window: ContextWindow
    precursors: PrecursorInputs


class Sessions:
    """Steps each session once, in order."""

    def __init__(self, windows: SessionWindows, rules: ContextRules) -> None:
        """Nothing is read yet."""
        self._windows = windows
        self._rules = rules
        self._labels = windows.table.labels
        self._at = windows.table.evaluated_at
        self._last: _Session | None = None
        self._since: int | None = None
        self._scenario_run = 0
        self._calm_run = 0
        self._daily: dict[int, CascadeInputs] = {}
        self._now: tuple[RegimeReading, int] | None = None
        self._looked_until = 0

    @property
    def row(self) -> int | None:
        """The row of the newest session read."""
        return self._last.row if self._last else None

    def advance(self, row: int, machine: CoinMachine | None) -> bool:
        """Read the sessions up to `row`; whether any was new."""
        last = self.row
        if last is not None and row <= last:
            return False
        first = row - WARM_UP_ROWS if last is None or row - last > WARM_UP_ROWS else last + 1
        if last is None or first > last + 1:
            self._last, self._since, self._scenario_run, self._calm_run, self._daily = None, None, 0, 0, {}
        for each in range(max(0, first), row + 1):
            self._step(each, machine)
        self._now, self._looked_until = None, 0
        return True

    def hours_since(self, machine: CoinMachine) -> None:
        """What the hours of crypto after the newest session make of its regime: only worse is taken."""
        session, hours = self._last, machine.hours
        if session is None or hours is None or machine.step_ns != HOUR_NS:
            return
        after = max(int(self._at[session.row]), self._looked_until)
        for end_ns in hours.end[int(np.searchsorted(hours.end, after, side="right")) :].tolist():
            self._hour(session, machine, end_ns)
            self._looked_until = end_ns

    def _hour(self, session: _Session, machine: CoinMachine, end_ns: int) -> None:
        found = _with_crypto(session.inputs, machine.readings(end_ns))
        _, reading = regime.step(session.before, found, self._rules.regime, closed=False)
        worse = reading.regime.severity > session.reading.regime.severity
        if not worse:
            reading = replace(session.reading, worst=max(reading.worst, session.reading.worst, key=_severity))
        held = self._now
        if held is not None and (_severity(held[0].regime), _severity(held[0].worst)) > (
            _severity(reading.regime),
            _severity(reading.worst),
        ):
            return  # until the session closes it does not become calmer
        same = held is not None and held[0].regime is reading.regime
        if worse or reading.worst is not session.reading.worst:
            self._now = reading, held[1] if same and held is not None else end_ns

    def daily_part(self, at_ns: int) -> CascadeInputs | None:
        """The cascade's daily inputs as known at an instant."""
        row = int(self._at.searchsorted(at_ns, side="right")) - 1
        last = self.row
        return None if last is None else self._daily.get(min(row, last))

    # ----------------------------------------------------------------------------------------- views

    def regime_view(self) -> RegimeView | None:
        """The regime now."""
        session = self._last
        if session is None:
            return None
        closed_at = from_ns(int(self._at[session.row]))
        since = None if self._since is None else from_ns(int(self._at[self._since]))
        if self._now is None:
            return self._view(session, session.reading, since, closed_at, provisional=False)
        reading, first_ns = self._now
        worse = reading.regime is not session.reading.regime
        return self._view(session, reading, from_ns(first_ns) if worse else since, from_ns(first_ns), provisional=worse)

    def scenarios_view(self) -> ScenariosView | None:
        """The scenarios as of the newest session."""
        if self._last is None:
            return None
        reading = self._last.scenarios
        evidence = tuple(
            ScenarioView(one.scenario, sign_views(one.signs), one.met, one.known, known(one.share))
            for one in reading.evidence
        )
        return ScenariosView(reading.dominant, self._scenario_run, evidence, from_ns(int(self._at[self._last.row])))

    @property
    def scenarios(self) -> tuple[ScenarioReading | None, int]:
        """What the newest session says, and for how many in a row it was sure that scenario A dominates."""
        return (self._last.scenarios if self._last else None), self._calm_run

    @property
    def window(self) -> ContextWindow | None:
        """The newest session's window."""
        return self._last.window if self._last else None

    def lamp_views(self, crypto: CryptoReadings) -> tuple[LampView, ...]:
        """The precursor lamps, with crypto as it is now."""
        if self._last is None:
            return ()
        week = nan if crypto.open_interest_week is None else crypto.open_interest_week
        inputs = replace(self._last.precursors, open_interest_week=week)
        found = lamps(inputs, self._rules.precursors, self._rules.measured)
        return tuple(
            LampView(
                lamp.id,
                lamp.state,
                sign_views(lamp.signs),
                tuple(_lift(each) for each in lamp.measured),
                next((each.share_on for each in lamp.measured if each.share_on is not None), None),
                lamp.proven,
            )
            for lamp in found
        )

    # --------------------------------------------------------------------------------------- private

    def _step(self, row: int, machine: CoinMachine | None) -> None:
        window, term = self._windows.window(row), self._windows.term(row)
        crypto = machine.readings(int(self._at[row])) if machine else CryptoReadings()
        inputs = regime_inputs(window, crypto, term)
        before = self._last
        state = before.after if before else RegimeState()
        after, reading = regime.step(state, inputs, self._rules.regime)
        tested_after, tested = regime.step(
            before.tested_after if before else RegimeState(),
            replace(_with_crypto(inputs, CryptoReadings()), term_ratio=None),
            self._rules.regime,
        )
        forward, precursors = scenario_inputs(window), precursor_inputs(window, CryptoReadings())
        scenarios = judge_scenarios(forward, self._rules.scenarios)
        nowhere = cascade_inputs(window, forward, precursors, deleveraging=None, stocks_closed=False,
                                 crypto_hour_sigmas=nan, term_ratio=term)  # fmt: skip
        if before is not None and before.reading.regime is not reading.regime:
            self._since = row
        same = before is not None and before.scenarios.dominant is scenarios.dominant
        self._scenario_run = self._scenario_run + 1 if same else 1
        self._calm_run = self._calm_run + 1 if scenarios.possible == {Scenario.NORMALISES} else 0
        self._daily[row] = nowhere
        self._daily.pop(row - WARM_UP_ROWS - 1, None)
        self._last = _Session(
            row, state, inputs, after, reading, tested_after, tested.regime, scenarios, nowhere, window, precursors
        )

    def _view(
        self, session: _Session, reading: RegimeReading, since: datetime | None, as_of: datetime, *, provisional: bool
    ) -> RegimeView:
        return RegimeView(
            reading.regime,
            reading.worst,
            since,
            label_date(int(self._labels[session.row])),
            provisional,
            reading.persists,
            reading.crypto_led,
            sign_views(reading.signs),
            as_of,
            session.tested,
        )


def _severity(regime_: Regime) -> int:
    return regime_.severity


def _with_crypto(inputs: RegimeInputs, crypto: CryptoReadings) -> RegimeInputs:
    return replace(
        inputs,
        crypto_day_sigmas=crypto.day_sigmas,
        open_interest_day=crypto.open_interest_day,
        liquidation_rank=crypto.liquidation_rank,
    )


def _lift(measured: MeasuredLift) -> LiftView:
    base, episodes = EVENT_BASES.get(measured.event, (None, None))
    return LiftView(measured.event, measured.lift, measured.low, measured.high, base, episodes, measured.significant)
