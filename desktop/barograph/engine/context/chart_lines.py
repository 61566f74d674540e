"""Lines that the context gives the charts: rolling correlations with their band, funding, open interest, liquidations.

Ids: ``RHO ES/BTC`` (1h, 4h, 1d), ``FUNDING BTC``, ``OI BTC``, ``LIQ LONG BTC``, ``LIQ SHORT BTC``, ``POLICY PATH``
and its stand-in ``POLICY 2Y``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from barograph.engine.context.around import Around
from barograph.engine.context.pair_history import FRAMES
from barograph.engine.context.session_windows import POLICY_RATE
from barograph.engine.tape import Tape, fixed_at, fixed_at_ns
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.indicators.rolling_correlation import rolling_band
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.freshness import (
    POLICY_PATH_LIMITS,
    Freshness,
    funding_limits,
    judge_age,
    judge_daily,
    judge_fixing,
)
from barograph.market.instants import from_ns, to_ns
from barograph.market.instruments import fed_funds_month
from barograph.market.intervals import DAY_NS, HOUR_NS, Interval

POLICY, STAND_IN = "POLICY PATH", "POLICY 2Y"
_RHO, _FUNDING, _OPEN_INTEREST, _LIQUIDATIONS = "RHO ", "FUNDING ", "OI ", "LIQ "


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points later than was asked for. `band`: low and high are the ends of a band around the line.

    `version` changes when points that were given before are not right any more: the line begins anew. `steps`: each
    value holds from its instant until the next; then `state` and `as_of` are those of the newest one there is.
    """

    points: Bars
    unit: str
    decimals: int
    source: str
    band: bool = False
    version: int = 0
    steps: bool = False
    state: Freshness | None = None
    as_of: datetime | None = None


class ChartLines:
    """Answers by id; a line that is not known is no line of the context."""

    def __init__(self, around: Around, tape: Tape) -> None:
        """`around` is kept up to date by the snapshots."""
        self._around = around
        self._tape = tape
        self._path: tuple[IntArray, FloatArray] = np.empty(0, np.int64), np.empty(0)
        self._path_version = 0

    @staticmethod
    def knows(id_: str) -> bool:
        """Whether an id names a line of the context."""
        return id_ in (POLICY, STAND_IN) or id_.startswith((_RHO, _FUNDING, _OPEN_INTEREST, _LIQUIDATIONS))

    def line(self, id_: str, interval: Interval, after_ns: int | None, now: datetime) -> Line | None:
        """The points later than `after_ns` (None: all); None where there is no such line."""
        try:
            if id_.startswith(_RHO):
                return self._correlation(id_.removeprefix(_RHO), interval, after_ns)
            if id_.startswith(_FUNDING):
                return self._funding(id_.removeprefix(_FUNDING), after_ns, now)
            if id_.startswith(_OPEN_INTEREST):
                return self._open_interest(id_.removeprefix(_OPEN_INTEREST), interval, after_ns, now)
            if id_.startswith(_LIQUIDATIONS):
                side, _, coin = id_.removeprefix(_LIQUIDATIONS).partition(" ")
                return self._liquidations(side, coin, after_ns)
            if id_ == STAND_IN:
                return self._stand_in(interval, after_ns, now)
            return self._policy(interval, after_ns, now)
        except FeedError:
            return None

    def lacks(self, id_: str) -> bool:
        """Whether nobody serves what a line is made of: no dated fed funds future, the policy path."""
        return id_ == POLICY and not any(self._served(name) for name in self._tape.feed.instruments())

    def _served(self, name: str) -> bool:
        error = self._tape.errors.get(name)
        refused = error is not None and error.kind is FeedErrorKind.UNSUPPORTED
        return fed_funds_month(name) is not None and not refused

    def _correlation(self, pair: str, interval: Interval, after_ns: int | None) -> Line | None:
        stock, _, coin = pair.partition("/")
        found = self._around.correlations.past(stock, coin, interval) if interval in FRAMES else None
        if found is None:
            return None
        past, source = found
        time = past.date if interval is Interval.DAY_1 else past.end - interval.ns  # where its bars are drawn
        rows = np.isfinite(past.rho) & (time > (-1 if after_ns is None else after_ns))
        low, high = rolling_band(past.rho[rows], past.count[rows], FRAMES[interval].lam)
        rho = past.rho[rows]
        points = Bars(time[rows], rho, high, low, rho, np.full(len(rho), np.nan))
        return Line(points, "", 2, source, band=True, version=self._around.correlations.rebuilt)

    def _funding(self, coin: str, after_ns: int | None, now: datetime) -> Line:
        """What was settled holds until the next settlement."""
        found = self._tape.feed.fetch_funding(coin, None if after_ns is None else after_ns - 1, now)  # its age counts
        with np.errstate(divide="ignore", invalid="ignore"):
            value = found.rate * 8 / found.interval_h * 100
        points = _points(found.time, value)
        line = Line(points if after_ns is None else points.after(after_ns), "% per 8h", 4, found.source, steps=True)
        if not len(found):
            return line
        as_of = from_ns(int(found.time[-1]))
        return replace(line, state=judge_age(as_of, now, funding_limits(float(found.interval_h[-1]))), as_of=as_of)

    def _open_interest(self, coin: str, interval: Interval, after_ns: int | None, now: datetime) -> Line:
        """The last reading in each whole interval, at its beginning."""
        found = self._tape.feed.fetch_open_interest(coin, after_ns, now)
        begun = (found.time - 1) // interval.ns * interval.ns
        last = np.append(begun[1:] != begun[:-1], True)[: len(begun)]
        last &= (begun + interval.ns <= to_ns(now)) & (begun > (-1 if after_ns is None else after_ns))
        return Line(_points(begun[last], found.coin[last]), coin, 0, found.source)

    def _liquidations(self, side: str, coin: str, after_ns: int | None) -> Line | None:
        machine = self._around.coin(coin)
        if machine is None or machine.hours is None or side not in ("LONG", "SHORT"):
            return None
        usd = machine.hours.long_usd if side == "LONG" else machine.hours.short_usd
        begun = machine.hours.end - HOUR_NS
        new = slice(0 if after_ns is None else int(np.searchsorted(begun, after_ns, side="right")), None)
        source = machine.record.liquidations.source if machine.record else ""
        return Line(_points(begun[new], usd[new] / 1e6), "M USD per h", 1, source)

    def _policy(self, interval: Interval, after_ns: int | None, now: datetime) -> Line | None:
        """Path12, session by session. A contract that comes late, or a close, changes what was given: a new version."""
        found = self._around.path12()
        if found is None or not np.isfinite(found[1]).any():
            return None
        known = np.isfinite(found[1])
        label, value = found[0][known], found[1][known]
        held = len(self._path[0])
        if not (np.array_equal(self._path[0], label[:held]) and np.array_equal(self._path[1], value[:held])):
            self._path_version += 1
        self._path = label, value
        time = fixed_at_ns(label) if interval.intraday else label  # among hours: at the close
        months = [name for name in self._tape.daily if fed_funds_month(name)]
        sources = dict.fromkeys(self._tape.sources.get(name, "") for name in months)
        state = judge_daily(int(label[-1]), now, self._tape.calendars("XNYS"), 0.0, POLICY_PATH_LIMITS)
        return Line(
            _points(time, value).after(-1 if after_ns is None else after_ns),
            "bp",
            0,
            ", ".join((*(source for source in sources if source), f"{POLICY_RATE} fixing")),
            version=self._path_version,
            steps=True,
            state=Freshness.CLOSED if state is Freshness.LIVE else state,  # the newest there is
            as_of=fixed_at(int(label[-1])),
        )

    def _stand_in(self, interval: Interval, after_ns: int | None, now: datetime) -> Line | None:
        """The two-year yield less the policy rate, where both have a fixing."""
        two, rate = (self._tape.fixings.get(name) for name in ("DGS2", "DFF"))
        if two is None or rate is None:
            return None
        both, first, second = np.intersect1d(two.time, rate.time, assume_unique=True, return_indices=True)
        value = (two.value[first] - rate.value[second]) * 100
        if not len(both):
            return None
        label, after = int(both[-1]), -1 if after_ns is None else after_ns
        late = both > after - 2 * DAY_NS
        time = fixed_at_ns(both[late]) if interval.intraday else both[late]  # among hours: at the one that it is of
        line = Line(_points(time, value[late]).after(after), "bp", 0, "DGS2, DFF fixings", steps=True)
        state = judge_fixing(label, now)
        if state is Freshness.LIVE:
            state = Freshness.CLOSED  # the newest there is
        return replace(line, state=state, as_of=fixed_at(label))


def _points(time: IntArray, value: FloatArray) -> Bars:
    """A line through the known values."""
    known = np.isfinite(value)
    time, value = time[known], value[known]
    return Bars(time, value, value, value, value, np.full(len(time), np.nan))
