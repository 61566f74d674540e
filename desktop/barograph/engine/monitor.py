"""The monitor: `refresh(now)` takes in what is new, judges the sessions that are due and makes a Snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np

from barograph.checklist.evidence import EvidenceRow, FrozenEvidence, changed_since
from barograph.checklist.sheet import Sheet, empty_sheet
from barograph.checklist.steps import Step, checklist_day
from barograph.engine import views
from barograph.engine.context.around import Around
from barograph.engine.context_evidence import context_rows
from barograph.engine.context_view import ContextView
from barograph.engine.daily_table import DailyTable
from barograph.engine.evidence import DailyCloses, Evidence
from barograph.engine.explanation import explanation_text, look_explanation_text
from barograph.engine.first_look import FirstLook
from barograph.engine.intraday import Intraday
from barograph.engine.intraday_inputs import IntradayInputs
from barograph.engine.optional_inputs import OptionalInputs
from barograph.engine.patience import Patience, Watch
from barograph.engine.snapshot import ClockView, LightView, Quote, Snapshot, StepView
from barograph.engine.tape import Archive, Calendars, Latest, Tape
from barograph.feeds.contract import Feed, FeedKind
from barograph.market.bars import FloatArray, IntArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.instruments import AssetClass, Universe
from barograph.market.intervals import Interval
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.features import raw_inputs, shock
from barograph.risk.intraday import IntradayEvaluation, IntradayState
from barograph.risk.judge import Evaluation, Judge
from barograph.risk.measured_odds_file import load_measured_odds
from barograph.risk.rules import RuleSet

QUOTED = (
    "US10Y", "DXY", "VIX", "VIX3M", "ES", "NQ", "SPX", "NDX", "SMH", "SOXX", "IGV", "RSP", "BTC", "ETH",
)  # fmt: skip
"""Instruments whose last price is shown, where the feed has them or a fixing serves them."""
STOCK_CALENDAR = "XNYS"
_BEAT = 50
"""Evaluations between two signs of life while many are made up for."""
_NEAR = 6
"""Sessions that may wait for a value while the light goes on provisionally; with more than that there is none."""
_EQUITY = ("ES", "SPY")
"""Either price of US stocks will do to show that it is alive (SIGNALS 6.3)."""

LoadSheet = Callable[[date], Sheet]
Progress = Callable[[], None]


class Monitor:
    """Judges one feed under one rule set. Time only goes forward; a rewind is a new monitor with less past."""

    def __init__(
        self,
        feed: Feed,
        universe: Universe,
        rules: RuleSet,
        calendars: Calendars,
        past: Sequence[Evaluation] = (),
        load_sheet: LoadSheet = empty_sheet,
        archive: Archive | None = None,
        resumed: IntradayState | None = None,
    ) -> None:
        """`past`: evaluations made before, oldest first, to go on from; `load_sheet` answers a day's sheet;
        `archive` holds bars of earlier runs; `resumed` is where an earlier run left the light of the running session.
        """
        self.feed = feed
        self.rules = rules
        self.universe = universe
        self.tape = Tape(feed, universe, calendars, archive)
        self.evaluations: list[Evaluation] = list(past)
        self._load_sheet = load_sheet
        self._judge = Judge(rules, past)
        self._patience = Patience(feed, universe, rules)
        self._watch = Watch(feed, rules.inputs.crypto, _EQUITY)
        self._waiting: tuple[str, ...] = ()
        self._provisional: Evaluation | None = None
        self._first_look = FirstLook(rules)
        self._table = DailyTable(_sessions(calendars(STOCK_CALENDAR)), feed.instruments(), universe, rules)
        self._optional = OptionalInputs(self.tape, rules.inputs.equity_future, rules.inputs.crypto)
        stocks = calendars(STOCK_CALENDAR)
        inputs = IntradayInputs(self.tape, self._table, rules, self._optional, stocks)
        live = feed.info.kind is FeedKind.LIVE
        self.intraday = Intraday(inputs, self._table, rules, live=live, resumed=resumed)
        self._evidence = Evidence(self.tape, rules.inputs.crypto)
        self.around = Around(self.tape, self._table, rules, load_context_rules())
        self._measured = load_measured_odds()
        self._next_row: int | None = None
        if past:
            self._next_row = int(np.searchsorted(self._table.labels, label_ns(past[-1].session), side="right"))
        self._shares = [n for n in feed.instruments() if universe.instrument(n).asset_class is AssetClass.SHARE]

    def refresh(self, now: datetime, progress: Progress = lambda: None) -> list[Evaluation]:
        """Take in what is new as of `now` and judge every session that is due.

        Returns:
            The evaluations made by this call, oldest first. `progress` is called now and then in between.
        """
        due = int(np.searchsorted(self._table.evaluated_at, to_ns(now), side="right"))
        end = self._settled_until(due, now)  # before anything is taken in: what settles meanwhile may not be in yet
        self.tape.collect(now, self._table, again=due > (self._next_row or 0))
        if due > (self._next_row or 0):
            self._optional.update(now)
        next_row = self._next_row
        if next_row is not None and end == next_row + 1 and self.intraday.running(next_row):
            judged_at = int(self._table.evaluated_at[next_row])
            self.intraday.advance(self._judge, next_row, now, judged_at - 1)
        made = self._judge_until(end, due, progress)
        self._provisional = self._provisional_of(due) or self._first_look_of(due, now, progress)
        if not self._waiting and self._next_row is not None:
            self.intraday.advance(self._judge, self._next_row, now, to_ns(now))
        return made

    def woke(self) -> None:
        """Time made a leap, in which nothing was asked."""
        self._patience.woke()

    def _settled_until(self, due: int, now: datetime) -> int:
        """The first of the rows to be judged, up to `due`, that still waits for a value; `due` where none does."""
        start = max(0, due - _NEAR) if self._next_row is None else self._next_row
        for row in range(start, due):
            label, at = int(self._table.labels[row]), from_ns(int(self._table.evaluated_at[row]))
            self._waiting = self._patience.waits_for(label, at, now, first=self._next_row is None)
            if self._waiting:
                return row
        self._waiting = ()
        return due

    def _judge_until(self, end: int, due: int, progress: Progress) -> list[Evaluation]:
        if self._next_row is None:
            if self._waiting and end <= max(0, due - _NEAR):
                return []  # not even what lies some days back is there: where the past begins is not known yet
            self._next_row = self._first_row()
        if self._next_row is None:
            return []
        done = len(self.evaluations)
        for row in range(self._next_row, end):
            self.evaluations.append(self._evaluate(self._judge, row))
            self._next_row = row + 1  # at once: what the judge has seen is never judged again after a fault
            if (len(self.evaluations) - done) % _BEAT == 0:
                progress()
        return self.evaluations[done:]

    def _evaluate(self, judge: Judge, row: int) -> Evaluation:
        window, names = self._table.window(row), self.rules.inputs
        window = replace(window, optional=self._optional.of_session(int(self._table.labels[row])))
        critical = bool(
            np.isfinite(window.bars[names.equity_index].close[-1]) and np.isfinite(window.bars[names.crypto].close[-1])
        )
        return judge.evaluate(
            label_date(int(self._table.labels[row])),
            from_ns(int(self._table.evaluated_at[row])),
            raw_inputs(window, self.rules),
            shock(window, self.rules),
            critical=critical,
        )

    def _provisional_of(self, due: int) -> Evaluation | None:
        """The newest row judged with what there is, while a value of it may still come; it enters no record."""
        if not self._waiting or self._next_row is None or not self.evaluations or due - self._next_row > _NEAR:
            return None
        twin = self._judge.copy()
        for row in range(self._next_row, due):
            self._evaluate(twin, row)
        return twin.last

    def _first_look_of(self, due: int, now: datetime, progress: Progress) -> Evaluation | None:
        """The same before there is any record, as long as nothing is lacking without which there is no light."""
        first = self._first_row() if self._next_row is None else None
        if first is None or not self._patience.can_do_without(self._waiting):
            return None
        return self._first_look.at(self._waiting, range(first, due), now, self._evaluate, progress)

    def explanation(self, row: int) -> str:
        """All that an evaluation rests on, for the store; `row` counts in `evaluations`."""
        before = self.evaluations[row - 1] if row else None
        return explanation_text(self.evaluations[row], before, self.rules, self.tape)

    def look_explanation(self, look: IntradayEvaluation) -> str:
        """The same of a look between two closes."""
        close = next((each for each in reversed(self.evaluations) if each.session == look.state.session), None)
        return look_explanation_text(look, close, self.rules, self.tape)

    def _first_row(self) -> int | None:
        """The first session for which any named instrument has a bar."""
        names = self.rules.inputs
        firsts = [
            int(self.tape.daily[name].time[0])
            for name in (names.equity_index, names.growth, names.volatility_index, names.crypto, names.dollar)
            if name in self.tape.daily
        ]
        if not firsts:
            return None
        return int(np.searchsorted(self._table.labels, min(firsts)))

    def next_evaluation(self, now: datetime) -> datetime | None:
        """When the next session will be judged."""
        row = int(np.searchsorted(self._table.evaluated_at, to_ns(now), side="right"))
        return from_ns(int(self._table.evaluated_at[row])) if row < len(self._table.evaluated_at) else None

    def latest(self, now: datetime) -> dict[str, Latest]:
        """Last values of everything quoted that this feed has or a fixing serves."""
        have = set(self.feed.instruments())
        series = set(self.feed.series())
        return {
            name: self.tape.latest(name, now)
            for name in QUOTED
            if name in have or self.universe.instrument(name).served_by in series
        }

    def evidence(
        self, now: datetime, latest: dict[str, Latest], context: ContextView | None = None
    ) -> dict[Step, tuple[EvidenceRow, ...]]:
        """Evidence of every step as of `now`, with that of the context where it is given."""
        last = self._newest()
        row = int(np.searchsorted(self._table.labels, label_ns(last.session))) if last else 0
        names = self.rules.inputs
        closes = DailyCloses(
            self._table.closes(names.equity_index, row, 80),
            self._closes(self.universe.groups[names.leaders], row),
            self._closes(self._shares, row),
        )
        rows = self._evidence.steps(latest, closes, last, now)
        more = context_rows(context) if context is not None else {}
        return {step: (*found, *more.get(step, ())) for step, found in rows.items()}

    def _closes(self, names: Sequence[str], row: int) -> FloatArray:
        have = set(self.feed.instruments())
        columns = [self._table.closes(name, row, 80) for name in names if name in have]
        return np.column_stack(columns) if columns else np.empty((0, 0))

    def frozen(self, step: Step, now: datetime) -> FrozenEvidence:
        """What stands beside a step at this moment, to be kept with its tick."""
        latest = self.latest(now)
        light = self._light(self._shown(latest, now), now)
        return FrozenEvidence(
            self.evidence(now, latest, self.around.view(now, self.evaluations, light, latest))[step],
            light.face,
            light.ceiling,
            light.score,
            self.rules.id,
            self.feed.info.key,
            now,
        )

    def snapshot(
        self,
        now: datetime,
        clock: ClockView | None = None,
        notices: Sequence[str] = (),
        latest: dict[str, Latest] | None = None,
    ) -> Snapshot:
        """All that the window shows as of `now`; `latest` where it is known already."""
        latest = self.latest(now) if latest is None else latest
        last, look = self._shown(latest, now), self._look()
        before = next((e for e in reversed(self._made_before()) if not e.reason), None)
        light = self._light(last, now)
        sheet = self._load_sheet(checklist_day(now))
        context = self.around.view(now, self.evaluations, light, latest)
        rows = self.evidence(now, latest, context)
        steps = tuple(
            StepView(
                record.step,
                rows[record.step],
                record.evidence is not None and changed_since(record.evidence, rows[record.step], light.face),
            )
            for record in sheet.steps
        )
        return Snapshot(
            feed=self.feed.info,
            clock=clock or ClockView(now, 1.0, paused=False),
            rule_set=self.rules.id,
            light=light,
            pillars=views.pillars(last, before, self.rules),
            readings=views.readings(last, self.rules, self.tape, look.reading.times if look is not None else None),
            movers=views.movers_of(last, before),
            flip=views.flip(last, self.rules, look),
            quotes=tuple(self._quote(name, entry) for name, entry in latest.items()),
            sheet=sheet,
            steps=steps,
            health=self.feed.health(now),
            intervals=self._intervals(),
            notices=tuple(notices),
            advisories=self.feed.advisories(now),
            context=context,
            history=self._measured.get((self.rules.id, light.face)),
        )

    def _newest(self) -> Evaluation | None:
        """The newest evaluation, provisional or not; None while the past is still being fetched."""
        if self._provisional is not None:
            return self._provisional
        return None if self._waiting or not self.evaluations else self.evaluations[-1]

    def _made_before(self) -> Sequence[Evaluation]:
        provisional = self._provisional is not None or self._look() is not None
        return self.evaluations if provisional else self.evaluations[:-1]

    def _look(self) -> IntradayEvaluation | None:
        """The newest look at the running session; None where there is none that goes on from the newest evaluation."""
        look = self.intraday.last
        if self._waiting or look is None or not self.evaluations:
            return None
        return look if look.state.session == self.evaluations[-1].session else None

    def _shown(self, latest: dict[str, Latest], now: datetime) -> Evaluation | None:
        look = self._look()
        newest = look.evaluation if look is not None else self._newest()
        return self._watch.blinded(newest, latest, lambda name: self.tape.latest(name, now), now)

    def _light(self, shown: Evaluation | None, now: datetime) -> LightView:
        look = self._look()
        if look is not None and shown is not None:
            return views.intraday_light(replace(look, evaluation=shown), self.rules, self.next_evaluation(now))
        light = views.light(shown, self.rules, self.next_evaluation(now))
        provisional = self._provisional is not None
        return replace(light, provisional=provisional, waiting=self._waiting) if self._waiting else light

    def _quote(self, name: str, latest: Latest) -> Quote:
        instrument = self.universe.instrument(name)
        change: float | None = None
        if latest.value is not None and np.isfinite(latest.base):
            if instrument.asset_class is AssetClass.RATE:
                change = (latest.value - latest.base) * 100
            elif instrument.asset_class is AssetClass.VOLATILITY_INDEX:
                change = latest.value - latest.base
            else:
                change = (latest.value / latest.base - 1) * 100
        unit = {AssetClass.RATE: "bp", AssetClass.VOLATILITY_INDEX: "points"}.get(instrument.asset_class, "%")
        return Quote(name, latest.value, change, unit, instrument.decimals, latest.as_of, latest.state, latest.source)

    def _intervals(self) -> tuple[Interval, ...]:
        offered = {interval for name in QUOTED for interval in self.feed.intervals(name)}
        return tuple(interval for interval in Interval if interval in offered)


def _sessions(calendar: TradingCalendar) -> IntArray:
    return calendar.session_labels(calendar.start, calendar.end)
