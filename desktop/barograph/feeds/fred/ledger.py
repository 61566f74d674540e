"""Enters what the publishers sent into the book: since when a value was known, who may change it, and what is lacking.

Several publishers give the same series: FRED first, and behind it the US Treasury and the New York Fed, from which FRED
has the values. The second one adds dates that are not there; it never changes a value that another one gave.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.book import Book
from barograph.feeds.contract import FeedError
from barograph.feeds.fred.answer import FRED, Column
from barograph.feeds.fred.schedule import newest_due
from barograph.market.bars import IntArray
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS
from barograph.market.observations import Fixings
from barograph.market.publication import known_at

BoolArray = NDArray[np.bool_]
Voice = tuple[str, str]
"""A series and one of its sources."""
_PATIENCE = timedelta(minutes=45)
"""How long after a release its value may be on its way before another source is asked for it."""
_ABOUT_NS = 10 * DAY_NS


@dataclass(slots=True)
class _Watch:
    """How a series has been watched since the start or since the last sleep.

    What comes with the first answer was public before. What appears later, for a date that an earlier answer covered
    (`covered_from`: a label), was not known before it came.
    """

    covered_from: int | None = None
    not_before: int = 0
    """The last answer before the sleep: what it lacked was not known before it either."""
    heard: int = 0


class Ledger:
    """Thread-safe. Instants are UTC."""

    def __init__(self, book: Book, rules: Mapping[str, str]) -> None:
        """`rules`: the publication rule (see `publication.known_at`) of each series."""
        self._book = book
        self._rules = rules
        self._lock = threading.Lock()
        self._watched: dict[str, _Watch] = {name: _Watch() for name in rules}
        self._origin: dict[tuple[str, int], str] = {}  # who gave what FRED has not given yet
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
            self._note(series, source, since, now)
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
        there, differs = _compared(held, column)
        changed = np.array(
            [
                bool(each) and self._may_change(series, source, at)
                for at, each in zip(column.time, differs, strict=True)
            ],
            np.bool_,
        )
        watch = self._watched[series]
        public = np.maximum(known_at(column.time, self._rules[series]), watch.not_before)
        late = changed if watch.covered_from is None else changed | (column.time >= watch.covered_from)
        public = np.where(late, np.maximum(public, now_ns), public)
        enter = ~there | changed
        self._note_origin(series, source, column.time, column.time[enter])
        return Fixings(column.time[enter], column.value[enter], public[enter])

    def _may_change(self, series: str, source: str, label: int) -> bool:
        return source == FRED or self._origin.get((series, int(label))) == source

    def _note_origin(self, series: str, source: str, given: IntArray, entered: IntArray) -> None:
        """What FRED has given is FRED's; what another source entered is its own until then."""
        if source != FRED:
            self._origin.update({(series, label): source for label in entered.tolist()})
        elif self._origin:
            labels = set(given.tolist())
            self._origin = {key: who for key, who in self._origin.items() if key[0] != series or key[1] not in labels}

    def _note(self, series: str, source: str, since: int, now: datetime) -> None:
        watch = self._watched[series]
        watch.heard = to_ns(now)
        watch.covered_from = since if watch.covered_from is None else min(since, watch.covered_from)
        self._answers[series, source] = True


def _compared(held: Fixings, column: Column) -> tuple[BoolArray, BoolArray]:
    """Which dates of the column are held, and which of those with another value."""
    if not len(held):
        return np.zeros(len(column), np.bool_), np.zeros(len(column), np.bool_)
    row = np.minimum(np.searchsorted(held.time, column.time), len(held) - 1)
    there = held.time[row] == column.time
    return there, there & (held.value[row] != column.value)
