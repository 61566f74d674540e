"""Enters what the publishers sent into the book: since when a value was known, who may change it, and what is lacking.

Several publishers give the same series: FRED first, and behind it the US Treasury and the New York Fed, from which FRED
has the values. The second one adds dates that are not there; it never changes a value that another one gave.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from barograph.feeds.book import Book
from barograph.feeds.contract import FeedError
from barograph.feeds.fred.answer import FRED, Column
from barograph.feeds.fred.schedule import newest_due
from barograph.market.bars import IntArray
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS
from barograph.market.observations import Fixings
from barograph.market.publication import known_at

Voice = tuple[str, str]
"""A series and one of its sources."""
_PATIENCE = timedelta(minutes=45)
"""How long after a release its value may be on its way before another source is asked for it."""
_ABOUT_NS = 10 * DAY_NS


@dataclass(slots=True)
class _Watch:
    """What was there when a series was first heard of, and since when each source was watched from which date on.

    Values up to `first_newest` that come with a source's first answer were public before; everything else that appears
    was not known before it came.
    """

    first_newest: int | None = None
    covered_from: dict[str, int] = field(default_factory=dict)
    not_before: int = 0
    """Values of a first answer were not known before this instant: they were not in the last one before a sleep."""
    heard: int = 0

    def came_late(self, time: IntArray, source: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of these new dates appeared while we were watching."""
        late = np.zeros(len(time), np.bool_)
        if self.first_newest is not None:
            late |= time > self.first_newest
        if source in self.covered_from:
            late |= time >= self.covered_from[source]
        return late


class Ledger:
    """Thread-safe. Instants are UTC."""

    def __init__(self, book: Book, rules: Mapping[str, str]) -> None:
        """`rules`: the publication rule (see `publication.known_at`) of each series."""
        self._book = book
        self._rules = rules
        self._lock = threading.Lock()
        self._watched: dict[str, _Watch] = {name: _Watch() for name in rules}
        self._origin: dict[tuple[str, int], str] = {}
        self._answers: dict[Voice, bool] = {}

    def take(self, series: str, source: str, column: Column, since: int, now: datetime) -> int:
        """Enter an answer that covers the dates from the label `since` on. Answers how many values are new.

        A value that first appears while the program runs was not known before it came, whatever its rule says; a
        changed one is known from now on. A series that is not wanted is left aside, here and below.
        """
        if series not in self._rules:
            return 0
        with self._lock:
            held = self._held(series)
            fixings = self._new(series, source, column, held, to_ns(now))
            self._note(series, source, column, since, now)
            if len(fixings):
                self._book.put_fixings(series, source, fixings)
            self._book.answered(series, None, now)
            return len(fixings)

    def fail(self, series: str, error: FeedError) -> None:
        """A source failed for a series. The book is told, unless another source answers for it."""
        if series not in self._rules:
            return
        with self._lock:
            self._answers[series, error.source] = False
            if not any(well for (name, _), well in self._answers.items() if name == series):
                self._book.failed(series, None, error)

    def needs(self, series: str, now: datetime) -> bool:
        """Whether FRED leaves something to be wished for: it fails, or its newest value is overdue."""
        with self._lock:
            well = self._answers.get((series, FRED))
        return well is False or (well is True and self.overdue(series, now, _PATIENCE))

    def overdue(self, series: str, now: datetime, patience: timedelta = timedelta(0)) -> bool:
        """Whether the value of the newest release is not there, `patience` after it."""
        due = newest_due(now - patience, self._rules.get(series, ""))
        held = self._held(series)
        return due is not None and (not len(held) or int(held.time[-1]) < due)

    def reaches(self, series: str, label: int) -> bool:
        """Whether values are held back to about that date."""
        held = self._held(series)
        return bool(len(held)) and int(held.time[0]) <= label + _ABOUT_NS

    def woke(self) -> None:
        """What comes next shows what was missed: it was known some time after the last answer before the sleep."""
        with self._lock:
            for name, watch in self._watched.items():
                self._watched[name] = _Watch(not_before=max(watch.heard, watch.not_before), heard=watch.heard)

    # ------------------------------------------------------------------------------------------- private

    def _held(self, series: str) -> Fixings:
        try:
            return self._book.fixings(series)[1]
        except FeedError:
            return Fixings.empty()

    def _new(self, series: str, source: str, column: Column, held: Fixings, now_ns: int) -> Fixings:
        """The values that are to be entered, with the instants from which they were known."""
        row = np.minimum(np.searchsorted(held.time, column.time), max(0, len(held) - 1))
        there = held.time[row] == column.time if len(held) else np.zeros(len(column), np.bool_)
        differs = there & (held.value[row] != column.value) if len(held) else there
        for at in np.flatnonzero(differs):
            differs[at] = source == FRED or self._origin.get((series, int(column.time[at]))) == source
        watch = self._watched[series]
        public = np.maximum(known_at(column.time, self._rules[series]), watch.not_before)
        late = differs | watch.came_late(column.time, source)
        public = np.where(late, np.maximum(public, now_ns), public)
        enter = ~there | differs
        if source != FRED:
            self._origin.update({(series, int(time)): source for time in column.time[enter]})
        return Fixings(column.time[enter], column.value[enter], public[enter])

    def _note(self, series: str, source: str, column: Column, since: int, now: datetime) -> None:
        watch = self._watched[series]
        watch.heard = to_ns(now)
        if watch.first_newest is None and len(column):
            watch.first_newest = int(column.time[-1])
        watch.covered_from[source] = min(since, watch.covered_from.get(source, since))
        self._answers[series, source] = True
