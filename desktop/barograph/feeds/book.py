"""The book: what the live feed's sources have heard, in memory. Sources write from their threads, the engine reads.

Nothing in it is made up or filled in, and nothing of one source is mixed with another's: each piece is kept under its
source, and one source at a time serves an instrument.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import TypeVar

import numpy as np

from barograph.feeds.contract import BarsAnswer, FeedError, FeedErrorKind
from barograph.feeds.merging import (
    changed,
    heard_after,
    hourly_until,
    merged_bars,
    merged_fixings,
    new_fixings,
    put_rows,
    with_liquidations,
)
from barograph.market.bars import Bars, check_bars
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Coverage, Fixings, Funding, Liquidations, OpenInterest

KEPT_ROWS = 20_000
"""Rows of one series in memory: ten weeks of five-minute bars around the clock; older ones are in the store."""
KEPT_FORCED_ORDERS = 200_000
"""Forced orders of one coin at one venue in memory: an hour of a crash brings tens of thousands."""
OPEN_INTEREST_WHOLE = timedelta(days=7)
"""Every reading of open interest; of older ones the last of each hour, so that there is room for more than a year."""
_WHOLE_NS = OPEN_INTEREST_WHOLE.days * DAY_NS


@dataclass(frozen=True, slots=True, eq=False)
class BarsPiece:
    """Bars of one instrument and interval as one source gave them.

    `closed` may repeat or revise what was given before; `forming` has no or one row and replaces the forming bar
    that was held. `as_of` (UTC) is the instant of the newest price as the vendor tells it, None where it does not;
    `delay_s` how far the vendor is known to be behind.
    """

    instrument: str
    interval: Interval
    source: str
    closed: Bars
    forming: Bars = field(default_factory=Bars.empty)
    as_of: datetime | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What is new in the book since the last call, for the store: rows that were added or revised."""

    bars: tuple[BarsPiece, ...] = ()
    """Of each instrument those of the source that serves it last: the store takes the last for the serving one."""
    fixings: tuple[tuple[str, str, Fixings], ...] = ()
    """Series id, source, rows."""
    funding: tuple[tuple[str, Funding], ...] = ()
    """Instrument, rows (which name their venue); so the next two."""
    open_interest: tuple[tuple[str, OpenInterest], ...] = ()
    liquidations: tuple[tuple[str, Liquidations], ...] = ()
    heard: tuple[tuple[str, str, Coverage, int, int], ...] = ()
    """Instrument, venue, coverage, since and until (ns UTC): its stream of forced orders was heard."""

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return any((self.bars, self.fixings, self.funding, self.open_interest, self.liquidations, self.heard))


@dataclass(slots=True)
class _HeldBars:
    closed: Bars = field(default_factory=Bars.empty)
    forming: Bars = field(default_factory=Bars.empty)
    as_of: datetime | None = None
    delay_s: float = 0.0
    revised: int = 0


PERPETUAL_TABLES = FUNDING, OPEN_INTEREST = "funding", "open interest"
"""What a venue is asked for of a perpetual beside its bars."""

Held = TypeVar("Held", Funding, OpenInterest, Liquidations)
Subject = tuple[str, Interval | None]
"""What was asked for: an instrument with its interval, or a series or a kind of table with None."""


def table_of(instrument: str, table: str, venue: str) -> str:
    """What `Book.answered` and `Book.failed` call one of the `PERPETUAL_TABLES` of a venue. Answered means: up to then
    nothing is missing that the venue has.
    """
    return f"{instrument} {table} at {venue}"


class Book:
    """Thread-safe. Every instant is UTC; arrays that were handed out are never written to."""

    def __init__(self) -> None:
        """Empty."""
        self._lock = threading.Lock()
        self._bars: dict[tuple[str, Interval, str], _HeldBars] = {}
        self._serving: dict[str, str] = {}
        self._fixings: dict[str, tuple[str, Fixings]] = {}
        self._funding: dict[tuple[str, str], Funding] = {}
        self._open_interest: dict[tuple[str, str], OpenInterest] = {}
        self._liquidations: dict[tuple[str, str], Liquidations] = {}
        self._let_go: dict[tuple[str, str], int] = {}
        """Up to which instant (ns) forced orders were let go for want of room."""
        self._answered: dict[tuple[str, Interval | None, str], datetime] = {}
        self._errors: dict[Subject, FeedError] = {}
        self._new = _New()

    # ------------------------------------------------------------------------------- what sources write

    def put_bars(self, piece: BarsPiece, *, record: bool = True) -> None:
        """Take in bars; a row whose time is held already replaces it. `record` False: they come from the store.

        Raises:
            BarError: the bars break the contract of `check_bars`; nothing was taken in.
        """
        check_bars(piece.closed)
        check_bars(piece.forming)
        key = (piece.instrument, piece.interval, piece.source)
        with self._lock:
            self._serving.setdefault(piece.instrument, piece.source)
            held = self._bars.setdefault(key, _HeldBars())
            new = changed(held.closed, piece.closed)
            if len(new):
                held.revised += bool(len(held.closed)) and bool(new.time[0] <= held.closed.time[-1])
                held.closed = merged_bars(held.closed, new)[-KEPT_ROWS:]
                if record:
                    self._new.bars.setdefault(key, []).append(new)
            held.forming, held.delay_s = piece.forming, piece.delay_s
            held.as_of = piece.as_of or held.as_of

    def serve(self, instrument: str, source: str) -> None:
        """From now on this source answers for the instrument."""
        with self._lock:
            self._serving[instrument] = source

    def put_fixings(self, series: str, source: str, fixings: Fixings, *, record: bool = True) -> None:
        """Take in fixings, oldest first. A date that is held keeps the instant from which it was known; its value is
        replaced by a revision, which then is known from the revision's own instant.
        """
        with self._lock:
            held = self._fixings.get(series, ("", Fixings.empty()))[1]
            new = new_fixings(held, fixings)
            if len(new):
                self._fixings[series] = (source, merged_fixings(held, new))
                if record:
                    self._new.fixings.append((series, source, new))

    def put_funding(self, instrument: str, rows: Funding, *, record: bool = True) -> None:
        """Take in settlements of the venue `rows.source`, oldest first; one that is held is not taken in again."""
        with self._lock:
            fresh = put_rows(self._funding, instrument, rows, KEPT_ROWS)
            if record and len(fresh):
                self._new.funding.append((instrument, fresh))

    def put_open_interest(self, instrument: str, rows: OpenInterest, *, record: bool = True) -> None:
        """Take in readings of the venue `rows.source`, oldest first; one that is held is not taken in again."""
        with self._lock:
            key = (instrument, rows.source)
            held = self._open_interest.get(key)
            if held is not None and len(held) + len(rows) > KEPT_ROWS:
                whole_ns = int(held.time[-1]) - _WHOLE_NS
                self._open_interest[key] = hourly_until(held, whole_ns, Interval.HOUR_1.ns)
            fresh = put_rows(self._open_interest, instrument, rows, KEPT_ROWS)
            if record and len(fresh):
                self._new.open_interest.append((instrument, fresh))

    def put_liquidations(self, instrument: str, rows: Liquidations, *, record: bool = True) -> None:
        """Take in forced orders of the venue `rows.source`, each once; several may share an instant."""
        with self._lock:
            key = (instrument, rows.source)
            self._liquidations[key] = now = with_liquidations(
                self._liquidations.get(key, rows[:0]), rows, KEPT_FORCED_ORDERS
            )
            if len(now) == KEPT_FORCED_ORDERS:
                self._let_go[key] = int(now.time[0])
            if record and len(rows):
                self._new.liquidations.append((instrument, rows))

    def heard_liquidations(
        self, instrument: str, venue: str, coverage: Coverage, since: datetime, until: datetime
    ) -> None:
        """The venue's stream of forced orders was heard from `since` to `until`, whatever it brought."""
        with self._lock:
            held = self._liquidations.get((instrument, venue)) or Liquidations.of([], [], [], [], [], venue)
            since_ns, until_ns = to_ns(since), to_ns(until)
            heard = replace(held, coverage=coverage, since_ns=since_ns, until_ns=until_ns)
            first_ns = self._let_go.get((instrument, venue))
            self._liquidations[(instrument, venue)] = heard if first_ns is None else heard_after(heard, first_ns)
            self._new.heard[(instrument, venue, since_ns)] = coverage, until_ns

    def answered(self, subject: str, interval: Interval | None, at: datetime, source: str = "") -> None:
        """The source answered for this at `at`, whether or not there was anything new; it is named where several may
        serve the subject.
        """
        with self._lock:
            self._answered[(subject, interval, source)] = at
            self._errors.pop((subject, interval), None)

    def failed(self, subject: str, interval: Interval | None, error: FeedError) -> None:
        """The source failed for this; what is held stays, with its age."""
        with self._lock:
            self._errors[(subject, interval)] = error

    # ------------------------------------------------------------------------------ what the engine reads

    def bars(self, instrument: str, interval: Interval, after_ns: int | None) -> BarsAnswer:
        """The bars of the serving source later than `after_ns`, and the forming one.

        Raises:
            FeedError: nothing is held: the fault that was met, or EMPTY when nothing was asked yet.
        """
        with self._lock:
            source = self._serving.get(instrument, "")
            held = self._bars.get((instrument, interval, source))
            if held is None:
                raise self._errors.get((instrument, interval)) or _not_yet(instrument)
            closed = held.closed if after_ns is None else held.closed.after(after_ns)
            return BarsAnswer(closed, held.forming, source, held.as_of, held.delay_s, held.revised)

    def closed(self, instrument: str, interval: Interval, source: str) -> Bars:
        """The closed bars of that source, whether or not it serves; none where nothing is held."""
        with self._lock:
            held = self._bars.get((instrument, interval, source))
            return Bars.empty() if held is None else held.closed

    def held_until(self, instrument: str, interval: Interval, source: str) -> int | None:
        """The time (`Bars.time`) of the newest closed bar of that source; None without one."""
        with self._lock:
            held = self._bars.get((instrument, interval, source))
            return int(held.closed.time[-1]) if held is not None and len(held.closed) else None

    def has_daily(self, instrument: str, label_ns: int) -> bool:
        """Whether the serving source gave the daily bar of the session with that label."""
        with self._lock:
            held = self._bars.get((instrument, Interval.DAY_1, self._serving.get(instrument, "")))
            if held is None:
                return False
            row = int(np.searchsorted(held.closed.time, label_ns))
            return row < len(held.closed) and int(held.closed.time[row]) == label_ns

    def fixings(self, series: str) -> tuple[str, Fixings]:
        """The source and all fixings of a series.

        Raises:
            FeedError: nothing is held: the fault that was met, or EMPTY when nothing was asked yet.
        """
        with self._lock:
            held = self._fixings.get(series)
            if held is None:
                raise self._errors.get((series, None)) or _not_yet(series)
            return held

    def funding(self, instrument: str) -> dict[str, Funding]:
        """Settlements by venue."""
        return self._of_instrument(self._funding, instrument)

    def open_interest(self, instrument: str) -> dict[str, OpenInterest]:
        """Readings by venue."""
        return self._of_instrument(self._open_interest, instrument)

    def liquidations(self, instrument: str) -> dict[str, Liquidations]:
        """Forced orders by venue."""
        return self._of_instrument(self._liquidations, instrument)

    def serving(self, instrument: str) -> str:
        """The source that answers for an instrument; empty before any has."""
        with self._lock:
            return self._serving.get(instrument, "")

    def answered_at(self, subject: str, interval: Interval | None) -> datetime | None:
        """When the source that serves this last answered for it: what another one says of it proves nothing."""
        with self._lock:
            sources = {"", self._serving.get(subject, "")}
            found = [
                self._answered[key] for source in sources if (key := (subject, interval, source)) in self._answered
            ]
        return max(found, default=None)

    def error(self, subject: str, interval: Interval | None) -> FeedError | None:
        """The fault of the last request for this; None when it went well or there was none."""
        with self._lock:
            return self._errors.get((subject, interval))

    def newest(self, source: str) -> datetime | None:
        """The newest instant that any bar of that source tells, for the Feeds panel."""
        with self._lock:
            told = [held.as_of for (_, _, name), held in self._bars.items() if name == source and held.as_of]
        return max(told, default=None)

    def take_new(self) -> Recording:
        """What is new since the last call."""
        with self._lock:
            new, self._new = self._new, _New()
            serving = dict(self._serving)
        return new.recording(serving)

    # ------------------------------------------------------------------------------------------- private

    def _of_instrument(self, table: dict[tuple[str, str], Held], instrument: str) -> dict[str, Held]:
        with self._lock:
            return {venue: rows for (name, venue), rows in table.items() if name == instrument}


@dataclass(slots=True)
class _New:
    """What was taken in since the last `take_new`."""

    bars: dict[tuple[str, Interval, str], list[Bars]] = field(default_factory=dict)
    fixings: list[tuple[str, str, Fixings]] = field(default_factory=list)
    funding: list[tuple[str, Funding]] = field(default_factory=list)
    open_interest: list[tuple[str, OpenInterest]] = field(default_factory=list)
    liquidations: list[tuple[str, Liquidations]] = field(default_factory=list)
    heard: dict[tuple[str, str, int], tuple[Coverage, int]] = field(default_factory=dict)

    def recording(self, serving: Mapping[str, str]) -> Recording:
        pieces = [
            BarsPiece(instrument, interval, source, reduce(merged_bars, parts))
            for (instrument, interval, source), parts in self.bars.items()
        ]
        pieces.sort(key=lambda piece: serving.get(piece.instrument) == piece.source)
        return Recording(
            tuple(pieces),
            tuple(self.fixings),
            tuple(self.funding),
            tuple(self.open_interest),
            tuple(self.liquidations),
            tuple(
                (instrument, venue, coverage, since_ns, until_ns)
                for (instrument, venue, since_ns), (coverage, until_ns) in self.heard.items()
            ),
        )


def _not_yet(subject: str) -> FeedError:
    return FeedError(FeedErrorKind.EMPTY, "", subject, f"{subject} has not been heard of yet")
