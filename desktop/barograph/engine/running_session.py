"""What is fixed while a session runs: the columns that end with the session before, to which the present is added."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.engine.daily_table import EVALUATION_NS, DailyTable
from barograph.engine.tape import Tape
from barograph.market.bars import Bars, FloatArray
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import from_ns, label_date, to_ns
from barograph.market.intervals import DAY_NS
from barograph.market.observations import Fixings
from barograph.risk.features import DailyWindow, Ohlc
from barograph.risk.rules import RuleSet

_LONGEST = 70
"""Rows that the estimators of a session's bars look back on at most, and some more."""


@dataclass(frozen=True, slots=True, eq=False)
class RunningSession:
    """The session of `row`, and `before`: what the evaluation of the one before it read.

    Instants (int64 ns): `open`, `close` of the stock exchange; `closed` when it closed before that, and `judged` when
    that session was judged; `reopened` when the futures opened after that close.
    """

    row: int
    label: int
    open: int
    close: int
    closed: int
    judged: int
    reopened: int
    before: DailyWindow

    def growth(self, name: str, bar: tuple[float, float, float, float]) -> Ohlc:
        """Bars of an instrument with the running session's as the last."""
        held = self.before.bars[name]
        columns = (held.open, held.high, held.low, held.close)
        return Ohlc(*(np.append(column[-_LONGEST:], value) for column, value in zip(columns, bar, strict=True)))

    def closes(self, name: str, price: float) -> FloatArray:
        """Closes of an instrument on session rows, the present price last."""
        return np.append(self.before.bars[name].close, price)

    def last_close(self, name: str) -> float:
        """The close of the session before."""
        return float(self.before.bars[name].close[-1])


def running_session(
    table: DailyTable, row: int, stocks: TradingCalendar, futures: TradingCalendar | None
) -> RunningSession | None:
    """The session of `row` as it runs; None for the first one there is. Without futures nothing reopens before it."""
    if row < 1 or row >= len(table.labels):
        return None
    label, previous = int(table.labels[row]), int(table.labels[row - 1])
    session = stocks.sessions(label_date(label), label_date(label))[0]
    closed = int(stocks.close_ns(np.array([previous]))[0])
    reopened = futures.next_open(from_ns(closed)) if futures is not None else None
    opened = to_ns(session.open)
    return RunningSession(
        row=row,
        label=label,
        open=opened,
        close=to_ns(session.close),
        closed=closed,
        judged=previous + EVALUATION_NS,
        reopened=min(opened, to_ns(reopened)) if reopened is not None else opened,
        before=table.window(row - 1),
    )


def crypto_days(tape: Tape, crypto: str, now_ns: int, today: tuple[float, float, float, float] | None) -> Ohlc:
    """The coin's UTC days up to yesterday, and today's bar so far; no rows where yesterday's is not held."""
    held = tape.daily.get(crypto, Bars.empty())
    midnight = now_ns - now_ns % DAY_NS
    days = held[: int(np.searchsorted(held.time, midnight))][-_LONGEST:]
    if not len(days) or int(days.time[-1]) != midnight - DAY_NS:
        empty = np.empty(0)
        return Ohlc(empty, empty, empty, empty)
    columns = (days.open, days.high, days.low, days.close)
    if today is None:
        return Ohlc(*columns)
    return Ohlc(*(np.append(column, value) for column, value in zip(columns, today, strict=True)))


def yields_now(session: RunningSession, series: str, fixings: Fixings, now_ns: int, rules: RuleSet) -> FloatArray:
    """A yield on session rows with the newest fixing that is public now as the last; as it was at the last evaluation
    where nothing was published since.
    """
    held = session.before.fixings[series]
    public = fixings.known_at <= now_ns
    if not public.any():
        return held
    newest = int(np.flatnonzero(public)[-1])
    age = session.label - int(fixings.time[newest])
    if age > rules.fixing_max_age_days * DAY_NS:
        return np.append(held, np.nan)
    before = np.flatnonzero(fixings.known_at <= session.judged)
    return held if before.size and int(before[-1]) >= newest else np.append(held, fixings.value[newest])
