"""Looks at the light every five minutes while a session runs, and keeps what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from barograph.engine.daily_table import DailyTable
from barograph.engine.intraday_inputs import IntradayInputs
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.intervals import SECOND_NS
from barograph.risk.intraday import Hold, IntradayEvaluation, IntradayJudge, IntradayState
from barograph.risk.judge import Judge
from barograph.risk.rules import RuleSet

_HEARD_NS = 90 * SECOND_NS
"""A live look waits so long for the bars that end with it: what the light is judged by is asked for once a minute."""
Observer = Callable[[IntradayEvaluation], None]


class Intraday:
    """Goes from boundary to boundary of the clock. At a close it begins again; of an earlier day only the hold of a
    shock is left, so where it was not looking then it looks for that alone.
    """

    def __init__(
        self,
        inputs: IntradayInputs,
        table: DailyTable,
        rules: RuleSet,
        *,
        live: bool,
        resumed: IntradayState | None = None,
    ) -> None:
        """`live`: what was not looked at in time is never looked at. `resumed`: the state an earlier run stored."""
        self._inputs = inputs
        self._table = table
        self._live = live
        self._wait_ns = _HEARD_NS if live else 0
        self.observer: Observer = _nobody
        self._judge = IntradayJudge(rules, resumed=resumed)
        self._shock_closes = rules.intraday.shock_closes
        self._step_ns = 60 * SECOND_NS * rules.intraday.step_minutes
        self._row = -1
        self._next = 0
        self._key: object = None
        self._new: list[IntradayEvaluation] = []

    @property
    def offered(self) -> bool:
        """Whether the feed has what a look needs."""
        return self._inputs.offered

    @property
    def last(self) -> IntradayEvaluation | None:
        """The newest look; None before the first."""
        return self._judge.last

    def running(self, row: int) -> bool:
        """Whether it looks at the session of a row already."""
        return self._row == row

    def due(self, now: datetime) -> bool:
        """Whether a boundary has passed since it last looked."""
        return self._inputs.offered and to_ns(now) - self._wait_ns >= self._next

    def take_changes(self) -> list[IntradayEvaluation]:
        """Looks at which something changed, since the last call."""
        new, self._new = self._new, []
        return new

    def advance(self, judge: Judge, row: int, now: datetime, until_ns: int) -> None:
        """Look at every boundary up to an instant in the running session of `row`; `judge` has judged the one before.

        Prices are taken in as of `now`, at or after that instant.
        """
        until_ns = min(until_ns, to_ns(now) - self._wait_ns)
        if self._live and self._next > to_ns(now) + self._step_ns:
            self._next = until_ns // self._step_ns * self._step_ns  # the clock was ahead and is set back
        if not self.due(now) or judge.last is None or row < 1:
            return
        if label_date(int(self._table.labels[row - 1])) != judge.last.session:
            return
        self._inputs.update(now)
        closes = row - self._row
        if self._row < 0 or closes not in (0, 1):
            closes = self._begin(row, until_ns)
        elif self._live:
            self._next = max(self._next, until_ns // self._step_ns * self._step_ns)
        self._row = row
        while self._next <= until_ns:
            self._look(judge, row, self._next, closes)
            closes, self._next = 0, self._next + self._step_ns

    def _begin(self, row: int, until_ns: int) -> int:
        """Find the first boundary to look at, and the shock that may still be held; answers the closes since then."""
        judged_at = int(self._table.evaluated_at[row - 1])
        held = Hold()
        for back in range(min(self._shock_closes, row - 1), 0, -1):
            since, until = (int(self._table.evaluated_at[row - 1 - each]) for each in (back, back - 1))
            for at_ns in range(since, until, self._step_ns):
                if self._inputs.begun(at_ns):
                    held = held.with_shock(self._inputs.shock_at(at_ns), self._judge.rules.intraday)
            held = held.after(1)
        resumed = self._judge.resumed
        if resumed is not None:
            since_then = row - 1 - int(np.searchsorted(self._table.labels, label_ns(resumed.session)))
            held = held.or_longer(resumed.hold.after(max(0, since_then)))
        self._judge.hold = held
        first = until_ns // self._step_ns * self._step_ns if self._live else judged_at
        self._next = max(judged_at, first)
        return 0

    def _look(self, judge: Judge, row: int, at_ns: int, closes: int) -> None:
        session = self._inputs.session_of(row)
        if session is None or judge.last is None or not self._inputs.begun(at_ns):
            return
        reading = self._inputs.reading(session, judge.last, at_ns)
        look = self._judge.look(judge, reading, label_date(session.label), from_ns(at_ns), closes)
        shown, state = look.evaluation, look.state
        pending = look.pending[0] if look.pending else None
        key = (state.session, shown.face, shown.ceiling, shown.reason, pending, state.hold)
        if key != self._key:
            self._key = key
            self._new.append(look)
        self.observer(look)


def _nobody(look: IntradayEvaluation) -> None:
    """Who looks on unless somebody else does."""
