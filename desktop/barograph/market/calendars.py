"""Trading calendars: when each market is open, in a break or closed, and when its bars end.

Only the standard library and numpy are needed to use a calendar; building one reads the hours files and
exchange_calendars, which `calendar` imports when it is first called.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import IntArray
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval

FIRST_DATE = date(2010, 1, 1)
LAST_DATE = date(2040, 12, 31)


class CalendarError(ValueError):
    """A date, an instant or an id that no calendar answers for; the message says what is covered."""


class Phase(StrEnum):
    """What a market is doing. BREAK is a pause within a session or the short halt between two."""

    OPEN = "open"
    BREAK = "break"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Session:
    """One trading session: its date, and its opening, closing and breaks in UTC.

    A session includes its opening instant and not its closing one. `holiday` marks the short session that
    some markets hold on a day on which the stock exchange is closed: its trades may be booked to the next
    trade date, so no daily bar of its own is to be expected.
    """

    date: date
    open: datetime
    close: datetime
    breaks: tuple[tuple[datetime, datetime], ...] = ()
    holiday: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SessionTable:
    """The sessions of one calendar as columns, oldest first; instants and labels in int64 ns UTC.

    `start` and `end` are the dates covered, both included. `break_start` equals `break_end` where a session
    has no break. `date_close` has one row per covered date: the session's close, or on a date without a
    session the close that one would have had. `longest_halt_ns` is the longest gap between two sessions that
    is called a break.
    """

    id: str
    start: date
    end: date
    label: IntArray
    open: IntArray
    close: IntArray
    break_start: IntArray
    break_end: IntArray
    holiday: NDArray[np.bool_]
    date_close: IntArray
    longest_halt_ns: int

    def __post_init__(self) -> None:
        for column in (self.label, self.open, self.close, self.break_start, self.break_end, self.date_close):
            column.flags.writeable = False


class TradingCalendar:
    """The sessions of one market, with every question answered by a search in sorted columns.

    Immutable. An instant or date outside `start` .. `end` raises CalendarError: what is not known is not
    guessed. Every instant inside is exactly one of open, break and closed.
    """

    def __init__(self, table: SessionTable) -> None:
        """Lay out the stretches of trading: a session without a break is one, with a break two."""
        self._table = table
        self.id = table.id
        self.start = table.start
        self.end = table.end
        paused = table.break_end > table.break_start
        first_end = np.where(paused, table.break_start, table.close)
        self._stretch_start = np.sort(np.concatenate([table.open, table.break_end[paused]]))
        self._stretch_end = np.sort(np.concatenate([first_end, table.close[paused]]))
        lengths = self._stretch_end - self._stretch_start
        self._traded_before = np.concatenate([[0], np.cumsum(lengths)])
        self._own_label = table.label[~table.holiday]
        self._own_close = table.close[~table.holiday]

    def __repr__(self) -> str:
        return f"TradingCalendar({self.id}, {self.start} to {self.end})"

    # ------------------------------------------------------------------------------------------ by instant

    def phase(self, now: datetime) -> Phase:
        """Whether the market is open, in a break or closed at an aware instant."""
        ns = self._covered_ns(now)
        stretch = int(np.searchsorted(self._stretch_start, ns, side="right")) - 1
        if stretch >= 0 and ns < self._stretch_end[stretch]:
            return Phase.OPEN
        following = stretch + 1
        if stretch < 0 or following == len(self._stretch_start):
            return Phase.CLOSED
        gap = self._stretch_start[following] - self._stretch_end[stretch]
        within_session = self._row_at(ns) is not None
        return Phase.BREAK if within_session or gap <= self._table.longest_halt_ns else Phase.CLOSED

    def session_at(self, now: datetime) -> Session | None:
        """The session that is trading right now; None in a break and when closed."""
        row = self._row_at(self._covered_ns(now))
        return self._session(row) if row is not None and self.phase(now) is Phase.OPEN else None

    def in_break(self, now: datetime) -> bool:
        """Whether trading pauses: a break within a session, or the short halt between two."""
        return self.phase(now) is Phase.BREAK

    def last_closed(self, now: datetime) -> Session | None:
        """The newest session whose close is at or before `now`; None before the first."""
        row = int(np.searchsorted(self._table.close, self._covered_ns(now), side="right")) - 1
        return self._session(row) if row >= 0 else None

    def next_open(self, now: datetime) -> datetime | None:
        """The next instant after `now` at which a session opens; None after the last one covered."""
        row = int(np.searchsorted(self._table.open, self._covered_ns(now), side="right"))
        return from_ns(int(self._table.open[row])) if row < len(self._table.open) else None

    def trading_s(self, since: datetime, until: datetime) -> float:
        """Seconds of trading between two aware instants; breaks and closures do not count."""
        return max(0.0, (self._traded_ns(to_ns(until)) - self._traded_ns(to_ns(since))) / SECOND_NS)

    # --------------------------------------------------------------------------------------------- by date

    def sessions(self, start: date, end: date) -> tuple[Session, ...]:
        """The sessions dated `start` to `end`, both included."""
        rows = self._rows(start, end)
        return tuple(self._session(row) for row in range(rows.start, rows.stop))

    def session_labels(self, start: date, end: date) -> IntArray:
        """Labels (`instants.label_ns`) of the sessions dated `start` to `end`, both included."""
        return self._table.label[self._rows(start, end)]

    def close_ns(self, labels: IntArray) -> IntArray:
        """Closing instants of daily bars with these labels, in the same order.

        A label on which the market had no session (some vendors write a bar on a holiday) gets the close of
        an ordinary session on that date.

        Raises:
            CalendarError: a label that is not a midnight UTC, or outside the dates covered.
        """
        days, rest = np.divmod(np.asarray(labels, np.int64) - label_ns(self.start), DAY_NS)
        if np.any(rest):
            raise CalendarError(f"calendar {self.id}: a session label is a midnight UTC")
        outside = (days < 0) | (days >= len(self._table.date_close))
        if np.any(outside):
            where = int(np.argmax(outside))
            raise self._not_covered(str(label_date(int(np.atleast_1d(labels)[where]))))
        return self._table.date_close[days]

    def label_closed(self, label: int, now: datetime) -> bool:
        """Whether a daily bar with this label is complete at `now`; never raises for dates not covered."""
        if not label_ns(self.start) <= label <= label_ns(self.end):
            return label < label_ns(self.start)
        return int(self.close_ns(np.array([label]))[0]) <= to_ns(now)

    def closed_since(self, label: int, now: datetime) -> int:
        """How many sessions with a daily bar of their own are later than `label` and closed by `now`."""
        first = int(np.searchsorted(self._own_label, label, side="right"))
        return max(0, int(np.searchsorted(self._own_close, to_ns(now), side="right")) - first)

    # ------------------------------------------------------------------------------------------------ bars

    def bar_end(self, open_ns: int, interval: Interval) -> int:
        """As `bar_ends`, for one bar."""
        return int(self.bar_ends(np.array([open_ns]), interval)[0])

    def bar_ends(self, open_ns: IntArray, interval: Interval) -> IntArray:
        """The instants (int64 ns) at which bars with these times end.

        An intraday bar ends after its interval or at its session's close, whichever is first: the hour that
        opens at 15:30 in New York ends at 16:00. A bar that opens outside every session keeps its length. A
        daily bar, named by its label, ends with its session.
        """
        times = np.asarray(open_ns, np.int64)
        if not interval.intraday:
            return self.close_ns(times)
        row = np.searchsorted(self._table.open, times, side="right") - 1
        close = self._table.close[np.maximum(row, 0)]
        inside = (row >= 0) & (times < close)
        nominal = times + interval.ns
        return np.where(inside, np.minimum(nominal, close), nominal)

    def bar_grid(self, trade_date: date, interval: Interval) -> IntArray:
        """The instants (int64 ns) at which a session's intraday bars end, counted from its opening.

        The last bar may be a stub, which is kept: four-hour bars of a futures day end at 22:00, 02:00, 06:00,
        10:00, 14:00 and 17:00 New York, hourly bars of a cash day at 10:30 .. 15:30 and 16:00.

        Raises:
            CalendarError: no session on that date, or a daily interval.
        """
        rows = self._rows(trade_date, trade_date)
        if rows.start == rows.stop or not interval.intraday:
            raise CalendarError(f"calendar {self.id}: no intraday bars of {interval} on {trade_date}")
        opening, close = int(self._table.open[rows.start]), int(self._table.close[rows.start])
        inner = np.arange(opening + interval.ns, close, interval.ns, dtype=np.int64)
        return np.append(inner, np.int64(close))

    # --------------------------------------------------------------------------------------------- private

    def _covered_ns(self, now: datetime) -> int:
        ns = to_ns(now)
        if not label_ns(self.start) <= ns < label_ns(self.end) + DAY_NS:
            raise self._not_covered(now.isoformat())
        return ns

    def _not_covered(self, what: str) -> CalendarError:
        return CalendarError(f"calendar {self.id} covers {self.start} to {self.end}; {what} is outside")

    def _rows(self, start: date, end: date) -> slice:
        for day in (start, end):
            if not self.start <= day <= self.end:
                raise self._not_covered(str(day))
        low = int(np.searchsorted(self._table.label, label_ns(start)))
        high = int(np.searchsorted(self._table.label, label_ns(end), side="right"))
        return slice(low, max(low, high))

    def _row_at(self, ns: int) -> int | None:
        """The row of the session around an instant, its break included."""
        row = int(np.searchsorted(self._table.open, ns, side="right")) - 1
        return row if row >= 0 and ns < self._table.close[row] else None

    def _session(self, row: int) -> Session:
        table = self._table
        pause = from_ns(int(table.break_start[row])), from_ns(int(table.break_end[row]))
        return Session(
            date=label_date(int(table.label[row])),
            open=from_ns(int(table.open[row])),
            close=from_ns(int(table.close[row])),
            breaks=(pause,) if pause[0] < pause[1] else (),
            holiday=bool(table.holiday[row]),
        )

    def _traded_ns(self, ns: int) -> int:
        """Nanoseconds of trading from the first session covered up to an instant."""
        stretch = int(np.searchsorted(self._stretch_start, ns, side="right")) - 1
        if stretch < 0:
            return 0
        since = min(ns, int(self._stretch_end[stretch])) - int(self._stretch_start[stretch])
        return int(self._traded_before[stretch]) + since


@cache
def calendar(calendar_id: str, start: date = FIRST_DATE, end: date = LAST_DATE) -> TradingCalendar:
    """The calendar of that id: XNYS, CRYPTO, GLOBEX, CBOE_RATES, CBOE_VIX or ICE_DX.

    Built once per process for each id and extent. Calendars that come from an hours file cover nothing before
    that file's first version, whatever `start` says.

    Raises:
        CalendarError: an unknown id.
        HoursError: an hours file that cannot be used.
    """
    # Imported here: it brings pydantic and, for all but CRYPTO, pandas; the window's process needs neither.
    from barograph.market.session_tables import session_table

    return TradingCalendar(session_table(calendar_id, start, end))
