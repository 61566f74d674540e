"""The raw inputs of the light while a session runs: what has moved since the close before, the rest as of that close.

Only closed bars are read, each from its end on, so the answer for an instant is the same whenever it is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import inf, isfinite, log, nan

import numpy as np

from barograph.engine.context.last_trades import has_hours
from barograph.engine.daily_table import DailyTable
from barograph.engine.hour_shock import HourShock
from barograph.engine.optional_inputs import OptionalInputs
from barograph.engine.price_lines import BarSoFar, PriceLine
from barograph.engine.running_session import RunningSession, crypto_days, running_session, yields_now
from barograph.engine.tape import Tape
from barograph.indicators.volatility import log_returns
from barograph.market.bars import Bars
from barograph.market.calendars import Phase, TradingCalendar
from barograph.market.instants import from_ns
from barograph.market.intervals import DAY_NS, WEEK_NS
from barograph.market.observations import Fixings
from barograph.risk.features import (
    MISSING,
    RawInput,
    Shock,
    co_movement_inputs,
    crypto_inputs,
    exact,
    macro_inputs,
    volatility_inputs,
)
from barograph.risk.intraday import Reading
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

_SIGMA_DAYS = 20
_NOTHING = BarSoFar(nan, nan, nan, nan, 0, begun=False, whole=False)
"""A market that trades and of which no fresh price is known."""


class IntradayInputs:
    """Follows the prices and answers for any instant of the last days."""

    def __init__(
        self, tape: Tape, table: DailyTable, rules: RuleSet, optional: OptionalInputs, stocks: TradingCalendar
    ) -> None:
        """`stocks`: the calendar of the sessions."""
        names = rules.inputs
        self._tape = tape
        self._table = table
        self._rules = rules
        self._optional = optional
        self._stocks = stocks
        wanted = (names.equity_index, names.equity_future, names.growth, names.growth_future,
                  names.volatility_index, names.crypto, names.dollar)  # fmt: skip
        self._lines = {name: PriceLine(tape, name) for name in wanted if has_hours(tape.feed, name)}
        future = self._lines.get(names.equity_future)
        self._futures = future.calendar if future is not None else None
        self._shock = HourShock(self._lines, optional.hours, rules)
        self._session: RunningSession | None = None

    @property
    def offered(self) -> bool:
        """Whether the feed has intraday bars of stocks and bitcoin, without which there is nothing to look at."""
        names = self._rules.inputs
        return (
            names.crypto in self._lines
            and not {names.equity_index, names.equity_future}.isdisjoint(self._lines)
            and not {names.growth, names.growth_future}.isdisjoint(self._lines)
        )

    def update(self, now: datetime) -> None:
        """Take in what has closed."""
        for line in self._lines.values():
            line.update(now)
        self._optional.update(now)

    def begun(self, at_ns: int) -> bool:
        """Whether the feed had begun to bring prices by then: recorded hours may begin long after the days."""
        self._see(at_ns)
        names = self._rules.inputs
        stock = [
            self._lines[name].last(at_ns)[1]
            for name in (names.equity_index, names.equity_future)
            if name in self._lines
        ]
        return bool(any(stock) and self._lines[names.crypto].last(at_ns)[1])

    def shock_at(self, at_ns: int) -> Shock:
        """The intraday shock at an instant."""
        self._see(at_ns)
        return self._shock.at(at_ns)

    def session_of(self, row: int) -> RunningSession | None:
        """The session of a row as it runs."""
        if self._session is None or self._session.row != row:
            self._session = running_session(self._table, row, self._stocks, self._futures)
        return self._session

    def reading(self, session: RunningSession, base: Evaluation, at_ns: int) -> Reading:
        """What is known at an instant of the running session; `base` is the evaluation of the one before.

        The leadership of shares is as of its closes: no feed has intraday bars of a hundred shares.
        """
        self._see(at_ns)
        names = self._rules.inputs
        raw: dict[str, RawInput] = {name: base.raw.get(name, MISSING) for name in self._rules.indicator_ids}
        times = dict.fromkeys(raw, from_ns(session.closed))
        index = self._bar(session, names.equity_index, names.equity_future, at_ns)
        growth = self._bar(session, names.growth, names.growth_future, at_ns)
        coin = self._lines[names.crypto]
        price = coin.last(at_ns)[0] if coin.usable(at_ns) else nan
        if growth is not None:
            found = volatility_inputs(session.growth(names.growth, growth.columns), np.empty(0))
            raw.update({name: _as_far_as_known(found[name], growth) for name in ("V1", "V2")})
            times.update(dict.fromkeys(("V1", "V2"), from_ns(growth.end or at_ns)))
        self._volatility_index(session, raw, times, at_ns)
        if index is not None:
            closes = session.closes(names.equity_index, index.close), session.closes(names.crypto, price)
            raw.update(co_movement_inputs(*closes))
            times.update(dict.fromkeys(("X1", "X2"), from_ns(index.end or at_ns)))
        self._crypto(session, raw, price, at_ns)
        raw.update(self._macro(session, at_ns))
        times.update(dict.fromkeys(("X1_4h", "X1_1h", "C1", "C2", "C3", "C4", "C5"), from_ns(coin.last(at_ns)[1])))
        last = session.last_close(names.equity_index) if index is None else index.close
        return Reading(
            raw=raw,
            times=times,
            critical=isfinite(last) and isfinite(price),
            stocks_closed=self.stocks_closed(at_ns),
            shock=self._shock.at(at_ns),
            crypto_shock=self._coin_fell(price, at_ns),
        )

    def stocks_closed(self, at_ns: int) -> bool:
        """Whether stocks and their futures are closed for longer than the halt of an hour."""
        return (self._futures or self._stocks).phase(from_ns(at_ns)) is Phase.CLOSED

    def _see(self, at_ns: int) -> None:
        for line in self._lines.values():
            line.see(at_ns)

    # ------------------------------------------------------------------------------------------- stocks

    def _bar(self, session: RunningSession, cash: str, future: str, at_ns: int) -> BarSoFar | None:
        """The running session's bar of an instrument so far; None while nothing has traded since the close before.

        In the session it is its own bar. Where the exchange is closed its future goes on from its last close, by the
        same move: before the opening from the close before, after the session from the session's.
        """
        if at_ns <= session.reopened:
            return None
        line = self._lines.get(cash)
        if line is not None and at_ns > session.open:
            own = line.so_far(session.open, min(at_ns, session.close))
            if at_ns > session.close:
                if at_ns >= session.close + line.late_ns:
                    own = self._whole_day(session, cash) or own
                if own is not None and own.end < session.close and at_ns <= session.close + line.delay_ns:
                    return own if line.usable(at_ns) else _NOTHING  # its last bars are on their way
                if own is None or own.end < session.close:
                    return _NOTHING  # it fell silent before its close
                after = self._moved(future, own.close, session.close, at_ns)
                return own if after is None or not isfinite(after.close) else own.then(after)
            if own is not None:
                return own if line.usable(at_ns) else _NOTHING
            if future not in self._lines and not line.usable(at_ns):
                return _NOTHING
        last = session.last_close(cash)
        if not isfinite(last):
            return _NOTHING
        return self._moved(future, last, session.closed, at_ns)

    def _whole_day(self, session: RunningSession, cash: str) -> BarSoFar | None:
        """The daily bar of the running session, which is known from its close on."""
        held = self._tape.daily.get(cash, Bars.empty())
        row = int(np.searchsorted(held.time, session.label))
        if row == len(held) or int(held.time[row]) != session.label:
            return None
        open_, high, low, close = (float(column[row]) for column in (held.open, held.high, held.low, held.close))
        return BarSoFar(open_, high, low, close, session.close)

    def _moved(self, future: str, last: float, closed_ns: int, at_ns: int) -> BarSoFar | None:
        """The future's bar since a close of the exchange, at the level of that close."""
        line = self._lines.get(future)
        if line is None or not len(line):
            return None
        if not line.usable(at_ns):
            return _NOTHING
        anchor = line.near(closed_ns)
        moved = line.so_far(closed_ns, at_ns)
        if not isfinite(anchor):
            return _NOTHING
        return None if moved is None else moved.scaled(last / anchor)

    def _volatility_index(
        self, session: RunningSession, raw: dict[str, RawInput], times: dict[str, datetime], at_ns: int
    ) -> None:
        line = self._lines.get(self._rules.inputs.volatility_index)
        if line is None:  # the feed has days of it alone: once the session has opened, that of the day before is old
            if at_ns > session.open:
                raw["V3"], times["V3"] = MISSING, from_ns(at_ns)
            return
        value, end = line.last(at_ns)
        if end <= session.closed and line.calendar.phase(from_ns(at_ns)) is not Phase.OPEN:
            return
        raw["V3"] = exact(value if line.usable(at_ns) else nan)
        times["V3"] = from_ns(end or at_ns)

    # ------------------------------------------------------------------------------------------- the rest

    def _crypto(self, session: RunningSession, raw: dict[str, RawInput], price: float, at_ns: int) -> None:
        """C1 to C5 and the hours of X1, which never close."""
        crypto = self._rules.inputs.crypto
        line = self._lines[crypto]
        today = line.so_far(at_ns - at_ns % DAY_NS, at_ns)
        days = crypto_days(self._tape, crypto, at_ns, today.columns if today is not None else None)
        raw.update(crypto_inputs(session.closes(crypto, price), days))
        if today is not None:
            raw["C2"] = _as_far_as_known(raw["C2"], today)
        known_at = from_ns(at_ns)
        future = self._lines.get(self._rules.inputs.equity_future)
        found = self._optional.hours.correlations(at_ns, 0 if future is None else future.late_ns)
        found |= self._optional.of_instant(at_ns, known_at, price, line.near(at_ns - WEEK_NS), raw)
        raw.update({name: exact(found.get(name, nan)) for name in self._rules.optional_ids})

    def _macro(self, session: RunningSession, at_ns: int) -> dict[str, RawInput]:
        names = self._rules.inputs
        dollar = session.before.bars[names.dollar].close
        line = self._lines.get(names.dollar)
        if line is not None:
            value, end = line.last(at_ns)
            if end > session.closed and line.usable(at_ns):
                dollar = np.append(dollar, value)
        yields = [
            yields_now(session, series, self._tape.fixings.get(series, Fixings.empty()), at_ns, self._rules)
            for series in (names.yield_10y, names.yield_2y)
        ]
        return macro_inputs(dollar, *yields)

    def _coin_fell(self, price: float, at_ns: int) -> bool:
        """Whether the coin fell in 24 hours by `crypto_sigma` of its usual day (SIGNALS 5.3)."""
        before = self._lines[self._rules.inputs.crypto].near(at_ns - DAY_NS)
        days = log_returns(crypto_days(self._tape, self._rules.inputs.crypto, at_ns, None).close[-_SIGMA_DAYS - 1 :])
        if len(days) < _SIGMA_DAYS or not np.isfinite(days).all() or not (price > 0 and before > 0):
            return False
        return log(price / before) <= -self._rules.intraday.crypto_sigma * float(np.std(days, ddof=1))


def _as_far_as_known(volatility: RawInput, bar: BarSoFar) -> RawInput:
    """A volatility of which the last bar has holes: a wider range of that bar can only make it higher."""
    if bar.whole or not isfinite(volatility.x):
        return volatility
    return replace(volatility, high=inf) if bar.begun else MISSING
