"""The context around the light, kept up to date: `view(now)` is cheap while neither an hour nor a session has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite, nan

import numpy as np

from barograph.engine.context.book_risk import BookRisk, Holdings
from barograph.engine.context.coin_machine import WARM_UP_NS, CoinMachine, Stages
from barograph.engine.context.correlations import COINS, Correlations
from barograph.engine.context.crypto_views import deleveraging_view, structure
from barograph.engine.context.past_days import PastDays
from barograph.engine.context.plan_views import leadership_view, marks_view, plans_view, situation_of, term_view
from barograph.engine.context.policy_view import policy_view
from barograph.engine.context.session_windows import SessionWindows
from barograph.engine.context.sessions import Sessions
from barograph.engine.context.trends import frames_view
from barograph.engine.context_view import (
    BudgetView,
    CascadeMark,
    ContextView,
    CryptoStructure,
    DeleveragingView,
    FramesView,
    LampView,
    LeadershipView,
    PairCorrelation,
    PolicyView,
    RegimeView,
    ScenariosView,
)
from barograph.engine.daily_table import DailyTable
from barograph.engine.snapshot import LightView
from barograph.engine.tape import Latest, Tape
from barograph.feeds.contract import FeedKind
from barograph.market.bars import FloatArray, IntArray
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import HOUR_NS, SECOND_NS, Interval
from barograph.risk.context_features import CryptoReadings
from barograph.risk.context_rules import ContextRules
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.plans import careful_face
from barograph.risk.rules import RuleSet

_LIVE_LOOK_NS = 60 * SECOND_NS
"""How often a live feed is looked at for what came late."""


class Around:
    """Everything of a `ContextView`, from the same tape and table that the light is judged by."""

    def __init__(
        self, tape: Tape, table: DailyTable, rules: RuleSet, context: ContextRules, holdings: Holdings | None = None
    ) -> None:
        """Nothing is asked before the first `view`."""
        names = rules.inputs
        self.rules = context
        self.correlations = Correlations(tape, table)
        self._tape = tape
        self._table = table
        self._light_rules = rules
        self._live = tape.feed.info.kind is FeedKind.LIVE
        self._windows = SessionWindows(table, tape.feed, rules)
        self._sessions = Sessions(self._windows, context)
        self._past = PastDays(
            table, [pillar.name for pillar in rules.pillars], (names.equity_index, names.crypto), context.analogues
        )
        self._book = BookRisk(table, names.equity_index, names.crypto, holdings or Holdings())
        self._coins: dict[str, CoinMachine] = {}
        self._stages = Stages()
        self._crypto: tuple[CryptoStructure, ...] = ()
        self._frames = FramesView((), None)
        self._policy: PolicyView | None = None
        self._leadership: LeadershipView | None = None
        self._regime: RegimeView | None = None
        self._scenarios: ScenariosView | None = None
        self._lamps: tuple[LampView, ...] = ()
        self._stage: DeleveragingView | None = None
        self._marks: tuple[CascadeMark, ...] = ()
        self._look = 0

    def view(
        self, now: datetime, evaluations: Sequence[Evaluation], light: LightView, latest: Mapping[str, Latest]
    ) -> ContextView:
        """All of it as known at `now`.

        Args:
            now: not earlier than at the call before.
            evaluations: all that were made, oldest first.
            light: as it is shown.
            latest: last values of the quoted instruments.
        """
        row = self._row(evaluations)
        new_session = row is not None and self._sessions.row != row
        self.correlations.update(now, row)
        if to_ns(now) >= self._look or new_session:
            self._update(now, row)
            self._past.advance(evaluations)
        rules, regime = self.rules, self._regime
        thresholds = self._light_rules.light.thresholds
        correlations = self.correlations.views(now)
        situation = situation_of(
            light, regime, self._sessions.scenarios, self._frames, latest.get("VIX"), rules.plans, now
        )
        budget = self._budget(careful_face(situation), correlations)
        return ContextView(
            as_of=now,
            rules=rules.id,
            correlations=correlations,
            gap=self.correlations.gap,
            heat_maps=self.correlations.heat_maps(),
            crypto=self._crypto,
            deleveraging=self._stage,
            cascade=self._marks,
            regime=regime,
            scenarios=self._scenarios,
            lamps=self._lamps,
            frames=self._frames,
            plans=plans_view(situation, budget, (thresholds, rules)),
            similar=self._past.view,
            term=term_view(latest),
            leadership=self._leadership,
            policy=self._policy,
        )

    def coin(self, name: str) -> CoinMachine | None:
        """The hours of a coin, for a chart."""
        return self._coins.get(name)

    def path12(self) -> tuple[IntArray, FloatArray] | None:
        """Labels of the sessions up to the newest one judged, and path12 of each (bp); None before any was."""
        row = self._sessions.row
        if row is None:
            return None
        return self._table.labels[: row + 1], self._windows.path12(row, self._tape.daily)

    # --------------------------------------------------------------------------------------- private

    def _budget(self, face: Face, correlations: Sequence[PairCorrelation]) -> BudgetView | None:
        """By the daily correlation: the book is held over days."""
        daily = next((each for each in correlations if each.interval is Interval.DAY_1), None)
        return self._book.view(face, daily.rho if daily else None, daily.high if daily else None, self.rules)

    def _row(self, evaluations: Sequence[Evaluation]) -> int | None:
        if not evaluations:
            return None
        return int(np.searchsorted(self._table.labels, label_ns(evaluations[-1].session)))

    def _update(self, now: datetime, row: int | None) -> None:
        """An hour or a session has ended, or a live feed may have something late."""
        names = self._light_rules.inputs
        machine, new = self._advance_coins(now)
        first = machine is not None and machine.hours is not None and self._stages.at is None
        if row is not None and self._sessions.advance(row, machine) and (window := self._sessions.window):
            self._book.advance(row)
            self._leadership = leadership_view(window, self._table, row, names)
        if machine is not None and machine.hours is not None:
            self._step_hours(machine, len(machine.hours) if first else new)
        self._regime, self._scenarios = self._sessions.regime_view(), self._sessions.scenarios_view()
        self._lamps = self._sessions.lamp_views(self._readings())
        self._stage, self._marks = deleveraging_view(names.crypto, self._stages), marks_view(self._stages.marks)
        self._crypto = tuple(structure(each, now) for each in self._coins.values() if each.hours is not None)
        stock = next((name for name in ("ES", "SPY") if Interval.HOUR_1 in self._tape.feed.intervals(name)), None)
        framed = [name for name in (stock, names.crypto) if name and name in self._tape.feed.instruments()]
        self._frames = frames_view(self._tape, framed, self.rules.plans, now)
        self._policy = policy_view(self._tape, self._windows, row, now)
        now_ns = to_ns(now)
        hour = now_ns - now_ns % HOUR_NS + HOUR_NS
        self._look = min(hour, now_ns + _LIVE_LOOK_NS) if self._live else hour

    def _advance_coins(self, now: datetime) -> tuple[CoinMachine | None, int]:
        """The machine of the coin that the light reads, and how many hours of it are new."""
        feed, tape, main = self._tape.feed, self._tape, self._light_rules.inputs.crypto
        new = 0
        for name in COINS:
            if name not in feed.instruments():
                continue
            if name not in self._coins:
                calendar = tape.calendars(tape.universe.instrument(name).calendar)
                self._coins[name] = CoinMachine(feed, calendar, tape.calendars("XNYS"), name)
            came = self._coins[name].advance(now)
            new = came if name == main else new
        return self._coins.get(main), new

    def _step_hours(self, machine: CoinMachine, new: int) -> None:
        """Both machines through the hours that are new; at the start and after a long gap through a month."""
        hours = machine.hours
        if hours is None or not len(hours):
            return
        end = int(hours.end[-1])
        if self._stages.at is None or end - self._stages.at > WARM_UP_NS:
            self._stages = Stages()
            first = int(np.searchsorted(hours.end, end - WARM_UP_NS, side="right"))
        else:
            first = len(hours) - new
        for row in range(first, len(hours)):
            at = int(hours.end[row])
            self._stages.step(machine, row, self.rules, self._sessions.daily_part(at))
        self._sessions.hours_since(machine)

    def _readings(self) -> CryptoReadings:
        machine = self._coins.get(self._light_rules.inputs.crypto)
        if machine is None or machine.hours is None or not len(machine.hours):
            return CryptoReadings()
        week = float(machine.hours.coin_week[-1])
        return CryptoReadings(open_interest_week=week if isfinite(week) else nan)
