"""Longer bars of a live instrument from the shorter ones in the book: those no vendor gives, and the forming ones."""

from __future__ import annotations

import numpy as np

from barograph.feeds.contract import BarsAnswer
from barograph.market.aggregation import SessionGrid, aggregate
from barograph.market.bars import Bars
from barograph.market.calendars import TradingCalendar
from barograph.market.intervals import Interval

_NONE = Bars.empty()


def forming_of(shorter: BarsAnswer, step: Interval, interval: Interval, grid: SessionGrid, now_ns: int) -> Bars:
    """The bar of `interval` that is in the making at `now_ns`, from the shorter bars since it began.

    None where the shorter ones do not reach back to before its beginning, or where none has come since.
    """
    running = grid.running(now_ns, interval)
    closed = shorter.closed
    if running is None or not len(closed) or closed.time[0] >= running[1]:
        return _NONE
    time, begun_ns = running
    bars = closed[int(np.searchsorted(closed.time, begun_ns)) :]
    forming = shorter.forming
    if len(forming) and forming.time[0] >= begun_ns and (not len(bars) or forming.time[0] > bars.time[-1]):
        bars = Bars(
            *(
                np.concatenate((getattr(bars, name), getattr(forming, name)))
                for name in ("time", "open", "high", "low", "close", "volume")
            )
        )
    if not len(bars) or bars.time[-1] + step.ns <= begun_ns:
        return _NONE
    return aggregate(bars, np.full(len(bars), time))


def made_of(
    shorter: BarsAnswer,
    step: Interval,
    interval: Interval,
    calendar: TradingCalendar,
    after_ns: int | None,
) -> Bars:
    """Closed bars of `interval` later than `after_ns` from closed shorter ones.

    A period counts as closed once a shorter bar ends with it or after it: while the last one is on its way the
    longer bar would lack it.
    """
    first = 0 if after_ns is None else int(np.searchsorted(shorter.closed.time, after_ns))
    bars = shorter.closed[first:]
    if not len(bars):
        return _NONE
    grid = SessionGrid.of(calendar, int(bars.time[0]), int(bars.time[-1]))
    ends = calendar.bar_ends(bars.time, step)
    longer = aggregate(bars, grid.periods(ends, interval))
    if not len(longer):
        return _NONE
    complete = calendar.bar_ends(longer.time, interval) <= int(ends[-1])
    kept = longer[: int(np.count_nonzero(complete))]
    return kept if after_ns is None else kept.after(after_ns)


def grid_at(calendar: TradingCalendar, now_ns: int) -> SessionGrid:
    """The sessions around an instant."""
    return SessionGrid.of(calendar, now_ns, now_ns)


def known_by(bars: Bars, interval: Interval, calendar: TradingCalendar, now_ns: int) -> Bars:
    """The closed bars that had ended by `now_ns`: a clock that was set back does not know the future."""
    if not len(bars):
        return bars
    last = int(bars.time[-1])
    if interval.intraday:
        if last + interval.ns <= now_ns:
            return bars
        return bars[: int(np.searchsorted(calendar.bar_ends(bars.time, interval), now_ns, side="right"))]
    return bars[: int(np.searchsorted(calendar.close_ns(bars.time), now_ns, side="right"))]
